// The dialect's rules: Markdown and LaTeX that GitHub, the site and the terminal all read the same way.

import Foundation

extension Notes {
  /// What in a file breaks the rules of the notes' dialect (docs/dialect.md).
  ///
  /// - Parameters:
  ///   - isChapter: whether it is a chapter's notes, whose headings are numbered and whose decimals come from the run.
  ///   - number: the chapter's number, for its headings.
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
    checkSpacing()
    checkLinks()
    for (number, line) in notes.lines.enumerated() {
      if notes.isFenced[number] { continue }
      checkDollars(number, line)
      checkBold(number, line)
      checkTable(number, line)
      if isChapter { checkDecimals(number, line) }
    }
    for directive in notes.directives {
      switch directive.kind {
      case .equation, .stated:
        for line in directive.block { checkMath(line, notes.lines[line]) }
      case .figure:
        if notes.lines[directive.block.lowerBound].hasPrefix("![]") {
          report(directive.block.lowerBound, "the image needs a text for those who cannot see it")
        }
      default: break
      }
    }
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
    let name = notes.headings.first?.text ?? ""
    if !name.hasPrefix("\(number). ") {
      report(notes.headings.first?.line ?? 0, "the title must begin with '\(number). '")
    }
    // Sections of the run are numbered: 1.1, 1.2, …
    let sections = notes.directives.filter { $0.kind == .section }
    for (index, section) in sections.enumerated() {
      let expected = "\(number).\(index + 1) "
      let text = notes.title(ofSection: section.argument) ?? ""
      if !text.hasPrefix(expected) {
        report(section.block.lowerBound, "this section's heading must begin with '\(expected)'")
      }
    }
  }

  private mutating func checkSpacing() {
    let lines = notes.lines
    if lines.last != "" { report(lines.count - 1, "the file must end with a line break") }
    if lines.count > 1, lines[lines.count - 2].isEmpty { report(lines.count - 2, "an empty line at the end") }
    for (number, line) in lines.enumerated() {
      if line.last == " " || line.last == "\t" { report(number, "white space at the end of the line") }
      if line.contains("\t") { report(number, "a tab: use spaces") }
      if line.unicodeScalars.contains(where: { (0x1100...0x11FF).contains($0.value) || $0.value == 0xFEFF }) {
        report(number, "decomposed Hangul or a byte-order mark: write composed syllables")
      }
      guard !notes.isFenced[number] else { continue }
      if number > 0, line.isEmpty, lines[number - 1].isEmpty, number < lines.count - 1 {
        report(number, "two empty lines in a row")
      }
    }
    for heading in notes.headings {
      let isTied = heading.line > 0 && Notes.comment(lines[heading.line - 1]) != nil
      if heading.line > 0, !isTied, !lines[heading.line - 1].isEmpty {
        report(heading.line, "a heading needs an empty line before it")
      }
      if heading.line + 1 < lines.count, !lines[heading.line + 1].isEmpty {
        report(heading.line, "a heading needs an empty line after it")
      }
    }
    // Fences: a language each, an empty line (or a directive) before, an empty line after.
    var open = false
    for (number, line) in lines.enumerated() where line.hasPrefix("```") && notes.isFenced[number] {
      open.toggle()
      if open {
        if line == "```" { report(number, "a fence needs a language: text, swift, math, sh") }
        if number > 0, !lines[number - 1].isEmpty, Notes.comment(lines[number - 1]) == nil {
          report(number, "a fence needs an empty line or its directive before it")
        }
      } else if number + 1 < lines.count, !lines[number + 1].isEmpty {
        report(number, "a fence needs an empty line after it")
      }
    }
  }

  private mutating func checkLinks() {
    let folder = URL(fileURLWithPath: notes.path).deletingLastPathComponent().path
    for (number, line) in notes.lines.enumerated() where !notes.isFenced[number] {
      var rest = line[...]
      while let open = rest.range(of: "](") {
        guard let close = rest[open.upperBound...].firstIndex(of: ")") else {
          report(number, "a link without its closing bracket")
          break
        }
        let target = rest[open.upperBound..<close]
        rest = rest[rest.index(after: close)...]
        if target.hasPrefix("https://") || target.hasPrefix("#") { continue }
        if target.hasPrefix("http:") {
          report(number, "an address without https")
          continue
        }
        let file = String(target.split(separator: "#").first ?? "")
        if !FileManager.default.fileExists(atPath: folder + "/" + file) {
          report(number, "the link leads to \(target), which is not there")
        }
      }
    }
  }

  // MARK: Formulas

  /// Inline formulas are $`…`$, with a space, a line start or an opening bracket before them; nothing else has a $.
  private mutating func checkDollars(_ number: Int, _ line: String) {
    let characters = Array(line)
    var index = 0
    while index < characters.count {
      if characters[index] == "$" {
        guard index + 1 < characters.count, characters[index + 1] == "`" else {
          report(number, "a bare $: inline formulas are written $`…`$, display formulas in math fences")
          return
        }
        if index > 0, !" ([{「『“‘\"*—–|".contains(characters[index - 1]) {
          report(number, "a formula needs a space, a line start or an opening bracket before its $`")
        }
        var end = index + 2
        while end + 1 < characters.count, !(characters[end] == "`" && characters[end + 1] == "$") { end += 1 }
        guard end + 1 < characters.count else {
          report(number, "this $` is never closed by `$ on its line")
          return
        }
        let formula = String(characters[(index + 2)..<end])
        checkMath(number, formula)
        index = end + 2
      } else if characters[index] == "`" {
        // A code span.
        var ticks = 0
        while index + ticks < characters.count, characters[index + ticks] == "`" { ticks += 1 }
        var end = index + ticks
        while end + ticks <= characters.count, characters[end..<(end + ticks)].contains(where: { $0 != "`" }) {
          end += 1
        }
        guard end + ticks <= characters.count else {
          report(number, "a code span that is never closed")
          return
        }
        index = end + ticks
      } else {
        index += 1
      }
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
    for (text, instead) in Linter.forbidden where formula.contains(text) {
      report(number, "'\(text)' in a formula: write \(instead)")
    }
    var depth = 0
    var previous: Character = " "
    for character in formula {
      if previous != "\\" {
        if character == "{" { depth += 1 }
        if character == "}" { depth -= 1 }
      }
      previous = previous == "\\" && character == "\\" ? " " : character
      if depth < 0 { break }
    }
    if depth < 0 { report(number, "a } without its {") }
    if formula.unicodeScalars.contains(where: { (0xAC00...0xD7A3).contains($0.value) }) {
      report(number, "Hangul in a formula: put words outside of it")
    }
  }

  // MARK: Prose

  /// CommonMark: a closing ** after punctuation and before a letter does not close.
  private mutating func checkBold(_ number: Int, _ line: String) {
    var pieces = line.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    for index in pieces.indices where index % 2 == 1 { pieces[index] = "x" }  // code and formulas
    let characters = Array(pieces.joined(separator: ""))
    var isOpen = false
    var index = 0
    while index + 1 < characters.count {
      guard characters[index] == "*", characters[index + 1] == "*" else {
        index += 1
        continue
      }
      let before = index > 0 ? characters[index - 1] : " "
      let after = index + 2 < characters.count ? characters[index + 2] : " "
      if isOpen {
        if before == " " { report(number, "a space before closing **") }
        if before.isPunctuation || before.isSymbol, after.isLetter || after.isNumber {
          report(number, "'\(before)**\(after)' does not end bold type: put the particle outside the bracket's reach")
        }
      } else {
        if after == " " { report(number, "a space after opening **") }
        if after.isPunctuation || after.isSymbol, before.isLetter || before.isNumber {
          report(number, "'\(before)**\(after)' does not begin bold type")
        }
      }
      isOpen.toggle()
      index += 2
    }
    if isOpen { report(number, "bold type that is never closed on its line") }
  }

  /// Rows of a table have as many cells as its head.
  private mutating func checkTable(_ number: Int, _ line: String) {
    guard line.hasPrefix("|") else { return }
    if !line.hasSuffix("|") { report(number, "a table's row must end with |") }
    let isFirst = number == 0 || !notes.lines[number - 1].hasPrefix("|")
    if isFirst, number > 0, !notes.lines[number - 1].isEmpty { report(number, "a table needs an empty line before it") }
    if isFirst {
      let next = number + 1 < notes.lines.count ? notes.lines[number + 1] : ""
      if !next.hasPrefix("|") || !next.contains("---") { report(number, "a table's second row must be |---|") }
    } else if cells(line) != cells(notes.lines[number - 1]) {
      report(number, "this row has \(cells(line)) cells, the one above \(cells(notes.lines[number - 1]))")
    }
  }

  private func cells(_ line: String) -> Int {
    var count = 0
    var previous: Character = " "
    for character in line {
      if character == "|" && previous != "\\" { count += 1 }
      previous = character
    }
    return count - 1
  }

  /// Decimals in a chapter's prose are quoted from the run, or stand in a formula, a code span or a link.
  private mutating func checkDecimals(_ number: Int, _ line: String) {
    if line.hasPrefix("#") || line.hasPrefix("![") || Notes.comment(line) != nil { return }
    var rest = line
    for (open, close) in [("<!-- value:", "<!-- /value -->"), ("$`", "`$"), ("`", "`"), ("[", ")")] {
      while let start = rest.range(of: open), let end = rest[start.upperBound...].range(of: close) {
        rest.replaceSubrange(start.lowerBound..<end.upperBound, with: " ")
      }
    }
    for token in Notes.numbers(in: rest) where token.contains(".") {
      // A reference to a section, as 1.4, is no decimal.
      if notes.headings.contains(where: { $0.text.hasPrefix(token + " ") }) { continue }
      report(number, "the number \(token) must come from the run: <!-- value: NAME -->\(token)<!-- /value -->")
    }
  }
}
