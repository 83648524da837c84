// Breaking lines at spaces.

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
