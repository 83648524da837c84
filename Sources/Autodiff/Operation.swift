// Every operation: its value, its derivative, its notation. The calculus of this package on one screen.
//
// The derivative of an operation y = f(x₀, x₁, …) is given as a pullback: δ = ∂L/∂y goes in, ∂L/∂x_k comes out, for any
// scalar L that depends on y. It is written once, over `Algebra`; the same line is computed with matrices, printed as a
// formula and recorded for second derivatives. The rules are those of matrix calculus (for instance M. Giles, 2008,
// "Collected matrix derivative results for forward and reverse mode algorithmic differentiation").

/// An operation of the tape. Shapes are rows × columns; columns are examples.
public enum Operation: Hashable, Sendable {
  /// (n × k)(k × m) → n × m.
  case matrixProduct
  /// n × m → m × n.
  case transpose
  /// Two of one shape.
  case sum
  /// n × m plus a column n × 1, spread over the m columns.
  case bias
  case difference
  case negation
  case elementwiseProduct
  case elementwiseQuotient
  /// Every entry times the number.
  case scaling(Double)
  /// Every entry plus the number.
  case offset(Double)
  /// The number minus every entry.
  case complement(Double)

  case sigmoid
  case tanh
  case relu
  /// x where x > 0, else the number times x.
  case leakyRelu(Double)
  /// 1 where x > 0, else the number: the derivative of the two above. Constant almost everywhere, so without a gradient.
  case slope(Double)
  case exp
  case log
  case squareRoot

  /// Over each column, shifted by its largest entry so that nothing overflows.
  case softmax
  /// Over each column, shifted likewise.
  case logSoftmax
  /// n × m scores and m class indices → 1 × m: −log softmax(x)[class].
  case crossEntropy([Int])
  /// The n × m matrix with a 1 in each column at its class (input: for its shape only), without a gradient.
  case oneHot([Int])

  /// n × m → n × 1: each row summed over the columns.
  case sumOfColumns
  /// n × m → 1 × m: each column summed over the rows.
  case sumOfRows
  /// n × m → 1 × 1.
  case total
  /// n × m → 1 × 1.
  case mean
  /// The number of entries, as 1 × 1, without a gradient.
  case entryCount
  /// n × m → 1 × m: each column's largest entry.
  case maximumOfRows
  /// 1 where an entry is its column's first largest, else 0: the derivative of the one above, without a gradient.
  case maximumMask
  /// 1 × 1, n × 1, 1 × m or n × m, repeated to the n × m of the second input, which gives its shape only.
  case spread
  /// n × m, summed down to the shape of the second input (any that `spread` takes), which gives its shape only.
  case reduce

  /// Inputs of these heights one above the other.
  case stackRows(heights: [Int])
  case sliceRows(Range<Int>)
  /// The first input in the rows `range` of zeros shaped like the second, which gives its shape only.
  case placeRows(Range<Int>)
  /// The columns with these indices, repeats allowed.
  case gatherColumns(Columns)
  /// The first input's columns added into the columns with these indices of zeros shaped like the second.
  case scatterColumns(Columns)
  /// The number wherever the mask (column-major) is false.
  case masked([Bool], fill: Double)

  /// An operation with a hand-written pullback.
  case fused(FusedOperation)
}

/// Indices of columns: any, in any order, or neighbours, which need no list.
public struct Columns: RandomAccessCollection, Hashable, Sendable, ExpressibleByArrayLiteral {
  /// The neighbours from first to last, where they were given so.
  let range: Range<Int>?
  private let list: [Int]

  public init(_ indices: [Int]) { (range, list) = (nil, indices) }
  public init(_ range: Range<Int>) { (self.range, list) = (range, []) }
  public init(arrayLiteral indices: Int...) { self.init(indices) }

  public var startIndex: Int { 0 }
  public var endIndex: Int { range?.count ?? list.count }
  public subscript(_ place: Int) -> Int { range.map { $0.lowerBound + place } ?? list[place] }

  /// The first index that is not in `valid`.
  func first(outside valid: Range<Int>) -> Int? {
    if let range, range.isEmpty || valid.contains(range.lowerBound) && range.upperBound <= valid.upperBound {
      return nil
    }
    return first { !valid.contains($0) }
  }

