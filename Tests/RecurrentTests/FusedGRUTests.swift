// The fused GRU against the same cell recorded as small operations, and against finite differences.

import Autodiff
import Testing

@testable import Recurrent

private let fusedKinds: [RecurrentConfiguration.Kind] = UpdateGate.allCases.map { .gru(update: $0) }

@Suite struct FusedGRUTests {
  /// 60 random configurations of each convention of z from random first states and from zeros.
  @Test(arguments: fusedKinds.flatMap { FusedCase.all($0) }, [true, false])
  func fusedAndSmallOperationsAgree(c: FusedCase, hasStates: Bool) {
    let (fused, small) = (Results(c, fused: true, hasStates: hasStates), Results(c, fused: false, hasStates: hasStates))
    #expect(largestRelativeDifference(fused.values, small.values) <= 1e-12)
    #expect(largestRelativeDifference(fused.gradients, small.gradients) <= 1e-12)
    // Not zeros against zeros, except for W_h after a single step from zeros.
    #expect(small.gradients.allSatisfy { $0.largestMagnitude > 0 } || (c.steps == 1 && !hasStates))
  }

  /// Every entry of every parameter, every input and every first state, against finite differences.
  @Test(arguments: fusedKinds, [1, 2])
  func everyFusedGradientAgreesWithCentralDifferences(kind: RecurrentConfiguration.Kind, layers: Int) {
    fusedGradientsAgreeWithCentralDifferences(of: kind, layers: layers)
  }

  /// Each combination of the two biases, with a loss that depends on one state only.
  @Test(arguments: [(true, true), (true, false), (false, true), (false, false)], 0..<3)
  func eitherBiasMayBeMissing(biases: (x: Bool, h: Bool), t: Int) {
    let c = FusedCase(RecurrentConfiguration(.gru(), inputSize: 3, hiddenSize: 4), steps: 3, batch: 2, seed: 62)
    func gradients(fused: Bool) -> [Matrix] {
      let tape = Tape()
      let w = c.network.weights(layer: 0)
      let weights = CellWeights(
        W: (x: tape.variable(w.W.x), h: tape.variable(w.W.h)),
        b: (x: biases.x ? tape.variable(w.b.x!) : nil, h: biases.h ? tape.variable(w.b.h!) : nil))
      let x = c.inputs.map { tape.variable($0) }
      let state = [tape.variable(c.states[0][0])]
      let h =
        fused
        ? FusedGRUCell(weights, hidden: 4).unroll(x, from: state)[t][0]
        : GRUCell(weights, hidden: 4).unroll(x, from: state)[t][0]
      let found = tape.gradients(of: h, seed: Random.weights(like: h.value))
      let leaves = [weights.W.x, weights.W.h] + [weights.b.x, weights.b.h].compactMap { $0 } + x + state
      return leaves.map { found[$0] }
    }
    let (fused, small) = (gradients(fused: true), gradients(fused: false))
    #expect(largestRelativeDifference(fused, small) <= 1e-12)
    #expect(small[0].largestMagnitude > 0.01)
    // The candidate's two biases have different gradients, because r multiplies one of them.
    if biases == (true, true) { #expect(fused[2].largestDifference(from: fused[3]) > 0.01) }
  }

  @Test func constantInputsDoNotChangeTheOtherGradients() {
    let c = FusedCase(RecurrentConfiguration(.gru(), inputSize: 3, hiddenSize: 4), steps: 3, batch: 2, seed: 63)
    func gradients(fused: Bool) -> [Matrix] {
      let tape = Tape()
      let network = c.network.map { tape.variable($1) }
      let x = c.inputs.map { tape.constant($0) }
      let run = fused ? network.runFused(x) : network.run(x)
      let found = tape.gradients(of: run.outputs[2].total)
      return network.parameters.map { found[$0] }
    }
    #expect(largestRelativeDifference(gradients(fused: true), gradients(fused: false)) <= 1e-12)
  }

  @Test func aResetBeforeTheProductRunsAsSmallOperations() {
    let c = FusedCase(
      RecurrentConfiguration(.gru(reset: .beforeProduct), inputSize: 3, hiddenSize: 4), steps: 3, batch: 2, seed: 64)
    let (fused, small) = (Results(c, fused: true), Results(c, fused: false))
    #expect(haveSameBits(fused.values + fused.gradients, small.values + small.gradients))
  }
}

// Exit tests need a recent compiler.
#if compiler(>=6.2)
  @Suite struct FusedGRUMisuseTests {
    @Test func shapesThatDoNotFitTrap() async {
      let w = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let tape = Tape()
        _ = FusedGRUCell(
          CellWeights(
            W: (x: tape.variable(Matrix(rows: 4, columns: 1)), h: tape.variable(Matrix(rows: 3, columns: 1)))),
          hidden: 1)
      }
      let said = String(decoding: w?.standardErrorContent ?? [], as: UTF8.self)
      #expect(said.contains("W_x of a GRU is 4 × 1, expected 3 rows"))
    }
  }
#endif
