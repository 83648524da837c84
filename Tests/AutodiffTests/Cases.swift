// The list that every test of the operations runs over: each operation with inputs that it takes.

import Autodiff

/// An operation and inputs for it.
struct Case: Sendable, CustomStringConvertible {
  let operation: Operation
  let inputs: [Matrix]

  init(_ operation: Operation, _ inputs: Matrix...) {
    self.operation = operation
    self.inputs = inputs
  }

  var kind: Kind { Kind(of: operation) }
  var output: Matrix { operation.value(inputs) }

  var description: String {
    "\(operation.title) of \(inputs.map(\.shape.description).joined(separator: ", "))"
  }
}

/// The cases of `Operation` without their numbers. `Kind(of:)` does not compile while an operation is missing here, and
/// a test fails while one has no case.
enum Kind: CaseIterable {
  case matrixProduct, transpose, sum, bias, difference, negation, elementwiseProduct, elementwiseQuotient
  case scaling, offset, complement
  case sigmoid, tanh, relu, leakyRelu, slope, exp, log, squareRoot
  case softmax, logSoftmax, crossEntropy, oneHot
  case sumOfColumns, sumOfRows, total, mean, entryCount, maximumOfRows, maximumMask, spread, reduce
  case stackRows, sliceRows, placeRows, gatherColumns, scatterColumns, masked, fused

  init(of operation: Operation) {
    self =
      switch operation {
      case .matrixProduct: .matrixProduct
      case .transpose: .transpose
      case .sum: .sum
      case .bias: .bias
      case .difference: .difference
      case .negation: .negation
      case .elementwiseProduct: .elementwiseProduct
      case .elementwiseQuotient: .elementwiseQuotient
      case .scaling: .scaling
      case .offset: .offset
      case .complement: .complement
      case .sigmoid: .sigmoid
      case .tanh: .tanh
      case .relu: .relu
      case .leakyRelu: .leakyRelu
      case .slope: .slope
      case .exp: .exp
      case .log: .log
      case .squareRoot: .squareRoot
      case .softmax: .softmax
      case .logSoftmax: .logSoftmax
      case .crossEntropy: .crossEntropy
      case .oneHot: .oneHot
      case .sumOfColumns: .sumOfColumns
      case .sumOfRows: .sumOfRows
      case .total: .total
      case .mean: .mean
      case .entryCount: .entryCount
      case .maximumOfRows: .maximumOfRows
      case .maximumMask: .maximumMask
      case .spread: .spread
      case .reduce: .reduce
      case .stackRows: .stackRows
      case .sliceRows: .sliceRows
      case .placeRows: .placeRows
      case .gatherColumns: .gatherColumns
      case .scatterColumns: .scatterColumns
      case .masked: .masked
      case .fused: .fused
      }
  }

  /// The inputs that a gradient goes to. Others give their shape only, or are constant almost everywhere.
  var differentiableInputs: [Int] {
    switch self {
    case .matrixProduct, .sum, .bias, .difference, .elementwiseProduct, .elementwiseQuotient, .stackRows, .fused:
      [0, 1]
    case .slope, .oneHot, .entryCount, .maximumMask: []
    default: [0]
    }
  }
}

/// tanh(W x), with a pullback written by hand; it keeps 1 − y² for the way back.
let fusedLayer = FusedOperation(
  name: "layer",
  forward: { x in
    let y = (x[0] * x[1]).tanh
    return (y, [1 - y .* y])
  },
  backward: { δ, x, _, saved in
    let inner = δ .* saved[0]
    return [inner * x[1].transposed, x[0].transposed * inner]
  })

/// Numbers to make cases from.
private struct Source {
  var random = Random(seed: 2024)

  /// Normal numbers.
  mutating func any(_ n: Int, _ m: Int) -> Matrix { random.normal(n, m) }
  /// Between 1/2 and 2.
  mutating func positive(_ n: Int, _ m: Int) -> Matrix { random.uniform(n, m, 0.5, 2) }
  /// Away from 0, on both sides.
  mutating func kinkless(_ n: Int, _ m: Int) -> Matrix { any(n, m).map { $0 < 0 ? $0 - 0.1 : $0 + 0.1 } }
  /// A tenth apart at least, in random order: no two change places within a step of a difference.
  mutating func distinct(_ n: Int, _ m: Int) -> Matrix {
    var numbers = (0..<n * m).map { Double($0) / 10 - 0.45 }
    random.shuffle(&numbers)
    return Matrix(rows: n, columns: m, elements: numbers)
  }
}

