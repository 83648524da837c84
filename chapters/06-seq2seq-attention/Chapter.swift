// Chapter 06: sequence to sequence with attention, and a reader of real dates.

import Autodiff
import Foundation
import LaTeX
import Notebook
import Recurrent
import Reference

@main
struct Seq2SeqAttention: Chapter {
  static let number = "06"
  static let name = "seq2seq-attention"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  static let commands = [
    ChapterCommand(
      "translate", usage: TranslateOptions.usage,
      summary: Text("read dates, from the arguments or from standard input", ko: "인자나 표준 입력으로 받은 날짜를 읽는다")
    ) { call in
      try translate(call, input: isatty(STDIN_FILENO) == 1 ? nil : { readLine() })
    },
    ChapterCommand(
      "train", usage: TrainOptions.usage,
      summary: Text("make the weights that translate uses", ko: "translate가 쓰는 가중치를 만든다")
    ) { call in
      Interruption.listen()
      return try train(call, showsProgress: isatty(STDERR_FILENO) == 1)
    },
  ]

  func body(_ page: Page) throws {
    let reversers = Reversers(seed: page.seed)
    try modes(page, reversers)
    bottleneck(page, reversers)
    try scores(page)
    try softmax(page)
    try query(page)
    try backward(page)
    try masks(page)
    alignments(page, reversers)
    alignmentSeeds(page)
    dates(page)
    try training(page)
    try seeds(page)
    try translation(page)
  }

  // MARK: Dates

  private func dates(_ page: Page) {
    page.section("dates") {
      let date = CalendarDate(2021, 12, 25)
      page.print(
        Text(
          "\(date.iso), a Saturday, in every form; and how many of 2,000 strings of the test split are in it:",
          ko: "토요일인 \(date.iso)의 모든 꼴. 오른쪽은 시험용 문자열 2,000개 가운데 그 꼴의 개수:"))
      let counts = Dictionary(grouping: Training.test, by: \.form).mapValues(\.count)
      page.table(
        [Text("written", ko: "쓴 것"), .symbols("n")],
        DateForm.allCases.map { [$0.text(date) ?? "", "\(counts[$0, default: 0])"] })
      page.number("forms", Double(DateForm.allCases.count), decimals: 0)
      page.print()

      // begin: uniqueness
      // Every form of every day of the years whose last two digits could be a month: no string may say two dates.
      var said: [String: CalendarDate] = [:]
      var strings = 0
      var days = 0
      var clashes = 0
      for year in 2001...2012 {
        for month in 1...12 {
          for day in 1...CalendarDate.days(inMonth: month, of: year) {
            let date = CalendarDate(year, month, day)
            days += 1
            for text in DateForm.allCases.compactMap({ $0.text(date) }) {
              strings += 1
              if let other = said.updateValue(date, forKey: text), other != date { clashes += 1 }
            }
          }
        }
      }
      // end: uniqueness
      page.check(
        Text("no string says two dates", ko: "두 날짜를 뜻하는 문자열은 없다"), clashes == 0 && strings > 100_000,
        detail: Text(
          "2001–2012: \(days) days, \(strings) strings", ko: "2001–2012년: 날짜 \(days)개, 문자열 \(strings)개"))

      var splits: [Split: Set<String>] = [:]
      for split in Split.allCases {
        var dates = DateGenerator(split, seed: page.seed, shareOfImpossible: Training.shareOfImpossible)
        splits[split] = Set(dates.distinct(5_000).map(\.text))
      }
      let texts = splits.values.map { $0 }
      page.check(
        Text("no string is in two splits", ko: "두 묶음에 함께 든 문자열은 없다"),
        texts.reduce(Set()) { $0.union($1) }.count == texts.reduce(0) { $0 + $1.count },
        detail: Text("5,000 drawn from each", ko: "묶음마다 5,000개"))
      page.check(
        Text("no test date is drawn in training", ko: "시험 날짜는 학습에서 뽑히지 않는다"),
        Training.test.allSatisfy { Split(of: $0.date) == .test }
          && DateForm.allCases.allSatisfy { form in
            Training.test.allSatisfy { !splits[.training]!.contains(form.text($0.date) ?? "") }
          },
        detail: Text("in any form", ko: "어떤 꼴로도"))

      let known = [
        (CalendarDate(1969, 7, 20), 0), (CalendarDate(2000, 2, 29), 2), (CalendarDate(1945, 8, 15), 3),
        (CalendarDate(1900, 3, 1), 4), (CalendarDate(2021, 12, 2), 4),
      ]
      page.check(
        Text("weekdays that are known", ko: "알려진 요일"), known.allSatisfy { $0.0.weekday == $0.1 },
        detail: .symbols(known.map { "\($0.0.iso) \(DateForm.weekdays[$0.1].prefix(2))" }.joined(separator: ", ")))
      page.check(
        Text("1900-02-29 is no day, 2000-02-29 is one", ko: "1900-02-29는 없는 날이고 2000-02-29는 있는 날이다"),
        !CalendarDate(1900, 2, 29).isInCalendar && CalendarDate(2000, 2, 29).isInCalendar)
      page.check(
        Text("two digits name one year", ko: "두 자리는 한 해를 가리킨다"),
        CalendarDate.shortYears.allSatisfy { CalendarDate.year(ofTwoDigits: $0 % 100) == $0 },
        detail: .symbols("69 → 1969, 68 → 2068"))
      page.check(
        Text("between slashes the day comes first only above 12", ko: "빗금 사이에서는 12보다 클 때만 일이 앞에 온다"),
        (1...31).allSatisfy { (DateForm.slashesDayFirst.text(CalendarDate(2021, 1, $0)) != nil) == ($0 > 12) })
      page.check(
        Text("the reader knows every character of every form", ko: "모든 꼴의 모든 글자를 안다"),
        Set(said.keys.flatMap { Characters.normalised($0) }) == Set(Characters.source),
        detail: Text("\(Characters.source.count) characters", ko: "글자 \(Characters.source.count)개"))
      page.number("characters", Double(Characters.source.count), decimals: 0)
    }
  }

