// Wrong versions of the exercises of chapter 6, as people write them.

import Autodiff
import Notebook

enum Mistakes {
  enum Scaled {
    static func plain<A: Algebra>(K: A, q: A, H: Double) -> A { K.transposed * q }
    static func bySize<A: Algebra>(K: A, q: A, H: Double) -> A { (1 / H) * (K.transposed * q) }
    static func times<A: Algebra>(K: A, q: A, H: Double) -> A { H.squareRoot() * (K.transposed * q) }
    static func softmax<A: Algebra>(K: A, q: A, H: Double) -> A {
      ((1 / H.squareRoot()) * (K.transposed * q)).softmax
    }
  }

  enum Context {
    static func scores<A: Algebra>(K: A, e: A) -> A { K * e }
    static func sigmoid<A: Algebra>(K: A, e: A) -> A { K * e.sigmoid }
    static func noSum<A: Algebra>(K: A, e: A) -> A { K * e.exp }
    static func plainMean<A: Algebra>(K: A, e: A) -> A { K * (0 * e).softmax }
  }

  enum Masked {
    static func scoreZero<A: Algebra>(e: A, m: A) -> A { (m .* e).softmax }
    static func cutAfter<A: Algebra>(e: A, m: A) -> A { m .* e.softmax }
    static func addsMask<A: Algebra>(e: A, m: A) -> A { (e + m).softmax }
    static func byCount<A: Algebra>(e: A, m: A) -> A {
      let terms = m .* e.exp
      return terms ./ m.sumOfRows.spread(like: terms)
    }
    static func noSum<A: Algebra>(e: A, m: A) -> A { m .* e.exp }
  }

  enum AllQueries {
    static func overQueries<A: Algebra>(K: A, Q: A) -> A {
      K * (Q.transposed * K).softmax.transposed
    }
    static func overEverything<A: Algebra>(K: A, Q: A) -> A {
      let exps = (K.transposed * Q).exp
      return K * (exps ./ exps.total.spread(like: exps))
    }
    static func scores<A: Algebra>(K: A, Q: A) -> A { K * (K.transposed * Q) }
    static func meansOfQueries<A: Algebra>(K: A, Q: A) -> A { Q * (Q.transposed * K).softmax }
  }

  enum ScoreGradient {
    static func noSoftmax<A: Algebra>(K: A, a: A, dc: A) -> A { K.transposed * dc }
    static func diagonal<A: Algebra>(K: A, a: A, dc: A) -> A { a .* (1 - a) .* (K.transposed * dc) }
    static func noMean<A: Algebra>(K: A, a: A, dc: A) -> A { a .* (K.transposed * dc) }
    static func sign<A: Algebra>(K: A, a: A, dc: A) -> A {
      let da = K.transposed * dc
      return a * (a.transposed * da) - a .* da
    }
    static func plainSum<A: Algebra>(K: A, a: A, dc: A) -> A {
      let da = K.transposed * dc
      return a .* (da - da.sumOfRows.spread(like: da))
    }
  }

  enum KeysGradient {
    static func onlyScored<A: Algebra>(W: A, q: [A], a: [A], dc: [A], de: [A]) -> A {
      sum(q.indices.map { t in W.transposed * q[t] * de[t].transposed })
    }
    static func onlyAveraged<A: Algebra>(W: A, q: [A], a: [A], dc: [A], de: [A]) -> A {
      sum(q.indices.map { t in dc[t] * a[t].transposed })
    }
    static func lastStep<A: Algebra>(W: A, q: [A], a: [A], dc: [A], de: [A]) -> A {
      let t = q.count - 1
      return W.transposed * q[t] * de[t].transposed + dc[t] * a[t].transposed
    }
    static func notTransposed<A: Algebra>(W: A, q: [A], a: [A], dc: [A], de: [A]) -> A {
      sum(q.indices.map { t in W * q[t] * de[t].transposed + dc[t] * a[t].transposed })
    }
    static func noWeight<A: Algebra>(W: A, q: [A], a: [A], dc: [A], de: [A]) -> A {
      sum(q.indices.map { t in q[t] * de[t].transposed + dc[t] * a[t].transposed })
    }
    static func weightsForScores<A: Algebra>(W: A, q: [A], a: [A], dc: [A], de: [A]) -> A {
      sum(q.indices.map { t in W.transposed * q[t] * a[t].transposed + dc[t] * a[t].transposed })
    }
  }