  /// Equal are the same indices, however they were given.
  public static func == (a: Columns, b: Columns) -> Bool { a.elementsEqual(b) }
  public func hash(into hasher: inout Hasher) { hasher.combine(Array(self)) }
}

// MARK: - Derivatives

extension Operation {
  /// The gradient ∂L/∂x_k that the gradient δ = ∂L/∂y of the output sends back to input number k; nil where the output
  /// does not depend on it (or is constant almost everywhere).
  ///
  /// - Parameters:
  ///   - δ: the gradient of the output, of the output's shape.
  ///   - k: which input, from 0.
  ///   - x: the inputs.
  ///   - y: the output, so that rules may be written through it, as tanh′ = 1 − y².
  /// - Returns: a gradient of the shape of `x[k]`.
  public func pullback<A: Algebra>(_ δ: A, to k: Int, inputs x: [A], output y: A) -> A? {
    switch self {
    case .matrixProduct: k == 0 ? δ * x[1].transposed : x[0].transposed * δ
    case .transpose: δ.transposed
    case .sum: δ
    case .bias: k == 0 ? δ : δ.sumOfColumns
    case .difference: k == 0 ? δ : -δ
    case .negation: -δ
    case .elementwiseProduct: k == 0 ? δ .* x[1] : x[0] .* δ
    case .elementwiseQuotient: k == 0 ? δ ./ x[1] : -(δ .* y) ./ x[1]
    case .scaling(let factor): factor * δ
    case .offset: δ
    case .complement: -δ

    case .sigmoid: δ .* y .* (1 - y)
    case .tanh: δ .* (1 - y .* y)
    case .relu: δ .* A.apply(.slope(0), [x[0]])
    case .leakyRelu(let slope): δ .* A.apply(.slope(slope), [x[0]])
    case .exp: δ .* y
    case .log: δ ./ x[0]
    case .squareRoot: δ ./ (2.0 * y)
    case .slope, .oneHot, .entryCount, .maximumMask: nil

    case .softmax: y .* (δ - (δ .* y).sumOfRows.spread(like: y))
    case .logSoftmax: δ - y.exp .* δ.sumOfRows.spread(like: y)
    case .crossEntropy(let classes): (x[0].softmax - A.apply(.oneHot(classes), [x[0]])) .* δ.spread(like: x[0])

    case .sumOfColumns, .sumOfRows, .total: δ.spread(like: x[0])
    case .mean: (δ ./ A.apply(.entryCount, [x[0]])).spread(like: x[0])
    case .maximumOfRows: δ.spread(like: x[0]) .* A.apply(.maximumMask, [x[0]])
    case .spread: k == 0 ? δ.reduced(like: x[0]) : nil
    case .reduce: k == 0 ? δ.spread(like: x[0]) : nil

    case .stackRows(let heights):
      δ.rows(heights[..<k].reduce(0, +)..<heights[...k].reduce(0, +))
    case .sliceRows(let range): A.apply(.placeRows(range), [δ, x[0]])
    case .placeRows(let range): k == 0 ? δ.rows(range) : nil
    case .gatherColumns(let indices): A.apply(.scatterColumns(indices), [δ, x[0]])
    case .scatterColumns(let indices): k == 0 ? A.apply(.gatherColumns(indices), [δ]) : nil
    case .masked(let mask, _): δ.masked(mask, fill: 0)

    case .fused: fail("a fused operation's gradients come all at once")
    }
  }
}

// MARK: - Values

extension Operation {
  /// The result on matrices. Traps where `problem(with:)` has something to say.
  public func value(_ x: [Matrix]) -> Matrix {
    if let problem = problem(with: x.map { $0.shape }) { fail(problem) }
    return result(x)
  }