  // MARK: Training

  private func training(_ page: Page) throws {
    let file = try Safetensors(contentsOf: page.root + "/chapters/06-seq2seq-attention/weights.safetensors")
    let reader = try Reader(file, path: "weights.safetensors")
    page.section("training") {
      page.number("parameters", Double(Reader.configuration.parameterCount), decimals: 0)
      page.number("updates", Double(Training.updates), decimals: 0)
      page.number("batch", Double(Training.batchSize), decimals: 0)
      let seed = UInt64(file.metadata["seed"] ?? "") ?? 0
      page.print(
        Text(
          "The first losses of a training with the weights' seed, and those in the weights' metadata:",
          ko: "가중치와 같은 시드로 시작한 학습의 처음 손실과, 가중치 파일의 메타데이터에 적힌 손실:"))
      var short = Training(seed: seed)
      for _ in 0..<Training.lossesKept { short.update() }
      let kept = (file.metadata["first_losses"] ?? "").split(separator: " ").compactMap { Double($0) }
      let (again, first) = (Matrix(column: short.losses), Matrix(column: kept))
      page.entries([(Text("trained now", ko: "지금 학습"), again), (Text("metadata", ko: "메타데이터"), first)])
      page.check(
        Text("it begins as the training of the weights began", ko: "가중치를 만든 학습과 시작이 같다"), again,
        hasSameBitsAs: first)

      page.print()
      let right = reader.countRight(Training.test)
      page.number("right", Double(right), decimals: 0)
      page.number("test-dates", Double(Set(Training.test.map(\.date.iso)).count), decimals: 0)
      page.number("share", 100 * Double(right) / Double(Training.testSize), decimals: 2)
      page.check(
        Text("the shipped weights read at least 99 % exactly", ko: "폴더의 가중치는 99 % 이상을 정확히 읽는다"),
        right * 100 >= Training.testSize * 99,
        detail: Text(
          "\(right) of \(Training.testSize) strings never seen", ko: "처음 보는 문자열 \(Training.testSize)개 중 \(right)개"))
      page.check(
        Text("and as many as their metadata says", ko: "메타데이터에 적힌 만큼이다"),
        file.metadata["test"]?.hasPrefix("\(right) of \(Training.testSize) ") == true)
      var missing = DateGenerator(.test, seed: 2021, shareOfImpossible: 1)
      let impossible = missing.distinct(200)
      let rightly = reader.countRight(impossible)
      page.number("impossible", Double(rightly), decimals: 0)
      page.check(
        Text("days that are not in the calendar are read as written", ko: "달력에 없는 날도 쓴 대로 읽는다"),
        rightly * 100 >= impossible.count * 95 && impossible.allSatisfy { !$0.date.isInCalendar },
        detail: Text("\(rightly) of \(impossible.count)", ko: "\(impossible.count)개 중 \(rightly)개"))
      let untrained = Reader(seed: seed).countRight(Array(Training.test.prefix(500)))
      page.check(
        Text("before training it reads none", ko: "학습하기 전에는 하나도 읽지 못한다"), untrained == 0,
        detail: Text("0 of 500", ko: "500개 중 0개"))
    }
  }

