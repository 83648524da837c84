// Singular values, which bound what one multiplication does, and the spectral radius, which bounds high powers.

extension Matrix {
  /// The singular values, largest first: min(rows, columns) of them.
  ///
  /// One-sided Jacobi (Hestenes 1958): rotations make the columns orthogonal, and their lengths are the singular values,
  /// each to a relative error of a few rounding errors times the dimension. The order of rotations is fixed, so the same
  /// matrix gives the same bits everywhere. Traps on entries that are not finite.
  public var singularValues: [Double] {
    require(elements.allSatisfy { $0.isFinite }, "a matrix with an entry that is not finite has no singular values")
    var a = rows >= columns ? self : Kernels.transpose(self)
    let (n, m) = (a.rows, a.columns)
    guard n > 0, m > 0 else { return [] }
    // A power of two brings the largest entry near 1: exact, and squares neither overflow nor vanish.
    let largest = a.largestMagnitude
    guard largest > 0 else { return [Double](repeating: 0, count: m) }
    let scale = Double(sign: .plus, exponent: largest.exponent, significand: 1)
    for i in a.elements.indices { a.elements[i] /= scale }
    for _ in 0..<60 {
      var isOrthogonal = true
      for p in 0..<m {
        for q in (p + 1)..<m {
          var (pp, qq, pq) = (0.0, 0.0, 0.0)
          for i in 0..<n {
            let (x, y) = (a.elements[i + p * n], a.elements[i + q * n])
            pp = pp.addingProduct(x, x)
            qq = qq.addingProduct(y, y)
            pq = pq.addingProduct(x, y)
          }
          if abs(pq) <= 0x1p-52 * (pp * qq).squareRoot() { continue }
          isOrthogonal = false
          let ζ = (qq - pp) / (2 * pq)
          let t = (ζ < 0 ? -1 : 1) / (abs(ζ) + (1 + ζ * ζ).squareRoot())
          let cosine = 1 / (1 + t * t).squareRoot()
          let sine = cosine * t
          for i in 0..<n {
            let (x, y) = (a.elements[i + p * n], a.elements[i + q * n])
            a.elements[i + p * n] = cosine * x - sine * y
            a.elements[i + q * n] = sine * x + cosine * y
          }
        }
      }
      if isOrthogonal { break }
    }
    return (0..<m).map { a.column($0).norm * scale }.sorted(by: >)
  }

  /// The largest singular value: how much the matrix can stretch a vector. 0 where there are no entries.
  public var spectralNorm: Double { singularValues.first ?? 0 }

  /// The largest magnitude of an eigenvalue, from Gelfand's formula ρ(A) = lim ‖A^k‖^{1/k} with k = 2^40 by repeated
  /// squaring; the powers are kept near 1 by exact scaling. Where eigenvalues repeat (a Jordan block) the error is of the
  /// order of 40 · 2^−40; else it is a few rounding errors. Traps unless square and finite.
  public var spectralRadius: Double {
    require(rows == columns, "a \(shape) matrix has no eigenvalues")
    require(elements.allSatisfy { $0.isFinite }, "a matrix with an entry that is not finite has no spectral radius")
    guard rows > 0 else { return 0 }
    var power = self
    // log ρ ≈ Σ log(scale_i) / 2^i
    var logarithm = 0.0
    var weight = 1.0
    for _ in 0..<40 {
      let norm = power.norm
      guard norm > 0 else { return 0 }
      logarithm += weight * Elementary.log(norm)
      power = power.map { $0 / norm }
      power = Kernels.product(power, power)
      weight /= 2
    }
    return Elementary.exp(logarithm + weight * Elementary.log(max(power.norm, 0x1p-1022)))
  }
}
