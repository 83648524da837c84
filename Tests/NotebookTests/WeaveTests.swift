import Foundation
import Testing

@testable import Notebook

@Suite struct WeaveTests {
  @Test func weavingPutsInWhatTheRunSaid() throws {
    let checkout = try Checkout()
    let woven = try checkout.run("notes")
    #expect(woven.status == 0 && woven.errors.isEmpty)
    #expect(
      woven.lines == [
        "wrote chapters/07-tiny/notes.en.md", "wrote chapters/07-tiny/figures/line.svg",
        "wrote chapters/07-tiny/notes.ko.md",
      ])
    let english = try checkout.read("notes.en.md")
    #expect(english.contains("```swift\nlet x = 1\n\n  let y = 2\n```\n"))
    // The equation is not printed a second time, and the checks are folded.
    #expect(english.contains("```text\n  Twice as much:\n\n    n  value\n"))
    let folded = "<!-- checks: one -->\n<details><summary>✓ 1 check</summary>\n\n```text\n  ✓ the notes' equation holds"
    #expect(english.contains(folded))
    #expect(english.contains("  double: 1 relation\n```\n\n</details>\n\n<!-- section: two -->"))
    #expect(english.contains("A half is <!-- value: half -->0.5<!-- /value -->."))
    #expect(
      try checkout.read("notes.ko.md").contains("<details><summary>✓ 검산 1개</summary>\n\n```text\n  ✓ 노트의 수식이 성립한다"))
    #expect(try checkout.read("figures/line.svg").hasPrefix("<svg"))
    #expect(try checkout.run("check").status == 0)
    #expect(try checkout.run("check").lines == ["tiny: the notes are fresh and agree, 2 checks in each language"])
  }

  @Test func weavingTwiceChangesNothing() throws {
    let checkout = try Checkout()
    try checkout.run("notes")
    let before = checkout.files().map { (try? checkout.read("/" + $0)) ?? $0 }
    let again = try checkout.run("notes", "--lang=ko")
    #expect(again.lines == ["노트가 최신이다"])
    #expect(checkout.files().map { (try? checkout.read("/" + $0)) ?? $0 } == before)
  }

  @Test func weavingLeavesNoTemporaryFiles() throws {
    let checkout = try Checkout()
    try checkout.run("notes")
    #expect(
      checkout.files() == [
        "chapters", "chapters/07-tiny", "chapters/07-tiny/Chapter.swift", "chapters/07-tiny/figures",
        "chapters/07-tiny/figures/line.svg", "chapters/07-tiny/notes.en.md", "chapters/07-tiny/notes.ko.md",
      ])
  }

  /// What is stale, how it became so, and the line and words with which it is named.
  @Test(arguments: [
    ("notes.en.md", "0.5<", "0.6<", "chapters/07-tiny/notes.en.md:13: 'value: half' is stale: 0.6 is now 0.5"),
    ("notes.ko.md", "0.5<", "0.6<", "chapters/07-tiny/notes.ko.md:13: 'value: half' is stale: 0.6 is now 0.5"),
    ("notes.en.md", "let x = 1", "let x = 2", "chapters/07-tiny/notes.en.md:15: 'code: Chapter.swift body' is stale"),
    ("Chapter.swift", "let x = 1", "let x = 3", "chapters/07-tiny/notes.en.md:15: 'code: Chapter.swift body' is stale"),
    ("notes.en.md", "  Twice as much:\n", "", "chapters/07-tiny/notes.en.md:22: 'output: one' is stale"),
    ("notes.ko.md", "  두 배:\n", "  두 배:\n  세 배:\n", "chapters/07-tiny/notes.ko.md:22: 'output: one' is stale"),
    (
      "figures/line.svg", "<svg", "<svg ", "chapters/07-tiny/notes.en.md:32: chapters/07-tiny/figures/line.svg is stale"
    ),
  ])
  func whatIsStaleIsNamedAndThenMended(_ file: String, _ old: String, _ new: String, _ finding: String) throws {
    let checkout = try Checkout()
    try checkout.run("notes")
    try checkout.edit(file, old, new)
    let stale = try checkout.run("check")
    #expect(stale.status == 1 && stale.lines.isEmpty)
    #expect(stale.errors.contains(finding), "\(stale.errors)")
    #expect(try checkout.run("notes").status == 0)
    #expect(try checkout.run("check").status == 0)
  }

  /// Swift calls the two strings equal.
  @Test func composedAndDecomposedLettersAreTold() throws {
    let checkout = try Checkout()
    try checkout.run("notes")
    let fresh = try checkout.read("notes.ko.md")
    try checkout.edit("notes.ko.md", "  두 배:", "  두 배:".decomposedStringWithCanonicalMapping)
    #expect(try checkout.run("check").hasError("notes.ko.md:22: 'output: one' is stale"))
    try checkout.run("notes")
    #expect(try checkout.read("notes.ko.md").utf8.elementsEqual(fresh.utf8))
  }

  @Test func checkingWritesNothing() throws {
    let checkout = try Checkout()
    #expect(try checkout.run("check").status == 1)
    #expect(try checkout.read("notes.en.md") == Checkout.notes(.english))
    #expect(checkout.files().count == 5)
  }

  @Test func aMissingFigureIsDrawnAndAStrayOneNamed() throws {
    let checkout = try Checkout()
    try checkout.run("notes")
    try FileManager.default.removeItem(atPath: checkout.path("figures/line.svg"))
    try checkout.write("figures/old.svg", "<svg/>")
    let outcome = try checkout.run("check")
    #expect(outcome.status == 1 && outcome.errors.count == 2)
    #expect(outcome.hasError("notes.en.md:32: chapters/07-tiny/figures/line.svg is stale"))
    #expect(outcome.hasError("figures/old.svg:1: the run draws no such figure: delete it"))
    #expect(try checkout.run("notes").status == 1)
    try FileManager.default.removeItem(atPath: checkout.path("figures/old.svg"))
    #expect(try checkout.run("check").status == 0)
  }

  @Test func nothingIsWrittenWhereACheckFails() throws {
    let checkout = try Checkout { page in
      try Checkout.standardBody(page)
      page.section("three") { page.check(Text("no", ko: "아니다"), page.language == .english) }
    }
    try checkout.editNotes("<!-- stated", "<!-- section: three -->\n## 7.3 T\n\n<!-- stated")
    let before = try checkout.read("notes.en.md")
    let outcome = try checkout.run("notes")
    #expect(outcome.status == 1)
    #expect(outcome.hasError("chapters/07-tiny/notes.ko.md:35: a check failed: 아니다"))
    #expect(outcome.errors.last?.hasPrefix("nothing written") == true)
    #expect(try checkout.read("notes.en.md") == before)
    #expect(checkout.files().count == 5)
  }

  @Test func anEquationThatDoesNotHoldStopsTheWeaving() throws {
    let checkout = try Checkout()
    try checkout.editNotes("y = 2 x", "y = 2 x + 1")
    let outcome = try checkout.run("notes")
    #expect(outcome.status == 1 && outcome.hasError("notes.en.md:5: a check failed"))
    #expect(checkout.files().count == 5)
  }

  @Test func blocksGrowAndShrinkAroundEachOther() throws {
    let checkout = try Checkout { page in
      page.section("one") { for line in 0..<20 { page.print(.symbols("line \(line)")) } }
      page.section("two") { page.print(.symbols("short")) }
    }
    for name in ["notes.en.md", "notes.ko.md"] {
      try checkout.write(
        name,
        """
        # 7. T

        <!-- section: one -->
        ## 7.1 A

        <!-- output: two -->
        ```text
        1
        2
        3
        ```

        <!-- output: one -->
        ```text
        ```

        <!-- section: two -->
        ## 7.2 B

        <!-- output: two -->
        ```text
        old
        ```

        """)
    }
    #expect(try checkout.run("notes").status == 0)
    let text = try checkout.read("notes.en.md")
    #expect(text.contains("<!-- output: two -->\n```text\n  short\n```\n\n<!-- output: one -->\n```text\n  line 0\n"))
    #expect(
      text.hasSuffix(
        "  line 19\n```\n\n<!-- section: two -->\n## 7.2 B\n\n<!-- output: two -->\n```text\n  short\n```\n"))
    #expect(try checkout.run("check").status == 0)
  }

  @Test func everyValueOfALineAndOfEqualLinesIsWoven() throws {
    let checkout = try Checkout { page in
      page.section("one") {
        page.number("a", 1.25, decimals: 2)
        page.number("b", -3, decimals: 0)
      }
    }
    let line =
      "= <!-- value: a -->?<!-- /value --> and <!-- value: b -->a much longer text<!-- /value -->, `<!-- value: c -->`"
    let text = "# 7. T\n\n<!-- section: one -->\n## 7.1 A\n\n\(line)\n\n\(line)\n\n```text\n\(line)\n```\n\n\(line)\n"
    try checkout.write("notes.en.md", text)
    try checkout.write("notes.ko.md", text)
    let stale = try checkout.run("check").errors.filter { $0.contains("notes.en.md") }
    #expect(stale.count == 6)
    for number in [6, 8, 14] { #expect(stale.count { $0.contains("notes.en.md:\(number): ") } == 2) }
    #expect(try checkout.run("notes").status == 0)
    let woven = line.replacingOccurrences(of: "?", with: "1.25").replacingOccurrences(
      of: "a much longer text", with: "−3")
    #expect(
      try checkout.read("notes.en.md")
        == "# 7. T\n\n<!-- section: one -->\n## 7.1 A\n\n\(woven)\n\n\(woven)\n\n```text\n\(line)\n```\n\n\(woven)\n")
  }

  @Test(arguments: [
    (
      "<!-- value: half -->?<!-- /value -->", "<!-- value: half -->?",
      "notes.en.md:13: a 'value' mark lacks its partner"
    ),
    ("<!-- value: half -->", "<!-- value: third -->", "notes.en.md:13: the run has no number 'third'"),
    ("<!-- output: one -->", "<!-- output: three -->", "notes.en.md:19: the run has no section 'three'"),
    ("<!-- figure: line -->", "<!-- figure: curve -->", "notes.en.md:23: the run draws no figure 'curve'"),
    ("(figures/line.svg)", "(figures/curve.svg)", "notes.en.md:23: the image must refer to figures/line.svg"),
    ("Chapter.swift body", "Chapter.swift", "notes.en.md:15: 'code' wants a file and a region's name"),
    (
      "Chapter.swift body", "Other.swift body",
      "notes.en.md:15: there is no file Other.swift in the chapter's folder or at the top"
    ),
    (
      "Chapter.swift body", "Chapter.swift head",
      "notes.en.md:15: Chapter.swift has 0 lines '// begin: head'; one is wanted"
    ),
    ("<!-- figure: line -->\n", "", "notes.en.md:1: the run draws a figure 'line': show it"),
    (
      "<!-- section: two -->", "<!-- section: three -->", "notes.en.md:32: the run never reaches the section 'three'"
    ),
  ])
  func whatCannotBeWovenIsNamed(_ old: String, _ new: String, _ finding: String) throws {
    let checkout = try Checkout()
    try checkout.editNotes(old, new)
    for verb in ["check", "notes"] {
      let outcome = try checkout.run(verb)
      #expect(outcome.status == 1 && outcome.errors.contains("chapters/07-tiny/" + finding), "\(outcome.errors)")
    }
  }

  @Test func aLineThatWouldEndItsFenceIsNotWoven() throws {
    let checkout = try Checkout()
    try checkout.write("Chapter.swift", "  // begin: body\n  ```\n  // end: body\n")
    #expect(try checkout.run("notes").hasError("notes.en.md:15: a line that begins with ``` would end the fence"))
  }

  @Test func linesThatEndInCarriageReturnsAreMended() throws {
    let checkout = try Checkout()
    try checkout.run("notes")
    let fresh = try checkout.read("notes.en.md")
    try checkout.write("notes.en.md", fresh.replacingOccurrences(of: "\n", with: "\r\n"))
    let outcome = try checkout.run("check")
    #expect(outcome.status == 1 && outcome.errors.count == 1 && outcome.hasError("notes.en.md:1:", "CR LF"))
    try checkout.run("notes")
    #expect(try checkout.read("notes.en.md") == fresh)
  }

  // MARK: Captions

  /// A second figure comes before the first one.
  @Test func captionsAreNumberedInTheOrderOfTheFigures() throws {
    let checkout = try Checkout { page in
      try Checkout.standardBody(page)
      page.section("three") {
        let series = [LineChart.Series("b", [(0, 1), (1, 0)])]
        page.figure("fall", .lineChart(LineChart(x: .init("x"), y: .init("y"), series: series)), title: "A line")
      }
    }
    let section = "<!-- section: three -->\n## 7.3 T\n\n<!-- figure: fall full -->\n![a](figures/fall.svg)\n\n"
    let directive = "<!-- section: two"
    try checkout.edit("notes.en.md", directive, section + "**Figure ?.** Down.\n\n" + directive)
    try checkout.edit("notes.ko.md", directive, section + "**그림 1.1.** 내린다.\n\n" + directive)
    // The headings are numbered by their places.
    try checkout.editNotes("## 7.2", "## 7.x")
    try checkout.editNotes("## 7.3", "## 7.2")
    try checkout.editNotes("## 7.x", "## 7.3")
    let stale = try checkout.run("check")
    #expect(stale.hasError("notes.en.md:38: '**Figure ?.**' is stale: this is now **Figure 7.2.**"), "\(stale.errors)")
    #expect(stale.hasError("notes.ko.md:38: '**그림 1.1.**' is stale: this is now **그림 7.2.**"), "\(stale.errors)")
    #expect(try checkout.run("notes").status == 0)
    #expect(try checkout.run("check").status == 0)
    #expect(try checkout.read("notes.en.md").contains("svg)\n\n**Figure 7.2.** Down.\n"))
    #expect(try checkout.read("notes.ko.md").contains("svg)\n\n**그림 7.2.** 내린다.\n"))
    #expect(try checkout.read("notes.ko.md").contains("svg)\n\n**그림 7.1.** 곧다.\n"))
  }

  @Test(arguments: [
    ("notes.en.md", "**Figure 7.1.** It is straight.\n\n", ""),
    ("notes.ko.md", "**그림 7.1.** 곧다.\n\n", ""),
    ("notes.en.md", "**Figure 7.1.** It is", "It is"),
    ("notes.en.md", "**Figure 7.1.** It is straight.", "**Figure 7.1.**"),
    ("notes.en.md", "svg)\n\n**Figure", "svg)\n**Figure"),
    ("notes.en.md", "**Figure 7.1.**", "**그림 7.1.**"),
    ("notes.ko.md", "**그림 7.1.**", "**Figure 7.1.**"),
  ])
  func aFigureWithoutItsCaptionIsNamed(_ file: String, _ old: String, _ new: String) throws {
    let checkout = try Checkout()
    try checkout.edit(file, old, new)
    let label = file == "notes.en.md" ? "**Figure 7.1.**" : "**그림 7.1.**"
    let outcome = try checkout.run("notes")
    #expect(outcome.status == 1)
    #expect(outcome.hasError("\(file):23: this figure has no caption", label), "\(outcome.errors)")
  }

  /// The label's number comes from the run; no other number in a caption may be typed.
  @Test func aTypedDecimalInACaptionIsFound() throws {
    let checkout = try Checkout()
    try checkout.edit("notes.en.md", "**Figure 7.1.** It", "**Figure 7.1.** At 0.25 it")
    #expect(try checkout.run("check").hasError("notes.en.md:26:", "0.25 must come from the run"))
  }

  // MARK: Long trainings

  @Test func whatIsFullIsLeftAloneWithoutFull() throws {
    let checkout = try Checkout { page in
      page.section("one") {
        page.print(.symbols(page.isFull ? "long" : "short"))
        if page.isFull { page.number("deep", 2.5, decimals: 1) }
      }
    }
    for name in ["notes.en.md", "notes.ko.md"] {
      try checkout.write(
        name,
        "# 7. T\n\n<!-- section: one -->\n## 7.1 A\n\n<!-- output: one full -->\n```text\nold\n```\n\n"
          + "Deep: <!-- value: deep full -->?<!-- /value -->\n")
    }
    let before = try checkout.read("notes.en.md")
    #expect(try checkout.run("check").status == 0)
    try checkout.run("notes")
    #expect(try checkout.read("notes.en.md") == before)
    #expect(try checkout.run("check", "--full").status == 1)
    #expect(try checkout.run("notes", "--full").status == 0)
    let after = try checkout.read("notes.en.md")
    #expect(after.contains("```text\n  long\n```") && after.contains("full -->2.5<!--"))
    #expect(try checkout.run("check").status == 0 && checkout.run("check", "--full").status == 0)
  }
}

