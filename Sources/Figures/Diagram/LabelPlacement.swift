// Where the texts beside lines stand: in the first place along the line where nothing else is.

/// A rectangle in pixels, or in characters.
struct Rectangle: Sendable {
  var left, top, right, bottom: Double

  init(left: Double, top: Double, right: Double, bottom: Double) {
    (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
  }

  init(centre x: Double, _ y: Double, width: Double, height: Double) {
    self.init(left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2)
  }

  func overlaps(_ other: Rectangle) -> Bool {
    left < other.right && other.left < right && top < other.bottom && other.top < bottom
  }

  func contains(_ x: Double, _ y: Double) -> Bool { left < x && x < right && top < y && y < bottom }

  mutating func include(_ other: Rectangle) {
    (left, top) = (min(left, other.left), min(top, other.top))
    (right, bottom) = (max(right, other.right), max(bottom, other.bottom))
  }
}

/// A medium that pictures are drawn on: what a unit of the grid and the shapes measure in it.
protocol Medium {
  /// The size of a unit of the grid.
  static var unit: (x: Double, y: Double) { get }
  /// The distance of a text from its line, and the height of a line of text.
  static var gap: (x: Double, y: Double) { get }
  static var lineHeight: Double { get }
  /// How far above or below its line a text stands clear of the shapes at the line's ends.
  static var clearance: Double { get }
  /// Half the thickness that a line keeps free of texts.
  static var halfLine: (x: Double, y: Double) { get }
  /// How wide a picture may be.
  static var widest: Double { get }
  /// Whether texts stand in whole cells.
  static var isText: Bool { get }
  static func width(_ label: Figure.Label) -> Double
  /// The size of a shape; a text's value below it not included.
  static func size(_ shape: Drawing.Shape) -> (width: Double, height: Double)
}

/// The layout of a picture on a medium: the rectangles of its shapes, and where its texts stand.
struct DrawingLayout<M: Medium>: Sendable {
  /// A placed text: its lines, one below the other.
  struct Text: Sendable {
    let labels: [Figure.Label]
    let frame: Rectangle
    let tone: Diagram.Tone
    /// Whether it stands left of its line, and its lines therefore end at one place.
    let isRight: Bool
  }

  let shapes: [Rectangle]
  private(set) var texts: [Text] = []
  /// What is wrong with the layout, in English: for the picture's author.
  private(set) var problems: [String] = []
  /// Everything drawn.
  private(set) var bounds: Rectangle

  init(_ drawing: Drawing) {
    shapes = drawing.shapes.map { Self.frame($0) }
    let values = drawing.shapes.filter { !$0.below.isEmpty }.map { shape in
      var frame = Self.frame(shape)
      frame.top = frame.bottom
      frame.bottom += M.lineHeight * Double(shape.below.count)
      let widening = ((shape.below.map { M.width($0) }.max() ?? 0) - (frame.right - frame.left)) / 2
      frame.left -= M.isText ? widening.rounded(.up) : widening
      frame.right += widening
      return frame
    }
    bounds = shapes.first ?? Rectangle(left: 0, top: 0, right: 0, bottom: 0)
    for frame in shapes + values { bounds.include(frame) }
    let tracks = drawing.lines.map { line in
      zip(line.path, line.path.dropFirst()).map { a, b in Self.track(a, b) }
    }
    for track in tracks.joined() { bounds.include(track) }
    for frame in drawing.frames {
      bounds.include(
        Rectangle(
          left: Double(frame.from.x) * M.unit.x, top: Double(frame.from.y) * M.unit.y,
          right: Double(frame.to.x) * M.unit.x, bottom: Double(frame.to.y) * M.unit.y))
    }
    checkTracks(drawing, values)
    for (index, line) in drawing.lines.enumerated() where !line.texts.isEmpty {
      place(line, index, drawing, avoiding: shapes + values + tracks.joined())
    }
    if bounds.right - bounds.left > M.widest {
      problems.append(
        "\(Int(bounds.right - bounds.left)) is wider than \(Int(M.widest))" + (M.isText ? " characters" : " pixels"))
    }
  }

  private static func frame(_ shape: Drawing.Shape) -> Rectangle {
    let (width, height) = M.size(shape)
    let (x, y) = (Double(shape.at.x) * M.unit.x, Double(shape.at.y) * M.unit.y)
    var frame = Rectangle(centre: x, y, width: width, height: height)
    // In a terminal the cell of the shape's place is its middle, or the one right of it.
    if M.isText, width > 0 {
      frame.left = x - (width / 2).rounded(.down) - 0.5
      frame.right = frame.left + width
    }
    return frame
  }

  private static func track(_ a: Diagram.Point, _ b: Diagram.Point) -> Rectangle {
    Rectangle(
      left: Double(min(a.x, b.x)) * M.unit.x - M.halfLine.x, top: Double(min(a.y, b.y)) * M.unit.y - M.halfLine.y,
      right: Double(max(a.x, b.x)) * M.unit.x + M.halfLine.x, bottom: Double(max(a.y, b.y)) * M.unit.y + M.halfLine.y)
  }

