import Autodiff
import Foundation
import Reference
import Testing

@testable import Recurrent

@Suite struct TorchTests {
  @Test(arguments: kinds) func parametersHavePyTorchsNamesAndShapesInItsOrder(kind: RecurrentConfiguration.Kind) {
    let configuration = RecurrentConfiguration(kind, inputSize: 3, hiddenSize: 5, layers: 2, bidirectional: true)
    let expected: [(String, [Int])] = [
      ("weight_ih_l0", [5, 3]), ("weight_hh_l0", [5, 5]), ("bias_ih_l0", [5]), ("bias_hh_l0", [5]),
      ("weight_ih_l0_reverse", [5, 3]), ("weight_hh_l0_reverse", [5, 5]), ("bias_ih_l0_reverse", [5]),
      ("bias_hh_l0_reverse", [5]),
      ("weight_ih_l1", [5, 10]), ("weight_hh_l1", [5, 5]), ("bias_ih_l1", [5]), ("bias_hh_l1", [5]),
      ("weight_ih_l1_reverse", [5, 10]), ("weight_hh_l1_reverse", [5, 5]), ("bias_ih_l1_reverse", [5]),
      ("bias_hh_l1_reverse", [5]),
    ]
    #expect(configuration.parameters.map(\.name) == expected.map(\.0))
    // The gates are stacked.
    let gates = ["RNN": 1, "LSTM": 4, "GRU": 3][kind.name]!
    #expect(configuration.parameters.map(\.shape) == expected.map { [gates * $0.1[0]] + $0.1.dropFirst() })
  }

  @Test func aMatrixIsTransposedInMemoryOnly() {
    let tensor = TorchTensor(shape: [2, 3], elements: [1, 2, 3, 4, 5, 6])
    #expect(tensor.matrix == Matrix([[1, 2, 3], [4, 5, 6]]))
    #expect(TorchTensor(tensor.matrix) == tensor)
    let bias = TorchTensor(shape: [2], elements: [7, 8])
    #expect(bias.matrix == Matrix([[7], [8]]))
    #expect(TorchTensor(column: bias.matrix) == bias)
  }

  /// PyTorch's order is (steps, batch, features), the last index fastest; columns here are examples.
  @Test func aSequenceIsItsStepsWithAColumnAnExample() {
    let tensor = TorchTensor(shape: [2, 2, 3], elements: (1...12).map(Double.init))
    #expect(tensor.steps == [Matrix([[1, 4], [2, 5], [3, 6]]), Matrix([[7, 10], [8, 11], [9, 12]])])
    #expect(TorchTensor(steps: tensor.steps) == tensor)
  }

  @Test(arguments: architectures)
  func aNetworkGoesToPyTorchAndBack(configuration: RecurrentConfiguration) throws {
    let network = largeNetwork(configuration, seed: 41)
    let tensors = Dictionary(uniqueKeysWithValues: network.torch.map { ($0.name, $0.tensor) })
    let back = try RecurrentNetwork(
      configuration.kind, layers: configuration.layers, bidirectional: configuration.bidirectional,
      bias: configuration.bias, torch: tensors)
    #expect(back.configuration == configuration)
    #expect(haveSameBits(back.parameters, network.parameters))
  }

  /// Reading PyTorch's parameters and writing them again restores every byte.
  @Test(arguments: [.rnn(.tanh), .lstm] as [RecurrentConfiguration.Kind])
  func pyTorchsOwnParametersComeBack(kind: RecurrentConfiguration.Kind) throws {
    let file = try Safetensors(contentsOf: fixture("\(kind.name.lowercased())-stacked-bidirectional"))
    let tensors = file.tensors.filter { $0.key.hasPrefix("weight_") || $0.key.hasPrefix("bias_") }
      .mapValues { TorchTensor(shape: $0.shape, elements: $0.doubles) }
    let network = try RecurrentNetwork(kind, layers: 2, bidirectional: true, torch: tensors)
    #expect(network.torch.count == 16)
    for (name, tensor) in network.torch { #expect(tensors[name] == tensor) }
  }
}

@Suite struct TorchErrorTests {
  /// The error for a valid set of tensors after a change.
  private func complaint(
    _ kind: RecurrentConfiguration.Kind = .rnn(.relu), layers: Int = 2, bidirectional: Bool = false, bias: Bool = true,
    _ change: (inout [String: TorchTensor]) -> Void
  ) -> String {
    let configuration = RecurrentConfiguration(kind, inputSize: 3, hiddenSize: 5, layers: 2)
    var tensors = Dictionary(
      uniqueKeysWithValues: largeNetwork(configuration, seed: 51).torch.map { ($0.name, $0.tensor) })
    change(&tensors)
    do throws(RecurrentError) {
      _ = try RecurrentNetwork(
        kind, layers: layers, bidirectional: bidirectional, bias: bias, torch: tensors)
      return "read"
    } catch {
      return error.description
    }
  }

