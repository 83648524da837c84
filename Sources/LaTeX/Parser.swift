// The notes' formula dialect, read: LaTeX to `Symbol`.
//
// Grammar, loosest first. Spaces, `\,` `\;` `\:` `\!`, `\big…`, `\displaystyle` mean nothing.
//
//   formula  = ["-"] term { ("+" | "-") term }
//   term     = chain { "\odot" chain | "/" factor }         elementwise product and quotient, from the left
//   chain    = factor { ["\cdot" | "\times"] factor }       matrix product, from the left; a number scales
//   factor   = atom ["^" exponent]
//   atom     = number | name | call | series | group | "\frac" {formula} {formula} | "\sqrt" {formula} | norm | matrix
//   group    = "(" formula ")" | "[" formula "]" | "\{" formula "\}" | "{" formula "}"      \left and \right are optional
//   norm     = "\lVert" formula "\rVert" ["_" index] | "\lvert" formula "\rvert"
//   matrix   = "\begin{bmatrix}" row { "\\" row } "\end{bmatrix}", row = formula { "&" formula }; also "[" a ";" b "]"
//   exponent = "\top" | "\odot" formula | formula           more than one token in braces
//   call     = function {"'"} ["_" index] ["^" digits] ( "(" formula {"," formula} ")" | factor )
//   series   = ("\sum" | "\prod") "_{" i = formula "}" "^" formula term
//            | ("\sum" | "\prod") "_{" formula ("\le" | "\lt") i ("\le" | "\lt") formula "}" term      ascending
//            | "\prod" "_{" formula ("\ge" | "\gt") i ("\ge" | "\gt") formula "}" term                 descending
//   name     = {accent} letter ["_" index] ["^" ("(" index ")" | \prime | * | \text{…})] {"'"}
//            | "\frac" {"\partial" ["^" n] name} {"\partial" name ["^" n] …} | "\partial" name "/" "\partial" name
//
// Juxtaposition binds tighter than ⊙: W^\top a \odot b is (W^\top a) ⊙ b, and W (a \odot b) needs its brackets.
// A series takes the rest of its term: \sum_t a_t \odot b_t + c is (Σ a_t ⊙ b_t) + c.
// Where a person could read a line in two ways, the dialect has no reading at all: after `a / b` no factor may follow, nor
// after a function without brackets (`\tanh W x`).
//
// A power of a matrix is its repeated product, any other power is taken entry by entry. Matrices are the names with an upper-case
// letter, bmatrix with several columns, \operatorname{diag}(…), and brackets in which every name is one. x^{\odot k} is
// elementwise whatever x is.
//
// A function is a command (\tanh, \operatorname{softmax}), \sigma before a bracket, or a name from the parser's `functions`
// before a bracket. Any other name before a bracket is a factor.
//
// Brackets that the laws of sums and of ⊙ make needless are not kept: a + (b + c) is read as (a + b) + c. A minus before a
// product that begins with a number is the number's.

import Autodiff

extension Symbol {
  /// The names that are functions where a bracket follows: the largest singular value and the spectral radius.
  public static let knownFunctions: Set<String> = ["\\sigma_{\\max}", "\\rho"]

  /// A formula from its LaTeX, in the notes' dialect.
  ///
  /// - Parameter functions: canonical names that are functions where a bracket follows; with an index too (`a` covers `a_t`).
  public init(parsing source: String, functions: Set<String> = Symbol.knownFunctions) throws(FormulaError) {
    var parser = try Parser(source, functions: functions)
    self = try parser.wholeFormula()
  }
}

struct Parser {
  /// Brackets and braces may stand this deep in each other.
  static let deepestNesting = 100
  /// Operations may stand this deep in each other; a sum of n terms has n levels.
  static let deepestFormula = 300

  let tokens: [Token]
  let functions: Set<String>
  var index = 0
  var nesting = 0
  /// In an equation, outside brackets: rows may continue, and a text ends the formula.
  var readsRows = false

  init(_ source: String, functions: Set<String> = Symbol.knownFunctions) throws(FormulaError) {
    tokens = try Tokeniser.tokens(of: source)
    self.functions = functions
  }

  // MARK: Tokens

  var token: Token { tokens[min(index, tokens.count - 1)] }
  var kind: Token.Kind { token.kind }

  func peek(_ distance: Int) -> Token.Kind { tokens[min(index + distance, tokens.count - 1)].kind }

  mutating func advance() { index = min(index + 1, tokens.count - 1) }

  mutating func skip(_ kind: Token.Kind) -> Bool {
    guard self.kind == kind else { return false }
    advance()
    return true
  }

  mutating func skip(_ mark: Character) -> Bool { skip(.mark(mark)) }

  func error(_ message: String) -> FormulaError { FormulaError(message, at: token.position) }

