// Second derivatives: gradients recorded on the tape, and differentiated again.

import Testing

@testable import Autodiff

/// Σ u ⊙ f³ for fixed u of magnitudes between 1/2 and 3/2: its Hessian is not zero even where f is linear.
private func loss(_ f: Variable) -> Variable {
  var random = Random(seed: 17)
  let u = f.tape.constant(random.uniform(f.shape.rows, f.shape.columns, 0.5, 1.5))
  return (f .* f .* f .* u).total
}

/// Σ_k Σ v_k ⊙ g_k, for directions v_k drawn with a seed: the slope of a loss with gradients g along v.
private func slope(_ g: [Variable], seed: UInt64 = 23) -> Variable {
  var random = Random(seed: seed)
  let terms = g.map { ($0 .* $0.tape.constant(random.normal($0.shape.rows, $0.shape.columns))).total }
  return terms.dropFirst().reduce(terms[0]) { $0 + $1 }
}

/// A cell of two units over three steps and a batch of two: W_x, W_h, b, h₀ → loss.
private func recurrentLoss(_ θ: [Variable]) -> Variable {
  var random = Random(seed: 31)
  let tape = θ[0].tape
  var h = θ[3]
  var losses: [Variable] = []
  for _ in 0..<3 {
    h = (θ[0] * tape.constant(random.normal(3, 2)) + θ[1] * h + θ[2]).tanh
    losses.append(h.crossEntropy([0, 1]).mean)
  }
  return losses[0] + losses[1] + losses[2]
}

private let recurrentParameters: [Matrix] = {
  var random = Random(seed: 37)
  return [random.normal(2, 3), random.normal(2, 2), random.normal(2, 1), random.normal(2, 2)]
}()

@Suite struct SecondDerivatives {
  @Test(
    arguments: Cases.all.filter {
      ![.slope, .oneHot, .entryCount, .maximumMask, .fused].contains($0.kind)
    })
  func hessianVectorProductsAgreeWithDifferencesOfGradients(c: Case) {
    let inputs = c.kind.differentiableInputs.filter { $0 < c.inputs.count }
    // Gradients of slopes along a direction are Hessian–vector products; the check differences the slope.
    let check = GradientCheck(c.inputs, relative: 1e-6, absolute: 1e-7) { x in
      let loss = loss(Variable.apply(c.operation, x))
      return slope(loss.tape.differentiableGradients(of: loss, withRespectTo: inputs.map { x[$0] }))
    }
    #expect(check.passes, "\(String(describing: check.worst))")
    let isFlat = c.kind == .softmax && c.inputs[0].rows == 1
    #expect((check.significantCount == 0) == isFlat)
  }

  @Test func theHessianOfARecurrentLossAgreesWithDifferencesOfItsGradient() {
    let check = GradientCheck(recurrentParameters, relative: 1e-6, absolute: 1e-7) { θ in
      let loss = recurrentLoss(θ)
      return slope(loss.tape.differentiableGradients(of: loss, withRespectTo: θ))
    }
    #expect(check.passes, "\(String(describing: check.worst))")
    #expect(check.significantCount == check.count)
  }

  @Test func theHessianOfARecurrentLossIsSymmetric() {
    let tape = Tape()
    let θ = recurrentParameters.map { tape.variable($0) }
    let gradients = tape.differentiableGradients(of: recurrentLoss(θ), withRespectTo: θ)
    // Row by row: the gradient of every entry of the gradient.
    var hessian: [[Double]] = []
    for g in gradients {
      for entry in 0..<g.value.count {
        var seed = Matrix(g.shape)
        seed.elements[entry] = 1
        let row = tape.gradients(of: g, seed: seed)
        hessian.append(θ.flatMap { row[$0].elements })
      }
    }
    let h = Matrix(hessian)
    #expect(h.shape == Shape(16, 16))
    #expect(h.largestMagnitude > 0.1)
    #expect(h.largestDifference(from: h.transposed) < 1e-14)
  }

  @Test func theSecondDerivativeOfACubeIsSixX() {
    let tape = Tape()
    let x = tape.variable(Matrix(1.5))
    let first = tape.differentiableGradients(of: x .* x .* x, withRespectTo: [x])[0]
    #expect(first.value.scalar == 6.75)
    let second = tape.differentiableGradients(of: first, withRespectTo: [x])[0]
    #expect(second.value.scalar == 9)
    #expect(tape.gradients(of: second)[x].scalar == 6)
  }

  @Test func aVariableThatTheOutputDoesNotDependOnGetsZerosToDifferentiateAgain() {
    let tape = Tape()
    let (x, z) = (tape.variable(Matrix(2)), tape.variable(Matrix([[1, 2]])))
    let gradients = tape.differentiableGradients(of: x .* x, withRespectTo: [x, z])
    #expect(gradients[1].value == Matrix(rows: 1, columns: 2))
    // z's zeros can be computed with, as any other value.
    #expect(tape.gradients(of: gradients[0] + gradients[1].total)[x].scalar == 2)
  }

  /// Recording must not copy what is already there: a long chain twice differentiated took quadratic time once.
  @Test func aLongChainIsDifferentiatedTwice() {
    let tape = Tape()
    let x = tape.variable(Matrix(0.5))
    var y = x
    for _ in 0..<100_000 { y = 1 - y }
    let first = tape.differentiableGradients(of: y .* y, withRespectTo: [x])[0]
    #expect(first.value.scalar == 1)
    #expect(tape.gradients(of: first)[x].scalar == 2)
  }
}
