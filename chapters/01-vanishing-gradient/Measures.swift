// What several sections of this chapter measure: Jacobians and their norms, and the accuracy after a training.

import Autodiff
import Experiments
import LaTeX
import Notebook

extension Scope {
  /// The Jacobians of all later states of a tape by all earlier ones, by that name. `h` is h_0 … h_T, each with one column.
  mutating func setJacobians(of h: [Variable]) {
    for later in h.indices {
      for earlier in 0...later {
        values["\\frac{\\partial h_\(later)}{\\partial h_\(earlier)}"] =
          h[later].tape.jacobian(of: h[later], withRespectTo: h[earlier])
      }
    }
  }
}

/// base^exponent by repeated multiplication, for an exponent that is not negative.
func power(_ base: Double, _ exponent: Int) -> Double {
  (0..<exponent).reduce(1) { product, _ in product * base }
}

/// ‖∂h_T/∂h_{T−k}‖₂ for k = 0 … T: a network's Jacobians over every lag, from one tape.
///
/// - Parameters:
///   - W: W_x (n × d) and W_h (n × n); b: n × 1.
///   - start: h_0, n × 1; nil for zeros.
///   - inputs: x_1 … x_T, each d × 1.
func jacobianNorms(
  _ design: Design, _ W: (x: Matrix, h: Matrix), _ b: Matrix, start: Matrix? = nil, inputs: [Matrix]
) -> [Double] {
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
  return jacobians.map(\.spectralNorm)
}

/// What is left of the gradient at h_1, which has read the symbol to recall, of what the last state h_T gets, before any
/// training: ‖∂L/∂h_1‖/‖∂L/∂h_T‖ on a batch of 16. The median over the seeds.
func shareThatArrives(_ design: Design, lag: Int, seeds: [UInt64]) -> Double {
  median(
    seeds.map { seed in
      var random = Random(seed: seed)
      let reader = Reader(design, symbols: 8, units: 16, classes: 4, random: &random)
      let batch = Task.recall(lag: lag).draw(16, &random)
      let tape = Tape()
      let p = reader.parameters.map { tape.constant($0) }
      var h = [tape.constant(Matrix(rows: 16, columns: 16))]
      for (place, x_t) in batch.x.enumerated() {
        let state = design.step((p[0], p[1]), p[2], tape.constant(x_t), h[place])
        // Of a leaf the tape keeps the gradient; every state after it depends on it.
        h.append(place == 0 ? tape.variable(state.value) : state)
      }
      let gradients = tape.gradients(of: (p[3] * h[lag + 1] + p[4]).crossEntropy(batch.classes).mean)
      return gradients[h[1]].norm / gradients[h[lag + 1]].norm
    })
}

/// Trains a network of 16 units for each seed, with 400 updates, and tests it on 512 new sequences.
func accuracies(
  _ design: Design, seeds: [UInt64], symbols: Int, classes: Int, updates: Int = 400,
  task: (_ size: Int, inout Random) -> Sequences
) -> Scores {
  let found = seeds.map { seed in
    var random = Random(seed: seed)
    var reader = Reader(design, symbols: symbols, units: 16, classes: classes, random: &random)
    let losses = reader.train(on: { task(design.batch, &$0) }, updates: updates, random: &random)
    return (accuracy: reader.accuracy(on: task(512, &random)), losses: losses)
  }
  return Scores(values: found.map(\.accuracy), losses: found.map(\.losses))
}

extension Scores {
  /// How many of the trainings get more than 95 % right.
  var solved: Int { values.count { $0 > 0.95 } }
}

/// Mean, lowest and highest accuracy in percent, over the size of a task, with the share that guessing gets.
func accuracyChart(_ x: Figure.Label, _ rows: [(size: Int, accuracy: Scores)], chance: Int) -> Figure {
  // A name stands where its curve has fallen: at the right end all curves meet.
  func series(_ name: Figure.Label, _ value: (Scores) -> Double, isMean: Bool = false) -> LineChart.Series {
    .init(
      name, rows.map { (Double($0.size), 100 * value($0.accuracy)) }, line: isMean ? .solid : .dotted,
      hasMarkers: isMean, labelX: rows.first { value($0.accuracy) < 0.9 }.map { Double($0.size) })
  }
  return .lineChart(
    LineChart(
      x: .init(x), y: .init("%", limits: 0...100),
      series: [
        series("μ", { $0.mean }, isMean: true), series("min", { $0.lowest }), series("max", { $0.highest }),
      ],
      references: [.horizontal(at: Double(chance), label: "\(chance) %")]))
}
