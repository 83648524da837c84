// What the gradient check reports, and where it must refuse to pass.

import Testing

@testable import Autodiff

@Suite struct GradientChecks {
  private let W = Matrix([[0.5, -0.3, 0.8], [0.2, 0.9, -0.6]])
  private let x = Matrix([[1, 0.5], [-0.7, 0.3], [0.4, -1.1]])

  /// Multiplies one entry of W's gradient.
  private func perturbing(_ row: Int, _ column: Int, by factor: Double) -> Tape.Rule {
    { operation, δ, k, x, y in
      var gradient = operation.pullback(δ, to: k, inputs: x, output: y)
      if operation == .matrixProduct, k == 0 { gradient![row, column] *= factor }
      return gradient
    }
  }

  @Test(arguments: [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)], [-1, 1.00001, 0, 1e200])
  func theWorstEntryIsTheWrongOne(entry: (row: Int, column: Int), factor: Double) throws {
    let check = GradientCheck(
      [W, x], names: ["W", "x"], rule: perturbing(entry.row, entry.column, by: factor)
    ) { ($0[0] * $0[1]).tanh }
    #expect(!check.passes)
    let worst = try #require(check.worst)
    #expect(worst.input == 0 && worst.name == "W")
    #expect(worst.row == entry.row && worst.column == entry.column)
    #expect(worst.excess > 1)
    #expect(abs(worst.derived - factor * worst.difference) <= 1e-7 * abs(worst.derived))
    #expect(check.largestDifference == abs(worst.derived - worst.difference))
    #expect(check.count == 12 && check.significantCount >= 11)
  }

  @Test func aRightGradientPassesAndSaysHowClosely() throws {
    let check = GradientCheck([W, x], names: ["W"]) { ($0[0] * $0[1]).tanh }
    #expect(check.passes)
    #expect(check.count == 12 && check.significantCount == 12)
    #expect(check.largestDifference < 1e-9 && check.largestDifference > 0)
    let worst = try #require(check.worst)
    #expect(worst.excess < 1)
    #expect(worst.name == (worst.input == 0 ? "W" : nil))
  }

  @Test func nothingToCompareIsNoPass() {
    let none = GradientCheck([]) { _ in Tape().variable(Matrix(1)) }
    #expect(!none.passes && none.count == 0 && none.worst == nil)
    let empty = GradientCheck([Matrix(rows: 2, columns: 0)]) { $0[0].total }
    #expect(!empty.passes && empty.count == 0)
    let emptyOutput = GradientCheck([W]) { $0[0].columns([]) }
    #expect(!emptyOutput.passes)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity]) func anEntryThatIsNotFiniteFails(special: Double) throws {
    let check = GradientCheck([W, x], rule: perturbing(1, 1, by: special)) { ($0[0] * $0[1]).tanh }
    #expect(!check.passes)
    let worst = try #require(check.worst)
    #expect(worst.excess == .infinity && worst.row == 1 && worst.column == 1)
    #expect(!check.largestDifference.isFinite)
  }

  @Test func aFunctionThatIsNotFiniteFails() {
    #expect(!GradientCheck([Matrix(-1)]) { $0[0].log }.passes)
    #expect(!GradientCheck([Matrix(0)]) { $0[0].squareRoot }.passes)
    #expect(!GradientCheck([Matrix(.nan)]) { $0[0] }.passes)
  }

  @Test func aKinkWithinTheStepFails() {
    #expect(!GradientCheck([Matrix(0)]) { $0[0].relu }.passes)
    #expect(GradientCheck([Matrix(0.01)]) { $0[0].relu }.passes)
  }

  @Test func theWeightsSeeEveryEntryOfTheOutput() {
    // One wrong entry at a time, in an output of forty: whatever the seed.
    let input = Matrix(rows: 8, columns: 5, repeating: 0.3)
    for seed in UInt64(1)...5 {
      for wrong in 0..<40 {
        let check = GradientCheck(
          [input], seed: seed,
          rule: { operation, δ, k, x, y in
            var gradient = operation.pullback(δ, to: k, inputs: x, output: y)
            gradient!.elements[wrong] *= 1.001
            return gradient
          }
        ) { $0[0].exp }
        #expect(!check.passes)
      }
    }
  }

  /// Errors that cancel in a plain sum: δ taken from the neighbouring column.
  @Test func exchangedColumnsThatASumWouldNotSeeAreSeen() {
    let exchanged: Tape.Rule = { operation, δ, k, x, y in
      operation == .scaling(3) ? (3.0 * δ).columns([1, 0]) : operation.pullback(δ, to: k, inputs: x, output: y)
    }
    #expect(GradientCheck([x], rule: exchanged) { (3.0 * $0[0]).total }.passes)
    #expect(!GradientCheck([x], rule: exchanged) { 3.0 * $0[0] }.passes)
  }

  /// Forty tanh layers of small weights: the gradient is 10⁻¹³, and its sign would not be seen.
  @Test func aVanishedGradientIsReportedAsNotSeen() {
    let wrong = GradientCheck(
      [Matrix(0.3)],
      rule: { operation, δ, k, x, y in
        let right = operation.pullback(δ, to: k, inputs: x, output: y)
        return x[0].scalar == 0.3 ? right.map { -$0 } : right
      }
    ) { x in (0..<40).reduce(x[0]) { h, _ in (0.5 * h).tanh } }
    #expect(wrong.passes && wrong.significantCount == 0)
  }

  /// The relative tolerance is that of the entry itself: against max(1, |entry|) an error of 5e-8 would pass beside a gradient of
  /// 1e-3.
  @Test(arguments: [1.0, 1e-3]) func aSmallGradientIsHeldToItsOwnSize(size: Double) {
    let wrong: Tape.Rule = { operation, δ, k, x, y in
      operation.pullback(δ, to: k, inputs: x, output: y).map { (1 + 5e-8 / size) * $0 }
    }
    let x = Matrix([[0.5, -0.25]])
    #expect(GradientCheck([x]) { size * $0[0] }.passes)
    #expect(GradientCheck([x], rule: wrong) { size * $0[0] }.passes == (size == 1))
  }

  @Test func largeEntriesAreMovedByALargeStep() {
    #expect(GradientCheck([Matrix([[1e6, -1e9]])], absolute: 1e-3) { $0[0] .* $0[0] }.passes)
  }

  @Test func theChecksOwnWeightsDependOnItsSeedOnly() {
    let one = GradientCheck([W, x], seed: 5) { ($0[0] * $0[1]).tanh }
    let same = GradientCheck([W, x], seed: 5) { ($0[0] * $0[1]).tanh }
    let other = GradientCheck([W, x], seed: 6) { ($0[0] * $0[1]).tanh }
    #expect(one.worst?.derived == same.worst?.derived && one.largestDifference == same.largestDifference)
    #expect(one.largestDifference != other.largestDifference)
  }
}
