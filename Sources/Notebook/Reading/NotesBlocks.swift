// The notes as a reader sees them: parts of a chapter, and the blocks of each.

/// A part of the notes, from a heading of the first or second level to the next one.
struct NotesPart {
  /// The heading's text, as in the notes.
  let title: String
  /// The run's section that it shows; nil for the opening, the exercises, the sources.
  let section: String?
  let lines: Range<Int>
}

/// What stands between two empty lines.
struct NotesBlock {
  indirect enum Kind {
    case heading(level: Int, String)
    /// Its lines, joined by spaces.
    case paragraph(String)
    case item(marker: String, String)
    /// The header row, the alignments, the other rows.
    case table([String], [TextAlignment], [[String]])
    case quote([NotesBlock])
    /// The word after the opening backticks, the lines inside, and the directive above.
    case fence(String, [String], Notes.Directive?)
    case image(alternative: String, Notes.Directive?)
    /// The summary of text that a page shows folded.
    case summary(String)
    /// The folded checks of a section.
    case checks(section: String)
  }

  let kind: Kind
  /// Its first line in the file, from 0.
  let line: Int
}

extension Notes {
  /// The parts in their order. Together they are everything from the first heading on.
  var parts: [NotesPart] {
    let sections = directives.filter { $0.kind == .section }
    func section(at line: Int) -> String? { sections.first { $0.block.lowerBound == line }?.argument }
    let starts = headings.filter { $0.level <= 2 || section(at: $0.line) != nil }
    return starts.enumerated().map { index, heading in
      let end = index + 1 < starts.count ? starts[index + 1].line : lines.count
      return NotesPart(title: heading.text, section: section(at: heading.line), lines: heading.line..<end)
    }
  }

  /// The blocks of some lines. Directives and comments are not among them.
  func blocks(in range: Range<Int>) -> [NotesBlock] {
    var blocks: [NotesBlock] = []
    var prose: [(line: Int, text: String)] = []
    func finishProse() {
      blocks += BlockSplitter(prose, directives).blocks
      prose = []
    }
    var index = range.lowerBound - 1
    while index + 1 < range.upperBound {
      index += 1
      if let checks = directives.first(where: { $0.kind == .checks && $0.block.lowerBound == index }) {
        finishProse()
        blocks.append(NotesBlock(kind: .checks(section: checks.argument), line: index))
        index = checks.block.upperBound - 1
      } else if let fence = fences.first(where: { $0.start == index }) {
        finishProse()
        let directive = directives.first { $0.block.lowerBound == index + 1 && $0.kind.fence != nil }
        let body = fence.start + 1 < fence.end ? Array(lines[(fence.start + 1)..<fence.end]) : []
        blocks.append(NotesBlock(kind: .fence(fence.info, body, directive), line: index))
      } else if isProse[index] {
        prose.append((index, lines[index].hasPrefix("<!--") ? "" : lines[index]))
      }
    }
    finishProse()
    return blocks
  }
}

/// Splits lines of prose into blocks.
private struct BlockSplitter {
  private(set) var blocks: [NotesBlock] = []
  private let lines: [(line: Int, text: String)]
  private let directives: [Notes.Directive]
  private var index = 0

  init(_ lines: [(line: Int, text: String)], _ directives: [Notes.Directive]) {
    (self.lines, self.directives) = (lines, directives)
    while index < lines.count {
      let start = index
      if let kind = next() { blocks.append(NotesBlock(kind: kind, line: lines[start].line)) }
    }
  }

  private mutating func next() -> NotesBlock.Kind? {
    let (number, text) = lines[index]
    let level = text.prefix { $0 == "#" }.count
    if (1...6).contains(level), text.dropFirst(level).first == " " {
      index += 1
      return .heading(level: level, text.dropFirst(level).trimmingSpaces())
    }
    if text.hasPrefix("|") { return table(take { $0.hasPrefix("|") }.map(\.text)) }
    if text.hasPrefix(">") {
      let inside = take { $0.hasPrefix(">") }.map { line, text in
        (line, String(text.dropFirst(text.hasPrefix("> ") ? 2 : 1)))
      }
      return .quote(BlockSplitter(inside, directives).blocks)
    }
    if text.hasPrefix("!["), let image = Inline(text).links.first {
      index += 1
      return .image(
        alternative: image.label, directives.first { $0.kind == .figure && $0.block.lowerBound == number })
    }
    index += 1
    if text.isEmpty || text == "</details>" { return nil }
    if let summary = NotesScan.summary(text) { return .summary(summary) }
    let marker = BlockSplitter.marker(of: text)
    let rest = take { line in
      !line.isEmpty && !BlockSplitter.begins(line) && (marker == nil || BlockSplitter.marker(of: line) == nil)
    }
    let words = ([text] + rest.map(\.text)).map { $0.trimmingSpaces() }.joined(separator: " ")
    guard let marker else { return .paragraph(words) }
    return .item(marker: marker == "-" ? "•" : marker, words.dropFirst(marker.count).trimmingSpaces())
  }

  /// The lines from here on that fit.
  private mutating func take(_ fits: (String) -> Bool) -> [(line: Int, text: String)] {
    let start = index
    while index < lines.count, fits(lines[index].text) { index += 1 }
    return Array(lines[start..<index])
  }

  /// Whether a line ends the paragraph before it.
  private static func begins(_ line: String) -> Bool {
    ["- ", "|", ">", "!["].contains(where: line.hasPrefix) || line.hasPrefix("#")
  }

  /// The mark of a list's item: - or a number with a point.
  private static func marker(of line: String) -> String? {
    if line.hasPrefix("- ") { return "-" }
    let digits = line.prefix { $0.isASCII && $0.isNumber }
    return !digits.isEmpty && line.dropFirst(digits.count).hasPrefix(". ") ? digits + "." : nil
  }

  private func table(_ rows: [String]) -> NotesBlock.Kind {
    let cells = rows.map(Notes.cells)
    let alignments: [TextAlignment] = (cells.dropFirst().first ?? []).map { rule in
      rule.hasSuffix(":") ? (rule.hasPrefix(":") ? .centre : .right) : .left
    }
    return .table(cells.first ?? [], alignments, Array(cells.dropFirst(2)))
  }
}
