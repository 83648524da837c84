// The GRU over a whole sequence as one operation of the tape, with the backward pass derived by hand.
//
// As in FusedLSTM.swift: a sequence is one node, the way back is written down, and the tests hold it to `GRUCell`. Its
// reset gate works after the product: only then is W_h h_{t−1} one product of all three blocks.

import Autodiff

/// The cell of `GRUCell` with its reset after the product, on a tape and over a whole sequence at once: the same
/// parameters, the same states, the same gradients, from one node instead of some fifteen a step.
///
/// It has no second derivatives and no nodes for its gates: where you want these, record a `GRUCell`.
public struct FusedGRUCell: RecurrentCell {
  public typealias A = Variable

  /// As PyTorch's `torch.nn.GRU` stacks them: r, z, g from top to bottom, each `hidden` rows.
  public let weights: CellWeights<Variable>
  /// Entries of a state.
  public let hidden: Int
  public let update: UpdateGate

  /// Traps unless the weights' shapes fit `hidden`.
  public init(_ weights: CellWeights<Variable>, hidden: Int, update: UpdateGate = .keepsPast) {
    let (rows, W) = (3 * hidden, weights.W)
    require(W.x.shape.rows == rows, "W_x of a GRU is \(W.x.shape), expected \(rows) rows")
    require(W.h.shape == Shape(rows, hidden), "W_h of a GRU is \(W.h.shape), expected \(Shape(rows, hidden))")
    for b in [weights.b.x, weights.b.h].compactMap({ $0 }) {
      require(b.shape == Shape(rows, 1), "a bias of a GRU is \(b.shape), expected \(Shape(rows, 1))")
    }
    self.weights = weights
    self.hidden = hidden
    self.update = update
  }

  public func step(_ x: Variable, _ state: [Variable]) -> [Variable] { unroll([x], from: state)[0] }

  public func zeroState(for x: Variable) -> [Variable] {
    [x.tape.constant(Matrix(rows: hidden, columns: x.shape.columns))]
  }

  public func unroll(_ inputs: [Variable], from state: [Variable]) -> [[Variable]] {
    require(!inputs.isEmpty, "a sequence needs at least one step")
    require(state.count == 1, "the state of a GRU is h, not \(state.count) matrices")
    let (entries, batch) = (weights.W.x.shape.columns, inputs[0].shape.columns)
    for x in inputs {
      require(x.shape == Shape(entries, batch), "an input of a GRU is \(x.shape), expected \(Shape(entries, batch))")
    }
    let expected = Shape(hidden, batch)
    require(state[0].shape == expected, "a state of a GRU is \(state[0].shape), expected \(expected)")
    let pass = GRUPass(
      steps: inputs.count, batch: batch, hidden: hidden, update: update,
      has: (b_x: weights.b.x != nil, b_h: weights.b.h != nil),
      wants: (
        W_x: weights.W.x.isDifferentiable, W_h: weights.W.h.isDifferentiable,
        x: inputs.contains { $0.isDifferentiable }
      ))
    let operation = FusedOperation(name: "GRU", forward: pass.forward, backward: pass.backward)
    let biases = [weights.b.x, weights.b.h].compactMap { $0 }
    // h_0 … h_T, side by side.
    let states = Variable.apply(.fused(operation), [weights.W.x, weights.W.h] + biases + state + inputs)
    return (1...inputs.count).map { t in [states.columns(Array(t * batch..<(t + 1) * batch))] }
  }
}

/// The forward and the backward pass on numbers.
///
/// The inputs are W_x, W_h, b_x and b_h if they are there, h_0, x_1 … x_T; the output is [h_0 … h_T], hidden × (T + 1) batch.
/// The letters are those of `GRUCell`, stacked: a = W_x x_t + b_x and m = W_h h_{t−1} + b_h have the rows of r, z and g one
/// above the other; then r_t = σ(a_r + m_r), z_t = σ(a_z + m_z), g_t = tanh(a_g + r_t ⊙ m_g). Before a name d means ∂L/∂.
private struct GRUPass: Sendable {
  let steps: Int
  let batch: Int
  let hidden: Int
  let update: UpdateGate
  let has: (b_x: Bool, b_h: Bool)
  /// Which gradients somebody waits for. Data get none, and their product is spared.
  let wants: (W_x: Bool, W_h: Bool, x: Bool)

