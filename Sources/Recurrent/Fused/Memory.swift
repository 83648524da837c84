// Arrays and matrices as memory, for loops that work in place.

import Autodiff

/// `count` numbers without a value. The caller writes every one of them before it reads any.
func uninitialised(_ count: Int) -> [Double] {
  [Double](unsafeUninitializedCapacity: count) { _, initialised in initialised = count }
}

/// Calls `body` with the addresses of two arrays.
func withPointers(
  _ a: inout [Double], _ b: inout [Double],
  _ body: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Void
) {
  body(&a, &b)
}

/// Calls `body` with the addresses of three arrays.
func withPointers(
  _ a: inout [Double], _ b: inout [Double], _ c: inout [Double],
  _ body: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Void
) {
  body(&a, &b, &c)
}

/// Calls `body` with the address of a matrix' elements, unless it has none.
func withPointer(_ a: Matrix, _ body: (UnsafePointer<Double>) -> Void) {
  a.elements.withUnsafeBufferPointer { if let start = $0.baseAddress { body(start) } }
}

/// Writes the elements of `source` to `target`.
func copy(_ source: Matrix, to target: UnsafeMutablePointer<Double>) {
  withPointer(source) { target.update(from: $0, count: source.count) }
}

/// Replaces each of `count` numbers by the function of it.
func apply(
  _ function: (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void,
  to x: UnsafeMutablePointer<Double>, count: Int
) {
  function(UnsafeBufferPointer(start: x, count: count), UnsafeMutableBufferPointer(start: x, count: count))
}
