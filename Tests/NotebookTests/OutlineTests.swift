import Testing

@testable import Notebook

/// The outline that every chapter has: what is missing or in the wrong place is named.
@Suite struct OutlineTests {
  private static let whole = """
    # 1. Tiny

    <!-- part: question -->

    What is it?

    <!-- figure: machine -->
    ![It](figures/machine.svg)

    **Figure 1.1.** It.

    - You will know.

    <!-- part: machine -->

    <!-- section: machine -->
    ## 1.1 The machine

    <!-- equation: all -->
    ```math
    y = x
    ```

    <!-- part: by-hand -->

    <!-- section: hand -->
    ## 1.2 By hand

    <!-- part: argument -->

    <!-- section: idea -->
    ## 1.3 An idea

    Why so? Because.

    <!-- part: measured -->

    <!-- section: trial -->
    ## 1.4 A trial

    How much?

    <!-- output: trial -->
    ```text
    1
    ```

    <!-- part: framework -->

    <!-- section: torch -->
    ## 1.5 In PyTorch

    <!-- python: torch -->
    ```python
    print(1)
    ```

    <!-- part: errata -->

    <!-- section: errata -->
    ## 1.6 What people get wrong

    > **Erratum.** "No."

    <!-- part: keep -->

    ## In five lines

    - 1
    - 2
    - 3
    - 4
    - 5

    """

  private func findings(_ text: String) -> [String] {
    let notes = Notes(path: "n.md", text: text)
    #expect(notes.findings.isEmpty, "\(notes.findings)")
    return notes.outlineFindings().map(\.description)
  }

  @Test func theWholeOutlineIsFine() { #expect(findings(OutlineTests.whole) == []) }

  @Test func notesWithoutPartsAreNotAsked() { #expect(findings("# 1. Tiny\n\nWords.\n") == []) }

  /// What is replaced by what, and what is said about it.
  @Test(arguments: [
    (
      "<!-- part: keep -->\n", "",
      "n.md:3: a chapter has these parts, once and in this order: question, machine, by-hand,"
    ),
    ("part: by-hand", "part: byhand", "n.md:3: a chapter has these parts"),
    ("What is it?", "It is this.", "n.md:3: a chapter begins with a question, and none ends in '?'"),
    ("- You will know.", "You will know.", "n.md:3: here a list of what the reader will be able to do is missing"),
    ("<!-- figure: machine -->\n", "", "n.md:3: here the machine's picture is missing"),
    ("equation: all", "stated: a limit", "n.md:14: here the machine's equations are missing"),
    ("Why so? Because.", "Because. Why?\n", ""),
    ("Why so? Because.", "Because.\n\nWhy?", "n.md:31: a section begins with the question that it answers"),
    ("How much?", "Much.", "n.md:38: a section begins with the question that it answers"),
    ("<!-- python: torch -->\n", "", "n.md:48: here the lines of a framework are missing"),
    ("- 4\n- 5\n", "- 4\n", "n.md:65: here five lines to keep are wanted, not 4"),
    ("<!-- section: hand -->\n", "", "n.md:24: this part has no section"),
    ("How much?", "How much?\n\n> **Erratum.** No.", "n.md:43: errata stand together, in the part 'errata'"),
    ("text\n1\n", "text\n1\n2\n3\n4\n5\n6\n", "n.md:1: 6 of 34 visible lines are output"),
  ])
  func whatIsMissingIsNamed(_ old: String, _ new: String, _ finding: String) {
    let text = OutlineTests.whole.replacing(old, with: new, maxReplacements: 1)
    #expect(text != OutlineTests.whole)
    let found = findings(text)
    #expect(finding.isEmpty ? found.isEmpty : found.contains { $0.hasPrefix(finding) }, "\(found)")
  }

  @Test func foldedLinesAreNotVisible() {
    let text =
      "# 1. T\n\nA.\n\n<details><summary>More</summary>\n\nB.\n\n</details>\n\n<!-- output: s -->\n```text\nC\n```\n"
    let visible = Notes(path: "n.md", text: text).visibleLines
    // The title, A, and the fence with C in it.
    #expect(visible.all == 5 && visible.output == 1)
  }
}
