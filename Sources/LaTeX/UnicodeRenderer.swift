// Writes formulas as Unicode text for a terminal, on one line. Layout.swift writes them on several lines.

import Autodiff

extension Symbol {
  /// The formula on one line: `∂L/∂h_t ⊙ o_t ⊙ (1 − tanh²(c_t))`.
  public var unicode: String { UnicodeRenderer.inline(Typesetter()(self)) }
}

enum UnicodeRenderer {
  // MARK: On one line

  static func inline(_ x: Typeset) -> String { inline(x, isLast: true) }

  /// - Parameter isLast: whether it is the last factor of a product.
  private static func inline(_ x: Typeset, isLast: Bool) -> String {
    switch x {
    case .number(let value): return number(value)
    case .name(let name, let parsed): return parsed.map(self.name) ?? name
    case .sum(let a, let isDifference, let b): return "\(inline(a)) \(isDifference ? "−" : "+") \(inline(b))"
    case .negative(let a): return "−\(inline(a))"
    case .elementwise(let a, let b): return "\(inline(a)) ⊙ \(inline(b))"
    case .product(let a, let dot, let b):
      return "\(factor(a, isLast: false))\(dot ? " · " : " ")\(factor(b, isLast: isLast))"
    case .fraction(let a, let b): return "\(simple(a))/\(simple(b))"
    case .root(let a): return "√(\(inline(a)))"
    case .brackets(let a): return "(\(inline(a)))"
    case .transposed(let a): return "\(raisable(a))ᵀ"
    case .raised(let base, let exponent, let isMarked): return "\(raisable(base))\(raised(exponent, isMarked))"
    case .function(_, let plain, let index, let power, let arguments):
      return functionName(plain, index, power) + "(\(arguments.map(inline).joined(separator: ", ")))"
    case .norm(let a, let index): return "‖\(inline(a))‖\(subscripted(index))"
    case .magnitude(let a): return "|\(inline(a))|"
    case .stack(let parts): return "[\(parts.map(inline).joined(separator: "; "))]"
    case .matrix(let cells, let columns):
      return "[\(rows(cells, columns).map { $0.map(inline).joined(separator: ", ") }.joined(separator: "; "))]"
    case .series(let series, let index, let from, let through, let isAfter, let isBefore, let body):
      let bounds = self.bounds(series, index, inline(from), inline(through), isAfter, isBefore)
      let upper = bounds.above.isEmpty ? "" : "^\(bounds.above.count == 1 ? bounds.above : "{\(bounds.above)}")"
      return "\(series == .sum ? "Σ" : "∏")_{\(bounds.below)}\(upper) \(inline(body))"
    }
  }

  /// A factor of a product. Fractions get brackets, because a/b c would be ambiguous.
  private static func factor(_ x: Typeset, isLast: Bool) -> String {
    let text = inline(x, isLast: isLast)
    switch x {
    case .fraction: return "(\(text))"
    case .name: return !isLast && isPartial(x) ? "(\(text))" : text
    default: return text
    }
  }

  static func isPartial(_ x: Typeset) -> Bool {
    if case .name(_, .partial?) = x { return true }
    return false
  }

  /// Whether it needs no brackets beside a slash.
  static func isSimple(_ x: Typeset) -> Bool {
    switch x {
    case .number(let value): value.sign == .plus
    case .name: !isPartial(x)
    case .root, .brackets, .function, .norm, .magnitude, .stack, .matrix: true
    case .transposed(let base), .raised(let base, _, _): isSimple(base)
    default: false
    }
  }

  private static func simple(_ x: Typeset) -> String { isSimple(x) ? inline(x) : "(\(inline(x)))" }

  private static func raisable(_ x: Typeset) -> String {
    isPartial(x) ? "(\(inline(x)))" : inline(x)
  }

  static func raised(_ exponent: Typeset, _ isMarked: Bool) -> String {
    let text = (isMarked ? "⊙" : "") + inline(exponent)
    return superscript(text) ?? "^\(text.count == 1 ? text : "{\(text)}")"
  }

  static func functionName(_ plain: String, _ index: String, _ power: Double?) -> String {
    let raised = power.map { superscript(number($0)) ?? "^{\(number($0))}" } ?? ""
    return plain + subscripted(index) + raised
  }

  static func subscripted(_ index: String) -> String {
    if index.isEmpty { return "" }
    let shown = Script(parsing: index).map(script) ?? index
    return shown.count == 1 ? "_\(shown)" : "_{\(shown)}"
  }

