// What a verdict says of numbers that are wrong in no known way, in both languages.

import Autodiff
import Console
import Foundation
import Testing

@testable import Exercises

private func make<each Input: ExerciseInput, Output: ExerciseOutput>(
  _ gives: Gives, _ given: repeat HoleParameter<each Input>,
  solution: @escaping (repeat each Input) throws -> Output, hole: @escaping (repeat each Input) throws -> Output
) -> Exercise {
  Exercise(
    .formula, "fact", level: 1, title: Text("A fact", ko: "사실"), equation: "double", given: repeat each given,
    gives: gives, hole: hole, solution: solution, mistakes: [], hints: [], why: Text("", ko: ""),
    matters: Text("", ko: ""))
}

/// A vector cut at θ, which is below some of its entries where d = 4, and above all of them elsewhere.
private func clip(_ hole: @escaping (Matrix, Double) -> Matrix) -> Exercise {
  make(
    "y", .numbers("x", "n", "d"),
    .number("\\theta") { drawn in
      let share = drawn.sizes["d"]! == 4 ? 2.0 : 0.5
      return share * drawn["x"].largestMagnitude
    },
    solution: { x, θ in x.map { min($0, θ) } }, hole: hole)
}

private typealias Layer = (Traced, Traced, Traced, Traced) throws -> Traced

/// h − y + Wᵀ (a + tanh(W h)).
private func layer(_ hole: @escaping Layer) -> Exercise {
  func right(a: Traced, W: Traced, h: Traced, y: Traced) -> Traced {
    let rest: Traced = W.transposed * both(a, W, h)
    return h - y + rest
  }
  return make(
    "\\frac{\\partial L}{\\partial h_t}", .matrix("a_t", "n", "B"), .matrix("W", "n", "d"), .matrix("h_t", "d", "B"),
    .matrix("y_t", "d", "B"), solution: right, hole: hole)
}

private func both(_ a: Traced, _ W: Traced, _ h: Traced) -> Traced { a + tanh(W * h) }

/// h_t = W h_{t−1} + x_t.
private func loop(_ sign: Double, transposed: Bool = false) -> Exercise {
  func states(_ sign: Double, _ isTransposed: Bool) -> (Traced, [Traced]) -> [Traced] {
    { W, x in
      var all = [x[0]]
      for x in x.dropFirst() { all.append((isTransposed ? W.transposed : W) * all.last! + (sign < 0 ? -x : x)) }
      return all
    }
  }
  return make(
    "h_#", .matrix("W", "n", "n", .small), .sequence("x_#", "n", "B"), solution: states(1, false),
    hole: states(sign, transposed))
}

private func english(_ exercise: Exercise) -> [String] { exercise.verdict().facts.map(\.english) }
private func korean(_ exercise: Exercise) -> [String] { exercise.verdict().facts.map(\.korean) }

@Suite struct ExerciseFactTests {
  @Test func theFirstCaseThatDiffersIsShown() throws {
    // Right in the first case, where θ cuts nothing.
    let wrong = clip { x, θ in x }
    let numbers = try #require(wrong.verdict().numbers)
    #expect(numbers.shape == "3 × 2" && numbers.yours != numbers.right)
    #expect(numbers.place.hasPrefix("d = 2, n = 3, θ = "))
    // One that passes shows the first.
    let right = clip { x, θ in x.map { min($0, θ) } }.verdict()
    #expect(right.state == .passed && right.numbers?.shape == "2 × 4" && right.numbers?.place.contains("θ") == true)
    // Entries are counted there, too.
    #expect(english(wrong).contains { $0.hasPrefix("Only these differ:") })
  }

  @Test func whereItIsRightAndWhereNotNamesTheDrawnNumbers() throws {
    let fact = try #require(english(clip { x, θ in x }).first)
    let parts = fact.components(separatedBy: ", and wrong where ")
    try #require(parts.count == 2)
    #expect(parts[0].hasPrefix("It is right where d = 4, n = 2, θ = "))
    #expect(parts[1].hasPrefix("d = 2, n = 3, θ = "))
    #expect(korean(clip { x, θ in x }).first?.contains("일 때는 맞고, d = 2, n = 3, θ = ") == true)
  }

  @Test func drawnWholeNumbersAndListsArePrinted() throws {
    let exercise = make(
      "y", .integer("k", 3...3), .integers("j") { _ in [2, 0] }, .size("T"), solution: { k, j, T in k + T + j.count },
      hole: { k, j, T in k + T + j.count - 7 })
    #expect(exercise.verdict().numbers?.place == "T = 2, k = 3, j = [2, 0]")
    #expect(english(exercise) == ["It is off by −7."] && korean(exercise) == ["맞는 값보다 7만큼 작다."])
  }

