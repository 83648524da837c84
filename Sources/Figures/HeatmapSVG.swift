// A heatmap as an SVG file.

import Console

extension Heatmap {
  func svg(id: String, title: String, description: String) -> String {
    var writer = SVGWriter()
    let layout = Layout(self)
    let area = layout.area
    draw(cellsIn: area, id: id, &writer)
    if decimals != nil { drawNumbers(area, &writer) }
    writer.line("a", area.left, area.top, area.right, area.top)
    writer.line("a", area.right, area.top, area.right, area.bottom)
    writer.line("a", area.left, area.top, area.left, area.bottom)
    writer.line("a", area.left, area.bottom, area.right, area.bottom)
    switch sides {
    case .labelled(let rows, let columns):
      for (index, row) in rows.enumerated() {
        let y = area.top + (Double(index) + 0.5) * area.height / Double(rows.count)
        writer.text(row, area.left - 8, y + 5.5, .end)
      }
      for (index, column) in columns.enumerated() {
        let x = area.left + (Double(index) + 0.5) * area.width / Double(columns.count)
        writer.text(column, x, area.top - 9, .middle)
      }
    case .numeric(let x, let y):
      writer.axes(area, x: layout.ticksX, y: layout.ticksY, xLabel: x.label, yLabel: y.label)
      drawPaths(area, Scale(x, values: []), Scale(y, values: []), &writer)
    }
    drawColourBar(layout, id: id, &writer)
    writer.legend(layout.legend)
    return writer.file(
      width: layout.width.rounded(.up), height: layout.height.rounded(.up), id: id, title: title,
      description: description, style: style)
  }

  private var style: [String] {
    func colours(isDark: Bool) -> [String] {
      (0..<Palette.levels).map { level in
        let colour = Palette.heat(level, isDiverging: isDiverging, isDark: isDark)
        let text = decimals == nil ? "" : ".n\(level){fill:\(Palette.textColour(on: colour))}"
        return ".h\(level){fill:\(Palette.hexadecimal(colour))}\(text)"
      }
    }
    return commonRules
      + [
        ".o{stroke:#fff;stroke-width:4.6;stroke-linejoin:round;stroke-linecap:round}",
        ".p{stroke-width:2;stroke-linejoin:round}.q{stroke:#fff;stroke-width:1}",
        Palette.paths.enumerated().map { ".p\($0){stroke:\($1)}.q\($0){fill:\($1)}" }.joined(),
        ".d1{stroke-dasharray:7 3}.d2{stroke-dasharray:2 3}",
      ]
      + rules(isDark: false, series: 0) + colours(isDark: false)
      + ["@media (prefers-color-scheme:dark){"] + rules(isDark: true, series: 0) + colours(isDark: true) + ["}"]
  }

  private func draw(cellsIn area: PlotArea, id: String, _ writer: inout SVGWriter) {
    let scale = colourScale
    let isNumeric = sides.isNumeric
    // Neighbours of one colour are one rectangle, rectangles of one colour one path. A cell is one unit wide and high.
    var paths = Array(repeating: "", count: Palette.levels)
    var blanks = ""
    for (index, row) in values.enumerated() {
      let line = isNumeric ? values.count - 1 - index : index
      let levels = row.map { scale.place($0).map(Palette.level) }
      var start = 0
      while start < row.count {
        var end = start + 1
        while end < row.count, levels[end] == levels[start] { end += 1 }
        if let level = levels[start] {
          paths[level] += "M\(start) \(line)h\(end - start)v1h\(start - end)"
        } else {
          let left = area.left + Double(start) * area.width / Double(row.count)
          let right = area.left + Double(end) * area.width / Double(row.count)
          let top = area.top + Double(line) * area.height / Double(values.count)
          let bottom = area.top + Double(line + 1) * area.height / Double(values.count)
          blanks += "M\(px(left)) \(px(top))H\(px(right))V\(px(bottom))H\(px(left))Z"
        }
        start = end
      }
    }
    writer.cells(area, columns: columnCount, rows: values.count, paths)
    if !blanks.isEmpty {
      writer.add(
        "<pattern id=\"\(id)-blank\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
          + "<path class=\"a\" d=\"M0 6L6 0M-1 1L1 -1M5 7L7 5\"/></pattern>")
      writer.add("<path style=\"fill:url(#\(id)-blank)\" d=\"\(blanks)\"/>")
    }
  }

  private func drawNumbers(_ area: PlotArea, _ writer: inout SVGWriter) {
    let scale = colourScale
    for (rowIndex, row) in values.enumerated() {
      let y = area.top + (Double(rowIndex) + 0.5) * area.height / Double(values.count)
      for (columnIndex, value) in row.enumerated() {
        let x = area.left + (Double(columnIndex) + 0.5) * area.width / Double(row.count)
        guard let level = scale.place(value).map(Palette.level) else { continue }
        writer.text(Label(plain: text(value)), x, y + 4.5, .middle, size: TextSize.tick, kind: "n\(level)")
      }
    }
  }

