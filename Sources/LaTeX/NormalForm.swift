// One form for all formulas that the laws of algebra make equal.
//
// A formula becomes a polynomial: a sum of monomials with numbers before them. A monomial is a commutative ⊙-product of factors
// with exponents; a factor is an atom, a chain (a matrix product, whose order counts), a sum that does not expand, or a
// diagonal matrix. Everything that distributes is expanded, and quotients are exponents −1. Sums of numbers and of products
// are rounded to 14 digits, so that 0.1 + 0.2 is 0.3.
//
// The laws:
//   a + b = b + a                 a ⊙ b = b ⊙ a                 both associative, ⊙ distributes over +
//   (A B) C = A (B C)             A (B + C) = A B + A C         (A + B) C = A C + B C
//   (A B)ᵀ = Bᵀ Aᵀ                (A + B)ᵀ = Aᵀ + Bᵀ            (a ⊙ b)ᵀ = aᵀ ⊙ bᵀ        f(x)ᵀ = f(xᵀ) entry by entry
//   a ⊙ a = a^2                   a / b = a ⊙ b^{−1}            (a ⊙ b)^n = a^n ⊙ b^n     W W = W^2
//   diag(a) B = a ⊙ B             A diag(b) = A ⊙ bᵀ            diag(a) diag(b) = diag(a ⊙ b)
//   Σ (a + b) = Σ a + Σ b         f(c x) = c f(x) for linear f  ‖c x‖ = |c| ‖x‖
//   tanh′ = 1 − tanh²             σ′ = σ ⊙ (1 − σ)              e^x = exp x               bound indexes are renamed
// Numbers commute with everything; so do norms, totals, means, the functions of `knownFunctions`, and the names that the
// caller declares to be scalars.
//
// A number (or another scalar) added to a matrix is spread over it, and a matrix product does not distribute over a
// spread: (1 − z) W is no W − z W. Such a sum stays one factor of the chain. Spreads of columns and rows are not
// visible in a formula; with them in play, equal normal forms may hide different shapes, which the numbers then show. So
// do x − x and x / x, which become a 0 and a 1 without a shape.
//
// A column is known to be one only inside diag(…): diag(a) B C is a ⊙ (B C), and (a ⊙ B) C is something else, as it would be
// for a matrix a.

import Autodiff

extension Symbol {
  /// The form that all formulas share which the laws of algebra make equal to this one. For comparison, not for display.
  ///
  /// A product of sums that would have more than 1,000 terms stays unexpanded: then equal formulas may get different forms,
  /// never different formulas equal ones. `columns`, `scatter`, `mask`, `onehot`, `crossentropy` and fused operations
  /// lose the data that no formula shows.
  ///
  /// - Parameter scalars: canonical names that stand for numbers, such as `\eta`, and therefore commute with matrices.
  public func normalForm(scalars: Set<String> = []) -> Symbol {
    var normaliser = Normaliser(scalars: scalars)
    let polynomial = normaliser.polynomial(self)
    return normaliser.symbol(polynomial)
  }

  public var normalForm: Symbol { normalForm() }

  /// Whether the laws of algebra make the two formulas equal; see `normalForm` for which laws.
  public func isSameFormula(as other: Symbol, scalars: Set<String> = []) -> Bool {
    normalForm(scalars: scalars) == other.normalForm(scalars: scalars)
  }
}

private struct Normaliser {
  /// A product with more terms than this stays unexpanded.
  static let mostTerms = 1000
  /// And so does one with more names and numbers than this.
  static let largestSize = 10_000
  /// A power of a sum above this stays unexpanded.
  static let highestPower = 8

  let scalars: Set<String>
  private let store = Store()
  private var seriesDepth = 0

  init(scalars: Set<String>) { self.scalars = scalars }

  // MARK: Formula to polynomial

  mutating func polynomial(_ formula: Symbol) -> Polynomial {
    switch formula {
    case .number(let value): return .constant(tidied(value))
    case .name(let name): return atom(.name((try? canonicalName(name)) ?? name))
    case .applied(let operation, let x): return polynomial(operation, x)
    case .power(let base, let exponent, let elementwise):
      let exponent = polynomial(exponent)
      if base == .name("e") { return atom(.applied(.exp, [symbol(exponent)])) }
      let base = polynomial(base)
      return elementwise || isScalar(base) ? power(base, exponent) : matrixPower(base, exponent)
    case .series(let series, let index, let from, let through, let body):
      return polynomial(series, index, from, through, body)
    case .norm(let x, let index):
      let (content, primitive) = primitive(polynomial(x))
      return atom(.norm(symbol(primitive), index: index == "F" ? "" : index)).scaled(by: content.magnitude)
    case .magnitude(let x):
      let (content, primitive) = primitive(polynomial(x))
      return atom(.magnitude(symbol(primitive))).scaled(by: content.magnitude)
    case .call(let name, let index, let arguments): return polynomial(name, index, arguments)
    }
  }

