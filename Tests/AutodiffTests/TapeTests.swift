// The tape: its length, its memory, its reuse, its Jacobians.

import Testing

@testable import Autodiff

extension Tape {
  /// What its nodes hold, in bytes: entries, and the links to inputs.
  var storedBytes: Int {
    (0..<count).reduce(0) { $0 + 8 * (nodes[$1].value.count + nodes[$1].inputs.count) }
  }
}

/// h_t = 0.9 h_{t−1} + tanh(0.1 h_{t−1}): four nodes a step.
private func chain(_ steps: Int, from h0: Variable) -> Variable {
  var h = h0
  for _ in 0..<steps { h = 0.9 * h + (0.1 * h).tanh }
  return h
}

@Suite struct Tapes {
  @Test func aChainOfAMillionOperationsIsDifferentiatedAndFreed() {
    weak var freed: Tape?
    do {
      let tape = Tape()
      freed = tape
      let x = tape.variable(Matrix(0.5))
      var y = x
      for _ in 0..<1_000_000 { y = -y }
      #expect(tape.count == 1_000_001)
      #expect(y.value.scalar == 0.5)
      #expect(tape.gradients(of: y)[x].scalar == 1)
    }
    #expect(freed == nil)
  }

  @Test(arguments: [1_000, 10_000, 100_000]) func nodesAndBytesGrowWithTheStepsAndNothingElse(steps: Int) {
    let tape = Tape()
    let h0 = tape.variable(Matrix(0.5))
    let h = chain(steps, from: h0)
    #expect(tape.count == 1 + 4 * steps)
    // One entry a node, one input each of two scalings and a tanh, two of the sum.
    #expect(tape.storedBytes == 8 + 8 * (4 + 5) * steps)
    let gradients = tape.gradients(of: h)
    #expect(gradients.found.count == tape.count)
    #expect(tape.count == 1 + 4 * steps, "going back records nothing")
    // 0.9 + 0.1 (1 − tanh²(h / 10)) a step, in the order of the steps.
    var (value, slope) = (0.5, 1.0)
    for _ in 0..<steps {
      let y = Elementary.tanh(0.1 * value)
      slope *= 0.9 + 0.1 * (1 - y * y)
      value = 0.9 * value + y
    }
    #expect(abs(gradients[h0].scalar - slope) <= 1e-10 * slope)
  }

  @Test func variablesFromBeforeAMarkOutliveARewind() {
    let tape = Tape()
    let w = tape.variable(Matrix([[1, 2]]), named: "w")
    let doubled = 2.0 * w
    let mark = tape.mark
    let first = tape.gradients(of: doubled.total)[w]
    tape.rewind(to: mark)
    #expect(tape.count == 2)
    #expect(w.value == Matrix([[1, 2]]) && w.name == "w")
    #expect(doubled.value == Matrix([[2, 4]]))
    #expect(tape.gradients(of: doubled.total)[w] == first)
    tape.rewind(to: mark)
    tape.rewind(to: mark)
    #expect(tape.count == 2)
    tape.rewind()
    #expect(tape.count == 0)
  }

  @Test func whatIsForgottenLeavesNoNameAndNothingSaved() {
    let tape = Tape()
    let (w, x) = (tape.variable(Matrix([[0.3, 0.2]])), tape.constant(Matrix(column: [1, 2])))
    let mark = tape.mark
    Variable.apply(.fused(fusedLayer), [w, x]).named("y")
    tape.rewind(to: mark)
    let product = w * x
    let y = product.tanh
    #expect(product.name == nil && y.name == nil)
    // In the node that the fused one had: its saved values would be used, were they still there.
    let again = Variable.apply(.fused(fusedLayer), [w, x])
    #expect(tape.gradients(of: again)[w].largestDifference(from: tape.gradients(of: y)[w]) < 1e-15)
  }

  @Test func aThousandStepsOfTrainingDoNotLengthenTheTape() {
    let tape = Tape()
    var weights = [Matrix([[0.5, -0.5]])]
    let w = tape.variable(weights[0], named: "w")
    let mark = tape.mark
    var counts: Set<Int> = []
    var losses: [Double] = []
    for step in 0..<1_000 {
      tape.rewind(to: mark)
      let x = tape.constant(Matrix(column: [1, Double(step % 2)]))
      let error = w * x - tape.constant(Matrix(3))
      let loss = (error .* error).total.named("L")
      counts.insert(tape.count)
      losses.append(loss.value.scalar)
      weights[0] = weights[0] - 0.1 * tape.gradients(of: loss)[w]
      tape.update(w, to: weights[0])
    }
    #expect(counts == [7])
    #expect(losses[999] < 1e-12 && losses[0] > 6)
    #expect(weights[0].largestDifference(from: Matrix([[3, 0]])) < 1e-6)
  }

