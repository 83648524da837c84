// Lays formulas out on several lines of a terminal: fractions with a bar, bounds above and below Σ, long sums broken at
// + and −.

import Autodiff

extension Symbol {
  /// The formula on lines of a terminal. Fractions that would be ambiguous on one line are written with a bar, the bounds of
  /// Σ and ∏ above and below the sign. Lines wider than `width` columns are broken at + and −, then at ⊙; a part that cannot
  /// be broken may be wider.
  public func lines(width: Int = 100) -> [String] {
    UnicodeRenderer.broken(Typesetter()(self), width: width, indent: 2).flatMap(\.trimmedLines)
  }
}

extension Equation {
  /// The equation on lines of a terminal, with the relations of all rows in one column.
  public func lines(width: Int = 100) -> [String] {
    let set = Typesetter()
    let firsts = rows.map { row in row.first.map { UnicodeRenderer.box(set($0)) } }
    // A left side that is too wide gets a line of its own.
    let widest = width * 2 / 5
    let column = firsts.compactMap { $0?.width }.filter { $0 <= widest }.max() ?? 2
    let space = Box(String(repeating: " ", count: column + 3))
    var result: [Box] = []
    for (row, first) in zip(rows, firsts) {
      var left = first ?? Box("")
      if let symbol = row.first, left.width > column {
        result += UnicodeRenderer.broken(set(symbol), width: width, indent: 2)
        left = Box("")
      } else if row.links.isEmpty {
        result.append(left)
      }
      for link in row.links {
        let blocks = UnicodeRenderer.broken(set(link.side), width: max(10, width - space.width), indent: 0)
        result.append(.row([left.padded(to: column), Box(" \(link.relation.unicode) "), blocks[0]]))
        for block in blocks.dropFirst() { result.append(.row([space, block])) }
        left = Box("")
      }
      let comment = UnicodeRenderer.comment(row.comment)
      guard !comment.isEmpty, let last = result.last else { continue }
      let gap = comment.first == "," || comment.first == "." ? "" : "   "
      let joined = Box.row([last, Box(gap + comment)])
      if joined.width <= width {
        result[result.count - 1] = joined
      } else {
        result.append(.row([space, Box(comment)]))
      }
    }
    return result.flatMap(\.trimmedLines)
  }

  /// The equation, one line for each row.
  public var unicode: [String] {
    rows.map { row in
      var text = row.first?.unicode ?? ""
      for link in row.links { text += (text.isEmpty ? "" : " ") + "\(link.relation.unicode) \(link.side.unicode)" }
      return text
    }
  }
}

/// Lines of equal width. The line number `baseline` is level with the text on either side.
struct Box {
  var lines: [String]
  var baseline = 0
  var width: Int

  init(_ text: String) {
    lines = [text]
    width = text.count
  }

  /// Centres the lines and pads them to one width.
  init(centred lines: [String], baseline: Int) {
    let width = lines.map(\.count).max() ?? 0
    self.width = width
    self.baseline = baseline
    self.lines = lines.map { line in
      let left = (width - line.count) / 2
      return String(repeating: " ", count: left) + line + String(repeating: " ", count: width - line.count - left)
    }
  }

  init(lines: [String], baseline: Int, width: Int) {
    self.lines = lines
    self.baseline = baseline
    self.width = width
  }

  var trimmedLines: [String] {
    lines.map { line in
      var line = Substring(line)
      while line.last == " " { line.removeLast() }
      return String(line)
    }
  }

  func padded(to width: Int) -> Box {
    guard width > self.width else { return self }
    let space = String(repeating: " ", count: width - self.width)
    return Box(lines: lines.map { $0 + space }, baseline: baseline, width: width)
  }

