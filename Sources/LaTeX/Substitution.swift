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
  /// The same, with every Σ whose bounds are now whole numbers written out: with T = 3, `\sum_{t=1}^{T} a_t` becomes
  /// `a_1 + a_2 + a_3`, which is how a tape has it. A sum of more than `limit` terms stays as it is.
  public func unrolling(_ formula: Symbol, limit: Int = 100) -> Symbol {
    written(substituting(in: formula), limit)
  }

  private func written(_ formula: Symbol, _ limit: Int) -> Symbol {
    switch formula {
    case .number, .name: return formula
    case .applied(let operation, let inputs): return .applied(operation, inputs.map { written($0, limit) })
    case .power(let base, let exponent, let elementwise):
      return .power(written(base, limit), written(exponent, limit), elementwise: elementwise)
    case .series(.sum, let index, .number(let from), .number(let through), let body):
      guard let first = Int(exactly: from), let last = Int(exactly: through), first <= last, last - first < limit
      else { return formula }
      let terms = (first...last).map { k in
        written(Scope(integers: [index: k]).substituting(in: body), limit)
      }
      return terms.dropFirst().reduce(terms[0]) { .applied(.sum, [$0, $1]) }
    case .series(let series, let index, let from, let through, let body):
      return .series(series, index: index, from: from, through: through, written(body, limit))
    case .norm(let x, let index): return .norm(written(x, limit), index: index)
    case .magnitude(let x): return .magnitude(written(x, limit))
    case .call(let name, let index, let arguments):
      return .call(name, index: index, arguments.map { written($0, limit) })
    }
  }
}
