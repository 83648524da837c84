// The letters of a formula: which symbols it uses, each with its index.

/// A symbol of a formula: x with the index t, W with the index xf, or a letter alone.
package struct IndexedLetter: Hashable {
  /// The letter, with what stands above it: "x", "\sigma", "\hat{y}".
  package let base: String
  /// What stands below it; steps, numbers and running indices are all written "t", since they tell no meanings apart.
  package let index: String

  /// As the source of a formula.
  package var latex: String { index.isEmpty ? base : index.count == 1 ? "\(base)_\(index)" : "\(base)_{\(index)}" }

  /// The letters of a formula in their order. Numbers, functions, words and what stands in indices are not among them. Throws
  /// `FormulaError` for a character that no formula has.
  package static func all(inLaTeX source: String) throws(FormulaError) -> [IndexedLetter] {
    var reader = LetterReader(tokens: try Tokeniser.tokens(of: source))
    return reader.letters()
  }
}

private struct LetterReader {
  let tokens: [Token]
  private var place = 0

  init(tokens: [Token]) { self.tokens = tokens }

  private static let greek: Set<String> = [
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
    "nu", "xi", "pi", "rho", "sigma", "tau", "phi", "varphi", "chi", "psi", "omega", "Gamma", "Delta", "Theta",
    "Lambda",
    "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega", "ell",
  ]
  private static let accents: Set<String> = ["hat", "bar", "tilde", "vec", "dot", "overrightarrow", "overleftarrow"]

  mutating func letters() -> [IndexedLetter] {
    var found: [IndexedLetter] = []
    while place < tokens.count {
      if let base = base() {
        found.append(IndexedLetter(base: base, index: index()))
      } else if tokens[place].kind == .mark("_") {
        // The index of something else than a letter, such as a bracket or a sum's sign.
        _ = index()
      } else {
        place += 1
      }
    }
    return found
  }

  /// Reads a letter with what stands above it; nil, and reads nothing, at anything else.
  private mutating func base() -> String? {
    switch tokens[place].kind {
    case .letter(let letter):
      place += 1
      return String(letter)
    case .command(let name) where LetterReader.greek.contains(name):
      place += 1
      return "\\\(name)"
    case .command(let name) where LetterReader.accents.contains(name):
      let text = self.text(of: place + 1)
      guard text.text.count == 1 || text.text.hasPrefix("\\") else { return nil }
      place = text.end
      return "\\\(name){\(text.text)}"
    default: return nil
    }
  }

  /// Reads what stands below a letter; nothing if there is no such thing.
  private mutating func index() -> String {
    guard place < tokens.count, tokens[place].kind == .mark("_") else { return "" }
    let text = self.text(of: place + 1)
    place = text.end
    let isRunning = text.text.replacing("\\tau", with: "t").allSatisfy { "0123456789tTijklsr+-,:*".contains($0) }
    return isRunning ? "t" : text.text
  }

  /// The text of a token, or of those inside braces, and where it ends.
  private func text(of start: Int) -> (text: String, end: Int) {
    guard start < tokens.count else { return ("", start) }
    guard tokens[start].kind == .mark("{") else { return (tokens[start].source, start + 1) }
    var (text, depth, place) = ("", 1, start + 1)
    while place < tokens.count {
      if tokens[place].kind == .mark("{") { depth += 1 }
      if tokens[place].kind == .mark("}") { depth -= 1 }
      if depth == 0 { break }
      text += tokens[place].source
      place += 1
    }
    return (text, min(place + 1, tokens.count))
  }
}

extension Token {
  /// As the source writes it.
  fileprivate var source: String {
    switch kind {
    case .number(let digits): digits
    case .letter(let letter): String(letter)
    case .command(let name): "\\\(name)"
    case .text(_, let argument): argument
    case .mark(let mark): String(mark)
    case .rowBreak, .quad, .end: ""
    }
  }
}
