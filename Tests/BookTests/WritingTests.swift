// docs/writing-a-chapter: the chapter that stands in the instructions, made from them and taken through every step.

import Foundation
import Notebook
import Testing

@testable import book

@Suite("Writing a chapter", .serialized)
struct WritingTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The files in the instructions, each under a line `<!-- file PATH -->`.
  static func files(in page: String) throws -> [(path: String, text: String)] {
    let lines = try readText("\(root)/docs/\(page)").split(separator: "\n", omittingEmptySubsequences: false)
    return lines.indices.filter { lines[$0].hasPrefix("<!-- file ") }.map { mark in
      let path = lines[mark].dropFirst("<!-- file ".count).dropLast(" -->".count)
      let fence = lines[mark + 2].prefix { $0 == "`" }
      let body = lines[(mark + 3)...].prefix { $0 != fence }
      return (String(path), body.joined(separator: "\n") + "\n")
    }
  }

  /// The lines in the instructions that begin with `start`: they are for files that exist already.
  static func lines(beginning start: String) throws -> [String] {
    try readText("\(root)/docs/writing-a-chapter.en.md").split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix(start) }
  }

  @Test func bothLanguagesGiveTheSameFiles() throws {
    let (english, korean) = (
      try Self.files(in: "writing-a-chapter.en.md"), try Self.files(in: "writing-a-chapter.ko.md")
    )
    #expect(english.map(\.path) == korean.map(\.path))
    #expect(english.map(\.text) == korean.map(\.text))
    #expect(english.count == 3)
    #expect(english.allSatisfy { $0.text.count > 400 })
  }

  @Test func theChapterOfTheInstructionsRunsWeavesAndHolds() throws {
    let bench = try Bench()
    defer { bench.remove() }
    let folder = "chapters/08-leaky-mean"

    // With a folder and a line in Package.swift the package has the chapter and gives no warning.
    let folderCommand = try #require(try Self.lines(beginning: "mkdir ").first)
    #expect(try bench.run(folderCommand).status == 0)
    for (path, text) in try Self.files(in: "writing-a-chapter.en.md") { try bench.write(path, text) }
    let line = try #require(try Self.lines(beginning: "  (number: ").first)
    try bench.edit("Package.swift", "\n]\n\n// MARK: - Build settings", "\n\(line)\n]\n\n// MARK: - Build settings")
    let package = try bench.run("swift package --scratch-path scratch describe --type json")
    #expect(package.status == 0 && !package.output.contains("warning"), "\(package.output.prefix(2000))")
    #expect(package.output.contains("\"path\" : \"\(folder)\""))
    #expect(try bench.run("swift format lint --strict -r \(folder)").status == 0)

    // It builds without a warning, and every check passes.
    let build = try bench.build(folder: folder)
    #expect(build.status == 0 && build.output.isEmpty, "\(build.output)")
    let run = try bench.run("./leaky-mean --lang en")
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.contains("\n10 checks passed, 0 failed"))

    // Its notes are stale until they are woven.
    let stale = try bench.run("./leaky-mean check --lang en")
    #expect(stale.status == 1 && stale.output.contains("notes.en.md:") && stale.output.contains("is stale"))
    let woven = try bench.run("./leaky-mean notes --lang en")
    #expect(woven.status == 0, "\(woven.output)")
    let check = try bench.run("./leaky-mean check --lang en")
    #expect(check.status == 0, "\(check.output)")

    // Its tests pass, and they can fail: with a wrong sign in the notes' gradient the run fails.
    let tests = try bench.buildTests(folder: folder)
    #expect(tests.status == 0, "\(tests.output)")
    let outcome = try bench.run("./tests")
    #expect(outcome.status == 0 && outcome.output.contains("Test run with"), "\(outcome.output)")
    let notes = try bench.read("\(folder)/notes.en.md")
    try bench.edit("\(folder)/notes.en.md", "(h_{t-1} - x_t)", "(h_{t-1} + x_t)")
    #expect(try bench.run("./leaky-mean --lang en").status == 1)
    try bench.write("\(folder)/notes.en.md", notes)

    // In the book: the rows of the tables of chapters, the errata, the links from chapter to chapter.
    #expect(try bench.book("check").findings.contains { $0.contains("README.md") && $0.contains(folder) })
    for row in try Self.lines(beginning: "| 08 |") {
      let readme = row.contains("notes.ko.md") ? "README.ko.md" : "README.md"
      let text = try bench.read(readme)
      let end = try #require(text.range(of: "\n\n", range: text.range(of: "\n| 06 |")!.lowerBound..<text.endIndex))
      try bench.write(readme, text.replacingCharacters(in: end, with: "\n\(row)\n\n"))
    }
    for (row, language) in zip(try Self.lines(beginning: "| $`a`$ |"), ["en", "ko"]) {
      let path = "docs/conventions.\(language).md"
      let text = try bench.read(path)
      let table = try #require(text.range(of: "<!-- letters -->"))
      let end = try #require(text.range(of: "|\n\n", range: table.upperBound..<text.endIndex))
      try bench.write(path, text.replacingCharacters(in: end, with: "|\n\(row)\n\n"))
    }
    let docs = try bench.book("docs")
    #expect(docs.status == 0, "\(docs.findings)")
    let whole = try bench.book("check")
    #expect(whole.status == 0, "\(whole.findings)")
    #expect(try bench.read("docs/errata.en.md").contains("After ten steps 35 % of an input's share is left."))
    #expect(try bench.read("\(folder)/notes.ko.md").contains("[English](notes.en.md) · ← ["))
    let last = try bench.run("./leaky-mean check --lang en")
    #expect(last.status == 0, "\(last.output)")
  }
}

