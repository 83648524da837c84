// The GRU over a whole sequence as one operation of the tape.
//
// Its backward pass is derived by hand (chapter 04) and compared with `GRUCell`: see FusedCell.swift. The reset gate is
// applied after the product, so that W_h h_{t−1} is one product for all three blocks.

import Autodiff

/// `GRUCell` with its reset after the product, on a tape and over a whole sequence at once: the same parameters, states
/// and gradients, up to rounding, from one node instead of some fifteen a step.
///
/// It has no second derivatives and no nodes for its gates. Where you need them, record a `GRUCell`.
public struct FusedGRUCell: FusedCell {
  public typealias A = Variable

  /// Stacked as in PyTorch's `torch.nn.GRU`: r, z, g from top to bottom, each `hidden` rows.
  public let weights: CellWeights<Variable>
  /// Entries of a state.
  public let hidden: Int
  public let update: UpdateGate
  let threads: Threads

  /// Traps unless the weights' shapes fit `hidden` and there is at least one thread.
  ///
  /// - Parameter threads: how many threads share the work; the results have the same bits with any number.
  public init(_ weights: CellWeights<Variable>, hidden: Int, update: UpdateGate = .keepsPast, threads: Int = 1) {
    Self.checkShapes(weights, gates: 3, hidden: hidden)
    self.weights = weights
    self.hidden = hidden
    self.update = update
    self.threads = Threads(threads)
  }

  static var title: String { "a GRU" }
  static let stateNames = ["h"]

  func operation(_ sequence: FusedSequence) -> FusedOperation {
    let pass = GRUPass(sequence: sequence, update: update)
    return FusedOperation(name: "GRU", forward: pass.forward, backward: pass.backward)
  }
}

/// The forward and the backward pass on numbers.
///
/// The letters are those of `GRUCell`, stacked: a = W_x x_t + b_x and m = W_h h_{t−1} + b_h have the rows of r, z and g
/// one above the other; then r_t = σ(a_r + m_r), z_t = σ(a_z + m_z), g_t = tanh(a_g + r_t ⊙ m_g). A leading d means
/// ∂L/∂: `dz_t` is ∂L/∂z_t.
private struct GRUPass: Sendable {
  let sequence: FusedSequence
  let update: UpdateGate

  private var hidden: Int { sequence.hidden }
  private var rows: Int { 3 * hidden }
  private var size: Int { sequence.size }

  // MARK: Forward

