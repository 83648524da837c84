// A deep recurrent network: the outputs of one layer are the inputs of the next.

import Autodiff

/// Layers run one after the other. The outputs are those of the last layer; the states are those of the first layer,
/// then of the second, and so on.
///
/// With `Bidirectional` layers this is PyTorch's `num_layers=…, bidirectional=True`: each layer reads both directions
/// of the layer below.
public struct Stacked<Layer: RecurrentLayer>: RecurrentLayer {
  public typealias A = Layer.A

  /// At least one. The first reads the inputs.
  public let layers: [Layer]

  /// Traps if `layers` is empty.
  public init(_ layers: [Layer]) {
    require(!layers.isEmpty, "a stack needs at least one layer")
    self.layers = layers
  }

  public var stateCount: Int { layers.reduce(0) { $0 + $1.stateCount } }

  public func run(_ inputs: [A], from states: [[A]]?) -> Unrolled<A> {
    checkRun(inputs, states)
    var outputs = inputs
    var last: [[A]] = []
    for layer in layers {
      let run = layer.run(outputs, from: part(of: states, from: last.count, for: layer))
      outputs = run.outputs
      last += run.states
    }
    return Unrolled(outputs: outputs, states: last)
  }

  public func run(_ inputs: Joined<A>, from states: [[A]]?) -> (outputs: Joined<A>, states: [[A]]) {
    checkStates(states)
    var run: (outputs: Joined<A>, states: [[A]]) = (inputs, [])
    for layer in layers {
      let next = layer.run(run.outputs, from: part(of: states, from: run.states.count, for: layer))
      run = (next.outputs, run.states + next.states)
    }
    return run
  }

  /// The first states of one layer, which begin at `start`; nil for zeros.
  func part(of states: [[A]]?, from start: Int, for layer: Layer) -> [[A]]? {
    states.map { Array($0[start..<start + layer.stateCount]) }
  }
}

extension Stacked: Sendable where Layer: Sendable {}

extension RecurrentNetwork {
  /// Each layer as a network of its own, the one that reads the inputs first. Run one after the other, they compute the
  /// same bits as the whole network. Use them to look at the values between two layers, or to change how layers are
  /// connected, for example with skip connections.
  public var layers: [RecurrentNetwork<A>] {
    let count = configuration.parameters(ofLayer: 0).count
    return (0..<configuration.layers).map { layer in
      RecurrentNetwork(
        RecurrentConfiguration(
          configuration.kind, inputSize: layer == 0 ? configuration.inputSize : configuration.outputSize,
          hiddenSize: configuration.hiddenSize, bidirectional: configuration.bidirectional, bias: configuration.bias),
        parameters: Array(parameters[layer * count..<(layer + 1) * count]))
    }
  }
}
