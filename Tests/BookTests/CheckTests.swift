// book docs and book check: what is well passes, and every way to break it is named with its file and line.

import Foundation
import Notebook
import Testing

@testable import book

@Suite("Errata and pages")
struct CheckTests {
  let book: SmallBook

  init() throws { book = try SmallBook() }

  /// The findings of a check that must fail.
  func findings() throws -> [String] {
    let (_, errors, status) = try book.run("check")
    #expect(status == 1, "nothing was found")
    return errors
  }

  static let both = ["en", "ko"]

  @Test func aBookThatIsWellPasses() throws {
    let (lines, errors, status) = try book.run("check", "--lang", "en")
    #expect(status == 0 && errors.isEmpty, "\(errors)")
    #expect(lines == ["book: the pages of docs/ are fresh, 3 errata of 1 chapters"])
    #expect(try book.run("docs", "--lang", "en").lines == ["the pages of docs/ are fresh"])
  }

  @Test func thePageHoldsEveryErratumWithItsNumberAndItsSection() throws {
    let page = try book.read("docs/errata.en.md")
    #expect(
      page == """
        # Errata

        [한국어](errata.ko.md)

        <!-- woven -->

        3 errata: [chapter 3](#3-tiny) (3)

        ## [3. Tiny](../chapters/03-tiny/notes.en.md)

        - [3.1](../chapters/03-tiny/notes.en.md#31-one--only-x): "It is 2." It is 3, as [below](../chapters/03-tiny/notes.en.md#31-one--only-x) and
          in the [code](../chapters/03-tiny/Chapter.swift).
        - [3.1](../chapters/03-tiny/notes.en.md#31-one--only-x): "It is even." The run: `✓ three is not two`.
        - [3.1](../chapters/03-tiny/notes.en.md#31-one--only-x): "It is 4."
          (The run checks it as the equation `three`.)

        <!-- /woven -->

        The end.

        """)
    let korean = try book.read("docs/errata.ko.md")
    #expect(korean.contains("모두 3개: [3장](#3-작은-장) (3)"))
    #expect(korean.contains("notes.ko.md#31-하나뿐인-x): “2다.” 답은 3이고,"))
    #expect(korean.contains("notes.ko.md#31-하나뿐인-x): “4다.”"))
  }

  @Test(arguments: both) func aNumberThatChangedMakesThePageStale(language: String) throws {
    try book.edit("chapters/03-tiny/notes.\(language).md", "right -->3<", "right -->5<")
    let found = try findings()
    #expect(found == ["docs/errata.\(language).md:11: stale from here on: run 'book docs'"])
    #expect(try book.run("docs").status == 0)
    #expect(try book.run("check").status == 0)
  }

  @Test func aPageEditedByHandIsStale() throws {
    try book.edit("docs/errata.en.md", "It is 2.", "It is two.")
    #expect(try findings() == ["docs/errata.en.md:11: stale from here on: run 'book docs'"])
  }

  @Test(arguments: both) func anErratumThatNothingRefutesIsAnError(language: String) throws {
    let path = "chapters/03-tiny/notes.\(language).md"
    try book.edit(path, "<!-- value: right -->3<!-- /value -->", "3")
    #expect(try findings().contains { $0.hasPrefix("\(path):8: nothing of the run refutes this erratum") })
    // The pages are not written, either.
    let (_, errors, status) = try book.run("docs")
    #expect(status == 1 && errors.last?.hasPrefix("nothing written") == true)
  }

  @Test func anEquationRefutesOnlyStraightAfterTheErratum() throws {
    for language in Self.both {
      try book.edit(
        "chapters/03-tiny/notes.\(language).md", "\n\n<!-- equation: three -->", "\n\nx\n\n<!-- equation: three -->")
    }
    #expect(try findings().contains { $0.hasPrefix("chapters/03-tiny/notes.en.md:18: nothing of the run refutes") })
  }

  @Test func aCheckThatTheOutputDoesNotHaveIsAnError() throws {
    try book.edit("chapters/03-tiny/notes.en.md", "`✓ three is not two`", "`✓ three is not four`")
    #expect(
      try findings().contains(
        "chapters/03-tiny/notes.en.md:16: the run has no check 'three is not four'"))
  }

  @Test func anErratumOfOneLanguageOnlyIsAnError() throws {
    try book.edit("chapters/03-tiny/notes.ko.md", "> **바로잡기.** \"4다.\"", "4다.")
    #expect(
      try findings().contains("chapters/03-tiny/notes.en.md:18: this erratum is not in chapters/03-tiny/notes.ko.md"))
  }

  @Test func anErratumElsewhereInTheOtherLanguageIsAnError() throws {
    try book.edit("chapters/03-tiny/notes.ko.md", "> **바로잡기.** “짝수다.” 검산: `✓ 셋은 둘이 아니다`.\n\n", "")
    try book.edit(
      "chapters/03-tiny/notes.ko.md", "<!-- checks: one -->",
      "> **바로잡기.** “짝수다.” 검산: `✓ 셋은 둘이 아니다`.\n\n<!-- checks: one -->")
    #expect(try findings().contains { $0.hasPrefix("chapters/03-tiny/notes.ko.md:11: this erratum stands elsewhere") })
  }

  @Test func anErratumWithAnotherNumberThanTheOtherLanguagesIsAnError() throws {
    try book.edit("chapters/03-tiny/notes.ko.md", "value: right", "value: other")
    #expect(
      try findings().contains {
        $0.hasPrefix("chapters/03-tiny/notes.ko.md:8: this erratum is not refuted by the same")
      })
  }

  @Test(arguments: ["> **Errata.** x", "**Erratum.** x", "> **Erratum** x", "> Erratum. x", "- **Erratum.** x"])
  func anErratumWrittenOtherwiseIsAnError(line: String) throws {
    try book.edit("chapters/03-tiny/notes.en.md", "> **Erratum.** \"It is 4.\"", line)
    #expect(
      try findings().contains("chapters/03-tiny/notes.en.md:18: an erratum begins its line with '> **Erratum.** '"))
  }

  @Test func aLineInAFenceIsNoErratum() throws {
    for language in Self.both {
      try book.edit("chapters/03-tiny/notes.\(language).md", "```math\n", "```math\n> **Erratum.** printed\n")
    }
    #expect(try book.run("check").status == 0)
  }

  @Test func aPageOfOneLanguageOnlyIsAnError() throws {
    try book.write("docs/new.en.md", "# New\n")
    try book.write("docs/neu.ko.md", "# 새것\n")
    #expect(
      try findings() == [
        "docs/neu.ko.md:1: there is no docs/neu.en.md", "docs/new.en.md:1: there is no docs/new.ko.md",
      ])
  }

  @Test func aLinkToAHeadingThatIsNotThereIsAnError() throws {
    try book.edit("README.md", "notes.en.md)", "notes.en.md), [there](chapters/03-tiny/notes.en.md#32-two)")
    #expect(
      try findings() == ["README.md:3: the link leads to #32-two, which is no heading of chapters/03-tiny/notes.en.md"])
  }

  @Test(arguments: ["README.md", "README.ko.md"]) func aChapterThatTheMapLacksIsAnError(readme: String) throws {
    try book.edit(readme, "03-tiny", "02-tiny")
    let notes = "chapters/03-tiny/notes.\(readme == "README.md" ? "en" : "ko").md"
    #expect(try findings().contains("\(readme):1: the map has no link to \(notes)"))
  }

  @Test func aLinkToAFileThatIsNotThereIsAnError() throws {
    try book.edit("docs/errata.en.md", "The end.", "The [end](../end.md), the [start](../README.md).")
    #expect(try findings() == ["docs/errata.en.md:19: the link leads to end.md, which does not exist"])
  }

  @Test func theDiagramOfTheModulesIsDrawnFromTheManifest() throws {
    let page = try book.read("docs/architecture.ko.md")
    #expect(
      page.contains(
        """
        ```text
        ┌─────────────────────────┐
        │ chapters  → Pages       │
        │ printer   → Pages, Sums │
        ├─────────────────────────┤
        │ Pages     → Sums        │
        ├─────────────────────────┤
        │ Sums                    │
        └─────────────────────────┘
        ```
        """), "\(page)")
    try book.edit("Package.swift", "name: \"Pages\", dependencies: [\"Sums\"]", "name: \"Pages\"")
    #expect(try findings().map { $0.prefix(24) } == ["docs/architecture.en.md:", "docs/architecture.ko.md:"])
  }

  @Test func aModuleThatThePageDoesNotDescribeIsAnError() throws {
    try book.edit("docs/architecture.en.md", "`Sums`", "sums")
    #expect(
      try findings() == ["docs/architecture.en.md:1: describe the module `Sums`, which Package.swift has"])
  }

  @Test func aRowOfTheMapGetsItsLinkOnceTheChapterIsThere() throws {
    try book.edit(
      "README.md", "[3. Tiny]", "| | chapter | |\n|---|---|---|\n| 03 | tiny | x |\n| 04 | later | y |\n\n[3. Tiny]")
    #expect(try findings() == ["README.md:5: stale from here on: run 'book docs'"])
    #expect(try book.run("docs").status == 0)
    #expect(
      try book.read("README.md").contains("\n| 03 | [tiny](chapters/03-tiny/notes.en.md) | x |\n| 04 | later | y |\n"))
  }

  /// How the notes or the table are changed, and the finding.
  @Test(arguments: [
    (
      "chapters/03-tiny/notes.en.md", "x = 3", "x = 3 y",
      "chapters/03-tiny/notes.en.md:22: the letter y is not in the table of docs/conventions for chapter 3"
    ),
    (
      "chapters/03-tiny/notes.en.md", "It is 2.", "$`x_m`$ is 2.",
      "chapters/03-tiny/notes.en.md:8: x_m: the table of docs/conventions gives x no such index"
    ),
    (
      "docs/conventions.en.md", "input | all |", "input | all |\n| $`x_m`$ | accuracy | 3 |",
      "docs/conventions.en.md:7: x has two meanings in chapter 3: line 6 has another for the same letter"
    ),
    (
      "docs/conventions.en.md", "input | all |", "input | all |\n| $`\\hat{y}_t`$ | answer | 3 |",
      "docs/conventions.en.md:7: chapter 3 does not use \\hat{y}"
    ),
    (
      "docs/conventions.en.md", "x_t, x`", "x_t, y`",
      "docs/conventions.en.md:6: a row has one letter with its indices, its meaning, and the chapters"
    ),
    (
      "docs/conventions.ko.md", "모두", "3",
      "docs/conventions.ko.md:6: this row differs from the one in docs/conventions.en.md"
    ),
    (
      "docs/conventions.en.md", "<!-- letters -->", "",
      "docs/conventions.en.md:1: the table below <!-- letters --> is missing"
    ),
  ])
  func aLetterHasOneMeaning(_ file: String, _ old: String, _ new: String, _ finding: String) throws {
    let book = try SmallBook()
    try book.edit(file, old, new)
    let errors = try book.run("check").errors
    #expect(errors.contains(finding), "\(errors)")
  }

  @Test func aTermInAnotherSpellingThanTheGlossarysIsAnError() throws {
    try book.edit("README.ko.md", "# 책", "# 책과 경사도 `그래디언트`")
    #expect(try findings() == ["README.ko.md:1: '경사도': the glossary's spelling is '기울기'"])
    // Inside of a word it is another word; in the programs it is what readers see.
    try book.edit("README.ko.md", "경사도", "급경사도")
    try book.write("Sources/Sums.swift", "// x\nlet text = \"그래디언트\"\n")
    #expect(try findings() == ["Sources/Sums.swift:2: '그래디언트': the glossary's spelling is '기울기'"])
  }

  @Test func theThirdLineOfTheNotesLeadsToTheChaptersAround() throws {
    for (number, name) in [("02", "before"), ("04", "after")] {
      try book.write("chapters/\(number)-\(name)/notes.en.md", "# \(number.dropFirst()). X\n\n[한국어](notes.ko.md)\n")
      try book.write("chapters/\(number)-\(name)/notes.ko.md", "# \(number.dropFirst()). X\n\n[English](notes.en.md)\n")
    }
    #expect(try findings().contains("chapters/03-tiny/notes.en.md:3: stale from here on: run 'book docs'"))
    #expect(try book.run("docs").status == 0)
    let line = try book.read("chapters/03-tiny/notes.en.md").split(separator: "\n")[1]
    #expect(
      line == "[한국어](notes.ko.md) · ← [chapter 2](../02-before/notes.en.md) · [chapter 4](../04-after/notes.en.md) → · "
        + "[all chapters](../../README.md)")
    #expect(try book.read("chapters/02-before/notes.ko.md").contains("[3장](../03-tiny/notes.ko.md) →"))
    #expect(!(try book.read("chapters/02-before/notes.ko.md").contains("←")))
  }

  @Test func whatCannotBeUsedIsOneLine() throws {
    func complaint(_ name: String, _ change: () throws -> Void) rethrows -> String {
      try change()
      do {
        _ = try book.run("check")
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      try complaint("marks") { try book.edit("docs/errata.en.md", "<!-- /woven -->", "") }
        == "docs/errata.en.md: one line '<!-- woven -->' and, after it, one line '<!-- /woven -->' are wanted")
    #expect(
      try complaint("page") { try book.remove("docs/errata.en.md") } == "there is no docs/errata.en.md to weave into")
    #expect(
      try complaint("line") { try book.edit("chapters/03-tiny/notes.en.md", "[한국어](notes.ko.md)", "See there.") }
        == "chapters/03-tiny/notes.en.md:3: the third line begins with the link to the other language, [한국어](notes.ko.md)"
    )
    #expect(try complaint("notes") { try book.remove("chapters/03-tiny/notes.ko.md") }.contains("cannot read"))
    #expect(try complaint("chapters") { try book.remove("chapters/03-tiny") }.hasPrefix("there is no chapter in"))
  }
}
