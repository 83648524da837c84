// The lines that runs leave, and the table that make ends with.

import Autodiff
import Foundation
import LaTeX
import Testing

@testable import Notebook
@testable import book

@Suite("Table of the runs")
struct TableTests {
  static func summary(_ number: String, failed: Int = 0, findings: Int = 0) -> RunSummary {
    RunSummary(
      number: number, name: "n\(number)", language: .english, passed: 40, failed: failed, findings: findings,
      checked: 12,
      stated: 2, seconds: 1.25)
  }

  @Test func aLineReadsBackAsItWas() {
    let summary = Self.summary("03", failed: 1, findings: 2)
    #expect(RunSummary(line: summary.line) == summary)
    #expect(!summary.isGood && Self.summary("03").isGood)
  }

  @Test(arguments: [
    "", "03\tx", "03\tx\tde\t1\t0\t0\t1\t1\t1.0", "03\tx\ten\t1\t0\t0\t1\t-1\t1.0", "03\tx\ten\ta\t0\t0\t1\t1\t1.0",
  ])
  func whatIsNoLineIsRefused(line: String) { #expect(RunSummary(line: line) == nil) }

  @Test func theTableHasALineForEachAndASum() {
    let lines = runTable([Self.summary("01"), Self.summary("02", failed: 1)], failed: ["n02", "lost"], .english)
    #expect(
      lines == [
        "chapter              checks  failed  equations checked  stated  seconds",
        "───────────────────────────────────────────────────────────────────────",
        "✓ 01 n01                 40       0                 12       2      1.2",
        "✗ 02 n02                 41       1                 12       2      1.2",
        "✗ lost: did not end       –       –                  –       –        –",
        "✗ together               81       1                 24       4      2.5",
      ])
    #expect(runTable([Self.summary("01")], failed: [], .korean).first?.hasPrefix("장") == true)
  }

  /// Runs `book table` on a file with these lines.
  static func table(_ text: String?, _ arguments: [String] = []) throws -> (lines: [String], status: Int32) {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("runs-\(UUID().uuidString).txt").path
    if let text { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
    defer { try? FileManager.default.removeItem(atPath: path) }
    var lines: [String] = []
    var program = Program(subcommands: Book.subcommands, root: "/")
    program.output = { lines.append($0) }
    let status = try program.run(["table", path] + arguments)
    return (lines, status)
  }

  @Test func theStatusIsThatOfTheWorstRun() throws {
    let good = Self.summary("01").line + "\n"
    #expect(try Self.table(good).status == 0)
    #expect(try Self.table(good + Self.summary("02", failed: 1).line).status == 1)
    #expect(try Self.table(good + Self.summary("02", findings: 1).line).status == 1)
    // A run that failed after it had written its line.
    let (lines, status) = try Self.table(good, ["--failed", "n01"])
    #expect(status == 1 && lines.contains { $0.hasPrefix("✗ 01 n01") })
    #expect(try Self.table("", ["--failed", "lost"]).status == 1)
    // No run finished and none failed, as with --help: no table is printed.
    #expect(try Self.table("") == ([], 0))
    #expect(throws: BadInput.self) { try Self.table(nil) }
    #expect(throws: BadInput.self) { try Self.table("rubbish\n") }
  }

  @Test func theLanguageIsTheRunsUnlessOneIsAskedFor() throws {
    var korean = Self.summary("01")
    korean.language = .korean
    #expect(try Self.table(korean.line).lines[1].hasPrefix("장"))
    #expect(try Self.table(korean.line, ["--lang", "en"]).lines[1].hasPrefix("chapter"))
  }

  @Test func aChapterAddsItsLineAndOnlyAfterAWholeRun() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("unrolled-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try makeFolder(folder)
    let notes = """
      # 3. Tiny

      <!-- section: s -->
      ## 3.1 S

      <!-- equation: e -->
      ```math
      x = 3
      ```

      <!-- stated: why -->
      ```math
      x = 4
      ```

      """
    for language in Language.allCases {
      try Data(notes.utf8).write(to: URL(fileURLWithPath: "\(folder)/notes.\(language.rawValue).md"))
    }
    var program = try ChapterProgram(Tiny.self, folder: folder, root: folder)
    program.output = { _ in }
    program.summaryPath = "\(folder)/runs.txt"
    #expect(try program.run(try Options(["--section", "s"]), isTerminal: false) == 0)
    #expect(try program.run(try Options(["--json"]), isTerminal: false) == 0)
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/runs.txt"))
    #expect(try program.run(try Options([]), isTerminal: false) == 0)
    #expect(try program.run(try Options(["--lang", "ko"]), isTerminal: false) == 0)
    let lines = try readText("\(folder)/runs.txt").split(separator: "\n").map { RunSummary(line: String($0)) }
    #expect(lines.map { $0?.language } == [.english, .korean])
    let first = try #require(lines[0])
    #expect((first.passed, first.failed, first.findings) == (1, 0, 0))
    #expect((first.checked, first.stated) == (1, 1))
    #expect(first.number == "03" && first.name == "tiny" && first.seconds < 10)
    // A file that cannot be written gives a message of one line.
    program.summaryPath = "\(folder)/no/runs.txt"
    #expect(throws: BadInput.self) { try program.run(try Options([]), isTerminal: false) }
  }

  private struct Tiny: Chapter {
    static let number = "03"
    static let name = "tiny"
    static let source = #filePath

    func body(_ page: Page) throws {
      try page.section("s") {
        var scope = Scope.withSpectra
        scope.values["x"] = Matrix(3)
        try page.equation("e", scope)
      }
    }
  }
}
