// What a normal form is made of: polynomials of monomials of factors, each factor stored once.

import Autodiff

/// Monomials and their numbers; 0 has none.
struct Polynomial: Hashable {
  var terms: [Monomial: Double] = [:]

  static func constant(_ value: Double) -> Polynomial { Polynomial(Monomial(), value) }

  init() {}

  init(_ monomial: Monomial, _ coefficient: Double = 1) {
    if coefficient != 0 { terms[monomial] = coefficient }
  }

  init(_ factor: Factor) { self.init(Monomial(factor)) }

  mutating func add(_ monomial: Monomial, _ coefficient: Double) {
    let sum = tidied((terms[monomial] ?? 0) + coefficient)
    terms[monomial] = sum == 0 ? nil : sum
  }

  mutating func add(_ other: Polynomial, times factor: Double = 1) {
    for (monomial, coefficient) in other.terms { add(monomial, coefficient * factor) }
  }

  func scaled(by factor: Double) -> Polynomial {
    var result = Polynomial()
    for (monomial, coefficient) in terms { result.add(monomial, coefficient * factor) }
    return result
  }

  /// Its number, if it is nothing else.
  var constant: Double? {
    if terms.isEmpty { return 0 }
    return terms.count == 1 ? terms[Monomial()] : nil
  }

  /// Its whole number, if it is nothing else.
  var integer: Int? {
    guard let constant, constant == constant.rounded(), constant.magnitude < 1e6 else { return nil }
    return Int(constant)
  }

  /// Its only term.
  var single: (monomial: Monomial, coefficient: Double)? {
    guard terms.count == 1, let term = terms.first else { return nil }
    return (term.key, term.value)
  }
}

/// Factors with exponents, commuting; 1 has none.
struct Monomial: Hashable {
  var factors: [Factor: Polynomial] = [:]

  init() {}
  init(_ factor: Factor, _ exponent: Polynomial = .constant(1)) { factors[factor] = exponent }

  /// Its only factor, if its exponent is 1.
  var single: Factor? {
    guard factors.count == 1, let (factor, exponent) = factors.first, exponent.constant == 1 else { return nil }
    return factor
  }

  func times(_ other: Monomial) -> Monomial {
    var result = self
    for (factor, exponent) in other.factors {
      guard var sum = result.factors[factor] else {
        result.factors[factor] = exponent
        continue
      }
      sum.add(exponent)
      result.factors[factor] = sum.terms.isEmpty ? nil : sum
    }
    return result
  }
}

/// A factor, known by its number in a store: comparing two is cheap however large they are.
struct Factor: Hashable {
  let number: Int
}

enum Content: Hashable {
  /// A formula with nothing left to do, its parts in normal form.
  case atom(Symbol)
  /// A matrix product.
  case chain([Element])
  /// A sum that stays together.
  case group(Polynomial)
  /// The diagonal matrix of a column.
  case diagonal(Polynomial)
}

/// Every factor once.
final class Store {
  private var numbers: [Content: Int] = [:]
  private(set) var contents: [Content] = []
  /// How many names and numbers a factor is made of.
  private var sizes: [Int] = []
  /// By what factors are sorted, where that was asked.
  var keys: [Int: String] = [:]

  func factor(_ content: Content) -> Factor {
    if let number = numbers[content] { return Factor(number: number) }
    let number = contents.count
    numbers[content] = number
    contents.append(content)
    sizes.append(size(content))
    return Factor(number: number)
  }

  subscript(_ factor: Factor) -> Content { contents[factor.number] }

  func size(_ polynomial: Polynomial) -> Int {
    polynomial.terms.keys.reduce(1) { Self.sum($0, size($1)) }
  }

  func size(_ monomial: Monomial) -> Int {
    monomial.factors.reduce(1) {
      Self.sum($0, Self.sum(sizes[$1.key.number], $1.value.constant == nil ? size($1.value) : 0))
    }
  }

  private func size(_ content: Content) -> Int {
    switch content {
    case .atom(let symbol): return Self.size(symbol)
    case .group(let polynomial), .diagonal(let polynomial): return size(polynomial)
    case .chain(let elements):
      return elements.reduce(0) { sum, element in
        switch element.base {
        case .monomial(let monomial), .diagonal(let monomial): Self.sum(sum, size(monomial))
        case .group(let polynomial): Self.sum(sum, size(polynomial))
        }
      }
    }
  }

  static func size(_ symbol: Symbol) -> Int { symbol.parts.reduce(1) { sum($0, size($1)) } }

  private static func sum(_ a: Int, _ b: Int) -> Int { min(a + b, 1_000_000_000) }
}

/// A factor of a matrix product, repeated as its exponent says.
struct Element: Hashable {
  enum Base: Hashable {
    case monomial(Monomial)
    case group(Polynomial)
    case diagonal(Monomial)
  }
  var base: Base
  var exponent: Polynomial = .constant(1)
}

/// To 14 significant digits, where it has more than 15.
func tidied(_ x: Double) -> Double {
  guard x.isFinite, x != 0 else { return x }
  let text = "\(x.magnitude)"
  let parts = text.split(separator: "e")
  let digits = parts[0].filter { $0 != "." }.drop { $0 == "0" }
  if digits.count <= 15 { return x }
  // Digits before the point, leading zeros not counted.
  let point =
    parts[0].firstIndex(of: ".").map { parts[0].distance(from: parts[0].startIndex, to: $0) } ?? parts[0].count
  let leadingZeros = parts[0].filter { $0 != "." }.prefix { $0 == "0" }.count
  let exponent = (parts.count == 2 ? Int(parts[1]) ?? 0 : 0) + point - leadingZeros
  guard let head = Int(digits.prefix(14)), let next = digits.dropFirst(14).first?.wholeNumberValue,
    let rounded = Double("\(head + (next >= 5 ? 1 : 0))e\(exponent - 14)")
  else { return x }
  return x < 0 ? -rounded : rounded
}