  enum DecoderBug {
    static func asGiven<A: Algebra>(
      y: [A], s_0: A, K: A, W_a: A, W_y: A, b_y: A, W_h: A, b_h: A, W: A, b: A
    ) -> [A] {
      let net = Net(K: K, W_a: W_a, W_y: W_y, b_y: b_y, W_h: W_h, b_h: b_h, W: W, b: b)
      let c = net.context(s_0)
      return net.run(y, s_0) { s, y in
        s = net.step(y, c, s)
        return net.output([c, s])
      }
    }
    static func asksForTheOutput<A: Algebra>(
      y: [A], s_0: A, K: A, W_a: A, W_y: A, b_y: A, W_h: A, b_h: A, W: A, b: A
    ) -> [A] {
      let net = Net(K: K, W_a: W_a, W_y: W_y, b_y: b_y, W_h: W_h, b_h: b_h, W: W, b: b)
      return net.run(y, s_0) { s, y in
        s = net.step(y, net.context(s), s)
        return net.output([net.context(s), s])
      }
    }
    static func asksForTheOutputOnly<A: Algebra>(
      y: [A], s_0: A, K: A, W_a: A, W_y: A, b_y: A, W_h: A, b_h: A, W: A, b: A
    ) -> [A] {
      let net = Net(K: K, W_a: W_a, W_y: W_y, b_y: b_y, W_h: W_h, b_h: b_h, W: W, b: b)
      let first = net.context(s_0)
      return net.run(y, s_0) { s, y in
        s = net.step(y, first, s)
        return net.output([net.context(s), s])
      }
    }
    static func scores<A: Algebra>(
      y: [A], s_0: A, K: A, W_a: A, W_y: A, b_y: A, W_h: A, b_h: A, W: A, b: A
    ) -> [A] {
      let net = Net(K: K, W_a: W_a, W_y: W_y, b_y: b_y, W_h: W_h, b_h: b_h, W: W, b: b)
      return net.run(y, s_0) { s, y in
        let c = K * net.scores(s)
        s = net.step(y, c, s)
        return net.output([c, s])
      }
    }
    static func otherOrder<A: Algebra>(
      y: [A], s_0: A, K: A, W_a: A, W_y: A, b_y: A, W_h: A, b_h: A, W: A, b: A
    ) -> [A] {
      let net = Net(K: K, W_a: W_a, W_y: W_y, b_y: b_y, W_h: W_h, b_h: b_h, W: W, b: b)
      return net.run(y, s_0) { s, y in
        let c = net.context(s)
        s = net.step(y, c, s)
        return net.output([s, c])
      }
    }
    static func stepBehind<A: Algebra>(
      y: [A], s_0: A, K: A, W_a: A, W_y: A, b_y: A, W_h: A, b_h: A, W: A, b: A
    ) -> [A] {
      let net = Net(K: K, W_a: W_a, W_y: W_y, b_y: b_y, W_h: W_h, b_h: b_h, W: W, b: b)
      var query = s_0
      return net.run(y, s_0) { s, y in
        let c = net.context(query)
        query = s
        s = net.step(y, c, s)
        return net.output([c, s])
      }
    }

    /// The parts that all versions share.
    private struct Net<A: Algebra> {
      let K, W_a, W_y, b_y, W_h, b_h, W, b: A

      func scores(_ s: A) -> A { K.transposed * (W_a.transposed * s) }
      func context(_ s: A) -> A { K * scores(s).softmax }
      func step(_ y: A, _ c: A, _ s: A) -> A {
        let input = W_y * A.stack([y, c]) + b_y
        return (input + W_h * s + b_h).tanh
      }
      func output(_ parts: [A]) -> A { (W * A.stack(parts) + b).softmax }
      func run(_ y: [A], _ s_0: A, _ body: (inout A, A) -> A) -> [A] {
        var s = s_0
        return y.map { body(&s, $0) }
      }
    }
  }
}
