// The command line that all chapters share.

/// What a reader asked a chapter for.
public struct Options: Sendable, Equatable {
  public enum Verb: String, CaseIterable, Sendable {
    case run
    case notes
    case check
    case exercise
  }

  public var verb: Verb = .run
  public var language: Language = .english
  /// Only this section.
  public var section: String?
  public var listsSections = false
  /// Whether the long trainings are run too.
  public var isFull = false
  public var seed: UInt64 = Options.standardSeed
  public var json = false
  /// Whether colour is wanted where the output is a terminal.
  public var colour = true
  public var help = false
  public var version = false

  /// The seed of the numbers in the notes.
  public static let standardSeed: UInt64 = 1

  /// Reads arguments (without the program's name). Throws `BadInput` on anything that is not in the help text.
  ///
  /// - Parameter commands: the verbs of the chapter's own, which come first on the command line and never here.
  public init(_ arguments: [String], environment: [String: String] = [:], commands: [String] = []) throws {
    language = Language(environment: environment)
    if let noColour = environment["NO_COLOR"], !noColour.isEmpty { colour = false }
    var words = Arguments(arguments)
    var verbs: [Verb] = []
    while words.next() {
      let name = words.name
      switch name {
      case "--lang":
        let code = try words.value("a language: en or ko")
        guard let language = Language(rawValue: code) else {
          throw BadInput("--lang is en or ko, not '\(code)'")
        }
        self.language = language
      case "--section": section = try words.value("a section's name; --list shows them")
      case "--seed":
        let digits = try words.value("a whole number")
        guard let seed = UInt64(digits) else {
          throw BadInput("--seed needs a whole number from 0 to \(UInt64.max), not '\(digits)'")
        }
        self.seed = seed
      case "--list", "--full", "--json", "--no-color", "--help", "-h", "--version":
        if words.hasAttachedValue { throw BadInput("\(name) takes no value") }
        switch name {
        case "--list": listsSections = true
        case "--full": isFull = true
        case "--json": json = true
        case "--no-color": colour = false
        case "--version": version = true
        default: help = true
        }
      default:
        let argument = words.word
        if argument.hasPrefix("-") { throw BadInput("there is no option '\(name)'; --help lists them") }
        if commands.contains(argument) {
          throw BadInput("'\(argument)' must come first, and its options after it")
        }
        guard let verb = Verb(rawValue: argument), verb != .run else {
          let own = commands.map { "\($0), " }.joined()
          throw BadInput("there is no verb '\(argument)': \(own)notes, check or exercise, or none to run the chapter")
        }
        verbs.append(verb)
      }
    }
    if verbs.count > 1 { throw BadInput("one verb at a time, not \(verbs.map(\.rawValue).joined(separator: " and "))") }
    verb = verbs.first ?? .run
    if verb != .run, section != nil || json || listsSections || seed != Options.standardSeed {
      throw BadInput(
        "'\(verb.rawValue)' always takes the whole chapter: no --section, --seed, --list or --json with it")
    }
  }

  /// The words around the verb `exercise`, which has options of its own; nil where the verb is another one.
  static func exerciseArguments(_ arguments: [String]) -> [String]? {
    var before: [String] = []
    var words = Arguments(arguments)
    while words.next() {
      switch words.name {
      case Verb.exercise.rawValue: return before + words.takeRest()
      case "--lang":
        guard let code = try? words.value("") else { return nil }
        before += ["--lang", code]
      case "--json", "--no-color", "--help", "-h": before.append(words.word)
      default: return nil
      }
    }
    return nil
  }

  /// The help text of a chapter.
  static func help(
    for program: String, title: Text, language: Language, commands: [ChapterCommand] = []
  ) -> String {
    // The verbs of the chapter's own, each with a line under it.
    let own = commands.map { command in
      "  \(command.name) \(command.usage)\n                     \(command.summary(language))\n"
    }.joined()
    return switch language {
    case .english:
      """
      \(title.english)

      swift run \(program) [notes | check | exercise] [options]

        (no verb)          run the chapter: derivations, numbers, checks
        notes              run it, and put code, output and figures into its notes
        check              run it, and say what in its notes is stale or wrong
        exercise [NAME]    its exercises, all or one; exercise --help says more
      \(own)
        --lang en|ko       the language (default: from LC_ALL or LANG)
        --section NAME     only this section
        --list             the names of the sections
        --full             the long trainings too
        --seed N           other random numbers than those of the notes (\(standardSeed))
        --json             everything as JSON (docs/json.md)
        --no-color         no colour (also: NO_COLOR; and when not on a terminal)
        --help, -h         this text
        --version          the version of the book

      Exit status: 0, or 1 if a check failed, or 2 for input that cannot be used.
      """
    case .korean:
      """
      \(title.korean)

      swift run \(program) [notes | check | exercise] [옵션]

        (명령 없음)        장을 실행한다: 유도, 수치, 검산
        notes              실행하고 코드, 출력, 그림을 노트에 넣는다
        check              실행하고 노트에서 낡았거나 틀린 곳을 알린다
        exercise [이름]    연습 문제 모두, 또는 하나. exercise --help에 더 있다
      \(own)
        --lang en|ko       언어 (기본값: LC_ALL이나 LANG을 따른다)
        --section NAME     이 절만
        --list             절 이름 목록
        --full             오래 걸리는 학습까지
        --seed N           노트(\(standardSeed))와 다른 난수
        --json             모든 결과를 JSON으로 (docs/json.md)
        --no-color         색 없이 (NO_COLOR도 같다. 터미널이 아니면 원래 없다)
        --help, -h         이 도움말
        --version          책의 판

      종료 상태: 0. 검산이 하나라도 틀리면 1, 쓸 수 없는 입력이면 2.
      """
    }
  }
}
