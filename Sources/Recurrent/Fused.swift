// What the fused cells share: places in memory, and one product.

import Autodiff

/// Numbers that are about to be written, all of them: there is no point in clearing them first. `begin` writes those
/// that are there from the start.
func uninitialised(_ count: Int, begin: (UnsafeMutablePointer<Double>) -> Void = { _ in }) -> [Double] {
  [Double](unsafeUninitializedCapacity: count) { buffer, initialised in
    if let start = buffer.baseAddress { begin(start) }
    initialised = count
  }
}

func copy(_ source: UnsafeBufferPointer<Double>, to target: UnsafeMutablePointer<Double>) {
  if let start = source.baseAddress { target.update(from: start, count: source.count) }
}

/// A function of every number, in place.
func apply(
  _ function: (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void,
  to x: UnsafeMutablePointer<Double>, count: Int
) {
  function(UnsafeBufferPointer(start: x, count: count), UnsafeMutableBufferPointer(start: x, count: count))
}

/// a bᵀ with the first columns of b, as many as a has: Σ_k a_k b_kᵀ.
func productOfColumns(_ a: Matrix, _ b: Matrix) -> Matrix {
  Kernels.product(a, b, transposingB: true, terms: a.columns)
}
