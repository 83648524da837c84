// The worked example of this chapter: a small GRU, its inputs and targets, and its gradients by hand.

import Autodiff
import Experiments
import Recurrent

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

extension GRUCell<Matrix> {
  /// The cell with one value in all of b_r, or in all of b_z. It keeps the past, and resets after the product.
  func with(b_r: Double? = nil, b_z: Double? = nil) -> GRUCell {
    func bias(_ value: Double?, _ usual: Matrix?) -> Matrix? {
      value.map { Matrix(rows: W.hr.rows, columns: 1, repeating: $0) } ?? usual
    }
    return GRUCell(W: W, b: (r: bias(b_r, b.r), z: bias(b_z, b.z), xg: b.xg, hg: b.hg))
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

  /// What gradients are taken of: the cell's parameters, and h_0.
  var values: [Matrix] { cell.parameters + [start] }

  /// The same parameters as a network, stored as in PyTorch: blocks r, z, g from top to bottom, and two biases, each with
  /// one half of b_r and of b_z.
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

  /// A run on a tape, with the notes' names.
  struct Run {
    let parameters: [Variable]
    /// h_0 … h_T.
    var h: [Variable]
    /// Step 1 is at index 0. m = W_hg h_{t−1} + b_hg where r comes after the product; s = r_t ⊙ h_{t−1} where it comes before.
    var r: [Variable] = []
    var z: [Variable] = []
    var g: [Variable] = []
    var m: [Variable] = []
    var s: [Variable] = []
    var a: (r: [Variable], z: [Variable], g: [Variable]) = ([], [], [])
    var loss: Variable

    /// In the order of `Example.values`.
    var variables: [Variable] { parameters + [h[0]] }
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
      let a_r = (W.xr * x_t + W.hr * h + b.r!).named("\\hat{r}_\(t)")
      let a_z = (W.xz * x_t + W.hz * h + b.z!).named("\\hat{z}_\(t)")
      let r = a_r.sigmoid.named("r_\(t)")
      let z = a_z.sigmoid.named("z_\(t)")
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

  /// The tape's gradients against finite differences, every entry of every parameter and of h_0.
  func gradientCheck() -> GradientCheck {
    GradientCheck(values, names: GRUCell<Matrix>.names + ["h_0"]) { inputs in
      record(Array(inputs.dropLast()), start: inputs[inputs.count - 1]).loss
    }
  }

  /// What h_{t−1} does to h_t through the gates and the candidate: ∂h_t/∂h_{t−1} where the past in z_t ⊙ h_{t−1} is a constant.
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
  func gradientsByHand() -> [Matrix] {
    var h = [start]
    let steps = x.map { x_t in
      let step = cell.step(x_t, h[h.count - 1])
      h.append(step.h)
      return step
    }
    let W = cell.W
    var d = cell.parameters.map { 0 * $0 }
    var fromNext = 0 * start  // what comes back from step t + 1: nothing to step T
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
    return d + [fromNext]
  }
  // end: by-hand
}

// MARK: - PyTorch

extension Example {
  /// A layer of PyTorch's `nn.GRU` as an example. Its loss is Σ ⟨h_t, δ_t⟩ with random δ (Tests/Fixtures/generate.py), so
  /// ∂L/∂h_t begins from δ_t; here it begins from h_t − y_t, so y_t = h_t − δ_t.
  init(_ torch: TorchRun) {
    var upstream = torch.upstream
    upstream[upstream.count - 1] = upstream[upstream.count - 1] + torch.upstreamOfLast[0][0]
    let weights = torch.network.weights(layer: 0)
    self.init(
      cell: GRUCell(weights, hidden: weights.W.h.columns), start: torch.first[0][0], x: torch.inputs,
      y: zip(torch.outputs, upstream).map { $0 - $1 })
  }
}

extension TorchRun {
  /// PyTorch's gradients in the order of `Example.values`.
  ///
  /// PyTorch has two biases for r and for z, and both have the gradient of their sum. `GRUCell` adds such a pair, which
  /// doubles the gradient, so it is halved here.
  var gradients: [Matrix] {
    let weights = RecurrentNetwork(network.configuration, parameters: gradientsOfWeights).weights(layer: 0)
    let summed = GRUCell(weights, hidden: weights.W.h.columns).parameters
    return summed.enumerated().map { k, gradient in k == 6 || k == 7 ? 0.5 * gradient : gradient } + gradientsOfFirst[0]
  }
}
