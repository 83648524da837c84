// The networks that experiments compare on a task, if wanted with equal numbers of parameters.

import Autodiff
import Recurrent

/// A kind of network with its size, and the initial bias of the gate that keeps the past: the LSTM's forget gate or the
/// GRU's update gate.
public struct Contestant: Hashable, Sendable {
  public let kind: RecurrentConfiguration.Kind
  /// Entries of a state.
  public let hidden: Int
  /// How many layers are stacked.
  public let layers: Int
  /// Whether every layer above the first adds its input to its output.
  public let isResidual: Bool
  /// Added to the gate's random initial bias.
  public let gateBias: Double

  public init(
    kind: RecurrentConfiguration.Kind, hidden: Int, layers: Int = 1, isResidual: Bool = false, gateBias: Double = 0
  ) {
    self.kind = kind
    self.hidden = hidden
    self.layers = layers
    self.isResidual = isResidual
    self.gateBias = gateBias
  }

  /// A network of the size whose number of learned parameters is nearest to `parameters`; of two equally near, the
  /// smaller.
  public init(
    kind: RecurrentConfiguration.Kind, parameters: Int, for task: Task, layers: Int = 1, isResidual: Bool = false,
    gateBias: Double = 0
  ) {
    func sized(_ hidden: Int) -> Contestant {
      Contestant(kind: kind, hidden: hidden, layers: layers, isResidual: isResidual, gateBias: gateBias)
    }
    var above = 1
    while sized(above).parameterCount(for: task) < parameters { above += 1 }
    let below = max(above - 1, 1)
    let excess = sized(above).parameterCount(for: task) - parameters
    self = sized(parameters - sized(below).parameterCount(for: task) <= excess ? below : above)
  }

  /// An RNN, an LSTM and a GRU of these sizes; the LSTM and the GRU also with a gate bias of 1.
  public static func all(rnn: Int, lstm: Int, gru: Int) -> [Contestant] {
    [
      Contestant(kind: .rnn(.tanh), hidden: rnn), Contestant(kind: .lstm, hidden: lstm),
      Contestant(kind: .lstm, hidden: lstm, gateBias: 1), Contestant(kind: .gru(), hidden: gru),
      Contestant(kind: .gru(), hidden: gru, gateBias: 1),
    ]
  }

  /// Its name in tables: `LSTM, b_f = 1`.
  public var label: String {
    if gateBias == 0 { return kind.name }
    return "\(kind.name), \(kind == .lstm ? "b_f" : "b_z") = \(Int(gateBias))"
  }

  /// Its name in figures, where b_{f} has a subscript.
  public var figureLabel: String { label.replacing("b_f", with: "b_{f}").replacing("b_z", with: "b_{z}") }

  /// Its name in the names of values: `lstm-1`.
  public var name: String { kind.name.lowercased() + (gateBias == 0 ? "" : "-\(Int(gateBias))") }

  public func configuration(for task: Task) -> RecurrentConfiguration {
    RecurrentConfiguration(kind, inputSize: task.inputs, hiddenSize: hidden, layers: layers)
  }

  /// How many numbers are learned, in the recurrent layers and the output layer.
  public func parameterCount(for task: Task) -> Int {
    configuration(for: task).parameterCount + task.outputs * (hidden + 1)
  }
}

/// A recurrent network and a linear output layer that reads its last output.
public struct Learner: Sendable {
  public let contestant: Contestant
  public private(set) var network: RecurrentNetwork<Matrix>
  /// The output layer: W_y, outputs × hidden, and b_y, outputs × 1.
  private var last: [Matrix]

