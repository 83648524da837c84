// The first of two passes over a file of notes: which lines are fences, headings, comments, directives and prose.

/// A file's lines, told apart. `DirectivePairing` then ties each directive to the block after it.
struct NotesScan {
  /// A directive that still waits for its block.
  struct Directive {
    let kind: Notes.Kind
    let argument: String
    let isFull: Bool
    /// From 0.
    let line: Int
  }

  /// What may stand between two empty lines, as far as directives care.
  enum Element {
    /// A comment in the form of a directive; nil if it is not one that exists.
    case directive(Directive?)
    case fence(Notes.Fence)
    case heading(Notes.Heading)
    /// Any other line that is not empty.
    case text(line: Int)
  }

  private(set) var elements: [Element] = []
  private(set) var headings: [Notes.Heading] = []
  private(set) var fences: [Notes.Fence] = []
  /// For each line, whether it is inside a fence (its opening and closing lines included).
  private(set) var isFenced: [Bool] = []
  /// For each line, whether it is Markdown: neither in a fence nor in a comment of several lines.
  private(set) var isProse: [Bool] = []
  private(set) var findings: [Finding] = []
  private let path: String
  private let lines: [String]

  init(path: String, text: String, lines: [String]) {
    (self.path, self.lines) = (path, lines)
    if let line = text.split(separator: "\n", maxSplits: 1).first, line.contains("\r\n") {
      report(0, "lines end in CR LF here, and in LF everywhere else: git config core.autocrlf input")
    }
    scan()
  }

  private mutating func report(_ line: Int, _ message: String) {
    findings.append(Finding(path: path, line: line + 1, message: message))
  }

  private mutating func scan() {
    var fence: (start: Int, mark: String, info: String)?
    var commentStart: Int?
    for (number, line) in lines.enumerated() {
      isFenced.append(fence != nil)
      isProse.append(fence == nil && commentStart == nil)
      if let open = fence {
        guard NotesScan.closes(line, open.mark, isPlain: lines[open.start].hasPrefix("```")) else { continue }
        fence = nil
        fences.append(Notes.Fence(start: open.start, end: number, info: open.info))
        elements.append(.fence(fences[fences.count - 1]))
      } else if commentStart != nil {
        if line.contains("-->") { commentStart = nil }
      } else if let (mark, info) = NotesScan.fence(line) {
        if !line.hasPrefix("```") {
          report(number, "a fence begins its line with ```: in a quote or a list, or of ~, no run reads it")
        }
        fence = (number, mark, info)
        isFenced[number] = true
        isProse[number] = false
      } else if let (name, argument) = Notes.comment(line) {
        elements.append(.directive(directive(name, argument, number)))
      } else if !line.isEmpty {
        if scanProse(line, number) { commentStart = number }
      }
    }
    if let open = fence { report(open.start, "this fence is never closed") }
    if let open = commentStart { report(open, "this comment is never closed") }
  }

  /// Adds a line of prose or a heading. Returns whether a comment begins on it and ends on a later line.
  private mutating func scanProse(_ line: String, _ number: Int) -> Bool {
    if let heading = NotesScan.heading(line, number) {
      headings.append(heading)
      elements.append(.heading(heading))
    } else {
      elements.append(.text(line: number))
    }
    guard line.contains("<!--") else { return false }
    let inline = Inline(line)
    checkComments(inline, number)
    return inline.opensComment
  }

  private mutating func directive(_ name: String, _ argument: String, _ number: Int) -> Directive? {
    guard let kind = Notes.Kind(rawValue: name) else {
      report(number, "there is no directive '\(name)'")
      return nil
    }
    if argument.isEmpty {
      report(number, "the '\(name)' directive needs a name")
      return nil
    }
    let (argument, isFull) = kind.hasName ? Notes.named(argument) : (argument, false)
    return Directive(kind: kind, argument: argument, isFull: isFull, line: number)
  }

