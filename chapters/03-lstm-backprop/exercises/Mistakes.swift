// The known mistakes in the exercises of chapter 3: wrong versions of the solutions, with the same signatures.

import Autodiff
import Notebook

enum Mistakes {
  enum InputGate {
    static func ownFactor<A: Algebra>(dc: A, i: A, g: A) -> A { dc .* i }
    static func noFactor<A: Algebra>(dc: A, i: A, g: A) -> A { dc }
    static func bothFactors<A: Algebra>(dc: A, i: A, g: A) -> A { dc .* i .* g }
    static func tooFar<A: Algebra>(dc: A, i: A, g: A) -> A { dc .* g .* i .* (1 - i) }
  }

  enum CellGradient {
    static func noNext<A: Algebra>(dh: A, o: A, c: A, dc_next: A, f_next: A) -> A { dh .* o .* slope(c) }
    static func noForget<A: Algebra>(dh: A, o: A, c: A, dc_next: A, f_next: A) -> A {
      dh .* o .* slope(c) + dc_next
    }
    static func slopeTwice<A: Algebra>(dh: A, o: A, c: A, dc_next: A, f_next: A) -> A {
      dh .* o .* slope(c) .* slope(c) + dc_next .* f_next
    }
    static func noSlope<A: Algebra>(dh: A, o: A, c: A, dc_next: A, f_next: A) -> A { dh .* o + dc_next .* f_next }
    static func slopeOfCell<A: Algebra>(dh: A, o: A, c: A, dc_next: A, f_next: A) -> A {
      dh .* o .* (1 - c .* c) + dc_next .* f_next
    }
    static func notSquared<A: Algebra>(dh: A, o: A, c: A, dc_next: A, f_next: A) -> A {
      dh .* o .* (1 - c.tanh) + dc_next .* f_next
    }
    static func noOutputGate<A: Algebra>(dh: A, o: A, c: A, dc_next: A, f_next: A) -> A {
      dh .* slope(c) + dc_next .* f_next
    }
    static func slopeOfBoth<A: Algebra>(dh: A, o: A, c: A, dc_next: A, f_next: A) -> A {
      (dh .* o + dc_next .* f_next) .* slope(c)
    }
  }

  enum ForgetGate {
    static func noSigmoid<A: Algebra>(dc: A, c_before: A, c: A, f_hat: A, f: A) -> A { dc .* c_before }
    static func tanhSlope<A: Algebra>(dc: A, c_before: A, c: A, f_hat: A, f: A) -> A {
      dc .* c_before .* (1 - f .* f)
    }
    static func cellAfter<A: Algebra>(dc: A, c_before: A, c: A, f_hat: A, f: A) -> A { dc .* c .* f .* (1 - f) }
    static func preActivation<A: Algebra>(dc: A, c_before: A, c: A, f_hat: A, f: A) -> A {
      dc .* c_before .* f_hat .* (1 - f_hat)
    }
    static func sigmoidAgain<A: Algebra>(dc: A, c_before: A, c: A, f_hat: A, f: A) -> A {
      dc .* c_before .* f.sigmoid .* (1 - f.sigmoid)
    }
    static func ownFactor<A: Algebra>(dc: A, c_before: A, c: A, f_hat: A, f: A) -> A { dc .* f .* f .* (1 - f) }
  }

  enum Sums {
    static func newState<A: Algebra>(da: [A], h: [A]) -> [A] {
      [sum(da.indices.map { da[$0] * h[$0 + 1].transposed }), sum(da.map(\.sumOfColumns))]
    }
    static func lastStep<A: Algebra>(da: [A], h: [A]) -> [A] {
      let t = da.count - 1
      return [da[t] * h[t].transposed, da[t].sumOfColumns]
    }
    static func firstStep<A: Algebra>(da: [A], h: [A]) -> [A] { [da[0] * h[0].transposed, da[0].sumOfColumns] }
    static func biasOfLastStep<A: Algebra>(da: [A], h: [A]) -> [A] {
      [sum(da.indices.map { da[$0] * h[$0].transposed }), da[da.count - 1].sumOfColumns]
    }
    static func noBatchSum<A: Algebra>(da: [A], h: [A]) -> [A] {
      [sum(da.indices.map { da[$0] * h[$0].transposed }), sum(da)]
    }
    static func oneExample<A: Algebra>(da: [A], h: [A]) -> [A] {
      [sum(da.indices.map { da[$0] * h[$0].transposed }), sum(da.map { $0.columns([0]) })]
    }
    static func transposed<A: Algebra>(da: [A], h: [A]) -> [A] {
      [sum(da.indices.map { h[$0] * da[$0].transposed }), sum(da.map(\.sumOfColumns))]
    }
    static func sumsFirst<A: Algebra>(da: [A], h: [A]) -> [A] {
      [sum(da) * sum(Array(h.dropLast())).transposed, sum(da.map(\.sumOfColumns))]
    }
  }

