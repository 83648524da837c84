import Foundation
import Testing

@testable import Console
@testable import Figures

// MARK: - Labels, scales, ticks

@Suite struct LabelTests {
  @Test(arguments: [
    ("k", "k"), ("h_t", "hₜ"), ("h_{t-1}", "hₜ₋₁"), ("10^{-3}", "10⁻³"), ("‖∂h_T/∂h_{T-k}‖", "‖∂h_T/∂h_{T−k}‖"),
    ("W_{hf}", "W_{hf}"), ("W^T", "Wᵀ"), ("a\\_b", "a_b"), ("a_", "a_"), ("a_{b", "a_{b"), ("x_{{a}b}", "x_{{a}b}"),
    ("", ""),
  ])
  func readsOnATerminal(_ markup: String, _ terminal: String) {
    #expect(Figure.Label(markup).terminal == terminal)
  }

  @Test func keepsTheTextGivenForTheTerminal() {
    #expect(Figure.Label("h_T", terminal: "h(T)").terminal == "h(T)")
  }

  @Test func takesPlainTextAsItIs() {
    let label = Figure.Label(plain: "a_b^{c}\\ I")
    #expect(label.terminal == "a_b^{c}\\ I")
    #expect(label.runs.count == 1)
  }
}

@Suite struct ScaleTests {
  private func labels(_ axis: Figure.Axis, target: Int = 6, values: [Double] = [], isRounded: Bool = false) -> [String]
  {
    Scale(axis, values: values, isRounded: isRounded).ticks(target: target).compactMap { $0.label?.terminal }
  }

