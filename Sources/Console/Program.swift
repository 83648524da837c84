// What every program of the package has: exit statuses, a line for errors, its version.

import Foundation

/// The exit statuses of every program of the package.
public enum ExitStatus {
  public static let success: Int32 = 0
  /// A check failed, or something is stale.
  public static let failure: Int32 = 1
  public static let badInput: Int32 = 2
}

/// Prints a line on stderr.
public func printError(_ line: String) {
  FileHandle.standardError.write(Data((line + "\n").utf8))
}

/// Runs a program's body: its status becomes the process's, and what it throws one line on stderr and status 2.
public func runProgram(named name: String, _ body: () throws -> Int32) -> Never {
  Machine.requireSupport()
  Machine.keepMemory()
  do {
    exit(try body())
  } catch {
    printError("\(name): \(oneLine("\(error)"))")
    exit(ExitStatus.badInput)
  }
}

/// The version of the book, of `--version` and of the JSON output.
public let bookVersion = "0.1.0"
