// Comparing the two languages: their notes, and their runs, must agree in everything but words.

extension Notes {
  /// The differences between the notes in two languages: in their outlines, directives and equations, and, section by section,
  /// in the formulas, numbers and values of the prose.
  static func differences(_ a: Notes, _ b: Notes) -> [Finding] {
    var found: [Finding] = []
    func report(_ line: Int, _ message: String) {
      found.append(Finding(path: b.path, line: line + 1, message: "\(message) (compare \(a.path))"))
    }
    // The outline: headings and directives, in order.
    let (x, y) = (a.outline, b.outline)
    for (one, other) in zip(x, y) where one.text != other.text {
      report(other.line, "'\(other.text)' stands where the other language has '\(one.text)' (line \(one.line + 1))")
      return found
    }
    if x.count != y.count {
      let (longer, note) = x.count > y.count ? (x, "lacks") : (y, "alone has")
      let first = longer[min(x.count, y.count)]
      report(
        x.count > y.count ? max(b.lines.count - 1, 0) : first.line,
        "this language \(note) '\(first.text)'")
      return found
    }
    // The equations, checked and stated.
    let isMath = { (directive: Directive) in directive.kind == .equation || directive.kind == .stated }
    for (one, other) in zip(a.directives.filter(isMath), b.directives.filter(isMath))
    where a.formula(one) != b.formula(other) {
      report(other.line, "this equation differs from line \(one.line + 1)")
    }
    for (one, other) in zip(a.directives, b.directives)
    where one.kind == .python && other.kind == .python && a.body(of: one) != b.body(of: other) {
      report(other.line, "this Python differs from line \(one.line + 1)")
    }
    // Formulas and numbers in the prose.
    let (p, q) = (a.prose, b.prose)
    for section in Set(p.keys).union(q.keys).sorted() {
      let (one, other) = (p[section] ?? Prose(), q[section] ?? Prose())
      for (what, mine, theirs) in [
        ("formula", one.formulas, other.formulas), ("number", one.numbers, other.numbers),
        ("value", one.values, other.values),
      ] {
        let place = section.isEmpty ? "before the first section" : "in section '\(section)'"
        for missing in Set(mine.keys).subtracting(theirs.keys).sorted() {
          report(other.line, "\(place) the \(what) \(missing) is missing, which line \(mine[missing]! + 1) has")
        }
        for extra in Set(theirs.keys).subtracting(mine.keys).sorted() {
          report(theirs[extra]!, "\(place) the \(what) \(extra) is not in the other language")
        }
      }
    }
    return found
  }

  /// The stated equations in order, without words and unimportant white space. No run checks them; a test compares them with
  /// a second copy.
  var statedEquations: [String] { directives.filter { $0.kind == .stated }.map(formula) }

  private var outline: [(text: String, line: Int)] {
    let headings = headings.map { (text: String(repeating: "#", count: $0.level), line: $0.line) }
    let directives = directives.map { directive in
      let name = directive.argument + (directive.isFull ? " full" : "")
      return (text: directive.kind == .stated ? "stated" : "\(directive.kind.rawValue): \(name)", line: directive.line)
    }
    return (headings + directives).sorted { $0.line < $1.line }
  }

  /// An equation without its words, and without white space except between a command and a letter, where it separates the
  /// two.
  private func formula(_ directive: Directive) -> String {
    let text = Notes.withoutWords(body(of: directive).joined(separator: " "))
    var result: [Character] = []
    var command = false
    var spaced = false
    for character in text {
      if character.isWhitespace {
        spaced = true
        continue
      }
      if spaced, command, character.isLetter { result.append(" ") }
      command = character == "\\" || (command && !spaced && character.isLetter)
      spaced = false
      result.append(character)
    }
    return String(result)
  }

  /// A formula with every `\text{…}` emptied. Braces inside it come in pairs.
  static func withoutWords(_ formula: String) -> String {
    var result = ""
    var rest = formula[...]
    while let start = rest.firstRange(of: "\\text{") {
      result += rest[..<start.upperBound]
      rest = rest[start.upperBound...]
      var depth = 1
      while depth > 0, let character = rest.popFirst() {
        if character == "{" { depth += 1 }
        if character == "}" { depth -= 1 }
      }
      result += "}"
    }
    return result + rest
  }

  private struct Prose {
    var line = 0
    /// Each formula with the line of its first occurrence; likewise the numbers and values.
    var formulas: [String: Int] = [:]
    var numbers: [String: Int] = [:]
    /// The names of the values that the run writes.
    var values: [String: Int] = [:]
  }

