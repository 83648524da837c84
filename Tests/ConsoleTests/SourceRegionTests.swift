// The lines between two marks of a source file.

import Console
import Foundation
import Testing

@Suite struct SourceRegionTests {
  private let source =
    "a\n  // begin: outer\n  b\n    // begin: inner\n    c\n    // end: inner\n\n  d\n  // end: outer\n"

  @Test func aRegionLosesItsIndentationAndTheMarksInside() throws {
    #expect(try SourceRegion.lines(of: "outer", in: source, file: "F") == ["b", "  c", "", "d"])
    #expect(try SourceRegion.lines(of: "inner", in: source, file: "F") == ["c"])
    #expect(
      try SourceRegion.lines(of: "outer", in: source.replacingOccurrences(of: "\n", with: "\r\n"), file: "F").count == 4
    )
  }

  @Test(arguments: [
    ("// begin: r\na", "F has 0 lines '// end: r'; one is wanted"),
    ("a\n// end: r", "F has 0 lines '// begin: r'; one is wanted"),
    ("// begin: r\n// begin: r\n// end: r", "F has 2 lines '// begin: r'; one is wanted"),
    ("// begin: r\n// end: r\n// end: r", "F has 2 lines '// end: r'; one is wanted"),
    ("// end: r\n// begin: r", "F: '// end: r' stands before its begin"),
    ("// begin: rr\n// end: rr", "F has 0 lines '// begin: r'; one is wanted"),
  ])
  func aRegionWithoutItsTwoMarksIsBadInput(_ source: String, _ message: String) {
    let error = #expect(throws: BadInput.self) { try SourceRegion.lines(of: "r", in: source, file: "F") }
    #expect(error?.description == message)
  }
}