  @Test func anUpdatedVariableIsComputedWithAndDifferentiated() {
    let tape = Tape()
    let (w, c) = (tape.variable(Matrix(2)), tape.constant(Matrix(10)))
    let mark = tape.mark
    #expect((w .* w .* c).value.scalar == 40)
    tape.rewind(to: mark)
    tape.update(w, to: Matrix(3))
    tape.update(c, to: Matrix(100))
    let y = w .* w .* c
    #expect(y.value.scalar == 900)
    #expect(tape.gradients(of: y)[w].scalar == 600)
  }

  /// What was computed before an update, but from other variables, is as good as before.
  @Test func anUpdateSpoilsOnlyWhatWasComputedFromIt() {
    let tape = Tape()
    let (w, v) = (tape.variable(Matrix(2)), tape.variable(Matrix(5)))
    let (fromV, fromW) = (v .* v, w .* w)
    tape.update(w, to: Matrix(3))
    #expect(tape.gradients(of: fromV)[v].scalar == 10)
    #expect(fromW.value.scalar == 4)
    #expect(tape.gradients(of: w .* w)[w].scalar == 6)
  }

  /// A step on a rewound tape gives the same numbers and nodes.
  @Test func aRewoundTapeRepeatsItself() {
    let tape = Tape()
    var random = Random(seed: 25)
    let W = tape.variable(random.normal(5, 5))
    let start = tape.mark
    func step(_ length: Int) -> (Matrix, Matrix, Int) {
      tape.rewind(to: start)
      var h = tape.constant(Matrix(rows: 5, columns: 3, repeating: 0.5)).named("h_0")
      for _ in 0..<length { h = (W * h).tanh }
      return (h.value, tape.gradients(of: h.total)[W], tape.namedVariables.count)
    }
    let first = step(6)
    for length in [9, 2, 6, 1, 9, 6] {
      let again = step(length)
      #expect(again.2 == 1 && tape.count == 2 * length + 3)
      if length == 6 { #expect(again.0.hasSameBits(as: first.0) && again.1.hasSameBits(as: first.1)) }
    }
  }

  @Test func namesAreThoseGivenLast() {
    let tape = Tape()
    let x = tape.variable(Matrix(1), named: "x")
    #expect(x.named("y").name == "y")
    #expect(x.name == "y")
    #expect(tape.constant(Matrix(1)).name == nil)
  }
}

// MARK: - Jacobians

@Suite struct Jacobians {
  @Test func theJacobianOfATanhLayerIsItsDiagonalTimesW() {
    var random = Random(seed: 47)
    let tape = Tape()
    let (W, x) = (tape.variable(random.normal(3, 4)), tape.variable(random.normal(4, 1)))
    let y = (W * x).tanh
    let jacobian = tape.jacobian(of: y, withRespectTo: x)
    #expect(jacobian.shape == Shape(3, 4))
    let expected = Matrix(rows: 3, columns: 4) { i, j in (1 - y.value[i, 0] * y.value[i, 0]) * W.value[i, j] }
    #expect(jacobian.largestDifference(from: expected) < 1e-15)
    let diagonal = Matrix.diagonal((1 - y.value .* y.value).elements)
    #expect(jacobian.largestDifference(from: diagonal * W.value) < 1e-15)
  }

  /// Of Y = W X, ∂Y_ij / ∂X_kl is W_ik where j = l: a block W for each column, down the diagonal.
  @Test func jacobiansOfMatricesRunDownTheirColumns() {
    let W = Matrix([[1, 2], [3, 4], [5, 6]])
    let tape = Tape()
    let (w, x) = (tape.variable(W), tape.variable(Matrix([[7, 8], [9, 10]])))
    let jacobian = tape.jacobian(of: w * x, withRespectTo: x)
    #expect(jacobian.shape == Shape(6, 4))
    for (row, column) in (0..<6).flatMap({ r in (0..<4).map { (r, $0) } }) {
      let (i, j, k, l) = (row % 3, row / 3, column % 2, column / 2)
      #expect(jacobian[row, column] == (j == l ? W[i, k] : 0))
    }
    // With respect to W instead: ∂Y_ij / ∂W_kl is X_lj where i = k.
    let other = tape.jacobian(of: w * x, withRespectTo: w)
    #expect(other.shape == Shape(6, 6))
    #expect(other[0 + 1 * 3, 0 + 1 * 3] == 10 && other[0 + 1 * 3, 1 + 1 * 3] == 0)
  }

  @Test func theJacobianOfWhatDoesNotDependIsZero() {
    let tape = Tape()
    let (x, z) = (tape.variable(Matrix(column: [1, 2])), tape.variable(Matrix(column: [3])))
    #expect(tape.jacobian(of: x.tanh, withRespectTo: z) == Matrix(rows: 2, columns: 1))
    #expect(tape.jacobian(of: x, withRespectTo: x) == .identity(2))
  }
}
