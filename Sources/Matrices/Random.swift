// A seeded generator: the same numbers on every machine.

/// xoshiro256★★ (Blackman & Vigna 2021, "Scrambled linear pseudorandom number generators"), seeded through splitmix64 as
/// its authors advise. Not for cryptography.
///
/// A seed gives the same numbers on every machine and with every compiler: all that is drawn is computed here.
/// `Double.random(in:using:)` and `shuffle(using:)` of the standard library do not promise that.
public struct Random: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  public init(seed: UInt64) {
    var seed = seed
    func splitmix() -> UInt64 {
      seed &+= 0x9E37_79B9_7F4A_7C15
      var z = seed
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    state = (splitmix(), splitmix(), splitmix(), splitmix())
  }

  public mutating func next() -> UInt64 {
    func rotated(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
    let result = rotated(state.1 &* 5, 7) &* 9
    let t = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= t
    state.3 = rotated(state.3, 45)
    return result
  }

  /// A number in [0, 1), a multiple of 2^−53.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number between two bounds: low + (high − low) · uniform.
  public mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * uniform() }

  /// A whole number from 0 up to, and without, `bound`, every one equally likely. Traps unless `bound` is positive.
  public mutating func index(below bound: Int) -> Int {
    require(bound > 0, "there is no index below \(bound)")
    let bound = UInt64(bound)
    // Draws beyond the last whole multiple of `bound` would make small results more likely: draw again.
    let limit = UInt64.max - (UInt64.max % bound + 1) % bound
    while true {
      let draw = next()
      if draw <= limit { return Int(draw % bound) }
    }
  }

  /// A standard normal number, by Marsaglia's polar method.
  public mutating func normal() -> Double {
    while true {
      let (u, v) = (uniform(-1, 1), uniform(-1, 1))
      let square = u * u + v * v
      if square > 0 && square < 1 { return u * (-2 * Elementary.log(square) / square).squareRoot() }
    }
  }

  /// A matrix of independent normal numbers with mean 0 and the given standard deviation.
  public mutating func normal(_ rows: Int, _ columns: Int, deviation: Double = 1) -> Matrix {
    Matrix(rows: rows, columns: columns) { _, _ in deviation * normal() }
  }

  /// A matrix of independent numbers, uniform between two bounds.
  public mutating func uniform(_ rows: Int, _ columns: Int, _ low: Double, _ high: Double) -> Matrix {
    Matrix(rows: rows, columns: columns) { _, _ in uniform(low, high) }
  }

  /// Puts the elements in an order drawn at random (Fisher & Yates).
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for i in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(i, index(below: i + 1)) }
  }

  /// An n × n orthogonal matrix, uniformly distributed: Gram–Schmidt, twice, on normal columns.
  public mutating func orthogonal(_ n: Int) -> Matrix {
    var q = normal(n, n)
    for j in 0..<n {
      // A second pass removes the rounding errors of the first.
      for _ in 0..<2 {
        for k in 0..<j {
          var dot = 0.0
          for i in 0..<n { dot = dot.addingProduct(q[i, k], q[i, j]) }
          for i in 0..<n { q[i, j] = q[i, j] - dot * q[i, k] }
        }
      }
      let length = q.column(j).norm
      for i in 0..<n { q[i, j] /= length }
    }
    return q
  }
}
