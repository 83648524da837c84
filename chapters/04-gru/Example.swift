// The worked example of this chapter: a small GRU, its inputs and targets, and its gradients by hand.

import Autodiff
import Notebook
import Recurrent
import Reference

extension GRUCell {
  /// The names of the parameters in the notes, in the order of `parameters`.
  static var names: [String] {
    ["W_{xr}", "W_{xz}", "W_{xg}", "W_{hr}", "W_{hz}", "W_{hg}", "b_r", "b_z", "b_{xg}", "b_{hg}"]
  }

  /// The six weights and the four biases.
  var parameters: [A] { [W.xr, W.xz, W.xg, W.hr, W.hz, W.hg] + [b.r, b.z, b.xg, b.hg].compactMap { $0 } }

  init(parameters p: [A], update: UpdateGate, reset: ResetGate) {
    self.init(
      W: (xr: p[0], xz: p[1], xg: p[2], hr: p[3], hz: p[4], hg: p[5]), b: (r: p[6], z: p[7], xg: p[8], hg: p[9]),
      update: update, reset: reset)
  }
}

/// A GRU of a few units, T steps of data for it, and the loss L = ½ Σ_t ‖h_t − y_t‖².
struct Example {
  let cell: GRUCell<Matrix>
  /// h_0: hidden × batch.
  let start: Matrix
  /// x_1 … x_T, inputs × batch, at x[0] ….
  let x: [Matrix]
  /// y_1 … y_T, hidden × batch, at y[0] ….
  let y: [Matrix]

  init(cell: GRUCell<Matrix>, start: Matrix, x: [Matrix], y: [Matrix]) {
    (self.cell, self.start, self.x, self.y) = (cell, start, x, y)
  }

  init(
    inputs: Int, hidden: Int, batch: Int, steps: Int, update: UpdateGate = .keepsPast,
    reset: ResetGate = .afterProduct, seed: UInt64
  ) {
    var random = Random(seed: seed)
    var parameters = (0..<3).map { _ in random.normal(hidden, inputs) }
    parameters += (0..<3).map { _ in random.normal(hidden, hidden) }
    parameters += (0..<4).map { _ in random.normal(hidden, 1, deviation: 0.5) }
    cell = GRUCell(parameters: parameters, update: update, reset: reset)
    start = random.uniform(hidden, batch, -1, 1)
    x = (0..<steps).map { _ in random.normal(inputs, batch) }
    y = (0..<steps).map { _ in random.uniform(hidden, batch, -1, 1) }
  }

  /// The same data for another cell.
  func with(_ cell: GRUCell<Matrix>) -> Example { Example(cell: cell, start: start, x: x, y: y) }

  /// The same parameters read in other conventions.
  func with(update: UpdateGate? = nil, reset: ResetGate? = nil) -> Example {
    with(
      GRUCell(parameters: cell.parameters, update: update ?? cell.update, reset: reset ?? cell.reset))
  }

  /// The example's parameters as a network, PyTorch's way: blocks r, z, g, and two biases, which share what b_r and b_z
  /// are.
  var network: RecurrentNetwork<Matrix> {
    let (W, b) = (cell.W, cell.b)
    let (half_r, half_z) = (0.5 * b.r!, 0.5 * b.z!)
    return RecurrentNetwork(
      RecurrentConfiguration(
        .gru(update: cell.update, reset: cell.reset), inputSize: W.xr.columns, hiddenSize: W.xr.rows),
      parameters: [
        .stack([W.xr, W.xz, W.xg]), .stack([W.hr, W.hz, W.hg]), .stack([half_r, half_z, b.xg!]),
        .stack([half_r, half_z, b.hg!]),
      ])
  }

  // MARK: On a tape

  /// A run on a tape, with a name for everything that the notes name.
  struct Run {
    let parameters: [Variable]
    /// h_0 … h_T.
    var h: [Variable]
    /// From step 1, at [0]. m is what the reset gate multiplies after the product, s what it has multiplied before it.
    var r: [Variable] = []
    var z: [Variable] = []
    var g: [Variable] = []
    var m: [Variable] = []
    var s: [Variable] = []
    var a: (r: [Variable], z: [Variable], g: [Variable]) = ([], [], [])
    var loss: Variable
  }

  func record(on tape: Tape) -> Run {
    let parameters = zip(GRUCell<Matrix>.names, cell.parameters).map { tape.variable($1, named: $0) }
    return record(parameters, start: tape.variable(start, named: "h_0"))
  }

  func record(_ parameters: [Variable], start: Variable) -> Run {
    let tape = start.tape
    let cell = GRUCell(parameters: parameters, update: cell.update, reset: cell.reset)
    let (W, b) = (cell.W, cell.b)
    var run = Run(parameters: parameters, h: [start], loss: start)
    var L = tape.constant(Matrix(0))
    for t in 1...x.count {
      let x_t = tape.constant(x[t - 1], named: "x_\(t)")
      let y_t = tape.constant(y[t - 1], named: "y_\(t)")
      let h = run.h[t - 1]
      // begin: recorded
      let a_r = (W.xr * x_t + W.hr * h + b.r!).named("\\hat{r}_\(t)")
      let a_z = (W.xz * x_t + W.hz * h + b.z!).named("\\hat{z}_\(t)")
      let r = a_r.sigmoid.named("r_\(t)")
      let z = a_z.sigmoid.named("z_\(t)")
      // end: recorded
      let a_g: Variable
      switch cell.reset {
      case .afterProduct:
        let m = (W.hg * h + b.hg!).named("m_\(t)")
        a_g = (W.xg * x_t + b.xg! + r .* m).named("\\hat{g}_\(t)")
        run.m.append(m)
      case .beforeProduct:
        let s = (r .* h).named("s_\(t)")
        a_g = (W.xg * x_t + b.xg! + W.hg * s + b.hg!).named("\\hat{g}_\(t)")
        run.s.append(s)
      }
      let g = a_g.tanh.named("g_\(t)")
      let new: Variable
      switch cell.update {
      case .keepsPast: new = (1 - z) .* g + z .* h
      case .takesNew: new = z .* g + (1 - z) .* h
      }
      run.h.append(new.named("h_\(t)"))
      let e = new - y_t
      L = L + 0.5 * (e .* e).total
      run.r.append(r)
      run.z.append(z)
      run.g.append(g)
      run.a.r.append(a_r)
      run.a.z.append(a_z)
      run.a.g.append(a_g)
    }
    run.loss = L.named("L")
    return run
  }

  /// Every entry of every parameter and of h_0, against finite differences.
  func check() -> GradientCheck {
    GradientCheck(cell.parameters + [start], names: GRUCell<Matrix>.names + ["h_0"]) { inputs in
      record(Array(inputs.dropLast()), start: inputs[inputs.count - 1]).loss
    }
  }

  /// ∂h_t/∂h_{t−1} without the direct path: the past in z_t ⊙ h_{t−1} counts as a constant.
  func indirect(_ t: Int, _ past: Matrix) -> Matrix {
    let tape = Tape()
    let recorded = GRUCell(
      parameters: cell.parameters.map { tape.constant($0) }, update: cell.update, reset: cell.reset)
    let h = tape.variable(past)
    let step = recorded.step(tape.constant(x[t - 1]), h)
    let new = (1 - step.z) .* step.g + step.z .* tape.constant(past)
    return tape.jacobian(of: new, withRespectTo: h)
  }

  // MARK: By hand

  // begin: by-hand
  /// The gradients of the ten parameters, in their order, and of h_0, for a z that keeps the past.
  func gradientsByHand() -> (parameters: [Matrix], start: Matrix) {
    var h = [start]
    let steps = x.map { x_t in
      let step = cell.step(x_t, h[h.count - 1])
      h.append(step.h)
      return step
    }
    let W = cell.W
    var d = cell.parameters.map { 0 * $0 }
    var fromNext = 0 * start  // what comes back from step t + 1; nothing to the last step
    for t in stride(from: x.count, through: 1, by: -1) {
      let (r, z, g) = (steps[t - 1].r, steps[t - 1].z, steps[t - 1].g)
      let (x, past) = (x[t - 1], h[t - 1])
      let dh = (h[t] - y[t - 1]) + fromNext
      let dz = dh .* (past - g)
      let dg = dh .* (1 - z)
      let da_g = dg .* (1 - g .* g)
      let m = W.hg * past + cell.b.hg!
      let dm = da_g .* r
      let dr = da_g .* m
      let da_r = dr .* r .* (1 - r)
      let da_z = dz .* z .* (1 - z)
      fromNext =
        dh .* z + W.hr.transposed * da_r + W.hz.transposed * da_z + W.hg.transposed * dm
      for (k, da) in [da_r, da_z, da_g].enumerated() { d[k] = d[k] + da * x.transposed }
      for (k, da) in [da_r, da_z, dm].enumerated() { d[3 + k] = d[3 + k] + da * past.transposed }
      for (k, da) in [da_r, da_z, da_g, dm].enumerated() { d[6 + k] = d[6 + k] + da.sumOfColumns }
    }
    return (d, fromNext)
  }
  // end: by-hand

  // MARK: PyTorch's witness

  /// A layer of PyTorch's `nn.GRU` as an example: y_t is chosen so that ∂L/∂h_t begins from its random upstream gradient
  /// (Tests/Fixtures/generate.py: its loss is Σ ⟨h_t, δ_t⟩, ours begins from h_t − y_t, so y_t = h_t − δ_t).
  struct Witness {
    let example: Example
    /// h_1 … h_T as PyTorch has them.
    let h: [Matrix]
    /// Its gradients in the order of the cell's parameters, and that of h_0.
    let gradients: [Matrix]
    let start: Matrix
  }

  static func witness(from path: String) throws -> Witness {
    let file = try Safetensors(contentsOf: path)
    func tensor(_ name: String) throws -> TorchTensor {
      guard let found = file.tensors[name] else { throw BadInput("\(path) holds no tensor '\(name)'") }
      return TorchTensor(shape: found.shape, elements: found.doubles)
    }
    func cell(_ prefix: String) throws -> GRUCell<Matrix> {
      let weights = CellWeights(
        W: (x: try tensor(prefix + "weight_ih_l0").matrix, h: try tensor(prefix + "weight_hh_l0").matrix),
        b: (x: try tensor(prefix + "bias_ih_l0").matrix, h: try tensor(prefix + "bias_hh_l0").matrix))
      return GRUCell(weights, hidden: weights.W.h.columns)
    }
    let h = try tensor("output").steps
    var upstream = try tensor("grad_output").steps
    upstream[upstream.count - 1] = upstream[upstream.count - 1] + (try tensor("grad_h_n").steps[0])
    // PyTorch's two biases of a gate are added together, and each has the gradient of the sum: GRUCell added the two
    // gradients, so that is halved.
    let theirs = try cell("grad.").parameters
    let gradients = theirs.enumerated().map { k, gradient in k == 6 || k == 7 ? 0.5 * gradient : gradient }
    return Witness(
      example: Example(
        cell: try cell(""), start: try tensor("h0").steps[0], x: try tensor("input").steps,
        y: zip(h, upstream).map { $0 - $1 }),
      h: h, gradients: gradients, start: try tensor("grad.h0").steps[0])
  }
}