  /// The formulas, numbers and values of the prose, by section. The numbers before list items do not count.
  private var prose: [String: Prose] {
    var result: [String: Prose] = [:]
    var section = ""
    for (number, line) in lines.enumerated() where isProse[number] {
      if let directive = directives.first(where: { $0.kind == .section && $0.line == number }) {
        section = directive.argument
        result[section, default: Prose()].line = number
        continue
      }
      if Notes.comment(line) != nil { continue }
      var prose = result[section] ?? Prose()
      func note(_ token: String, in tokens: inout [String: Int]) {
        if tokens[token] == nil { tokens[token] = number }
      }
      let line = String(line.dropFirst(captionLabelLength(at: number)))
      let values = Notes.values(in: line).values
      for value in values { note(value.name, in: &prose.values) }
      var rest = line
      for value in values.reversed() { rest.removeSubrange(value.range) }
      let inline = Inline(rest)
      for part in inline.parts where part.kind == .formula { note(inline[part], in: &prose.formulas) }
      let text = Notes.withoutListMark(inline.text(without: [.formula, .comment, .target, .address]))
      for token in Notes.numbers(in: text) { note(token, in: &prose.numbers) }
      result[section] = prose
    }
    return result
  }

  private static func withoutListMark(_ line: String) -> Substring {
    let rest = line[...].drop { $0 == " " || $0 == ">" }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    let after = rest[digits.endIndex...]
    return !digits.isEmpty && (after.hasPrefix(". ") || after.hasPrefix(") ")) ? after : line[...]
  }

  /// The numbers in a text, in a common form: −0.5 also for -0.5, 1000 also for 1,000. Digits inside a word (x86) do not count;
  /// the two ends of a range do.
  static func numbers(in text: some StringProtocol) -> [String] {
    let characters = Array(text)
    func isDigit(_ index: Int) -> Bool {
      index < characters.count && characters[index].isASCII && characters[index].isNumber
    }
    func digits(from start: Int) -> Int {
      var end = start
      while isDigit(end) { end += 1 }
      return end
    }
    var found: [String] = []
    var index = 0
    while index < characters.count {
      guard isDigit(index) else {
        index += 1
        continue
      }
      let start = index
      var number = ""
      index = digits(from: start)
      number += String(characters[start..<index])
      // A comma followed by exactly three digits separates thousands.
      while index < characters.count, characters[index] == ",", digits(from: index + 1) == index + 4 {
        number += String(characters[(index + 1)..<(index + 4)])
        index += 4
      }
      if index < characters.count, characters[index] == ".", isDigit(index + 1) {
        let end = digits(from: index + 1)
        number += String(characters[index..<end])
        index = end
      }
      let before = start > 0 ? characters[start - 1] : " "
      if before.isASCII && before.isLetter { continue }
      let isSigned =
        (before == "−" || before == "-") && (start == 1 || " ([=:*".contains(characters[start - 2]))
      found.append((isSigned ? "−" : "") + number)
    }
    return found
  }
}

extension Transcript {
  /// The first difference between the runs in two languages, apart from words; empty if there is none.
  static func differences(_ a: Transcript, _ b: Transcript, path: String) -> [Finding] {
    func finding(_ message: String) -> [Finding] { [Finding(path: path, line: 1, message: message)] }
    if a.sections.map(\.name) != b.sections.map(\.name) { return finding("the two runs differ in their sections") }
    for (one, other) in zip(a.numbers, b.numbers) where one.name != other.name || one.text != other.text {
      return finding("the two runs differ in the number '\(one.name)'")
    }
    if a.numbers.count != b.numbers.count { return finding("the two runs differ in how many numbers they give") }
    if a.tables.map({ $0.rows.map { $0.map(Notes.numbers) } })
      != b.tables.map({ $0.rows.map { $0.map(Notes.numbers) } })
    {
      return finding("the two runs differ in the numbers of a table")
    }
    if a.checks.map(\.passed) != b.checks.map(\.passed) { return finding("the two runs differ in their checks") }
    if a.figures.map(\.svg) != b.figures.map(\.svg) { return finding("the two runs differ in a figure") }
    // Compare the numbers in everything that a section prints.
    for section in a.sections {
      let (one, other) = (a.output(of: section.name) ?? [], b.output(of: section.name) ?? [])
      let numbers = { (lines: [String]) in lines.flatMap { Notes.numbers(in: $0) }.sorted() }
      if numbers(one) != numbers(other) {
        return finding("the two runs print different numbers in section '\(section.name)'")
      }
    }
    return []
  }
}
