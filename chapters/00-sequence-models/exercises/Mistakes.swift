// The known mistakes in the exercises of chapter 0: wrong versions of the solutions, with the same signatures.

import Autodiff
import Notebook

enum Mistakes {
  enum Layer {
    static func noSquare<A: Algebra>(W: A, x: A, b: A) -> A { tanh(W * x + b) }
    static func noTanh<A: Algebra>(W: A, x: A, b: A) -> A {
      let a = W * x + b
      return a .* a
    }
    static func squaresFirst<A: Algebra>(W: A, x: A, b: A) -> A {
      let a = W * x + b
      return tanh(a .* a)
    }
    static func noBias<A: Algebra>(W: A, x: A, b: A) -> A {
      let h = tanh(W * x)
      return h .* h
    }
    static func matrixProduct<A: Algebra>(W: A, x: A, b: A) -> A {
      let h = tanh(W * x + b)
      return h * h
    }
  }

  enum LogProbability {
    static func product<A: Algebra>(p: [A]) -> A { p.dropFirst().reduce(p[0], .*) }
    static func logOfSum<A: Algebra>(p: [A]) -> A { sum(p).log }
    static func noLog<A: Algebra>(p: [A]) -> A { sum(p) }
    static func lastStep<A: Algebra>(p: [A]) -> A { p[p.count - 1].log }
    static func mean<A: Algebra>(p: [A]) -> A { (1 / Double(p.count)) * sum(p.map(\.log)) }
  }

  enum Ceiling {
    static func oneAnswer<A: Algebra>(J: A) -> A { J.sumOfColumns.maximumOfRows }
    static func wrongAxis<A: Algebra>(J: A) -> A { J.transposed.maximumOfRows.total }
    static func allWindowsAlike<A: Algebra>(J: A) -> A {
      (J ./ J.sumOfRows.spread(like: J)).maximumOfRows.mean
    }
    static func matching<A: Algebra>(J: A) -> A {
      let Q = J ./ J.sumOfRows.spread(like: J)
      return (J .* Q).total
    }
    static func oneWindow<A: Algebra>(J: A) -> A { J.maximumOfRows.transposed.maximumOfRows }
  }

  enum Entropy {
    static func joint<A: Algebra>(J: A) -> A { -(J .* J.log).total }
    static func sign<A: Algebra>(J: A) -> A {
      let Q = J ./ J.sumOfRows.spread(like: J)
      return (J .* Q.log).total
    }
    static func ownWeights<A: Algebra>(J: A) -> A {
      let Q = J ./ J.sumOfRows.spread(like: J)
      return -(Q .* Q.log).total
    }
    static func noWindow<A: Algebra>(J: A) -> A {
      let q = J.sumOfColumns
      return -(q .* q.log).total
    }
    static func noWeights<A: Algebra>(J: A) -> A {
      let Q = J ./ J.sumOfRows.spread(like: J)
      return -Q.log.total
    }
  }

  enum Unroll {
    static func noMemory<A: Algebra>(W_x: A, W_h: A, b: A, x: [A], h_0: A) -> [A] {
      x.map { step($0, h_0, W_x, W_h, b) }
    }
    static func before<A: Algebra>(W_x: A, W_h: A, b: A, x: [A], h_0: A) -> [A] {
      var h = h_0
      return x.map { x_t in
        defer { h = step(x_t, h, W_x, W_h, b) }
        return h
      }
    }
    static func fromZero<A: Algebra>(W_x: A, W_h: A, b: A, x: [A], h_0: A) -> [A] {
      var h = 0 * h_0
      return x.map { x_t in
        h = step(x_t, h, W_x, W_h, b)
        return h
      }
    }
    static func noTanh<A: Algebra>(W_x: A, W_h: A, b: A, x: [A], h_0: A) -> [A] {
      var h = h_0
      return x.map { x_t in
        h = W_x * x_t + W_h * h + b
        return h
      }
    }
    static func adds<A: Algebra>(W_x: A, W_h: A, b: A, x: [A], h_0: A) -> [A] {
      var h = h_0
      return x.map { x_t in
        h = h + step(x_t, h, W_x, W_h, b)
        return h
      }
    }

    private static func step<A: Algebra>(_ x: A, _ h: A, _ W_x: A, _ W_h: A, _ b: A) -> A {
      tanh(W_x * x + W_h * h + b)
    }
  }

  enum ProgramBug {
    static func asGiven<A: Algebra>(
      x: [A], h_0: A, E_x: A, E_h: A, b_e: A, W_h: A, b: A, V: A, b_s: A, m: Int
    ) -> [A] {
      Decoder(W_h: W_h, b: b, V: V, b_s: b_s).answers(from: h_0, count: m)
    }
    static func firstState<A: Algebra>(
      x: [A], h_0: A, E_x: A, E_h: A, b_e: A, W_h: A, b: A, V: A, b_s: A, m: Int
    ) -> [A] {
      let h = read(x.prefix(1), h_0, E_x, E_h, b_e)
      return Decoder(W_h: W_h, b: b, V: V, b_s: b_s).answers(from: h, count: m)
    }
    static func stepEarly<A: Algebra>(
      x: [A], h_0: A, E_x: A, E_h: A, b_e: A, W_h: A, b: A, V: A, b_s: A, m: Int
    ) -> [A] {
      let h = read(x[...], h_0, E_x, E_h, b_e)
      return [V * h + b_s] + Decoder(W_h: W_h, b: b, V: V, b_s: b_s).answers(from: h, count: m).dropLast()
    }
    static func encoderGoesOn<A: Algebra>(
      x: [A], h_0: A, E_x: A, E_h: A, b_e: A, W_h: A, b: A, V: A, b_s: A, m: Int
    ) -> [A] {
      let h = read(x[...], h_0, E_x, E_h, b_e)
      return Decoder(W_h: E_h, b: b_e, V: V, b_s: b_s).answers(from: h, count: m)
    }
    static func standsStill<A: Algebra>(
      x: [A], h_0: A, E_x: A, E_h: A, b_e: A, W_h: A, b: A, V: A, b_s: A, m: Int
    ) -> [A] {
      let h = read(x[...], h_0, E_x, E_h, b_e)
      let one = Decoder(W_h: W_h, b: b, V: V, b_s: b_s).answers(from: h, count: 1)
      return (0..<m).map { _ in one[0] }
    }

    private static func read<A: Algebra>(_ x: ArraySlice<A>, _ h_0: A, _ E_x: A, _ E_h: A, _ b_e: A) -> A {
      x.reduce(h_0) { h, x_t in tanh(E_x * x_t + E_h * h + b_e) }
    }

    private struct Decoder<A: Algebra> {
      let W_h, b, V, b_s: A

      func answers(from h: A, count: Int) -> [A] {
        var s = h
        return (0..<count).map { _ in
          s = tanh(W_h * s + b)
          return V * s + b_s
        }
      }
    }
  }
}
