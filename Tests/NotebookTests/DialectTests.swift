import Foundation
import Testing

@testable import Notebook

/// What the dialect says of a chapter's notes with this text in their section, as `line: message`; the text begins on line 6.
private func findings(_ text: String, isChapter: Bool = true) -> [String] {
  let notes = Notes(path: "/nowhere/n.md", text: "# 1. A\n\n<!-- section: s -->\n## 1.1 B\n\n\(text)\n")
  return (notes.findings + notes.dialectFindings(isChapter: isChapter, number: "1", language: .korean))
    .map { "\($0.line): \($0.message)" }
}

private func file(_ text: String, number: String = "1") -> [String] {
  Notes(path: "/nowhere/n.md", text: text).dialectFindings(isChapter: true, number: number, language: .english)
    .map { "\($0.line): \($0.message)" }
}

private func expectOne(_ text: String, _ part: String, line: Int = 6, _ location: SourceLocation = #_sourceLocation) {
  let found = findings(text)
  #expect(
    found.count == 1 && found[0].hasPrefix("\(line): ") && found[0].contains(part), "\(found)", sourceLocation: location
  )
}

@Suite struct DialectFormulaTests {
  @Test(arguments: ["$$x$$", "a $x$ b", "costs $5", "$", "a $ b $`x`$"])
  func aBareDollarIsFound(_ text: String) { expectOne(text, "a bare $") }

  @Test(arguments: [
    "a $`x`$ b", "$`x`$", "($`x`$)", "- $`x`$", "> $`x`$", "**$`x`$**", "**a** $`x`$", "costs \\$5", "`$x`",
    "`` $`x`$ ``", "$`x`$와 $`y`$는",
    "‘$`x`$’", "「$`x`$」", "| $`x`$ |\n|---|\n| a |", "[^1]: $`x`$ in a footnote",
  ])
  func aFormulaThatIsWrittenRightPasses(_ text: String) { #expect(findings(text) == []) }

  @Test(arguments: ["값$`x`$", "a$`x`$", "a:$`x`$", "a/$`x`$", "`a`$`x`$"])
  func aFormulaThatTouchesWhatIsBeforeItIsFound(_ text: String) { expectOne(text, "a formula needs a space") }

  @Test func whatIsNotClosedIsFound() {
    expectOne("a $`x b", "this $` is never closed")
    expectOne("a `x b", "a code span that is never closed")
  }

  @Test(arguments: [
    "a|b", "a < b", "a > b", "\\tag{1}", "\\widetilde{h}", "\\substack{a}", "\\boxed{x}", "a \\\\[4pt] b",
    "\\begin{align}", "\\begin{equation}",
    "\\newcommand", "\\def\\x", "\\label{a}", "\\begin{array}", "가", "x_{최대}", "a} b{", "\\frac{a", "a}",
  ])
  func whatTheReadersDisagreeOnIsFoundInFormulas(_ latex: String) {
    #expect(findings("a $`\(latex)`$ b").count == 1)
    for directive in ["equation: e", "stated: r"] {
      let found = findings("<!-- \(directive) -->\n```math\nx =\n\(latex)\n```")
      #expect(found.count == 1, "\(found)")
      #expect(
        found.first?.hasPrefix(
          latex.contains("}") && !latex.hasSuffix("}") || latex == "a}" || latex == "\\frac{a" ? "" : "9: ") == true)
    }
  }

  @Test(arguments: [
    "a \\lt b \\le c \\gt d", "\\lVert x \\rVert \\mid y", "\\{ a \\}", "\\tilde{h}",
    "\\begin{bmatrix} a \\\\ b \\end{bmatrix}",
    "\\text{만약 } x", "\\lambda \\delta \\defeq", "\\begin{aligned} a &= b \\end{aligned}", "\\frac{a}{b}", "\\tagged",
  ])
  func theRestIsLeftInPeace(_ latex: String) {
    #expect(findings("a $`\(latex)`$ b") == [])
    #expect(findings("<!-- stated: r -->\n```math\n\(latex)\n```") == [])
  }