enum Cases {
  static let all: [Case] = {
    var s = Source()
    var cases: [Case] = []

    cases += [Case(.matrixProduct, s.any(2, 3), s.any(3, 4)), Case(.matrixProduct, s.any(3, 3), s.any(3, 3))]
    cases += [Case(.matrixProduct, s.any(1, 1), s.any(1, 1)), Case(.matrixProduct, s.any(5, 9), s.any(9, 1))]
    cases += [Case(.matrixProduct, s.any(1, 6), s.any(6, 1)), Case(.matrixProduct, s.any(4, 1), s.any(1, 5))]
    cases += [Case(.transpose, s.any(2, 3)), Case(.transpose, s.any(3, 3)), Case(.transpose, s.any(4, 1))]
    cases += [Case(.sum, s.any(2, 3), s.any(2, 3)), Case(.sum, s.any(3, 3), s.any(3, 3))]
    cases += [Case(.sum, s.any(1, 1), s.any(1, 1))]
    cases += [Case(.bias, s.any(3, 4), s.any(3, 1)), Case(.bias, s.any(3, 3), s.any(3, 1))]
    cases += [Case(.bias, s.any(1, 2), s.any(1, 1)), Case(.bias, s.any(3, 1), s.any(3, 1))]
    cases += [Case(.difference, s.any(2, 3), s.any(2, 3)), Case(.difference, s.any(3, 3), s.any(3, 3))]
    cases += [Case(.negation, s.any(2, 3)), Case(.negation, s.any(3, 3))]
    cases += [Case(.elementwiseProduct, s.any(2, 3), s.any(2, 3)), Case(.elementwiseProduct, s.any(3, 3), s.any(3, 3))]
    cases += [Case(.elementwiseProduct, s.any(1, 1), s.any(1, 1))]
    cases += [Case(.elementwiseQuotient, s.any(2, 3), s.positive(2, 3))]
    cases += [Case(.elementwiseQuotient, s.any(3, 3), s.kinkless(3, 3))]
    cases += [Case(.scaling(-1.7), s.any(2, 3)), Case(.scaling(0.3), s.any(3, 3))]
    cases += [Case(.offset(0.7), s.any(2, 3)), Case(.offset(-0.7), s.any(3, 3))]
    cases += [Case(.complement(1), s.any(2, 3)), Case(.complement(-2.5), s.any(3, 3))]

    cases += [Case(.sigmoid, s.any(2, 3)), Case(.sigmoid, s.any(3, 3)), Case(.sigmoid, s.any(1, 1))]
    cases += [Case(.tanh, s.any(2, 3)), Case(.tanh, s.any(3, 3)), Case(.tanh, s.any(1, 1))]
    cases += [Case(.relu, s.kinkless(2, 5)), Case(.relu, s.kinkless(3, 3))]
    cases += [Case(.leakyRelu(0.1), s.kinkless(2, 5)), Case(.leakyRelu(0.25), s.kinkless(3, 3))]
    cases += [Case(.slope(0), s.kinkless(2, 3)), Case(.slope(0.25), s.kinkless(3, 3))]
    cases += [Case(.exp, s.any(2, 3)), Case(.exp, s.any(3, 3))]
    cases += [Case(.log, s.positive(2, 3)), Case(.log, s.positive(3, 3))]
    cases += [Case(.squareRoot, s.positive(2, 3)), Case(.squareRoot, s.positive(3, 3))]

    cases += [Case(.softmax, s.any(4, 2)), Case(.softmax, s.any(3, 3)), Case(.softmax, s.any(3, 1))]
    cases += [Case(.softmax, s.any(1, 3))]
    cases += [Case(.logSoftmax, s.any(4, 2)), Case(.logSoftmax, s.any(3, 3)), Case(.logSoftmax, s.any(3, 1))]
    cases += [Case(.crossEntropy([2, 0, 2]), s.any(4, 3)), Case(.crossEntropy([1, 0, 2]), s.any(3, 3))]
    cases += [Case(.crossEntropy([1]), s.any(3, 1))]
    cases += [Case(.oneHot([2, 0, 2]), s.any(4, 3)), Case(.oneHot([1]), s.any(3, 1))]

    cases += [Case(.sumOfColumns, s.any(2, 3)), Case(.sumOfColumns, s.any(3, 3)), Case(.sumOfColumns, s.any(3, 1))]
    cases += [Case(.sumOfRows, s.any(2, 3)), Case(.sumOfRows, s.any(3, 3)), Case(.sumOfRows, s.any(1, 3))]
    cases += [Case(.total, s.any(2, 3)), Case(.total, s.any(1, 1)), Case(.mean, s.any(2, 3)), Case(.mean, s.any(1, 1))]
    cases += [Case(.entryCount, s.any(2, 3))]
    cases += [Case(.maximumOfRows, s.distinct(3, 4)), Case(.maximumOfRows, s.distinct(3, 3))]
    cases += [Case(.maximumOfRows, s.distinct(1, 3)), Case(.maximumMask, s.distinct(3, 4))]
    cases += [Case(.spread, s.any(1, 1), s.any(2, 3)), Case(.spread, s.any(2, 1), s.any(2, 3))]
    cases += [Case(.spread, s.any(1, 3), s.any(2, 3)), Case(.spread, s.any(3, 3), s.any(3, 3))]
    cases += [Case(.reduce, s.any(2, 3), s.any(1, 1)), Case(.reduce, s.any(2, 3), s.any(2, 1))]
    cases += [Case(.reduce, s.any(2, 3), s.any(1, 3)), Case(.reduce, s.any(3, 3), s.any(3, 3))]
    cases += [Case(.reduce, s.any(3, 3), s.any(3, 1))]

    cases += [Case(.stackRows(heights: [2, 1]), s.any(2, 3), s.any(1, 3))]
    cases += [
      Case(.stackRows(heights: [2, 2]), s.any(2, 2), s.any(2, 2)), Case(.stackRows(heights: [3]), s.any(3, 2)),
    ]
    cases += [Case(.stackRows(heights: [1, 2, 1]), s.any(1, 1), s.any(2, 1), s.any(1, 1))]
    cases += [Case(.sliceRows(1..<3), s.any(4, 2)), Case(.sliceRows(0..<1), s.any(3, 3))]
    cases += [Case(.sliceRows(0..<2), s.any(2, 2))]
    cases += [Case(.placeRows(1..<3), s.any(2, 2), s.any(4, 2)), Case(.placeRows(0..<2), s.any(2, 2), s.any(3, 2))]
    cases += [Case(.gatherColumns([1, 0, 1]), s.any(2, 2)), Case(.gatherColumns([2, 0, 2, 2]), s.any(3, 3))]
    cases += [Case(.gatherColumns([0]), s.any(2, 1)), Case(.gatherColumns(Columns(1..<3)), s.any(2, 4))]
    cases += [Case(.scatterColumns([1, 0, 1]), s.any(2, 3), s.any(2, 2))]
    cases += [Case(.scatterColumns([2, 2, 0]), s.any(3, 3), s.any(3, 4))]
    cases += [Case(.scatterColumns(Columns(1..<3)), s.any(3, 2), s.any(3, 4))]
    cases += [Case(.masked([true, false, true, true, false, true], fill: 0.5), s.any(2, 3))]
    cases += [Case(.masked([false, true, true, true], fill: -1e9), s.any(2, 2))]

    cases += [Case(.fused(fusedLayer), s.any(2, 3), s.any(3, 2)), Case(.fused(fusedLayer), s.any(2, 2), s.any(2, 2))]
    return cases
  }()

