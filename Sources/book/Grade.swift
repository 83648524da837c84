// book grade: every student's exercises, judged in parallel, each confined and with its time.

import Foundation
import Notebook

extension Subcommand {
  static let grade = Subcommand(
    name: "grade", usage: "DIR [--output PATH] [--workers N] [--compile-seconds N] [--seconds N]",
    summary: Text(
      "judges every student's folder in DIR, and writes PATH.csv and PATH.json (DIR/grades)",
      ko: "DIR 안의 학생 폴더를 모두 채점하고 경로.csv와 경로.json에 쓴다(기본 DIR/grades)")
  ) { call in
    var folder: String?
    var output: String?
    var settings = GradeSettings()
    var words = Arguments(call.arguments)
    func number(_ what: String) throws -> Double {
      let text = try words.value(what)
      guard let number = Double(text), number >= 1, number <= 3600 else {
        throw BadInput("\(words.name) needs \(what) from 1 to 3600, not '\(text)'")
      }
      return number
    }
    while words.next() {
      switch words.name {
      case "--output": output = try words.value("a path without its ending")
      case "--workers": settings.workers = Int(try number("a number of workers"))
      case "--compile-seconds": settings.compileLimit = try number("seconds")
      case "--seconds": settings.runLimit = try number("seconds")
      case _ where words.word.hasPrefix("-"): throw BadInput("there is no option '\(words.name)'; --help lists them")
      case _ where folder != nil: throw BadInput("one folder, not '\(folder!)' and '\(words.word)'")
      default: folder = words.word
      }
    }
    guard let folder else {
      throw BadInput("grade needs the folder that holds the students' folders: make grade DIR=…")
    }
    let chapters = try exerciseChapters(root: call.root)
    if chapters.isEmpty { throw BadInput("no chapter has exercises yet") }
    let (submissions, remarks) = try findSubmissions(in: folder, chapters: chapters, call.language)
    for remark in remarks { call.errors(remark) }
    let grader = try Grader(root: call.root, settings: settings, environment: call.environment)
    defer { grader.cleanUp() }
    call.errors("book: \(grader.protections.text(call.language))")
    let grades = try grader.grade(submissions) { text in
      if isatty(STDERR_FILENO) == 1 { FileHandle.standardError.write(Data("\r\u{1B}[K  \(text)".utf8)) }
    }
    if isatty(STDERR_FILENO) == 1 { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    let path = output ?? "\(folder)/grades"
    try writeAtomically(gradesCSV(grades), to: "\(path).csv")
    try writeAtomically(
      gradesJSON(grades, grader.protections, call.language).text + "\n", to: "\(path).json")
    for line in gradesTable(grades, call.language) { call.output(line) }
    call.output("")
    call.output(Text("wrote \(path).csv and \(path).json", ko: "\(path).csv와 \(path).json에 썼다")(call.language))
    return ExitStatus.success
  }

  /// Says, as JSON, what `Confinement` gives here. It is for good, so this is a program of its own, and writes to a pipe.
  static let confinement = Subcommand(
    name: "confinement", usage: "",
    summary: Text("for grading: what it can protect on this system", ko: "채점용: 이 시스템에서 막을 수 있는 것")
  ) { call in
    try call.takesNoArguments()
    let encoder = JSONEncoder()
    _ = try encoder.encode(Confinement.Protections())
    let protections = Confinement.enter(seconds: 60, bytes: 4 << 30)
    call.output(String(decoding: try encoder.encode(protections), as: UTF8.self))
    return ExitStatus.success
  }
}

struct GradeSettings: Sendable {
  var workers = ProcessInfo.processInfo.activeProcessorCount
  /// Seconds for a compilation, and for one exercise.
  var compileLimit = 60.0
  var runLimit = ExerciseProcess.limit
}

// MARK: - What was handed in

/// One student's file of one chapter.
struct Submission: Sendable {
  let student: String
  let chapter: ExerciseChapter
  /// nil: nothing was handed in for this chapter.
  let path: String?
}

/// The students' files, and remarks on what is left out. Taken are, in this order,
/// DIR/STUDENT/chapters/NN-name/Exercises.swift, DIR/STUDENT/NN-name/Exercises.swift, and DIR/STUDENT/Exercises.swift, whose
/// chapter is the one that has an exercise between its marks. A chapter that nobody handed in is no part of the grades.
func findSubmissions(
  in folder: String, chapters: [ExerciseChapter], _ language: Language
) throws -> (submissions: [Submission], remarks: [String]) {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
    throw BadInput("\(folder) is no folder")
  }
  var remarks: [String] = []
  var found: [(student: String, chapter: ExerciseChapter, path: String)] = []
  let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
  let students = names.filter { isRealFolder("\(folder)/\($0)") }
  if students.isEmpty { throw BadInput("\(folder) holds no students' folders") }
  for student in students {
    let place = "\(folder)/\(student)"
    let count = found.count
    for chapter in chapters {
      let paths = ["\(place)/chapters/\(chapter.folder)", "\(place)/\(chapter.folder)"].map {
        "\($0)/\(ExerciseFiles.student)"
      }
      let there = paths.filter(isRealFile)
      if let path = there.first { found.append((student, chapter, path)) }
      if there.count > 1 { remarks.append("\(there[1]): not read, as \(there[0]) is there") }
    }
    let flat = "\(place)/\(ExerciseFiles.student)"
    if isRealFile(flat) {
      let marks = Set((try? readText(flat)).map(exerciseNames) ?? [])
      // The chapter with most of the marks; names such as `parameters` may occur in two.
      let scores = chapters.map { chapter in chapter.exercises.count { marks.contains($0) } }
      let best = scores.max() ?? 0
      let candidates = chapters.indices.filter { scores[$0] == best }
      if best > 0, candidates.count == 1,
        !found[count...].contains(where: { $0.chapter.name == chapters[candidates[0]].name })
      {
        found.append((student, chapters[candidates[0]], flat))
      } else {
        remarks.append("\(flat): not read: its marks do not tell which chapter it belongs to")
      }
    }
    if found.count == count { remarks.append("\(place): nothing handed in") }
  }
  let graded = chapters.filter { chapter in found.contains { $0.chapter.name == chapter.name } }
  let submissions = students.flatMap { student in
    graded.map { chapter in
      Submission(
        student: student, chapter: chapter,
        path: found.first { $0.student == student && $0.chapter.name == chapter.name }?.path)
    }
  }
  return (submissions, remarks)
}