  /// The boxes side by side, with their baselines on one line.
  static func row(_ boxes: [Box]) -> Box {
    let above = boxes.map(\.baseline).max() ?? 0
    let below = boxes.map { $0.lines.count - $0.baseline }.max() ?? 1
    var lines = [String](repeating: "", count: above + below)
    for box in boxes {
      let top = above - box.baseline
      for k in lines.indices {
        let inside = k >= top && k < top + box.lines.count
        lines[k] += inside ? box.lines[k - top] : String(repeating: " ", count: box.width)
      }
    }
    return Box(lines: lines, baseline: above, width: boxes.reduce(0) { $0 + $1.width })
  }

  static func bracketed(_ box: Box) -> Box {
    guard box.lines.count > 1 else { return .row([Box("("), box, Box(")")]) }
    return fenced(box, left: ("⎛", "⎜", "⎝"), right: ("⎞", "⎟", "⎠"))
  }

  static func fenced(
    _ box: Box, left: (String, String, String), right: (String, String, String)
  ) -> Box {
    func fence(_ parts: (String, String, String)) -> Box {
      if box.lines.count == 1 { return Box(parts.1) }
      let middle = [String](repeating: parts.1, count: box.lines.count - 2)
      return Box(lines: [parts.0] + middle + [parts.2], baseline: box.baseline, width: 1)
    }
    return .row([fence(left), box, fence(right)])
  }

  /// The box with a superscript.
  func raised(_ text: String) -> Box {
    if lines.count == 1 { return Box(lines[0] + text) }
    return .row([self, Box(lines: [text], baseline: baseline, width: text.count)])
  }
}

extension UnicodeRenderer {
  // MARK: Boxes

  /// - Parameters:
  ///   - isFactor: whether the formula is a factor of a product. There a/b c would be ambiguous, so fractions get a bar.
  ///   - isLast: whether it is the last factor.
  static func box(_ x: Typeset, isFactor: Bool = false, isLast: Bool = true) -> Box {
    switch x {
    case .number, .name:
      let text = inline(x)
      return Box(isFactor && !isLast && isPartial(x) ? "(\(text))" : text)
    case .sum(let a, let isDifference, let b): return .row([box(a), Box(isDifference ? " − " : " + "), box(b)])
    case .negative(let a): return .row([Box("−"), box(a)])
    case .elementwise(let a, let b): return .row([box(a), Box(" ⊙ "), box(b)])
    case .product(let a, let dot, let b):
      return .row([
        box(a, isFactor: true, isLast: false), Box(dot ? " · " : " "), box(b, isFactor: true, isLast: isLast),
      ])
    case .fraction(let a, let b):
      if !isFactor, isSimple(a), isSimple(b) {
        let (a, b) = (box(a), box(b))
        if a.lines.count == 1, b.lines.count == 1 { return .row([a, Box("/"), b]) }
      }
      let (above, below) = (box(a), box(b))
      let bar = String(repeating: "─", count: max(above.width, below.width) + 2)
      return Box(centred: above.lines + [bar] + below.lines, baseline: above.lines.count)
    case .root(let a): return .row([Box("√"), .bracketed(box(a))])
    case .brackets(let a): return .bracketed(box(a))
    case .transposed(let base): return raisable(base).raised("ᵀ")
    case .raised(let base, let exponent, let isMarked): return raisable(base).raised(raised(exponent, isMarked))
    case .function(_, let plain, let index, let power, let arguments):
      return .row([Box(functionName(plain, index, power)), .bracketed(joined(arguments, ", "))])
    case .norm(let a, let index):
      let content = box(a)
      return .row([.fenced(content, left: ("‖", "‖", "‖"), right: ("‖", "‖", "‖")), Box(subscripted(index))])
    case .magnitude(let a): return Box.fenced(box(a), left: ("|", "|", "|"), right: ("|", "|", "|"))
    case .stack(let parts): return squareBracketed(joined(parts, "; "))
    case .matrix(let cells, let columns):
      let rows = self.rows(cells, columns).map { joined($0, ", ") }
      return squareBracketed(joined(rows, "; "))
    case .series(let series, let index, let from, let through, let isAfter, let isBefore, let body):
      let bounds = self.bounds(series, index, inline(from), inline(through), isAfter, isBefore)
      let sign = series == .sum ? "Σ" : "∏"
      let head =
        bounds.above.isEmpty
        ? Box(centred: [sign, bounds.below], baseline: 0)
        : Box(centred: [bounds.above, sign, bounds.below], baseline: 1)
      return .row([head, Box(" "), box(body)])
    }
  }

