// The colours of figures.

/// The colours of figures on a light and on a dark page.
///
/// A file's style follows the reader's system, but the page may be dark on a light system, or the other way round. Lines and
/// text therefore have a contrast of at least 3:1 on both pages, and more on the page that they are meant for.
enum Palette {
  /// People with the common forms of colour blindness can tell these apart; dashes and markers help where colour does not.
  static let lightSeries = ["#0068b5", "#d9620d", "#0a9268", "#a83697", "#7d6200", "#707c8a"]
  static let darkSeries = ["#2a86d8", "#ec6c1a", "#10a278", "#c259b4", "#8f7412", "#858f9c"]

  /// ANSI's 256 colours that come closest.
  static let terminalSeries = [33, 208, 36, 170, 136, 245]
  /// Paths over a heatmap; they have a white border, on both pages.
  static let paths = ["#b3005e", "#e8710a", "#5b2a86"]

  static let lightText = "#59636e"
  static let darkText = "#8b949e"
  /// For what stands back in a picture.
  static let lightPale = "#b4bcc5"
  static let darkPale = "#4d5661"
  static let lightGrid = "#e4e8ec"
  static let darkGrid = "#262c34"

  /// From 0 up on a light page; reversed on a dark one. ColorBrewer's YlGnBu.
  private static let sequential = [
    0xFFFFD9, 0xEDF8B1, 0xC7E9B4, 0x7FCDBB, 0x41B6C4, 0x1D91C0, 0x225EA8, 0x253494, 0x081D58,
  ]
  /// From −m to m on a light page. ColorBrewer's RdBu, blue first.
  private static let diverging = [
    0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B,
  ]
  /// From −m to m on a dark page; 0 is dark.
  private static let darkDiverging = [
    0xA6D8FF, 0x58AEF0, 0x2A78BF, 0x1B4470, 0x20262E, 0x6B3420, 0xAE501F, 0xEE8A4A, 0xFFD0A6,
  ]

  static let levels = 65

  /// The colour of a level from 0 to `levels` − 1: red, green and blue from 0 to 255.
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

  /// The level of a place from 0 to 1 along the colour scale.
  static func level(_ place: Double) -> Int {
    Int((min(max(place, 0), 1) * Double(levels - 1)).rounded())
  }

  /// Black or white, whichever has more contrast with the colour.
  static func textColour(on colour: [Int]) -> String { luminance(colour) > 0.179 ? "#000" : "#fff" }

  /// The relative luminance of WCAG 2: 0 for black, 1 for white.
  static func luminance(_ colour: [Int]) -> Double {
    let linear = colour.map { component in
      // A polynomial close to ((c + 0.055) / 1.055)^2.4: the error is below 0.002. It needs no function of the C library.
      let c = Double(component) / 255
      return c * (c * (c * 0.305306011 + 0.682171111) + 0.012522878)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  static func hexadecimal(_ colour: [Int]) -> String {
    "#" + colour.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
