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
    let (submissions, remarks) = try findSubmissions(in: folder, chapters: chapters)
    for remark in remarks { call.errors(printable(remark(call.language))) }
    if submissions.isEmpty { throw BadInput("\(folder): nobody has handed in anything") }
    let path = output ?? "\(folder)/grades"
    for ending in ["csv", "json"] { try checkWritable("\(path).\(ending)") }
    let grader = try Grader(root: call.root, settings: settings, environment: call.environment)
    defer { grader.cleanUp() }
    call.errors("book: \(grader.protections.text(call.language))")
    let grades = try grader.grade(submissions) { text in
      if isatty(STDERR_FILENO) == 1 { FileHandle.standardError.write(Data("\r\u{1B}[K  \(text)".utf8)) }
    }
    if isatty(STDERR_FILENO) == 1 { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
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

/// Throws where a file cannot be written at this path: better before an hour of grading than after it.
private func checkWritable(_ path: String) throws {
  let folder = (path as NSString).deletingLastPathComponent
  if !isRealFolder(folder.isEmpty ? "." : (folder as NSString).resolvingSymlinksInPath) {
    throw BadInput("cannot write \(path): there is no folder \(folder)")
  }
  if isRealFolder(path) { throw BadInput("cannot write \(path): it is a folder") }
}

/// One student's file of one chapter.
struct Submission: Sendable {
  let student: String
  let chapter: ExerciseChapter
  /// nil: nothing was handed in for this chapter.
  let path: String?
}

/// The students' files, and remarks on what is left out. Taken are, in this order,
/// DIR/STUDENT/chapters/NN-name/Exercises.swift, DIR/STUDENT/NN-name/Exercises.swift, and DIR/STUDENT/Exercises.swift, whose
/// chapter is the one that has an exercise between its marks; all of them also in the only folder of DIR/STUDENT, as an
/// archive leaves it. A chapter that nobody handed in is no part of the grades. No link is followed.
func findSubmissions(in folder: String, chapters: [ExerciseChapter]) throws -> (
  submissions: [Submission], remarks: [Text]
) {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
    throw BadInput("\(folder) is no folder")
  }
  var remarks: [Text] = []
  let (names, unreadable) = entries(of: folder)
  if unreadable > 0 {
    remarks.append(
      Text(
        "\(folder): \(unreadable) left out, as their names are not UTF-8: rename them",
        ko: "\(folder): 이름이 UTF-8이 아니어서 빠진 것이 \(unreadable)개다. 이름을 바꾸어야 한다"))
  }
  for name in names where isLink("\(folder)/\(name)") {
    remarks.append(Text("\(folder)/\(name): not read, it is a link", ko: "\(folder)/\(name): 링크라서 읽지 않았다"))
  }
  let students = names.filter { isRealFolder("\(folder)/\($0)") }
  if students.isEmpty { throw BadInput("\(folder) holds no students' folders") }
  if let chapter = chapters.first(where: { students.contains($0.folder) }) {
    throw BadInput(
      "\(folder) holds a chapter (\(chapter.folder)) where students are expected: give the folder above it")
  }
  for (student, next) in zip(students, students.dropFirst()) where student == next {
    // Equal as text, but not in their bytes: a name as macOS writes it, and the same from elsewhere.
    remarks.append(
      Text(
        "\(folder)/\(student): two folders have this name, spelt differently",
        ko: "\(folder)/\(student): 이름이 같아 보이는 폴더가 둘이다(글자의 부호만 다르다)"))
  }

  // By the student's number: names may look alike.
  var found: [(student: Int, chapter: ExerciseChapter, path: String)] = []
  for (number, student) in students.enumerated() {
    let own = "\(folder)/\(student)"
    var files = handedIn(in: own, chapters, &remarks)
    let below = entries(of: own).names.filter { isRealFolder("\(own)/\($0)") }
    if files.isEmpty, below.count == 1 { files = handedIn(in: "\(own)/\(below[0])", chapters, &remarks) }
    if files.isEmpty { remarks.append(Text("\(own): nothing handed in", ko: "\(own): 낸 것이 없다")) }
    found += files.map { (number, $0.chapter, $0.path) }
  }
  let graded = chapters.filter { chapter in found.contains { $0.chapter.name == chapter.name } }
  let submissions = students.indices.flatMap { student in
    graded.map { chapter in
      Submission(
        student: students[student], chapter: chapter,
        path: found.first { $0.student == student && $0.chapter.name == chapter.name }?.path)
    }
  }
  return (submissions, remarks)
}