  /// Reports comments that look like a directive or a value but are not read as one: without this, they would be ignored
  /// silently.
  private mutating func checkComments(_ inline: Inline, _ number: Int) {
    for part in inline.parts where part.kind == .comment {
      let comment = inline[part]
      if comment == Notes.valueEnd || Notes.valueName(comment) != nil { continue }
      let words = comment.dropFirst(4).dropLast(3).split(whereSeparator: { $0 == " " || $0 == ":" }).map(String.init)
      let known = Notes.Kind.allCases.map(\.rawValue) + ["value", "/value"]
      guard let first = words.first, known.contains(first) else { continue }
      let rest = comment.dropFirst(4).trimmingSpaces().dropFirst(first.count).trimmingSpaces()
      guard rest.hasPrefix(":") || words.count <= 2 else { continue }
      report(
        number,
        first.hasSuffix("value")
          ? "\(comment) is not read: write <!-- value: NAME -->…<!-- /value -->"
          : "\(comment) is not read as a directive: write <!-- \(first): … --> on a line of its own, from its start")
    }
  }

  /// The mark and the info string of a line that opens a fence, wherever on the line it may stand.
  private static func fence(_ line: String) -> (mark: String, info: String)? {
    let rest = Notes.withoutContainers(line)
    guard let first = rest.first, first == "`" || first == "~" else { return nil }
    let mark = String(rest.prefix { $0 == first })
    let info = rest.dropFirst(mark.count).trimmingSpaces()
    // With a backtick after it, three backticks open a code span, not a fence.
    return mark.count >= 3 && !info.contains("`") ? (mark, info) : nil
  }

  /// Whether a line ends a fence: at least as many of its marks and nothing else, after at most three spaces, or, where the
  /// fence began inside a quote or list, after the marks of that.
  private static func closes(_ line: String, _ mark: String, isPlain: Bool) -> Bool {
    let rest = isPlain ? line.dropFirst(min(3, line.prefix { $0 == " " }.count)) : Notes.withoutContainers(line)
    let marks = rest.prefix { $0 == mark.first }
    return marks.count >= mark.count && rest.dropFirst(marks.count).allSatisfy { $0 == " " }
  }

  /// The summary of a line that begins text which a page shows folded; nil for any other line.
  static func summary(_ line: String) -> String? {
    let (start, end) = ("<details><summary>", "</summary>")
    guard line.hasPrefix(start), line.hasSuffix(end) else { return nil }
    return String(line.dropFirst(start.count).dropLast(end.count))
  }

  private static func heading(_ line: String, _ number: Int) -> Notes.Heading? {
    let level = line.prefix { $0 == "#" }.count
    guard level > 0, level <= 6, line.dropFirst(level).first == " " else { return nil }
    return Notes.Heading(level: level, text: line.dropFirst(level).trimmingSpaces(), line: number)
  }
}

extension Notes {
  /// A line without its indentation and the marks of quotes and list items.
  static func withoutContainers(_ line: String) -> Substring {
    var rest = line[...]
    while let first = rest.first {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      let bullet =
        "-*+".contains(first) ? rest.dropFirst() : digits.isEmpty ? nil : rest.dropFirst(digits.count + 1)
      if first == " " || first == ">" {
        rest = rest.dropFirst()
      } else if let bullet, bullet.first == " " {
        rest = bullet.dropFirst()
      } else {
        break
      }
    }
    return rest
  }

  /// A name without the word `full` after it, and whether the word was there.
  static func named(_ argument: String) -> (name: String, isFull: Bool) {
    argument.hasSuffix(" full") ? (argument.dropLast(5).trimmingSpaces(), true) : (argument, false)
  }

  /// The name and argument of a line that has the form of a directive, whether or not that directive exists; nil for any
  /// other line.
  package static func comment(_ line: String) -> (name: String, argument: String)? {
    guard line.hasPrefix("<!-- "), line.hasSuffix(" -->"), line.utf8.count > 9 else { return nil }
    let inner = line.dropFirst(5).dropLast(4)
    guard !inner.contains("-->"), let colon = inner.firstIndex(of: ":") else { return nil }
    let name = inner[..<colon]
    guard name.allSatisfy({ $0.isLetter }) else { return nil }
    return (String(name), inner[inner.index(after: colon)...].trimmingSpaces())
  }
}
