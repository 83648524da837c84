// The LSTM's step: its equations as text, numbers by hand, gates in PyTorch's order, and cells with a typical mistake.

import Autodiff
import Reference
import Testing

@testable import Recurrent

@Suite struct LSTMTests {
  private let x = Symbol.name("x_t")
  private let h = Symbol.name("h_{t-1}")
  private let c = Symbol.name("c_{t-1}")

  private func cell(bias hasBias: Bool) -> LSTMCell<Symbol> {
    func name(_ text: String) -> Symbol { .name(text) }
    func bias(_ text: String) -> Symbol? { hasBias ? .name(text) : nil }
    return LSTMCell(
      W: (
        xf: name("W_xf"), xi: name("W_xi"), xg: name("W_xg"), xo: name("W_xo"), hf: name("W_hf"), hi: name("W_hi"),
        hg: name("W_hg"), ho: name("W_ho")
      ),
      b: (f: bias("b_f"), i: bias("b_i"), g: bias("b_g"), o: bias("b_o")))
  }

  @Test(arguments: [true, false]) func aStepReadAsSymbolsIsItsEquations(bias: Bool) {
    let step = cell(bias: bias).step(x, h, c)
    func sum(_ gate: String) -> String {
      "W_x\(gate) x_t + W_h\(gate) h_{t-1}" + (bias ? " + b_\(gate)" : "")
    }
    let (f, i, g, o) = ("σ(\(sum("f")))", "σ(\(sum("i")))", "tanh(\(sum("g")))", "σ(\(sum("o")))")
    #expect([step.f, step.i, step.g, step.o].map(text) == [f, i, g, o])
    #expect(text(step.c) == "\(f) ⊙ c_{t-1} + \(i) ⊙ \(g)")
    #expect(text(step.h) == "\(o) ⊙ tanh(\(f) ⊙ c_{t-1} + \(i) ⊙ \(g))")
    #expect(cell(bias: bias).step(x, [h, c]) == [step.h, step.c])
  }

