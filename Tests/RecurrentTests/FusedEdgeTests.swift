// What random networks of a few steps do not reach: many terms, values that are no numbers, misuse.

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

  /// More terms of the weights' gradients than are added up in one go (256).
  @Test(arguments: fusedKinds) func manyTermsAreAddedUp(kind: RecurrentConfiguration.Kind) {
    var random = Random(seed: 5)
    let network = RecurrentNetwork(RecurrentConfiguration(kind, inputSize: 5, hiddenSize: 6), random: &random)
    let x = random.normal(5, 60 * 5)
    func gradients(_ isFused: Bool) -> [Matrix] {
      let tape = Tape()
      let (network, x) = (network.map { tape.variable($1) }, Joined(tape.variable(x), steps: 60))
      let y = (isFused ? network.runFused(x) : network.run(x)).outputs.value
      let found = tape.gradients(of: (y .* y).total)
      return (network.parameters + [x.value]).map { found[$0] }
    }
    #expect(largestRelativeDifference(gradients(true), gradients(false)) <= 1e-12)
  }

  /// What comes after the last step that a loss uses is none of its business, NaN and infinity included.
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

  /// Nothing of a sequence used: zeros.
  @Test(arguments: fusedKinds) func whatNobodyUsesGetsZeros(kind: RecurrentConfiguration.Kind) {
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

/// A mistake that is the programmer's. Each runs in a process of its own.
enum EdgeMistake: String, CaseIterable, Codable, Sendable {
  case staleVariable, markBeyondTheEnd, markOfATapeThatIsGone, secondInputUpdated, secondDerivativesAfterUpdate
  case otherTapeInSecondDerivatives, noThreadsRNN, noThreadsGRU, noThreadsLSTM, noThreadsJoined, cellStateShape
  case stepsOfOtherBatch, tooManyStatesStacked, tooManyStatesBidirectional
  case plainStateOfOneColumn, plainLSTMWithoutC, plainRNNWithoutH, plainGRUWithC

  /// What the message must contain.
  var message: String {
    switch self {
    case .staleVariable: "a variable that was recorded before the tape was rewound"
    case .markBeyondTheEnd: "a mark that was itself rewound"
    case .markOfATapeThatIsGone: "a mark of another tape"
    case .secondInputUpdated, .secondDerivativesAfterUpdate: "was updated after"
    case .otherTapeInSecondDerivatives: "a variable of another tape"
    case .noThreadsRNN, .noThreadsGRU, .noThreadsLSTM, .noThreadsJoined: "one thread or more, not 0"
    case .cellStateShape: "a state of an LSTM is 4 × 5, expected 4 × 2"
    case .stepsOfOtherBatch: "the steps of a sequence have one shape"
    case .tooManyStatesStacked, .tooManyStatesBidirectional: "2 states are needed, one a direction, not 3"
    case .plainStateOfOneColumn: "a state of 1 columns for inputs of 2"
    case .plainLSTMWithoutC: "the state of an LSTM is h and c, not 1 matrices"
    case .plainRNNWithoutH: "the state of an RNN is h, not 0 matrices"
    case .plainGRUWithC: "the state of a GRU is h, not 2 matrices"
    }
  }

  func make() {
    let tape = Tape()
    let w = tape.variable(Matrix(2))
    let start = tape.mark
    let v = tape.variable(Matrix(3))
    func network(_ kind: RecurrentConfiguration.Kind = .lstm, layers: Int = 1) -> RecurrentNetwork<Variable> {
      largeNetwork(RecurrentConfiguration(kind, inputSize: 3, hiddenSize: 4, layers: layers), seed: 1).map {
        tape.variable($1)
      }
    }
    let steps = (0..<3).map { _ in tape.constant(Matrix(rows: 3, columns: 2)) }
    let x = Joined(tape.constant(Matrix(rows: 3, columns: 6)), steps: 3)
    func zeros(_ columns: Int = 2) -> Variable { tape.constant(Matrix(rows: 4, columns: columns)) }
    switch self {
    case .staleVariable:
      tape.rewind(to: start)
      _ = v.value  // nothing stands in its place yet
    case .markBeyondTheEnd:
      let later = tape.mark
      tape.rewind(to: start)
      tape.rewind(to: later)
    case .markOfATapeThatIsGone:
      // A new tape may well get the memory of the one before.
      for _ in 0..<100 {
        let mark = Tape().mark
        let next = Tape()
        _ = next.variable(Matrix(1))
        next.rewind(to: mark)
      }
    case .secondInputUpdated:
      let y = w .* v
      tape.update(v, to: Matrix(5))
      _ = tape.gradients(of: y)
    case .secondDerivativesAfterUpdate:
      let y = w .* v
      tape.update(v, to: Matrix(5))
      _ = tape.differentiableGradients(of: y, withRespectTo: [w])
    case .otherTapeInSecondDerivatives:
      _ = tape.differentiableGradients(of: w .* v, withRespectTo: [Tape().variable(Matrix(1))])
    case .noThreadsRNN: _ = network(.rnn(.tanh)).runFused(steps, threads: 0)
    case .noThreadsGRU: _ = network(.gru()).runFused(steps, threads: 0)
    case .noThreadsLSTM: _ = network(.lstm).runFused(steps, threads: 0)
    case .noThreadsJoined: _ = network(.lstm).runFused(x, threads: 0)
    case .cellStateShape: _ = network().runFused(x, from: [[zeros(), zeros(5)]])
    case .stepsOfOtherBatch: _ = Joined([Matrix(rows: 3, columns: 2), Matrix(rows: 3, columns: 4)])
    case .tooManyStatesStacked: _ = network(layers: 2).runFused(x, from: (0..<3).map { _ in [zeros(), zeros()] })
    case .tooManyStatesBidirectional:
      let cell = FusedLSTMCell(network().weights(layer: 0), hidden: 4)
      _ = Bidirectional(forward: cell, backward: cell).run(x, from: (0..<3).map { _ in [zeros(), zeros()] })
    case .plainStateOfOneColumn: _ = network(.rnn(.tanh)).run(steps, from: [[zeros(1)]])
    case .plainLSTMWithoutC: _ = network().run(steps, from: [[zeros()]])
    case .plainRNNWithoutH: _ = network(.rnn(.tanh)).run(steps, from: [[]])
    case .plainGRUWithC: _ = network(.gru()).run(steps, from: [[zeros(), zeros()]])
    }
  }
}

// Exit tests need to start processes, and a compiler that lets them capture values.
#if compiler(>=6.3) && (os(macOS) || os(Linux) || os(Windows) || os(FreeBSD) || os(OpenBSD))
  @Suite struct FusedEdgeMisuseTests {
    @Test(arguments: EdgeMistake.allCases) func itStopsTheProgramAndSaysWhy(mistake: EdgeMistake) async throws {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [mistake] in
        mistake.make()
      }
      let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
      #expect(message.contains(mistake.message), "\(message)")
    }
  }
#endif
