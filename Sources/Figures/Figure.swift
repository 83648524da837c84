// The data of a figure. LineChartSVG.swift, HeatmapSVG.swift and FigureTerminal.swift draw it.

import Console

/// A figure of the notes, drawn from the same data as SVG for the page and in characters for the terminal.
///
/// It has no title inside, and its labels are symbols and numbers, so that one file serves the notes in both languages.
public enum Figure: Sendable {
  case lineChart(LineChart)
  case heatmap(Heatmap)
  case diagrams(Diagrams)

  /// A standalone SVG file, legible on a light and on a dark page. The same figure gives the same bytes everywhere.
  ///
  /// - Parameters:
  ///   - id: the prefix of the ids inside, so that several figures can be part of one page. Letters, digits and hyphens.
  ///   - title: the name that a screen reader says; the notes' alt text.
  ///   - description: a longer text for people who do not see the figure; it may be empty.
  public func svg(id: String, title: String, description: String = "") -> String {
    switch self {
    case .lineChart(let chart): chart.svg(id: id, title: title, description: description)
    case .heatmap(let map): map.svg(id: id, title: title, description: description)
    case .diagrams(let diagrams): DrawingSVG.file(diagrams.drawings, inRow: diagrams.isRow, id: id, title: title)
    }
  }
}

// MARK: - Labels

extension Figure {
  /// A short text with subscripts and superscripts: `h_t`, `h_{T-k}`, `10^{-3}`.
  ///
  /// Single letters are set in italics, as variables; a hyphen in a subscript or superscript is a minus sign. The character
  /// after a backslash has no special meaning: `\_` is an underscore, `\A` an upright A.
  public struct Label: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// The text with its markup.
    public let markup: String
    /// The text for a terminal: Unicode's subscripts and superscripts where they exist (h₁₂, 10⁻³), else the markup
    /// (h_{T−k}).
    public let terminal: String

    /// A label. `terminal` replaces the text for a terminal.
    public init(_ markup: String, terminal: String? = nil) {
      self.markup = markup
      self.terminal = terminal ?? Self.runs(of: markup).map { $0.unicode }.joined()
    }

    public init(stringLiteral markup: String) { self.init(markup) }

    /// A label without markup, for words that come from data.
    public init(plain text: String) { self.init(text.map { "\\\($0)" }.joined()) }

    var isEmpty: Bool { markup.isEmpty }
    var runs: [Run] { Self.runs(of: markup) }
  }
}

extension Figure.Label {
  enum Level: Sendable { case base, subscripted, superscripted }

  /// A part of a label: on the line, or a subscript or superscript.
  struct Run: Sendable {
    var text: String
    var level: Level
    /// Whether single letters are upright, not italic.
    var isUpright = false

    var unicode: String {
      let (table, sign): ([Character: Character], String)
      switch level {
      case .base: return text
      case .subscripted: (table, sign) = (Self.subscripts, "_")
      case .superscripted: (table, sign) = (Self.superscripts, "^")
      }
      let converted = text.compactMap { table[$0] }
      if converted.count == text.count { return String(converted) }
      return sign + (text.count == 1 ? text : "{\(text)}")
    }

    private static let subscripts = Dictionary(
      uniqueKeysWithValues: zip("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"))
    private static let superscripts = Dictionary(
      uniqueKeysWithValues: zip(
        "0123456789+−=()abcdefghijklmnoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ"))
  }

  static func runs(of markup: String) -> [Run] {
    var runs: [Run] = []
    func append(_ text: String, _ level: Level) {
      if !text.isEmpty { runs.append(Run(text: text, level: level)) }
    }
    var base = ""
    var rest = Substring(markup)
    while let character = rest.popFirst() {
      switch character {
      case "\\":
        append(base, .base)
        base = ""
        var plain = String(rest.popFirst() ?? "\\")
        while rest.first == "\\", rest.count > 1 {
          rest.removeFirst()
          plain.append(rest.removeFirst())
        }
        runs.append(Run(text: plain, level: .base, isUpright: true))
      case "_", "^":
        guard let script = script(from: &rest) else {
          base.append(character)
          continue
        }
        append(base, .base)
        base = ""
        append(String(script.map { $0 == "-" ? "−" : $0 }), character == "_" ? .subscripted : .superscripted)
      default:
        base.append(character)
      }
    }
    append(base, .base)
    return runs
  }