  private var rows: Int { 3 * hidden }
  /// Entries of a state, of all examples.
  private var size: Int { hidden * batch }
  private var biases: Int { (has.b_x ? 1 : 0) + (has.b_h ? 1 : 0) }

  private func x(_ inputs: [Matrix]) -> Matrix { Kernels.joinColumns(Array(inputs[(biases + 3)...])) }

  /// A bias on every column, zeros where there is none.
  private func start(_ bias: Matrix?, columns: Int) -> [Double] {
    Kernels.spread(bias ?? Matrix(rows: rows, columns: 1), to: Shape(rows, columns)).elements
  }

  // MARK: Forward

  @Sendable func forward(_ inputs: [Matrix]) -> (output: Matrix, saved: [Matrix]) {
    let (W_x, W_h, x, h_0) = (inputs[0], inputs[1], x(inputs), inputs[biases + 2])
    // What does not depend on the state, of all steps at once. The steps turn a into r, z, g, and m into what r multiplies.
    var a = start(has.b_x ? inputs[2] : nil, columns: steps * batch)
    var m = start(has.b_h ? inputs[biases + 1] : nil, columns: steps * batch)
    Kernels.addProduct(W_x.elements, x.elements, into: &a, rows: rows, inner: W_x.columns, columns: steps * batch)
    var h = uninitialised((steps + 1) * size) { h in h_0.elements.withUnsafeBufferPointer { copy($0, to: h) } }
    let panels = Kernels.Panels(W_h)
    for t in 1...steps { forwardStep(t, panels, &a, &m, &h) }
    let shape = Shape(rows, steps * batch)
    return (
      output: Matrix(rows: hidden, columns: (steps + 1) * batch, elements: h),
      saved: [a, m].map { Matrix(rows: shape.rows, columns: shape.columns, elements: $0) } + [x]
    )
  }

  private func forwardStep(
    _ t: Int, _ W_h: Kernels.Panels, _ a: UnsafeMutablePointer<Double>, _ m: UnsafeMutablePointer<Double>,
    _ h: UnsafeMutablePointer<Double>
  ) {
    let (before, h_t) = (h + (t - 1) * size, h + t * size)
    let (a, m) = (a + (t - 1) * 3 * size, m + (t - 1) * 3 * size)
    Kernels.addProduct(W_h, before, into: m, columns: batch)  // m = W_h h_{t−1} + b_h
    for example in 0..<batch {
      let (r, z, g) = blocks(of: a, example)
      let (m_r, m_z, m_g) = blocks(of: m, example)
      let (before, h_t) = (before + example * hidden, h_t + example * hidden)
      for k in 0..<hidden { r[k] += m_r[k] }
      for k in 0..<hidden { z[k] += m_z[k] }
      apply(Elementary.sigmoid, to: r, count: 2 * hidden)  // r_t = σ(a_r + m_r), and below it z_t = σ(a_z + m_z)
      for k in 0..<hidden { g[k] += r[k] * m_g[k] }
      apply(Elementary.tanh, to: g, count: hidden)  // g_t = tanh(a_g + r_t ⊙ m_g)
      switch update {
      case .keepsPast: for k in 0..<hidden { h_t[k] = (1 - z[k]) * g[k] + z[k] * before[k] }
      case .takesNew: for k in 0..<hidden { h_t[k] = z[k] * g[k] + (1 - z[k]) * before[k] }
      }
    }
  }

  // MARK: Backward

