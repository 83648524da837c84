// Chapter 01 as a reader runs it, and as a reader breaks it.

import Foundation
import Testing

@testable import Notebook
@testable import vanishing_gradient

@Suite("Chapter 01")
struct VanishingGradientTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
  static let folder = root + "/chapters/01-vanishing-gradient"

  /// Runs the chapter in this process with the notes of a folder; the lines that it prints, and its exit status.
  static func run(_ arguments: [String], folder: String = folder) throws -> (lines: [String], status: Int32) {
    var lines: [String] = []
    var program = try ChapterProgram(VanishingGradient.self, folder: folder, root: root)
    program.output = { lines.append($0) }
    let status = try program.run(try Options(arguments), isTerminal: false)
    return (lines, status)
  }

  @Test(arguments: ["en", "ko"])
  func everyCheckPassesInBothLanguages(language: String) throws {
    let (lines, status) = try Self.run(["--lang", language])
    #expect(status == 0, "\(lines.filter { $0.contains("✗") })")
    let passed = lines.count { $0.hasPrefix("  ✓ ") }
    #expect(passed >= 25)
    let summary = language == "en" ? "\(passed) checks passed, 0 failed" : "검산 \(passed)개 통과, 0개 실패"
    #expect(lines.last == summary)
  }

  @Test func jsonHoldsEverySection() throws {
    let (lines, status) = try Self.run(["--json", "--section", "jacobian"])
    #expect(status == 0)
    let parsed = try JSONSerialization.jsonObject(with: Data(lines.joined(separator: "\n").utf8)) as? [String: Any]
    let sections = try #require(parsed?["sections"] as? [[String: Any]])
    #expect(sections.map { $0["name"] as? String } == ["jacobian"])
    #expect((sections[0]["checks"] as? [[String: Any]])?.allSatisfy { $0["passed"] as? Bool == true } == true)
  }

  /// The notes' equations, by section, without the two sections that train networks for seconds and have none.
  static let equations: [(section: String, name: String)] = {
    guard let notes = try? Notes(path: folder + "/notes.en.md") else { return [] }
    return notes.directives.filter { $0.kind == .equation }.map { ($0.section ?? "", $0.argument) }
  }()

  /// Ways to break an equation: each relation's right side is made another one.
  static func broken(_ body: [String]) -> [[String]] {
    var results: [[String]] = []
    for (number, line) in body.enumerated() {
      for (relation, replacement, factor) in [
        ("= ", "= ", "2 \\cdot "), ("\\le ", "\\le ", "0.001 \\cdot "), ("\\ne ", "= ", ""),
      ] {
        var start = line.startIndex
        while let found = line[start...].range(of: relation) {
          defer { start = found.upperBound }
          // Bounds such as t=1 and commands such as \left are no relations.
          let depth = line[..<found.lowerBound].reduce(0) { $1 == "{" ? $0 + 1 : $1 == "}" ? $0 - 1 : $0 }
          if depth > 0 { continue }
          let rest = line[found.upperBound...]
          let ends = [" = ", " \\le ", " \\ne "] + (rest.contains("\\begin") ? [] : [" \\\\"])
          let next = ends.compactMap { rest.range(of: $0)?.lowerBound }.min() ?? rest.endIndex
          let side = rest[..<next]
          let new = "\(line[..<found.lowerBound])\(replacement)\(factor)(\(side))\(rest[next...])"
          results.append(body.replacing(number, with: new))
        }
      }
    }
    return results
  }

  @Test(arguments: VanishingGradientTests.equations.map(\.name))
  func anEquationOfTheNotesThatIsWrongFailsTheRun(name: String) throws {
    let section = try #require(Self.equations.first { $0.name == name }?.section)
    let text = try readText(Self.folder + "/notes.en.md")
    let notes = Notes(path: "notes.en.md", text: text)
    let directive = try #require(notes.equation(named: name))
    let variants = Self.broken(notes.body(of: directive))
    #expect(!variants.isEmpty)
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("unrolled-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    for variant in variants {
      var lines = notes.lines
      lines.replaceSubrange(directive.block, with: variant)
      try lines.joined(separator: "\n").write(
        toFile: scratch.path + "/notes.en.md", atomically: true, encoding: .utf8)
      let (printed, status) = try Self.run(["--section", section], folder: scratch.path)
      #expect(status == 1, "the run accepts \(variant.joined(separator: " "))")
      #expect(printed.contains { $0.contains("✗ the notes' equation holds") })
    }
  }

  /// The right numbers from another cell: the relation holds, but the tape has another formula.
  @Test func anEquationThatTheTapeDoesNotHaveFailsTheRun() throws {
    let text = try readText(Self.folder + "/notes.en.md")
    // σ(w h) written as (1 + tanh(w h / 2)) / 2: equal numbers, another formula.
    let changed = text.replacingOccurrences(
      of: "h_k = \\sigma(w_k h_{k-1})\n", with: "h_k = \\frac{1}{2} (1 + \\tanh(0.5 w_k h_{k-1}))\n")
    #expect(changed != text)
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("unrolled-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    try changed.write(toFile: scratch.path + "/notes.en.md", atomically: true, encoding: .utf8)
    let (printed, status) = try Self.run(["--section", "chain-rule"], folder: scratch.path)
    #expect(status == 1)
    #expect(printed.filter { $0.contains("✗") }.allSatisfy { $0.contains("the notes' equation = the tape's") })
    #expect(printed.contains { $0.contains("✗") })
  }
}

extension Array {
  fileprivate func replacing(_ index: Int, with element: Element) -> [Element] {
    var copy = self
    copy[index] = element
    return copy
  }
}