  /// Takes the script after a `_` or `^`: the text in braces, or one character. Returns nil at the end of the text.
  private static func script(from rest: inout Substring) -> String? {
    guard let first = rest.first else { return nil }
    guard first == "{" else { return String(rest.removeFirst()) }
    var depth = 0
    for index in rest.indices {
      if rest[index] == "{" { depth += 1 }
      if rest[index] == "}" { depth -= 1 }
      if depth == 0 {
        let script = String(rest[rest.index(after: rest.startIndex)..<index])
        rest = rest[rest.index(after: index)...]
        return script
      }
    }
    return nil
  }
}

// MARK: - Axes

extension Figure {
  /// An axis: its label, its scale and its limits.
  public struct Axis: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
      case linear
      /// Powers of ten are equally far apart. Only positive numbers can be shown.
      case logarithmic
    }

    public let label: Label
    public let kind: Kind
    /// Nil means wide enough for the data.
    public let limits: ClosedRange<Double>?

    /// - Precondition: the limits are at most 10³⁰⁰ in magnitude, and on a logarithmic axis at least 10⁻³⁰⁰.
    public init(_ label: Label, _ kind: Kind = .linear, limits: ClosedRange<Double>? = nil) {
      if let limits {
        precondition(
          Scale.hasPlace(limits.lowerBound, on: kind) && Scale.hasPlace(limits.upperBound, on: kind),
          "Figure.Axis \(label.markup): limits \(limits) do not fit a \(kind) axis")
      }
      self.label = label
      self.kind = kind
      self.limits = limits
    }
  }
}

// MARK: - Line charts

/// Curves or points over a pair of axes.
public struct LineChart: Sendable {
  public typealias Axis = Figure.Axis
  public typealias Label = Figure.Label

  public let x: Axis
  public let y: Axis
  public let series: [Series]
  public let references: [Reference]

  public init(x: Axis, y: Axis, series: [Series], references: [Reference] = []) {
    self.x = x
    self.y = y
    self.series = series
    self.references = references
  }

  /// One curve. A point that the axes cannot show (not finite, or not positive on a logarithmic axis) makes a gap.
  public struct Series: Sendable {
    public enum Line: Sendable, Hashable {
      case solid, dashed, dotted
      /// Markers only.
      case none
    }

    /// The name in the legend. A series with an empty name has no entry there.
    public let name: Label
    public let points: [(x: Double, y: Double)]
    /// Nil means: dashes that differ from those of the other series.
    public let line: Line?
    /// Whether points have markers; each series has its own shape. Of points close together, only some are marked.
    public let hasMarkers: Bool
    /// Where along x the name stands beside the curve, if there is room; nil for the right end, or where the curve leaves the
    /// plot.
    public let labelX: Double?

    public init(
      _ name: Label, _ points: [(x: Double, y: Double)], line: Line? = nil, hasMarkers: Bool = false,
      labelX: Double? = nil
    ) {
      self.labelX = labelX
      self.name = name
      self.points = points
      self.line = line
      self.hasMarkers = hasMarkers
    }

    /// The curve through (start, y₀), (start + 1, y₁), ….
    public init(
      _ name: Label, values: [Double], start: Int = 0, line: Line? = nil, hasMarkers: Bool = false,
      labelX: Double? = nil
    ) {
      let points = values.enumerated().map { (x: Double(start + $0.offset), y: $0.element) }
      self.init(name, points, line: line, hasMarkers: hasMarkers, labelX: labelX)
    }
  }

  /// A straight reference line across the chart, at one x or one y.
  public struct Reference: Sendable, Hashable {
    enum Direction: Sendable { case horizontal, vertical }

    let direction: Direction
    let position: Double
    let label: Label

    /// The line y = `position`.
    public static func horizontal(at position: Double, label: Label = "") -> Reference {
      Reference(direction: .horizontal, position: position, label: label)
    }