  /// A line must not run through a shape, nor along a line of another source: readers would see a wire that is not there.
  private mutating func checkTracks(_ drawing: Drawing, _ values: [Rectangle]) {
    var owners: [[Diagram.Point]: Diagram.Port] = [:]
    for line in drawing.lines {
      let name = "\(drawing.shapes[line.from].label.terminal) → \(drawing.shapes[line.to].label.terminal)"
      for (a, b) in line.steps {
        let step = (a.x, a.y) < (b.x, b.y) ? [a, b] : [b, a]
        if let owner = owners[step], owner != line.source {
          problems.append("the line \(name) runs along another at \(a.x), \(a.y)")
        }
        owners[step] = line.source
        for (index, shape) in shapes.enumerated() where index != line.from && index != line.to {
          let isJoint = drawing.shapes[index].form == .joint
          let isInside = shape.contains(Double(b.x) * M.unit.x, Double(b.y) * M.unit.y)
          let isAtMerge = isJoint && drawing.shapes[index].label.isEmpty && drawing.shapes[index].at == b
          if isJoint ? isAtMerge : isInside {
            problems.append("the line \(name) runs through \(drawing.shapes[index].label.terminal) at \(b.x), \(b.y)")
          }
        }
        if values.contains(where: { $0.contains(Double(b.x) * M.unit.x, Double(b.y) * M.unit.y) }) {
          problems.append("the line \(name) runs through a number at \(b.x), \(b.y)")
        }
      }
    }
    for (index, shape) in shapes.enumerated() {
      for other in shapes.indices where other > index && shape.overlaps(shapes[other]) {
        problems.append(
          "\(drawing.shapes[index].label.terminal) and \(drawing.shapes[other].label.terminal) overlap at "
            + "\(drawing.shapes[index].at.x), \(drawing.shapes[index].at.y)")
      }
    }
  }

  /// Puts a line's texts beside it: first where the line runs alone, near the middle of its longest part.
  private mutating func place(_ line: Drawing.Line, _ index: Int, _ drawing: Drawing, avoiding obstacles: [Rectangle]) {
    let width = line.texts.map { M.width($0) }.max() ?? 0
    let height = Double(line.texts.count) * M.lineHeight
    let shared = Set(
      drawing.lines.indices.filter { $0 != index }.flatMap { drawing.lines[$0].steps }.flatMap {
        [[$0.from, $0.to], [$0.to, $0.from]]
      })
    let steps = line.steps.map { (from: $0.from, to: $0.to, isShared: shared.contains([$0.from, $0.to])) }
    let middle = Double(steps.count) / 2
    let candidates = steps.indices.sorted { a, b in
      let (x, y) = ((Double(a) + 0.5 - middle).magnitude, (Double(b) + 0.5 - middle).magnitude)
      return (x, a) < (y, b)
    }
    // First where the line runs alone, then along others; each time first inside of the picture, then where the text widens it.
    let passes = [(false, true), (false, false), (true, true), (true, false)]
    for ((isShared, isInside), k) in passes.flatMap({ pass in candidates.map { (pass, $0) } })
    where steps[k].isShared == isShared {
      let (a, b) = (steps[k].from, steps[k].to)
      let isVertical = a.x == b.x
      let x = Double(a.x + b.x) / 2 * M.unit.x
      let y = Double(a.y + b.y) / 2 * M.unit.y
      for (side, gap) in [(1.0, M.gap.y), (-1, M.gap.y), (1, M.clearance), (-1, M.clearance)] {
        var frame =
          isVertical
          ? Rectangle(
            centre: x + side * (width / 2 + M.gap.x), M.isText ? Double(b.y) * M.unit.y : y, width: width,
            height: height)
          : Rectangle(centre: x, y - side * (height / 2 + gap), width: width, height: height)
        if M.isText {
          let shift = (frame.left + 0.5).rounded(.down) - 0.5 - frame.left
          frame.left += shift
          frame.right += shift
          let drop = (frame.top + 0.5).rounded() - 0.5 - frame.top
          frame.top += drop
          frame.bottom += drop
        }
        var wide = frame
        (wide.left, wide.right) = (frame.left - M.gap.x, frame.right + M.gap.x)
        let width = max(bounds.right, frame.right) - min(bounds.left, frame.left)
        if width > (isInside ? bounds.right - bounds.left : M.widest) { continue }
        let isFree = !obstacles.contains { $0.overlaps(frame) } && !texts.contains { $0.frame.overlaps(wide) }
        guard isFree else { continue }
        texts.append(Text(labels: line.texts, frame: frame, tone: line.tone, isRight: isVertical && side < 0))
        bounds.include(frame)
        return
      }
    }
    problems.append(
      "no room for \(line.texts.map(\.terminal).joined(separator: ", ")) beside the line "
        + "\(drawing.shapes[line.from].label.terminal) → \(drawing.shapes[line.to].label.terminal)"
        + (M.isText ? " in the terminal" : ""))
  }
}