  private func atom(_ symbol: Symbol) -> Polynomial { Polynomial(store.factor(.atom(symbol))) }

  private func content(_ monomial: Monomial) -> Content? { monomial.single.map { store[$0] } }

  private mutating func polynomial(_ operation: Operation, _ x: [Symbol]) -> Polynomial {
    switch (operation, x.count) {
    case (.sum, 2), (.bias, 2), (.difference, 2):
      var result = polynomial(x[0])
      result.add(polynomial(x[1]), times: operation == .difference ? -1 : 1)
      return result
    case (.negation, 1): return polynomial(x[0]).scaled(by: -1)
    case (.scaling(let factor), 1): return polynomial(x[0]).scaled(by: factor)
    case (.offset(let number), 1):
      var result = polynomial(x[0])
      result.add(Monomial(), number)
      return result
    case (.complement(let number), 1):
      var result = polynomial(x[0]).scaled(by: -1)
      result.add(Monomial(), number)
      return result
    case (.elementwiseProduct, 2): return product(polynomial(x[0]), polynomial(x[1]))
    case (.elementwiseQuotient, 2): return product(polynomial(x[0]), power(polynomial(x[1]), .constant(-1)))
    case (.matrixProduct, 2): return matrixProduct(polynomial(x[0]), polynomial(x[1]))
    case (.transpose, 1): return transposed(polynomial(x[0]))
    default: break
    }
    switch operation {
    case .sumOfColumns, .sumOfRows, .total, .mean, .spread, .reduce, .sliceRows, .placeRows:
      guard let first = x.first else { break }
      let (content, primitive) = separated(polynomial(first))
      return product(content, atom(.applied(operation, [symbol(primitive)])))
    case .stackRows:
      let parts = x.flatMap { part -> [Symbol] in
        let normal = symbol(polynomial(part))
        if case .applied(.stackRows, let inner) = normal { return inner }
        return [normal]
      }
      return atom(.applied(.stackRows(heights: []), parts))
    // What the data are, no formula shows.
    case .gatherColumns, .scatterColumns, .masked, .oneHot, .crossEntropy, .fused:
      guard case .function(_, let plain, _) = operation.notation else { break }
      return atom(.call(plain, index: "", x.map { symbol(polynomial($0)) }))
    default: break
    }
    return atom(.applied(operation, x.map { symbol(polynomial($0)) }))
  }

  private mutating func polynomial(_ name: String, _ index: String, _ arguments: [Symbol]) -> Polynomial {
    var x = arguments.map { polynomial($0) }
    switch (name, x.count) {
    case ("diag", 1):
      let (content, primitive) = primitive(x[0])
      return Polynomial(store.factor(.diagonal(primitive))).scaled(by: content)
    case ("\\tanh'", 1):
      var result = Polynomial.constant(1)
      result.add(Monomial(store.factor(.atom(.applied(.tanh, [symbol(x[0])]))), .constant(2)), -1)
      return result
    // It mentions its argument twice: nested, it doubles with every level.
    case ("\\sigma'", 1) where store.size(x[0]) < Self.largestSize:
      let sigmoid = store.factor(.atom(.applied(.sigmoid, [symbol(x[0])])))
      var result = Polynomial(sigmoid)
      result.add(Monomial(sigmoid, .constant(2)), -1)
      return result
    case ("\\exp'", 1): return atom(.applied(.exp, [symbol(x[0])]))
    case ("\\log'", 1): return power(x[0], .constant(-1))
    case ("relu'", 1): return atom(.applied(.slope(0), [symbol(x[0])]))
    case ("leakyrelu'", 1):
      if let slope = Double(index) { return atom(.applied(.slope(slope), [symbol(x[0])])) }
    default: break
    }
    var symbols = x.map { symbol($0) }
    if name == "\\max" || name == "\\min", index.isEmpty {
      symbols = symbols.flatMap { part -> [Symbol] in
        if case .call(name, "", let inner) = part { return inner }
        return [part]
      }
      symbols = symbols.map { ($0, $0.latex) }.sorted { $0.1 < $1.1 }.map(\.0)
    }
    x = []
    return atom(.call(name, index: index, symbols))
  }