    /// The line x = `position`.
    public static func vertical(at position: Double, label: Label = "") -> Reference {
      Reference(direction: .vertical, position: position, label: label)
    }
  }
}

extension LineChart {
  /// How a series differs from the others: an index into the dash patterns, into the marker shapes, or both.
  struct Style: Hashable {
    var dash: Int?
    var marker: Int?
  }

  static let dashPatterns = 6

  /// The styles of the series. No two look the same without colour: where dashes would coincide, the later series gets
  /// markers.
  var styles: [Style] {
    var seen: Set<Style> = []
    return series.enumerated().map { index, series in
      var style = Style()
      switch series.line {
      case .solid?: style.dash = 0
      case .dashed?: style.dash = 1
      case .dotted?: style.dash = 2
      case Series.Line.none?: style.marker = index
      case nil: style.dash = series.hasMarkers ? 0 : index % Self.dashPatterns
      }
      if series.hasMarkers || seen.contains(style) { style.marker = index }
      seen.insert(style)
      return style
    }
  }

  /// At most how many ticks the x axis has: where all points stand at whole numbers, no tick stands between two.
  func mostTicks(_ most: Int) -> Int {
    let positions = series.flatMap { $0.points.map(\.x) }
    guard x.kind == .linear, positions.allSatisfy({ $0 == $0.rounded() }) else { return most }
    let scale = scales.x
    return scale.high - scale.low < Double(most) ? max(1, Int(scale.high - scale.low)) : most
  }

  /// The axes' scales, wide enough for the data and the reference lines. The y axis ends at round numbers.
  var scales: (x: Scale, y: Scale) {
    let drawable = series.flatMap { $0.points }.filter {
      Scale.hasPlace($0.x, on: x.kind) && Scale.hasPlace($0.y, on: y.kind)
    }
    func positions(_ direction: Reference.Direction) -> [Double] {
      references.filter { $0.direction == direction }.map { $0.position }
    }
    return (
      Scale(x, values: drawable.map { $0.x } + positions(.vertical), isRounded: false),
      Scale(y, values: drawable.map { $0.y } + positions(.horizontal), isRounded: true)
    )
  }
}

// MARK: - Heatmaps

/// A matrix shown as colours; with numeric axes, the values of a function of two variables, with paths on it.
public struct Heatmap: Sendable {
  public typealias Axis = Figure.Axis
  public typealias Label = Figure.Label

  /// How values map to colours. A value beyond the limits has the colour of the limit, whose number then has a ≥ or ≤.
  public enum ColourScale: Sendable, Hashable {
    /// From 0 to the largest value, or over the given range.
    case sequential(ClosedRange<Double>? = nil)
    /// From −m to m, where m is the given number or the largest magnitude. 0 has the colour of the page.
    case diverging(Double? = nil)
    /// Logarithmic. Values that are not positive are hatched.
    case logarithmic(ClosedRange<Double>? = nil)
  }

  /// A path over numeric axes, in their units.
  public struct Path: Sendable {
    public let name: Label
    public let points: [(x: Double, y: Double)]

    public init(_ name: Label, _ points: [(x: Double, y: Double)]) {
      self.name = name
      self.points = points
    }
  }

  enum Sides: Sendable {
    case labelled(rows: [Label], columns: [Label])
    case numeric(x: Axis, y: Axis)
  }

  let values: [[Double]]
  let sides: Sides
  let colours: ColourScale
  let valueLabel: Label
  /// The decimals of the numbers in the cells; nil for no numbers.
  let decimals: Int?
  let paths: [Path]

  var columnCount: Int { values.first?.count ?? 0 }

