// What the tests of all chapters share: a chapter as a reader runs it, and as a reader breaks it.

import Foundation
import Testing

@testable import Notebook

/// Runs a chapter in this process, with its notes as they are or with a change in them.
///
/// A chapter's tests are a suite that holds one and calls its claims:
///
/// ```swift
/// @Suite("Chapter 01") struct VanishingGradientTests {
///   static let trial = Trial<VanishingGradient>()
///
///   @Test(arguments: Language.allCases) func everyCheckPassesInBothLanguages(language: Language) throws {
///     try Self.trial.everyCheckPasses(in: language, atLeast: 70)
///   }
///   @Test func jsonHoldsTheSectionAskedFor() throws { try Self.trial.jsonHolds(section: "jacobian") }
///   @Test(arguments: trial.equations) func anEquationThatIsWrongFailsTheRun(name: String) throws {
///     try Self.trial.failsWithEveryRelationBroken(ofEquation: name)
///   }
///   @Test func anEquationThatTheTapeDoesNotHaveFailsTheRun() throws {
///     try Self.trial.fails(tapeOfEquation: "chain-step", replacing: "\\sigma(a)", with: "…equal numbers…")
///   }
/// }
/// ```
struct Trial<Subject: Chapter>: Sendable {
  let folder: String
  let root: String
  /// The names of the English notes' equations that a run without `--full` comes to; at least one, or a claim fails.
  let equations: [String]

  init() {
    let place = URL(fileURLWithPath: Subject.source).deletingLastPathComponent()
    folder = place.path
    root = place.deletingLastPathComponent().deletingLastPathComponent().path
    let notes = try? Notes(path: folder + "/notes.en.md")
    equations = (notes?.directives ?? []).filter { $0.kind == .equation && !$0.isFull }.map(\.argument)
  }

  /// The lines that a run prints, and its exit status. `folder` holds other notes than the chapter's.
  func run(_ arguments: [String], folder: String? = nil) throws -> (lines: [String], status: Int32) {
    var lines: [String] = []
    var program = try ChapterProgram(Subject.self, folder: folder ?? self.folder, root: root)
    program.output = { lines.append($0) }
    let status = try program.run(try Options(arguments), isTerminal: false)
    return (lines, status)
  }

  /// What one section says when English notes with this text stand in the place of the chapter's.
  func run(section: String, notes text: String) throws -> (lines: [String], status: Int32) {
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("unrolled-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    try text.write(toFile: scratch.path + "/notes.en.md", atomically: true, encoding: .utf8)
    return try run(["--lang", "en", "--section", section], folder: scratch.path)
  }

  /// The English notes, and the place of an equation in them.
  private func englishNotes(at equation: String) throws -> (notes: Notes, directive: Notes.Directive, section: String) {
    let notes = Notes(path: "notes.en.md", text: try readText(folder + "/notes.en.md"))
    let directive = try #require(notes.equation(named: equation), "the notes have no equation '\(equation)'")
    return (notes, directive, try #require(directive.section))
  }

  // MARK: Claims

  /// A whole run in a language ends well, with at least so many checks, and says how many.
  func everyCheckPasses(
    in language: Language, atLeast count: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (lines, status) = try run(["--lang", language.rawValue])
    #expect(status == 0, "\(lines.filter { $0.contains("✗") })", sourceLocation: sourceLocation)
    let passed = lines.count { $0.hasPrefix("  ✓ ") }
    #expect(passed >= count, sourceLocation: sourceLocation)
    let summary = language == .english ? "\(passed) checks passed, 0 failed" : "검산 \(passed)개 통과, 0개 실패"
    #expect(lines.last == summary, sourceLocation: sourceLocation)
  }

  /// With `--json --section NAME` the run prints that section alone, and its checks have passed.
  func jsonHolds(section: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let (lines, status) = try run(["--json", "--section", section])
    #expect(status == 0, sourceLocation: sourceLocation)
    let parsed = try JSONSerialization.jsonObject(with: Data(lines.joined(separator: "\n").utf8)) as? [String: Any]
    let sections = try #require(parsed?["sections"] as? [[String: Any]], sourceLocation: sourceLocation)
    #expect(sections.map { $0["name"] as? String } == [section], sourceLocation: sourceLocation)
    let checks = try #require(sections.first?["checks"] as? [[String: Any]], sourceLocation: sourceLocation)
    #expect(!checks.isEmpty, sourceLocation: sourceLocation)
    #expect(checks.allSatisfy { $0["passed"] as? Bool == true }, sourceLocation: sourceLocation)
  }

  /// Each relation of an equation, made another one, fails the run of its section, and at that equation.
  func failsWithEveryRelationBroken(
    ofEquation name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (notes, directive, section) = try englishNotes(at: name)
    let variants = broken(notes.body(of: directive))
    #expect(!variants.isEmpty, sourceLocation: sourceLocation)
    for variant in variants {
      var lines = notes.lines
      lines.replaceSubrange(directive.block, with: variant)
      let (printed, status) = try run(section: section, notes: lines.joined(separator: "\n"))
      #expect(
        status == 1, "the run accepts \(variant.joined(separator: " "))", sourceLocation: sourceLocation)
      #expect(printed.contains { $0.contains("✗ the notes' equation holds") }, sourceLocation: sourceLocation)
    }
  }

  /// The right numbers from another cell: with a part of an equation replaced by a formula of equal value the relation
  /// holds, but the tape has another formula, and the run fails for that alone.
  func fails(
    tapeOfEquation name: String, replacing part: String, with equal: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (notes, directive, section) = try englishNotes(at: name)
    let changed = notes.body(of: directive).map { $0.replacingOccurrences(of: part, with: equal) }
    #expect(changed != notes.body(of: directive), "'\(part)' is not in it", sourceLocation: sourceLocation)
    var lines = notes.lines
    lines.replaceSubrange(directive.block, with: changed)
    let (printed, status) = try run(section: section, notes: lines.joined(separator: "\n"))
    #expect(status == 1, sourceLocation: sourceLocation)
    let failures = printed.filter { $0.contains("✗") }
    #expect(!failures.isEmpty, sourceLocation: sourceLocation)
    #expect(
      failures.allSatisfy { $0.contains("the notes' equation = the tape's") }, "\(failures)",
      sourceLocation: sourceLocation)
  }
}

