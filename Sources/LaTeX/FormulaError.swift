// An error in a formula, and its place.

/// A place in a formula's source. Line and column are counted from 1.
public struct Position: Hashable, Sendable {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// Says why a formula cannot be read or evaluated.
public struct FormulaError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String
  /// The place in the source; `nil` if the formula was read and cannot be evaluated.
  public var position: Position?

  public init(_ message: String, at position: Position? = nil) {
    self.message = message
    self.position = position
  }

  /// The place and the message on one line.
  public var description: String {
    guard let position else { return message }
    return position.line == 1
      ? "column \(position.column): \(message)" : "line \(position.line), column \(position.column): \(message)"
  }

  /// The line of the source, then a line with a caret below the place and the message.
  public func pointing(into source: String) -> String {
    guard let position else { return message }
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.indices.contains(position.line - 1) else { return description }
    let indent = String(repeating: " ", count: max(0, position.column - 1))
    return "\(lines[position.line - 1])\n\(indent)^ \(message)"
  }
}
