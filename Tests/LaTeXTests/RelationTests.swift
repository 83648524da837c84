import Autodiff
import Testing

@testable import LaTeX

@Suite struct RelationTests {
  /// Why the one relation of the source does not hold; nil if it holds.
  private func failure(_ source: String, tolerance: Double = 1e-12) throws -> Equation.Step.Failure? {
    let scope = Scope(values: ["x": Matrix(column: [1, 100]), "y": Matrix(column: [1, 100 + 1e-7])])
    return try Equation(parsing: source).steps[0].failure(in: scope, tolerance: tolerance)
  }

  @Test(arguments: [
    // The tolerance is relative to the largest entry of both sides.
    ("x = y", 1e-8, true), ("x = y", 1e-10, false), ("x = x", 1e-15, true),
    ("y \\le x", 1e-8, true), ("y \\le x", 1e-10, false), ("x \\le y", 1e-15, true),
    ("x \\ge y", 1e-8, true), ("x \\ge y", 1e-10, false), ("y \\ge x", 1e-15, true),
    ("y \\lt x", 1, false), ("x \\lt x", 1, false), ("x \\lt x + 1", 1e-12, true),
    ("x \\gt x", 1, false), ("x + 1 \\gt x", 1e-12, true),
    ("x \\ne y", 1e-12, false), ("x \\ne 1.01 x", 1e-12, true),
    ("x \\approx 1.009 x", 1e-12, false), ("x \\approx \\frac{100 x}{101}", 1e-12, true),
    ("x \\approx \\frac{100 x}{102}", 1e-12, false), ("1 \\approx 1.1", 1e-12, true), ("1 \\approx 1.2", 1e-12, false),
    ("0.996 \\approx 1.00", 1e-12, true), ("1.005 \\approx 1.02", 1e-12, false),
  ])
  func aRelationHasItsTolerance(source: String, tolerance: Double, holds: Bool) throws {
    #expect(try (failure(source, tolerance: tolerance) == nil) == holds)
  }

  @Test func aFailureSaysWhatItIs() throws {
    #expect(try failure("x = 2 x") == .entries(1, 2))
    #expect(try failure("x = [x; x]") == .incomparable(.shapes(Shape(2, 1), Shape(4, 1))))
    #expect(try failure("x \\le \\frac{x}{0}") == .incomparable(.notFinite(.infinity)))
    #expect(try failure("x \\ne x") == .equalSides)
    #expect(throws: FormulaError.self) { try failure("x = z") }
  }
}
