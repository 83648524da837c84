import Autodiff
import Foundation
import LaTeX
import Testing

@testable import Notebook

@Suite struct RunTests {
  @Test func sectionsPrintTheHeadingsOfTheNotes() throws {
    let english = try Checkout().run()
    #expect(english.status == 0 && english.errors.isEmpty)
    #expect(english.lines.first == "7. A tiny chapter")
    #expect(english.lines.contains("7.1 First") && english.lines.contains("7.2 Second"))
    #expect(english.lines.contains("    y = 2 x"))
    let korean = try Checkout().run("--lang=ko")
    #expect(korean.lines.first == "7. 작은 장")
    #expect(korean.lines.contains("7.1 첫째") && korean.lines.contains("7.2 둘째"))
  }

  @Test func theLastLineCountsTheChecks() throws {
    let checkout = try Checkout()
    #expect(
      try checkout.run().lines.suffix(2) == [
        "2 equations in the notes: 1 checked, 1 stated", "2 checks passed, 0 failed",
      ])
    #expect(
      try checkout.run("--lang", "ko").lines.suffix(2) == ["노트의 수식 2개: 검산 1개, 서술 1개", "검산 2개 통과, 0개 실패"])
  }

  @Test func oneSectionIsRunAlone() throws {
    let checkout = try Checkout()
    let two = try checkout.run("--section", "two")
    #expect(two.status == 0)
    #expect(
      two.lines == ["7. A tiny chapter", "", "7.2 Second", "  ✓ 1 check", "", "1 checks passed, 0 failed"])
    let lines = try checkout.run("--section", "two", "--checks", "--lang", "ko").lines
    #expect(lines[3...] == ["  ✓ 하나는 하나다                                  물론", "", "검산 1개 통과, 0개 실패"])
    #expect(checkout.complaint("--section", "three") == "there is no section 'three'; there are: one, two")
  }

  @Test func aFailureIsShownInFull() throws {
    let checkout = try Checkout { page in
      page.section("one") {
        for value in 1...3 {
          page.check(Text("it is not 2", ko: "2가 아니다"), value != 2, detail: .symbols("it is \(value)"))
        }
      }
    }
    let lines = try checkout.run("--section", "one").lines
    #expect(lines[3...4] == ["  ✗ it is not 2                                    it is 2", "  ✗ 1 failed, 2 passed"])
    let read = try checkout.run("--section", "one", "--read").text
    #expect(read.contains("✗ it is not 2") && read.contains("✗ 1 failed, 2 passed") && !read.contains("it is 3"))
  }

  @Test func theListNamesTheSectionsInTheirOrder() throws {
    #expect(try Checkout().run("--list").lines == ["one  7.1 First", "two  7.2 Second"])
    #expect(try Checkout().run("--list", "--lang=ko").lines == ["one  7.1 첫째", "two  7.2 둘째"])
  }

  @Test func helpAndVersionRunNothing() throws {
    let checkout = try Checkout { _ in throw BadInput("the body ran") }
    #expect(try checkout.run("--help").text.hasPrefix("7. A tiny chapter\n\nswift run tiny"))
    #expect(try checkout.run("--help", "--lang=ko").text.hasPrefix("7. 작은 장"))
    #expect(try checkout.run("--version").lines == ["tiny \(bookVersion)"])
    #expect(try checkout.run("--list").status == 0)
    #expect(checkout.complaint() == "the body ran")
  }

  @Test func theSeedReachesTheRun() throws {
    let checkout = try Checkout { page in
      page.section("one") { page.print(.symbols("seed \(page.seed), full \(page.isFull)")) }
    }
    #expect(try checkout.run("--section=one").lines.contains("  seed 1, full false"))
    #expect(try checkout.run("--section=one", "--seed=1", "--full").lines.contains("  seed 1, full true"))
    #expect(try !checkout.run("--section=one", "--seed=2").text.contains("seed 1,"))
  }

  @Test func runsOfTwoSeedsShareNone() throws {
    let checkout = try Checkout { page in
      page.section("one") {
        let seeds = page.seeds(3)
        #expect(seeds == [page.seed, page.seed &+ 1, page.seed &+ 2])
        page.print(.symbols("seed \(page.seed)"))
      }
    }
    let largest = UInt64.max
    let special: [UInt64] = [2021, 1_000_000_000, largest - 116, largest - 6, largest - 2, largest - 1, largest]
    let numbers: [UInt64] = Array(0...100) + special
    let firsts = try numbers.map { number in
      let line = try checkout.run("--section=one", "--seed=\(number)").lines.first { $0.hasPrefix("  seed ") }
      return try #require(UInt64(line?.dropFirst(7) ?? ""))
    }
    for (index, one) in firsts.enumerated() {
      for other in firsts[..<index] { #expect(min(one &- other, other &- one) > 1 << 30) }
    }
  }

  @Test func aRunPrintsTheSameBytesTwice() throws {
    let checkout = try Checkout()
    for option in ["--lang=en", "--lang=ko", "--json"] {
      #expect(try checkout.run(option).text == checkout.run(option).text)
    }
  }

  @Test func colourIsForTerminalsThatWantIt() throws {
    let checkout = try Checkout()
    let plain = try checkout.run()
    #expect(!plain.text.contains("\u{1B}"))
    let coloured = try checkout.run(isTerminal: true)
    #expect(coloured.text.contains("\u{1B}[1m7. A tiny chapter\u{1B}[0m"))
    #expect(coloured.text.contains("\u{1B}[32m  ✓ \u{1B}[0m"))
    #expect(try !checkout.run("--no-color", isTerminal: true).text.contains("\u{1B}"))
    #expect(try !checkout.run(environment: ["NO_COLOR": "1"], isTerminal: true).text.contains("\u{1B}"))
  }

  // MARK: Exit statuses

  @Test func aFailingCheckIsStatusOne() throws {
    let checkout = try Checkout { page in
      try Checkout.standardBody(page)
      page.section("three") { page.check(Text("no", ko: "아니다"), false) }
    }
    try checkout.editNotes("<!-- stated", "<!-- section: three -->\n## 7.3 T\n\n<!-- stated")
    let outcome = try checkout.run()
    #expect(outcome.status == 1)
    #expect(outcome.lines.contains("  ✗ no") && outcome.lines.last == "2 checks passed, 1 failed")
    #expect(try checkout.run("--section=one").status == 0)
  }

  @Test func anEquationThatDoesNotHoldIsStatusOne() throws {
    let checkout = try Checkout()
    try checkout.edit("notes.en.md", "y = 2 x", "y = 3 x")
    let outcome = try checkout.run()
    #expect(outcome.status == 1)
    #expect(outcome.text.contains("✗ the notes' equation holds"))
    #expect(outcome.text.contains("y = 3 x: 2.00000 against 3.00000"))
    #expect(try checkout.run("--lang=ko").status == 0)
  }

  @Test func whatTheRunNeverComesToIsStatusOne() throws {
    let checkout = try Checkout()
    try checkout.edit("notes.en.md", "<!-- stated: a limit -->", "<!-- equation: limit -->")
    let outcome = try checkout.run()
    #expect(outcome.status == 1)
    #expect(
      outcome.lines.contains { $0.hasPrefix("✗ chapters/07-tiny/notes.en.md:") && $0.contains("equation 'limit'") })
    #expect(outcome.lines.last == "2 checks passed, 0 failed")
    let json = try checkout.run("--json")
    #expect(json.status == 1 && json.hasError("equation 'limit'"))
    #expect(try checkout.run("--section=one").status == 0)
  }

  @Test func aSectionThatOnlyOneSideHasIsStatusOne() throws {
    let checkout = try Checkout()
    try checkout.edit("notes.en.md", "<!-- section: two -->", "<!-- section: three -->")
    let outcome = try checkout.run()
    #expect(outcome.status == 1)
    #expect(outcome.text.contains("never reaches the section 'three'"))
    #expect(outcome.text.contains("the run has a section 'two', not the notes"))
  }

  @Test func missingNotesAreBadInput() throws {
    let empty = try Checkout(notes: false)
    #expect(empty.complaint()?.contains("notes.en.md") == true)
    try empty.write("notes.en.md", Checkout.notes(.english))
    #expect(empty.complaint() == nil)
    #expect(empty.complaint("--lang=ko")?.contains("notes.ko.md") == true)
    #expect(empty.complaint("check")?.contains("notes.ko.md") == true)
  }

  @Test func theNotesAreFoundFromInsideACheckoutElsewhere() throws {
    let checkout = try Checkout()
    try FileManager.default.createDirectory(atPath: checkout.root + "/a/b", withIntermediateDirectories: true)
    struct Lost: Chapter {
      static let number = "07"
      static let name = "tiny"
      static let source = "/nowhere/chapters/07-tiny/Chapter.swift"
      func body(_ page: Page) {}
    }
    #expect(try ChapterProgram(Lost.self, workingDirectory: checkout.root + "/a/b").root == checkout.root)
    #expect(throws: BadInput.self) { try ChapterProgram(Lost.self, workingDirectory: "/") }
  }

  @Test(arguments: [
    ("y = 2 x +", 10, 10), ("\\begin{aligned}\ny &= 2 x \\\\\n&= \\foo\n\\end{aligned}", 12, 4), ("y = 2 z", 10, 3),
    ("\\begin{aligned}\ny &= 2 x \\\\\ny &= 2 q\n\\end{aligned}", 12, 4), ("y", 10, 1),
  ])
  func anEquationThatCannotBeEvaluatedIsNamedByFileLineAndColumn(_ latex: String, _ line: Int, _ column: Int) throws {
    let checkout = try Checkout()
    try checkout.edit("notes.en.md", "y = 2 x", latex)
    let complaint = try #require(checkout.complaint())
    #expect(complaint.hasPrefix("\(checkout.folder)/notes.en.md:\(line):\(column): "))
    #expect(complaint.hasSuffix("(equation 'double')") && !complaint.contains("\n"))
  }

  @Test func anEquationThatTheNotesLackIsBadInput() throws {
    let checkout = try Checkout()
    try checkout.edit("notes.en.md", "<!-- equation: double -->", "<!-- equation: twice -->")
    #expect(checkout.complaint()?.hasSuffix("notes.en.md has no equation 'double'") == true)
  }

  @Test func whatIsFullIsNotMissedByAShortRun() throws {
    let checkout = try Checkout { page in
      try Checkout.standardBody(page)
      if page.isFull { page.section("long") { page.check(Text("long", ko: "길다"), true) } }
    }
    try checkout.editNotes("<!-- stated", "<!-- section: long full -->\n## 7.3 L\n\n<!-- stated")
    #expect(try checkout.run().status == 0)
    #expect(try checkout.run("--full").lines.last == "3 checks passed, 0 failed")
  }

  @Test func theExercisesAreToCome() throws {
    #expect(try Checkout().complaint("exercise") == "this chapter has no exercises yet")
  }

  @Test func notesThatAreNotUTF8AreBadInput() throws {
    let checkout = try Checkout()
    try Data([0x23, 0x20, 0xFF]).write(to: URL(fileURLWithPath: checkout.path("notes.ko.md")))
    #expect(checkout.complaint("--lang=ko") == "\(checkout.path("notes.ko.md")) is not UTF-8")
    #expect(checkout.complaint() == nil)
  }

  @Test func figuresWhereAFileIsInTheWayAreBadInput() throws {
    let checkout = try Checkout()
    try checkout.write("figures", "a file")
    #expect(checkout.complaint("notes")?.contains("figures") == true)
  }
}

