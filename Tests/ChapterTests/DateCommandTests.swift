import Foundation
import Reference
import Testing

@testable import Notebook
@testable import seq2seq_attention

@Suite("Chapter 06: command line")
struct TranslateTests {
  private let folder = Trial(Seq2SeqAttention.self).folder

  /// What `translate` or `train` prints, says on stderr, and its status.
  private func run(
    _ arguments: [String], folder: String? = nil, environment: [String: String] = [:],
    _ body: (ChapterCall) throws -> Int32
  ) throws -> (lines: [String], errors: [String], status: Int32) {
    var (lines, errors): ([String], [String]) = ([], [])
    let call = ChapterCall(
      arguments: arguments, environment: environment, folder: folder ?? self.folder, isTerminal: false,
      output: { lines.append($0) }, errors: { errors.append($0) })
    let status = try body(call)
    return (lines, errors, status)
  }

  private func translated(_ arguments: String..., input: [String]? = nil, korean: Bool = false) throws
    -> (lines: [String], errors: [String], status: Int32)
  {
    var rest = (input ?? [])[...]
    return try run(arguments, environment: korean ? ["LANG": "ko_KR.UTF-8"] : [:]) { call in
      try translate(call, input: input == nil ? nil : { rest.popFirst() })
    }
  }

  @Test func oneDateIsPrintedWithProbabilitiesAndAlignment() throws {
    let (lines, errors, status) = try translated("2021년 12월 2일 목요일")
    #expect(status == 0 && errors.isEmpty && lines[0] == "2021-12-02")
    #expect(lines.contains { $0.hasPrefix("  P = 0.") })
    let numbers = lines.map { line in line.split(separator: " ").compactMap { Double($0) } }
    #expect(numbers.contains { $0.count == 10 && $0.allSatisfy { $0 > 0.9 && $0 <= 1 } })
    #expect(lines.contains { $0.contains("목") && $0.contains("␣") })
    #expect(lines.count { $0.contains("█") || $0.contains("▓") || $0.contains("▒") } >= 10)
    #expect(lines.allSatisfy { displayWidth($0) <= 110 })
  }

  @Test func severalDatesGetALineEach() throws {
    let (lines, errors, status) = try translated("2021년 12월 2일", "12/2/21", "25/12/21", "Dec 2, 2021")
    #expect(status == 0 && errors.isEmpty)
    #expect(lines.map { $0.prefix(10) } == ["2021-12-02", "2021-12-02", "2021-12-25", "2021-12-02"])
    #expect(lines[1].hasSuffix("12/2/21"))
  }

  @Test func standardInputIsReadALineADate() throws {
    let many = (0..<250).map { "2021년 12월 \(1 + $0 % 28)일" }
    let (lines, errors, status) = try translated(input: many)
    #expect(status == 0 && errors.isEmpty && lines.count == 250)
    for (k, line) in lines.enumerated() { #expect(line.hasSuffix(many[k])) }
    // One line, too, gets one line: what reads the answers need not count the questions.
    let one = try translated(input: ["2021-12-02"]).lines
    #expect(one.count == 1 && one[0].hasPrefix("2021-12-02  0.9") && one[0].hasSuffix("2021-12-02"))
  }

  @Test func whatCannotBeReadIsNamedAndTheRestIsRead() throws {
    let (lines, errors, status) = try translated(input: [
      "2021-12-02", "", String(repeating: "1", count: 65), "한글", " \t",
    ])
    #expect(status == 2 && lines.count == 1)
    #expect(
      errors == [
        "seq2seq-attention: line 2: the text is empty: give a date",
        "seq2seq-attention: line 3: '\(String(repeating: "1", count: 16))…\(String(repeating: "1", count: 16))'"
          + " is longer than 64 characters: give a date by itself",
        "seq2seq-attention: line 4: no character of '한글' is known: dates are read in Korean and in English",
        "seq2seq-attention: line 5: the text is empty: give a date",
      ])
    #expect(try translated(String(repeating: "a", count: 1_000_000)).status == 2)
    #expect(try translated(String(repeating: " ", count: 64) + "12/2/21").status == 0)
    #expect(try translated(String(repeating: "1", count: 64)).status == 0)
  }

  @Test func unknownCharactersAreNamed() throws {
    let (lines, _, status) = try translated("2021☃-12-02\u{1B}")
    #expect(status == 0 && lines[0] == "2021-12-02")
    #expect(lines[1] == "  unknown characters, left out: '☃' '\\u{1B}'")
    #expect(try translated("2021☃-12-02", korean: true).lines[1] == "  모르는 글자, 빼고 읽음: '☃'")
  }

