// What the SVG figures have in common: a plot's area and axes, markers, legends.

// MARK: - Plot area and axes

/// The rectangle of the figure where the data stand, in pixels.
struct PlotArea {
  var left: Double
  var top: Double
  var width: Double
  var height: Double

  var right: Double { left + width }
  var bottom: Double { top + height }

  /// The pixel of a place from 0 to 1 along an axis.
  func x(_ place: Double) -> Double { left + place * width }
  func y(_ place: Double) -> Double { bottom - place * height }

  /// A path through the places. Places within half a pixel of the one before are left out.
  func path(_ places: [Place]) -> String {
    var result = ""
    var last: (Double, Double)?
    for (index, place) in places.enumerated() {
      let (x, y) = (x(place.x), y(place.y))
      let isLast = index == places.count - 1
      if let last, !isLast, (x - last.0).magnitude < 0.4, (y - last.1).magnitude < 0.4 { continue }
      result += (result.isEmpty ? "M" : "L") + "\(px(x)) \(px(y))"
      last = (x, y)
    }
    return result
  }
}

extension SVGWriter {
  /// The axes of a plot with their ticks and labels. The x label stands below, the y label above at the left.
  mutating func axes(
    _ area: PlotArea, x: [Scale.Tick], y: [Scale.Tick], xLabel: Figure.Label, yLabel: Figure.Label
  ) {
    for tick in x {
      let place = area.x(tick.place)
      line("a", place, area.bottom, place, area.bottom + (tick.label == nil ? 3 : 6))
      if let label = tick.label { text(label, place, area.bottom + 23, .middle, size: TextSize.tick) }
    }
    for tick in y {
      let place = area.y(tick.place)
      line("a", area.left - (tick.label == nil ? 3 : 6), place, area.left, place)
      if let label = tick.label { text(label, area.left - 10, place + 5, .end, size: TextSize.tick) }
    }
    text(xLabel, area.left + area.width / 2, area.bottom + 48, .middle)
    text(yLabel, 12, 24)
  }

  /// Grid lines at the labelled ticks, except on the axes themselves.
  mutating func grid(_ area: PlotArea, x: [Scale.Tick], y: [Scale.Tick]) {
    for tick in y where tick.label != nil && tick.place > 1e-6 {
      line("g", area.left, area.y(tick.place), area.right, area.y(tick.place))
    }
    for tick in x where tick.label != nil && tick.place > 1e-6 {
      line("g", area.x(tick.place), area.top, area.x(tick.place), area.bottom)
    }
  }
}

/// The width of the widest tick label.
func widest(_ ticks: [Scale.Tick]) -> Double { halfWidths(ticks).map { $0.half * 2 }.max() ?? 0 }

/// How far the labels reach beyond the right end of an x axis of that width; negative where they end before it.
func overhangRight(_ ticks: [Scale.Tick], width: Double) -> Double {
  halfWidths(ticks).map { $0.half - (1 - $0.place) * width }.max() ?? 0
}

/// How far the labels reach beyond its left end.
func overhangLeft(_ ticks: [Scale.Tick], width: Double) -> Double {
  halfWidths(ticks).map { $0.half - $0.place * width }.max() ?? 0
}

private func halfWidths(_ ticks: [Scale.Tick]) -> [(place: Double, half: Double)] {
  ticks.compactMap { tick in tick.label.map { (tick.place, TextSize.width($0, size: TextSize.tick) / 2) } }
}

/// The ticks of a y axis or colour bar of that height.
func ticksUpwards(_ scale: Scale, height: Double) -> [Scale.Tick] {
  scale.ticks(most: 7, length: height, gap: 6) { _ in 20 }
}

/// The ticks of an x axis of that width.
func ticksAcross(_ scale: Scale, most: Int, width: Double) -> [Scale.Tick] {
  scale.ticks(most: most, length: width, gap: 14) { TextSize.width($0, size: TextSize.tick) }
}

// MARK: - Markers

