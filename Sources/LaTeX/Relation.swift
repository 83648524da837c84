// What the relations of an equation mean for two matrices of numbers.

import Autodiff

/// Why two matrices cannot be compared.
public enum Incomparable: Hashable, Sendable {
  case shapes(Shape, Shape)
  /// They have no entries.
  case empty
  /// An entry that is infinite or not a number.
  case notFinite(Double)

  /// `nil` if the two can be compared.
  public init?(_ a: Matrix, _ b: Matrix) {
    if a.shape != b.shape {
      self = .shapes(a.shape, b.shape)
    } else if a.count == 0 {
      self = .empty
    } else if let entry = (a.elements + b.elements).first(where: { !$0.isFinite }) {
      self = .notFinite(entry)
    } else {
      return nil
    }
  }
}

extension Equation.Step {
  /// Why a relation does not hold.
  public enum Failure: Hashable, Sendable {
    case incomparable(Incomparable)
    /// The first two entries between which it does not hold.
    case entries(Double, Double)
    /// Both sides of ≠ are equal.
    case equalSides
  }

  /// Why the relation does not hold on the scope's numbers; `nil` if it holds.
  ///
  /// With s the largest magnitude on either side, between any two entries x and y
  /// - = means |x − y| ≤ `tolerance` · s,
  /// - ≤ and ≥ may be missed by as much, < and > by nothing,
  /// - ≈ means |x − y| ≤ one unit of the last decimal if the right side is written with decimals, otherwise one per cent of
  ///   the larger magnitude.
  ///
  /// ≠ means that some two entries differ by more than s / 1000.
  ///
  /// - Throws: `FormulaError` if a side has no value.
  public func failure(in scope: Scope, tolerance: Double) throws(FormulaError) -> Failure? {
    let (a, b) = (try scope.evaluate(left), try scope.evaluate(right))
    if let problem = Incomparable(a, b) { return .incomparable(problem) }
    let size = max(a.largestMagnitude, b.largestMagnitude)
    if relation == .notEqual { return a.largestDifference(from: b) > 1e-3 * size ? nil : .equalSides }
    // A little more than a unit, because decimals such as 0.1 are not exact in binary.
    let unit = relation == .approximately ? right.decimals.map { 1.001 * Double("1e-\($0)")! } : nil
    func holds(_ x: Double, _ y: Double) -> Bool {
      switch relation {
      case .equal: abs(x - y) <= tolerance * size
      case .approximately: abs(x - y) <= (unit ?? 1e-2 * max(abs(x), abs(y)))
      case .lessOrEqual: x <= y + tolerance * size
      case .greaterOrEqual: x >= y - tolerance * size
      case .less: x < y
      case .greater: x > y
      case .notEqual: x != y
      }
    }
    return zip(a.elements, b.elements).first { !holds($0, $1) }.map { .entries($0, $1) }
  }
}

extension Symbol {
  /// The most decimals that one of its numbers is written with; `nil` if all are whole.
  fileprivate var decimals: Int? {
    if case .number(let number) = self {
      let text = "\(number)"
      guard number != number.rounded(), !text.contains("e"), let point = text.firstIndex(of: ".") else { return nil }
      return text[point...].count - 1
    }
    return parts.compactMap(\.decimals).max()
  }
}
