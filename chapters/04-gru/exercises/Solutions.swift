// Solutions of chapter 4. Spoilers: try first, then the hints (swift run gru exercise NAME --hint).

import Autodiff
import Notebook

enum Solutions {
  // begin: state
  static func state<A: Algebra>(z: A, g: A, h: A) throws -> A {
    (1 - z) .* g + z .* h
  }
  // end: state

  // begin: parameters
  static func parameters() throws -> Double {
    let (d, n) = (100.0, 300.0)
    return 3 * (d * n + n * n + 2 * n)
  }
  // end: parameters

  // begin: candidate
  static func candidate<A: Algebra>(x: A, h: A, r: A, W_xg: A, W_hg: A, b_xg: A, b_hg: A) throws -> A {
    tanh(W_xg * x + b_xg + r .* (W_hg * h + b_hg))
  }
  // end: candidate

  // begin: convert
  static func convert<A: Algebra>(W_xz: A, W_hz: A, b_z: A) throws -> [A] {
    [-W_xz, -W_hz, -b_z]
  }
  // end: convert

  // begin: update-gradient
  static func updateGradient<A: Algebra>(dh: A, z: A, g: A, h: A) throws -> A {
    let dz = dh .* (h - g)
    return dz .* z .* (1 - z)
  }
  // end: update-gradient

  // begin: bias-gradient
  static func biasGradient<A: Algebra>(da_g: [A], r: [A]) throws -> A {
    sum(r.indices.map { t in (da_g[t] .* r[t]).sumOfColumns })
  }
  // end: bias-gradient

  // begin: weight-gradient
  static func weightGradient<A: Algebra>(da_g: [A], r: [A], h: [A]) throws -> A {
    // da_g[t] and r[t] belong to step t + 1, whose last state is h[t].
    sum(r.indices.map { t in (da_g[t] .* r[t]) * h[t].transposed })
  }
  // end: weight-gradient

  // begin: backward-bug
  static func backwardBug<A: Algebra>(
    dh: A, h: A, r: A, z: A, g: A, W_hr: A, W_hz: A, W_hg: A, b_hg: A
  ) throws -> A {
    let m = W_hg * h + b_hg
    let dz = dh .* (h - g)
    let da_g = dh .* (1 - z) .* (1 - g .* g)
    let dm = da_g .* r
    let da_r = da_g .* m .* r .* (1 - r)
    let da_z = dz .* z .* (1 - z)
    return dh .* z + W_hr.transposed * da_r + W_hz.transposed * da_z + W_hg.transposed * dm
  }
  // end: backward-bug
}
