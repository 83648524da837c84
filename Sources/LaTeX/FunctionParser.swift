// Reads functions and their arguments, sums Σ and products ∏.

import Autodiff

extension Parser {
  // MARK: Functions

  mutating func call(operatorNamed name: String, _ start: Token) throws(FormulaError) -> Symbol {
    if name.count == 1 { throw FormulaError("\\operatorname needs a name of more than one letter", at: start.position) }
    if name == "bmatrix" { throw FormulaError("bmatrix is an environment, not a function", at: start.position) }
    if name == "max" || name == "min" { return try call("\\\(name)", operation: nil, start) }
    if let operation = Self.functionCommands[name] { return try call("\\\(name)", operation: operation, start) }
    let operation = Self.operatorNames[name]
    return try call(operation == .sigmoid ? "\\sigma" : name, operation: operation, start)
  }

  /// Reads what follows a function's name: primes, an index, a power, then the arguments.
  mutating func call(_ name: String, operation: Operation?, _ start: Token) throws(FormulaError) -> Symbol {
    var primes = ""
    var index = ""
    var exponent: Symbol?
    while true {
      if skip("'") {
        primes += "'"
      } else if kind == .mark("_"), index.isEmpty {
        advance()
        index = try script().spelling
      } else if kind == .mark("^"), exponent == nil {
        if isPrime(after: 1) {
          primes += try upperPrimes()
        } else {
          exponent = try functionExponent()
        }
      } else {
        break
      }
    }
    let arguments: [Symbol]
    if opensBracket {
      arguments = try bracketed(separator: ",")
    } else if name == "\\max" || name == "\\min" {
      throw error("\\\(name.dropFirst()) needs its arguments in brackets")
    } else if startsFactor {
      arguments = [try nested { (parser) throws(FormulaError) in try parser.factor() }]
      if startsFactor || kind == .command("cdot") || kind == .command("times") {
        throw error("where does the argument of \(start.quoted) end? Put it in brackets")
      }
    } else {
      throw error("the argument of \(start.quoted) is missing")
    }
    let result = try Self.applied(name, operation, primes: primes, index: index, arguments, start)
    return exponent.map { Self.power(result, $0) } ?? result
  }

  private static func applied(
    _ name: String, _ operation: Operation?, primes: String, index: String, _ arguments: [Symbol], _ start: Token
  ) throws(FormulaError) -> Symbol {
    if primes.isEmpty, let operation = operation ?? Self.operation(named: name, index: index) {
      if operation.hasIndex == index.isEmpty {
        throw FormulaError("\(start.quoted) takes \(index.isEmpty ? "an" : "no") index", at: start.position)
      }
      if arguments.count != 1 { throw FormulaError("\(start.quoted) takes one argument", at: start.position) }
      return .applied(operation, arguments)
    }
    return .call(name + primes, index: index, arguments)
  }

  /// Reads the 2 of \tanh^2(x). Only positive whole numbers are accepted, because \tanh^{-1} means another function.
  private mutating func functionExponent() throws(FormulaError) -> Symbol {
    let start = token.position
    advance()
    let isBraced = skip("{")
    guard case .number(let digits) = kind, let value = Int(digits), value > 0, isBraced || digits.count == 1 else {
      throw FormulaError("a function’s exponent is a whole number; write others after its argument", at: start)
    }
    advance()
    if isBraced { try expectClosing("}") }
    return .number(Double(value))
  }

