// The simple recurrent network over a whole sequence as one operation of the tape, with the backward pass derived by hand.
//
// As in FusedLSTM.swift: a sequence is one node, the way back is written down, and the tests hold it to `RNNCell`.

import Autodiff

/// The cell of `RNNCell`, on a tape and over a whole sequence at once: the same parameters, the same states, the same
/// gradients, from one node instead of some five a step.
///
/// It has no second derivatives: where you want these, record an `RNNCell`.
public struct FusedRNNCell: FusedCell {
  public typealias A = Variable

  public let weights: CellWeights<Variable>
  /// Entries of a state.
  public let hidden: Int
  public let nonlinearity: Nonlinearity
  let threads: Threads

  /// Traps unless the weights' shapes fit each other.
  ///
  /// - Parameter threads: how many share the work; the results are the same bits with any number.
  public init(_ weights: CellWeights<Variable>, nonlinearity: Nonlinearity = .tanh, threads: Int = 1) {
    let W = weights.W
    hidden = W.h.shape.columns
    let (square, bias) = (Shape(hidden, hidden), Shape(hidden, 1))
    require(W.h.shape == square, "W_h of an RNN is \(W.h.shape), expected \(square)")
    require(W.x.shape.rows == hidden, "W_x of an RNN is \(W.x.shape), expected \(hidden) rows")
    for b in weights.biases {
      require(b.shape == bias, "a bias of an RNN is \(b.shape), expected \(bias)")
    }
    self.weights = weights
    self.nonlinearity = nonlinearity
    self.threads = Threads(threads)
  }

  static var title: String { "an RNN" }
  static var parts: StateParts { .h }

  func operation(steps: Int, batch: Int, wants: (W_x: Bool, W_h: Bool, x: Bool)) -> FusedOperation {
    let pass = RNNPass(
      steps: steps, batch: batch, hidden: hidden, nonlinearity: nonlinearity, biases: weights.biases.count,
      wants: wants, threads: threads)
    return FusedOperation(name: "RNN", forward: pass.forward, backward: pass.backward)
  }
}

/// The forward and the backward pass on numbers.
///
/// The inputs are W_x, W_h, the biases that there are, h_0, x_1 … x_T; the output is [h_0 … h_T], hidden × (T + 1) batch.
/// The letters are those of `RNNCell`; z is what tanh or relu is applied to, W_x x_t + W_h h_{t−1} + b. Before a name d
/// means ∂L/∂.
private struct RNNPass: Sendable {
  let steps: Int
  let batch: Int
  let hidden: Int
  let nonlinearity: Nonlinearity
  let biases: Int
  /// Which gradients somebody waits for. Data get none, and their product is spared.
  let wants: (W_x: Bool, W_h: Bool, x: Bool)
  let threads: Threads

  /// Entries of a state, of all examples.
  private var size: Int { hidden * batch }

  // MARK: Forward

  @Sendable func forward(_ inputs: [Matrix]) -> (output: Matrix, saved: [Matrix]) {
    let x = Kernels.joinColumns(inputs[(biases + 3)...])
    let b = sum(inputs[2..<biases + 2])
    let W_h = Kernels.Panels(inputs[1])
    var states = uninitialised((steps + 1) * size)
    states.withUnsafeMutableBufferPointer { states in
      guard let h = states.baseAddress else { return }
      copy(inputs[biases + 2], to: h)
      // W_x x_t + b where h_1 … h_T will stand: the steps add the rest, and bend it.
      affine(inputs[0], x, b, into: h + size, threads)
      threads.share(batch) { examples in
        let (first, count) = (examples.lowerBound * hidden, examples.count * hidden)
        for t in 1...steps {
          let h_t = h + t * size + first
          Kernels.addProduct(W_h, h_t - size, into: h_t, columns: examples.count)
          switch nonlinearity {
          case .tanh: apply(Elementary.tanh, to: h_t, count: count)
          case .relu: for k in 0..<count { h_t[k] = h_t[k] <= 0 ? 0 : h_t[k] }
          }
        }
      }
    }
    return (output: Matrix(rows: hidden, columns: (steps + 1) * batch, elements: states), saved: [x])
  }

  // MARK: Backward

  @Sendable func backward(_ δ: Matrix, _ inputs: [Matrix], _ output: Matrix, _ saved: [Matrix]) -> [Matrix?] {
    let W_hT = Kernels.Panels(inputs[1], transposed: true)
    // What a step sends back to the h before it. Behind the last step there is nothing that could.
    var dh = [Double](repeating: 0, count: size)
    let last = lastUsed(δ, steps: steps, size: size)
    var (dz, none) = (uninitialised(last * size), [Double]())
    withPointers(&dh, &dz, &none) { dh, dz, _ in
      threads.share(batch) { examples in
        for t in stride(from: last, through: 1, by: -1) {
          backwardStep(t, examples, δ.elements, W_hT, h: output.elements, dz, dh)
        }
      }
    }
    // The output begins with h_0 … h_{T−1}; either bias gets the whole sum.
    let sums = Sums(
      of: dz, rows: hidden, terms: last * batch, x: wants.W_x ? saved[0] : nil, h: wants.W_h ? output : nil,
      b: biases > 0, threads)
    let dx = inputGradients(of: inputs[(biases + 3)...], inputs[0], dz, used: last * batch, isWanted: wants.x, threads)
    // h_0 gets what step 1 sent back. (That the output shows it again is nobody's business: only h_1 … h_T are handed out.)
    let dh_0 = Matrix(rows: hidden, columns: batch, elements: dh)
    return [sums.W_x, sums.W_h] + Array(repeating: sums.b, count: biases) + [dh_0] + dx
  }

  private func backwardStep(
    _ t: Int, _ examples: Range<Int>, _ δ: UnsafePointer<Double>, _ W_hT: Kernels.Panels, h: UnsafePointer<Double>,
    _ dz: UnsafeMutablePointer<Double>, _ dh: UnsafeMutablePointer<Double>
  ) {
    let (first, count) = (examples.lowerBound * hidden, examples.count * hidden)
    let (δ, h_t) = (δ + t * size + first, h + t * size + first)
    let (dz_t, dh) = (dz + (t - 1) * size + first, dh + first)
    switch nonlinearity {
    case .tanh: for k in 0..<count { dz_t[k] = (δ[k] + dh[k]) * (1 - h_t[k] * h_t[k]) }  // dz_t = dh_t ⊙ (1 − h_t²)
    case .relu: for k in 0..<count { dz_t[k] = (δ[k] + dh[k]) * (h_t[k] > 0 ? 1 : 0) }  // dz_t = dh_t where h_t > 0
    }
    // dh_{t−1} = W_hᵀ dz_t
    dh.update(repeating: 0, count: count)
    Kernels.addProduct(W_hT, dz_t, into: dh, columns: examples.count)
  }
}
