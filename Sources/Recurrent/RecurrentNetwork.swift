// An architecture with numbers in it (or variables, or names), ready to run.

import Autodiff

/// A recurrent network of one kind of cell: stacked, in one direction or both, with or without biases.
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
    let expected = configuration.parameters
    require(
      parameters.count == expected.count,
      "\(configuration) has \(expected.count) parameters, not \(parameters.count)")
    for (value, parameter) in zip(parameters, expected) {
      if let rows = value.knownRows {
        require(rows == parameter.shape[0], "\(parameter.name) has \(rows) rows, expected \(parameter.shape[0])")
      }
    }
    self.configuration = configuration
    self.parameters = parameters
  }

  /// The parameter with PyTorch's name. Traps where the network has none of that name.
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
    let names = configuration.parameters.map(\.name)
    return RecurrentNetwork<B>(configuration, parameters: zip(names, parameters).map(transform))
  }

  /// The parameters of one direction of one layer (from 0). Traps where there is no such layer or direction.
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
  ///   - inputs: x_1 … x_T, each inputSize × batch. Traps where there are none.
  ///   - states: layers · directions states, each [h] or [h, c] of hiddenSize × batch; nil for zeros.
  /// - Returns: outputs of outputSize × batch, and the last states.
  public func run(_ inputs: [A], from states: [[A]]?) -> Unrolled<A> {
    layer.run(inputs, from: states)
  }

  /// The same over a sequence that is one value.
  ///
  /// - Parameter inputs: inputSize × (T · batch).
  /// - Returns: outputs of outputSize × (T · batch), and the last states.
  public func run(_ inputs: Joined<A>, from states: [[A]]?) -> (outputs: Joined<A>, states: [[A]]) {
    layer.run(inputs, from: states)
  }

  /// The network as what it is made of: cells, in both directions or one, stacked.
  var layer: any MaskableLayer<A> {
    let hidden = configuration.hiddenSize
    return switch configuration.kind {
    case .rnn(let nonlinearity): made { RNNCell($0, nonlinearity: nonlinearity) }
    case .lstm: made { LSTMCell($0, hidden: hidden) }
    case .gru(let update, let reset): made { GRUCell($0, hidden: hidden, update: update, reset: reset) }
    }
  }

  private func made<Cell: RecurrentCell<A> & MaskableLayer>(
    of cell: (CellWeights<A>) -> Cell
  ) -> any MaskableLayer<A> {
    let layers = 0..<configuration.layers
    if configuration.bidirectional {
      return Stacked(
        layers.map {
          Bidirectional(forward: cell(weights(layer: $0)), backward: cell(weights(layer: $0, backward: true)))
        })
    }
    // A cell is a layer: no stack of one.
    return layers.count == 1 ? cell(weights(layer: 0)) : Stacked(layers.map { cell(weights(layer: $0)) })
  }
}

extension RecurrentNetwork: Sendable where A: Sendable {}

// MARK: - Fused

extension RecurrentNetwork where A == Variable {
  /// The same run with fused cells, which take a whole sequence in one operation: for training.
  ///
  /// Outputs, states and gradients are those of `run` up to rounding; there are no second derivatives. What has
  /// no fused cell, which is a GRU with its reset before the product, runs as ever.
  ///
  /// - Parameter threads: how many share the work of a fused cell; the results are the same bits with any number. It pays
  ///   where batch × hidden is some thousands.
  public func runFused(
    _ inputs: [Variable], from states: [[Variable]]? = nil, threads: Int = 1
  ) -> Unrolled<Variable> {
    fusedLayer(threads: threads).run(inputs, from: states)
  }

  /// The same over a sequence that is one variable, with outputs that are one variable: two nodes instead of 2 T, which
  /// small layers are glad of.
  public func runFused(
    _ inputs: Joined<Variable>, from states: [[Variable]]? = nil, threads: Int = 1
  ) -> (outputs: Joined<Variable>, states: [[Variable]]) {
    fusedLayer(threads: threads).run(inputs, from: states)
  }

  /// As `layer`, of fused cells where there are any.
  func fusedLayer(threads: Int = 1) -> any MaskableLayer<Variable> {
    let hidden = configuration.hiddenSize
    return switch configuration.kind {
    case .rnn(let nonlinearity): made { FusedRNNCell($0, nonlinearity: nonlinearity, threads: threads) }
    case .lstm: made { FusedLSTMCell($0, hidden: hidden, threads: threads) }
    case .gru(let update, .afterProduct):
      made { FusedGRUCell($0, hidden: hidden, update: update, threads: threads) }
    case .gru(_, .beforeProduct): layer
    }
  }
}

// MARK: - Random weights

/// How the weights on the state, W_h, begin.
public enum HiddenInitialisation: String, CaseIterable, Hashable, Sendable {
  /// Like all others.
  case uniform
  /// Each gate's hidden × hidden block orthogonal: it keeps lengths (A. M. Saxe et al. 2014).
  case orthogonal
  /// Each gate's block the identity (Q. V. Le et al. 2015, for the ReLU).
  case identity
}

extension RecurrentNetwork where A == Matrix {
  /// Random parameters, drawn in PyTorch's order: uniform between ±1/√hiddenSize, as PyTorch begins, but for W_h as
  /// `hidden` says.
  public init(
    _ configuration: RecurrentConfiguration, hidden: HiddenInitialisation = .uniform, random: inout Random
  ) {
    let size = configuration.hiddenSize
    let bound = 1 / Double(size).squareRoot()
    var parameters: [Matrix] = []
    for parameter in configuration.parameters {
      let (rows, columns) = (parameter.shape[0], parameter.shape.count > 1 ? parameter.shape[1] : 1)
      let isHidden = parameter.name.hasPrefix("weight_hh")
      switch isHidden ? hidden : .uniform {
      case .uniform: parameters.append(random.uniform(rows, columns, -bound, bound))
      case .orthogonal:
        parameters.append(.stack((0..<configuration.kind.gates).map { _ in random.orthogonal(size) }))
      case .identity: parameters.append(.stack((0..<configuration.kind.gates).map { _ in .identity(size) }))
      }
    }
    self.init(configuration, parameters: parameters)
  }
}
