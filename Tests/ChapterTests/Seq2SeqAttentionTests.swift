import Autodiff
import Foundation
import Recurrent
import Reference
import Testing

@testable import Notebook
@testable import seq2seq_attention

@Suite("Chapter 06")
struct Seq2SeqAttentionTests {
  static let trial = Trial<Seq2SeqAttention>()

  @Test(arguments: Language.allCases)
  func everyCheckPassesInBothLanguages(language: Language) throws {
    try Self.trial.everyCheckPasses(in: language, atLeast: 110)
  }

  /// Whatever the numbers are: other weights, other sequences, other dates.
  @Test(arguments: [2, 3, 2021]) func everyCheckPassesWithOtherSeeds(seed: Int) throws {
    let (lines, status) = try Self.trial.run(["--lang", "en", "--seed", "\(seed)"])
    #expect(status == 0, "\(lines.filter { $0.contains("✗") })")
  }

  @Test func jsonHoldsTheSectionAskedFor() throws { try Self.trial.jsonHolds(section: "translate") }

  @Test(arguments: trial.equations)
  func anEquationOfTheNotesThatIsWrongFailsTheRun(name: String) throws {
    try Self.trial.failsWithEveryRelationBroken(ofEquation: name)
  }

  @Test func exercisesHold() throws { try Self.trial.exercisesHold() }

  /// The right numbers from another cell.
  @Test(arguments: [
    ("score-additive", "U &= \\tanh(M)", "U &= \\frac{1}{2} (U + \\tanh(M))"),
    ("score-additive", "e &= U^\\top v", "e &= \\tanh(M)^\\top v"),
    ("score-general", "e &= P^\\top q", "e &= (W K)^\\top q"),
    (
      "bahdanau", "\\operatorname{softmax}(W [c_t; s_t] + b)",
      "\\frac{1}{2} (p_t + \\operatorname{softmax}(W [c_t; s_t] + b))"
    ),
    (
      "luong", "\\operatorname{softmax}(W [c_t; s_t] + b)",
      "\\frac{1}{2} (p_t + \\operatorname{softmax}(W [c_t; s_t] + b))"
    ),
    ("softmax", "\\operatorname{softmax}(e)", "\\frac{1}{2} (a + \\operatorname{softmax}(e))"),
    ("back-softmax", "K^\\top \\frac{\\partial L}{\\partial c}", "K^\\top u"),
    ("back-additive", "(1 - U^{\\odot 2})", "(1 - \\tanh(M) \\odot \\tanh(M))"),
  ])
  func anEquationThatTheTapeDoesNotHaveFailsTheRun(name: String, part: String, equal: String) throws {
    try Self.trial.fails(tapeOfEquation: name, replacing: part, with: equal)
  }
}

@Suite("Chapter 06: attention")
struct AttentionByHandTests {
  /// The pass by hand against the tape, where every size can be 1.
  @Test(arguments: AttentionScore.allCases, 1...10 as ClosedRange<UInt64>)
  func thePassByHandIsTheTapes(score: AttentionScore, seed: UInt64) {
    var random = Random(seed: seed)
    let question = Question(
      score, steps: 1 + random.index(below: 6), size: 1 + random.index(below: 5), seed: seed)
    let tape = Tape()
    let recorded = question.record(on: tape)
    let gradients = tape.gradients(of: recorded.loss)
    for (gradient, variable) in zip(question.byHand(), recorded.inputs) {
      let expected = gradients[variable]
      #expect(gradient.largestDifference(from: expected) <= 1e-12 * max(1, expected.largestMagnitude))
    }
  }

  /// What two decoders have in one shape is the same numbers, whoever asks and whatever the score adds to the list.
  @Test(arguments: [AttentionScore?](AttentionScore.allCases) + [nil])
  func aParameterOfADecoderHasItsOwnNumbers(score: AttentionScore?) {
    let plain = Decoder(nil, seed: 5).parameters
    for query in Seq2SeqConfiguration.Query.allCases {
      let found = Decoder(score, query: query, seed: 5).parameters
      let shared = found.filter { plain[$0.key]?.shape == $0.value.shape }
      #expect(shared.count >= plain.count - 2)
      #expect(shared.allSatisfy { plain[$0.key] == $0.value })
      #expect(Decoder(score, query: query, seed: 6).parameters["output.b"] != found["output.b"])
    }
    #expect(plain["encoder.bias_ih_l0"] != plain["encoder.bias_hh_l0"])
  }

