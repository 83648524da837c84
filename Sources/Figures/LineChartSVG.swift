// A line chart as an SVG file.

extension LineChart {
  func svg(id: String, title: String, description: String) -> String {
    let layout = Layout.of(self)
    var writer = SVGWriter()
    let area = layout.area
    writer.grid(area, x: layout.ticksX, y: layout.ticksY)
    for vertical in layout.verticals {
      writer.line("r", vertical.x, area.top, vertical.x, area.bottom)
      writer.text(vertical.label, vertical.centre, area.top - 7, .middle, size: TextSize.tick)
    }
    for reference in references where reference.direction == .horizontal {
      guard let place = layout.scaleY.place(reference.position), 0...1 ~= place else { continue }
      writer.line("r", area.left, area.y(place), area.right, area.y(place))
    }
    writer.axes(area, x: layout.ticksX, y: layout.ticksY, xLabel: x.label, yLabel: y.label)
    writer.line("a", area.left, area.top, area.left, area.bottom)
    writer.line("a", area.left, area.bottom, area.right, area.bottom)
    for index in series.indices { draw(index, layout, &writer) }
    for (index, place) in layout.inside {
      let colour = layout.styles[index].colour(index)
      writer.text(series[index].name, place.left, place.baseline, kind: "c\(colour)")
    }
    writer.legend(layout.legend)
    return writer.file(
      width: layout.width.rounded(.up), height: layout.height, id: id, title: title, description: description,
      style: style(layout.styles))
  }

  private func style(_ styles: [Style]) -> [String] {
    let used = Set(styles.compactMap { $0.dash }).sorted()
    let dashes = used.filter { $0 > 0 }.map { ".d\($0){stroke-dasharray:\(dashArrays[$0])}" }.joined()
    return commonRules
      + [".l{stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}" + dashes]
      + rules(isDark: false, series: series.count)
      + ["@media (prefers-color-scheme:dark){"] + rules(isDark: true, series: series.count) + ["}"]
  }

  private func draw(_ index: Int, _ layout: Layout, _ writer: inout SVGWriter) {
    let (lines, style, area) = (layout.lines[index], layout.styles[index], layout.area)
    if let dash = style.dash {
      let path = lines.filter { $0.count > 1 }.map(area.path).joined()
      if !path.isEmpty { writer.add("<path class=\"\(lineKind(index, dash))\" d=\"\(path)\"/>") }
    }
    let kind = "m\(style.colour(index))"
    guard let shape = style.marker else {
      for line in lines where line.count == 1 {  // a point between two gaps
        writer.add(marker(0, at: area.x(line[0].x), area.y(line[0].y), kind: kind, size: 1.6))
      }
      return
    }
    let places = series[index].points.compactMap { point -> Place? in
      guard let x = layout.scaleX.place(point.x), let y = layout.scaleY.place(point.y) else { return nil }
      let place = Place(x: x, y: y)
      return place.isInside ? place : nil
    }
    // On a dense line, markers stand apart, and those of different series beside each other.
    let isSparse = style.dash == nil || places.count <= 25
    var since = Double(index % 4) * -14
    var last: (Double, Double)?
    for place in places {
      let (x, y) = (area.x(place.x), area.y(place.y))
      if let last { since += ((x - last.0) * (x - last.0) + (y - last.1) * (y - last.1)).squareRoot() }
      last = (x, y)
      guard isSparse || since >= 56 else { continue }
      since = 0
      writer.add(marker(shape, at: x, y, kind: kind))
    }
  }

  fileprivate func lineKind(_ index: Int, _ dash: Int) -> String {
    "l s\(index % Palette.lightSeries.count)" + (dash > 0 ? " d\(dash)" : "")
  }
}

private let dashArrays = ["", "8 4.5", "0.1 4.6", "10 4 2 4", "16 5", "14 4 2 4 2 4"]

extension LineChart.Style {
  fileprivate func colour(_ index: Int) -> Int { index % Palette.lightSeries.count }
}

// MARK: - Layout

