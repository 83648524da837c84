// What is left of a run for the table at the end of `make`: one line a chapter, in a file that the environment names.

import Foundation

/// A chapter's run in figures.
public struct RunSummary: Sendable, Equatable {
  /// Two digits, as the chapter's folder begins.
  public var number: String
  /// The chapter's executable.
  public var name: String
  public var language: Language
  /// Checks that held, and those that did not.
  public var passed: Int
  public var failed: Int
  /// Places of the notes that the run and they do not agree on: sections and equations that only one of them has.
  public var findings: Int
  /// Display equations of the notes: checked by the run, and only stated.
  public var checked: Int
  public var stated: Int
  /// How long it took. It never enters the notes.
  public var seconds: Double

  /// The environment variable that names the file to which a run adds its line.
  public static let variable = "UNROLLED_SUMMARY"

  public init(
    number: String, name: String, language: Language, passed: Int, failed: Int, findings: Int, checked: Int,
    stated: Int, seconds: Double
  ) {
    (self.number, self.name, self.language) = (number, name, language)
    (self.passed, self.failed, self.findings) = (passed, failed, findings)
    (self.checked, self.stated, self.seconds) = (checked, stated, seconds)
  }

  /// Whether nothing failed.
  public var isGood: Bool { failed == 0 && findings == 0 }

  /// The line in the file: fields parted by tabs.
  var line: String {
    let counts = [passed, failed, findings, checked, stated].map(String.init)
    return ([number, name, language.rawValue] + counts + ["\(seconds)"]).joined(separator: "\t")
  }

  /// Reads such a line; nil where it is none.
  public init?(line: String) {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 9, let language = Language(rawValue: fields[2]), let seconds = Double(fields[8]) else {
      return nil
    }
    let counts = fields[3..<8].compactMap { Int($0) }
    guard counts.count == 5, counts.allSatisfy({ $0 >= 0 }), seconds >= 0 else { return nil }
    self.init(
      number: fields[0], name: fields[1], language: language, passed: counts[0], failed: counts[1],
      findings: counts[2], checked: counts[3], stated: counts[4], seconds: seconds)
  }

  /// Adds the line to a file, which need not be there. Throws `BadInput` where that cannot be done.
  func append(to path: String) throws {
    guard let file = fopen(path, "a") else {
      throw BadInput("cannot write \(path), which \(RunSummary.variable) names: \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    fputs(line + "\n", file)
  }
}
