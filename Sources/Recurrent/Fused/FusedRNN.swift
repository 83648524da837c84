// The simple recurrent network over a whole sequence as one operation of the tape.
//
// Its backward pass is derived by hand and compared with `RNNCell`: see FusedCell.swift.

import Autodiff

/// `RNNCell` on a tape, over a whole sequence at once: the same parameters, states and gradients, up to rounding, from
/// one node instead of some five a step.
///
/// It has no second derivatives. Where you need them, record an `RNNCell`.
public struct FusedRNNCell: FusedCell {
  public typealias A = Variable

  /// W_x is hidden × inputs, W_h hidden × hidden.
  public let weights: CellWeights<Variable>
  /// Entries of a state.
  public let hidden: Int
  public let nonlinearity: Nonlinearity
  let threads: Threads

  /// Traps unless the weights' shapes fit each other and there is at least one thread.
  ///
  /// - Parameter threads: how many threads share the work; the results have the same bits with any number.
  public init(_ weights: CellWeights<Variable>, nonlinearity: Nonlinearity = .tanh, threads: Int = 1) {
    hidden = weights.W.h.shape.columns
    Self.checkShapes(weights, gates: 1, hidden: hidden)
    self.weights = weights
    self.nonlinearity = nonlinearity
    self.threads = Threads(threads)
  }

  static var title: String { "an RNN" }
  static let stateNames = ["h"]

  func operation(_ sequence: FusedSequence) -> FusedOperation {
    let pass = RNNPass(sequence: sequence, nonlinearity: nonlinearity)
    return FusedOperation(name: "RNN", forward: pass.forward, backward: pass.backward)
  }
}

/// The forward and the backward pass on numbers.
///
/// The letters are those of `RNNCell`. z = W_x x_t + W_h h_{t−1} + b is what tanh or relu is applied to. A leading d
/// means ∂L/∂: `dz_t` is ∂L/∂z_t.
private struct RNNPass: Sendable {
  let sequence: FusedSequence
  let nonlinearity: Nonlinearity

  private var hidden: Int { sequence.hidden }
  private var size: Int { sequence.size }

  // MARK: Forward

  @Sendable func forward(_ inputs: [Matrix]) -> (output: Matrix, saved: [Matrix]) {
    let inputs = FusedInputs(inputs, of: sequence, parts: 1)
    let (steps, batch) = (sequence.steps, sequence.batch)
    let x = Kernels.joinColumns(inputs.x)
    let W_h = Kernels.Panels(inputs.weights.W.h)
    var states = uninitialised((steps + 1) * size)
    states.withUnsafeMutableBufferPointer { states in
      guard let h = states.baseAddress else { return }
      copy(inputs.state[0], to: h)
      // W_x x_t + b goes where h_1 … h_T will be. Each step adds W_h h_{t−1} and applies tanh or relu in place.
      affine(inputs.weights.W.x, x, inputs.weights.bias, into: h + size, sequence.threads)
      sequence.threads.share(batch) { examples in
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
    let inputs = FusedInputs(inputs, of: sequence, parts: 1)
    let needs = sequence.needs
    let W_hT = Kernels.Panels(inputs.weights.W.h, transposed: true)
    let last = sequence.lastUsedStep(δ, parts: 1)
    let terms = last * sequence.batch
    // The gradient that a step sends to the h before it. No step follows the last one: zeros.
    var dh = [Double](repeating: 0, count: size)
    var dz = uninitialised(last * size)
    withPointers(&dh, &dz) { dh, dz in
      sequence.threads.share(sequence.batch) { examples in
        for t in stride(from: last, through: 1, by: -1) {
          backwardStep(t, examples, δ.elements, W_hT, h: output.elements, dz, dh)
        }
      }
    }
    // The output begins with h_0 … h_{T−1}, the factors of dW_h. Both biases have the same gradient.
    let sums = WeightGradients(
      of: dz, rows: hidden, terms: terms, x: needs.W_x ? saved[0] : nil, h: needs.W_h ? output : nil,
      needsBias: !inputs.weights.biases.isEmpty, sequence.threads)
    // dh is now the gradient of h_0. The one that δ has for the copy of h_0 in the output is always zero: callers never
    // receive that copy.
    return sequence.gradients(
      W_x: sums.W_x, W_h: sums.W_h, b: (x: sums.b, h: sums.b),
      state: [Matrix(rows: hidden, columns: sequence.batch, elements: dh)], of: inputs, dz: dz, terms: terms)
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
