// What operations compute, against formulas written a second time, entry by entry.

import Foundation
import Testing

@testable import Autodiff

/// Every operation's entry (i, j), and the shape of its output, without anything from the module but subscripts.
private func expected(_ c: Case) -> Matrix {
  let x = c.inputs
  let (n, m) = (x[0].rows, x[0].columns)
  func output(_ rows: Int, _ columns: Int, _ entry: (Int, Int) -> Double) -> Matrix {
    Matrix(rows: rows, columns: columns, entry: entry)
  }
  func each(_ f: (Double) -> Double) -> Matrix { output(n, m) { f(x[0][$0, $1]) } }
  func both(_ f: (Double, Double) -> Double) -> Matrix { output(n, m) { f(x[0][$0, $1], x[1][$0, $1]) } }
  func column(_ j: Int) -> [Double] { (0..<n).map { x[0][$0, j] } }
  func row(_ i: Int) -> [Double] { (0..<m).map { x[0][i, $0] } }
  func plus(_ numbers: [Double]) -> Double { numbers.reduce(0, +) }
  func exponentials(_ j: Int) -> Double { plus(column(j).map { Foundation.exp($0) }) }
  func product(_ i: Int, _ j: Int) -> Double { plus((0..<m).map { x[0][i, $0] * x[1][$0, j] }) }

  return switch c.operation {
  case .matrixProduct: output(n, x[1].columns, product)
  case .transpose: output(m, n) { x[0][$1, $0] }
  case .sum: both(+)
  case .bias: output(n, m) { x[0][$0, $1] + x[1][$0, 0] }
  case .difference: both(-)
  case .negation: each { 0 - $0 }
  case .elementwiseProduct: both(*)
  case .elementwiseQuotient: both(/)
  case .scaling(let a): each { a * $0 }
  case .offset(let a): each { a + $0 }
  case .complement(let a): each { a - $0 }
  case .sigmoid: each { 1 / (1 + Foundation.exp(-$0)) }
  case .tanh: each { Foundation.tanh($0) }
  case .relu: each { max(0, $0) }
  case .leakyRelu(let a): each { max(0, $0) + a * min(0, $0) }
  case .slope(let a): each { $0 > 0 ? 1 : a }
  case .exp: each { Foundation.exp($0) }
  case .log: each { Foundation.log($0) }
  case .squareRoot: each { Foundation.sqrt($0) }
  case .softmax: output(n, m) { Foundation.exp(x[0][$0, $1]) / exponentials($1) }
  case .logSoftmax: output(n, m) { x[0][$0, $1] - Foundation.log(exponentials($1)) }
  case .crossEntropy(let classes): output(1, m) { Foundation.log(exponentials($1)) - x[0][classes[$1], $1] }
  case .oneHot(let classes): output(n, m) { classes[$1] == $0 ? 1 : 0 }
  case .sumOfColumns: output(n, 1) { i, _ in plus(row(i)) }
  case .sumOfRows: output(1, m) { _, j in plus(column(j)) }
  case .total: output(1, 1) { _, _ in plus((0..<m).map { plus(column($0)) }) }
  case .mean: output(1, 1) { _, _ in plus((0..<m).map { plus(column($0)) }) / Double(n * m) }
  case .entryCount: output(1, 1) { _, _ in Double(n * m) }
  case .maximumOfRows: output(1, m) { _, j in column(j).max()! }
  case .maximumMask: output(n, m) { $0 == column($1).firstIndex(of: column($1).max()!)! ? 1 : 0 }
  case .spread: output(x[1].rows, x[1].columns) { x[0][n == 1 ? 0 : $0, m == 1 ? 0 : $1] }
  case .reduce:
    output(x[1].rows, x[1].columns) { i, j in
      let rows = x[1].rows == 1 ? Array(0..<n) : [i]
      let columns = x[1].columns == 1 ? Array(0..<m) : [j]
      return plus(columns.flatMap { j in rows.map { x[0][$0, j] } })
    }
  case .stackRows:
    output(x.map(\.rows).reduce(0, +), m) { i, j in
      let all = x.flatMap { part in (0..<part.rows).map { part[$0, j] } }
      return all[i]
    }
  case .sliceRows(let range): output(range.count, m) { x[0][$0 + range.lowerBound, $1] }
  case .placeRows(let range):
    output(x[1].rows, x[1].columns) { range.contains($0) ? x[0][$0 - range.lowerBound, $1] : 0 }
  case .gatherColumns(let indices): output(n, indices.count) { x[0][$0, indices[$1]] }
  case .scatterColumns(let indices):
    output(x[1].rows, x[1].columns) { i, j in plus(indices.indices.filter { indices[$0] == j }.map { x[0][i, $0] }) }
  case .masked(let mask, let fill): output(n, m) { mask[$0 + $1 * n] ? x[0][$0, $1] : fill }
  case .fused: output(n, x[1].columns) { Foundation.tanh(product($0, $1)) }
  }
}

