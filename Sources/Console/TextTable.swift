// Tables in text: columns line up on a terminal, whatever the script, and the same table is Markdown for the notes.

/// A table of strings, aligned by the columns that they take on a terminal.
///
/// ```swift
/// let table = TextTable(
///   headers: [["게이트", "max |Δ|"]], rows: [["forget", "0.5"], ["input", "12.25"]],
///   alignments: [.left, .point])
/// print(table.lines(indentation: 2).joined(separator: "\n"))
/// ```
public struct TextTable: Sendable, Hashable {
  /// Where a cell stands in its column.
  public enum Alignment: Sendable, Hashable {
    case left, right, centre
    /// Decimal points stand in one line; a whole number's would stand after its last digit.
    case point
  }

  /// The header rows, from the top. There may be none.
  public let headers: [[String]]
  public let rows: [[String]]
  /// One for each column.
  public let alignments: [Alignment]
  /// Whether a line of ─ stands between headers and rows.
  public let hasRule: Bool

  /// A table whose columns are aligned as given, all to the left where nothing is.
  ///
  /// - Precondition: every row has the same number of cells, which is the number of alignments where these are given.
  public init(headers: [[String]] = [], rows: [[String]], alignments: [Alignment]? = nil, hasRule: Bool = true) {
    let count = alignments?.count ?? headers.first?.count ?? rows.first?.count ?? 0
    for (index, row) in headers.enumerated() {
      precondition(row.count == count, "TextTable: header row \(index) has \(row.count) cells, not \(count): \(row)")
    }
    for (index, row) in rows.enumerated() {
      precondition(row.count == count, "TextTable: row \(index) has \(row.count) cells, not \(count): \(row)")
    }
    self.headers = headers
    self.rows = rows
    self.alignments = alignments ?? Array(repeating: .left, count: count)
    self.hasRule = hasRule
  }

  /// The table's lines for a terminal: columns two spaces apart, nothing after the last cell of a line.
  public func lines(indentation: Int = 0) -> [String] {
    let tails = alignments.indices.map { column in
      alignments[column] == .point ? rows.map { Self.widthFromPoint($0[column]) }.max() ?? 0 : 0
    }
    let body = rows.map { row in row.indices.map { column in pointAligned(row[column], tail: tails[column]) } }
    let widths = alignments.indices.map { column in
      (headers + body).map { displayWidth($0[column]) }.max() ?? 0
    }
    func line(_ cells: [String], isHeader: Bool) -> String {
      let filled = cells.indices.map { column in
        padded(cells[column], to: widths[column], alignment: side(column, isHeader: isHeader))
      }
      return indented(filled.joined(separator: "  "))
    }
    func indented(_ text: String) -> String {
      var line = String(repeating: " ", count: indentation) + text
      while line.last == " " { line.removeLast() }
      return line
    }
    var lines = headers.map { line($0, isHeader: true) }
    if hasRule, !headers.isEmpty {
      let width = widths.reduce(0, +) + 2 * max(0, widths.count - 1)
      lines.append(indented(String(repeating: "─", count: width)))
    }
    return lines + body.map { line($0, isHeader: false) }
  }

  /// The table in GitHub's Markdown. It has one header row there: header rows above one another are joined by a space.
  public func markdown() -> [String] {
    func line(_ cells: [String]) -> String { "| " + cells.map(Self.escaped).joined(separator: " | ") + " |" }
    let header = alignments.indices.map { column in
      headers.map { $0[column] }.filter { !$0.isEmpty }.joined(separator: " ")
    }
    let rule = alignments.map { alignment in
      switch alignment {
      case .left: ":--"
      case .centre: ":-:"
      case .right, .point: "--:"
      }
    }
    return [line(header), "| " + rule.joined(separator: " | ") + " |"] + rows.map(line)
  }

  /// A cell as Markdown: a bar would end the cell, a line break the row.
  private static func escaped(_ cell: String) -> String {
    var text = ""
    for character in cell {
      switch character {
      case "|": text += "\\|"
      case "\n", "\r\n": text += " "
      default: text.append(character)
      }
    }
    return text
  }

  private func side(_ column: Int, isHeader: Bool) -> TextAlignment {
    switch alignments[column] {
    case .left: .left
    case .centre: .centre
    case .right, .point: .right
    }
  }

  /// The cell with spaces after it, so that its point stands below the others of its column once aligned right.
  private func pointAligned(_ cell: String, tail: Int) -> String {
    tail == 0 ? cell : cell + String(repeating: " ", count: max(0, tail - Self.widthFromPoint(cell)))
  }

  /// The columns from the decimal point on; without one, those after the first digits (an exponent, a unit).
  private static func widthFromPoint(_ cell: String) -> Int {
    func isDigit(_ character: Character) -> Bool { "0"..."9" ~= character }
    guard let first = cell.firstIndex(where: isDigit) else { return 0 }
    let end = cell[first...].firstIndex { !isDigit($0) } ?? cell.endIndex
    return displayWidth(String(cell[end...]))
  }
}
