import Testing

@testable import Notebook

private func notes(_ text: String) -> Notes {
  Notes(path: "n.md", text: "# 1. A\n\n<!-- section: s -->\n## 1.1 B\n\n\(text)\n")
}

/// What differs, as `line: message` without the other file's name.
private func differences(_ english: String, _ korean: String) -> [String] {
  Notes.differences(notes(english), notes(korean)).map {
    "\($0.line): \($0.message.replacingOccurrences(of: " (compare n.md)", with: ""))"
  }
}

private func math(_ latex: String, _ directive: String = "equation: e") -> String {
  "<!-- \(directive) -->\n```math\n\(latex)\n```"
}

@Suite struct NotesLanguagesTests {
  @Test(arguments: [
    ("## C", "### C", "6: '###' stands where the other language has '##' (line 6)"),
    ("## C", "text", "7: this language lacks '##'"),
    ("text", "## C", "6: this language alone has '##'"),
    (math("x"), math("x", "stated: r"), "6: 'stated' stands where the other language has 'equation: e' (line 6)"),
    (
      math("x"), math("x", "equation: f"), "6: 'equation: f' stands where the other language has 'equation: e' (line 6)"
    ),
    (
      "\(math("x"))\n\n\(math("y", "stated: r"))", "\(math("y", "stated: r"))\n\n\(math("x"))",
      "6: 'stated' stands where the other language has 'equation: e' (line 6)"
    ),
    ("<!-- output: s -->\n```text\n```", "", "7: this language lacks 'output: s'"),
    (
      "<!-- output: s -->\n```text\n```", "<!-- output: s full -->\n```text\n```",
      "6: 'output: s full' stands where the other language has 'output: s' (line 6)"
    ),
    (math("x = y"), math("x = z"), "6: this equation differs from line 6"),
    (math("x = y", "stated: a"), math("x = -y", "stated: b"), "6: this equation differs from line 6"),
    (math("\\sigma x"), math("\\sigmax"), "6: this equation differs from line 6"),
    (math("x \\text{ if } y"), math("x \\text{ if } z"), "6: this equation differs from line 6"),
    ("a $`h_t`$", "b $`h_s`$", "6: in section 's' the formula $`h_s`$ is not in the other language"),
    ("a $`h_t`$", "b", "3: in section 's' the formula $`h_t`$ is missing, which line 6 has"),
    ("a 3", "b", "3: in section 's' the number 3 is missing, which line 6 has"),
    ("a", "b\n\n1.5", "8: in section 's' the number 1.5 is not in the other language"),
    ("a 0.5", "b −0.5", "6: in section 's' the number −0.5 is not in the other language"),
    (
      "<!-- value: v -->1<!-- /value -->", "<!-- value: w -->1<!-- /value -->",
      "6: in section 's' the value w is not in the other language"
    ),
    ("1. a 3", "1. b 4", "6: in section 's' the number 4 is not in the other language"),
  ])
  func everyKindOfDifferenceIsFoundOnItsLine(_ english: String, _ korean: String, _ finding: String) {
    #expect(differences(english, korean).contains(finding), "\(differences(english, korean))")
    #expect(differences(english, english).isEmpty && differences(korean, korean).isEmpty)
  }

  @Test(arguments: [
    ("There are 1,000 of them", "1,000개가 있다"), ("There are 1,000 of them", "1000개가 있다"), ("from 3 to 5", "3–5"),
    ("3-5", "3에서 5까지"),
    ("1. one\n2. two\n3. three", "- 하나\n- 둘\n- 셋"), ("Elman 1990, pp. 179-211", "Elman 1990, 179–211쪽"),
    ("25 %", "25%다"),
    ("−0.5 and 2", "-0.5와 2"), ("x86 and LSTM2", "한국어"), ("[a](https://x.org/12)", "[가](https://x.org/34)"),
    ("![7](a.svg)", "![7번](a.svg)"),
    ("1, 2, 3 and 4.", "1, 2, 3, 4."), ("on 2024-05-01", "2024-05-01에"), ("a <!-- 3 --> b", "가"), ("50\nsteps", "50단계"),
    (math("x = y \\quad \\text{if {a}}"), math("x = y \\quad \\text{{가}이면}")), (math("a+b"), math("a + b")),
    (math("a\n+ b"), math("a + b")),
    (math("\\sigma(x)"), math("\\sigma (x)")), (math("x", "stated: a reason"), math("x", "stated: 까닭")),
    ("the 40 layers of 40", "40층"),
    ("<!-- value: v -->1<!-- /value -->", "<!-- value: v -->2<!-- /value -->"), ("section 1.6", "1.6절"),
  ])
  func whatIsTheSameInOtherWordsIsNoDifference(_ english: String, _ korean: String) {
    #expect(differences(english, korean) == [])
    #expect(differences(korean, english).isEmpty)
  }

