// Solutions of chapter 3. Spoilers: try first, then the hints (swift run lstm-backprop exercise NAME --hint).

import Autodiff
import Notebook

enum Solutions {
  // begin: input-gate
  static func inputGate<A: Algebra>(dc: A, i: A, g: A) throws -> A {
    dc .* g
  }
  // end: input-gate

  // begin: direct-path
  static func directPath() throws -> Double {
    // 0.9 to the power of 10
    (0..<10).reduce(1.0) { product, _ in product * 0.9 }
  }
  // end: direct-path

  // begin: cell-gradient
  static func cellGradient<A: Algebra>(dh: A, o: A, c: A, dc_next: A, f_next: A) throws -> A {
    dh .* o .* (1 - tanh(c) .* tanh(c)) + dc_next .* f_next
  }
  // end: cell-gradient

  // begin: forget-gate
  static func forgetGate<A: Algebra>(dc: A, c_before: A, c: A, f_hat: A, f: A) throws -> A {
    let df = dc .* c_before
    return df .* f .* (1 - f)
  }
  // end: forget-gate

  // begin: sums
  static func sums<A: Algebra>(da: [A], h: [A]) throws -> [A] {
    // da[t] belongs to step t + 1, whose last state is h[t].
    let dW_h = sum(da.indices.map { t in da[t] * h[t].transposed })
    let db = sum(da.indices.map { t in da[t].sumOfColumns })
    return [dW_h, db]
  }
  // end: sums

  // begin: detour
  static func detour<A: Algebra>(
    dc: A, f: A, i: A, g: A, c_before: A, o_before: A, W_hf: A, W_hi: A, W_hg: A
  ) throws -> A {
    let da_f = dc .* c_before .* f .* (1 - f)
    let da_i = dc .* g .* i .* (1 - i)
    let da_g = dc .* i .* (1 - g .* g)
    let dh = W_hf.transposed * da_f + W_hi.transposed * da_i + W_hg.transposed * da_g
    return dc .* f + dh .* o_before .* (1 - tanh(c_before) .* tanh(c_before))
  }
  // end: detour

  // begin: pass-bug
  static func passBug<A: Algebra>(h: [A], c: [A], i: [A], f: [A], g: [A], o: [A], y: [A], W_h: A) throws -> [A] {
    var dW_h = 0 * W_h
    var dh_next = 0 * h[0]
    var dc_next = 0 * c[0]
    for t in (0..<f.count).reversed() {
      let dh = h[t + 1] - y[t] + dh_next
      let dc = dh .* o[t] .* (1 - tanh(c[t + 1]) .* tanh(c[t + 1])) + dc_next
      let da_i = dc .* g[t] .* i[t] .* (1 - i[t])
      let da_f = dc .* c[t] .* f[t] .* (1 - f[t])
      let da_g = dc .* i[t] .* (1 - g[t] .* g[t])
      let da_o = dh .* tanh(c[t + 1]) .* o[t] .* (1 - o[t])
      let da = A.stack([da_i, da_f, da_g, da_o])
      dW_h = dW_h + da * h[t].transposed
      dh_next = W_h.transposed * da
      dc_next = dc .* f[t]
    }
    return [dW_h, dh_next, dc_next]
  }
  // end: pass-bug
}