  /// The same on matrices whose shapes were found to fit.
  ///
  /// - Parameter spare: memory that may be used for the result.
  func result(_ x: [Matrix], _ spare: Spare? = nil) -> Matrix {
    if inputCount != nil, let y = result(x[0], x[x.count - 1], spare) { return y }
    return switch self {
    case .transpose: Kernels.transpose(x[0])
    case .leakyRelu(let slope): Kernels.leakyRelu(x[0], slope)
    case .slope(let negative): Kernels.slope(x[0], negative)
    case .exp: Kernels.exp(x[0])
    case .log: Kernels.log(x[0])
    case .squareRoot: Kernels.squareRoot(x[0])
    case .softmax: Kernels.softmax(x[0])
    case .logSoftmax: Kernels.logSoftmax(x[0])
    case .crossEntropy(let classes): Kernels.crossEntropy(x[0], classes)
    case .oneHot(let classes): Matrix(rows: x[0].rows, columns: x[0].columns) { $0 == classes[$1] ? 1 : 0 }
    case .sumOfColumns: Kernels.reduce(x[0], to: Shape(x[0].rows, 1))
    case .sumOfRows: Kernels.reduce(x[0], to: Shape(1, x[0].columns))
    case .mean: Matrix(Kernels.reduce(x[0], to: Shape(1, 1)).elements[0] / Double(x[0].count))
    case .entryCount: Matrix(Double(x[0].count))
    case .maximumOfRows: Kernels.maximumOfRows(x[0])
    case .maximumMask: Kernels.maximumMask(x[0])
    case .spread: Kernels.spread(x[0], to: x[1].shape)
    case .reduce: Kernels.reduce(x[0], to: x[1].shape)
    case .stackRows: Kernels.stackRows(x, spare)
    case .placeRows(let range): Kernels.placeRows(x[0], range, in: x[1].shape)
    case .scatterColumns(let indices): Kernels.scatterColumns(x[0], indices, in: x[1].shape)
    case .masked(let mask, let fill): Kernels.masked(x[0], mask, fill)
    case .fused(let fused): fused.value(x).output
    default: fail("\(title) has no value")
    }
  }

  /// The result of an operation that networks are made of, from its only input or from its two; nil for the others. Small
  /// networks are made of many such steps, and an array of inputs would take as long as the numbers.
  func result(_ a: Matrix, _ b: Matrix, _ spare: Spare?) -> Matrix? {
    switch self {
    case .matrixProduct: Kernels.product(a, b, spare)
    case .sum: Kernels.add(a, b, spare)
    case .bias: Kernels.add(a, Kernels.spread(b, to: a.shape), spare)
    case .difference: Kernels.subtract(a, b, spare)
    case .negation: Kernels.negate(a, spare)
    case .elementwiseProduct: Kernels.multiply(a, b, spare)
    case .elementwiseQuotient: Kernels.divide(a, b, spare)
    case .scaling(let factor): Kernels.scale(a, by: factor, spare)
    case .offset(let number): Kernels.offset(a, by: number, spare)
    case .complement(let number): Kernels.complement(a, to: number, spare)
    case .sigmoid: Kernels.sigmoid(a, spare)
    case .tanh: Kernels.tanh(a, spare)
    case .relu: Kernels.relu(a, spare)
    case .total: Kernels.reduce(a, to: Shape(1, 1))
    case .sliceRows(let range): Kernels.sliceRows(a, range, spare)
    case .gatherColumns(let indices): Kernels.gatherColumns(a, indices, spare)
    default: nil
    }
  }
}

// MARK: - Shapes

