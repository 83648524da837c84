// A grammar as a value: which texts there are, and whether a text is one of them.

/// A set of texts. From one description come the list of all texts and the answer whether a text is in it.
indirect enum Pattern: Sendable {
  case text([Character])
  /// One of these.
  case choice([Pattern])
  /// All of these, one after the other.
  case sequence([Pattern])

  // begin: texts
  /// All texts, each once where no two ways lead to the same text.
  var texts: [String] {
    switch self {
    case .text(let characters): [String(characters)]
    case .choice(let patterns): patterns.flatMap(\.texts)
    case .sequence(let patterns):
      patterns.reduce([""]) { begun, pattern in
        let next = pattern.texts
        return begun.flatMap { begin in next.map { begin + $0 } }
      }
    }
  }

  /// Whether the text is one of `texts`. It does not list them: it reads the text from left to right.
  func accepts(_ text: String) -> Bool {
    let characters = Array(text)
    return ends(in: characters, from: 0).contains(characters.count)
  }

  /// Where a text of this pattern can end that begins at `start`.
  private func ends(in characters: [Character], from start: Int) -> Set<Int> {
    switch self {
    case .text(let wanted): characters[start...].starts(with: wanted) ? [start + wanted.count] : []
    case .choice(let patterns): Set(patterns.flatMap { $0.ends(in: characters, from: start) })
    case .sequence(let patterns):
      patterns.reduce([start]) { starts, pattern in
        Set(starts.flatMap { pattern.ends(in: characters, from: $0) })
      }
    }
  }
  // end: texts
}

extension Pattern: ExpressibleByStringLiteral {
  init(stringLiteral text: String) { self = .text(Array(text)) }

  /// One of these texts.
  static func oneOf(_ texts: [String]) -> Pattern { .choice(texts.map { .text(Array($0)) }) }
  /// The pattern, or nothing.
  var orNothing: Pattern { .choice(["", self]) }
  /// This pattern, or the other one.
  func or(_ other: Pattern) -> Pattern { .choice([self, other]) }
  static func + (a: Pattern, b: Pattern) -> Pattern { .sequence([a, b]) }
}