  /// PyTorch stacks i, f, g, o.
  @Test func theGatesAreCutFromPyTorchsStackInItsOrder() {
    let weights = CellWeights<Symbol>(W: (x: .name("W"), h: .name("U")), b: (x: .name("b"), h: .name("d")))
    let step = LSTMCell(weights, hidden: 5).step(x, h, c)
    func sum(_ rows: String) -> String {
      "rows\(rows)(W) x_t + rows\(rows)(U) h_{t-1} + rows\(rows)(b) + rows\(rows)(d)"
    }
    #expect(
      [step.i, step.f, step.g, step.o].map(text)
        == ["σ(\(sum("0:5")))", "σ(\(sum("5:10")))", "tanh(\(sum("10:15")))", "σ(\(sum("15:20")))"])
  }

  /// Each combination of the two biases, none included.
  @Test func aBiasMayBeMissing() {
    func f(_ b: (x: Symbol?, h: Symbol?)) -> String {
      text(LSTMCell(CellWeights<Symbol>(W: (x: .name("W"), h: .name("U")), b: b), hidden: 1).step(x, h, c).f)
    }
    #expect(f((.name("b"), nil)) == "σ(rows1:2(W) x_t + rows1:2(U) h_{t-1} + rows1:2(b))")
    #expect(f((nil, .name("d"))) == "σ(rows1:2(W) x_t + rows1:2(U) h_{t-1} + rows1:2(d))")
    #expect(f((nil, nil)) == "σ(rows1:2(W) x_t + rows1:2(U) h_{t-1})")
  }

  /// An example to compute by hand: σ(ln 3) = 3/4, σ(−ln 4) = 1/5, tanh(ln 2) = 3/5, σ(0) = 1/2, tanh(½ ln 3) = 1/2.
  @Test func aStepIsItsNumbersByHand() {
    let (ln2, ln3) = (0.6931471805599453, 1.0986122886681098)
    func number(_ value: Double) -> Matrix { Matrix(value) }
    // With x = 2 and h = −1 every W_x x + W_h h below is −1. Each bias adds 1 and one of the numbers above.
    let cell = LSTMCell<Matrix>(
      W: (
        xf: number(0.5), xi: number(1), xg: number(-1), xo: number(0), hf: number(2), hi: number(3), hg: number(-1),
        ho: number(1)
      ),
      b: (f: number(ln3 + 1), i: number(1 - 2 * ln2), g: number(ln2 + 1), o: number(1)))
    let c_before = (0.5 * ln3 - 0.12) / 0.75
    let step = cell.step(number(2), number(-1), number(c_before))
    let pairs = [(step.f, 0.75), (step.i, 0.2), (step.g, 0.6), (step.o, 0.5), (step.c, 0.5 * ln3), (step.h, 0.25)]
    for (value, expected) in pairs { #expect(abs(value.scalar - expected) < 1e-15) }

    // The same from stacked weights, and with the fused cell.
    let stacked = CellWeights(
      W: (x: Matrix([[1], [0.5], [-1], [0]]), h: Matrix([[3], [2], [-1], [1]])),
      b: (x: Matrix([[1 - 2 * ln2], [ln3 + 1], [ln2 + 1], [1]]), h: nil))
    let again = LSTMCell(stacked, hidden: 1).step(number(2), number(-1), number(c_before))
    #expect(haveSameBits([again.h, again.c], [step.h, step.c]))
    let tape = Tape()
    let fused = FusedLSTMCell(
      CellWeights(
        W: (x: tape.variable(stacked.W.x), h: tape.variable(stacked.W.h)), b: (x: tape.variable(stacked.b.x!), h: nil)),
      hidden: 1
    ).step(tape.constant(number(2)), [tape.constant(number(-1)), tape.constant(number(c_before))])
    #expect(largestDifference(fused.map(\.value), [step.h, step.c]) < 1e-15)
  }

  /// Only PyTorch's order of gates reproduces PyTorch's numbers: exchanging any two blocks of rows changes them.
  @Test(arguments: [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)], [true, false])
  func twoGatesExchangedAreSeen(gates: (Int, Int), fused: Bool) throws {
    let reference = try LSTMReference("lstm")
    #expect(largestDifference(reference.outputs(fused: fused), reference.expected) < 1e-14)
    var exchanged = reference
    exchanged.network = reference.network.map { _, parameter in
      let size = parameter.rows / 4
      var order = [0, 1, 2, 3]
      order.swapAt(gates.0, gates.1)
      return .stack(order.map { parameter.rows($0 * size..<($0 + 1) * size) })
    }
    #expect(largestDifference(exchanged.outputs(fused: fused), reference.expected) > 1e-2)
  }
}

/// A run of a one-layer, one-direction LSTM recorded in PyTorch.
struct LSTMReference {
  var network: RecurrentNetwork<Matrix>
  let x: [Matrix]
  let state: [Matrix]
  let expected: [Matrix]

  init(_ name: String) throws {
    let file = try Safetensors(contentsOf: fixture(name))
    let tensors = file.tensors.mapValues { TorchTensor(shape: $0.shape, elements: $0.doubles) }
    network = try RecurrentNetwork(
      .lstm, torch: tensors.filter { $0.key.hasPrefix("weight_") || $0.key.hasPrefix("bias_") })
    x = tensors["input"]!.steps
    state = [tensors["h0"]!.steps[0], tensors["c0"]!.steps[0]]
    expected = tensors["output"]!.steps + tensors["h_n"]!.steps + tensors["c_n"]!.steps
  }

  /// The outputs, the last h and the last c, in one list.
  func outputs(fused: Bool) -> [Matrix] {
    if !fused { return outputs(LSTMCell(network.weights(layer: 0), hidden: network.configuration.hiddenSize)) }
    let tape = Tape()
    let run = network.map { tape.constant($1) }
      .runFused(x.map { tape.constant($0) }, from: [state.map { tape.constant($0) }])
    return (run.outputs + run.states[0]).map(\.value)
  }