@Suite struct Values {
  @Test(arguments: Cases.all) func everyOperationIsItsFormula(c: Case) {
    let (value, formula) = (c.output, expected(c))
    #expect(value.shape == formula.shape)
    #expect(value.largestDifference(from: formula) <= 1e-14 * max(1, formula.largestMagnitude))
  }

  @Test(arguments: Cases.empty) func everyOperationTakesEmptyMatrices(c: Case) {
    let value = c.output
    #expect(value == expected(c))
    let tape = Tape()
    let x = c.inputs.map { tape.variable($0) }
    let gradients = tape.gradients(of: Variable.apply(c.operation, x), seed: Matrix(value.shape, repeating: 1))
    for (variable, input) in zip(x, c.inputs) { #expect(gradients[variable].shape == input.shape) }
  }

  @Test func operatorsApplyTheOperationsTheyAreNamedFor() {
    let (a, b) = (Matrix([[1, 2], [3, 4]]), Matrix([[5, 6], [7, 8]]))
    let c = Matrix(column: [10, 20])
    #expect(a * b == Matrix([[19, 22], [43, 50]]))
    #expect(a + b == Matrix([[6, 8], [10, 12]]))
    #expect(a + c == Matrix([[11, 12], [23, 24]]))
    #expect(a - b == Matrix([[-4, -4], [-4, -4]]))
    #expect(a .* b == Matrix([[5, 12], [21, 32]]))
    #expect(b ./ a == Matrix([[5, 3], [7.0 / 3, 2]]))
    #expect(-a == Matrix([[-1, -2], [-3, -4]]))
    #expect(2.0 * a == Matrix([[2, 4], [6, 8]]))
    #expect(a + 1.0 == Matrix([[2, 3], [4, 5]]))
    // A number stands on either side, with or without a point.
    #expect(1 + a == a + 1.0 && a * 2 == 2.0 * a && a + 1 == a + 1.0 && a / 4 == 0.25 * a)
    #expect(a - 1.0 == Matrix([[0, 1], [2, 3]]))
    #expect(1.0 - a == Matrix([[0, -1], [-2, -3]]))
    #expect(a.transposed == Matrix([[1, 3], [2, 4]]))
    #expect((-a).relu == Matrix([[0, 0], [0, 0]]))
    #expect((-a).leakyRelu(slope: 0.5) == Matrix([[-0.5, -1], [-1.5, -2]]))
    #expect((a .* a).squareRoot == a)
    #expect(a.sumOfColumns == Matrix(column: [3, 7]))
    #expect(a.sumOfRows == Matrix([[4, 6]]))
    #expect(a.total == Matrix(10))
    #expect(a.mean == Matrix(2.5))
    #expect(a.maximumOfRows == Matrix([[3, 4]]))
    #expect(Matrix(3).spread(like: a) == Matrix([[3, 3], [3, 3]]))
    #expect(a.reduced(like: c) == Matrix(column: [3, 7]))
    #expect(Matrix.stack([a, b]) == Matrix([[1, 2], [3, 4], [5, 6], [7, 8]]))
    #expect(a.rows(1..<2) == Matrix([[3, 4]]))
    #expect(a.columns([1, 1, 0]) == Matrix([[2, 2, 1], [4, 4, 3]]))
    #expect(a.masked([true, false, true, true], fill: 0) == Matrix([[1, 2], [0, 4]]))
  }

  @Test func elementwiseOperatorsBindLikeTheProduct() {
    let (a, b) = (Matrix([[1, 2], [3, 4]]), Matrix([[5, 6], [7, 8]]))
    let (mixed, bracketed) = (a + a .* b, a + (a .* b))
    #expect(mixed == bracketed)
    let (quotients, bracketedQuotients) = (a - b ./ a .* b, a - ((b ./ a) .* b))
    #expect(quotients == bracketedQuotients)
  }

  @Test func theProductIsThePlainProductBitForBit() {
    var random = Random(seed: 11)
    for _ in 0..<300 {
      let (n, k, m) = (random.index(below: 20), random.index(below: 20), random.index(below: 20))
      let (a, b) = (random.normal(n, k), random.normal(k, m))
      #expect(Kernels.product(a, b).hasSameBits(as: Kernels.plainProduct(a, b)), "(\(n) × \(k))(\(k) × \(m))")
    }
    // And beyond the blocks that it works on.
    for (n, k, m) in [(67, 131, 33), (256, 16, 2), (257, 17, 3), (600, 50, 4)] {
      let (a, b) = (random.normal(n, k), random.normal(k, m))
      #expect(Kernels.product(a, b).hasSameBits(as: Kernels.plainProduct(a, b)), "(\(n) × \(k))(\(k) × \(m))")
    }
  }

  @Test func theProductOfNothingIsPositiveZero() {
    let product = Matrix(rows: 2, columns: 0) * Matrix(rows: 0, columns: 2)
    #expect(product.hasSameBits(as: Matrix(rows: 2, columns: 2)))
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity]) func theProductKeepsWhatIsNotFinite(special: Double) {
    let zero = Matrix(rows: 5, columns: 5)
    var a = zero
    a[4, 3] = special
    #expect((a * zero)[4, 0].isNaN)
    #expect((a * zero)[3, 0] == 0)
    #expect((zero * a)[0, 3].isNaN)
  }

