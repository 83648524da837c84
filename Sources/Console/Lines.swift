// Texts compared byte by byte, split into lines, and trimmed.

extension String {
  /// Whether two texts have the same UTF-8 bytes. (Swift's == also accepts composed for decomposed letters.)
  package func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  /// The lines of a text, which end in LF or CR LF. After a last line break follows one empty line.
  package var lines: [String] {
    split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
  }
}

extension StringProtocol {
  /// The text without spaces at its start and end. Other white space stays.
  package func trimmingSpaces() -> String {
    var part = self[...]
    while part.first == " " { part = part.dropFirst() }
    while part.last == " " { part = part.dropLast() }
    return String(part)
  }
}
