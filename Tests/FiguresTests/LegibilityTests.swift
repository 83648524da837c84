// What makes a figure legible without a legend that needs a paragraph.

import Testing

@testable import Figures

@Suite struct LegibilityTests {
  /// On a phone's 375 pixels a figure is narrower than its page, and the text with it.
  @Test func textIsLegibleOnAPhone() {
    #expect(min(TextSize.tick, TextSize.label) * 375 / Page.width >= 9)
  }

  @Test func aCurveThatLeavesThePlotHasItsNameBesideIt() throws {
    let figure = chart(
      [.init("a", [(0, 1), (100, -1)]), .init("b", [(0, 1), (100, 0.5)])],
      y: .init("", limits: 0...1))
    let reader = try #require(SVGReader(figure.svg(id: "f", title: "t")))
    let corner = try #require(reader.elements.last { $0.attributes["class"] == "a" }?.attributes["d"])
    let numbers = corner.split { "ML ".contains($0) }.map { Double($0)! }
    let (left, right) = (numbers[0], numbers[2])
    let a = try #require(reader.texts.first { $0.content == "a" })
    let b = try #require(reader.texts.first { $0.content == "b" })
    #expect(abs(a.left - (left + right) / 2) < 40)
    #expect(b.left > right)
    // The legend has no sample of what has its name beside it.
    #expect(reader.elements.count { $0.attributes["class"]?.hasPrefix("l s0") == true } == 1)
    #expect(reader.elements.count { $0.attributes["class"]?.hasPrefix("l s1") == true } == 2)
  }

  @Test func aNameStandsWhereItIsAskedForAndOnNoLine() throws {
    let points = [(x: 0.0, y: 0.0), (x: 10.0, y: 1.0)]
    let level = [(x: 0.0, y: 0.2), (x: 10.0, y: 0.2)]
    let lines = LineChart(
      x: .init("x"), y: .init("y"), series: [.init("a", points, labelX: 2), .init("", level)])
    let area = PlotArea(left: 0, top: 0, width: 300, height: 200)
    let (x, y) = lines.scales
    let places = lines.series.map { visibleLines($0.points, x: x, y: y) }
    let placed = CurveLabels.placed([0], of: lines, places, area, x)
    let box = try #require(placed.first?.place)
    #expect(abs(box.left - 60) < 40)
    #expect(abs(box.baseline - 160) < 40)
    for line in places.joined() {
      let pixels = line.map { (x: area.x($0.x), y: area.y($0.y)) }
      #expect(!box.isCrossed(by: pixels))
    }
    // Where there is no room for it, the legend has it.
    let wide = LineChart(
      x: .init("x"), y: .init("y"), series: [.init(Figure.Label(String(repeating: "m", count: 99)), points, labelX: 2)])
    #expect(CurveLabels.placed([0], of: wide, [places[0]], area, x).isEmpty)
  }

  @Test func noTickStandsBetweenWholeNumbers() throws {
    let figure = chart([.init("", values: [1, 2, 3, 4, 5], start: 1)])
    let reader = try #require(SVGReader(figure.svg(id: "f", title: "t")))
    #expect(reader.texts.map(\.content).filter { $0.contains("1.5") || $0.contains("2.5") }.isEmpty)
    #expect(!figure.terminal().joined().contains("2.5"))
    #expect(chart([.init("", [(1, 0), (1.5, 1), (5, 2)])]).terminal().joined().contains("2.5"))
  }

  @Test func anEndOfTheColoursSaysThatThereIsMore() throws {
    func texts(_ values: [[Double]], _ colours: Heatmap.ColourScale) throws -> (svg: [String], terminal: String) {
      let map = Heatmap(values, rows: ["a"], columns: ["b", "c"], colours: colours)
      let reader = try #require(SVGReader(Figure.heatmap(map).svg(id: "f", title: "t")))
      return (reader.texts.map(\.content), Figure.heatmap(map).terminal().joined())
    }
    let high = try texts([[0, 3]], .sequential(0...1))
    #expect(high.svg.contains("≥ 1.0") && high.terminal.contains("≥ 1.00"))
    let both = try texts([[-3, 3]], .diverging(2))
    #expect(both.svg.contains("≥ 2") && both.svg.contains("≤ −2") && both.terminal.contains("≤ −2.00"))
    for within in [try texts([[0, 1]], .sequential(0...1)), try texts([[-3, 2]], .diverging())] {
      let all = within.svg.joined() + within.terminal
      #expect(!all.contains("≤") && !all.contains("≥"))
    }
  }

  @Test func exactZerosAreCalledZero() {
    func blank(_ values: [Double]) -> String {
      Heatmap([values], rows: ["a"], columns: values.map { _ in "c" }, colours: .logarithmic()).blankLabel
    }
    #expect(blank([0, 1]) == "0" && blank([-1, 0, 1]) == "≤ 0" && blank([0, .nan]) == "NaN, 0" && blank([1]) == "")
  }

  @Test func everyPathHasItsColourAndItsStart() throws {
    let paths: [Heatmap.Path] = [.init("a", [(0.2, 0.2), (0.8, 0.5)]), .init("b", [(0.4, 0.8), (0.6, 0.1)])]
    let map = Figure.heatmap(
      Heatmap([[0, 1]], x: .init("x", limits: 0...1), y: .init("y", limits: 0...1), paths: paths))
    let reader = try #require(SVGReader(map.svg(id: "f", title: "t")))
    for index in 0..<2 {
      let lines = reader.elements.filter { $0.attributes["class"]?.hasPrefix("p p\(index)") == true }
      // In the plot and in the legend; and the ring.
      #expect(
        lines.count == 3
          && lines.count { $0.attributes["d"]?.contains("a\(6 + 4 * index) \(6 + 4 * index) 0") == true } == 1)
    }
    #expect(map.terminal().joined().count { $0 == "◎" } == 2)
    let coloured = map.terminal(colour: true).joined()
    #expect(coloured.contains("38;5;161m◎") && coloured.contains("38;5;166m◎"))
  }
}