  private mutating func polynomial(
    _ series: Symbol.Series, _ index: String, _ from: Symbol, _ through: Symbol, _ body: Symbol
  ) -> Polynomial {
    let first = symbol(polynomial(from))
    let last = symbol(polynomial(through))
    seriesDepth += 1
    let bound = "\\iota_\(seriesDepth < 10 ? "\(seriesDepth)" : "{\(seriesDepth)}")"
    let inner = polynomial(body.renaming(index, to: bound))
    seriesDepth -= 1
    func written(_ body: Symbol) -> Polynomial {
      atom(.series(series, index: bound, from: first, through: last, body))
    }
    guard series == .sum else { return written(symbol(inner)) }
    var result = Polynomial()
    for (monomial, coefficient) in inner.terms {
      result.add(written(symbol(Polynomial(monomial))), times: coefficient)
    }
    return result
  }

  // MARK: Scalars

  private func isScalar(_ polynomial: Polynomial) -> Bool { polynomial.terms.keys.allSatisfy(isScalar) }

  private func isScalar(_ monomial: Monomial) -> Bool { monomial.factors.keys.allSatisfy(isScalar) }

  private func isScalar(_ factor: Factor) -> Bool {
    switch store[factor] {
    case .atom(let symbol): isScalar(symbol)
    case .group(let polynomial): isScalar(polynomial)
    case .chain, .diagonal: false
    }
  }

  private func isScalar(_ symbol: Symbol) -> Bool {
    switch symbol {
    case .number, .norm, .applied(.total, _), .applied(.mean, _), .applied(.entryCount, _): true
    case .name(let name): scalars.contains(name) || name == "\\pi"
    case .call(let name, _, let x):
      Symbol.knownFunctions.contains(name) || ((name == "\\max" || name == "\\min") && x.allSatisfy(isScalar))
    case .magnitude(let x): isScalar(x)
    case .power(let base, let exponent, _): isScalar(base) && isScalar(exponent)
    case .series(_, _, _, _, let body): isScalar(body)
    case .applied(let operation, let x):
      switch operation {
      case .sum, .difference, .negation, .elementwiseProduct, .matrixProduct, .sigmoid, .tanh, .relu, .leakyRelu,
        .slope,
        .exp, .log, .squareRoot:
        x.allSatisfy(isScalar)
      default: false
      }
    }
  }

  /// The scalar factors and the others.
  private func split(_ monomial: Monomial) -> (scalars: Monomial, rest: Monomial) {
    var scalars = Monomial()
    var rest = Monomial()
    for (factor, exponent) in monomial.factors {
      if isScalar(factor) { scalars.factors[factor] = exponent } else { rest.factors[factor] = exponent }
    }
    return (scalars, rest)
  }

  // MARK: Elementwise arithmetic

  private func product(_ a: Polynomial, _ b: Polynomial) -> Polynomial {
    let (a, b) = limited(a, b)
    var result = Polynomial()
    for (left, c) in a.terms {
      for (right, d) in b.terms { result.add(left.times(right), tidied(c * d)) }
    }
    return result
  }

  /// Both as they are, or as unexpanded factors where their product had too many terms.
  private func limited(_ a: Polynomial, _ b: Polynomial) -> (Polynomial, Polynomial) {
    if a.terms.count <= 1, b.terms.count <= 1 { return (a, b) }
    let size = store.size(a) * b.terms.count + store.size(b) * a.terms.count
    if a.terms.count * b.terms.count <= Self.mostTerms, size <= Self.largestSize { return (a, b) }
    return (grouped(a), grouped(b))
  }

  private func grouped(_ x: Polynomial) -> Polynomial {
    if x.terms.count <= 1 { return x }
    let (content, primitive) = separated(x)
    return product(content, Polynomial(store.factor(.group(primitive))))
  }

