// Numbers as text: correctly rounded, and the same characters on every machine and in every locale.

/// Writes numbers in decimal, rounded from their exact value.
///
/// A `Double` is an integer times a power of two, so its decimal expansion is finite. It is written out in full here
/// and rounded once, half to even: no rounding of something already rounded. The minus sign is U+2212.
public enum NumberFormat {
  /// `x` rounded to `significant` digits, trailing zeros kept: 0.30 for 0.3 to two digits.
  ///
  /// After rounding, a number below 10⁻⁴ or from 10^(significant + 3) up is written as 1.23e−05 or 1.23e+06. Digits
  /// before the point are never replaced by zeros, so 1234.6 to two digits is 1235. Zero of either sign is 0.
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

  /// `x` rounded to `decimals` digits after the point: −0.30 for −0.3 to two. What rounds to zero has no sign.
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

  private static func word(for x: Double) -> String? {
    if x.isNaN { return "NaN" }
    if x.isInfinite { return x < 0 ? "−∞" : "∞" }
    return nil
  }
}

/// A non-negative decimal number, 0.d₁d₂d₃… × 10^point. Zero has no digits.
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
    // x = significand × 2^exponent, and 2⁻ⁿ = 5ⁿ × 10⁻ⁿ: an integer, and a place for its point.
    var integer = BigInteger(significand)
    if significand != 0 {
      integer.multiply(by: exponent < 0 ? 5 : 2, times: Int(exponent.magnitude))
    }
    digits = integer.digits
    point = digits.count + min(0, exponent)
  }

  /// The nearest number with `count` digits, or fewer where the rest are zeros; of two equally near, the even one.
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

  /// This number, which must not need more, with `decimals` digits after the point.
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

/// A non-negative integer of any size, as limbs of nine decimal digits, the lowest first.
private struct BigInteger {
  private var limbs: [UInt64] = []
  private static let base: UInt64 = 1_000_000_000

  init(_ value: UInt64) {
    var value = value
    while value > 0 {
      limbs.append(value % Self.base)
      value /= Self.base
    }
  }

  /// Multiplies by factor^times, for a factor of at most 5.
  mutating func multiply(by factor: UInt64, times: Int) {
    var times = times
    while times > 0 {
      let step = min(times, 12)
      var product: UInt64 = 1
      for _ in 0..<step { product *= factor }
      var carry: UInt64 = 0
      for index in limbs.indices {
        let value = limbs[index] * product + carry
        limbs[index] = value % Self.base
        carry = value / Self.base
      }
      if carry > 0 { limbs.append(carry) }
      times -= step
    }
  }

  /// The decimal digits, the highest first. None for zero.
  var digits: [UInt8] {
    var digits: [UInt8] = []
    for limb in limbs {
      var limb = limb
      for _ in 0..<9 {
        digits.append(UInt8(limb % 10))
        limb /= 10
      }
    }
    while digits.last == 0 { digits.removeLast() }
    return digits.reversed()
  }
}
