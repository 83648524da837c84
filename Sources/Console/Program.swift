// What every program of the package shares: exit statuses, error lines, the version.

import Foundation

/// The exit statuses of all programs of the package.
public enum ExitStatus {
  public static let success: Int32 = 0
  /// A check failed, or notes are out of date.
  public static let failure: Int32 = 1
  /// An argument or a file cannot be used.
  public static let badInput: Int32 = 2
}

/// Runs a program's body and exits with the status that it returns. An error that it throws is printed as one line on the
/// standard error, and the status is 2.
public func runProgram(named name: String, _ body: () throws -> Int32) -> Never {
  occupyStandardDescriptors()
  Machine.requireSupport()
  Machine.keepMemory()
  do {
    exit(try body())
  } catch {
    printError("\(name): \(oneLine("\(error)"))")
    exit(ExitStatus.badInput)
  }
}

/// The version of the book: `--version` prints it, and every JSON document contains it.
public let bookVersion = "0.1.0"
