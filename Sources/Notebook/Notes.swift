// Notes as a run sees them: Markdown lines, and the directives among them.
//
// A directive is an HTML comment on a line of its own. The block that follows it belongs to it:
//
//     <!-- section: NAME -->       a heading; the run's section of that name
//     <!-- equation: NAME -->      a math fence; checked by the run under that name
//     <!-- stated: REASON -->      a math fence that cannot be checked, and why
//     <!-- code: FILE REGION -->   a swift fence; rewritten with the lines between // begin: REGION and // end: REGION
//     <!-- output: SECTION -->     a text fence; rewritten with what the section printed
//     <!-- figure: NAME -->        an image; its file is rewritten with the figure that the run drew
//     <!-- exercises: CHAPTER -->  a list; rewritten with the chapter's exercises
//
// Inside a paragraph, <!-- value: NAME -->…<!-- /value --> is rewritten with a number of the run. Where a file quotes
// several chapters, names are written CHAPTER/NAME. A name followed by the word `full` is that of a long training: it is
// left alone by a run without --full.

/// What is wrong in a file, and where.
public struct Finding: Sendable, Equatable, CustomStringConvertible {
  public let path: String
  /// Counted from 1.
  public let line: Int
  public let message: String

  public init(path: String, line: Int, message: String) {
    (self.path, self.line, self.message) = (path, line, message)
  }

  public var description: String { "\(path):\(line): \(message)" }
}

