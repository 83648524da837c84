// The LSTM over a whole sequence as one operation of the tape, with the backward pass derived by hand.
//
// `LSTMCell` records some twenty small operations a step, and the tape finds the way back by itself. Here a sequence is
// one node, and the way back is written down. Both compute the same numbers: the tests hold this one to that one.

import Autodiff

/// The cell of `LSTMCell`, on a tape and over a whole sequence at once: the same parameters, the same states, the same
/// gradients, from one node instead of some twenty a step.
///
/// It has no second derivatives and no nodes for its gates: where you want these, record an `LSTMCell`.
public struct FusedLSTMCell: FusedCell {
  public typealias A = Variable

  /// As PyTorch's `torch.nn.LSTM` stacks them: i, f, g, o from top to bottom, each `hidden` rows.
  public let weights: CellWeights<Variable>
  /// Entries of a state.
  public let hidden: Int
  let threads: Threads

  /// Traps unless the weights' shapes fit `hidden`.
  ///
  /// - Parameter threads: how many share the work; the results are the same bits with any number.
  public init(_ weights: CellWeights<Variable>, hidden: Int, threads: Int = 1) {
    let (rows, W) = (4 * hidden, weights.W)
    require(W.x.shape.rows == rows, "W_x of an LSTM is \(W.x.shape), expected \(rows) rows")
    require(W.h.shape == Shape(rows, hidden), "W_h of an LSTM is \(W.h.shape), expected \(Shape(rows, hidden))")
    for b in weights.biases {
      require(b.shape == Shape(rows, 1), "a bias of an LSTM is \(b.shape), expected \(Shape(rows, 1))")
    }
    self.weights = weights
    self.hidden = hidden
    self.threads = Threads(threads)
  }

  static var title: String { "an LSTM" }
  static var parts: StateParts { .hAndC }

  func operation(steps: Int, batch: Int, wants: (W_x: Bool, W_h: Bool, x: Bool)) -> FusedOperation {
    let pass = LSTMPass(
      steps: steps, batch: batch, hidden: hidden, biases: weights.biases.count, wants: wants, threads: threads)
    return FusedOperation(name: "LSTM", forward: pass.forward, backward: pass.backward)
  }
}

/// The forward and the backward pass on numbers.
///
/// The inputs are W_x, W_h, the biases that there are, h_0, c_0, x_1 … x_T; the output is [h_0 … h_T, c_0 … c_T], hidden ×
/// 2 (T + 1) batch. The letters are those of `LSTMCell`. z is what σ and tanh are applied to, W_x x_t + W_h h_{t−1} + b:
/// the rows of i, f, g and o one above the other. Before a name d means ∂L/∂, so `df_t` is ∂L/∂f_t.
private struct LSTMPass: Sendable {
  let steps: Int
  let batch: Int
  let hidden: Int
  let biases: Int
  /// Which gradients somebody waits for. Data get none, and their product is spared.
  let wants: (W_x: Bool, W_h: Bool, x: Bool)
  let threads: Threads

  private var rows: Int { 4 * hidden }
  /// Entries of a state, of all examples.
  private var size: Int { hidden * batch }

  private func x(_ inputs: [Matrix]) -> Matrix { Kernels.joinColumns(inputs[(biases + 4)...]) }

  // MARK: Forward

