// A run of a recurrent layer recorded in PyTorch, and the same run by this project.

import Autodiff
import Recurrent
import Reference

/// A run recorded in PyTorch: the network, its data, its results, and their gradients.
public struct TorchRun {
  public let network: RecurrentNetwork<Matrix>
  /// x_1 … x_T, y_1 … y_T, and the gradients of the loss with respect to the outputs.
  public let inputs, outputs, upstream: [Matrix]
  /// First states, last states, and the gradients of the loss with respect to the last states: one state for each
  /// direction of each layer, each [h] or [h, c].
  public let first, last, upstreamOfLast: [[Matrix]]
  public let gradientsOfInputs: [Matrix]
  public let gradientsOfFirst: [[Matrix]]
  /// In the order of the network's parameters.
  public let gradientsOfWeights: [Matrix]

  /// Reads the tensors of a reference file made by Tests/Fixtures/generate.py. Throws if one is missing or does not
  /// fit.
  public init(
    _ kind: RecurrentConfiguration.Kind, layers: Int = 1, bidirectional: Bool = false, bias: Bool = true,
    from file: Safetensors
  ) throws {
    func tensor(_ name: String) throws -> TorchTensor {
      let found = try file.tensor(name)
      return TorchTensor(shape: found.shape, elements: found.doubles)
    }
    func states(_ name: (String) -> String) throws -> [[Matrix]] {
      let parts = try kind.stateNames.map { try tensor(name($0)).steps }
      return parts[0].indices.map { k in parts.map { $0[k] } }
    }
    _ = try file.tensor("weight_ih_l0")  // throws an error that names the file if it holds no recurrent layer
    let weights = file.tensors.keys.filter { $0.hasPrefix("weight_") || $0.hasPrefix("bias_") }
    network = try RecurrentNetwork(
      kind, layers: layers, bidirectional: bidirectional, bias: bias,
      torch: Dictionary(uniqueKeysWithValues: weights.map { ($0, try tensor($0)) }))
    (inputs, outputs, upstream) = (
      try tensor("input").steps, try tensor("output").steps, try tensor("grad_output").steps
    )
    (first, last) = (try states { "\($0)0" }, try states { "\($0)_n" })
    (upstreamOfLast, gradientsOfFirst) = (try states { "grad_\($0)_n" }, try states { "grad.\($0)0" })
    gradientsOfInputs = try tensor("grad.input").steps
    gradientsOfWeights = try network.configuration.parameters.map { try tensor("grad.\($0.name)").matrix }
  }

  /// The same run on this project's tape: outputs, last states, and the gradients of inputs, first states and weights.
  public func computed() -> (
    outputs: [Matrix], last: [[Matrix]], inputs: [Matrix], first: [[Matrix]], weights: [Matrix]
  ) {
    let tape = Tape()
    let recorded = network.map { tape.variable($1, named: $0) }
    let (x, h) = (inputs.map { tape.variable($0) }, first.map { $0.map { tape.variable($0) } })
    let run = recorded.run(x, from: h)
    let gradients = tape.gradients(
      of: weightedSum(run.outputs + run.states.joined(), by: upstream + upstreamOfLast.joined()))
    return (
      run.outputs.map(\.value), run.states.map { $0.map(\.value) }, x.map { gradients[$0] },
      h.map { $0.map { gradients[$0] } }, recorded.parameters.map { gradients[$0] }
    )
  }
}
