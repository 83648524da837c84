// Reads factors: numbers, fractions, roots, exponents, brackets, norms, matrices.

import Autodiff

extension Parser {
  mutating func factor() throws(FormulaError) -> Symbol {
    while kind == .quad { advance() }
    var result = try atom()
    if skip("^") { result = try raised(result) }
    if kind == .mark("_") || kind == .mark("^") || kind == .mark("'") { throw unexpected() }
    return result
  }

  /// Reads the exponent; `^` has been read.
  private mutating func raised(_ base: Symbol) throws(FormulaError) -> Symbol {
    let start = token.position
    if skip(.command("top")) { return .applied(.transpose, [base]) }
    guard kind == .mark("{") else {
      switch kind {
      case .number(let digits):
        if digits.count > 1 { throw error("an exponent of more than one digit needs braces: ^{\(digits)}") }
        advance()
        return Self.power(base, .number(Double(digits) ?? 0))
      case .letter("T"): throw error("for a transpose write ^\\top, for the power ^{T}")
      case .letter(let letter):
        advance()
        return Self.power(base, .name(String(letter)))
      case .command(let name) where Name.letters[name] != nil:
        advance()
        return Self.power(base, .name("\\\(name)"))
      case .command("prime"), .mark("*"): throw error("\(token.quoted) stands on a name")
      default: throw error("an exponent in braces is expected, found \(token.quoted)")
      }
    }
    return try nested { (parser) throws(FormulaError) in
      parser.advance()
      if parser.kind == .command("top"), parser.peek(1) == .mark("}") {
        parser.index += 2
        return .applied(.transpose, [base])
      }
      if parser.kind == .mark("-"), parser.peek(1) == .command("top") {
        throw FormulaError("no inverse transposes in this dialect", at: start)
      }
      let elementwise = parser.skip(.command("odot"))
      let exponent = try parser.formula()
      try parser.expectClosing("}")
      return elementwise ? .power(base, exponent, elementwise: true) : Self.power(base, exponent)
    }
  }

  static func power(_ base: Symbol, _ exponent: Symbol) -> Symbol {
    .power(base, exponent, elementwise: !base.isMatrix)
  }

  mutating func expectClosing(_ mark: Character) throws(FormulaError) {
    if skip(mark) { return }
    if kind == .end { throw error("‘\(mark)’ is missing") }
    throw unexpected()
  }

  private mutating func atom() throws(FormulaError) -> Symbol {
    let start = token
    switch kind {
    case .number(let digits):
      advance()
      if kind == .mark("_") { throw error("a number has no index") }
      return .number(Double(digits) ?? 0)
    case .letter: return try nameOrCall()
    case .text("operatorname", let name):
      advance()
      return try call(operatorNamed: name, start)
    case .text("begin", let environment):
      guard environment == "bmatrix" else { throw error("no \\begin{\(environment)} here: only bmatrix") }
      return try matrix()
    case .text("end", _): throw error("\(token.quoted) closes what was never opened")
    case .text: return try nameOrCall()
    case .mark("("), .mark("["), .mark("{"), .command("{"), .command("left"): return try group()
    case .mark("-"): throw error("a negative factor needs brackets: (-x)")
    case .mark("+"): throw error("something is missing before ‘+’")
    case .command(let name):
      switch name {
      case "frac", "dfrac", "tfrac":
        advance()
        return try fraction()
      case "sqrt":
        advance()
        if kind == .mark("[") { throw error("only square roots: write a power for the others") }
        return .applied(.squareRoot, [try braced()])
      case "lVert", "lvert": return try norm(open: name, isSized: false)
      case "sum", "prod": return try series(name)
      case "partial": return .name(try inlinePartial().spelling)
      case "max", "min":
        advance()
        return try call("\\\(name)", operation: nil, start)
      default:
        if let operation = Self.functionCommands[name] {
          advance()
          return try call("\\\(name)", operation: operation, start)
        }
        if Name.letters[name] != nil || Name.accents[name] != nil { return try nameOrCall() }
        if Self.isKnown(name) { throw error("a formula cannot go on with \(token.quoted)") }
        throw error("unknown command ‘\\\(name)’")
      }
    case .mark(")"), .mark("]"), .mark("}"), .mark("&"), .rowBreak, .end, .quad, .mark:
      throw error("a formula is missing before \(token.quoted)")
    }
  }

  /// Reads `{ formula }`.
  mutating func braced() throws(FormulaError) -> Symbol {
    if kind != .mark("{") { throw error("expected an argument in braces, found \(token.quoted)") }
    return try nested { (parser) throws(FormulaError) in
      parser.advance()
      let content = try parser.formula()
      try parser.expectClosing("}")
      return content
    }
  }

