// A chapter as a reader runs it, and as a reader breaks it.

import Foundation
import Reference
import Testing

@testable import Notebook

/// Runs a chapter in this process, with its own notes and files or with changed ones.
struct Trial: @unchecked Sendable, CustomTestStringConvertible {
  let subject: any Chapter.Type
  /// The chapter's folder.
  let folder: String
  /// The checkout's top folder.
  let root: String
  /// The names of the notes' equations that a run without `--full` checks.
  let equations: [String]

  init(_ subject: any Chapter.Type) {
    self.subject = subject
    let place = URL(fileURLWithPath: subject.source).deletingLastPathComponent()
    folder = place.path
    root = place.deletingLastPathComponent().deletingLastPathComponent().path
    let notes = try? Notes(path: folder + "/notes.en.md")
    equations = (notes?.directives ?? []).filter { $0.kind == .equation && !$0.isFull }.map(\.argument)
  }

  var testDescription: String { subject.name }

  func notes(_ language: Language) throws -> Notes { try Notes(path: "\(folder)/notes.\(language.rawValue).md") }

  // MARK: Running

  struct Run {
    var lines: [String] = []
    /// What the run says on stderr.
    var errors: [String] = []
    var status: Int32 = 0

    /// The lines of the checks that failed, and everything on stderr: for a test's message.
    var complaints: [String] { lines.filter { $0.contains("✗") } + errors }
  }

  /// Runs the chapter with these arguments.
  ///
  /// - Parameters:
  ///   - folder: where the notes are; the chapter's folder by default.
  ///   - root: the checkout; the chapter's own by default.
  func run(_ arguments: String..., folder: String? = nil, root: String? = nil) throws -> Run {
    try run(arguments, folder: folder, root: root)
  }

  private func run(_ arguments: [String], folder: String?, root: String?) throws -> Run {
    func run<Subject: Chapter>(_ subject: Subject.Type) throws -> Run {
      var result = Run()
      var program = try ChapterProgram(subject, folder: folder ?? self.folder, root: root ?? self.root)
      program.output = { result.lines.append($0) }
      program.errors = { result.errors.append($0) }
      result.status = try program.run(try Options(arguments), isTerminal: false)
      return result
    }
    return try run(subject)
  }

  /// A run with `--json`: its exit status, and its sections as they are parsed.
  func sections(_ arguments: String..., root: String? = nil) throws -> (status: Int32, sections: [Section]) {
    let found = try run(["--json"] + arguments, folder: nil, root: root)
    let json = Data(found.lines.joined(separator: "\n").utf8)
    return (found.status, try JSONDecoder().decode(Document.self, from: json).sections)
  }

  private struct Document: Decodable { let sections: [Section] }

  struct Section: Decodable {
    let name: String
    let checks: [Check]
  }

  struct Check: Decodable, CustomStringConvertible {
    let claim: String
    let passed: Bool
    let detail: String

    var description: String { "\(passed ? "✓" : "✗") \(claim)  \(detail)" }
  }

  // MARK: Changed notes

  /// The English notes, an equation in them, and the section in which it is.
  func englishNotes(at equation: String) throws -> (notes: Notes, directive: Notes.Directive, section: String) {
    let notes = try notes(.english)
    let directive = try #require(notes.equation(named: equation), "\(subject.name): no equation '\(equation)'")
    return (notes, directive, try #require(directive.section))
  }

  /// What the section of an equation says in English when the equation is another one.
  func run(equation name: String, _ body: [String]) throws -> Run {
    let (notes, directive, section) = try englishNotes(at: name)
    var lines = notes.lines
    lines.replaceSubrange(directive.block, with: body)
    return try inScratchFolder { scratch in
      try lines.joined(separator: "\n").write(toFile: scratch + "/notes.en.md", atomically: true, encoding: .utf8)
      return try run("--lang", "en", "--checks", "--section", section, folder: scratch)
    }
  }

  /// The run of an equation fails only because the tape has another formula.
  func failsForTheTapeAlone(
    equation name: String, _ body: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try run(equation: name, body)
    #expect(
      found.status == 1, "\(subject.name): the run accepts \(body.joined(separator: " "))",
      sourceLocation: sourceLocation)
    let failures = found.lines.filter { $0.contains("✗") }
    #expect(
      !failures.isEmpty && failures.allSatisfy { $0.contains("the notes' equation = the tape's") },
      "\(subject.name), \(name): \(failures)", sourceLocation: sourceLocation)
  }

  // MARK: Changed reference files

  /// Calls `body` with a checkout in which every number that PyTorch computed is off by a ten-thousandth. What PyTorch was
  /// given (weights, inputs, upstream gradients) is as it was.
  func withSpoiltFixtures<Result>(_ body: (String) throws -> Result) throws -> Result {
    try inScratchFolder { scratch in
      let manager = FileManager.default
      try manager.createSymbolicLink(atPath: scratch + "/chapters", withDestinationPath: root + "/chapters")
      try manager.createDirectory(atPath: scratch + "/Tests/Fixtures", withIntermediateDirectories: true)
      let folder = root + "/Tests/Fixtures"
      for name in try manager.contentsOfDirectory(atPath: folder) where name.hasSuffix(".safetensors") {
        var file = try Safetensors(contentsOf: "\(folder)/\(name)")
        for (tensor, values) in file.tensors where isComputed(tensor) {
          file.tensors[tensor]!.elements = .float64(values.doubles.map { 1.0001 * $0 + 0.0001 })
        }
        try file.write(to: "\(scratch)/Tests/Fixtures/\(name)")
      }
      return try body(scratch)
    }
  }

  private func isComputed(_ tensor: String) -> Bool {
    tensor.hasPrefix("grad.") || ["output", "h_n", "c_n", "scores", "weights", "context"].contains(tensor)
  }
}

/// Calls `body` with the path of an empty folder, which is removed afterwards.
func inScratchFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let scratch = FileManager.default.temporaryDirectory.path + "/unrolled-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: scratch) }
  return try body(scratch)
}
