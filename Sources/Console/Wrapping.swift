// Lines that are too wide, broken at their spaces.

/// The lines of a text, of at most `width` terminal columns where its words allow it. Lines after the first are indented.
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
