// A fused cell against the same cell recorded as small operations, and against finite differences.

import Autodiff
import Foundation
import Testing

@testable import Recurrent

/// A network and a sequence for it, drawn at random: every size can be 1.
struct FusedCase: Sendable, CustomTestStringConvertible {
  let configuration: RecurrentConfiguration
  let steps: Int
  let batch: Int
  let seed: UInt64

  init(_ kind: RecurrentConfiguration.Kind, seed: UInt64) {
    var random = Random(seed: seed)
    func count(_ most: Int) -> Int { 1 + random.index(below: most) }
    configuration = RecurrentConfiguration(
      kind, inputSize: count(9), hiddenSize: count(20), layers: count(3), bidirectional: random.index(below: 2) == 0,
      bias: random.index(below: 3) > 0)
    (steps, batch) = (count(7), count(6))
    self.seed = seed
  }

  init(_ configuration: RecurrentConfiguration, steps: Int, batch: Int, seed: UInt64) {
    (self.configuration, self.steps, self.batch, self.seed) = (configuration, steps, batch, seed)
  }

  var testDescription: String { "\(configuration), \(steps) steps, batch \(batch)" }

  var inputs: [Matrix] { sequence(steps, configuration.inputSize, batch: batch, seed: seed + 1) }
  var states: [[Matrix]] { RecurrentTests.states(configuration, batch: batch, seed: seed + 2) }
  /// Weights large enough to saturate some gates, small enough that three layers do not magnify rounding.
  var network: RecurrentNetwork<Matrix> {
    let scale = 1 / Double(configuration.hiddenSize).squareRoot()
    return largeNetwork(configuration, seed: seed + 3).map { scale * $1 }
  }

  static func all(_ kind: RecurrentConfiguration.Kind) -> [FusedCase] {
    (1...60).map { FusedCase(kind, seed: 100 * $0) }
  }
}

/// The results of a run: outputs and last states, and the gradients of parameters, inputs and first states.
struct Results {
  var values: [Matrix]
  var gradients: [Matrix]

  /// - Parameters:
  ///   - fused: whether to run fused cells or small operations.
  ///   - hasStates: whether to begin from the case's states or from zeros.
  ///   - threads: how many threads share the work of a fused cell.
  init(_ c: FusedCase, fused: Bool, hasStates: Bool = true, threads: Int = 1) {
    let tape = Tape()
    let network = c.network.map { tape.variable($1, named: $0) }
    let x = c.inputs.map { tape.variable($0) }
    let states = hasStates ? c.states.map { $0.map { tape.variable($0) } } : nil
    let run = fused ? network.runFused(x, from: states, threads: threads) : network.run(x, from: states)
    let shown = run.outputs + run.states.flatMap { $0 }
    let all = Variable.stack(shown)
    let found = tape.gradients(of: all, seed: Random.weights(like: all.value))
    values = shown.map(\.value)
    gradients = (network.parameters + x + (states ?? []).flatMap { $0 }).map { found[$0] }
  }
}

/// The largest difference of two lists of matrices, each pair relative to the largest magnitude of the second (1 if
/// that is zero); NaN if one difference is.
func largestRelativeDifference(_ a: [Matrix], _ b: [Matrix]) -> Double {
  largest(a, b) { a, b in
    let scale = b.largestMagnitude
    return a.largestDifference(from: b) / (scale == 0 ? 1 : scale)
  }
}

@Suite struct FusedTests {
  @Test(arguments: FusedCase.all(.lstm), [true, false])
  func fusedAndSmallOperationsAgree(c: FusedCase, hasStates: Bool) {
    let (fused, small) = (Results(c, fused: true, hasStates: hasStates), Results(c, fused: false, hasStates: hasStates))
    #expect(largestRelativeDifference(fused.values, small.values) <= 1e-12)
    #expect(largestRelativeDifference(fused.gradients, small.gradients) <= 1e-12)
    // Not zeros against zeros, except for W_h after a single step from zeros.
    #expect(small.gradients.allSatisfy { $0.largestMagnitude > 0 } || (c.steps == 1 && !hasStates))
  }
}

