import Autodiff
import LaTeX
import Testing

@testable import Notebook

/// What a page says of one equation: its checks.
private func checks(
  _ latex: String, _ values: [String: Matrix], for index: (name: String, values: [Int])? = nil,
  tolerance: Double = 1e-12, tape: [Symbol] = []
) throws -> [CheckResult] {
  try page(equations: ["e": latex]) { page in
    try page.equation("e", Scope(values: values), for: index, tolerance: tolerance, tape: tape)
  }.checks
}

private func holds(_ latex: String, _ values: [String: Matrix], tolerance: Double = 1e-12) throws -> Bool {
  let checks = try checks(latex, values, tolerance: tolerance)
  #expect(checks.count == 1)
  return checks[0].passed
}

@Suite struct RelationTests {
  private static let truths: [(String, Double, Double)] = [
    ("=", 1.0, 1.0), ("=", 1, 1 + 1e-13), ("=", 0, 0), ("=", -0.0, 0), ("\\le", 1, 2), ("\\le", 1, 1),
    ("\\le", 1 + 1e-13, 1),
    ("\\ge", 2, 1), ("\\ge", 1, 1), ("\\lt", 1, 2), ("\\lt", 1, 1.0.nextUp), ("\\gt", 2, 1), ("\\approx", 1, 1.009),
    ("\\approx", -200, -201), ("\\approx", 0, 0), ("\\ne", 1, 2), ("\\ne", 0, 1e-9), ("\\ne", 1000, 1002),
  ]

  @Test(arguments: truths)
  func aRelationThatIsTrueHolds(_ relation: String, _ a: Double, _ b: Double) throws {
    #expect(try holds("a \(relation) b", ["a": Matrix(a), "b": Matrix(b)]))
  }

  private static let falsehoods: [(String, Double, Double)] = [
    ("=", 1.0, 1.0 + 1e-11), ("=", 1, -1), ("=", 0, 1e-300), ("\\le", 2, 1), ("\\le", 1 + 1e-11, 1), ("\\ge", 1, 2),
    ("\\lt", 1, 1), ("\\lt", 2, 1), ("\\gt", 1, 1), ("\\gt", 1, 2), ("\\approx", 1, 1.011), ("\\approx", 0, 1e-9),
    ("\\approx", 1, -1), ("\\ne", 1, 1), ("\\ne", 1, 1.0005), ("\\ne", 0, 0),
  ]

  @Test(arguments: falsehoods)
  func aRelationThatIsFalseFails(_ relation: String, _ a: Double, _ b: Double) throws {
    #expect(try !holds("a \(relation) b", ["a": Matrix(a), "b": Matrix(b)]))
  }

  /// ≈ beside decimals is as near as their last digit says, wherever on the right they stand.
  @Test(arguments: [
    ("a \\approx 0.9526", 0.95257, true), ("a \\approx 0.9526", 0.9526 + 9.9e-5, true),
    ("a \\approx 0.9526", 0.9528, false),
    ("a \\approx 0.9476", 0.9526, false), ("a \\approx -0.5", -0.59, true), ("a \\approx -0.5", -0.61, false),
    ("a \\approx 2 \\cdot 0.25", 0.509, true), ("a \\approx 2 \\cdot 0.25", 0.511, false),
    ("a \\approx 200", 201, true), ("a \\approx 200", 203, false), ("a \\approx \\frac{1}{4}", 0.251, true),
  ])
  func decimalsSayHowNear(_ latex: String, _ value: Double, _ isNear: Bool) throws {
    #expect(try holds(latex, ["a": Matrix(value)]) == isNear)
  }

