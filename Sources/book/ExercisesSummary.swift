// book exercises: shows which exercises of all chapters are done, and the next one.

import Foundation
import Notebook

extension Subcommand {
  static let exercises = Subcommand(
    name: "exercises", usage: "",
    summary: Text("shows which exercises are done, and the next one", ko: "모든 연습 문제에서 푼 것과 다음 문제를 보여 준다")
  ) { call in
    try call.takesNoArguments()
    let chapters = try exerciseChapters(root: call.root)
    let place = BuildPlace.own
    var broken: Set<String> = []
    // One build for all chapters. If it fails, one build for each, to find the chapters that do not compile.
    if try place.build(product: nil, root: call.root).end != .exit(0) {
      for chapter in chapters {
        let outcome = try place.build(product: chapter.name, root: call.root)
        if outcome.end == .exit(0) { continue }
        broken.insert(chapter.name)
        for line in compilerErrors(outcome.output + outcome.errors, root: call.root).prefix(5) { call.errors(line) }
      }
    }
    var results: [(chapter: ExerciseChapter, result: ExerciseResult?)] = []
    for chapter in chapters {
      var result: ExerciseResult?
      if !broken.contains(chapter.name) {
        let outcome = try ChildProcess.run(
          "\(place.folder)/\(chapter.name)", ["exercise", "--json", "--lang", call.language.rawValue],
          environment: call.environment, limit: 600, kept: 1 << 20)
        result = try? JSONDecoder().decode(ExerciseResult.self, from: Data(outcome.output.utf8))
      }
      results.append((chapter, result))
    }
    let option = call.language.option(in: call.environment)
    for line in exerciseSummary(results, call.language, option: option) { call.output(line) }
    let isDone = results.allSatisfy { $0.result.map { $0.passed == $0.count } ?? false }
    return isDone ? ExitStatus.success : ExitStatus.failure
  }
}

/// A chapter that has exercises.
struct ExerciseChapter: Sendable {
  /// The name of its folder, such as 04-gru.
  let folder: String
  /// The name of its program, such as gru.
  let name: String
  /// The names of the exercises, in the order of the pristine text.
  let exercises: [String]
  /// The student's file as it is handed out.
  let pristine: String
}

/// The chapters of a checkout that have exercises, in order.
func exerciseChapters(root: String) throws -> [ExerciseChapter] {
  let folders = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/chapters")) ?? []
  return try folders.sorted().compactMap { folder in
    let path = ExerciseFiles(folder: "\(root)/chapters/\(folder)").path(ExerciseFiles.pristine)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let text = try readText(path)
    return ExerciseChapter(
      folder: folder, name: String(folder.drop { $0 != "-" }.dropFirst()), exercises: exerciseNames(in: text),
      pristine: text)
  }
}

/// The names in the lines `// begin: NAME` of a student's file.
func exerciseNames(in text: String) -> [String] {
  text.split(whereSeparator: \.isNewline).compactMap { line in
    let line = line.trimmingCharacters(in: .whitespaces)
    return line.hasPrefix("// begin: ") ? String(line.dropFirst(10)) : nil
  }
}

/// The part of the output of `CHAPTER exercise --json` that the summary needs.
struct ExerciseResult: Decodable {
  struct Item: Decodable {
    let name: String
    let verdict: String
  }
  let passed: Int
  let count: Int
  let exercises: [Item]
}

