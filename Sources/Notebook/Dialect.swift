// The rules of the notes' dialect: Markdown and LaTeX that GitHub, the site and the terminal read in the same way.

import Foundation

extension Notes {
  /// The places of a file that break the rules of the dialect (docs/dialect.md).
  ///
  /// - Parameters:
  ///   - isChapter: whether the file is a chapter's notes: their headings are numbered, and their decimals come from the run.
  ///   - number: the chapter's number, with which its headings begin.
  func dialectFindings(isChapter: Bool, number: String = "", language: Language) -> [Finding] {
    var linter = Linter(notes: self, isChapter: isChapter, number: number, language: language)
    return linter.run()
  }
}

private struct Linter {
  let notes: Notes
  let isChapter: Bool
  let number: String
  let language: Language
  var found: [Finding] = []

  mutating func report(_ line: Int, _ message: String) {
    found.append(Finding(path: notes.path, line: line + 1, message: message))
  }

  mutating func run() -> [Finding] {
    checkHeadings()
    for (number, line) in notes.lines.enumerated() {
      checkCharacters(number, line)
      guard notes.isProse[number] else { continue }
      let inline = Inline(line)
      for problem in inline.problems { report(number, problem) }
      checkHeadingMarks(number, line)
      checkCommentStart(number, line, inline)
      checkFormulas(number, inline)
      checkEmphasis(number, inline)
      checkLinks(number, inline)
      checkTable(number, line)
      if isChapter { checkDecimals(number, line, inline) }
    }
    for directive in notes.directives where directive.kind == .equation || directive.kind == .stated {
      for line in directive.block { checkMath(line, notes.lines[line]) }
      checkBraces(directive.block.lowerBound, notes.body(of: directive).joined(separator: "\n"))
    }
    found.sort { $0.line < $1.line }
    return found
  }

  // MARK: Structure

  private mutating func checkHeadings() {
    let top = notes.headings.filter { $0.level == 1 }
    if top.count != 1 {
      report(top.last?.line ?? 0, "a file has one heading of the first level, this one \(top.count)")
    }
    var last = 0
    for heading in notes.headings {
      if heading.level > last + 1 { report(heading.line, "this heading skips a level") }
      last = heading.level
    }
    guard isChapter else { return }
    if let title = notes.headings.first, !title.text.hasPrefix("\(number). ") {
      report(title.line, "the title must begin with '\(number). '")
    }
    // The sections of the run are numbered 1.1, 1.2, …
    let sections = notes.directives.filter { $0.kind == .section }
    for (index, section) in sections.enumerated() {
      let expected = "\(number).\(index + 1) "
      let text = notes.title(ofSection: section.argument) ?? ""
      if !text.hasPrefix(expected) {
        report(section.block.lowerBound, "this section's heading must begin with '\(expected)'")
      }
    }
  }

  /// Lines that GitHub reads as headings and `Notes` does not, or the other way round.
  private mutating func checkHeadingMarks(_ number: Int, _ line: String) {
    let rest = line[...].drop { $0 == " " }
    let marks = rest.prefix { $0 == "#" }.count
    let next = rest.dropFirst(marks).first
    if marks > 0, line.first == " ", next == " " { report(number, "a heading begins at the start of its line") }
    if marks > 0, line.first == "#", next?.isLetter == true || (marks > 6 && next == " ") {
      report(number, "a heading is written with one to six #, then a space")
    }
    let isUnderline = !line.isEmpty && (line.allSatisfy { $0 == "=" } || line.allSatisfy { $0 == "-" })
    if isUnderline, number > 0, notes.isProse[number - 1], !notes.lines[number - 1].isEmpty {
      report(number, "a line of \(line.prefix(1)) below text makes a heading of it: write #, or leave a line empty")
    }
  }

  /// In CommonMark, a line that begins with a comment is HTML as a whole, and ends the paragraph before it.
  private mutating func checkCommentStart(_ number: Int, _ line: String, _ inline: Inline) {
    let start = line.count - Notes.withoutContainers(line).count
    guard let comment = inline.parts.first(where: { $0.kind == .comment }), comment.range.lowerBound == start else {
      return
    }
    if comment.range.upperBound < line.count {
      report(number, "a line that begins with a comment is no paragraph: let a word stand before it")
    }
  }

  private mutating func checkCharacters(_ number: Int, _ line: String) {
    if line.last == " " || line.last == "\t" { report(number, "white space at the end of the line") }
    if line.contains("\t") { report(number, "a tab: use spaces") }
    if line.unicodeScalars.contains(where: { ($0.value < 0x20 && $0 != "\t") || $0.value == 0x7F }) {
      report(number, "a control character")
    }
    // A run's output may have accents on any letter, for which Unicode has no composed form: there, only Hangul must be composed.
    let isDecomposed =
      line.unicodeScalars.contains { (0x1100...0x11FF).contains($0.value) }
      || !notes.isFenced[number]
        && !line.unicodeScalars.elementsEqual(line.precomposedStringWithCanonicalMapping.unicodeScalars)
    if isDecomposed { report(number, "decomposed letters: write composed ones (Unicode's NFC)") }
    if line.unicodeScalars.contains("\u{FEFF}") { report(number, "a byte-order mark") }
  }

