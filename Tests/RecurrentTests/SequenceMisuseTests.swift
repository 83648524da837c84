// Misuse of sequences, states and threads stops the program with a message.

import Autodiff
import Testing

@testable import Recurrent

/// A programming mistake that must trap. Each runs in a process of its own.
enum SequenceMisuse: String, CaseIterable, Codable, Sendable {
  // Misuse of `Joined`, and of a fused run over one.
  case remainder, noColumns, noSteps, noParts, shapes, formula, stepAbove, stepBelow
  case inputRows, stateColumns, stateCount, stateParts
  // Misuse of layers.
  case noThreadsRNN, noThreadsGRU, noThreadsLSTM, noThreadsJoined, cellStateShape
  case stepsOfOtherBatch, tooManyStatesStacked, tooManyStatesBidirectional
  case plainStateOfOneColumn, plainLSTMWithoutC, plainRNNWithoutH, plainGRUWithC

  /// Text that the message must contain.
  var message: String {
    switch self {
    case .remainder: "10 columns cannot be parted into 3 steps"
    case .noColumns: "0 columns cannot be parted into 2 steps"
    case .noSteps, .noParts: "a sequence needs at least one step"
    case .shapes: "the steps of a sequence have one shape"
    case .formula: "a formula has no columns: it cannot be parted into steps"
    case .stepAbove: "step 2 is outside a sequence of 2"
    case .stepBelow: "step -1 is outside a sequence of 2"
    case .inputRows: "an input of a GRU is 4 × 6, expected 3 × 6"
    case .stateColumns: "a state of a GRU is 4 × 3, expected 4 × 2"
    case .stateCount: "1 states are needed, one a direction, not 2"
    case .stateParts: "the state of a GRU is h, not 2 matrices"
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
    let pair = Joined(Matrix(rows: 3, columns: 2), steps: 2)
    func network(_ kind: RecurrentConfiguration.Kind = .lstm, layers: Int = 1) -> RecurrentNetwork<Variable> {
      largeNetwork(RecurrentConfiguration(kind, inputSize: 3, hiddenSize: 4, layers: layers), seed: 1).map {
        tape.variable($1)
      }
    }
    let steps = (0..<3).map { _ in tape.constant(Matrix(rows: 3, columns: 2)) }
    let x = Joined(tape.constant(Matrix(rows: 3, columns: 6)), steps: 3)
    func zeros(_ columns: Int = 2) -> Variable { tape.constant(Matrix(rows: 4, columns: columns)) }
    switch self {
    case .remainder: _ = Joined(Matrix(rows: 3, columns: 10), steps: 3)
    case .noColumns: _ = Joined(Matrix(rows: 3, columns: 0), steps: 2)
    case .noSteps: _ = Joined(Matrix(rows: 3, columns: 10), steps: 0)
    case .noParts: _ = Joined([Matrix]())
    case .shapes: _ = Joined([Matrix(rows: 3, columns: 2), Matrix(rows: 2, columns: 2)])
    case .formula: _ = Joined(Symbol.name("x"), steps: 2)
    case .stepAbove: _ = pair[2]
    case .stepBelow: _ = pair[-1]
    case .inputRows: run(rows: 4, states: [[Shape(4, 2)]])
    case .stateColumns: run(rows: 3, states: [[Shape(4, 3)]])
    case .stateCount: run(rows: 3, states: [[Shape(4, 2)], [Shape(4, 2)]])
    case .stateParts: run(rows: 3, states: [[Shape(4, 2), Shape(4, 2)]])
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

  /// A fused GRU of 3 inputs and 4 hidden units over three steps of two columns.
  private func run(rows: Int, states: [[Shape]]) {
    let tape = Tape()
    let network = largeNetwork(RecurrentConfiguration(.gru(), inputSize: 3, hiddenSize: 4), seed: 1)
    _ = network.map { tape.variable($1) }.runFused(
      Joined(tape.constant(Matrix(rows: rows, columns: 6)), steps: 3),
      from: states.map { $0.map { tape.constant(Matrix($0)) } })
  }
}

// Exit tests start processes, and need a compiler that lets them capture values.
#if compiler(>=6.3) && (os(macOS) || os(Linux) || os(Windows) || os(FreeBSD) || os(OpenBSD))
  @Suite struct SequenceMisuseTests {
    @Test(arguments: SequenceMisuse.allCases) func itStopsTheProgramAndSaysWhy(mistake: SequenceMisuse) async throws {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [mistake] in
        mistake.make()
      }
      let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
      #expect(message.contains(mistake.message), "\(message)")
    }
  }
#endif
