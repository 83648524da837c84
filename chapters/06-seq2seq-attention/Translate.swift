// Section 6.13: the shipped weights read dates in every form, and show where they look.

import Autodiff
import Foundation
import Notebook
import Recurrent

extension Seq2SeqAttention {
  func translation(_ page: Page) throws {
    try page.section("translate") {
      let reader = try Reader(page.shippedWeights(), path: "weights.safetensors")
      readEveryForm(reader, page)
      page.print()
      readOddDates(reader, page)
      showAlignments(reader, page)
    }
  }

  /// One date in every form; where a form needs a day above 12, another date.
  private func readEveryForm(_ reader: Reader, _ page: Page) {
    let (date, late) = (CalendarDate(2021, 12, 2), CalendarDate(2021, 12, 25))
    let written = DateForm.allCases.map { form in form.text(date).map { ($0, date) } ?? (form.text(late)!, late) }
    let texts = written.map(\.0)
    let readings = reader.read(texts)
    page.table(
      [Text("written", ko: "쓴 것"), Text("read", ko: "읽은 것"), .symbols("P")],
      zip(texts, readings).map { [$0, $1.text, NumberFormat.format($1.probability, decimals: 3)] })
    page.check(
      Text("every form is read as it says", ko: "모든 꼴을 쓴 대로 읽는다"),
      .equal(zip(written, readings).count { $1.text == $0.1.iso }, DateForm.allCases.count))
    page.check(
      Text("the attention to all characters sums to 1", ko: "쓴 글자마다 어텐션의 합은 1이다"),
      Matrix(column: readings.flatMap { $0.attention.map { $0.reduce(0, +) } }),
      equals: Matrix(column: readings.flatMap { $0.attention.map { _ in 1 } }))
    page.check(
      Text("read together or one by one: the same probabilities", ko: "함께 읽으나 하나씩 읽으나 확률이 같다"),
      Matrix(column: readings.map(\.probability)),
      hasSameBitsAs: Matrix(column: texts.map { reader.read([$0])[0].probability }))
  }

  /// A date that does not exist, a weekday that contradicts the date, and capital letters.
  private func readOddDates(_ reader: Reader, _ page: Page) {
    let missing = reader.read(["2021년 2월 30일"])[0]
    page.check(
      Text("2021-02-30 is read, and known to be no day", ko: "2021-02-30을 읽고, 없는 날임을 안다"),
      missing.text == "2021-02-30" && missing.date?.isInCalendar == false, detail: .symbols(missing.text))
    let weekdays = reader.read(["2021년 12월 2일 목요일", "2021년 12월 2일 금요일", "Friday, December 2, 2021", "2021-12-02"])
    let fits = weekdays.map { $0.weekdayFits.map { $0 ? "=" : "≠" } ?? "–" }
    page.check(
      Text(
        "a weekday that contradicts the date is noticed, and changes nothing", ko: "날짜와 어긋나는 요일을 알아채고, 읽은 날짜는 그대로다"),
      fits == ["=", "≠", "≠", "–"] && weekdays.allSatisfy { $0.text == "2021-12-02" },
      detail: .symbols(zip(fits, weekdays).map { "\($0) \($1.text)" }.joined(separator: ", ")))
    let capital = reader.read(["DECEMBER 2, 2021", "december 2, 2021"])
    page.check(
      Text("capital letters make no difference", ko: "대문자로 써도 같다"), Matrix(capital[0].probability),
      hasSameBitsAs: Matrix(capital[1].probability))
  }

  /// Where the network looks while it writes year, month and day.
  private func showAlignments(_ reader: Reader, _ page: Page) {
    let korean = reader.read(["2021년 12월 2일 목요일"])[0]
    page.figure("alignment-ko", alignment(korean), title: "2021년 12월 2일 목요일 → \(korean.text)")
    page.check(
      Text("Korean: the year, the month, the day, from left to right", ko: "한국어: 왼쪽부터 연도, 월, 일의 순서로"),
      .above(korean.leastAttention(to: ["2021년 ", " 12월 ", " 2일 "]), 0.5, named: "Σ a"))
    let english = reader.read(["Thursday, December 2, 2021"])[0]
    page.figure("alignment-en", alignment(english), title: "Thursday, December 2, 2021 → \(english.text)")
    page.check(
      Text("English: the year, then the month, then the day", ko: "영어: 연도, 월, 일의 순서로"),
      .above(english.leastAttention(to: [" 2021", " december ", " 2,"]), 0.5, named: "Σ a"))
    let weekdays = max(korean.mostAttention(to: "목요일"), english.mostAttention(to: "thursday"))
    let without = reader.read(["2021년 12월 2일", "December 2, 2021"])
    page.check(
      Text("the weekday is hardly looked at, and the answer is the same without it", ko: "요일은 거의 보지 않고, 요일이 없어도 답이 같다"),
      .below(weekdays, 0.05, named: "Σ a"), .equal(zip(without, [korean, english]).count { $0.text == $1.text }, 2))
  }
}

extension Reader.Reading {
  /// Of the characters of year, month and day: the smallest attention that one of them pays to its part of the text, which is
  /// given in the order year, month, day. It is 0 where a part is not in the text.
  fileprivate func leastAttention(to parts: [String]) -> Double {
    zip(parts, [0..<4, 5..<7, 8..<10]).map { part, rows in
      guard let columns = columns(of: part) else { return 0 }
      return rows.map { attention[$0][columns].reduce(0, +) }.min()!
    }.min()!
  }

  /// The largest attention that any character pays to this part of the text; 1 where the text does not have the part.
  fileprivate func mostAttention(to part: String) -> Double {
    guard let columns = columns(of: part) else { return 1 }
    return attention.map { $0[columns].reduce(0, +) }.max() ?? 1
  }

  /// The places of this part in what was read; nil where it is not there.
  private func columns(of part: String) -> Range<Int>? {
    let text = String(source)
    guard let range = text.range(of: part) else { return nil }
    let first = text.distance(from: text.startIndex, to: range.lowerBound)
    return first..<first + part.count
  }
}
