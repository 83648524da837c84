// `--read`: the notes with what the run printed, as plain text.

import Foundation
import Testing

@testable import Notebook

@Suite struct ReadTests {
  private func rows(_ text: String, width: Int = 60, language: Language = .english) -> [String] {
    let notes = Notes(path: "n.md", text: text)
    let renderer = NotesRenderer(
      notes: notes, transcript: Transcript(), language: language, width: width, colour: false)
    return notes.parts.flatMap { renderer.rows(of: $0).map(\.line.plain) }
  }

  @Test func everyKindOfBlockHasItsForm() throws {
    let text = """
      # 7. A *tiny* chapter

      [한국어](notes.ko.md) · [contents](../../README.md)

      Two **bold** words, *one* set apart, `code`, $`h_{t-1}`$, a [link](https://example.org) and \\$ 5:
      the state $`x_1, \\ldots, x_T`$ costs 5 * 3 * 2.

      - an item that is long enough to be broken over two lines of sixty
      - another
        that goes on

      | name | $`x_t`$ |
      |---|--:|
      | `a` | 1 |
      | **b** | 22 |

      > **Erratum.** "It is $`2 x`$."
      > It is not.

      <!-- stated: a limit -->
      ```math
      \\lim_{k \\to \\infty} a^k = 0
      ```

      ```swift
      let y = 2
        let z = 3
      ```

      <!-- a remark
      of two lines -->
      """
    let expected = """
      7. A tiny chapter
      ═════════════════

      Two bold words, one set apart, code, h_{t−1}, a link and $
      5: the state x_1, …, x_T costs 5 * 3 * 2.

      • an item that is long enough to be broken over two lines of
        sixty
      • another that goes on

      name  x_t
      ─────────
      a       1
      b      22

      ┃ Erratum. "It is 2 x." It is not.

          lim_{k → ∞} aᵏ = 0

      │ let y = 2
      │   let z = 3
      """
    #expect(rows(text).joined(separator: "\n") == expected)
  }

