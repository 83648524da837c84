// What comes from outside can be wrong. It then gets one line that names the thing and says what to do.

/// Something from outside (an argument, a file) that cannot be used. Programs print it on stderr and exit with status 2.
public struct BadInput: Error, CustomStringConvertible {
  /// One line.
  public let description: String

  public init(_ description: String) { self.description = oneLine(description) }
}

func oneLine(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }
