import Autodiff
import Testing

@testable import Recurrent

/// Every kind of cell in 1 and 2 layers, in one direction and both.
private let networks: [RecurrentConfiguration] = kinds.flatMap { kind in
  [1, 2].flatMap { layers in
    [false, true].map {
      RecurrentConfiguration(kind, inputSize: 3, hiddenSize: 4, layers: layers, bidirectional: $0)
    }
  }
}

/// Lengths whose longest is not the first, with two equal ones and one of a single step.
private let lengths = [3, 5, 1, 5, 4]

/// A run on a tape and every gradient of L = Σ ⟨outputs, g⟩ + Σ ⟨last states, g⟩, at real steps only.
private struct Run {
  var unrolled: Unrolled<Matrix>
  var inputs: [Matrix]
  var first: [[Matrix]]
  var weights: [Matrix]

  init(
    _ network: RecurrentNetwork<Matrix>, _ x: [Matrix], from h0: [[Matrix]], mask: Mask?, upstream: [Matrix],
    last: [[Matrix]], isFused: Bool = false
  ) {
    let tape = Tape()
    let recorded = network.map { tape.variable($1, named: $0) }
    let inputs = x.map { tape.variable($0) }
    let states = h0.map { $0.map { tape.variable($0) } }
    func fused() -> Unrolled<Variable> {
      mask.map { recorded.runFused(inputs, from: states, mask: $0) } ?? recorded.runFused(inputs, from: states)
    }
    func plain() -> Unrolled<Variable> {
      mask.map { recorded.run(inputs, from: states, mask: $0) } ?? recorded.run(inputs, from: states)
    }
    let run = isFused ? fused() : plain()
    let outputs = zip(run.outputs, upstream).map { ($0 .* tape.constant($1)).total }
    let ends = zip(run.states.joined(), last.joined()).map { ($0 .* tape.constant($1)).total }
    let terms = outputs + ends
    let gradients = tape.gradients(of: terms.dropFirst().reduce(terms[0]) { $0 + $1 })
    unrolled = Unrolled(outputs: run.outputs.map(\.value), states: run.states.map { $0.map(\.value) })
    self.inputs = inputs.map { gradients[$0] }
    first = states.map { $0.map { gradients[$0] } }
    weights = recorded.parameters.map { gradients[$0] }
  }
}

/// A padded batch and its runs.
private struct Padded {
  let network: RecurrentNetwork<Matrix>
  let x, upstream: [Matrix]
  let h0, last: [[Matrix]]
  let mask: Mask

  init(_ configuration: RecurrentConfiguration, lengths: [Int] = lengths, steps: Int = 5) {
    network = largeNetwork(configuration, seed: 61)
    x = sequence(steps, 3, batch: lengths.count, seed: 62)
    h0 = states(configuration, batch: lengths.count, seed: 63)
    upstream = sequence(steps, configuration.outputSize, batch: lengths.count, seed: 64)
    last = states(configuration, batch: lengths.count, seed: 65)
    mask = Mask(lengths: lengths, steps: steps)
  }

  func run(padding: Double? = nil, isFused: Bool = false) -> Run {
    let x = padding.map { padded(with: $0) } ?? self.x
    return Run(network, x, from: h0, mask: mask, upstream: upstream, last: last, isFused: isFused)
  }

  func padded(with number: Double) -> [Matrix] {
    x.enumerated().map { t, x in
      Matrix(rows: x.rows, columns: x.columns) { mask.isReal(t, column: $1) ? x[$0, $1] : number }
    }
  }

  /// The sequence of one column by itself, without padding and without a mask.
  func alone(_ j: Int) -> Run {
    func column(_ matrices: [Matrix]) -> [Matrix] { matrices.prefix(mask.lengths[j]).map { $0.column(j) } }
    func columns(_ states: [[Matrix]]) -> [[Matrix]] { states.map { $0.map { $0.column(j) } } }
    return Run(
      network, column(x), from: columns(h0), mask: nil, upstream: column(upstream), last: columns(last))
  }
}

private func isZero(_ matrix: Matrix) -> Bool { matrix.elements.allSatisfy { $0.bitPattern == 0 } }

