// The networks that this chapter compares, the tasks that they learn, and how they are trained.

import Autodiff
import Recurrent

/// Sequences of one length, and what to say at the end of each.
struct Sequences {
  /// x_1 … x_T, inputs × count.
  var x: [Matrix]
  var answer: Answer

  enum Answer {
    /// The class of each sequence.
    case classes([Int])
    /// A number for each sequence, 1 × count.
    case numbers(Matrix)
  }

  var count: Int { x[0].columns }

  /// The sequences with these indices.
  subscript(_ indices: [Int]) -> Sequences {
    let answer: Answer =
      switch self.answer {
      case .classes(let classes): .classes(indices.map { classes[$0] })
      case .numbers(let numbers): .numbers(numbers.columns(indices))
      }
    return Sequences(x: x.map { $0.columns(indices) }, answer: answer)
  }
}

/// Something to learn: sequences of `inputs` entries a step, answered by `outputs` numbers.
struct Task: Sendable {
  let inputs: Int
  let outputs: Int
  let draw: @Sendable (_ count: Int, inout Random) -> Sequences

  // begin: tasks
  /// The first symbol, one of 4, must be named after `lag` further symbols that say nothing (4 others).
  static func recall(lag: Int) -> Task {
    Task(inputs: 8, outputs: 4) { count, random in
      let classes = (0..<count).map { _ in random.index(below: 4) }
      let fillers = (0..<lag).map { _ in (0..<count).map { _ in 4 + random.index(below: 4) } }
      return Sequences(x: ([classes] + fillers).map { oneHot($0, of: 8) }, answer: .classes(classes))
    }
  }

  /// Numbers between 0 and 1, two of them marked, one in each half: their sum (Hochreiter & Schmidhuber 1997).
  static func adding(steps: Int) -> Task {
    Task(inputs: 2, outputs: 1) { count, random in
      var x = (0..<steps).map { _ in Matrix(rows: 2, columns: count) }
      var sums = Matrix(rows: 1, columns: count)
      for j in 0..<count {
        let marked = [random.index(below: steps / 2), steps / 2 + random.index(below: steps - steps / 2)]
        for t in 0..<steps { x[t][0, j] = random.uniform() }
        for t in marked {
          x[t][1, j] = 1
          sums[0, j] += x[t][0, j]
        }
      }
      return Sequences(x: x, answer: .numbers(sums))
    }
  }

  /// A small language. A sentence begins with a noun, singular (0–3) or plural (4–7), and goes on with phrases of a
  /// preposition (8), an article (9) and another noun, or of three adverbs (10): "the writer of the books …". Is the verb
  /// singular or plural?
  static func agreement(phrases: Int) -> Task {
    Task(inputs: 11, outputs: 2) { count, random in
      let subjects = (0..<count).map { _ in random.index(below: 8) }
      var symbols = [subjects]
      for _ in 0..<phrases {
        let nouns = (0..<count).map { _ in random.index(below: 2) == 0 ? nil : random.index(below: 8) }
        symbols += [nouns.map { $0 == nil ? 10 : 8 }, nouns.map { $0 == nil ? 10 : 9 }, nouns.map { $0 ?? 10 }]
      }
      return Sequences(x: symbols.map { oneHot($0, of: 11) }, answer: .classes(subjects.map { $0 < 4 ? 0 : 1 }))
    }
  }
  // end: tasks

  private static func oneHot(_ symbols: [Int], of count: Int) -> Matrix {
    Matrix(rows: count, columns: symbols.count) { $0 == symbols[$1] ? 1 : 0 }
  }
}

/// A kind of network with its size, and what is added to the first bias of the gate that keeps: the LSTM's forget gate,
/// the GRU's update gate.
struct Contestant: Sendable {
  let kind: RecurrentConfiguration.Kind
  let hidden: Int
  var gateBias = 0.0

  /// An RNN, an LSTM and a GRU of these sizes, and the last two with a bias of 1.
  static func all(rnn: Int, lstm: Int, gru: Int) -> [Contestant] {
    [
      Contestant(kind: .rnn(.tanh), hidden: rnn), Contestant(kind: .lstm, hidden: lstm),
      Contestant(kind: .lstm, hidden: lstm, gateBias: 1), Contestant(kind: .gru(), hidden: gru),
      Contestant(kind: .gru(), hidden: gru, gateBias: 1),
    ]
  }

