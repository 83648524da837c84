// Numbers as decimal text: correctly rounded, with the same characters on every machine and in every locale.

/// Writes numbers in decimal, rounded from their exact value.
///
/// A `Double` is an integer times a power of two, so its decimal expansion is finite. This code computes all its digits and
/// rounds once, half to even; rounding an already rounded text twice would give other digits. The minus sign is U+2212.
public enum NumberFormat {
  /// `x` rounded to `significant` digits, trailing zeros kept: 0.30 for 0.3 to two digits.
  ///
  /// A number that is below 10⁻⁴ or at least 10^(significant + 3) after rounding is written as 1.23e−05 or 1.23e+06. Digits
  /// before the point are never replaced by zeros: 1234.6 to two digits is 1235. Zero of either sign is 0.
  ///
  /// - Precondition: `significant` is at least 1.
  public static func format(_ x: Double, significant: Int) -> String {
    precondition(significant >= 1, "NumberFormat.format: significant is \(significant), it must be at least 1")
    if let word = word(for: x) { return word }
    let exact = Decimal(x)
    if exact.digits.isEmpty { return "0" }
    let rounded = exact.rounded(keeping: significant)
    let exponent = rounded.point - 1
    if exponent < -4 || exponent >= significant + 3 {
      let sign = exponent < 0 ? "−" : "+"
      let size = String(exponent.magnitude)
      let mantissa = Decimal(digits: rounded.digits, point: 1).text(decimals: significant - 1)
      return (x < 0 ? "−" : "") + mantissa + "e" + sign + (size.count < 2 ? "0" : "") + size
    }
    return format(x, decimals: max(0, significant - 1 - exponent))
  }

  /// `x` rounded to `decimals` digits after the point: −0.30 for −0.3 to two. A result of zero has no sign.
  ///
  /// - Precondition: `decimals` is not negative.
  public static func format(_ x: Double, decimals: Int) -> String {
    precondition(decimals >= 0, "NumberFormat.format: decimals is \(decimals), it must not be negative")
    if let word = word(for: x) { return word }
    let exact = Decimal(x)
    let rounded = exact.rounded(keeping: exact.point + decimals)
    let isNegative = x < 0 && !rounded.digits.isEmpty
    return (isNegative ? "−" : "") + rounded.text(decimals: decimals)
  }

  /// A share of 1 in per cent: 12.3 % for 0.123 to one decimal.
  public static func percent(_ share: Double, decimals: Int = 1) -> String {
    format(100 * share, decimals: decimals) + " %"
  }

  /// The text of a number that is not finite; nil for a finite one.
  private static func word(for x: Double) -> String? {
    if x.isNaN { return "NaN" }
    if x.isInfinite { return x < 0 ? "−∞" : "∞" }
    return nil
  }
}

/// A non-negative decimal number, 0.d₁d₂d₃… · 10^point. Zero has no digits.
private struct Decimal {
  var digits: [UInt8]
  var point: Int

  init(digits: [UInt8], point: Int) {
    self.digits = digits
    self.point = point
  }

  /// The exact value of |x|, for a finite x.
  init(_ x: Double) {
    let isSubnormal = x.exponentBitPattern == 0
    let significand = x.significandBitPattern | (isSubnormal ? 0 : 1 << 52)
    let exponent = (isSubnormal ? 1 : Int(x.exponentBitPattern)) - 1075
    // |x| = significand · 2^exponent, and 2⁻ⁿ = 5ⁿ · 10⁻ⁿ: an integer, and a place for its point. The digits of the
    // integer, the lowest first:
    var reversed = String(significand).utf8.reversed().map { Int($0) - 48 }
    var rest = significand == 0 ? 0 : abs(exponent)
    while rest > 0 {
      // Twelve factors at a time: 5¹² · 9 and the carry stay small.
      let step = min(rest, 12)
      let factor = (0..<step).reduce(1) { product, _ in product * (exponent < 0 ? 5 : 2) }
      var carry = 0
      for place in reversed.indices {
        let value = reversed[place] * factor + carry
        (reversed[place], carry) = (value % 10, value / 10)
      }
      while carry > 0 {
        reversed.append(carry % 10)
        carry /= 10
      }
      rest -= step
    }
    digits = significand == 0 ? [] : reversed.reversed().map { UInt8($0) }
    point = digits.count + min(0, exponent)
  }

  /// The nearest number with at most `count` digits; of two that are equally near, the even one.
  func rounded(keeping count: Int) -> Decimal {
    if count >= digits.count { return self }
    if count < 0 { return Decimal(digits: [], point: 0) }
    var kept = Array(digits[..<count])
    let rest = digits[count...]
    let isTie = rest.first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
    let isOdd = (kept.last ?? 0) % 2 == 1
    guard isTie ? isOdd : digits[count] >= 5 else {
      return kept.isEmpty ? Decimal(digits: [], point: 0) : Decimal(digits: kept, point: point)
    }
    while kept.last == 9 { kept.removeLast() }
    if kept.isEmpty { return Decimal(digits: [1], point: point + 1) }
    kept[kept.count - 1] += 1
    return Decimal(digits: kept, point: point)
  }

  /// The number with `decimals` digits after the point; it must not have more.
  func text(decimals: Int) -> String {
    func digit(_ place: Int) -> Character {
      let isPresent = place >= 0 && place < digits.count
      return Character(UnicodeScalar(48 + (isPresent ? digits[place] : 0)))
    }
    var text = point > 0 ? "" : "0"
    for place in 0..<max(point, 0) { text.append(digit(place)) }
    if decimals > 0 {
      text += "."
      for place in point..<point + decimals { text.append(digit(place)) }
    }
    return text
  }
}
