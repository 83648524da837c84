// Tables in text: columns line up on a terminal, whatever the script.

/// A table of strings, aligned by the columns that they take on a terminal.
///
/// ```swift
/// let table = TextTable(
///   headers: [["게이트", "max |Δ|"]], rows: [["forget", "0.5"], ["input", "12.25"]],
///   alignments: [.left, .point])
/// print(table.lines(indentation: 2).joined(separator: "\n"))
/// ```
public struct TextTable: Sendable, Hashable {
  /// How the cells of a column are aligned.
  public enum Alignment: Sendable, Hashable {
    case left, right, centre
    /// Decimal points stand in one line. A whole number's point would follow its last digit.
    case point
  }

  /// The header rows, from the top; possibly none.
  public let headers: [[String]]
  public let rows: [[String]]
  /// One alignment per column.
  public let alignments: [Alignment]
  /// Whether a line of ─ separates headers and rows.
  public let hasRule: Bool

  /// A table. Without alignments, all columns are aligned to the left.
  ///
  /// - Precondition: all rows have the same number of cells, and there are as many alignments, if any.
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

  /// The table's lines for a terminal: columns are two spaces apart, and lines do not end in spaces.
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

  private func side(_ column: Int, isHeader: Bool) -> TextAlignment {
    switch alignments[column] {
    case .left: .left
    case .centre: .centre
    case .right, .point: .right
    }
  }

  /// The cell with spaces after it, so that aligning it to the right puts its point below those of the other cells.
  private func pointAligned(_ cell: String, tail: Int) -> String {
    tail == 0 ? cell : cell + String(repeating: " ", count: max(0, tail - Self.widthFromPoint(cell)))
  }

  /// How many columns the cell takes from its decimal point on; without a point, from the end of its first digits on (an
  /// exponent, a unit).
  private static func widthFromPoint(_ cell: String) -> Int {
    func isDigit(_ character: Character) -> Bool { "0"..."9" ~= character }
    guard let first = cell.firstIndex(where: isDigit) else { return 0 }
    let end = cell[first...].firstIndex { !isDigit($0) } ?? cell.endIndex
    return displayWidth(String(cell[end...]))
  }
}