  /// As in tables: `LSTM, b_f = 1`.
  var label: String {
    if gateBias == 0 { return kind.name }
    return "\(kind.name), \(kind == .lstm ? "b_f" : "b_z") = \(Int(gateBias))"
  }

  /// The same with subscripts.
  var figureLabel: String { label.replacing("b_f", with: "b_{f}").replacing("b_z", with: "b_{z}") }

  /// As in names of numbers: `lstm-1`.
  var name: String { kind.name.lowercased() + (gateBias == 0 ? "" : "-\(Int(gateBias))") }

  func configuration(for task: Task) -> RecurrentConfiguration {
    RecurrentConfiguration(kind, inputSize: task.inputs, hiddenSize: hidden)
  }

  /// Every number that is learned: the recurrent layer's and the last layer's.
  func parameterCount(for task: Task) -> Int {
    configuration(for: task).parameterCount + task.outputs * (hidden + 1)
  }
}

/// A recurrent network whose last state goes through one linear layer.
struct Learner {
  private(set) var network: RecurrentNetwork<Matrix>
  /// W_y: outputs × hidden, and b_y: outputs × 1.
  private var last: [Matrix]

  /// PyTorch's first weights, uniform between ±1/√hidden, and the gate's bias added to one of its two biases.
  init(_ contestant: Contestant, for task: Task, random: inout Random) {
    network = RecurrentNetwork(contestant.configuration(for: task), random: &random)
    let bound = 1 / Double(contestant.hidden).squareRoot()
    last = [
      random.uniform(task.outputs, contestant.hidden, -bound, bound), random.uniform(task.outputs, 1, -bound, bound),
    ]
    // PyTorch's blocks: i, f, g, o and r, z, n.
    if contestant.gateBias != 0 {
      let hidden = contestant.hidden
      for row in hidden..<2 * hidden { network["bias_hh_l0"][row, 0] += contestant.gateBias }
    }
  }

  /// The share of right answers: the class that scores highest, or a number that is off by less than 0.1.
  func accuracy(on sequences: Sequences) -> Double {
    let run = network.run(sequences.x)
    let answers = last[0] * run.outputs[run.outputs.count - 1] + last[1]
    let right = (0..<sequences.count).filter { j in
      switch sequences.answer {
      case .classes(let classes):
        return (0..<answers.rows).allSatisfy { $0 == classes[j] || answers[$0, j] < answers[classes[j], j] }
      case .numbers(let numbers): return abs(answers[0, j] - numbers[0, j]) < 0.1
      }
    }
    return Double(right.count) / Double(sequences.count)
  }

  /// Adam on batches, gradients clipped at norm 1.
  mutating func train(on batches: (inout Random) -> Sequences, updates: Int, random: inout Random) {
    var optimizer = Adam(learningRate: 1e-2)
    var parameters = network.parameters + last
    let tape = Tape()
    for _ in 0..<updates {
      tape.rewind()
      let batch = batches(&random)
      let variables = parameters.map { tape.variable($0) }
      let count = network.parameters.count
      let recorded = RecurrentNetwork(network.configuration, parameters: Array(variables[..<count]))
      let run = recorded.runFused(batch.x.map { tape.constant($0) })
      let answers = variables[count] * run.outputs[run.outputs.count - 1] + variables[count + 1]
      let loss: Variable
      switch batch.answer {
      case .classes(let classes): loss = answers.crossEntropy(classes).mean
      case .numbers(let numbers):
        let error = answers - tape.constant(numbers)
        loss = (error .* error).mean
      }
      let gradients = tape.gradients(of: loss)
      var step = variables.map { gradients[$0] }
      clip(&step, toNorm: 1)
      optimizer.step(&parameters, gradients: step)
    }
    let count = network.parameters.count
    network = RecurrentNetwork(network.configuration, parameters: Array(parameters[..<count]))
    last = Array(parameters[count...])
  }
}

/// Accuracies over seeds.
struct Scores {
  let values: [Double]

  var mean: Double { values.reduce(0, +) / Double(values.count) }
  var lowest: Double { values.min() ?? .nan }
  var highest: Double { values.max() ?? .nan }

  /// In how many of all pairs of runs this one's accuracy is higher.
  func wins(over other: Scores) -> Int {
    values.reduce(0) { count, value in count + other.values.count { $0 < value } }
  }
}

/// Trains a network for each seed, and tests it on 512 sequences that it has not seen.
///
/// - Parameter data: how many sequences there are to learn from; nil for new ones in every batch.
func scores(
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
