// Reads names: accents, indexes, superscripts that belong to a name, partial derivatives.

extension Parser {
  mutating func wholeName() throws(FormulaError) -> FullName {
    let result: FullName
    switch kind {
    case .command("frac"):
      advance()
      result = try partialFraction()
    case .command("partial"): result = try inlinePartial()
    default: result = .simple(try name())
    }
    if kind != .end { throw error("expected one name, found \(token.quoted) after it") }
    return result
  }

  /// Reads accents, a letter, and the scripts that belong to it. Stops before a `^` that is an exponent.
  mutating func name() throws(FormulaError) -> Name {
    var name = try accentedLetter()
    while true {
      if kind == .mark("_") {
        if !name.lower.items.isEmpty { throw error("a second index") }
        advance()
        name.lower = try script()
      } else if skip("'") {
        name.primes += 1
      } else if kind == .mark("^"), isPrime(after: 1) {
        name.primes += try upperPrimes().count
      } else if kind == .mark("^"), belongsToName(after: 1) {
        if !name.upper.items.isEmpty { throw error("a second superscript") }
        advance()
        name.upper = try script()
      } else {
        break
      }
    }
    if name.primes > 0, !name.upper.items.isEmpty { throw error("a superscript and a prime on one name") }
    return name
  }

  /// Whether the `^` before this token begins primes: `^\prime`, `^{\prime\prime}`.
  func isPrime(after distance: Int) -> Bool {
    if peek(distance) == .command("prime") { return true }
    return peek(distance) == .mark("{") && (peek(distance + 1) == .command("prime") || peek(distance + 1) == .mark("'"))
  }

  mutating func upperPrimes() throws(FormulaError) -> String {
    try expect("^")
    var primes = ""
    if skip(.command("prime")) { return "'" }
    try expect("{")
    while kind == .command("prime") || kind == .mark("'") {
      advance()
      primes += "'"
    }
    try expectClosing("}")
    return primes
  }

  private mutating func accentedLetter() throws(FormulaError) -> Name {
    switch kind {
    case .letter(let letter):
      advance()
      return Name(core: String(letter))
    case .text(let command, let argument) where ["text", "mathrm", "mathbf", "mathcal", "mathbb"].contains(command):
      advance()
      return Name(core: "\\\(command){\(argument)}")
    case .command(let command):
      if Name.letters[command] != nil {
        advance()
        return Name(core: "\\\(command)")
      }
      guard Name.accents[command] != nil else { break }
      advance()
      guard kind == .mark("{") else {
        var name = try nested { (parser) throws(FormulaError) in try parser.accentedLetter() }
        name.accents.insert("\\\(command)", at: 0)
        return name
      }
      return try nested { (parser) throws(FormulaError) in
        parser.advance()
        var name = try parser.name()
        try parser.expectClosing("}")
        name.accents.insert("\\\(command)", at: 0)
        return name
      }
    default: break
    }
    throw error("a name is expected, found \(token.quoted)")
  }

  /// Whether the superscript at this token is part of the name: one in round brackets, a star, a sign or a text.
  private func belongsToName(after distance: Int) -> Bool {
    func isSign(_ kind: Token.Kind) -> Bool {
      switch kind {
      case .mark("*"), .command("ast"), .command("star"): true
      default: false
      }
    }
    let first = peek(distance)
    if isSign(first) { return true }
    guard first == .mark("{") else { return false }
    let second = peek(distance + 1)
    if peek(distance + 2) == .mark("}") {
      if isSign(second) || second == .mark("+") || second == .mark("-") { return true }
      if case .text(let command, _) = second { return command == "text" || command == "mathrm" }
    }
    guard second == .mark("(") else { return false }
    var depth = 0
    var position = index + distance + 1
    while position < tokens.count {
      switch tokens[position].kind {
      case .mark("("): depth += 1
      case .mark(")"):
        depth -= 1
        if depth == 0 { return position + 1 < tokens.count && tokens[position + 1].kind == .mark("}") }
      case .mark("{"), .mark("}"), .end: if depth == 0 || tokens[position].kind == .end { return false }
      default: break
      }
      position += 1
    }
    return false
  }

