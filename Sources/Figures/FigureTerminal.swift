// Figures in characters: braille dots for lines, shades for matrices. They are legible without colour.

import Console

extension Figure {
  /// The figure as lines of at most `width` terminal columns. With `colour`, it uses the 256 ANSI colours.
  public func terminal(width: Int = 72, colour: Bool = false) -> [String] {
    let lines =
      switch self {
      case .lineChart(let chart): chart.terminal(width: width, colour: colour)
      case .heatmap(let map): map.terminal(width: width, colour: colour)
      case .diagrams(let diagrams):
        DrawingTerminal.lines(diagrams.drawings, inRow: diagrams.isRow, width: width, colour: colour)
      }
    return lines.map { truncated(trimmed($0), to: width) }
  }
}

/// A line without the spaces at its end.
func trimmed(_ line: String) -> String {
  var line = line
  while line.last == " " { line.removeLast() }
  return line
}

private func coloured(_ text: String, _ code: Int?) -> String {
  code.map { "\u{1B}[38;5;\($0)m\(text)\u{1B}[0m" } ?? text
}

/// ANSI colours close to those of the SVG figures, and characters that tell series apart without colour.
private let seriesColours = Palette.terminalSeries
private let glyphs = Array("ox+*#@%&ABCDEFGHIJKLMNOPQRSTUVWXYZ")

/// A character of a path over a heatmap, in the path's own colour on white.
private func colouredMark(_ character: Character, _ path: Int) -> String {
  let colours = [161, 166, 54]
  return "\u{1B}[48;5;231m\u{1B}[38;5;\(colours[path % colours.count])m\(character)\u{1B}[0m"
}

/// One character of a plot, and its ANSI colour.
private struct Cell {
  var character: Character = " "
  var colour: Int?
}

private func text(_ cells: [Cell], colour: Bool) -> String {
  var result = ""
  var index = 0
  while index < cells.count {
    var end = index + 1
    while end < cells.count, cells[end].colour == cells[index].colour { end += 1 }
    result += coloured(String(cells[index..<end].map { $0.character }), colour ? cells[index].colour : nil)
    index = end
  }
  return result
}

// MARK: - Axes

/// The axes of a plot in characters: y labels at the left, x labels below.
private struct TextAxes {
  let ticksY: [Scale.Tick]
  let labelWidth: Int
  let columns: Int
  let rows: Int

  init(_ y: Scale, rows: Int, width: Int) {
    ticksY = y.ticks(most: max(2, rows / 3), length: Double(rows), gap: 0.5) { _ in 1 }
    labelWidth = ticksY.compactMap { $0.label }.map { displayWidth($0.terminal) }.max() ?? 0
    columns = max(8, width - labelWidth - 2)
    self.rows = rows
  }

  /// The row of a place along y, counted from the top.
  func row(_ place: Double) -> Int { rows - 1 - Int((place * Double(rows - 1)).rounded()) }
  func column(_ place: Double) -> Int { Int((place * Double(columns - 1)).rounded()) }

  /// The plot's rows, each `columns` wide, with axes and labels around them.
  func framed(_ plot: [String], x: Scale, mostTicks: Int = 8, xLabel: Figure.Label, yLabel: Figure.Label) -> [String] {
    var labels = Array(repeating: "", count: rows)
    for tick in ticksY {
      if let label = tick.label { labels[row(tick.place)] = label.terminal }
    }
    var lines = yLabel.isEmpty ? [] : [yLabel.terminal]
    for (label, row) in zip(labels, plot) {
      lines.append(padded(label, to: labelWidth, alignment: .right) + (label.isEmpty ? " │" : " ┤") + row)
    }
    let ticks = x.ticks(most: mostTicks, length: Double(columns), gap: 2) { Double(displayWidth($0.terminal)) }
    var rule = Array(repeating: Character("─"), count: columns)
    var below = ""
    for tick in ticks {
      guard let label = tick.label?.terminal else { continue }
      rule[column(tick.place)] = "┬"
      let start = labelWidth + 2 + column(tick.place) - displayWidth(label) / 2
      let size = displayWidth(below)
      let room = min(start, labelWidth + 2 + columns - displayWidth(label))
      if room < size + (below.isEmpty ? 0 : 1) { continue }
      below = padded(below, to: room) + label
    }
    lines.append(String(repeating: " ", count: labelWidth + 1) + "└" + String(rule))
    lines.append(below)
    if !xLabel.isEmpty {
      let indent = String(repeating: " ", count: labelWidth + 2)
      lines.append(indent + padded(xLabel.terminal, to: columns, alignment: .centre))
    }
    return lines
  }
}

