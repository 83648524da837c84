// The fused RNN against the same cell recorded as small operations, and against finite differences.

import Autodiff
import Testing

@testable import Recurrent

private let rnnKinds: [RecurrentConfiguration.Kind] = Nonlinearity.allCases.map { .rnn($0) }

@Suite struct FusedRNNTests {
  /// 60 random configurations of each nonlinearity from random first states and from zeros.
  @Test(arguments: rnnKinds.flatMap { FusedCase.all($0) }, [true, false])
  func fusedAndSmallOperationsAgree(c: FusedCase, hasStates: Bool) {
    let (fused, small) = (Results(c, fused: true, hasStates: hasStates), Results(c, fused: false, hasStates: hasStates))
    #expect(largestRelativeDifference(fused.values, small.values) <= 1e-12)
    #expect(largestRelativeDifference(fused.gradients, small.gradients) <= 1e-12)
    // Not zeros against zeros: with a few units, at least one relu is positive.
    if c.configuration.hiddenSize > 3 {
      #expect(small.values.contains { $0.largestMagnitude > 0 })
      #expect(small.gradients.contains { $0.largestMagnitude > 0 })
    }
  }

  /// Every entry of every parameter, every input and every first state, against finite differences.
  @Test(arguments: rnnKinds, [1, 2])
  func everyFusedGradientAgreesWithCentralDifferences(kind: RecurrentConfiguration.Kind, layers: Int) {
    fusedGradientsAgreeWithCentralDifferences(of: kind, layers: layers)
  }

  /// Each combination of the two biases, constants among the inputs, and a loss that depends on one state only.
  @Test(arguments: [(true, true), (true, false), (false, true), (false, false)], 0..<3)
  func eitherBiasMayBeMissingAndDataAreConstant(biases: (x: Bool, h: Bool), t: Int) {
    let c = FusedCase(RecurrentConfiguration(.rnn(.tanh), inputSize: 3, hiddenSize: 4), steps: 3, batch: 2, seed: 62)
    func gradients(fused: Bool) -> [Matrix] {
      let tape = Tape()
      let w = c.network.weights(layer: 0)
      let weights = CellWeights(
        W: (x: tape.variable(w.W.x), h: tape.variable(w.W.h)),
        b: (x: biases.x ? tape.variable(w.b.x!) : nil, h: biases.h ? tape.variable(w.b.h!) : nil))
      let x = c.inputs.map { t == 1 ? tape.constant($0) : tape.variable($0) }
      let state = [tape.variable(c.states[0][0])]
      let h =
        fused
        ? FusedRNNCell(weights).unroll(x, from: state)[t][0]
        : RNNCell(weights).unroll(x, from: state)[t][0]
      let found = tape.gradients(of: h, seed: Random.weights(like: h.value))
      let leaves = [weights.W.x, weights.W.h] + [weights.b.x, weights.b.h].compactMap { $0 } + x + state
      return leaves.filter(\.isDifferentiable).map { found[$0] }
    }
    let (fused, small) = (gradients(fused: true), gradients(fused: false))
    #expect(largestRelativeDifference(fused, small) <= 1e-12)
    #expect(small[0].largestMagnitude > 0.01)
  }

  /// NaN stays NaN, through relu too.
  @Test(arguments: Nonlinearity.allCases) func whatIsNotANumberIsSeen(nonlinearity: Nonlinearity) {
    let tape = Tape()
    let weights = CellWeights(W: (x: tape.variable(Matrix(1)), h: tape.variable(Matrix(1))))
    let run = FusedRNNCell(weights, nonlinearity: nonlinearity).run([tape.constant(Matrix(.nan))])
    #expect(run.outputs[0].value.scalar.isNaN)
  }
}

// Exit tests need a recent compiler.
#if compiler(>=6.2)
  @Suite struct FusedRNNMisuseTests {
    @Test func shapesThatDoNotFitTrap() async {
      let w = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let tape = Tape()
        _ = FusedRNNCell(
          CellWeights(
            W: (x: tape.variable(Matrix(rows: 4, columns: 1)), h: tape.variable(Matrix(rows: 3, columns: 3)))))
      }
      let said = String(decoding: w?.standardErrorContent ?? [], as: UTF8.self)
      #expect(said.contains("W_x of an RNN is 4 × 1, expected 3 rows"))
    }
  }
#endif
