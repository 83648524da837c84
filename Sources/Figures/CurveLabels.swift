// Names beside their curves, inside of the plot.

extension LineChart {
  /// The series whose names stand inside: where the chart says so, and where a curve leaves the plot before its right end.
  var namesInside: Set<Int> {
    let (scaleX, scaleY) = scales
    return Set(
      series.indices.filter { index in
        if series[index].name.isEmpty { return false }
        if series[index].labelX != nil { return true }
        let end = visibleLines(series[index].points, x: scaleX, y: scaleY).last?.last
        return end.map { $0.x < 0.97 && ($0.y < 1e-6 || $0.y > 1 - 1e-6) } ?? false
      })
  }
}

/// Finds places for names beside their curves.
enum CurveLabels {
  /// A name's place: its left end, its baseline, and the room that it takes around them.
  struct Box {
    var left: Double
    var baseline: Double
    var width: Double
    var right: Double { left + width }
    var top: Double { baseline - TextSize.label * 0.85 }
    var bottom: Double { baseline + TextSize.label * 0.4 }

    /// The boxes beside a point: above and below it, and at its height; to the right, to the left, and centred.
    static func around(_ x: Double, _ y: Double, width: Double) -> [Box] {
      [10.0, 16].flatMap { gap in
        [y - gap, y + gap + 10, y + 5].flatMap { baseline in
          [x + gap, x - gap - width, x - width / 2].map { Box(left: $0, baseline: baseline, width: width) }
        }
      }
    }

    func overlaps(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }

    /// Whether a line, in pixels, touches it.
    func isCrossed(by line: [(x: Double, y: Double)]) -> Bool {
      let unit = line.map { Place(x: ($0.x - left) / width, y: ($0.y - top) / (bottom - top)) }
      if unit.count == 1 { return unit[0].isInside }
      return zip(unit, unit.dropFirst()).contains { clipped($0, $1) != nil }
    }
  }

  /// The places of the names of these series: beside a point of the curve, on no line and on no other name.
  /// A name without room has no place.
  static func placed(
    _ wanted: [Int], of chart: LineChart, _ lines: [[[Place]]], _ area: PlotArea, _ scale: Scale
  ) -> [(series: Int, place: Box)] {
    var drawn = lines.joined().map { $0.map { (x: area.x($0.x), y: area.y($0.y)) } }
    for reference in chart.references {
      let scale = reference.direction == .horizontal ? chart.scales.y : scale
      guard let place = scale.place(reference.position) else { continue }
      drawn.append(
        reference.direction == .horizontal
          ? [(area.left, area.y(place)), (area.right, area.y(place))]
          : [(area.x(place), area.top), (area.x(place), area.bottom)])
    }
    var placed: [(series: Int, place: Box)] = []
    for index in wanted {
      let series = chart.series[index]
      let width = TextSize.width(series.name, size: TextSize.label)
      let anchors = anchors(series.labelX.flatMap(scale.place), lines[index])
      let boxes = anchors.flatMap { Box.around(area.x($0.x), area.y($0.y), width: width) }
      let free = boxes.first { box in
        box.left >= area.left + 3 && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom
          && !placed.contains { $0.place.overlaps(box) } && !drawn.contains { box.isCrossed(by: $0) }
      }
      guard let box = free else { continue }
      placed.append((index, box))
    }
    return placed
  }

  /// The points of a curve beside which its name may stand, the best one first: at x, or where the curve ends, then ever
  /// further from there.
  private static func anchors(_ x: Double?, _ lines: [[Place]]) -> [Place] {
    guard let x = x ?? lines.last?.last?.x else { return [] }
    return (0...8).flatMap { [-0.025 * Double($0), 0.025 * Double($0)] }.compactMap { shift in
      for line in lines {
        for (start, end) in zip(line, line.dropFirst()) where start.x < end.x && start.x...end.x ~= x + shift {
          return Place(x: x + shift, y: start.y + (x + shift - start.x) / (end.x - start.x) * (end.y - start.y))
        }
      }
      return nil
    }
  }
}