/// Legend entries in rows, as many side by side as fit.
private func rows(of entries: [String], width: Int) -> [String] {
  guard let widest = entries.map(displayWidth).max() else { return [] }
  let columns = max(1, (width - 2 + 3) / (widest + 3))
  return stride(from: 0, to: entries.count, by: columns).map { start in
    "  "
      + entries[start..<min(start + columns, entries.count)].map { padded($0, to: widest) }.joined(separator: "   ")
  }
}

// MARK: - Line charts

extension LineChart {
  func terminal(width: Int, colour: Bool) -> [String] {
    let (scaleX, scaleY) = scales
    let axes = TextAxes(scaleY, rows: 16, width: width)
    var canvas = BrailleCanvas(columns: axes.columns, rows: axes.rows)
    for reference in references {
      let scale = reference.direction == .horizontal ? scaleY : scaleX
      guard let place = scale.place(reference.position), 0...1 ~= place else { continue }
      if reference.direction == .horizontal {
        for column in 0..<axes.columns { canvas.cells[axes.row(place)][column].character = "╌" }
      } else {
        for row in 0..<axes.rows { canvas.cells[row][axes.column(place)].character = "┊" }
      }
    }
    let styles = styles
    for (index, series) in series.enumerated() where styles[index].dash != nil {
      for line in visibleLines(series.points, x: scaleX, y: scaleY) { canvas.draw(line, series: index) }
    }
    canvas.finish()
    // A series with markers shows them at its points; another line is marked in some places, to tell it from the others.
    for (index, series) in series.enumerated() {
      let points = visibleLines(series.points, x: scaleX, y: scaleY).flatMap { $0 }
      if styles[index].dash == nil || series.hasMarkers && points.count <= axes.columns / 2 {
        for place in points { canvas.mark(axes.row(place.y), axes.column(place.x), series: index) }
      }
    }
    for index in series.indices where series.count > 1 {
      if styles[index].dash != nil && !series[index].hasMarkers { canvas.markAlong(series: index, of: series.count) }
      canvas.ensureMark(series: index)
    }
    let plot = canvas.cells.map { text($0, colour: colour) }
    let lines = axes.framed(plot, x: scaleX, mostTicks: mostTicks(8), xLabel: x.label, yLabel: y.label)
    return lines + rows(of: legend(styles, colour: colour), width: width)
  }

  private func legend(_ styles: [Style], colour: Bool) -> [String] {
    var entries: [String] = []
    for (index, series) in series.enumerated() where !series.name.isEmpty {
      let isMarked = self.series.count > 1 || series.hasMarkers || styles[index].dash == nil
      let sample = isMarked ? String(glyphs[index % glyphs.count]) : "⠤⠤"
      let code = colour ? seriesColours[index % seriesColours.count] : nil
      entries.append(coloured(sample, code) + " " + series.name.terminal)
    }
    for reference in references where !reference.label.isEmpty {
      entries.append((reference.direction == .horizontal ? "╌" : "┊") + " " + reference.label.terminal)
    }
    return entries
  }
}

