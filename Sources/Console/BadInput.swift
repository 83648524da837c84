// The error for input from outside that cannot be used.

/// An argument or a file that cannot be used. The description names it and says what to do; programs print it on stderr and
/// exit with status 2.
public struct BadInput: Error, CustomStringConvertible {
  /// One line, without line breaks.
  public let description: String

  public init(_ description: String) { self.description = oneLine(description) }
}

/// A text with its line breaks replaced by spaces.
func oneLine(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }
