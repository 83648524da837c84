// The notes' lines of PyTorch: what they print is what the chapter's run prints. PyTorch is a witness, not needed to run the
// tests: what it printed is recorded in Tests/Fixtures/python, and asked again where it is at hand.

import Foundation
import Testing

@testable import Notebook

/// Lines of Python in a chapter's notes, and the file that records what they print.
struct Snippet: Sendable, CustomTestStringConvertible {
  let trial: Trial
  let name: String
  let section: String
  let code: [String]

  var testDescription: String { "\(trial.subject.name): \(name)" }

  var record: String { "\(trial.root)/Tests/Fixtures/python/\(trial.subject.number)-\(name).py" }

  static let all: [Snippet] = ChapterCase.all.flatMap { chapter -> [Snippet] in
    guard let notes = try? chapter.trial.notes(.english) else { return [] }
    return notes.directives.filter { $0.kind == .python }.map {
      Snippet(trial: chapter.trial, name: $0.argument, section: $0.section ?? "", code: notes.body(of: $0))
    }
  }

  /// The decimals that the section of the run shows in the notes.
  func numbersInTheNotes() throws -> [String] {
    let notes = try trial.notes(.english)
    let output = try #require(
      notes.directives.first { $0.kind == .output && $0.argument == section }, "\(testDescription): no output")
    return notes.body(of: output).flatMap(decimals)
  }
}

/// The numbers of a line that have a point, in its order.
private func decimals(_ line: String) -> [String] {
  Notes.numbers(in: line.replacingOccurrences(of: ",", with: " ")).filter { $0.contains(".") }
}

/// Whether two decimals agree to one unit of the last place that both show.
private func agree(_ a: String, _ b: String) -> Bool {
  let places = [a, b].map { $0.split(separator: ".").last!.count }.min()!
  let numbers = [a, b].compactMap { Double($0.replacingOccurrences(of: "−", with: "-")) }
  return numbers.count == 2 && abs(numbers[0] - numbers[1]) < 1.5 * pow(10, -Double(places))
}

@Suite("In PyTorch")
struct FrameworkTests {
  /// The first four chapters show their machine in a framework.
  @Test func theFirstChaptersHaveLinesOfPython() {
    #expect(Set(Snippet.all.map { $0.trial.subject.number }).isSuperset(of: ["00", "01", "02", "03"]))
  }

  /// The record has the notes' lines, and what they printed agrees with the run.
  @Test(arguments: Snippet.all) func whatPyTorchPrintedIsWhatTheRunPrints(snippet: Snippet) throws {
    let record = try readText(snippet.record).lines
    let advice = "run Tests/Fixtures/snippets.py"
    #expect(record.prefix(snippet.code.count).elementsEqual(snippet.code), "\(snippet): other lines: \(advice)")
    let printed = record.dropFirst(snippet.code.count).filter { $0.hasPrefix("# ") }.flatMap(decimals)
    try compare(printed, with: snippet)
  }

  @Test(.enabled(if: python != nil), arguments: Snippet.all) func whatPyTorchPrintsIsWhatTheRunPrints(snippet: Snippet)
    throws
  {
    try compare(try run(snippet.code).flatMap(decimals), with: snippet)
  }

  private func compare(_ printed: [String], with snippet: Snippet) throws {
    let shown = try snippet.numbersInTheNotes()
    #expect(printed.count >= 4 && printed.count == shown.count, "\(snippet): \(printed) against \(shown)")
    for (one, other) in zip(printed, shown) {
      #expect(agree(one, other), "\(snippet): PyTorch prints \(one), the run \(other)")
    }
  }

  private func run(_ code: [String]) throws -> [String] {
    try inScratchFolder { scratch in
      try code.joined(separator: "\n").write(toFile: scratch + "/snippet.py", atomically: true, encoding: .utf8)
      return try #require(output(of: FrameworkTests.python!, [scratch + "/snippet.py"]), "Python failed")
    }
  }

  /// A Python that has PyTorch: the one that UNROLLED_PYTHON names, or python3 on the path.
  static let python: String? = {
    let named = ProcessInfo.processInfo.environment["UNROLLED_PYTHON"]
    let found = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/python3" }
    return ([named].compactMap { $0 } + found).first {
      FileManager.default.isExecutableFile(atPath: $0) && output(of: $0, ["-c", "import torch"]) != nil
    }
  }()
}

/// The lines that a program prints on stdout; nil where it fails.
private func output(of program: String, _ arguments: [String]) -> [String]? {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  let pipe = Pipe()
  (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
  guard (try? process.run()) != nil else { return nil }
  let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return process.terminationStatus == 0 ? text.lines : nil
}
