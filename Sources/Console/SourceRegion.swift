// Regions of a source file: the lines between `// begin: NAME` and `// end: NAME`.

package enum SourceRegion {
  /// The lines of the two marks around a region, counted from 0. Throws `BadInput` unless there is exactly one of each, in
  /// this order.
  ///
  /// - Parameter file: the file's name, for the message.
  package static func marks(of name: String, in lines: [String], file: String) throws -> ClosedRange<Int> {
    func mark(_ which: String) throws -> Int {
      let found = lines.indices.filter { lines[$0].trimmingSpaces() == "// \(which): \(name)" }
      guard found.count == 1 else {
        throw BadInput("\(file) has \(found.count) lines '// \(which): \(name)'; one is wanted")
      }
      return found[0]
    }
    let (begin, end) = (try mark("begin"), try mark("end"))
    guard begin < end else { throw BadInput("\(file): '// end: \(name)' stands before its begin") }
    return begin...end
  }

  /// A region's lines without their common indentation, and without the marks of other regions inside it.
  package static func lines(of name: String, in source: String, file: String) throws -> [String] {
    let lines = source.lines
    let marks = try marks(of: name, in: lines, file: file)
    let inner = lines[(marks.lowerBound + 1)..<marks.upperBound].filter {
      let line = $0.trimmingSpaces()
      return !line.hasPrefix("// begin: ") && !line.hasPrefix("// end: ")
    }
    let indentation = inner.filter { !$0.trimmingSpaces().isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    return inner.map { String($0.dropFirst(indentation)) }
  }
}
