// The words of a command line, read one after another.

/// Options as `--name value` or `--name=value`, and other words.
public struct Arguments {
  private var rest: ArraySlice<String>
  /// The word that was read last, as it stands.
  public private(set) var word = ""
  /// The same without what is attached to it by `=`.
  public private(set) var name = ""
  private var attached: String?

  public init(_ words: [String]) { rest = words[...] }

  /// Goes on to the next word; false at the end.
  public mutating func next() -> Bool {
    guard let word = rest.popFirst() else { return false }
    (self.word, name, attached) = (word, word, nil)
    if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
      name = String(word[..<equals])
      attached = String(word[word.index(after: equals)...])
    }
    return true
  }

  /// Whether a value is attached to the word.
  public var hasAttachedValue: Bool { attached != nil }

  /// The option's value, attached to it or the next word. Throws where there is none.
  ///
  /// - Parameter what: what it should be, for the message.
  public mutating func value(_ what: String) throws -> String {
    if let given = attached ?? rest.popFirst(), !given.isEmpty { return given }
    throw BadInput("\(name) needs \(what)")
  }

  /// All words that are left, whatever they look like.
  public mutating func takeRest() -> [String] {
    defer { rest = [] }
    return Array(rest)
  }
}
