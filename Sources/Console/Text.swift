// The two languages of the book, and text that exists in both.

/// A language of the notes and of a run.
public enum Language: String, CaseIterable, Sendable {
  case english = "en"
  case korean = "ko"

  /// The language that the environment asks for: `LC_ALL`, else `LC_MESSAGES`, else `LANG`; English where they name
  /// neither.
  public init(environment: [String: String]) {
    let asked = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    // "ko_KR.UTF-8", and the old name "korean.euc"; but not "kok_IN", which is Konkani.
    self = ["ko", "korean"].contains(asked.lowercased().prefix { $0.isLetter }) ? .korean : .english
  }

  /// What a command needs so that it answers in this language: " --lang ko", or nothing where the environment says so.
  package func option(in environment: [String: String]) -> String {
    self == Language(environment: environment) ? "" : " --lang \(rawValue)"
  }
}

/// A text in both languages.
public struct Text: Sendable, Hashable, Codable {
  public let english: String
  public let korean: String

  public init(_ english: String, ko korean: String) {
    self.english = english
    self.korean = korean
  }

  /// A text of symbols and numbers only, which reads the same in both.
  public static func symbols(_ text: String) -> Text { Text(text, ko: text) }

  public func callAsFunction(_ language: Language) -> String {
    switch language {
    case .english: english
    case .korean: korean
    }
  }
}
