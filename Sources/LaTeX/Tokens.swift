// Splits a formula's source into tokens. Commands and characters that the dialect forbids are errors here, which say what
// to write instead.

struct Token: Hashable {
  enum Kind: Hashable {
    /// Decimal digits, with at most one point.
    case number(String)
    case letter(Character)
    /// A backslash command, without the backslash; `{` and `}` for the escaped braces.
    case command(String)
    /// A command whose argument is kept as text: `\text{in}` is ("text", "in").
    case text(String, String)
    /// One of `_ ^ { } ( ) [ ] + - / = , . ; : ' & * !`.
    case mark(Character)
    case rowBreak
    /// `\quad` and `\qquad`, which may begin a comment.
    case quad
    case end
  }

  var kind: Kind
  var position: Position
  /// The offset of its first character in the source.
  var offset: Int

  /// The token as an error message quotes it.
  var quoted: String {
    switch kind {
    case .number(let digits): "‘\(digits)’"
    case .letter(let letter): "‘\(letter)’"
    case .command(let name): "‘\\\(name)’"
    case .text(let command, let argument): "‘\\\(command){\(argument)}’"
    case .mark(let mark): "‘\(mark)’"
    case .rowBreak: "‘\\\\’"
    case .quad: "‘\\quad’"
    case .end: "the end of the formula"
    }
  }
}

struct Tokeniser {
  /// The largest number of tokens that is accepted, so that nesting cannot exhaust the stack.
  static let longestFormula = 6000

  private let source: [Character]
  private var index = 0
  private var position = Position(line: 1, column: 1)

  init(_ source: String) { self.source = Array(source) }

  static func tokens(of source: String) throws(FormulaError) -> [Token] {
    var tokeniser = Tokeniser(source)
    var tokens: [Token] = []
    while true {
      guard let token = try tokeniser.next(after: tokens.last) else { continue }
      tokens.append(token)
      if token.kind == .end { return tokens }
      if tokens.count > longestFormula {
        throw FormulaError("a formula may have at most \(longestFormula) tokens", at: token.position)
      }
    }
  }

  private var current: Character? { index < source.count ? source[index] : nil }

  private mutating func advance() {
    if source[index].isNewline {
      position.line += 1
      position.column = 1
    } else {
      position.column += 1
    }
    index += 1
  }

  /// The next token; `nil` for one that is ignored, such as a thin space.
  private mutating func next(after last: Token?) throws(FormulaError) -> Token? {
    while let character = current, character.isWhitespace { advance() }
    let start = position
    let offset = index
    func token(_ kind: Token.Kind) -> Token { Token(kind: kind, position: start, offset: offset) }
    guard let character = current else { return token(.end) }

    if character.isASCIIDigit || (character == "." && index + 1 < source.count && source[index + 1].isASCIIDigit) {
      return token(.number(try number()))
    }
    if character.isASCII, character.isLetter {
      advance()
      // Otherwise 1e-3 would be read as 1 · e − 3.
      if character == "e", case .number = last?.kind, source[offset - 1].isASCIIDigit, let following = current,
        following.isASCIIDigit
          || ((following == "-" || following == "+") && index + 1 < source.count && source[index + 1].isASCIIDigit)
      {
        throw FormulaError("no 1e-3 in a formula: write 10^{-3}", at: start)
      }
      return token(.letter(character))
    }
    if character == "\\" { return try command(start).map { token($0) } }
    if "_^{}()[]+-/=,.;:'&*!".contains(character) {
      advance()
      return token(.mark(character))
    }
    throw FormulaError(Self.complaint(about: character), at: start)
  }

  /// Reads digits with at most one point. `{,}` may separate groups of three digits.
  private mutating func number() throws(FormulaError) -> String {
    var digits = ""
    while let character = current {
      if character.isASCIIDigit {
        digits.append(character)
      } else if character == ".", !digits.contains("."), index + 1 < source.count, source[index + 1].isASCIIDigit {
        digits.append(digits.isEmpty ? "0." : ".")
      } else if character == "{", index + 5 < source.count, source[index + 1] == ",", source[index + 2] == "}",
        source[(index + 3)...(index + 5)].allSatisfy(\.isASCIIDigit), !digits.contains(".")
      {
        advance()
        advance()
      } else {
        break
      }
      advance()
    }
    return digits
  }

