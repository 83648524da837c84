// A paragraph of the notes for a terminal: bold, emphasis and code in styles, formulas in Unicode, links as their text.

import LaTeX

extension Line {
  /// A line of prose, of any length. Quoted values are those of the run, as far as it has them.
  init(prose: String, numbers: [NamedNumber], style: Style = .plain) {
    var text = prose
    for value in Notes.values(in: prose).values.reversed() {
      guard let number = numbers.first(where: { $0.name == value.name }) else { continue }
      text.replaceSubrange(value.range, with: number.text)
    }
    var writer = ProseWriter(Inline(text), style)
    self = writer.line()
  }
}

private struct ProseWriter {
  private let inline: Inline
  private let style: Style
  /// The brackets of links and the ! of images, which are not shown.
  private let hidden: Set<Int>
  private var isBold = false
  private var isItalic = false
  private var spans: [(text: String, style: Style)] = []

  init(_ inline: Inline, _ style: Style) {
    (self.inline, self.style) = (inline, style)
    hidden = Set(inline.links.flatMap { [$0.range.lowerBound] + ($0.isImage ? [$0.range.lowerBound - 1] : []) })
  }

  mutating func line() -> Line {
    let asterisks = inline.asterisks
    for part in inline.parts {
      let characters = inline.characters[part.range]
      switch part.kind {
      case .comment, .target: break
      case .escape: add(String(characters.dropFirst()))
      case .address: add(String(characters.filter { $0 != "<" && $0 != ">" }))
      case .formula:
        let source = String(characters.dropFirst(2).dropLast(2))
        let text = unicodeText(ofLaTeX: source).precomposedStringWithCanonicalMapping
        let isShort = displayWidth(text) <= 24 && !isBold && !isItalic && style == .plain
        add(text, isShort ? .formula : nil)
      case .code:
        let ticks = characters.prefix { $0 == "`" }.count
        add(String(characters.dropFirst(ticks).dropLast(ticks)).trimmingSpaces(), .code)
      case .text:
        var index = part.range.lowerBound
        while index < part.range.upperBound {
          if let run = asterisks.first(where: { $0.range.lowerBound == index }) {
            if !toggle(run) { add(String(inline.characters[run.range])) }
            index = run.range.upperBound
          } else {
            if !hidden.contains(index) { add(String(inline.characters[index])) }
            index += 1
          }
        }
      }
    }
    return Line(spans)
  }

  /// Begins or ends emphasis. Returns `false` for asterisks that do neither.
  private mutating func toggle(_ run: Inline.Asterisks) -> Bool {
    let count = run.range.count
    guard count <= 3 else { return false }
    let isOpen = count == 1 ? isItalic : isBold
    guard isOpen ? run.closes : run.opens else { return false }
    if count != 2 { isItalic = !isOpen }
    if count != 1 { isBold = !isOpen }
    return true
  }

  private mutating func add(_ text: String, _ special: Style? = nil) {
    let style = special ?? (isBold ? .strong : isItalic ? .emphasis : self.style)
    if spans.last?.style == style {
      spans[spans.count - 1].text += text
    } else {
      spans.append((text, style))
    }
  }
}
