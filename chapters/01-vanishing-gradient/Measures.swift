// What several sections of this chapter measure: Jacobians and their norms, and the accuracy after a training.

import Autodiff
import Experiments
import LaTeX

extension Scope {
  /// The Jacobians ∂h_i/∂h_j of all states of a tape, j ≤ i, by that name. `h` is h_0 … h_T, each with one column.
  mutating func setJacobians(of h: [Variable]) {
    for i in h.indices {
      for j in 0...i {
        values["\\frac{\\partial h_\(i)}{\\partial h_\(j)}"] = h[i].tape.jacobian(of: h[i], withRespectTo: h[j])
      }
    }
  }
}

/// base^exponent by repeated multiplication, for an exponent that is not negative.
func power(_ base: Double, _ exponent: Int) -> Double {
  (0..<exponent).reduce(1) { product, _ in product * base }
}

/// ∂h_T/∂h_{T−k} for k = 0 … T: a network's Jacobians over every lag, from one tape.
///
/// - Parameters:
///   - W: W_x (hidden × inputs) and W_h (hidden × hidden); b: hidden × 1.
///   - start: h_0, hidden × 1; nil for zeros.
///   - inputs: x_1 … x_T, each inputs × 1.
func jacobians(
  _ design: Design, _ W: (x: Matrix, h: Matrix), _ b: Matrix, start: Matrix? = nil, inputs: [Matrix]
) -> [Matrix] {
  let n = W.h.rows
  let tape = Tape()
  let weights = (x: tape.constant(W.x), h: tape.constant(W.h))
  let bias = tape.constant(b)
  var h = [tape.variable(start ?? Matrix(rows: n, columns: 1))]
  for x in inputs { h.append(design.step(weights, bias, tape.constant(x), h[h.count - 1])) }
  // A backward pass from one entry of h_T gives that row of the Jacobians of every lag.
  var jacobians = Array(repeating: Matrix(rows: n, columns: n), count: h.count)
  for row in 0..<n {
    let gradients = tape.gradients(of: h[h.count - 1], seed: Matrix(rows: n, columns: 1) { i, _ in i == row ? 1 : 0 })
    for (lag, state) in h.reversed().enumerated() {
      let gradient = gradients[state]
      for column in 0..<n { jacobians[lag][row, column] = gradient[column, 0] }
    }
  }
  return jacobians
}

/// ‖∂h_T/∂h_{T−k}‖₂ for k = 0 … T.
func jacobianNorms(
  _ design: Design, _ W: (x: Matrix, h: Matrix), _ b: Matrix, start: Matrix? = nil, inputs: [Matrix]
) -> [Double] {
  jacobians(design, W, b, start: start, inputs: inputs).map(\.spectralNorm)
}

/// The norm of a network's Jacobian over the lag of the recall task before any training: from h_1, which has read the
/// symbol, to h_{lag + 1}, which must name it. The median over seeds, one sequence each.
func startingNorm(_ design: Design, lag: Int, seeds: [UInt64]) -> Double {
  let norms = seeds.map { seed -> Double in
    var random = Random(seed: seed)
    let reader = Reader(design, symbols: 8, hidden: 16, classes: 4, random: &random)
    let x = Task.recall(lag: lag).draw(1, &random).x
    let p = reader.parameters
    return jacobians(design, (p[0], p[1]), p[2], inputs: x)[lag].spectralNorm
  }
  return median(norms)
}

/// Trains a network of 16 units for each seed on batches of 16 sequences, and tests it on 512 new ones.
func accuracies(
  _ design: Design, seeds: [UInt64], symbols: Int, classes: Int, steps: Int = 400,
  task: (_ size: Int, inout Random) -> Sequences
) -> Scores {
  let found = seeds.map { seed in
    var random = Random(seed: seed)
    var reader = Reader(design, symbols: symbols, hidden: 16, classes: classes, random: &random)
    let losses = reader.train(on: { task(16, &$0) }, steps: steps, learningRate: 5e-3, random: &random)
    return (accuracy: reader.accuracy(on: task(512, &random)), losses: losses)
  }
  return Scores(values: found.map(\.accuracy), losses: found.map(\.losses))
}
