// A picture of a computation as an SVG file.

import Console

enum Pixels: Medium {
  static let unit = (x: 22.0, y: 22.0)
  static let gap = (x: 6.0, y: 3.0)
  static let lineHeight = 18.0
  static let clearance = 15.0
  static let halfLine = (x: 2.0, y: 2.0)
  static let widest = 620.0
  static let isText = false
  static let size = 16.0

  static func width(_ label: Figure.Label) -> Double { TextSize.width(label, size: size) }

  static func size(_ shape: Drawing.Shape) -> (width: Double, height: Double) {
    let text = width(shape.label)
    return switch shape.form {
    case .text: (text + 6, 22)
    case .dots: (26, 16)
    case .circle: (max(26, text + 14), 26)
    case .layer: (max(38, text + 16), 28)
    case .box: (Double(shape.size.x) * unit.x, Double(shape.size.y) * unit.y)
    case .joint: shape.label.isEmpty ? (0, 0) : (16, 16)
    }
  }
}

/// Several pictures as one SVG file, side by side or one below the other.
struct DrawingSVG {
  private var writer = SVGWriter()
  private var origin = (x: 0.0, y: 0.0)

  static func file(_ drawings: [Drawing], inRow: Bool, id: String, title: String) -> String {
    var svg = DrawingSVG()
    var (width, height) = (0.0, 0.0)
    let (margin, space) = (10.0, 26.0)
    for drawing in drawings {
      let layout = DrawingLayout<Pixels>(drawing)
      let heading = drawing.title.isEmpty ? 0 : 26.0
      let size = (x: layout.bounds.right - layout.bounds.left, y: layout.bounds.bottom - layout.bounds.top + heading)
      let start =
        inRow
        ? (x: width == 0 ? margin : width - margin + space, y: margin)
        : (x: margin, y: height == 0 ? margin : height - margin + space)
      svg.origin = (x: start.x - layout.bounds.left, y: start.y + heading - layout.bounds.top)
      if heading > 0 {
        svg.writer.text(drawing.title, start.x + size.x / 2, start.y + 14, .middle, kind: "h")
      }
      svg.draw(drawing, layout)
      width = max(width, start.x + size.x + margin)
      height = max(height, start.y + size.y + margin)
    }
    let description = drawings.map(\.description).filter { !$0.isEmpty }.joined(separator: ". ")
    return svg.writer.file(
      width: width.rounded(.up), height: height.rounded(.up), id: id, title: title, description: description,
      style: style)
  }

  private static let style =
    commonRules + [
      ".w{stroke-width:1.6}.n{stroke-width:1.4}.z{stroke-dasharray:4 4}.e{stroke-dasharray:2 4;stroke-width:1.2}",
      "text{font-size:\(px(Pixels.size))px}.h{font-weight:600}",
    ] + rules(false) + ["@media (prefers-color-scheme:dark){"] + rules(true) + ["}"]

  private static func rules(_ isDark: Bool) -> [String] {
    let text = isDark ? Palette.darkText : Palette.lightText
    let page = isDark ? Palette.darkGrid : Palette.lightGrid
    let colours = isDark ? Palette.darkSeries : Palette.lightSeries
    let pale = isDark ? Palette.darkPale : Palette.lightPale
    return [
      "text,.j{fill:\(text)}.k{stroke:\(text)}.b{fill:\(page)}.q{stroke:\(pale)}.p,text.p{fill:\(pale)}"
    ]
      + colours.enumerated().map { ".s\($0){stroke:\($1)}.m\($0){fill:\($1)}text.m\($0){fill:\($1)}" }
  }

  /// The classes of a tone for strokes, for fills, and for a text.
  private func stroke(_ tone: Diagram.Tone) -> String {
    switch tone {
    case .plain: "k"
    case .pale: "q"
    case .colour(let index): "s\(index % Palette.lightSeries.count)"
    }
  }

