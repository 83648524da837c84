// Compiling and judging submissions, several at a time, each in a confined process with a time limit.

import Foundation
import Notebook

/// Compiles and judges submissions in a scratch folder.
final class Grader: @unchecked Sendable {
  let protections: Confinement.Protections
  private let root: String
  private let settings: GradeSettings
  private let environment: [String: String]
  private let scratch: String
  private let place: BuildPlace
  /// By chapter, the object files that a submission is linked with.
  private var prepared: [String: [String]] = [:]
  private let lock = NSLock()

  init(
    root: String, settings: GradeSettings, environment: [String: String], place: BuildPlace = .own
  ) throws {
    self.root = root
    self.place = place
    self.settings = settings
    // Submissions can read the environment, so only what the compiler and the process need is passed on.
    let kept = ["PATH", "HOME", "TMPDIR", "SDKROOT", "DEVELOPER_DIR", "LD_LIBRARY_PATH", "TOOLCHAINS"]
    self.environment = environment.filter { kept.contains($0.key) }
    scratch = FileManager.default.temporaryDirectory.path + "/unrolled-grade-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    let command = Confinement.command("\(place.folder)/book", ["confinement"])
    let asked = try ChildProcess.run(
      command.path, command.arguments, environment: self.environment, limit: 20)
    protections =
      (try? JSONDecoder().decode(Confinement.Protections.self, from: Data(asked.output.utf8)))
      ?? Confinement.Protections()
  }

  func cleanUp() { try? FileManager.default.removeItem(atPath: scratch) }

  /// All grades, in the order of the submissions. `progress` is called with a line for the terminal.
  func grade(_ submissions: [Submission], progress: @escaping (String) -> Void) throws -> [Grade] {
    let wanted = submissions.filter { isChanged($0) }.map(\.chapter.name)
    for chapter in submissions.map(\.chapter) where wanted.contains(chapter.name) && prepared[chapter.name] == nil {
      progress("\(chapter.name)…")
      prepared[chapter.name] = try prepare(chapter)
    }
    let results = Results(count: submissions.count)
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = max(1, settings.workers)
    for (index, submission) in submissions.enumerated() {
      queue.addOperation { [self] in
        let grades = grade(submission, number: index)
        results.set(index, grades)
      }
    }
    while !queue.operations.isEmpty {
      progress("\(results.done)/\(submissions.count)")
      usleep(100_000)
    }
    queue.waitUntilAllOperationsAreFinished()
    return results.all
  }

  private final class Results: @unchecked Sendable {
    private var lists: [[Grade]?]
    private let lock = NSLock()
    init(count: Int) { lists = Array(repeating: nil, count: count) }
    func set(_ index: Int, _ grades: [Grade]) { lock.withLock { lists[index] = grades } }
    var done: Int { lock.withLock { lists.count { $0 != nil } } }
    var all: [Grade] { lock.withLock { lists.flatMap { $0 ?? [] } } }
  }

  private func isChanged(_ submission: Submission) -> Bool {
    guard let path = submission.path else { return false }
    return (try? readSubmission(path)) != submission.chapter.pristine
  }

  // MARK: Compiling

  private static func module(_ chapter: ExerciseChapter) -> String {
    "graded_" + chapter.name.replacingOccurrences(of: "-", with: "_")
  }

  private func compile(_ arguments: [String], folder: String) throws -> ChildOutcome {
    // The shell's limits on processor time and memory also hold for the processes that the compiler starts.
    let seconds = Int(settings.compileLimit)
    let script = "ulimit -t \(seconds); ulimit -v 12000000 2>/dev/null; exec swiftc \"$@\""
    return try ChildProcess.run(
      "/bin/sh", ["-c", script, "swiftc"] + arguments, environment: environment, folder: folder,
      limit: settings.compileLimit)
  }

  private func flags(_ chapter: ExerciseChapter) -> [String] {
    [
      "-swift-version", "6", "-parse-as-library", "-Onone", "-module-name", Grader.module(chapter), "-I",
      "\(place.folder)/Modules", "-suppress-warnings", "-Xfrontend",
      "-solver-expression-time-threshold=\(max(1, Int(settings.compileLimit / 4)))",
    ]
  }

  /// Compiles what all submissions of a chapter share: the list of exercises, solutions, mistakes and a main program. For a
  /// submission only the student's file is then compiled, which so cannot see the solutions, and linked with these.
  private func prepare(_ chapter: ExerciseChapter) throws -> [String] {
    let folder = "\(scratch)/\(chapter.name)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try writeAtomically(chapter.pristine, to: "\(folder)/Exercises.swift")
    try writeAtomically(
      "import Notebook\n\n@main struct Judge {\n  static func main() { ExerciseJudge.main(ExerciseList.all) }\n}\n",
      to: "\(folder)/Judge.swift")
    let shared = try swiftFiles(below: "\(root)/chapters/\(chapter.folder)/exercises")
    let sources = ["Exercises.swift", "Judge.swift"] + shared.map(\.path)
    let outcome = try compile(["-c"] + flags(chapter) + sources, folder: folder)
    guard outcome.end == .exit(0) else {
      let first = compilerErrors(outcome.output + outcome.errors, root: root).first
      throw BadInput("\(chapter.name): its exercises do not compile for grading: \(first ?? "\(outcome.end)")")
    }
    return (["Judge"] + shared.map(\.stem)).map { "\(folder)/\($0).o" } + (try place.objects(root: root))
  }