@Suite struct MaskTests {
  @Test(arguments: networks)
  func aPaddedBatchIsItsSequencesAloneBitForBit(configuration: RecurrentConfiguration) {
    let batch = Padded(configuration)
    let together = batch.run()
    for j in lengths.indices {
      let alone = batch.alone(j)
      for t in 0..<lengths[j] {
        #expect(together.unrolled.outputs[t].column(j).hasSameBits(as: alone.unrolled.outputs[t]))
        #expect(together.inputs[t].column(j).hasSameBits(as: alone.inputs[t]), "x_\(t), column \(j)")
      }
      for (k, parts) in alone.unrolled.states.enumerated() {
        for (part, state) in parts.enumerated() {
          #expect(together.unrolled.states[k][part].column(j).hasSameBits(as: state))
          #expect(together.first[k][part].column(j).hasSameBits(as: alone.first[k][part]))
        }
      }
      // The gradients compared are not all zeros.
      #expect(alone.inputs.allSatisfy { $0.norm > 1e-3 } || configuration.kind == .rnn(.relu))
    }
  }

  @Test(arguments: networks)
  func paddedStepsGiveExactZerosBothWays(configuration: RecurrentConfiguration) {
    let batch = Padded(configuration)
    let run = batch.run()
    var count = 0
    for (j, length) in lengths.enumerated() {
      for t in length..<5 {
        #expect(isZero(run.unrolled.outputs[t].column(j)))
        #expect(isZero(run.inputs[t].column(j)))
        count += 1
      }
    }
    #expect(count == 7)
  }

  @Test(arguments: networks, [.nan, .infinity, -1e308, 0])
  func whatStandsInThePaddingIsNeverRead(configuration: RecurrentConfiguration, padding: Double) {
    let batch = Padded(configuration)
    let (usual, strange) = (batch.run(), batch.run(padding: padding))
    #expect(haveSameBits(usual.unrolled, strange.unrolled))
    #expect(haveSameBits(usual.inputs, strange.inputs))
    #expect(zip(usual.first, strange.first).allSatisfy { haveSameBits($0, $1) })
    #expect(haveSameBits(usual.weights, strange.weights))
    #expect(strange.weights.allSatisfy { $0.elements.allSatisfy(\.isFinite) })
  }

  /// Equal up to rounding: the order of summation differs.
  @Test(arguments: networks)
  func gradientsOfWeightsAreTheSumsOfTheSequencesAlone(configuration: RecurrentConfiguration) {
    let batch = Padded(configuration)
    let together = batch.run().weights
    let alone = lengths.indices.map { batch.alone($0).weights }
    for p in together.indices {
      let sum = alone.dropFirst().reduce(alone[0][p]) { $0 + $1[p] }
      #expect(together[p].largestDifference(from: sum) <= 1e-12 * max(1, sum.largestMagnitude))
      #expect(sum.norm > 1e-3)
    }
  }

  @Test(arguments: networks)
  func withoutPaddingAMaskChangesNoBit(configuration: RecurrentConfiguration) {
    let batch = Padded(configuration, lengths: [5, 5, 5])
    let masked = batch.run()
    let plain = Run(
      batch.network, batch.x, from: batch.h0, mask: nil, upstream: batch.upstream, last: batch.last)
    #expect(haveSameBits(masked.unrolled, plain.unrolled))
    #expect(haveSameBits(masked.inputs, plain.inputs))
    #expect(zip(masked.first, plain.first).allSatisfy { haveSameBits($0, $1) })
    #expect(haveSameBits(masked.weights, plain.weights))
  }

  /// Steps that are padding in all columns.
  @Test(arguments: networks)
  func morePaddingChangesNoBit(configuration: RecurrentConfiguration) {
    let (long, short) = (Padded(configuration, steps: 8), Padded(configuration))
    let (more, less) = (long.run(), short.run())
    #expect(haveSameBits(Array(more.unrolled.outputs[..<5]), less.unrolled.outputs))
    #expect(more.unrolled.outputs[5...].allSatisfy(isZero))
    #expect(zip(more.unrolled.states, less.unrolled.states).allSatisfy { haveSameBits($0, $1) })
    #expect(haveSameBits(Array(more.inputs[..<5]), less.inputs))
    #expect(more.inputs[5...].allSatisfy(isZero))
    #expect(haveSameBits(more.weights, less.weights))
  }