  @Test func reluKeepsNaNAndHasNoNegativeZero() {
    let y = Matrix(column: [-3, -.infinity, .nan, .infinity, -0.0, 0, 2]).relu
    let zeros = Matrix(column: [y[0, 0], y[1, 0], y[4, 0], y[5, 0]])
    #expect(zeros.hasSameBits(as: Matrix(rows: 4, columns: 1)))
    #expect(y[2, 0].isNaN)
    #expect(y[3, 0] == .infinity)
    #expect(y[6, 0] == 2)
  }

  @Test func theMaximumOfAColumnWithNaNIsNaN() {
    let x = Matrix([[1, .nan, 3], [.nan, 2, 5], [2, 1, 4]])
    let y = x.maximumOfRows
    #expect(y[0, 0].isNaN && y[0, 1].isNaN && y[0, 2] == 5)
    #expect(Matrix.apply(.maximumMask, [x]) == Matrix([[0, 1, 0], [1, 0, 1], [0, 0, 0]]))
  }

  @Test func ofEqualMaximaTheFirstGetsTheGradient() {
    let tape = Tape()
    let x = tape.variable(Matrix([[1, 2], [1, 2], [0, 2]]))
    #expect(tape.gradients(of: x.maximumOfRows.total)[x] == Matrix([[1, 1], [0, 0], [0, 0]]))
  }
}

// MARK: - Softmax

