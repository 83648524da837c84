// Breaking lines at spaces: plain texts, and lines in several styles.

/// A text broken at its spaces into lines of at most `width` terminal columns. A longer word gets a line of its own. Lines
/// after the first are indented by `indentation` columns.
package func wrapped(_ text: String, width: Int, indentation: Int = 0) -> [String] {
  guard displayWidth(text) > width else { return [text] }
  let margin = String(repeating: " ", count: indentation)
  var lines: [String] = []
  var line = String(text.prefix { $0 == " " })
  var isEmpty = true
  for word in text.split(separator: " ") {
    if isEmpty {
      line += word
    } else if displayWidth(line) + 1 + displayWidth(String(word)) <= width {
      line += " " + word
    } else {
      lines.append(line)
      line = margin + word
    }
    isEmpty = false
  }
  return lines + [line]
}

extension Line {
  /// The line broken at its spaces into lines of at most `width` terminal columns. A word that is too long is broken inside.
  /// Lines after the first are indented by `indentation` columns.
  package func broken(to width: Int, indentation: Int = 0) -> [Line] {
    guard self.width > width else { return [self] }
    let cells = spans.flatMap { text, style in text.map { (character: $0, style: style) } }
    let columns = cells.map { displayWidth(String($0.character)) }
    let indentation = min(indentation, max(0, width / 2))
    var lines: [Line] = []
    var start = 0
    while start < cells.count {
      let margin = lines.isEmpty ? 0 : indentation
      var (end, used) = (start, margin)
      while end < cells.count, used + columns[end] <= width || end == start {
        used += columns[end]
        end += 1
      }
      if end < cells.count {
        end = Line.lastBreak(in: cells, start..<end) { $0 != .formula } ?? Line.lastBreak(in: cells, start..<end) ?? end
      }
      lines.append(Line(String(repeating: " ", count: margin)) + Line.joined(cells[start..<end]))
      start = end
      while start < cells.count, cells[start].character == " " { start += 1 }
    }
    return lines
  }

  /// Where to break, at the last space that has a word before it and a style that allows it; nil if there is none.
  private static func lastBreak(
    in cells: [(character: Character, style: Style)], _ range: Range<Int>, where allows: (Style) -> Bool = { _ in true }
  ) -> Int? {
    var end = range.upperBound
    while end > range.lowerBound, cells[end].character != " " || !allows(cells[end].style) { end -= 1 }
    while end > range.lowerBound, cells[end - 1].character == " " { end -= 1 }
    return end > range.lowerBound ? end : nil
  }

  /// Characters as a line: one span for neighbours of one style.
  package static func joined(_ cells: some Sequence<(character: Character, style: Style)>) -> Line {
    var spans: [(text: String, style: Style)] = []
    for (character, style) in cells {
      if spans.last?.style == style {
        spans[spans.count - 1].text.append(character)
      } else {
        spans.append((String(character), style))
      }
    }
    return Line(spans)
  }
}