  static func rows(_ cells: [Typeset], _ columns: Int) -> [[Typeset]] {
    stride(from: 0, to: cells.count, by: max(1, columns)).map {
      Array(cells[$0..<min($0 + max(1, columns), cells.count)])
    }
  }

  static func bounds(
    _ series: Symbol.Series, _ index: String, _ from: String, _ through: String, _ isAfter: Bool, _ isBefore: Bool
  ) -> (below: String, above: String) {
    let index = name(index)
    guard series == .descendingProduct else { return ("\(index)=\(from)", through) }
    return ("\(from) \(isBefore ? ">" : "≥") \(index) \(isAfter ? ">" : "≥") \(through)", "")
  }

  // MARK: Numbers and names

  static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
    let sign = value.sign == .minus ? "−" : ""
    let magnitude = value.magnitude
    if magnitude != 0, magnitude < 1e-6 || magnitude >= 1e16 {
      let parts = "\(magnitude)".split(separator: "e")
      if parts.count == 2, let exponent = Int(parts[1]) {
        let digits = parts[0].hasSuffix(".0") ? parts[0].dropLast(2) : parts[0]
        let power = "10" + (superscript("\(exponent)") ?? "^{\(exponent)}")
        return sign + (digits == "1" ? power : "\(digits)·\(power)")
      }
    }
    return sign + LaTeXRenderer.number(magnitude)
  }

  static func name(_ name: String) -> String {
    (try? FullName(parsing: name)).map(self.name) ?? name
  }

  private static func name(_ full: FullName) -> String {
    switch full {
    case .simple(let simple): return self.name(simple)
    case .partial(let order, let of, let by):
      func power(_ order: Script) -> String {
        if order.items.isEmpty { return "" }
        let text = script(order)
        return superscript(text) ?? "^{\(text)}"
      }
      return "∂\(power(order))\(self.name(of))/" + by.map { "∂\(self.name($0.name))\(power($0.order))" }.joined()
    }
  }

  private static func name(_ name: Name) -> String {
    var text = letter(name.core)
    for accent in name.accents.reversed() {
      if let mark = Name.accents[String(accent.dropFirst())] { text += mark }
    }
    if !name.lower.items.isEmpty {
      let index = script(name.lower)
      text += index.count == 1 ? "_\(index)" : "_{\(index)}"
    }
    if !name.upper.items.isEmpty {
      let index = script(name.upper)
      text += superscript(index) ?? "^{\(index)}"
    }
    return text + String(repeating: "′", count: name.primes)
  }

  private static func letter(_ core: String) -> String {
    guard core.hasPrefix("\\") else { return core }
    if let letter = Name.letters[String(core.dropFirst())] { return letter }
    guard let brace = core.firstIndex(of: "{") else { return core }
    let content = String(core[core.index(after: brace)...].dropLast())
    return core.hasPrefix("\\mathcal") && content == "L" ? "ℒ" : content
  }

  static func script(_ script: Script) -> String {
    script.items.map { item in
      switch item {
      case .number(let digits): digits
      case .variable(let variable): name(variable)
      case .mark("-"): "−"
      case .mark(let mark): String(mark)
      case .label(let label): self.label(label)
      }
    }.joined()
  }

  private static func label(_ label: String) -> String {
    if let brace = label.firstIndex(of: "{") { return String(label[label.index(after: brace)...].dropLast()) }
    switch label {
    case "\\ldots", "\\cdots", "\\dots": return "…"
    case "\\to": return "→"
    case "\\top": return "ᵀ"
    case "\\le": return "≤"
    case "\\ge": return "≥"
    case "\\lt": return "<"
    case "\\gt": return ">"
    case "\\ne": return "≠"
    case "\\odot": return "⊙"
    case "\\prime": return "′"
    default: return String(label.dropFirst())
    }
  }

  // MARK: Superscripts

  /// The text in superscript characters; `nil` if one of its characters has none. T has none here, because ᵀ is a transpose.
  static func superscript(_ text: String) -> String? {
    var raised = ""
    for character in text where character != " " {
      guard let up = superscripts[character] else { return nil }
      raised.append(up)
    }
    return raised
  }

  private static let superscripts: [Character: Character] = Dictionary(
    uniqueKeysWithValues: zip(
      "0123456789+−-()=abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾⁼ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"))
}
