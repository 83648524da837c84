import Testing

@testable import Console

@Suite struct TextWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("한글", 4), ("게이트(gate)", 12), ("c_t = f_t ⊙ c_{t−1}", 19), ("∂L/∂W", 5), ("‖h‖ ≤ √2 · ½", 12),
    ("✓ ─│└┬ ⡀⣿ ←→", 12), ("日本語", 6), ("カナ", 4), ("ｱ", 1), ("Ａ", 2), ("é", 1), ("e\u{301}", 1), ("x\u{20D7}", 1),
    ("\u{1112}\u{1161}\u{11AB}", 2), ("ㅎ", 2), ("✓\u{FE0F}", 1), ("\u{200B}", 0), ("a\u{7}b", 2), ("😀", 2), ("“”…", 3),
    ("\u{1B}[31m빨강\u{1B}[0m", 4), ("\u{1B}[48;5;17m  \u{1B}[0m", 2), ("\u{1B}]8;;http://x\u{7}link\u{1B}]8;;\u{7}", 4),
    ("10⁻³", 4), ("hₜ₋₁", 4), ("αβγσ", 4), ("−∞", 2), ("、。「」", 8), ("①", 1),
  ])
  func countsTerminalColumns(_ text: String, _ width: Int) {
    #expect(displayWidth(text) == width)
  }

  @Test func composedAndDecomposedHangulAreEquallyWide() {
    #expect(displayWidth("한") == displayWidth("\u{1112}\u{1161}\u{11AB}"))
  }

  @Test(arguments: [
    ("가", 5, TextAlignment.left, "가   "), ("가", 5, .right, "   가"), ("가", 5, .centre, " 가  "), ("abc", 2, .left, "abc"),
    ("\u{1B}[1m가\u{1B}[0m", 3, .right, " \u{1B}[1m가\u{1B}[0m"),
  ])
  func padsToColumns(_ text: String, _ width: Int, _ alignment: TextAlignment, _ expected: String) {
    #expect(padded(text, to: width, alignment: alignment) == expected)
  }

  @Test(arguments: [
    ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("한국어", 4, "한…"), ("한국어", 5, "한국…"), ("한국어", 6, "한국어"), ("ab", 1, "…"),
    ("ab", 0, ""), ("\u{1B}[1mabcd\u{1B}[0m", 3, "\u{1B}[1mab…\u{1B}[0m"),
  ])
  func cutsWithAnEllipsis(_ text: String, _ width: Int, _ expected: String) {
    #expect(truncated(text, to: width) == expected)
    #expect(displayWidth(truncated(text, to: width)) <= width)
  }
}

@Suite struct TextTableTests {
  @Test func alignsKoreanAndLatinByColumns() {
    let table = TextTable(
      headers: [["게이트", "max |Δ|", "n"]], rows: [["forget", "0.5", "1"], ["입력", "12.25", "100"], ["o", "−3", "20"]],
      alignments: [.left, .point, .right])
    #expect(
      table.lines(indentation: 2) == [
        "  게이트  max |Δ|    n",
        "  ────────────────────",
        "  forget     0.5     1",
        "  입력      12.25  100",
        "  o         −3      20",
      ])
  }

  @Test func aColumnIsAsWideAsItsWidestText() {
    let lines = TextTable(headers: [["n", "m"]], rows: [["망각 게이트", "1"], ["c", "2"]]).lines()
    #expect(lines == ["n            m", "──────────────", "망각 게이트  1", "c            2"])
  }

  @Test func decimalPointsStandInOneColumn() {
    let cells = ["1.5", "−20.125", "3", "NaN", "1.2e−05", "7e−10", "100 %"]
    let lines = TextTable(rows: cells.map { [$0, "|"] }, alignments: [.point, .left]).lines()
    #expect(Set(lines.map(displayWidth)).count == 1)
    let points = lines.compactMap { line in line.firstIndex(of: ".").map { displayWidth(String(line[..<$0])) } }
    #expect(points == [3, 3, 3])
    #expect(lines[2].hasPrefix("  3 "))
    #expect(lines[5].hasPrefix("  7e−10"))
  }

  @Test func leavesNoSpaceAtTheEndOfALine() {
    let table = TextTable(
      headers: [["a", "b"], ["", ""]], rows: [["long cell", ""], ["", "x"]], alignments: [.centre, .left])
    #expect(table.lines().allSatisfy { $0.last != " " })
    #expect(table.lines()[0] == "    a      b")
    #expect(table.lines()[2] == "────────────")
  }

  @Test func hasNoRuleWithoutHeadersOrWhenNotAskedFor() {
    #expect(TextTable(rows: [["a"]]).lines() == ["a"])
    #expect(TextTable(headers: [["h"]], rows: [["a"]], hasRule: false).lines() == ["h", "a"])
    #expect(TextTable(rows: []).lines() == [])
  }

  @Test func markdownEscapesBars() {
    let table = TextTable(
      headers: [["name", "error"], ["", "max |Δ|"]], rows: [["a|b", "1.0"], ["line\nbreak", "2"]],
      alignments: [.left, .point])
    #expect(
      table.markdown() == [
        "| name | error max \\|Δ\\| |", "| :-- | --: |", "| a\\|b | 1.0 |", "| line break | 2 |",
      ])
  }

  #if compiler(>=6.2)
    @Test func aRaggedRowTraps() async {
      await #expect(processExitsWith: .failure) {
        _ = TextTable(headers: [["a", "b"]], rows: [["1", "2"], ["3"]])
      }
    }
  #endif
}