@Suite struct SharedFileTests {
  private func readme(_ language: Language) -> String {
    let isKorean = language == .korean
    return """
      # \(isKorean ? "책" : "A book")

      <!-- output: tiny/one -->
      ```text
      ```

      <!-- figure: tiny/line -->
      ![\(isKorean ? "직선" : "A line")](chapters/07-tiny/figures/line.svg)

      <!-- code: tiny/Chapter.swift body -->
      ```swift
      ```

      <!-- code: Sources/X.swift r -->
      ```swift
      ```

      <!-- equation: tiny/double -->
      ```math
      y = 2 x
      ```

      <!-- output: other/one -->
      ```text
      theirs
      ```

      = <!-- value: tiny/half -->?<!-- /value --> <!-- value: other/half -->theirs<!-- /value -->

      """
  }

  private func checkout() throws -> Checkout {
    let checkout = try Checkout()
    try checkout.write("/README.md", readme(.english))
    try checkout.write("/README.ko.md", readme(.korean))
    try checkout.write("/Sources/X.swift", "// begin: r\nlet r = 1\n// end: r\n")
    try checkout.write("/chapters/08-other/Chapter.swift", "")
    return checkout
  }

  @Test func theReadmeIsWovenInBothLanguages() throws {
    let checkout = try checkout()
    #expect(try checkout.run("check").hasError("README.ko.md:3: 'output: tiny/one' is stale"))
    #expect(try checkout.run("check").hasError("README.md:28: 'value: tiny/half' is stale: ? is now 0.5"))
    let outcome = try checkout.run("notes")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let (english, korean) = (try checkout.read("/README.md"), try checkout.read("/README.ko.md"))
    // Other pages show what a terminal does: the equation, and a line for the checks.
    #expect(english.contains("<!-- output: tiny/one -->\n```text\n  Twice as much:\n\n    y = 2 x\n"))
    #expect(english.contains("    2   0.25\n  ✓ 1 check\n```"))
    #expect(korean.contains("<!-- output: tiny/one -->\n```text\n  두 배:"))
    for text in [english, korean] {
      #expect(text.contains("```swift\nlet x = 1\n\n  let y = 2\n```") && text.contains("```swift\nlet r = 1\n```"))
      #expect(text.contains("<!-- value: tiny/half -->0.5<!-- /value -->"))
      #expect(text.contains("```text\ntheirs\n```") && text.contains("-->theirs<!--"))
    }
    #expect(try checkout.run("check").status == 0)
    #expect(try checkout.run("notes").lines == ["the notes are fresh"])
  }