  /// Where there is nothing to compute with: no columns, no rows, no inner dimension.
  static let empty: [Case] = {
    let none = Matrix(rows: 2, columns: 0)
    let noRows = Matrix(rows: 0, columns: 2)
    let (square, column) = (Matrix(rows: 2, columns: 2, repeating: 1), Matrix(rows: 2, columns: 1, repeating: 1))
    let unary: [Operation] = [
      .transpose, .negation, .scaling(2), .offset(2), .complement(2), .sigmoid, .tanh, .relu, .leakyRelu(0.1),
      .slope(0),
      .exp, .log, .squareRoot, .softmax, .logSoftmax, .crossEntropy([]), .oneHot([]), .sumOfColumns, .sumOfRows, .total,
      .entryCount, .maximumOfRows, .maximumMask, .masked([], fill: 1),
    ]
    var cases = unary.map { Case($0, none) }
    cases += [Operation.sum, .difference, .elementwiseProduct, .elementwiseQuotient].map { Case($0, none, none) }
    cases += [Operation.sum, .difference, .elementwiseProduct, .elementwiseQuotient].map { Case($0, noRows, noRows) }
    cases += [
      Case(.matrixProduct, square, none), Case(.matrixProduct, none, noRows), Case(.matrixProduct, noRows, none),
    ]
    cases += [Case(.bias, none, column), Case(.sumOfRows, noRows), Case(.sumOfColumns, noRows)]
    cases += [Case(.spread, column, none), Case(.reduce, none, column)]
    cases += [Case(.stackRows(heights: [2, 0]), square, noRows), Case(.sliceRows(1..<1), square)]
    cases += [Case(.placeRows(1..<1), noRows, square), Case(.gatherColumns([]), square)]
    cases += [Case(.gatherColumns(Columns(1..<1)), square)]
    cases += [Case(.scatterColumns([]), none, square), Case(.fused(fusedLayer), square, none)]
    return cases
  }()
}