  private func zeros(_ shape: Int...) -> TorchTensor {
    TorchTensor(shape: shape, elements: [Double](repeating: 0, count: shape.reduce(1, *)))
  }

  private let network = "RNN (relu), input size 3, hidden size 5, 2 layers"

  @Test func nothingIsWrongWithAGoodSet() {
    #expect(complaint { _ in } == "read")
  }

  @Test func aMissingTensorIsNamed() {
    #expect(complaint { $0["weight_ih_l0"] = nil } == "tensor 'weight_ih_l0' is missing: every RNN has one")
    #expect(complaint { $0["weight_hh_l0"] = nil } == "tensor 'weight_hh_l0' is missing: every RNN has one")
    #expect(
      complaint { $0["bias_hh_l1"] = nil } == "tensor 'bias_hh_l1' is missing, expected with shape [5]: \(network)")
    #expect(
      complaint(bidirectional: true) { _ in }
        == "tensor 'weight_ih_l0_reverse' is missing, expected with shape [5, 3]: \(network), bidirectional")
    #expect(
      complaint(layers: .max) { _ in }
        == "tensor 'weight_ih_l2' is missing, expected with shape [5, 5]: "
        + "RNN (relu), input size 3, hidden size 5, \(Int.max) layers")
  }

  @Test func aShapeThatContradictsTheOthersIsNamedWithTheOneExpected() {
    #expect(
      complaint { $0["weight_ih_l0"] = zeros(4, 3) }
        == "tensor 'weight_ih_l0' has shape [4, 3], expected [5, 3]: \(network)")
    #expect(
      complaint { $0["weight_hh_l0"] = zeros(4, 5) }
        == "tensor 'weight_hh_l0' has shape [4, 5], expected [5, 5]: \(network)")
    #expect(
      complaint { $0["weight_ih_l1"] = zeros(5, 3) }
        == "tensor 'weight_ih_l1' has shape [5, 3], expected [5, 5]: \(network)")
    #expect(
      complaint { $0["bias_ih_l0"] = zeros(5, 1) }
        == "tensor 'bias_ih_l0' has shape [5, 1], expected [5]: \(network)")
    #expect(
      complaint { $0["weight_ih_l0"] = zeros(15) }
        == "tensor 'weight_ih_l0' has shape [15], expected [hidden, inputs], each at least 1")
    #expect(
      complaint { $0["weight_hh_l0"] = TorchTensor(shape: [0, 1 << 62], elements: []) }
        == "tensor 'weight_hh_l0' has shape [0, \(1 << 62)], expected [hidden, hidden], each at least 1")
  }

  @Test func anLSTMsTensorsAreNamedWithItsFourGates() {
    let network = "LSTM, input size 3, hidden size 5, 2 layers"
    #expect(complaint(.lstm) { _ in } == "read")
    #expect(complaint(.lstm) { $0["weight_ih_l0"] = nil } == "tensor 'weight_ih_l0' is missing: every LSTM has one")
    #expect(
      complaint(.lstm) { $0["bias_hh_l1"] = nil }
        == "tensor 'bias_hh_l1' is missing, expected with shape [20]: \(network)")
    #expect(
      complaint(.lstm) { $0["weight_ih_l0"] = zeros(15, 3) }
        == "tensor 'weight_ih_l0' has shape [15, 3], expected [20, 3]: \(network)")
    #expect(
      complaint(.lstm) { $0["weight_hh_l1"] = zeros(5, 5) }
        == "tensor 'weight_hh_l1' has shape [5, 5], expected [20, 5]: \(network)")
    #expect(
      complaint(.lstm) { $0["weight_hh_l0"] = zeros(20) }
        == "tensor 'weight_hh_l0' has shape [20], expected [4 hidden, hidden], each at least 1")
  }

  @Test func aTensorThatBelongsToNoParameterIsNamed() {
    #expect(
      complaint(layers: 1) { _ in }
        == "tensor 'bias_hh_l1' is not one of its parameters: RNN (relu), input size 3, hidden size 5")
    #expect(
      complaint(bias: false) { _ in } == "tensor 'bias_hh_l0' is not one of its parameters: \(network), no bias")
    #expect(
      complaint { $0["a\nb\u{202E}c" + String(repeating: "d", count: 100)] = zeros(1) }
        == "tensor 'a\\u{A}b\\u{202E}c\(String(repeating: "d", count: 27))…\(String(repeating: "d", count: 32))'"
        + " is not one of its parameters: \(network)")
  }
}