  mutating func expect(_ kind: Token.Kind, _ what: String) throws(FormulaError) {
    if !skip(kind) { throw error("expected \(what), found \(token.quoted)") }
  }

  mutating func expect(_ mark: Character) throws(FormulaError) { try expect(.mark(mark), "‘\(mark)’") }

  /// Reads something inside brackets, where rows do not count.
  mutating func nested<T>(_ body: (inout Parser) throws(FormulaError) -> T) throws(FormulaError) -> T {
    if nesting == Self.deepestNesting {
      throw error("brackets are nested more than \(Self.deepestNesting) deep")
    }
    let outer = readsRows
    nesting += 1
    readsRows = false
    let result = try body(&self)
    nesting -= 1
    readsRows = outer
    return result
  }

  mutating func wholeFormula() throws(FormulaError) -> Symbol {
    let start = token.position
    let result = try formula()
    if kind != .end { throw unexpected() }
    return try Self.checked(result, start)
  }

  /// The formula, unless it is so deep that whoever walks it could exhaust the stack.
  static func checked(_ formula: Symbol, _ start: Position) throws(FormulaError) -> Symbol {
    var level = [formula]
    var depth = 0
    while !level.isEmpty {
      depth += 1
      if depth > deepestFormula {
        throw FormulaError("this formula has more than \(deepestFormula) levels: name its parts", at: start)
      }
      level = level.flatMap(\.parts)
    }
    return formula
  }

  /// The error for a token after which no formula can go on.
  func unexpected() -> FormulaError {
    switch kind {
    case .mark("="), .command("le"), .command("ge"), .command("lt"), .command("gt"), .command("approx"):
      error("\(token.quoted) makes this an equation where a formula is expected")
    case .mark(")"), .mark("]"), .mark("}"), .command("}"), .command("right"), .command("rVert"), .command("rvert"):
      error("\(token.quoted) closes what was never opened")
    case .mark("&"), .rowBreak: error("\(token.quoted) outside an environment")
    case .mark("_"): error("a second index, or an index on something that cannot have one")
    case .mark("^"): error("a second exponent: put brackets around the base")
    case .mark("'"): error("a prime stands on a name or on a function")
    case .command(let name) where !Self.isKnown(name): error("unknown command ‘\\\(name)’")
    default: error("unexpected \(token.quoted)")
    }
  }

  /// Counts one more term or factor, unless there are too many.
  private func count(_ links: inout Int) throws(FormulaError) {
    links += 1
    if links > Self.deepestFormula {
      throw error("more than \(Self.deepestFormula) terms or factors: name parts of it")
    }
  }

  // MARK: Sums

  mutating func formula() throws(FormulaError) -> Symbol {
    if kind == .mark("+") { throw error("a formula does not begin with ‘+’") }
    var result: Symbol
    if skip("-") {
      result = Self.negated(try term())
    } else {
      result = try term()
    }
    var links = 1
    while true {
      try count(&links)
      skipRowBreakBeforeSign()
      if skip("+") {
        result = Self.sum(result, try term())
      } else if skip("-") {
        result = .applied(.difference, [result, try term()])
      } else {
        return result
      }
    }
  }

  /// A long side may go on in the next row: `\\ & + …`.
  private mutating func skipRowBreakBeforeSign() {
    guard readsRows, kind == .rowBreak, peek(1) == .mark("&") else { return }
    var distance = 2
    while peek(distance) == .quad { distance += 1 }
    if peek(distance) == .mark("+") || peek(distance) == .mark("-") { index += distance }
  }

  /// A minus before a product that begins with a number is the number's: −2x is (−2)x.
  static func negated(_ x: Symbol) -> Symbol { flipped(x) ?? .applied(.negation, [x]) }

  private static func flipped(_ x: Symbol) -> Symbol? {
    switch x {
    case .number(let value): .number(-value)
    case .applied(let operation, let inputs) where operation == .matrixProduct || operation == .elementwiseProduct:
      flipped(inputs[0]).map { .applied(operation, [$0, inputs[1]]) }
    default: nil
    }
  }

  /// a + (b ± c) is kept as (a + b) ± c.
  private static func sum(_ a: Symbol, _ b: Symbol) -> Symbol {
    if case .applied(let operation, let inputs) = b, operation == .sum || operation == .difference {
      return .applied(operation, [sum(a, inputs[0]), inputs[1]])
    }
    return .applied(.sum, [a, b])
  }

  // MARK: Products

  mutating func term() throws(FormulaError) -> Symbol {
    var result = try chain()
    var links = 1
    while true {
      try count(&links)
      if skip(.command("odot")) {
        result = Self.elementwiseProduct(result, try chain())
      } else if skip("/") {
        result = .applied(.elementwiseQuotient, [result, try factor()])
        if startsFactor || kind == .command("cdot") || kind == .command("times") {
          throw error("a factor after a / b could mean a / (b c): write \\frac or brackets")
        }
      } else {
        return result
      }
    }
  }