  // MARK: Over seeds

  private func seeds(_ page: Page) throws {
    guard page.isFull else { return }
    page.section("seeds") {
      page.print(
        Text(
          "\(Training.updates) updates from each seed, then the \(Training.testSize) strings of the test split:",
          ko: "시드마다 갱신 \(Training.updates)번, 그다음 시험용 문자열 \(Training.testSize)개:"))
      var rows: [[String]] = []
      var all: [Int] = []
      for seed in page.seed..<page.seed + 3 {
        var training = Training(seed: seed)
        let start = Date()
        while !training.isComplete {
          training.update()
          let done = training.losses.count
          let seconds = Date().timeIntervalSince(start)
          page.progress(
            ProgressBar.line(training, of: Training.updates, seconds: seconds),
            Double(done) / Double(Training.updates))
        }
        let seconds = NumberFormat.format(Date().timeIntervalSince(start), decimals: 1)
        page.remark(Text("seed \(seed): \(seconds) s of training", ko: "시드 \(seed): 학습 \(seconds)초"))
        let right = training.reader.countRight(Training.test)
        all.append(right)
        rows.append([
          "\(seed)", NumberFormat.format(training.losses[99], decimals: 4),
          NumberFormat.format(training.losses[299], decimals: 4),
          NumberFormat.format(training.losses[Training.updates - 1], decimals: 4), "\(right)",
          NumberFormat.format(100 * Double(right) / Double(Training.testSize), decimals: 2) + " %",
        ])
      }
      page.table(
        [
          Text("seed", ko: "시드"), .symbols("L_100"), .symbols("L_300"), .symbols("L_\(Training.updates)"),
          Text("right", ko: "맞음"), Text("share", ko: "비율"),
        ], rows)
      for (offset, right) in all.enumerated() {
        page.check(
          Text("seed \(page.seed + UInt64(offset)): at least 99 %", ko: "시드 \(page.seed + UInt64(offset)): 99 % 이상"),
          right * 100 >= Training.testSize * 99,
          detail: .symbols("\(right) / \(Training.testSize)"))
      }
      page.number("seeds-lowest", 100 * Double(all.min() ?? 0) / Double(Training.testSize), decimals: 2)
    }
  }

  // MARK: Translation

