// Formulas in a line of prose on a terminal, those included that the parser does not read.

import Autodiff

/// A formula in LaTeX as one line of Unicode text. What is neither a formula nor an equation of the dialect, such as a limit
/// or a list of states, is written command by command; so is a product with a sign, which the parser would forget: 4n × n.
public func unicodeText(ofLaTeX source: String) -> String {
  if !source.contains("\\times"), !source.contains("\\cdot") {
    if let formula = try? Symbol(parsing: source) { return formula.unicode }
    if let equation = try? Equation(parsing: source), equation.rows.allSatisfy(\.comment.isEmpty) {
      return equation.unicode.joined(separator: "; ")
    }
  }
  guard let tokens = try? Tokeniser.tokens(of: source) else { return source }
  var writer = CommandWriter(tokens: tokens)
  return writer.group().trimmed
}

/// Writes LaTeX command by command, without knowing what the formula means.
private struct CommandWriter {
  let tokens: [Token]
  var index = 0

  private var kind: Token.Kind { tokens[min(index, tokens.count - 1)].kind }

  /// Everything up to the brace that closes the group, or to the end.
  mutating func group() -> String {
    var text = ""
    while kind != .end, kind != .mark("}") {
      let piece = self.piece(after: text)
      // Two spaces in a row are one.
      text += text.hasSuffix(" ") && piece.hasPrefix(" ") ? piece.drop { $0 == " " } : piece[...]
    }
    return text
  }

  /// The next token with what belongs to it.
  private mutating func piece(after text: String) -> String {
    let kind = self.kind
    index += 1
    switch kind {
    case .number(let digits): return spaced(digits, after: text)
    case .letter(let letter): return spaced(String(letter), after: text)
    case .text("text", let words): return words
    case .text(_, let name): return spaced(name, after: text)
    case .quad: return " "
    case .rowBreak: return "; "
    case .end: return ""
    case .mark("{"):
      index -= 1
      return argument()
    case .mark("_"): return script(argument(), sign: "_") { _ in nil }
    case .mark("^"): return script(argument(), sign: "^", raised: UnicodeRenderer.superscript)
    case .mark("-"): return isOperand(text) ? " − " : "−"
    case .mark("+"): return isOperand(text) ? " + " : "+"
    case .mark("="): return " = "
    case .mark(","): return ", "
    case .mark(";"): return "; "
    case .mark("'"): return "′"
    case .mark("&"): return ""
    case .mark(let mark): return String(mark)
    case .command(let name): return command(name, after: text)
    }
  }

  private mutating func command(_ name: String, after text: String) -> String {
    if let text = Self.signs[name] { return text }
    if let mark = Name.accents[name] { return spaced(argument() + mark, after: text) }
    switch name {
    case "frac":
      let (above, below) = (argument(), argument())
      return spaced(bracketed(above) + "/" + bracketed(below), after: text)
    case "sqrt": return spaced("√(\(argument()))", after: text)
    default: return spaced(Name.letters[name] ?? name, after: text)
    }
  }

  /// A group in braces, or the next token alone.
  private mutating func argument() -> String {
    guard kind == .mark("{") else { return piece(after: "") }
    index += 1
    let text = group().trimmed
    if kind == .mark("}") { index += 1 }
    return text
  }

  private func script(_ text: String, sign: String, raised: (String) -> String?) -> String {
    raised(text) ?? (text.count == 1 ? sign + text : "\(sign){\(text)}")
  }

  /// A factor with a space before it, where it would run into the name before.
  private func spaced(_ factor: String, after text: String) -> String {
    guard let last = text.last, last.isLetter || last == "}" || last == "′" || last == ")" || hasIndex(text) else {
      return factor
    }
    return " " + factor
  }

  private func hasIndex(_ text: String) -> Bool { text.dropLast().last == "_" }

  private func isOperand(_ text: String) -> Bool {
    guard let last = text.last(where: { $0 != " " }) else { return false }
    return last.isLetter || last.isNumber || ")]}|‖′ᵀ∞…".contains(last)
  }

  private func bracketed(_ text: String) -> String { text.contains(" ") ? "(\(text))" : text }

  private static let signs: [String: String] = [
    "le": " ≤ ", "ge": " ≥ ", "lt": " < ", "gt": " > ", "ne": " ≠ ", "approx": " ≈ ", "to": " → ", "mid": " ∣ ",
    "odot": " ⊙ ", "cdot": " · ", "times": " × ", "otimes": " ⊗ ", "in": " ∈ ", "Longrightarrow": " ⟹ ",
    "ldots": "…", "dots": "…", "cdots": "⋯", "pm": "±", "partial": "∂", "sum": "Σ", "prod": "∏", "top": "ᵀ",
    "lVert": "‖", "rVert": "‖", "lvert": "|", "rvert": "|", "left": "", "right": "", "prime": "′",
  ]
}
