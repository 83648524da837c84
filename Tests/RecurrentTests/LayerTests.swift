import Autodiff
import Testing

@testable import Recurrent

@Suite struct LayerTests {
  @Test func stackedIsEachLayerUponTheOneBelow() {
    let low = RNNCell<Matrix>(inputs: 3, hidden: 4, seed: 1)
    let high = RNNCell<Matrix>(inputs: 4, hidden: 4, .relu, seed: 2)
    let x = sequence(5, 3, batch: 2, seed: 3)
    let (h0, g0) = (sequence(1, 4, batch: 2, seed: 4)[0], sequence(1, 4, batch: 2, seed: 5)[0])
    let below = low.run(x, from: [[h0]])
    let above = high.run(below.outputs, from: [[g0]])
    let stacked = Stacked([low, high]).run(x, from: [[h0], [g0]])
    #expect(haveSameBits(stacked, Unrolled(outputs: above.outputs, states: below.states + above.states)))
  }

  @Test func bidirectionalIsTwoNetworksOneOfThemReversed() {
    let there = RNNCell<Matrix>(inputs: 3, hidden: 4, seed: 1)
    let back = RNNCell<Matrix>(inputs: 3, hidden: 2, seed: 2)
    let x = sequence(3, 3, batch: 2, seed: 3)
    let (h0, g4) = (sequence(1, 4, batch: 2, seed: 4)[0], sequence(1, 2, batch: 2, seed: 5)[0])
    let h1 = there.step(x[0], h0)
    let h2 = there.step(x[1], h1)
    let h3 = there.step(x[2], h2)
    let g3 = back.step(x[2], g4)
    let g2 = back.step(x[1], g3)
    let g1 = back.step(x[0], g2)
    let run = Bidirectional(forward: there, backward: back).run(x, from: [[h0], [g4]])
    let outputs = [Matrix.stack([h1, g1]), .stack([h2, g2]), .stack([h3, g3])]
    #expect(haveSameBits(run, Unrolled(outputs: outputs, states: [[h3], [g1]])))
  }

  @Test(arguments: kinds, [false, true])
  func theLayersOfANetworkOneAfterTheOtherAreTheNetwork(kind: RecurrentConfiguration.Kind, bidirectional: Bool) {
    let configuration = RecurrentConfiguration(
      kind, inputSize: 3, hiddenSize: 4, layers: 3, bidirectional: bidirectional, bias: !bidirectional)
    let network = largeNetwork(configuration, seed: 6)
    let x = sequence(4, 3, batch: 2, seed: 7)
    var (outputs, states) = (x, [[Matrix]]())
    for layer in network.layers {
      #expect(layer.configuration.layers == 1 && layer.configuration.bidirectional == bidirectional)
      let run = layer.run(outputs)
      outputs = run.outputs
      states += run.states
    }
    #expect(network.layers.count == 3)
    #expect(haveSameBits(network.run(x), Unrolled(outputs: outputs, states: states)))
  }

  /// Layer 1 reads both directions of layer 0. The states are l0 forward, l0 backward, l1 forward, l1 backward.
  @Test(arguments: kinds)
  func aStackedBidirectionalNetworkIsPutTogetherAsPyTorchDoes(kind: RecurrentConfiguration.Kind) {
    let configuration = RecurrentConfiguration(kind, inputSize: 3, hiddenSize: 4, layers: 2, bidirectional: true)
    let network = largeNetwork(configuration, seed: 6)
    let x = sequence(4, 3, batch: 2, seed: 7)
    let h0 = states(configuration, batch: 2, seed: 8)
    func cell(_ suffix: String) -> any RecurrentLayer<Matrix> {
      let weights = CellWeights(
        W: (x: network["weight_ih_" + suffix], h: network["weight_hh_" + suffix]),
        b: (x: network["bias_ih_" + suffix], h: network["bias_hh_" + suffix]))
      switch kind {
      case .rnn(let nonlinearity): return RNNCell(weights, nonlinearity: nonlinearity)
      case .lstm: return LSTMCell(weights, hidden: 4)
      case .gru(let update, let reset): return GRUCell(weights, hidden: 4, update: update, reset: reset)
      }
    }
    func both(_ x: [Matrix], _ layer: Int) -> ([Matrix], [[Matrix]]) {
      let there = cell("l\(layer)").run(x, from: [h0[2 * layer]])
      let back = cell("l\(layer)_reverse").run(x.reversed(), from: [h0[2 * layer + 1]])
      let outputs = x.indices.map { Matrix.stack([there.outputs[$0], back.outputs[x.count - 1 - $0]]) }
      return (outputs, there.states + back.states)
    }
    let (below, first) = both(x, 0)
    let (above, second) = both(below, 1)
    #expect(haveSameBits(network.run(x, from: h0), Unrolled(outputs: above, states: first + second)))
  }

  @Test(arguments: architectures)
  func aBatchIsItsExamplesOneByOne(configuration: RecurrentConfiguration) {
    let network = largeNetwork(configuration, seed: 9)
    let x = sequence(4, 3, batch: 5, seed: 10)
    let h0 = states(configuration, batch: 5, seed: 11)
    let together = network.run(x, from: h0)
    for example in 0..<5 {
      let alone = network.run(
        x.map { $0.column(example) }, from: h0.map { $0.map { $0.column(example) } })
      let outputs = together.outputs.map { $0.column(example) }
      #expect(largestDifference(outputs, alone.outputs) <= 1e-14 * scale(outputs))
      let last = flat(together.states).map { $0.column(example) }
      #expect(largestDifference(last, flat(alone.states)) <= 1e-14 * scale(last))
    }
  }