extension Operation {
  /// What is wrong with inputs of these shapes, naming the operation and the shapes; nil where they fit.
  ///
  /// - Parameter label: how to call input k, so that a tape can name its nodes.
  public func problem(with shapes: [Shape], label: (Int) -> String = { _ in "" }) -> String? {
    func input(_ k: Int) -> String {
      let name = label(k)
      return name.isEmpty ? "\(shapes[k])" : "\(name) (\(shapes[k]))"
    }
    func complain(_ what: String) -> String {
      "\(title) of \(shapes.indices.map(input).joined(separator: " and ")): \(what)"
    }

    if let expected = inputCount, shapes.count != expected {
      return "\(title) takes \(expected) inputs, not \(shapes.count)"
    }
    switch self {
    case .matrixProduct:
      if shapes[0].columns != shapes[1].rows {
        return complain("\(shapes[0].columns) columns meet \(shapes[1].rows) rows")
      }
    case .sum, .difference, .elementwiseProduct, .elementwiseQuotient:
      if shapes[0] != shapes[1] { return complain("the shapes differ") }
    case .bias:
      if shapes[1] != Shape(shapes[0].rows, 1) { return complain("the bias must be a column of \(shapes[0].rows)") }
    case .crossEntropy(let classes), .oneHot(let classes):
      if classes.count != shapes[0].columns {
        return complain("\(classes.count) classes for \(shapes[0].columns) columns")
      }
      if let bad = classes.first(where: { $0 < 0 || $0 >= shapes[0].rows }) {
        return complain("class \(bad) is not among \(shapes[0].rows) rows")
      }
    case .softmax, .logSoftmax, .maximumOfRows, .maximumMask:
      if shapes[0].rows == 0 { return complain("a column without entries has no maximum") }
    case .mean:
      if shapes[0].count == 0 { return complain("there is nothing to average") }
    case .spread:
      if !shapes[0].spreads(to: shapes[1]) { return complain("the first cannot be spread to the second") }
    case .reduce:
      if !shapes[1].spreads(to: shapes[0]) { return complain("the first cannot be summed down to the second") }
    case .stackRows(let heights):
      if shapes.isEmpty { return "\(title) needs at least one part" }
      if shapes.count != heights.count || zip(shapes, heights).contains(where: { $0.rows != $1 }) {
        return complain("the heights are not \(heights)")
      }
      if shapes.contains(where: { $0.columns != shapes[0].columns }) {
        return complain("the numbers of columns differ")
      }
    case .sliceRows(let range):
      if range.lowerBound < 0 || range.upperBound > shapes[0].rows {
        return complain("rows \(range.lowerBound)..<\(range.upperBound) are not all there")
      }
    case .placeRows(let range):
      if shapes[0] != Shape(range.count, shapes[1].columns) || range.lowerBound < 0 || range.upperBound > shapes[1].rows
      {
        return complain("the first does not fill rows \(range.lowerBound)..<\(range.upperBound) of the second")
      }
    case .gatherColumns(let indices):
      if let bad = indices.first(outside: 0..<shapes[0].columns) {
        return complain("index \(bad) is not among \(shapes[0].columns) columns")
      }
    case .scatterColumns(let indices):
      if shapes[0] != Shape(shapes[1].rows, indices.count) {
        return complain("\(indices.count) indices need a \(shapes[1].rows) × \(indices.count) matrix")
      }
      if let bad = indices.first(outside: 0..<shapes[1].columns) {
        return complain("index \(bad) is not among \(shapes[1].columns) columns")
      }
    case .masked(let mask, _):
      if mask.count != shapes[0].count { return complain("the mask has \(mask.count) flags") }
    case .transpose, .negation, .scaling, .offset, .complement, .sigmoid, .tanh, .relu, .leakyRelu, .slope, .exp, .log,
      .squareRoot, .sumOfColumns, .sumOfRows, .total, .entryCount, .fused:
      break
    }
    return nil
  }

  /// Whether one input of this shape fits, at a glance. False says nothing: `problem(with:)` knows.
  func fits(_ a: Shape) -> Bool {
    switch self {
    case .transpose, .negation, .scaling, .offset, .complement, .sigmoid, .tanh, .relu, .leakyRelu, .slope, .exp, .log,
      .squareRoot, .sumOfColumns, .sumOfRows, .total, .entryCount:
      true
    case .sliceRows(let range): range.lowerBound >= 0 && range.upperBound <= a.rows
    case .gatherColumns(let indices): indices.first(outside: 0..<a.columns) == nil
    default: false
    }
  }

  /// Whether two inputs of these shapes fit as they are, at a glance. False says nothing: `problem(with:)` knows.
  func fits(_ a: Shape, _ b: Shape) -> Bool {
    switch self {
    case .matrixProduct: a.columns == b.rows
    case .sum, .difference, .elementwiseProduct, .elementwiseQuotient: a == b
    default: false
    }
  }

  /// Whether it cuts out a part, so that its input's gradient is its own with zeros around it.
  var isSlice: Bool {
    switch self {
    case .gatherColumns, .sliceRows: true
    default: false
    }
  }

