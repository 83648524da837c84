// The known mistakes in the exercises of chapter 5: wrong versions of the solutions, with the same signatures.

import Autodiff
import Notebook

enum Mistakes {
  enum BackwardState {
    static func readsForward<A: Algebra>(x: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A) -> A {
      tanh(V_x * x + V_h * h_before + V_b)
    }
    static func both<A: Algebra>(x: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A) -> A {
      tanh(V_x * x + V_h * (h_before + h_after) + V_b)
    }
    static func noTanh<A: Algebra>(x: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A) -> A {
      V_x * x + V_h * h_after + V_b
    }
    static func sigmoid<A: Algebra>(x: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A) -> A {
      (V_x * x + V_h * h_after + V_b).sigmoid
    }
    static func noWeight<A: Algebra>(x: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A) -> A {
      tanh(V_x * x + h_after + V_b)
    }
    static func transposed<A: Algebra>(x: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A) -> A {
      tanh(V_x * x + V_h.transposed * h_after + V_b)
    }
  }

  enum Output {
    static func notReversed<A: Algebra>(h: [A], u: [A]) -> [A] { h.indices.map { A.stack([h[$0], u[$0]]) } }
    static func swapped<A: Algebra>(h: [A], u: [A]) -> [A] {
      zip(h, u.reversed()).map { A.stack([$1, $0]) }
    }
    static func reversedAll<A: Algebra>(h: [A], u: [A]) -> [A] {
      zip(h.reversed(), u).map { A.stack([$0, $1]) }
    }
    static func reversedForward<A: Algebra>(h: [A], u: [A]) -> [A] {
      zip(h.reversed(), u.reversed()).map { A.stack([$0, $1]) }
    }
    static func added<A: Algebra>(h: [A], u: [A]) -> [A] { zip(h, u.reversed()).map { $0 + $1 } }
  }

  enum Summary {
    static func lastOutput<A: Algebra>(y: [A]) -> A { y[y.count - 1] }
    static func firstOutput<A: Algebra>(y: [A]) -> A { y[0] }
    static func swapped<A: Algebra>(y: [A]) -> A { A.stack([y[0].rows(3..<6), y[y.count - 1].rows(0..<3)]) }
    static func otherEnds<A: Algebra>(y: [A]) -> A { A.stack([y[0].rows(0..<3), y[y.count - 1].rows(3..<6)]) }
    static func otherHalves<A: Algebra>(y: [A]) -> A { A.stack([y[y.count - 1].rows(3..<6), y[0].rows(0..<3)]) }
    static func added<A: Algebra>(y: [A]) -> A { y[y.count - 1].rows(0..<3) + y[0].rows(3..<6) }
  }

  enum StateGradient {
    static func otherHalf<A: Algebra>(dy: A, da_before: A, da_after: A, V_h: A) -> A {
      dy.rows(0..<3) + V_h.transposed * da_before
    }
    static func otherNeighbour<A: Algebra>(dy: A, da_before: A, da_after: A, V_h: A) -> A {
      dy.rows(3..<6) + V_h.transposed * da_after
    }
    static func forwardState<A: Algebra>(dy: A, da_before: A, da_after: A, V_h: A) -> A {
      dy.rows(0..<3) + V_h.transposed * da_after
    }
    static func notTransposed<A: Algebra>(dy: A, da_before: A, da_after: A, V_h: A) -> A {
      dy.rows(3..<6) + V_h * da_before
    }
    static func outputOnly<A: Algebra>(dy: A, da_before: A, da_after: A, V_h: A) -> A { dy.rows(3..<6) }
    static func noWeight<A: Algebra>(dy: A, da_before: A, da_after: A, V_h: A) -> A { dy.rows(3..<6) + da_before }
    static func bothNeighbours<A: Algebra>(dy: A, da_before: A, da_after: A, V_h: A) -> A {
      dy.rows(3..<6) + V_h.transposed * (da_before + da_after)
    }
  }

  enum MaskedState {
    static func noMask<A: Algebra>(
      x: A, m: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A
    ) -> A { new(x, h_after, V_x, V_h, V_b) }
    static func noCarry<A: Algebra>(
      x: A, m: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A
    ) -> A { m .* new(x, h_after, V_x, V_h, V_b) }
    static func inverted<A: Algebra>(
      x: A, m: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A
    ) -> A { (1 - m) .* new(x, h_after, V_x, V_h, V_b) + m .* h_after }
    static func adds<A: Algebra>(
      x: A, m: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A
    ) -> A { m .* new(x, h_after, V_x, V_h, V_b) + h_after }
    static func carriesOther<A: Algebra>(
      x: A, m: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A
    ) -> A { m .* new(x, h_after, V_x, V_h, V_b) + (1 - m) .* h_before }
    static func readsForward<A: Algebra>(
      x: A, m: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A
    ) -> A { m .* new(x, h_before, V_x, V_h, V_b) + (1 - m) .* h_before }

    private static func new<A: Algebra>(_ x: A, _ h: A, _ V_x: A, _ V_h: A, _ V_b: A) -> A {
      tanh(V_x * x + V_h * h + V_b)
    }
  }