  private func fill(_ tone: Diagram.Tone) -> String {
    switch tone {
    case .plain: "j"
    case .pale: "p"
    case .colour(let index): "m\(index % Palette.lightSeries.count)"
    }
  }

  private func text(_ tone: Diagram.Tone) -> String {
    switch tone {
    case .plain: ""
    case .pale: "p"
    case .colour(let index): "m\(index % Palette.lightSeries.count)"
    }
  }

  // MARK: Parts

  private func x(_ x: Int) -> Double { origin.x + Double(x) * Pixels.unit.x }
  private func y(_ y: Int) -> Double { origin.y + Double(y) * Pixels.unit.y }

  private mutating func draw(_ drawing: Drawing, _ layout: DrawingLayout<Pixels>) {
    for frame in drawing.frames {
      let size = (x: x(frame.to.x) - x(frame.from.x), y: y(frame.to.y) - y(frame.from.y))
      writer.add(
        "<rect class=\"k e\" fill=\"none\" x=\"\(px(x(frame.from.x)))\" y=\"\(px(y(frame.from.y)))\" width=\"\(px(size.x))\""
          + " height=\"\(px(size.y))\" rx=\"8\"/>")
      writer.text(frame.label, x(frame.from.x) + 7, y(frame.from.y) + 17)
    }
    let order = drawing.lines.indices.sorted {
      (drawing.lines[$0].tone.rank, $0) < (drawing.lines[$1].tone.rank, $1)
    }
    for index in order { draw(drawing.lines[index], layout, forks: Set(drawing.forks.map(\.at))) }
    for fork in drawing.forks {
      writer.add("<circle class=\"\(fill(fork.tone))\" cx=\"\(px(x(fork.at.x)))\" cy=\"\(px(y(fork.at.y)))\" r=\"3\"/>")
    }
    for (shape, frame) in zip(drawing.shapes, layout.shapes) { draw(shape, frame) }
    for placed in layout.texts {
      for (k, label) in placed.labels.enumerated() {
        let baseline = origin.y + placed.frame.top + Double(k) * Pixels.lineHeight + 14
        let (anchor, left): (SVGWriter.Anchor, Double) =
          placed.isRight ? (.end, placed.frame.right) : (.start, placed.frame.left)
        writer.text(label, origin.x + left, baseline, anchor, kind: text(placed.tone))
      }
    }
  }

  private mutating func draw(_ shape: Drawing.Shape, _ frame: Rectangle) {
    let (cx, cy) = (x(shape.at.x), y(shape.at.y))
    let (width, height) = Pixels.size(shape)
    let corner =
      "x=\"\(px(cx - width / 2))\" y=\"\(px(cy - height / 2))\" width=\"\(px(width))\" height=\"\(px(height))\""
    switch shape.form {
    case .text, .dots: break
    case .circle:
      writer.add("<rect class=\"n \(stroke(shape.tone))\" fill=\"none\" \(corner) rx=\"\(px(height / 2))\"/>")
    case .layer: writer.add("<rect class=\"n b \(stroke(shape.tone))\" \(corner) rx=\"3\"/>")
    case .box: writer.add("<rect class=\"n b \(stroke(shape.tone))\" \(corner) rx=\"8\"/>")
    case .joint:
      if shape.label.isEmpty { return }
      writer.add("<circle class=\"n b \(stroke(shape.tone))\" cx=\"\(px(cx))\" cy=\"\(px(cy))\" r=\"8\"/>")
      writer.text(shape.label, cx, cy + 4.5, .middle, size: TextSize.tick, kind: text(shape.tone))
      return
    }
    writer.text(shape.label, cx, cy + 5, .middle, kind: text(shape.tone))
    for (k, label) in shape.below.enumerated() {
      writer.text(label, cx, cy + 8 + Double(k + 1) * Pixels.lineHeight, .middle, kind: text(shape.tone))
    }
  }

