import Autodiff
import Foundation
import Testing

@testable import Recurrent

/// A sequence of T matrices, features × batch, of numbers around ±1.
func sequence(_ steps: Int, _ features: Int, batch: Int, seed: UInt64) -> [Matrix] {
  var random = Random(seed: seed)
  return (0..<steps).map { _ in random.normal(features, batch) }
}

/// A network with normal weights of deviation 1, larger than initial weights, so that tanh leaves its linear range.
func largeNetwork(_ configuration: RecurrentConfiguration, seed: UInt64) -> RecurrentNetwork<Matrix> {
  var random = Random(seed: seed)
  return RecurrentNetwork(
    configuration,
    parameters: configuration.parameters.map { random.normal($0.shape[0], $0.shape.count > 1 ? $0.shape[1] : 1) })
}

/// A random state for each direction of each layer.
func states(_ configuration: RecurrentConfiguration, batch: Int, seed: UInt64) -> [[Matrix]] {
  var random = Random(seed: seed)
  return (0..<configuration.stateCount).map { _ in
    configuration.kind.stateNames.map { _ in random.normal(configuration.hiddenSize, batch, deviation: 0.5) }
  }
}

func haveSameBits(_ a: [Matrix], _ b: [Matrix]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0.hasSameBits(as: $1) }
}

func haveSameBits(_ a: Unrolled<Matrix>, _ b: Unrolled<Matrix>) -> Bool {
  haveSameBits(a.outputs, b.outputs) && a.states.count == b.states.count
    && zip(a.states, b.states).allSatisfy { haveSameBits($0, $1) }
}

/// Every part of every state.
func flat(_ states: [[Matrix]]) -> [Matrix] { states.flatMap { $0 } }

/// The largest difference of two lists of matrices, entry by entry; NaN if one difference is.
func largestDifference(_ a: [Matrix], _ b: [Matrix]) -> Double { largest(a, b) { $0.largestDifference(from: $1) } }

/// The largest `difference` of all pairs: NaN if one is NaN, infinite if the lists are empty or differ in length.
/// (`max()` would ignore a NaN that is not the first.)
func largest(_ a: [Matrix], _ b: [Matrix], _ difference: (Matrix, Matrix) -> Double) -> Double {
  guard a.count == b.count, !a.isEmpty else { return .infinity }
  return zip(a, b).map(difference).reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
}

extension RNNCell where A == Matrix {
  /// A cell with random weights.
  init(inputs: Int, hidden: Int, bias: Bool = true, _ nonlinearity: Nonlinearity = .tanh, seed: UInt64) {
    let configuration = RecurrentConfiguration(
      .rnn(nonlinearity), inputSize: inputs, hiddenSize: hidden, bias: bias)
    self.init(largeNetwork(configuration, seed: seed).weights(layer: 0), nonlinearity: nonlinearity)
  }
}

/// Whether numbers fill the range from −bound to bound: all are inside, and some are within 5 % of each end. With some
/// hundred uniform numbers, a bound that is wrong by a tenth fails.
func fill(_ numbers: [Double], _ bound: Double) -> Bool {
  numbers.allSatisfy { abs($0) <= bound } && numbers.contains { $0 > 0.95 * bound }
    && numbers.contains { $0 < -0.95 * bound }
}

/// Every kind of cell, in every convention.
let kinds: [RecurrentConfiguration.Kind] =
  Nonlinearity.allCases.map { .rnn($0) } + [.lstm]
  + UpdateGate.allCases.flatMap { update in ResetGate.allCases.map { .gru(update: update, reset: $0) } }

/// Every kind of cell in 1 and 3 layers, in one direction and both, with and without biases.
let architectures: [RecurrentConfiguration] = [1, 3].flatMap { layers in
  [false, true].flatMap { bidirectional in
    [false, true].flatMap { bias in
      kinds.map {
        RecurrentConfiguration(
          $0, inputSize: 3, hiddenSize: 4, layers: layers, bidirectional: bidirectional, bias: bias)
      }
    }
  }
}

/// The path of a reference file.
func fixture(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/\(name).safetensors").path
}

/// A formula as plain text; `?` for operations that no test here needs.
func text(_ formula: Symbol) -> String {
  switch formula {
  case .name(let name): return name
  case .number(let number): return "\(number)"
  case .applied(let operation, let inputs):
    let parts = inputs.map(text)
    switch operation.notation {
    case .juxtaposed: return parts.joined(separator: " ")
    case .infix(_, let sign): return parts.joined(separator: " \(sign) ")
    case .function(_, let name, let index): return "\(name)\(index)(\(parts.joined(separator: ", ")))"
    case .column: return "[\(parts.joined(separator: "; "))]"
    default: return "?"
    }
  default: return "?"
  }
}