/// Neither a link nor anything else.
private func isRealFile(_ path: String) -> Bool {
  (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType == .typeRegular
}

private func isRealFolder(_ path: String) -> Bool {
  (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType == .typeDirectory
}

// MARK: - Grades

/// The verdict on one exercise of one student.
struct Grade: Sendable {
  let student: String
  let chapter: String
  let exercise: String
  /// A state of `ExerciseVerdict`, or one of those below.
  var verdict: String
  var mistake: String?
  var facts: [Text] = []
  var seconds = 0.0

  /// No file was handed in.
  static let missing = "missing"
  static let notCompiled = "does-not-compile"
  /// The compiler did not come to an end.
  static let compileTimeout = "compile-timeout"
}

/// Compiles and judges submissions, in a scratch folder of its own.
final class Grader: @unchecked Sendable {
  let protections: Confinement.Protections
  private let root: String
  private let settings: GradeSettings
  private let environment: [String: String]
  private let scratch: String
  private let place: BuildPlace
  /// By chapter, its compiled list, solutions and mistakes.
  private var prepared: [String: [String]] = [:]
  private let lock = NSLock()

  init(
    root: String, settings: GradeSettings, environment: [String: String], place: BuildPlace = .own
  ) throws {
    self.root = root
    self.place = place
    self.settings = settings
    // What a submission could read there is none of its business.
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

  /// All grades, in the order of the submissions. `progress` hears how far it is.
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
    return (try? readText(path)) != submission.chapter.pristine
  }

  // MARK: Compiling

  private static func module(_ chapter: ExerciseChapter) -> String {
    "graded_" + chapter.name.replacingOccurrences(of: "-", with: "_")
  }

  private func compile(_ arguments: [String], folder: String) throws -> ChildOutcome {
    // The shell's limits hold for all that the compiler starts: processor time, and memory.
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

  /// Compiles what the submissions of a chapter have in common: its list, its solutions and mistakes, and a main program, with
  /// the holes as they were given. A submission then is one file to compile, which sees no solution, and a link.
  private func prepare(_ chapter: ExerciseChapter) throws -> [String] {
    let folder = "\(scratch)/\(chapter.name)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try writeAtomically(chapter.pristine, to: "\(folder)/Exercises.swift")
    try writeAtomically(
      "import Notebook\n\n@main struct Judge {\n  static func main() { ExerciseJudge.main(ExerciseList.all) }\n}\n",
      to: "\(folder)/Judge.swift")
    let source = "\(root)/chapters/\(chapter.folder)"
    let own = ["Exercises.swift", "Judge.swift"]
    let sources = own + ["Solutions", "Mistakes", "ExerciseList"].map { "\(source)/\($0).swift" }
    let outcome = try compile(["-c"] + flags(chapter) + sources, folder: folder)
    guard outcome.end == .exit(0) else {
      let first = compilerErrors(outcome.output + outcome.errors, root: root).first
      throw BadInput("\(chapter.name): its exercises do not compile for grading: \(first ?? "\(outcome.end)")")
    }
    let common = ["Judge", "Solutions", "Mistakes", "ExerciseList"].map { "\(folder)/\($0).o" }
    // By their sources: an object whose source is gone may still lie there.
    let modules = try ["Autodiff", "LaTeX", "Notebook", "Recurrent"].flatMap { module in
      try FileManager.default.contentsOfDirectory(atPath: "\(root)/Sources/\(module)").filter { $0.hasSuffix(".swift") }
        .sorted().map { "\(place.folder)/\(module).build/\($0).o" }
    }
    return common + modules
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
      let text = try readText(path)
      if text == chapter.pristine { return all(ExerciseVerdict.State.open.rawValue) }
      if text.utf8.count > 1 << 20 { throw BadInput("the file is larger than 1 MB") }
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

  /// Whether the time was up, by the clock or by the processor's.
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