  /// A line with rounded corners, from the edge of one shape to the edge of the other.
  private mutating func draw(_ line: Drawing.Line, _ layout: DrawingLayout<Pixels>, forks: Set<Diagram.Point>) {
    var points = line.path.map { (x: Double($0.x) * Pixels.unit.x, y: Double($0.y) * Pixels.unit.y) }
    points[0] = edge(layout.shapes[line.from], from: points[0], towards: points[1])
    let last = points.count - 1
    points[last] = edge(layout.shapes[line.to], from: points[last], towards: points[last - 1])
    points = points.map { (x: $0.x + origin.x, y: $0.y + origin.y) }
    let thickness = line.width.map { 0.6 + 6 * min(max($0, 0), 1) } ?? (line.tone.rank > 1 ? 2.4 : 1.6)
    // The head's tip touches the shape; the line ends at its base.
    let size = max(7, thickness * 1.6)
    let tip = line.isReversed ? points[0] : points[last]
    let before = line.isReversed ? points[1] : points[last - 1]
    let length = max((tip.x - before.x).magnitude, (tip.y - before.y).magnitude)
    let direction = (x: (tip.x - before.x) / max(length, 1), y: (tip.y - before.y) / max(length, 1))
    if line.hasHead {
      let base = (x: tip.x - direction.x * size, y: tip.y - direction.y * size)
      if line.isReversed { points[0] = base } else { points[last] = base }
      let (a, b) = (
        (x: base.x - direction.y * size * 0.5, y: base.y + direction.x * size * 0.5),
        (x: base.x + direction.y * size * 0.5, y: base.y - direction.x * size * 0.5)
      )
      writer.add(
        "<polygon class=\"\(fill(line.tone))\" points=\"\(px(tip.x)),\(px(tip.y)) \(px(a.x)),\(px(a.y)) \(px(b.x)),\(px(b.y))\"/>"
      )
    }
    var path = "M\(px(points[0].x)) \(px(points[0].y))"
    for k in points.indices.dropFirst() {
      guard k < points.count - 1 else {
        path += "L\(px(points[k].x)) \(px(points[k].y))"
        break
      }
      if forks.contains(line.path[k]) {
        path += "L\(px(points[k].x)) \(px(points[k].y))"
        continue
      }
      // A corner: the line leaves it 8 pixels before and comes back 8 pixels after.
      func near(_ other: (x: Double, y: Double)) -> (x: Double, y: Double) {
        let length = max((other.x - points[k].x).magnitude, (other.y - points[k].y).magnitude)
        let share = length == 0 ? 0 : min(8, length / 2) / length
        return (x: points[k].x + (other.x - points[k].x) * share, y: points[k].y + (other.y - points[k].y) * share)
      }
      let (a, b) = (near(points[k - 1]), near(points[k + 1]))
      path += "L\(px(a.x)) \(px(a.y))Q\(px(points[k].x)) \(px(points[k].y)) \(px(b.x)) \(px(b.y))"
    }
    let kinds = ["w", stroke(line.tone), line.isDashed ? "z" : ""].filter { !$0.isEmpty }.joined(separator: " ")
    writer.add("<path class=\"\(kinds)\" style=\"stroke-width:\(px(thickness))\" d=\"\(path)\"/>")
  }

  /// Where a line from a shape's middle leaves it.
  private func edge(
    _ shape: Rectangle, from point: (x: Double, y: Double), towards next: (x: Double, y: Double)
  ) -> (x: Double, y: Double) {
    if shape.right - shape.left < 1 { return point }
    if next.x > point.x { return (min(max(point.x, shape.right + 1), next.x), point.y) }
    if next.x < point.x { return (max(min(point.x, shape.left - 1), next.x), point.y) }
    if next.y > point.y { return (point.x, min(max(point.y, shape.bottom + 1), next.y)) }
    return (point.x, max(min(point.y, shape.top - 1), next.y))
  }
}