  private static func raisable(_ x: Typeset) -> Box {
    isPartial(x) ? Box("(\(inline(x)))") : box(x)
  }

  private static func joined(_ parts: [Typeset], _ separator: String) -> Box {
    joined(parts.map { box($0) }, separator)
  }

  private static func joined(_ boxes: [Box], _ separator: String) -> Box {
    .row(Array(boxes.map { [$0] }.joined(separator: [Box(separator)])))
  }

  private static func squareBracketed(_ box: Box) -> Box {
    if box.lines.count == 1 { return .row([Box("["), box, Box("]")]) }
    return .fenced(box, left: ("⎡", "⎢", "⎣"), right: ("⎤", "⎥", "⎦"))
  }

  // MARK: Breaking

  /// The formula in boxes no wider than `width`, as far as it can be broken. All but the first are indented.
  static func broken(_ x: Typeset, width: Int, indent: Int) -> [Box] {
    let whole = box(x)
    if whole.width <= width { return [whole] }
    var pieces: [Box] = []
    for (sign, term) in terms(of: x) {
      let piece = Box.row([Box(sign), box(term)])
      if piece.width <= width - indent {
        pieces.append(piece)
        continue
      }
      for (k, factor) in factors(of: term).enumerated() {
        pieces.append(.row([Box(k == 0 ? sign : "⊙ "), box(factor)]))
      }
    }
    var lines: [Box] = []
    for piece in pieces {
      guard let last = lines.last else {
        lines.append(piece)
        continue
      }
      let joined = Box.row([last, Box(" "), piece])
      if joined.width <= width {
        lines[lines.count - 1] = joined
      } else {
        lines.append(.row([Box(String(repeating: " ", count: indent)), piece]))
      }
    }
    return lines
  }

  private static func terms(of x: Typeset) -> [(sign: String, term: Typeset)] {
    switch x {
    case .sum(let a, let isDifference, let b):
      guard !isDifference, case .sum = b else { return terms(of: a) + [(isDifference ? "− " : "+ ", b)] }
      var right = terms(of: b)
      right[0].sign = "+ "
      return terms(of: a) + right
    case .negative(let a): return [("−", a)]
    default: return [("", x)]
    }
  }

  private static func factors(of x: Typeset) -> [Typeset] {
    if case .elementwise(let a, let b) = x { return factors(of: a) + factors(of: b) }
    return [x]
  }

  // MARK: Comments

  /// A comment for the terminal: the content of \text{…}, and characters in place of commands.
  static func comment(_ source: String) -> String {
    guard let tokens = try? Tokeniser.tokens(of: source) else { return source }
    var text = ""
    for token in tokens {
      switch token.kind {
      case .number(let digits): text += digits
      case .letter(let letter): text.append(letter)
      case .text(_, let content): text += content
      case .command(let name): text += commentCommands[name] ?? Name.letters[name] ?? name
      case .mark("-"): text += "−"
      case .mark("="): text += " = "
      case .mark(","): text += text.isEmpty ? "," : ", "
      case .mark("{"), .mark("}"), .mark("&"): break
      case .mark(let mark): text.append(mark)
      case .quad: text += "  "
      case .rowBreak, .end: break
      }
    }
    return text.trimmed
  }

  private static let commentCommands: [String: String] = [
    "le": " ≤ ", "ge": " ≥ ", "lt": " < ", "gt": " > ", "ne": " ≠ ", "approx": " ≈ ", "ldots": "…", "dots": "…",
    "cdots": "⋯", "lVert": "‖", "rVert": "‖", "lvert": "|", "rvert": "|", "to": " → ", "odot": " ⊙ ", "cdot": " · ",
    "left": "", "right": "", "top": "ᵀ",
  ]
}
