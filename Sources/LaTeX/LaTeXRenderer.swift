// A formula written as LaTeX, in the notes' dialect.
//
// For every formula x that the parser can produce, `Symbol(parsing: x.latex) == x`. Other formulas are written as the
// nearest one that it can produce. The parser never produces
// - names that are not canonical, negative zero, numbers that are not finite;
// - sums and products grouped from the right: a + (b + c), a ⊙ (b ⊙ c);
// - the negation of a number, or of a product that begins with a number;
// - matrix powers of formulas that are not matrices by their notation;
// - `bias`, `offset`, `complement`, `scaling`, `crossEntropy`, `fused` and the other operations without a notation of
//   their own.

import Autodiff

extension Symbol {
  /// The formula in the notes' dialect of LaTeX, with only those brackets that the parser needs.
  public var latex: String { latex() }

  /// The formula in LaTeX for a parser that reads these names as functions (see `init(parsing:functions:)`).
  public func latex(functions: Set<String> = Symbol.knownFunctions) -> String {
    LaTeXRenderer.render(Typesetter(functions: functions)(self))
  }
}

extension Equation {
  /// The equation in the notes' dialect: one line, or `aligned` rows with `&` before each first relation.
  public var latex: String {
    let lines = rows.map { row in
      var text = row.first?.latex ?? ""
      for (k, link) in row.links.enumerated() {
        let mark = k == 0 && rows.count > 1 ? "&" : ""
        text += (text.isEmpty ? "" : " ") + "\(mark)\(link.relation.rawValue) \(link.side.latex)"
      }
      if row.comment.isEmpty { return text }
      return text + (row.comment.first == "." || row.comment.first == "," ? "" : " ") + row.comment
    }
    if lines.count == 1 { return lines[0] }
    return "\\begin{aligned}\n\(lines.joined(separator: " \\\\\n"))\n\\end{aligned}"
  }
}

enum LaTeXRenderer {
  static func render(_ x: Typeset) -> String {
    switch x {
    case .number(let value): return number(value)
    case .name(let name, _): return name
    case .sum(let a, let isDifference, let b): return "\(render(a)) \(isDifference ? "-" : "+") \(render(b))"
    case .negative(let a): return "-\(render(a))"
    case .elementwise(let a, let b): return "\(render(a)) \\odot \(render(b))"
    case .product(let a, let dot, let b): return "\(render(a)) \(dot ? "\\cdot " : "")\(render(b))"
    case .fraction(let a, let b): return "\\frac{\(render(a))}{\(render(b))}"
    case .root(let a): return "\\sqrt{\(render(a))}"
    case .brackets(let a): return bracketed(render(a))
    case .transposed(let a): return "\(render(a))^\\top"
    case .raised(let base, let exponent, let isMarked):
      let text = render(exponent)
      if isMarked { return "\(render(base))^{\\odot \(text)}" }
      // T is braced: ^T looks like a transpose.
      let isOneToken = (text.count == 1 && text != "T") || Name.isLetterCommand(text)
      return "\(render(base))^\(isOneToken ? text : "{\(text)}")"
    case .function(let latex, _, let index, let power, let arguments):
      var text = latex
      if !index.isEmpty { text += "_\(braced(index))" }
      if let power {
        let digits = number(power)
        text += digits.count == 1 ? "^\(digits)" : "^{\(digits)}"
      }
      return text + bracketed(arguments.map(render).joined(separator: ", "))
    case .norm(let a, let index):
      let text = render(a)
      let norm = isTall(text) ? "\\left\\lVert \(text) \\right\\rVert" : "\\lVert \(text) \\rVert"
      return index.isEmpty ? norm : "\(norm)_\(braced(index))"
    case .magnitude(let a):
      let text = render(a)
      return isTall(text) ? "\\left\\lvert \(text) \\right\\rvert" : "\\lvert \(text) \\rvert"
    case .stack(let parts):
      return "\\begin{bmatrix} \(parts.map(render).joined(separator: " \\\\ ")) \\end{bmatrix}"
    case .matrix(let cells, let columns):
      let rows = stride(from: 0, to: cells.count, by: max(1, columns)).map { start in
        cells[start..<min(start + columns, cells.count)].map(render).joined(separator: " & ")
      }
      return "\\begin{bmatrix} \(rows.joined(separator: " \\\\ ")) \\end{bmatrix}"
    case .series(let series, let index, let from, let through, let isAfter, let isBefore, let body):
      switch series {
      case .sum: return "\\sum_{\(index)=\(render(from))}^{\(render(through))} \(render(body))"
      case .product: return "\\prod_{\(index)=\(render(from))}^{\(render(through))} \(render(body))"
      case .descendingProduct:
        let above = isBefore ? "\\gt" : "\\ge"
        let below = isAfter ? "\\gt" : "\\ge"
        return "\\prod_{\(render(from)) \(above) \(index) \(below) \(render(through))} \(render(body))"
      }
    }
  }

  private static func bracketed(_ text: String) -> String {
    isTall(text) ? "\\left(\(text)\\right)" : "(\(text))"
  }

  private static func isTall(_ text: String) -> Bool {
    ["\\frac", "\\sum", "\\prod", "\\begin"].contains { text.contains($0) }
  }

  private static func braced(_ index: String) -> String {
    index.count == 1 || Name.isLetterCommand(index) ? index : "{\(index)}"
  }

  /// The shortest digits that read back as the same bits, without an exponent.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "\\text{NaN}" : value < 0 ? "-\\infty" : "\\infty" }
    let text = "\(value.magnitude)"
    let sign = value.sign == .minus ? "-" : ""
    let parts = text.split(separator: "e")
    var digits = parts[0].filter { $0 != "." }
    var point =
      parts[0].firstIndex(of: ".").map { parts[0].distance(from: parts[0].startIndex, to: $0) } ?? digits.count
    if parts.count == 2, let exponent = Int(parts[1]) { point += exponent }
    if point <= 0 {
      digits = String(repeating: "0", count: 1 - point) + digits
      point = 1
    }
    if point > digits.count { digits += String(repeating: "0", count: point - digits.count) }
    let whole = digits.prefix(point)
    var fraction = digits.dropFirst(point)
    while fraction.last == "0" { fraction.removeLast() }
    return fraction.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(fraction)"
  }
}