/// A Markdown file with directives.
package struct Notes: Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case section
    case equation
    case stated
    case code
    case output
    case figure
    case exercises

    /// Whether its argument is the name of something in the run, to which the word `full` may be added.
    var hasName: Bool { self != .stated && self != .code && self != .exercises }

    /// The info string of the fence that follows, if one does.
    var fence: String? {
      switch self {
      case .equation, .stated: "math"
      case .code: "swift"
      case .output: "text"
      case .section, .figure, .exercises: nil
      }
    }
  }

  package struct Directive: Sendable {
    package let kind: Kind
    /// Without the word `full`.
    package let argument: String
    /// Whether only a run with --full comes to it.
    package let isFull: Bool
    /// The directive's own line, from 0.
    package let line: Int
    /// The lines inside the fence, or the heading's or image's line.
    package let block: Range<Int>
    /// The section that it stands in.
    package let section: String?
  }

  package struct Heading: Sendable {
    package let level: Int
    package let text: String
    package let line: Int
  }

  struct Fence: Sendable {
    /// The lines of its backticks.
    let start: Int
    let end: Int
    let info: String
  }

  package let path: String
  /// As it was read.
  package let text: String
  package let lines: [String]
  package private(set) var directives: [Directive] = []
  package private(set) var headings: [Heading] = []
  private(set) var fences: [Fence] = []
  /// For each line, whether it is inside a fence (its opening and closing lines included).
  private(set) var isFenced: [Bool] = []
  /// For each line, whether it is Markdown: neither in a fence nor in a comment of several lines.
  package private(set) var isProse: [Bool] = []
  private(set) var findings: [Finding] = []

  package init(path: String, text: String) {
    self.path = path
    self.text = text
    lines = text.lines
    parse()
  }

  package init(path: String) throws { self.init(path: path, text: try readText(path)) }

  private mutating func report(_ line: Int, _ message: String) {
    findings.append(Finding(path: path, line: line + 1, message: message))
  }

  private mutating func parse() {
    var pending: (kind: Kind, argument: String, isFull: Bool, line: Int)?
    var fence: (start: Int, mark: String, info: String)?
    var commentStart: Int?
    var section: String?

    func finish(_ block: Range<Int>) -> Directive? {
      guard let found = pending else { return nil }
      pending = nil
      return Directive(
        kind: found.kind, argument: found.argument, isFull: found.isFull, line: found.line, block: block,
        section: section)
    }

    if let line = text.split(separator: "\n", maxSplits: 1).first, line.contains("\r\n") {
      report(0, "lines end in CR LF here, and in LF everywhere else: git config core.autocrlf input")
    }
    for (number, line) in lines.enumerated() {
      isFenced.append(fence != nil)
      isProse.append(fence == nil && commentStart == nil)
      if let open = fence {
        guard Notes.closes(line, open.mark, isPlain: lines[open.start].hasPrefix("```")) else { continue }
        fence = nil
        fences.append(Fence(start: open.start, end: number, info: open.info))
        if let kind = pending?.kind, kind.fence == open.info {
          if let directive = finish((open.start + 1)..<number) { directives.append(directive) }
        } else if pending != nil {
          report(open.start, "the '\(pending!.kind.rawValue)' directive above wants \(wanted(pending!.kind)) here")
          pending = nil
        } else if open.info == "math" {
          report(open.start, "this equation has neither an 'equation' nor a 'stated' directive")
        }
        continue
      }
      if commentStart != nil {
        if line.contains("-->") { commentStart = nil }
        continue
      }
      if let (mark, info) = Notes.fence(line) {
        if !line.hasPrefix("```") {
          report(number, "a fence begins its line with ```: in a quote or a list, or of ~, no run reads it")
        }
        fence = (number, mark, info)
        isFenced[number] = true
        isProse[number] = false
        continue
      }
      if let (name, argument) = Notes.comment(line) {
        if let open = pending { report(open.line, "nothing follows this '\(open.kind.rawValue)' directive") }
        pending = nil
        if let kind = Kind(rawValue: name) {
          if argument.isEmpty {
            report(number, "the '\(name)' directive needs a name")
          } else {
            let (argument, isFull) = kind.hasName ? Notes.named(argument) : (argument, false)
            pending = (kind, argument, isFull, number)
          }
        } else {
          report(number, "there is no directive '\(name)'")
        }
        continue
      }
      if line.isEmpty { continue }
      if line.contains("<!--") {
        let inline = Inline(line)
        checkComments(inline, number)
        if inline.opensComment { commentStart = number }
      }
      if let heading = Notes.heading(line, number) {
        headings.append(heading)
        if pending?.kind == .section {
          section = pending?.argument
          if let directive = finish(number..<(number + 1)) { directives.append(directive) }
          continue
        }
      }
      if pending?.kind == .figure, line.hasPrefix("![") {
        if let directive = finish(number..<(number + 1)) { directives.append(directive) }
        continue
      }
      if pending?.kind == .exercises, line.hasPrefix("- ") {
        let end = lines[number...].firstIndex(of: "") ?? lines.count
        if let directive = finish(number..<end) { directives.append(directive) }
        continue
      }
      if let open = pending {
        report(open.line, "after this '\(open.kind.rawValue)' directive \(wanted(open.kind)) must follow")
        pending = nil
      }
    }
    if let open = pending { report(open.line, "nothing follows this '\(open.kind.rawValue)' directive") }
    if let open = fence { report(open.start, "this fence is never closed") }
    if let open = commentStart { report(open, "this comment is never closed") }
    for kind in [Kind.section, .equation, .figure] {
      var seen: Set<String> = []
      for directive in directives where directive.kind == kind && !seen.insert(directive.argument).inserted {
        report(directive.line, "a second '\(kind.rawValue)' named '\(directive.argument)'")
      }
    }
    findings.sort { $0.line < $1.line }
  }

  /// A directive that stands where none is read, or is written otherwise than one is, would be silently ignored.
  private mutating func checkComments(_ inline: Inline, _ number: Int) {
    for part in inline.parts where part.kind == .comment {
      let comment = inline[part]
      if comment == Notes.valueEnd || Notes.valueName(comment) != nil { continue }
      let words = comment.dropFirst(4).dropLast(3).split(whereSeparator: { $0 == " " || $0 == ":" }).map(String.init)
      let known = Kind.allCases.map(\.rawValue) + ["value", "/value"]
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
    let rest = withoutContainers(line)
    guard let first = rest.first, first == "`" || first == "~" else { return nil }
    let mark = String(rest.prefix { $0 == first })
    let info = rest.dropFirst(mark.count).trimmingSpaces()
    // `` ```x``` `` is a code span.
    return mark.count >= 3 && !info.contains("`") ? (mark, info) : nil
  }

  /// Whether a line ends a fence: as many of its marks and nothing else, after at most three spaces, or, where the fence
  /// began inside a quote or list, after the marks of that.
  private static func closes(_ line: String, _ mark: String, isPlain: Bool) -> Bool {
    let rest = isPlain ? line.dropFirst(min(3, line.prefix { $0 == " " }.count)) : withoutContainers(line)
    let marks = rest.prefix { $0 == mark.first }
    return marks.count >= mark.count && rest.dropFirst(marks.count).allSatisfy { $0 == " " }
  }

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

  /// A name without the word `full` after it, and whether it had one.
  static func named(_ argument: String) -> (name: String, isFull: Bool) {
    argument.hasSuffix(" full") ? (argument.dropLast(5).trimmingSpaces(), true) : (argument, false)
  }

  private func wanted(_ kind: Kind) -> String {
    switch kind {
    case .section: "a heading"
    case .figure: "an image"
    case .exercises: "a list"
    default: "a fence of '\(kind.fence ?? "")'"
    }
  }

  /// The name and argument of a directive's line.
  static func comment(_ line: String) -> (name: String, argument: String)? {
    guard line.hasPrefix("<!-- "), line.hasSuffix(" -->"), line.utf8.count > 9 else { return nil }
    let inner = line.dropFirst(5).dropLast(4)
    guard !inner.contains("-->"), let colon = inner.firstIndex(of: ":") else { return nil }
    let name = inner[..<colon]
    guard name.allSatisfy({ $0.isLetter }) else { return nil }
    return (String(name), inner[inner.index(after: colon)...].trimmingSpaces())
  }

  private static func heading(_ line: String, _ number: Int) -> Heading? {
    let level = line.prefix { $0 == "#" }.count
    guard level > 0, level <= 6, line.dropFirst(level).first == " " else { return nil }
    return Heading(level: level, text: line.dropFirst(level).trimmingSpaces(), line: number)
  }

  /// The heading's text of a section of the run.
  func title(ofSection name: String) -> String? {
    guard let directive = directives.first(where: { $0.kind == .section && $0.argument == name }) else { return nil }
    return headings.first { $0.line == directive.block.lowerBound }?.text
  }

  /// The lines inside a directive's fence.
  func body(of directive: Directive) -> [String] { Array(lines[directive.block]) }

  func equation(named name: String) -> Directive? {
    directives.first { $0.kind == .equation && $0.argument == name }
  }
}