@Suite struct ThreadTests {
  private static let cases = [RecurrentConfiguration.Kind.lstm, .gru(), .rnn(.tanh), .rnn(.relu)].flatMap { kind in
    (1...6).map { FusedCase(kind, seed: 1000 * $0 + 7) }
      + [FusedCase(RecurrentConfiguration(kind, inputSize: 50, hiddenSize: 40), steps: 9, batch: 13, seed: 91)]
  }

  /// Values and gradients, also with more threads than examples.
  @Test(arguments: cases, [2, 3, 16]) func anyNumberOfThreadsGivesTheSameBits(c: FusedCase, threads: Int) {
    let (one, many) = (Results(c, fused: true), Results(c, fused: true, threads: threads))
    #expect(one.values.count == many.values.count && one.gradients.count == many.gradients.count)
    #expect(zip(one.values, many.values).allSatisfy { $0.hasSameBits(as: $1) })
    #expect(zip(one.gradients, many.gradients).allSatisfy { $0.hasSameBits(as: $1) })
  }

  /// Every index is in exactly one range, and every range begins at a multiple of the chunk.
  @Test(arguments: [0, 1, 2, 5, 24, 100], [1, 8, 24]) func theSharesMakeUpTheWhole(total: Int, chunk: Int) {
    for threads in [1, 2, 3, 7] {
      let counts = UnsafeMutablePointer<Int>.allocate(capacity: total + 1)
      defer { counts.deallocate() }
      counts.initialize(repeating: 0, count: total + 1)
      Threads(threads).share(total, chunk: chunk) { part in
        if part.lowerBound % chunk != 0 { counts[total] = -1 }
        for k in part { counts[k] += 1 }
      }
      #expect((0..<total).allSatisfy { counts[$0] == 1 } && counts[total] == 0)
    }
  }
}

/// Every configuration of LSTM among `architectures`.
private let lstms = architectures.filter { $0.kind == .lstm }

@Suite struct FusedGradientTests {
  /// Every entry of every parameter, every input and every first state, against finite differences.
  @Test(arguments: lstms) func fusedGradientsAgreeWithCentralDifferences(configuration: RecurrentConfiguration) {
    let c = FusedCase(configuration, steps: 4, batch: 2, seed: 61)
    let count = configuration.parameters.count
    let check = GradientCheck(c.network.parameters + c.inputs + flat(c.states)) { inputs in
      let network = RecurrentNetwork(configuration, parameters: Array(inputs[..<count]))
      let state = Array(inputs[(count + 4)...])
      let run = network.runFused(
        Array(inputs[count..<count + 4]),
        from: stride(from: 0, to: state.count, by: 2).map { [state[$0], state[$0 + 1]] })
      return .stack(run.outputs + run.states.flatMap { $0 })
    }
    #expect(check.passes, "\(String(describing: check.worst))")
    #expect(check.count == configuration.parameterCount + 4 * 3 * 2 + configuration.stateCount * 2 * 4 * 2)
  }

  /// From a single step of a single unit to several of each.
  @Test(arguments: [(1, 1, 1, 1), (1, 1, 4, 3), (5, 1, 1, 2), (2, 6, 3, 1), (3, 2, 9, 5)])
  func everySizeMayBeOne(sizes: (steps: Int, batch: Int, hidden: Int, inputs: Int)) {
    let configuration = RecurrentConfiguration(.lstm, inputSize: sizes.inputs, hiddenSize: sizes.hidden)
    let c = FusedCase(configuration, steps: sizes.steps, batch: sizes.batch, seed: 62)
    let check = GradientCheck(c.network.parameters + c.inputs + flat(c.states)) { inputs in
      let network = RecurrentNetwork(configuration, parameters: Array(inputs[..<4]))
      let run = network.runFused(Array(inputs[4..<4 + c.steps]), from: [Array(inputs[(4 + c.steps)...])])
      return .stack(run.outputs + run.states[0])
    }
    #expect(check.passes, "\(String(describing: check.worst))")
  }
}

@Suite struct FusedUseTests {
  private let configuration = RecurrentConfiguration(.lstm, inputSize: 3, hiddenSize: 4)
  private var c: FusedCase { FusedCase(configuration, steps: 5, batch: 2, seed: 71) }

