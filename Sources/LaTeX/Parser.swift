// Reads the notes' formula dialect: LaTeX to `Symbol`. This file reads sums and products; FactorParser.swift,
// FunctionParser.swift and NameParser.swift read their parts, and Equation.swift reads relations and rows.
//
// The grammar, from the loosest binding to the tightest. Spaces, `\,` `\;` `\:` `\!`, `\big…` and `\displaystyle` are
// ignored.
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
// A product of neighbouring factors binds tighter than ⊙: W^\top a \odot b is (W^\top a) ⊙ b, and W (a \odot b) needs its
// brackets. The body of a series extends to the end of its term: \sum_t a_t \odot b_t + c is (Σ a_t ⊙ b_t) + c.
// Formulas that a person could read in two ways are errors: no factor may follow `a / b`, nor a function without brackets
// (`\tanh W x`).
//
// A power of a matrix is a repeated matrix product; any other power is taken entry by entry. Matrices are names with an
// upper-case letter, bmatrix with several columns, \operatorname{diag}(…), and brackets in which every name is a matrix.
// x^{\odot k} is elementwise for every x.
//
// A function is a command (\tanh, \operatorname{softmax}), \sigma before a bracket, or a name from the parser's `functions`
// before a bracket. Any other name before a bracket is a factor.
//
// Sums and elementwise products are grouped from the left: a + (b + c) is read as (a + b) + c. A minus before a product
// that begins with a number belongs to the number.

import Autodiff

extension Symbol {
  /// The names that are functions if a bracket follows: the largest singular value and the spectral radius.
  public static let knownFunctions: Set<String> = ["\\sigma_{\\max}", "\\rho"]

  /// Reads a formula in the notes' dialect of LaTeX.
  ///
  /// - Parameter functions: canonical names that are functions if a bracket follows, with any index (`a` covers `a_t`).
  /// - Throws: `FormulaError` with the place of the first problem.
  public init(parsing source: String, functions: Set<String> = Symbol.knownFunctions) throws(FormulaError) {
    var parser = try Parser(source, functions: functions)
    self = try parser.wholeFormula()
  }
}

struct Parser {
  /// The deepest nesting of brackets and braces that is accepted.
  static let deepestNesting = 100
  /// The deepest nesting of operations that is accepted. A sum of n terms has n levels.
  static let deepestFormula = 300

  let tokens: [Token]
  let functions: Set<String>
  var index = 0
  var nesting = 0
  /// Whether this is an equation, outside of brackets. There a formula may continue in the next row, and a text ends it.
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

  /// Reads something inside brackets. Row breaks are not allowed there.
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

  /// The formula; throws if it is so deep that a recursive function could exhaust the stack.
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

  /// The error for a token that cannot follow a complete formula.
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

  /// Counts one more term or factor; throws if there are too many.
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

  /// Skips a row break before a sign: a long side may continue in the next row, as in `\\ & + …`.
  private mutating func skipRowBreakBeforeSign() {
    guard readsRows, kind == .rowBreak, peek(1) == .mark("&") else { return }
    var distance = 2
    while peek(distance) == .quad { distance += 1 }
    if peek(distance) == .mark("+") || peek(distance) == .mark("-") { index += distance }
  }

  /// The negation. A minus before a product that begins with a number belongs to the number: −2x is (−2)x.
  static func negated(_ x: Symbol) -> Symbol { flipped(x) ?? .applied(.negation, [x]) }

  private static func flipped(_ x: Symbol) -> Symbol? {
    switch x {
    case .number(let value): .number(-value)
    case .applied(let operation, let inputs) where operation == .matrixProduct || operation == .elementwiseProduct:
      flipped(inputs[0]).map { .applied(operation, [$0, inputs[1]]) }
    default: nil
    }
  }

  /// The sum, grouped from the left: a + (b ± c) is (a + b) ± c.
  static func sum(_ a: Symbol, _ b: Symbol) -> Symbol {
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

  /// The product, grouped from the left: a ⊙ (b ⊙ c) is (a ⊙ b) ⊙ c.
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

  /// Whether the next token begins another factor.
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
}