  @Test(arguments: [
    ("tiny/one -->", "tiny/three -->", "the run has no section 'three'"),
    ("tiny/half", "tiny/third", "the run has no number 'third'"),
    ("tiny/line", "tiny/curve", "the run draws no figure 'curve'"),
    ("other/one", "nobody/one", "names here begin with a chapter's"),
    ("other/half", "half", "names here begin with a chapter's"),
    ("(chapters/07", "(07", "the image must refer to chapters/07-tiny/figures/line.svg"),
    ("y = 2 x", "y = 3 x", "the run checks no such equation under the name 'double'"),
    ("tiny/double", "tiny/triple", "the run checks no such equation under the name 'triple'"),
    ("Sources/X.swift", "Sources/Y.swift", "names here begin with a chapter's"),
  ])
  func whatNoChapterWouldWeaveIsNamed(_ old: String, _ new: String, _ message: String) throws {
    let checkout = try checkout()
    try checkout.run("notes")
    for name in ["/README.md", "/README.ko.md"] { try checkout.edit(name, old, new) }
    let outcome = try checkout.run("check")
    #expect(outcome.status == 1)
    #expect(outcome.hasError("README.md:", message) && outcome.hasError("README.ko.md:", message), "\(outcome.errors)")
  }

  @Test func theLanguagesOfSharedFilesAreCompared() throws {
    let checkout = try checkout()
    try checkout.write("/docs/guide.en.md", "# Guide\n\nThere are 3.\n")
    try checkout.write("/docs/guide.ko.md", "# 안내\n\n4개가 있다.\n")
    try checkout.write("/docs/alone.en.md", "# Alone\n")
    try checkout.write("/docs/lonely.ko.md", "# 혼자\n")
    try checkout.write("/docs/ko.md", "# About Korean, in English\n")
    try checkout.run("notes")
    let outcome = try checkout.run("check")
    #expect(outcome.errors.count == 4, "\(outcome.errors)")
    #expect(outcome.hasError("docs/guide.ko.md:1:", "the number 3 is missing"))
    #expect(outcome.hasError("docs/guide.ko.md:3:", "the number 4 is not in the other language"))
    #expect(outcome.hasError("docs/alone.en.md:1: this file has no Korean twin"))
    #expect(outcome.hasError("docs/lonely.ko.md:1: this file has no English twin"))
  }

  @Test func theDialectHoldsThereToo() throws {
    let checkout = try checkout()
    try checkout.write("/docs/x.md", "# X\n\na $ b\n\n0.5 is a decimal, which is no chapter's\n")
    try checkout.run("notes")
    let outcome = try checkout.run("check")
    #expect(outcome.errors.count == 1 && outcome.hasError("docs/x.md:3: a bare $"))
  }
}
