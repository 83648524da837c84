// The layers that can be compared, by their names in a file's metadata.

import Notebook
import Recurrent

/// A kind of layer and how to compute it from a file.
struct Layer: Sendable {
  /// The result of computing a file's layer.
  struct Computed {
    /// The layer with its sizes, in words.
    let description: String
    /// The same tensors computed in one or more ways, with the same names and shapes in the same order.
    let runs: [Run]
  }

  /// One way of computing it.
  struct Run {
    /// The name of the way in a report.
    let way: String
    /// All tensors that a file can have for this layer, in the order of the report.
    let tensors: [(name: String, tensor: TorchTensor)]
    /// The number of nodes on its tape. Tests use it to see that two ways really differ.
    let nodes: Int
  }

  let name: String
  private let computation: @Sendable (inout LayerFile) throws -> Computed

  /// All kinds. A new one needs one entry here.
  static let all: [Layer] = [
    Layer(name: "RNN") { file in
      let kind: RecurrentConfiguration.Kind = try file.choice(
        "nonlinearity", ["tanh": .rnn(.tanh), "relu": .rnn(.relu)])
      return try computeRecurrent(kind, &file)
    },
    Layer(name: "LSTM") { try computeRecurrent(.lstm, &$0) },
    Layer(name: "GRU") { file in
      let reset: ResetGate = try file.choice("reset", ["after": .afterProduct, "before": .beforeProduct])
      return try computeRecurrent(.gru(reset: reset), &file)
    },
    Layer(name: "Attention") { try computeAttention(&$0) },
  ]

  init(name: String, computation: @escaping @Sendable (inout LayerFile) throws -> Computed) {
    self.name = name
    self.computation = computation
  }

  /// The kind with this name. Throws `BadInput` if there is none.
  static func named(_ name: String) throws -> Layer {
    guard let layer = all.first(where: { $0.name == name }) else {
      let names = all.map(\.name).joined(separator: ", ")
      throw BadInput("the metadata's 'layer' is '\(oneLine(name))', expected one of \(names)")
    }
    return layer
  }

  func compute(_ file: inout LayerFile) throws -> Computed { try computation(&file) }
}
