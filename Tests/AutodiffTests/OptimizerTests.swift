// Optimisers against PyTorch's (numbers from Tests/Fixtures/optimizers.py), and clipping against its definition.

import Testing

@testable import Autodiff

/// The gradient of step t: exact binary fractions, in a pattern that differs from step to step.
private func gradient(_ step: Int, _ parameter: Int, _ shape: Shape) -> Matrix {
  let entries = (0..<shape.count).map { Double((7 * step + 3 * $0 + 5 * parameter) % 11 - 5) / 4 }
  return Matrix(rows: shape.rows, columns: shape.columns, elements: entries)
}

private let shapes = [Shape(2, 3), Shape(3, 1)]

/// All entries of both parameters after each step.
private func run(_ step: (inout [Matrix], [Matrix]) -> Void) -> [[Double]] {
  var parameters = shapes.map { shape in
    Matrix(rows: shape.rows, columns: shape.columns, elements: (0..<shape.count).map { Double($0 - 2) / 8 })
  }
  return (0..<10).map { t in
    step(&parameters, shapes.enumerated().map { gradient(t, $0, $1) })
    return parameters.flatMap(\.elements)
  }
}

private func expectClose(_ a: [Double], _ b: [Double], sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(a.count == b.count, sourceLocation: sourceLocation)
  for (a, b) in zip(a, b) { #expect(abs(a - b) <= 1e-14 * max(0.1, abs(b)), sourceLocation: sourceLocation) }
}

@Suite struct Optimizers {
  @Test func plainDescentIsPyTorchs() {
    var optimizer = SGD(learningRate: 0.1)
    let steps = run { optimizer.step(&$0, gradients: $1) }
    expectClose(steps[0], [-0.125, -0.075, -0.025, 0.024999999999999994, 0.35, 0.4, -0.25, -0.2, 0.125])
    expectClose(
      steps[9],
      [
        -0.275, -0.07500000000000001, 0.125, 0.05000000000000001, 0.24999999999999997, 0.44999999999999996, -0.15,
        -0.225,
        -0.02500000000000001,
      ])
  }

  @Test func momentumIsPyTorchs() {
    var optimizer = SGD(learningRate: 0.1, momentum: 0.9)
    let steps = run { optimizer.step(&$0, gradients: $1) }
    expectClose(steps[0], [-0.125, -0.075, -0.025, 0.024999999999999994, 0.35, 0.4, -0.25, -0.2, 0.125])
    expectClose(
      steps[9],
      [
        -0.14840753562500006, -0.4715784813, 0.268222953275, -0.017988844900000085, 0.75174949915, 0.6784886837250003,
        0.30749944349999997, -0.35961485467500004, 0.10159246437499998,
      ])
  }

  @Test func adamIsPyTorchs() {
    var optimizer = Adam()
    let steps = run { optimizer.step(&$0, gradients: $1) }
    expectClose(
      steps[0],
      [
        -0.249000000008, -0.12400000002, -0.0009999999600000017, 0.12400000001, 0.25099999999, 0.37599999996, -0.25,
        -0.12599999998666667, 0.000999999992,
      ])
    expectClose(
      steps[9],
      [
        -0.24864795590304067, -0.12556960044186666, -0.00018812270509101025, 0.12344433361058736, 0.25236923824948804,
        0.37755344555852277, -0.24786802564231433, -0.1263496919103784, 0.0013520440969593608,
      ])
  }

  @Test func adamWithOtherConstantsIsPyTorchs() {
    var optimizer = Adam(learningRate: 0.05, β1: 0.8, β2: 0.95, ε: 1e-3)
    let steps = run { optimizer.step(&$0, gradients: $1) }
    expectClose(
      steps[0],
      [
        -0.20003996802557952, -0.0750998003992016, -0.04980079681274901, 0.07504995004995005, 0.29995004995005,
        0.424800796812749, -0.25, -0.1749334221038615, 0.04996003197442047,
      ])
    expectClose(
      steps[9],
      [
        -0.20137434398168289, -0.14310838232399697, 0.0018721755025991917, 0.06055527390332624, 0.34748709750147944,
        0.4831547593351432, -0.15510475558725154, -0.1938831444653884, 0.048625656018317115,
      ])
  }

  /// Its first step is η against the gradient's sign, whatever the gradient's size.
  @Test(arguments: [1e-3, 1, 1e100]) func adamDoesNotSeeTheGradientsScale(scale: Double) {
    var optimizer = Adam(learningRate: 0.25, ε: 0)
    var parameters = [Matrix(column: [1, 1])]
    optimizer.step(&parameters, gradients: [Matrix(column: [scale, -scale])])
    #expect(parameters[0].largestDifference(from: Matrix(column: [0.75, 1.25])) < 1e-15)
  }

  @Test func theLearningRateMayChangeBetweenSteps() {
    var optimizer = SGD(learningRate: 1)
    var parameters = [Matrix(0)]
    optimizer.step(&parameters, gradients: [Matrix(1)])
    optimizer.learningRate = 0.5
    optimizer.step(&parameters, gradients: [Matrix(1)])
    #expect(parameters[0].scalar == -1.5)
  }
}

// MARK: - Clipping

@Suite struct Clipping {
  /// Of norm 13: 3, 4 and 12.
  private let gradients = [Matrix([[3, 0], [-4, 0]]), Matrix(column: [12])]

  @Test func theNormIsTakenOverAllGradientsTogether() {
    #expect(globalNorm(gradients) == 13)
    #expect(globalNorm([]) == 0)
    #expect(globalNorm([Matrix(rows: 2, columns: 0)]) == 0)
  }

  @Test(arguments: [13.0, 13.5, 1e9, .infinity]) func uponAndBelowTheThresholdNoBitChanges(threshold: Double) {
    var clipped = gradients
    clipped[0][0, 1] = -0.0
    let before = clipped
    #expect(clip(&clipped, toNorm: threshold) == 13)
    for (a, b) in zip(clipped, before) { #expect(a.hasSameBits(as: b)) }
  }

  @Test(arguments: [12.999999, 6.5, 1, 1e-9]) func aboveItTheNormBecomesTheThresholdAndTheDirectionStays(
    threshold: Double
  ) {
    var clipped = gradients
    #expect(clip(&clipped, toNorm: threshold) == 13)
    #expect(abs(globalNorm(clipped) - threshold) <= 4e-16 * threshold)
    let dot = zip(clipped, gradients).reduce(0) { $0 + ($1.0 .* $1.1).total.scalar }
    let cosine = dot / (globalNorm(clipped) * globalNorm(gradients))
    #expect(abs(cosine - 1) <= 4e-16)
  }

  /// PyTorch divides by norm + 10⁻⁶ instead.
  @Test func clippedGradientsAreNearlyPyTorchs() {
    var clipped = shapes.enumerated().map { gradient(3, $0, $1) }
    #expect(abs(clip(&clipped, toNorm: 1) - 2.5248762345905194) < 1e-15)
    let torch = [
      0.4950735754099834, -0.2970441452459901, 0, 0.2970441452459901, -0.4950735754099834, -0.19802943016399338,
      -0.09901471508199669, 0.19802943016399338, 0.4950735754099834,
    ]
    for (a, b) in zip(clipped.flatMap(\.elements), torch) { #expect(abs(a - b) < 4e-7) }
  }

  @Test(arguments: [1e200, 1e-200]) func neitherLargeNorSmallGradientsLoseTheirNorm(scale: Double) {
    var scaled = gradients.map { scale * $0 }
    #expect(abs(globalNorm(scaled) / (13 * scale) - 1) < 4e-16)
    clip(&scaled, toNorm: 6.5 * scale)
    #expect(abs(globalNorm(scaled) / (6.5 * scale) - 1) < 4e-16)
    #expect(scaled[1].scalar / scale > 5.999)
  }

  @Test func zeroGradientsStayZero() {
    var zeros = [Matrix(rows: 2, columns: 2), Matrix(0)]
    #expect(clip(&zeros, toNorm: 1) == 0)
    #expect(zeros == [Matrix(rows: 2, columns: 2), Matrix(0)])
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity]) func whatIsNotFiniteIsReportedAndLeftAlone(special: Double) {
    var clipped = gradients
    clipped[1] = Matrix(special)
    let before = clipped
    #expect(!clip(&clipped, toNorm: 1).isFinite)
    for (a, b) in zip(clipped, before) { #expect(a.hasSameBits(as: b)) }
  }

  @Test func clippingByValueBoundsEachEntryAndTurnsTheDirection() {
    var clipped = [Matrix([[3, -0.5], [-4, 2]]), Matrix(column: [.nan, .infinity, -.infinity])]
    clip(&clipped, toValue: 2)
    #expect(clipped[0] == Matrix([[2, -0.5], [-2, 2]]))
    #expect(clipped[1][0, 0].isNaN && clipped[1][1, 0] == 2 && clipped[1][2, 0] == -2)
  }
}
