// The networks that this chapter measures, and the task that they are trained on.

import Autodiff
import Recurrent

/// Which network: its cell, and the bias that its forget gate begins with.
enum Design: Hashable {
  case rnn
  case lstm(forgetBias: Int)

  static let all: [Design] = [.rnn] + [0, 1, 3, 5].map { .lstm(forgetBias: $0) }

  var kind: RecurrentConfiguration.Kind {
    switch self {
    case .rnn: .rnn(.tanh)
    case .lstm: .lstm
    }
  }

  var name: String {
    switch self {
    case .rnn: "RNN"
    case .lstm(let bias): "b_f = \(bias)"
    }
  }

  /// A fresh layer: uniform between ±1/√hidden as PyTorch begins, biases 0 but the forget gate's.
  func network(inputs: Int, hidden: Int, random: inout Random) -> RecurrentNetwork<Matrix> {
    let configuration = RecurrentConfiguration(kind, inputSize: inputs, hiddenSize: hidden)
    var network = RecurrentNetwork(configuration, random: &random)
    network["bias_hh_l0"] = 0 * network["bias_hh_l0"]
    network["bias_ih_l0"] = 0 * network["bias_ih_l0"]
    if case .lstm(let bias) = self {
      network["bias_ih_l0"] = Matrix(rows: 4 * hidden, columns: 1) { row, _ in
        row >= hidden && row < 2 * hidden ? Double(bias) : 0
      }
    }
    return network
  }
}

/// A network that reads symbols and names one class at the end.
struct Reader {
  static let (symbols, classes, hidden) = (6, 2, 16)

  var network: RecurrentNetwork<Matrix>
  /// classes × hidden, and a column of classes.
  var output: (W: Matrix, b: Matrix)

  init(_ design: Design, random: inout Random) {
    network = design.network(inputs: Reader.symbols, hidden: Reader.hidden, random: &random)
    output = (
      random.uniform(Reader.classes, Reader.hidden, -0.25, 0.25), Matrix(rows: Reader.classes, columns: 1)
    )
  }

  static func oneHot(_ symbols: [Int]) -> Matrix {
    Matrix(rows: Reader.symbols, columns: symbols.count) { $0 == symbols[$1] ? 1 : 0 }
  }

  /// The share of sequences whose class scores highest.
  func accuracy(on batch: Batch) -> Double {
    let h = network.run(batch.symbols.map(Reader.oneHot)).outputs
    let scores = output.W * h[h.count - 1] + output.b
    let right = batch.classes.indices.count { j in
      let best = (0..<scores.rows).max { scores[$0, j] < scores[$1, j] }
      return best == batch.classes[j]
    }
    return Double(right) / Double(batch.classes.count)
  }

  /// Trains by Adam on batches of the recall task, gradients clipped at norm 1.
  mutating func train(lag: Int, updates: Int, batch size: Int, learningRate: Double, random: inout Random) {
    var optimizer = Adam(learningRate: learningRate)
    let tape = Tape()
    for _ in 0..<updates {
      tape.rewind()
      let batch = recall(lag: lag, size: size, &random)
      var parameters = network.parameters + [output.W, output.b]
      let variables = parameters.map { tape.variable($0) }
      let recorded = RecurrentNetwork(
        network.configuration, parameters: Array(variables.prefix(network.parameters.count)))
      let h = recorded.runFused(batch.symbols.map { tape.constant(Reader.oneHot($0)) }).outputs
      let scores = variables[variables.count - 2] * h[h.count - 1] + variables[variables.count - 1]
      let gradients = tape.gradients(of: scores.crossEntropy(batch.classes).mean)
      var step = variables.map { gradients[$0] }
      clip(&step, toNorm: 1)
      optimizer.step(&parameters, gradients: step)
      network = RecurrentNetwork(network.configuration, parameters: Array(parameters.dropLast(2)))
      output = (parameters[parameters.count - 2], parameters[parameters.count - 1])
    }
  }
}

/// Sequences of one length, and a class for each.
struct Batch {
  /// For every step, the symbols of all sequences.
  var symbols: [[Int]]
  var classes: [Int]
}

// begin: task
/// The first symbol, 0 or 1, must be named after `lag` further symbols that say nothing (4 others).
func recall(lag: Int, size: Int, _ random: inout Random) -> Batch {
  let classes = (0..<size).map { _ in random.index(below: 2) }
  let fillers = (0..<lag).map { _ in (0..<size).map { _ in 2 + random.index(below: 4) } }
  return Batch(symbols: [classes] + fillers, classes: classes)
}
// end: task

/// What comes back from h_T over every lag: ‖∂L/∂h_{T−k}‖ and, for an LSTM, ‖∂L/∂c_{T−k}‖, for k = 0 … T − 1, where L is
/// h_T times random weights. Each is divided by its value at k = 0.
struct Lags {
  let h: [Double]
  let c: [Double]

  init(_ network: RecurrentNetwork<Matrix>, _ symbols: [[Int]], random: inout Random) {
    let tape = Tape()
    let recorded = network.map { tape.variable($1) }
    let weights = recorded.weights(layer: 0)
    let x = symbols.map { tape.constant(Reader.oneHot($0)) }
    let states: [[Variable]] =
      switch network.configuration.kind {
      case .lstm:
        {
          let cell = LSTMCell(weights, hidden: Reader.hidden)
          return cell.unroll(x, from: cell.zeroState(for: x[0]))
        }()
      default:
        {
          let cell = RNNCell(weights)
          return cell.unroll(x, from: cell.zeroState(for: x[0]))
        }()
      }
    let last = states[states.count - 1][0]
    let gradients = tape.gradients(of: last, seed: random.normal(last.shape.rows, last.shape.columns))
    func norms(_ part: Int) -> [Double] {
      let norms = states.map { gradients[$0[part]].norm }
      return norms.reversed().map { $0 / norms[norms.count - 1] }
    }
    h = norms(0)
    c = states[0].count > 1 ? norms(1) : []
  }
}

/// The middle of an odd number of values, entry by entry.
func median(_ curves: [[Double]]) -> [Double] {
  curves[0].indices.map { k in curves.map { $0[k] }.sorted()[curves.count / 2] }
}
