// The long short-term memory: three gates around a cell state, which each step scales entry by entry and adds to.

import Autodiff

/// The LSTM of S. Hochreiter & J. Schmidhuber (1997) with the forget gate of F. Gers et al. (2000), without peepholes:
///
///     f_t = σ(W_xf x_t + W_hf h_{t−1} + b_f)        c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t
///     i_t = σ(W_xi x_t + W_hi h_{t−1} + b_i)        h_t = o_t ⊙ tanh(c_t)
///     g_t = tanh(W_xg x_t + W_hg h_{t−1} + b_g)
///     o_t = σ(W_xo x_t + W_ho h_{t−1} + b_o)
///
/// Its state is [h, c].
public struct LSTMCell<A: RecurrentAlgebra>: RecurrentCell {
  /// W.xf … W.xo: hidden × inputs. W.hf … W.ho: hidden × hidden.
  public let W: (xf: A, xi: A, xg: A, xo: A, hf: A, hi: A, hg: A, ho: A)
  /// Columns of hidden; nil for no bias.
  public let b: (f: A?, i: A?, g: A?, o: A?)

  public init(
    W: (xf: A, xi: A, xg: A, xo: A, hf: A, hi: A, hg: A, ho: A), b: (f: A?, i: A?, g: A?, o: A?) = (nil, nil, nil, nil)
  ) {
    self.W = W
    self.b = b
  }

  /// Takes the parameters as PyTorch's `torch.nn.LSTM` stacks them: i, f, g, o from top to bottom, each `hidden` rows.
  /// Each bias here is the sum of PyTorch's two.
  public init(_ weights: CellWeights<A>, hidden: Int) {
    let (i, f) = (weights.gate(0, hidden: hidden), weights.gate(1, hidden: hidden))
    let (g, o) = (weights.gate(2, hidden: hidden), weights.gate(3, hidden: hidden))
    self.init(
      W: (xf: f.W.x, xi: i.W.x, xg: g.W.x, xo: o.W.x, hf: f.W.h, hi: i.W.h, hg: g.W.h, ho: o.W.h),
      b: (f: f.bias, i: i.bias, g: g.bias, o: o.bias))
  }

  /// Everything that one step computes.
  public struct Step {
    /// The forget and input gates, the candidate and the output gate, each hidden × batch.
    public let f, i, g, o: A
    /// c_t and h_t, hidden × batch.
    public let c, h: A
  }

  /// - Parameters:
  ///   - x: x_t, inputs × batch.
  ///   - h: h_{t−1}, hidden × batch.
  ///   - c: c_{t−1}, hidden × batch.
  public func step(_ x: A, _ h: A, _ c: A) -> Step {
    let f_t = (W.xf * x + W.hf * h + b.f).sigmoid
    let i_t = (W.xi * x + W.hi * h + b.i).sigmoid
    let g_t = (W.xg * x + W.hg * h + b.g).tanh
    let o_t = (W.xo * x + W.ho * h + b.o).sigmoid
    let c_t = f_t .* c + i_t .* g_t
    let h_t = o_t .* c_t.tanh
    return Step(f: f_t, i: i_t, g: g_t, o: o_t, c: c_t, h: h_t)
  }

  /// - Parameter state: [h, c]. Traps on any other number of parts.
  public func step(_ x: A, _ state: [A]) -> [A] {
    require(state.count == 2, "the state of an LSTM is h and c, not \(state.count) matrices")
    let next = step(x, state[0], state[1])
    return [next.h, next.c]
  }

  public func zeroState(for x: A) -> [A] {
    let zeros = x.zeros(rowsOf: W.hf)
    return [zeros, zeros]
  }
}

extension LSTMCell: Sendable where A: Sendable {}
extension LSTMCell.Step: Sendable where A: Sendable {}
