// The notes' blocks as lines of a terminal, with what a run printed and drew in its places.

import LaTeX

/// A line on the reader's screen, and the line of the notes that it belongs to.
struct ReadingRow {
  var line: Line
  /// The first line of its block in the file, from 0.
  let source: Int
}

struct NotesRenderer {
  let notes: Notes
  let transcript: Transcript
  let language: Language
  /// In terminal columns. No line is wider.
  let width: Int
  /// Whether figures are drawn in colour.
  let colour: Bool
  /// Whether each check is shown, and not only those that failed.
  var showsChecks = false

  func rows(of part: NotesPart) -> [ReadingRow] {
    var blocks = notes.blocks(in: part.lines)
    // Below the title stand links to other files, which lead nowhere here.
    if blocks.count > 1, case .heading(1, _) = blocks[0].kind, case .paragraph(let text) = blocks[1].kind,
      isOnlyLinks(text)
    {
      blocks.remove(at: 1)
    }
    return rows(of: blocks, width: width)
  }

  private func rows(of blocks: [NotesBlock], width: Int) -> [ReadingRow] {
    var rows: [ReadingRow] = []
    var last: NotesBlock?
    for block in blocks {
      let lines = self.lines(of: block, width: width)
      if lines.isEmpty { continue }
      // The items of a list stand together.
      if let last, !(last.isItem && block.isItem) { rows.append(ReadingRow(line: Line(""), source: block.line)) }
      rows += lines.map { ReadingRow(line: $0, source: block.line) }
      last = block
    }
    return rows
  }

  private func lines(of block: NotesBlock, width: Int) -> [Line] {
    switch block.kind {
    case .heading(let level, let text):
      let lines = prose(text, style: .heading).broken(to: width)
      let underline = String(repeating: level == 1 ? "═" : "─", count: lines.map(\.width).max() ?? 0)
      return lines + (level <= 2 ? [Line(underline, style: .faint)] : [])
    case .paragraph(let text): return prose(text).broken(to: width)
    case .item(let marker, let text):
      return (Line(marker + " ") + prose(text)).broken(to: width, indentation: marker.count + 1)
    case .table(let header, let alignments, let rows):
      let table = ProseTable(
        header: header.map { prose($0, style: .strong) }, rows: rows.map { $0.map { prose($0) } },
        alignments: alignments)
      return table.lines(width: width)
    case .quote(let blocks):
      return rows(of: blocks, width: width - 2).map { Line("┃ ", style: .faint) + $0.line }
    case .fence("math", let body, _): return equation(body, width: width)
    case .fence(_, _, let directive?) where directive.kind == .output && transcript.has(directive.argument):
      return output(of: directive.argument, width: width)
    case .fence(_, let body, let directive?) where directive.kind == .output:
      // A long training that this run has left out.
      let lines = body.flatMap { outputLine(Line($0), width: width) }
      let remark = Text("from the notes; a run with --full makes it anew", ko: "노트에서 옮겼다. --full을 붙이면 다시 계산한다")
      return lines + Line("  (\(remark(language)))", style: .faint).broken(to: width, indentation: 2)
    case .fence(_, let body, _): return listing(body, width: width)
    case .summary(let text):
      return (Line("▾ ", style: .faint) + prose(text, style: .strong)).broken(to: width, indentation: 2)
    case .checks(let section): return checks(of: section, width: width)
    case .image(let alternative, let directive):
      guard let figure = transcript.figures.first(where: { $0.name == directive?.argument })?.figure else {
        return (Line("  [", style: .faint) + prose(alternative, style: .faint) + Line("]", style: .faint))
          .broken(to: width, indentation: 2)
      }
      return figure.terminal(width: min(width - 2, 80), colour: colour).map { text in
        var line = Line("  " + text)
        line.kind = .figure
        return line
      }
    }
  }

  // MARK: Kinds of blocks

  private func prose(_ text: String, style: Style = .plain) -> Line {
    Line(prose: text, numbers: transcript.numbers, style: style)
  }

  /// An equation as the run prints it; one that the parser does not read, on one line.
  private func equation(_ body: [String], width: Int) -> [Line] {
    let source = body.joined(separator: "\n")
    let indentation = width >= 60 ? 4 : 2
    guard let equation = try? Equation(parsing: source) else {
      return (Line(String(repeating: " ", count: indentation)) + Line(unicodeText(ofLaTeX: source)))
        .broken(to: width, indentation: indentation)
    }
    var lines = equation.lines(width: width - indentation)
    // Where a fraction does not fit, it is written with a slash, and broken.
    if lines.contains(where: { displayWidth($0) > width - indentation }) { lines = equation.unicode }
    return lines.flatMap { text in
      Line(String(repeating: " ", count: indentation) + text.precomposedStringWithCanonicalMapping)
        .broken(to: width, indentation: indentation + 4)
    }
  }

  private func listing(_ body: [String], width: Int) -> [Line] {
    body.flatMap { code in
      let indentation = code.prefix { $0 == " " }.count
      return Line(code).broken(to: width - 2, indentation: indentation + 4).map { Line("│ ", style: .faint) + $0 }
    }
  }

  private func output(of section: String, width: Int) -> [Line] {
    (transcript.lines(of: section, [.text]) ?? []).flatMap { outputLine($0, width: width) }
  }

  /// The checks that failed, and one line for all; or all of them.
  private func checks(of section: String, width: Int) -> [Line] {
    let lines = transcript.lines(of: section, showsChecks ? [.check, .failedCheck] : [.failedCheck]) ?? []
    let summary = transcript.checkLine(of: section, language).map { [$0] } ?? []
    return (lines.filter { !$0.plain.isEmpty } + summary).flatMap { outputLine($0, width: width) }
  }

  private func outputLine(_ line: Line, width: Int) -> [Line] {
    let indentation = line.plain.prefix { $0 == " " }.count
    return line.broken(to: width, indentation: indentation + 4)
  }

  private func isOnlyLinks(_ text: String) -> Bool {
    let inline = Inline(text)
    guard !inline.links.isEmpty else { return false }
    return inline.characters.indices.allSatisfy { index in
      inline.links.contains { $0.range.contains(index) }
        || !(inline.characters[index].isLetter || inline.characters[index].isNumber)
    }
  }
}

extension NotesBlock {
  fileprivate var isItem: Bool { if case .item = kind { true } else { false } }
}

extension Transcript {
  func has(_ section: String) -> Bool { sections.contains { $0.name == section } }
}
