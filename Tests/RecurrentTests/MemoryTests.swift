// Training on a rewound tape: the memory of the process stays what it is.

import Autodiff
import Foundation
import Testing

@testable import Recurrent

#if os(Linux)
  @Suite(.serialized) struct MemoryTests {
    /// Pages of this process that are in memory.
    private func residentPages() throws -> Int {
      let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
      return Int(text.split(separator: " ")[1]) ?? 0
    }

    /// Trains for a while, then for 10,000 steps more, of lengths that change.
    @Test(arguments: [true, false]) func memoryIsFlatOverTenThousandSteps(isFused: Bool) throws {
      let tape = Tape()
      var random = Random(seed: 81)
      let configuration = RecurrentConfiguration(.gru(), inputSize: 3, hiddenSize: 8)
      let network = RecurrentNetwork(configuration, random: &random).map { tape.variable($1) }
      var optimizer = SGD(learningRate: 1e-4)
      let start = tape.mark
      let data = (0..<6).map { _ in random.normal(3, 4) }
      func step(_ number: Int) {
        tape.rewind(to: start)
        let inputs = data[...(number % 6)].map { tape.constant($0) }
        let run = isFused ? network.runFused(inputs) : network.run(inputs)
        let y = Variable.stack(run.outputs)
        let found = tape.gradients(of: (y .* y).total)
        var values = network.parameters.map(\.value)
        optimizer.step(&values, gradients: network.parameters.map { found[$0] })
        tape.rewind(to: start)
        for (parameter, value) in zip(network.parameters, values) { tape.update(parameter, to: value) }
      }
      for number in 0..<500 { step(number) }
      let before = try residentPages()
      for number in 0..<10_000 { step(number) }
      // Other tests run beside this one. A kilobyte a step would be 2,500 pages, and a step of this size has ten or more.
      #expect(try residentPages() - before < 40_000)
    }
  }
#endif
