// A recurrent network: an architecture with its parameters, which are matrices, variables or symbols.

import Autodiff

/// A recurrent network of one kind of cell: one layer or several, in one direction or both, with or without biases.
///
/// ```swift
/// var random = Random(seed: 1)
/// let configuration = RecurrentConfiguration(.rnn(.tanh), inputSize: 3, hiddenSize: 5, layers: 2)
/// let network = RecurrentNetwork(configuration, random: &random)
/// let run = network.run(inputs)                               // inputs: T matrices of 3 × batch
///
/// let tape = Tape()
/// let recorded = network.map { tape.variable($1, named: $0) }
/// let loss = recorded.run(inputs.map { tape.constant($0) }).outputs.last!.total
/// let gradient = tape.gradients(of: loss)[recorded["weight_hh_l0"]]
/// ```
public struct RecurrentNetwork<A: RecurrentAlgebra>: RecurrentLayer {
  public let configuration: RecurrentConfiguration
  /// In the order of `configuration.parameters`; biases are columns.
  public private(set) var parameters: [A]

  /// Traps unless there is one value for each of `configuration.parameters`, of as many rows.
  public init(_ configuration: RecurrentConfiguration, parameters: [A]) {
    configuration.parameters.check(parameters, of: configuration.description)
    self.configuration = configuration
    self.parameters = parameters
  }

  /// The parameter with this name in PyTorch, for example `weight_hh_l0`. Traps if there is none.
  public subscript(_ name: String) -> A {
    get { parameters[index(of: name)] }
    set { parameters[index(of: name)] = newValue }
  }

  private func index(of name: String) -> Int {
    guard let index = configuration.parameters.firstIndex(where: { $0.name == name }) else {
      fatalError("\(configuration) has no parameter \(name)")
    }
    return index
  }

  /// The same network over another algebra: `network.map { tape.variable($1, named: $0) }`.
  public func map<B>(_ transform: (_ name: String, _ value: A) -> B) -> RecurrentNetwork<B> {
    let values = zip(configuration.parameters, parameters).map { transform($0.name, $1) }
    return RecurrentNetwork<B>(configuration, parameters: values)
  }

  /// The parameters of one direction of one layer, counted from 0. Traps if there is no such layer or direction.
  public func weights(layer: Int, backward: Bool = false) -> CellWeights<A> {
    require(layer >= 0 && layer < configuration.layers, "\(configuration) has no layer \(layer)")
    require(!backward || configuration.bidirectional, "\(configuration) has no backward direction")
    let count = configuration.bias ? 4 : 2
    let first = (layer * configuration.directions + (backward ? 1 : 0)) * count
    let p = parameters[first..<first + count]
    return CellWeights(
      W: (x: p[first], h: p[first + 1]),
      b: configuration.bias ? (x: p[first + 2], h: p[first + 3]) : (nil, nil))
  }

  public var stateCount: Int { configuration.stateCount }

  /// Runs over a whole sequence.
  ///
  /// - Parameters:
  ///   - inputs: x_1 … x_T, each inputSize × batch. Traps if empty.
  ///   - states: layers · directions first states, each [h] or [h, c] of hiddenSize × batch; nil for zeros. Traps on
  ///     any other number of states.
  /// - Returns: outputs of outputSize × batch, and the last states.
  public func run(_ inputs: [A], from states: [[A]]?) -> Unrolled<A> {
    layer.run(inputs, from: states)
  }

  /// Runs over a sequence that is one value.
  ///
  /// - Parameter inputs: inputSize × (T · batch).
  /// - Returns: outputs of outputSize × (T · batch), and the last states.
  public func run(_ inputs: Joined<A>, from states: [[A]]?) -> (outputs: Joined<A>, states: [[A]]) {
    layer.run(inputs, from: states)
  }

  /// The network as a layer built from its cells.
  var layer: AnyLayer<A> {
    let hidden = configuration.hiddenSize
    return switch configuration.kind {
    case .rnn(let nonlinearity): assembled { RNNCell($0, nonlinearity: nonlinearity) }
    case .lstm: assembled { LSTMCell($0, hidden: hidden) }
    case .gru(let update, let reset): assembled { GRUCell($0, hidden: hidden, update: update, reset: reset) }
    }
  }

