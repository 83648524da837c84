// Section 6.10: the dates that the reader learns from and is tested with.

import Autodiff
import Notebook

extension Seq2SeqAttention {
  func dates(_ page: Page) {
    page.section("dates") {
      listForms(page)
      let said = sayEveryDate(page)
      drawSplits(page)
      checkCalendar(page)
      page.check(
        Text("the reader knows every character of every form", ko: "모든 꼴의 모든 글자를 안다"),
        .equal(Set(said.flatMap { Characters.normalised($0) }).symmetricDifference(Characters.source).count, 0),
        note: Text(
          "\(Characters.source.count) characters, those of one side only",
          ko: "글자 \(Characters.source.count)개, 한쪽에만 있는 글자"))
      page.number("characters", Double(Characters.source.count), decimals: 0)
    }
  }

  /// One date in every form, and how often each form is in the test split.
  private func listForms(_ page: Page) {
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
  }

  /// Writes every date of twelve years in every form and checks that no string names two dates.
  ///
  /// - Returns: the strings.
  private func sayEveryDate(_ page: Page) -> some Sequence<String> {
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
      Text("no string says two dates", ko: "두 날짜를 뜻하는 문자열은 없다"), .equal(clashes, 0), .atLeast(strings, 100_000),
      note: Text("2001–2012, \(days) days", ko: "2001–2012년, 날짜 \(days)개"))
    return said.keys
  }

  /// What is learned from and what is tested with have nothing in common.
  private func drawSplits(_ page: Page) {
    var texts: [Split: Set<String>] = [:]
    for split in Split.allCases {
      var dates = DateGenerator(split, seed: page.seed, shareOfImpossible: Training.shareOfImpossible)
      texts[split] = Set(dates.distinct(5_000).map(\.text))
    }
    page.check(
      Text("no string is in two splits", ko: "두 묶음에 함께 든 문자열은 없다"),
      .equal(texts.values.reduce(Set()) { $0.union($1) }.count, texts.values.reduce(0) { $0 + $1.count }),
      note: Text("5,000 drawn from each", ko: "묶음마다 5,000개"))
    let tested = Training.test.flatMap { example in DateForm.allCases.compactMap { $0.text(example.date) } }
    page.check(
      Text("no test date is drawn in training", ko: "시험 날짜는 학습에서 뽑히지 않는다"),
      .equal(Training.test.count { Split(of: $0.date) == .test }, Training.testSize),
      .equal(texts[.training]!.intersection(tested).count, 0), note: Text("in any form", ko: "어떤 꼴로도"))
  }

  /// The rules by which a string names one date.
  private func checkCalendar(_ page: Page) {
    let known = [
      (CalendarDate(1969, 7, 20), 0), (CalendarDate(2000, 2, 29), 2), (CalendarDate(1945, 8, 15), 3),
      (CalendarDate(1900, 3, 1), 4), (CalendarDate(2021, 12, 2), 4),
    ]
    page.check(
      Text("weekdays that are known", ko: "알려진 요일"), known.allSatisfy { $0.0.weekday == $0.1 },
      detail: .symbols(
        known.map { date, _ in "\(date.iso) \(DateForm.weekdays[date.weekday].prefix(2))" }.joined(separator: ", ")))
    let leapDays = [1900, 2000].map { CalendarDate($0, 2, 29) }.filter(\.isInCalendar)
    page.check(
      Text("of 1900-02-29 and 2000-02-29 one is a day", ko: "1900-02-29와 2000-02-29 가운데 하나만 있는 날이다"),
      leapDays == [CalendarDate(2000, 2, 29)], detail: .symbols(leapDays.map(\.iso).joined(separator: ", ")))
    let years = CalendarDate.shortYears
    page.check(
      Text("two digits name one year", ko: "두 자리는 한 해를 가리킨다"),
      .equal(years.count { CalendarDate.year(ofTwoDigits: $0 % 100) == $0 }, 100),
      note: .symbols([69, 68].map { "\($0) → \(CalendarDate.year(ofTwoDigits: $0))" }.joined(separator: ", ")))
    let days = (1...31).filter { DateForm.slashesDayFirst.text(CalendarDate(2021, 1, $0)) != nil }
    page.check(
      Text("between slashes the day comes first only above 12", ko: "빗금 사이에서는 12보다 클 때만 일이 앞에 온다"),
      days == Array(13...31), detail: .symbols(days.isEmpty ? "" : "\(days.first!) … \(days.last!)"))
  }
}

// MARK: - The splits

/// Which dates a model learns from and which it is tested with. A date belongs to one split in all its forms. As a string names
/// one date, no string is in two splits.
enum Split: String, CaseIterable {
  case training, validation, test

  /// The split of a date, by a hash that scatters neighbouring dates: one date in ten for validation, one in ten for the test.
  init(of date: CalendarDate) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a over the bytes of the ISO form
    for byte in date.iso.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash ^= hash >> 32
    switch hash % 10 {
    case 0: self = .test
    case 1: self = .validation
    default: self = .training
    }
  }
}

/// A date, written in a form.
struct Example: Hashable {
  let form: DateForm
  let date: CalendarDate
  let text: String
}

/// Draws dates of one split in random forms: the same ones for the same seed, on every machine. Half of the dates, and all dates
/// in a form with a short year, are from the years that two digits can stand for.
struct DateGenerator {
  private var random: Random
  private let split: Split
  /// The probability of a date that is not in the calendar.
  private let shareOfImpossible: Double

  /// - Parameter shareOfImpossible: the probability of a date that is not in the calendar. Such dates teach a model to copy the
  ///   day instead of correcting it: 2월 30일 is to be read as written.
  init(_ split: Split, seed: UInt64, shareOfImpossible: Double = 0) {
    random = Random(seed: seed)
    self.split = split
    self.shareOfImpossible = shareOfImpossible
  }

  mutating func next() -> Example {
    while true {
      let isImpossible = random.uniform() < shareOfImpossible
      let form = DateForm.allCases[random.index(below: DateForm.allCases.count)]
      let isShort = random.uniform() < 0.5 || form.hasShortYear
      let years = isShort ? CalendarDate.shortYears : CalendarDate.years
      while true {
        let year = years.lowerBound + random.index(below: years.count)
        let date = CalendarDate(year, 1 + random.index(below: 12), 1 + random.index(below: 31))
        guard date.isInCalendar != isImpossible, Split(of: date) == split else { continue }
        if let text = form.text(date) { return Example(form: form, date: date, text: text) }
        // The form cannot write this date: draw another form.
        break
      }
    }
  }

  /// Draws `count` examples, no two with the same text.
  mutating func distinct(_ count: Int) -> [Example] {
    var seen: Set<String> = []
    var examples: [Example] = []
    while examples.count < count {
      let example = next()
      if seen.insert(example.text).inserted { examples.append(example) }
    }
    return examples
  }
}
