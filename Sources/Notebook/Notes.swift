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
//
// Inside a paragraph, <!-- value: NAME -->…<!-- /value --> is rewritten with a number of the run. Where a file quotes
// several chapters, names are written CHAPTER/NAME.

/// What is wrong in a file, and where.
public struct Finding: Sendable, Equatable, CustomStringConvertible {
  public let path: String
  /// Counted from 1.
  public let line: Int
  public let message: String

  public var description: String { "\(path):\(line): \(message)" }
}

/// A Markdown file with directives.
struct Notes: Sendable {
  enum Kind: String, CaseIterable, Sendable {
    case section
    case equation
    case stated
    case code
    case output
    case figure

    /// The info string of the fence that follows, if one does.
    var fence: String? {
      switch self {
      case .equation, .stated: "math"
      case .code: "swift"
      case .output: "text"
      case .section, .figure: nil
      }
    }
  }

  struct Directive: Sendable {
    let kind: Kind
    let argument: String
    /// The directive's own line, from 0.
    let line: Int
    /// The lines inside the fence, or the heading's or image's line.
    let block: Range<Int>
    /// The section that it stands in.
    let section: String?
  }

  struct Heading: Sendable {
    let level: Int
    let text: String
    let line: Int
  }

  let path: String
  let lines: [String]
  private(set) var directives: [Directive] = []
  private(set) var headings: [Heading] = []
  /// For each line, whether it is inside a fence (its opening and closing lines included).
  private(set) var isFenced: [Bool] = []
  private(set) var findings: [Finding] = []

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    parse()
  }

  init(path: String) throws { self.init(path: path, text: try readText(path)) }

  private mutating func report(_ line: Int, _ message: String) {
    findings.append(Finding(path: path, line: line + 1, message: message))
  }

  private mutating func parse() {
    var pending: (kind: Kind, argument: String, line: Int)?
    var fence: (start: Int, ticks: String, info: String)?
    var section: String?

    func finish(_ block: Range<Int>) -> Directive? {
      guard let found = pending else { return nil }
      pending = nil
      return Directive(kind: found.kind, argument: found.argument, line: found.line, block: block, section: section)
    }

    for (number, line) in lines.enumerated() {
      isFenced.append(fence != nil)
      if let open = fence {
        guard line.hasPrefix(open.ticks), line.allSatisfy({ $0 == "`" }) else { continue }
        fence = nil
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
      if line.hasPrefix("```") {
        let ticks = String(line.prefix { $0 == "`" })
        fence = (number, ticks, String(line.dropFirst(ticks.count)))
        isFenced[number] = true
        continue
      }
      if let (name, argument) = Notes.comment(line) {
        if let open = pending { report(open.line, "nothing follows this '\(open.kind.rawValue)' directive") }
        pending = nil
        if let kind = Kind(rawValue: name) {
          if argument.isEmpty {
            report(number, "the '\(name)' directive needs a name")
          } else {
            pending = (kind, argument, number)
          }
        } else {
          report(number, "there is no directive '\(name)'")
        }
        continue
      }
      if line.isEmpty { continue }
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
      if let open = pending {
        report(open.line, "after this '\(open.kind.rawValue)' directive \(wanted(open.kind)) must follow")
        pending = nil
      }
    }
    if let open = pending { report(open.line, "nothing follows this '\(open.kind.rawValue)' directive") }
    if let open = fence { report(open.start, "this fence is never closed") }
    for kind in [Kind.section, .equation, .figure] {
      var seen: Set<String> = []
      for directive in directives where directive.kind == kind && !seen.insert(directive.argument).inserted {
        report(directive.line, "a second '\(kind.rawValue)' named '\(directive.argument)'")
      }
    }
  }

  private func wanted(_ kind: Kind) -> String {
    switch kind {
    case .section: "a heading"
    case .figure: "an image"
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
struct InlineValue {
  let name: String
  let text: String
  /// The range of the text between the two comments.
  let range: Range<String.Index>
}

extension Notes {
  private static let valueStart = "<!-- value: "
  private static let valueEnd = "<!-- /value -->"

  /// The values quoted on a line, and whether every mark has its partner.
  static func values(in line: String) -> (values: [InlineValue], isComplete: Bool) {
    var found: [InlineValue] = []
    var rest = line[...]
    while let start = rest.range(of: valueStart) {
      guard let close = rest[start.upperBound...].range(of: " -->"),
        let end = rest[close.upperBound...].range(of: valueEnd)
      else { return (found, false) }
      let range = close.upperBound..<end.lowerBound
      found.append(
        InlineValue(
          name: String(rest[start.upperBound..<close.lowerBound]), text: String(line[range]), range: range))
      rest = rest[end.upperBound...]
    }
    return (found, rest.range(of: valueEnd) == nil)
  }
}

extension StringProtocol {
  func trimmingSpaces() -> String {
    var part = self[...]
    while part.first == " " { part = part.dropFirst() }
    while part.last == " " { part = part.dropLast() }
    return String(part)
  }

  /// The first occurrence of a string.
  func range(of other: String) -> Range<Index>? {
    guard !other.isEmpty else { return nil }
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
      start = index(after: start)
    }
    return nil
  }
}