  @Sendable func forward(_ inputs: [Matrix]) -> (output: Matrix, saved: [Matrix]) {
    let inputs = FusedInputs(inputs, of: sequence, parts: 1)
    let (steps, batch) = (sequence.steps, sequence.batch)
    let x = Kernels.joinColumns(inputs.x)
    let W_h = Kernels.Panels(inputs.weights.W.h)
    let shape = Shape(rows, steps * batch)
    var (a, m, h) = (uninitialised(shape.count), uninitialised(shape.count), uninitialised((steps + 1) * size))
    withPointers(&a, &m, &h) { a, m, h in
      // a begins as W_x x_t + b_x. Each step computes m and turns a into r, z and g.
      affine(inputs.weights.W.x, x, inputs.weights.b.x, into: a, sequence.threads)
      copy(inputs.state[0], to: h)
      sequence.threads.share(batch) { examples in
        for t in 1...steps { forwardStep(t, examples, W_h, inputs.weights.b.h, a, m, h) }
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
    let inputs = FusedInputs(inputs, of: sequence, parts: 1)
    let (batch, needs, threads) = (sequence.batch, sequence.needs, sequence.threads)
    let W_hT = Kernels.Panels(inputs.weights.W.h, transposed: true)
    let last = sequence.lastUsedStep(δ, parts: 1)
    let terms = last * batch
    // The gradient that a step sends to the h before it. No step follows the last one: zeros.
    var dh = [Double](repeating: 0, count: size)
    var (da, dm) = (uninitialised(terms * rows), uninitialised(terms * rows))
    withPointers(&dh, &da, &dm) { dh, da, dm in
      threads.share(batch) { examples in
        for t in stride(from: last, through: 1, by: -1) {
          backwardStep(
            t, examples, δ.elements, W_hT, h: output.elements, gates: saved[0].elements, m: saved[1].elements, da, dm,
            dh)
        }
      }
    }
    // a = W_x x + b_x and m = W_h h + b_h, stacked. The output begins with h_0 … h_{T−1}, the factors of dW_h.
    let ofA = WeightGradients(
      of: da, rows: rows, terms: terms, x: needs.W_x ? saved[2] : nil, h: nil, needsBias: inputs.weights.b.x != nil,
      threads)
    let ofM = WeightGradients(
      of: dm, rows: rows, terms: terms, x: nil, h: needs.W_h ? output : nil, needsBias: inputs.weights.b.h != nil,
      threads)
    // dh is now the gradient of h_0.
    return sequence.gradients(
      W_x: ofA.W_x, W_h: ofM.W_h, b: (x: ofA.b, h: ofM.b),
      state: [Matrix(rows: hidden, columns: batch, elements: dh)], of: inputs, dz: da, terms: terms)
  }

  private func backwardStep(
    _ t: Int, _ examples: Range<Int>, _ δ: UnsafePointer<Double>, _ W_hT: Kernels.Panels, h: UnsafePointer<Double>,
    gates: UnsafePointer<Double>, m: UnsafePointer<Double>, _ da: UnsafeMutablePointer<Double>,
    _ dm: UnsafeMutablePointer<Double>, _ dh: UnsafeMutablePointer<Double>
  ) {
    let first = examples.lowerBound * hidden
    let before = (t - 1) * size + first
    let (gates, m, da, dm, dh) = (gates + 3 * before, m + 3 * before, da + 3 * before, dm + 3 * before, dh + first)
    // In the other convention z and 1 − z change places, and dz changes its sign.
    let keeps = update == .keepsPast
    for example in 0..<examples.count {
      let place = before + example * hidden
      let (δ, h_before, dh) = (δ + place + size, h + place, dh + example * hidden)
      let (gate, m_g) = (blocks(of: gates, example), blocks(of: m, example).2)
      let (da, dm) = (blocks(of: da, example), blocks(of: dm, example))
      Lanes.each(of: hidden) { lanes in
        let (r, z, g) = (lanes.read(gate.0), lanes.read(gate.1), lanes.read(gate.2))
        let (before, m_g) = (lanes.read(h_before), lanes.read(m_g))
        // The derivation is in chapter 04.
        let dh_t = lanes.read(δ) + lanes.read(dh)
        let dz_t = dh_t * (keeps ? before - g : g - before)  // dz_t = dh_t ⊙ (h_{t−1} − g_t)
        let dg_t = dh_t * (keeps ? 1 - z : z)  // dg_t = dh_t ⊙ (1 − z_t)
        let da_g = dg_t * (1 - g * g)  // da_g = dg_t ⊙ (1 − g_t²)
        let dr_t = da_g * m_g  // dr_t = da_g ⊙ m_g
        let da_r = dr_t * r * (1 - r)  // da_r = dr_t ⊙ r_t ⊙ (1 − r_t)
        let da_z = dz_t * z * (1 - z)  // da_z = dz_t ⊙ z_t ⊙ (1 − z_t)
        lanes.write(da_r, da.0)
        lanes.write(da_z, da.1)
        lanes.write(da_g, da.2)
        // r and z depend on the sum a + m: dm is da.
        lanes.write(da_r, dm.0)
        lanes.write(da_z, dm.1)
        lanes.write(da_g * r, dm.2)  // dm_g = da_g ⊙ r_t
        lanes.write(dh_t * (keeps ? z : 1 - z), dh)
      }
    }
    // dh_{t−1} = dh_t ⊙ z_t + W_hᵀ dm_t
    Kernels.addProduct(W_hT, dm, into: dh, columns: examples.count)
  }

  /// Where the blocks of a stacked column begin, for one example, in PyTorch's order: r, z, g.
  private func blocks<Pointer: Strideable>(of rows: Pointer, _ example: Int) -> (Pointer, Pointer, Pointer)
  where Pointer.Stride == Int {
    let top = rows.advanced(by: example * self.rows)
    return (top, top.advanced(by: hidden), top.advanced(by: 2 * hidden))
  }
}
