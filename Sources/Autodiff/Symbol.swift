// Formulas. A derivative rule applied to formulas writes the derivative down.

/// A formula.
///
/// `applied` is one of the tape's operations; the other cases occur in the notes only. Names have the canonical spelling of
/// the notes' dialect of LaTeX: `h_t`, `h_{t-1}`, `W_{xf}`, `\frac{\partial L}{\partial c_t}`.
public indirect enum Symbol: Hashable, Sendable {
  case number(Double)
  case name(String)
  case applied(Operation, [Symbol])
  /// base^exponent: the repeated product of a square matrix, or with `elementwise` the power of each entry.
  case power(Symbol, Symbol, elementwise: Bool)
  /// Σ or ∏ of the last formula. The index runs from the first bound to the second, upwards, or downwards in a descending
  /// product. Factors stand in this order, from left to right.
  case series(Series, index: String, from: Symbol, through: Symbol, Symbol)
  /// ‖x‖ with an index: "" for the Euclidean norm of a column, "2" for the largest singular value, "F" for Frobenius'.
  case norm(Symbol, index: String)
  /// |x|, entry by entry.
  case magnitude(Symbol)
  /// A function that is not an operation of the tape: `\max`, `\operatorname{diag}`, or one that a chapter's run defines.
  case call(String, index: String, [Symbol])

  public enum Series: Hashable, Sendable {
    case sum
    case product
    /// x_i x_{i−1} … x_j, empty where i < j: the chain rule through time.
    case descendingProduct
  }

  /// The square matrix with the entries of a column on its diagonal.
  public static func diagonal(_ x: Symbol) -> Symbol { .call("diag", index: "", [x]) }
}

extension Symbol: Algebra {
  /// The formula of an operation, without factors 1, terms 0, double minus signs and double transpositions.
  public static func apply(_ operation: Operation, _ x: [Symbol]) -> Symbol {
    switch operation {
    case .sum, .bias: return sum(x[0], x[1])
    case .offset(let number):
      return number < 0 ? .applied(.difference, [x[0], .number(-number)]) : sum(x[0], .number(number))
    case .complement(let number): return difference(.number(number), x[0])
    case .difference: return difference(x[0], x[1])
    case .negation: return negation(x[0])
    case .scaling(let factor): return scaling(factor, x[0])
    case .elementwiseProduct: return elementwiseProduct(x[0], x[1])
    case .matrixProduct:
      if x[0] == .number(1) { return x[1] }
      if x[1] == .number(1) { return x[0] }
      return .applied(.matrixProduct, x)
    case .elementwiseQuotient: return x[1] == .number(1) ? x[0] : .applied(.elementwiseQuotient, x)
    case .transpose:
      if case .applied(.transpose, let inner) = x[0] { return inner[0] }
      if case .number = x[0] { return x[0] }
      return .applied(.transpose, x)
    // The second input stands for its shape only, which a formula does not show.
    case .spread, .reduce, .placeRows, .scatterColumns: return .applied(operation, [x[0]])
    default: return .applied(operation, x)
    }
  }

  private static func sum(_ a: Symbol, _ b: Symbol) -> Symbol {
    if a == .number(0) { return b }
    if b == .number(0) { return a }
    if case .applied(.negation, let inner) = b { return difference(a, inner[0]) }
    if a == b { return scaling(2, a) }
    return .applied(.sum, [a, b])
  }

  private static func difference(_ a: Symbol, _ b: Symbol) -> Symbol {
    if a == .number(0) { return negation(b) }
    if b == .number(0) { return a }
    if case .applied(.negation, let inner) = b { return sum(a, inner[0]) }
    return .applied(.difference, [a, b])
  }

  private static func negation(_ a: Symbol) -> Symbol {
    if case .applied(.negation, let inner) = a { return inner[0] }
    if case .number(let value) = a { return .number(-value) }
    return .applied(.negation, [a])
  }

  private static func scaling(_ factor: Double, _ a: Symbol) -> Symbol {
    if factor == 1 { return a }
    if factor == -1 { return negation(a) }
    switch a {
    case .number(let value): return .number(factor * value)
    case .applied(.matrixProduct, let inner):
      if case .number(let other) = inner[0] { return scaling(factor * other, inner[1]) }
    case .applied(.spread, let inner): return .applied(.spread, [scaling(factor, inner[0])])
    default: break
    }
    return .applied(.matrixProduct, [.number(factor), a])
  }

  private static func elementwiseProduct(_ a: Symbol, _ b: Symbol) -> Symbol {
    if a == .number(1) { return b }
    if b == .number(1) { return a }
    if case .applied(.negation, let inner) = a { return negation(elementwiseProduct(inner[0], b)) }
    // Beside another factor the spread is left out: in a formula ⊙ spreads a scalar, a column or a row by itself.
    switch (a, b) {
    case (.applied(.spread, _), .applied(.spread, _)): return .applied(.elementwiseProduct, [a, b])
    case (.number(let factor), _): return scaling(factor, b)
    case (_, .number(let factor)): return scaling(factor, a)
    case (.applied(.spread, let inner), _): return elementwiseProduct(inner[0], b)
    case (_, .applied(.spread, let inner)): return elementwiseProduct(a, inner[0])
    default: return .applied(.elementwiseProduct, [a, b])
    }
  }

  /// A fused operation's backward pass is code, so its gradients are written as calls of a function named after it.
  public static func pullback(
    of fused: FusedOperation, _ δ: Symbol, inputs: [Symbol], output: Symbol, saved: [Matrix]
  ) -> [Symbol?] {
    inputs.indices.map { .call("\(fused.name)backward", index: "\($0)", [δ] + inputs) }
  }

  public var knownRows: Int? { nil }
}