  /// The files have what the chapter says of them: masks that hide something.
  @Test(arguments: AttentionScore.allCases) func theWitnessesAreThere(score: AttentionScore) throws {
    let witness = try Witness(score, fixtures: Seq2SeqAttentionTests.trial.root + "/Tests/Fixtures")
    #expect(witness.gradients.count == 1 + witness.keys.count + witness.configuration.parameters.count)
    #expect(witness.gradients.allSatisfy { $0.elements.allSatisfy(\.isFinite) })
    #expect(zip(witness.byHand(), witness.gradients).allSatisfy { $0.shape == $1.shape })
  }

  @Test func someWitnessHasPadding() throws {
    let lengths = try AttentionScore.allCases.map { score in
      try Witness(score, fixtures: Seq2SeqAttentionTests.trial.root + "/Tests/Fixtures").mask
    }
    #expect(lengths.contains { mask in mask.lengths.contains { $0 < mask.steps } })
  }
}

@Suite("Chapter 06: reversal")
struct ReversalTests {
  @Test func aSeedDecidesATraining() {
    func losses(_ seed: UInt64) -> [Matrix] {
      var reverser = Reverser(.additive, size: 3, seed: seed)
      reverser.train(updates: 5, lengths: 1...3)
      return reverser.model.parameters
    }
    #expect(losses(1) == losses(1) && losses(1) != losses(2))
  }

  @Test func anUntrainedModelIsNotAligned() {
    var random = Random(seed: 1)
    let sources = Reversal.draw(100, lengths: 8...8, &random)
    #expect(sources.allSatisfy { $0.count == 8 && $0.allSatisfy((0..<Reversal.symbols).contains) })
    let (accuracy, mass) = Reverser(.additive, size: 4, seed: 1).alignment(sources)
    #expect(accuracy < 0.4 && abs(mass - 0.125) < 0.05)
  }

  @Test func withoutAMistakeTaughtAndFreeAreOneRun() {
    var reverser = Reverser(.general, size: 8, seed: 1)
    reverser.train(updates: 200, lengths: 1...3)
    var random = Random(seed: 2)
    for length in 1...4 {
      let modes = reverser.modes(Reversal.draw(100, lengths: length...length, &random))
      #expect(modes.exactTaught == modes.exactFree)
      #expect(modes.taught >= modes.free || modes.after > 0)
    }
  }
}

