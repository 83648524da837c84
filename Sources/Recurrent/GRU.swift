// The gated recurrent unit: two gates and no cell state. Each gate has two conventions in use; both are here.

import Autodiff

/// What an update gate near 1 means. Both conventions describe the same model, with the weights of z negated: σ(−a) = 1
/// − σ(a).
public enum UpdateGate: String, CaseIterable, Hashable, Sendable {
  /// h_t = (1 − z_t) ⊙ g_t + z_t ⊙ h_{t−1}: K. Cho et al. (2014), PyTorch, Keras.
  case keepsPast = "z keeps the past"
  /// h_t = z_t ⊙ g_t + (1 − z_t) ⊙ h_{t−1}: J. Chung et al. (2014).
  case takesNew = "z takes the new"
}

/// Where the reset gate is applied to the old state. The two are different models: weights of one do not fit the other.
public enum ResetGate: String, CaseIterable, Hashable, Sendable {
  /// r_t ⊙ (W_hg h_{t−1} + b_hg): the first version of K. Cho et al. (2014, arXiv 1406.1078v1), cuDNN, PyTorch.
  case afterProduct = "reset after"
  /// W_hg (r_t ⊙ h_{t−1}) + b_hg: the third version of the same paper, J. Chung et al. (2014).
  case beforeProduct = "reset before"
}

/// The GRU of K. Cho et al. (2014, "Learning phrase representations using RNN encoder–decoder"):
///
///     r_t = σ(W_xr x_t + W_hr h_{t−1} + b_r)
///     z_t = σ(W_xz x_t + W_hz h_{t−1} + b_z)
///     g_t = tanh(W_xg x_t + b_xg + r_t ⊙ (W_hg h_{t−1} + b_hg))      reset after the product
///         = tanh(W_xg x_t + b_xg + W_hg (r_t ⊙ h_{t−1}) + b_hg)      reset before it
///     h_t = (1 − z_t) ⊙ g_t + z_t ⊙ h_{t−1}                          z keeps the past
///         = z_t ⊙ g_t + (1 − z_t) ⊙ h_{t−1}                          z takes the new
///
/// The candidate g_t has two biases: with the reset after the product, r_t multiplies only one of them, so they cannot
/// be merged. (PyTorch calls the candidate n_t.) The state is [h].
public struct GRUCell<A: RecurrentAlgebra>: RecurrentCell {
  /// W.xr … W.xg: hidden × inputs. W.hr … W.hg: hidden × hidden.
  public let W: (xr: A, xz: A, xg: A, hr: A, hz: A, hg: A)
  /// Columns of hidden; nil for no bias.
  public let b: (r: A?, z: A?, xg: A?, hg: A?)
  public let update: UpdateGate
  public let reset: ResetGate

  public init(
    W: (xr: A, xz: A, xg: A, hr: A, hz: A, hg: A), b: (r: A?, z: A?, xg: A?, hg: A?) = (nil, nil, nil, nil),
    update: UpdateGate = .keepsPast, reset: ResetGate = .afterProduct
  ) {
    self.W = W
    self.b = b
    self.update = update
    self.reset = reset
  }

  /// Takes the parameters as PyTorch's `torch.nn.GRU` stacks them: r, z, g from top to bottom, each `hidden` rows. The
  /// biases of r and z are the sums of PyTorch's two.
  public init(
    _ weights: CellWeights<A>, hidden: Int, update: UpdateGate = .keepsPast, reset: ResetGate = .afterProduct
  ) {
    let (r, z) = (weights.gate(0, hidden: hidden), weights.gate(1, hidden: hidden))
    let g = weights.gate(2, hidden: hidden)
    self.init(
      W: (xr: r.W.x, xz: z.W.x, xg: g.W.x, hr: r.W.h, hz: z.W.h, hg: g.W.h),
      b: (r: r.bias, z: z.bias, xg: g.b.x, hg: g.b.h), update: update, reset: reset)
  }

  /// Everything that one step computes.
  public struct Step {
    /// The reset and update gates and the candidate, each hidden × batch.
    public let r, z, g: A
    /// h_t, hidden × batch.
    public let h: A
  }

  /// - Parameters:
  ///   - x: x_t, inputs × batch.
  ///   - h: h_{t−1}, hidden × batch.
  public func step(_ x: A, _ h: A) -> Step {
    // begin: step
    let r_t = (W.xr * x + W.hr * h + b.r).sigmoid
    let z_t = (W.xz * x + W.hz * h + b.z).sigmoid
    let g_t =
      switch reset {
      case .afterProduct: (W.xg * x + b.xg + r_t .* (W.hg * h + b.hg)).tanh
      case .beforeProduct: (W.xg * x + b.xg + W.hg * (r_t .* h) + b.hg).tanh
      }
    let h_t =
      switch update {
      case .keepsPast: (1 - z_t) .* g_t + z_t .* h
      case .takesNew: z_t .* g_t + (1 - z_t) .* h
      }
    // end: step
    return Step(r: r_t, z: z_t, g: g_t, h: h_t)
  }

  /// - Parameter state: [h]. Traps on any other number of parts.
  public func step(_ x: A, _ state: [A]) -> [A] {
    require(state.count == 1, "the state of a GRU is h, not \(state.count) matrices")
    return [step(x, state[0]).h]
  }

  public func zeroState(for x: A) -> [A] { [x.zeros(rowsOf: W.hr)] }
}

extension GRUCell: Sendable where A: Sendable {}
extension GRUCell.Step: Sendable where A: Sendable {}

// MARK: - Between the conventions

extension RecurrentNetwork {
  /// The same GRU in the other convention of z: W_xz, W_hz and both biases of z are negated. Every z_t becomes 1 − z_t,
  /// and every h_t stays the same. Converting back restores the same bits.
  ///
  /// Throws if this is not a GRU, or if `reset` differs from its own: in general no weights make the two kinds of reset
  /// the same function.
  public func converted(update: UpdateGate, reset: ResetGate) throws(RecurrentError) -> RecurrentNetwork {
    guard case .gru(let ownUpdate, let ownReset) = configuration.kind else {
      throw RecurrentError("only a GRU has an update gate: \(configuration)")
    }
    guard reset == ownReset else {
      throw RecurrentError(
        "a GRU with its reset \(reset.place) the product is another model than one with its reset \(ownReset.place) it, "
          + "and weights do not carry over: \(configuration)")
    }
    if update == ownUpdate { return self }
    let hidden = configuration.hiddenSize
    let new = RecurrentConfiguration(
      .gru(update: update, reset: reset), inputSize: configuration.inputSize, hiddenSize: hidden,
      layers: configuration.layers, bidirectional: configuration.bidirectional, bias: configuration.bias)
    return RecurrentNetwork(
      new,
      parameters: parameters.map { stacked in
        let (r, z, g) = (0..<hidden, hidden..<2 * hidden, 2 * hidden..<3 * hidden)
        return A.stack([stacked.rows(r), -stacked.rows(z), stacked.rows(g)])
      })
  }
}

extension ResetGate {
  fileprivate var place: String {
    switch self {
    case .afterProduct: "after"
    case .beforeProduct: "before"
    }
  }
}