  enum Detour {
    static func directOnly<A: Algebra>(
      dc: A, f: A, i: A, g: A, c_before: A, o_before: A, W_hf: A, W_hi: A, W_hg: A
    ) -> A { dc .* f }
    static func detourOnly<A: Algebra>(
      dc: A, f: A, i: A, g: A, c_before: A, o_before: A, W_hf: A, W_hi: A, W_hg: A
    ) -> A {
      let gates = Gates(dc: dc, f: f, i: i, g: g, c_before: c_before)
      return gates.past(W_hf, W_hi, W_hg) .* o_before .* slope(c_before)
    }
    static func noSlope<A: Algebra>(
      dc: A, f: A, i: A, g: A, c_before: A, o_before: A, W_hf: A, W_hi: A, W_hg: A
    ) -> A {
      let gates = Gates(dc: dc, f: f, i: i, g: g, c_before: c_before)
      return dc .* f + gates.past(W_hf, W_hi, W_hg) .* o_before
    }
    static func noOutputGate<A: Algebra>(
      dc: A, f: A, i: A, g: A, c_before: A, o_before: A, W_hf: A, W_hi: A, W_hg: A
    ) -> A {
      let gates = Gates(dc: dc, f: f, i: i, g: g, c_before: c_before)
      return dc .* f + gates.past(W_hf, W_hi, W_hg) .* slope(c_before)
    }
    static func endsAtState<A: Algebra>(
      dc: A, f: A, i: A, g: A, c_before: A, o_before: A, W_hf: A, W_hi: A, W_hg: A
    ) -> A {
      let gates = Gates(dc: dc, f: f, i: i, g: g, c_before: c_before)
      return dc .* f + gates.past(W_hf, W_hi, W_hg)
    }
    static func notTransposed<A: Algebra>(
      dc: A, f: A, i: A, g: A, c_before: A, o_before: A, W_hf: A, W_hi: A, W_hg: A
    ) -> A {
      let gates = Gates(dc: dc, f: f, i: i, g: g, c_before: c_before)
      return dc .* f + gates.past(W_hf.transposed, W_hi.transposed, W_hg.transposed) .* o_before .* slope(c_before)
    }
    static func noGateSlopes<A: Algebra>(
      dc: A, f: A, i: A, g: A, c_before: A, o_before: A, W_hf: A, W_hi: A, W_hg: A
    ) -> A {
      let (da_f, da_i, da_g) = (dc .* c_before, dc .* g, dc .* i)
      let dh = W_hf.transposed * da_f + W_hi.transposed * da_i + W_hg.transposed * da_g
      return dc .* f + dh .* o_before .* slope(c_before)
    }
    static func forgetGateOnly<A: Algebra>(
      dc: A, f: A, i: A, g: A, c_before: A, o_before: A, W_hf: A, W_hi: A, W_hg: A
    ) -> A {
      let dh = W_hf.transposed * (dc .* c_before .* f .* (1 - f))
      return dc .* f + dh .* o_before .* slope(c_before)
    }

    /// The gradients of the pre-activations, which the versions share.
    private struct Gates<A: Algebra> {
      let da_f: A
      let da_i: A
      let da_g: A

      init(dc: A, f: A, i: A, g: A, c_before: A) {
        da_f = dc .* c_before .* f .* (1 - f)
        da_i = dc .* g .* i .* (1 - i)
        da_g = dc .* i .* (1 - g .* g)
      }