@Suite("Chapter 06: dates")
struct DateTests {
  /// Every day of eight hundred years, against Foundation's calendar: that it is there, and its weekday.
  @Test func theCalendarIsFoundations() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    var day = try #require(calendar.date(from: DateComponents(year: 1600, month: 1, day: 1)))
    var days = 0
    while true {
      let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: day)
      let (year, month, number) = (try #require(parts.year), try #require(parts.month), try #require(parts.day))
      if year > CalendarDate.years.upperBound { break }
      let date = CalendarDate(year, month, number)
      if !date.isInCalendar || date.weekday + 1 != parts.weekday { Issue.record("\(date.iso)") }
      days += 1
      day = day.addingTimeInterval(86_400)
    }
    // As many as the calendar here has: none is missing there, and none too many here.
    let here = CalendarDate.years.reduce(0) { sum, year in
      sum + (1...12).reduce(0) { $0 + CalendarDate.days(inMonth: $1, of: year) }
    }
    #expect(days == here && days == 2 * 146_097)
  }

  @Test(arguments: [
    (2021, 2, 30), (2021, 2, 29), (1900, 2, 29), (2021, 4, 31), (2021, 13, 1), (2021, 0, 1), (2021, 1, 0),
  ])
  func whatIsNoDayIsKnown(year: Int, month: Int, day: Int) {
    #expect(!CalendarDate(year, month, day).isInCalendar)
  }

  @Test func isoGoesThereAndBack() {
    for date in [CalendarDate(2021, 12, 2), CalendarDate(1600, 1, 31), CalendarDate(2021, 2, 30)] {
      #expect(CalendarDate(iso: date.iso) == date)
    }
    for text in ["", "2021-12-2", "2021-12-022", "2021/12/02", "202a-12-02", "2021-1２-2", "-021-12-02"] {
      #expect(CalendarDate(iso: text) == nil, "\(text)")
    }
  }

  @Test func everyFormSaysADateInItsWay() {
    let thursday = CalendarDate(2021, 12, 2)
    let expected: [DateForm: String] = [
      .korean: "2021년 12월 2일", .koreanWeekday: "2021년 12월 2일 목요일", .koreanShortWeekday: "2021년 12월 2일(목)",
      .koreanTight: "2021년12월2일", .koreanTwoDigits: "21년 12월 2일", .koreanTwoDigitsTight: "21년12월2일",
      .dotted: "2021. 12. 2.", .dottedTight: "2021.12.02", .dottedWeekday: "2021. 12. 2.(목)",
      .dottedTwoDigits: "21.12.2", .apostrophe: "'21. 12. 2.", .english: "December 2, 2021",
      .englishWeekday: "Thursday, December 2, 2021", .englishShort: "Dec 2, 2021",
      .englishShortWeekday: "Thu, Dec 2, 2021", .ordinal: "December 2nd, 2021", .dayFirst: "2 December 2021",
      .dayFirstShort: "2 Dec 2021", .dayFirstOrdinal: "the 2nd of December 2021",
      .dayFirstWeekday: "Thursday, 2 December 2021", .american: "12/2/2021", .americanTwoDigits: "12/2/21",
      .iso: "2021-12-02", .slashesYearFirst: "2021/12/02", .compact: "20211202",
    ]
    for form in DateForm.allCases { #expect(form.text(thursday) == expected[form], "\(form)") }
    #expect(DateForm.slashesDayFirst.text(CalendarDate(2021, 12, 13)) == "13/12/2021")
    #expect(DateForm.slashesDayFirst.text(CalendarDate(2021, 12, 12)) == nil)
    #expect(DateForm.slashesDayFirstTwoDigits.text(CalendarDate(1969, 1, 31)) == "31/1/69")
  }

  @Test func ordinalsHaveTheirEndings() {
    let endings = (1...31).map { String(DateForm.ordinal($0).suffix(2)) }
    let expected = (1...31).map { day in
      switch day {
      case 1, 21, 31: "st"
      case 2, 22: "nd"
      case 3, 23: "rd"
      default: "th"
      }
    }
    #expect(endings == expected)
  }

  @Test func twoDigitsAreWrittenOnlyForTheYearsTheyStandFor() {
    for form in DateForm.allCases where form.hasShortYear {
      #expect(form.text(CalendarDate(1968, 12, 31)) == nil && form.text(CalendarDate(2069, 12, 31)) == nil)
      #expect(form.text(CalendarDate(1969, 12, 31))?.contains("69") == true)
      #expect(form.text(CalendarDate(2068, 12, 31))?.contains("68") == true)
    }
    #expect((0..<100).allSatisfy { CalendarDate.shortYears.contains(CalendarDate.year(ofTwoDigits: $0)) })
    #expect(CalendarDate.year(ofTwoDigits: 69) == 1969 && CalendarDate.year(ofTwoDigits: 68) == 2068)
  }

  @Test func aWeekdayThatThereIsNotIsNotWritten() {
    for form in DateForm.allCases {
      #expect((form.text(CalendarDate(2021, 2, 30)) == nil) == form.hasWeekday, "\(form)")
    }
  }

  /// All forms of all days of the hundred years that two digits stand for.
  @Test func noStringSaysTwoDates() {
    var said: [String: CalendarDate] = [:]
    for year in CalendarDate.shortYears {
      for month in 1...12 {
        for day in 1...31 {
          let date = CalendarDate(year, month, day)
          for form in DateForm.allCases {
            guard let text = form.text(date) else { continue }
            if let other = said.updateValue(date, forKey: text), other != date { Issue.record("\(text)") }
          }
        }
      }
    }
    #expect(said.count > 900_000)
  }

  @Test func aDateBelongsToOneSplitAndAboutOneInTenIsHeldBackEachWay() {
    var counts: [Split: Int] = [:]
    for year in CalendarDate.shortYears {
      for month in 1...12 { for day in 1...28 { counts[Split(of: CalendarDate(year, month, day)), default: 0] += 1 } }
    }
    let all = Double(counts.values.reduce(0, +))
    for split in [Split.validation, .test] {
      #expect(abs(Double(counts[split]!) / all - 0.1) < 0.005)
    }
    // Fixed for all time: weights were trained by it.
    #expect(Split(of: CalendarDate(2021, 12, 2)) == .training)
    let first = (1...31).filter { Split(of: CalendarDate(2021, 1, $0)) == .test }
    #expect(first == [3, 7, 16])
  }

  @Test(arguments: Split.allCases) func theGeneratorDrawsFromItsSplitAloneAndByItsSeed(split: Split) {
    var one = DateGenerator(split, seed: 3, shareOfImpossible: 0.2)
    var same = DateGenerator(split, seed: 3, shareOfImpossible: 0.2)
    var other = DateGenerator(split, seed: 4, shareOfImpossible: 0.2)
    let examples = one.distinct(2_000)
    #expect(examples == same.distinct(2_000) && examples != other.distinct(2_000))
    #expect(examples.allSatisfy { Split(of: $0.date) == split && $0.form.text($0.date) == $0.text })
    #expect(Set(examples.map(\.form)).count == DateForm.allCases.count)
    #expect(Set(examples.map(\.text)).count == 2_000)
    let impossible = Double(examples.count { !$0.date.isInCalendar }) / 2_000
    #expect(impossible > 0.1 && impossible < 0.3)
    #expect(examples.allSatisfy { $0.text.count <= Reader.longest / 2 })
    var plain = DateGenerator(split, seed: 3)
    #expect(plain.distinct(500).allSatisfy { $0.date.isInCalendar })
  }
}

