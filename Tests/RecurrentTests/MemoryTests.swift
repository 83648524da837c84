// Training on a rewound tape does not increase the memory of the process.

import Autodiff
import Foundation
import Testing

@testable import Recurrent

#if os(Linux) && compiler(>=6.3)
  /// The number of memory pages of this process (its resident set).
  private func residentPages() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return Int(text.split(separator: " ")[1]) ?? 0
  }

  /// How many pages 10,000 calls of `step` add, after some calls to warm up: the smallest of several measurements.
  private func growth(_ step: (Int) -> Void) throws -> Int {
    for number in 0..<500 { step(number) }
    return try (0..<4).map { _ in
      let before = try residentPages()
      for number in 0..<10_000 { step(number) }
      return try residentPages() - before
    }.min()!
  }

  private func network() -> RecurrentNetwork<Matrix> {
    var random = Random(seed: 81)
    return RecurrentNetwork(RecurrentConfiguration(.gru(), inputSize: 3, hiddenSize: 8), random: &random)
  }

  /// What is repeated.
  enum Endurance: String, CaseIterable, Codable, Sendable {
    /// Training on sequences of different lengths.
    case smallOperations, fused, joined
    /// Truncated backpropagation: an endless sequence in windows of 8 steps, each starting from the last state of the
    /// one before.
    case endless

    func growth() throws -> Int { self == .endless ? try endlessGrowth() : try trainingGrowth() }

    private func trainingGrowth() throws -> Int {
      let tape = Tape()
      var random = Random(seed: 82)
      let network = network().map { tape.variable($1) }
      var optimizer = SGD(learningRate: 1e-4)
      let start = tape.mark
      let data = (0..<6).map { _ in random.normal(3, 4) }
      return try RecurrentTests.growth { number in
        tape.rewind(to: start)
        let x = Array(data[...(number % 6)])
        let y =
          switch self {
          case .smallOperations: Variable.stack(network.run(x.map { tape.constant($0) }).outputs)
          case .joined:
            network.runFused(Joined(tape.constant(Joined(x).value), steps: x.count)).outputs.value
          default: Variable.stack(network.runFused(x.map { tape.constant($0) }).outputs)
          }
        let found = tape.gradients(of: (y .* y).total)
        var values = network.parameters.map(\.value)
        optimizer.step(&values, gradients: network.parameters.map { found[$0] })
        tape.rewind(to: start)
        for (parameter, value) in zip(network.parameters, values) { tape.update(parameter, to: value) }
      }
    }

    private func endlessGrowth() throws -> Int {
      let tape = Tape()
      var random = Random(seed: 83)
      let network = network().map { tape.variable($1) }
      let start = tape.mark
      var state = [[Matrix(rows: 8, columns: 4)]]
      return try RecurrentTests.growth { _ in
        tape.rewind(to: start)
        let inputs = (0..<8).map { _ in tape.constant(random.normal(3, 4)) }
        let run = network.runFused(inputs, from: state.map { $0.map { tape.constant($0) } })
        let y = Variable.stack(run.outputs)
        _ = tape.gradients(of: (y .* y).total)
        state = run.states.map { $0.map(\.value) }
      }
    }
  }

  /// Runs in a process of its own, where no other test allocates memory.
  @Suite struct MemoryTests {
    /// A leak of 1 KB a step would be 2,500 pages; one step of this size allocates 10 KB or more.
    static let most = 1_500

    @Test(arguments: Endurance.allCases) func memoryIsFlatOverTenThousandSteps(endurance: Endurance) async {
      await #expect(processExitsWith: .success) { [endurance] in
        let grown = try endurance.growth()
        require(grown < MemoryTests.most, "\(endurance): the process grew by \(grown) pages in 10,000 steps")
      }
    }
  }
#endif
