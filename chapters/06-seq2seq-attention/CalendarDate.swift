// Dates as people write them, in Korean and English, and as machines do: ISO 8601.
//
// A string names exactly one date, by these rules:
//
// - A year of four digits is one of 1600 … 2399, in the Gregorian calendar.
// - A year of two digits is one of 1969 … 2068: 69 … 99 stand for 1969 … 1999 and 00 … 68 for 2000 … 2068, as in POSIX.
// - Three numbers between slashes with the year last are American, month first, unless the first is above 12: then it can
//   only be the day.
// - Where the year is the first of three numbers (between dots, hyphens or slashes, or with nothing between them), the month
//   is the second.

// MARK: - The calendar

/// A year, a month and a day. It need not be in the Gregorian calendar: February 30 is one.
struct CalendarDate: Hashable, Comparable {
  let year, month, day: Int

  /// The date in ISO 8601: 2021-12-02.
  var iso: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }

  /// Reads a text such as 2021-12-02; nil for a text of any other form.
  init?(iso: String) {
    let symbols = Array(iso.utf8)
    guard symbols.count == 10, symbols[4] == UInt8(ascii: "-"), symbols[7] == UInt8(ascii: "-") else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      var value = 0
      for symbol in symbols[range] {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(symbol) else { return nil }
        value = 10 * value + Int(symbol - UInt8(ascii: "0"))
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
    self.init(year, month, day)
  }

  init(_ year: Int, _ month: Int, _ day: Int) { (self.year, self.month, self.day) = (year, month, day) }

  static func < (a: CalendarDate, b: CalendarDate) -> Bool {
    (a.year, a.month, a.day) < (b.year, b.month, b.day)
  }

  /// Every fourth year is a leap year, but of the years that end in 00 only every fourth.
  static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  static func days(inMonth month: Int, of year: Int) -> Int {
    month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// Whether the calendar has this day.
  var isInCalendar: Bool {
    (1...12).contains(month) && day >= 1 && day <= CalendarDate.days(inMonth: month, of: year)
  }

  /// 0 for Sunday … 6 for Saturday. The date must be in the calendar, in the year 1 or later.
  var weekday: Int {
    // 1 January of the year 1 was a Monday. A year moves the weekday by 365 mod 7 = 1, a leap year by one more.
    let before = year - 1
    let toNewYear = before + before / 4 - before / 100 + before / 400
    let inYear = (1..<month).reduce(0) { $0 + CalendarDate.days(inMonth: $1, of: year) }
    return (1 + toNewYear + inYear + day - 1) % 7
  }

  /// The years of the dates that are drawn.
  static let years = 1600...2399
  /// The hundred years that two digits stand for.
  static let shortYears = 1969...2068

  /// The year that two digits stand for.
  static func year(ofTwoDigits digits: Int) -> Int { digits >= 69 ? 1900 + digits : 2000 + digits }
}

private func padded(_ number: Int, _ width: Int) -> String {
  let digits = "\(number)"
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

// MARK: - The forms

/// A way to write a date.
enum DateForm: String, CaseIterable {
  case korean, koreanWeekday, koreanShortWeekday, koreanTight, koreanTwoDigits,
    koreanTwoDigitsTight
  case dotted, dottedTight, dottedWeekday, dottedTwoDigits, apostrophe
  case english, englishWeekday, englishShort, englishShortWeekday, ordinal
  case dayFirst, dayFirstShort, dayFirstOrdinal, dayFirstWeekday
  case american, americanTwoDigits, slashesDayFirst, slashesDayFirstTwoDigits
  case iso, slashesYearFirst, compact

  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
  static let koreanWeekdays = ["일", "월", "화", "수", "목", "금", "토"]

  /// 1st, 2nd, 3rd, 4th, … 11th, 12th, 13th, … 21st, ….
  static func ordinal(_ day: Int) -> String {
    if (11...13).contains(day) { return "\(day)th" }
    return "\(day)" + ([1: "st", 2: "nd", 3: "rd"][day % 10] ?? "th")
  }

  /// Whether the form names the day of the week. Only a date in the calendar has one.
  var hasWeekday: Bool {
    switch self {
    case .koreanWeekday, .koreanShortWeekday, .dottedWeekday, .englishWeekday, .englishShortWeekday, .dayFirstWeekday:
      true
    default: false
    }
  }

  /// Whether the form gives the year's last two digits only.
  var hasShortYear: Bool {
    switch self {
    case .koreanTwoDigits, .koreanTwoDigitsTight, .dottedTwoDigits, .apostrophe, .americanTwoDigits,
      .slashesDayFirstTwoDigits:
      true
    default: false
    }
  }

  /// The date in this form. It is nil where the form cannot write the date: the form names a weekday and the date has none,
  /// two digits do not stand for the year, or the day comes first between slashes and could be taken for the month.
  func text(_ date: CalendarDate) -> String? {
    if hasWeekday && !date.isInCalendar { return nil }
    if hasShortYear && !CalendarDate.shortYears.contains(date.year) { return nil }
    let (year, month, day) = (date.year, date.month, date.day)
    let short = padded(year % 100, 2)
    func weekday(_ names: [String]) -> String { names[date.weekday] }
    let name = DateForm.months[month - 1]
    let monthShort = name.prefix(3)
    switch self {
    case .korean: return "\(year)년 \(month)월 \(day)일"
    case .koreanWeekday: return "\(year)년 \(month)월 \(day)일 \(weekday(DateForm.koreanWeekdays))요일"
    case .koreanShortWeekday: return "\(year)년 \(month)월 \(day)일(\(weekday(DateForm.koreanWeekdays)))"
    case .koreanTight: return "\(year)년\(month)월\(day)일"
    case .koreanTwoDigits: return "\(short)년 \(month)월 \(day)일"
    case .koreanTwoDigitsTight: return "\(short)년\(month)월\(day)일"
    case .dotted: return "\(year). \(month). \(day)."
    case .dottedTight: return "\(year).\(padded(month, 2)).\(padded(day, 2))"
    case .dottedWeekday: return "\(year). \(month). \(day).(\(weekday(DateForm.koreanWeekdays)))"
    case .dottedTwoDigits: return "\(short).\(month).\(day)"
    case .apostrophe: return "'\(short). \(month). \(day)."
    case .english: return "\(name) \(day), \(year)"
    case .englishWeekday: return "\(weekday(DateForm.weekdays)), \(name) \(day), \(year)"
    case .englishShort: return "\(monthShort) \(day), \(year)"
    case .englishShortWeekday: return "\(weekday(DateForm.weekdays).prefix(3)), \(monthShort) \(day), \(year)"
    case .ordinal: return "\(name) \(DateForm.ordinal(day)), \(year)"
    case .dayFirst: return "\(day) \(name) \(year)"
    case .dayFirstShort: return "\(day) \(monthShort) \(year)"
    case .dayFirstOrdinal: return "the \(DateForm.ordinal(day)) of \(name) \(year)"
    case .dayFirstWeekday: return "\(weekday(DateForm.weekdays)), \(day) \(name) \(year)"
    case .american: return "\(month)/\(day)/\(year)"
    case .americanTwoDigits: return "\(month)/\(day)/\(short)"
    case .slashesDayFirst: return day > 12 ? "\(day)/\(month)/\(year)" : nil
    case .slashesDayFirstTwoDigits: return day > 12 ? "\(day)/\(month)/\(short)" : nil
    case .iso: return date.iso
    case .compact: return "\(year)\(padded(month, 2))\(padded(day, 2))"
    case .slashesYearFirst: return "\(year)/\(padded(month, 2))/\(padded(day, 2))"
    }
  }
}

// MARK: - The day of the week in a text

extension CalendarDate {
  /// The days of the week that a text names, as in 목요일, (목), Thursday or Thu: 0 for Sunday … 6 for Saturday, each once, in
  /// the order of the text.
  ///
  /// - Parameter characters: the text after `Characters.normalised`.
  static func weekdays(namedIn characters: [Character]) -> [Int] {
    var found: [Int] = []
    func add(_ weekday: Int?) {
      if let weekday, !found.contains(weekday) { found.append(weekday) }
    }
    func korean(_ character: Character) -> Int? { DateForm.koreanWeekdays.firstIndex(of: String(character)) }
    for (k, character) in characters.enumerated() {
      let (before, after) = (k > 0 ? characters[k - 1] : " ", characters[(k + 1)...].prefix(2))
      if after.starts(with: "요일") || (before == "(" && after.first == ")") { add(korean(character)) }
    }
    for word in characters.split(whereSeparator: { !("a"..."z").contains($0) }) where word.count >= 3 {
      // Thu, Thur, Thurs and Thursday are all beginnings of Thursday. No month is a beginning of a weekday.
      add(DateForm.weekdays.firstIndex { $0.lowercased().hasPrefix(String(word)) })
    }
    return found
  }
}