  private func scale(_ matrices: [Matrix]) -> Double { max(1, matrices.map(\.largestMagnitude).max()!) }

  @Test(arguments: architectures)
  func oneStepIsEnough(configuration: RecurrentConfiguration) {
    let network = largeNetwork(configuration, seed: 12)
    let x = sequence(1, 3, batch: 1, seed: 13)
    let run = network.run(x)
    #expect(run.outputs.map(\.shape) == [Shape(configuration.outputSize, 1)])
    #expect(run.states.count == configuration.stateCount)
    // The only output is the stacked states of the last layer.
    let top = run.states.suffix(configuration.directions).map { $0[0] }
    #expect(run.outputs[0].hasSameBits(as: .stack(top)))
  }

  @Test(arguments: architectures)
  func aMissingStateIsZeros(configuration: RecurrentConfiguration) {
    let network = largeNetwork(configuration, seed: 14)
    let x = sequence(4, 3, batch: 2, seed: 15)
    let zeros = states(configuration, batch: 2, seed: 0).map { $0.map { 0 * $0 } }
    #expect(haveSameBits(network.run(x), network.run(x, from: zeros)))
    #expect(!haveSameBits(network.run(x), network.run(x, from: states(configuration, batch: 2, seed: 16))))
  }

  /// A run can continue from the last states of another one.
  @Test(arguments: kinds) func aSequenceInTwoPartsIsTheWhole(kind: RecurrentConfiguration.Kind) {
    let configuration = RecurrentConfiguration(kind, inputSize: 3, hiddenSize: 4, layers: 2)
    let network = largeNetwork(configuration, seed: 17)
    let x = sequence(6, 3, batch: 2, seed: 18)
    let first = network.run(Array(x[..<4]))
    let second = network.run(Array(x[4...]), from: first.states)
    let whole = network.run(x)
    #expect(haveSameBits(whole, Unrolled(outputs: first.outputs + second.outputs, states: second.states)))
  }

  /// A cell may implement `unroll` itself, to compute a whole sequence at once.
  @Test func aCellMayReplaceItsLoop() {
    let run = Bidirectional(forward: Counter(), backward: Counter()).run([Matrix(5), Matrix(5)])
    #expect(run.outputs == [Matrix([[1], [2]]), Matrix([[2], [1]])])
    #expect(run.states == [[Matrix(2), Matrix(10)], [Matrix(2), Matrix(10)]])
  }
}

/// A counting cell that implements `unroll` only.
private struct Counter: RecurrentCell {
  typealias A = Matrix
  func step(_ x: Matrix, _ state: [Matrix]) -> [Matrix] { fatalError("replaced") }
  func zeroState(for x: Matrix) -> [Matrix] { [Matrix(0), Matrix(10)] }
  func unroll(_ inputs: [Matrix], from state: [Matrix]) -> [[Matrix]] {
    inputs.indices.map { [state[0] + Matrix(Double($0 + 1)), state[1]] }
  }
}

// Exit tests need a recent compiler.
#if compiler(>=6.2)
  @Suite struct MisuseTests {
    /// Whether a trap's message contains this text.
    private func says(_ result: ExitTest.Result?, _ message: String) -> Bool {
      String(decoding: result?.standardErrorContent ?? [], as: UTF8.self).contains(message)
    }

    @Test func anEmptySequenceTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = RNNCell<Matrix>(inputs: 1, hidden: 1, seed: 1).run([])
      }
      #expect(says(result, "a sequence needs at least one step"))
    }

    @Test func anotherNumberOfStatesTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let cell = RNNCell<Matrix>(inputs: 1, hidden: 1, seed: 1)
        _ = Stacked([cell, cell]).run([Matrix(1)], from: [[Matrix(1)]])
      }
      #expect(says(result, "2 states are needed, one a direction, not 1"))
    }

    @Test func anUnknownParameterTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let configuration = RecurrentConfiguration(.rnn(.tanh), inputSize: 1, hiddenSize: 1, bias: false)
        _ = largeNetwork(configuration, seed: 1)["bias_ih_l0"]
      }
      #expect(says(result, "RNN (tanh), input size 1, hidden size 1, no bias has no parameter bias_ih_l0"))
    }

    @Test func aSizeOfZeroTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = RecurrentConfiguration(.rnn(.tanh), inputSize: 1, hiddenSize: 1, layers: 0)
      }
      #expect(says(result, "a network of 0 layers, 1 inputs and 1 hidden entries: each must be at least 1"))
    }

    @Test func parametersOfAnotherArchitectureTrap() async {
      let few = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let configuration = RecurrentConfiguration(.rnn(.tanh), inputSize: 1, hiddenSize: 1)
        _ = RecurrentNetwork<Matrix>(configuration, parameters: [Matrix(1)])
      }
      #expect(says(few, "has 4 parameters, not 1"))
      let tall = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let configuration = RecurrentConfiguration(.rnn(.tanh), inputSize: 1, hiddenSize: 1, bias: false)
        _ = RecurrentNetwork<Matrix>(configuration, parameters: [Matrix([[1], [2]]), Matrix(1)])
      }
      #expect(says(tall, "weight_ih_l0 has 2 rows, expected 1"))
    }

    @Test func aTensorThatIsNotItsShapeTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = TorchTensor(shape: [1 << 62, 4], elements: [])
      }
      #expect(says(result, "does not have 0 elements"))
    }
  }
#endif