  private mutating func command(_ start: Position) throws(FormulaError) -> Token.Kind? {
    advance()
    guard let first = current else { throw FormulaError("a command’s name is missing after ‘\\’", at: start) }
    if !(first.isASCII && first.isLetter) {
      advance()
      switch first {
      case "\\":
        if current == "[" { throw FormulaError("no space after a row: write ‘\\\\’ alone", at: start) }
        return .rowBreak
      case "{", "}": return .command(String(first))
      case ",", ";", "!", ":", " ": return nil
      case "|": throw FormulaError("no ‘\\|’: write \\lVert x \\rVert", at: start)
      default: throw FormulaError("unknown command ‘\\\(first)’", at: start)
      }
    }
    var name = ""
    while let character = current, character.isASCII, character.isLetter {
      name.append(character)
      advance()
    }
    if let advice = Self.forbidden[name] { throw FormulaError("no \\\(name): \(advice)", at: start) }
    switch name {
    case "quad", "qquad": return .quad
    case "big", "bigl", "bigr", "Big", "Bigl", "Bigr", "bigg", "biggl", "biggr", "Bigg", "Biggl", "Biggr",
      "displaystyle", "limits":
      return nil
    case "text", "mathrm", "mathbf", "mathcal", "mathbb", "operatorname", "begin", "end":
      return .text(name, try argument(of: name, start))
    default: return .command(name)
    }
  }

  /// Reads the braces after a command as text.
  private mutating func argument(of name: String, _ start: Position) throws(FormulaError) -> String {
    while let character = current, character.isWhitespace { advance() }
    guard current == "{" else { throw FormulaError("\\\(name) needs its argument in braces", at: start) }
    advance()
    var argument = ""
    while let character = current, character != "}" {
      if character == "{" || character == "\\" {
        throw FormulaError("‘\(character)’ cannot stand inside \\\(name){…}", at: position)
      }
      argument.append(character.isNewline ? " " : character)
      advance()
    }
    guard current != nil else { throw FormulaError("the brace of \\\(name){ is never closed", at: start) }
    advance()
    if name != "text" {
      guard !argument.isEmpty, argument.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
        throw FormulaError("\\\(name){…} takes letters and digits", at: start)
      }
    } else if argument.allSatisfy(\.isWhitespace) {
      throw FormulaError("\\text{…} is empty", at: start)
    }
    return argument
  }

  private static let forbidden: [String: String] = [
    "tag": "the directive above the fence names the equation",
    "label": "the directive above the fence names the equation",
    "widetilde": "write \\tilde",
    "widehat": "write \\hat",
    "substack": "write one condition, or state the formula in words",
    "boxed": "write the formula alone",
    "middle": "write \\mid in the text, not in a formula",
  ]

  private static func complaint(about character: Character) -> String {
    switch character {
    case "$": "no ‘$’ in a formula: inline math is $`…`$, display math a ```math fence, the formula alone inside"
    case "|": "no ‘|’ (it splits tables): write \\lvert x \\rvert, \\lVert x \\rVert or \\mid"
    case "<": "no ‘<’ (it is HTML): write \\lt or \\le"
    case ">": "no ‘>’ (it is HTML): write \\gt or \\ge"
    case "⊙": "no ‘⊙’ in LaTeX: write \\odot"
    case "−": "no ‘−’ in LaTeX: write -"
    case "·": "no ‘·’ in LaTeX: write \\cdot"
    case "×": "no ‘×’ in LaTeX: write \\times"
    case "ᵀ": "no ‘ᵀ’ in LaTeX: write ^\\top"
    case "≤": "no ‘≤’ in LaTeX: write \\le"
    case "≥": "no ‘≥’ in LaTeX: write \\ge"
    case "%": "no comments in a formula: write \\text{…} after it"
    default: "‘\(character)’ means nothing in a formula"
    }
  }
}

extension Character {
  var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
