// The second of two passes over a file of notes: each directive is tied to the block that follows it.

struct DirectivePairing {
  private(set) var directives: [Notes.Directive] = []
  private(set) var findings: [Finding] = []
  private let path: String
  private let lines: [String]
  /// The directive whose block has not come yet.
  private var pending: NotesScan.Directive?
  /// The section that the elements stand in.
  private var section: String?

  init(path: String, lines: [String], elements: [NotesScan.Element]) {
    (self.path, self.lines) = (path, lines)
    for element in elements { pair(element) }
    reportUnfollowed()
    reportDuplicates()
  }

  private mutating func report(_ line: Int, _ message: String) {
    findings.append(Finding(path: path, line: line + 1, message: message))
  }

  private mutating func pair(_ element: NotesScan.Element) {
    switch element {
    case .directive(let next):
      reportUnfollowed()
      if let next, next.kind == .part { return finish(next, next.line..<next.line) }
      pending = next
    case .fence(let fence): pair(fence)
    case .heading(let heading):
      guard let open = pending, open.kind == .section else { return reportMisplaced() }
      section = open.argument
      finish(open, heading.line..<(heading.line + 1))
    case .text(let line):
      guard let open = pending else { return }
      if open.kind == .figure, lines[line].hasPrefix("![") {
        finish(open, line..<(line + 1))
      } else if open.kind == .exercises, lines[line].hasPrefix("- ") {
        finish(open, line..<(lines[line...].firstIndex(of: "") ?? lines.count))
      } else if open.kind == .checks, lines[line].hasPrefix("<details>"),
        let end = lines[line...].firstIndex(of: "</details>")
      {
        finish(open, line..<(end + 1))
      } else {
        reportMisplaced()
      }
    }
  }

  private mutating func pair(_ fence: Notes.Fence) {
    guard let open = pending else {
      if fence.info == "math" {
        report(fence.start, "this equation has neither an 'equation' nor a 'stated' directive")
      }
      return
    }
    if open.kind.fence == fence.info { return finish(open, (fence.start + 1)..<fence.end) }
    report(fence.start, "the '\(open.kind.rawValue)' directive above wants \(open.kind.block) here")
    pending = nil
  }

  private mutating func finish(_ open: NotesScan.Directive, _ block: Range<Int>) {
    pending = nil
    directives.append(
      Notes.Directive(
        kind: open.kind, argument: open.argument, isFull: open.isFull, line: open.line, block: block,
        section: section))
  }

  /// Reports a directive at whose place the file ends or another directive begins.
  private mutating func reportUnfollowed() {
    if let open = pending { report(open.line, "nothing follows this '\(open.kind.rawValue)' directive") }
    pending = nil
  }

  /// Reports a directive that is followed by a block of another kind.
  private mutating func reportMisplaced() {
    if let open = pending {
      report(open.line, "after this '\(open.kind.rawValue)' directive \(open.kind.block) must follow")
    }
    pending = nil
  }

  /// Names of sections, equations and figures are unique in a file.
  private mutating func reportDuplicates() {
    for kind in [Notes.Kind.section, .equation, .checks, .figure, .python, .part] {
      var seen: Set<String> = []
      for directive in directives where directive.kind == kind && !seen.insert(directive.argument).inserted {
        report(directive.line, "a second '\(kind.rawValue)' named '\(directive.argument)'")
      }
    }
  }
}

extension Notes.Kind {
  /// The block that must follow the directive, in words.
  fileprivate var block: String {
    switch self {
    case .section: "a heading"
    case .figure: "an image"
    case .exercises: "a list"
    case .checks: "<details> … </details>"
    default: "a fence of '\(fence ?? "")'"
    }
  }
}