@Suite("Chapter 06: reader")
struct ReaderTests {
  private func weights() throws -> Safetensors {
    try Safetensors(contentsOf: Seq2SeqAttentionTests.trial.folder + "/weights.safetensors")
  }

  @Test func textIsFoldedToWhatTheReaderKnows() {
    for (text, folded) in [
      ("  December  2,\t2021\n", "december 2, 2021"), ("’21. 12. 2.", "'21. 12. 2."), ("２０２１", "2021"),
      ("2021–12–02", "2021-12-02"), ("12\u{110B}\u{116F}\u{11AF}", "12월"), ("   ", ""), ("", ""),
    ] {
      #expect(String(Characters.normalised(text)) == folded)
    }
    let read = Characters.read("Zebra 2021 ☃ Z")
    #expect(read.unknown == ["z", "☃"] && String(read.known) == "ebra 2021  ")
    #expect(read.numbers.map { Characters.source[$0] } == read.known)
    #expect(Set(Characters.source).count == Characters.source.count)
  }

  /// The shipped weights came from the training that their metadata names: a short one has the same losses to the digit.
  @Test func aTrainingReproducesTheFirstLossesOfTheShippedWeights() throws {
    let metadata = try weights().metadata
    let seed = try #require(UInt64(metadata["seed"] ?? ""))
    var training = Training(seed: seed)
    for _ in 0..<Training.lossesKept { training.update() }
    #expect(training.losses.map { "\($0)" }.joined(separator: " ") == metadata["first_losses"])
    #expect(metadata["command"] == "swift run -c release seq2seq-attention train --seed \(seed)")
    #expect(metadata["updates"] == "\(Training.updates)")
    var other = Training(seed: seed + 1)
    other.update()
    #expect(other.losses[0] != training.losses[0])
  }

  @Test func theShippedWeightsReachTheirAccuracy() throws {
    let file = try weights()
    let right = try Reader(file, path: "weights").countRight(Training.test)
    #expect(right * 100 >= 99 * Training.testSize && Training.test.count == 2_000)
    #expect(file.metadata["test"] == "\(right) of 2000 unseen dates read exactly")
    #expect(try file.encoded().count < 400_000)
  }

  @Test func weightsGoToAFileAndBack() throws {
    let file = try weights()
    let again = try Reader(file, path: "weights").file(metadata: file.metadata)
    #expect(try again.encoded() == file.encoded())
  }

  @Test func aFileThatIsSomethingElseIsRefused() throws {
    func complaint(_ change: (inout Safetensors) -> Void) throws -> String {
      var file = try weights()
      change(&file)
      let error = #expect(throws: BadInput.self) { try Reader(file, path: "w") }
      return error?.description ?? ""
    }
    #expect(try complaint { $0.metadata["format"] = nil }.hasPrefix("w: these are not the weights of this reader"))
    #expect(try complaint { $0.metadata["source"] = "abc" }.hasPrefix("w: these are not the weights"))
    #expect(try complaint { $0.tensors["output.b"] = nil }.contains("'output.b' is missing"))
    #expect(try complaint { $0.tensors["output.b"]!.shape = [12, 1] }.contains("has shape [12, 1], expected [12]"))
    #expect(try complaint { $0.tensors["x"] = $0.tensors["output.b"] }.contains("more tensors"))
  }
}

@Suite("Chapter 06: command line")
struct TranslateTests {
  private let folder = Seq2SeqAttentionTests.trial.folder

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
    let text = try readText(Seq2SeqAttentionTests.trial.root + "/docs/json.md")
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
    let lines = try Seq2SeqAttentionTests.trial.run(["--help"]).lines.joined(separator: "\n")
    #expect(lines.contains("translate [TEXT…]") && lines.contains("train [--seed N]"))
  }
}
