// Korean particles: which of two forms follows depends on the sound that the word before ends in, and of a number or a
// symbol on how it is read aloud.

import Console
import Foundation

/// A particle in its two forms: after a closed syllable and after an open one.
enum Particle {
  /// 이, 가
  case subject
  /// 은, 는
  case topic
  /// 을, 를
  case object
  /// 과, 와
  case and
  /// 으로, 로
  case by
  /// 이다, 다
  case copula
  /// 이어야, 여야
  case must

  func text(after ending: KoreanEnding) -> String {
    let isClosed = ending != .open
    return switch self {
    case .subject: isClosed ? "이" : "가"
    case .topic: isClosed ? "은" : "는"
    case .object: isClosed ? "을" : "를"
    case .and: isClosed ? "과" : "와"
    case .by: ending == .closed ? "으로" : "로"
    case .copula: isClosed ? "이다" : "다"
    case .must: isClosed ? "이어야" : "여야"
    }
  }
}

extension String {
  /// This text with a particle after it: "2 × 1이어야", "n으로", "∂L/∂h_t가".
  func with(_ particle: Particle) -> String { self + particle.text(after: KoreanEnding(of: self)) }
}

/// What a text ends in when it is read in Korean.
enum KoreanEnding: Hashable {
  /// In a vowel.
  case open
  /// In ㄹ, after which 로 stands, not 으로.
  case rieul
  /// In another consonant.
  case closed

  /// Of the last syllable, digit, letter or sign that is read; brackets and points are not.
  init(of text: String) {
    let characters = Array(text)
    guard let last = characters.lastIndex(where: { KoreanEnding($0) != nil || $0.isASCIIDigit }) else {
      self = .closed
      return
    }
    self = KoreanEnding(characters[last]) ?? KoreanEnding(number: characters[...last])
  }

  /// Of one character that is no digit; nil where it is not read.
  private init?(_ character: Character) {
    let scalars = character.unicodeScalars
    guard let first = scalars.first, let last = scalars.last else { return nil }
    if (0xAC00...0xD7A3).contains(last.value) {
      let coda = (last.value - 0xAC00) % 28
      self = coda == 0 ? .open : coda == 8 ? .rieul : .closed
      return
    }
    // An accent is read after its letter: 햇, 닷; 바, 틸드.
    let decomposed = String(character).decomposed
    if decomposed.count > 1, let mark = decomposed.last {
      self = [0x302, 0x307, 0x20D7].contains(mark.value) ? .closed : .open
      return
    }
    switch first {
    // 엘, 알; 엠, 엔.
    case "L", "R", "l", "r": self = .rieul
    case "M", "N", "m", "n": self = .closed
    case "A"..."Z", "a"..."z": self = .open
    // 엡실론, 오미크론, 입실론.
    case "ε", "ο", "υ": self = .closed
    case "α"..."ω", "Α"..."Ω", "∂", "∞", "%", "ᵀ", "ℒ": self = .open
    // 제곱, 프라임.
    case "⁰", "¹", "²", "³", "⁴"..."⁹", "′": self = .closed
    // … 분의 일.
    case "½", "¼", "⅓": self = .rieul
    case "¾": self = .closed
    default: return nil
    }
  }

  /// Of a number at the end of a text: 영, 일, 이 …; 십, 백, 천, 만, 억, but 조; after a point digit by digit.
  private init(number text: ArraySlice<Character>) {
    let digits = text.suffix(while: { $0.isASCIIDigit || $0 == "." || $0 == "," })
    let before = text.dropLast(digits.count).suffix(2)
    // 1.5e−05: … 십의 마이너스 오 제곱.
    if before.count == 2, before.first == "e", "−+-".contains(before.last!) {
      self = .closed
      return
    }
    switch digits.last! {
    case "1", "7", "8": self = .rieul
    case "3", "6": self = .closed
    case "2", "4", "5", "9": self = .open
    default:
      let zeros = digits.filter { $0 != "," }.reversed().prefix { $0 == "0" }.count
      let isTrillion = (12..<16).contains(zeros) && zeros < digits.count && !digits.contains(".")
      self = isTrillion ? .open : .closed
    }
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}

extension String {
  /// Its scalars, accents apart from their letters.
  fileprivate var decomposed: [Unicode.Scalar] { Array(decomposedStringWithCanonicalMapping.unicodeScalars) }
}

extension ArraySlice<Character> {
  fileprivate func suffix(while isIn: (Character) -> Bool) -> ArraySlice<Character> {
    var start = endIndex
    while start > startIndex, isIn(self[start - 1]) { start -= 1 }
    return self[start...]
  }
}
