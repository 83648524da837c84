// Wrong versions of the exercises of chapter 7, as people write them.

import Autodiff
import Notebook

enum Mistakes {
  enum Residual {
    static func noIdentity<A: Algebra>(h: A, W: A, b: A) -> A { tanh(W * h + b) }
    static func inside<A: Algebra>(h: A, W: A, b: A) -> A { tanh(h + W * h + b) }
    static func noTanh<A: Algebra>(h: A, W: A, b: A) -> A { h + W * h + b }
    static func product<A: Algebra>(h: A, W: A, b: A) -> A { h .* tanh(W * h + b) }
    static func minus<A: Algebra>(h: A, W: A, b: A) -> A { tanh(W * h + b) - h }
  }

  enum Highway {
    static func wrongWay<A: Algebra>(h: A, W: A, b: A, V: A, c: A) -> A {
      let (g, tau) = parts(h, W, b, V, c)
      return (1 - tau) .* g + tau .* h
    }
    static func wholeInput<A: Algebra>(h: A, W: A, b: A, V: A, c: A) -> A {
      let (g, tau) = parts(h, W, b, V, c)
      return tau .* g + h
    }
    static func noInput<A: Algebra>(h: A, W: A, b: A, V: A, c: A) -> A {
      let (g, tau) = parts(h, W, b, V, c)
      return tau .* g
    }
    static func tanhGate<A: Algebra>(h: A, W: A, b: A, V: A, c: A) -> A {
      let (g, tau) = (tanh(W * h + b), tanh(V * h + c))
      return tau .* g + (1 - tau) .* h
    }
    static func exchanged<A: Algebra>(h: A, W: A, b: A, V: A, c: A) -> A {
      let (g, tau) = (tanh(V * h + c), sigmoid(W * h + b))
      return tau .* g + (1 - tau) .* h
    }

    private static func parts<A: Algebra>(_ h: A, _ W: A, _ b: A, _ V: A, _ c: A) -> (A, A) {
      (tanh(W * h + b), sigmoid(V * h + c))
    }
  }

  enum Stack {
    static func stepBehind<A: Algebra>(
      x: [A], h1: A, h2: A, W_x1: A, W_h1: A, b1: A, W_x2: A, W_h2: A, b2: A
    ) -> [A] {
      var (low, high) = (h1, h2)
      return x.map { x_t in
        high = tanh(W_x2 * low + W_h2 * high + b2)
        low = tanh(W_x1 * x_t + W_h1 * low + b1)
        return high
      }
    }
    static func lowerLayer<A: Algebra>(
      x: [A], h1: A, h2: A, W_x1: A, W_h1: A, b1: A, W_x2: A, W_h2: A, b2: A
    ) -> [A] {
      var low = h1
      return x.map { x_t in
        low = tanh(W_x1 * x_t + W_h1 * low + b1)
        return low
      }
    }
    static func lowerMemory<A: Algebra>(
      x: [A], h1: A, h2: A, W_x1: A, W_h1: A, b1: A, W_x2: A, W_h2: A, b2: A
    ) -> [A] {
      var low = h1
      return x.map { x_t in
        let before = low
        low = tanh(W_x1 * x_t + W_h1 * before + b1)
        return tanh(W_x2 * low + W_h2 * before + b2)
      }
    }
    static func sharedWeight<A: Algebra>(
      x: [A], h1: A, h2: A, W_x1: A, W_h1: A, b1: A, W_x2: A, W_h2: A, b2: A
    ) -> [A] {
      var (low, high) = (h1, h2)
      return x.map { x_t in
        low = tanh(W_x1 * x_t + W_h1 * low + b1)
        high = tanh(W_x2 * low + W_h1 * high + b2)
        return high
      }
    }
    static func noMemory<A: Algebra>(
      x: [A], h1: A, h2: A, W_x1: A, W_h1: A, b1: A, W_x2: A, W_h2: A, b2: A
    ) -> [A] {
      var low = h1
      return x.map { x_t in
        low = tanh(W_x1 * x_t + W_h1 * low + b1)
        return tanh(W_x2 * low + W_h2 * h2 + b2)
      }
    }
  }

  enum ThreeLayers {
    static func noIdentity<A: Algebra>(dh: A, J1: A, J2: A, J3: A) -> A {
      J1.transposed * (J2.transposed * (J3.transposed * dh))
    }
    static func oneIdentity<A: Algebra>(dh: A, J1: A, J2: A, J3: A) -> A {
      dh + J1.transposed * (J2.transposed * (J3.transposed * dh))
    }
    static func noProducts<A: Algebra>(dh: A, J1: A, J2: A, J3: A) -> A {
      let (one, two) = (J1.transposed * dh, J2.transposed * dh)
      return dh + one + two + J3.transposed * dh
    }
    static func otherOrder<A: Algebra>(dh: A, J1: A, J2: A, J3: A) -> A {
      let d = dh + J1.transposed * dh
      let e = d + J2.transposed * d
      return e + J3.transposed * e
    }
    static func notTransposed<A: Algebra>(dh: A, J1: A, J2: A, J3: A) -> A {
      let d = dh + J3 * dh
      let e = d + J2 * d
      return e + J1 * e
    }
    static func forward<A: Algebra>(dh: A, J1: A, J2: A, J3: A) -> A {
      let d = dh + J1 * dh
      let e = d + J2 * d
      return e + J3 * e
    }
  }

