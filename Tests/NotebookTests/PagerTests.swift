// The pager of `--read`: keys in, screens out.

import Foundation
import Testing

@testable import Notebook

@Suite struct PagerTests {
  /// Three parts of 5, 1 and 3 rows, in a window of 3 rows and the bar.
  private final class Sample {
    var asked: [Int] = []
    let parts = [["a1", "a2", "a3", "a4", "a5"], ["가나다 라마"], ["c1", "C2 needle", "c3"]]

    func pager(_ language: Language = .english, size: (columns: Int, rows: Int) = (50, 4)) throws -> Pager {
      try Pager(titles: ["A", "B", "C"], sourceCount: 9, language: language, size: size) { [self] part, width in
        asked.append(part)
        let before = parts[..<part].reduce(0) { $0 + $1.count }
        return parts[part].enumerated().map { ReadingRow(line: Line($1), source: before + $0) }
      }
    }
  }

  private func press(_ pager: inout Pager, _ keys: Key...) throws -> [String] {
    for key in keys { #expect(try pager.press(key)) }
    return try pager.screen().map(\.plain)
  }

  @Test(arguments: [Key.enter, .character(" "), .right, .down, .pageDown])
  func forwardPageByPage(_ key: Key) throws {
    let text = Sample()
    var pager = try text.pager()
    #expect(try pager.screen().map(\.plain) == ["a1", "a2", "a3", bar("A", "page 1 of 2 · 33 % · ? help")])
    #expect(try press(&pager, key) == ["a4", "a5", "", bar("A", "page 2 of 2 · 55 % · ? help")])
    // A part is asked for when the reader arrives, not before.
    #expect(text.asked == [0])
    #expect(try press(&pager, key) == ["가나다 라마", "", "", bar("B", "page 1 of 1 · 66 % · ? help")])
    #expect(try press(&pager, key).last == bar("C", "page 1 of 1 · 100 % · ? help"))
    #expect(
      try press(&pager, key) == ["c1", "C2 needle", "c3", bar("the end; q leaves", "page 1 of 1 · 100 % · ? help")])
    #expect(text.asked == [0, 1, 2])
  }

  private func bar(_ left: String, _ right: String) -> String {
    padded(" " + left, to: 50 - displayWidth(right) - 2) + " " + right
  }

  @Test(arguments: [Key.character("b"), .left, .up, .pageUp, .character("ㅠ")])
  func backPageByPage(_ key: Key) throws {
    var pager = try Sample().pager()
    #expect(try press(&pager, key).first == "a1")
    #expect(try press(&pager, .enter, .enter, key).first == "a4")
    #expect(try press(&pager, key).first == "a1")
  }

  @Test func sectionBySection() throws {
    var pager = try Sample().pager()
    #expect(try press(&pager, .enter, .character("[")).first == "a1")
    #expect(try press(&pager, .character("]"), .character("]")).first == "c1")
    #expect(try press(&pager, .character("]")).first == "c1")
    #expect(try press(&pager, .character("[")).first == "가나다 라마")
  }

  @Test(arguments: [Key.character("q"), .character("ㅂ"), .end]) func theEnd(_ key: Key) throws {
    var pager = try Sample().pager()
    #expect(try !pager.press(key))
  }

  @Test func searchFindsInWhatHasNotBeenSeen() throws {
    let text = Sample()
    var pager = try text.pager()
    for key in "/NEEDLX" { _ = try pager.press(.character(key)) }
    #expect(try press(&pager, .backspace, .character("e")).last == "/NEEDLe▏")
    #expect(try press(&pager, .enter) == ["c1", "C2 needle", "c3", bar("C", "page 1 of 1 · 100 % · ? help")])
    #expect(try pager.screen()[1].spans.contains { $0.text == "needle" && $0.style == .reversed })
    #expect(text.asked == [0, 1, 2])
  }

  @Test func searchInKoreanAndTheNextPlace() throws {
    var pager = try Sample().pager()
    for key in "/다 라" { _ = try pager.press(.character(key)) }
    #expect(try press(&pager, .enter).first == "가나다 라마")
    // The only place is found again, from the beginning.
    #expect(try press(&pager, .character("n")).first == "가나다 라마")
    #expect(try press(&pager, .character("ㅜ")).first == "가나다 라마")
    for key in "/없다" { _ = try pager.press(.character(key)) }
    #expect(try press(&pager, .enter).last?.hasPrefix(" not found: 없다") == true)
    #expect(try press(&pager, .character("/"), .character("q"), .escape).last?.hasPrefix(" B") == true)
  }

  @Test func nGoesThroughAllPlaces() throws {
    var pager = try Sample().pager(size: (50, 2))
    var seen: [String] = []
    for key in "/a" { _ = try pager.press(.character(key)) }
    seen.append(try press(&pager, .enter)[0])
    for _ in 0..<5 { seen.append(try press(&pager, .character("n"))[0]) }
    #expect(seen == ["a1", "a2", "a3", "a4", "a5", "a1"])
  }

  @Test func aTextThatIsBrokenOverLinesIsFound() {
    let rows = ["│ one two", "│ three", "three"].enumerated().map {
      ReadingRow(line: Line($1), source: $0 < 2 ? 0 : 1)
    }
    #expect(Pager.hits(of: "TWO three", in: rows) == [0])
    #expect(Pager.hits(of: "three", in: rows) == [1, 2])
    #expect(Pager.hits(of: "three three", in: rows) == [])
  }

  @Test func helpCoversThePageUntilAKey() throws {
    for (language, word) in [(Language.english, "Enter"), (.korean, "찾기")] {
      var pager = try Sample().pager(language, size: (70, 12))
      #expect(try press(&pager, .character("?")).contains { $0.contains(word) })
      #expect(try press(&pager, .character("x")).first == "a1")
    }
  }

  @Test func anotherSizeKeepsTheText() throws {
    let text = Sample()
    var pager = try text.pager()
    _ = try press(&pager, .enter)
    try pager.resize(to: (50, 3))
    #expect(try pager.screen().count == 3)
    #expect(try pager.screen().map(\.plain).contains("a4"))
    #expect(text.asked == [0])
    try pager.resize(to: (30, 3))
    #expect(text.asked == [0, 0])
    for size in [(1, 1), (20, 1), (200, 50)] {
      try pager.resize(to: size)
      let screen = try pager.screen()
      #expect(screen.count == max(2, size.1))
      #expect(screen.allSatisfy { $0.width <= max(20, size.0) })
    }
  }

  // MARK: Bytes

  @Test func bytesAreKeys() {
    var reader = KeyReader()
    #expect(reader.keys(from: Array("q \r\n".utf8)) == [.character("q"), .character(" "), .enter, .enter])
    #expect(
      reader.keys(from: Array("\u{1B}[A\u{1B}[B\u{1B}OC\u{1B}[D\u{1B}[5~\u{1B}[6~\u{1B}[1;5H".utf8))
        == [.up, .down, .right, .left, .pageUp, .pageDown])
    #expect(reader.keys(from: [0x1B]) == [.escape])
    #expect(reader.keys(from: [0x7F, 0x08, 0x0C, 0x01]) == [.backspace, .backspace, .redraw])
    #expect(reader.keys(from: Array("한é".utf8)) == [.character("한"), .character("é")])
    let letter = Array("한".utf8)
    #expect(reader.keys(from: [0x2F] + letter[..<2]) == [.character("/")])
    #expect(reader.keys(from: Array(letter[2...])) == [.character("한")])
  }
}