  /// The weights, inputs and first state of an LSTM on one tape, for the fused cell and the plain one.
  private struct Recorded {
    let tape = Tape()
    let weights: CellWeights<Variable>
    let x: [Variable]
    let state: [Variable]
    let hidden: Int

    init(_ c: FusedCase, biases: (x: Bool, h: Bool) = (true, true), constants: Set<String> = []) {
      let tape = tape
      func record(_ name: String, _ value: Matrix) -> Variable {
        constants.contains(name) ? tape.constant(value) : tape.variable(value)
      }
      let w = c.network.weights(layer: 0)
      weights = CellWeights(
        W: (x: record("W_x", w.W.x), h: record("W_h", w.W.h)),
        b: (x: biases.x ? record("b_x", w.b.x!) : nil, h: biases.h ? record("b_h", w.b.h!) : nil))
      x = c.inputs.enumerated().map { record("x_\($0)", $1) }
      state = [record("h", c.states[0][0]), record("c", c.states[0][1])]
      hidden = c.configuration.hiddenSize
    }

    var leaves: [Variable] {
      let all = [weights.W.x, weights.W.h] + [weights.b.x, weights.b.h].compactMap { $0 } + x + state
      return all.filter(\.isDifferentiable)
    }

    func gradients(fused: Bool, of loss: ([[Variable]]) -> Variable) -> [Matrix] {
      let states =
        fused
        ? FusedLSTMCell(weights, hidden: hidden).unroll(x, from: state)
        : LSTMCell(weights, hidden: hidden).unroll(x, from: state)
      let y = loss(states)
      let found = tape.gradients(of: y, seed: Random.weights(like: y.value))
      return leaves.map { found[$0] }
    }
  }

  private func agree(_ recorded: Recorded, of loss: ([[Variable]]) -> Variable) -> Bool {
    let (fused, small) = (recorded.gradients(fused: true, of: loss), recorded.gradients(fused: false, of: loss))
    return largestRelativeDifference(fused, small) <= 1e-12 && small.contains { $0.largestMagnitude > 0 }
  }

  private func everything(_ states: [[Variable]]) -> Variable { .stack(states.flatMap { $0 }) }

