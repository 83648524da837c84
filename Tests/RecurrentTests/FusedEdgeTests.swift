// Cases that small random networks do not reach: NaN and infinity, and steps without a gradient.

import Testing

@testable import Autodiff
@testable import Recurrent

private let fusedKinds: [RecurrentConfiguration.Kind] = [.rnn(.tanh), .rnn(.relu), .lstm, .gru()]

@Suite struct FusedEdgeTests {
  @Test func theTestsOwnMeasureSeesNaN() {
    let (one, bad) = (Matrix(1), Matrix(Double.nan))
    #expect(
      largestRelativeDifference([one, bad], [one, one]).isNaN
        && largestDifference([one, bad, one], [one, one, one]).isNaN)
    #expect(largestDifference([one], [one, one]) == .infinity && largestDifference([], []) == .infinity)
    #expect(largestDifference([one, Matrix(3)], [one, one]) == 2)
  }

  /// Steps after the last one that the loss depends on do not change its gradients, even if they are NaN or infinite.
  @Test(arguments: fusedKinds, [Double.nan, .infinity]) func laterStepsSpoilNothing(
    kind: RecurrentConfiguration.Kind, bad: Double
  ) {
    let configuration = RecurrentConfiguration(kind, inputSize: 3, hiddenSize: 4, layers: 2)
    let network = largeNetwork(configuration, seed: 15)
    var steps = sequence(5, 3, batch: 2, seed: 16)
    steps[3] = steps[3].map { _ in bad }
    enum Way { case small, parts, joined }
    func gradients(_ way: Way) -> [Matrix] {
      let tape = Tape()
      let recorded = network.map { tape.variable($1) }
      let x = steps.map { tape.variable($0) }
      let outputs =
        switch way {
        case .small: recorded.run(x).outputs
        case .parts: recorded.runFused(x).outputs
        case .joined: recorded.runFused(Joined(x)).outputs.parts
        }
      let found = tape.gradients(of: Variable.stack([outputs[0], outputs[2]]).total)
      return (recorded.parameters + x).map { found[$0] }
    }
    let small = gradients(.small)
    #expect(small.allSatisfy { $0.elements.allSatisfy(\.isFinite) } && small[0].largestMagnitude > 0)
    #expect(largestRelativeDifference(gradients(.parts), small) <= 1e-12)
    #expect(largestRelativeDifference(gradients(.joined), small) <= 1e-12)
    #expect(small.suffix(2).allSatisfy { $0.largestMagnitude == 0 })
  }

  /// A loss that does not depend on the sequence has gradients of zero.
  @Test(arguments: fusedKinds) func anUnusedSequenceGetsZeros(kind: RecurrentConfiguration.Kind) {
    let tape = Tape()
    let network = largeNetwork(RecurrentConfiguration(kind, inputSize: 3, hiddenSize: 4), seed: 15).map {
      tape.variable($1)
    }
    let y = network.runFused(Joined(tape.variable(Matrix(rows: 3, columns: 6, repeating: 1)), steps: 3)).outputs.value
    let found = tape.gradients(of: (0.0 * y).total)
    #expect(network.parameters.allSatisfy { found[$0].largestMagnitude == 0 })
  }

  @Test func aNegativeZeroInTheLastEntryIsSeen() {
    let tape = Tape()
    let x = tape.variable(Matrix([[1, 2]]))
    let y = x.columns([0]).total + ((-x) .* tape.constant(Matrix([[1, 0]]))).total
    let fast = tape.gradients(of: y)
    let rule = tape.gradients(of: y) { $0.pullback($1, to: $2, inputs: $3, output: $4) }
    #expect(fast[x].hasSameBits(as: rule[x]))
  }
}
