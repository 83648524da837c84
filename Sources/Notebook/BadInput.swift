// What comes from outside can be wrong. It then gets one line that names the thing and says what to do.

import Foundation

/// Something from outside (an argument, a file) that cannot be used. Programs print it on stderr and exit with status 2.
public struct BadInput: Error, CustomStringConvertible {
  /// One line.
  public let description: String

  public init(_ description: String) { self.description = oneLine(description) }
}

private func oneLine(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }

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
  do {
    try Machine.requireSupport()
    exit(try body())
  } catch {
    printError("\(name): \(oneLine("\(error)"))")
    exit(ExitStatus.badInput)
  }
}

/// What this build needs of the processor.
enum Machine {
  /// Throws where the modules were built for AVX2 and FMA and this processor lacks them: without this, the first loop
  /// would end in an illegal instruction.
  static func requireSupport() throws {
    #if NEEDS_AVX2 && os(Linux)
      guard let info = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return }
      if !supportsAVX2(info) {
        throw BadInput(
          "this build needs a processor with AVX2 and FMA and this one has not: run 'swift package clean' and build here"
        )
      }
    #endif
  }

  /// Whether a text like Linux's /proc/cpuinfo lists both.
  static func supportsAVX2(_ info: String) -> Bool {
    let flags = Set(info.split(whereSeparator: \.isWhitespace))
    return flags.contains("avx2") && flags.contains("fma")
  }
}

/// Writes a file whole or not at all: to a temporary file beside it, which then takes its name.
public func writeAtomically(_ text: String, to path: String) throws {
  let temporary = path + ".\(ProcessInfo.processInfo.processIdentifier).tmp"
  do {
    try Data(text.utf8).write(to: URL(fileURLWithPath: temporary))
    if rename(temporary, path) != 0 { throw BadInput(String(cString: strerror(errno))) }
  } catch {
    try? FileManager.default.removeItem(atPath: temporary)
    throw BadInput("cannot write \(path): \((error as? BadInput)?.description ?? error.localizedDescription)")
  }
}

/// Makes a folder and those around it; throws `BadInput` where it cannot.
func makeFolder(_ path: String) throws {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw BadInput("cannot make the folder \(path): \(error.localizedDescription)")
  }
}

/// Reads a text file; throws `BadInput` where it is missing or not UTF-8.
public func readText(_ path: String) throws -> String {
  guard let data = FileManager.default.contents(atPath: path) else {
    throw BadInput("cannot read \(path): is it there, and a file?")
  }
  guard let text = String(data: data, encoding: .utf8) else { throw BadInput("\(path) is not UTF-8") }
  return text
}
