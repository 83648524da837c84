// A picture of a computation in box-drawing characters.

import Console

enum Characters: Medium {
  static let unit = (x: 3.0, y: 1.0)
  static let gap = (x: 1.0, y: 0.5)
  static let lineHeight = 1.0
  static let clearance = 0.5
  static let halfLine = (x: 0.45, y: 0.45)
  static let widest = 77.0
  static let isText = true

  static func width(_ label: Figure.Label) -> Double { Double(displayWidth(label.terminal)) }

  static func size(_ shape: Drawing.Shape) -> (width: Double, height: Double) {
    let text = width(shape.label)
    return switch shape.form {
    case .text: (text, 0.9)
    case .dots: (2, 0.9)
    case .circle, .layer: (text + 2, 0.9)
    case .box: (Double(shape.size.x) * unit.x + 1, Double(shape.size.y) + 0.9)
    case .joint: shape.label.isEmpty ? (0, 0) : (0.9, 0.9)
    }
  }
}

/// Pictures in characters, side by side or one below the other.
struct DrawingTerminal {
  private struct Cell {
    var character: Character = " "
    var tone = Diagram.Tone.plain
  }

  private var cells: [[Cell]]
  private let layout: DrawingLayout<Characters>
  private let origin: (x: Double, y: Double)

  static func lines(_ drawings: [Drawing], inRow: Bool, width: Int, colour: Bool) -> [String] {
    let pictures = drawings.map { drawing -> [String] in
      var canvas = DrawingTerminal(drawing)
      canvas.draw(drawing)
      let lines = canvas.text(colour: colour)
      let widest = lines.map(displayWidth).max() ?? 0
      return (drawing.title.isEmpty ? [] : [padded(drawing.title.terminal, to: widest, alignment: .centre)]) + lines
    }
    let widths = pictures.map { $0.map(displayWidth).max() ?? 0 }
    if inRow, widths.reduce(0, +) + 4 * (widths.count - 1) <= width {
      return (0..<(pictures.map(\.count).max() ?? 0)).map { row in
        zip(pictures, widths).map { padded(row < $0.count ? $0[row] : "", to: $1) }.joined(separator: "    ")
      }
    }
    return Array(pictures.joined(separator: [""]))
  }

  private init(_ drawing: Drawing) {
    layout = DrawingLayout(drawing)
    let bounds = layout.bounds
    origin = (x: bounds.left.rounded(.down), y: bounds.top.rounded(.down))
    let (width, height) = (
      Int((bounds.right - origin.x).rounded(.up)) + 2, Int((bounds.bottom - origin.y).rounded(.up)) + 1
    )
    cells = Array(repeating: Array(repeating: Cell(), count: width), count: height)
  }

  private func column(_ x: Double) -> Int { Int((x - origin.x).rounded()) }
  private func row(_ y: Double) -> Int { Int((y - origin.y).rounded()) }
  private func place(_ point: Diagram.Point) -> (column: Int, row: Int) {
    (column(Double(point.x) * Characters.unit.x), row(Double(point.y)))
  }

  private mutating func write(_ text: String, _ column: Int, _ row: Int, _ tone: Diagram.Tone) {
    var column = column
    for character in text {
      if cells.indices.contains(row), cells[row].indices.contains(column) {
        cells[row][column] = Cell(character: character, tone: tone)
      }
      column += 1
    }
  }

  private func text(colour: Bool) -> [String] {
    cells.map { row in
      var text = ""
      var tone = Diagram.Tone.plain
      for cell in row {
        if colour, cell.tone != tone, cell.character != " " {
          text += Self.code(cell.tone)
          tone = cell.tone
        }
        text.append(cell.character)
      }
      return trimmed(text) + (colour && tone != .plain ? "\u{1B}[0m" : "")
    }
  }

  private static func code(_ tone: Diagram.Tone) -> String {
    switch tone {
    case .plain: "\u{1B}[0m"
    case .pale: "\u{1B}[0;38;5;240m"
    case .colour(let index): "\u{1B}[0;1;38;5;\(Palette.terminalSeries[index % Palette.terminalSeries.count])m"
    }
  }

  // MARK: Parts

  private mutating func draw(_ drawing: Drawing) {
    for frame in drawing.frames {
      let ((left, top), (right, bottom)) = (place(frame.from), place(frame.to))
      rectangle(left, top, right, bottom, .plain, horizontal: "┄", vertical: "┊")
      write(frame.label.terminal, left + 2, top, .plain)
    }
    drawLines(drawing)
    for shape in drawing.shapes { draw(shape) }
    for text in layout.texts {
      for (k, label) in text.labels.enumerated() {
        let start = text.isRight ? text.frame.right - Characters.width(label) : text.frame.left
        write(label.terminal, column(start + 0.5), row(text.frame.top + 0.5) + k, text.tone)
      }
    }
  }

  private mutating func draw(_ shape: Drawing.Shape) {
    let (column, row) = place(shape.at)
    let label = shape.label.terminal
    let start = column - displayWidth(label) / 2
    switch shape.form {
    case .text: write(label, start, row, shape.tone)
    case .dots: write("⋯", column, row, shape.tone)
    case .circle: write("(\(label))", start - 1, row, shape.tone)
    case .layer: write("[\(label)]", start - 1, row, shape.tone)
    case .joint: if !label.isEmpty { write("⊕", column, row, shape.tone) }
    case .box:
      let (width, height) = (Int(Double(shape.size.x) * Characters.unit.x) / 2, shape.size.y / 2)
      rectangle(column - width, row - height, column + width, row + height, shape.tone, horizontal: "─", vertical: "│")
      write(label, start, row, shape.tone)
    }
    for (k, below) in shape.below.map(\.terminal).enumerated() {
      write(below, column - displayWidth(below) / 2, row + 1 + k, shape.tone)
    }
  }