  private mutating func checkLinks(_ number: Int, _ inline: Inline) {
    // The run writes the figures' files: `Weave` checks these targets.
    let isFigure = notes.directives.contains { $0.kind == .figure && $0.block.lowerBound == number }
    for link in inline.links {
      if link.isImage, link.label.trimmingSpaces().isEmpty {
        report(number, "the image needs a text for those who cannot see it")
      }
      if !isFigure { checkTarget(number, link.target) }
    }
    for part in inline.parts where part.kind == .address {
      let address = inline[part]
      if address.hasPrefix("http:") || address.hasPrefix("<http:") { report(number, "an address without https") }
    }
    // A line `[name]: target` defines a link; `[^1]: …` begins a footnote.
    let line = String(inline.characters)
    if line.hasPrefix("["), !line.hasPrefix("[^"), let end = line.firstRange(of: "]: "),
      !line[..<end.lowerBound].contains("]")
    {
      let target = String(line[end.upperBound...].prefix { $0 != " " })
      if !target.hasPrefix("http:") { checkTarget(number, target) }
    }
  }

  private mutating func checkTarget(_ number: Int, _ target: String) {
    if target.isEmpty { return report(number, "a link that leads nowhere") }
    if ["https://", "#", "mailto:"].contains(where: target.hasPrefix) { return }
    if target.hasPrefix("http:") { return report(number, "an address without https") }
    let folder = URL(fileURLWithPath: notes.path).deletingLastPathComponent().path
    let file = String(target.prefix { $0 != "#" })
    if !FileManager.default.fileExists(atPath: folder + "/" + (file.removingPercentEncoding ?? file)) {
      report(number, "the link leads to \(target), which is not there")
    }
  }

  // MARK: Formulas

  /// Inline formulas are written $`…`$, after a space, an opening bracket or at the start of a line. Any other dollar sign is
  /// written \$.
  private mutating func checkFormulas(_ number: Int, _ inline: Inline) {
    for part in inline.parts {
      if part.kind == .text, inline.problems.isEmpty, inline[part].contains("$") {
        report(number, "a bare $: inline formulas are written $`…`$, display formulas in math fences")
      }
      guard part.kind == .formula else { continue }
      let start = part.range.lowerBound
      if start > 0, !" ([{「『“‘\"*—–|".contains(inline.characters[start - 1]) {
        report(number, "a formula needs a space, a line start or an opening bracket before its $`")
      }
      let formula = String(inline[part].dropFirst(2).dropLast(2))
      checkMath(number, formula)
      checkBraces(number, formula)
    }
  }

  private static let forbidden: [(text: String, instead: String)] = [
    ("$$", "a math fence"), ("|", "\\lvert \\rvert, \\lVert \\rVert or \\mid"), ("<", "\\lt or \\le"),
    (">", "\\gt or \\ge"),
    ("\\tag", "a name in the prose"), ("\\widetilde", "\\tilde"), ("\\substack", "two bounds"),
    ("\\boxed", "plain text"), ("\\\\[", "\\\\ alone"), ("\\begin{align}", "\\begin{aligned}"),
    ("\\begin{equation", "the fence alone"), ("\\newcommand", "the symbols themselves"),
    ("\\def", "the symbols themselves"),
    ("\\label", "a name in the prose"), ("\\begin{array", "\\begin{bmatrix}"),
  ]

  private mutating func checkMath(_ number: Int, _ formula: String) {
    for (text, instead) in Linter.forbidden where Linter.contains(formula, text) {
      report(number, "'\(text)' in a formula: write \(instead)")
    }
    if Notes.withoutWords(formula).unicodeScalars.contains(where: { (0xAC00...0xD7A3).contains($0.value) }) {
      report(number, "Hangul in a formula: put words outside of it, or into \\text{…}")
    }
  }

  /// Whether a formula contains a text. Commands are compared as a whole: \define does not contain \def.
  private static func contains(_ formula: String, _ text: String) -> Bool {
    guard text.hasPrefix("\\"), text.last?.isLetter == true, !text.contains("{") else { return formula.contains(text) }
    return formula.ranges(of: text).contains { range in
      range.upperBound == formula.endIndex || !formula[range.upperBound].isLetter
    }
  }

  private mutating func checkBraces(_ number: Int, _ formula: String) {
    var depth = 0
    var isEscaped = false
    for character in formula {
      if !isEscaped, character == "{" { depth += 1 }
      if !isEscaped, character == "}" { depth -= 1 }
      if depth < 0 { return report(number, "a } without its { in a formula") }
      isEscaped = !isEscaped && character == "\\"
    }
    if depth > 0 { report(number, "a { without its } in a formula") }
  }

