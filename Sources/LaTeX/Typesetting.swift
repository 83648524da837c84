// Decides where brackets go: a formula with its brackets, which is then written as LaTeX or as text for a terminal.

import Autodiff

/// A formula with its brackets in place.
indirect enum Typeset {
  case number(Double)
  /// A name, and what it consists of (`nil` if it is not a name of the dialect).
  case name(String, FullName?)
  case sum(Typeset, isDifference: Bool, Typeset)
  case negative(Typeset)
  case elementwise(Typeset, Typeset)
  case product(Typeset, dot: Bool, Typeset)
  case fraction(Typeset, Typeset)
  case root(Typeset)
  case brackets(Typeset)
  case transposed(Typeset)
  case raised(Typeset, exponent: Typeset, isMarked: Bool)
  case function(latex: String, plain: String, index: String, power: Double?, [Typeset])
  case norm(Typeset, index: String)
  case magnitude(Typeset)
  case stack([Typeset])
  case matrix([Typeset], columns: Int)
  case series(Symbol.Series, index: String, from: Typeset, through: Typeset, isAfter: Bool, isBefore: Bool, Typeset)
}

/// Adds those brackets that the parser needs, and no others.
struct Typesetter {
  var functions = Symbol.knownFunctions

  /// The loosest construct that needs no brackets in a place, from the loosest to the tightest.
  private enum Level: Int, Comparable {
    case sum, term, chain, factor
    static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
  }

  func callAsFunction(_ symbol: Symbol) -> Typeset { set(symbol) }

  /// - Parameters:
  ///   - isLeading: whether a minus needs no brackets here.
  ///   - isLast: whether it is the last factor of its term. Before another factor, a series needs brackets.
  private func set(_ symbol: Symbol, _ level: Level = .sum, isLeading: Bool = true, isLast: Bool = true) -> Typeset {
    switch symbol {
    case .number(let value):
      return value.sign == .minus && !isLeading ? .brackets(.number(value)) : .number(value)
    case .name(let name): return .name(name, try? FullName(parsing: name))
    case .applied(let operation, let x): return set(operation, x, level, isLeading, isLast)
    case .power(let base, let exponent, let elementwise):
      let isMarked = elementwise && base.isMatrix
      if !isMarked, case .number(let value) = exponent, value > 0, value == value.rounded(), value < 1e6,
        case .function(let latex, let plain, let index, nil, let arguments) = set(base)
      {
        return .function(latex: latex, plain: plain, index: index, power: value, arguments)
      }
      return .raised(raisable(base), exponent: set(exponent), isMarked: isMarked)
    case .series(let series, let index, let from, let through, let body):
      if !isLast { return .brackets(set(symbol)) }
      // A product down to j + 1 is written with the bound k > j.
      var below = through
      var isAfter = false
      if series == .descendingProduct, case .applied(.sum, let inputs) = through, inputs[1] == .number(1) {
        below = inputs[0]
        isAfter = true
      }
      var above = from
      var isBefore = false
      if series == .descendingProduct, case .applied(.difference, let inputs) = from, inputs[1] == .number(1) {
        above = inputs[0]
        isBefore = true
      }
      return .series(
        series, index: index, from: set(above), through: set(below), isAfter: isAfter, isBefore: isBefore,
        set(body, .term, isLeading: false))
    case .norm(let x, let index): return .norm(set(x), index: index)
    case .magnitude(let x): return .magnitude(set(x))
    case .call("bmatrix", let index, let cells):
      return .matrix(cells.map { set($0) }, columns: Int(index) ?? cells.count)
    case .call(let name, let index, let arguments):
      let (latex, plain) = Self.spelled(function: name)
      return .function(latex: latex, plain: plain, index: index, power: nil, arguments.map { set($0) })
    }
  }

