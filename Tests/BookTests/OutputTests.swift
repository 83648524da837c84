// What the programs do where their output cannot be written: one line and status 2, or nothing where the reader has gone.

import Foundation
import Testing

@testable import book

@Suite("Output that cannot be written")
struct OutputTests {
  /// A program of the package.
  private static let book = Course.place.folder + "/book"

  private func shell(_ line: String) throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line.replacingOccurrences(of: "BOOK", with: "'\(Self.book)' --help")]
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    let text = [output, errors].map { String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) }
    process.waitUntilExit()
    return (process.terminationStatus, text[0], text[1])
  }

  @Test func aClosedOutputIsOneLineAndStatusTwo() throws {
    let run = try shell("BOOK >&-")
    #expect(run.status == 2 && run.errors.hasPrefix("book: cannot write to the standard output: "))
    #expect(run.errors.split(separator: "\n").count == 1)
    #expect(try shell("BOOK >&- 2>&-").status == 2)
  }

  #if os(Linux)
    @Test func aFullOutputIsOneLineAndStatusTwo() throws {
      let run = try shell("BOOK >/dev/full")
      #expect(run.status == 2 && run.errors.split(separator: "\n").count == 1)
    }
  #endif

  @Test func aReaderWhoHasGoneEndsTheProgramQuietly() throws {
    // The reader is a program that has ended when the writer begins.
    let run = try shell("trap '' PIPE; { sleep 1; BOOK; echo $? >&2; } | true")
    #expect(run.errors == "141\n" && run.output.isEmpty)
  }

  @Test func closedErrorsAndInputDoNotMatter() throws {
    let run = try shell("BOOK 2>&- <&-")
    #expect(run.status == 0 && run.output.contains("book"))
  }
}
