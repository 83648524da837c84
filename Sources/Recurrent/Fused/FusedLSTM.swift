// The LSTM over a whole sequence as one operation of the tape.
//
// Its backward pass is derived by hand (chapter 03) and compared with `LSTMCell`: see FusedCell.swift.

import Autodiff

/// `LSTMCell` on a tape, over a whole sequence at once: the same parameters, states and gradients, up to rounding, from
/// one node instead of some twenty a step.
///
/// It has no second derivatives and no nodes for its gates. Where you need them, record an `LSTMCell`.
public struct FusedLSTMCell: FusedCell {
  public typealias A = Variable

  /// Stacked as in PyTorch's `torch.nn.LSTM`: i, f, g, o from top to bottom, each `hidden` rows.
  public let weights: CellWeights<Variable>
  /// Entries of a state.
  public let hidden: Int
  let threads: Threads

  /// Traps unless the weights' shapes fit `hidden` and there is at least one thread.
  ///
  /// - Parameter threads: how many threads share the work; the results have the same bits with any number.
  public init(_ weights: CellWeights<Variable>, hidden: Int, threads: Int = 1) {
    Self.checkShapes(weights, gates: 4, hidden: hidden)
    self.weights = weights
    self.hidden = hidden
    self.threads = Threads(threads)
  }

  static var title: String { "an LSTM" }
  static let stateNames = ["h", "c"]

  func operation(_ sequence: FusedSequence) -> FusedOperation {
    let pass = LSTMPass(sequence: sequence)
    return FusedOperation(name: "LSTM", forward: pass.forward, backward: pass.backward)
  }
}

/// The forward and the backward pass on numbers.
///
/// The letters are those of `LSTMCell`. z = W_x x_t + W_h h_{t−1} + b is what σ and tanh are applied to: the rows of i,
/// f, g and o one above the other. A leading d means ∂L/∂: `df_t` is ∂L/∂f_t.
private struct LSTMPass: Sendable {
  let sequence: FusedSequence

  private var steps: Int { sequence.steps }
  private var hidden: Int { sequence.hidden }
  private var rows: Int { 4 * hidden }
  private var size: Int { sequence.size }

  // MARK: Forward

  @Sendable func forward(_ inputs: [Matrix]) -> (output: Matrix, saved: [Matrix]) {
    let inputs = FusedInputs(inputs, of: sequence, parts: 2)
    let batch = sequence.batch
    let x = Kernels.joinColumns(inputs.x)
    let W_h = Kernels.Panels(inputs.weights.W.h)
    var z = uninitialised(steps * 4 * size)
    var states = uninitialised(2 * (steps + 1) * size)
    var tanh_c = uninitialised(steps * size)
    withPointers(&z, &states, &tanh_c) { z, states, tanh_c in
      // z begins as W_x x_t + b. Each step adds W_h h_{t−1} and turns z into i, f, g and o.
      affine(inputs.weights.W.x, x, inputs.weights.bias, into: z, sequence.threads)
      copy(inputs.state[0], to: states)
      copy(inputs.state[1], to: states + (steps + 1) * size)
      sequence.threads.share(batch) { examples in
        for t in 1...steps { forwardStep(t, examples, W_h, z, states, tanh_c) }
      }
    }
    return (
      output: Matrix(rows: hidden, columns: 2 * (steps + 1) * batch, elements: states),
      saved: [
        Matrix(rows: rows, columns: steps * batch, elements: z),
        Matrix(rows: hidden, columns: steps * batch, elements: tanh_c), x,
      ]
    )
  }

  private func forwardStep(
    _ t: Int, _ examples: Range<Int>, _ W_h: Kernels.Panels, _ z: UnsafeMutablePointer<Double>,
    _ h: UnsafeMutablePointer<Double>, _ tanh_c: UnsafeMutablePointer<Double>
  ) {
    let first = examples.lowerBound * hidden
    let c = h + (steps + 1) * size
    let (h_before, c_before) = (h + (t - 1) * size + first, c + (t - 1) * size + first)
    let (h_t, c_t, tanh_c_t) = (h + t * size + first, c + t * size + first, tanh_c + (t - 1) * size + first)
    let z_t = z + 4 * ((t - 1) * size + first)

    // z_t = W_x x_t + b + W_h h_{t−1}
    Kernels.addProduct(W_h, h_before, into: z_t, columns: examples.count)
    for example in 0..<examples.count {
      let (i, f, g, o) = blocks(of: z_t, example)
      let (c_before, c_t) = (c_before + example * hidden, c_t + example * hidden)
      apply(Elementary.sigmoid, to: i, count: 2 * hidden)  // i_t = σ(z_i), and below it f_t = σ(z_f)
      apply(Elementary.tanh, to: g, count: hidden)  // g_t = tanh(z_g)
      apply(Elementary.sigmoid, to: o, count: hidden)  // o_t = σ(z_o)
      for k in 0..<hidden { c_t[k] = f[k] * c_before[k] + i[k] * g[k] }  // c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t
    }
    tanh_c_t.update(from: c_t, count: examples.count * hidden)
    apply(Elementary.tanh, to: tanh_c_t, count: examples.count * hidden)
    for example in 0..<examples.count {
      let o = blocks(of: z_t, example).o
      let (h_t, tanh_c_t) = (h_t + example * hidden, tanh_c_t + example * hidden)
      for k in 0..<hidden { h_t[k] = o[k] * tanh_c_t[k] }  // h_t = o_t ⊙ tanh(c_t)
    }
  }

