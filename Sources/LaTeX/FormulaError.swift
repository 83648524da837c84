// What is wrong with a formula, and where.

/// A place in a formula's source, both counted from 1.
public struct Position: Hashable, Sendable {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// A formula that cannot be read, or that cannot be evaluated.
public struct FormulaError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String
  /// Where in the source; nil where the formula was read and something else is missing, such as a value.
  public var position: Position?

  public init(_ message: String, at position: Position? = nil) {
    self.message = message
    self.position = position
  }

  /// One line: the place and the message.
  public var description: String {
    guard let position else { return message }
    return position.line == 1
      ? "column \(position.column): \(message)" : "line \(position.line), column \(position.column): \(message)"
  }

  /// The line of the source in which it happened, a caret below the place, then the message.
  public func pointing(into source: String) -> String {
    guard let position else { return message }
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.indices.contains(position.line - 1) else { return description }
    let indent = String(repeating: " ", count: max(0, position.column - 1))
    return "\(lines[position.line - 1])\n\(indent)^ \(message)"
  }
}
