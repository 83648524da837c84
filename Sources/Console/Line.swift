// A line of output whose pieces a terminal may show in colour.

/// How a terminal shows a piece of a line.
public enum Style: Sendable {
  case plain
  case heading
  case good
  case bad
  case faint
  /// Words of the notes: **strong**, *emphasis* and `code`.
  case strong
  case emphasis
  case code
  /// A short formula among words: a line is not broken inside of it.
  case formula
  /// In exchanged colours: a bar, or what a search found.
  case reversed

  /// The text inside the ANSI escape sequences of this style.
  func applied(to text: String) -> String {
    let code =
      switch self {
      case .plain, .formula: ""
      case .heading: "1"
      case .good: "32"
      case .bad: "1;31"
      case .faint: "2"
      case .strong: "1"
      case .emphasis: "3"
      case .code: "36"
      case .reversed: "7"
      }
    return code.isEmpty || text.isEmpty ? text : "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}

/// A line of output.
public struct Line: Sendable {
  /// How wide lines may be, in terminal columns.
  public static let width = 96

  package var spans: [(text: String, style: Style)]
  package var kind = Kind.text

  /// What it is a line of. The notes show equations and figures in their own way, and fold away the checks that hold.
  package enum Kind: Sendable { case text, equation, check, failedCheck, figure }

  public init(_ text: String, style: Style = .plain) { spans = [(text, style)] }

  package init(_ spans: [(text: String, style: Style)]) { self.spans = spans }

  package static func + (left: Line, right: Line) -> Line { Line(left.spans + right.spans) }

  /// How many columns it takes on a terminal.
  package var width: Int { spans.reduce(0) { $0 + displayWidth($1.text) } }

  /// The text without colour and without spaces at its end.
  package var plain: String {
    var text = spans.map(\.text).joined()
    while text.last == " " { text.removeLast() }
    return text
  }

  package func text(colour: Bool) -> String { colour ? spans.map { $1.applied(to: $0) }.joined() : plain }
}
