// Text files, read whole and written whole or not at all.

import Foundation

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
package func makeFolder(_ path: String) throws {
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