  @Sendable func forward(_ inputs: [Matrix]) -> (output: Matrix, saved: [Matrix]) {
    let x = x(inputs)
    let (h_0, c_0) = (inputs[biases + 2], inputs[biases + 3])
    let b = sum(inputs[2..<biases + 2])
    let W_h = Kernels.Panels(inputs[1])
    var z = uninitialised(steps * rows * batch)
    var states = uninitialised(2 * (steps + 1) * size)
    var tanh_c = uninitialised(steps * size)
    withPointers(&z, &states, &tanh_c) { z, states, tanh_c in
      // The steps add the rest to W_x x_t + b, and turn z into i, f, g, o.
      affine(inputs[0], x, b, into: z, threads)
      copy(h_0, to: states)
      copy(c_0, to: states + (steps + 1) * size)
      threads.share(batch) { examples in
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
    let W_hT = Kernels.Panels(inputs[1], transposed: true)
    // What a step sends back to the h and c before it. Behind the last step there is nothing that could.
    var (dh, dc) = ([Double](repeating: 0, count: size), [Double](repeating: 0, count: size))
    let last = lastUsed(δ, steps: steps, size: size, parts: .hAndC)
    var dz = uninitialised(last * rows * batch)
    withPointers(&dh, &dc, &dz) { dh, dc, dz in
      threads.share(batch) { examples in
        for t in stride(from: last, through: 1, by: -1) {
          backwardStep(
            t, examples, δ.elements, W_hT, c: output.elements, gates: saved[0].elements, tanh_c: saved[1].elements,
            dz, dh, dc)
        }
      }
    }
    // With the gates stacked, everything from here on is as in any recurrent network: z = W_x x + W_h h + b. The output
    // begins with h_0 … h_{T−1}, and either bias gets the whole sum.
    let sums = Sums(
      of: dz, rows: rows, terms: last * batch, x: wants.W_x ? saved[2] : nil, h: wants.W_h ? output : nil,
      b: biases > 0, threads)
    let dx = inputGradients(of: inputs[(biases + 4)...], inputs[0], dz, used: last * batch, isWanted: wants.x, threads)
    // h_0 and c_0 get what step 1 sent back.
    let dh_0 = Matrix(rows: hidden, columns: batch, elements: dh)
    let dc_0 = Matrix(rows: hidden, columns: batch, elements: dc)
    return [sums.W_x, sums.W_h] + Array(repeating: sums.b, count: biases) + [dh_0, dc_0] + dx
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
      Units.each(of: hidden) { units in
        let (i, f, g, o) = (units.read(gate.i), units.read(gate.f), units.read(gate.g), units.read(gate.o))
        let (c_before, tanh_c) = (units.read(c_before), units.read(tanh_c))
        // begin: way-back
        // First what h_t and c_t were sent, from outside and from step t + 1.
        let dh_t = units.read(δh) + units.read(dh)
        // h_t = o_t ⊙ tanh(c_t)
        let do_t = dh_t * tanh_c  // do_t = dh_t ⊙ tanh(c_t)
        let slope = 1 - tanh_c * tanh_c
        let dc_t = units.read(δc) + units.read(dc) + dh_t * o * slope  // dc_t += dh_t ⊙ o_t ⊙ (1 − tanh²(c_t))
        // c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t
        let df_t = dc_t * c_before  // df_t = dc_t ⊙ c_{t−1}
        let di_t = dc_t * g  // di_t = dc_t ⊙ g_t
        let dg_t = dc_t * i  // dg_t = dc_t ⊙ i_t
        units.write(dc_t * f, dc)  // dc_{t−1} = dc_t ⊙ f_t
        // Through σ and tanh, stacked: σ′ = σ (1 − σ), tanh′ = 1 − tanh².
        units.write(di_t * i * (1 - i), dz.i)  // dz_i = di_t ⊙ i_t ⊙ (1 − i_t)
        units.write(df_t * f * (1 - f), dz.f)  // dz_f = df_t ⊙ f_t ⊙ (1 − f_t)
        units.write(dg_t * (1 - g * g), dz.g)  // dz_g = dg_t ⊙ (1 − g_t²)
        units.write(do_t * o * (1 - o), dz.o)  // dz_o = do_t ⊙ o_t ⊙ (1 − o_t)
        // end: way-back
      }
    }
    // dh_{t−1} = W_hᵀ dz_t
    dh.update(repeating: 0, count: examples.count * hidden)
    Kernels.addProduct(W_hT, dz, into: dh, columns: examples.count)
  }

  // MARK: Places

  /// The blocks of a step's stacked rows, in PyTorch's order, for one example.
  private func blocks<Pointer: Strideable>(of z: Pointer, _ example: Int) -> (
    i: Pointer, f: Pointer, g: Pointer, o: Pointer
  )
  where Pointer.Stride == Int {
    let top = z.advanced(by: example * rows)
    return (top, top.advanced(by: hidden), top.advanced(by: 2 * hidden), top.advanced(by: 3 * hidden))
  }
}