  private func power(_ base: Polynomial, _ exponent: Polynomial) -> Polynomial {
    if let n = exponent.integer {
      if n == 0 { return .constant(1) }
      if n == 1 { return base }
      if let (monomial, coefficient) = base.single {
        var result = monomial
        result.factors = monomial.factors.mapValues { $0.scaled(by: Double(n)) }
        return Polynomial(result, tidied(Self.power(coefficient, n)))
      }
      if n > 0, n <= Self.highestPower, !base.terms.isEmpty {
        var result = base
        for _ in 1..<n { result = product(result, base) }
        return result
      }
      if base.terms.isEmpty { return n > 0 ? Polynomial() : .constant(.infinity) }
      let (content, primitive) = separated(base)
      return product(power(content, exponent), Polynomial(Monomial(store.factor(.group(primitive)), exponent)))
    }
    guard let (monomial, coefficient) = base.single else {
      return Polynomial(Monomial(store.factor(.group(base)), exponent))
    }
    if exponent.constant != nil {
      // (x²)^½ is no x, so that only a bare factor takes a fraction.
      if coefficient == 1, let factor = monomial.single { return Polynomial(Monomial(factor, exponent)) }
      return Polynomial(Monomial(store.factor(.group(base)), exponent))
    }
    var result = coefficient == 1 ? Monomial() : Monomial(store.factor(.atom(.number(coefficient))), exponent)
    for (factor, inner) in monomial.factors {
      // An exponent with a name in it is taken for a whole number.
      result = result.times(Monomial(factor, product(inner, exponent)))
    }
    return Polynomial(result)
  }

  private static func power(_ x: Double, _ n: Int) -> Double {
    var result = 1.0
    for _ in 0..<min(n.magnitude, 10_000) { result *= x }
    return n < 0 ? 1 / result : result
  }

  /// A number and a polynomial whose first term has the number 1.
  private func primitive(_ x: Polynomial) -> (content: Double, primitive: Polynomial) {
    if let (monomial, coefficient) = x.single { return (coefficient, Polynomial(monomial)) }
    guard let leading = sorted(x).first?.coefficient, leading != 1 else { return (1, x) }
    var result = Polynomial()
    for (monomial, coefficient) in x.terms { result.add(monomial, coefficient / leading) }
    return (leading, result)
  }

  /// A number with scalars, and a polynomial without: what all its terms share is taken out.
  private func separated(_ x: Polynomial) -> (content: Polynomial, primitive: Polynomial) {
    let (number, rest) = primitive(x)
    var shared: Monomial?
    for monomial in rest.terms.keys {
      let scalars = split(monomial).scalars
      guard let sofar = shared else {
        shared = scalars
        continue
      }
      shared?.factors = sofar.factors.compactMapValues { $0.constant == nil ? nil : $0 }.filter { factor, exponent in
        guard let other = scalars.factors[factor]?.constant, let own = exponent.constant else { return false }
        return other * own > 0
      }.reduce(into: [:]) { result, pair in
        let (own, other) = (pair.value.constant ?? 0, scalars.factors[pair.key]?.constant ?? 0)
        result[pair.key] = .constant(own > 0 ? min(own, other) : max(own, other))
      }
    }
    guard let shared, !shared.factors.isEmpty else { return (.constant(number), rest) }
    var inverse = shared
    inverse.factors = shared.factors.mapValues { $0.scaled(by: -1) }
    var primitive = Polynomial()
    for (monomial, coefficient) in rest.terms { primitive.add(monomial.times(inverse), coefficient) }
    return (Polynomial(shared, number), primitive)
  }

  // MARK: Matrix arithmetic

  /// A polynomial as a left or right factor of a matrix product.
  private struct Operand {
    /// What stands on its diagonal matrices.
    var diagonal = Polynomial()
    var terms: [(coefficient: Double, scalars: Monomial, elements: [Element])] = []
  }

  private func operand(_ x: Polynomial) -> Operand {
    var result = Operand()
    if x.terms.keys.contains(where: isScalar) {
      let (content, primitive) = separated(x)
      for (scalars, coefficient) in content.terms {
        result.terms.append((coefficient, scalars, [Element(base: .group(primitive))]))
      }
      return result
    }
    for (monomial, coefficient) in x.terms {
      let (scalars, rest) = split(monomial)
      if case .diagonal(let column) = content(rest) {
        result.diagonal.add(product(column, Polynomial(scalars, coefficient)))
      } else if case .chain(let elements) = content(rest) {
        result.terms.append((coefficient, scalars, elements))
      } else if case .group(let group) = content(rest) {
        result.terms.append((coefficient, scalars, [Element(base: .group(group))]))
      } else {
        result.terms.append((coefficient, scalars, [Element(base: .monomial(rest))]))
      }
    }
    return result
  }

