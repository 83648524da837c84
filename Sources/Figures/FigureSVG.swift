// Figures as SVG files. Sizes are in pixels of a page 720 wide; a figure grows where its labels need it.

import Console

// MARK: - Colours

/// The colours of figures on a light and on a dark page.
///
/// A reader may have a dark page and a light system, which the style inside a file cannot know. Lines and text
/// therefore reach a contrast of 3:1 on both pages, and more on their own.
enum Palette {
  /// Told apart under the common colour blindnesses; dashes and markers say the same without colour.
  static let lightSeries = ["#0068b5", "#d9620d", "#0a9268", "#a83697", "#7d6200", "#707c8a"]
  static let darkSeries = ["#2a86d8", "#ec6c1a", "#10a278", "#c259b4", "#8f7412", "#858f9c"]

  static let lightText = "#59636e"
  static let darkText = "#8b949e"
  static let lightGrid = "#e4e8ec"
  static let darkGrid = "#262c34"

  /// From 0 up, on a light page; a dark one has it the other way round. ColorBrewer's YlGnBu.
  private static let sequential = [
    0xFFFFD9, 0xEDF8B1, 0xC7E9B4, 0x7FCDBB, 0x41B6C4, 0x1D91C0, 0x225EA8, 0x253494, 0x081D58,
  ]
  /// From −m to m on a light page. ColorBrewer's RdBu, blue first.
  private static let diverging = [
    0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B,
  ]
  /// The same on a dark page: 0 is dark.
  private static let darkDiverging = [
    0xA6D8FF, 0x58AEF0, 0x2A78BF, 0x1B4470, 0x20262E, 0x6B3420, 0xAE501F, 0xEE8A4A, 0xFFD0A6,
  ]

  static let levels = 65

  /// The colour of a level, as red, green and blue of 0…255.
  static func heat(_ level: Int, isDiverging: Bool, isDark: Bool) -> [Int] {
    let anchors = isDiverging ? (isDark ? darkDiverging : diverging) : isDark ? sequential.reversed() : sequential
    let place = Double(level) / Double(levels - 1) * Double(anchors.count - 1)
    let index = min(Int(place), anchors.count - 2)
    let fraction = place - Double(index)
    return [16, 8, 0].map { shift in
      let from = Double(anchors[index] >> shift & 255)
      let to = Double(anchors[index + 1] >> shift & 255)
      return Int((from + fraction * (to - from)).rounded())
    }
  }

  /// The level of a place along the colour scale.
  static func level(_ place: Double) -> Int {
    Int((min(max(place, 0), 1) * Double(levels - 1)).rounded())
  }

  /// Black or white, whichever stands out more from the colour.
  static func textColour(on colour: [Int]) -> String { luminance(colour) > 0.179 ? "#000" : "#fff" }