/// A marker's outline around the origin: eight filled shapes, then eight hollow ones.
func marker(_ shape: Int, at x: Double, _ y: Double, kind: String, size r: Double = 4.2) -> String {
  func polygon(_ points: [(Double, Double)]) -> String {
    "M" + points.map { "\(px(x + $0.0 * r)) \(px(y + $0.1 * r))" }.joined(separator: "L") + "Z"
  }
  let hollow = shape % 16 >= 8 ? " style=\"fill:none\"" : ""
  let outline: String
  switch shape % 8 {
  case 0: return "<circle class=\"\(kind)\" cx=\"\(px(x))\" cy=\"\(px(y))\" r=\"\(px(r))\"\(hollow)/>"
  case 1: outline = polygon([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
  case 2: outline = polygon([(0, -1.2), (1.1, 0.8), (-1.1, 0.8)])
  case 3: outline = polygon([(0, -1.3), (1.1, 0), (0, 1.3), (-1.1, 0)])
  case 4: outline = polygon([(0, 1.2), (1.1, -0.8), (-1.1, -0.8)])
  case 5: outline = polygon([(0, -1.25), (1.2, -0.4), (0.75, 1), (-0.75, 1), (-1.2, -0.4)])
  case 6: outline = polygon([(-1.2, 0), (0.8, -1.1), (0.8, 1.1)])
  default: outline = polygon([(1.2, 0), (-0.8, -1.1), (-0.8, 1.1)])
  }
  return "<path class=\"\(kind)\" d=\"\(outline)\"\(hollow)/>"
}

// MARK: - Legends

/// An entry of a legend: a sample of a line, and what it is.
struct LegendEntry {
  /// From the start of the sample to the start of the label.
  static let sample = 30.0
  static let height = 23.0

  let label: Figure.Label
  /// The elements of a sample from x to x + 24 at height y.
  let sample: (_ x: Double, _ y: Double) -> [String]
  /// Where its line ends in the plot, as a place from 0 to 1: the entry stands near it.
  var end = 0.0

  var width: Double { Self.sample + TextSize.width(label, size: TextSize.label) }

  /// Heights in pixels at least `height` apart, near the preferred ones, between top and bottom where there is room. The
  /// order stays.
  static func spread(_ preferred: [Double], top: Double, bottom: Double) -> [Double] {
    // Neighbours that push each other away move as one block, around the mean of what its members prefer.
    var blocks: [(start: Double, preferred: [Double])] = []
    func start(_ preferred: [Double]) -> Double {
      let first = preferred.enumerated().reduce(0.0) { $0 + $1.element - Double($1.offset) * height }
      let last = bottom - Double(preferred.count - 1) * height
      return max(top, min(first / Double(preferred.count), last))
    }
    for height in preferred {
      blocks.append((start([height]), [height]))
      while blocks.count > 1, let last = blocks.last {
        let before = blocks[blocks.count - 2]
        guard before.start + Double(before.preferred.count) * Self.height > last.start else { break }
        blocks.removeLast(2)
        blocks.append((start(before.preferred + last.preferred), before.preferred + last.preferred))
      }
    }
    return blocks.flatMap { block in block.preferred.indices.map { block.start + Double($0) * height } }
  }
}

/// A legend's entries and where each begins, in pixels.
struct Legend {
  var entries: [(entry: LegendEntry, x: Double, y: Double)] = []

  /// The width of the widest entry; 0 without entries.
  static func widest(_ entries: [LegendEntry]) -> Double { entries.map { $0.width }.max() ?? 0 }

  /// Entries in rows of as many as fit between `left` and `right`, the first row at `top`. `rows` counts them.
  static func rows(_ entries: [LegendEntry], columns: Int, left: Double, top: Double) -> Legend {
    let width = widest(entries) + 26
    let placed = entries.enumerated().map { index, entry in
      (
        entry: entry, x: left + Double(index % columns) * width,
        y: top + Double(index / columns) * LegendEntry.height
      )
    }
    return Legend(entries: placed)
  }
}

extension SVGWriter {
  mutating func legend(_ legend: Legend) {
    for (entry, x, y) in legend.entries {
      for part in entry.sample(x, y) { add(part) }
      text(entry.label, x + LegendEntry.sample, y + 5)
    }
  }
}