// MARK: - Values inside paragraphs

/// A number quoted in a paragraph.
package struct InlineValue {
  /// Without the word `full`.
  package let name: String
  let isFull: Bool
  let text: String
  /// The range of the text between the two comments.
  package let range: Range<String.Index>
}

extension Notes {
  fileprivate static let valueEnd = "<!-- /value -->"

  /// The name in `<!-- value: NAME -->`; nil for any other comment.
  fileprivate static func valueName(_ comment: String) -> String? {
    guard comment.hasPrefix("<!-- value: "), comment.hasSuffix(" -->"), comment.count > 16 else { return nil }
    let name = comment.dropFirst(12).dropLast(4).trimmingSpaces()
    return name.isEmpty ? nil : name
  }

  /// The values quoted on a line, and whether every mark has its partner. Marks in code spans are none.
  package static func values(in line: String) -> (values: [InlineValue], isComplete: Bool) {
    guard line.contains("value") else { return ([], true) }
    let inline = Inline(line)
    var found: [InlineValue] = []
    var open: (name: String, end: Int)?
    var isComplete = true
    for part in inline.parts where part.kind == .comment {
      let comment = inline[part]
      if let name = valueName(comment) {
        if open != nil { isComplete = false }
        open = (name, part.range.upperBound)
      } else if comment == valueEnd {
        guard let start = open else {
          isComplete = false
          continue
        }
        let text = String(inline.characters[start.end..<part.range.lowerBound])
        let lower = line.index(line.startIndex, offsetBy: start.end)
        let (name, isFull) = named(start.name)
        found.append(
          InlineValue(name: name, isFull: isFull, text: text, range: lower..<line.index(lower, offsetBy: text.count)))
        open = nil
      }
    }
    return (found, isComplete && open == nil)
  }
}
