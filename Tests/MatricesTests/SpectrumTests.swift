// Singular values and the spectral radius, against matrices whose values are known.

import Autodiff
import Testing

@testable import Matrices

@Suite struct SpectrumTests {
  /// U diag(σ) Vᵀ with orthogonal U and V has the singular values σ, whatever its shape.
  @Test(arguments: [(1, 1), (2, 2), (3, 5), (5, 3), (8, 8), (20, 7)], 1...5 as ClosedRange<UInt64>)
  func singularValuesAreThoseBuiltIn(shape: (rows: Int, columns: Int), seed: UInt64) {
    var random = Random(seed: seed)
    let count = min(shape.rows, shape.columns)
    let values = (0..<count).map { _ in random.uniform(0.01, 10) }.sorted(by: >)
    let middle = Matrix(rows: shape.rows, columns: shape.columns) { $0 == $1 ? values[$0] : 0 }
    let a = random.orthogonal(shape.rows) * middle * random.orthogonal(shape.columns).transposed
    let found = a.singularValues
    #expect(found.count == count)
    for (x, expected) in zip(found, values) { #expect(abs(x - expected) <= 1e-13 * values[0], "\(x), \(expected)") }
    #expect(a.spectralNorm == found[0])
  }

  /// A matrix whose singular values are known in closed form: [[1, a], [0, 1]] has (√(4 + a²) ± a) / 2.
  @Test(arguments: [0.0, 0.5, 3, 1e3, 1e-7]) func aShearHasItsClosedForm(a: Double) {
    let found = Matrix([[1, a], [0, 1]]).singularValues
    let root = (4 + a * a).squareRoot()
    #expect(abs(found[0] - (root + a) / 2) <= 4 * found[0].ulp)
    #expect(abs(found[1] - 2 / (root + a)) <= 1e-15 * found[0])
  }

  @Test func scalesAndZerosAreNoTrouble() {
    #expect(Matrix(rows: 3, columns: 2).singularValues == [0, 0])
    #expect(Matrix(rows: 0, columns: 2).singularValues.isEmpty && Matrix(rows: 0, columns: 2).spectralNorm == 0)
    for scale in [1e-300, 1e300] {
      let found = Matrix([[3 * scale, 0], [0, -4 * scale]]).singularValues
      #expect(abs(found[0] / scale - 4) < 1e-14 && abs(found[1] / scale - 3) < 1e-14)
    }
  }

  /// P diag(λ) P⁻¹ has the eigenvalues λ; its norm is larger, here by the factor that P's condition allows.
  @Test(arguments: 1...8 as ClosedRange<UInt64>) func theRadiusIsTheLargestEigenvalue(seed: UInt64) {
    var random = Random(seed: seed)
    let q = random.orthogonal(4)
    let eigenvalues = (0..<4).map { Double($0) * 0.31 - 1.13 }
    // Upper triangular with these on the diagonal, in another basis.
    let triangle = Matrix(rows: 4, columns: 4) { $0 == $1 ? eigenvalues[$0] : $0 < $1 ? random.uniform(1, 3) : 0 }
    let a = q * triangle * q.transposed
    #expect(abs(a.spectralRadius - 1.13) < 1e-11, "\(a.spectralRadius)")
    #expect(a.spectralNorm > 1.5)
  }

  /// A rotation's eigenvalues are complex, a nilpotent matrix has none but 0, a Jordan block has one twice.
  @Test func theRadiusKnowsTheHardCases() {
    #expect(abs((0.7 * Matrix([[0.6, -0.8], [0.8, 0.6]])).spectralRadius - 0.7) < 1e-12)
    #expect(Matrix([[0, 5], [0, 0]]).spectralRadius == 0)
    #expect(abs(Matrix([[0.9, 10], [0, 0.9]]).spectralRadius - 0.9) < 1e-9)
    #expect(abs(Matrix([[1e-200, 0], [0, -2e-200]]).spectralRadius / 2e-200 - 1) < 1e-9)
    // Eigenvalues nearly as large as each other: after 24 squarings the smaller one would still be seen.
    let close = Matrix([[1, 1], [0, 1 - 1e-8]])
    #expect(abs(close.spectralRadius - 1) < 1e-10, "\(close.spectralRadius)")
  }
}
