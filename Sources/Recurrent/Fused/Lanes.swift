// Entries of a state, eight at a time.

/// Up to eight consecutive entries of a state, computed as one SIMD vector: entries `start` … `start + count − 1` of
/// any array with an entry for each hidden unit.
struct Lanes {
  let start: Int
  let count: Int

  /// Calls `body` for the entries 0..<count, eight at a time.
  @inline(__always)
  static func each(of count: Int, _ body: (Lanes) -> Void) {
    var start = 0
    while start < count {
      body(Lanes(start: start, count: min(8, count - start)))
      start += 8
    }
  }

  /// These entries of the array at `array`; zeros in the unused lanes.
  @inline(__always)
  func read(_ array: UnsafePointer<Double>) -> SIMD8<Double> {
    let first = array + start
    if count == 8 { return UnsafeRawPointer(first).loadUnaligned(as: SIMD8<Double>.self) }
    var x = SIMD8<Double>.zero
    for k in 0..<count { x[k] = first[k] }
    return x
  }

  /// Writes x into these entries of the array at `array`.
  @inline(__always)
  func write(_ x: SIMD8<Double>, _ array: UnsafeMutablePointer<Double>) {
    let first = array + start
    if count == 8 { return UnsafeMutableRawPointer(first).storeBytes(of: x, as: SIMD8<Double>.self) }
    for k in 0..<count { first[k] = x[k] }
  }
}
