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

  /// The same, with every Σ whose bounds are whole numbers by then written out: with T = 3, `\sum_{t=1}^{T} a_t` becomes
  /// `a_1 + a_2 + a_3`, which is how a tape has it. An empty sum is 0; one of more than `limit` terms stays.
  public func unrolling(_ formula: Symbol, limit: Int = 100) -> Symbol {
    func unrolled(_ formula: Symbol) -> Symbol { unrolling(formula, limit: limit) }
    switch formula {
    case .number, .name: return substituting(in: formula)
    case .applied(let operation, let inputs): return .applied(operation, inputs.map(unrolled))
    case .power(let base, let exponent, let elementwise):
      return .power(unrolled(base), unrolled(exponent), elementwise: elementwise)
    case .series(let series, let index, let from, let through, let body):
      var inner = self
      if series == .sum, let first = wholeNumber(from), let last = wholeNumber(through),
        let terms = Scope.range(first, last, limit: limit)
      {
        let written = terms.map { k in
          inner.integers[index] = k  // beside the outer ones: an index such as tk needs them all at once
          return inner.unrolling(body, limit: limit)
        }
        return written.dropFirst().reduce(written.first ?? .number(0)) { .applied(.sum, [$0, $1]) }
      }
      inner.integers[index] = nil
      return .series(
        series, index: index, from: unrolled(from), through: unrolled(through), inner.unrolling(body, limit: limit))
    case .norm(let x, let index): return .norm(unrolled(x), index: index)
    case .magnitude(let x): return .magnitude(unrolled(x))
    case .call(let name, let index, let arguments): return .call(name, index: index, arguments.map(unrolled))
    }
  }

  /// The whole number that a bound such as `T - 1` stands for.
  private func wholeNumber(_ bound: Symbol) -> Int? {
    guard let value = try? Scope(integers: integers).evaluate(bound), value.count == 1 else { return nil }
    return Int(exactly: value.scalar)
  }

  /// first … last, empty where last is smaller; nil where that are more than `limit`.
  private static func range(_ first: Int, _ last: Int, limit: Int) -> [Int]? {
    if last < first { return [] }
    let (distance, overflow) = last.subtractingReportingOverflow(first)
    return overflow || distance >= limit ? nil : Array(first...last)
  }
}
