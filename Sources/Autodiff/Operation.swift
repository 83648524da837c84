// Every operation and its derivative: the calculus of this package, on two screens.
//
// The derivative of an operation y = f(x₀, x₁, …) is given as a pullback: it takes δ = ∂L/∂y to ∂L/∂x_k, for any scalar L that
// depends on y. Each rule is written once, over `Algebra`, and this text is all that the project knows of derivatives: read over
// numbers it computes every gradient, read over `Symbol` it writes formulas, read over `Variable` it is recorded for second
// derivatives. The rules are those of matrix calculus (M. Giles, 2008, "Collected matrix derivative results for forward and
// reverse mode algorithmic differentiation"). Values and shapes are in Values.swift, names and notation in Notation.swift.

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
  /// 1 where x > 0, else the number: the derivative of the two above. It is constant almost everywhere and has no gradient.
  case slope(Double)
  case exp
  case log
  case squareRoot

  /// e^x over its sum, in each column, shifted by the largest entry so that nothing overflows.
  case softmax
  /// The logarithm of the softmax, shifted in the same way.
  case logSoftmax
  /// n × m scores and m class indices → 1 × m: −log softmax(x)[class].
  case crossEntropy([Int])
  /// Of the input's shape: in each column a 1 at its class, else 0. No gradient.
  case oneHot([Int])

  /// n × m → n × 1: each row summed over the columns.
  case sumOfColumns
  /// n × m → 1 × m: each column summed over the rows.
  case sumOfRows
  /// n × m → 1 × 1.
  case total
  /// n × m → 1 × 1.
  case mean
  /// The number of entries, as 1 × 1. No gradient.
  case entryCount
  /// n × m → 1 × m: each column's largest entry.
  case maximumOfRows
  /// 1 where an entry is its column's first largest, else 0: the derivative of the one above. No gradient.
  case maximumMask
  /// 1 × 1, n × 1, 1 × m or n × m, repeated to the shape n × m of the second input, whose entries do not matter.
  case spread
  /// n × m, summed down to the shape of the second input: any shape that `spread` repeats to n × m.
  case reduce

  /// Inputs with these numbers of rows, one above the other.
  case stackRows(heights: [Int])
  /// These rows, counted from 0.
  case sliceRows(Range<Int>)
  /// Zeros of the second input's shape, with the first input in these rows.
  case placeRows(Range<Int>)
  /// The columns with these indices, repeats allowed.
  case gatherColumns(Columns)
  /// Zeros of the second input's shape, with the first input's columns added into the columns with these indices.
  case scatterColumns(Columns)
  /// The number wherever the mask (one flag an entry, column after column) is false.
  case masked([Bool], fill: Double)

  /// Several operations in one, with a value and a pullback written by hand: see `FusedOperation`.
  case fused(FusedOperation)
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
    case .relu: δ .* A.apply(.slope(0), x[0])
    case .leakyRelu(let slope): δ .* A.apply(.slope(slope), x[0])
    case .exp: δ .* y
    case .log: δ ./ x[0]
    case .squareRoot: δ ./ (2.0 * y)
    case .slope, .oneHot, .entryCount, .maximumMask: nil

    case .softmax: y .* (δ - (δ .* y).sumOfRows.spread(like: y))
    case .logSoftmax: δ - y.exp .* δ.sumOfRows.spread(like: y)
    case .crossEntropy(let classes): (x[0].softmax - A.apply(.oneHot(classes), x[0])) .* δ.spread(like: x[0])

    case .sumOfColumns, .sumOfRows, .total: δ.spread(like: x[0])
    case .mean: (δ ./ A.apply(.entryCount, x[0])).spread(like: x[0])
    case .maximumOfRows: δ.spread(like: x[0]) .* A.apply(.maximumMask, x[0])
    case .spread: k == 0 ? δ.reduced(like: x[0]) : nil
    case .reduce: k == 0 ? δ.spread(like: x[0]) : nil

    case .stackRows(let heights):
      δ.rows(heights[..<k].reduce(0, +)..<heights[...k].reduce(0, +))
    case .sliceRows(let range): A.apply(.placeRows(range), δ, x[0])
    case .placeRows(let range): k == 0 ? δ.rows(range) : nil
    case .gatherColumns(let indices): A.apply(.scatterColumns(indices), δ, x[0])
    case .scatterColumns(let indices): k == 0 ? A.apply(.gatherColumns(indices), δ) : nil
    case .masked(let mask, _): δ.masked(mask, fill: 0)

    case .fused: fail("a fused operation's pullback gives all gradients at once: see FusedOperation")
    }
  }
}
