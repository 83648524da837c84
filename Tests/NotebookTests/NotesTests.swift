import Testing

@testable import Notebook

/// The findings of a text, as `line: message`.
private func findings(_ text: String) -> [String] {
  Notes(path: "n.md", text: text).findings.map { "\($0.line): \($0.message)" }
}

@Suite struct NotesTests {
  @Test func everyDirectiveFindsItsBlockAndItsSection() {
    let notes = Notes(path: "n.md", text: Checkout.notes(.korean))
    #expect(notes.findings.isEmpty)
    #expect(
      notes.directives.map(\.kind) == [
        .section, .equation, .code, .output, .figure, .checks, .section, .stated, .checks,
      ])
    #expect(
      notes.directives.map(\.argument)
        == ["one", "double", "Chapter.swift body", "one", "line", "one", "two", "극한", "two"])
    #expect(notes.directives.map(\.section) == Array(repeating: "one", count: 6) + Array(repeating: "two", count: 3))
    #expect(notes.equation(named: "double").map(notes.body) == ["y = 2 x"])
    #expect(notes.title(ofSection: "one") == "7.1 첫째")
    #expect(notes.title(ofSection: "three") == nil)
    #expect(notes.headings.map(\.level) == [1, 2, 2])
    #expect(notes.fences.map(\.info) == ["math", "swift", "text", "math"])
    for directive in notes.directives {
      #expect(notes.lines[directive.line].hasPrefix("<!-- \(directive.kind.rawValue): "))
    }
  }

  @Test func theWordFullBelongsToNamesOnly() {
    let text = """
      <!-- output: long full -->
      ```text
      ```
      <!-- stated: the sum is full -->
      ```math
      x
      ```
      <!-- equation: full -->
      ```math
      x
      ```
      """
    let notes = Notes(path: "n.md", text: text)
    #expect(notes.directives.map(\.argument) == ["long", "the sum is full", "full"])
    #expect(notes.directives.map(\.isFull) == [true, false, false])
  }

  @Test(arguments: [
    ("<!-- equation: e -->\n", "1: nothing follows this 'equation' directive"),
    ("\n<!-- equation: e -->\n\ntext", "2: after this 'equation' directive a fence of 'math' must follow"),
    ("<!-- equation: e -->\n```swift\n```", "2: the 'equation' directive above wants a fence of 'math' here"),
    ("<!-- code: a b -->\n```text\n```", "2: the 'code' directive above wants a fence of 'swift' here"),
    ("<!-- output: o -->\n```\n```", "2: the 'output' directive above wants a fence of 'text' here"),
    ("<!-- section: s -->\ntext", "1: after this 'section' directive a heading must follow"),
    ("<!-- section: s -->\n```text\n```", "2: the 'section' directive above wants a heading here"),
    ("<!-- figure: f -->\n[a](b.svg)", "1: after this 'figure' directive an image must follow"),
    ("<!-- figure: f -->\n## H", "1: after this 'figure' directive an image must follow"),
    ("<!-- output: o -->\n<!-- output: p -->\n```text\n```", "1: nothing follows this 'output' directive"),
    ("<!-- output: -->", "1: the 'output' directive needs a name"),
    ("text\n\n<!-- equatoin: e -->", "3: there is no directive 'equatoin'"),
    ("```math\nx\n```", "1: this equation has neither an 'equation' nor a 'stated' directive"),
    ("a\n\n```text\nb", "3: this fence is never closed"),
    ("<!-- section: s -->\n# A\n<!-- section: s -->\n# B", "3: a second 'section' named 's'"),
    ("<!-- equation: e -->\n```math\n```\n<!-- equation: e -->\n```math\n```", "4: a second 'equation' named 'e'"),
    ("<!-- figure: f -->\n![a](b)\n<!-- figure: f -->\n![a](b)", "3: a second 'figure' named 'f'"),
    ("a\n<!-- a comment\nof several lines", "2: this comment is never closed"),
  ])
  func whatIsWrongIsFoundOnItsLine(_ text: String, _ finding: String) {
    #expect(findings(text) == [finding])
  }

  /// A directive that nobody reads is a check that cannot fail.
  @Test(arguments: [
    "> <!-- equation: e -->", "  <!-- equation: e -->", "- <!-- output: o -->", "<!-- equation: e --> text",
    "<!--equation: e-->",
    "<!-- equation : e -->", "<!-- equation e -->", "<!-- output -->", "text <!-- figure: f -->", "<!--value: x-->1",
    "<!-- value x -->1", "<!--/value-->", "<!-- value: -->1",
  ])
  func aDirectiveThatNobodyReadsIsFound(_ line: String) {
    #expect(findings("a\n\n\(line)").count == 1)
    #expect(findings("a\n\n\(line)").first?.hasPrefix("3: ") == true)
    #expect(findings("```text\n\(line)\n```") == [])
    #expect(findings("`` \(line) ``") == [])
  }

  @Test(arguments: [
    "<!-- a note -->", "<!-- figure out later on -->", "<!---->", "<!-- value of it all -->", "<!--\nequation\n-->",
  ])
  func otherCommentsAreLeftInPeace(_ text: String) {
    #expect(findings("a\n\n\(text)\n\nb").isEmpty)
  }

  @Test(arguments: [
    "> ```math\n> x\n> ```", "- ```math\n  x\n  ```", "  ```math\n  x\n  ```", "~~~math\nx\n~~~",
    "1. ```text\n   x\n   ```",
  ])
  func aFenceInAQuoteOrListIsFound(_ text: String) {
    let found = findings("<!-- stated: r -->\n" + text).filter { $0.contains("a fence begins its line") }
    #expect(found.count == 1 && found[0].hasPrefix("2: "))
  }

  @Test func whatIsInAFenceIsNoDirectiveAndNoHeading() {
    let notes = Notes(path: "n.md", text: "````text\n# A\n<!-- section: s -->\n```\n<!-- bad: x -->\n````\n# B\n")
    #expect(notes.directives.isEmpty && notes.findings.isEmpty)
    #expect(notes.headings.map(\.text) == ["B"])
    #expect(notes.isFenced == [true, true, true, true, true, true, false, false])
  }

  @Test(arguments: ["```", "  ```", "   ````  "])
  func aFenceIsEndedByItsMarksAlone(_ end: String) {
    let notes = Notes(path: "n.md", text: "```text\n> ```\n- ```\n    ```\n```swift\n``\n\(end)\n# B\n")
    #expect(notes.fences.map(\.end) == [6])
    #expect(notes.headings.map(\.line) == [7])
  }

  @Test func whatIsInACommentIsNoDirectiveAndNoHeading() {
    let notes = Notes(path: "n.md", text: "a <!-- x\n# A\n<!-- section: s\n-->\n# B\n")
    #expect(notes.headings.map(\.text) == ["B"])
    #expect(notes.isProse == [true, false, false, false, true, true])
    #expect(notes.findings.isEmpty)
  }

  @Test func aCodeSpanOfThreeBackticksOpensNoFence() {
    #expect(findings("```x``` is code\n\ntext").isEmpty)
  }

  @Test func linesThatEndInCarriageReturnsAreReadAndFound() {
    let text = Checkout.notes(.korean).replacingOccurrences(of: "\n", with: "\r\n")
    let notes = Notes(path: "n.md", text: text)
    #expect(notes.findings.map(\.line) == [1])
    #expect(notes.findings.first?.message.contains("CR LF") == true)
    #expect(notes.lines == Checkout.notes(.korean).lines)
    #expect(notes.directives.count == 9)
  }

  @Test func anEmptyFileHasNothing() {
    let notes = Notes(path: "n.md", text: "")
    #expect(notes.directives.isEmpty && notes.headings.isEmpty && notes.findings.isEmpty)
    #expect(notes.lines == [""])
  }

  @Test func severalValuesOnALineAreRead() {
    let line = "값은 <!-- value: a -->1<!-- /value -->, <!-- value: b full -->−2.5 한<!-- /value -->이다"
    let (values, isComplete) = Notes.values(in: line)
    #expect(isComplete)
    #expect(values.map(\.name) == ["a", "b"])
    #expect(values.map(\.isFull) == [false, true])
    #expect(values.map(\.text) == ["1", "−2.5 한"])
    #expect(values.map { String(line[$0.range]) } == values.map(\.text))
  }

  @Test(arguments: [
    "<!-- value: a -->1", "1<!-- /value -->", "<!-- value: a -->1<!-- value: b -->2<!-- /value -->",
    "<!-- value: a -->1<!-- /value --><!-- /value -->",
  ])
  func aValueMarkWithoutItsPartnerIsSeen(_ line: String) {
    #expect(!Notes.values(in: line).isComplete)
    #expect(Notes.values(in: "`\(line)`").isComplete)
  }
}