  @Test func styleIsShownOnlyInColour() {
    let line = Line(prose: "**a** *b* `c` **d `e`** f", numbers: [])
    #expect(line.text(colour: false) == "a b c d e f")
    let escape = "\u{1B}["
    #expect(
      line.text(colour: true)
        == "\(escape)1ma\(escape)0m \(escape)3mb\(escape)0m \(escape)36mc\(escape)0m \(escape)1md \(escape)0m"
        + "\(escape)36me\(escape)0m f")
  }

  @Test(arguments: [
    ("1 \\le k \\le 3", "1 ≤ k ≤ 3"), ("4n \\times n", "4n × n"), ("2 \\cdot \\frac{1}{2} + 1 = 2", "2 · 1/2 + 1 = 2"),
    ("\\pm 1", "±1"),
    ("h_1, \\ldots, h_T", "h_1, …, h_T"), ("\\frac{\\partial L}{\\partial h_t}", "∂L/∂h_t"),
    ("\\lim_{x \\to -\\infty} \\sigma(x) = 0, \\quad n \\to 1", "lim_{x → −∞} σ(x) = 0, n → 1"),
    ("f\\colon x \\to y", "f colon x → y"),
  ])
  func aFormulaThatNoParserReadsIsWrittenAnyway(_ latex: String, _ text: String) {
    #expect(Line(prose: "$`\(latex)`$", numbers: []).plain == text)
  }

  @Test func aTableThatIsTooWideBreaksItsCellsAndThenItsRows() {
    let table = """
      # 7. T

      | name | what it does |
      |---|---|
      | forget gate | decides how much of the cell state is kept |
      | 입력 게이트 | 후보를 얼마나 들일지 정한다 |
      """
    #expect(
      rows(table, width: 34).dropFirst(3).joined(separator: "\n") == """
        name         what it does
        ──────────────────────────────────
        forget gate  decides how much of
                     the cell state is
                     kept

        입력 게이트  후보를 얼마나 들일지
                     정한다
        """)
    #expect(rows(table, width: 16).contains("name: forget"))
  }

  /// Every chapter, without its run: nothing of Markdown, LaTeX or HTML is left, and no line is wider than the window.
  @Test(arguments: ChapterFolder.all, [40, 80, 120]) func theNotesOfTheBookFit(
    _ chapter: ChapterFolder, _ width: Int
  ) throws {
    for language in Language.allCases {
      let notes = try chapter.notes(language)
      let renderer = NotesRenderer(
        notes: notes, transcript: Transcript(), language: language, width: width, colour: false)
      for part in notes.parts {
        var isListing = false
        for row in renderer.rows(of: part) {
          let line = row.line.plain
          #expect(row.line.width <= width, "\(line)")
          isListing = notes.isFenced[row.source]
          if isListing { continue }
          for mark in ["$`", "`", "**", "<!--", "-->", "](", "\\", "|---"] {
            #expect(!line.contains(mark), "\(notes.path):\(row.source + 1): \(line)")
          }
        }
      }
    }
  }

  @Test(arguments: Language.allCases) func nothingOfTheNotesIsLost(_ language: Language) throws {
    for chapter in ChapterFolder.all {
      let notes = try chapter.notes(language)
      #expect(notes.parts.first?.lines.lowerBound == notes.headings.first?.line)
      #expect(notes.parts.last?.lines.upperBound == notes.lines.count)
      #expect(zip(notes.parts, notes.parts.dropFirst()).allSatisfy { $0.lines.upperBound == $1.lines.lowerBound })
      let sections = notes.directives.filter { $0.kind == .section }.map(\.argument)
      #expect(notes.parts.compactMap(\.section) == sections)
      let rendered = Set(notes.parts.flatMap { notes.blocks(in: $0.lines) }.flatMap { block -> [Int] in [block.line] })
      let folded = notes.directives.filter { $0.kind == .checks }.map(\.block)
      for fence in notes.fences where !folded.contains(where: { $0.contains(fence.start) }) {
        #expect(rendered.contains(fence.start))
      }
      for block in folded { #expect(rendered.contains(block.lowerBound)) }
    }
  }

  // MARK: The command

  @Test(arguments: Language.allCases) func itShowsProseAndWhatThisRunPrinted(_ language: Language) throws {
    let isKorean = language == .korean
    let checkout = try Checkout()
    let read = try checkout.run("--read", "--lang=\(language.rawValue)")
    #expect(read.status == 0 && read.errors == [])
    #expect(read.lines.first == (isKorean ? "7. 작은 장" : "7. A tiny chapter"))
    // The value and the output are the run's: the notes have not been woven yet.
    #expect(read.lines.contains(isKorean ? "절반은 0.5." : "A half is 0.5."))
    #expect(read.lines.contains(isKorean ? "  두 배:" : "  Twice as much:"))
    #expect(read.lines.contains("    y = 2 x"))
    #expect(read.lines.contains(isKorean ? "그림 7.1. 곧다." : "Figure 7.1. It is straight."))
    #expect(read.text.contains("⡠") || read.text.contains("⠤") || read.text.contains("o"))
    #expect(read.lines.last == (isKorean ? "검산 2개 통과, 0개 실패" : "2 checks passed, 0 failed"))
    for line in read.lines { #expect(displayWidth(line) <= Page.width) }
  }

  @Test func aSectionAlone() throws {
    let read = try Checkout().run("--read", "--section", "two")
    #expect(read.lines.first == "7.2 Second" && !read.text.contains("7.1"))
    #expect(read.lines.last == "1 checks passed, 0 failed")
  }

  @Test func itFailsAsARunDoes() throws {
    let checkout = try Checkout()
    try checkout.editNotes("y = 2 x", "y = 3 x")
    let read = try checkout.run("--read")
    #expect(read.status == 1 && read.text.contains("✗") && read.lines.last == "1 checks passed, 1 failed")
    let other = try Checkout { page in page.section("one") {} }
    let missing = try other.run("--read")
    #expect(missing.status == 1 && missing.hasError("never reaches the section 'two'"))
  }

  @Test func itIsPlainWhereNobodyReads() throws { #expect(try !Checkout().run("--read").text.contains("\u{1B}")) }

  /// What sections print one by one, when the reader arrives, is what the whole run prints.
  @Test func sectionsMayRunOneByOne() throws {
    let notes = Notes(path: "n.md", text: Checkout.notes(.english))
    func page(_ sections: [String?]) throws -> Page {
      let page = Page(notes: notes, root: "/", options: try Options([]), colour: false)
      for section in sections {
        page.onlySection = section
        try Checkout.standardBody(page)
      }
      return page
    }
    let (whole, single) = (try page([nil]), try page(["one", "two"]))
    for section in ["one", "two"] {
      #expect(whole.transcript.output(of: section) == single.transcript.output(of: section))
    }
    #expect(single.unvisited().isEmpty && single.transcript.checks.count == 2)
    #expect(try page(["two"]).unvisited().isEmpty == false)
  }

  @Test(arguments: [["--read", "--json"], ["--list", "--read"], ["notes", "--read"], ["--read", "check"]])
  func itGoesWithNothingElse(_ arguments: [String]) throws {
    let error = #expect(throws: BadInput.self) { try Options(arguments) }
    #expect(error?.description.contains("--read") == true)
  }
}
