// PyTorch's witness: what torch.nn.LSTM gave for the same weights, inputs and states.

import Autodiff
import Notebook
import Recurrent
import Reference

/// A reference file, read (Tests/Fixtures/generate.py made it): a network with its weights, what it was given, and what
/// PyTorch's LSTM made of it.
struct Witness {
  let network: RecurrentNetwork<Matrix>
  /// x_1 … x_T, and [h_0, c_0] of each direction of each layer.
  let input: [Matrix]
  let start: [[Matrix]]
  /// What PyTorch gave: y_1 … y_T, and the last [h, c] of each direction of each layer.
  let outputs: [Matrix]
  let states: [[Matrix]]

  init(contentsOf path: String) throws {
    let file = try Safetensors(contentsOf: path)
    func tensor(_ name: String) throws -> TorchTensor {
      guard let found = file.tensors[name] else { throw BadInput("\(path) holds no tensor '\(name)'") }
      return TorchTensor(shape: found.shape, elements: found.doubles)
    }
    let names = file.tensors.keys.filter { $0.hasPrefix("weight_") || $0.hasPrefix("bias_") }
    let weights = try Dictionary(uniqueKeysWithValues: names.map { ($0, try tensor($0)) })
    guard let layers = file.metadata["num_layers"].flatMap({ Int($0) }), layers >= 1 else {
      throw BadInput("\(path) does not say how many layers its network has")
    }
    network = try RecurrentNetwork(
      .lstm, layers: layers, bidirectional: file.metadata["bidirectional"] == "true",
      bias: file.metadata["bias"] == "true", torch: weights)
    input = try tensor("input").steps
    outputs = try tensor("output").steps
    func states(_ h: String, _ c: String) throws -> [[Matrix]] {
      zip(try tensor(h).steps, try tensor(c).steps).map { [$0, $1] }
    }
    start = try states("h0", "c0")
    self.states = try states("h_n", "c_n")
  }
}
