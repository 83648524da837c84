// Numbers of the run quoted inside a paragraph: <!-- value: NAME -->0.5<!-- /value -->.

/// A number of the run that a paragraph quotes.
package struct InlineValue {
  /// Without the word `full`.
  package let name: String
  let isFull: Bool
  let text: String
  /// The range of the text between the two comments.
  package let range: Range<String.Index>
}

extension Notes {
  static let valueEnd = "<!-- /value -->"

  /// The name in `<!-- value: NAME -->`, with the word `full` if it has one; nil for any other comment.
  static func valueName(_ comment: String) -> String? {
    guard comment.hasPrefix("<!-- value: "), comment.hasSuffix(" -->"), comment.count > 16 else { return nil }
    let name = comment.dropFirst(12).dropLast(4).trimmingSpaces()
    return name.isEmpty ? nil : name
  }

  /// The values quoted on a line, and whether every mark has its partner. Marks inside code spans do not count.
  package static func values(in line: String) -> (values: [InlineValue], isComplete: Bool) {
    guard line.contains("value") else { return ([], true) }
    let inline = Inline(line)
    var found: [InlineValue] = []
    var open: (name: String, end: Int)?
    var isComplete = true
    for part in inline.parts where part.kind == .comment {
      let comment = inline[part]
      if let name = valueName(comment) {
        if open != nil { isComplete = false }
        open = (name, part.range.upperBound)
      } else if comment == valueEnd {
        guard let start = open else {
          isComplete = false
          continue
        }
        let text = String(inline.characters[start.end..<part.range.lowerBound])
        let lower = line.index(line.startIndex, offsetBy: start.end)
        let (name, isFull) = named(start.name)
        found.append(
          InlineValue(name: name, isFull: isFull, text: text, range: lower..<line.index(lower, offsetBy: text.count)))
        open = nil
      }
    }
    return (found, isComplete && open == nil)
  }
}