  /// A comparison with something that is no number, or with ∞, must not pass by accident: neither alone nor beside entries
  /// for which ∞ would be the scale.
  @Test(arguments: Equation.Relation.allCases, [Double.nan, .infinity, -.infinity])
  func whatIsNotFiniteFailsEveryRelation(_ relation: Equation.Relation, _ bad: Double) throws {
    let fine: [Equation.Relation: (Double, Double)] = [
      .equal: (1, 1), .lessOrEqual: (1, 2), .greaterOrEqual: (2, 1), .less: (1, 2), .greater: (2, 1),
      .approximately: (1, 1),
      .notEqual: (1, 2),
    ]
    let (x, y) = try #require(fine[relation])
    let latex = "a \(relation.rawValue) b"
    #expect(try holds(latex, ["a": Matrix(column: [x, x]), "b": Matrix(column: [y, y])]))
    for (a, b) in [([bad, x], [y, y]), ([x, x], [bad, y]), ([bad, x], [bad, y]), ([bad, x], [bad, -y])] {
      #expect(try !holds(latex, ["a": Matrix(column: a), "b": Matrix(column: b)]), "\(a) \(relation) \(b)")
    }
    let detail = try checks(latex, ["a": Matrix(bad), "b": Matrix(1)])[0].detail
    #expect(detail.english.contains("an entry is") && detail.korean.contains("성분 하나가"))
  }

  @Test func everyEntryCounts() throws {
    let a = Matrix(rows: 2, columns: 2, elements: [1, 2, 3, 4])
    var b = a
    #expect(try holds("a = b", ["a": a, "b": b]))
    b[1, 1] = 4.1
    #expect(try !holds("a = b", ["a": a, "b": b]))
    #expect(try holds("a \\le b", ["a": a, "b": b]))
    #expect(try !holds("a \\lt b", ["a": a, "b": b]))
  }

  @Test func theToleranceIsRelativeToTheLargerSide() throws {
    #expect(try holds("a = b", ["a": Matrix(1e9), "b": Matrix(1e9 + 1e-4)]))
    #expect(try !holds("a = b", ["a": Matrix(1e-9), "b": Matrix(1e-9 + 1e-13)]))
    #expect(try holds("a = b", ["a": Matrix(1), "b": Matrix(1.01)], tolerance: 0.02))
    #expect(try !holds("a = b", ["a": Matrix(1), "b": Matrix(1.01)], tolerance: 0.001))
  }

  @Test func otherShapesFailAndAreNamed() throws {
    let check = try checks("a = b", ["a": Matrix(column: [1, 2]), "b": Matrix(1)])[0]
    #expect(!check.passed)
    #expect(check.detail.english == "a = b: \(Shape(2, 1)) against \(Shape(1, 1))")
    #expect(check.detail.korean.contains("\(Shape(2, 1))와"))
  }

  @Test func emptyMatricesProveNothing() throws {
    let empty = Matrix(rows: 2, columns: 0)
    for relation in Equation.Relation.allCases {
      #expect(try !holds("a \(relation.rawValue) b", ["a": empty, "b": empty]))
    }
  }
}

@Suite struct EquationTests {
  @Test func everyRowOfADerivationIsChecked() throws {
    let latex = "\\begin{aligned}\na &= b + b \\\\\n&= 2 b \\\\\n&\\le c\n\\end{aligned}"
    let good = try checks(latex, ["a": Matrix(2), "b": Matrix(1), "c": Matrix(3)])
    #expect(good[0].passed && good[0].detail.english == "e: 3 relations" && good[0].detail.korean == "e: 관계식 3개")
    let bad = try checks(latex, ["a": Matrix(2), "b": Matrix(1), "c": Matrix(1)])
    #expect(!bad[0].passed && bad[0].detail.english == "2 b ≤ c: 2.00000 against 1.00000")
  }

  @Test func anIndexTakesEveryOneOfItsValues() throws {
    var scope = Scope()
    scope.set("h_#", (0...12).map { Matrix(Double($0)) })
    let good = try page(equations: ["e": "h_t = h_{t-1} + 1"]) { page in
      try page.equation("e", scope, for: ("t", Array(1...12)))
    }
    #expect(good.checks[0].passed && good.checks[0].detail.english == "e: 12 relations, t = 1 … 12")
    #expect(good.equations[0].relations == 12 && good.equations[0].relationsHeld == 12)
    scope.values["h_7"] = Matrix(0)
    let bad = try page(equations: ["e": "h_t = h_{t-1} + 1"]) { page in
      try page.equation("e", scope, for: ("t", Array(1...12)))
    }
    #expect(!bad.checks[0].passed)
    #expect(bad.checks[0].detail.english.hasPrefix("t = 7: "))
    #expect(bad.equations[0].relationsHeld == 10)
  }

