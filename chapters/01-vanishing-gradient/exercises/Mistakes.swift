// The known mistakes in the exercises of chapter 1: wrong versions of the solutions, with the same signatures.

import Autodiff
import Notebook

enum Mistakes {
  enum Factor {
    static func noSlope<A: Algebra>(w: A, h_before: A, h: A) -> A { w }
    static func noWeight<A: Algebra>(w: A, h_before: A, h: A) -> A { h .* (1 - h) }
    static func tanhSlope<A: Algebra>(w: A, h_before: A, h: A) -> A { (1 - h .* h) .* w }
    static func slopeOfValue<A: Algebra>(w: A, h_before: A, h: A) -> A {
      let s = h.sigmoid
      return s .* (1 - s) .* w
    }
    static func byWeight<A: Algebra>(w: A, h_before: A, h: A) -> A { h .* (1 - h) .* h_before }
    static func slopeBefore<A: Algebra>(w: A, h_before: A, h: A) -> A { h_before .* (1 - h_before) .* w }
  }

  enum StateGradient {
    static func notTransposed<A: Algebra>(dh_next: A, h_next: A, h: A, y: A, W_h: A) -> A {
      h - y + W_h * (dh_next .* (1 - h_next .* h_next))
    }
    static func noSlope<A: Algebra>(dh_next: A, h_next: A, h: A, y: A, W_h: A) -> A {
      h - y + W_h.transposed * dh_next
    }
    static func ownSlope<A: Algebra>(dh_next: A, h_next: A, h: A, y: A, W_h: A) -> A {
      h - y + W_h.transposed * (dh_next .* (1 - h .* h))
    }
    static func slopeAfter<A: Algebra>(dh_next: A, h_next: A, h: A, y: A, W_h: A) -> A {
      h - y + (1 - h_next .* h_next) .* (W_h.transposed * dh_next)
    }
    static func slopeOfValue<A: Algebra>(dh_next: A, h_next: A, h: A, y: A, W_h: A) -> A {
      let v = h_next.tanh
      return h - y + W_h.transposed * (dh_next .* (1 - v .* v))
    }
    static func noLoss<A: Algebra>(dh_next: A, h_next: A, h: A, y: A, W_h: A) -> A {
      W_h.transposed * (dh_next .* (1 - h_next .* h_next))
    }
    static func lossOnly<A: Algebra>(dh_next: A, h_next: A, h: A, y: A, W_h: A) -> A { h - y }
    static func lossSign<A: Algebra>(dh_next: A, h_next: A, h: A, y: A, W_h: A) -> A {
      y - h + W_h.transposed * (dh_next .* (1 - h_next .* h_next))
    }
  }

  enum Clip {
    static func always(dW: Matrix, db: Matrix, threshold: Double) -> [Matrix] {
      let factor = threshold / norm(dW, db)
      return [factor * dW, factor * db]
    }
    static func maximum(dW: Matrix, db: Matrix, threshold: Double) -> [Matrix] {
      let factor = max(1, threshold / norm(dW, db))
      return [factor * dW, factor * db]
    }
    static func separately(dW: Matrix, db: Matrix, threshold: Double) -> [Matrix] {
      [min(1, threshold / dW.norm) * dW, min(1, threshold / db.norm) * db]
    }
    static func sumOfNorms(dW: Matrix, db: Matrix, threshold: Double) -> [Matrix] {
      let factor = min(1, threshold / (dW.norm + db.norm))
      return [factor * dW, factor * db]
    }
    static func noRoot(dW: Matrix, db: Matrix, threshold: Double) -> [Matrix] {
      let length = norm(dW, db)
      let factor = min(1, threshold / (length * length))
      return [factor * dW, factor * db]
    }
    static func byValue(dW: Matrix, db: Matrix, threshold: Double) -> [Matrix] {
      [dW, db].map { $0.map { max(-threshold, min(threshold, $0)) } }
    }

    private static func norm(_ a: Matrix, _ b: Matrix) -> Double { (a.norm * a.norm + b.norm * b.norm).squareRoot() }
  }

