// Solutions of chapter 0. Spoilers: try first, then the hints (swift run sequence-models exercise NAME --hint).

import Autodiff
import Notebook

enum Solutions {
  // begin: layer
  static func layer<A: Algebra>(W: A, x: A, b: A) throws -> A {
    let h = tanh(W * x + b)
    return h .* h
  }
  // end: layer

  // begin: naive-cost
  static func naiveCost() throws -> Double {
    // n d (t − 1) + d n > n d + n² + d n, so t > 2 + n / d = 9.5.
    10
  }
  // end: naive-cost

  // begin: log-probability
  static func logProbability<A: Algebra>(p: [A]) throws -> A {
    sum((0..<p.count).map { t in p[t].log })
  }
  // end: log-probability

  // begin: markov
  static func markov() throws -> Double {
    // Steps one apart have nothing to do with each other: the last one says nothing about the next.
    0.5
  }
  // end: markov

  // begin: ceiling
  static func ceiling<A: Algebra>(J: A) throws -> A {
    J.maximumOfRows.total
  }
  // end: ceiling

  // begin: entropy
  static func entropy<A: Algebra>(J: A) throws -> A {
    let Q = J ./ J.sumOfRows.spread(like: J)
    return -(J .* Q.log).total
  }
  // end: entropy

  // begin: unroll
  static func unroll<A: Algebra>(W_x: A, W_h: A, b: A, x: [A], h_0: A) throws -> [A] {
    var h = h_0
    var states: [A] = []
    for x_t in x {
      h = tanh(W_x * x_t + W_h * h + b)
      states.append(h)
    }
    return states
  }
  // end: unroll

  // begin: program-bug
  static func programBug<A: Algebra>(
    x: [A], h_0: A, E_x: A, E_h: A, b_e: A, W_h: A, b: A, V: A, b_s: A, m: Int
  ) throws -> [A] {
    var h = h_0
    for x_t in x {
      h = tanh(E_x * x_t + E_h * h + b_e)
    }
    // The decoder goes on from the encoder's last state.
    var s = h
    var answers: [A] = []
    for _ in 0..<m {
      s = tanh(W_h * s + b)
      answers.append(V * s + b_s)
    }
    return answers
  }
  // end: program-bug
}