  /// A matrix, its first row at the top, with a label for each row and column. Values that are not finite are hatched.
  ///
  /// - Parameters:
  ///   - valueLabel: what the values are; it stands over the colour bar.
  ///   - decimals: how many the number in each cell has, where it is not whole; nil for no numbers.
  /// - Precondition: there is a label for each row and column, and the rows are equally long.
  public init(
    _ values: [[Double]], rows: [Label], columns: [Label], colours: ColourScale = .sequential(),
    valueLabel: Label = "", decimals: Int? = nil
  ) {
    precondition(rows.count == values.count, "Heatmap: \(values.count) rows, but \(rows.count) labels for them")
    for (index, row) in values.enumerated() {
      precondition(
        row.count == columns.count,
        "Heatmap: row \(index) has \(row.count) values, but there are \(columns.count) labels")
    }
    self.init(values, sides: .labelled(rows: rows, columns: columns), colours, valueLabel, decimals, [])
  }

  /// Values over two numeric axes, whose ranges the cells divide evenly. The first row is at the bottom, the first column at
  /// the left.
  ///
  /// - Precondition: both axes have limits, and the rows are equally long.
  public init(
    _ values: [[Double]], x: Axis, y: Axis, colours: ColourScale = .sequential(), valueLabel: Label = "",
    paths: [Path] = []
  ) {
    precondition(x.limits != nil && y.limits != nil, "Heatmap: both axes need limits")
    for (index, row) in values.enumerated() {
      precondition(
        row.count == values[0].count, "Heatmap: row \(index) has \(row.count) values, row 0 has \(values[0].count)")
    }
    self.init(values, sides: .numeric(x: x, y: y), colours, valueLabel, nil, paths)
  }

  private init(
    _ values: [[Double]], sides: Sides, _ colours: ColourScale, _ valueLabel: Label, _ decimals: Int?, _ paths: [Path]
  ) {
    self.values = values
    self.sides = sides
    self.colours = colours
    self.valueLabel = valueLabel
    self.decimals = decimals
    self.paths = paths
  }
}

extension Heatmap {
  var isDiverging: Bool {
    if case .diverging = colours { true } else { false }
  }

  /// The scale from values to places on the palette, from 0 to 1.
  var colourScale: Scale {
    let finite = values.joined().filter { Scale.hasPlace($0, on: .linear) }
    switch colours {
    case .sequential(let range):
      let largest = max(finite.max() ?? 1, 0)
      return Scale(Axis(valueLabel, limits: range ?? 0...(largest > 0 ? largest : 1)), values: [])
    case .diverging(let given):
      let largest = (given ?? finite.map { $0.magnitude }.max() ?? 1).magnitude
      let limit = largest > 0 ? largest : 1
      return Scale(Axis(valueLabel, limits: -limit...limit), values: [])
    case .logarithmic(let range):
      return Scale(Axis(valueLabel, .logarithmic, limits: range), values: finite)
    }
  }

  /// The kinds of values without a colour, for the legend: NaN, ∞, 0 or ≤ 0. Empty if all values have one.
  var blankLabel: String {
    let all = values.joined()
    var reasons: [String] = []
    if all.contains(where: { $0.isNaN }) { reasons.append("NaN") }
    if all.contains(where: { $0 == .infinity }) { reasons.append("∞") }
    if all.contains(where: { $0 == -.infinity }) { reasons.append("−∞") }
    if case .logarithmic = colours, all.contains(where: { $0 <= 0 && $0.isFinite }) {
      reasons.append(all.contains { $0 < 0 && $0.isFinite } ? "≤ 0" : "0")
    }
    return reasons.joined(separator: ", ")
  }

  /// The number in a cell.
  func text(_ value: Double) -> String {
    guard let decimals else { return "" }
    let isHuge = !(value.magnitude < 1e6)
    let text =
      isHuge
      ? NumberFormat.format(value, significant: decimals + 1) : NumberFormat.format(value, decimals: decimals)
    let zeros = "." + String(repeating: "0", count: decimals)
    return text.hasSuffix(zeros) ? String(text.dropLast(zeros.count)) : text
  }

  /// The sign before the number at an end of the colour scale, where values lie beyond it.
  func sign(atHighEnd isHigh: Bool) -> String {
    let scale = colourScale
    let places = values.joined().compactMap(scale.place)
    return isHigh ? (places.contains { $0 > 1 + 1e-9 } ? "≥ " : "") : (places.contains { $0 < -1e-9 } ? "≤ " : "")
  }
}