/// The lines of the summary: a bar for each chapter, one for all chapters, and the command for the next exercise.
///
/// - Parameters:
///   - results: the result is nil for a chapter that does not compile.
///   - option: the option that makes the printed command answer in `language`.
func exerciseSummary(
  _ results: [(chapter: ExerciseChapter, result: ExerciseResult?)], _ language: Language, option: String = ""
) -> [String] {
  if results.isEmpty { return [Text("no chapter has exercises yet", ko: "아직 연습 문제가 있는 장이 없다")(language)] }
  func bar(_ passed: Int, _ count: Int) -> String {
    let filled = count == 0 ? 0 : passed * 24 / count
    return String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
  }
  var rows: [[String]] = []
  for (chapter, result) in results {
    let count = chapter.exercises.count
    guard let result else {
      let broken = Text("does not compile", ko: "컴파일되지 않음")(language)
      rows.append([chapter.folder, bar(0, count), "0/\(count)", broken])
      continue
    }
    let wrong = result.exercises.filter { !["passed", "open"].contains($0.verdict) }.map(\.name)
    rows.append([
      chapter.folder, bar(result.passed, result.count), "\(result.passed)/\(result.count)",
      wrong.isEmpty ? "" : "✗ " + wrong.joined(separator: ", "),
    ])
  }
  let passed = results.reduce(0) { $0 + ($1.result?.passed ?? 0) }
  let count = results.reduce(0) { $0 + ($1.result?.count ?? $1.chapter.exercises.count) }
  let table = TextTable(rows: rows, alignments: [.left, .left, .right, .left], hasRule: false)
  var lines = table.lines(indentation: 2)
  let words = Text("\(passed) of \(count) passed", ko: "\(count)개 가운데 \(passed)개 통과")(language)
  lines += ["", "  \(bar(passed, count))  \(words)"]
  for (chapter, result) in results {
    guard let result else {
      let path = "chapters/\(chapter.folder)/\(ExerciseFiles.student)"
      return lines + ["  " + Text("next: make \(path) compile", ko: "다음: \(path)부터 컴파일되게 고친다")(language)]
    }
    if let next = result.exercises.first(where: { $0.verdict != "passed" }) {
      let command = "swift run \(chapter.name) exercise \(next.name)\(option)"
      return lines + ["  " + Text("next: \(command)", ko: "다음: \(command)")(language)]
    }
  }
  return lines
}

/// The folder with this program and, built with it, the chapters' programs and the modules.
struct BuildPlace {
  /// The folder of the executables, …/debug.
  let folder: String
  /// "debug" or "release".
  let configuration: String
  /// SwiftPM's scratch folder.
  let scratch: String

  static var own: BuildPlace {
    let folder = URL(fileURLWithPath: ChildProcess.ownPath).deletingLastPathComponent()
    let scratch = folder.deletingLastPathComponent().deletingLastPathComponent()
    return BuildPlace(folder: folder.path, configuration: folder.lastPathComponent, scratch: scratch.path)
  }

  /// Builds a product, or everything if `product` is nil. `root` is the top folder of the package.
  func build(product: String?, root: String) throws -> ChildOutcome {
    let configuration = self.configuration == "release" ? "release" : "debug"
    return try ChildProcess.run(
      "/usr/bin/env",
      ["swift", "build", "-q", "-c", configuration, "--scratch-path", scratch]
        + (product.map { ["--product", $0] } ?? []),
      environment: ProcessInfo.processInfo.environment, folder: root, limit: 3600, kept: 1 << 20)
  }
}

extension BuildPlace {
  /// The object files of the modules that exercises import, and of the modules below these. They are listed by source file,
  /// because the build folder may still hold the object of a source that was removed.
  func objects(root: String) throws -> [String] {
    let graph = try ModuleGraph(manifest: readText("\(root)/Package.swift"))
    return try graph.closure(of: ["Notebook", "Recurrent"]).flatMap { module in
      try swiftFiles(below: "\(root)/Sources/\(module)").map { "\(folder)/\(module).build/\($0.stem).swift.o" }
    }
  }
}

/// The Swift files in a folder and in the folders below it, sorted by path.
func swiftFiles(below folder: String) throws -> [(stem: String, path: String)] {
  try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }.sorted().map { path in
    (String(path.split(separator: "/").last!.dropLast(6)), "\(folder)/\(path)")
  }
}

/// The errors in a compiler's output, each once, with paths relative to `root`.
func compilerErrors(_ output: String, root: String) -> [String] {
  var seen: Set<String> = []
  return output.split(whereSeparator: \.isNewline).map(String.init).filter {
    $0.hasPrefix("/") && $0.contains(": error: ") && seen.insert($0).inserted
  }.map { $0.replacingOccurrences(of: root + "/", with: "") }
}