  /// The terms of a diagonal matrix; that of a scalar is the identity, which no chain shows.
  private func terms(diagonal: Polynomial) -> [(coefficient: Double, scalars: Monomial, elements: [Element])] {
    diagonal.terms.map { monomial, coefficient in
      let (scalars, rest) = split(monomial)
      return (coefficient, scalars, rest.factors.isEmpty ? [] : [Element(base: .diagonal(rest))])
    }
  }

  private func matrixProduct(_ a: Polynomial, _ b: Polynomial) -> Polynomial {
    if isScalar(a) || isScalar(b) { return product(a, b) }
    let (a, b) = limited(a, b)
    let left = operand(a)
    let right = operand(b)
    var result = Polynomial()
    func add(
      _ left: [(coefficient: Double, scalars: Monomial, elements: [Element])],
      _ right: [(coefficient: Double, scalars: Monomial, elements: [Element])]
    ) {
      for x in left {
        for y in right {
          let chain = monomial(of: Self.joined(x.elements, y.elements))
          result.add(chain.times(x.scalars).times(y.scalars), tidied(x.coefficient * y.coefficient))
        }
      }
    }
    add(left.terms, right.terms)
    add(terms(diagonal: left.diagonal), right.terms)
    add(left.terms, terms(diagonal: right.diagonal))
    let (content, primitive) = primitive(product(left.diagonal, right.diagonal))
    if !primitive.terms.isEmpty { result.add(Polynomial(store.factor(.diagonal(primitive))), times: content) }
    return result
  }

  /// A chain of at least one element.
  private func monomial(of elements: [Element]) -> Monomial {
    if elements.count == 1, elements[0].exponent.constant == 1 {
      switch elements[0].base {
      case .monomial(let monomial): return monomial
      case .group(let group): return Monomial(store.factor(.group(group)))
      case .diagonal(let monomial): return Monomial(store.factor(.diagonal(Polynomial(monomial))))
      }
    }
    return Monomial(store.factor(.chain(elements)))
  }

  private static func joined(_ a: [Element], _ b: [Element]) -> [Element] {
    guard var last = a.last, let first = b.first else { return a + b }
    if case .diagonal(let x) = last.base, case .diagonal(let y) = first.base {
      return a.dropLast() + [Element(base: .diagonal(x.times(y)))] + b.dropFirst()
    }
    if last.base == first.base {
      last.exponent.add(first.exponent)
      return a.dropLast() + [last] + b.dropFirst()
    }
    return a + b
  }

  private func matrixPower(_ base: Polynomial, _ exponent: Polynomial) -> Polynomial {
    if let n = exponent.integer, n > 0, n <= Self.highestPower || base.terms.count == 1 && n <= 64 {
      var result = base
      for _ in 1..<n { result = matrixProduct(result, base) }
      return result
    }
    if let (monomial, coefficient) = base.single, coefficient == 1, split(monomial).scalars.factors.isEmpty {
      switch content(monomial) {
      case .chain, .diagonal, .group: break
      default: return Polynomial(store.factor(.chain([Element(base: .monomial(monomial), exponent: exponent)])))
      }
    }
    return Polynomial(store.factor(.chain([Element(base: .group(base), exponent: exponent)])))
  }

  private mutating func transposed(_ x: Polynomial) -> Polynomial {
    var result = Polynomial()
    for (monomial, coefficient) in x.terms { result.add(transposed(monomial), times: coefficient) }
    return result
  }

  private mutating func transposed(_ monomial: Monomial) -> Polynomial {
    var result = Polynomial.constant(1)
    for (factor, exponent) in monomial.factors {
      result = product(result, power(transposed(factor), exponent))
    }
    return result
  }

  private mutating func transposed(_ factor: Factor) -> Polynomial {
    switch store[factor] {
    case .atom(let symbol): return transposed(symbol)
    case .group(let group):
      return grouped(transposed(group))
    case .diagonal: return Polynomial(factor)
    case .chain(let elements):
      var result: Polynomial?
      for element in elements.reversed() {
        let next: Polynomial
        switch element.base {
        case .diagonal(let monomial): next = Polynomial(store.factor(.diagonal(Polynomial(monomial))))
        case .monomial(let monomial): next = repeated(transposed(monomial), element.exponent)
        case .group(let group): next = repeated(grouped(transposed(group)), element.exponent)
        }
        result = result.map { matrixProduct($0, next) } ?? next
      }
      return result ?? .constant(1)
    }
  }

