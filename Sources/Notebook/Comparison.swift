// Comparisons of numbers that print themselves, so that a check's line shows what was compared with what.

/// A comparison of numbers: whether it holds, and how it is written.
///
/// ```swift
/// page.check(Text("it explodes", ko: "폭발한다"), .above(norm, 10))             // ✓ it explodes      24.1 > 10
/// page.check(Text("half are right", ko: "절반이 맞다"), .atLeast(right, 500))  // ✓ half are right   612 ≥ 500
/// ```
public struct Comparison: Sendable {
  public let holds: Bool
  /// The values and the sign between them: `24.1 > 10`.
  public let text: String

  private init(_ holds: Bool, _ text: String) {
    self.holds = holds
    self.text = text
  }

  /// `value` > `least`. `name` is written before the value: `a = 0.8 > 0.7`.
  public static func above(_ value: Double, _ least: Double, named name: String? = nil) -> Comparison {
    Comparison(value > least, "\(number(value, name)) > \(bound(least))")
  }

  /// `value` < `most`. Where the bound is 1e-9 or less, a value below it is what rounding leaves, and only the bound is
  /// written.
  public static func below(_ value: Double, _ most: Double, named name: String? = nil) -> Comparison {
    if value < most, most <= 1e-9 { return Comparison(true, "\(name.map { "\($0) " } ?? "")< \(bound(most))") }
    return Comparison(value < most, "\(number(value, name)) < \(bound(most))")
  }

  /// `value` lies strictly inside `range`: `0.5 < 1.2 < 3`.
  public static func inside(_ value: Double, _ range: ClosedRange<Double>, named name: String? = nil) -> Comparison {
    Comparison(
      range.lowerBound < value && value < range.upperBound,
      "\(bound(range.lowerBound)) < \(number(value, name)) < \(bound(range.upperBound))")
  }

  /// `value` > `other`, both measured: `0.95 > 0.6`.
  public static func greater(_ value: Double, than other: Double, named name: String? = nil) -> Comparison {
    Comparison(value > other, "\(number(value, name)) > \(number(other, nil))")
  }

  /// `value` ≤ `other`, both measured: `84.7 ≤ 85.0`.
  public static func atMost(_ value: Double, _ other: Double, named name: String? = nil) -> Comparison {
    Comparison(value <= other, "\(number(value, name)) ≤ \(number(other, nil))")
  }

  /// `value` < `bound`, with the value written however small it is: `1.3e−14 < 1e-6`.
  public static func tiny(_ value: Double, _ most: Double, named name: String? = nil) -> Comparison {
    Comparison(value < most, "\(number(value, name)) < \(bound(most))")
  }

  /// `count` ≥ `least`.
  public static func atLeast(_ count: Int, _ least: Int, named name: String? = nil) -> Comparison {
    Comparison(count >= least, "\(name.map { "\($0) = " } ?? "")\(count) ≥ \(least)")
  }

  /// Two counts are the same.
  public static func equal(_ count: Int, _ expected: Int, named name: String? = nil) -> Comparison {
    Comparison(count == expected, "\(name.map { "\($0): " } ?? "")\(count) = \(expected)")
  }

  /// As it is typed: 0.5, 10, 1e-12.
  private static func bound(_ value: Double) -> String {
    let text = Page.bound(value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func number(_ value: Double, _ name: String?) -> String {
    (name.map { "\($0) = " } ?? "") + NumberFormat.format(value, significant: 3)
  }
}

extension Page {
  /// All of the comparisons hold. The line's detail shows them, after `note`; one that fails is marked with ✗.
  public func check(_ claim: Text, _ comparisons: Comparison..., note: Text? = nil) {
    check(claim, comparisons, note: note)
  }

  /// The same for a list, which must not be empty.
  public func check(_ claim: Text, _ comparisons: [Comparison], note: Text? = nil) {
    precondition(!comparisons.isEmpty, "a check must compare something")
    let words = comparisons.map { $0.holds ? $0.text : "\($0.text) ✗" }.joined(separator: ", ")
    let detail = note.map { Text("\($0.english): \(words)", ko: "\($0.korean): \(words)") } ?? .symbols(words)
    check(claim, comparisons.allSatisfy(\.holds), detail: detail)
  }
}
