// Equality of formulas: two formulas are the same if they have the same value whatever their names stand for. That is
// decided by computing both on random matrices, of several sizes and from several seeds.

import Autodiff

extension Symbol {
  /// Whether the two formulas are the same function of their names.
  ///
  /// Both are computed on random values of those names, twelve times: with the sizes of the scope and with every size
  /// above 1 doubled; with entries of either sign, and with positive entries, which logarithms and roots need. Each time
  /// the values must have the same shape and agree in every entry, up to rounding. Values that are not finite, and sizes
  /// that fit only one of the formulas, are not compared; the result is `false` if nothing was compared at all.
  ///
  /// The values are the same on every machine and in every run. Formulas that differ only where no random number falls,
  /// or by less than 10⁻¹⁰ of their size, are not told apart.
  ///
  /// - Parameters:
  ///   - other: the formula to compare with.
  ///   - scope: the shapes of the names, the values of integers, and the functions. A name that it lacks takes a shape by
  ///     its spelling: with an upper-case letter it is a square matrix; any other is in turn a column, a square matrix and
  ///     a number. In a bound or an exponent a name that the scope lacks is a small whole number.
  public func isIdentical(to other: Symbol, in scope: Scope = Scope()) -> Bool {
    var isCompared = false
    for sample in Sample.all {
      var scope = scope
      for (place, name) in wholeNumbers.union(other.wholeNumbers).sorted().enumerated()
      where scope.integers[name] == nil && scope.values[name] == nil {
        scope.integers[name] = sample.wholeNumber(place)
      }
      scope.sample = sample
      guard let a = try? scope.evaluate(self), let b = try? scope.evaluate(other),
        (a.elements + b.elements).allSatisfy(\.isFinite)
      else { continue }
      guard a.shape == b.shape, a.largestDifference(from: b) <= 1e-10 * max(a.largestMagnitude, b.largestMagnitude)
      else { return false }
      isCompared = true
    }
    return isCompared
  }

  /// The names that stand in bounds and in exponents.
  private var wholeNumbers: Set<String> {
    let own: [Symbol] =
      switch self {
      case .series(_, _, let from, let through, _): [from, through]
      case .power(let base, let exponent, _) where base != .name("e"): [exponent]
      default: []
      }
    return parts.reduce(Set(own.flatMap(\.names))) { $0.union($1.wholeNumbers) }
  }

  /// The names that it is made of.
  private var names: Set<String> {
    if case .name(let name) = self { return [name] }
    return parts.reduce([]) { $0.union($1.names) }
  }
}

/// One draw of random values for the names of a formula.
struct Sample {
  var seed: UInt64
  /// What sizes above 1 are multiplied by.
  var factor: Int
  var isPositive: Bool
  /// The shape of a name without a value, unless it is a matrix by its spelling.
  var shape: Shape

  /// Every combination of sizes, signs and shapes, each with a seed of its own.
  static let all: [Sample] = [1, 2].flatMap { factor in
    [false, true].flatMap { isPositive in
      [Shape(3, 1), Shape(3, 3), Shape(1, 1)].map { (factor, isPositive, $0) }
    }
  }.enumerated().map { Sample(seed: UInt64($0), factor: $1.0, isPositive: $1.1, shape: $1.2) }

  /// The value of a name, the same each time: entries between 0.25 and 1.25, and their negatives.
  ///
  /// - Parameter known: the shape that the name has in the scope, if it is there.
  func value(of name: String, _ known: Shape?) -> Matrix {
    let shape = known ?? (Symbol.isMatrixName(name) ? Shape(3, 3) : shape)
    // FNV-1a: the hash of the standard library differs from run to run.
    var random = Random(seed: name.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    func scaled(_ size: Int) -> Int { size > 1 ? factor * size : size }
    return Matrix(rows: scaled(shape.rows), columns: scaled(shape.columns)) { _, _ in
      let magnitude = random.uniform(0.25, 1.25)
      return isPositive || random.uniform() < 0.5 ? magnitude : -magnitude
    }
  }

  /// A value for the name at this place of the alphabet: descending for one choice of sizes, ascending for the other, since
  /// a product from i down to j needs i > j.
  func wholeNumber(_ place: Int) -> Int { factor == 1 ? 12 - 3 * place : 2 + 2 * place }
}
