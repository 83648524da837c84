// The GRU over a whole sequence as one operation of the tape, with the backward pass derived by hand.
//
// As in FusedLSTM.swift: a sequence is one node, the way back is written down, and the tests hold it to `GRUCell`. Its
// reset gate works after the product: only then is W_h h_{t−1} one product of all three blocks.

import Autodiff

/// The cell of `GRUCell` with its reset after the product, on a tape and over a whole sequence at once: the same
/// parameters, the same states, the same gradients, from one node instead of some fifteen a step.
///
/// It has no second derivatives and no nodes for its gates: where you want these, record a `GRUCell`.
public struct FusedGRUCell: FusedCell {
  public typealias A = Variable

  /// As PyTorch's `torch.nn.GRU` stacks them: r, z, g from top to bottom, each `hidden` rows.
  public let weights: CellWeights<Variable>
  /// Entries of a state.
  public let hidden: Int
  public let update: UpdateGate
  let threads: Threads

  /// Traps unless the weights' shapes fit `hidden`.
  ///
  /// - Parameter threads: how many share the work; the results are the same bits with any number.
  public init(_ weights: CellWeights<Variable>, hidden: Int, update: UpdateGate = .keepsPast, threads: Int = 1) {
    let (rows, W) = (3 * hidden, weights.W)
    require(W.x.shape.rows == rows, "W_x of a GRU is \(W.x.shape), expected \(rows) rows")
    require(W.h.shape == Shape(rows, hidden), "W_h of a GRU is \(W.h.shape), expected \(Shape(rows, hidden))")
    for b in weights.biases {
      require(b.shape == Shape(rows, 1), "a bias of a GRU is \(b.shape), expected \(Shape(rows, 1))")
    }
    self.weights = weights
    self.hidden = hidden
    self.update = update
    self.threads = Threads(threads)
  }

  static var title: String { "a GRU" }
  static var parts: StateParts { .h }

