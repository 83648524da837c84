// The text of an SVG file: elements, labels, and the style that all figures share.

import Console

/// The page of a figure, in pixels: on a narrow screen it shrinks, and its text with it.
enum Page {
  static let width = 560.0
  /// The height of a line chart, without a legend below it.
  static let height = 360.0
}

/// The sizes of text, and estimates of its widths, in pixels: those of DejaVu Sans, which is wider than the default fonts of most systems.
enum TextSize {
  static let tick = 15.0
  static let label = 16.0
  /// The size of subscripts and superscripts, relative to the text beside them.
  static let script = 0.8

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

/// Collects the elements of an SVG file.
struct SVGWriter {
  enum Anchor: String { case start, middle, end }

  private(set) var body: [String] = []

  mutating func add(_ element: String) { body.append(element) }

  mutating func line(_ kind: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) {
    add("<path class=\"\(kind)\" d=\"M\(px(x1)) \(px(y1))L\(px(x2)) \(px(y2))\"/>")
  }

  /// Adds a text with its baseline at y. Adds nothing for an empty label.
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

  /// A label's text elements: subscripts and superscripts shifted and smaller, single letters in italics.
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
      // Accents follow their letter: z̄ is a variable as z is.
      let isLatin = character.unicodeScalars.first.map { "a"..."z" ~= $0 || "A"..."Z" ~= $0 } ?? false
      let isGreek = "α"..."ω" ~= character
      let isAlone = !isLetter(index - 1) && !isLetter(index + 1)
      let isArticle = "aAI".contains(character) && index + 2 < characters.count && isLetter(index + 2)
      let escaped = escape(String(character))
      return (isLatin || isGreek) && isAlone && !isArticle ? "<tspan font-style=\"italic\">\(escaped)</tspan>" : escaped
    }.joined()
  }

  /// The complete file.
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

/// A coordinate in pixels, with at most two decimals.
func px(_ x: Double) -> String {
  let hundredths = Int((x * 100).rounded())
  let (whole, part) = (hundredths.magnitude / 100, hundredths.magnitude % 100)
  let fraction = part == 0 ? "" : part % 10 == 0 ? ".\(part / 10)" : part < 10 ? ".0\(part)" : ".\(part)"
  return (hundredths < 0 ? "-" : "") + "\(whole)" + fraction
}

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

/// The CSS rules for the colours that all figures share, for a light or a dark page.
func rules(isDark: Bool, series: Int) -> [String] {
  let text = isDark ? Palette.darkText : Palette.lightText
  let colours = isDark ? Palette.darkSeries : Palette.lightSeries
  let lines = (0..<min(series, colours.count)).map { index in
    ".s\(index){stroke:\(colours[index])}.m\(index){fill:\(colours[index]);stroke:\(colours[index])}"
      + ".c\(index){fill:\(colours[index])}"
  }
  return ["text{fill:\(text)}.a,.r{stroke:\(text)}.g{stroke:\(isDark ? Palette.darkGrid : Palette.lightGrid)}"] + lines
}

let commonRules = [
  "text{font:\(px(TextSize.label))px system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",\"Noto Sans\","
    + "\"Apple SD Gothic Neo\",\"Malgun Gothic\",\"Noto Sans KR\",sans-serif}",
  ".t{font-size:\(px(TextSize.tick))px}",
  "path{fill:none}.a{stroke-width:1.2}.g{stroke-width:1}.r{stroke-width:1.2;stroke-dasharray:2 3}",
]