@Suite struct RunJSONTests {
  private func json(_ checkout: Checkout, _ options: String...) throws -> [String: Any] {
    let outcome = try options.isEmpty ? checkout.run("--json") : checkout.run("--json", options[0])
    let value = try JSONSerialization.jsonObject(with: Data(outcome.text.utf8))
    return try #require(value as? [String: Any])
  }

  @Test func everythingThatARunSaidIsThere() throws {
    let run = try json(Checkout())
    #expect(
      Set(run.keys) == [
        "schema", "schemaVersion", "version", "chapter", "number", "language", "seed", "full", "sections", "stated",
        "findings",
        "checksPassed", "checksFailed",
      ])
    #expect(run["schema"] as? String == "unrolled-run")
    #expect(run["schemaVersion"] as? Int == 1)
    #expect(run["version"] as? String == bookVersion)
    #expect(run["chapter"] as? String == "tiny" && run["number"] as? String == "07")
    #expect(run["language"] as? String == "en" && run["seed"] as? String == "1" && run["full"] as? Bool == false)
    #expect(run["stated"] as? [String] == ["a limit"] && run["findings"] as? [String] == [])
    #expect(run["checksPassed"] as? Int == 2 && run["checksFailed"] as? Int == 0)
    let sections = try #require(run["sections"] as? [[String: Any]])
    #expect(sections.map { $0["name"] as? String } == ["one", "two"])
    #expect(sections.map { $0["title"] as? String } == ["7.1 First", "7.2 Second"])
    for section in sections {
      #expect(Set(section.keys) == ["name", "title", "equations", "numbers", "tables", "checks", "figures", "text"])
    }
    let equation = try #require((sections[0]["equations"] as? [[String: Any]])?.first)
    #expect(Set(equation.keys) == ["name", "latex", "relations", "held"])
    #expect(equation["name"] as? String == "double" && equation["latex"] as? String == "y = 2 x")
    #expect(equation["relations"] as? Int == 1 && equation["held"] as? Int == 1)
    let number = try #require((sections[0]["numbers"] as? [[String: Any]])?.first)
    #expect(
      number["name"] as? String == "half" && number["value"] as? Double == 0.5 && number["text"] as? String == "0.5")
    let table = try #require((sections[0]["tables"] as? [[String: Any]])?.first)
    #expect(table["header"] as? [String] == ["n", "value"])
    #expect(table["rows"] as? [[String]] == [["1", "0.5"], ["2", "0.25"]])
    #expect(sections[0]["figures"] as? [String] == ["line"])
    let check = try #require((sections[1]["checks"] as? [[String: Any]])?.first)
    #expect(check["claim"] as? String == "one is one" && check["passed"] as? Bool == true)
    #expect(check["detail"] as? String == "surely")
    #expect((sections[0]["text"] as? [String])?.first == "  Twice as much:")
  }

  @Test func theLanguageAndTheSectionAreThoseAskedFor() throws {
    #expect(try json(Checkout(), "--lang=ko")["language"] as? String == "ko")
    let one = try json(Checkout(), "--section=two")
    #expect((one["sections"] as? [[String: Any]])?.count == 1 && one["checksPassed"] as? Int == 1)
  }

  @Test func failuresAndFindingsAreThere() throws {
    let checkout = try Checkout()
    try checkout.edit("notes.en.md", "y = 2 x", "y = 3 x")
    try checkout.edit("notes.en.md", "<!-- stated: a limit -->", "<!-- equation: limit -->")
    let run = try json(checkout)
    #expect(run["checksFailed"] as? Int == 1)
    let findings = try #require(run["findings"] as? [String])
    #expect(findings.count == 1 && findings[0].hasPrefix("chapters/07-tiny/notes.en.md:"))
    let sections = try #require(run["sections"] as? [[String: Any]])
    #expect(((sections[0]["equations"] as? [[String: Any]])?.first)?["held"] as? Int == 0)
  }

  /// Every key of an object and of what is in it, as path: sections.checks.claim.
  private func keys(_ value: Any, _ path: String = "") -> Set<String> {
    if let object = value as? [String: Any] {
      return object.reduce(into: []) { $0.formUnion(keys($1.value, path + $1.key + ".").union([path + $1.key])) }
    }
    if let array = value as? [Any] { return array.reduce(into: []) { $0.formUnion(keys($1, path)) } }
    return []
  }

  @Test func theDocumentationNamesEveryField() throws {
    let run = try keys(json(Checkout()))
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../docs/json.md"
    let document = try Notes(path: path)
    let fence = try #require(document.fences.first { $0.info == "json" })
    let example = document.lines[(fence.start + 1)..<fence.end].joined(separator: "\n")
    #expect(try keys(JSONSerialization.jsonObject(with: Data(example.utf8))) == run)
    // After the example come the outputs of other commands.
    let rows = document.lines.prefix(fence.start).filter { $0.hasPrefix("| `") }.map {
      String($0.split(separator: "`")[1])
    }
    #expect(Set(rows) == Set(run.map { String($0.split(separator: ".").last!) }))
    #expect(document.findings.isEmpty)
    #expect(document.dialectFindings(isChapter: false, language: .english).isEmpty)
  }

  @Test func numbersThatJSONCannotHoldAreStrings() throws {
    let checkout = try Checkout { page in
      page.section("one") {
        for (name, x) in [("nan", Double.nan), ("inf", .infinity), ("minus", -.infinity), ("tiny", 2.5e-308)] {
          page.number(name, x, significant: 2)
        }
      }
    }
    let run = try json(checkout, "--section=one")
    let numbers = try #require((run["sections"] as? [[String: Any]])?.first?["numbers"] as? [[String: Any]])
    #expect(numbers.prefix(3).map { $0["value"] as? String } == ["NaN", "Infinity", "-Infinity"])
    #expect(numbers[3]["value"] as? Double == 2.5e-308)
  }
}
