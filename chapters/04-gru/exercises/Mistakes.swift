// The known mistakes in the exercises of chapter 4: wrong versions of the solutions, with the same signatures.

import Autodiff
import Notebook

enum Mistakes {
  enum State {
    static func takesNew<A: Algebra>(z: A, g: A, h: A) -> A { z .* g + (1 - z) .* h }
    static func adds<A: Algebra>(z: A, g: A, h: A) -> A { g + z .* h }
    static func forgets<A: Algebra>(z: A, g: A, h: A) -> A { (1 - z) .* g }
  }

  enum Candidate {
    static func resetBefore<A: Algebra>(x: A, h: A, r: A, W_xg: A, W_hg: A, b_xg: A, b_hg: A) -> A {
      tanh(W_xg * x + b_xg + W_hg * (r .* h) + b_hg)
    }
    static func biasOutside<A: Algebra>(x: A, h: A, r: A, W_xg: A, W_hg: A, b_xg: A, b_hg: A) -> A {
      tanh(W_xg * x + b_xg + r .* (W_hg * h) + b_hg)
    }
    static func resetsInput<A: Algebra>(x: A, h: A, r: A, W_xg: A, W_hg: A, b_xg: A, b_hg: A) -> A {
      let all = W_xg * x + b_xg + (W_hg * h + b_hg)
      return tanh(r .* all)
    }
    static func noTanh<A: Algebra>(x: A, h: A, r: A, W_xg: A, W_hg: A, b_xg: A, b_hg: A) -> A {
      W_xg * x + b_xg + r .* (W_hg * h + b_hg)
    }
    static func sigmoid<A: Algebra>(x: A, h: A, r: A, W_xg: A, W_hg: A, b_xg: A, b_hg: A) -> A {
      (W_xg * x + b_xg + r .* (W_hg * h + b_hg)).sigmoid
    }
  }

  enum Convert {
    static func keepsBias<A: Algebra>(W_xz: A, W_hz: A, b_z: A) -> [A] { [-W_xz, -W_hz, b_z] }
    static func biasOnly<A: Algebra>(W_xz: A, W_hz: A, b_z: A) -> [A] { [W_xz, W_hz, -b_z] }
    static func complements<A: Algebra>(W_xz: A, W_hz: A, b_z: A) -> [A] { [1 - W_xz, 1 - W_hz, 1 - b_z] }
    static func nothing<A: Algebra>(W_xz: A, W_hz: A, b_z: A) -> [A] { [W_xz, W_hz, b_z] }
  }

  enum UpdateGradient {
    static func sign<A: Algebra>(dh: A, z: A, g: A, h: A) -> A { dh .* (g - h) .* z .* (1 - z) }
    static func noSigmoid<A: Algebra>(dh: A, z: A, g: A, h: A) -> A { dh .* (h - g) }
    static func tanhSlope<A: Algebra>(dh: A, z: A, g: A, h: A) -> A { dh .* (h - g) .* (1 - z .* z) }
    static func pastOnly<A: Algebra>(dh: A, z: A, g: A, h: A) -> A { dh .* h .* z .* (1 - z) }
  }

  enum BiasGradient {
    static func noReset<A: Algebra>(da_g: [A], r: [A]) -> A { sum(da_g.map(\.sumOfColumns)) }
    static func noBatchSum<A: Algebra>(da_g: [A], r: [A]) -> A { sum(r.indices.map { da_g[$0] .* r[$0] }) }
    static func lastStep<A: Algebra>(da_g: [A], r: [A]) -> A {
      let last = r.count - 1
      return (da_g[last] .* r[last]).sumOfColumns
    }
    static func firstStep<A: Algebra>(da_g: [A], r: [A]) -> A { (da_g[0] .* r[0]).sumOfColumns }
    static func sumsFirst<A: Algebra>(da_g: [A], r: [A]) -> A {
      sum(r.indices.map { da_g[$0].sumOfColumns .* r[$0].sumOfColumns })
    }
  }

