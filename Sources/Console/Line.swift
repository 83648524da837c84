// A line of output, in pieces that a terminal may colour.

/// How a piece of a line looks on a terminal.
public enum Style: Sendable {
  case plain
  case heading
  case good
  case bad
  case faint

  func applied(to text: String) -> String {
    let code =
      switch self {
      case .plain: ""
      case .heading: "1"
      case .good: "32"
      case .bad: "1;31"
      case .faint: "2"
      }
    return code.isEmpty || text.isEmpty ? text : "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}

/// A line of output.
public struct Line: Sendable {
  /// How wide lines may be, in terminal columns.
  public static let width = 96

  package var spans: [(text: String, style: Style)]
  /// Whether it belongs to a terminal figure, for which the notes have a picture.
  package var isFigure = false

  public init(_ text: String, style: Style = .plain) { spans = [(text, style)] }

  package var plain: String {
    var text = spans.map(\.text).joined()
    while text.last == " " { text.removeLast() }
    return text
  }

  package func text(colour: Bool) -> String { colour ? spans.map { $1.applied(to: $0) }.joined() : plain }
}
