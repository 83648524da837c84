// Reading SVG files, and figures made from a seed.

import Foundation

@testable import Figures

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A text of an SVG file, with the box that it takes by the estimate of its width.
struct TextBox {
  var content = ""
  var left = 0.0
  var right = 0.0
  var top = 0.0
  var bottom = 0.0
}

/// Reads an SVG file's texts and elements. Fails where it is not well-formed XML.
final class SVGReader: NSObject, XMLParserDelegate {
  var size = (width: 0.0, height: 0.0)
  var texts: [TextBox] = []
  var elements: [(name: String, attributes: [String: String])] = []
  var title = ""
  private var inside: [String] = []
  private var position = (x: 0.0, y: 0.0, anchor: "start", size: TextSize.label)
  private var width = 0.0
  private var scriptSize: [Double] = []

  init?(_ svg: String) {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    inside.append(name)
    elements.append((name, attributes))
    switch name {
    case "svg":
      let box = attributes["viewBox"]!.split(separator: " ").map { Double($0)! }
      size = (box[2], box[3])
    case "text":
      let isTick = attributes["class"]?.split(separator: " ").contains("t") == true
      position = (
        Double(attributes["x"]!)!, Double(attributes["y"]!)!, attributes["text-anchor"] ?? "start",
        isTick ? TextSize.tick : TextSize.label
      )
      width = 0
      texts.append(TextBox())
      scriptSize = []
    case "tspan":
      scriptSize.append(attributes["font-size"].map { Double($0)! } ?? scriptSize.last ?? position.size)
    default: break
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if inside.contains("text") {
      texts[texts.count - 1].content += string
      width += TextSize.width(string) * (scriptSize.last ?? position.size)
    } else if inside.last == "title" {
      title += string
    }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    inside.removeLast()
    if name == "tspan" { scriptSize.removeLast() }
    guard name == "text" else { return }
    let left =
      switch position.anchor {
      case "end": position.x - width
      case "middle": position.x - width / 2
      default: position.x
      }
    let content = texts[texts.count - 1].content
    texts[texts.count - 1] = TextBox(
      content: content, left: left, right: left + width, top: position.y - position.size * 0.8,
      bottom: position.y + position.size * 0.3)
  }

  /// What is wrong with the places of the texts: beyond the page, or one over another.
  func faults(ignoring isIgnored: (TextBox) -> Bool = { _ in false }) -> [String] {
    var faults: [String] = []
    for (index, box) in texts.enumerated() where !isIgnored(box) {
      if box.left < 0 || box.right > size.width || box.top < 0 || box.bottom > size.height {
        faults.append("“\(box.content)” at \(box) leaves the page of \(size)")
      }
      for other in texts[(index + 1)...] {
        if box.left < other.right, other.left < box.right, box.top < other.bottom, other.top < box.bottom {
          faults.append("“\(box.content)” and “\(other.content)” overlap")
        }
      }
    }
    return faults
  }
}

func chart(
  _ series: [LineChart.Series], x: Figure.Axis = .init("x"), y: Figure.Axis = .init("y"),
  references: [LineChart.Reference] = []
) -> Figure {
  .lineChart(LineChart(x: x, y: y, series: series, references: references))
}

/// A chart of any kind, from a seed.
func randomChart(_ seed: UInt64) -> Figure {
  var random = SplitMix(seed: seed)
  let words = [
    "RNN", "LSTM, b_f = 1", "‖∂h_T/∂h_{T-k}‖", "순환 신경망", "a long name, longer than the others are",
    String(repeating: "too long to fit, ", count: 9), "h_t", "",
  ]
  func axis(_ random: inout SplitMix) -> Figure.Axis {
    let isLogarithmic = Bool.random(using: &random)
    let low =
      isLogarithmic
      ? pow(10, Double.random(in: -30...3, using: &random)) : Double.random(in: -100...100, using: &random)
    let isGiven = Int.random(in: 0..<3, using: &random) == 0
    return .init(
      Figure.Label(words.randomElement(using: &random)!), isLogarithmic ? .logarithmic : .linear,
      limits: isGiven ? low...(isLogarithmic ? low * 1e4 : low + 7.3) : nil)
  }
  let scale = pow(10, Double.random(in: -12...12, using: &random))
  let series = (0..<Int.random(in: 0...9, using: &random)).map { _ -> LineChart.Series in
    let rate = Double.random(in: -2...0.5, using: &random)
    let values = (0..<Int.random(in: 0...60, using: &random)).map { step -> Double in
      switch Int.random(in: 0..<40, using: &random) {
      case 0: .nan
      case 1: 0
      case 2: -scale
      default: scale * exp(rate * Double(step)) * Double.random(in: 0.5...1.5, using: &random)
      }
    }
    let line: LineChart.Series.Line? = [nil, nil, .solid, .dashed, .dotted, LineChart.Series.Line.none]
      .randomElement(using: &random)!
    return .init(
      Figure.Label(words.randomElement(using: &random)!), values: values, start: 1, line: line,
      hasMarkers: Bool.random(using: &random),
      labelX: Bool.random(using: &random) ? Double(Int.random(in: 0...9, using: &random)) : nil)
  }
  let references: [LineChart.Reference] = [
    .horizontal(at: scale, label: "1"), .vertical(at: 3, label: "k = 3"), .vertical(at: 4, label: "b"),
    .vertical(at: 1),
  ].filter { _ in Bool.random(using: &random) }
  return chart(series, x: axis(&random), y: axis(&random), references: references)
}

func randomHeatmap(_ seed: UInt64) -> Figure {
  var random = SplitMix(seed: seed)
  let (rows, columns) = (Int.random(in: 1...12, using: &random), Int.random(in: 1...12, using: &random))
  let scale = pow(10, Double.random(in: -9...9, using: &random))
  let values = (0..<rows).map { _ in
    (0..<columns).map { _ in
      Int.random(in: 0..<20, using: &random) == 0 ? .nan : scale * Double.random(in: -1...1, using: &random)
    }
  }
  let colours = [Heatmap.ColourScale.sequential(), .diverging(), .logarithmic()].randomElement(using: &random)!
  if Bool.random(using: &random) {
    let names = ["h_{t-1}", "나는", "word", "⟨eos⟩", "a longer word"]
    return .heatmap(
      Heatmap(
        values, rows: (0..<rows).map { Figure.Label(names[$0 % 5]) },
        columns: (0..<columns).map { Figure.Label(names[$0 % 5]) },
        colours: colours, valueLabel: "∂h_t/∂h_{t-1}", decimals: Bool.random(using: &random) ? 2 : nil))
  }
  let steps = (0..<8).map { _ in
    (x: Double.random(in: -4...4, using: &random), y: Double.random(in: -4...4, using: &random))
  }
  return .heatmap(
    Heatmap(
      values, x: .init("w", limits: -3...3), y: .init("b", limits: -2e-5...1e-5), colours: colours,
      valueLabel: "L(w, b)",
      paths: [.init("SGD", steps), .init("‖∇L‖ ≤ 1", Array(steps.reversed()))]))
}

/// The seeded generator of these tests (Steele, Lea and Flood, 2014).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