  @Test func numbersHaveNoZerosThatSayNothing() {
    for (x, text) in [
      (-7, "−7"), (2, "2"), (0.25, "0.25"), (0.5, "0.5"), (1.0 / 3, "0.333"), (0, "0"), (1e-12, "1e−12"),
      (12345, "12345"), (2.0000000000001, "2"), (-1.5, "−1.5"), (100.25, "100"),
    ] { #expect(Exercise.short(x, significant: 3) == text, "\(x)") }
  }

  @Test func aMisfitOfOneInputNamesWhatWasAskedFor() {
    func first(_ hole: @escaping Layer) -> Text? { layer(hole).verdict().facts.first }
    #expect(
      first { a, _, _, _ in a.rows(1..<5) }?.english
        == "slice of rows: rows 1..<5 of a_t (2 × 3) are asked for, and it has rows 0..<2")
    #expect(
      first { a, _, _, _ in a.rows(1..<5) }?.korean
        == "행 자르기: a_t (2 × 3)에서 1..<5행을 꺼내려 했는데 0..<2행밖에 없다")
    let column = first { a, _, _, _ in a.columns([0, 7]) }
    #expect(column?.english.contains("column 7 of a_t (2 × 3) is asked for, and it has columns 0..<3") == true)
    #expect(column?.korean.contains("7열을 꺼내려 했는데 0..<3열밖에 없다") == true)
    #expect(first { a, _, _, _ in a.crossEntropy([0]) }?.english.contains("1 classes for the 3 columns") == true)
    #expect(first { a, _, _, _ in a.crossEntropy([0, 1, 9]) }?.english.contains("class 9 is asked for") == true)
    #expect(first { a, _, _, _ in a.masked([true], fill: 0) }?.english.contains("a mask of 1 for the 6") == true)
    #expect(first { a, _, _, _ in a - a.sumOfColumns }?.english.hasSuffix("spread over the batch by + alone") == true)
    #expect(
      first { a, W, _, _ in W * a }?.english
        == "matrix product: W (2 × 4) and a_t (2 × 3) do not fit together: 4 columns meet 2 rows")
  }

  @Test func aTermOfTheWrongSignIsNamed() {
    let top = layer { a, W, h, y in h + y + W.transposed * both(a, W, h) }
    #expect(english(top) == ["It would be right with the sign of this term turned: y_t"])
    #expect(korean(top) == ["이 항의 부호를 바꾸면 맞다: y_t"])
    let product = layer { a, W, h, y in h - y - W.transposed * both(a, W, h) }
    #expect(english(product) == ["It would be right with the sign of this term turned: Wᵀ (a_t + tanh(W h_t))"])
    let inner = layer { a, W, h, y in W.transposed * (a - tanh(W * h)) + h - y }
    #expect(english(inner) == ["It would be right with the sign of this term turned: tanh(W h_t)"])
    // Two terms that are one sum.
    let group = layer { a, W, h, y in (y - h) + W.transposed * both(a, W, h) }
    #expect(english(group) == ["It would be right with the sign of this term turned: y_t − h_t"])
    // Not one that a sign would not mend.
    let other = layer { a, W, h, y in h + 2 * y + W.transposed * both(a, W, h) }
    #expect(!english(other).contains { $0.contains("would be right") })
  }

  @Test func aFactorThatShouldBeTransposedIsNamed() throws {
    // Wherever sizes differ it does not even fit.
    let misfit = layer { a, W, h, y in h - y + W * both(a, W, h) }
    let facts = misfit.verdict().facts
    try #require(facts.count == 2)
    #expect(facts[0].english.hasPrefix("matrix product: W (2 × 4) and a_t + tanh(W h_t) (2 × 3)"))
    let product = "W (a_t + tanh(W h_t))"
    #expect(facts[1].english == "It would be right with Wᵀ in place of W, in the product \(product).")
    #expect(facts[1].korean == "곱 \(product)에서 W 대신 Wᵀ를 쓰면 맞다.")
    // The numbers are of the case in which all sizes are equal.
    #expect(misfit.verdict().numbers?.place == "B = 3, d = 3, n = 3" && misfit.verdict().formulas.count == 1)
    let square = make(
      "y", .matrix("W", "n", "n"), .matrix("x", "n", "B"), solution: { W, x in W * x },
      hole: { W, x in W.transposed * x })
    #expect(english(square) == ["It would be right with W in place of Wᵀ, in the product Wᵀ x."])
  }

  @Test func aSequenceNamesTheStepToRepair() {
    let sign = loop(-1)
    #expect(sign.verdict().state == .wrong)
    #expect(english(loop(1, transposed: true)).contains { $0.contains("h_2 would be right with W in place of Wᵀ") })
  }

  @Test func oneMatrixOfSeveralMayHaveTheWrongSign() {
    let list = make(
      ["a", "b"], .matrix("x", "n", "B"), .matrix("y", "n", "B"), solution: { x, y in [x, y] },
      hole: { x, y in [x, -y] })
    #expect(english(list) == ["Wrong: b. Right: a.", "b would be right with the sign of this term turned: y"])
    #expect(korean(list).first == "틀린 것은 b, 맞는 것은 a다.")
    let twice = make(
      ["a", "b"], .matrix("x", "n", "B"), .matrix("y", "n", "B"), solution: { x, y in [x, y] },
      hole: { x, y in [x, 2 * y] })
    #expect(english(twice).last == "Every entry of b is 2 times what it should be.")
  }

  @Test func aRecurrenceIsNotTakenForASum() {
    let one = loop(1, transposed: true).verdict()
    #expect(one.state == .wrong)
    let exercise = make(
      "h_#", .matrix("W", "n", "n", .small), .sequence("x_#", "n", "B"),
      solution: { W, x in x.indices.map { t in t == 0 ? x[0] : x[t] + W * x[t - 1] } }, hole: { W, x in x })
    let fact = "what is carried from step to step, or a sum over the steps, is wrong."
    #expect(english(exercise).contains { $0.contains(fact) })
    #expect(korean(exercise).contains { $0.contains("시점에서 시점으로 넘겨주는 값이나 시점에 걸친 합이 틀렸다") })
  }

  @Test func aShapeIsFollowedByTheRightParticle() {
    let column = layer { a, W, h, y in h }
    #expect(column.verdict().state == .wrong)
    let shape = make(
      "y", .matrix("x", "n", "B"), solution: { x in x.sumOfColumns }, hole: { x in x })
    #expect(korean(shape).first == "y의 모양이 2 × 3인데 2 × 1이어야 한다(B = 3, n = 2).")
  }

  @Test func theResultMayBeCalledByAFormula() {
    let exercise = make(
      "\\frac{1}{\\gamma}", .number("\\gamma", 0.1...0.9), solution: { γ in 1 / γ }, hole: { γ in γ })
    #expect(exercise.verdict().numbers?.name == "1/γ")
    #expect(Gives(stringLiteral: "\\sigma_{\\max}").name(0) == "σ_{max}")
    #expect(Gives(stringLiteral: "\\frac{\\partial L}{\\partial b}").name(0) == "∂L/∂b")
  }
}