  @Test func bracesMayCloseOnALaterLine() {
    #expect(findings("<!-- stated: r -->\n```math\n\\frac{\na}{b\n}\n```") == [])
  }
}

@Suite struct DialectEmphasisTests {
  @Test(arguments: [
    "**게이트(gate)**는", "**게이트 $`f_t`$**는", "**`code`**는", "이것은 **‘인용’**이다", "**a.**b", "**끝!**하고", "*기울임(italic)*은",
    "**[링크](n.md)**는", "**\\***는", "**가 <!-- c -->**는", "**하나**와 **둘(2)**과 **셋**",
  ])
  func typeThatDoesNotEndIsFound(_ text: String) {
    let found = findings(text).filter { !$0.contains("the link leads") }
    #expect(found.count == 1 && found[0].contains("does not end"), "\(found)")
  }

  @Test(arguments: [
    "**게이트**(gate)는", "**게이트**는 **둘**이다", "**게이트(gate)** 는", "**게이트(gate)**.", "(**게이트(gate)**)", "**$`f_t`$ 게이트**는",
    "**`code`** 는",
    "**a** and *b* and ***c***", "*강조*와 **강조**", "2 * 3 * 4", "a*b*c", "* item\n* item", "`**`", "`a**b` **c**", "***",
    "* * *", "\\*\\*literal\\*\\*",
    "*여러 줄에\n걸친 강조*", "**굵게**: 설명", "- **ReLU와 leaky ReLU**는 켜져", "[**링크**](#a)", "~~지움~~", "snake_case_name", "a ~ b",
    "*The writer of the books* ___ : is",
    "$`a * b * c`$", "https://a.org/**x**", "<!-- ** -->", "> **바로잡기.** 강의",
  ])
  func typeThatIsWrittenRightPasses(_ text: String) { #expect(findings(text) == []) }

  @Test func theOtherMistakesAreFound() {
    expectOne("**bold **", "a space before closing **")
    expectOne("a ** b", "a space after opening **")
    expectOne("가**(나) 다**", "does not begin bold type")
    expectOne("a **bold", "never closed")
  }
}

@Suite struct DialectTableTests {
  @Test(arguments: [
    "| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n| :-- | --: |\n| 1 | 2 |", "|a|b|\n|:-:|-|\n|1|2|",
    "| a |\n|---|\n| x \\| y |",
    "text\n\n| |\n|---|\n\ntext", "| | a |\n|---|---|\n| `x` | $`y`$ |",
  ])
  func aTablePasses(_ text: String) { #expect(findings(text) == []) }

  @Test func aBrokenTableIsFound() {
    expectOne("| a | b |\n|---|---|\n| 1 |", "this row has 1 cells, the one above 2", line: 8)
    expectOne("| a | b |\n|---|", "this row has 1 cells", line: 7)
    expectOne("| a | b\n|---|---|", "must end with |")
    expectOne("| a |\n| b |", "second row must be")
    expectOne("| a |\n|:::|", "second row must be")
    expectOne("| a |", "second row must be")
    expectOne("text\n| a |\n|---|", "an empty line before it", line: 7)
    expectOne("| a |\n|---|\ntext", "an empty line after it", line: 8)
    expectOne("| a |\n|---|\n| x | y |", "this row has 2 cells", line: 8)
  }
}

@Suite struct DialectStructureTests {
  @Test func theStandardNotesPass() {
    for language in Language.allCases {
      #expect(
        Notes(path: "/nowhere/n.md", text: Checkout.notes(language)).dialectFindings(
          isChapter: true, number: "7", language: language
        )
        .filter { !$0.message.contains("the link leads") }.isEmpty)
    }
  }