  /// Initial weights as in PyTorch, uniform between −1/√hidden and 1/√hidden. The gate bias is added to one of the two
  /// biases in each layer.
  public init(_ contestant: Contestant, for task: Task, random: inout Random) {
    self.contestant = contestant
    network = RecurrentNetwork(contestant.configuration(for: task), random: &random)
    let bound = 1 / Double(contestant.hidden).squareRoot()
    last = [
      random.uniform(task.outputs, contestant.hidden, -bound, bound), random.uniform(task.outputs, 1, -bound, bound),
    ]
    // In PyTorch's stacks, i, f, g, o and r, z, n, the gate is the second block.
    if contestant.gateBias != 0 {
      let hidden = contestant.hidden
      for layer in 0..<contestant.layers {
        for row in hidden..<2 * hidden { network["bias_hh_l\(layer)"][row, 0] += contestant.gateBias }
      }
    }
  }

  /// The share of right answers: the right class has the highest score, or a number is off by less than 0.1.
  public func accuracy(on sequences: Sequences) -> Double {
    let outputs = run(network, sequences.x) { $0.run($1).outputs }
    let answers = last[0] * outputs[outputs.count - 1] + last[1]
    let right = (0..<sequences.count).filter { j in
      switch sequences.answer {
      case .classes(let classes):
        return (0..<answers.rows).allSatisfy { $0 == classes[j] || answers[$0, j] < answers[classes[j], j] }
      case .numbers(let numbers): return abs(answers[0, j] - numbers[0, j]) < 0.1
      }
    }
    return Double(right.count) / Double(sequences.count)
  }

  /// The outputs of the last recurrent layer at each step. `layer` runs one layer.
  private func run<A>(_ network: RecurrentNetwork<A>, _ x: [A], layer: (RecurrentNetwork<A>, [A]) -> [A]) -> [A] {
    if !contestant.isResidual { return layer(network, x) }
    return network.layers.enumerated().reduce(x) { x, next in
      let outputs = layer(next.element, x)
      return next.offset == 0 ? outputs : zip(x, outputs).map { $0 + $1 }
    }
  }

  /// Trains by Adam, one batch for each update, with gradients clipped at norm 1. Returns the loss before each update.
  @discardableResult
  public mutating func train(
    on batches: (inout Random) -> Sequences, updates: Int, learningRate: Double = 1e-2, random: inout Random
  ) -> [Double] {
    var parameters = network.parameters + last
    let count = network.parameters.count
    let losses = Experiments.train(&parameters, updates: updates, learningRate: learningRate) { variables, _ in
      let batch = batches(&random)
      let tape = variables[0].tape
      let recorded = RecurrentNetwork(network.configuration, parameters: Array(variables[..<count]))
      let outputs = run(recorded, batch.x.map { tape.constant($0) }) { $0.runFused($1).outputs }
      let answers = variables[count] * outputs[outputs.count - 1] + variables[count + 1]
      switch batch.answer {
      case .classes(let classes): return answers.crossEntropy(classes).mean
      case .numbers(let numbers):
        let error = answers - tape.constant(numbers)
        return (error .* error).mean
      }
    }
    network = RecurrentNetwork(network.configuration, parameters: Array(parameters[..<count]))
    last = Array(parameters[count...])
    return losses
  }
}

/// Trains a network for each seed, and measures its accuracy on 512 new sequences.
///
/// - Parameter data: how many sequences the training set has; nil to draw new ones for every batch.
public func scores(
  _ contestant: Contestant, _ task: Task, seeds: [UInt64], updates: Int, batch: Int = 16, data: Int? = nil
) -> Scores {
  let found = seeds.map { seed in
    var random = Random(seed: seed)
    var learner = Learner(contestant, for: task, random: &random)
    let all = data.map { task.draw($0, &random) }
    let losses = learner.train(
      on: { random in
        guard let all else { return task.draw(batch, &random) }
        return all[(0..<batch).map { _ in random.index(below: all.count) }]
      }, updates: updates, random: &random)
    return (accuracy: learner.accuracy(on: task.draw(512, &random)), losses: losses)
  }
  return Scores(values: found.map(\.accuracy), losses: found.map(\.losses))
}
