// book grade: judges the exercises of all students and writes the grades.

import Foundation
import Notebook

extension Subcommand {
  static let grade = Subcommand(
    name: "grade", usage: "DIR [--output PATH] [--workers N] [--compile-seconds N] [--seconds N]",
    summary: Text(
      "judges every student's folder in DIR, and writes PATH.csv and PATH.json (DIR/grades)",
      ko: "DIR 안의 학생 폴더를 모두 채점하고 경로.csv와 경로.json에 쓴다(기본 DIR/grades)")
  ) { call in
    let arguments = try GradeArguments(call.arguments)
    let folder = arguments.folder
    let chapters = try exerciseChapters(root: call.root)
    if chapters.isEmpty { throw BadInput("no chapter has exercises yet") }
    let (submissions, remarks) = try findSubmissions(in: folder, chapters: chapters)
    for remark in remarks { call.errors(printable(remark(call.language))) }
    if submissions.isEmpty { throw BadInput("\(folder): nobody has handed in anything") }
    let path = arguments.output
    for ending in ["csv", "json"] { try checkWritable("\(path).\(ending)") }
    let grader = try Grader(root: call.root, settings: arguments.settings, environment: call.environment)
    defer { grader.cleanUp() }
    call.errors("book: \(grader.protections.text(call.language))")
    let grades = try grader.grade(submissions) { text in
      if isatty(STDERR_FILENO) == 1 { showProgress("  \(text)") }
    }
    if isatty(STDERR_FILENO) == 1 { showProgress("") }
    try writeAtomically(gradesCSV(grades), to: "\(path).csv")
    try writeAtomically(
      gradesJSON(grades, grader.protections, call.language).text + "\n", to: "\(path).json")
    for line in gradesTable(grades, call.language) { call.output(line) }
    call.output("")
    call.output(Text("wrote \(path).csv and \(path).json", ko: "\(path).csv와 \(path).json에 썼다")(call.language))
    return ExitStatus.success
  }

  /// Prints as JSON which protections `Confinement` can give on this system. A process cannot leave a confinement, so the
  /// grader runs this in a process of its own.
  static let confinement = Subcommand(
    name: "confinement", usage: "",
    summary: Text("for grading: what it can protect on this system", ko: "채점용: 이 시스템에서 막을 수 있는 것")
  ) { call in
    try call.takesNoArguments()
    let encoder = JSONEncoder()
    _ = try encoder.encode(Confinement.Protections())  // a first use may open files, which is forbidden afterwards
    let protections = Confinement.enter(seconds: 60, bytes: 4 << 30)
    call.output(String(decoding: try encoder.encode(protections), as: UTF8.self))
    return ExitStatus.success
  }
}

struct GradeSettings: Sendable {
  /// The number of submissions that are compiled and judged at the same time.
  var workers = ProcessInfo.processInfo.activeProcessorCount
  /// The limit for one compilation and for one exercise, in seconds.
  var compileLimit = 60.0
  var runLimit = ExerciseProcess.limit
}

/// The arguments of `book grade`.
private struct GradeArguments {
  /// The folder that holds the students' folders.
  let folder: String
  /// The path of the grades, without extension.
  let output: String
  let settings: GradeSettings

  init(_ arguments: [String]) throws {
    var folder: String?
    var output: String?
    var settings = GradeSettings()
    var words = Arguments(arguments)
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
    self.folder = folder
    self.output = output ?? "\(folder)/grades"
    self.settings = settings
  }
}

/// Throws `BadInput` if a file cannot be written at this path: better before an hour of grading than after it.
private func checkWritable(_ path: String) throws {
  let folder = (path as NSString).deletingLastPathComponent
  if !isRealFolder(folder.isEmpty ? "." : (folder as NSString).resolvingSymlinksInPath) {
    throw BadInput("cannot write \(path): there is no folder \(folder)")
  }
  if isRealFolder(path) { throw BadInput("cannot write \(path): it is a folder") }
  // The file is written beside its place and then renamed.
  if !FileManager.default.isWritableFile(atPath: folder.isEmpty ? "." : folder) {
    throw BadInput("cannot write \(path): the folder cannot be written to")
  }
}

/// The verdict on one exercise of one student.
struct Grade: Sendable {
  let student: String
  let chapter: String
  let exercise: String
  /// The raw value of an `ExerciseVerdict.State`, or one of the constants below.
  var verdict: String
  /// The name of the known mistake that the answer makes.
  var mistake: String?
  var facts: [Text] = []
  var seconds = 0.0

  /// No file was handed in.
  static let missing = "missing"
  static let notCompiled = "does-not-compile"
  /// The compiler reached its time limit.
  static let compileTimeout = "compile-timeout"
  /// The file contains code that no exercise needs and that could run before the process is confined.
  static let refused = "refused"
}
