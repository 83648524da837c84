// What a derivative rule may use. A rule is written once over this algebra and read three ways: over matrices it is computed,
// over `Symbol` it is written down, over `Variable` it is recorded to be differentiated again.

@_exported import Matrices  // so that `import Autodiff` brings Matrix along

infix operator .* : MultiplicationPrecedence
infix operator ./ : MultiplicationPrecedence

/// Something that operations can be applied to.
///
/// `apply` is the only requirement that every type implements; the operators and properties below call it.
public protocol Algebra {
  /// The result of an operation on its inputs, in order. Traps on shapes that do not fit.
  static func apply(_ operation: Operation, _ inputs: [Self]) -> Self
  static func apply(_ operation: Operation, _ a: Self) -> Self
  static func apply(_ operation: Operation, _ a: Self, _ b: Self) -> Self

  /// The gradients of a fused operation's inputs (nil where there is none), given the gradient δ of its output.
  static func pullback(
    of fused: FusedOperation, _ δ: Self, inputs: [Self], output: Self, saved: [Matrix]
  ) -> [Self?]

  /// Adds a term to a gradient; nil is a gradient without a term yet. By default with `+`.
  static func add(_ term: Self, to sum: inout Self?)

  /// The number of rows, where it is known (a formula does not know its shape).
  var knownRows: Int? { get }
}

extension Algebra {
  public static func apply(_ operation: Operation, _ a: Self) -> Self { apply(operation, [a]) }
  public static func apply(_ operation: Operation, _ a: Self, _ b: Self) -> Self { apply(operation, [a, b]) }
  public static func add(_ term: Self, to sum: inout Self?) { sum = sum.map { $0 + term } ?? term }

  /// The matrix product: (n × k) * (k × m) is n × m.
  public static func * (a: Self, b: Self) -> Self { apply(.matrixProduct, a, b) }
  /// The sum. A column n × 1 on the right is spread over the columns of an n × m on the left, as a bias is.
  public static func + (a: Self, b: Self) -> Self { apply(.sum, a, b) }
  /// The difference of two matrices of one shape.
  public static func - (a: Self, b: Self) -> Self { apply(.difference, a, b) }
  /// The elementwise product, ⊙ in the notes.
  public static func .* (a: Self, b: Self) -> Self { apply(.elementwiseProduct, a, b) }
  /// The elementwise quotient.
  public static func ./ (a: Self, b: Self) -> Self { apply(.elementwiseQuotient, a, b) }
  public static prefix func - (a: Self) -> Self { apply(.negation, a) }

  /// Every entry times a number.
  public static func * (factor: Double, a: Self) -> Self { apply(.scaling(factor), a) }
  public static func * (a: Self, factor: Double) -> Self { apply(.scaling(factor), a) }
  /// Every entry divided by a number: times 1 / number, which rounds once more where that is no power of two.
  public static func / (a: Self, number: Double) -> Self { apply(.scaling(1 / number), a) }
  /// Every entry plus a number.
  public static func + (a: Self, number: Double) -> Self { apply(.offset(number), a) }
  public static func + (number: Double, a: Self) -> Self { apply(.offset(number), a) }
  public static func - (a: Self, number: Double) -> Self { apply(.offset(-number), a) }
  /// A number minus every entry, as in 1 − z.
  public static func - (number: Double, a: Self) -> Self { apply(.complement(number), a) }

  public var transposed: Self { Self.apply(.transpose, self) }
  /// σ(x) = 1 / (1 + e^{−x}).
  public var sigmoid: Self { Self.apply(.sigmoid, self) }
  public var tanh: Self { Self.apply(.tanh, self) }
  /// max(0, x).
  public var relu: Self { Self.apply(.relu, self) }
  /// x where x > 0, else slope · x.
  public func leakyRelu(slope: Double) -> Self { Self.apply(.leakyRelu(slope), self) }
  public var exp: Self { Self.apply(.exp, self) }
  /// The natural logarithm.
  public var log: Self { Self.apply(.log, self) }
  public var squareRoot: Self { Self.apply(.squareRoot, self) }
  /// Softmax over each column.
  public var softmax: Self { Self.apply(.softmax, self) }
  /// The logarithm of the softmax over each column.
  public var logSoftmax: Self { Self.apply(.logSoftmax, self) }
  /// −log softmax(x)[class] of each column: n × m scores and m classes give 1 × m losses.
  public func crossEntropy(_ classes: [Int]) -> Self { Self.apply(.crossEntropy(classes), self) }

  /// Each row's sum over the columns: n × m gives n × 1.
  public var sumOfColumns: Self { Self.apply(.sumOfColumns, self) }
  /// Each column's sum over the rows: n × m gives 1 × m.
  public var sumOfRows: Self { Self.apply(.sumOfRows, self) }
  /// The sum of all entries, 1 × 1.
  public var total: Self { Self.apply(.total, self) }
  /// The mean of all entries, 1 × 1.
  public var mean: Self { Self.apply(.mean, self) }
  /// Each column's largest entry: n × m gives 1 × m.
  public var maximumOfRows: Self { Self.apply(.maximumOfRows, self) }

  /// A scalar, a column or a row repeated until it has the shape of `other`.
  public func spread(like other: Self) -> Self { Self.apply(.spread, self, other) }
  /// Sums over rows, columns or both, down to the shape of `other`: a scalar, a column, a row, or this shape.
  public func reduced(like other: Self) -> Self { Self.apply(.reduce, self, other) }

  /// The parts one above the other; all have the same number of columns.
  public static func stack(_ parts: [Self]) -> Self {
    apply(.stackRows(heights: parts.compactMap { $0.knownRows }), parts)
  }
  /// The rows in `range`, counted from 0.
  public func rows(_ range: Range<Int>) -> Self { Self.apply(.sliceRows(range), self) }
  /// The columns with these indices, in this order, repeats allowed: an embedding lookup.
  public func columns(_ indices: [Int]) -> Self { Self.apply(.gatherColumns(Columns(indices)), self) }
  /// The columns in `range`, counted from 0.
  public func columns(_ range: Range<Int>) -> Self { Self.apply(.gatherColumns(Columns(range)), self) }
  /// `fill` wherever `mask` (column-major, one flag an entry) is false. Masked entries receive no gradient.
  public func masked(_ mask: [Bool], fill: Double) -> Self { Self.apply(.masked(mask, fill: fill), self) }
}