  func operation(steps: Int, batch: Int, wants: (W_x: Bool, W_h: Bool, x: Bool)) -> FusedOperation {
    let pass = GRUPass(
      steps: steps, batch: batch, hidden: hidden, update: update,
      has: (b_x: weights.b.x != nil, b_h: weights.b.h != nil), wants: wants, threads: threads)
    return FusedOperation(name: "GRU", forward: pass.forward, backward: pass.backward)
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
  let threads: Threads

  private var rows: Int { 3 * hidden }
  /// Entries of a state, of all examples.
  private var size: Int { hidden * batch }
  private var biases: Int { (has.b_x ? 1 : 0) + (has.b_h ? 1 : 0) }

  private func x(_ inputs: [Matrix]) -> Matrix { Kernels.joinColumns(inputs[(biases + 3)...]) }

  // MARK: Forward

  @Sendable func forward(_ inputs: [Matrix]) -> (output: Matrix, saved: [Matrix]) {
    let x = x(inputs)
    let W_h = Kernels.Panels(inputs[1])
    let shape = Shape(rows, steps * batch)
    var (a, m, h) = (uninitialised(shape.count), uninitialised(shape.count), uninitialised((steps + 1) * size))
    withPointers(&a, &m, &h) { a, m, h in
      // The steps turn a into r, z, g, and m into what r multiplies.
      affine(inputs[0], x, has.b_x ? inputs[2] : nil, into: a, threads)
      copy(inputs[biases + 2], to: h)
      threads.share(batch) { examples in
        for t in 1...steps { forwardStep(t, examples, W_h, has.b_h ? inputs[biases + 1] : nil, a, m, h) }
      }
    }
    return (
      output: Matrix(rows: hidden, columns: (steps + 1) * batch, elements: h),
      saved: [a, m].map { Matrix(rows: shape.rows, columns: shape.columns, elements: $0) } + [x]
    )
  }

  private func forwardStep(
    _ t: Int, _ examples: Range<Int>, _ W_h: Kernels.Panels, _ b_h: Matrix?, _ a: UnsafeMutablePointer<Double>,
    _ m: UnsafeMutablePointer<Double>, _ h: UnsafeMutablePointer<Double>
  ) {
    let place = (t - 1) * size + examples.lowerBound * hidden
    let (before, h_t) = (h + place, h + place + size)
    let (a, m) = (a + 3 * place, m + 3 * place)
    // m = W_h h_{t−1} + b_h
    spread(b_h, rows: rows, 0..<examples.count, into: m)
    Kernels.addProduct(W_h, before, into: m, columns: examples.count)
    for example in 0..<examples.count {
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
    let W_hT = Kernels.Panels(inputs[1], transposed: true)
    // What a step sends back to the h before it. Behind the last step there is nothing that could.
    var dh = [Double](repeating: 0, count: size)
    let last = lastUsed(δ, steps: steps, size: size)
    var (da, dm) = (uninitialised(last * rows * batch), uninitialised(last * rows * batch))
    withPointers(&dh, &da, &dm) { dh, da, dm in
      threads.share(batch) { examples in
        for t in stride(from: last, through: 1, by: -1) {
          backwardStep(
            t, examples, δ.elements, W_hT, h: output.elements, gates: saved[0].elements, m: saved[1].elements, da, dm,
            dh)
        }
      }
    }
    // Stacked: a = W_x x + b_x and m = W_h h + b_h. The output begins with h_0 … h_{T−1}.
    let terms = last * batch
    let ofA = Sums(of: da, rows: rows, terms: terms, x: wants.W_x ? saved[2] : nil, h: nil, b: has.b_x, threads)
    let ofM = Sums(of: dm, rows: rows, terms: terms, x: nil, h: wants.W_h ? output : nil, b: has.b_h, threads)
    let db = (has.b_x ? [ofA.b] : []) + (has.b_h ? [ofM.b] : [])
    let dx = inputGradients(of: inputs[(biases + 3)...], inputs[0], da, used: terms, isWanted: wants.x, threads)
    // h_0 gets what step 1 sent back.
    let dh_0 = Matrix(rows: hidden, columns: batch, elements: dh)
    return [ofA.W_x, ofM.W_h] + db + [dh_0] + dx
  }

  private func backwardStep(
    _ t: Int, _ examples: Range<Int>, _ δ: UnsafePointer<Double>, _ W_hT: Kernels.Panels, h: UnsafePointer<Double>,
    gates: UnsafePointer<Double>, m: UnsafePointer<Double>, _ da: UnsafeMutablePointer<Double>,
    _ dm: UnsafeMutablePointer<Double>, _ dh: UnsafeMutablePointer<Double>
  ) {
    let first = examples.lowerBound * hidden
    let before = (t - 1) * size + first
    let (gates, m, da, dm, dh) = (gates + 3 * before, m + 3 * before, da + 3 * before, dm + 3 * before, dh + first)
    // With z taking the new, z and 1 − z change places, and so does the sign of dz.
    let keeps = update == .keepsPast
    for example in 0..<examples.count {
      let place = before + example * hidden
      let (δ, h_before, dh) = (δ + place + size, h + place, dh + example * hidden)
      let (gate, m_g) = (blocks(of: gates, example), blocks(of: m, example).2)
      let (da, dm) = (blocks(of: da, example), blocks(of: dm, example))
      Units.each(of: hidden) { units in
        let (r, z, g) = (units.read(gate.0), units.read(gate.1), units.read(gate.2))
        let (before, m_g) = (units.read(h_before), units.read(m_g))
        // The next lines are those of chapter 04.
        let dh_t = units.read(δ) + units.read(dh)
        let dz_t = dh_t * (keeps ? before - g : g - before)  // dz_t = dh_t ⊙ (h_{t−1} − g_t)
        let dg_t = dh_t * (keeps ? 1 - z : z)  // dg_t = dh_t ⊙ (1 − z_t)
        let da_g = dg_t * (1 - g * g)  // da_g = dg_t ⊙ (1 − g_t²)
        let dr_t = da_g * m_g  // dr_t = da_g ⊙ m_g
        let da_r = dr_t * r * (1 - r)  // da_r = dr_t ⊙ r_t ⊙ (1 − r_t)
        let da_z = dz_t * z * (1 - z)  // da_z = dz_t ⊙ z_t ⊙ (1 − z_t)
        units.write(da_r, da.0)
        units.write(da_z, da.1)
        units.write(da_g, da.2)
        // r and z see the sum a + m.
        units.write(da_r, dm.0)
        units.write(da_z, dm.1)
        units.write(da_g * r, dm.2)  // dm_g = da_g ⊙ r_t
        units.write(dh_t * (keeps ? z : 1 - z), dh)
      }
    }
    // dh_{t−1} = dh_t ⊙ z_t + W_hᵀ dm_t
    Kernels.addProduct(W_hT, dm, into: dh, columns: examples.count)
  }

  // MARK: Places

  /// The blocks of a step's stacked rows, in PyTorch's order, for one example: r, z, g.
  private func blocks<Pointer: Strideable>(of rows: Pointer, _ example: Int) -> (Pointer, Pointer, Pointer)
  where Pointer.Stride == Int {
    let top = rows.advanced(by: example * self.rows)
    return (top, top.advanced(by: hidden), top.advanced(by: 2 * hidden))
  }
}
