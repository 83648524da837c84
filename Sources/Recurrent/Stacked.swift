// A deep recurrent network: the outputs of a layer are the inputs of the one above.

import Autodiff

/// Layers upon each other; the outputs are those of the last. States: those of the first layer, then of the second, …
///
/// Layers of `Bidirectional` make the network that PyTorch calls `num_layers=…, bidirectional=True`: each layer reads
/// both directions of the one below.
public struct Stacked<Layer: RecurrentLayer>: RecurrentLayer {
  public typealias A = Layer.A

  /// From the one that reads the inputs upwards; at least one.
  public let layers: [Layer]

  /// Traps where there is no layer.
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

  /// A layer's own first states; nil where all are zeros.
  func part(of states: [[A]]?, from start: Int, for layer: Layer) -> [[A]]? {
    states.map { Array($0[start..<start + layer.stateCount]) }
  }
}

extension Stacked: Sendable where Layer: Sendable {}

extension RecurrentNetwork {
  /// Each layer as a network of its own, from the one that reads the inputs upwards: run one after the other, the outputs
  /// of each the inputs of the next, they give the bits of the whole. What stands between two layers can then be seen, or
  /// be another thing than handing on: a skip connection.
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
