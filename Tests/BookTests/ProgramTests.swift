// The command line of book, and the table of the runs.

import Foundation
import Notebook
import Testing

@testable import book

@Suite("Command line of book")
struct ProgramTests {
  static func complaint(_ arguments: String...) -> String? {
    do {
      _ = try Program(subcommands: Book.subcommands, root: "/").run(arguments)
      return nil
    } catch { return "\(error)" }
  }

  @Test func badArgumentsAreOneLineThatNamesThem() {
    #expect(Self.complaint()?.hasPrefix("say what to do: docs, check, table") == true)
    #expect(Self.complaint("dcos")?.contains("'dcos'") == true)
    #expect(Self.complaint("--bogus")?.contains("option '--bogus'") == true)
    #expect(Self.complaint("--lang", "de", "docs") == "--lang is en or ko, not 'de'")
    #expect(Self.complaint("docs", "--lang")?.contains("--lang needs") == true)
    #expect(Self.complaint("docs", "now")?.contains("'now'") == true)
    #expect(Self.complaint("check", "--fast")?.contains("'--fast'") == true)
    #expect(Self.complaint("table")?.contains("needs the file") == true)
    #expect(Self.complaint("table", "a", "b")?.contains("one file") == true)
    #expect(Self.complaint("--help=x") == "--help takes no value")
  }

  @Test(arguments: Language.allCases)
  func theHelpNamesEverySubcommand(language: Language) throws {
    var lines: [String] = []
    var program = Program(subcommands: Book.subcommands, root: "/")
    program.output = { lines.append($0) }
    #expect(try program.run(["--help", "--lang", language.rawValue]) == 0)
    let text = lines.joined(separator: "\n")
    for subcommand in Book.subcommands { #expect(text.contains("\n  \(subcommand.name) ")) }
    #expect(text.unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) } == (language == .korean))
  }
}
