// A fused cell against the same cell recorded as small operations, and against finite differences.

import Autodiff
import Foundation
import Reference
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

/// What a run computes: outputs and last states, and the gradients of parameters, inputs and first states.
struct Results {
  var values: [Matrix]
  var gradients: [Matrix]

  /// - Parameters:
  ///   - fused: by fused cells or by small operations.
  ///   - given: whether the first states are given, or zeros.
  init(_ c: FusedCase, fused: Bool, given: Bool = true) {
    let tape = Tape()
    let network = c.network.map { tape.variable($1, named: $0) }
    let x = c.inputs.map { tape.variable($0) }
    let states = given ? c.states.map { $0.map { tape.variable($0) } } : nil
    let run = fused ? network.runFused(x, from: states) : network.run(x, from: states)
    let shown = run.outputs + run.states.flatMap { $0 }
    let all = Variable.stack(shown)
    let found = tape.gradients(of: all, seed: Random.weights(like: all.value))
    values = shown.map(\.value)
    gradients = (network.parameters + x + (states ?? []).flatMap { $0 }).map { found[$0] }
  }
}

/// The largest difference of matrices one by one, relative to the scale of each (1 where that is all zeros).
func largestRelativeDifference(_ a: [Matrix], _ b: [Matrix]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).map { a, b in
    let scale = b.largestMagnitude
    return a.largestDifference(from: b) / (scale == 0 ? 1 : scale)
  }.max() ?? .nan
}

@Suite struct FusedTests {
  @Test(arguments: FusedCase.all(.lstm), [true, false])
  func fusedAndSmallOperationsAgree(c: FusedCase, given: Bool) {
    let (fused, small) = (Results(c, fused: true, given: given), Results(c, fused: false, given: given))
    #expect(largestRelativeDifference(fused.values, small.values) <= 1e-12)
    #expect(largestRelativeDifference(fused.gradients, small.gradients) <= 1e-12)
    // Not zeros against zeros, but for W_h after a single step from zeros.
    #expect(small.gradients.allSatisfy { $0.largestMagnitude > 0 } || (c.steps == 1 && !given))
  }
}
