// The long short-term memory: three gates around a cell state, which a step scales entry by entry and adds to.

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
  /// Columns of hidden; leave one out, and its term is not there.
  public let b: (f: A?, i: A?, g: A?, o: A?)

  public init(
    W: (xf: A, xi: A, xg: A, xo: A, hf: A, hi: A, hg: A, ho: A), b: (f: A?, i: A?, g: A?, o: A?) = (nil, nil, nil, nil)
  ) {
    self.W = W
    self.b = b
  }

  /// From the parameters as PyTorch's `torch.nn.LSTM` stacks them: i, f, g, o from top to bottom, each `hidden` rows, and
  /// two biases, whose sum is the one here.
  public init(_ weights: CellWeights<A>, hidden: Int) {
    func gate(_ stacked: A, _ place: Int) -> A { stacked.rows(place * hidden..<(place + 1) * hidden) }
    func bias(_ place: Int) -> A? {
      guard let b_x = weights.b.x else { return weights.b.h.map { gate($0, place) } }
      return gate(b_x, place) + weights.b.h.map { gate($0, place) }
    }
    let (x, h) = weights.W
    let (i, f, g, o) = (0, 1, 2, 3)
    self.init(
      W: (
        xf: gate(x, f), xi: gate(x, i), xg: gate(x, g), xo: gate(x, o),
        hf: gate(h, f), hi: gate(h, i), hg: gate(h, g), ho: gate(h, o)
      ),
      b: (f: bias(f), i: bias(i), g: bias(g), o: bias(o)))
  }

  /// What a step computes on its way.
  public struct Step {
    /// The forget, input and output gates and the candidate, each hidden × batch.
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