  // MARK: Judging

  private func grade(_ submission: Submission, number: Int) -> [Grade] {
    let chapter = submission.chapter
    func all(_ verdict: String, _ facts: [Text] = [], seconds: Double = 0) -> [Grade] {
      chapter.exercises.map {
        Grade(
          student: submission.student, chapter: chapter.name, exercise: $0, verdict: verdict, facts: facts,
          seconds: seconds)
      }
    }
    guard let path = submission.path else { return all(Grade.missing) }
    let folder = "\(scratch)/\(number)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do {
      let text = try readSubmission(path)
      if text == chapter.pristine { return all(ExerciseVerdict.State.open.rawValue) }
      if let word = suspiciousWord(in: text, beside: chapter.pristine) {
        return all(
          Grade.refused,
          [
            Text(
              "It contains '\(word)', which no exercise needs: not compiled, and not run.",
              ko: "어느 연습 문제에도 필요 없는 '\(word)'이 들어 있다. 컴파일하지도 실행하지도 않았다.")
          ])
      }
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try writeAtomically(text, to: "\(folder)/Exercises.swift")
      let start = ContinuousClock.now
      var outcome = try compile(["-c"] + flags(chapter) + ["Exercises.swift"], folder: folder)
      if outcome.end == .exit(0) {
        let objects = lock.withLock { prepared[chapter.name] ?? [] }
        outcome = try compile(["Exercises.o"] + objects + ["-lm", "-o", "judge"], folder: folder)
      }
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      guard outcome.end == .exit(0) else {
        return all(
          isTimeout(outcome) ? Grade.compileTimeout : Grade.notCompiled, [complaint(outcome, folder)], seconds: seconds)
      }
      return chapter.exercises.map { judge(submission, $0, folder: folder) }
    } catch {
      return all(Grade.notCompiled, [.symbols("\(error)")])
    }
  }

  /// Whether the compiler reached a time limit, by the clock or in processor time.
  private func isTimeout(_ outcome: ChildOutcome) -> Bool {
    outcome.end == .timeout || outcome.seconds >= settings.compileLimit
      || outcome.end == .signal(SIGXCPU) || outcome.end == .signal(SIGKILL)
  }

  private func complaint(_ outcome: ChildOutcome, _ folder: String) -> Text {
    let output = outcome.output + outcome.errors
    if output.contains("undefined reference") || output.contains("Undefined symbols") {
      return Text(
        "The line 'static func …' of a hole was changed, or is gone.", ko: "빈곳의 'static func …' 줄이 바뀌었거나 없어졌다.")
    }
    if let error = compilerErrors(output, root: folder).first { return .symbols(error) }
    if isTimeout(outcome) { return Text("The compiler did not come to an end.", ko: "컴파일이 끝나지 않았다.") }
    return .symbols(output.split(whereSeparator: \.isNewline).first.map(String.init) ?? "\(outcome.end)")
  }

  private func judge(_ submission: Submission, _ exercise: String, folder: String) -> Grade {
    var grade = Grade(
      student: submission.student, chapter: submission.chapter.name, exercise: exercise,
      verdict: ExerciseVerdict.State.ended.rawValue)
    let command = Confinement.command("\(folder)/judge", [ExerciseProcess.argument, exercise])
    do {
      let verdict = try ExerciseProcess.verdict(
        on: exercise, path: command.path, arguments: command.arguments, environment: environment, folder: folder,
        limit: settings.runLimit)
      grade.verdict = verdict.state.rawValue
      grade.mistake = verdict.mistake
      grade.facts = verdict.facts
      grade.seconds = verdict.seconds
    } catch {
      grade.facts = [.symbols("\(error)")]
    }
    return grade
  }
}

// MARK: - Refused code

/// The first attribute or import of a submission that the file as handed out does not have, except harmless ones.
///
/// Attributes can make code run before `main`, when the process is not yet confined, or give a function another's name. No
/// exercise needs one, and none needs a module other than Autodiff, Notebook and Foundation.
func suspiciousWord(in text: String, beside pristine: String) -> String? {
  let usual = attributesAndImports(of: pristine).union([
    "@discardableResult", "@escaping", "@autoclosure", "@inline", "@Sendable", "import Autodiff", "import Notebook",
    "import Foundation",
  ])
  return attributesAndImports(of: text).subtracting(usual).min()
}

/// The words `@name` and `import Name` of a text, except in comments at the end of a line.
private func attributesAndImports(of text: String) -> Set<String> {
  // With block comments or regular expressions it is unclear whether // begins a comment; then nothing is left out.
  let hasPlainComments = !text.contains("/*") && !text.contains("#/")
  var found: Set<String> = []
  for line in text.split(whereSeparator: \.isNewline) {
    var code = line[...]
    if hasPlainComments, let start = line.firstRange(of: "//")?.lowerBound,
      !line[..<start].contains(where: { "\"/#".contains($0) })
    {
      code = line[..<start]
    }
    var rest = code
    while let at = rest.firstIndex(of: "@") {
      rest = rest[rest.index(after: at)...]
      found.insert("@" + rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "`" })
    }
    let words = code.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
    for (word, next) in zip(words, words.dropFirst() + [""]) where word == "import" { found.insert("import \(next)") }
  }
  return found
}
