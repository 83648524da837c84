// Solutions of chapter 6. Spoilers: try first, then the hints (swift run seq2seq-attention exercise NAME --hint).

import Autodiff
import Notebook

enum Solutions {
  // begin: scaled
  static func scaled<A: Algebra>(K: A, q: A, H: Double) throws -> A {
    (1 / H.squareRoot()) * (K.transposed * q)
  }
  // end: scaled

  // begin: context
  static func context<A: Algebra>(K: A, e: A) throws -> A {
    K * e.softmax
  }
  // end: context

  // begin: padding
  static func padding() throws -> Double {
    let e = 2.71828
    return 8 / (8 + 2 * e)
  }
  // end: padding

  // begin: masked
  static func masked<A: Algebra>(e: A, m: A) throws -> A {
    let terms = m .* e.exp
    return terms ./ terms.sumOfRows.spread(like: terms)
  }
  // end: masked

  // begin: all-queries
  static func allQueries<A: Algebra>(K: A, Q: A) throws -> A {
    // The scores of query t are column t, and so are its weights.
    K * (K.transposed * Q).softmax
  }
  // end: all-queries

  // begin: score-gradient
  static func scoreGradient<A: Algebra>(K: A, a: A, dc: A) throws -> A {
    let da = K.transposed * dc
    return a .* da - a * (a.transposed * da)
  }
  // end: score-gradient

  // begin: keys-gradient
  static func keysGradient<A: Algebra>(W: A, q: [A], a: [A], dc: [A], de: [A]) throws -> A {
    sum(q.indices.map { t in W.transposed * q[t] * de[t].transposed + dc[t] * a[t].transposed })
  }
  // end: keys-gradient

  // begin: decoder-bug
  static func decoderBug<A: Algebra>(
    y: [A], s_0: A, K: A, W_a: A, W_y: A, b_y: A, W_h: A, b_h: A, W: A, b: A
  ) throws -> [A] {
    var s = s_0
    var p: [A] = []
    for t in 0..<y.count {
      // Here s is still the state before the step.
      let a = (K.transposed * (W_a.transposed * s)).softmax
      let c = K * a
      s = tanh(W_y * A.stack([y[t], c]) + b_y + W_h * s + b_h)
      p.append((W * A.stack([c, s]) + b).softmax)
    }
    return p
  }
  // end: decoder-bug
}