  @Test(arguments: [
    ("# 1. A\n\n# B\n", "3: a file has one heading of the first level, this one 2"),
    ("text\n", "1: a file has one heading of the first level, this one 0"),
    ("# 1. A\n\n### B\n", "3: this heading skips a level"), ("# A\n", "1: the title must begin with '1. '"),
    ("# 2. A\n", "1: the title must begin with '1. '"),
    ("# 1. A\n\n<!-- section: s -->\n## B\n", "4: this section's heading must begin with '1.1 '"),
    ("# 1. A\n\n<!-- section: s -->\n## 1.2 B\n", "4: this section's heading must begin with '1.1 '"),
    (
      "# 1. A\n\n<!-- section: s -->\n## 1.1 B\n\n<!-- section: t -->\n## 1.10 C\n",
      "7: this section's heading must begin with '1.2 '"
    ),
    ("# 1. A\n\n##B\n", "3: a heading is written with one to six #, then a space"),
    ("# 1. A\n\n  ## B\n", "3: a heading begins at the start of its line"),
    ("# 1. A\n\nB\n---\n", "4: a line of - below text makes a heading of it: write #, or leave a line empty"),
    ("# 1. A\n\nB\n===\n", "4: a line of = below text makes a heading of it: write #, or leave a line empty"),
    ("# 1. A\n\ntext \n", "3: white space at the end of the line"), ("# 1. A\n\na\tb\n", "3: a tab: use spaces"),
    ("# 1. A\n\n```text\na \n```\n", "4: white space at the end of the line"),
    ("# 1. A\n\n\u{1112}\u{1161}\u{11AB}\n", "3: decomposed letters: write composed ones (Unicode's NFC)"),
    ("# 1. A\n\n```text\n가\u{11AB}\n```\n", "4: decomposed letters: write composed ones (Unicode's NFC)"),
    ("# 1. A\n\ne\u{301}\n", "3: decomposed letters: write composed ones (Unicode's NFC)"),
    ("# 1. A\n\na\u{7}b\n", "3: a control character"), ("# 1. A\n\na\rb\n", "3: a control character"),
    ("# 1. A\n\na\u{FEFF}b\n", "3: a byte-order mark"),
    ("# 1. A\n\n![](https://a.org/b.svg)\n", "3: the image needs a text for those who cannot see it"),
    ("# 1. A\n\n<!-- figure: f -->\n![ ](figures/f.svg)\n", "4: the image needs a text for those who cannot see it"),
  ])
  func aBrokenRuleIsFoundOnItsLine(_ text: String, _ finding: String) {
    #expect(file(text) == [finding])
  }

  @Test(arguments: [
    "# 1. A\n", "# 1. A\n\n## B\n\n### C\n\n## D\n", "# 1. A\n\ntext\n\n---\n\ntext\n",
    "# 1. A\n\n- a\n  - b\n    - c\n\n1. a\n   1. b\n", "# 1. A\n\n> quote\n> $`x`$\n",
    "# 1. A\n\n<!-- a comment of\nseveral lines with $ and `\n\n\n| and ** and 0.5 -->\n\ntext\n",
    "# 1. A\n\n````text\n```\n\n\n```\n````\n", "# 1. A\n\nsee\n#12\n",
    "# 1. A\n\na[^1]\n\n[^1]: A footnote.\n", "# 1. A\n\n<https://a.org> and https://b.org/x_y_(z).\n",
    "# 1. A\n\né Å 한국어 日本語 ∂ − …\n", "# 1. A\n\n[예쁜 친구]의 동생\n",
  ])
  func ordinaryMarkdownPasses(_ text: String) { #expect(file(text) == []) }

  /// On GitHub such a line is HTML: its emphasis, links and formulas stay as they are typed, and its paragraph is cut.
  @Test(arguments: [
    "<!-- value: v -->1<!-- /value --> of **them**", "a\n<!-- value: v -->1<!-- /value -->", "> <!-- c --> a",
    "- <!-- c --> a",
  ])
  func aLineThatBeginsWithACommentIsFound(_ text: String) {
    #expect(findings(text).filter { $0.contains("a line that begins with a comment") }.count == 1)
    #expect(findings(text.replacingOccurrences(of: "<!--", with: "a <!--")) == [])
  }

  @Test func anAccentInARunsOutputIsNoDecomposedHangul() {
    #expect(findings("```text\ng\u{302} e\u{301}\n```") == [])
  }

  @Test func chaptersFromTenOnAreNumberedToo() {
    #expect(file("# 12. A\n\n<!-- section: s -->\n## 12.1 B\n", number: "12") == [])
  }

  @Test func anEmptyFileBreaksRulesAndNothingElse() {
    #expect(file("") == ["1: a file has one heading of the first level, this one 0"])
  }
}

@Suite struct DialectLinkTests {
  @Test func aLinkToAFileThatIsThereIsFine() throws {
    let checkout = try Checkout()
    try checkout.write("a b.md", "")
    try checkout.write("x_(y).md", "")
    for target in [
      "notes.ko.md", "notes.ko.md#7-1", "../07-tiny/Chapter.swift", "../07-tiny/", "a%20b.md", "<a b.md>", "x_(y).md",
      "notes.ko.md \"title\"", "#here", "https://a.org", "mailto:a@b.org",
    ] {
      let text = "# 7. A\n\n[a](\(target)) and `[b](c)` and [`x`](\(target)).\n"
      #expect(
        Notes(path: checkout.path("n.md"), text: text).dialectFindings(isChapter: true, number: "7", language: .english)
          == [], "\(target)")
    }
  }