  /// h_t and c_t at every t, with a gradient into each of them.
  @Test func everyStateOfEveryStepIsThere() {
    let recorded = Recorded(c)
    let fused = FusedLSTMCell(recorded.weights, hidden: 4).unroll(recorded.x, from: recorded.state)
    let small = LSTMCell(recorded.weights, hidden: 4).unroll(recorded.x, from: recorded.state)
    for (a, b) in zip(fused, small) { #expect(largestDifference(a.map(\.value), b.map(\.value)) < 1e-14) }
    #expect(fused.count == 5 && agree(recorded, of: everything))
  }

  @Test(arguments: 0..<5, 0..<2) func aSingleStateCanBeUsed(t: Int, part: Int) {
    #expect(agree(Recorded(c)) { $0[t][part] })
  }

  @Test func someStatesCanBeUsedAndOthersNot() {
    #expect(agree(Recorded(c)) { .stack([$0[1][0], $0[3][0], $0[1][1]]) })
    #expect(agree(Recorded(c)) { $0[0][0] .* $0[4][1] + $0[2][0] })
  }

  @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
  func eitherBiasMayBeMissing(biases: (Bool, Bool)) {
    #expect(agree(Recorded(c, biases: biases), of: everything))
  }

  @Test func eachOfTwoBiasesGetsTheWholeGradient() {
    let two = Recorded(c).gradients(fused: true, of: everything)
    #expect(two[2].hasSameBits(as: two[3]) && two[2].largestMagnitude > 0.1)
  }

  /// Constants get no gradient, and do not change the gradients of the others.
  @Test(arguments: [
    ["x_0", "x_1", "x_2", "x_3", "x_4"], ["W_x"], ["W_h"], ["b_x"], ["b_h"], ["b_x", "b_h"], ["h"], ["c"], ["x_2"],
    ["W_x", "W_h", "b_x", "b_h", "h", "c", "x_0", "x_1", "x_3", "x_4"],
    ["W_x", "W_h", "b_x", "b_h", "x_0", "x_1", "x_2", "x_3", "x_4"],
  ])
  func constantsAmongTheInputsAreLeftOut(names: [String]) {
    #expect(agree(Recorded(c, constants: Set(names)), of: everything))
  }

  @Test func withNothingButConstantsThereIsAValue() {
    let all = Set(["W_x", "W_h", "b_x", "b_h", "h", "c"] + (0..<5).map { "x_\($0)" })
    let recorded = Recorded(c, constants: all)
    let run = FusedLSTMCell(recorded.weights, hidden: 4).run(recorded.x, from: [recorded.state])
    #expect(!run.outputs[0].isDifferentiable)
    #expect(largestDifference(run.outputs.map(\.value), c.network.run(c.inputs, from: c.states).outputs) < 1e-14)
  }

  @Test func aWeightOfTwoCellsGetsTheSumOfBoth() {
    let recorded = Recorded(c)
    let cell = FusedLSTMCell(recorded.weights, hidden: 4)
    func loss(_ run: Unrolled<Variable>) -> Variable { (run.outputs[4] .* run.states[0][1]).total }
    let first = loss(cell.run(recorded.x, from: [recorded.state]))
    let second = loss(cell.run(recorded.x.reversed()))
    func gradient(_ y: Variable) -> Matrix { recorded.tape.gradients(of: y)[recorded.weights.W.h] }
    #expect(gradient(first + second).largestDifference(from: gradient(first) + gradient(second)) < 1e-14)
  }

  /// A fused cell is a layer: a second run continues from the states of the first.
  @Test func aSequenceInTwoPartsIsTheWhole() {
    let recorded = Recorded(c)
    let cell = FusedLSTMCell(recorded.weights, hidden: 4)
    let whole = cell.run(recorded.x)
    let first = cell.run(Array(recorded.x[..<2]))
    let second = cell.run(Array(recorded.x[2...]), from: first.states)
    #expect(largestDifference((first.outputs + second.outputs).map(\.value), whole.outputs.map(\.value)) < 1e-15)
    func gradient(_ y: Variable) -> Matrix { recorded.tape.gradients(of: y.total)[recorded.weights.W.h] }
    #expect(gradient(second.states[0][1]).largestDifference(from: gradient(whole.states[0][1])) < 1e-14)
  }

  /// A sequence of any length is one node, and a slice for each of its outputs.
  @Test(arguments: [2_000, 20_000]) func nodesGrowWithTheSteps(steps: Int) {
    let tape = Tape()
    let recorded = largeNetwork(configuration, seed: 73).map { tape.variable($1) }
    let run = recorded.runFused(sequence(steps, 3, batch: 2, seed: 74).map { tape.constant($0) })
    // The parameters, the inputs, one state of zeros, the operation, every h, and the last c.
    #expect(tape.count == 4 + steps + 1 + 1 + steps + 1)
    #expect(tape.gradients(of: run.states[0][1].total)[recorded["weight_hh_l0"]].largestMagnitude > 0)
  }

  /// The gradients of all outputs are added into one matrix in place. Padding each with zeros first would take time
  /// quadratic in the number of steps.
  @Test func timeGrowsWithTheSteps() {
    let tape = Tape()
    let recorded = largeNetwork(configuration, seed: 73).map { 0.2 * $1 }.map { tape.variable($1) }
    let run = recorded.runFused(sequence(10_000, 3, batch: 2, seed: 74).map { tape.constant($0) })
    let loss = run.outputs.dropFirst().reduce(run.outputs[0].total) { $0 + ($1 .* $1).total }
    func time(_ rule: Tape.Rule?) -> Duration {
      ContinuousClock().measure {
        #expect(tape.gradients(of: loss, rule: rule)[recorded["weight_hh_l0"]].largestMagnitude > 1)
      }
    }
    let inPlace = (0..<3).map { _ in time(nil) }.min()!
    let whole = time { $0.pullback($1, to: $2, inputs: $3, output: $4) }
    #expect(inPlace * 3 < whole, "\(inPlace), \(whole)")
  }
}

// Exit tests need a recent compiler.
#if compiler(>=6.2)
  @Suite struct FusedMisuseTests {
    private func says(_ result: ExitTest.Result?, _ message: String) -> Bool {
      String(decoding: result?.standardErrorContent ?? [], as: UTF8.self).contains(message)
    }