  private mutating func rectangle(
    _ left: Int, _ top: Int, _ right: Int, _ bottom: Int, _ tone: Diagram.Tone, horizontal: Character,
    vertical: Character
  ) {
    let rule = String(repeating: horizontal, count: max(0, right - left - 1))
    write("┌\(rule)┐", left, top, tone)
    for row in top + 1..<max(top + 1, bottom) {
      write(String(vertical), left, row, tone)
      write(String(vertical), right, row, tone)
    }
    write("└\(rule)┘", left, bottom, tone)
  }

  // MARK: Lines

  /// The directions in which a character continues a line.
  private struct Directions: OptionSet {
    let rawValue: Int
    static let up = Directions(rawValue: 1)
    static let down = Directions(rawValue: 2)
    static let left = Directions(rawValue: 4)
    static let right = Directions(rawValue: 8)
  }

  private static let light = Array(" ╵╷│╴┘┐┤╶└┌├─┴┬┼")
  private static let heavy = Array(" ╹╻┃╸┛┓┫╺┗┏┣━┻┳╋")

  /// Lines of one source join where they share a character; where two sources cross, the vertical one runs on over the other.
  private mutating func drawLines(_ drawing: Drawing) {
    struct Track {
      var directions: Directions = []
      var tone = Diagram.Tone.pale
      var isHeavy = false
      var isFaint = false
      var isDashed = false
    }
    struct Spot: Hashable { let row, column: Int }
    var tracks: [Spot: [Diagram.Port: Track]] = [:]
    var heads: [(spot: Spot, character: Character, tone: Diagram.Tone)] = []
    let merges = Dictionary(
      drawing.shapes.indices.filter { drawing.shapes[$0].form == .joint && drawing.shapes[$0].label.isEmpty }.map {
        let place = place(drawing.shapes[$0].at)
        return (Spot(row: place.row, column: place.column), Diagram.Port(node: $0))
      }, uniquingKeysWith: { a, _ in a })
    for line in drawing.lines.sorted(by: { $0.tone.rank < $1.tone.rank }) {
      var spots: [Spot] = []
      for (a, b) in zip(line.path, line.path.dropFirst()) {
        let (from, to) = (place(a), place(b))
        let count = max((to.column - from.column).magnitude, (to.row - from.row).magnitude)
        let (dx, dy) = ((to.column - from.column).signum(), (to.row - from.row).signum())
        for k in (spots.isEmpty ? 0 : 1)...Int(count) where count > 0 {
          spots.append(Spot(row: from.row + k * dy, column: from.column + k * dx))
        }
      }
      // Only outside of the shapes at its ends.
      func isInside(_ spot: Spot, _ shape: Int) -> Bool {
        let frame = layout.shapes[shape]
        return frame.right > frame.left && frame.contains(Double(spot.column) + origin.x, Double(spot.row) + origin.y)
      }
      let outside = spots.indices.filter { !isInside(spots[$0], line.from) && !isInside(spots[$0], line.to) }
      guard let first = outside.first, let last = outside.last else { continue }
      for k in first...last {
        let spot = spots[k]
        var directions: Directions = []
        for neighbour in [k - 1, k + 1] where spots.indices.contains(neighbour) {
          let other = spots[neighbour]
          if other.row < spot.row { directions.insert(.up) }
          if other.row > spot.row { directions.insert(.down) }
          if other.column < spot.column { directions.insert(.left) }
          if other.column > spot.column { directions.insert(.right) }
        }
        let source = merges[spot] ?? line.source
        var track = tracks[spot]?[source] ?? Track()
        track.directions.formUnion(directions)
        track.tone = line.tone
        track.isHeavy = track.isHeavy || (line.width ?? 0) > 0.55
        track.isFaint = (line.width ?? 1) < 0.2
        track.isDashed = line.isDashed
        tracks[spot, default: [:]][source] = track
      }
      guard line.hasHead else { continue }
      let (end, before) = line.isReversed ? (first, first + 1) : (last, last - 1)
      let inner = line.isReversed ? first - 1 : last + 1
      let other =
        spots.indices.contains(inner) ? spots[inner] : spots.indices.contains(before) ? spots[before] : spots[end]
      let isOutward = spots.indices.contains(inner)
      let (dx, dy) = (other.column - spots[end].column, other.row - spots[end].row)
      let (x, y) = isOutward ? (dx, dy) : (-dx, -dy)
      heads.append((spots[end], x > 0 ? "▶" : x < 0 ? "◀" : y > 0 ? "▼" : "▲", line.tone))
    }
    for (spot, here) in tracks {
      // The vertical line over the horizontal one.
      let drawn = here.values.max { a, b in
        let (u, v) = (a.directions.isSuperset(of: [.up, .down]), b.directions.isSuperset(of: [.up, .down]))
        return u == v ? a.directions.rawValue < b.directions.rawValue : v
      }
      guard let track = drawn else { continue }
      var character = (track.isHeavy ? Self.heavy : Self.light)[track.directions.rawValue]
      if track.isDashed || track.isFaint {
        character = character == "─" ? "┄" : character == "│" ? "┊" : character
      }
      write(String(character), spot.column, spot.row, track.tone)
    }
    for head in heads { write(String(head.character), head.spot.column, head.spot.row, head.tone) }
  }
}
