// The architecture of a recurrent network: which cell, how large, how many layers.

import Autodiff

/// The architecture of a recurrent network, in the terms of PyTorch's `torch.nn.RNN`, `LSTM` and `GRU`.
public struct RecurrentConfiguration: Hashable, Sendable {
  /// Which cell.
  public enum Kind: Hashable, Sendable {
    case rnn(Nonlinearity)
    case lstm
    case gru(update: UpdateGate = .keepsPast, reset: ResetGate = .afterProduct)

    /// PyTorch's name for it.
    public var name: String {
      switch self {
      case .rnn: "RNN"
      case .lstm: "LSTM"
      case .gru: "GRU"
      }
    }

    /// How many blocks of `hiddenSize` rows its weights stack.
    public var gates: Int {
      switch self {
      case .rnn: 1
      case .lstm: 4
      case .gru: 3
      }
    }

    /// The parts of its state, h first.
    public var stateNames: [String] {
      switch self {
      case .rnn, .gru: ["h"]
      case .lstm: ["h", "c"]
      }
    }
  }

  public let kind: Kind
  /// Entries of an input x_t.
  public let inputSize: Int
  /// Entries of a state h_t, in each direction.
  public let hiddenSize: Int
  public let layers: Int
  public let bidirectional: Bool
  /// Whether there are biases: two for each direction of each layer, as in PyTorch.
  public let bias: Bool

  /// Traps unless every size is at least 1.
  public init(
    _ kind: Kind, inputSize: Int, hiddenSize: Int, layers: Int = 1, bidirectional: Bool = false, bias: Bool = true
  ) {
    require(
      inputSize >= 1 && hiddenSize >= 1 && layers >= 1,
      "a network of \(layers) layers, \(inputSize) inputs and \(hiddenSize) hidden entries: each must be at least 1")
    self.kind = kind
    self.inputSize = inputSize
    self.hiddenSize = hiddenSize
    self.layers = layers
    self.bidirectional = bidirectional
    self.bias = bias
  }

  /// 2 if bidirectional, else 1.
  public var directions: Int { bidirectional ? 2 : 1 }
  /// How many first states a run takes: one for each direction of each layer.
  public var stateCount: Int { layers * directions }
  /// Entries of an output y_t: the states of all directions.
  public var outputSize: Int { hiddenSize * directions }

  /// A parameter's name and shape, as in PyTorch's `state_dict`.
  public struct Parameter: Hashable, Sendable {
    /// For example `weight_hh_l1_reverse`.
    public let name: String
    /// [rows, columns] of a weight, [rows] of a bias.
    public let shape: [Int]

    /// As a matrix: a bias is a column.
    var rows: Int { shape[0] }
    var columns: Int { shape.count > 1 ? shape[1] : 1 }
  }

  /// All parameters in PyTorch's order: layer by layer, forward before backward, and for each direction weight_ih,
  /// weight_hh, bias_ih, bias_hh.
  public var parameters: [Parameter] {
    (0..<layers).flatMap { parameters(ofLayer: $0) }
  }

  /// How many numbers all parameters hold.
  public var parameterCount: Int { parameters.numberCount }

  /// The parameters of layer number `layer`, from 0.
  func parameters(ofLayer layer: Int) -> [Parameter] {
    let rows = kind.gates * hiddenSize
    let inputs = layer == 0 ? inputSize : outputSize
    return ["", "_reverse"].prefix(directions).flatMap { direction in
      let suffix = "_l\(layer)\(direction)"
      let weights = [
        Parameter(name: "weight_ih" + suffix, shape: [rows, inputs]),
        Parameter(name: "weight_hh" + suffix, shape: [rows, hiddenSize]),
      ]
      let biases = ["bias_ih", "bias_hh"].map { Parameter(name: $0 + suffix, shape: [rows]) }
      return bias ? weights + biases : weights
    }
  }
}

extension [RecurrentConfiguration.Parameter] {
  /// How many numbers all of them hold.
  var numberCount: Int { reduce(0) { $0 + $1.rows * $1.columns } }

  /// Traps unless there is one value for each of these parameters, and its rows, where known, are the parameter's.
  ///
  /// - Parameter owner: what messages say has these parameters.
  func check<A: RecurrentAlgebra>(_ values: [A], of owner: @autoclosure () -> String) {
    require(values.count == count, "\(owner()) has \(count) parameters, not \(values.count)")
    for (value, parameter) in zip(values, self) {
      if let rows = value.knownRows {
        require(rows == parameter.rows, "\(parameter.name) has \(rows) rows, expected \(parameter.rows)")
      }
    }
  }
}

extension Random {
  /// A parameter's first value: uniform between −bound and bound.
  mutating func uniform(_ parameter: RecurrentConfiguration.Parameter, bound: Double) -> Matrix {
    uniform(parameter.rows, parameter.columns, -bound, bound)
  }
}

extension RecurrentConfiguration: CustomStringConvertible {
  /// For example `RNN (tanh), input size 3, hidden size 5, 2 layers, bidirectional, no bias`.
  public var description: String {
    var parts: [String] = []
    switch kind {
    case .rnn(let nonlinearity): parts.append("RNN (\(nonlinearity.rawValue))")
    case .lstm: parts.append(kind.name)
    case .gru(let update, let reset): parts.append("GRU (\(update.rawValue), \(reset.rawValue))")
    }
    parts += ["input size \(inputSize)", "hidden size \(hiddenSize)"]
    if layers > 1 { parts.append("\(layers) layers") }
    if bidirectional { parts.append("bidirectional") }
    if !bias { parts.append("no bias") }
    return parts.joined(separator: ", ")
  }
}
