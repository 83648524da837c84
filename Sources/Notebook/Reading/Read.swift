// The option `--read`: the chapter as a notebook, page by page on a terminal, as plain text elsewhere.

import Foundation

extension ChapterProgram {
  /// Shows the notes with what this run prints and draws. On a terminal, each section runs when the reader arrives at it;
  /// elsewhere everything runs first. Returns the exit status: 1 if a check failed, of those that have run.
  func read(_ options: Options, notes: Notes, isTerminal: Bool) throws -> Int32 {
    let colour = isTerminal && options.colour
    let reading = Reading<Subject>(notes: notes, page: Page(notes: notes, root: root, options: options, colour: colour))
    (reading.colour, reading.showsChecks) = (colour, options.showsChecks)
    reading.parts = notes.parts.filter { options.section == nil || $0.section == options.section }
    if isTerminal, Terminal.isPresent {
      try reading.leaf(options)
    } else {
      try reading.run(only: options.section)
      for part in reading.parts.indices {
        if part > 0 { output("") }
        for row in try reading.rows(of: part, width: Page.width) { output(row.line.text(colour: colour)) }
      }
      output("")
    }
    let findings = reading.isWhole ? reading.page.unvisited().map(relative) : []
    for finding in findings { errors(finding) }
    let failed = reading.page.transcript.failures
    let isGood = failed == 0 && findings.isEmpty
    output(reading.page.transcript.summary(options.language, isGood: isGood).text(colour: colour))
    return isGood ? ExitStatus.success : ExitStatus.failure
  }
}

/// A chapter that is being read: its notes, and the sections that have run.
private final class Reading<Subject: Chapter> {
  let notes: Notes
  let page: Page
  var parts: [NotesPart] = []
  var colour = false
  var showsChecks = false
  /// Whether every section has run.
  private(set) var isWhole = false
  private var visited: Set<String> = []
  /// Called before a section runs.
  private var announce: (NotesPart) -> Void = { _ in }

  init(notes: Notes, page: Page) { (self.notes, self.page) = (notes, page) }

  /// The rows of a part; its section runs if it has not yet.
  func rows(of part: Int, width: Int) throws -> [ReadingRow] {
    let part = parts[part]
    if let section = part.section, !isWhole, visited.insert(section).inserted {
      announce(part)
      try run(only: section)
    }
    return NotesRenderer(
      notes: notes, transcript: page.transcript, language: page.language, width: width, colour: colour,
      showsChecks: showsChecks
    ).rows(of: part)
  }

  /// Runs one section, or all of them. Sections share nothing, so those that run one by one print the same.
  func run(only section: String?) throws {
    page.onlySection = section
    try Subject().body(page)
    page.clearProgress()
    if let section { visited.insert(section) }
    isWhole = section == nil || notes.parts.allSatisfy { $0.section.map(visited.contains) ?? true }
  }

  /// Leafs through the parts on the terminal until the reader leaves.
  func leaf(_ options: Options) throws {
    try Terminal.take {
      announce = { part in
        let words = Text("running: \(part.title)", ko: "실행 중: \(part.title)")(options.language)
        Terminal.drawLastRow(truncated(words, to: Terminal.size.columns - 1))
      }
      let titles = parts.map { Line(prose: $0.title, numbers: []).plain }
      var pager = try Pager(
        titles: titles, sourceCount: notes.lines.count, language: options.language, size: Terminal.size,
        load: { [self] in try rows(of: $0, width: $1) })
      var keys = KeyReader()
      while true {
        Terminal.draw(try pager.screen().map { $0.text(colour: colour) })
        guard let bytes = Terminal.bytes() else {
          try pager.resize(to: Terminal.size)
          continue
        }
        for key in bytes.isEmpty ? [.end] : keys.keys(from: bytes) {
          guard try pager.press(key) else { return }
        }
      }
    }
  }
}