  /// One cell for each direction of each layer, combined.
  private func assembled<Cell: MaskableLayer>(of cell: (CellWeights<A>) -> Cell) -> AnyLayer<A> where Cell.A == A {
    let layers = 0..<configuration.layers
    if configuration.bidirectional {
      return AnyLayer(
        Stacked(
          layers.map {
            Bidirectional(forward: cell(weights(layer: $0)), backward: cell(weights(layer: $0, backward: true)))
          }))
    }
    // A single cell is already a layer.
    if layers.count == 1 { return AnyLayer(cell(weights(layer: 0))) }
    return AnyLayer(Stacked(layers.map { cell(weights(layer: $0)) }))
  }
}

extension RecurrentNetwork: Sendable where A: Sendable {}

// MARK: - Fused

extension RecurrentNetwork where A == Variable {
  /// `run(_:from:)` with fused cells, which compute a whole sequence as one operation: for training.
  ///
  /// Outputs, states and gradients are those of `run` up to rounding; there are no second derivatives. A GRU with its
  /// reset before the product has no fused cell and runs as small operations.
  ///
  /// - Parameter threads: how many threads share the work of a fused cell; the results have the same bits with any
  ///   number. More than one pays off when batch × hidden is some thousands. Traps if less than 1.
  public func runFused(
    _ inputs: [Variable], from states: [[Variable]]? = nil, threads: Int = 1
  ) -> Unrolled<Variable> {
    fusedLayer(threads: threads).run(inputs, from: states)
  }

  /// `runFused` over a sequence that is one variable, with all outputs as one variable: two nodes instead of 2 T, which
  /// makes small layers faster.
  public func runFused(
    _ inputs: Joined<Variable>, from states: [[Variable]]? = nil, threads: Int = 1
  ) -> (outputs: Joined<Variable>, states: [[Variable]]) {
    fusedLayer(threads: threads).run(inputs, from: states)
  }

  /// `layer` with fused cells where they exist.
  func fusedLayer(threads: Int = 1) -> AnyLayer<Variable> {
    let hidden = configuration.hiddenSize
    return switch configuration.kind {
    case .rnn(let nonlinearity): assembled { FusedRNNCell($0, nonlinearity: nonlinearity, threads: threads) }
    case .lstm: assembled { FusedLSTMCell($0, hidden: hidden, threads: threads) }
    case .gru(let update, .afterProduct):
      assembled { FusedGRUCell($0, hidden: hidden, update: update, threads: threads) }
    case .gru(_, .beforeProduct): layer
    }
  }
}

// MARK: - Random weights

/// How W_h, the weights of the state, is initialised.
public enum HiddenInitialisation: String, CaseIterable, Hashable, Sendable {
  /// As all other parameters.
  case uniform
  /// Each gate's hidden × hidden block is a random orthogonal matrix, which keeps lengths (A. M. Saxe et al. 2014).
  case orthogonal
  /// Each gate's block is the identity (Q. V. Le et al. 2015, for relu).
  case identity
}

extension RecurrentNetwork where A == Matrix {
  /// Random parameters, drawn in PyTorch's order: all uniform between −1/√hiddenSize and 1/√hiddenSize, as PyTorch
  /// draws them, except W_h if `hidden` says otherwise.
  public init(
    _ configuration: RecurrentConfiguration, hidden: HiddenInitialisation = .uniform, random: inout Random
  ) {
    let size = configuration.hiddenSize
    let bound = 1 / Double(size).squareRoot()
    var parameters: [Matrix] = []
    for parameter in configuration.parameters {
      let isHidden = parameter.name.hasPrefix("weight_hh")
      switch isHidden ? hidden : .uniform {
      case .uniform: parameters.append(random.uniform(parameter, bound: bound))
      case .orthogonal:
        parameters.append(.stack((0..<configuration.kind.gates).map { _ in random.orthogonal(size) }))
      case .identity: parameters.append(.stack((0..<configuration.kind.gates).map { _ in .identity(size) }))
      }
    }
    self.init(configuration, parameters: parameters)
  }
}