  func outputs(_ cell: some RecurrentCell<Matrix>) -> [Matrix] {
    let run = cell.run(x, from: [state])
    return run.outputs + run.states[0]
  }
}

// MARK: - Wrong LSTMs

/// Mistakes found in LSTM implementations. Each is differentiable, and most of them learn.
enum WrongCell: CaseIterable {
  case candidateIsTheInputGate, sumTimesCandidate, noTanhOfTheCell, candidateOfASigmoid, gateOfATanh, noOutputGate
  case outputGateOnTheCell, complementOfForget, cellForState, inputFromTheCell, noBiasOfTheOutputGate

  /// [h_t, c_t] with the mistake.
  func step<A: RecurrentAlgebra>(_ cell: LSTMCell<A>, _ x: A, _ h: A, _ c: A) -> [A] {
    let (W, b) = (cell.W, cell.b)
    let right = cell.step(x, h, c)
    let (f, i, g, o) = (right.f, right.i, right.g, right.o)
    func state(_ c: A) -> [A] { [o .* c.tanh, c] }
    switch self {
    case .candidateIsTheInputGate: return state(f .* c + i .* i)
    case .sumTimesCandidate: return state((f .* c + i) .* g)
    case .noTanhOfTheCell: return [o .* right.c, right.c]
    case .candidateOfASigmoid: return state(f .* c + i .* (W.xg * x + W.hg * h + b.g).sigmoid)
    case .gateOfATanh: return state((W.xf * x + W.hf * h + b.f).tanh .* c + i .* g)
    case .noOutputGate: return [right.c.tanh, right.c]
    case .outputGateOnTheCell: return [(o .* right.c).tanh, right.c]
    case .complementOfForget: return state(f .* c + (1 - f) .* g)
    case .cellForState:
      let wrong = cell.step(x, c, c)
      return [wrong.h, wrong.c]
    case .inputFromTheCell: return state(f .* h + i .* g)
    case .noBiasOfTheOutputGate: return [(W.xo * x + W.ho * h).sigmoid .* right.c.tanh, right.c]
    }
  }
}

private struct WrongLSTM<A: RecurrentAlgebra>: RecurrentCell {
  let cell: LSTMCell<A>
  let mistake: WrongCell?

  func zeroState(for x: A) -> [A] { cell.zeroState(for: x) }
  func step(_ x: A, _ state: [A]) -> [A] {
    mistake?.step(cell, x, state[0], state[1]) ?? cell.step(x, state)
  }
}

@Suite struct WrongCellTests {
  /// A gradient check passes for the right gradient of a wrong cell. The comparison with PyTorch fails.
  @Test(arguments: WrongCell.allCases) func aWrongCellIsSeenByPyTorchsNumbersAndByNoGradientCheck(mistake: WrongCell)
    throws
  {
    let reference = try LSTMReference("lstm")
    let hidden = reference.network.configuration.hiddenSize
    let cell = LSTMCell(reference.network.weights(layer: 0), hidden: hidden)
    #expect(largestDifference(reference.outputs(WrongLSTM(cell: cell, mistake: nil)), reference.expected) < 1e-14)
    #expect(largestDifference(reference.outputs(WrongLSTM(cell: cell, mistake: mistake)), reference.expected) > 1e-2)

    let check = GradientCheck(reference.network.parameters + reference.state) { inputs in
      let tape = inputs[0].tape
      let network = RecurrentNetwork(reference.network.configuration, parameters: Array(inputs.dropLast(2)))
      let wrong = WrongLSTM(cell: LSTMCell(network.weights(layer: 0), hidden: hidden), mistake: mistake)
      let run = wrong.run(reference.x.map { tape.constant($0) }, from: [Array(inputs.suffix(2))])
      return .stack(run.outputs + run.states[0])
    }
    #expect(check.passes, "\(String(describing: check.worst))")
  }
}