  @Test(arguments: [
    ("[a](nowhere.md)", "the link leads to nowhere.md, which is not there"),
    ("![a](nowhere.svg)", "the link leads to nowhere.svg"),
    ("[a [b]](nowhere.md)", "the link leads to nowhere.md"), ("[a](b", "a link without its closing bracket"),
    ("[a]()", "a link that leads nowhere"),
    ("[a](http://a.org)", "an address without https"), ("see http://a.org", "an address without https"),
    ("<http://a.org>", "an address without https"),
    ("[ref]: nowhere.md", "the link leads to nowhere.md"), ("[ref]: http://a.org", "an address without https"),
  ])
  func aLinkThatLeadsNowhereIsFound(_ text: String, _ part: String) { expectOne(text, part) }

  /// The figure's file is written by the run: where it is missing it is stale.
  @Test func aFiguresFileIsTheWeavesBusiness() {
    #expect(findings("<!-- figure: f -->\n![a](figures/f.svg)") == [])
  }
}

@Suite struct DialectDecimalTests {
  @Test(arguments: [
    "about 0.5 of it", "0.5배", "a\n0.25", "(−1.5)", "[0, 1] and 0.5 (x)", "| 0.5 |\n|---|", "> 0.5",
    "0.5 and section 1.1", "1.10",
  ])
  func aDecimalInProseIsFound(_ text: String) {
    let found = findings(text)
    #expect(found.count == 1 && found[0].contains("must come from the run"), "\(found)")
    #expect(findings(text, isChapter: false).isEmpty)
  }

  @Test(arguments: [
    "= <!-- value: v -->0.5<!-- /value -->",
    "a <!-- value: v -->0.5<!-- /value --> and <!-- value: w -->1.5<!-- /value -->배", "$`0.5`$", "`0.5`",
    "[doi 10.1109/72.279181](https://doi.org/10.1109/72.279181)",
    "https://arxiv.org/abs/1211.5063", "section 1.1 and 1.1절", "1 and 2, 3. And 4.", "### 0.5", "1,000",
    "![39.5 high](https://a.org/b.svg)",
  ])
  func aDecimalThatIsQuotedPasses(_ text: String) {
    #expect(findings(text.replacingOccurrences(of: "### 0.5", with: "### H 0.5")) == [])
  }

  @Test func onlyWhatIsBetweenTheMarksIsQuoted() {
    expectOne("= <!-- value: v -->0.5<!-- /value --> 0.6 <!-- value: v -->0.5<!-- /value -->", "0.6")
  }
}