  /// An index is named as in the formula that is printed above it, not as it is typed.
  @Test(arguments: [("\\tau", "τ"), ("k", "k")])
  func anIndexIsPrintedAsInTheFormulas(name: String, printed: String) throws {
    let latex = "h_{\(name)} = h_{\(name)-1} + 1"
    var scope = Scope()
    scope.set("h_#", (0...6).map { Matrix(Double($0)) })
    func run() throws -> Transcript {
      try page(equations: ["e": latex]) { page in try page.equation("e", scope, for: (name, Array(1...6))) }
    }
    let good = try run()
    #expect(good.checks[0].passed)
    #expect(good.checks[0].detail.english == "e: 6 relations, \(printed) = 1 … 6")
    #expect(good.checks[0].detail.korean == "e: 관계식 6개, \(printed) = 1 … 6")
    scope.values["h_4"] = Matrix(0)
    let bad = try run()
    #expect(!bad.checks[0].passed && bad.checks[0].detail.english.hasPrefix("\(printed) = 4: "))
    #expect((good.sections + bad.sections).flatMap(\.lines).allSatisfy { !$0.plain.contains("\\") })
  }

  @Test func anIndexWithoutValuesProvesNothing() throws {
    #expect(try !checks("a = a", ["a": Matrix(1)], for: ("t", []))[0].passed)
  }

  /// Three values from 1 to 100 are not 1 … 100.
  @Test(arguments: [
    ([1, 2, 3], "1 … 3"), ([3, 1, 2, 1], "1 … 3"), ([1, 10, 100], "1, 10, 100"), ([5], "5"), ([1, 2], "1, 2"),
    ([2, 4, 6, 8, 10, 12, 14], "2, 4, …, 14"), ([], ""), ([-2, -1, 0], "-2 … 0"),
  ])
  func theValuesOfAnIndexAreNotOverstated(_ values: [Int], _ text: String) {
    #expect(Page.list(values) == text)
  }

  @Test func anUnknownNameIsBadInputNotAFailure() {
    #expect(throws: BadInput.self) { try checks("a = q", ["a": Matrix(1)]) }
  }

  // MARK: The tape

  /// f ⊙ c + i ⊙ g on a tape, and a wrong cell with numbers that make it agree here.
  private struct Cell {
    let tape = Tape()
    let f, c, i, g: Variable

    init() {
      f = tape.variable(Matrix(column: [0.5, 0.25])).named("f")
      c = tape.variable(Matrix(column: [1, 2])).named("c")
      i = tape.variable(Matrix(column: [0.75, 0.125])).named("i")
      g = tape.variable(Matrix(column: [-0.5, 3])).named("g")
    }

    var scope: Scope { Scope(tape) }
  }

  @Test(arguments: [
    "n = f \\odot c + i \\odot g", "n = i \\odot g + f \\odot c", "n = g \\odot i + c \\odot f",
    "n = (f \\odot c) + (g \\odot i)",
  ])
  func anEquationThatIsTheTapesByAlgebraPasses(_ latex: String) throws {
    let cell = Cell()
    let n = (cell.f .* cell.c + cell.i .* cell.g).named("n")
    let checks = try checks(latex, cell.scope.values, tape: [n.formula])
    #expect(checks.map(\.passed) == [true, true])
    #expect(checks[1].detail.english == "e: the same on random matrices")
  }

