import Foundation
import Reference
import Testing

@testable import crosscheck

@Suite struct BadFileTests {
  private let network = "RNN (tanh), input size 6, hidden size 5"
  private let lstm = "LSTM, input size 3, hidden size 3"
  private var wholeLSTM: String { lstm + ", sequence length 3, batch size 1" }
  private var whole: String { network + ", sequence length 5, batch size 2" }

  @Test(arguments: ["layer", "num_layers", "bidirectional", "bias", "nonlinearity"])
  func missingMetadataIsNamed(key: String) throws {
    #expect(try complaint("rnn") { $0.metadata[key] = nil } == "the metadata has no '\(key)'")
  }

  @Test(arguments: [
    ("layer", "rnn", "expected one of RNN, LSTM, GRU, Attention"),
    ("layer", "", "expected one of RNN, LSTM, GRU, Attention"),
    ("num_layers", "abc", "expected a whole number from 1"),
    ("num_layers", "0", "expected a whole number from 1"),
    ("num_layers", "-1", "expected a whole number from 1"),
    ("num_layers", "1.0", "expected a whole number from 1"),
    ("num_layers", "99999999999999999999", "expected a whole number from 1"),
    ("bidirectional", "True", "expected true or false"),
    ("bias", "1", "expected true or false"),
    ("nonlinearity", "sigmoid", "expected tanh or relu"),
    ("tolerance", "small", "expected a number from 0 up to 1, such as 1e-6"),
    ("tolerance", "-1e-6", "expected a number from 0 up to 1, such as 1e-6"),
    ("tolerance", "1", "expected a number from 0 up to 1, such as 1e-6"),
    ("tolerance", "nan", "expected a number from 0 up to 1, such as 1e-6"),
    ("tolerance", "inf", "expected a number from 0 up to 1, such as 1e-6"),
  ])
  func metadataThatMeansNothingIsNamed(key: String, value: String, expected: String) throws {
    #expect(
      try complaint("rnn") { $0.metadata[key] = value } == "the metadata's '\(key)' is '\(value)', \(expected)")
  }

  /// Only an RNN has a nonlinearity in its metadata.
  @Test func anLSTMHasNoNonlinearity() throws {
    #expect(
      try complaint("lstm") { $0.metadata["nonlinearity"] = "tanh" }
        == "the metadata's 'nonlinearity' says nothing about this layer: \(wholeLSTM)")
  }

  @Test(arguments: ["proj_size", "reset", "num_layer"])
  func metadataThatNobodyAskedForIsNamed(key: String) throws {
    #expect(
      try complaint("rnn") { $0.metadata[key] = "1" }
        == "the metadata's '\(key)' says nothing about this layer: \(whole)")
    #expect(try complaint("rnn") { $0.metadata["format"] = "pt" } == "compared")
  }

  @Test func aMissingTensorIsNamed() throws {
    #expect(
      try complaint("rnn") { $0.tensors["input"] = nil }
        == "tensor 'input' is missing, expected with shape [steps, batch, inputs]")
    #expect(
      try complaint("rnn") { $0.tensors["weight_hh_l0"] = nil }
        == "tensor 'weight_hh_l0' is missing: every RNN has one")
    #expect(
      try complaint("rnn") { $0.tensors["bias_hh_l0"] = nil }
        == "tensor 'bias_hh_l0' is missing, expected with shape [5]: \(network)")
    #expect(
      try complaint("rnn") { $0.metadata["num_layers"] = "\(Int.max)" }
        == "tensor 'weight_ih_l1' is missing, expected with shape [5, 5]: \(network), \(Int.max) layers")
  }

  @Test(arguments: [
    ("input", [5, 2, 7], "expected [any, any, 6]: [steps, batch, inputs]"),
    ("input", [5, 2], "expected [any, any, 6]: [steps, batch, inputs]"),
    ("input", [], "expected [any, any, 6]: [steps, batch, inputs]"),
    ("h0", [1, 2, 6], "expected [1, 2, 5]: [layers · directions, batch, hidden]"),
    ("h0", [2, 5], "expected [1, 2, 5]: [layers · directions, batch, hidden]"),
    ("grad_output", [5, 2, 6], "expected [5, 2, 5]: [steps, batch, hidden · directions]"),
    ("grad_h_n", [2, 2, 5], "expected [1, 2, 5]: [layers · directions, batch, hidden]"),
    ("output", [2, 5, 5], "expected [5, 2, 5]: WHOLE"),
    ("grad.weight_ih_l0", [6, 5], "expected [5, 6]: WHOLE"),
    ("weight_ih_l0", [4, 6], "expected [5, 6]: NETWORK"),
    ("bias_ih_l0", [5, 1], "expected [5]: NETWORK"),
  ])
  func aShapeThatContradictsTheOthersIsNamed(name: String, shape: [Int], expected: String) throws {
    let expected = expected.replacingOccurrences(of: "WHOLE", with: whole)
      .replacingOccurrences(of: "NETWORK", with: network)
    #expect(
      try complaint("rnn") { $0.tensors[name] = float64(shape) } == "tensor '\(name)' has shape \(shape), \(expected)")
  }

  @Test(arguments: [
    ("c0", [1, 1, 4], "expected [1, 1, 3]: [layers · directions, batch, hidden]"),
    ("grad_c_n", [2, 1, 3], "expected [1, 1, 3]: [layers · directions, batch, hidden]"),
    ("c_n", [1, 3], "expected [1, 1, 3]: WHOLE"),
    ("grad.c0", [3, 1, 1], "expected [1, 1, 3]: WHOLE"),
    ("weight_ih_l0", [3, 3], "expected [12, 3]: NETWORK"),
    ("bias_hh_l0", [3], "expected [12]: NETWORK"),
  ])
  func aShapeThatNoLSTMHasIsNamed(name: String, shape: [Int], expected: String) throws {
    let expected = expected.replacingOccurrences(of: "WHOLE", with: wholeLSTM)
      .replacingOccurrences(of: "NETWORK", with: lstm)
    #expect(
      try complaint("lstm") { $0.tensors[name] = float64(shape) } == "tensor '\(name)' has shape \(shape), \(expected)")
  }

  /// The input size is read from the weights, so a contradiction is reported at the input.
  @Test func weightsForAnotherInputAreNamed() throws {
    #expect(
      try complaint("rnn") { $0.tensors["weight_ih_l0"] = float64([5, 4]) }
        == "tensor 'input' has shape [5, 2, 6], expected [any, any, 4]: [steps, batch, inputs]")
  }

  @Test(arguments: [
    ("input", [0, 2, 6]), ("input", [1 << 62, 0, 6]), ("h0", [1, 0, 5]), ("weight_hh_l0", [0, 1 << 62]),
    ("output", [5, 0, 5]), ("bias_ih_l0", [0]),
  ])
  func aSizeOfZeroIsRefused(name: String, shape: [Int]) throws {
    #expect(
      try complaint("rnn") { $0.tensors[name] = Tensor(shape: shape, elements: .float64([])) }
        == "tensor '\(name)' has shape \(shape): no size may be 0")
  }

  @Test(arguments: ["extra", "c0", "c_n", "grad.c0", "grad_c_n", "grad.weight_ih_l1", "Output", "grad.output"])
  func aTensorThatWouldNotBeComparedIsNamed(name: String) throws {
    #expect(
      try complaint("rnn") { $0.tensors[name] = float64([1]) }
        == "tensor '\(name)' is unknown to this layer and would not be compared: \(whole)")
  }

  @Test(arguments: ["weight_ih_l1", "weight_ih_l0_reverse", "weight_hr_l0", "bias_xx"])
  func aParameterOfAnotherNetworkIsNamed(name: String) throws {
    #expect(
      try complaint("rnn") { $0.tensors[name] = float64([1]) }
        == "tensor '\(name)' is not one of its parameters: \(network)")
  }

  @Test func namesFromAFileCannotBreakTheLine() throws {
    let line = try complaint("rnn") { $0.tensors["a\nb\u{1B}[2J"] = float64([1]) }
    #expect(line.hasPrefix("tensor 'a\\u{A}b\\u{1B}[2J' is unknown"))
    #expect(
      try complaint("rnn") { $0.metadata["layer"] = "R\r\nNN" }
        == "the metadata's 'layer' is 'R\\u{D}\\u{A}NN', expected one of RNN, LSTM, GRU, Attention")
  }

  @Test func gradientsNeedSomethingToBeginFrom() throws {
    let line = try complaint("rnn") {
      $0.tensors["grad_output"] = nil
      $0.tensors["grad_h_n"] = nil
    }
    #expect(
      line == "tensor 'grad.bias_hh_l0' is a gradient, and there is no grad_output or grad_h_n to begin from")
  }
}
