// The error of this module: one line about a file.

/// A problem with a reference file: one line that names the file, the place in it and what to do.
///
/// This module throws no other error. Names from a file are escaped and shortened, so the description never contains a
/// line break.
public struct ReferenceError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }

  /// The same error with the name of the file before it.
  func about(_ file: String) -> ReferenceError {
    ReferenceError("\(legible(file, limit: 240)): \(description)")
  }
}

/// `text` on one line: control, format and separator characters are escaped, and the middle is left out if there are more
/// than `limit` Unicode scalars.
func legible(_ text: String, limit: Int = 64) -> String {
  let scalars = text.unicodeScalars
  guard scalars.count > limit else { return escaped(scalars) }
  return escaped(scalars.prefix(limit / 2)) + "…" + escaped(scalars.suffix(limit / 2))
}

private func escaped(_ scalars: some Sequence<Unicode.Scalar>) -> String {
  var line = ""
  for scalar in scalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
      line += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    default:
      if scalar == "\\" { line += "\\\\" } else { line.unicodeScalars.append(scalar) }
    }
  }
  return line
}

/// A shape or offsets for a message, at most the first eight numbers: `[2, 3]`.
func legible(_ numbers: [Int]) -> String {
  let shown = numbers.prefix(8).map(String.init) + (numbers.count > 8 ? ["…"] : [])
  return "[" + shown.joined(separator: ", ") + "]"
}
