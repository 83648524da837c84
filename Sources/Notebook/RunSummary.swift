// One line about a run, for the table at the end of `make`. Each chapter appends it to a file that the environment names.

import Foundation

/// The numbers of a chapter's run.
public struct RunSummary: Sendable, Equatable {
  /// The two digits at the start of the chapter's folder name.
  public var number: String
  /// The name of the chapter's executable.
  public var name: String
  public var language: Language
  /// The numbers of checks that passed and that failed.
  public var passed: Int
  public var failed: Int
  /// The number of sections and equations that only the notes or only the run has.
  public var findings: Int
  /// The numbers of display equations that the run checks, and that are only stated.
  public var checked: Int
  public var stated: Int
  /// The run's wall time. The notes never contain it.
  public var seconds: Double

  /// The environment variable with the path of the file to which a run appends its line.
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

  /// The line in the file: fields separated by tabs.
  var line: String {
    let counts = [passed, failed, findings, checked, stated].map(String.init)
    return ([number, name, language.rawValue] + counts + ["\(seconds)"]).joined(separator: "\t")
  }

  /// Reads such a line; nil if it is not one.
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

  /// Appends the line to a file, which is created if it does not exist. Throws `BadInput`.
  func append(to path: String) throws {
    guard let file = fopen(path, "a") else {
      throw BadInput("cannot write \(path), which \(RunSummary.variable) names: \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    fputs(line + "\n", file)
  }
}
