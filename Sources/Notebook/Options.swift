// The options and verbs of a chapter's command line.

import Exercises

/// A parsed command line of a chapter.
public struct Options: Sendable, Equatable {
  public enum Verb: String, CaseIterable, Sendable {
    case run
    case notes
    case check
    case exercise
  }

  public var verb: Verb = .run
  public var language: Language = .english
  /// The only section to run; nil for all.
  public var section: String?
  public var listsSections = false
  /// Whether to go through the chapter as through a notebook.
  public var reads = false
  /// Whether to run the long trainings.
  public var isFull = false
  /// Whether to print every check, and not one line for each section.
  public var showsChecks = false
  public var seed: UInt64 = Options.standardSeed
  public var json = false
  /// Whether to use colour if the output is a terminal.
  public var colour = true
  public var help = false
  public var version = false
  /// What follows the verb `exercise`: the exercise's name, and the options that only this verb has.
  private(set) var exercise = ExerciseRequest()

  /// The seed of the numbers in the notes.
  public static let standardSeed: UInt64 = 1

  /// Reads arguments (without the program's name). Throws `BadInput` on anything that is not in the help text.
  ///
  /// - Parameter commands: the chapter's own verbs. They must come first on the command line, and the caller handles them
  ///   there; anywhere else they are an error.
  public init(_ arguments: [String], environment: [String: String] = [:], commands: [String] = []) throws {
    language = Language(environment: environment)
    if let noColour = environment["NO_COLOR"], !noColour.isEmpty { colour = false }
    var words = Arguments(arguments)
    var verbs: [Verb] = []
    var given: Set<String> = []
    while words.next() {
      if words.word.hasPrefix("-") {
        try readOption(&words, &given)
      } else if verbs.last == .exercise {
        try readExerciseName(words.word)
      } else {
        verbs.append(try Options.verb(words.word, commands: commands))
      }
    }
    if verbs.count > 1 { throw BadInput("one verb at a time, not \(verbs.map(\.rawValue).joined(separator: " and "))") }
    verb = verbs.first ?? .run
    try checkCombination(given)
  }

  private mutating func readOption(_ words: inout Arguments, _ given: inout Set<String>) throws {
    let name = words.name
    if ["--lang", "--section", "--seed"].contains(name), !given.insert(name).inserted {
      throw BadInput("\(name) is given twice: once is enough")
    }
    switch name {
    case "--lang":
      let code = try words.value("a language: en or ko")
      guard let language = Language(rawValue: code) else { throw BadInput("--lang is en or ko, not '\(code)'") }
      self.language = language
    case "--section": section = try words.value("a section's name; --list shows them")
    case "--seed":
      let digits = try words.value("a whole number")
      guard let seed = UInt64(digits) else {
        throw BadInput("--seed needs a whole number from 0 to \(UInt64.max), not '\(digits)'")
      }
      self.seed = seed
    case ExerciseProcess.argument: exercise.judged = try words.value("an exercise's name")
    default:
      guard try readFlag(name) else { throw BadInput("there is no option '\(name)'; --help lists them") }
      if words.hasAttachedValue { throw BadInput("\(name) takes no value") }
    }
  }

  /// Reads an option without a value. Returns `false` if there is no option of this name.
  private mutating func readFlag(_ name: String) throws -> Bool {
    switch name {
    case "--list": listsSections = true
    case "--read": reads = true
    case "--full": isFull = true
    case "--checks": showsChecks = true
    case "--json": json = true
    case "--no-color": colour = false
    case "--version": version = true
    case "--help", "-h": help = true
    case "--watch": exercise.isWatching = true
    case "--hint", "--solution", "--reset":
      if let other = exercise.action, "--\(other)" != name { throw BadInput("--\(other) or \(name), not both") }
      exercise.action = ExerciseRequest.Action(rawValue: String(name.dropFirst(2)))
    default: return false
    }
    return true
  }

  private mutating func readExerciseName(_ name: String) throws {
    if let other = exercise.name { throw BadInput("one exercise at a time, not '\(other)' and '\(name)'") }
    exercise.name = name
  }

  private static func verb(_ word: String, commands: [String]) throws -> Verb {
    if commands.contains(word) { throw BadInput("'\(word)' must come first, and its options after it") }
    guard let verb = Verb(rawValue: word), verb != .run else {
      let own = commands.map { "\($0), " }.joined()
      throw BadInput("there is no verb '\(word)': \(own)notes, check or exercise, or none to run the chapter")
    }
    return verb
  }

  private func checkCombination(_ given: Set<String>) throws {
    if reads, json || listsSections {
      throw BadInput("--read shows the chapter to a reader: no --\(json ? "json" : "list") with it")
    }
    if verb != .run,
      section != nil || listsSections || reads || given.contains("--seed") || json && verb != .exercise
    {
      throw BadInput(
        "'\(verb.rawValue)' always takes the whole chapter: no --section, --seed, --list, --read or --json with it")
    }
    if verb == .exercise {
      if json, exercise.action != nil || exercise.isWatching { throw BadInput("--json goes with verdicts alone") }
      if exercise.isWatching, let action = exercise.action { throw BadInput("--watch or --\(action), not both") }
    } else if exercise != ExerciseRequest() {
      throw BadInput("--hint, --solution, --reset and --watch go with 'exercise'")
    }
  }

  /// The request for the verb `exercise`, with the options that it shares with the other verbs.
  var exerciseRequest: ExerciseRequest {
    var request = exercise
    (request.json, request.help, request.colour, request.language) = (json, help, colour, language)
    return request
  }

  /// The help text of a chapter.
  static func help(
    for program: String, title: Text, language: Language, commands: [ChapterCommand] = []
  ) -> String {
    // The chapter's own verbs, each with its summary on the next line.
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
        --read             the chapter as a notebook, page by page; ? lists the keys
        --checks           every check, not one line for those of a section that hold
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
        --read             장을 노트북처럼 한 쪽씩 읽는다. ?를 누르면 키 안내가 나온다
        --checks           통과한 검산도 하나하나 보인다 (없으면 절마다 한 줄)
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
