import Autodiff
import Experiments
import Recurrent
import Testing

@testable import deep_rnn

@Suite("Chapter 07")
struct DeepRNNTests {
  /// The pass by hand against the tape, where every size can be 1.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func thePassByHandThroughTimeAndDepthIsTheTapes(seed: UInt64) {
    var random = Random(seed: seed)
    func count(_ most: Int) -> Int { 1 + random.index(below: most) }
    let stack = Stack(
      inputs: count(3), hidden: count(4), layers: count(4), steps: count(5), batch: count(3), seed: seed)
    let tape = Tape()
    let run = stack.record(on: tape)
    let gradients = tape.gradients(of: run.loss)
    let h = stack.forward()
    let hand = stack.backward(h, upstream: zip(h[h.count - 1].dropFirst(), stack.d).map { $0 - $1 })
    for (gradient, variable) in zip(hand.parameters + hand.start, run.parameters + run.h.map { $0[0] }) {
      let expected = gradients[variable]
      #expect(gradient.largestDifference(from: expected) <= 1e-12 * max(1, expected.largestMagnitude))
    }
  }

  /// The passes by hand of all four connections, where width, batch and depth can be 1.
  @Test(arguments: Connection.allCases, 1...5 as ClosedRange<UInt64>)
  func thePassByHandThroughAConnectionIsTheTapes(connection: Connection, seed: UInt64) {
    var random = Random(seed: seed)
    func count(_ most: Int) -> Int { 1 + random.index(below: most) }
    let tower = Tower(connection, width: count(4), batch: count(3), layers: count(5), seed: seed)
    let tape = Tape()
    let run = tower.record(on: tape)
    let gradients = tape.gradients(of: run.loss)
    let hand = tower.gradientsByHand()
    for (mine, theirs) in zip(hand.W + hand.b + [[hand.start]], run.W + run.b + [[run.h[0]]]) {
      for (gradient, variable) in zip(mine, theirs) {
        #expect(gradient.shape == gradients[variable].shape)
        #expect(gradient.largestDifference(from: gradients[variable]) <= 1e-12 * max(1, gradient.largestMagnitude))
      }
    }
  }

  /// Whatever the numbers of layers and steps, the rounds are as few as the longest chain, and the states the same.
  @Test(arguments: [1, 2, 5], [1, 2, 7])
  func roundsAreAsFewAsTheLongestChain(layers: Int, steps: Int) {
    var random = Random(seed: 1)
    let network = RecurrentNetwork(
      RecurrentConfiguration(.lstm, inputSize: 2, hiddenSize: 3, layers: layers), random: &random)
    let cells = (0..<layers).map { LSTMCell(network.weights(layer: $0), hidden: 3) }
    let x = (0..<steps).map { _ in random.normal(2, 2) }
    let rounds = inRounds(cells, x)
    #expect(rounds.rounds == layers + steps - 1)
    let expected = layerByLayer(cells, x)
    for states in [rounds.states, stepByStep(cells, x)] {
      #expect(states == expected && states.allSatisfy { $0.count == steps })
    }
    #expect(network.run(x).outputs == expected[layers - 1].map { $0[0] })
  }

  /// Columns that are all one have no diversity; a column and its opposite have all of it.
  @Test func diversityIsTheShareThatDiffers() {
    #expect(diversity(Matrix([[1, 1], [2, 2]])) == 0)
    #expect(diversity(Matrix([[1, -1], [2, -2]])) == 1)
  }

  /// Two steps, by hand: with W_q = 0 all weights are equal, and every output is the mean of the values.
  @Test func attentionWithoutAQuestionIsAMean() {
    let zero = Matrix(rows: 2, columns: 2)
    let attention = SelfAttention(W: (zero, .identity(2), 2 * Matrix.identity(2)), size: 2)
    let Y = attention(Matrix([[1, 3], [-1, 5]]))
    #expect(Y.largestDifference(from: Matrix([[4, 4], [4, 4]])) < 1e-12)
  }
}