  private func repeated(_ x: Polynomial, _ exponent: Polynomial) -> Polynomial {
    exponent.constant == 1 ? x : matrixPower(x, exponent)
  }

  private mutating func transposed(_ symbol: Symbol) -> Polynomial {
    if isScalar(symbol) { return atom(symbol) }
    switch symbol {
    case .applied(let operation, let x) where x.count == 1:
      let inner: () -> Symbol = { .applied(.transpose, x) }
      switch operation {
      case .transpose: return polynomial(x[0])
      case .sigmoid, .tanh, .relu, .leakyRelu, .slope, .exp, .log, .squareRoot, .spread:
        return polynomial(.applied(operation, [inner()]))
      case .sumOfColumns: return polynomial(.applied(.sumOfRows, [inner()]))
      case .sumOfRows: return polynomial(.applied(.sumOfColumns, [inner()]))
      default: return atom(.applied(.transpose, [symbol]))
      }
    case .magnitude(let x): return polynomial(.magnitude(.applied(.transpose, [x])))
    case .call(let name, "", let x) where name == "\\max" || name == "\\min":
      return polynomial(.call(name, index: "", x.map { .applied(.transpose, [$0]) }))
    case .series(.sum, let index, let from, let through, let body):
      return polynomial(.series(.sum, index: index, from: from, through: through, .applied(.transpose, [body])))
    default: return atom(.applied(.transpose, [symbol]))
    }
  }

  // MARK: Diagonals and spreads, last of all

  /// The same without diagonal matrices in chains, and without spreads beside what spreads them anyway.
  private mutating func finished(_ x: Polynomial) -> Polynomial {
    var result = Polynomial()
    var diagonal = Polynomial()
    for (monomial, coefficient) in x.terms {
      let (scalars, rest) = split(monomial)
      if case .diagonal(let column) = content(rest) {
        diagonal.add(product(finished(column), Polynomial(scalars, coefficient)))
      } else {
        result.add(finished(monomial), times: coefficient)
      }
    }
    let (content, primitive) = primitive(diagonal)
    if !primitive.terms.isEmpty { result.add(Polynomial(store.factor(.diagonal(primitive))), times: content) }

    // In a sum with anything else a spread is implied.
    let spreads = result.terms.keys.filter { spreadInput($0.single) != nil }
    if !spreads.isEmpty, spreads.count < result.terms.count {
      for monomial in spreads {
        guard let input = spreadInput(monomial.single), let coefficient = result.terms[monomial] else { continue }
        result.terms[monomial] = nil
        result.add(finished(polynomial(input)), times: coefficient)
      }
    }
    return result
  }

  private func spreadInput(_ factor: Factor?) -> Symbol? {
    if let factor, case .atom(.applied(.spread, let x)) = store[factor] { return x.first }
    return nil
  }

  private mutating func finished(_ monomial: Monomial) -> Polynomial {
    // Beside another factor that is none, a spread is implied.
    let impliesSpread = monomial.factors.keys.contains { spreadInput($0) == nil && !isScalar($0) }
    var result = Polynomial.constant(1)
    for (factor, exponent) in monomial.factors {
      let next: Polynomial
      switch store[factor] {
      case .chain(let elements): next = finished(elements)
      // One that was a lone factor of a chain may expand now.
      case .group(let group): next = exponent.constant == 1 ? finished(group) : grouped(finished(group))
      case .diagonal(let column): next = Polynomial(store.factor(.diagonal(finished(column))))
      case .atom:
        if impliesSpread, let input = spreadInput(factor) {
          next = finished(polynomial(input))
        } else {
          next = Polynomial(factor)
        }
      }
      result = product(result, power(next, exponent))
    }
    return result
  }

  private mutating func finished(_ elements: [Element]) -> Polynomial {
    var result: Polynomial?
    var trailing: Polynomial?
    for element in elements.reversed() {
      let next: Polynomial
      switch element.base {
      case .diagonal(let monomial):
        let column = finished(monomial)
        if let sofar = result {
          result = product(column, sofar)
        } else {
          trailing = transposed(column)
        }
        continue
      case .monomial(let monomial): next = repeated(finished(monomial), element.exponent)
      case .group(let group): next = repeated(finished(group), element.exponent)
      }
      result = result.map { matrixProduct(next, $0) } ?? next
    }
    let chain = result ?? .constant(1)
    return trailing.map { product(chain, $0) } ?? chain
  }