  enum MaskedGradient {
    static func noCarry<A: Algebra>(dh: A, m: A, h: A, V_h: A) -> A { V_h.transposed * (m .* dh .* (1 - h .* h)) }
    static func carryOnly<A: Algebra>(dh: A, m: A, h: A, V_h: A) -> A { (1 - m) .* dh }
    static func carriesAll<A: Algebra>(dh: A, m: A, h: A, V_h: A) -> A {
      dh + V_h.transposed * (m .* dh .* (1 - h .* h))
    }
    static func noMask<A: Algebra>(dh: A, m: A, h: A, V_h: A) -> A {
      (1 - m) .* dh + V_h.transposed * (dh .* (1 - h .* h))
    }
    static func inverted<A: Algebra>(dh: A, m: A, h: A, V_h: A) -> A {
      m .* dh + V_h.transposed * ((1 - m) .* dh .* (1 - h .* h))
    }
    static func noSlope<A: Algebra>(dh: A, m: A, h: A, V_h: A) -> A { (1 - m) .* dh + V_h.transposed * (m .* dh) }
    static func slopeOfTanh<A: Algebra>(dh: A, m: A, h: A, V_h: A) -> A {
      (1 - m) .* dh + V_h.transposed * (m .* dh .* (1 - h.tanh .* h.tanh))
    }
    static func notTransposed<A: Algebra>(dh: A, m: A, h: A, V_h: A) -> A {
      (1 - m) .* dh + V_h * (m .* dh .* (1 - h .* h))
    }
  }

  enum LayerBug {
    static func asGiven<A: Algebra>(
      x: [A], m: [A], W_x: A, W_h: A, W_b: A, V_x: A, V_h: A, V_b: A
    ) -> [A] {
      layer(x, m, (W_x, W_h, W_b), (V_x, V_h, V_b)) { _, new, _ in new }
    }
    static func inverted<A: Algebra>(
      x: [A], m: [A], W_x: A, W_h: A, W_b: A, V_x: A, V_h: A, V_b: A
    ) -> [A] {
      layer(x, m, (W_x, W_h, W_b), (V_x, V_h, V_b)) { m, new, h in (1 - m) .* new + m .* h }
    }
    static func adds<A: Algebra>(
      x: [A], m: [A], W_x: A, W_h: A, W_b: A, V_x: A, V_h: A, V_b: A
    ) -> [A] {
      layer(x, m, (W_x, W_h, W_b), (V_x, V_h, V_b)) { m, new, h in m .* new + h }
    }
    static func masksOldState<A: Algebra>(
      x: [A], m: [A], W_x: A, W_h: A, W_b: A, V_x: A, V_h: A, V_b: A
    ) -> [A] {
      layer(x, m, (W_x, W_h, W_b), (V_x, V_h, V_b), old: { $0 .* $1 }) { _, new, _ in new }
    }
    static func notReversedBack<A: Algebra>(
      x: [A], m: [A], W_x: A, W_h: A, W_b: A, V_x: A, V_h: A, V_b: A
    ) -> [A] {
      layer(x, m, (W_x, W_h, W_b), (V_x, V_h, V_b), isReversedBack: false) { m, new, h in m .* new + (1 - m) .* h }
    }
    static func readsForward<A: Algebra>(
      x: [A], m: [A], W_x: A, W_h: A, W_b: A, V_x: A, V_h: A, V_b: A
    ) -> [A] {
      layer(x, m, (W_x, W_h, W_b), (V_x, V_h, V_b), readsForward: true) { m, new, h in m .* new + (1 - m) .* h }
    }

    private static func masked<A: Algebra>(_ m: A, _ new: A, _ h: A) -> A { m .* new + (1 - m) .* h }

    /// The layer with lines of the backward direction replaced.
    ///
    /// - Parameters:
    ///   - readsForward: whether the backward network runs from the first step to the last.
    ///   - isReversedBack: whether its outputs are put back into the order of the steps.
    ///   - old: what V_h multiplies, from the mask and the old state.
    ///   - back: the new state, from the mask, the tanh and the old state.
    private static func layer<A: Algebra>(
      _ x: [A], _ m: [A], _ W: (x: A, h: A, b: A), _ V: (x: A, h: A, b: A), readsForward: Bool = false,
      isReversedBack: Bool = true, old: (A, A) -> A = { $1 }, back: (A, A, A) -> A
    ) -> [A] {
      let (there, zero) = (x.indices, 0 * (W.x * x[0]))
      var (forward, backward, h): ([A], [A], A) = ([], [], zero)
      for t in there {
        h = masked(m[t], tanh(W.x * x[t] + W.h * h + W.b), h)
        forward.append(m[t] .* h)
      }
      h = zero
      for t in readsForward ? Array(there) : there.reversed() {
        h = back(m[t], tanh(V.x * x[t] + V.h * old(m[t], h) + V.b), h)
        backward.append(m[t] .* h)
      }
      if isReversedBack, !readsForward { backward.reverse() }
      return there.map { A.stack([forward[$0], backward[$0]]) }
    }
  }
}
