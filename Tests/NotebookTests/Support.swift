// A chapter of nothing but what a test gives it, in a checkout that the test fills.

import Autodiff
import Foundation
import LaTeX

@testable import Notebook

/// A temporary checkout with one chapter, chapters/07-tiny.
final class Checkout {
  typealias Body = @Sendable (Page) throws -> Void

  let root: String
  var folder: String { root + "/chapters/07-tiny" }
  let body: Body

  /// What the chapter does where a test does not say otherwise.
  static let standardBody: Body = { page in
    try page.section("one") {
      page.print(Text("Twice as much:", ko: "두 배:"))
      let x = Matrix(column: [1, 2.5])
      try page.equation("double", Scope(values: ["x": x, "y": 2 * x]))
      page.table(
        [.symbols("n"), Text("value", ko: "값")], [["1", page.number("half", 0.5, decimals: 1)], ["2", "0.25"]])
      page.figure(
        "line", .lineChart(LineChart(x: .init("x"), y: .init("y"), series: [.init("a", [(0, 0), (1, 1)])])),
        title: "A line")
    }
    page.section("two") {
      page.check(Text("one is one", ko: "하나는 하나다"), true, detail: Text("surely", ko: "물론"))
    }
  }

  init(notes: Bool = true, _ body: @escaping Body = Checkout.standardBody) throws {
    root = FileManager.default.temporaryDirectory.path + "/unrolled-\(UUID().uuidString)"
    self.body = body
    try FileManager.default.createDirectory(atPath: root + "/chapters/07-tiny", withIntermediateDirectories: true)
    guard notes else { return }
    try write("notes.en.md", Checkout.notes(.english))
    try write("notes.ko.md", Checkout.notes(.korean))
    try write("Chapter.swift", "struct Tiny {\n  // begin: body\n  let x = 1\n\n    let y = 2\n  // end: body\n}\n")
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// Notes as an author leaves them for the first weaving.
  static func notes(_ language: Language) -> String {
    let isKorean = language == .korean
    return """
      # 7. \(isKorean ? "작은 장" : "A tiny chapter")

      \(isKorean ? "[English](notes.en.md)" : "[한국어](notes.ko.md)")

      <!-- section: one -->
      ## 7.1 \(isKorean ? "첫째" : "First")

      <!-- equation: double -->
      ```math
      y = 2 x
      ```

      \(isKorean ? "절반은" : "A half is") <!-- value: half -->?<!-- /value -->.

      <!-- code: Chapter.swift body -->
      ```swift
      ```

      <!-- output: one -->
      ```text
      ```

      <!-- figure: line -->
      ![\(isKorean ? "직선" : "A line")](figures/line.svg)

      \(isKorean ? "**그림 7.1.** 곧다." : "**Figure 7.1.** It is straight.")

      <!-- checks: one -->
      <details>
      </details>

      <!-- section: two -->
      ## 7.2 \(isKorean ? "둘째" : "Second")

      <!-- stated: \(isKorean ? "극한" : "a limit") -->
      ```math
      n \\to \\infty
      ```

      <!-- checks: two -->
      <details>
      </details>

      """
  }

  /// Writes a file of the chapter, or, with a path from /, of the checkout.
  func write(_ name: String, _ text: String) throws {
    let path = self.path(name)
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  func read(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

  func path(_ name: String) -> String { name.hasPrefix("/") ? root + name : folder + "/" + name }

  /// Replaces text in a file, which must have it.
  func edit(_ name: String, _ old: String, _ new: String) throws {
    let text = try read(name)
    if !text.contains(old) { throw BadInput("\(name) does not contain \(old)") }
    try write(name, text.replacingOccurrences(of: old, with: new))
  }

  /// The same edit in both languages.
  func editNotes(_ old: String, _ new: String) throws {
    for name in ["notes.en.md", "notes.ko.md"] { try edit(name, old, new) }
  }

  func files() -> [String] {
    (FileManager.default.enumerator(atPath: root)?.allObjects as? [String] ?? []).sorted()
  }

  struct Outcome {
    var status: Int32 = -1
    var lines: [String] = []
    var errors: [String] = []
    var text: String { lines.joined(separator: "\n") }
  }

  /// Runs the chapter's program.
  @discardableResult
  func run(_ arguments: String..., environment: [String: String] = [:], isTerminal: Bool = false) throws -> Outcome {
    try Bench.$source.withValue(folder + "/Chapter.swift") {
      try Bench.$body.withValue(body) {
        let heard = Heard()
        var program = try ChapterProgram(Tiny.self, workingDirectory: root)
        program.output = { heard.outcome.lines.append($0) }
        program.errors = { heard.outcome.errors.append($0) }
        program.environment = environment
        heard.outcome.status = try program.run(arguments, isTerminal: isTerminal)
        return heard.outcome
      }
    }
  }

  private final class Heard { var outcome = Outcome() }

  /// What a run throws, as its one line; nil where it throws nothing.
  func complaint(_ arguments: String...) -> String? {
    do {
      switch arguments.count {
      case 0: try run()
      case 1: try run(arguments[0])
      default: try run(arguments[0], arguments[1])
      }
      return nil
    } catch { return "\(error)" }
  }
}

private enum Bench {
  @TaskLocal static var source = ""
  @TaskLocal static var body: Checkout.Body = { _ in }
}

private struct Tiny: Chapter {
  static let number = "07"
  static let name = "tiny"
  static var source: String { Bench.source }
  func body(_ page: Page) throws { try Bench.body(page) }
}

/// A page on which a test writes inside one section, with the equations of these notes.
@discardableResult
func page(
  equations: [String: String] = [:], language: Language = .english, _ body: (Page) throws -> Void
) rethrows -> Transcript {
  var text = "# 7. Tiny\n\n<!-- section: s -->\n## 7.1 S\n"
  for (name, latex) in equations.sorted(by: { $0.key < $1.key }) {
    text += "\n<!-- equation: \(name) -->\n```math\n\(latex)\n```\n"
  }
  var options = try! Options([])
  options.language = language
  let page = Page(notes: Notes(path: "notes.md", text: text), root: "/", options: options, colour: false)
  try page.section("s") { try body(page) }
  return page.transcript
}

extension Checkout.Outcome {
  func hasError(_ parts: String...) -> Bool { errors.contains { line in parts.allSatisfy(line.contains) } }
}
