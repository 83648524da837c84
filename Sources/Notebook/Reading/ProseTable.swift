// A table of the notes for a terminal: columns side by side, and where they are too wide, cells of several lines.

struct ProseTable {
  let header: [Line]
  let rows: [[Line]]
  let alignments: [TextAlignment]

  /// The narrowest column that words are broken into.
  private static let narrowest = 8
  private static let gap = 2

  /// The table in lines of at most `width` columns.
  func lines(width: Int) -> [Line] {
    guard let widths = widths(within: width - Self.gap * (header.count - 1)) else { return stacked(width: width) }
    let isTall = rows.contains { row in zip(row, widths).contains { $0.width > $1 } }
    let rule = String(repeating: "─", count: widths.reduce(0, +) + Self.gap * (widths.count - 1))
    var lines = row(header, widths) + [Line(rule, style: .faint)]
    for (index, cells) in rows.enumerated() {
      if isTall, index > 0 { lines.append(Line("")) }
      lines += row(cells, widths)
    }
    return lines
  }

  /// The columns' widths: what is narrow keeps its width, and the others share the rest. Nil if there is too little room.
  private func widths(within room: Int) -> [Int]? {
    let natural = header.indices.map { column in
      ([header] + rows).map { $0.indices.contains(column) ? $0[column].width : 0 }.max() ?? 0
    }
    if natural.reduce(0, +) <= room { return natural }
    var share = room
    // From the widest share downwards, until everything fits.
    while share >= Self.narrowest {
      let widths = natural.map { min($0, share) }
      if widths.reduce(0, +) <= room { return widths }
      share -= 1
    }
    return nil
  }

  private func row(_ cells: [Line], _ widths: [Int]) -> [Line] {
    let columns = zip(cells, widths).map { $0.broken(to: max(1, $1)) }
    let height = columns.map(\.count).max() ?? 0
    return (0..<height).map { index in
      var line = Line([])
      for (column, parts) in columns.enumerated() {
        let part = index < parts.count ? parts[index] : Line("")
        let free = max(0, widths[column] - part.width)
        let before =
          switch alignments.indices.contains(column) ? alignments[column] : .left {
          case .left: 0
          case .right: free
          case .centre: free / 2
          }
        func spaces(_ count: Int) -> Line { Line(String(repeating: " ", count: count)) }
        let isLast = column == columns.count - 1
        line = line + spaces(before) + part + (isLast ? Line("") : spaces(free - before + Self.gap))
      }
      return line
    }
  }

  /// Row after row, each cell below its column's name.
  private func stacked(width: Int) -> [Line] {
    rows.enumerated().flatMap { index, cells in
      (index > 0 ? [Line("")] : [])
        + zip(header, cells).flatMap { name, cell in
          (name.width == 0 ? cell : name + Line(": ", style: .faint) + cell).broken(to: width, indentation: 2)
        }
    }
  }
}
