// The worked example of this chapter: a small network, its inputs and targets, and its gradients by hand.

import Autodiff
import Experiments

// begin: forward
/// h_0 … h_T from the weights W_x, W_h and b, the inputs x_1 … x_T and the start h_0.
func states<A: Algebra>(_ W: (x: A, h: A), _ b: A, _ x: [A], start: A) -> [A] {
  var h = [start]
  for x_t in x {
    let a_t = W.x * x_t + W.h * h[h.count - 1] + b
    h.append(a_t.tanh)
  }
  return h
}
// end: forward

/// A network of a few units, T steps of data for it, and the loss L = ½ Σ_t ‖h_t − y_t‖².
struct Example {
  /// W_x: n × d, W_h: n × n.
  let W: (x: Matrix, h: Matrix)
  /// n × 1.
  let b: Matrix
  /// h_0: n × B.
  let start: Matrix
  /// x_1 … x_T, d × B, at x[0] ….
  let x: [Matrix]
  /// y_1 … y_T, n × B, at y[0] ….
  let y: [Matrix]

  init(W: (x: Matrix, h: Matrix), b: Matrix, start: Matrix, x: [Matrix], y: [Matrix]) {
    (self.W, self.b, self.start, self.x, self.y) = (W, b, start, x, y)
  }

  /// The example that is worked out on paper: two units, one input, two steps.
  static let onPaper = Example(
    W: (x: Matrix(column: [0.5, -0.3]), h: Matrix([[0.6, -0.4], [0.2, 0.5]])), b: Matrix(column: [0.1, 0]),
    start: Matrix(column: [0.5, -0.5]), x: [Matrix(1), Matrix(-0.5)],
    y: [Matrix(column: [1, 0]), Matrix(column: [0, 1])])

  /// Random weights, data and targets.
  init(inputs: Int, units: Int, batch: Int, steps: Int, seed: UInt64) {
    var random = Random(seed: seed)
    W = (random.normal(units, inputs, deviation: 0.8), random.normal(units, units, deviation: 0.8))
    b = random.normal(units, 1, deviation: 0.3)
    start = random.normal(units, batch, deviation: 0.5)
    x = (0..<steps).map { _ in random.normal(inputs, batch) }
    y = (0..<steps).map { _ in random.uniform(units, batch, -1, 1) }
  }

  /// The weights and data of PyTorch's run of one layer, with targets for which L has the same gradients.
  ///
  /// PyTorch's loss is Σ ⟨h_t, u_t⟩ with constant u_t. With y_t = h_t − u_t the gradient of L begins with the same numbers:
  /// what L's own term adds to ∂L/∂h_t is h_t − y_t = u_t. PyTorch has two biases, which are added.
  init(_ torch: TorchRun) {
    let network = torch.network
    var upstream = torch.upstream
    upstream[upstream.count - 1] = upstream[upstream.count - 1] + torch.upstreamOfLast[0][0]
    self.init(
      W: (network["weight_ih_l0"], network["weight_hh_l0"]), b: network["bias_ih_l0"] + network["bias_hh_l0"],
      start: torch.first[0][0], x: torch.inputs, y: zip(torch.outputs, upstream).map { $0 - $1 })
  }

  /// The network on a tape: its weights, a_1 … a_T, h_0 … h_T, the loss, and the copies of W_h if there are any.
  struct Run {
    let W: (x: Variable, h: Variable)
    let b: Variable
    var a: [Variable] = []
    var h: [Variable] = []
    var copies: [Variable] = []
    var loss: Variable
  }

  /// Records the network with its weights as variables, under the names of the notes.
  ///
  /// - Parameter copiesOfRecurrentWeight: whether every step gets a copy W_h^{(t)} of its own.
  func record(on tape: Tape, copiesOfRecurrentWeight: Bool = false) -> Run {
    let weights = (x: tape.variable(W.x).named("W_x"), h: tape.variable(W.h).named("W_h"))
    return record(W: weights, b: tape.variable(b).named("b"), copies: copiesOfRecurrentWeight)
  }

  /// Records the network with these weights, on their tape.
  func record(W: (x: Variable, h: Variable), b: Variable, copies: Bool = false) -> Run {
    let tape = b.tape
    var run = Run(W: W, b: b, loss: tape.constant(Matrix(0)))
    run.h.append(tape.variable(start).named("h_0"))
    for t in 1...x.count {
      let x_t = tape.constant(x[t - 1]).named("x_\(t)")
      let y_t = tape.constant(y[t - 1]).named("y_\(t)")
      let W_h = copies ? tape.variable(W.h.value).named("W_h^{(\(t))}") : W.h
      let a = (W.x * x_t + W_h * run.h[t - 1] + b).named("a_\(t)")
      let h = a.tanh.named("h_\(t)")
      let e = h - y_t
      run.loss = run.loss + 0.5 * (e .* e).total
      run.a.append(a)
      run.h.append(h)
      if copies { run.copies.append(W_h) }
    }
    run.loss = run.loss.named("L")
    return run
  }

  // begin: by-hand
  /// ∂L/∂W_x, ∂L/∂W_h and ∂L/∂b, backwards through time; h holds h_0 … h_T.
  func gradientsByHand(_ h: [Matrix]) -> (W: (x: Matrix, h: Matrix), b: Matrix) {
    var (dW, db) = ((x: 0 * W.x, h: 0 * W.h), 0 * b)
    var fromNext = 0 * start  // W_hᵀ δ_{t+1}; nothing comes back to the last step
    for t in stride(from: x.count, through: 1, by: -1) {
      let dh = (h[t] - y[t - 1]) + fromNext
      let δ = dh .* (1 - h[t] .* h[t])
      dW.x = dW.x + δ * x[t - 1].transposed
      dW.h = dW.h + δ * h[t - 1].transposed
      db = db + δ.sumOfColumns
      fromNext = W.h.transposed * δ
    }
    return (dW, db)
  }
  // end: by-hand
}
