// The networks of this chapter: the one loop that all of them use, and how they learn the rhythm.

import Autodiff
import Experiments
import Recurrent

// begin: unroll
/// The states after each of the inputs. The same cell makes every step.
func unroll<A: RecurrentAlgebra>(_ cell: RNNCell<A>, _ inputs: [A], from start: A? = nil) -> [A] {
  var h = start ?? inputs[0].zeros(rowsOf: cell.W.h)
  var states: [A] = []
  for x in inputs {
    h = cell.step(x, h)
    states.append(h)
  }
  return states
}
// end: unroll

/// A recurrent cell with a linear layer that turns a state into scores.
struct Model<A: RecurrentAlgebra> {
  let cell: RNNCell<A>
  /// classes × hidden, and classes × 1.
  let V, c: A

  static var names: [String] { ["W_x", "W_h", "b", "V", "c"] }

  init(_ parameters: [A]) {
    cell = RNNCell(W: (x: parameters[0], h: parameters[1]), b: (x: parameters[2], h: nil))
    (V, c) = (parameters[3], parameters[4])
  }

  /// classes × batch.
  func scores(_ h: A) -> A { V * h + c }
}

/// A model's first weights: uniform between ±1/√hidden.
func firstWeights(inputs: Int, hidden: Int, classes: Int, _ random: inout Random) -> [Matrix] {
  let bound = 1 / Double(hidden).squareRoot()
  return [(hidden, inputs), (hidden, hidden), (hidden, 1), (classes, hidden), (classes, 1)].map {
    random.uniform($0, $1, -bound, bound)
  }
}

/// Sequences of one length as inputs: for each step a matrix of symbols × sequences, each column with a single 1.
func inputs(_ sequences: [[Int]], of count: Int = 2) -> [Matrix] {
  sequences[0].indices.map { t in oneHot(sequences.map { $0[t] }, of: count) }
}

/// The mean of several losses, which must not be empty.
func mean(_ losses: [Variable]) -> Variable {
  (1 / Double(losses.count)) * losses.dropFirst().reduce(losses[0]) { $0 + $1 }
}

// MARK: - The rhythm

/// The parameters of a network that was trained on these sequences, in batches of 32, and the loss before each update.
func learned(
  from sequences: [[Int]], predicted: ClosedRange<Int>, hidden: Int, updates: Int, seed: UInt64
) -> (parameters: [Matrix], losses: [Double]) {
  var random = Random(seed: seed)
  var parameters = firstWeights(inputs: 2, hidden: hidden, classes: 2, &random)
  let losses = train(&parameters, updates: updates, learningRate: 0.02) { variables, _ in
    let batch = (0..<32).map { _ in sequences[random.index(below: sequences.count)] }
    let x = inputs(batch.map { Array($0.dropLast()) }).map { variables[0].tape.constant($0) }
    let model = Model(variables)
    let h = unroll(model.cell, x)
    // After x_1 … x_{t−1}, which is h[t − 2], comes x_t, which is at [t − 1].
    return mean(predicted.map { t in model.scores(h[t - 2]).crossEntropy(batch.map { $0[t - 1] }).mean })
  }
  return (parameters, losses)
}

// begin: shift-register
/// A network of four units that remembers the last four symbols, and scores the next one as the rhythm does. At each step
/// every unit passes its value to the next one; in Float64 tanh(±20) is ±1.
func shiftRegister(_ rhythm: Rhythm) -> [Matrix] {
  let g = 20.0
  let Wx = Matrix([[-g, g], [0, 0], [0, 0], [0, 0]])
  let Wh = Matrix([[0, 0, 0, 0], [g, 0, 0, 0], [0, g, 0, 0], [0, 0, g, 0]])
  let b = Matrix(rows: 4, columns: 1)
  // The log odds of a strike: log 15 and log 3 if the drum struck one bar before, −log 15 and −log 3 if it rested.
  func odds(_ a: Int, _ b: Int) -> Double {
    let strike = rhythm.strikes[a][b]
    return Elementary.log(strike) - Elementary.log(1 - strike)
  }
  let (both, alone) = (odds(1, 1), odds(1, 0))
  let V = Matrix([[0, 0, 0, 0], [0.5 * (both - alone), 0, 0, 0.5 * (both + alone)]])
  return [Wx, Wh, b, V, Matrix(rows: 2, columns: 1)]
}
// end: shift-register

extension Pasts {
  /// The probabilities that a network gives to rest and strike after each past: 2 × pasts.
  func predictions(_ parameters: [Matrix]) -> Matrix {
    let longest = predicted.upperBound - 1
    let model = Model(parameters)
    let states = unroll(model.cell, inputs(allSequences(longest)))
    let shares = states.map { model.scores($0).softmax }
    return Matrix(rows: 2, columns: pasts.count) { y, c in
      let length = pasts[c].count
      if length == 0 { return 0.5 }
      // Read it off the longest past that starts with this one and continues with rests: the state there is the same.
      return shares[length - 1][y, (c - 1 << length) << (longest - length)]
    }
  }

  /// The more probable symbol after each past that occurs.
  func answers(_ predictions: Matrix) -> [[Int]: Int] {
    let best = best(predictions)
    return Dictionary(uniqueKeysWithValues: occurring.map { (pasts[$0], best[$0]) })
  }
}
