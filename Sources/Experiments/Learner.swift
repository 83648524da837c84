// The networks that are compared on a task, of equal numbers of parameters where that is wanted.

import Autodiff
import Recurrent

/// A kind of network with its size, and what is added to the first bias of the gate that keeps: the LSTM's forget gate,
/// the GRU's update gate.
public struct Contestant: Hashable, Sendable {
  public let kind: RecurrentConfiguration.Kind
  public let hidden: Int
  /// Layers upon each other.
  public let layers: Int
  /// Whether every layer above the first adds its input to its output.
  public let isResidual: Bool
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

  /// The size with which it learns the number of parameters nearest to `parameters`; the smaller of two alike.
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

  /// An RNN, an LSTM and a GRU of these sizes, and the last two with a bias of 1.
  public static func all(rnn: Int, lstm: Int, gru: Int) -> [Contestant] {
    [
      Contestant(kind: .rnn(.tanh), hidden: rnn), Contestant(kind: .lstm, hidden: lstm),
      Contestant(kind: .lstm, hidden: lstm, gateBias: 1), Contestant(kind: .gru(), hidden: gru),
      Contestant(kind: .gru(), hidden: gru, gateBias: 1),
    ]
  }

  /// As in tables: `LSTM, b_f = 1`.
  public var label: String {
    if gateBias == 0 { return kind.name }
    return "\(kind.name), \(kind == .lstm ? "b_f" : "b_z") = \(Int(gateBias))"
  }

  /// The same with subscripts.
  public var figureLabel: String { label.replacing("b_f", with: "b_{f}").replacing("b_z", with: "b_{z}") }

  /// As in names of numbers: `lstm-1`.
  public var name: String { kind.name.lowercased() + (gateBias == 0 ? "" : "-\(Int(gateBias))") }

  public func configuration(for task: Task) -> RecurrentConfiguration {
    RecurrentConfiguration(kind, inputSize: task.inputs, hiddenSize: hidden, layers: layers)
  }

  /// Every number that is learned: the recurrent layers' and the last layer's.
  public func parameterCount(for task: Task) -> Int {
    configuration(for: task).parameterCount + task.outputs * (hidden + 1)
  }
}

/// A recurrent network whose last state goes through one linear layer.
public struct Learner: Sendable {
  public let contestant: Contestant
  public private(set) var network: RecurrentNetwork<Matrix>
  /// W_y: outputs × hidden, and b_y: outputs × 1.
  private var last: [Matrix]

  /// PyTorch's first weights, uniform between ±1/√hidden, and the gate's bias added to one of its two biases in each
  /// layer.
  public init(_ contestant: Contestant, for task: Task, random: inout Random) {
    self.contestant = contestant
    network = RecurrentNetwork(contestant.configuration(for: task), random: &random)
    let bound = 1 / Double(contestant.hidden).squareRoot()
    last = [
      random.uniform(task.outputs, contestant.hidden, -bound, bound), random.uniform(task.outputs, 1, -bound, bound),
    ]
    // PyTorch's blocks: i, f, g, o and r, z, n.
    if contestant.gateBias != 0 {
      let hidden = contestant.hidden
      for layer in 0..<contestant.layers {
        for row in hidden..<2 * hidden { network["bias_hh_l\(layer)"][row, 0] += contestant.gateBias }
      }
    }
  }

  /// The share of right answers: the class that scores highest, or a number that is off by less than 0.1.
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

  /// The outputs of the last layer, each layer run by `layer`.
  private func run<A>(_ network: RecurrentNetwork<A>, _ x: [A], layer: (RecurrentNetwork<A>, [A]) -> [A]) -> [A] {
    if !contestant.isResidual { return layer(network, x) }
    return network.layers.enumerated().reduce(x) { x, next in
      let outputs = layer(next.element, x)
      return next.offset == 0 ? outputs : zip(x, outputs).map { $0 + $1 }
    }
  }

  /// Adam on batches, gradients clipped at norm 1.
  public mutating func train(
    on batches: (inout Random) -> Sequences, updates: Int, learningRate: Double = 1e-2, random: inout Random
  ) {
    var parameters = network.parameters + last
    let count = network.parameters.count
    Experiments.train(&parameters, updates: updates, learningRate: learningRate) { variables, _ in
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
  }
}

/// Trains a network for each seed, and tests it on 512 sequences that it has not seen.
///
/// - Parameter data: how many sequences there are to learn from; nil for new ones in every batch.
public func scores(
  _ contestant: Contestant, _ task: Task, seeds: Range<UInt64>, updates: Int, batch: Int = 16, data: Int? = nil
) -> Scores {
  Scores(
    values: seeds.map { seed in
      var random = Random(seed: seed)
      var learner = Learner(contestant, for: task, random: &random)
      if let data {
        let all = task.draw(data, &random)
        learner.train(
          on: { random in all[(0..<batch).map { _ in random.index(below: data) }] }, updates: updates, random: &random)
      } else {
        learner.train(on: { task.draw(batch, &$0) }, updates: updates, random: &random)
      }
      return learner.accuracy(on: task.draw(512, &random))
    })
}