  private func drawPaths(_ area: PlotArea, _ x: Scale, _ y: Scale, _ writer: inout SVGWriter) {
    for (index, path) in paths.enumerated() {
      let lines = visibleLines(path.points, x: x, y: y)
      let shape = lines.map(area.path).joined()
      guard !shape.isEmpty else { continue }
      writer.add("<path class=\"o\" d=\"\(shape)\"/>")
      writer.add("<path class=\"\(lineKind(index))\" d=\"\(shape)\"/>")
      for point in path.points.dropFirst() {
        guard let placeX = x.place(point.x), let placeY = y.place(point.y) else { continue }
        guard Place(x: placeX, y: placeY).isInside else { continue }
        writer.add(marker(index, at: area.x(placeX), area.y(placeY), kind: markerKind(index), size: 3.6))
      }
    }
    // The starts, as rings over all paths; those of paths that start together lie in each other.
    for (index, path) in paths.enumerated() {
      guard let start = path.points.first, let placeX = x.place(start.x), let placeY = y.place(start.y) else {
        continue
      }
      guard Place(x: placeX, y: placeY).isInside else { continue }
      for kind in ["o", "p p\(index % Palette.paths.count)"] {
        writer.add(
          "<path class=\"\(kind)\" d=\"\(ring(at: area.x(placeX), area.y(placeY), radius: 6 + 4 * Double(index)))\"/>")
      }
    }
  }

  private func lineKind(_ index: Int) -> String { "p p\(index % Palette.paths.count) d\(index % 3)" }
  private func markerKind(_ index: Int) -> String { "q q\(index % Palette.paths.count)" }

  /// A circle as a path, as the rules for lines apply to it.
  private func ring(at x: Double, _ y: Double, radius: Double) -> String {
    let r = px(radius)
    return "M\(px(x - radius)) \(px(y))a\(r) \(r) 0 1 0 \(px(2 * radius)) 0a\(r) \(r) 0 1 0 \(px(-2 * radius)) 0"
  }

  private func drawColourBar(_ layout: Layout, id: String, _ writer: inout SVGWriter) {
    let hasBlank = !blankLabel.isEmpty
    let bar = PlotArea(
      left: layout.area.right + 20, top: layout.area.top, width: 16, height: layout.area.height - (hasBlank ? 34 : 0))
    let paths = (0..<Palette.levels).map { "M0 \(Palette.levels - 1 - $0)h1v1h-1" }
    writer.cells(bar, columns: 1, rows: Palette.levels, paths)
    for tick in layout.barTicks {
      let y = bar.y(tick.place)
      writer.line("a", bar.right, y, bar.right + (tick.label == nil ? 3 : 5), y)
      if let label = tick.label { writer.text(label, bar.right + 9, y + 5, size: TextSize.tick) }
    }
    writer.text(valueLabel, bar.left, bar.top - (sides.isNumeric ? 18 : 14))
    if hasBlank {
      let top = bar.bottom + 14
      let box = "M\(px(bar.left)) \(px(top))h16v16h-16Z"
      writer.add("<path class=\"a\" style=\"fill:url(#\(id)-blank)\" d=\"\(box)\"/>")
      writer.text(Label(plain: blankLabel), bar.right + 9, top + 13, size: TextSize.tick)
    }
  }
}

extension Heatmap.Sides {
  fileprivate var isNumeric: Bool {
    if case .numeric = self { true } else { false }
  }
}

extension SVGWriter {
  /// Rectangles in the colours of their levels, on a grid that divides the area.
  fileprivate mutating func cells(_ area: PlotArea, columns: Int, rows: Int, _ paths: [String]) {
    guard columns > 0, rows > 0 else { return }
    let (x, y) = (exact(area.width / Double(columns)), exact(area.height / Double(rows)))
    add(
      "<g shape-rendering=\"crispEdges\" transform=\"translate(\(px(area.left)) \(px(area.top))) scale(\(x) \(y))\">")
    for (level, path) in paths.enumerated() where !path.isEmpty {
      add("<path class=\"h\(level)\" d=\"\(path)\"/>")
    }
    add("</g>")
  }
}

/// A factor that many cells are multiplied by: with two decimals, the error would add up to a pixel.
private func exact(_ x: Double) -> String { NumberFormat.format(x, decimals: 5) }

// MARK: - Layout

extension Heatmap {
  /// Where everything stands.
  fileprivate struct Layout {
    let area: PlotArea
    let ticksX: [Scale.Tick]
    let ticksY: [Scale.Tick]
    let barTicks: [Scale.Tick]
    let legend: Legend
    let width: Double
    let height: Double

    init(_ map: Heatmap) {
      let plot =
        switch map.sides {
        case .labelled(let rows, let columns): Plot(map, rows: rows, columns: columns)
        case .numeric(let x, let y): Plot(map, x: x, y: y)
        }
      (area, ticksX, ticksY, barTicks) = (plot.area, plot.ticksX, plot.ticksY, plot.barTicks)
      let entries = map.entries
      guard !entries.isEmpty else {
        (legend, width, height) = (Legend(), plot.width, plot.height)
        return
      }
      // The legend of the paths stands below everything.
      let widest = Legend.widest(entries)
      width = max(plot.width, widest + 40)
      let columns = max(1, Int((width - area.left - 14) / (widest + 26)))
      let rows = Double((entries.count + columns - 1) / columns)
      height = plot.height + rows * LegendEntry.height + 10
      legend = .rows(
        entries, columns: columns, left: max(14, min(area.left, width - widest - 26)),
        top: height - rows * LegendEntry.height)
    }
  }