  /// Reads a fraction, or a partial derivative that is written as one; `\frac` has been read.
  private mutating func fraction() throws(FormulaError) -> Symbol {
    if kind == .mark("{"), peek(1) == .command("partial") {
      // With a slash in the numerator, as in \frac{\partial L / \partial x}{2}, it is a quotient.
      if !containsSlashBeforeBrace(from: index + 1) { return .name(try partialFraction().spelling) }
    }
    let numerator = try braced()
    let denominator = try braced()
    return .applied(.elementwiseQuotient, [numerator, denominator])
  }

  private func containsSlashBeforeBrace(from start: Int) -> Bool {
    var depth = 0
    for token in tokens[start...] {
      switch token.kind {
      case .mark("{"): depth += 1
      case .mark("}"):
        if depth == 0 { return false }
        depth -= 1
      case .mark("/") where depth == 0: return true
      default: break
      }
    }
    return false
  }

  // MARK: Brackets

  /// The bracket that opens here, and the number of tokens up to it: 2 after `\left`. `nil` if no bracket opens here.
  private var opening: (bracket: Token.Kind, length: Int)? {
    let isSized = kind == .command("left")
    let bracket = isSized ? peek(1) : kind
    switch bracket {
    case .mark("("), .mark("["), .command("{"): return (bracket, isSized ? 2 : 1)
    default: return nil
    }
  }

  var opensBracket: Bool { opening != nil }

  private mutating func group() throws(FormulaError) -> Symbol {
    if kind == .mark("{") { return try braced() }
    if kind == .command("left"), case .command(let name) = peek(1), name == "lVert" || name == "lvert" {
      advance()
      return try norm(open: name, isSized: true)
    }
    // [h; x] stacks h above x.
    let parts = try bracketed(separator: opening?.bracket == .mark("[") ? ";" : nil)
    return parts.count == 1 ? parts[0] : .applied(.stackRows(heights: []), parts)
  }

  /// Reads formulas in brackets, separated by `separator`.
  mutating func bracketed(separator: Character?) throws(FormulaError) -> [Symbol] {
    guard let (bracket, length) = opening else { throw error("expected a bracket, found \(token.quoted)") }
    return try nested { (parser) throws(FormulaError) in
      let isSized = length == 2
      parser.index += length
      let opener = parser.tokens[parser.index - 1]
      var parts = [try parser.formula()]
      while let separator, parser.skip(separator) { parts.append(try parser.formula()) }
      let closer: Token.Kind =
        switch bracket {
        case .mark("("): .mark(")")
        case .mark("["): .mark("]")
        default: .command("}")
        }
      if parser.kind == .end { throw FormulaError("this bracket is never closed", at: opener.position) }
      if isSized { try parser.expect(.command("right"), "‘\\right’") }
      if parser.kind != closer {
        switch parser.kind {
        case .mark(")"), .mark("]"), .mark("}"), .command("}"):
          throw parser.error("\(parser.token.quoted) does not close \(opener.quoted)")
        case .command("right"): throw parser.error("\\right without its \\left")
        case .mark(","): throw parser.error("a comma stands only between a function’s arguments")
        default: throw parser.unexpected()
        }
      }
      parser.advance()
      return parts
    }
  }

  private mutating func norm(open: String, isSized: Bool) throws(FormulaError) -> Symbol {
    let content = try nested { (parser) throws(FormulaError) in
      let opener = parser.token
      parser.advance()
      let content = try parser.formula()
      if parser.kind == .end { throw FormulaError("\(opener.quoted) is never closed", at: opener.position) }
      if isSized { try parser.expect(.command("right"), "‘\\right’") }
      let closer = open == "lVert" ? "rVert" : "rvert"
      try parser.expect(.command(closer), "‘\\\(closer)’")
      return content
    }
    if open == "lvert" { return .magnitude(content) }
    return .norm(content, index: skip("_") ? try script().spelling : "")
  }

  private mutating func matrix() throws(FormulaError) -> Symbol {
    try nested { (parser) throws(FormulaError) in
      let opener = parser.token
      parser.advance()
      var rows: [[Symbol]] = [[]]
      while true {
        rows[rows.count - 1].append(try parser.formula())
        if parser.skip("&") { continue }
        if parser.skip(.rowBreak) {
          if parser.skip(.text("end", "bmatrix")) { break }
          rows.append([])
          continue
        }
        if parser.kind == .end { throw FormulaError("\\begin{bmatrix} is never closed", at: opener.position) }
        if parser.skip(.text("end", "bmatrix")) { break }
        throw parser.unexpected()
      }
      let columns = rows[0].count
      if let ragged = rows.first(where: { $0.count != columns }) {
        throw FormulaError("a row has \(ragged.count) cells where the first has \(columns)", at: opener.position)
      }
      if columns == 1 { return .applied(.stackRows(heights: []), rows.map { $0[0] }) }
      return .call("bmatrix", index: "\(columns)", rows.flatMap { $0 })
    }
  }
}