    @Test func secondDerivativesTrap() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let tape = Tape()
        let cell = fusedCell(tape, W: Shape(4, 1), U: Shape(4, 1))
        let y = cell.run([tape.constant(Matrix(1))]).outputs[0]
        _ = tape.differentiableGradients(of: y, withRespectTo: [cell.weights.W.x])
      }
      #expect(says(result, "LSTM is fused and has no second derivatives: record it as small operations instead"))
    }

    @Test func anEmptySequenceTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = fusedCell(Tape(), W: Shape(4, 1), U: Shape(4, 1)).run([])
      }
      #expect(says(result, "a sequence needs at least one step"))
    }

    @Test func shapesThatDoNotFitTrap() async {
      let w = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = fusedCell(Tape(), W: Shape(3, 1), U: Shape(4, 1))
      }
      #expect(says(w, "W_x of an LSTM is 3 × 1, expected 4 rows"))
      let u = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = fusedCell(Tape(), W: Shape(4, 1), U: Shape(4, 2))
      }
      #expect(says(u, "W_h of an LSTM is 4 × 2, expected 4 × 1"))
      let b = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = fusedCell(Tape(), W: Shape(4, 1), U: Shape(4, 1), b: Shape(1, 4))
      }
      #expect(says(b, "a bias of an LSTM is 1 × 4, expected 4 × 1"))
      let x = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let tape = Tape()
        _ = fusedCell(tape, W: Shape(4, 1), U: Shape(4, 1))
          .run([tape.constant(Matrix([[1, 2]])), tape.constant(Matrix(1))])
      }
      #expect(says(x, "an input of an LSTM is 1 × 1, expected 1 × 2"))
      let h = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let tape = Tape()
        let state = tape.constant(Matrix([[1, 2]]))
        _ = fusedCell(tape, W: Shape(4, 1), U: Shape(4, 1)).run([tape.constant(Matrix(1))], from: [[state, state]])
      }
      #expect(says(h, "a state of an LSTM is 1 × 2, expected 1 × 1"))
      let parts = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let tape = Tape()
        let state = tape.constant(Matrix(1))
        _ = fusedCell(tape, W: Shape(4, 1), U: Shape(4, 1)).run([tape.constant(Matrix(1))], from: [[state]])
      }
      #expect(says(parts, "the state of an LSTM is h and c, not 1 matrices"))
    }
  }

  private func fusedCell(_ tape: Tape, W: Shape, U: Shape, b: Shape? = nil) -> FusedLSTMCell {
    FusedLSTMCell(
      CellWeights(
        W: (x: tape.variable(Matrix(W)), h: tape.variable(Matrix(U))),
        b: (x: b.map { tape.variable(Matrix($0)) }, h: nil)),
      hidden: 1)
  }
#endif

/// Checks every entry of every parameter, every input and every first state of a fused bidirectional network whose
/// state is h.
func fusedGradientsAgreeWithCentralDifferences(of kind: RecurrentConfiguration.Kind, layers: Int) {
  let configuration = RecurrentConfiguration(kind, inputSize: 3, hiddenSize: 4, layers: layers, bidirectional: true)
  let c = FusedCase(configuration, steps: 4, batch: 2, seed: 61)
  let count = configuration.parameters.count
  let check = GradientCheck(c.network.parameters + c.inputs + flat(c.states)) { inputs in
    let network = RecurrentNetwork(configuration, parameters: Array(inputs[..<count]))
    let run = network.runFused(Array(inputs[count..<count + 4]), from: inputs[(count + 4)...].map { [$0] })
    return .stack(run.outputs + run.states.flatMap { $0 })
  }
  #expect(check.passes, "\(String(describing: check.worst))")
  #expect(check.count == configuration.parameterCount + 4 * 3 * 2 + configuration.stateCount * 4 * 2)
}
