// A formula about one time step, from a formula about any.

import Autodiff

extension Scope {
  /// The formula with the scope's integers put into the indexes of its names: with t = 4, `h_{t-1}` becomes `h_3`.
  ///
  /// Names that are integers themselves (an exponent k, a bound T) become numbers; an index that a Σ or ∏ binds stays.
  public func substituting(in formula: Symbol) -> Symbol {
    switch formula {
    case .number: return formula
    case .name(let name):
      if let integer = integers[name] { return .number(Double(integer)) }
      guard let full = try? FullName(parsing: name) else { return formula }
      return .name(substituted(full).spelling)
    case .applied(let operation, let inputs): return .applied(operation, inputs.map(substituting))
    case .power(let base, let exponent, let elementwise):
      return .power(substituting(in: base), substituting(in: exponent), elementwise: elementwise)
    case .series(let series, let index, let from, let through, let body):
      var inner = self
      inner.integers[index] = nil
      return .series(
        series, index: index, from: substituting(in: from), through: substituting(in: through),
        inner.substituting(in: body))
    case .norm(let x, let index): return .norm(substituting(in: x), index: index)
    case .magnitude(let x): return .magnitude(substituting(in: x))
    case .call(let name, let index, let arguments): return .call(name, index: index, arguments.map(substituting))
    }
  }
}