  // MARK: Polynomial to formula

  mutating func symbol(_ x: Polynomial) -> Symbol { written(finished(x)) }

  /// The terms in the one order that they are written in: by their LaTeX.
  private func sorted(_ x: Polynomial) -> [(monomial: Monomial, coefficient: Double)] {
    x.terms.map { (monomial: $0, coefficient: $1, key: key($0)) }
      .sorted { ($0.key, $0.coefficient) < ($1.key, $1.coefficient) }
      .map { ($0.monomial, $0.coefficient) }
  }

  private func key(_ monomial: Monomial) -> String {
    monomial.factors.map { key($0, $1) }.sorted().joined(separator: " ")
  }

  private func key(_ factor: Factor, _ exponent: Polynomial) -> String {
    let own: String
    if let known = store.keys[factor.number] {
      own = known
    } else {
      own = written(factor).latex
      store.keys[factor.number] = own
    }
    return exponent.constant == 1 ? own : "\(own)^{\(written(exponent).latex)}"
  }

  private func written(_ x: Polynomial) -> Symbol {
    var result: Symbol?
    for (monomial, coefficient) in sorted(x) {
      let symbol = written(monomial)
      func scaled(_ coefficient: Double) -> Symbol {
        if symbol == .number(1) { return .number(coefficient) }
        if coefficient == 1 { return symbol }
        if coefficient == -1 { return .applied(.negation, [symbol]) }
        return .applied(.matrixProduct, [.number(coefficient), symbol])
      }
      if let sofar = result {
        result = .applied(coefficient < 0 ? .difference : .sum, [sofar, scaled(coefficient.magnitude)])
      } else {
        result = scaled(coefficient)
      }
    }
    return result ?? .number(0)
  }

  private func written(_ monomial: Monomial) -> Symbol {
    let factors = monomial.factors.map { (factor: $0, exponent: $1, key: key($0, $1)) }
      .sorted { $0.key < $1.key }
      .map { factor, exponent, _ -> Symbol in
        let base = written(factor)
        return exponent.constant == 1 ? base : .power(base, written(exponent), elementwise: true)
      }
    guard let first = factors.first else { return .number(1) }
    return factors.dropFirst().reduce(first) { .applied(.elementwiseProduct, [$0, $1]) }
  }

  private func written(_ factor: Factor) -> Symbol {
    switch store[factor] {
    case .atom(let symbol): return symbol
    case .group(let group): return written(group)
    case .diagonal(let column): return .diagonal(written(column))
    case .chain(let elements):
      let symbols = elements.map { element -> Symbol in
        let base: Symbol =
          switch element.base {
          case .monomial(let monomial): written(monomial)
          case .group(let group): written(group)
          case .diagonal(let monomial): .diagonal(written(monomial))
          }
        return element.exponent.constant == 1 ? base : .power(base, written(element.exponent), elementwise: false)
      }
      guard let first = symbols.first else { return .number(1) }
      return symbols.dropFirst().reduce(first) { .applied(.matrixProduct, [$0, $1]) }
    }
  }
}

// MARK: - Bound indexes

extension Symbol {
  /// The same formula with a free index under another name, inside the indexes of names too.
  func renaming(_ index: String, to new: String) -> Symbol {
    switch self {
    case .number: return self
    case .name(let name):
      if name == index { return .name(new) }
      guard let full = try? FullName(parsing: name) else { return self }
      return .name(
        full.mapScripts { script in
          Script(items: script.items.map { $0 == .variable(index) ? .variable(new) : $0 })
        }.spelling)
    case .applied(let operation, let x): return .applied(operation, x.map { $0.renaming(index, to: new) })
    case .power(let base, let exponent, let elementwise):
      return .power(base.renaming(index, to: new), exponent.renaming(index, to: new), elementwise: elementwise)
    case .series(let series, let own, let from, let through, let body):
      return .series(
        series, index: own, from: from.renaming(index, to: new), through: through.renaming(index, to: new),
        own == index ? body : body.renaming(index, to: new))
    case .norm(let x, let own): return .norm(x.renaming(index, to: new), index: own)
    case .magnitude(let x): return .magnitude(x.renaming(index, to: new))
    case .call(let name, let own, let x): return .call(name, index: own, x.map { $0.renaming(index, to: new) })
    }
  }
}