  /// Every entry of every parameter, input and first state, also of the padded inputs, whose gradients are zero.
  @Test(arguments: networks)
  func gradientsAgreeWithCentralDifferences(configuration: RecurrentConfiguration) {
    let lengths = [2, 3, 1]
    let network = largeNetwork(configuration, seed: 66).parameters.map { 0.5 * $0 }
    let x = sequence(3, 3, batch: 3, seed: 67)
    let h0 = states(configuration, batch: 3, seed: 68).flatMap { $0 }
    let parts = configuration.kind.stateNames.count
    let check = GradientCheck(network + x + h0) { inputs in
      let count = configuration.parameters.count
      let first = Array(inputs[(count + x.count)...])
      let run = RecurrentNetwork(configuration, parameters: Array(inputs[..<count])).run(
        Array(inputs[count..<count + x.count]),
        from: stride(from: 0, to: first.count, by: parts).map { Array(first[$0..<$0 + parts]) },
        mask: Mask(lengths: lengths, steps: 3))
      return .stack(run.outputs + run.states.flatMap { $0 })
    }
    #expect(check.passes, "\(String(describing: check.worst))")
    #expect(check.count == configuration.parameterCount + 3 * 3 * 3 + h0.count * 4 * 3)
  }

  /// Fused cells agree with the plain ones up to rounding, and have exact zeros in the same places.
  @Test(arguments: networks)
  func fusedCellsComputeTheSame(configuration: RecurrentConfiguration) {
    let batch = Padded(configuration)
    let (plain, fused) = (batch.run(), batch.run(padding: .nan, isFused: true))
    let pairs = [
      (plain.unrolled.outputs, fused.unrolled.outputs), (plain.inputs, fused.inputs), (plain.weights, fused.weights),
      (plain.unrolled.states.flatMap { $0 }, fused.unrolled.states.flatMap { $0 }),
      (plain.first.flatMap { $0 }, fused.first.flatMap { $0 }),
    ]
    for (a, b) in pairs {
      #expect(a.count == b.count)
      #expect(zip(a, b).allSatisfy { $0.largestDifference(from: $1) <= 1e-11 * max(1, $0.largestMagnitude) })
    }
    for (j, length) in lengths.enumerated() {
      #expect(fused.unrolled.outputs[length...].allSatisfy { isZero($0.column(j)) })
      #expect(fused.inputs[length...].allSatisfy { isZero($0.column(j)) })
    }
  }

  @Test func withoutFirstStatesItBeginsAtZeros() {
    let configuration = RecurrentConfiguration(.lstm, inputSize: 3, hiddenSize: 4, bidirectional: true)
    let batch = Padded(configuration)
    let zeros = Array(repeating: Array(repeating: Matrix(rows: 4, columns: 5), count: 2), count: 2)
    #expect(
      haveSameBits(
        batch.network.run(batch.x, mask: batch.mask), batch.network.run(batch.x, from: zeros, mask: batch.mask)))
  }

  /// A combination of layers that no `RecurrentNetwork` has.
  @Test func directionsMayBeStacksThemselves() {
    let low = RNNCell<Matrix>(inputs: 3, hidden: 4, seed: 1)
    let high = RNNCell<Matrix>(inputs: 4, hidden: 4, .relu, seed: 2)
    let both = Bidirectional(forward: Stacked([low, high]), backward: Stacked([low]))
    let x = sequence(5, 3, batch: 5, seed: 3)
    let run = both.run(x, mask: Mask(lengths: lengths, steps: 5))
    for (j, length) in lengths.enumerated() {
      let alone = both.run(x.prefix(length).map { $0.column(j) })
      #expect(haveSameBits(run.outputs.prefix(length).map { $0.column(j) }, alone.outputs))
      #expect(zip(run.states, alone.states).allSatisfy { haveSameBits($0.map { $0.column(j) }, $1) })
    }
  }

  /// A kept state keeps every bit, also the sign of a zero. A padded output is +0.
  @Test func aKeptStateKeepsTheSignOfAZero() {
    let cell = Negation()
    let state = [[Matrix([[-0.0, 0.0, 1.0]])]]
    let x = [Matrix([[1, 1, 1]]), Matrix([[1, 1, 1]])]
    let run = cell.run(x, from: state, mask: Mask(lengths: [1, 1, 2], steps: 2).reversed)
    // With the padding first, the first two columns are negated once, the third twice.
    #expect(run.outputs[0].hasSameBits(as: Matrix([[0.0, 0.0, -1.0]])))
    #expect(run.states[0][0].hasSameBits(as: Matrix([[0.0, -0.0, 1.0]])))
  }

  /// Steps without padding run together through `unroll`.
  @Test func stepsWithoutPaddingAreUnrolledAtOnce() {
    let x = [Matrix([[1, 1]]), Matrix([[1, 1]]), Matrix([[1, 1]])]
    let zeros = [[Matrix([[0, 0]])]]
    let mask = Mask(lengths: [3, 2], steps: 3)
    let there = Hundreds().run(x, from: zeros, mask: mask)
    #expect(there.outputs == [Matrix([[100, 100]]), Matrix([[200, 200]]), Matrix([[201, 0]])])
    let back = Hundreds().run(x, from: zeros, mask: mask.reversed)
    #expect(back.outputs == [Matrix([[1, 0]]), Matrix([[101, 100]]), Matrix([[201, 200]])])
    #expect(back.states == [[Matrix([[201, 200]])]])
  }

  @Test func flagsSayWhatIsReal() {
    let mask = Mask(lengths: [2, 1, 3], steps: 3)
    #expect(mask.flags(1, rows: 2) == [true, true, false, false, true, true])
    #expect(mask.flags == [true, true, false, true, false, false, true, true, true])
    #expect(mask.reversed.flags == [false, true, true, false, false, true, true, true, true])
    #expect(mask.reversed.reversed == mask && mask.reversed != mask)
    #expect(mask.isFull(0) && !mask.isFull(1) && !mask.isEmpty(2))
  }

  /// The loop can be read as symbols.
  @Test func aMaskedStepIsWrittenDown() {
    let cell = RNNCell<Symbol>(W: (x: .name("W_x"), h: .name("W_h")))
    let run = cell.run(
      [.name("x_1"), .name("x_2")], from: [[.name("h_0")]], mask: Mask(lengths: [1, 2], steps: 2))
    #expect(
      text(run.states[0][0])
        == "mask(tanh(W_x x_1 + W_h h_0)) + mask(mask(tanh(W_x mask(x_2) + W_h tanh(W_x x_1 + W_h h_0))) + mask(tanh(W_x x_1 + W_h h_0)))"
    )
  }
}