@Suite struct Softmax {
  @Test func maskedScoresOfMinusInfinityGetNoWeightAndNoGradient() {
    let weights = Matrix(column: [0.3, -.infinity, 1.2, -.infinity]).softmax
    let rest = Matrix(column: [0.3, 1.2]).softmax
    #expect(weights == Matrix(column: [rest[0, 0], 0, rest[1, 0], 0]))

    let tape = Tape()
    let x = tape.variable(Matrix(column: [0.3, -.infinity, 1.2, -.infinity]))
    let loss = x.crossEntropy([2])
    #expect(loss.value.scalar.isFinite)
    for gradient in [
      tape.gradients(of: x.softmax, seed: Matrix(column: [1, 2, 3, 4]))[x],
      tape.gradients(of: x.logSoftmax, seed: Matrix(column: [1, 0, 3, 0]))[x], tape.gradients(of: loss)[x],
    ] {
      #expect(gradient.elements.allSatisfy { $0.isFinite })
      #expect(gradient[1, 0] == 0 && gradient[3, 0] == 0)
    }
  }

  /// Scores and shifts are multiples of 1/8, so that adding them is exact.
  @Test(arguments: [1000.0, -1000, 0.5, 1_048_576]) func aShiftOfAllScoresChangesNoBit(shift: Double) {
    var random = Random(seed: 5)
    let x = Matrix(rows: 4, columns: 3) { _, _ in Double(random.index(below: 40)) / 8 }
    let shifted = x + shift
    #expect(shifted.softmax.hasSameBits(as: x.softmax))
    #expect(shifted.logSoftmax.hasSameBits(as: x.logSoftmax))
    #expect(shifted.crossEntropy([0, 1, 2]).hasSameBits(as: x.crossEntropy([0, 1, 2])))
  }

  @Test func scoresOfAThousandDoNotOverflow() {
    let x = Matrix([[1000, -1000, 0], [0, 0, 1000], [-1000, -1000, 1000]])
    let half = -Foundation.log(2.0)
    #expect(x.softmax == Matrix([[1, 0, 0], [0, 1, 0.5], [0, 0, 0.5]]))
    let logarithms = Matrix([[0, -1000, half - 1000], [-1000, 0, half], [-2000, -1000, half]])
    #expect(x.logSoftmax.largestDifference(from: logarithms) < 1e-12)
    #expect(x.crossEntropy([2, 0, 0]).largestDifference(from: Matrix([[2000, 1000, 1000 - half]])) < 1e-12)
  }

  @Test func columnsOfASoftmaxSumToOne() {
    var random = Random(seed: 6)
    let y = random.normal(7, 50, deviation: 10).softmax
    #expect((y.sumOfRows - 1).largestMagnitude < 1e-15)
    #expect(y.elements.allSatisfy { $0 >= 0 })
  }

  /// For scores (0, s), −log softmax of the second is log(1 + e^{−s}), of the first the same plus s.
  @Test(arguments: [0.0, 1, 5, 20, 36, 50, 300, 709, 800, 1e6]) func crossEntropyHoldsInTheFarTail(s: Double) {
    let tape = Tape()
    let scores = tape.variable(Matrix(column: [0, s]))
    let (right, wrong) = (scores.crossEntropy([1]), scores.crossEntropy([0]))
    let small = Foundation.log1p(Foundation.exp(-s))
    #expect(abs(right.value.scalar - small) <= 3e-16)
    #expect(abs(wrong.value.scalar - (s + small)) <= 3e-16 * max(1, s))
    // The wrong class's gradient is its softmax, to full relative precision; the right one's cancels against 1.
    let gradient = tape.gradients(of: right)[scores]
    let tail = Foundation.exp(-s) / (1 + Foundation.exp(-s))
    #expect(abs(gradient[0, 0] - tail) <= 1e-14 * tail)
    #expect(abs(gradient[1, 0] + tail) <= 3e-16)
  }

  @Test func aNaNScoreSpoilsItsColumnAndNoOther() {
    let x = Matrix([[0, 1], [.nan, 2]])
    for y in [x.softmax, x.logSoftmax] {
      #expect(y[0, 0].isNaN && y[1, 0].isNaN)
      #expect(y[0, 1].isFinite && y[1, 1].isFinite)
    }
  }
}
