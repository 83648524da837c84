// Names: their parts, and the one canonical spelling of each.

/// The content of a subscript or superscript that belongs to a name.
struct Script: Hashable {
  enum Item: Hashable {
    case number(String)
    /// A letter or a Greek letter, with its own indexes.
    case variable(String)
    /// One of `+ - , : ( ) / = * ;`.
    case mark(Character)
    /// `\text{in}`, `\max`. Integers are never substituted for it.
    case label(String)

    var spelling: String {
      switch self {
      case .number(let text), .variable(let text), .label(let text): text
      case .mark(let mark): String(mark)
      }
    }
  }

  var items: [Item] = []

  /// The items in LaTeX. A space separates a command from a letter that follows it.
  var spelling: String { Name.join(items.map(\.spelling)) }

  /// The script as it follows `_` or `^`: braced unless it is one character or one Greek letter.
  var braced: String {
    if items.count == 1 {
      switch items[0] {
      case .number(let text): if text.count == 1 { return text }
      case .variable(let text): if text.count == 1 || Name.isLetterCommand(text) { return text }
      case .mark, .label: break
      }
    }
    return "{\(spelling)}"
  }
}

/// A name that is not a partial derivative: `\hat{y}_t`, `W_h^{(k)}`, `h_{t-1}'`.
struct Name: Hashable {
  /// `\hat`, `\tilde` and so on, the outermost first.
  var accents: [String] = []
  /// A letter, a Greek letter, `\mathbf{1}`, `\text{loss}`.
  var core: String
  var lower = Script()
  var upper = Script()
  var primes = 0

  var base: String {
    accents.reversed().reduce(core) { "\($1){\($0)}" }
  }

  /// The canonical spelling: accents and letter, subscript, superscript, primes, in this order.
  var spelling: String {
    var text = base
    if !lower.items.isEmpty { text += "_\(lower.braced)" }
    if !upper.items.isEmpty { text += "^\(upper.braced)" }
    return text + String(repeating: "'", count: primes)
  }

  static func join(_ parts: [String]) -> String {
    var text = ""
    for part in parts {
      if endsInCommand(text), let first = part.first, first.isLetter { text += " " }
      text += part
    }
    return text
  }

  /// Whether the text is one command: a backslash and letters.
  static func isCommand(_ text: String) -> Bool {
    text.first == "\\" && text.count > 1 && text.dropFirst().allSatisfy { $0.isASCII && $0.isLetter }
  }

  static func isLetterCommand(_ text: String) -> Bool {
    isCommand(text) && letters[String(text.dropFirst())] != nil
  }

  private static func endsInCommand(_ text: String) -> Bool {
    guard let slash = text.lastIndex(of: "\\") else { return false }
    return isCommand(String(text[slash...]))
  }

  /// The commands for letters, and the characters that a terminal shows.
  static let letters: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ",
    "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π",
    "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ", "infty": "∞",
  ]

  /// The accents, and the combining characters that a terminal shows.
  static let accents: [String: String] = [
    "hat": "\u{302}", "tilde": "\u{303}", "bar": "\u{304}", "dot": "\u{307}", "vec": "\u{20D7}",
    "overrightarrow": "\u{20D7}", "overleftarrow": "\u{20D6}", "overline": "\u{305}",
  ]
}

/// A name, or a partial derivative, which is a name too.
enum FullName: Hashable {
  case simple(Name)
  /// ∂ⁿ of a name by one or more names, each with an order. An order that is not written is empty.
  case partial(order: Script, of: Name, by: [Denominator])

  struct Denominator: Hashable {
    var name: Name
    var order: Script
  }

  var spelling: String {
    switch self {
    case .simple(let name): return name.spelling
    case .partial(let order, let name, let denominators):
      let above = order.items.isEmpty ? "\\partial" : "\\partial^\(order.braced)"
      let below = denominators.map { denominator in
        let power = denominator.order.items.isEmpty ? "" : "^\(denominator.order.braced)"
        return "\\partial \(denominator.name.spelling)\(power)"
      }
      return "\\frac{\(above) \(name.spelling)}{\(below.joined(separator: " "))}"
    }
  }

  /// The name with `transform` applied to every subscript and superscript.
  func mapScripts(_ transform: (Script) -> Script) -> FullName {
    func map(_ name: Name) -> Name {
      var name = name
      name.lower = transform(name.lower)
      name.upper = transform(name.upper)
      return name
    }
    switch self {
    case .simple(let name): return .simple(map(name))
    case .partial(let order, let name, let denominators):
      return .partial(
        order: order, of: map(name),
        by: denominators.map { Denominator(name: map($0.name), order: $0.order) })
    }
  }
}

/// The canonical spelling of a name. Formulas store names, and scopes look values up, in this spelling.
///
/// - The order is accents and letter, subscript, superscript, primes: `W^{(k)}_h` is `W_h^{(k)}`, `h^{\prime}_t` is `h_t'`.
/// - A subscript or superscript is braced unless it is one character or one Greek letter: `h_t`, `h_{t-1}`,
///   `x_{12}`, `W_\theta`, `\sigma_{\max}`, `x_{\text{in}}`.
/// - The argument of an accent is braced, and indexes come after the brace: `\hat{y_t}` is `\hat{y}_t`.
/// - The only spaces are one between a command and a letter, and one after `\partial` and its order.
/// - `\partial L / \partial c_t` is `\frac{\partial L}{\partial c_t}`.
///
/// - Throws: `FormulaError` if `text` is not one name.
public func canonicalName(_ text: String) throws(FormulaError) -> String {
  try FullName(parsing: text).spelling
}

extension FullName {
  init(parsing text: String) throws(FormulaError) {
    var parser = try Parser(text)
    self = try parser.wholeName()
  }
}

extension Script {
  /// Reads the content of an index; `nil` if it is not one.
  init?(parsing index: String) {
    guard case .simple(let name)? = try? FullName(parsing: "x_{\(index)}") else { return nil }
    self = name.lower
  }
}

/// Parsed names by their text, so that a formula that is evaluated many times has each name parsed once. Copies of a scope
/// share one cache.
final class NameCache {
  private var known: [String: FullName?] = [:]

  /// The parsed name; `nil` if the text is not a name.
  func parsed(_ text: String) -> FullName? {
    if let name = known[text] { return name }
    let name = try? FullName(parsing: text)
    known[text] = .some(name)
    return name
  }
}
