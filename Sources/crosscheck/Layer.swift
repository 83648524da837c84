// The layers that can be compared, by the name that a file's metadata gives them.

import Notebook
import Recurrent

/// A layer, and how to compute it from what a file gives.
struct Layer: Sendable {
  /// What a layer makes of a file.
  struct Computed {
    /// What it is, with its sizes.
    let description: String
    /// The same, computed in one way or several: of the same names and shapes.
    let runs: [Run]
  }

  /// One way to compute it.
  struct Run {
    /// What a report calls it.
    let way: String
    /// Everything that a file could hold of the layer, in the order in which to show it.
    let tensors: [(name: String, tensor: TorchTensor)]
    /// How many nodes it left on its tape: no two ways leave as many.
    let nodes: Int
  }

  let name: String
  private let computation: @Sendable (inout Given) throws -> Computed

  /// A layer is one line here.
  static let all: [Layer] = [
    Layer(name: "RNN") { given in
      let kind: RecurrentConfiguration.Kind = try given.choice(
        "nonlinearity", ["tanh": .rnn(.tanh), "relu": .rnn(.relu)])
      return try computeRecurrent(kind, &given)
    },
    Layer(name: "LSTM") { try computeRecurrent(.lstm, &$0) },
    Layer(name: "GRU") { given in
      let reset: ResetGate = try given.choice("reset", ["after": .afterProduct, "before": .beforeProduct])
      return try computeRecurrent(.gru(reset: reset), &given)
    },
    Layer(name: "Attention") { try computeAttention(&$0) },
  ]

  init(name: String, computation: @escaping @Sendable (inout Given) throws -> Computed) {
    self.name = name
    self.computation = computation
  }

  /// Throws where no layer has this name.
  static func named(_ name: String) throws -> Layer {
    guard let layer = all.first(where: { $0.name == name }) else {
      let names = all.map(\.name).joined(separator: ", ")
      throw BadInput("the metadata's 'layer' is '\(oneLine(name))', expected one of \(names)")
    }
    return layer
  }

  func compute(_ given: inout Given) throws -> Computed { try computation(&given) }
}