  @Sendable func backward(_ δ: Matrix, _ inputs: [Matrix], _ output: Matrix, _ saved: [Matrix]) -> [Matrix?] {
    let (W_x, W_h) = (inputs[0], inputs[1])
    let W_hT = Kernels.Panels(W_h, transposed: true)
    // What a step sends back to the h before it. Behind the last step there is nothing that could.
    var dh = [Double](repeating: 0, count: size)
    var (da, dm) = (uninitialised(steps * 3 * size), uninitialised(steps * 3 * size))
    for t in stride(from: steps, through: 1, by: -1) {
      backwardStep(
        t, δ.elements, W_hT, h: output.elements, gates: saved[0].elements, m: saved[1].elements, &da, &dm,
        &dh)
    }

    // Stacked: a = W_x x + b_x and m = W_h h + b_h.
    let dA = Matrix(rows: rows, columns: steps * batch, elements: da)
    let dM = Matrix(rows: rows, columns: steps * batch, elements: dm)
    let dW_x = wants.W_x ? Kernels.product(dA, saved[2], transposingB: true) : nil  // dW_x = Σ_t da_t x_tᵀ
    // dW_h = Σ_t dm_t h_{t−1}ᵀ: the output begins with h_0 … h_{T−1}.
    let dW_h = wants.W_h ? productOfColumns(dM, output) : nil
    var db: [Matrix?] = []  // db_x = Σ_t da_t and db_h = Σ_t dm_t, over the batch too
    if has.b_x { db.append(dA.sumOfColumns) }
    if has.b_h { db.append(dM.sumOfColumns) }
    var dx = [Matrix?](repeating: nil, count: steps)
    if wants.x {
      let dX = Kernels.product(W_x, dA, transposingA: true)  // dx_t = W_xᵀ da_t
      dx = (0..<steps).map { dX.columns(Array($0 * batch..<($0 + 1) * batch)) }
    }
    // The output shows h_0 again: it gets what step 1 sent back, and what was asked of the copy.
    let dh_0 = Matrix(rows: hidden, columns: batch, elements: dh) + δ.columns(Array(0..<batch))
    return [dW_x, dW_h] + db + [dh_0] + dx
  }

  private func backwardStep(
    _ t: Int, _ δ: UnsafePointer<Double>, _ W_hT: Kernels.Panels, h: UnsafePointer<Double>,
    gates: UnsafePointer<Double>, m: UnsafePointer<Double>, _ da: UnsafeMutablePointer<Double>,
    _ dm: UnsafeMutablePointer<Double>, _ dh: UnsafeMutablePointer<Double>
  ) {
    let (δ, before) = (δ + t * size, h + (t - 1) * size)
    let (gates, m) = (gates + (t - 1) * 3 * size, m + (t - 1) * 3 * size)
    let (da, dm) = (da + (t - 1) * 3 * size, dm + (t - 1) * 3 * size)
    // With z taking the new, z and 1 − z change places, and so does the sign of dz.
    let keeps = update == .keepsPast
    for example in 0..<batch {
      let (r, z, g) = blocks(of: gates, example)
      let m_g = blocks(of: m, example).2
      let (da_r, da_z, da_g) = blocks(of: da, example)
      let (dm_r, dm_z, dm_g) = blocks(of: dm, example)
      for unit in 0..<hidden {
        let k = example * hidden + unit
        // The next lines are those of chapter 04.
        let dh_t = δ[k] + dh[k]
        let dz_t = dh_t * (keeps ? before[k] - g[unit] : g[unit] - before[k])  // dz_t = dh_t ⊙ (h_{t−1} − g_t)
        let dg_t = dh_t * (keeps ? 1 - z[unit] : z[unit])  // dg_t = dh_t ⊙ (1 − z_t)
        da_g[unit] = dg_t * (1 - g[unit] * g[unit])  // da_g = dg_t ⊙ (1 − g_t²)
        dm_g[unit] = da_g[unit] * r[unit]  // dm_g = da_g ⊙ r_t
        let dr_t = da_g[unit] * m_g[unit]  // dr_t = da_g ⊙ m_g
        da_r[unit] = dr_t * r[unit] * (1 - r[unit])  // da_r = dr_t ⊙ r_t ⊙ (1 − r_t)
        da_z[unit] = dz_t * z[unit] * (1 - z[unit])  // da_z = dz_t ⊙ z_t ⊙ (1 − z_t)
        (dm_r[unit], dm_z[unit]) = (da_r[unit], da_z[unit])  // r and z see the sum a + m
        dh[k] = dh_t * (keeps ? z[unit] : 1 - z[unit])
      }
    }
    // dh_{t−1} = dh_t ⊙ z_t + W_hᵀ dm_t
    Kernels.addProduct(W_hT, dm, into: dh, columns: batch)
  }

  // MARK: Places

  /// The blocks of a step's stacked rows, in PyTorch's order, for one example: r, z, g.
  private func blocks<Pointer: Strideable>(of rows: Pointer, _ example: Int) -> (Pointer, Pointer, Pointer)
  where Pointer.Stride == Int {
    let top = rows.advanced(by: example * self.rows)
    return (top, top.advanced(by: hidden), top.advanced(by: 2 * hidden))
  }
}