/// The files of one folder, a chapter each.
private func handedIn(
  in place: String, _ chapters: [ExerciseChapter], _ remarks: inout [Text]
) -> [(chapter: ExerciseChapter, path: String)] {
  var files: [(chapter: ExerciseChapter, path: String)] = []
  for chapter in chapters {
    let there = ["\(place)/chapters/\(chapter.folder)", "\(place)/\(chapter.folder)"]
      .filter { isRealFolder($0) && isRealFolder(($0 as NSString).deletingLastPathComponent) }
      .map { "\($0)/\(ExerciseFiles.student)" }.filter(isRealFile)
    if let path = there.first { files.append((chapter, path)) }
    if there.count > 1 {
      remarks.append(
        Text("\(there[1]): not read, as \(there[0]) is there", ko: "\(there[1]): \(there[0])이 있어서 읽지 않았다"))
    }
  }
  let flat = "\(place)/\(ExerciseFiles.student)"
  guard isRealFile(flat) else { return files }
  switch chapterOfFlatFile(flat, chapters) {
  case .failure(let why): remarks.append(why)
  case .success(let chapter) where files.contains { $0.chapter.name == chapter.name }:
    remarks.append(
      Text(
        "\(flat): not read, as \(chapter.folder) is there already",
        ko: "\(flat): \(chapter.folder)이 이미 있어서 읽지 않았다"))
  case .success(let chapter): files.append((chapter, flat))
  }
  return files
}

private enum FlatFile {
  case success(ExerciseChapter)
  case failure(Text)
}

/// The chapter with most of a file's marks; names such as `parameters` may occur in two.
private func chapterOfFlatFile(_ path: String, _ chapters: [ExerciseChapter]) -> FlatFile {
  let text: String
  do {
    text = try readSubmission(path)
  } catch {
    return .failure(Text("not read: \(error)", ko: "읽지 않았다: \(error)"))
  }
  let marks = Set(exerciseNames(in: text))
  let scores = chapters.map { chapter in chapter.exercises.count { marks.contains($0) } }
  let best = scores.max() ?? 0
  let candidates = chapters.indices.filter { scores[$0] == best }
  guard best > 0, candidates.count == 1 else {
    return .failure(
      Text(
        "\(path): not read: its marks do not tell which chapter it belongs to",
        ko: "\(path): 표지만으로는 어느 장의 것인지 알 수 없어서 읽지 않았다"))
  }
  return .success(chapters[candidates[0]])
}

/// A submission's text. Throws where it is larger than any is, before reading it, and where it is not UTF-8.
private func readSubmission(_ path: String) throws -> String {
  let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
  if size > 1 << 20 { throw BadInput("\(path) is larger than 1 MB") }
  return try readText(path)
}

/// What a folder holds, in order and without what is hidden; and how many names are not UTF-8.
private func entries(of folder: String) -> (names: [String], unreadable: Int) {
  guard let stream = opendir(folder) else { return ([], 0) }
  defer { closedir(stream) }
  var (names, unreadable): ([String], Int) = ([], 0)
  while let entry = readdir(stream) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if let name { names.append(name) } else { unreadable += 1 }
  }
  return (names.filter { !$0.hasPrefix(".") }.sorted(), unreadable)
}

private func isLink(_ path: String) -> Bool { kind(of: path) == .typeSymbolicLink }

/// Neither a link nor anything else.
private func isRealFile(_ path: String) -> Bool { kind(of: path) == .typeRegular }

private func isRealFolder(_ path: String) -> Bool { kind(of: path) == .typeDirectory }

/// What stands there itself, not what a link leads to.
private func kind(of path: String) -> FileAttributeType? {
  (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
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
  /// It contains what no exercise needs, and what could act before it is confined.
  static let refused = "refused"
}

/// The first attribute or import of a submission that the file with the holes does not have. Attributes can make code run
/// before `main`, when nothing is confined yet, or give a function the name of another. No exercise needs any, nor a module
/// but those three.
func suspiciousWord(in text: String, beside pristine: String) -> String? {
  let usual = attributesAndImports(of: pristine).union([
    "@discardableResult", "@escaping", "@autoclosure", "@inline", "@Sendable", "import Autodiff", "import Notebook",
    "import Foundation",
  ])
  return attributesAndImports(of: text).subtracting(usual).min()
}

/// `@name` and `import Name`, comments at the end of a line left out.
private func attributesAndImports(of text: String) -> Set<String> {
  // Where block comments or regular expressions stand, what begins a comment is not plain: then nothing is left out.
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
    return (try? readSubmission(path)) != submission.chapter.pristine
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
    let names = ["Autodiff", "Console", "Exercises", "Figures", "LaTeX", "Notebook", "Recurrent", "Reference"]
    let modules = try names.flatMap { module in
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