  enum HighwayGradient {
    static func noDirectPath<A: Algebra>(dh: A, h: A, g: A, tau: A, W: A, V: A) -> A {
      W.transposed * throughW(dh, g, tau) + V.transposed * throughV(dh, h, g, tau)
    }
    static func noGatePath<A: Algebra>(dh: A, h: A, g: A, tau: A, W: A, V: A) -> A {
      dh .* (1 - tau) + W.transposed * throughW(dh, g, tau)
    }
    static func gateWrongWay<A: Algebra>(dh: A, h: A, g: A, tau: A, W: A, V: A) -> A {
      let (da, dgate) = (throughW(dh, g, 1 - tau), throughV(dh, g, h, tau))
      return dh .* tau + W.transposed * da + V.transposed * dgate
    }
    static func gateSign<A: Algebra>(dh: A, h: A, g: A, tau: A, W: A, V: A) -> A {
      let (da, dgate) = (throughW(dh, g, tau), throughV(dh, g, h, tau))
      return dh .* (1 - tau) + W.transposed * da + V.transposed * dgate
    }
    static func wholeIdentity<A: Algebra>(dh: A, h: A, g: A, tau: A, W: A, V: A) -> A {
      dh + W.transposed * throughW(dh, g, tau) + V.transposed * throughV(dh, h, g, tau)
    }
    static func noSigmoid<A: Algebra>(dh: A, h: A, g: A, tau: A, W: A, V: A) -> A {
      let dtau = dh .* (g - h)
      return dh .* (1 - tau) + W.transposed * throughW(dh, g, tau) + V.transposed * dtau
    }

    private static func throughW<A: Algebra>(_ dh: A, _ g: A, _ tau: A) -> A { dh .* tau .* (1 - g .* g) }
    private static func throughV<A: Algebra>(_ dh: A, _ h: A, _ g: A, _ tau: A) -> A {
      dh .* (g - h) .* tau .* (1 - tau)
    }
  }

  enum SkipBug {
    static func asGiven<A: Algebra>(dy: [A], h1: [A], h2: [A], W_h1: A, W_x2: A, W_h2: A) -> [A] {
      pass(dy, h1, h2, W_h1, W_h2) { _, _, da2, _ in (before: W_x2.transposed * da2, after: nil) }
    }
    static func afterTanh<A: Algebra>(dy: [A], h1: [A], h2: [A], W_h1: A, W_x2: A, W_h2: A) -> [A] {
      pass(dy, h1, h2, W_h1, W_h2) { dy, _, da2, _ in (before: W_x2.transposed * da2, after: dy) }
    }
    static func wholeState<A: Algebra>(dy: [A], h1: [A], h2: [A], W_h1: A, W_x2: A, W_h2: A) -> [A] {
      pass(dy, h1, h2, W_h1, W_h2) { _, dh2, da2, _ in (before: dh2 + W_x2.transposed * da2, after: nil) }
    }
    static func throughWeight<A: Algebra>(dy: [A], h1: [A], h2: [A], W_h1: A, W_x2: A, W_h2: A) -> [A] {
      pass(dy, h1, h2, W_h1, W_h2) { dy, _, da2, _ in (before: W_x2.transposed * (dy + da2), after: nil) }
    }
    static func behindTanh<A: Algebra>(dy: [A], h1: [A], h2: [A], W_h1: A, W_x2: A, W_h2: A) -> [A] {
      pass(dy, h1, h2, W_h1, W_h2) { _, _, da2, _ in (before: da2 + W_x2.transposed * da2, after: nil) }
    }
    static func lastOnly<A: Algebra>(dy: [A], h1: [A], h2: [A], W_h1: A, W_x2: A, W_h2: A) -> [A] {
      pass(dy, h1, h2, W_h1, W_h2) { dy, _, da2, isLast in
        let through = W_x2.transposed * da2
        return (before: isLast ? dy + through : through, after: nil)
      }
    }

    /// The pass that all versions share. `above` returns the gradient that the first layer's state receives from above: `before`
    /// goes through the derivative of its tanh, `after` is added behind it.
    private static func pass<A: Algebra>(
      _ dy: [A], _ h1: [A], _ h2: [A], _ W_h1: A, _ W_h2: A,
      above: (_ dy: A, _ dh2: A, _ da2: A, _ isLast: Bool) -> (before: A, after: A?)
    ) -> [A] {
      var (later1, later2) = (0 * h1[0], 0 * h2[0])
      for t in dy.indices.reversed() {
        let dh2 = dy[t] + later2
        let da2 = dh2 .* (1 - h2[t + 1] .* h2[t + 1])
        let got = above(dy[t], dh2, da2, t == dy.count - 1)
        let dh1 = got.before + later1
        let da1 = dh1 .* (1 - h1[t + 1] .* h1[t + 1])
        later2 = W_h2.transposed * da2
        later1 = W_h1.transposed * (got.after.map { da1 + $0 } ?? da1)
      }
      return [later1, later2]
    }
  }
}
