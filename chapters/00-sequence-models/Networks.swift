// The networks of this chapter: the one loop that all of them use, the layer that answers, and how they learn the rhythm.

import Autodiff
import Experiments
import Recurrent

// begin: unroll
/// The states after each of the inputs. The same cell makes every step.
func unroll<A: RecurrentAlgebra>(_ cell: RNNCell<A>, _ inputs: [A], from start: A) -> [A] {
  var h = start
  var states: [A] = []
  for x in inputs {
    h = cell.step(x, h)
    states.append(h)
  }
  return states
}
// end: unroll

/// The same from h_0 = 0.
func unroll<A: RecurrentAlgebra>(_ cell: RNNCell<A>, _ inputs: [A]) -> [A] {
  unroll(cell, inputs, from: inputs[0].zeros(rowsOf: cell.W.h))
}

/// A recurrent cell with a linear layer that turns a state into scores.
struct Model<A: RecurrentAlgebra> {
  let cell: RNNCell<A>
  /// classes × units, and classes × 1.
  let V, b_s: A

  static var names: [String] { ["W_x", "W_h", "b", "V", "b_s"] }

  init(_ parameters: [A]) {
    cell = RNNCell(W: (x: parameters[0], h: parameters[1]), b: (x: parameters[2], h: nil))
    (V, b_s) = (parameters[3], parameters[4])
  }

  /// classes × batch.
  func scores(_ h: A) -> A { V * h + b_s }
}

/// A model's first weights: uniform between ±1/√units.
func firstWeights(inputs: Int, units: Int, classes: Int, _ random: inout Random) -> [Matrix] {
  let bound = 1 / Double(units).squareRoot()
  return [(units, inputs), (units, units), (units, 1), (classes, units), (classes, 1)].map {
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
  from sequences: [[Int]], predicted: ClosedRange<Int>, units: Int, updates: Int, seed: UInt64
) -> (parameters: [Matrix], losses: [Double]) {
  var random = Random(seed: seed)
  var parameters = firstWeights(inputs: 2, units: units, classes: 2, &random)
  // begin: training
  let losses = train(&parameters, updates: updates, learningRate: 0.02) { variables, _ in
    let batch = (0..<32).map { _ in sequences[random.index(below: sequences.count)] }
    let x = inputs(batch).map { variables[0].tape.constant($0) }
    let model = Model(variables)
    let h = unroll(model.cell, x)
    // Lists count from 0: h[t - 2] is h_{t−1}, the state after x_1 … x_{t−1}; in the batch [t - 1] is x_t.
    return mean(predicted.map { t in model.scores(h[t - 2]).crossEntropy(batch.map { $0[t - 1] }).mean })
  }
  // end: training
  return (parameters, losses)
}

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
