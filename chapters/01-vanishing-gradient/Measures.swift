// What this chapter measures: norms of Jacobians, and how well networks learn.

import Autodiff
import Experiments

/// ∂h_T/∂h_{T−k} for k = 0 … T: a network's Jacobians over every lag, from one tape.
///
/// - Parameters:
///   - W: W_x (hidden × inputs) and W_h (hidden × hidden); b: hidden × 1.
///   - start: h_0, hidden × 1; zeros if it is not given.
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
  // One way back for each entry of h_T gives that row of the Jacobians of every lag.
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
func startingNorm(_ design: Design, lag: Int, seeds: Range<UInt64>) -> Double {
  let norms = seeds.map { seed -> Double in
    var random = Random(seed: seed)
    let reader = Reader(design, symbols: 8, hidden: 16, classes: 4, random: &random)
    let x = Task.recall(lag: lag).draw(1, &random).x
    let p = reader.parameters
    return jacobians(design, (p[0], p[1]), p[2], inputs: x)[lag].spectralNorm
  }
  return median(norms)
}

/// Trains a network for each seed on a task and tests it on 512 sequences drawn afterwards.
func accuracies(
  _ design: Design, seeds: Range<UInt64>, symbols: Int, classes: Int, steps: Int = 400,
  task: (_ size: Int, inout Random) -> Sequences
) -> Scores {
  Scores(
    values: seeds.map { seed in
      var random = Random(seed: seed)
      var reader = Reader(design, symbols: symbols, hidden: 16, classes: classes, random: &random)
      reader.train(on: { task(16, &$0) }, steps: steps, learningRate: 5e-3, random: &random)
      return reader.accuracy(on: task(512, &random))
    })
}

/// The loss of a one-unit network h_t = w σ(h_{t−1}) + b, run 50 steps from h_0 = 0.5: (σ(h_50) − 0.7)². Pascanu et al. 2013
/// draw the cliff of such a network.
func cliffLoss<A: Algebra>(_ w: A, _ b: A, start: A) -> A {
  var h = start
  for _ in 0..<50 { h = w * h.sigmoid + b }
  let error = h.sigmoid - 0.7
  return error .* error
}

/// Gradient descent on the cliff's loss: every (w, b) on the way, and the norm of the gradient there.
func cliffDescent(
  from start: (w: Double, b: Double), steps: Int, learningRate: Double, threshold: Double?
) -> [(w: Double, b: Double, loss: Double, norm: Double)] {
  var parameters = [Matrix(start.w), Matrix(start.b)]
  var optimizer = SGD(learningRate: learningRate)
  return (0...steps).map { _ in
    let tape = Tape()
    let (w, b) = (tape.variable(parameters[0]), tape.variable(parameters[1]))
    let loss = cliffLoss(w, b, start: tape.constant(Matrix(0.5)))
    let found = tape.gradients(of: loss)
    let here = (w: parameters[0].scalar, b: parameters[1].scalar, loss: loss.value.scalar)
    var gradients = [found[w], found[b]]
    let norm = globalNorm(gradients)
    if let threshold { clip(&gradients, toNorm: threshold) }
    optimizer.step(&parameters, gradients: gradients)
    return (here.w, here.b, here.loss, norm)
  }
}

/// How wide and deep the feed-forward networks of the last section are.
let depth = (layers: 40, width: 16)

/// ‖∂L/∂h_l‖ for every layer l = 0 … depth of a feed-forward network with a weight of its own at each layer, divided by
/// the norm at the last one.
func depthNorms(_ design: Design, weight: (inout Random) -> Matrix, random: inout Random) -> [Double] {
  let tape = Tape()
  let zero = tape.constant(Matrix(rows: depth.width, columns: 1))
  var h = [tape.variable(random.normal(depth.width, 1))]
  for _ in 0..<depth.layers {
    h.append(
      design.step(
        (tape.constant(Matrix(rows: depth.width, columns: 1)), tape.constant(weight(&random))), zero,
        tape.constant(Matrix(0)), h[h.count - 1]))
  }
  let gradients = tape.gradients(of: h[depth.layers], seed: random.normal(depth.width, 1))
  let last = gradients[h[depth.layers]].norm
  return h.map { gradients[$0].norm / last }
}
