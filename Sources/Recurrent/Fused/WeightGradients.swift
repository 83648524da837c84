// Gradients of weights and biases: sums over all steps and examples.

import Autodiff

/// The gradients of z = W_x x + W_h h + b from those of z, summed over all steps and examples.
struct WeightGradients {
  /// dW_x = Σ dz xᵀ and dW_h = Σ dz hᵀ; nil where not asked for.
  let W_x, W_h: Matrix?
  /// db = Σ dz, rows × 1; nil where not asked for.
  let b: Matrix?

  /// The threads share the rows of dz.
  ///
  /// - Parameters:
  ///   - dz: rows × terms.
  ///   - x: inputs × terms or more, of which the first `terms` columns are used; nil to skip dW_x.
  ///   - h: hidden × terms or more, of which the first `terms` columns are used; nil to skip dW_h.
  ///   - needsBias: whether to compute db.
  init(
    of dz: UnsafePointer<Double>, rows: Int, terms: Int, x: Matrix?, h: Matrix?, needsBias: Bool, _ threads: Threads
  ) {
    var dW_x = [Double](repeating: 0, count: rows * (x?.rows ?? 0))
    var dW_h = [Double](repeating: 0, count: rows * (h?.rows ?? 0))
    var db = [Double](repeating: 0, count: needsBias ? rows : 0)
    withPointers(&dW_x, &dW_h, &db) { dW_x, dW_h, db in
      threads.share(rows, chunk: 16) { part in
        let (top, height) = (part.lowerBound, part.count)
        let dz = Kernels.Operand(at: dz + top, like: Kernels.Operand(dz, rows: rows))
        // 256 terms at a time for both products, so that dz is still in the cache for the second.
        for first in stride(from: 0, to: terms, by: 256) {
          for (factor, sum) in [(x, dW_x), (h, dW_h)] {
            guard let factor else { continue }
            withPointer(factor) { place in
              let transposed = Kernels.Operand(place + first * factor.rows, rows: factor.rows, transposed: true)
              Kernels.addProduct(
                Kernels.Operand(at: dz.at(0, first), like: dz), transposed, into: sum + top, rows: height,
                inner: min(256, terms - first), columns: factor.rows, stride: rows)
            }
          }
        }
        if needsBias {
          for k in 0..<terms {
            let (dz, db) = (dz.at(0, k), db + top)
            for i in 0..<height { db[i] += dz[i] }
          }
        }
      }
    }
    W_x = x.map { Matrix(rows: rows, columns: $0.rows, elements: dW_x) }
    W_h = h.map { Matrix(rows: rows, columns: $0.rows, elements: dW_h) }
    b = needsBias ? Matrix(rows: rows, columns: 1, elements: db) : nil
  }
}