  /// The relative luminance of WCAG 2: 0 for black, 1 for white.
  static func luminance(_ colour: [Int]) -> Double {
    let linear = colour.map { component in
      // A fit of ((c + 0.055) / 1.055)^2.4 without libm, off by less than 0.002.
      let c = Double(component) / 255
      return c * (c * (c * 0.305306011 + 0.682171111) + 0.012522878)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  static func hexadecimal(_ colour: [Int]) -> String {
    "#" + colour.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

// MARK: - Text

/// How wide a text is at most: the widths of DejaVu Sans, wider than the fonts of most systems.
enum TextSize {
  static let tick = 13.0
  static let label = 15.0
  /// Scripts are smaller than the text beside them.
  static let script = 0.74

  static func width(_ label: Figure.Label, size: Double) -> Double {
    label.runs.reduce(0) { $0 + width($1.text) * size * ($1.level == .base ? 1 : script) }
  }

  static func width(_ text: String) -> Double {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Double {
    switch TextWidth.columns(of: scalar) {
    case 0: return 0
    case 2: return 1
    default: break
    }
    switch scalar {
    case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", " ", "!": return 0.34
    case "f", "r", "t", "(", ")", "[", "]", "-", "·": return 0.41
    case "m", "w", "M", "W", "%", "@": return 1
    case "A"..."Z": return 0.75
    case "a"..."z": return 0.62
    case "0"..."9": return 0.64
    default: return 0.84
    }
  }
}

// MARK: - Writing

/// A file under construction.
private struct SVGWriter {
  enum Anchor: String { case start, middle, end }

  private(set) var body: [String] = []

  mutating func add(_ element: String) { body.append(element) }

  mutating func line(_ kind: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) {
    add("<path class=\"\(kind)\" d=\"M\(px(x1)) \(px(y1))L\(px(x2)) \(px(y2))\"/>")
  }

  /// Text with its baseline at y.
  mutating func text(
    _ label: Figure.Label, _ x: Double, _ y: Double, _ anchor: Anchor = .start, size: Double = TextSize.label,
    kind: String = ""
  ) {
    if label.isEmpty { return }
    let tick = size == TextSize.tick ? "t" : ""
    let kinds = [tick, kind].filter { !$0.isEmpty }.joined(separator: " ")
    let anchorText = anchor == .start ? "" : " text-anchor=\"\(anchor)\""
    let kindText = kinds.isEmpty ? "" : " class=\"\(kinds)\""
    add("<text x=\"\(px(x))\" y=\"\(px(y))\"\(anchorText)\(kindText)>\(spans(label, size: size))</text>")
  }

  /// A label's runs: scripts shifted and smaller, single letters in italics.
  private func spans(_ label: Figure.Label, size: Double) -> String {
    var result = ""
    var shift = 0.0
    for run in label.runs {
      let target =
        switch run.level {
        case .base: 0.0
        case .subscripted: size * 0.24
        case .superscripted: size * -0.36
        }
      var attributes = ""
      if target != shift { attributes += " dy=\"\(px(target - shift))\"" }
      if run.level != .base { attributes += " font-size=\"\(px(size * TextSize.script))\"" }
      shift = target
      let content = run.isUpright ? escape(run.text) : italicised(run.text)
      result += attributes.isEmpty ? content : "<tspan\(attributes)>\(content)</tspan>"
    }
    return result
  }

  private func italicised(_ text: String) -> String {
    let characters = Array(text)
    func isLetter(_ index: Int) -> Bool { characters.indices.contains(index) && characters[index].isLetter }
    return characters.indices.map { index in
      let character = characters[index]
      let isLatin = "a"..."z" ~= character || "A"..."Z" ~= character
      let isGreek = "α"..."ω" ~= character
      let isAlone = !isLetter(index - 1) && !isLetter(index + 1)
      let isArticle = "aAI".contains(character) && index + 2 < characters.count && isLetter(index + 2)
      let escaped = escape(String(character))
      return (isLatin || isGreek) && isAlone && !isArticle ? "<tspan font-style=\"italic\">\(escaped)</tspan>" : escaped
    }.joined()
  }

  /// The whole file.
  func file(width: Double, height: Double, id: String, title: String, description: String, style: [String]) -> String {
    let size = "\(px(width)) \(px(height))"
    let desc = description.isEmpty ? [] : ["<desc id=\"\(id)-desc\">\(escape(description))</desc>"]
    let described = description.isEmpty ? "" : " \(id)-desc"
    let head = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" width=\"\(px(width))\" height=\"\(px(height))\""
        + " xml:space=\"preserve\" role=\"img\" aria-labelledby=\"\(id)-title\(described)\">",
      "<title id=\"\(id)-title\">\(escape(title))</title>",
    ]
    let rules = ["<style>"] + style + ["</style>"]
    return (head + desc + rules + body + ["</svg>"]).joined(separator: "\n") + "\n"
  }
}

/// A coordinate with at most two decimals.
private func px(_ x: Double) -> String {
  let hundredths = Int((x * 100).rounded())
  let (whole, part) = (hundredths.magnitude / 100, hundredths.magnitude % 100)
  let fraction = part == 0 ? "" : part % 10 == 0 ? ".\(part / 10)" : part < 10 ? ".0\(part)" : ".\(part)"
  return (hundredths < 0 ? "-" : "") + "\(whole)" + fraction
}

/// A factor for many cells, which two decimals would add up to a pixel.
private func exact(_ x: Double) -> String { NumberFormat.format(x, decimals: 5) }

private func escape(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result.append(contentsOf: "&amp;".unicodeScalars)
    case "<": result.append(contentsOf: "&lt;".unicodeScalars)
    case ">": result.append(contentsOf: "&gt;".unicodeScalars)
    case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
    case "\t", "\n", "\r": result.append(" ")
    case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": continue  // not allowed in XML
    default: result.append(scalar)
    }
  }
  return String(result)
}

/// The rules that every figure has, in one set of colours.
private func rules(isDark: Bool, series: Int) -> [String] {
  let text = isDark ? Palette.darkText : Palette.lightText
  let colours = isDark ? Palette.darkSeries : Palette.lightSeries
  let lines = (0..<min(series, colours.count)).map { index in
    ".s\(index){stroke:\(colours[index])}.m\(index){fill:\(colours[index]);stroke:\(colours[index])}"
  }
  return ["text{fill:\(text)}.a,.r{stroke:\(text)}.g{stroke:\(isDark ? Palette.darkGrid : Palette.lightGrid)}"] + lines
}

private let commonRules = [
  "text{font:\(px(TextSize.label))px system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",\"Noto Sans\","
    + "\"Apple SD Gothic Neo\",\"Malgun Gothic\",\"Noto Sans KR\",sans-serif}",
  ".t{font-size:\(px(TextSize.tick))px}",
  "path{fill:none}.a{stroke-width:1.2}.g{stroke-width:1}.r{stroke-width:1.2;stroke-dasharray:2 3}",
]

// MARK: - Lines and markers

private let dashArrays = ["", "8 4.5", "0.1 4.6", "10 4 2 4", "16 5", "14 4 2 4 2 4"]

extension LineChart.Style {
  fileprivate func colour(_ index: Int) -> Int { index % Palette.lightSeries.count }
}

/// A marker's outline around the origin: eight filled shapes, then eight hollow ones.
private func marker(_ shape: Int, at x: Double, _ y: Double, kind: String, size r: Double = 4.2) -> String {
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

/// The part of the figure where the data stand.
private struct PlotArea {
  var left: Double
  var top: Double
  var width: Double
  var height: Double

  var right: Double { left + width }
  var bottom: Double { top + height }

  func x(_ place: Double) -> Double { left + place * width }
  func y(_ place: Double) -> Double { bottom - place * height }

  /// A path through the places, without those that fall on the pixel before them.
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
    _ area: PlotArea, x: [Scale.Tick], y: [Scale.Tick], xLabel: Figure.Label, yLabel: Figure.Label, yLabelTop: Double,
    left: Double
  ) {
    for tick in x {
      let place = area.x(tick.place)
      line("a", place, area.bottom, place, area.bottom + (tick.label == nil ? 3 : 6))
      if let label = tick.label { text(label, place, area.bottom + 21, .middle, size: TextSize.tick) }
    }
    for tick in y {
      let place = area.y(tick.place)
      line("a", area.left - (tick.label == nil ? 3 : 6), place, area.left, place)
      if let label = tick.label { text(label, area.left - 10, place + 4.5, .end, size: TextSize.tick) }
    }
    text(xLabel, area.left + area.width / 2, area.bottom + 45, .middle)
    text(yLabel, left, yLabelTop)
  }

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
private func widest(_ ticks: [Scale.Tick]) -> Double {
  ticks.compactMap(\.label).map { TextSize.width($0, size: TextSize.tick) }.max() ?? 0
}

/// How far the labels reach beyond the right end of an x axis of that width.
private func overhangRight(_ ticks: [Scale.Tick], width: Double) -> Double {
  ticks.compactMap { tick in
    tick.label.map { TextSize.width($0, size: TextSize.tick) / 2 - (1 - tick.place) * width }
  }.max() ?? 0
}

/// How far the labels reach beyond its left end.
private func overhangLeft(_ ticks: [Scale.Tick], width: Double) -> Double {
  ticks.compactMap { tick in
    tick.label.map { TextSize.width($0, size: TextSize.tick) / 2 - tick.place * width }
  }.max() ?? 0
}

// MARK: - Legends

/// An entry beside a plot: a sample of a line, and what it is.
private struct LegendEntry {
  static let sample = 38.0
  static let height = 23.0

  var label: Figure.Label
  /// Draws the sample from x to x + 30 at y.
  var sample: (_ x: Double, _ y: Double) -> [String]
  /// Where it would like to stand, in pixels.
  var wish: Double

  var width: Double { Self.sample + TextSize.width(label, size: TextSize.label) }

  /// Places at least `height` apart, near the wishes, between top and bottom where there is room. Order is kept.
  static func spread(_ wishes: [Double], top: Double, bottom: Double) -> [Double] {
    // Neighbours that push each other away move as one block, around the middle of what its members wish.
    var blocks: [(start: Double, wishes: [Double])] = []
    func start(_ wishes: [Double]) -> Double {
      let first = wishes.enumerated().reduce(0.0) { $0 + $1.element - Double($1.offset) * height }
      let last = bottom - Double(wishes.count - 1) * height
      return max(top, min(first / Double(wishes.count), last))
    }
    for wish in wishes {
      blocks.append((start([wish]), [wish]))
      while blocks.count > 1, let last = blocks.last {
        let before = blocks[blocks.count - 2]
        guard before.start + Double(before.wishes.count) * height > last.start else { break }
        blocks.removeLast(2)
        blocks.append((start(before.wishes + last.wishes), before.wishes + last.wishes))
      }
    }
    return blocks.flatMap { block in block.wishes.indices.map { block.start + Double($0) * height } }
  }
}

// MARK: - Line charts

extension LineChart {
  func svg(id: String, title: String, description: String) -> String {
    var writer = SVGWriter()
    let (scaleX, scaleY) = scales
    let lines = series.map { visibleLines($0.points, x: scaleX, y: scaleY) }
    let styles = styles

    // Labels decide the margins, and the margins the plot.
    let verticals = references.filter { $0.direction == .vertical && !$0.label.isEmpty }
    var area = PlotArea(left: 0, top: y.label.isEmpty ? 18 : 42, width: 0, height: 0)
    // The labels of vertical lines stand over the plot; in a row of their own where the y label is in their way.
    let isCrowded = verticals.contains { reference in
      let half = TextSize.width(reference.label, size: TextSize.tick) / 2
      let place = scaleX.place(reference.position) ?? 0
      return 40 + place * 330 - half < 28 + TextSize.width(y.label, size: TextSize.label)
    }
    if !verticals.isEmpty && (isCrowded || y.label.isEmpty) { area.top += 20 }
    area.height = 420 - area.top - (x.label.isEmpty ? 34 : 60)
    let ticksY = scaleY.ticks(most: 7, length: area.height, gap: 6) { _ in 18 }
    area.left = 14 + widest(ticksY) + 12
    var entries = legend(lines, styles)
    let widestEntry = entries.map(\.width).max() ?? 0
    let isBeside = widestEntry <= 250 && Double(entries.count) * LegendEntry.height <= area.height
    let margin = entries.isEmpty || !isBeside ? 24 : 16 + widestEntry + 12
    area.width = max(330, 720 - area.left - margin)
    let xTicks = { (width: Double) in
      scaleX.ticks(most: 10, length: width, gap: 14) { TextSize.width($0, size: TextSize.tick) }
    }
    area.left = max(area.left, overhangLeft(xTicks(area.width), width: area.width) + 8)
    area.width = max(330, 720 - area.left - margin)
    let ticksX = xTicks(area.width)
    var width = area.right + max(margin, overhangRight(ticksX, width: area.width) + 8)
    width = max(width, 14 + TextSize.width(y.label, size: TextSize.label) + 8)
    let overhang = TextSize.width(x.label, size: TextSize.label) / 2 - area.width / 2
    if overhang + 8 > area.left {
      area.left = overhang + 8
      width += overhang
    }
    width = max(width, area.right + overhang + 8)

    writer.grid(area, x: ticksX, y: ticksY)
    drawVerticals(area, scaleX, &width, &writer)
    for reference in references {
      if reference.direction == .horizontal, let place = scaleY.place(reference.position), 0...1 ~= place {
        writer.line("r", area.left, area.y(place), area.right, area.y(place))
      }
    }
    writer.axes(area, x: ticksX, y: ticksY, xLabel: x.label, yLabel: y.label, yLabelTop: 24, left: 12)
    writer.line("a", area.left, area.top, area.left, area.bottom)
    writer.line("a", area.left, area.bottom, area.right, area.bottom)
    for index in series.indices {
      draw(index, lines[index], styles[index], area, scaleX, scaleY, &writer)
    }

    var height = 420.0
    if isBeside {
      for index in entries.indices { entries[index].wish = area.y(entries[index].wish) }
      // What ends higher stands higher.
      let order = entries.indices.sorted { (entries[$0].wish, $0) < (entries[$1].wish, $1) }
      let places = LegendEntry.spread(order.map { entries[$0].wish }, top: area.top, bottom: area.bottom)
      for (index, place) in zip(order, places) { writer.entry(entries[index], area.right + 16, place) }
    } else {
      let columnWidth = widestEntry + 26
      width = max(width, widestEntry + 40)
      let columns = max(1, Int((width - 26) / columnWidth))
      let start = max(14, min(area.left, width - Double(min(columns, entries.count)) * columnWidth))
      for (index, entry) in entries.enumerated() {
        let (row, column) = (Double(index / columns), Double(index % columns))
        writer.entry(entry, start + column * columnWidth, height + 14 + row * LegendEntry.height)
      }
      height += Double((entries.count + columns - 1) / columns) * LegendEntry.height + 12
    }
    return writer.file(
      width: width.rounded(.up), height: height, id: id, title: title, description: description, style: style(styles))
  }

  private func style(_ styles: [Style]) -> [String] {
    let used = Set(styles.compactMap(\.dash)).sorted()
    let dashes = used.filter { $0 > 0 }.map { ".d\($0){stroke-dasharray:\(dashArrays[$0])}" }.joined()
    return commonRules
      + [".l{stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}" + dashes]
      + rules(isDark: false, series: series.count)
      + ["@media (prefers-color-scheme:dark){"] + rules(isDark: true, series: series.count) + ["}"]
  }

  /// The legend's entries; they wish to stand where their lines end, in places along y.
  private func legend(_ lines: [[[Place]]], _ styles: [Style]) -> [LegendEntry] {
    var entries: [LegendEntry] = []
    for (index, series) in series.enumerated() where !series.name.isEmpty {
      let style = styles[index]
      let end = lines[index].last?.last?.y ?? 0
      entries.append(
        LegendEntry(
          label: series.name,
          sample: { x, y in
            var parts: [String] = []
            if let dash = style.dash {
              parts.append("<path class=\"\(lineKind(index, dash))\" d=\"M\(px(x)) \(px(y))H\(px(x + 30))\"/>")
            }
            if let shape = style.marker { parts.append(marker(shape, at: x + 15, y, kind: "m\(style.colour(index))")) }
            return parts
          }, wish: end))
    }
    let scale = scales.y
    for reference in references where reference.direction == .horizontal && !reference.label.isEmpty {
      guard let place = scale.place(reference.position), 0...1 ~= place else { continue }
      entries.append(
        LegendEntry(
          label: reference.label,
          sample: { x, y in ["<path class=\"r\" d=\"M\(px(x)) \(px(y))H\(px(x + 30))\"/>"] }, wish: place))
    }
    return entries
  }

  private func lineKind(_ index: Int, _ dash: Int) -> String {
    "l s\(index % Palette.lightSeries.count)" + (dash > 0 ? " d\(dash)" : "")
  }

  /// The vertical reference lines, their labels above the plot: side by side, none over another.
  private func drawVerticals(
    _ area: PlotArea, _ scale: Scale, _ width: inout Double, _ writer: inout SVGWriter
  ) {
    let visible = references.filter { reference in
      reference.direction == .vertical && scale.place(reference.position).map { 0...1 ~= $0 } == true
    }.sorted { $0.position < $1.position }
    var end = area.left - 12
    for reference in visible {
      let x = area.x(scale.place(reference.position) ?? 0)
      writer.line("r", x, area.top, x, area.bottom)
      guard !reference.label.isEmpty else { continue }
      let half = TextSize.width(reference.label, size: TextSize.tick) / 2
      let centre = max(x, end + half + 8)
      writer.text(reference.label, centre, area.top - 7, .middle, size: TextSize.tick)
      end = centre + half
    }
    width = max(width, end + 8)
  }

  /// One series: its lines inside the plot, and its markers.
  private func draw(
    _ index: Int, _ lines: [[Place]], _ style: Style, _ area: PlotArea, _ scaleX: Scale, _ scaleY: Scale,
    _ writer: inout SVGWriter
  ) {
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
      guard let x = scaleX.place(point.x), let y = scaleY.place(point.y) else { return nil }
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

  fileprivate mutating func entry(_ entry: LegendEntry, _ x: Double, _ y: Double) {
    for part in entry.sample(x, y) { add(part) }
    text(entry.label, x + LegendEntry.sample, y + 5)
  }
}

// MARK: - Heatmaps

extension Heatmap {
  func svg(id: String, title: String, description: String) -> String {
    var writer = SVGWriter()
    let layout = Layout(self)
    let area = layout.area
    draw(cellsIn: area, id: id, &writer)
    if digits != nil { drawNumbers(area, &writer) }
    writer.line("a", area.left, area.top, area.right, area.top)
    writer.line("a", area.right, area.top, area.right, area.bottom)
    writer.line("a", area.left, area.top, area.left, area.bottom)
    writer.line("a", area.left, area.bottom, area.right, area.bottom)
    switch sides {
    case .labelled(let rows, let columns):
      for (index, row) in rows.enumerated() {
        let y = area.top + (Double(index) + 0.5) * area.height / Double(rows.count)
        writer.text(row, area.left - 10, y + 5, .end)
      }
      for (index, column) in columns.enumerated() {
        let x = area.left + (Double(index) + 0.5) * area.width / Double(columns.count)
        writer.text(column, x, area.top - 9, .middle)
      }
    case .numeric(let x, let y):
      writer.axes(
        area, x: layout.ticksX, y: layout.ticksY, xLabel: x.label, yLabel: y.label, yLabelTop: 24, left: 12)
      drawPaths(area, Scale(x, values: []), Scale(y, values: []), &writer)
    }
    drawColourBar(layout, id: id, &writer)
    drawPathLegend(layout, &writer)
    return writer.file(
      width: layout.width.rounded(.up), height: layout.height.rounded(.up), id: id, title: title,
      description: description, style: style)
  }

  /// Where everything stands.
  private struct Layout {
    var area = PlotArea(left: 0, top: 0, width: 0, height: 0)
    var ticksX: [Scale.Tick] = []
    var ticksY: [Scale.Tick] = []
    var barTicks: [Scale.Tick] = []
    var width: Double
    var height: Double

    init(_ map: Heatmap) {
      let barLabel = TextSize.width(map.valueLabel, size: TextSize.label)
      let blank = map.blankLabel.isEmpty ? 0 : 26 + TextSize.width(map.blankLabel) * TextSize.tick
      func barWidth(_ ticks: [Scale.Tick]) -> Double {
        26 + max(28 + widest(ticks), barLabel, blank) + 14
      }
      let scale = map.colourScale
      func barTicks(_ height: Double) -> [Scale.Tick] {
        scale.ticks(most: 7, length: height, gap: 6) { _ in 18 }
      }
      switch map.sides {
      case .labelled(let rows, let columns):
        let widestColumn = columns.map { TextSize.width($0, size: TextSize.label) }.max() ?? 0
        let numbers = map.values.joined().map { TextSize.width(map.text($0)) * TextSize.tick }.max() ?? 0
        let rowLabels = rows.map { TextSize.width($0, size: TextSize.label) }.max() ?? 0
        let (rowCount, columnCount) = (Double(max(rows.count, 1)), Double(max(columns.count, 1)))
        area.left = 14 + max(rowLabels + 10, widestColumn / 2)
        area.top = 42
        // Square cells where labels and numbers leave them so; low ones never less than a line of text.
        let room = 720 - area.left - 120
        let side = min(room / columnCount, 320 / rowCount, 62)
        area.width = max(side, numbers + 10, widestColumn + 10) * columnCount
        area.height = max(side, 20) * rowCount
        area.height = max(area.height, 90)
        self.barTicks = barTicks(area.height)
        let needed = area.right + barWidth(self.barTicks)
        let shift = max(0, (720 - needed) / 2)
        area.left += shift
        width = max(720, needed)
        height = area.bottom + 22
      case .numeric(let x, let y):
        area.top = 42
        area.height = 420 - area.top - (x.label.isEmpty ? 34 : 60)
        ticksY = Scale(y, values: []).ticks(most: 7, length: area.height, gap: 6) { _ in 18 }
        self.barTicks = barTicks(area.height)
        area.left = 14 + widest(ticksY) + 12
        area.width = max(300, 720 - area.left - barWidth(self.barTicks))
        ticksX = Scale(x, values: []).ticks(most: 9, length: area.width, gap: 14) {
          TextSize.width($0, size: TextSize.tick)
        }
        area.left = max(area.left, overhangLeft(ticksX, width: area.width) + 8)
        let overhang = TextSize.width(x.label, size: TextSize.label) / 2 - area.width / 2
        area.left = max(area.left, overhang + 8)
        width = max(area.right + max(barWidth(self.barTicks), overhang + 8), 720)
        let yLabelEnd = 12 + TextSize.width(y.label, size: TextSize.label)
        if yLabelEnd + 12 > area.right + 26, barLabel > 0 { area.top += 22 }
        width = max(width, yLabelEnd + 8)
        height = area.bottom + (x.label.isEmpty ? 34 : 60)
      }
      let entries = map.paths.filter { !$0.name.isEmpty }
      if !entries.isEmpty {
        let widest = entries.map { LegendEntry.sample + TextSize.width($0.name, size: TextSize.label) }.max() ?? 0
        width = max(width, widest + 40)
        let columns = max(1, Int((width - area.left - 14) / (widest + 26)))
        height += Double((entries.count + columns - 1) / columns) * LegendEntry.height + 10
      }
    }
  }

  private var style: [String] {
    func colours(isDark: Bool) -> [String] {
      (0..<Palette.levels).map { level in
        let colour = Palette.heat(level, isDiverging: isDiverging, isDark: isDark)
        let text = digits == nil ? "" : ".n\(level){fill:\(Palette.textColour(on: colour))}"
        return ".h\(level){fill:\(Palette.hexadecimal(colour))}\(text)"
      }
    }
    return commonRules
      + [
        ".o{stroke:#fff;stroke-width:4.6;stroke-linejoin:round;stroke-linecap:round}",
        ".p{stroke:#b3005e;stroke-width:2;stroke-linejoin:round}.q{fill:#b3005e;stroke:#fff;stroke-width:1.2}",
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
      writer.add("<path class=\"p d\(index % 3)\" d=\"\(shape)\"/>")
      for point in path.points {
        guard let placeX = x.place(point.x), let placeY = y.place(point.y) else { continue }
        guard Place(x: placeX, y: placeY).isInside else { continue }
        writer.add(marker(index, at: area.x(placeX), area.y(placeY), kind: "q", size: 4.4))
      }
    }
  }

  private func drawPathLegend(_ layout: Layout, _ writer: inout SVGWriter) {
    let entries = paths.enumerated().filter { !$0.element.name.isEmpty }.map { index, path in
      LegendEntry(
        label: path.name,
        sample: { x, y in
          let line = "M\(px(x)) \(px(y))H\(px(x + 30))"
          return [
            "<path class=\"o\" d=\"\(line)\"/>", "<path class=\"p d\(index % 3)\" d=\"\(line)\"/>",
            marker(index, at: x + 15, y, kind: "q", size: 4.4),
          ]
        }, wish: 0)
    }
    guard let widest = entries.map(\.width).max() else { return }
    let columns = max(1, Int((layout.width - layout.area.left - 14) / (widest + 26)))
    let rows = (entries.count + columns - 1) / columns
    let top = layout.height - Double(rows) * LegendEntry.height
    let left = max(14, min(layout.area.left, layout.width - widest - 26))
    for (index, entry) in entries.enumerated() {
      writer.entry(
        entry, left + Double(index % columns) * (widest + 26), top + Double(index / columns) * LegendEntry.height)
    }
  }

  private func drawColourBar(_ layout: Layout, id: String, _ writer: inout SVGWriter) {
    let hasBlank = !blankLabel.isEmpty
    var bar = PlotArea(left: layout.area.right + 26, top: layout.area.top, width: 16, height: layout.area.height)
    if hasBlank { bar.height -= 30 }
    let paths = (0..<Palette.levels).map { "M0 \(Palette.levels - 1 - $0)h1v1h-1" }
    writer.cells(bar, columns: 1, rows: Palette.levels, paths)
    for tick in layout.barTicks {
      let y = bar.y(tick.place)
      writer.line("a", bar.right, y, bar.right + (tick.label == nil ? 3 : 5), y)
      if let label = tick.label { writer.text(label, bar.right + 9, y + 4.5, size: TextSize.tick) }
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