@Suite struct ExerciseParticleTests {
  @Test(arguments: [
    // Digits, and numbers by their last place.
    ("2 × 1", "이어야"), ("2 × 3", "이어야"), ("2", "여야"), ("5 × 4", "여야"), ("n × 9", "여야"), ("7", "이어야"),
    ("0", "이어야"), ("10", "이어야"), ("300", "이어야"), ("12,000", "이어야"), ("1.5", "여야"), ("0.50", "이어야"),
    ("1000000000000", "여야"), ("1.5e−05", "이어야"), ("−2", "여야"),
    // Letters, as they are called; indexes; signs.
    ("h_t", "여야"), ("W_l", "이어야"), ("x_n", "이어야"), ("b_{hg}", "여야"), ("W_{hr}", "이어야"), ("h_{t−1}", "이어야"),
    ("∂L/∂c_t", "여야"), ("σ", "여야"), ("ε", "이어야"), ("Wᵀ", "여야"), ("x²", "이어야"), ("f′", "이어야"), ("∞", "여야"),
    ("NaN", "이어야"), ("1/γ", "여야"), ("(1 − z_t)", "여야"), ("½", "이어야"), ("y\u{302}", "이어야"), ("y\u{304}", "여야"),
    // Words.
    ("게이트", "여야"), ("합", "이어야"), ("길", "이어야"),
  ]) func aParticleFollowsTheSound(text: String, particle: String) { #expect(text.with(.must) == text + particle) }

  @Test func everyParticleHasItsForms() {
    #expect(["3", "2"].map { $0.with(.subject) } == ["3이", "2가"])
    #expect(["3", "2"].map { $0.with(.topic) } == ["3은", "2는"])
    #expect(["3", "2"].map { $0.with(.object) } == ["3을", "2를"])
    #expect(["3", "2"].map { $0.with(.and) } == ["3과", "2와"])
    #expect(["3", "2"].map { $0.with(.copula) } == ["3이다", "2다"])
    // After ㄹ as after a vowel.
    #expect(["3", "2", "1", "L", "n", "B", "길"].map { $0.with(.by) } == ["3으로", "2로", "1로", "L로", "n으로", "B로", "길로"])
    #expect("".with(.subject) == "이" && "b_{hg}".with(.subject) == "b_{hg}가" && "ĝ_3".with(.subject) == "ĝ_3이")
  }
}
