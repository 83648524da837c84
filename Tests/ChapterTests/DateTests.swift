import Foundation
import Testing

@testable import seq2seq_attention

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
