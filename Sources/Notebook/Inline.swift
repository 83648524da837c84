// One line of Markdown, split into prose, code, formulas, comments and addresses.

/// The parts of a line of Markdown. The linter, the comparison of the languages and the values are based on them.
package struct Inline {
  package enum Kind {
    case text
    /// A backslash and the punctuation that it makes literal.
    case escape
    /// Backticks and the text between them.
    case code
    /// $`…`$
    case formula
    /// <!-- … -->
    case comment
    /// The ](…) of a link or image.
    case target
    /// An address outside of a link.
    case address
  }

  package struct Part {
    package let kind: Kind
    /// The range in `characters`, with the delimiters.
    package let range: Range<Int>
  }

  package struct Link {
    /// From its opening bracket to its last character.
    package let range: Range<Int>
    /// The text between the square brackets.
    package let label: String
    /// The address, without a title.
    package let target: String
    let isImage: Bool
  }

  package let characters: [Character]
  /// The parts in order; together they are the whole line.
  package private(set) var parts: [Part] = []
  package private(set) var links: [Link] = []
  /// Messages about parts that begin on the line and do not end on it.
  private(set) var problems: [String] = []
  /// Whether a comment begins on this line and ends on a later one.
  private(set) var opensComment = false

  package init(_ line: String) {
    characters = Array(line)
    var index = 0
    var textStart = 0
    var brackets: [Int] = []

    /// Adds the text before the current index, then a part from there to `end`.
    func add(_ kind: Kind, through end: Int) {
      if textStart < index { parts.append(Part(kind: .text, range: textStart..<index)) }
      parts.append(Part(kind: kind, range: index..<end))
      (index, textStart) = (end, end)
    }

    while index < characters.count {
      switch characters[index] {
      case "\\" where index + 1 < characters.count && Inline.isASCIIPunctuation(characters[index + 1]):
        add(.escape, through: index + 2)
      case "$" where has("$`", at: index):
        if let end = find("`$", from: index + 2) {
          add(.formula, through: end + 2)
        } else {
          problems.append("this $` is never closed by `$ on its line")
          index += 2
        }
      case "`":
        let ticks = characters[index...].prefix { $0 == "`" }.count
        if let end = endOfCode(from: index + ticks, ticks: ticks) {
          add(.code, through: end)
        } else {
          problems.append("a code span that is never closed on its line")
          index += ticks
        }
      case "<" where has("<!--", at: index):
        let end = find("-->", from: index + 4)
        opensComment = end == nil
        add(.comment, through: end.map { $0 + 3 } ?? characters.count)
      case "<" where has("<http", at: index), "h" where has("http://", at: index) || has("https://", at: index):
        let isBracketed = characters[index] == "<"
        var end = index
        while end < characters.count, characters[end].isASCII, !" \t>)".contains(characters[end]) { end += 1 }
        if isBracketed, end < characters.count, characters[end] == ">" { end += 1 }
        add(.address, through: end)
      case "[":
        brackets.append(index)
        index += 1
      case "]":
        let open = brackets.popLast()
        guard let open, has("](", at: index) else {
          index += 1
          continue
        }
        guard let close = closingBracket(from: index + 2) else {
          problems.append("a link without its closing bracket")
          index += 2
          continue
        }
        let isImage = open > 0 && characters[open - 1] == "!"
        links.append(
          Link(
            range: open..<(close + 1), label: String(characters[(open + 1)..<index]),
            target: Inline.address(characters[(index + 2)..<close]), isImage: isImage))
        add(.target, through: close + 1)
      default: index += 1
      }
    }
    if textStart < index { parts.append(Part(kind: .text, range: textStart..<index)) }
  }

  /// The characters of a part.
  package subscript(_ part: Part) -> String { String(characters[part.range]) }

  /// The line with every part of these kinds replaced by a space.
  package func text(without kinds: Set<Kind>) -> String {
    parts.map { kinds.contains($0.kind) ? " " : self[$0] }.joined()
  }

  /// A run of asterisks in the prose.
  struct Asterisks {
    /// The range in `characters`.
    let range: Range<Int>
    /// The characters beside it.
    let before: Character
    let after: Character
    /// Whether emphasis may begin and end here, by CommonMark's rules.
    let opens: Bool
    let closes: Bool
  }

  /// The runs of asterisks that are not in code, formulas, comments or addresses; the marks around these count as
  /// punctuation.
  var asterisks: [Asterisks] {
    var characters = characters
    for part in parts where part.kind != .text {
      for index in part.range where characters[index] == "*" { characters[index] = "." }
    }
    func isPunctuation(_ character: Character) -> Bool { character.isPunctuation || character.isSymbol }
    var found: [Asterisks] = []
    var index = 0
    while let start = characters[index...].firstIndex(of: "*") {
      index = start + characters[start...].prefix { $0 == "*" }.count
      let before = start > 0 ? characters[start - 1] : " "
      let after = index < characters.count ? characters[index] : " "
      found.append(
        Asterisks(
          range: start..<index, before: before, after: after,
          opens: after != " " && (!isPunctuation(after) || before == " " || isPunctuation(before)),
          closes: before != " " && (!isPunctuation(before) || after == " " || isPunctuation(after))))
    }
    return found
  }

  private func has(_ string: String, at index: Int) -> Bool { characters[index...].starts(with: string) }

  private func find(_ string: String, from start: Int) -> Int? {
    guard start <= characters.count else { return nil }
    return (start..<characters.count).first { has(string, at: $0) }
  }

  /// The index after the next run of exactly `ticks` backticks.
  private func endOfCode(from start: Int, ticks: Int) -> Int? {
    var index = start
    while index < characters.count {
      let run = characters[index...].prefix { $0 == "`" }.count
      if run == ticks { return index + run }
      index += max(run, 1)
    }
    return nil
  }

  /// The index of the ) that closes a link's target; brackets inside the target come in pairs.
  private func closingBracket(from start: Int) -> Int? {
    var depth = 0
    for index in start..<max(start, characters.count) {
      if characters[index] == "(" { depth += 1 }
      if characters[index] == ")" {
        if depth == 0 { return index }
        depth -= 1
      }
    }
    return nil
  }

  /// The address in a link's target, without title and angle brackets.
  private static func address(_ target: ArraySlice<Character>) -> String {
    let first = String(target).trimmingSpaces()
    if first.hasPrefix("<") { return String(first.dropFirst().prefix { $0 != ">" }) }
    return String(first.prefix { $0 != " " })
  }

  private static func isASCIIPunctuation(_ character: Character) -> Bool {
    character.isASCII && (character.isPunctuation || character.isSymbol)
  }
}