  // MARK: Prose

  /// In CommonMark, asterisks after punctuation close only if a space or punctuation follows: `**게이트(gate)**는` is not rendered
  /// in bold. Opening asterisks follow the same rule, reversed.
  private mutating func checkEmphasis(_ number: Int, _ inline: Inline) {
    if inline.characters.allSatisfy({ $0 == "*" || $0 == " " }) { return }
    var isBold = false
    var isItalic = false
    for asterisks in inline.asterisks {
      let (run, before, after) = (asterisks.range.count, asterisks.before, asterisks.after)
      let (opens, closes) = (asterisks.opens, asterisks.closes)
      let marks = String(repeating: "*", count: run)
      let kind = run == 1 ? "italic" : "bold"
      // One finding per line: an error changes how the rest of the line is read.
      if run == 1 ? isItalic : isBold {
        if !closes, before != " " {
          let advice = "put the particle outside the bracket's reach"
          return report(number, "'\(before)\(marks)\(after)' does not end \(kind) type: \(advice)")
        }
        if !closes, run > 1 { return report(number, "a space before closing \(marks)") }
        if run != 2 { isItalic = false }
        if run >= 2 { isBold = false }
      } else if opens {
        if run != 2 { isItalic = true }
        if run >= 2 { isBold = true }
      } else if run >= 2 {
        if after == " " { return report(number, "a space after opening \(marks)") }
        return report(number, "'\(before)\(marks)\(after)' does not begin bold type")
      }
    }
    if isBold { report(number, "bold type that is never closed on its line") }
  }

  /// All rows of a table have the same number of cells, and empty lines surround the table.
  private mutating func checkTable(_ number: Int, _ line: String) {
    guard line.hasPrefix("|") else { return }
    func row(_ index: Int) -> String {
      notes.lines.indices.contains(index) && notes.isProse[index] ? notes.lines[index] : ""
    }
    let (previous, next) = (row(number - 1), row(number + 1))
    if !line.hasSuffix("|") || line.count < 2 { report(number, "a table's row must end with |") }
    if !next.isEmpty, !next.hasPrefix("|") { report(number + 1, "a table needs an empty line after it") }
    guard previous.hasPrefix("|") else {
      if !previous.isEmpty { report(number, "a table needs an empty line before it") }
      if !isRule(next) { report(number, "a table's second row must be |---|") }
      return
    }
    let (count, above) = (Notes.cells(of: line).count, Notes.cells(of: previous).count)
    if count != above {
      report(number, "this row has \(count) cells, the one above \(above)")
    }
  }

  /// Whether a line is a table's second row, such as |---|:--|--:|:-:|.
  private func isRule(_ line: String) -> Bool {
    guard line.hasPrefix("|"), line.count > 1 else { return false }
    return line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).allSatisfy { cell in
      var cell = cell.trimmingSpaces()[...]
      if cell.first == ":" { cell.removeFirst() }
      if cell.last == ":" { cell.removeLast() }
      return !cell.isEmpty && cell.allSatisfy { $0 == "-" }
    }
  }

  /// Decimals in a chapter's prose must be values of the run, or be part of a formula, a code span or a link.
  private mutating func checkDecimals(_ number: Int, _ line: String, _ inline: Inline) {
    if line.hasPrefix("#") || Notes.comment(line) != nil { return }
    // Blank everything else: values between their marks, the texts of links, and all parts that are not text.
    var characters = inline.characters
    func blank(_ range: Range<Int>) { for index in range { characters[index] = " " } }
    var valueStart: Int?
    for part in inline.parts {
      if part.kind == .comment {
        if let start = valueStart { blank(start..<part.range.lowerBound) }
        valueStart = inline[part].hasPrefix("<!-- value:") ? part.range.upperBound : nil
      }
      if part.kind != .text { blank(part.range) }
    }
    for link in inline.links { blank(link.range) }
    blank(0..<notes.captionLabelLength(at: number))
    for token in Notes.numbers(in: String(characters)) where token.contains(".") {
      // A reference to a section, such as 1.4, is not a decimal.
      if notes.headings.contains(where: { $0.text.hasPrefix(token + " ") }) { continue }
      report(number, "the number \(token) must come from the run: <!-- value: NAME -->\(token)<!-- /value -->")
    }
  }
}

extension Notes {
  /// The cells of a table's row, between the | that have no backslash before them.
  package static func cells(of row: String) -> [String] {
    var cells = [""]
    var previous: Character = " "
    for character in row.hasPrefix("|") ? row.dropFirst() : row[...] {
      if character == "|", previous != "\\" { cells.append("") } else { cells[cells.count - 1].append(character) }
      previous = character
    }
    if row.hasSuffix("|") { cells.removeLast() }
    return cells.map { $0.trimmingSpaces() }
  }
}