@Suite struct InlineTests {
  private func kinds(_ line: String) -> [String] {
    let inline = Inline(line)
    return inline.parts.map { "\($0.kind) \(inline[$0])" }
  }

  @Test func takesALineApart() {
    #expect(
      kinds("값 $`h_t`$와 `a|b` \\$5 <!-- c --> [링크](x.md) https://a.org/b를") == [
        "text 값 ", "formula $`h_t`$", "text 와 ", "code `a|b`", "text  ", "escape \\$", "text 5 ", "comment <!-- c -->",
        "text  [링크", "target ](x.md)", "text  ", "address https://a.org/b", "text 를",
      ])
  }

  @Test(arguments: ["`a``b`", "`` a`b ``", "``` `` ```", "`$`", "`<!-- x`"])
  func aCodeSpanEndsAtAsManyBackticks(_ code: String) {
    #expect(kinds("\(code)!") == ["code \(code)", "text !"])
  }

  @Test(arguments: [
    ("[a](https://x.org/y_(z))", "https://x.org/y_(z)"), ("[a](b.md \"title\")", "b.md"), ("[a [b]](c)", "c"),
    ("[a](<b c.md>)", "b c.md"), ("[`](`](d)", "d"), ("![a](e.svg)", "e.svg"), ("[a]()", ""),
  ])
  func aLinkLeadsWhereItSays(_ line: String, _ target: String) {
    #expect(Inline(line).links.map(\.target) == [target])
  }

  @Test func everyPartOfALineIsOneOfItsParts() {
    for line in ["", "a", "`a", "$`a", "<!-- a", "[a](b", "\\", "``", "**a** ]( $", "<http", "$`a`$`b`", "한국어 `코드"] {
      let inline = Inline(line)
      #expect(inline.parts.map { inline[$0] }.joined() == line)
    }
    #expect(Inline("<!-- a").opensComment && !Inline("<!-- a -->").opensComment && !Inline("`<!-- a`").opensComment)
  }
}