@Suite struct NumberFormatTests {
  @Test(arguments: [
    (0.0, 3, "0"), (-0.0, 3, "0"), (1.0, 3, "1.00"), (0.3, 2, "0.30"), (0.1 + 0.2, 3, "0.300"),
    (0.1 + 0.2, 17, "0.30000000000000004"), (0.1, 20, "0.10000000000000000555"), (9.9995, 4, "9.999"),
    (9.9996, 4, "10.00"), (99.96, 3, "100"), (999.96, 3, "1000"), (0.00012345, 3, "0.000123"),
    (0.00009999, 3, "0.000100"),
    (0.00001234, 3, "1.23e−05"), (0.000099999, 3, "0.000100"), (-0.00001234, 1, "−1e−05"), (123456, 3, "123456"),
    (1_234_567, 3, "1.23e+06"), (999_999.5, 3, "1.00e+06"), (1024, 2, "1024"), (12345, 1, "1e+04"), (2.5, 1, "2"),
    (3.5, 1, "4"), (0.125, 2, "0.12"), (0.375, 2, "0.38"), (1e308, 3, "1.00e+308"),
    (.leastNonzeroMagnitude, 3, "4.94e−324"),
    (.leastNonzeroMagnitude, 1, "5e−324"), (.greatestFiniteMagnitude, 5, "1.7977e+308"),
    (2.2250738585072014e-308, 6, "2.22507e−308"),
    (.nan, 3, "NaN"), (.infinity, 3, "∞"), (-.infinity, 3, "−∞"), (-1234.5, 3, "−1234"), (-1235.5, 3, "−1236"),
    (1e22, 2, "1.0e+22"), (0.5, 1, "0.5"),
  ])
  func roundsToSignificantDigits(_ x: Double, _ digits: Int, _ expected: String) {
    #expect(NumberFormat.format(x, significant: digits) == expected)
  }

  @Test(arguments: [
    (0.0, 2, "0.00"), (-0.0, 2, "0.00"), (-0.001, 2, "0.00"), (-0.005, 2, "−0.01"), (0.5, 0, "0"), (1.5, 0, "2"),
    (2.5, 0, "2"), (-2.5, 0, "−2"), (0.25, 1, "0.2"), (0.75, 1, "0.8"), (1.005, 2, "1.00"), (2.675, 2, "2.67"),
    (9.9995, 3, "9.999"), (9.99951, 3, "10.000"), (99.9999, 2, "100.00"), (0.05, 1, "0.1"), (0.04, 0, "0"),
    (0.6, 0, "1"),
    (0.06, 0, "0"), (1e22, 0, "10000000000000000000000"), (0.1, 5, "0.10000"), (1e-10, 3, "0.000"),
    (123.456, 1, "123.5"),
    (.leastNonzeroMagnitude, 2, "0.00"), (9_007_199_254_740_992, 0, "9007199254740992"), (.nan, 2, "NaN"),
    (-.infinity, 0, "−∞"),
    (0.3, 20, "0.29999999999999998890"), (100, 2, "100.00"),
  ])
  func roundsToDecimals(_ x: Double, _ decimals: Int, _ expected: String) {
    #expect(NumberFormat.format(x, decimals: decimals) == expected)
  }

  @Test func readsBackToTheSameNumber() {
    var random = SplitMix(seed: 7)
    for _ in 0..<2000 {
      let x = Double(bitPattern: random.next())
      guard x.isFinite else { continue }
      let text = NumberFormat.format(x, significant: 17).map { $0 == "−" ? "-" : $0 }
      #expect(Double(String(text)) == x)
    }
  }

  @Test func aHalfGoesToTheEvenNeighbour() {
    for n in 0..<200 {
      // n/8 is exact, and every fourth of them a tie at two decimals or fewer.
      let text = NumberFormat.format(Double(n) / 8, decimals: 2)
      let thousandths = n * 125
      let down = thousandths / 10
      let expected = thousandths % 10 == 5 ? down + down % 2 : down
      #expect(text == "\(expected / 100).\(expected % 100 < 10 ? "0" : "")\(expected % 100)")
    }
  }
}

@Suite struct WrappingTests {
  @Test(
    arguments: [
      ("a b c", 5, 0, ["a b c"]), ("a b c", 3, 0, ["a b", "c"]), ("  aa bb cc", 7, 4, ["  aa bb", "    cc"]),
      ("가나 다라 마", 9, 2, ["가나 다라", "  마"]),
      ("가나 다라", 8, 0, ["가나", "다라"]), ("toolongaword b", 5, 1, ["toolongaword", " b"]), ("", 5, 2, [""]),
      ("  a   b", 20, 0, ["  a   b"]),
    ] as [(String, Int, Int, [String])])
  func breaksAtSpaces(_ text: String, _ width: Int, _ indentation: Int, _ lines: [String]) {
    #expect(wrapped(text, width: width, indentation: indentation) == lines)
  }
}

/// The seeded generator of these tests (Steele, Lea and Flood, 2014).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
