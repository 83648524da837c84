// The matrix: how it is stored, compared and measured.

import Autodiff
import Testing

@testable import Matrices

@Suite struct Matrices {
  private let a = Matrix([[1, 2, 3], [4, 5, 6]])

  @Test func aLiteralIsWrittenByRowsAndStoredByColumns() {
    #expect(a.shape == Shape(2, 3))
    #expect(a.elements == [1, 4, 2, 5, 3, 6])
    #expect(a == Matrix(rows: 2, columns: 3, elements: [1, 4, 2, 5, 3, 6]))
    #expect(a == Matrix(rows: 2, columns: 3) { Double(1 + 3 * $0 + $1) })
    #expect(a[0, 2] == 3 && a[1, 0] == 4)
    #expect(a.column(1) == Matrix(column: [2, 5]))
    #expect(Matrix([]).shape == Shape(0, 0))
    #expect(Matrix([[], []]).shape == Shape(2, 0))
  }

  @Test func entriesAreReplacedOneByOne() {
    var b = a
    b[1, 2] = 60
    #expect(b == Matrix([[1, 2, 3], [4, 5, 60]]))
    #expect(a[1, 2] == 6, "a copy has its own entries")
  }

  @Test func entriesAreAskedForColumnAfterColumn() {
    var asked: [[Int]] = []
    _ = Matrix(rows: 2, columns: 2) { i, j in
      asked.append([i, j])
      return 0
    }
    #expect(asked == [[0, 0], [1, 0], [0, 1], [1, 1]])
  }

  @Test func specialMatrices() {
    #expect(Matrix.identity(2) == Matrix([[1, 0], [0, 1]]))
    #expect(Matrix.diagonal([2, 3]) == Matrix([[2, 0], [0, 3]]))
    #expect(Matrix(rows: 1, columns: 2, repeating: 7) == Matrix([[7, 7]]))
    #expect(Matrix(5).scalar == 5 && Matrix(5).shape == Shape(1, 1))
    #expect(a.map { -$0 } == -a)
    #expect(Shape(2, 3).description == "2 × 3")
  }

  @Test func sameBitsToldApartWhatEqualityDoesNot() {
    let (zero, negative, nan) = (Matrix(0), Matrix(-0.0), Matrix(.nan))
    #expect(zero == negative && !zero.hasSameBits(as: negative))
    let copy = nan
    #expect(nan != copy && nan.hasSameBits(as: nan))
    #expect(!nan.hasSameBits(as: Matrix(-Double.nan)))
    #expect(!Matrix(1).hasSameBits(as: Matrix(1.0.nextUp)))
    #expect(!Matrix(rows: 0, columns: 2).hasSameBits(as: Matrix(rows: 2, columns: 0)))
    #expect(Matrix(rows: 2, columns: 3, elements: a.elements) != Matrix(rows: 3, columns: 2, elements: a.elements))
    #expect(!a.hasSameBits(as: Matrix(rows: 3, columns: 2, elements: a.elements)))
  }

  @Test(arguments: [1, 1e-200, 1e200, 0x1p-1030, 0x1p-1074, 0x1p1000]) func theNormNeitherOverflowsNorVanishes(
    scale: Double
  ) {
    let norm = (scale * Matrix([[3, 0], [0, -4]])).norm
    #expect(abs(norm / scale - 5) <= (scale < 1e-300 ? 1e-7 : 1e-15))
  }

  @Test func theNormOfSpecialMatrices() {
    #expect(Matrix(rows: 2, columns: 2).norm == 0)
    #expect(Matrix(rows: 2, columns: 0).norm == 0)
    #expect(Matrix([[1, .nan], [.infinity, 0]]).norm.isNaN)
    #expect(Matrix([[1, -.infinity]]).norm == .infinity)
    #expect(Matrix(.greatestFiniteMagnitude).norm == .greatestFiniteMagnitude)
    #expect(Matrix(-.leastNonzeroMagnitude).norm == .leastNonzeroMagnitude)
  }

  @Test func distancesSeeNaNAndTakeInfinitiesForEqual() {
    #expect(a.largestDifference(from: a) == 0)
    #expect(a.largestDifference(from: a + 0.5) == 0.5)
    #expect(Matrix([[1, .infinity]]).largestDifference(from: Matrix([[1.5, .infinity]])) == 0.5)
    #expect(Matrix(.infinity).largestDifference(from: Matrix(-.infinity)) == .infinity)
    #expect(Matrix([[9, .nan]]).largestDifference(from: Matrix([[1, .nan]])).isNaN)
    #expect(Matrix([[.nan, 9]]).largestMagnitude.isNaN)
    #expect(Matrix([[-9, 2]]).largestMagnitude == 9)
    #expect(Matrix(rows: 0, columns: 3).largestMagnitude == 0)
  }
}
