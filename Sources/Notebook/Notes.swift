// A Markdown file of the notes, and the directives in it.
//
// A directive is an HTML comment on a line of its own. It applies to the block that follows:
//
//     <!-- section: NAME -->       a heading; the run's section of that name
//     <!-- equation: NAME -->      a math fence; checked by the run under that name
//     <!-- stated: REASON -->      a math fence that cannot be checked, and why
//     <!-- code: FILE REGION -->   a swift fence; rewritten with the lines between // begin: REGION and // end: REGION
//     <!-- output: SECTION -->     a text fence; rewritten with what the section printed: its text and tables
//     <!-- checks: SECTION -->     <details> … </details>; rewritten with the section's checks, folded into one line
//     <!-- figure: NAME -->        an image; its file is rewritten with the figure that the run drew, and the number of the
//                                  caption below it, **Figure 2.3.**, with its place among the chapter's figures
//     <!-- exercises: CHAPTER -->  a list; rewritten with the chapter's exercises
//     <!-- python: NAME -->        a python fence; a test runs it and compares its numbers with those of the section
//     <!-- part: NAME -->          nothing: here a part of the chapter begins (`Outline`)
//
// Inside a paragraph, the text between <!-- value: NAME --> and <!-- /value --> is rewritten with a number of the run. In a
// file that quotes several chapters, names are written CHAPTER/NAME. A name followed by the word `full` belongs to a long
// training: only a run with `--full` rewrites it.

/// A problem in a file, with its line.
public struct Finding: Sendable, Equatable, CustomStringConvertible {
  public let path: String
  /// From 1.
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
    case checks
    case figure
    case exercises
    case python
    case part

    /// Whether its argument is a name in the run, which the word `full` may follow.
    var hasName: Bool { [.section, .equation, .output, .checks, .figure].contains(self) }

    /// The info string of the fence that must follow; nil for another kind of block.
    var fence: String? {
      switch self {
      case .equation, .stated: "math"
      case .code: "swift"
      case .output: "text"
      case .python: "python"
      case .section, .checks, .figure, .exercises, .part: nil
      }
    }
  }

  package struct Directive: Sendable {
    package let kind: Kind
    /// Without the word `full`.
    package let argument: String
    /// Whether only a run with `--full` has it.
    package let isFull: Bool
    /// The directive's own line, from 0.
    package let line: Int
    /// The lines of the block: those inside the fence, the heading, the image, or the list.
    package let block: Range<Int>
    /// The section that contains it; nil before the first.
    package let section: String?
  }

  package struct Heading: Sendable {
    package let level: Int
    package let text: String
    package let line: Int
  }

  struct Fence: Sendable {
    /// The lines of the backticks that open and close it.
    let start: Int
    let end: Int
    /// The word after the opening backticks.
    let info: String
  }

  package let path: String
  /// The file's text, unchanged.
  package let text: String
  package let lines: [String]
  package let directives: [Directive]
  package let headings: [Heading]
  let fences: [Fence]
  /// For each line, whether it is inside a fence (its opening and closing lines included).
  let isFenced: [Bool]
  /// For each line, whether it is Markdown: neither in a fence nor in a comment of several lines.
  package let isProse: [Bool]
  /// What is wrong with the directives and fences.
  let findings: [Finding]

  package init(path: String, text: String) {
    self.path = path
    self.text = text
    lines = text.lines
    let scan = NotesScan(path: path, text: text, lines: lines)
    (headings, fences, isFenced, isProse) = (scan.headings, scan.fences, scan.isFenced, scan.isProse)
    let pairing = DirectivePairing(path: path, lines: lines, elements: scan.elements)
    directives = pairing.directives
    findings = (scan.findings + pairing.findings).sorted { $0.line < $1.line }
  }

  /// Reads a file. Throws `BadInput` where it is missing or not UTF-8.
  package init(path: String) throws { self.init(path: path, text: try readText(path)) }

  /// The text of the heading of a section; nil if the notes have no such section.
  func title(ofSection name: String) -> String? {
    guard let directive = directives.first(where: { $0.kind == .section && $0.argument == name }) else { return nil }
    return headings.first { $0.line == directive.block.lowerBound }?.text
  }

  /// The lines inside a directive's fence.
  func body(of directive: Directive) -> [String] { Array(lines[directive.block]) }

  /// The directive of the checked equation of this name.
  func equation(named name: String) -> Directive? {
    directives.first { $0.kind == .equation && $0.argument == name }
  }
}