extension LineChart {
  /// Where everything stands. Labels decide the margins, and the margins the plot.
  fileprivate struct Layout {
    /// A vertical reference line, and the centre of its label above the plot.
    struct Vertical {
      let x: Double
      let label: Label
      let centre: Double
    }

    let scaleX: Scale
    let scaleY: Scale
    /// For each series, its unbroken lines.
    let lines: [[[Place]]]
    let styles: [Style]
    let area: PlotArea
    let ticksX: [Scale.Tick]
    let ticksY: [Scale.Tick]
    let verticals: [Vertical]
    /// The names that stand inside of the plot, by their series.
    let inside: [(series: Int, place: CurveLabels.Box)]
    let legend: Legend
    let width: Double
    let height: Double

    /// The layout with as many names beside their curves as find room there; the others are in the legend.
    static func of(_ chart: LineChart) -> Layout {
      var wanted = chart.namesInside
      while true {
        let layout = Layout(chart, inside: wanted)
        if layout.inside.count == wanted.count { return layout }
        wanted.formIntersection(layout.inside.map(\.series))
      }
    }

    private init(_ chart: LineChart, inside wanted: Set<Int>) {
      let (scaleX, scaleY) = chart.scales
      (self.scaleX, self.scaleY) = (scaleX, scaleY)
      lines = chart.series.map { visibleLines($0.points, x: scaleX, y: scaleY) }
      styles = chart.styles
      let entries = chart.entries(lines, styles, scaleY, without: wanted)
      let (xLabel, yLabel) = (
        TextSize.width(chart.x.label, size: TextSize.label), TextSize.width(chart.y.label, size: TextSize.label)
      )

      let top = chart.top(scaleX)
      let plotHeight = Page.height - top - (chart.x.label.isEmpty ? 36 : 62)
      ticksY = ticksUpwards(scaleY, height: plotHeight)

      // The legend stands beside the plot where it fits there, else below.
      let widestEntry = Legend.widest(entries)
      let isBeside = widestEntry <= 200 && Double(entries.count) * LegendEntry.height <= plotHeight
      let margin = entries.isEmpty || !isBeside ? 24 : 16 + widestEntry + 12

      // Tick labels may reach beyond the plot's ends.
      func room(_ left: Double) -> Double { max(280, Page.width - left - margin) }
      let narrow = 14 + widest(ticksY) + 12
      let firstTicks = ticksAcross(scaleX, most: chart.mostTicks(10), width: room(narrow))
      let left = max(narrow, overhangLeft(firstTicks, width: room(narrow)) + 8)
      let plotWidth = room(left)
      ticksX = ticksAcross(scaleX, most: chart.mostTicks(10), width: plotWidth)
      let right = max(margin, overhangRight(ticksX, width: plotWidth) + 8)

      // So may the label of the x axis.
      let overhang = xLabel / 2 - plotWidth / 2
      let isShifted = overhang + 8 > left
      area = PlotArea(left: isShifted ? overhang + 8 : left, top: top, width: plotWidth, height: plotHeight)
      inside = CurveLabels.placed(wanted.sorted(), of: chart, lines, area, scaleX)
      let plain = max(left + plotWidth + right, 14 + yLabel + 8) + (isShifted ? overhang : 0)

      verticals = chart.verticals(area, scaleX)
      let end = verticals.filter { !$0.label.isEmpty }.last.map { vertical in
        vertical.centre + TextSize.width(vertical.label, size: TextSize.tick) / 2
      }
      let plotEnd = max(plain, area.right + overhang + 8, (end ?? area.left - 12) + 8)

      if isBeside {
        legend = Layout.legend(entries, beside: area)
        (width, height) = (plotEnd, Page.height)
      } else {
        width = max(plotEnd, widestEntry + 40)
        let columns = max(1, Int((width - 26) / (widestEntry + 26)))
        let start = max(14, min(area.left, width - Double(min(columns, entries.count)) * (widestEntry + 26)))
        legend = .rows(entries, columns: columns, left: start, top: Page.height + 14)
        height = Page.height + Double((entries.count + columns - 1) / columns) * LegendEntry.height + 12
      }
    }

    /// Entries at the right of the plot, near the ends of their lines: what ends higher stands higher.
    private static func legend(_ entries: [LegendEntry], beside area: PlotArea) -> Legend {
      let ends = entries.map { area.y($0.end) }
      let order = entries.indices.sorted { (ends[$0], $0) < (ends[$1], $1) }
      let places = LegendEntry.spread(order.map { ends[$0] }, top: area.top, bottom: area.bottom)
      return Legend(entries: zip(order, places).map { (entry: entries[$0], x: area.right + 16, y: $1) })
    }
  }

  /// The top of the plot: below the y label, and below the labels of vertical lines, which get a row of their own where the
  /// y label is in their way.
  private func top(_ scale: Scale) -> Double {
    let labels = references.filter { $0.direction == .vertical && !$0.label.isEmpty }
    let isCrowded = labels.contains { reference in
      let half = TextSize.width(reference.label, size: TextSize.tick) / 2
      let place = scale.place(reference.position) ?? 0
      return 40 + place * 300 - half < 28 + TextSize.width(y.label, size: TextSize.label)
    }
    let needsRow = !labels.isEmpty && (isCrowded || y.label.isEmpty)
    return (y.label.isEmpty ? 18 : 42) + (needsRow ? 20 : 0)
  }

  /// The vertical reference lines inside the plot, from left to right, their labels side by side.
  private func verticals(_ area: PlotArea, _ scale: Scale) -> [Layout.Vertical] {
    let visible = references.filter { reference in
      reference.direction == .vertical && scale.place(reference.position).map { 0...1 ~= $0 } == true
    }.sorted { $0.position < $1.position }
    var end = area.left - 12
    return visible.map { reference in
      let x = area.x(scale.place(reference.position) ?? 0)
      if reference.label.isEmpty { return Layout.Vertical(x: x, label: reference.label, centre: x) }
      let half = TextSize.width(reference.label, size: TextSize.tick) / 2
      let centre = max(x, end + half + 8)
      end = centre + half
      return Layout.Vertical(x: x, label: reference.label, centre: centre)
    }
  }

  /// The legend's entries: the named series, then the labelled horizontal lines inside the plot.
  private func entries(_ lines: [[[Place]]], _ styles: [Style], _ scale: Scale, without inside: Set<Int>)
    -> [LegendEntry]
  {
    var entries: [LegendEntry] = []
    for (index, series) in series.enumerated() where !series.name.isEmpty && !inside.contains(index) {
      let style = styles[index]
      let sample = { (x: Double, y: Double) -> [String] in
        var parts: [String] = []
        if let dash = style.dash {
          parts.append("<path class=\"\(lineKind(index, dash))\" d=\"M\(px(x)) \(px(y))H\(px(x + 24))\"/>")
        }
        if let shape = style.marker { parts.append(marker(shape, at: x + 12, y, kind: "m\(style.colour(index))")) }
        return parts
      }
      entries.append(LegendEntry(label: series.name, sample: sample, end: lines[index].last?.last?.y ?? 0))
    }
    for reference in references where reference.direction == .horizontal && !reference.label.isEmpty {
      guard let place = scale.place(reference.position), 0...1 ~= place else { continue }
      let sample = { (x: Double, y: Double) in ["<path class=\"r\" d=\"M\(px(x)) \(px(y))H\(px(x + 24))\"/>"] }
      entries.append(LegendEntry(label: reference.label, sample: sample, end: place))
    }
    return entries
  }
}
