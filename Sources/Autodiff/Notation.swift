// What each operation is called and how a formula shows it: one row each.

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

  fileprivate static func named(_ name: String, index: String = "") -> Notation {
    .function(latex: "\\operatorname{\(name)}", plain: name, index: index)
  }
  fileprivate static func named(_ name: String, index: Range<Int>) -> Notation {
    named(name, index: "\(index.lowerBound):\(index.upperBound)")
  }
  fileprivate static func command(_ latex: String, _ plain: String) -> Notation {
    .function(latex: latex, plain: plain, index: "")
  }
}

extension Operation {
  /// A row of the table: the name in messages and derivations, the number of inputs (nil for any), the notation.
  private struct Row {
    let title: String
    let inputs: Int?
    let notation: () -> Notation

    init(_ title: String, _ inputs: Int?, _ notation: @autoclosure @escaping () -> Notation) {
      (self.title, self.inputs, self.notation) = (title, inputs, notation)
    }
  }

  private var row: Row {
    switch self {
    case .matrixProduct: Row("matrix product", 2, .juxtaposed)
    case .transpose: Row("transpose", 1, .superscript(latex: "\\top", plain: "ᵀ"))
    case .sum: Row("sum", 2, .infix(latex: "+", plain: "+"))
    case .bias: Row("sum with a bias", 2, .infix(latex: "+", plain: "+"))
    case .difference: Row("difference", 2, .infix(latex: "-", plain: "−"))
    case .negation: Row("negation", 1, .minusSign)
    case .elementwiseProduct: Row("elementwise product", 2, .infix(latex: "\\odot", plain: "⊙"))
    case .elementwiseQuotient: Row("elementwise quotient", 2, .fraction)
    case .scaling: Row("scaling", 1, .juxtaposed)
    case .offset: Row("offset", 1, .infix(latex: "+", plain: "+"))
    case .complement: Row("complement", 1, .infix(latex: "-", plain: "−"))
    case .sigmoid: Row("sigmoid", 1, .command("\\sigma", "σ"))
    case .tanh: Row("tanh", 1, .command("\\tanh", "tanh"))
    case .relu: Row("ReLU", 1, .named("relu"))
    case .leakyRelu(let slope): Row("leaky ReLU", 1, .named("leakyrelu", index: "\(slope)"))
    case .slope(let slope): Row("slope", 1, slope == 0 ? .named("step") : .named("slope", index: "\(slope)"))
    case .exp: Row("exp", 1, .command("\\exp", "exp"))
    case .log: Row("log", 1, .command("\\log", "log"))
    case .squareRoot: Row("square root", 1, .root)
    case .softmax: Row("softmax", 1, .named("softmax"))
    case .logSoftmax: Row("log-softmax", 1, .named("logsoftmax"))
    case .crossEntropy: Row("cross-entropy", 1, .named("crossentropy"))
    case .oneHot: Row("one-hot", 1, .named("onehot"))
    case .sumOfColumns: Row("sum of columns", 1, .named("sumcolumns"))
    case .sumOfRows: Row("sum of rows", 1, .named("sumrows"))
    case .total: Row("total", 1, .named("sum"))
    case .mean: Row("mean", 1, .named("mean"))
    case .entryCount: Row("number of entries", 1, .named("count"))
    case .maximumOfRows: Row("maximum of rows", 1, .named("maxrows"))
    case .maximumMask: Row("maximum mask", 1, .named("argmaxmask"))
    case .spread: Row("spread", 2, .named("spread"))
    case .reduce: Row("reduction", 2, .named("reduce"))
    case .stackRows: Row("stack of rows", nil, .column)
    case .sliceRows(let range): Row("slice of rows", 1, .named("rows", index: range))
    case .placeRows(let range): Row("placement of rows", 2, .named("place", index: range))
    case .gatherColumns: Row("gathering of columns", 1, .named("columns"))
    case .scatterColumns: Row("scattering of columns", 2, .named("scatter"))
    case .masked: Row("mask", 1, .named("mask"))
    case .fused(let fused): Row(fused.name, nil, .named(fused.name))
    }
  }

  /// What messages and the steps of a derivation call it.
  public var title: String { row.title }
  public var notation: Notation { row.notation() }
  /// How many inputs it takes; nil where any number will do.
  var inputCount: Int? { row.inputs }
}