/// A grid of characters of 2 × 4 dots each.
private struct BrailleCanvas {
  let columns: Int
  let rows: Int
  var cells: [[Cell]]
  private var dots: [[UInt32]]
  /// For each series and column of characters, the rows that the line passes through.
  private var passed: [Int: [[Int]]] = [:]
  private var marked: [Int: Set<Int>] = [:]

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: Array(repeating: Cell(), count: columns), count: rows)
    dots = Array(repeating: Array(repeating: 0, count: columns), count: rows)
  }

  mutating func draw(_ line: [Place], series: Int) {
    func dot(_ place: Place) -> (x: Double, y: Double) {
      ((place.x * Double(2 * columns - 1)).rounded(), ((1 - place.y) * Double(4 * rows - 1)).rounded())
    }
    if line.count == 1 { set(dot(line[0]), series) }
    for (start, end) in zip(line, line.dropFirst()) {
      let (from, to) = (dot(start), dot(end))
      let steps = max((to.x - from.x).magnitude, (to.y - from.y).magnitude)
      for step in stride(from: 0, through: steps, by: 1) {
        let t = steps == 0 ? 0 : step / steps
        set(((from.x + t * (to.x - from.x)).rounded(), (from.y + t * (to.y - from.y)).rounded()), series)
      }
    }
  }

  private mutating func set(_ dot: (x: Double, y: Double), _ series: Int) {
    let (x, y) = (min(max(Int(dot.x), 0), 2 * columns - 1), min(max(Int(dot.y), 0), 4 * rows - 1))
    let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    dots[y / 4][x / 2] |= bits[y % 4][x % 2]
    cells[y / 4][x / 2].colour = seriesColours[series % seriesColours.count]
    var rows = passed[series] ?? Array(repeating: [], count: columns)
    if rows[x / 2].last != y / 4 { rows[x / 2].append(y / 4) }
    passed[series] = rows
  }

  /// Turns the dots into braille characters.
  mutating func finish() {
    for row in 0..<rows {
      for column in 0..<columns where dots[row][column] != 0 {
        guard let scalar = Unicode.Scalar(0x2800 + dots[row][column]) else { continue }
        cells[row][column].character = Character(scalar)
      }
    }
  }

  mutating func mark(_ row: Int, _ column: Int, series: Int) {
    let place = row * columns + column
    for other in marked.keys { marked[other]?.remove(place) }
    cells[row][column] = Cell(
      character: glyphs[series % glyphs.count], colour: seriesColours[series % seriesColours.count])
    marked[series, default: []].insert(place)
  }

  private func isFree(_ row: Int, _ column: Int) -> Bool {
    !marked.values.contains { $0.contains(row * columns + column) }
  }

  /// Marks a line every few columns; each series uses other columns.
  mutating func markAlong(series: Int, of count: Int) {
    guard let passed = passed[series] else { return }
    let spacing = max(10, 2 * count)
    for column in stride(from: series * spacing / count, to: columns, by: spacing) {
      guard let row = passed[column].middle, isFree(row, column) else { continue }
      mark(row, column, series: series)
    }
  }

  /// Marks a line at least once, in a place without a marker if there is one.
  mutating func ensureMark(series: Int) {
    guard marked[series]?.isEmpty != false, let passed = passed[series] else { return }
    var fallback: (Int, Int)?
    for (column, rows) in passed.enumerated() {
      for row in rows {
        if isFree(row, column) { return mark(row, column, series: series) }
        fallback = (row, column)
      }
    }
    if let (row, column) = fallback { mark(row, column, series: series) }
  }
}

extension Array {
  fileprivate var middle: Element? { isEmpty ? nil : self[count / 2] }
}

// MARK: - Heatmaps

extension Heatmap {
  func terminal(width: Int, colour: Bool) -> [String] {
    switch sides {
    case .labelled(let rows, let columns): matrix(rows, columns, width: width, colour: colour)
    case .numeric(let x, let y): landscape(x, y, width: width, colour: colour)
    }
  }

  // MARK: Shades

  private static let sequentialColours = [17, 18, 19, 25, 31, 37, 43, 79, 115, 151, 187, 229]
  private static let divergingColours = [153, 75, 33, 26, 24, 236, 94, 130, 166, 208, 223]
  private static let shades = Array(" ░▒▓█")

  private func ansi(_ place: Double) -> Int {
    let ramp = isDiverging ? Self.divergingColours : Self.sequentialColours
    return ramp[min(Int(min(max(place, 0), 1) * Double(ramp.count)), ramp.count - 1)]
  }

  /// A cell of a matrix. `content` is the number in it, or empty.
  private func block(_ value: Double, _ scale: Scale, content: String, size: Int, colour: Bool) -> String {
    guard let place = scale.place(value) else {
      return content.isEmpty ? String(repeating: "╱", count: size) : padded(content, to: size, alignment: .right)
    }
    if colour {
      let code = ansi(place)
      let isLight = [79, 115, 151, 187, 229, 153, 75, 208, 223, 43].contains(code)
      let text = size == 1 ? padded(content, to: 1) : padded(content, to: size - 1, alignment: .right) + " "
      return "\u{1B}[48;5;\(code)m\u{1B}[38;5;\(isLight ? 16 : 231)m\(text)\u{1B}[0m"
    }
    let shade = shade(place)
    if content.isEmpty {
      let sign = isDiverging && shade != " " ? (place < 0.5 ? "−" : "+") : String(shade)
      return sign + String(repeating: shade, count: max(0, size - 1))
    }
    return padded(content, to: size - 1, alignment: .right) + String(shade)
  }

  private func shade(_ place: Double) -> Character {
    let strength = isDiverging ? (place - 0.5).magnitude * 2 : place
    return Self.shades[Int((min(max(strength, 0), 1) * Double(Self.shades.count - 1)).rounded())]
  }

  private func scaleLine(_ scale: Scale, colour: Bool) -> String {
    func number(_ value: Double) -> String { NumberFormat.format(value, significant: 3) }
    var parts: [String] = []
    if !valueLabel.isEmpty { parts.append(valueLabel.terminal + ":") }
    parts.append(sign(atHighEnd: false) + number(scale.low))
    if colour {
      let ramp = isDiverging ? Self.divergingColours : Self.sequentialColours
      parts.append(ramp.map { "\u{1B}[48;5;\($0)m  " }.joined() + "\u{1B}[0m")
    } else if isDiverging {
      parts.append("−█ −▓ −▒ −░ 0 +░ +▒ +▓ +█")
    } else {
      parts.append("“ ” ░ ▒ ▓ █")
    }
    parts.append(sign(atHighEnd: true) + number(scale.high))
    if !blankLabel.isEmpty { parts.append("  ╱ " + blankLabel) }
    return parts.joined(separator: " ")
  }

