// Requirements on arguments.

/// Stops the program with a message unless `condition` holds. `precondition` would lose the message in optimised
/// builds.
@inline(__always)
func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
  if !condition { fatalError(message(), file: file, line: line) }
}