/// A cell that negates its state and ignores its input.
private struct Negation: RecurrentCell, MaskableLayer {
  typealias A = Matrix
  func step(_ x: Matrix, _ state: [Matrix]) -> [Matrix] { [-state[0]] }
  func zeroState(for x: Matrix) -> [Matrix] { [0 * x] }
}

/// A cell that adds 1 in `step` and 100 in `unroll`.
private struct Hundreds: RecurrentCell, MaskableLayer {
  typealias A = Matrix
  func step(_ x: Matrix, _ state: [Matrix]) -> [Matrix] { [state[0] + x] }
  func zeroState(for x: Matrix) -> [Matrix] { [0 * x] }
  func unroll(_ inputs: [Matrix], from state: [Matrix]) -> [[Matrix]] {
    inputs.indices.map { [state[0] + Double($0 + 1) * (100 * inputs[0])] }
  }
}

#if compiler(>=6.2)
  @Suite struct MaskMisuseTests {
    private func says(_ result: ExitTest.Result?, _ message: String) -> Bool {
      String(decoding: result?.standardErrorContent ?? [], as: UTF8.self).contains(message)
    }

    @Test func aLengthOfZeroTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Mask(lengths: [2, 0], steps: 3)
      }
      #expect(says(result, "column 1 has a length of 0: with 3 steps it must be from 1 to 3"))
    }

    @Test func aLengthBeyondTheStepsTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Mask(lengths: [4], steps: 3)
      }
      #expect(says(result, "column 0 has a length of 4: with 3 steps it must be from 1 to 3"))
    }

    @Test func noLengthsTrap() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Mask(lengths: [], steps: 3)
      }
      #expect(says(result, "a mask needs a length for each column, and there are none"))
    }

    @Test func anotherBatchTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let cell = RNNCell<Matrix>(inputs: 1, hidden: 1, seed: 1)
        _ = cell.run([Matrix([[1, 2]])], mask: Mask(lengths: [1, 1, 1], steps: 1))
      }
      #expect(says(result, "a mask of 3 lengths for a batch of 2 columns"))
    }

    /// Also on a tape, and at a later step.
    @Test func anotherBatchAtALaterStepTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let tape = Tape()
        let network = largeNetwork(RecurrentConfiguration(.lstm, inputSize: 1, hiddenSize: 1), seed: 1)
          .map { tape.variable($1, named: $0) }
        let x = [Matrix([[1, 2]]), Matrix([[1]])].map { tape.constant($0) }
        _ = network.run(x, mask: Mask(lengths: [1, 2], steps: 2))
      }
      #expect(says(result, "a mask of 2 lengths for a batch of 1 columns"))
    }

    @Test func anotherNumberOfStepsTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let cell = RNNCell<Matrix>(inputs: 1, hidden: 1, seed: 1)
        _ = cell.run([Matrix([[1, 2]])], mask: Mask(lengths: [1, 2], steps: 2))
      }
      #expect(says(result, "a mask of 2 steps for a sequence of 1"))
    }
  }
#endif