  // MARK: Matrices

  private func matrix(_ rows: [Label], _ columns: [Label], width: Int, colour: Bool) -> [String] {
    let scale = colourScale
    let labelWidth = rows.map { displayWidth($0.terminal) }.max() ?? 0
    let count = max(columns.count, 1)
    let numbers = values.joined().map { displayWidth(text($0)) }.max() ?? 0
    let headers = columns.map { displayWidth($0.terminal) }.max() ?? 0
    let room = (width - labelWidth - 1) / count - 1
    let wish = max(decimals == nil ? 4 : numbers + 2, headers)
    let size = max(1, min(wish, room))
    let showsNumbers = decimals != nil && size >= numbers + 1
    let gap = room >= wish ? " " : room >= 1 ? " " : ""
    var lines: [String] = []
    let header = columns.map { padded(truncated($0.terminal, to: size), to: size, alignment: .centre) }
    lines.append(String(repeating: " ", count: labelWidth + 1) + header.joined(separator: gap))
    for (label, row) in zip(rows, values) {
      let cells = row.map { value in
        block(value, scale, content: showsNumbers ? text(value) : "", size: size, colour: colour)
      }
      lines.append(padded(label.terminal, to: labelWidth) + " " + cells.joined(separator: gap))
    }
    return lines + ["", scaleLine(scale, colour: colour)]
  }

  // MARK: Landscapes

  private func landscape(_ x: Axis, _ y: Axis, width: Int, colour: Bool) -> [String] {
    let scale = colourScale
    let (scaleX, scaleY) = (Scale(x, values: []), Scale(y, values: []))
    let axes = TextAxes(scaleY, rows: 18, width: width)
    // A character shows the cell of the matrix under its middle.
    var cells: [[(value: Double, mark: Character?, path: Int)]] = (0..<axes.rows).map { row in
      (0..<axes.columns).map { column in
        guard !values.isEmpty, columnCount > 0 else { return (.nan, nil, 0) }
        let up = (Double(axes.rows - 1 - row) + 0.5) / Double(axes.rows)
        let across = (Double(column) + 0.5) / Double(axes.columns)
        let line = min(Int(up * Double(values.count)), values.count - 1)
        return (values[line][min(Int(across * Double(columnCount)), columnCount - 1)], nil, 0)
      }
    }
    func mark(_ point: (x: Double, y: Double), _ character: Character, _ path: Int) {
      guard let placeX = scaleX.place(point.x), let placeY = scaleY.place(point.y) else { return }
      guard Place(x: placeX, y: placeY).isInside else { return }
      let (row, column) = (axes.row(placeY), axes.column(placeX))
      (cells[row][column].mark, cells[row][column].path) = (character, path)
    }
    for (index, path) in paths.enumerated() {
      let lines = visibleLines(path.points, x: scaleX, y: scaleY)
      for line in lines {
        for (start, end) in zip(line, line.dropFirst()) {
          for step in 0...axes.columns {
            let t = Double(step) / Double(axes.columns)
            let row = axes.row(start.y + t * (end.y - start.y))
            let column = axes.column(start.x + t * (end.x - start.x))
            (cells[row][column].mark, cells[row][column].path) = ("·", index)
          }
        }
      }
      for point in path.points {
        mark(point, glyphs[index % glyphs.count], index)
      }
    }
    // The starts, over all paths.
    for (index, path) in paths.enumerated() { path.points.first.map { mark($0, "◎", index) } }
    let plot = cells.map { row in
      row.map { cell -> String in
        if colour, let mark = cell.mark { return colouredMark(mark, cell.path) }
        if colour { return block(cell.value, scale, content: "", size: 1, colour: true) }
        if let mark = cell.mark { return String(mark) }
        guard let place = scale.place(cell.value) else { return "╱" }
        let shade = shade(place)
        return isDiverging && place < 0.5 && shade != " " ? "−" : String(shade)
      }.joined()
    }
    let legend = paths.enumerated().filter { !$0.element.name.isEmpty }.map { index, path in
      (colour ? colouredMark(glyphs[index % glyphs.count], index) : String(glyphs[index % glyphs.count]))
        + " \(path.name.terminal)"
    }
    return axes.framed(plot, x: scaleX, xLabel: x.label, yLabel: y.label)
      + [scaleLine(scale, colour: colour)] + rows(of: legend, width: width)
  }
}