  enum WeightGradient {
    static func noReset<A: Algebra>(da_g: [A], r: [A], h: [A]) -> A {
      sum(r.indices.map { da_g[$0] * h[$0].transposed })
    }
    static func newState<A: Algebra>(da_g: [A], r: [A], h: [A]) -> A {
      sum(r.indices.map { t in (da_g[t] .* r[t]) * h[t + 1].transposed })
    }
    static func lastStep<A: Algebra>(da_g: [A], r: [A], h: [A]) -> A {
      let t = r.count - 1
      return (da_g[t] .* r[t]) * h[t].transposed
    }
    static func transposed<A: Algebra>(da_g: [A], r: [A], h: [A]) -> A {
      sum(r.indices.map { t in h[t] * (da_g[t] .* r[t]).transposed })
    }
    static func resetsPast<A: Algebra>(da_g: [A], r: [A], h: [A]) -> A {
      sum(r.indices.map { t in da_g[t] * (r[t] .* h[t]).transposed })
    }
  }

  enum BackwardBug {
    static func asGiven<A: Algebra>(dh: A, h: A, r: A, z: A, g: A, W_hr: A, W_hz: A, W_hg: A, b_hg: A) -> A {
      let pass = Parts(dh: dh, h: h, r: r, z: z, g: g, W_hg: W_hg, b_hg: b_hg)
      return dh .* z + W_hr.transposed * pass.da_r + W_hz.transposed * pass.da_z + W_hg.transposed * pass.da_g
    }
    static func resetAfterwards<A: Algebra>(
      dh: A, h: A, r: A, z: A, g: A, W_hr: A, W_hz: A, W_hg: A, b_hg: A
    ) -> A {
      let pass = Parts(dh: dh, h: h, r: r, z: z, g: g, W_hg: W_hg, b_hg: b_hg)
      let past = r .* (W_hg.transposed * pass.da_g)
      return dh .* z + W_hr.transposed * pass.da_r + W_hz.transposed * pass.da_z + past
    }
    static func resetInBoth<A: Algebra>(
      dh: A, h: A, r: A, z: A, g: A, W_hr: A, W_hz: A, W_hg: A, b_hg: A
    ) -> A {
      let pass = Parts(dh: dh, h: h, r: r, z: z, g: g, W_hg: W_hg, b_hg: b_hg)
      let gated = pass.da_g .* r
      let da_r = gated .* pass.m .* r .* (1 - r)
      return dh .* z + W_hr.transposed * da_r + W_hz.transposed * pass.da_z + W_hg.transposed * gated
    }
    static func noBias<A: Algebra>(dh: A, h: A, r: A, z: A, g: A, W_hr: A, W_hz: A, W_hg: A, b_hg: A) -> A {
      let pass = Parts(dh: dh, h: h, r: r, z: z, g: g, W_hg: W_hg, b_hg: 0 * b_hg)
      let dm = pass.da_g .* r
      return dh .* z + W_hr.transposed * pass.da_r + W_hz.transposed * pass.da_z + W_hg.transposed * dm
    }
    static func noDirectPath<A: Algebra>(
      dh: A, h: A, r: A, z: A, g: A, W_hr: A, W_hz: A, W_hg: A, b_hg: A
    ) -> A {
      let pass = Parts(dh: dh, h: h, r: r, z: z, g: g, W_hg: W_hg, b_hg: b_hg)
      let dm = pass.da_g .* r
      return W_hr.transposed * pass.da_r + W_hz.transposed * pass.da_z + W_hg.transposed * dm
    }

    /// The gradients of the pre-activations, which the versions share.
    private struct Parts<A: Algebra> {
      let m: A
      let da_g: A
      let da_r: A
      let da_z: A

      init(dh: A, h: A, r: A, z: A, g: A, W_hg: A, b_hg: A) {
        m = W_hg * h + b_hg
        da_g = dh .* (1 - z) .* (1 - g .* g)
        da_r = da_g .* m .* r .* (1 - r)
        let dz = dh .* (h - g)
        da_z = dz .* z .* (1 - z)
      }
    }
  }
}