  private func translation(_ page: Page) throws {
    try page.section("translate") {
      let reader = try Reader(contentsOf: page.root + "/chapters/06-seq2seq-attention/weights.safetensors")
      let date = CalendarDate(2021, 12, 2)
      let texts = DateForm.allCases.map { $0.text(date) ?? $0.text(CalendarDate(2021, 12, 25)) ?? "" }
      let readings = reader.read(texts)
      page.table(
        [Text("written", ko: "쓴 것"), Text("read", ko: "읽은 것"), .symbols("P")],
        zip(texts, readings).map { [$0, $1.text, NumberFormat.format($1.probability, decimals: 3)] })
      page.check(
        Text("every form is read as it says", ko: "모든 꼴을 쓴 대로 읽는다"),
        zip(DateForm.allCases, readings).allSatisfy { form, reading in
          reading.text == (form.text(date) == nil ? CalendarDate(2021, 12, 25) : date).iso
        })
      page.check(
        Text("the attention to all characters sums to 1", ko: "쓴 글자마다 어텐션의 합은 1이다"),
        Matrix(column: readings.flatMap { $0.attention.map { $0.reduce(0, +) } }),
        equals: Matrix(column: readings.flatMap { $0.attention.map { _ in 1 } }))
      page.check(
        Text("read together or one by one: the same probabilities", ko: "함께 읽으나 하나씩 읽으나 확률이 같다"),
        Matrix(column: readings.map(\.probability)),
        hasSameBitsAs: Matrix(column: texts.map { reader.read([$0])[0].probability }))

      page.print()
      let missing = reader.read(["2021년 2월 30일"])[0]
      page.check(
        Text("2021-02-30 is read, and known to be no day", ko: "2021-02-30을 읽고, 없는 날임을 안다"),
        missing.text == "2021-02-30" && missing.date?.isInCalendar == false)
      let contradicted = reader.read(["2021년 12월 2일 목요일", "2021년 12월 2일 금요일", "Friday, December 2, 2021", "2021-12-02"])
      page.check(
        Text(
          "a weekday that contradicts the date is noticed, and changes nothing", ko: "날짜와 어긋나는 요일을 알아채고, 읽은 날짜는 그대로다"),
        contradicted.map(\.weekdayFits) == [true, false, false, nil]
          && contradicted.allSatisfy { $0.text == "2021-12-02" })
      let capital = reader.read(["DECEMBER 2, 2021", "december 2, 2021"])
      page.check(
        Text("capital letters make no difference", ko: "대문자로 써도 같다"), Matrix(capital[0].probability),
        hasSameBitsAs: Matrix(capital[1].probability))

      let korean = reader.read(["2021년 12월 2일 목요일"])[0]
      page.figure("alignment-ko", alignment(korean), title: "2021년 12월 2일 목요일 → \(korean.text)")
      page.check(
        Text("Korean: the year, the month, the day, from left to right", ko: "한국어: 왼쪽부터 연도, 월, 일의 순서로"),
        places(korean, in: ["2021년 ", " 12월 ", " 2일 "]))
      let english = reader.read(["Thursday, December 2, 2021"])[0]
      page.figure("alignment-en", alignment(english), title: "Thursday, December 2, 2021 → \(english.text)")
      page.check(
        Text("English: the year, then the month, then the day", ko: "영어: 연도, 월, 일의 순서로"),
        places(english, in: [" 2021", " december ", " 2,"]))
      // What the day of the week has of all that is looked at.
      func share(_ reading: Reader.Reading, _ weekday: String) -> Double {
        guard let range = columns(of: weekday, in: reading) else { return 1 }
        return reading.attention.map { $0[range].reduce(0, +) }.max() ?? 1
      }
      let weekdays = max(share(korean, "목요일"), share(english, "thursday"))
      let without = reader.read(["2021년 12월 2일", "December 2, 2021"])
      page.check(
        Text(
          "the weekday is hardly looked at, and the answer is the same without it", ko: "요일은 거의 보지 않고, 요일이 없어도 답이 같다"),
        weekdays < 0.05 && without.map(\.text) == [korean.text, english.text],
        detail: .symbols("a < 0.05"))
    }
  }

  /// Whether year, month and day of what was written look mostly at these parts of what was read.
  private func places(_ reading: Reader.Reading, in parts: [String]) -> Bool {
    zip(parts, [0..<4, 5..<7, 8..<10]).allSatisfy { part, rows in
      guard let columns = columns(of: part, in: reading) else { return false }
      return rows.allSatisfy { reading.attention[$0][columns].reduce(0, +) > 0.5 }
    }
  }

  /// Where this part of what was read stands; nil where it does not.
  private func columns(of part: String, in reading: Reader.Reading) -> Range<Int>? {
    let source = String(reading.source)
    guard let range = source.range(of: part) else { return nil }
    let first = source.distance(from: source.startIndex, to: range.lowerBound)
    return first..<first + part.count
  }
}