  /// a ⊙ (b ⊙ c) is kept as (a ⊙ b) ⊙ c.
  private static func elementwiseProduct(_ a: Symbol, _ b: Symbol) -> Symbol {
    if case .applied(.elementwiseProduct, let inputs) = b {
      return .applied(.elementwiseProduct, [elementwiseProduct(a, inputs[0]), inputs[1]])
    }
    return .applied(.elementwiseProduct, [a, b])
  }

  mutating func chain() throws(FormulaError) -> Symbol {
    var result = try factor()
    var links = 1
    while true {
      try count(&links)
      while kind == .quad, !readsRows { advance() }
      let start = token
      if skip(.command("cdot")) {
        result = .applied(.matrixProduct, [result, try factor()])
      } else if skip(.command("times")) {
        let right = try factor()
        if result.isMatrix || right.isMatrix {
          throw FormulaError("\\times is for numbers: write matrices side by side", at: start.position)
        }
        result = .applied(.matrixProduct, [result, right])
      } else if startsFactor {
        if case .number = kind, case .number = tokens[index - 1].kind {
          throw error("two numbers side by side: write \\cdot between them, or 1{,}000 for 1,000")
        }
        result = .applied(.matrixProduct, [result, try factor()])
      } else {
        return result
      }
    }
  }

  /// Whether the next token can only begin another factor.
  var startsFactor: Bool {
    switch kind {
    case .number, .letter: return true
    case .text(let command, _):
      return !(["begin", "end"].contains(command) || (command == "text" && readsRows))
        || kind == .text("begin", "bmatrix")
    case .mark(let mark): return mark == "(" || mark == "[" || mark == "{"
    case .command(let name): return Self.opens(name)
    case .rowBreak, .quad, .end: return false
    }
  }

  private static func opens(_ name: String) -> Bool {
    if Name.letters[name] != nil || Name.accents[name] != nil || functionCommands[name] != nil { return true }
    switch name {
    case "max", "min", "frac", "dfrac", "tfrac", "sqrt", "sum", "prod", "lVert", "lvert", "left", "partial", "{":
      return true
    default: return false
    }
  }

  static func isKnown(_ name: String) -> Bool {
    opens(name) || relations[name] != nil
      || [
        "odot", "cdot", "times", "top", "prime", "right", "rVert", "rvert", "}", "ldots", "cdots", "dots", "mid",
        "to", "ast", "star",
      ].contains(name)
  }

  static let relations: [String: Equation.Relation] = [
    "le": .lessOrEqual, "leq": .lessOrEqual, "ge": .greaterOrEqual, "geq": .greaterOrEqual, "lt": .less,
    "gt": .greater, "approx": .approximately, "ne": .notEqual, "neq": .notEqual,
  ]

  /// The functions with a command of their own.
  static let functionCommands: [String: Operation] = ["tanh": .tanh, "exp": .exp, "log": .log]

  /// What `\operatorname{name}` stands for.
  static let operatorNames: [String: Operation] = [
    "sigmoid": .sigmoid, "tanh": .tanh, "exp": .exp, "log": .log, "relu": .relu, "step": .slope(0),
    "softmax": .softmax, "logsoftmax": .logSoftmax, "sumcolumns": .sumOfColumns, "sumrows": .sumOfRows,
    "sum": .total, "mean": .mean, "count": .entryCount, "maxrows": .maximumOfRows, "argmaxmask": .maximumMask,
    "spread": .spread, "reduce": .reduce,
  ]

  // MARK: Factors

  mutating func factor() throws(FormulaError) -> Symbol {
    while kind == .quad { advance() }
    var result = try atom()
    if skip("^") { result = try raised(result) }
    if kind == .mark("_") || kind == .mark("^") || kind == .mark("'") { throw unexpected() }
    return result
  }

  /// The base with the exponent that follows `^`.
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

  /// `{ formula }`.
  mutating func braced() throws(FormulaError) -> Symbol {
    if kind != .mark("{") { throw error("expected an argument in braces, found \(token.quoted)") }
    return try nested { (parser) throws(FormulaError) in
      parser.advance()
      let content = try parser.formula()
      try parser.expectClosing("}")
      return content
    }
  }