  /// One published library's cell: c = (f ⊙ c + i) ⊙ g. Its gradient check passes, as its gradient is right, for that cell.
  @Test func theRightGradientOfTheWrongCellFails() throws {
    let cell = Cell()
    let inputs = [cell.f.value, cell.c.value, cell.i.value, cell.g.value]
    let gradient = GradientCheck(inputs) { ($0[0] .* $0[1] + $0[2]) .* $0[3] }
    #expect(page { $0.check(.symbols("gradient"), gradient) }.checks[0].passed)

    let n = ((cell.f .* cell.c + cell.i) .* cell.g).named("n")
    let latex = "n = f \\odot c + i \\odot g"
    let checks = try checks(latex, cell.scope.values, tape: [n.formula])
    #expect(checks.map(\.passed) == [false, false])
    #expect(checks[1].detail.english.hasPrefix("the tape has"))
  }

  /// Where g = 1 the wrong cell has the right numbers. Only the formula tells.
  @Test(arguments: [
    "n = f \\odot c + i", "n = (f \\odot c + i) \\odot g \\odot g", "n = f \\odot c + i \\odot f \\odot c",
    "n = f \\odot c - i \\odot g",
  ])
  func aNearMissFailsWhereTheNumbersAgree(_ latex: String) throws {
    let tape = Tape()
    let one = Matrix(column: [1, 1])
    let f = tape.variable(one).named("f")
    let c = tape.variable(Matrix(column: [0, 0])).named("c")
    let i = tape.variable(latex.contains("-") ? Matrix(column: [0, 0]) : one).named("i")
    let g = tape.variable(one).named("g")
    if latex.contains("i \\odot f") { i.tape.update(i, to: Matrix(column: [0, 0])) }
    let n = (f .* c + i .* g).named("n")
    let checks = try checks(latex, Scope(tape).values, tape: [n.formula])
    #expect(checks.map(\.passed) == [true, false])
  }

  @Test func anIndexIsPutIntoTheEquationBeforeItIsComparedWithTheTape() throws {
    let tape = Tape()
    let w = tape.variable(Matrix(0.5)).named("w")
    var h = [tape.constant(Matrix(1)).named("h_0")]
    for t in 1...3 { h.append((w * h[t - 1]).tanh.named("h_\(t)")) }
    let good = try checks(
      "h_t = \\tanh(w h_{t-1})", Scope(tape).values, for: ("t", [1, 2, 3]), tape: [h[1].formula])
    #expect(good.map(\.passed) == [true, true])
    let bad = try checks(
      "h_t = \\tanh(w h_{t-1})", Scope(tape).values, for: ("t", [1, 2, 3]), tape: [h[2].formula])
    #expect(!bad[1].passed)
  }

  /// A tape has a sum over time term by term, and the notes have a Σ with a bound that the run knows.
  @Test(arguments: [
    ("s = \\sum_{t=1}^{T} w a_t", true), ("s = \\sum_{t=1}^{T} a_t w", true), ("s = w \\sum_{t=1}^{T} a_t", true),
    ("s = \\sum_{t=2}^{T} w a_t", false), ("s = \\sum_{t=1}^{T} w a_1", false), ("s = \\sum_{t=1}^{2} w a_t", false),
  ])
  func aSumOverTimeIsComparedWithItsTerms(_ latex: String, _ isRight: Bool) throws {
    let tape = Tape()
    let w = tape.variable(Matrix(0.5)).named("w")
    let a = (1...3).map { tape.constant(Matrix(Double($0))).named("a_\($0)") }
    let s = (w * a[0] + w * a[1] + w * a[2]).named("s")
    let checks = try page(equations: ["e": latex]) { page in
      var scope = Scope(tape)
      scope.integers["T"] = 3
      try page.equation("e", scope, tape: [s.formula])
    }.checks
    #expect(checks.map(\.passed) == [isRight, isRight], "\(checks[1].detail.english)")
  }

  @Test func anEquationOfTheNotesIsAtHand() throws {
    var sides: [Symbol] = []
    var isMissing = false
    let found = try page(equations: ["e": "a = b + c"]) { page in
      sides = try page.equation(named: "e").sides
      do { _ = try page.equation(named: "f") } catch is BadInput { isMissing = true }
    }
    #expect(sides == [.name("a"), .name("b") + .name("c")])
    #expect(isMissing)
    #expect(found.checks.isEmpty)
  }
}
