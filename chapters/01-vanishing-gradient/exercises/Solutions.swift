// Solutions of chapter 1. Spoilers: try first, then the hints (swift run vanishing-gradient exercise NAME --hint).

import Autodiff
import Notebook

enum Solutions {
  // begin: factor
  static func factor<A: Algebra>(w: A, h_before: A, h: A) throws -> A {
    h .* (1 - h) .* w
  }
  // end: factor

  // begin: sigmoid-limit
  static func sigmoidLimit() throws -> Double {
    4
  }
  // end: sigmoid-limit

  // begin: state-gradient
  static func stateGradient<A: Algebra>(dh_next: A, h_next: A, h: A, y: A, W_h: A) throws -> A {
    let da_next = dh_next .* (1 - h_next .* h_next)
    return h - y + W_h.transposed * da_next
  }
  // end: state-gradient

  // begin: clip
  static func clip(dW: Matrix, db: Matrix, threshold: Double) throws -> [Matrix] {
    let norm = (dW.norm * dW.norm + db.norm * db.norm).squareRoot()
    let factor = min(1, threshold / norm)
    return [factor * dW, factor * db]
  }
  // end: clip

  // begin: peak
  static func peak() throws -> Double {
    // The corner is 10 k · 0.85^{k−1}: 26.10 at k = 5, 26.62 at 6, 26.40 at 7.
    6
  }
  // end: peak

  // begin: two-steps
  static func twoSteps<A: Algebra>(push: A, h_before: A, h: A, W_h: A) throws -> A {
    let one = (1 - h_before .* h_before) .* (W_h * push)
    return (1 - h .* h) .* (W_h * one)
  }
  // end: two-steps

  // begin: parameter-gradients
  static func parameterGradients<A: Algebra>(da: [A], x: [A], h: [A]) throws -> [A] {
    // da[t] and x[t] belong to step t + 1, whose last state is h[t].
    let dW_x = sum(da.indices.map { t in da[t] * x[t].transposed })
    let dW_h = sum(da.indices.map { t in da[t] * h[t].transposed })
    let db = sum(da.indices.map { t in da[t].sumOfColumns })
    return [dW_x, dW_h, db]
  }
  // end: parameter-gradients

  // begin: skip-bug
  static func skipBug<A: Algebra>(h: [A], y: [A], W_h: A) throws -> A {
    var db = 0 * h[0].sumOfColumns
    var fromNext = 0 * h[0]
    for t in stride(from: y.count, through: 1, by: -1) {
      let dh = h[t] - y[t - 1] + fromNext
      let value = h[t] - h[t - 1]
      let da = dh .* (1 - value .* value)
      db = db + da.sumOfColumns
      fromNext = dh + W_h.transposed * da
    }
    return db
  }
  // end: skip-bug
}
