// Matrix products that do not depend on the state, for all steps of a sequence at once.

import Autodiff

/// z = W x + b for all columns of x, which the threads share.
///
/// - Parameters:
///   - W: rows × inputs.
///   - x: inputs × columns.
///   - b: rows × 1; nil for no bias.
///   - z: rows × columns; need not be initialised.
func affine(_ W: Matrix, _ x: Matrix, _ b: Matrix?, into z: UnsafeMutablePointer<Double>, _ threads: Threads) {
  let panels = Kernels.Panels(W)
  let count = x.columns
  withPointer(x) { x in
    threads.share(count, chunk: 24) { columns in
      // 96 columns at a time, so that z is still in the cache when the product is added to the bias.
      for left in stride(from: columns.lowerBound, to: columns.upperBound, by: 96) {
        let part = left..<min(left + 96, columns.upperBound)
        spread(b, rows: W.rows, part, into: z)
        Kernels.addProduct(panels, x + left * W.columns, into: z + left * W.rows, columns: part.count)
      }
    }
  }
}

/// Writes b into each of these columns of z, or zeros where b is nil.
func spread(_ b: Matrix?, rows: Int, _ columns: Range<Int>, into z: UnsafeMutablePointer<Double>) {
  guard let b else {
    return (z + columns.lowerBound * rows).update(repeating: 0, count: columns.count * rows)
  }
  for column in columns { copy(b, to: z + column * rows) }
}

/// dx = Wᵀ dz for every step, split into matrices as the inputs are.
///
/// - Parameters:
///   - x: the inputs; only their shapes are used.
///   - W: rows × inputs.
///   - dz: rows × used.
///   - used: how many columns have a gradient; the columns behind them get zeros.
///   - isNeeded: whether to compute anything; if not, the result is nil for each input.
func inputGradients(
  of x: ArraySlice<Matrix>, _ W: Matrix, _ dz: UnsafePointer<Double>, used: Int, isNeeded: Bool, _ threads: Threads
) -> [Matrix?] {
  guard isNeeded else { return [Matrix?](repeating: nil, count: x.count) }
  let count = x.reduce(0) { $0 + $1.columns }
  var dx = [Double](repeating: 0, count: W.columns * count)
  dx.withUnsafeMutableBufferPointer { dx in
    guard let dx = dx.baseAddress else { return }
    threads.share(used, chunk: 24) { columns in
      withPointer(W) { place in
        Kernels.addProduct(
          Kernels.Operand(place, rows: W.rows, transposed: true),
          Kernels.Operand(dz + columns.lowerBound * W.rows, rows: W.rows),
          into: dx + columns.lowerBound * W.columns, rows: W.columns, inner: W.rows, columns: columns.count)
      }
    }
  }
  if x.count == 1 { return [Matrix(rows: W.columns, columns: count, elements: dx)] }
  var start = 0
  return x.map { x in
    defer { start += x.count }
    return Matrix(rows: x.rows, columns: x.columns, elements: Array(dx[start..<start + x.count]))
  }
}