  /// Whether it sends its own gradient to input k as it is, so that both are one matrix.
  func passesOn(to k: Int) -> Bool {
    switch self {
    case .sum, .offset: true
    case .difference, .bias: k == 0
    default: false
    }
  }

  /// How many inputs it takes; nil where any number will do.
  var inputCount: Int? {
    switch self {
    case .matrixProduct, .sum, .bias, .difference, .elementwiseProduct, .elementwiseQuotient, .spread, .reduce,
      .placeRows,
      .scatterColumns:
      2
    case .stackRows, .fused: nil
    default: 1
    }
  }

  /// `+` between an n × m and an n × 1 means a bias; everything else is itself.
  func resolved(for shapes: [Shape]) -> Operation {
    if shapes.count == 2, shapes[0] != shapes[1], shapes[1] == Shape(shapes[0].rows, 1), self == .sum { return .bias }
    return self
  }
}

extension Shape {
  /// Whether a matrix of this shape can be repeated into `other`: each dimension is 1 or the same.
  func spreads(to other: Shape) -> Bool {
    (rows == other.rows || rows == 1) && (columns == other.columns || columns == 1)
  }
}

// MARK: - Notation

/// How a formula shows an operation.
public enum Notation: Hashable, Sendable {
  /// Factors side by side.
  case juxtaposed
  /// Between its two inputs: LaTeX and plain text.
  case infix(latex: String, plain: String)
  case minusSign
  case fraction
  case root
  /// After its input, raised: LaTeX and plain text.
  case superscript(latex: String, plain: String)
  /// A function's name, an index on it (empty for none), then the first input in brackets: LaTeX and plain text.
  case function(latex: String, plain: String, index: String)
  /// The inputs one above the other in square brackets.
  case column
}

extension Operation {
  public var notation: Notation {
    switch self {
    case .matrixProduct, .scaling: .juxtaposed
    case .transpose: .superscript(latex: "\\top", plain: "ᵀ")
    case .sum, .bias, .offset: .infix(latex: "+", plain: "+")
    case .difference, .complement: .infix(latex: "-", plain: "−")
    case .negation: .minusSign
    case .elementwiseProduct: .infix(latex: "\\odot", plain: "⊙")
    case .elementwiseQuotient: .fraction
    case .sigmoid: .function(latex: "\\sigma", plain: "σ", index: "")
    case .tanh: .function(latex: "\\tanh", plain: "tanh", index: "")
    case .relu: .named("relu")
    case .leakyRelu(let slope): .named("leakyrelu", index: slope)
    case .slope(let slope): slope == 0 ? .named("step") : .named("slope", index: slope)
    case .exp: .function(latex: "\\exp", plain: "exp", index: "")
    case .log: .function(latex: "\\log", plain: "log", index: "")
    case .squareRoot: .root
    case .softmax: .named("softmax")
    case .logSoftmax: .named("logsoftmax")
    case .crossEntropy: .named("crossentropy")
    case .oneHot: .named("onehot")
    case .sumOfColumns: .named("sumcolumns")
    case .sumOfRows: .named("sumrows")
    case .total: .named("sum")
    case .mean: .named("mean")
    case .entryCount: .named("count")
    case .maximumOfRows: .named("maxrows")
    case .maximumMask: .named("argmaxmask")
    case .spread: .named("spread")
    case .reduce: .named("reduce")
    case .stackRows: .column
    case .sliceRows(let range): .named("rows", index: range)
    case .placeRows(let range): .named("place", index: range)
    case .gatherColumns: .named("columns")
    case .scatterColumns: .named("scatter")
    case .masked: .named("mask")
    case .fused(let fused): .named(fused.name)
    }
  }