  /// A fraction, or the partial derivative that is written as one; `\frac` has been read.
  private mutating func fraction() throws(FormulaError) -> Symbol {
    if kind == .mark("{"), peek(1) == .command("partial") {
      // \frac{\partial L / \partial x}{2} is a quotient.
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

  /// The kind of bracket that opens here, past `\left`; nil where none does.
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
    // [h; x] stands one above the other.
    let parts = try bracketed(separator: opening?.bracket == .mark("[") ? ";" : nil)
    return parts.count == 1 ? parts[0] : .applied(.stackRows(heights: []), parts)
  }

  /// The formulas between brackets, `separator` between them.
  private mutating func bracketed(separator: Character?) throws(FormulaError) -> [Symbol] {
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

  // MARK: Functions

  private mutating func call(operatorNamed name: String, _ start: Token) throws(FormulaError) -> Symbol {
    if name.count == 1 { throw FormulaError("\\operatorname needs a name of more than one letter", at: start.position) }
    if name == "bmatrix" { throw FormulaError("bmatrix is an environment, not a function", at: start.position) }
    if name == "max" || name == "min" { return try call("\\\(name)", operation: nil, start) }
    let operation = Self.operatorNames[name]
    switch operation {
    case .tanh, .exp, .log: return try call("\\\(name)", operation: operation, start)
    case .sigmoid: return try call("\\sigma", operation: operation, start)
    default: return try call(name, operation: operation, start)
    }
  }

  /// What follows a function's name: primes, an index, a power, then its arguments.
  private mutating func call(_ name: String, operation: Operation?, _ start: Token) throws(FormulaError) -> Symbol {
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
    if primes.isEmpty, let operation = operation ?? indexed(name, index) {
      if operation.hasIndex == index.isEmpty {
        throw FormulaError("\(start.quoted) takes \(index.isEmpty ? "an" : "no") index", at: start.position)
      }
      if arguments.count != 1 { throw FormulaError("\(start.quoted) takes one argument", at: start.position) }
      return .applied(operation, arguments)
    }
    return .call(name + primes, index: index, arguments)
  }

  /// An operation that its index completes, such as the slope of a leaky ReLU or the range of rows.
  private static func indexed(_ name: String, _ index: String) -> Operation? {
    switch name {
    case "leakyrelu": return Double(index).map { .leakyRelu($0) }
    case "slope": return Double(index).map { $0 == 0 ? .slope(0) : .slope($0) }
    case "rows", "place":
      let bounds = index.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
      guard bounds.count == 2, let lower = bounds[0], let upper = bounds[1], lower <= upper else { return nil }
      return name == "rows" ? .sliceRows(lower..<upper) : .placeRows(lower..<upper)
    default: return nil
    }
  }

  /// The 2 of \tanh^2(x). Others are ambiguous: \tanh^{-1} is another function.
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

  /// A name; or, where its name is a function's and a bracket follows, that function's value.
  private mutating func nameOrCall() throws(FormulaError) -> Symbol {
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

  private mutating func series(_ command: String) throws(FormulaError) -> Symbol {
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

// MARK: - What is a matrix

extension Symbol {
  /// The formulas that it is made of.
  var parts: [Symbol] {
    switch self {
    case .number, .name: []
    case .applied(_, let inputs), .call(_, _, let inputs): inputs
    case .power(let base, let exponent, _): [base, exponent]
    case .series(_, _, let from, let through, let body): [from, through, body]
    case .norm(let x, _), .magnitude(let x): [x]
    }
  }

  /// Whether the notation says that this is a matrix, so that its power is a repeated product.
  var isMatrix: Bool {
    switch self {
    case .name(let name): return Symbol.isMatrixName(name)
    case .applied(let operation, let inputs):
      switch operation {
      case .transpose, .negation, .scaling: return inputs[0].isMatrix
      case .matrixProduct:
        // A number beside a matrix scales it.
        if case .number = inputs[0] { return inputs[1].isMatrix }
        if case .number = inputs[1] { return inputs[0].isMatrix }
        return inputs[0].isMatrix && inputs[1].isMatrix
      case .sum, .difference: return inputs[0].isMatrix && inputs[1].isMatrix
      default: return false
      }
    case .power(let base, _, let elementwise): return !elementwise && base.isMatrix
    case .call(let name, _, _): return name == "diag" || name == "bmatrix"
    case .series(_, _, _, _, let body): return body.isMatrix
    case .number, .norm, .magnitude: return false
    }
  }

  static func isMatrixName(_ name: String) -> Bool {
    guard let full = try? FullName(parsing: name), case .simple(let simple) = full else { return false }
    if simple.core.hasPrefix("\\") {
      guard let brace = simple.core.firstIndex(of: "{") else {
        return simple.core.dropFirst().first?.isUppercase ?? false
      }
      return simple.core.hasPrefix("\\math") && simple.core[simple.core.index(after: brace)].isUppercase
    }
    return simple.core.first?.isUppercase ?? false
  }
}

extension Operation {
  /// Whether its notation carries an index.
  var hasIndex: Bool {
    switch self {
    case .leakyRelu, .sliceRows, .placeRows: true
    case .slope(let slope): slope != 0
    default: false
    }
  }
}