  enum TwoSteps {
    static func pulledOut<A: Algebra>(push: A, h_before: A, h: A, W_h: A) -> A {
      let slopes = (1 - h .* h) .* (1 - h_before .* h_before)
      return slopes .* (W_h * (W_h * push))
    }
    static func reversed<A: Algebra>(push: A, h_before: A, h: A, W_h: A) -> A {
      (1 - h_before .* h_before) .* (W_h * ((1 - h .* h) .* (W_h * push)))
    }
    static func slopeFirst<A: Algebra>(push: A, h_before: A, h: A, W_h: A) -> A {
      W_h * ((1 - h .* h) .* (W_h * ((1 - h_before .* h_before) .* push)))
    }
    static func noSlopes<A: Algebra>(push: A, h_before: A, h: A, W_h: A) -> A { W_h * (W_h * push) }
    static func oneStep<A: Algebra>(push: A, h_before: A, h: A, W_h: A) -> A { (1 - h .* h) .* (W_h * push) }
    static func backwards<A: Algebra>(push: A, h_before: A, h: A, W_h: A) -> A {
      let back = W_h.transposed * ((1 - h .* h) .* push)
      return W_h.transposed * ((1 - h_before .* h_before) .* back)
    }
    static func slopeOfValue<A: Algebra>(push: A, h_before: A, h: A, W_h: A) -> A {
      let (u, v) = (h_before.tanh, h.tanh)
      return (1 - v .* v) .* (W_h * ((1 - u .* u) .* (W_h * push)))
    }
  }

  enum ParameterGradients {
    static func newState<A: Algebra>(da: [A], x: [A], h: [A]) -> [A] {
      gradients(da, x, Array(h.dropFirst()))
    }
    static func lastStep<A: Algebra>(da: [A], x: [A], h: [A]) -> [A] {
      let t = da.count - 1
      return gradients([da[t]], [x[t]], [h[t]])
    }
    static func firstStep<A: Algebra>(da: [A], x: [A], h: [A]) -> [A] { gradients([da[0]], [x[0]], [h[0]]) }
    static func noBatchSum<A: Algebra>(da: [A], x: [A], h: [A]) -> [A] {
      let right = gradients(da, x, h)
      return [right[0], right[1], sum(da)]
    }
    static func transposed<A: Algebra>(da: [A], x: [A], h: [A]) -> [A] {
      let right = gradients(da, x, h)
      return [right[0].transposed, right[1].transposed, right[2]]
    }
    static func slopeAgain<A: Algebra>(da: [A], x: [A], h: [A]) -> [A] {
      gradients(da.indices.map { t in da[t] .* (1 - h[t + 1] .* h[t + 1]) }, x, h)
    }

    private static func gradients<A: Algebra>(_ da: [A], _ x: [A], _ h: [A]) -> [A] {
      [
        sum(da.indices.map { da[$0] * x[$0].transposed }), sum(da.indices.map { da[$0] * h[$0].transposed }),
        sum(da.map(\.sumOfColumns)),
      ]
    }
  }

  enum SkipBug {
    static func asGiven<A: Algebra>(h: [A], y: [A], W_h: A) -> A {
      pass(h, y, W_h, slope: { new, _ in 1 - new .* new })
    }
    static func plain<A: Algebra>(h: [A], y: [A], W_h: A) -> A {
      pass(h, y, W_h, slope: { new, _ in 1 - new .* new }, back: { _, da in W_h.transposed * da })
    }
    static func noIdentity<A: Algebra>(h: [A], y: [A], W_h: A) -> A {
      pass(h, y, W_h, back: { _, da in W_h.transposed * da })
    }
    static func slopeOnPath<A: Algebra>(h: [A], y: [A], W_h: A) -> A {
      pass(h, y, W_h, back: { _, da in da + W_h.transposed * da })
    }
    static func oldSlope<A: Algebra>(h: [A], y: [A], W_h: A) -> A {
      pass(h, y, W_h, slope: { _, old in 1 - old .* old })
    }
    static func slopeOfValue<A: Algebra>(h: [A], y: [A], W_h: A) -> A {
      pass(
        h, y, W_h,
        slope: { new, old in
          let v = (new - old).tanh
          return 1 - v .* v
        })
    }
    static func noSlope<A: Algebra>(h: [A], y: [A], W_h: A) -> A {
      pass(h, y, W_h, slope: { new, _ in 0 * new + 1 })
    }
    static func notTransposed<A: Algebra>(h: [A], y: [A], W_h: A) -> A {
      pass(h, y, W_h, back: { dh, da in dh + W_h * da })
    }

    /// The backward pass of the solution with parts replaced: `slope` computes the slope of step t from h_t and h_{t−1},
    /// `back` computes from dh and da what goes back to step t − 1.
    private static func pass<A: Algebra>(
      _ h: [A], _ y: [A], _ W_h: A,
      slope: (A, A) -> A = { new, old in 1 - (new - old) .* (new - old) },
      back: ((A, A) -> A)? = nil
    ) -> A {
      var db = 0 * h[0].sumOfColumns
      var fromNext = 0 * h[0]
      for t in stride(from: y.count, through: 1, by: -1) {
        let dh = h[t] - y[t - 1] + fromNext
        let da_t = dh .* slope(h[t], h[t - 1])
        db = db + da_t.sumOfColumns
        fromNext = back?(dh, da_t) ?? dh + W_h.transposed * da_t
      }
      return db
    }
  }
}
