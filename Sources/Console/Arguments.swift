// A command line, read word by word.

/// Reads options, written `--name value` or `--name=value`, and other words.
public struct Arguments {
  private var rest: ArraySlice<String>
  /// The current word, unchanged.
  public private(set) var word = ""
  /// The current word without an attached value: `--name` for `--name=value`.
  public private(set) var name = ""
  private var attached: String?

  public init(_ words: [String]) { rest = words[...] }

  /// Moves to the next word. Returns `false` at the end.
  public mutating func next() -> Bool {
    guard let word = rest.popFirst() else { return false }
    (self.word, name, attached) = (word, word, nil)
    if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
      name = String(word[..<equals])
      attached = String(word[word.index(after: equals)...])
    }
    return true
  }

  /// Whether the current word has the form `--name=value`.
  public var hasAttachedValue: Bool { attached != nil }

  /// The current option's value: attached, or else the next word. Throws `BadInput` if there is none.
  ///
  /// - Parameter what: what the value should be, for the error message.
  public mutating func value(_ what: String) throws -> String {
    if let value = attached ?? rest.popFirst(), !value.isEmpty { return value }
    throw BadInput("\(name) needs \(what)")
  }

  /// Takes all remaining words, including those that look like options.
  public mutating func takeRest() -> [String] {
    defer { rest = [] }
    return Array(rest)
  }
}
