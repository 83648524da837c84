// The networks that this chapter measures, and how they are trained.

import Autodiff
import Experiments
import Recurrent

/// A kind of network: its cell, and the first bias of its forget gate.
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

  /// An untrained layer: weights uniform between ±1/√hidden as in PyTorch, all biases 0 except the forget gate's.
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

extension Example {
  /// An untrained LSTM of 16 units on random data, with targets at every step.
  static func sequence(forgetBias: Int, steps: Int, batch: Int, seed: UInt64) -> Example {
    var random = Random(seed: seed)
    let network = Design.lstm(forgetBias: forgetBias).network(inputs: 4, hidden: 16, random: &random)
    let zero = Matrix(rows: 16, columns: batch)
    return Example(
      W: (network["weight_ih_l0"], network["weight_hh_l0"]), b: network["bias_ih_l0"], start: (zero, zero),
      x: (0..<steps).map { _ in random.normal(4, batch) }, y: (0..<steps).map { _ in random.uniform(16, batch, -1, 1) })
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

  /// The share of sequences whose class scores highest.
  func accuracy(on batch: Sequences) -> Double {
    let h = network.run(batch.x).outputs
    return Double(countRight(output.W * h[h.count - 1] + output.b, batch.classes)) / Double(batch.count)
  }

  /// The task: which of 2 symbols came first?
  static func task(lag: Int) -> Task { .recall(lag: lag, classes: classes) }

  /// Trains by Adam on batches of the recall task, gradients clipped at norm 1. Returns the loss before each update.
  mutating func train(
    lag: Int, updates: Int, batch size: Int, learningRate: Double, random: inout Random
  ) -> [Double] {
    let configuration = network.configuration
    var parameters = network.parameters + [output.W, output.b]
    let losses = Experiments.train(&parameters, updates: updates, learningRate: learningRate) { variables, _ in
      let batch = Reader.task(lag: lag).draw(size, &random)
      let recorded = RecurrentNetwork(configuration, parameters: Array(variables.dropLast(2)))
      let h = recorded.runFused(batch.x.map { variables[0].tape.constant($0) }).outputs
      let scores = variables[variables.count - 2] * h[h.count - 1] + variables[variables.count - 1]
      return scores.crossEntropy(batch.classes).mean
    }
    network = RecurrentNetwork(configuration, parameters: Array(parameters.dropLast(2)))
    output = (parameters[parameters.count - 2], parameters[parameters.count - 1])
    return losses
  }
}

/// The norms ‖∂L/∂h_{T−k}‖ and, for an LSTM, ‖∂L/∂c_{T−k}‖ at every lag k, where L = ⟨u, h_T⟩ for given weights u.
struct Lags {
  /// ‖∂L/∂h_{T−k}‖ for k = 0, 1, ….
  let hNorms: [Double]
  /// The same for c; empty where there is no c.
  let cNorms: [Double]
  /// The part of ‖∂L/∂h_{T−k}‖ that comes from h to h through the output gates alone, past c; empty where there is no c.
  let pastTheCell: [Double]
  /// The mean of 1 − tanh²(c_T), the factor between ∂L/∂h_T and ∂L/∂c_T; 1 where there is no c.
  let slope: Double

  /// Relative to ‖∂L/∂h_T‖.
  var h: [Double] { hNorms.map { $0 / hNorms[0] } }
  var c: [Double] { cNorms.map { $0 / hNorms[0] } }

  /// - Parameters:
  ///   - inputs: x_1 … x_T of one sequence.
  ///   - upstream: ∂L/∂h_T, hidden × 1.
  ///   - distance: the largest k.
  init(_ network: RecurrentNetwork<Matrix>, _ inputs: [Matrix], upstream: Matrix, through distance: Int) {
    let tape = Tape()
    let x = inputs.map { tape.constant($0) }
    let states = Lags.states(network.map { tape.variable($1) }, x)
    let gradients = tape.gradients(of: states[states.count - 1][0], seed: upstream)
    func norms(_ part: Int) -> [Double] { states.suffix(distance + 1).reversed().map { gradients[$0[part]].norm } }
    hNorms = norms(0)
    cNorms = states[0].count > 1 ? norms(1) : []
    let seen = states[states.count - 1].dropFirst().first.map { $0.value.tanh }
    slope = seen.map { (1 - $0 .* $0).mean.scalar } ?? 1
    pastTheCell = states[0].count > 1 ? Lags.throughOutputGates(network, states, upstream, distance) : []
  }

  /// h_t = o_t ⊙ tanh(c_t) with c_t held fixed: o_t reads h_{t−1} through W_{ho}.
  private static func throughOutputGates(
    _ network: RecurrentNetwork<Matrix>, _ states: [[Variable]], _ upstream: Matrix, _ distance: Int
  ) -> [Double] {
    let n = upstream.rows
    let W_ho = network["weight_hh_l0"].rows(3 * n..<4 * n)
    var gradient = upstream
    var norms = [gradient.norm]
    for state in states.suffix(distance).reversed() {
      let seen = state[1].value.tanh
      let o = state[0].value ./ seen
      gradient = W_ho.transposed * (gradient .* seen .* o .* (1 - o))
      norms.append(gradient.norm)
    }
    return norms
  }

  /// The states [h] or [h, c] after each step.
  private static func states<A>(_ network: RecurrentNetwork<A>, _ x: [A], from start: [A]? = nil) -> [[A]] {
    func unroll(_ cell: some RecurrentCell<A>) -> [[A]] { cell.unroll(x, from: start ?? cell.zeroState(for: x[0])) }
    let weights = network.weights(layer: 0)
    return network.configuration.kind == .lstm
      ? unroll(LSTMCell(weights, hidden: network.configuration.hiddenSize)) : unroll(RNNCell(weights))
  }

  /// The norms at one lag by central differences, of h or of h and c: each entry moves, and the cell runs on from there.
  /// When c moves, h = o ⊙ tanh(c) moves with it.
  static func differences(
    _ network: RecurrentNetwork<Matrix>, _ x: [Matrix], upstream: Matrix, lag: Int
  ) -> [Double] {
    let all = states(network, x)
    let place = all[all.count - 1 - lag]
    let rest = Array(x.suffix(lag))
    func loss(_ state: [Matrix]) -> Double {
      (upstream .* states(network, rest, from: state)[lag - 1][0]).total.scalar
    }
    func norm(_ state: (Matrix) -> [Matrix]) -> Double {
      let step = 1e-4
      let slopes = (0..<upstream.rows).map { row -> Double in
        let move = step * unit(row, of: upstream.rows)
        return (loss(state(move)) - loss(state(-move))) / (2 * step)
      }
      return Matrix(column: slopes).norm
    }
    let ofH = norm { [place[0] + $0] + place.dropFirst() }
    guard place.count > 1 else { return [ofH] }
    let o = place[0] ./ place[1].tanh
    return [ofH, norm { [o .* (place[1] + $0).tanh, place[1] + $0] }]
  }
}

/// The column of `rows` entries with a 1 in this row, and zeros.
func unit(_ row: Int, of rows: Int) -> Matrix { Matrix(rows: rows, columns: 1) { i, _ in i == row ? 1 : 0 } }
