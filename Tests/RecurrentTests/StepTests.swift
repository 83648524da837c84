import Autodiff
import Testing

@testable import Recurrent

@Suite struct StepTests {
  private let x = Symbol.name("x_t")
  private let h = Symbol.name("h_{t-1}")
  private let W = (x: Symbol.name("W_x"), h: Symbol.name("W_h"))

  @Test func aStepReadAsSymbolsIsItsEquation() {
    let b: (x: Symbol?, h: Symbol?) = (.name("b_x"), .name("b_h"))
    #expect(text(RNNCell(W: W, b: b).step(x, h)) == "tanh(W_x x_t + b_x + W_h h_{t-1} + b_h)")
    #expect(text(RNNCell(W: W, b: b, nonlinearity: .relu).step(x, h)) == "relu(W_x x_t + b_x + W_h h_{t-1} + b_h)")
    #expect(text(RNNCell(W: W, b: (nil, .name("b"))).step(x, h)) == "tanh(W_x x_t + W_h h_{t-1} + b)")
    #expect(text(RNNCell(W: W).step(x, h)) == "tanh(W_x x_t + W_h h_{t-1})")
  }

  /// A whole network can be read as symbols, too.
  @Test func aNetworkReadAsSymbolsStacksItsDirections() {
    let configuration = RecurrentConfiguration(
      .rnn(.tanh), inputSize: 1, hiddenSize: 1, bidirectional: true, bias: false)
    let network = RecurrentNetwork<Symbol>(configuration, parameters: ["U", "V", "P", "Q"].map { .name($0) })
    let run = network.run([.name("x")], from: [[.name("h")], [.name("g")]])
    #expect(run.outputs.map(text) == ["[tanh(U x + V h); tanh(P x + Q g)]"])
    #expect(run.states.map { text($0[0]) } == ["tanh(U x + V h)", "tanh(P x + Q g)"])
  }

  @Test func aStepReadAsMatricesIsItsEquation() {
    let cell = RNNCell<Matrix>(
      W: (x: Matrix([[0.5, -1]]), h: Matrix([[2]])), b: (x: Matrix([[0.25]]), h: Matrix([[-0.125]])),
      nonlinearity: .relu)
    // 0.5 · 3 − 1 · 1 + 0.25 + 2 · 0.5 − 0.125; then the same with h = −2, where relu is 0.
    let x = Matrix([[3, 3], [1, 1]])
    #expect(cell.step(x, Matrix([[0.5, -2]])) == Matrix([[1.625, 0]]))
  }

  @Test(arguments: [false, true], Nonlinearity.allCases)
  func stepsByHandAndTheLoopHaveEqualBits(bias: Bool, nonlinearity: Nonlinearity) {
    let cell = RNNCell<Matrix>(inputs: 3, hidden: 4, bias: bias, nonlinearity, seed: 1)
    let x = sequence(3, 3, batch: 2, seed: 2)
    let h0 = sequence(1, 4, batch: 2, seed: 3)[0]
    let h1 = cell.step(x[0], h0)
    let h2 = cell.step(x[1], h1)
    let h3 = cell.step(x[2], h2)
    let run = cell.run(x, from: [[h0]])
    #expect(haveSameBits(run, Unrolled(outputs: [h1, h2, h3], states: [[h3]])))
    #expect(h3.largestMagnitude > 0.1)
  }

  @Test(arguments: architectures)
  func variablesAndMatricesComputeEqualBits(configuration: RecurrentConfiguration) {
    let network = largeNetwork(configuration, seed: 4)
    let x = sequence(4, 3, batch: 2, seed: 5)
    let tape = Tape()
    let recorded = network.map { tape.variable($1, named: $0) }.run(x.map { tape.constant($0) })
    let values = Unrolled(
      outputs: recorded.outputs.map(\.value), states: recorded.states.map { $0.map(\.value) })
    #expect(haveSameBits(values, network.run(x)))
  }
}