  @Test(arguments: [
    (0.0...1.0, 6, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]), (0...100, 5, ["0", "20", "40", "60", "80", "100"]),
    (-3...3, 6, ["−3", "−2", "−1", "0", "1", "2", "3"]), (0.13...0.57, 5, ["0.2", "0.3", "0.4", "0.5"]),
    (1...10, 5, ["2", "4", "6", "8", "10"]),
    (0...0.00025, 5, ["0", "5×10⁻⁵", "10⁻⁴", "1.5×10⁻⁴", "2×10⁻⁴", "2.5×10⁻⁴"]),
    (0...3e6, 3, ["0", "10⁶", "2×10⁶", "3×10⁶"]), (0...20000, 2, ["0", "10000", "20000"]),
    (-0.004...0.004, 4, ["−0.004", "−0.002", "0", "0.002", "0.004"]),
  ])
  func linearTicksAreRound(_ limits: ClosedRange<Double>, _ target: Int, _ expected: [String]) {
    #expect(labels(.init("x", limits: limits), target: target) == expected)
  }

  @Test(arguments: [
    (1e-3...1.0, ["10⁻³", "10⁻²", "10⁻¹", "10⁰"]),
    (1e-60...1, ["10⁻⁶⁰", "10⁻⁵⁰", "10⁻⁴⁰", "10⁻³⁰", "10⁻²⁰", "10⁻¹⁰", "10⁰"]),
    (1e-18...1, ["10⁻¹⁸", "10⁻¹⁵", "10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "10⁰"]), (1...9, ["1", "2", "5"]),
    (0.2...0.4, ["0.2", "0.3", "0.4"]), (0.95...1.05, ["0.96", "0.98", "1.00", "1.02", "1.04"]),
    (1.5e-7...1.2e-6, ["2×10⁻⁷", "5×10⁻⁷", "10⁻⁶"]),
  ])
  func logarithmicTicksAreDecadesOrTheirParts(_ limits: ClosedRange<Double>, _ expected: [String]) {
    #expect(labels(.init("y", .logarithmic, limits: limits), target: 7) == expected)
  }

  @Test func minorTicksDivideDecades() {
    let ticks = Scale(.init("y", .logarithmic, limits: 1...100), values: []).ticks(target: 6)
    let minor = ticks.filter { $0.label == nil }.map(\.place).sorted()
    #expect(minor.count == 16)
    #expect(abs(minor[0] - log10(2) / 2) < 1e-12)
    #expect(abs(minor[15] - log10(90) / 2) < 1e-12)
  }

  @Test func ticksStandWhereTheirLabelsSay() {
    var random = SplitMix(seed: 3)
    for _ in 0..<500 {
      let low = Double.random(in: -1...1, using: &random) * pow(10, Double(Int.random(in: -8...8, using: &random)))
      let span = pow(10, Double(Int.random(in: -3...3, using: &random))) * max(abs(low), 1e-9)
      let limits = low...low + span
      for target in 2...9 {
        let ticks = Scale(.init("x", limits: limits), values: []).ticks(target: target)
        #expect(ticks.count <= target + 1)
        #expect(!ticks.isEmpty || target < 3)
        for tick in ticks {
          let text = tick.label?.markup.replacingOccurrences(of: "−", with: "-") ?? ""
          let plain =
            text.hasPrefix("10^") || text.hasPrefix("-10^") ? text.replacingOccurrences(of: "10^", with: "1×10^") : text
          let number = plain.replacingOccurrences(of: "×10^{", with: "e").replacingOccurrences(of: "}", with: "")
          let value = Double(number)
          #expect(value != nil, "\(text)")
          #expect(abs((value ?? .nan) - (low + tick.place * span)) < 1e-6 * span, "\(text) in \(limits)")
        }
      }
    }
  }

  @Test func logarithmAgreesWithTheLibrarys() {
    var random = SplitMix(seed: 5)
    for _ in 0..<5000 {
      let x = Double(bitPattern: random.next()).magnitude
      guard x.isFinite, x > 0 else { continue }
      #expect(abs(Scale.log10(x) - log10(x)) < 1e-13 * max(1, abs(log10(x))))
    }
    for exponent in -300...300 { #expect(Scale.log10(Double("1e\(exponent)")!) == Double(exponent)) }
  }

  @Test func limitsFromDataAreRoundedOnRequest() {
    let scale = Scale(.init("y"), values: [0.03, 0.97, .nan], isRounded: true)
    #expect(scale.low == 0 && scale.high == 1)
    let decades = Scale(.init("y", .logarithmic), values: [0.03, 970, 0, -2, .infinity], isRounded: true)
    #expect(decades.low == 0.01 && decades.high == 1000)
    let exact = Scale(.init("x"), values: [3, 17])
    #expect(exact.low == 3 && exact.high == 17)
  }

  @Test(
    arguments: [
      [], [2.0], [0.0], [.nan, .infinity], [1e308, -1e308], [1e300],
      [.leastNonzeroMagnitude, .leastNormalMagnitude / 2], [-7, -7],
    ] as [[Double]]
  )
  func everyKindOfDataGivesAnInterval(_ values: [Double]) {
    for kind in [Figure.Axis.Kind.linear, .logarithmic] {
      for isRounded in [false, true] {
        let scale = Scale(.init("y", kind), values: values, isRounded: isRounded)
        #expect(scale.low < scale.high)
        for value in values where Scale.hasPlace(value, on: kind) {
          let place = scale.place(value) ?? -1
          #expect(-1e-9...1 + 1e-9 ~= place)
        }
        for target in 1...8 { #expect(scale.ticks(target: target).allSatisfy { $0.place.isFinite }) }
      }
    }
  }

  @Test func labelsThatDoNotFitAreThinned() {
    let scale = Scale(.init("x", limits: 0...10000), values: [])
    let wide = scale.ticks(most: 10, length: 1000, gap: 10) { Double($0.markup.count) * 10 }
    let narrow = scale.ticks(most: 10, length: 150, gap: 10) { Double($0.markup.count) * 10 }
    #expect(wide.count > narrow.count)
    #expect(narrow.compactMap(\.label).count >= 1)
  }
}

@Suite struct ClippingTests {
  private let unit = Scale(.init("x", limits: 0...1), values: [])

  @Test func aPointWithoutAPlaceIsAGap() {
    let logarithmic = Scale(.init("y", .logarithmic, limits: 1...100), values: [])
    let points: [(x: Double, y: Double)] = [
      (0, 1), (0.1, 10), (0.2, 0), (0.3, 10), (0.4, 100), (0.5, -3), (0.6, .nan), (0.7, 1), (0.8, .infinity),
    ]
    let lines = visibleLines(points, x: unit, y: logarithmic)
    #expect(lines.map(\.count) == [2, 2, 1])
    #expect(lines[1] == [Place(x: 0.3, y: 0.5), Place(x: 0.4, y: 1)])
  }

  @Test func linesAreCutAtTheLimits() {
    let lines = visibleLines([(0.5, 0.5), (0.5, 2), (1.5, 2), (0.5, -1), (0.25, 0.5)], x: unit, y: unit)
    #expect(lines.count == 3)
    #expect(lines[0] == [Place(x: 0.5, y: 0.5), Place(x: 0.5, y: 1)])
    for place in lines.joined() { #expect(place.isInside) }
    #expect(lines[2].last == Place(x: 0.25, y: 0.5))
  }

  @Test func aSegmentAcrossTheWholeAreaIsSeen() {
    #expect(visibleLines([(-1, 0.5), (2, 0.5)], x: unit, y: unit) == [[Place(x: 0, y: 0.5), Place(x: 1, y: 0.5)]])
    #expect(visibleLines([(-1, 2), (2, 2)], x: unit, y: unit).isEmpty)
  }
}

// MARK: - Colours

@Suite struct PaletteTests {
  /// Contrast by WCAG 2.
  private func contrast(_ a: String, _ b: String) -> Double {
    func luminance(_ colour: String) -> Double {
      let value = Int(colour.dropFirst(), radix: 16)!
      let linear = [16, 8, 0].map { shift -> Double in
        let c = Double(value >> shift & 255) / 255
        return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
    let (x, y) = (luminance(a), luminance(b))
    return (max(x, y) + 0.05) / (min(x, y) + 0.05)
  }

  @Test(arguments: Palette.lightSeries + Palette.darkSeries + [Palette.lightText, Palette.darkText])
  func everyColourStandsOutOnBothPages(_ colour: String) {
    #expect(contrast(colour, "#ffffff") >= 3)
    #expect(contrast(colour, "#0d1117") >= 3)
  }

  @Test func textReachesMoreOnItsOwnPage() {
    #expect(contrast(Palette.lightText, "#ffffff") >= 4.5)
    #expect(contrast(Palette.darkText, "#0d1117") >= 4.5)
  }

  @Test func seriesColoursDiffer() {
    #expect(Set(Palette.lightSeries).count == Palette.lightSeries.count)
    #expect(Palette.lightSeries.count == Palette.darkSeries.count)
  }

  @Test(arguments: [false, true])
  func heatIsOrderedByLuminance(isDark: Bool) {
    let sequential = (0..<Palette.levels).map {
      Palette.luminance(Palette.heat($0, isDiverging: false, isDark: isDark))
    }
    #expect(sequential == (isDark ? sequential.sorted() : sequential.sorted(by: >)))
    let diverging = (0..<Palette.levels).map { Palette.luminance(Palette.heat($0, isDiverging: true, isDark: isDark)) }
    let (negative, positive) = (Array(diverging[...32].reversed()), Array(diverging[32...]))
    for half in [negative, positive] { #expect(half == (isDark ? half.sorted() : half.sorted(by: >))) }
  }

  @Test(arguments: [false, true], [false, true])
  func numbersAreLegibleOnEveryLevel(isDiverging: Bool, isDark: Bool) {
    for level in 0..<Palette.levels {
      let colour = Palette.heat(level, isDiverging: isDiverging, isDark: isDark)
      let text = Palette.textColour(on: colour) == "#000" ? "#000000" : "#ffffff"
      #expect(contrast(Palette.hexadecimal(colour), text) >= 4.5)
    }
  }
}

// MARK: - SVG

@Suite struct FigureSVGTests {
  @Test(arguments: 0..<300)
  func noTextOfAChartLeavesThePageOrCoversAnother(seed: Int) throws {
    let svg = randomChart(UInt64(seed)).svg(id: "f", title: "t")
    let reader = try #require(SVGReader(svg))
    #expect(reader.faults() == [])
  }

  @Test(arguments: 0..<150)
  func noTextOfAHeatmapLeavesThePageOrCoversAnother(seed: Int) throws {
    let svg = randomHeatmap(UInt64(seed)).svg(id: "f", title: "t")
    let reader = try #require(SVGReader(svg))
    #expect(reader.faults() == [])
  }

  @Test func showsEverySeriesAndReference() throws {
    let names = ["RNN", "LSTM", "GRU"]
    let figure = chart(
      names.enumerated().map { index, name in .init(Figure.Label(name), values: [1, 2, Double(index)]) },
      references: [.horizontal(at: 1, label: "one"), .vertical(at: 1, label: "here")])
    let reader = try #require(SVGReader(figure.svg(id: "f", title: "t")))
    let texts = reader.texts.map(\.content)
    for name in names + ["one", "here", "x", "y"] { #expect(texts.contains(name)) }
    for index in 0..<3 {
      // Once in the plot, once in the legend.
      let lines = reader.elements.filter { $0.attributes["class"]?.hasPrefix("l s\(index)") == true }
      #expect(lines.count == 2)
    }
    #expect(reader.elements.count { $0.attributes["class"] == "r" } == 3)
  }

  @Test func linesHaveGapsWhereALogarithmicAxisHasNoPlace() throws {
    let figure = chart([.init("", values: [1, 10, 0, 10, 1, -1, 5])], y: .init("y", .logarithmic))
    let reader = try #require(SVGReader(figure.svg(id: "f", title: "t")))
    let line = try #require(reader.elements.first { $0.attributes["class"] == "l s0" }?.attributes["d"])
    #expect(line.count { $0 == "M" } == 2)
    #expect(reader.elements.count { $0.name == "circle" } == 1)  // the point between two gaps
  }

  @Test func coordinatesAreTheDatas() throws {
    let figure = chart(
      [.init("", [(0, 0), (10, 1)])], x: .init("", limits: 0...10), y: .init("", limits: 0...1))
    let reader = try #require(SVGReader(figure.svg(id: "f", title: "t")))
    let line = try #require(reader.elements.first { $0.attributes["class"] == "l s0" }?.attributes["d"])
    let axes = reader.elements.filter { $0.attributes["class"] == "a" }.compactMap { $0.attributes["d"] }.suffix(2)
    // From the corner where the axes meet to the opposite one.
    let numbers = line.split { "ML ".contains($0) }.map { Double($0)! }
    let frame = axes.flatMap { $0.split { "ML ".contains($0) }.map { Double($0)! } }
    #expect(numbers == [frame[2], frame[3], frame[6], frame[1]])
  }

  @Test func escapesWhatXMLWouldRead() throws {
    let figure = chart([.init("a < b & \"c\" > d]]>", values: [1, 2])], x: .init("x<y>"))
    let reader = try #require(SVGReader(figure.svg(id: "f", title: "T & <U>", description: "\u{1}<&>")))
    #expect(reader.title == "T & <U>")
    #expect(reader.texts.map(\.content).contains("a < b & \"c\" > d]]>"))
    #expect(reader.texts.map(\.content).contains("x<y>"))
  }

  @Test(arguments: [randomChart(1), randomHeatmap(1)])
  func hasATitleAndRulesForADarkPage(_ figure: Figure) throws {
    let svg = figure.svg(id: "norms", title: "gradient norms", description: "They fall.")
    let reader = try #require(SVGReader(svg))
    let root = reader.elements[0].attributes
    #expect(root["role"] == "img")
    #expect(root["aria-labelledby"] == "norms-title norms-desc")
    #expect(reader.title == "gradient norms")
    let dark = try #require(svg.range(of: "@media (prefers-color-scheme:dark){"))
    #expect(svg[dark.upperBound...].contains("text{fill:\(Palette.darkText)}"))
    #expect(svg[..<dark.lowerBound].contains("text{fill:\(Palette.lightText)}"))
    #expect(!svg.contains("<script") && !svg.contains("href"))
  }

  @Test func everySeriesColourHasADarkRule() throws {
    let svg = chart((0..<6).map { .init("s", values: [Double($0), 1]) }).svg(id: "f", title: "t")
    let dark = try #require(svg.range(of: "@media (prefers-color-scheme:dark){"))
    for (index, (light, black)) in zip(Palette.lightSeries, Palette.darkSeries).enumerated() {
      #expect(svg[..<dark.lowerBound].contains(".s\(index){stroke:\(light)}"))
      #expect(svg[dark.upperBound...].contains(".s\(index){stroke:\(black)}"))
    }
  }

  @Test func cellsHaveTheColourOfTheirValueAndNumbersAreLegible() throws {
    let map = Heatmap(
      [[-1, 0], [.nan, 1]], rows: ["a", "b"], columns: ["c", "d"], colours: .diverging(), decimals: 2)
    let reader = try #require(SVGReader(Figure.heatmap(map).svg(id: "f", title: "t")))
    let cells = reader.elements.prefix { $0.name != "pattern" }.filter { $0.name == "path" }
    #expect(cells.map { $0.attributes["class"] } == ["h0", "h32", "h64"])
    #expect(cells.map { $0.attributes["d"] } == ["M0 0h1v1h-1", "M1 0h1v1h-1", "M1 1h1v1h-1"])
    let texts = reader.texts.map(\.content)
    for text in ["−1", "0", "1", "a", "d", "NaN"] { #expect(texts.contains(text)) }
    #expect(reader.elements.contains { $0.attributes["style"] == "fill:url(#f-blank)" })
  }

  @Test func aLandscapesFirstRowIsAtTheBottom() throws {
    let map = Heatmap([[0, 0], [1, 1]], x: .init("x", limits: 0...1), y: .init("y", limits: 0...1))
    let reader = try #require(SVGReader(Figure.heatmap(map).svg(id: "f", title: "t")))
    let cells = reader.elements.filter { $0.name == "path" }.prefix(2)
    #expect(cells.map { $0.attributes["class"] } == ["h0", "h64"])
    #expect(cells.map { $0.attributes["d"] } == ["M0 1h2v1h-2", "M0 0h2v1h-2"])
  }

  @Test func theSameFigureGivesTheSameBytes() {
    for seed in 0..<20 as Range<UInt64> {
      #expect(randomChart(seed).svg(id: "f", title: "t") == randomChart(seed).svg(id: "f", title: "t"))
      #expect(randomHeatmap(seed).svg(id: "f", title: "t") == randomHeatmap(seed).svg(id: "f", title: "t"))
    }
  }

  @Test func stylesDifferWithoutColour() {
    let automatic = LineChart(x: .init("x"), y: .init("y"), series: (0..<16).map { .init("\($0)", values: []) })
    #expect(Set(automatic.styles).count == 16)
    for line in [LineChart.Series.Line.solid, .dashed, .dotted, .none] {
      let same = LineChart(x: .init("x"), y: .init("y"), series: (0..<8).map { .init("\($0)", values: [], line: line) })
      #expect(Set(same.styles).count == 8)
    }
  }

  @Test func markersOfEverySeriesAreDifferentShapes() throws {
    let points = [(x: 0.0, y: 0.0), (x: 1.0, y: 1.0)]
    let outlines = try (0..<16).map { index -> String in
      // Alone in the chart but for empty series before it, each has its marker at one place.
      let series = (0..<index).map { _ in LineChart.Series("", []) } + [LineChart.Series("", points, hasMarkers: true)]
      let reader = try #require(SVGReader(chart(series).svg(id: "f", title: "t")))
      let marker = try #require(reader.elements.last { $0.attributes["class"]?.hasPrefix("m") == true })
      let fill = marker.attributes["style"] ?? ""
      return "\(marker.name) \(marker.attributes["d"] ?? "") \(fill)"
    }
    #expect(Set(outlines).count == 16)
  }
}

// MARK: - Hard data

@Suite struct FigureDataTests {
  @Test(
    arguments: [
      [], [[]], [[1]], [[2, 2, 2]], [[.nan, .nan]], [[0, 0]], [[.infinity, -.infinity]], [[1e308, -1e308]],
      [[.leastNonzeroMagnitude, .leastNormalMagnitude / 2]], [[1e300, 1e300.nextUp]], [[-1, -2]], [[], [1, 2]],
    ] as [[[Double]]])
  func chartsOfAnyDataAreDrawn(_ data: [[Double]]) throws {
    for kind in [Figure.Axis.Kind.linear, .logarithmic] {
      for line in [nil, LineChart.Series.Line.none] {
        let figure = chart(
          data.map { .init("s", values: $0, line: line, hasMarkers: true) }, x: .init("x", kind), y: .init("y", kind))
        let reader = try #require(SVGReader(figure.svg(id: "f", title: "t")))
        #expect(reader.texts.count { $0.content == "s" } == data.count)
        #expect(reader.faults() == [])
        #expect(figure.terminal().joined().filter { $0 == "s" }.count == data.count)
      }
    }
  }

  @Test(
    arguments: [[], [[]], [[0]], [[.nan]], [[.infinity, -1]], [[1e308, -1e308]], [[2, 2], [2, 2]]] as [[[Double]]])
  func heatmapsOfAnyDataAreDrawn(_ values: [[Double]]) throws {
    for colours in [Heatmap.ColourScale.sequential(), .diverging(), .logarithmic(), .sequential(1...1), .diverging(0)] {
      let columns = values.first?.count ?? 0
      let matrix = Figure.heatmap(
        Heatmap(
          values, rows: values.map { _ in "r" }, columns: (0..<columns).map { _ in "c" }, colours: colours, decimals: 3)
      )
      let landscape = Figure.heatmap(
        Heatmap(values, x: .init("x", limits: 0...1), y: .init("y", limits: 0...0), colours: colours))
      for figure in [matrix, landscape] {
        let reader = try #require(SVGReader(figure.svg(id: "f", title: "t")))
        #expect(reader.faults() == [])
        #expect(figure.terminal(colour: true).allSatisfy { displayWidth($0) <= 72 })
      }
    }
  }

  #if compiler(>=6.2)
    @Test func labelsThatDoNotMatchTheMatrixTrap() async {
      await #expect(processExitsWith: .failure) { _ = Heatmap([[1, 2]], rows: ["a"], columns: ["b"]) }
      await #expect(processExitsWith: .failure) { _ = Figure.Axis("y", .logarithmic, limits: 0...1) }
    }
  #endif
}

// MARK: - Terminal

@Suite struct FigureTerminalTests {
  @Test(arguments: 0..<200)
  func noLineIsWiderThanAsked(seed: Int) {
    for width in [12, 30, 51, 72, 100] {
      for colour in [false, true] {
        for figure in [randomChart(UInt64(seed)), randomHeatmap(UInt64(seed))] {
          let lines = figure.terminal(width: width, colour: colour)
          #expect(lines.allSatisfy { displayWidth($0) <= width })
          #expect(lines.allSatisfy { $0.last != " " })
          #expect(colour || !lines.joined().contains("\u{1B}"))
        }
      }
    }
  }

  @Test func seriesAreToldApartByTheirCharacters() {
    let names = ["RNN", "LSTM", "GRU", "IRNN"]
    let figure = chart(
      names.enumerated().map { index, name in
        .init(Figure.Label(name), values: (0..<50).map { Double($0 * (index + 1)) })
      })
    let lines = figure.terminal()
    let plot = lines.filter { $0.contains("│") || $0.contains("┤") }.joined()
    for (glyph, name) in zip("ox+*", names) {
      #expect(plot.count { $0 == glyph } >= 2)
      #expect(lines.contains { $0.contains("\(glyph) \(name)") })
    }
  }

  @Test func aLineRunsWhereItsValuesAre() {
    let lines = chart(
      [.init("", [(0, 0), (1, 1)])], x: .init("", limits: 0...1), y: .init("", limits: 0...1)
    ).terminal(width: 40)
    let rows = lines.filter { $0.contains("│") || $0.contains("┤") }
    #expect(rows.count == 16)
    #expect(rows[0].last == "⠉" || rows[0].last == "⠊")
    #expect(displayWidth(rows[0]) == 40)
    let starts = rows.map { row in
      row.unicodeScalars.firstIndex { 0x2800...0x28FF ~= $0.value }.map { row[..<$0].count }
    }
    #expect(starts.compactMap { $0 } == starts.compactMap { $0 }.sorted(by: >))
    #expect(starts.compactMap { $0 }.count == 16)
    #expect(lines.contains { $0.hasPrefix("1.0 ┤") } && lines.contains { $0.hasPrefix("  0 ┤") })
  }

  @Test func aGapStaysEmpty() {
    let values = (0..<70).map { 20..<50 ~= $0 ? 0.0 : 1 }
    let lines = chart([.init("", values: values)], y: .init("", .logarithmic, limits: 0.1...10)).terminal()
    let dots = lines.joined().unicodeScalars.count { 0x2801...0x28FF ~= $0.value }
    #expect(30...50 ~= dots)
  }

  @Test func logarithmicTicksAreSuperscripts() {
    let lines = chart([.init("", values: [1e-6, 1])], y: .init("‖g‖", .logarithmic)).terminal()
    #expect(lines[0] == "‖g‖")
    #expect(lines.contains { $0.hasPrefix("10⁻⁶ ┤") })
    #expect(lines.contains { $0.hasPrefix(" 10⁰ ┤") })
  }

  @Test func aMatrixShowsShadesSignsAndNumbers() {
    let map = Heatmap(
      [[1, -1], [0, .nan]], rows: ["a", "나"], columns: ["c", "d"], colours: .diverging(), valueLabel: "J")
    #expect(
      Figure.heatmap(map).terminal() == [
        "    c    d", "a  +███ −███", "나      ╱╱╱╱", "", "J: −1.00 −█ −▓ −▒ −░ 0 +░ +▒ +▓ +█ 1.00   ╱ NaN",
      ])
    let numbers = Heatmap([[0.25, 1]], rows: ["a"], columns: ["c", "d"], decimals: 2)
    #expect(Figure.heatmap(numbers).terminal()[1] == "a  0.25░     1█")
  }

  @Test func colourIsAddedToTheSameCharacters() {
    for seed in 0..<20 as Range<UInt64> {
      let plain = randomChart(seed).terminal()
      let coloured = randomChart(seed).terminal(colour: true).map { line in
        line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
      }
      #expect(plain == coloured.map { trimmed($0) })
    }
  }
}