  /// Reads a subscript or superscript: one token, or several in braces.
  mutating func script() throws(FormulaError) -> Script {
    if kind == .mark("{") {
      return try nested { (parser) throws(FormulaError) in
        parser.advance()
        var script = Script()
        while parser.kind != .mark("}") {
          if parser.kind == .end { throw parser.error("‘}’ is missing") }
          script.items.append(try parser.scriptItem())
        }
        if script.items.isEmpty { throw parser.error("an empty index") }
        parser.advance()
        return script
      }
    }
    let start = token
    let item: Script.Item
    switch kind {
    case .number(let digits):
      if digits.count > 1 { throw error("an index of more than one digit needs braces: _{\(digits)}") }
      advance()
      item = .number(digits)
    case .letter(let letter):
      advance()
      item = .variable(String(letter))
    case .command(let name) where Name.letters[name] != nil:
      advance()
      item = .variable("\\\(name)")
    case .mark("*"), .command("ast"), .command("star"), .text:
      item = try scriptItem()
    default: throw FormulaError("an index in braces is expected, found \(start.quoted)", at: start.position)
    }
    return Script(items: [item])
  }

  private mutating func scriptItem() throws(FormulaError) -> Script.Item {
    switch kind {
    case .number(let digits):
      advance()
      return .number(digits)
    case .letter: return .variable(try nested { (parser) throws(FormulaError) in try parser.name() }.spelling)
    case .mark(let mark) where "+-,:()/=*;".contains(mark):
      advance()
      return .mark(mark)
    case .text(let command, let argument) where command == "text" || command == "mathrm":
      advance()
      return .label("\\\(command){\(argument)}")
    case .text(let command, _) where command != "operatorname" && command != "begin" && command != "end":
      return .variable(try nested { (parser) throws(FormulaError) in try parser.name() }.spelling)
    case .command(let name):
      switch name {
      case "max", "min", "ldots", "cdots", "dots", "to", "top", "le", "ge", "lt", "gt", "ne", "odot", "prime":
        advance()
        return .label("\\\(name)")
      case "ast", "star":
        advance()
        return .mark("*")
      default:
        if Name.letters[name] != nil || Name.accents[name] != nil {
          return .variable(try nested { (parser) throws(FormulaError) in try parser.name() }.spelling)
        }
        if !Self.isKnown(name) { throw error("unknown command ‘\\\(name)’") }
      }
    default: break
    }
    throw error("\(token.quoted) cannot stand in an index")
  }

  /// Reads `{\partial^2 L}{\partial w^2}`; `\frac` has been read.
  mutating func partialFraction() throws(FormulaError) -> FullName {
    try expect("{")
    try expect(.command("partial"), "‘\\partial’")
    let order = try differentialOrder()
    let name = try differentiated()
    if kind != .mark("}") {
      throw error("only a name can be differentiated, and brackets cannot: name the formula first")
    }
    advance()
    try expect("{")
    if kind != .command("partial") { throw error("expected ‘\\partial’, found \(token.quoted)") }
    var denominators: [FullName.Denominator] = []
    while skip(.command("partial")) { denominators.append(try self.denominator()) }
    if kind != .mark("}") { throw error("expected ‘\\partial’ or ‘}’, found \(token.quoted)") }
    advance()
    return .partial(order: order, of: name, by: denominators)
  }

  /// Reads `\partial L / \partial c_t`.
  mutating func inlinePartial() throws(FormulaError) -> FullName {
    try expect(.command("partial"), "‘\\partial’")
    let order = try differentialOrder()
    let name = try differentiated()
    if !skip("/") { throw error("expected ‘/ \\partial’, found \(token.quoted)") }
    if !skip(.command("partial")) { throw error("expected ‘\\partial’, found \(token.quoted)") }
    return .partial(order: order, of: name, by: [try denominator()])
  }

  private mutating func differentialOrder() throws(FormulaError) -> Script {
    skip("^") ? try orderScript() : Script()
  }

  private mutating func denominator() throws(FormulaError) -> FullName.Denominator {
    let name = try differentiated()
    return .init(name: name, order: skip("^") ? try orderScript() : Script())
  }

  private mutating func orderScript() throws(FormulaError) -> Script {
    if skip("+") { return Script(items: [.mark("+")]) }
    return try script()
  }

  private mutating func differentiated() throws(FormulaError) -> Name {
    switch kind {
    case .mark("("), .mark("["), .mark("{"), .mark("}"), .command("left"), .mark("/"), .end:
      throw error("only a name can be differentiated: name the formula first")
    default:
      let name = try self.name()
      if kind == .mark("^"), !name.upper.items.isEmpty { throw error("a second superscript") }
      return name
    }
  }
}