// MARK: - Breaking

/// How to make a relation another one: what to write in its place, and a factor for its right side.
private typealias Breakage = (relation: String, replacement: String, factor: String)

private let breakages: [Breakage] = [
  ("= ", "= ", "2 \\cdot "), ("\\approx ", "\\approx ", "2 \\cdot "), ("\\le ", "\\le ", "0.001 \\cdot "),
  ("\\ge ", "\\ge ", "1000 \\cdot "), ("\\lt ", "\\gt ", ""), ("\\gt ", "\\lt ", ""), ("\\ne ", "= ", ""),
]

/// Ways to break an equation: one for each relation in it.
private func broken(_ body: [String]) -> [[String]] {
  var results: [[String]] = []
  for (number, line) in body.enumerated() {
    let relations = relations(in: line)
    for (index, (range, breakage)) in relations.enumerated() {
      // Its right side ends at the next relation, or at the end of the row.
      let next =
        index + 1 < relations.count
        ? relations[index + 1].range.lowerBound : endOfRow(in: line, from: range.upperBound)
      let side = "\(breakage.replacement)\(breakage.factor)(\(line[range.upperBound..<next]))"
      var copy = body
      copy[number] = line[..<range.lowerBound] + side + " " + line[next...]
      results.append(copy)
    }
  }
  return results
}

/// Where the formula ends that goes on at `start`: at the row's `\\`, before a comment, or with the line. The rows of a matrix
/// do not count.
private func endOfRow(in line: String, from start: String.Index) -> String.Index {
  var depth = 0
  for place in line.indices[start...] {
    if line[place...].hasPrefix("\\begin{") { depth += 1 }
    if line[place...].hasPrefix("\\end{") { depth -= 1 }
    if depth == 0, [" \\\\", " \\quad", " \\text"].contains(where: line[place...].hasPrefix) { return place }
  }
  return line.endIndex
}

/// The relations of a line, in order. Those in braces are none: bounds such as t=1.
private func relations(in line: String) -> [(range: Range<String.Index>, breakage: Breakage)] {
  var found: [(range: Range<String.Index>, breakage: Breakage)] = []
  var depth = 0
  for place in line.indices {
    if line[place] == "{" { depth += 1 }
    if line[place] == "}" { depth -= 1 }
    guard depth == 0, let breakage = breakages.first(where: { line[place...].hasPrefix($0.relation) }) else { continue }
    found.append((place..<line.index(place, offsetBy: breakage.relation.count), breakage))
  }
  return found
}