/// A copy of the checkout, in which chapters are compiled against the modules that this test was built with.
private struct Bench {
  let folder: URL
  /// The folder in which SwiftPM put the modules and their objects.
  let products: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("unrolled-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in try FileManager.default.contentsOfDirectory(atPath: WritingTests.root)
    where name != ".build" && name != ".git" {
      try FileManager.default.copyItem(
        atPath: "\(WritingTests.root)/\(name)", toPath: folder.appendingPathComponent(name).path)
    }
    let bundles = Bundle.allBundles.map(\.bundleURL) + [URL(fileURLWithPath: CommandLine.arguments[0])]
    let places =
      bundles.flatMap { [$0.path, $0.deletingLastPathComponent().path] } + ["\(WritingTests.root)/.build/debug"]
    products = try #require(
      places.first { FileManager.default.fileExists(atPath: $0 + "/Modules/Notebook.swiftmodule") },
      "the modules are in none of \(places)")
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func write(_ path: String, _ text: String) throws {
    let url = folder.appendingPathComponent(path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func read(_ path: String) throws -> String { try readText(folder.appendingPathComponent(path).path) }

  func edit(_ path: String, _ old: String, _ new: String) throws {
    let text = try read(path)
    #expect(text.contains(old), "\(path) has no \(old)")
    try write(path, text.replacingOccurrences(of: old, with: new))
  }

  func run(_ command: String) throws -> (output: String, status: Int32) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = folder
    var environment = ProcessInfo.processInfo.environment
    environment[RunSummary.variable] = nil
    process.environment = environment
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: data, as: UTF8.self), process.terminationStatus)
  }

  private var modules: String { "-I '\(products)/Modules'" }
  private func objects() throws -> String {
    let place = BuildPlace(folder: products, configuration: "debug", scratch: "")
    return try place.objects(root: WritingTests.root).map { "'\($0)'" }.joined(separator: " ") + " -lm"
  }

  /// Builds the chapter's program as SwiftPM would, but into this folder.
  func build(folder: String) throws -> (output: String, status: Int32) {
    try run(
      "swiftc -swift-version 6 -parse-as-library -module-name leaky_mean \(modules) \(folder)/*.swift \(try objects())"
        + " -o leaky-mean")
  }

  /// Builds the chapter's tests: its module with another name for its `main`, and an entry point for the tests.
  func buildTests(folder: String) throws -> (output: String, status: Int32) {
    try write(
      "Runner.swift",
      """
      import Testing

      @main struct Runner { static func main() async { await Testing.__swiftPMEntryPoint() as Never } }
      """)
    // The chapter has no exercises to try.
    try write("Tests/ChapterTests/ExerciseTrial.swift", "extension Trial { func exercisesHold() throws {} }\n")
    // The list of chapters with this chapter's row alone: the others are not linked here.
    let lines = ["@testable import leaky_mean", "    ChapterCase(LeakyMean"].compactMap { start in
      (try? WritingTests.lines(beginning: start))?.first
    }
    try write(
      "Tests/ChapterTests/Chapters.swift",
      "@testable import Notebook\n\(lines[0])\n\nextension ChapterCase {\n  static let all = [\n\(lines[1])\n  ]\n}\n")
    return try run(
      """
      set -e
      swiftc -swift-version 6 -parse-as-library -enable-testing -module-name leaky_mean \(modules) \(folder)/*.swift \
      -emit-module -emit-module-path leaky_mean.swiftmodule -c -o leaky_mean.o \
      -Xfrontend -entry-point-function-name -Xfrontend leaky_mean_main
      swiftc -swift-version 6 -parse-as-library -module-name ChapterTests \(modules) -I . Runner.swift \
      Tests/ChapterTests/ChapterTests.swift Tests/ChapterTests/Chapters.swift Tests/ChapterTests/Trial.swift \
      Tests/ChapterTests/Breaking.swift Tests/ChapterTests/ExerciseTrial.swift leaky_mean.o \(try objects()) -o tests
      """)
  }

  /// Runs the book's program on this copy.
  func book(_ arguments: String...) throws -> (findings: [String], status: Int32) {
    var findings: [String] = []
    var program = Program(subcommands: Book.subcommands, root: folder.path)
    program.output = { _ in }
    program.errors = { findings.append($0) }
    let status = try program.run(arguments)
    return (findings, status)
  }
}