  /// The plot, its axes and its colour bar, and the page that they need.
  private struct Plot {
    let area: PlotArea
    var ticksX: [Scale.Tick] = []
    var ticksY: [Scale.Tick] = []
    let barTicks: [Scale.Tick]
    let width: Double
    let height: Double

    /// A matrix: square cells where labels and numbers leave room for them, and none lower than a line of text.
    init(_ map: Heatmap, rows: [Label], columns: [Label]) {
      let widestColumn = columns.map { TextSize.width($0, size: TextSize.label) }.max() ?? 0
      let numbers = map.values.joined().map { TextSize.width(map.text($0)) * TextSize.tick }.max() ?? 0
      let rowLabels = rows.map { TextSize.width($0, size: TextSize.label) }.max() ?? 0
      let gap = columns.allSatisfy { $0.terminal.count == 1 } ? 2.0 : 6
      let (rowCount, columnCount) = (Double(max(rows.count, 1)), Double(max(columns.count, 1)))
      let left = 14 + max(rowLabels + 10, widestColumn / 2)
      let side = min((Page.width - left - 90) / columnCount, 300 / rowCount, 54)
      let areaWidth = max(side, numbers + 3, widestColumn + gap) * columnCount
      let areaHeight = max(max(side, 22) * rowCount, 90)
      barTicks = map.barTicks(height: areaHeight)
      let needed = left + areaWidth + map.barWidth(barTicks)
      area = PlotArea(left: left + max(0, (Page.width - needed) / 2), top: 42, width: areaWidth, height: areaHeight)
      width = max(Page.width, needed)
      height = area.bottom + 22
    }

    /// A landscape over numeric axes.
    init(_ map: Heatmap, x: Axis, y: Axis) {
      let below: Double = x.label.isEmpty ? 36 : 62
      let areaHeight = Page.height - 42 - below
      ticksY = ticksUpwards(Scale(y, values: []), height: areaHeight)
      barTicks = map.barTicks(height: areaHeight)
      let barWidth = map.barWidth(barTicks)
      let narrow = 14 + widest(ticksY) + 12
      let areaWidth = max(280, Page.width - narrow - barWidth)
      ticksX = ticksAcross(Scale(x, values: []), most: 8, width: areaWidth)
      let overhang = TextSize.width(x.label, size: TextSize.label) / 2 - areaWidth / 2
      let left = max(narrow, overhangLeft(ticksX, width: areaWidth) + 8, overhang + 8)
      // The label over the colour bar gets a row of its own where the y label reaches it.
      let yLabelEnd = 12 + TextSize.width(y.label, size: TextSize.label)
      let hasRow = yLabelEnd + 12 > left + areaWidth + 20 && !map.valueLabel.isEmpty
      area = PlotArea(left: left, top: hasRow ? 42 + 22 : 42, width: areaWidth, height: areaHeight)
      width = max(area.right + max(barWidth, overhang + 8), Page.width, yLabelEnd + 8)
      height = area.bottom + below
    }
  }

  /// The ticks of the colour bar. Where values lie beyond an end, its number says so.
  private func barTicks(height: Double) -> [Scale.Tick] {
    let scale = colourScale
    var ticks = ticksUpwards(scale, height: height)
    for (end, place) in [(scale.low, 0.0), (scale.high, 1.0)] {
      let sign = sign(atHighEnd: place == 1)
      if sign.isEmpty { continue }
      let nearest = ticks.last { $0.label != nil && ($0.place - place).magnitude < 1e-6 }?.label
      ticks.removeAll { ($0.place - place).magnitude * height < 22 }
      let label = Label(sign + (nearest?.markup ?? NumberFormat.format(end, significant: 2)))
      ticks.append(Scale.Tick(place: place, label: label))
    }
    return ticks
  }

  /// The width of the colour bar with its labels and the margins around it.
  private func barWidth(_ ticks: [Scale.Tick]) -> Double {
    let label = TextSize.width(valueLabel, size: TextSize.label)
    let blank = blankLabel.isEmpty ? 0 : 26 + TextSize.width(blankLabel) * TextSize.tick
    return 20 + max(26 + widest(ticks), label, blank) + 10
  }

  /// The legend's entries: the paths that have a name.
  private var entries: [LegendEntry] {
    paths.enumerated().filter { !$0.element.name.isEmpty }.map { index, path in
      LegendEntry(label: path.name) { x, y in
        let line = "M\(px(x)) \(px(y))H\(px(x + 24))"
        return [
          "<path class=\"o\" d=\"\(line)\"/>", "<path class=\"\(lineKind(index))\" d=\"\(line)\"/>",
          marker(index, at: x + 12, y, kind: markerKind(index), size: 3.6),
        ]
      }
    }
  }
}
