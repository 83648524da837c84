// How the project's modules stop a program that uses them wrongly.

/// Stops the program with a message unless `condition` holds.
///
/// `precondition` drops its message from optimised code, and the modules that compute are always optimised.
@inline(__always)
package func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
  if !condition { fail(message(), file: file, line: line) }
}

/// Stops the program with a message.
@inline(never)
package func fail(_ message: String, file: StaticString = #fileID, line: UInt = #line) -> Never {
  fatalError(message, file: file, line: line)
}
