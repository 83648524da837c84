// Solutions of chapter 2. Spoilers: try first, then the hints (swift run lstm-forward exercise NAME --hint).

import Autodiff
import Notebook

enum Solutions {
  // begin: cell-state
  static func cellState<A: Algebra>(f: A, i: A, g: A, c: A) throws -> A {
    f .* c + i .* g
  }
  // end: cell-state

  // begin: shown
  static func shown() throws -> Double {
    // c is 1000, but h shows half of its tanh.
    0.5
  }
  // end: shown

  // begin: output-gate
  static func outputGate<A: Algebra>(x: A, h: A, c: A, W_xo: A, W_ho: A, b_o: A) throws -> A {
    sigmoid(W_xo * x + W_ho * h + b_o)
  }
  // end: output-gate

  // begin: count
  static func count(d: Int, n: Int) throws -> Int {
    4 * (n * d + n * n + n)
  }
  // end: count

  // begin: half-life
  static func halfLife() throws -> Double {
    // log 2 / −log 0.99 is 68.97.
    69
  }
  // end: half-life

  // begin: blocks
  static func blocks<A: Algebra>(a: A, c: A) throws -> [A] {
    let i = sigmoid(a.rows(0..<3))
    let f = sigmoid(a.rows(3..<6))
    let g = tanh(a.rows(6..<9))
    let o = sigmoid(a.rows(9..<12))
    let new = f .* c + i .* g
    return [new, o .* tanh(new)]
  }
  // end: blocks

  // begin: left
  static func left<A: Algebra>(i: [A], f: [A], g: [A]) throws -> A {
    var c = i[0] .* g[0]
    for t in 1..<f.count { c = f[t] .* c }
    return c
  }
  // end: left

  // begin: run
  static func run<A: Algebra>(i: [A], f: [A], g: [A], o: [A], c_0: A) throws -> [A] {
    var c = c_0
    var list: [A] = []
    for t in 0..<f.count {
      c = f[t] .* c + i[t] .* g[t]
      list.append(o[t] .* tanh(c))
    }
    return list
  }
  // end: run

  // begin: sequence-bug
  static func sequenceBug<A: Algebra>(x: [A], h_0: A, c_0: A, W: A, b: A) throws -> [A] {
    var h = h_0
    var c = c_0
    var list: [A] = []
    for t in 0..<x.count {
      let a = W * A.stack([x[t], h]) + b
      let i = sigmoid(a.rows(0..<3))
      let f = sigmoid(a.rows(3..<6))
      let g = tanh(a.rows(6..<9))
      let o = sigmoid(a.rows(9..<12))
      c = f .* c + i .* g
      h = o .* tanh(c)
      list.append(h)
    }
    return list
  }
  // end: sequence-bug
}