  @Test func aDayThatIsNotInTheCalendarIsPrintedAndMarked() throws {
    let (lines, _, status) = try translated("2021년 2월 30일")
    #expect(status == 0 && lines[0] == "2021-02-30" && lines[1] == "  not in the calendar")
    let both = try translated("2021년 2월 30일", "2024년 2월 29일", korean: true).lines
    #expect(both[0].hasSuffix("(달력에 없는 날)") && both[1].hasSuffix("2024년 2월 29일"))
  }

  @Test func aWeekdayThatContradictsTheDateIsMarked() throws {
    let (lines, _, status) = try translated("2021년 12월 2일 금요일")
    #expect(status == 0 && lines[0] == "2021-12-02" && lines[1] == "  the weekday is wrong: it is a Thursday")
    #expect(try translated("Friday, December 2, 2021", korean: true).lines[1] == "  요일이 틀림: 목요일")
    let several = try translated(
      "2021. 12. 2.(금)", "2021. 12. 2.(목)", "Thu, Dec 2, 2021", "2021-12-02", "Wed, Dec 2, 2021")
    #expect(
      several.lines.map { $0.hasSuffix("(the weekday is wrong: it is a Thursday)") } == [
        true, false, false, false, true,
      ])
    // A day that there is not has no weekday.
    #expect(try !translated("2021년 2월 30일 화요일").lines.contains { $0.contains("weekday") })
  }

  @Test(arguments: [
    ("2021년 12월 2일 목요일", [4]), ("2021. 12. 2.(목)", [4]), ("2021년 12월 2일", []), ("일요일 월요일", [0, 1]),
    ("thurs, dec 2, 2021", [4]), ("the 2nd of march 2021", []), ("sat, august 7, 2021", [6]), ("MONDAY", [1]),
    ("mo", []),
    ("(1)", []), ("요일", []),
  ])
  func theWeekdaysOfATextAreFound(text: String, expected: [Int]) {
    #expect(CalendarDate.weekdays(namedIn: Characters.normalised(text)) == expected)
  }

  @Test func aGuessIsMarked() throws {
    #expect(try translated("hello").lines.contains { $0.contains("a guess") })
    #expect(try !translated("12/2/21").lines.contains { $0.contains("a guess") })
  }

  @Test func jsonSaysEverything() throws {
    let (lines, errors, status) = try translated("--json", "2021년 2월 30일", "", "2021☃-12-02")
    #expect(status == 2 && errors.count == 1)
    let parsed = try JSONSerialization.jsonObject(with: Data(lines.joined(separator: "\n").utf8)) as? [String: Any]
    #expect(parsed?["schema"] as? String == "unrolled-translation")
    let results = try #require(parsed?["results"] as? [[String: Any]])
    #expect(results.count == 3)
    #expect(results[0]["date"] as? String == "2021-02-30" && results[0]["inCalendar"] as? Bool == false)
    let characters = try #require(results[0]["characters"] as? [[String: Any]])
    #expect(characters.compactMap { $0["character"] as? String }.joined() == "2021-02-30")
    let source = try #require(results[0]["source"] as? [String])
    for character in characters {
      let attention = try #require(character["attention"] as? [Double])
      #expect(attention.count == source.count && abs(attention.reduce(0, +) - 1) < 1e-12)
    }
    #expect(results[0]["weekdayFits"] is NSNull)
    let fits = try translated("--json", "2021년 12월 2일 금요일", "2021년 12월 2일 목요일").lines.joined(separator: "\n")
    let both = try JSONSerialization.jsonObject(with: Data(fits.utf8)) as? [String: Any]
    let named = try #require(both?["results"] as? [[String: Any]])
    #expect(named.map { $0["weekdayFits"] as? Bool } == [false, true])
    // Every field is described in docs/json.md, and no other.
    let text = try readText(Trial(Seq2SeqAttention.self).root + "/docs/json.md")
    let described = Set(text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { $0.split(separator: "`")[1] })
    for field in Set(results.flatMap(\.keys)).union(characters[0].keys).union((parsed ?? [:]).keys) {
      #expect(described.contains(Substring(field)), "\(field)")
    }
    #expect(results[1]["error"] as? String == "the text is empty: give a date")
    #expect(results[2]["unknownCharacters"] as? [String] == ["☃"] && results[2]["isGuess"] as? Bool == false)
  }

  @Test func theAlignmentIsDrawnToAFile() throws {
    let path = FileManager.default.temporaryDirectory.path + "/alignment-\(UUID().uuidString).svg"
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try translated("--svg", path, "2021년 12월 2일").status == 0)
    let svg = try readText(path)
    #expect(svg.hasPrefix("<svg") && svg.contains("월"))
    #expect(throws: BadInput.self) { try translated("--svg", path, "1/2/21", "1/3/21") }
    #expect(throws: BadInput.self) { try translated("--svg", "/no such folder/x.svg", "1/2/21") }
  }

  @Test(arguments: [
    (["--lang", "de", "x"], "--lang is en or ko"), (["--svg"], "--svg needs"), (["--jsonn"], "'--jsonn'"),
    ([], "name a date"), (["--weights", "/no such file", "x"], "no such file"), (["--json=1", "x"], "'--json=1'"),
  ])
  func whatCannotBeUsedIsNamed(arguments: [String], message: String) throws {
    var description = ""
    do { _ = try run(arguments) { try translate($0, input: nil) } } catch { description = "\(error)" }
    #expect(description.contains(message) && !description.contains("\n"), "\(description)")
  }

  @Test func nothingOnStandardInputIsNamed() {
    #expect(throws: BadInput.self) { try translated(input: []) }
  }

  /// After two dashes everything is a date, even what looks like an option; a date may begin with one dash.
  @Test func twoDashesEndTheOptions() throws {
    #expect(try TranslateOptions(["--", "--json"], environment: [:]).texts == ["--json"])
    #expect(try TranslateOptions(["-x"], environment: [:]).texts == ["-x"])
  }

  // MARK: Training

  @Test func aTrainingWritesWeightsAndTakesItsCheckpointAway() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/train-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/weights.safetensors"
    // Ctrl-C after 52 updates: no weights, and a checkpoint of 50 that is whole.
    var updates = 0
    let stopped = try run(["--seed", "7"], folder: folder) {
      try train($0, showsProgress: false) {
        updates += 1
        return updates == 52
      }
    }
    #expect(stopped.status == 130 && stopped.lines.isEmpty && stopped.errors.count == 1)
    #expect(stopped.errors[0] == "stopped after 52 updates; the last checkpoint is \(path).checkpoint")
    #expect(!FileManager.default.fileExists(atPath: path))
    let checkpoint = try Safetensors(contentsOf: path + ".checkpoint")
    #expect(checkpoint.metadata["updates"] == "50" && checkpoint.metadata["seed"] == "7")
    _ = try Reader(checkpoint, path: path)

    let done = try run(["--seed", "7"], folder: folder) { try train($0, updates: 3, showsProgress: false) { false } }
    #expect(done.status == 0 && done.lines.count == 1 && done.lines[0].contains("wrote \(path)"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["weights.safetensors"])
    let file = try Safetensors(contentsOf: path)
    #expect(file.metadata["updates"] == "3")
    #expect(file.metadata["first_losses"]?.split(separator: " ").count == 3)
    #expect(
      file.metadata["first_losses"]
        == checkpoint.metadata["first_losses"]?.split(separator: " ").prefix(3)
        .joined(separator: " "))
  }

  @Test(arguments: [
    ["--seed"], ["--seed", "x"], ["--seed", "-1"], ["--updates", "3"], ["--lang", "de"], ["--output"],
  ])
  func wrongOptionsOfATrainingAreNamed(arguments: [String]) {
    #expect(throws: BadInput.self) { try run(arguments) { try train($0, showsProgress: false) } }
  }

  @Test func theProgressBarSaysLossAccuracyAndTimeLeft() {
    var training = Training(seed: 1)
    training.update()
    let line = ProgressBar.line(training, of: 4, seconds: 2)
    #expect(line.english.hasPrefix("██████░░░░░░░░░░░░░░░░░░ 1/4  loss 2.") && line.english.hasSuffix(" %  6 s left"))
    #expect(line.korean.contains("손실 2.") && line.korean.hasSuffix("남은 시간 6초"))
  }

  @Test func theHelpNamesTheVerbs() throws {
    let lines = try Trial(Seq2SeqAttention.self).run("--help").lines.joined(separator: "\n")
    #expect(lines.contains("translate [TEXT…]") && lines.contains("train [--seed N]"))
  }
}