  /// Reads a name, or a call if the name is that of a function and a bracket follows.
  mutating func nameOrCall() throws(FormulaError) -> Symbol {
    let start = token
    var name = try self.name()
    let primes = String(repeating: "'", count: name.primes)
    let spelling = name.spelling
    name.primes = 0
    var function: (name: String, index: String)?
    if name.spelling == "\\sigma" || functions.contains(name.spelling) {
      function = (name.spelling, "")
    } else if !name.lower.items.isEmpty {
      let index = name.lower.spelling
      name.lower = Script()
      if functions.contains(name.spelling) { function = (name.spelling, index) }
    }
    if let function, name.accents.isEmpty || functions.contains(function.name) {
      let beforeExponent = self
      let exponent = kind == .mark("^") ? try? functionExponent() : nil
      if exponent == nil { self = beforeExponent }
      if opensBracket {
        let arguments = try bracketed(separator: ",")
        let result = try Self.applied(
          function.name, function.name == "\\sigma" ? .sigmoid : nil, primes: primes, index: function.index, arguments,
          start)
        return exponent.map { Self.power(result, $0) } ?? result
      }
      self = beforeExponent
      if function.name == "\\sigma", startsFactor {
        throw error("for the sigmoid write \\sigma(x), for a product \\sigma \\cdot x")
      }
    }
    return .name(spelling)
  }

  // MARK: Series

  mutating func series(_ command: String) throws(FormulaError) -> Symbol {
    let start = token.position
    advance()
    guard kind == .mark("_"), peek(1) == .mark("{") else {
      throw FormulaError("\\\(command) needs its bounds: \\\(command)_{t=1}^{T}", at: start)
    }
    let bounds = try nested { (parser) throws(FormulaError) in
      parser.index += 2
      let bounds = try parser.seriesBounds(isProduct: command == "prod")
      try parser.expectClosing("}")
      return bounds
    }
    var through = bounds.through
    if through == nil {
      if !skip("^") { throw error("the upper bound is missing: \\\(command)_{t=1}^{T}") }
      switch kind {
      case .mark("{"): through = try braced()
      case .number(let digits) where digits.count == 1:
        advance()
        through = .number(Double(digits) ?? 0)
      case .letter(let letter):
        advance()
        through = .name(String(letter))
      default: throw error("the upper bound in braces is expected, found \(token.quoted)")
      }
    } else if kind == .mark("^") {
      throw error("the bounds already stand below")
    }
    let body = try nested { (parser) throws(FormulaError) in try parser.term() }
    return .series(bounds.series, index: bounds.index, from: bounds.from, through: through ?? .number(0), body)
  }

  private struct Bounds {
    var series: Symbol.Series
    var index: String
    var from: Symbol
    var through: Symbol?
  }

  private mutating func seriesBounds(isProduct: Bool) throws(FormulaError) -> Bounds {
    let start = token.position
    let first = try formula()
    if skip("=") {
      guard case .name(let index) = first else {
        throw FormulaError("an index is a name, as in t=1", at: start)
      }
      return Bounds(series: isProduct ? .product : .sum, index: index, from: try formula(), through: nil)
    }
    func relation() -> Equation.Relation? {
      if case .command(let name) = kind { return Self.relations[name] }
      return nil
    }
    guard let left = relation() else { throw error("bounds are written t=1, or 1 \\le t \\le T") }
    advance()
    guard case .name(let index) = try formula() else { throw error("an index is a name, as in 1 \\le t \\le T") }
    guard let right = relation() else { throw error("the second bound is missing: 1 \\le t \\le T") }
    advance()
    let last = try formula()
    func one(_ operation: Operation, after x: Symbol) -> Symbol {
      operation == .sum ? Self.sum(x, .number(1)) : .applied(operation, [x, .number(1)])
    }
    switch (left, right) {
    case (.less, .less), (.less, .lessOrEqual), (.lessOrEqual, .less), (.lessOrEqual, .lessOrEqual):
      return Bounds(
        series: isProduct ? .product : .sum, index: index, from: left == .less ? one(.sum, after: first) : first,
        through: right == .less ? one(.difference, after: last) : last)
    case (.greater, .greater), (.greater, .greaterOrEqual), (.greaterOrEqual, .greater),
      (.greaterOrEqual, .greaterOrEqual):
      if !isProduct { throw FormulaError("a sum runs upwards: 1 \\le t \\le T", at: start) }
      return Bounds(
        series: .descendingProduct, index: index,
        from: left == .greater ? one(.difference, after: first) : first,
        through: right == .greater ? one(.sum, after: last) : last)
    default: throw FormulaError("both bounds must point the same way", at: start)
    }
  }
}