  @Test(
    arguments: [
      ("", []), ("1", ["1"]), ("x86", []), ("h_12", ["12"]), ("1.5.", ["1.5"]), ("1...5", ["1", "5"]),
      ("1,000,000.25", ["1000000.25"]),
      ("1,2,3", ["1", "2", "3"]), ("1,0000", ["1", "0000"]), ("−3 (−4) -5 a-6 7-8", ["−3", "−4", "−5", "6", "7", "8"]),
      ("3D", ["3"]),
      ("½ 2² ３", ["2"]), ("1e-12", ["1", "12"]), ("3개 4.5배", ["3", "4.5"]),
    ] as [(String, [String])])
  func numbersAreReadFromProse(_ text: String, _ numbers: [String]) {
    #expect(Notes.numbers(in: text) == numbers)
  }
}

@Suite struct RunLanguagesTests {
  /// The English run, and what the Korean one does differently.
  private func differences(_ english: @escaping Checkout.Body, _ korean: @escaping Checkout.Body) throws -> [String] {
    let checkout = try Checkout { page in
      try page.section("one") { try (page.language == .english ? english : korean)(page) }
    }
    let text = "# 7. T\n\n<!-- section: one -->\n## 7.1 A\n"
    try checkout.write("notes.en.md", text)
    try checkout.write("notes.ko.md", text)
    return try checkout.run("check").errors.filter { !$0.contains("this section has checks") }
  }

  @Test func whatTheRunsSayMustAgreeWordsAside() throws {
    func same(_ a: @escaping Checkout.Body, _ b: @escaping Checkout.Body) throws -> String? {
      #expect(try differences(a, a).isEmpty)
      return try differences(a, b).first.map { String($0.split(separator: ":", maxSplits: 2)[2]) }
    }
    #expect(
      try same({ $0.number("a", 1, decimals: 1) }, { $0.number("a", 2, decimals: 1) })
        == " the two runs differ in the number 'a'")
    #expect(
      try same({ $0.number("a", 1, decimals: 1) }, { $0.number("b", 1, decimals: 1) })
        == " the two runs differ in the number 'a'")
    #expect(
      try same({ $0.number("a", 1, decimals: 1) }, { _ in }) == " the two runs differ in how many numbers they give")
    #expect(
      try same({ $0.table([.symbols("n")], [["1"]]) }, { $0.table([.symbols("n")], [["2"]]) })
        == " the two runs differ in the numbers of a table")
    #expect(
      try same({ $0.print(Text("1 step", ko: "1단계")) }, { $0.print(Text("1 step", ko: "2단계")) })
        == " the two runs print different numbers in section 'one'")
    #expect(
      try same({ $0.check(.symbols("a"), true) }, { _ in }) == " the two runs differ in their checks")
  }

  @Test func anotherFigureIsADifference() throws {
    let checkout = try Checkout { page in
      try Checkout.standardBody(page)
      let end = page.language == .english ? 1.0 : 2.0
      page.section("three") {
        let series = [LineChart.Series("a", [(0, 0), (1, end)])]
        page.figure("other", .lineChart(LineChart(x: .init("x"), y: .init("y"), series: series)), title: "F")
      }
    }
    #expect(try checkout.run("check").hasError("notes.ko.md:1: the two runs differ in a figure"))
  }

  @Test func otherSectionsAreADifference() throws {
    let checkout = try Checkout { page in page.section(page.language == .english ? "one" : "two") {} }
    #expect(try checkout.run("check").hasError("notes.ko.md:1: the two runs differ in their sections"))
  }

  @Test func wordsMayDiffer() throws {
    #expect(
      try differences(
        { $0.table([Text("n", ko: "개수")], [["1 of them"]]) }, { $0.table([Text("n", ko: "개수")], [["1개"]]) }
      ).isEmpty)
  }
}
