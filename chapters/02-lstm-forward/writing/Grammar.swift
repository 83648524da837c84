// What the network is to write: numbers and times of day in words, in Korean and in English.

/// The four kinds of texts.
enum Kind: Int, CaseIterable, Sendable {
  case koreanNumber, koreanTime, englishNumber, englishTime

  var isKorean: Bool { self == .koreanNumber || self == .koreanTime }

  /// All texts of this kind.
  var pattern: Pattern {
    switch self {
    case .koreanNumber: Korean.number
    case .koreanTime: Korean.time
    case .englishNumber: English.number
    case .englishTime: English.time
    }
  }
}

// begin: korean
/// 1 to 9999 as Sino-Korean numerals, in one word, as Korean orthography sets a space only after 만 (ten thousand); no 일
/// before 십, 백, 천. Times of day with native hours and Sino-Korean minutes, 시 and 분 as words of their own.
enum Korean {
  static let digits = "일이삼사오육칠팔구".map { String($0) }
  static let hours = ["한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두"]

  static let below10 = Pattern.oneOf(digits)
  static let below60 = below10.or(counted("십", upTo: 5) + below10.orNothing)
  static let below100 = below10.or(counted("십") + below10.orNothing)
  static let below1000 = below100.or(counted("백") + below100.orNothing)
  static let number = below1000.or(counted("천") + below1000.orNothing)

  /// 십, 이십, 삼십, …
  static func counted(_ unit: String, upTo last: Int = 9) -> Pattern {
    .oneOf([unit] + digits[1..<last].map { $0 + unit })
  }

  /// The hours that go with each part of the day.
  static let parts: [(name: String, hours: [Int])] = [
    ("", Array(1...12)), ("오전 ", Array(1...11)), ("오후 ", Array(1...11)), ("새벽 ", Array(1...5)),
    ("낮 ", [12, 1, 2, 3]), ("밤 ", Array(8...12)),
  ]
  static let time =
    Pattern.oneOf(parts.flatMap { part in part.hours.map { part.name + hours[$0 - 1] } }) + " 시"
    + Pattern.oneOf(["", " 반", " 오 분 전", " 십 분 전", " 십오 분 전"]).or(" " + below60 + " 분")
}
// end: korean

// begin: english
/// 1 to 9999 as Americans write them: without "and", with a hyphen between tens and ones. Times of day by the clock's
/// hand: o'clock, half, a quarter, minutes past and to the hour.
enum English {
  static let below20 = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
  ]
  static let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

  static let digit = Pattern.oneOf(Array(below20[..<9]))
  static let below100 = Pattern.oneOf(below20).or(.oneOf(tens) + ("-" + digit).orNothing)
  static let below1000 = below100.or(digit + " hundred" + (" " + below100).orNothing)
  static let number = below1000.or(digit + " thousand" + (" " + below1000).orNothing)

  /// Minutes on the five-minute marks stand alone, all others with their unit.
  static let minutes =
    Pattern.oneOf(["five", "ten", "quarter", "twenty", "twenty-five", "one minute"]).or(counted + " minutes")
  private static let counted = Pattern.oneOf(below20.filter { !["one", "five", "ten", "fifteen"].contains($0) })
    .or("twenty-" + .oneOf(below20[..<9].filter { $0 != "five" }))

  /// The hours that go with each part of the day.
  static let parts: [(name: String, hours: [Int])] = [
    ("", Array(1...12)), (" in the morning", Array(1...11)), (" in the afternoon", [12, 1, 2, 3, 4, 5]),
    (" in the evening", Array(6...9)), (" at night", Array(9...12)),
  ]
  static let time = Pattern.choice(
    parts.map { part in
      let hour = Pattern.oneOf(part.hours.map { below20[$0 - 1] })
      let clock = (hour + " o'clock").or(Pattern.oneOf(["half past "]).or(minutes + .oneOf([" past ", " to "])) + hour)
      return clock + .text(Array(part.name))
    })
}
// end: english

/// All texts that are right, and the part of them that the network learns from.
enum Texts {
  /// All texts of each kind.
  static let all: [[String]] = Kind.allCases.map(\.pattern.texts)
  /// Those to learn from, of each kind, and the others, which no training sees.
  static let training = all.map { $0.filter(isForTraining) }
  static let heldOut = all.map { $0.filter { !isForTraining($0) } }

  /// Whether the grammar has this text.
  static func isRight(_ text: String) -> Bool { Kind.allCases.contains { $0.pattern.accepts(text) } }

  // begin: split
  /// Three texts of ten are for training. The text alone decides: the FNV-1a hash of its bytes.
  static func isForTraining(_ text: String) -> Bool {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return (hash >> 32) % 10 < 3
  }
  // end: split
}
