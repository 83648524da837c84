import Foundation
import Testing

@testable import Notebook

/// A chapter with a verb of its own.
private struct Talkative: Chapter {
  static let number = "07"
  static let name = "tiny"
  static let source = "/nowhere/Chapter.swift"
  static let commands = [
    ChapterCommand("say", usage: "WORD…", summary: Text("says words", ko: "단어를 말한다")) { call in
      if call.arguments.isEmpty { throw BadInput("say what?") }
      for word in call.arguments { call.output(word) }
      call.errors("\(call.folder) \(call.isTerminal) \(call.environment["X"] ?? "")")
      return 5
    }
  ]
  func body(_ page: Page) throws {}
}

@Suite struct CommandTests {
  private func run(_ arguments: String...) throws -> (lines: [String], errors: [String], status: Int32) {
    let checkout = try Checkout { _ in }
    var (lines, errors): ([String], [String]) = ([], [])
    var program = try ChapterProgram(Talkative.self, folder: checkout.folder, root: checkout.root)
    program.output = { lines.append($0) }
    program.errors = { errors.append($0.replacingOccurrences(of: checkout.folder, with: "FOLDER")) }
    program.environment = ["X": "y"]
    let status = try program.run(arguments, isTerminal: true)
    return (lines, errors, status)
  }

  @Test func aVerbOfTheChaptersOwnGetsWhatComesAfterIt() throws {
    let (lines, errors, status) = try run("say", "--help", "--section", "notes")
    #expect(lines == ["--help", "--section", "notes"] && errors == ["FOLDER true y"] && status == 5)
    #expect(throws: BadInput.self) { try run("say") }
  }

  @Test func itMustComeFirst() {
    let error = #expect(throws: BadInput.self) { try run("--lang", "ko", "say", "x") }
    #expect(error?.description == "'say' must come first, and its options after it")
    let other = #expect(throws: BadInput.self) { try run("sing") }
    #expect(
      other?.description == "there is no verb 'sing': say, notes, check or exercise, or none to run the chapter")
  }

  @Test func theHelpNamesIt() throws {
    let english = try run("--help", "--lang", "en").lines.joined(separator: "\n")
    #expect(english.contains("say WORD…") && english.contains("says words") && english.contains("--no-color"))
    #expect(try run("--help", "--lang", "ko").lines.joined(separator: "\n").contains("단어를 말한다"))
  }
}
