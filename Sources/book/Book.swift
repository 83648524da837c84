// book: what concerns the whole book, and no chapter alone.

import Foundation
import Notebook

@main
struct Book {
  /// Every subcommand stands in a file of its own.
  static let subcommands: [Subcommand] = [.docs, .check, .table, .exercises, .grade, .confinement]

  static func main() {
    runProgram(named: "book") {
      try Program(subcommands: subcommands).run(
        Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
    }
  }
}

/// What `book NAME …` does.
struct Subcommand: Sendable {
  /// The first argument.
  let name: String
  /// What may come after its name, for the help text.
  let usage: String
  /// What it does, for the help text: one line.
  let summary: Text
  /// Its exit status, from a call. Throws `BadInput` for arguments that cannot be used.
  let body: @Sendable (Call) throws -> Int32
}

/// What a subcommand is called with.
struct Call {
  /// Those after its name, as they are, but for `--lang`, which every subcommand has.
  let arguments: [String]
  /// The language asked for, by `--lang` or else the environment.
  let language: Language
  /// Whether `--lang` asked for it.
  let isLanguageGiven: Bool
  let environment: [String: String]
  /// The checkout's top folder.
  let root: String
  /// Where lines go, and where findings go.
  let output: (String) -> Void
  let errors: (String) -> Void

  /// Throws where there are arguments left: for subcommands that take none.
  func takesNoArguments() throws {
    guard let first = arguments.first else { return }
    throw BadInput(first.hasPrefix("-") ? "there is no option '\(first)'; --help lists them" : "what is '\(first)'?")
  }
}