  // MARK: Backward

  @Sendable func backward(_ δ: Matrix, _ inputs: [Matrix], _ output: Matrix, _ saved: [Matrix]) -> [Matrix?] {
    let inputs = FusedInputs(inputs, of: sequence, parts: 2)
    let (batch, needs) = (sequence.batch, sequence.needs)
    let W_hT = Kernels.Panels(inputs.weights.W.h, transposed: true)
    let last = sequence.lastUsedStep(δ, parts: 2)
    let terms = last * batch
    // The gradients that a step sends to the h and c before it. No step follows the last one: zeros.
    var (dh, dc) = ([Double](repeating: 0, count: size), [Double](repeating: 0, count: size))
    var dz = uninitialised(terms * rows)
    withPointers(&dh, &dc, &dz) { dh, dc, dz in
      sequence.threads.share(batch) { examples in
        for t in stride(from: last, through: 1, by: -1) {
          backwardStep(
            t, examples, δ.elements, W_hT, c: output.elements, gates: saved[0].elements, tanh_c: saved[1].elements,
            dz, dh, dc)
        }
      }
    }
    // The output begins with h_0 … h_{T−1}, the factors of dW_h. Both biases have the same gradient.
    let sums = WeightGradients(
      of: dz, rows: rows, terms: terms, x: needs.W_x ? saved[2] : nil, h: needs.W_h ? output : nil,
      needsBias: !inputs.weights.biases.isEmpty, sequence.threads)
    // dh and dc are now the gradients of h_0 and c_0.
    return sequence.gradients(
      W_x: sums.W_x, W_h: sums.W_h, b: (x: sums.b, h: sums.b),
      state: [dh, dc].map { Matrix(rows: hidden, columns: batch, elements: $0) }, of: inputs, dz: dz, terms: terms)
  }

  private func backwardStep(
    _ t: Int, _ examples: Range<Int>, _ δ: UnsafePointer<Double>, _ W_hT: Kernels.Panels,
    c states: UnsafePointer<Double>, gates: UnsafePointer<Double>, tanh_c: UnsafePointer<Double>,
    _ dz: UnsafeMutablePointer<Double>, _ dh: UnsafeMutablePointer<Double>, _ dc: UnsafeMutablePointer<Double>
  ) {
    let first = examples.lowerBound * hidden
    let (here, before) = (t * size + first, (t - 1) * size + first)
    let (gates, dz, dh, dc) = (gates + 4 * before, dz + 4 * before, dh + first, dc + first)
    for example in 0..<examples.count {
      let place = example * hidden
      let (δh, δc) = (δ + here + place, δ + (steps + 1) * size + here + place)
      let (c_before, tanh_c) = (states + (steps + 1) * size + before + place, tanh_c + before + place)
      let (dh, dc) = (dh + place, dc + place)
      let (gate, dz) = (blocks(of: gates, example), blocks(of: dz, example))
      Lanes.each(of: hidden) { lanes in
        let (i, f, g, o) = (lanes.read(gate.i), lanes.read(gate.f), lanes.read(gate.g), lanes.read(gate.o))
        let (c_before, tanh_c) = (lanes.read(c_before), lanes.read(tanh_c))
        // begin: way-back
        // The gradients of h_t and c_t: from outside, plus from step t + 1.
        let dh_t = lanes.read(δh) + lanes.read(dh)
        // h_t = o_t ⊙ tanh(c_t)
        let do_t = dh_t * tanh_c  // do_t = dh_t ⊙ tanh(c_t)
        let slope = 1 - tanh_c * tanh_c
        let dc_t = lanes.read(δc) + lanes.read(dc) + dh_t * o * slope  // dc_t += dh_t ⊙ o_t ⊙ (1 − tanh²(c_t))
        // c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t
        let df_t = dc_t * c_before  // df_t = dc_t ⊙ c_{t−1}
        let di_t = dc_t * g  // di_t = dc_t ⊙ g_t
        let dg_t = dc_t * i  // dg_t = dc_t ⊙ i_t
        lanes.write(dc_t * f, dc)  // dc_{t−1} = dc_t ⊙ f_t
        // Through σ and tanh: σ′ = σ (1 − σ), tanh′ = 1 − tanh².
        lanes.write(di_t * i * (1 - i), dz.i)  // dz_i = di_t ⊙ i_t ⊙ (1 − i_t)
        lanes.write(df_t * f * (1 - f), dz.f)  // dz_f = df_t ⊙ f_t ⊙ (1 − f_t)
        lanes.write(dg_t * (1 - g * g), dz.g)  // dz_g = dg_t ⊙ (1 − g_t²)
        lanes.write(do_t * o * (1 - o), dz.o)  // dz_o = do_t ⊙ o_t ⊙ (1 − o_t)
        // end: way-back
      }
    }
    // dh_{t−1} = W_hᵀ dz_t
    dh.update(repeating: 0, count: examples.count * hidden)
    Kernels.addProduct(W_hT, dz, into: dh, columns: examples.count)
  }

  /// Where the blocks of a stacked column begin, for one example, in PyTorch's order.
  private func blocks<Pointer: Strideable>(of z: Pointer, _ example: Int) -> (
    i: Pointer, f: Pointer, g: Pointer, o: Pointer
  )
  where Pointer.Stride == Int {
    let top = z.advanced(by: example * rows)
    return (top, top.advanced(by: hidden), top.advanced(by: 2 * hidden), top.advanced(by: 3 * hidden))
  }
}
