// A chapter: its run, its notes, its exercises, and the verbs that only this chapter has.

import Foundation

/// A chapter of the book. A conforming type marked `@main` is the chapter's executable.
public protocol Chapter {
  init()
  /// The two digits at the start of its folder's name: "01".
  static var number: String { get }
  /// The executable's name: "vanishing-gradient".
  static var name: String { get }
  /// The path of the file that declares the type, `#filePath`: the notes are in the same folder.
  static var source: String { get }
  /// Verbs that only this chapter has. None by default.
  static var commands: [ChapterCommand] { get }
  /// The exercises, in the order in which students do them. None by default.
  static var exercises: [Exercise] { get }
  /// The run: writes the chapter's sections on the page. It is called once per language.
  func body(_ page: Page) throws
}

/// A verb that only one chapter has: `swift run CHAPTER NAME …`.
public struct ChapterCommand: Sendable {
  /// The verb: the first argument on the command line.
  public let name: String
  /// The arguments that may follow it, for the help text.
  public let usage: String
  /// What it does, for the help text, in one line.
  public let summary: Text
  /// Runs it and returns the exit status. Throws `BadInput` for arguments that cannot be used.
  public let body: @Sendable (ChapterCall) throws -> Int32

  public init(
    _ name: String, usage: String, summary: Text, body: @escaping @Sendable (ChapterCall) throws -> Int32
  ) {
    self.name = name
    self.usage = usage
    self.summary = summary
    self.body = body
  }
}

/// The context in which a chapter's own verb runs.
public struct ChapterCall {
  /// The arguments after the verb, unchanged.
  public let arguments: [String]
  public let environment: [String: String]
  /// The chapter's folder.
  public let folder: String
  /// Whether the output is a terminal that shows colour and figures.
  public let isTerminal: Bool
  /// Prints a line on the standard output, and on the standard error.
  public let output: (String) -> Void
  public let errors: (String) -> Void
}

extension Chapter {
  public static var commands: [ChapterCommand] { [] }
  public static var exercises: [Exercise] { [] }

  /// The executable's main function. Exit status: 0; 1 if a check failed or the notes are out of date; 2 for input that cannot
  /// be used.
  public static func main() {
    runProgram(named: name) {
      let environment = ProcessInfo.processInfo.environment
      var program = try ChapterProgram(Self.self)
      program.environment = environment
      program.summaryPath = environment[RunSummary.variable]
      if program.summaryPath == "" { throw BadInput("\(RunSummary.variable) is empty: name a file, or unset it") }
      return try program.run(
        Array(CommandLine.arguments.dropFirst()),
        isTerminal: isatty(STDOUT_FILENO) == 1 && !["", "dumb"].contains(environment["TERM"] ?? ""))
    }
  }
}
