// The worked example of this chapter: a small network, its inputs and targets, and its gradients by hand.

import Autodiff
import Experiments

/// A network of a few units, T steps of data for it, and the loss J = ½ Σ_t ‖h_t − y_t‖².
struct Example {
  /// W_x: hidden × inputs, W_h: hidden × hidden.
  let W: (x: Matrix, h: Matrix)
  /// hidden × 1.
  let b: Matrix
  /// h_0: hidden × batch.
  let start: Matrix
  /// x_1 … x_T, inputs × batch, at x[0] ….
  let x: [Matrix]
  /// y_1 … y_T, hidden × batch, at y[0] ….
  let y: [Matrix]

  init(W: (x: Matrix, h: Matrix), b: Matrix, start: Matrix, x: [Matrix], y: [Matrix]) {
    (self.W, self.b, self.start, self.x, self.y) = (W, b, start, x, y)
  }

  /// Random weights, data and targets.
  init(inputs: Int, hidden: Int, batch: Int, steps: Int, seed: UInt64) {
    var random = Random(seed: seed)
    W = (random.normal(hidden, inputs, deviation: 0.8), random.normal(hidden, hidden, deviation: 0.8))
    b = random.normal(hidden, 1, deviation: 0.3)
    start = random.normal(hidden, batch, deviation: 0.5)
    x = (0..<steps).map { _ in random.normal(inputs, batch) }
    y = (0..<steps).map { _ in random.uniform(hidden, batch, -1, 1) }
  }

  /// The weights and data of PyTorch's run of one layer, with targets for which J has the same gradients.
  ///
  /// PyTorch's loss is Σ ⟨h_t, g_t⟩ with constant g_t. With y_t = h_t − g_t the gradient of J begins with the same numbers:
  /// what J's own term adds to ∂J/∂h_t is h_t − y_t = g_t. PyTorch has two biases, which are added.
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

  /// Records the network with its weights as variables.
  ///
  /// - Parameter copiesOfRecurrentWeight: whether every step gets a copy W_h^{(t)} of its own.
  func record(on tape: Tape, copiesOfRecurrentWeight: Bool = false) -> Run {
    let weights = (x: tape.variable(W.x).named("W_x"), h: tape.variable(W.h).named("W_h"))
    return record(W: weights, b: tape.variable(b).named("b"), copies: copiesOfRecurrentWeight)
  }

  /// Records the network with these weights, on their tape.
  func record(W: (x: Variable, h: Variable), b: Variable, copies: Bool = false) -> Run {
    let tape = b.tape
    var run = Run(W: W, b: b, loss: b)
    // begin: forward
    var h = tape.variable(start).named("h_0")
    var J = tape.constant(Matrix(0))
    run.h.append(h)
    for t in 1...x.count {
      let x_t = tape.constant(x[t - 1]).named("x_\(t)")
      let y_t = tape.constant(y[t - 1]).named("y_\(t)")
      let W_h = copies ? tape.variable(W.h.value).named("W_h^{(\(t))}") : W.h
      let a = (W.x * x_t + W_h * h + b).named("a_\(t)")
      h = a.tanh.named("h_\(t)")
      let e = h - y_t
      J = J + 0.5 * (e .* e).total
      run.a.append(a)
      run.h.append(h)
      if copies { run.copies.append(W_h) }
    }
    // end: forward
    run.loss = J.named("J")
    return run
  }

  // begin: by-hand
  /// ∂J/∂W_x, ∂J/∂W_h and ∂J/∂b, backwards through time; h holds h_0 … h_T.
  func gradientsByHand(_ h: [Matrix]) -> (W: (x: Matrix, h: Matrix), b: Matrix) {
    var (dW, db) = ((x: 0 * W.x, h: 0 * W.h), 0 * b)
    var fromNext = 0 * start  // W_hᵀ ∂J/∂a_{t+1}; nothing comes back to the last step
    for t in stride(from: x.count, through: 1, by: -1) {
      let dh = (h[t] - y[t - 1]) + fromNext
      let da = dh .* (1 - h[t] .* h[t])
      dW.x = dW.x + da * x[t - 1].transposed
      dW.h = dW.h + da * h[t - 1].transposed
      db = db + da.sumOfColumns
      fromNext = W.h.transposed * da
    }
    return (dW, db)
  }
  // end: by-hand
}
