import Autodiff
import Testing

@testable import Notebook

private let claim = Text("a claim", ko: "주장")

private func check(_ comparisons: Comparison..., note: Text? = nil) -> CheckResult {
  page { $0.check(claim, comparisons, note: note) }.checks[0]
}

@Suite struct ComparisonTests {
  static let holding: [(Comparison, String)] = [
    (.above(24.1, 10), "24.1 > 10"), (.above(0.8, 0.7, named: "a"), "a = 0.800 > 0.7"),
    (.below(1.25e-14, 1e-6, named: "‖g‖"), "‖g‖ = 1.25e−14 < 1e-6"), (.below(3e-17, 1e-12), "< 1e-12"),
    (.tiny(2.67e-26, 1e-12), "2.67e−26 < 1e-12"), (.inside(1.2, 0.5...3, named: "k"), "0.5 < k = 1.20 < 3"),
    (.greater(0.95, than: 0.6), "0.950 > 0.600"), (.atMost(85, 85), "85.0 ≤ 85.0"), (.atLeast(3, 3), "3 ≥ 3"),
    (.equal(256, 256), "256 = 256"),
  ]
  static let failing: [Comparison] = [
    .above(10, 10), .above(.nan, 10), .below(1e-6, 1e-6), .below(.nan, 1), .below(1e-12, 1e-12),
    .tiny(1e-12, 1e-12), .tiny(.nan, 1), .inside(3, 0.5...3), .inside(0.5, 0.5...3), .inside(.nan, 0...1),
    .greater(0.6, than: 0.6), .greater(.nan, than: 0), .atMost(85.0.nextUp, 85), .atMost(.nan, 85), .atLeast(2, 3),
    .equal(255, 256),
  ]

  @Test(arguments: holding)
  func aComparisonThatHoldsPrintsItself(comparison: Comparison, text: String) {
    let result = check(comparison)
    #expect(result.passed)
    #expect(result.detail.english == text && result.detail.korean == text)
  }

  @Test(arguments: failing)
  func aComparisonAtItsBoundOrWithoutANumberFails(comparison: Comparison) {
    let result = check(comparison)
    #expect(!result.passed)
    #expect(result.detail.english == "\(comparison.text) ✗")
  }

  @Test func oneOfSeveralThatFailsFailsTheCheckAndIsMarked() {
    let result = check(.above(2, 1), .above(0, 1), note: Text("lowest", ko: "최저"))
    #expect(!result.passed)
    #expect(result.detail.english == "lowest: 2.00 > 1, 0 > 1 ✗" && result.detail.korean == "최저: 2.00 > 1, 0 > 1 ✗")
  }
}

@Suite struct WitnessTests {
  @Test func twoWitnessesSayWhatTheyAreInBothLanguages() {
    let (a, b) = (Matrix(column: [1, 2]), Matrix(column: [1, 2.5]))
    let checks = page {
      $0.check("∂L/∂W", .byHand(a), equals: .tape(a))
      $0.check("∂L/∂W", .tape(b), equals: .pytorch(a))
      $0.check("h_1 … h_T", .tape(a), hasSameBitsAs: Witness(Text("the loop", ko: "반복문"), a))
    }.checks
    #expect(
      checks.map(\.claim.english) == [
        "∂L/∂W: by hand = tape", "∂L/∂W: tape = PyTorch", "h_1 … h_T: tape = the loop",
      ])
    #expect(
      checks.map(\.claim.korean) == ["∂L/∂W: 손 계산 = 테이프", "∂L/∂W: 테이프 = PyTorch", "h_1 … h_T: 테이프 = 반복문"])
    #expect(checks.map(\.passed) == [true, false, true])
  }

  @Test func gradientsOfAQuantityAreComparedWithDifferences() {
    let right = GradientCheck([Matrix(2)], names: ["x"]) { $0[0] .* $0[0] }
    let checks = page {
      $0.check(gradients: right)
      $0.check(Text("one to one", ko: "일대일"), gradients: right)
    }.checks
    #expect(checks.map(\.claim.english) == ["tape = finite differences", "one to one: tape = finite differences"])
    #expect(checks.map(\.claim.korean) == ["테이프 = 유한 차분", "일대일: 테이프 = 유한 차분"])
    #expect(checks.map(\.passed) == [true, true])
  }
}