      func past(_ W_hf: A, _ W_hi: A, _ W_hg: A) -> A {
        W_hf.transposed * da_f + W_hi.transposed * da_i + W_hg.transposed * da_g
      }
    }
  }

  enum PassBug {
    static func asGiven<A: Algebra>(h: [A], c: [A], i: [A], f: [A], g: [A], o: [A], y: [A], W_h: A) -> [A] {
      pass(h, c, i, f, g, o, y, W_h, cell: { own, _ in own }, back: { own, next, f in (own + next) .* f })
    }
    static func countedTwice<A: Algebra>(h: [A], c: [A], i: [A], f: [A], g: [A], o: [A], y: [A], W_h: A) -> [A] {
      pass(h, c, i, f, g, o, y, W_h, cell: { $0 + $1 }, back: { dc, next, f in (dc + next) .* f })
    }
    static func dropped<A: Algebra>(h: [A], c: [A], i: [A], f: [A], g: [A], o: [A], y: [A], W_h: A) -> [A] {
      pass(h, c, i, f, g, o, y, W_h, cell: { own, _ in own }, back: { own, _, f in own .* f })
    }
    static func noForget<A: Algebra>(h: [A], c: [A], i: [A], f: [A], g: [A], o: [A], y: [A], W_h: A) -> [A] {
      pass(h, c, i, f, g, o, y, W_h, cell: { $0 + $1 }, back: { dc, _, _ in dc })
    }
    static func forgetTwice<A: Algebra>(h: [A], c: [A], i: [A], f: [A], g: [A], o: [A], y: [A], W_h: A) -> [A] {
      pass(h, c, i, f, g, o, y, W_h, cell: { $0 + $1 }, back: { dc, _, f in dc .* f }, again: true)
    }
    static func slopeOfBoth<A: Algebra>(h: [A], c: [A], i: [A], f: [A], g: [A], o: [A], y: [A], W_h: A) -> [A] {
      pass(
        h, c, i, f, g, o, y, W_h, cell: { own, _ in own }, back: { dc, _, f in dc .* f }, inside: true)
    }

    /// The pass with two lines replaced.
    ///
    /// - Parameters:
    ///   - cell: ∂L/∂c_t from the part that comes through h_t and the part that comes from step t + 1.
    ///   - back: what goes on to step t − 1, from ∂L/∂c_t, the part that came from step t + 1, and f_t.
    ///   - again: whether f_t multiplies the part from step t + 1 once more.
    ///   - inside: whether the part from step t + 1 also goes through tanh.
    private static func pass<A: Algebra>(
      _ h: [A], _ c: [A], _ i: [A], _ f: [A], _ g: [A], _ o: [A], _ y: [A], _ W_h: A, cell: (A, A) -> A,
      back: (A, A, A) -> A, again: Bool = false, inside: Bool = false
    ) -> [A] {
      var (dW_h, dh_next, dc_next) = (0 * W_h, 0 * h[0], 0 * c[0])
      for t in (0..<f.count).reversed() {
        let dh = h[t + 1] - y[t] + dh_next
        let through = slope(c[t + 1])
        let own = inside ? (dh .* o[t] + dc_next) .* through : dh .* o[t] .* through
        let dc = cell(own, again ? dc_next .* f[t] : dc_next)
        let da_i = dc .* g[t] .* i[t] .* (1 - i[t])
        let da_f = dc .* c[t] .* f[t] .* (1 - f[t])
        let da_g = dc .* i[t] .* (1 - g[t] .* g[t])
        let da_o = dh .* c[t + 1].tanh .* o[t] .* (1 - o[t])
        let da = A.stack([da_i, da_f, da_g, da_o])
        dW_h = dW_h + da * h[t].transposed
        dh_next = W_h.transposed * da
        dc_next = back(dc, dc_next, f[t])
      }
      return [dW_h, dh_next, dc_next]
    }
  }

  /// The derivative of tanh at c.
  private static func slope<A: Algebra>(_ c: A) -> A { 1 - c.tanh .* c.tanh }
}
