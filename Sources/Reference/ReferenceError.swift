// What went wrong with a reference file, in one line.

/// What is wrong with a reference file: one line that names the file, the thing in it and what to do.
///
/// It is the only error that this module throws. Names taken from a file are escaped and shortened, so the
/// description never holds a line break, whatever the file holds.
public struct ReferenceError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }

  /// The same error, with the file it is about in front.
  func about(_ file: String) -> ReferenceError {
    ReferenceError("\(legible(file, limit: 240)): \(description)")
  }
}

/// `text` made fit for one line: control, format and separator characters escaped, and the middle left out where it
/// has more than `limit` Unicode scalars.
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

/// The first numbers of a shape or of offsets, as they stand in a message: `[2, 3]`.
func legible(_ numbers: [Int]) -> String {
  let shown = numbers.prefix(8).map(String.init) + (numbers.count > 8 ? ["…"] : [])
  return "[" + shown.joined(separator: ", ") + "]"
}
