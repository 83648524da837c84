// book: the program for everything that concerns more than one chapter.

import Foundation
import Notebook

@main
struct Book {
  /// Each is defined in a file of its own.
  static let subcommands: [Subcommand] = [.docs, .check, .table, .exercises, .grade, .confinement]

  static func main() {
    runProgram(named: "book") {
      try Program(subcommands: subcommands).run(
        Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
    }
  }
}

/// A command `book NAME …`.
struct Subcommand: Sendable {
  /// Its name, the first argument.
  let name: String
  /// Its arguments as the help text shows them.
  let usage: String
  /// Its description in the help text, one line.
  let summary: Text
  /// Runs it and returns the exit status. Throws `BadInput` for arguments or files that cannot be used.
  let body: @Sendable (Call) throws -> Int32
}

/// The input of a subcommand, and where its output goes.
struct Call {
  /// The arguments after its name, without `--lang`, which `Program` reads for every subcommand.
  let arguments: [String]
  /// The language of `--lang`, else of the environment.
  let language: Language
  /// Whether the language is from `--lang`.
  let isLanguageGiven: Bool
  let environment: [String: String]
  /// The top folder of the checkout.
  let root: String
  /// Print a line on standard output and on standard error.
  let output: (String) -> Void
  let errors: (String) -> Void

  /// Throws `BadInput` if there are arguments.
  func takesNoArguments() throws {
    guard let first = arguments.first else { return }
    throw BadInput(first.hasPrefix("-") ? "there is no option '\(first)'; --help lists them" : "what is '\(first)'?")
  }
}