  /// What the operation is called in messages and in the steps of a derivation.
  public var title: String {
    switch self {
    case .matrixProduct: "matrix product"
    case .transpose: "transpose"
    case .sum: "sum"
    case .bias: "sum with a bias"
    case .difference: "difference"
    case .negation: "negation"
    case .elementwiseProduct: "elementwise product"
    case .elementwiseQuotient: "elementwise quotient"
    case .scaling: "scaling"
    case .offset: "offset"
    case .complement: "complement"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .relu: "ReLU"
    case .leakyRelu: "leaky ReLU"
    case .slope: "slope"
    case .exp: "exp"
    case .log: "log"
    case .squareRoot: "square root"
    case .softmax: "softmax"
    case .logSoftmax: "log-softmax"
    case .crossEntropy: "cross-entropy"
    case .oneHot: "one-hot"
    case .sumOfColumns: "sum of columns"
    case .sumOfRows: "sum of rows"
    case .total: "total"
    case .mean: "mean"
    case .entryCount: "number of entries"
    case .maximumOfRows: "maximum of rows"
    case .maximumMask: "maximum mask"
    case .spread: "spread"
    case .reduce: "reduction"
    case .stackRows: "stack of rows"
    case .sliceRows: "slice of rows"
    case .placeRows: "placement of rows"
    case .gatherColumns: "gathering of columns"
    case .scatterColumns: "scattering of columns"
    case .masked: "mask"
    case .fused(let fused): fused.name
    }
  }
}

extension Notation {
  static func named(_ name: String) -> Notation {
    .function(latex: "\\operatorname{\(name)}", plain: name, index: "")
  }
  static func named(_ name: String, index: Double) -> Notation {
    .function(latex: "\\operatorname{\(name)}", plain: name, index: "\(index)")
  }
  static func named(_ name: String, index: Range<Int>) -> Notation {
    .function(latex: "\\operatorname{\(name)}", plain: name, index: "\(index.lowerBound):\(index.upperBound)")
  }
}

// MARK: - Fused operations

/// One operation that stands for many, with a value and a pullback written by hand.
///
/// Two fused operations are equal if they are the same object.
public final class FusedOperation: Hashable, Sendable {
  /// What formulas and messages call it.
  public let name: String
  /// The output, and whatever the pullback wants to find again.
  let forward: @Sendable (_ inputs: [Matrix]) -> (output: Matrix, saved: [Matrix])
  /// The inputs' gradients, in order; nil where there is none.
  let backward: @Sendable (_ δ: Matrix, _ inputs: [Matrix], _ output: Matrix, _ saved: [Matrix]) -> [Matrix?]

  /// - Parameters:
  ///   - name: what formulas and messages call it.
  ///   - forward: inputs to output, and what to keep for the way back.
  ///   - backward: the output's gradient δ, the inputs, the output and what was kept, to one gradient an input, each of
  ///     its input's shape (the tape checks that), or nil where an input has none.
  public init(
    name: String,
    forward: @escaping @Sendable (_ inputs: [Matrix]) -> (output: Matrix, saved: [Matrix]),
    backward: @escaping @Sendable (_ δ: Matrix, _ inputs: [Matrix], _ output: Matrix, _ saved: [Matrix]) -> [Matrix?]
  ) {
    self.name = name
    self.forward = forward
    self.backward = backward
  }

  func value(_ inputs: [Matrix]) -> (output: Matrix, saved: [Matrix]) { forward(inputs) }

  public static func == (a: FusedOperation, b: FusedOperation) -> Bool { a === b }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

// MARK: - Matrices read the rules as arithmetic

extension Matrix: Algebra {
  public static func apply(_ operation: Operation, _ inputs: [Matrix]) -> Matrix {
    let shapes = inputs.map { $0.shape }
    let operation = operation.resolved(for: shapes)
    if let problem = operation.problem(with: shapes) { fail(problem) }
    return operation.result(inputs)
  }

  public static func pullback(
    of fused: FusedOperation, _ δ: Matrix, inputs: [Matrix], output: Matrix, saved: [Matrix]
  ) -> [Matrix?] {
    let gradients = fused.backward(δ, inputs, output, saved)
    require(
      gradients.count == inputs.count, "\(fused.name) gave \(gradients.count) gradients for \(inputs.count) inputs")
    for (k, (gradient, input)) in zip(gradients, inputs).enumerated() {
      if let gradient, gradient.shape != input.shape {
        fail("\(fused.name) gave its input \(k), \(input.shape), a gradient of \(gradient.shape)")
      }
    }
    return gradients
  }

  public var knownRows: Int? { rows }
}
