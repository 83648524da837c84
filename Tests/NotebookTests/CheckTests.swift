import Autodiff
import Testing

@testable import Notebook

private let claim = Text("a = b", ko: "a와 b가 같다")

private func check(_ a: Matrix, _ b: Matrix, tolerance: Double = 1e-12) -> CheckResult {
  page { $0.check(claim, a, equals: b, tolerance: tolerance) }.checks[0]
}

private func sameBits(_ a: Matrix, _ b: Matrix) -> CheckResult {
  page { $0.check(claim, a, hasSameBitsAs: b) }.checks[0]
}

private func check(_ gradient: GradientCheck, bound: Double = 1e-8) -> CheckResult {
  page { $0.check(claim, gradient, bound: bound) }.checks[0]
}

@Suite struct MatrixCheckTests {
  @Test func equalMatricesPassAndOthersDoNot() {
    let a = Matrix(rows: 2, columns: 2, elements: [1, -2, 0.5, 0])
    #expect(check(a, a).passed)
    for index in 0..<4 {
      var b = a
      b[index % 2, index / 2] += 1e-9
      #expect(!check(a, b).passed)
      #expect(check(a, b, tolerance: 1e-6).passed)
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func whatIsNotFiniteNeverPasses(_ bad: Double) {
    let fine = Matrix(column: [1, 2])
    let one = Matrix(column: [bad, 2])
    for (a, b) in [(one, fine), (fine, one), (one, one), (one, Matrix(column: [bad, 7]))] {
      let result = check(a, b)
      #expect(!result.passed)
      #expect(result.detail.english.hasPrefix("an entry is "))
    }
  }

  @Test func emptyMatricesAndOtherShapesFail() {
    #expect(!check(Matrix(rows: 0, columns: 3), Matrix(rows: 0, columns: 3)).passed)
    let shapes = check(Matrix(column: [1, 1]), Matrix(rows: 1, columns: 2, elements: [1, 1]))
    #expect(!shapes.passed && shapes.detail.english == "\(Shape(2, 1)) against \(Shape(1, 2))")
  }

  /// What is printed is what was verified: a number that is larger than the difference.
  @Test(arguments: [0.001, 0.5, 1, 1.5, 100, 1e6], [1e-12, 1e-8, 1e-3, 0.25])
  func thePrintedBoundIsEnforced(_ size: Double, _ tolerance: Double) {
    let limit = tolerance * size
    let b = Matrix(column: [size, 0])
    for factor in [0.5, 0.99, 1.01, 2] {
      let result = check(Matrix(column: [size, factor * limit]), b, tolerance: tolerance)
      #expect(result.passed == (factor < 1))
      let bound = "max |Δ| < \(Page.bound(tolerance))"
      if result.passed {
        #expect(result.detail.english == "every entry, \(bound)" + (size > 1 ? " · max |x|" : ""))
      } else {
        #expect(result.detail.english.contains("max |Δ| = "))
      }
    }
  }

  @Test func aDifferenceAsLargeAsTheBoundIsNotBelowIt() {
    #expect(!check(Matrix(1.25), Matrix(1), tolerance: 0.25).passed)
    #expect(check(Matrix(1.25.nextDown), Matrix(1), tolerance: 0.25).passed)
  }

  /// A right answer that is tiny must be met, too: 0 in its place fails.
  @Test(arguments: [1e-3, 1e-12, 1e-20, 1e-300]) func zeroDoesNotPassForATinyAnswer(_ size: Double) {
    let right = Matrix(column: [size, -size])
    #expect(check(right, right).passed)
    #expect(!check(Matrix(column: [0, 0]), right).passed)
    #expect(!check(Matrix(column: [size, 0]), right, tolerance: 1e-3).passed)
    #expect(check(Matrix(column: [size * (1 + 1e-6), -size]), right, tolerance: 1e-3).passed)
  }

  /// Nothing is relative to zero: there the tolerance is absolute.
  @Test func zeroIsMetUpToTheTolerance() {
    #expect(check(Matrix(0), Matrix(0)).passed && check(Matrix(1e-13), Matrix(0)).passed)
    #expect(!check(Matrix(1e-11), Matrix(0)).passed)
  }

  /// A scale allows for the rounding errors of larger numbers, but not for as much as the answer itself.
  @Test func aScaleAllowsRoundingErrorsButNotZero() {
    func check(_ x: Double, scale: Double?) -> CheckResult {
      page { $0.check(.symbols("x"), Matrix(x), equals: Matrix(1e-6), scale: scale) }.checks[0]
    }
    #expect(!check(1e-6 + 1e-14, scale: nil).passed && check(1e-6 + 1e-14, scale: 1).passed)
    #expect(!check(0, scale: 1).passed)
    let refused = check(1e-6, scale: 1e7)
    #expect(!refused.passed && refused.detail.english == "the tolerance is as large as the numbers")
    let zero = page { $0.check(.symbols("x"), Matrix(1e-14), equals: Matrix(0), scale: 1) }.checks[0]
    #expect(zero.passed)
  }

  @Test(arguments: [
    (1e-12, "1e-12"), (1e-8, "1e-8"), (1e-10, "1e-10"), (2.5e-7, "2.5e-7"), (0.001, "0.001"), (0.25, "0.25"),
    (1e-05, "1e-5"),
  ])
  func aBoundIsPrintedAsItIs(_ tolerance: Double, _ text: String) {
    #expect(Page.bound(tolerance) == text)
    #expect(Double(text) == tolerance)
  }

  @Test func sameBitsMeansTheBits() {
    let a = Matrix(column: [1, 0, .nan])
    #expect(sameBits(a, a).passed && sameBits(a, a).detail.english == "every bit")
    let zero = sameBits(Matrix(column: [1, 0.0]), Matrix(column: [1, -0.0]))
    #expect(!zero.passed && zero.detail.english == "[1, 0]: 0.0 against -0.0")
    #expect(!sameBits(Matrix(1), Matrix(1.0.nextUp)).passed)
    #expect(!sameBits(Matrix(rows: 0, columns: 0), Matrix(rows: 0, columns: 0)).passed)
    #expect(!sameBits(Matrix(column: [1, 2]), Matrix(rows: 1, columns: 2, elements: [1, 2])).passed)
  }

  @Test func aTruthIsPassedOn() {
    let transcript = page { page in
      page.check(claim, true)
      page.check(claim, false, detail: Text("why", ko: "까닭"))
    }
    #expect(transcript.checks.map(\.passed) == [true, false] && transcript.failures == 1)
    #expect(transcript.output(of: "s") == ["  ✓ a = b", "  ✗ a = b" + String(repeating: " ", count: 42) + "why"])
  }
}

@Suite struct GradientCheckLineTests {
  private let x = Matrix(rows: 2, columns: 2, elements: [0.3, -0.4, 0.5, 0.9])

  @Test func aRightGradientPasses() {
    let result = check(GradientCheck([x], names: ["x"]) { $0[0].tanh })
    #expect(result.passed && result.detail.english == "4 entries, max |Δ| < 1e-8")
  }

  @Test func aWrongGradientNamesItsWorstEntry() {
    let wrong: Tape.Rule = { operation, δ, k, inputs, output in
      var sent = operation.pullback(δ, to: k, inputs: inputs, output: output)
      sent?[0, 1] += 0.5
      return sent
    }
    let result = check(GradientCheck([x], names: ["x"], rule: wrong) { $0[0].tanh })
    #expect(!result.passed)
    #expect(result.detail.english.hasPrefix("x[0, 1]: tape "))
    #expect(result.detail.korean.hasPrefix("x[0, 1]: 테이프 "))
    let unnamed = check(GradientCheck([x], rule: wrong) { $0[0].tanh })
    #expect(unnamed.detail.english.hasPrefix("#0[0, 1]: "))
  }

  /// The check itself allows more where gradients are large; the printed line does not.
  @Test func thePrintedBoundIsEnforcedForLargeGradients() {
    let wrong: Tape.Rule = { operation, δ, k, inputs, output in
      operation.pullback(δ, to: k, inputs: inputs, output: output).map { (1 + 5e-8) * $0 }
    }
    let gradient = GradientCheck([Matrix(10)], rule: wrong) { 100 * ($0[0] .* $0[0]) }
    #expect(gradient.passes && gradient.largestDifference > 1e-5)
    let result = check(gradient)
    #expect(!result.passed && result.detail.english.contains("not < 1e-8"))
    let wider = check(gradient, bound: 1e-2)
    #expect(wider.passed && wider.detail.english == "1 entry, max |Δ| < 0.01")
  }

  @Test func zerosAgainstZerosProveNothing() {
    let gradient = GradientCheck([x]) { 1e-12 * $0[0].tanh }
    #expect(gradient.passes)
    #expect(!check(gradient).passed)
    #expect(!check(GradientCheck([Matrix(rows: 0, columns: 2)]) { $0[0].tanh }).passed)
  }

  @Test func aGradientThatIsNotANumberFails() {
    #expect(!check(GradientCheck([Matrix(-1)]) { $0[0].log }).passed)
  }
}
