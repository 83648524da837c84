// The two languages of the book, and texts in both.

/// A language of the notes and of a run.
public enum Language: String, CaseIterable, Sendable {
  case english = "en"
  case korean = "ko"

  /// The language of the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set; English if that is neither.
  public init(environment: [String: String]) {
    let asked = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    // "ko_KR.UTF-8" and the old name "korean.euc" are Korean; "kok_IN" is Konkani.
    self = ["ko", "korean"].contains(asked.lowercased().prefix { $0.isLetter }) ? .korean : .english
  }

  /// The option to add to a command so that it answers in this language: " --lang ko", or nothing if the environment
  /// already asks for it.
  package func option(in environment: [String: String]) -> String {
    self == Language(environment: environment) ? "" : " --lang \(rawValue)"
  }
}

/// A text in English and in Korean.
public struct Text: Sendable, Hashable, Codable {
  public let english: String
  public let korean: String

  public init(_ english: String, ko korean: String) {
    self.english = english
    self.korean = korean
  }

  /// A text of symbols and numbers, the same in both languages.
  public static func symbols(_ text: String) -> Text { Text(text, ko: text) }

  /// The text in a language: `text(.korean)`.
  public func callAsFunction(_ language: Language) -> String {
    switch language {
    case .english: english
    case .korean: korean
    }
  }
}