  private func set(
    _ operation: Operation, _ x: [Symbol], _ level: Level, _ isLeading: Bool, _ isLast: Bool
  ) -> Typeset {
    func sum(_ a: Symbol, isDifference: Bool, _ b: Symbol) -> Typeset {
      if level > .sum { return .brackets(set(operation, x, .sum, true, true)) }
      var isSum = false
      if !isDifference, case .applied(let inner, _) = b {
        isSum = [.infix(latex: "+", plain: "+"), .infix(latex: "-", plain: "−")].contains(inner.notation)
      }
      return .sum(
        set(a, isLeading: isLeading), isDifference: isDifference, set(b, isSum ? .sum : .term, isLeading: false))
    }
    func product(_ a: Symbol, _ b: Symbol) -> Typeset {
      if level > .chain { return .brackets(set(operation, x, .sum, true, true)) }
      let left = set(a, .chain, isLeading: isLeading, isLast: false)
      let right = set(b, .factor, isLeading: false, isLast: isLast)
      return .product(left, dot: needsDot(left, right), right)
    }

    switch operation {
    case .sum, .bias: return sum(x[0], isDifference: false, x[1])
    case .difference: return sum(x[0], isDifference: true, x[1])
    case .offset(let number): return sum(x[0], isDifference: number < 0, .number(number.magnitude))
    case .complement(let number): return sum(.number(number), isDifference: true, x[0])
    case .negation:
      if level > .sum || !isLeading { return .brackets(set(operation, x, .sum, true, true)) }
      return .negative(set(x[0], .term, isLeading: false))
    case .scaling(let factor): return product(.number(factor), x[0])
    case .matrixProduct: return product(x[0], x[1])
    case .elementwiseProduct:
      if level > .term { return .brackets(set(operation, x, .sum, true, true)) }
      var isProduct = false
      if case .applied(.elementwiseProduct, _) = x[1] { isProduct = true }
      return .elementwise(
        set(x[0], .term, isLeading: isLeading, isLast: false),
        set(x[1], isProduct ? .term : .chain, isLeading: false, isLast: isLast))
    case .elementwiseQuotient: return .fraction(set(x[0]), set(x[1]))
    case .transpose: return .transposed(raisable(x[0]))
    case .squareRoot: return .root(set(x[0]))
    case .stackRows: return .stack(x.map { set($0) })
    default:
      guard case .function(let latex, let plain, let index) = operation.notation else {
        return .function(
          latex: "\\operatorname{operation}", plain: "operation", index: "", power: nil, x.map { set($0) })
      }
      return .function(latex: latex, plain: plain, index: index, power: nil, x.map { set($0) })
    }
  }

  /// The formula as the base of a power, in brackets if it needs them.
  private func raisable(_ symbol: Symbol) -> Typeset {
    let result = set(symbol, .factor, isLeading: false, isLast: false)
    switch result {
    case .number, .brackets, .norm, .magnitude, .stack, .matrix, .root: return result
    case .name(_, .simple(let name)?): if name.upper.items.isEmpty, name.primes == 0 { return result }
    case .function(_, _, _, let power, _): if power == nil { return result }
    default: break
    }
    return .brackets(set(symbol))
  }

  /// Whether a dot must separate two factors: before a digit, and between a name and a bracket that would make it a function.
  private func needsDot(_ left: Typeset, _ right: Typeset) -> Bool {
    if Self.beginsWithDigit(right) { return true }
    var last = left
    while case .product(_, _, let factor) = last { last = factor }
    guard case .name(_, .simple(var name)?) = last else { return false }
    name.primes = 0
    if name.spelling == "\\sigma" { return true }
    guard Self.beginsWithBracket(right) else { return false }
    if functions.contains(name.spelling) { return true }
    name.lower = Script()
    return functions.contains(name.spelling)
  }

  private static func beginsWithDigit(_ x: Typeset) -> Bool {
    switch x {
    case .number: true
    case .raised(let base, _, _), .transposed(let base): beginsWithDigit(base)
    default: false
    }
  }

  private static func beginsWithBracket(_ x: Typeset) -> Bool {
    switch x {
    case .brackets: true
    case .raised(let base, _, _), .transposed(let base): beginsWithBracket(base)
    default: false
    }
  }

  /// The spelling of a function that is not an operation: `\operatorname{…}` around letters, other names as they are.
  private static func spelled(function name: String) -> (latex: String, plain: String) {
    let primes = name.reversed().prefix { $0 == "'" }.count
    let bare = String(name.dropLast(primes))
    let marks = String(repeating: "′", count: primes)
    if bare.count > 1, bare.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) {
      return ("\\operatorname{\(bare)}" + String(repeating: "'", count: primes), bare + marks)
    }
    let command = String(bare.dropFirst())
    if ["\\max", "\\min"].contains(bare) || bare.first == "\\" && Parser.functionCommands[command] != nil {
      return (name, command + marks)
    }
    return (name, UnicodeRenderer.name(bare) + marks)
  }
}
