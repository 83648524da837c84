// A text as lines, and as bytes.

extension String {
  /// Swift's == calls composed and decomposed letters equal; a file is what its bytes are.
  package func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  /// The lines of a text, ended by LF or CR LF.
  package var lines: [String] {
    split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
  }
}

extension StringProtocol {
  package func trimmingSpaces() -> String {
    var part = self[...]
    while part.first == " " { part = part.dropFirst() }
    while part.last == " " { part = part.dropLast() }
    return String(part)
  }
}
