// Solutions of chapter 5. Spoilers: try first, then the hints (swift run birnn exercise NAME --hint).

import Autodiff
import Notebook

enum Solutions {
  // begin: backward-state
  static func backwardState<A: Algebra>(x: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A) throws -> A {
    tanh(V_x * x + V_h * h_after + V_b)
  }
  // end: backward-state

  // begin: parameters
  static func parameters() throws -> Double {
    // 300 entries of y_t are 150 units in each direction; an LSTM has 4 blocks.
    let (inputs, units) = (100.0, 150.0)
    return 2 * 4 * units * (inputs + units + 2)
  }
  // end: parameters

  // begin: output
  static func output<A: Algebra>(h: [A], u: [A]) throws -> [A] {
    let back = Array(u.reversed())
    return (0..<h.count).map { t in A.stack([h[t], back[t]]) }
  }
  // end: output

  // begin: summary
  static func summary<A: Algebra>(y: [A]) throws -> A {
    A.stack([y[y.count - 1].rows(0..<3), y[0].rows(3..<6)])
  }
  // end: summary

  // begin: state-gradient
  static func stateGradient<A: Algebra>(dy: A, da_before: A, da_after: A, V_h: A) throws -> A {
    dy.rows(3..<6) + V_h.transposed * da_before
  }
  // end: state-gradient

  // begin: masked-state
  static func maskedState<A: Algebra>(x: A, m: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A) throws -> A {
    let new = tanh(V_x * x + V_h * h_after + V_b)
    return m .* new + (1 - m) .* h_after
  }
  // end: masked-state

  // begin: masked-gradient
  static func maskedGradient<A: Algebra>(dh: A, m: A, h: A, V_h: A) throws -> A {
    let da = m .* dh .* (1 - h .* h)
    return (1 - m) .* dh + V_h.transposed * da
  }
  // end: masked-gradient

  // begin: layer-bug
  static func layerBug<A: Algebra>(
    x: [A], m: [A], W_x: A, W_h: A, W_b: A, V_x: A, V_h: A, V_b: A
  ) throws -> [A] {
    var there: [A] = []
    var h = 0 * (W_x * x[0])
    for t in 0..<x.count {
      let new = tanh(W_x * x[t] + W_h * h + W_b)
      h = m[t] .* new + (1 - m[t]) .* h
      there.append(m[t] .* h)
    }
    var back: [A] = []
    h = 0 * h
    for t in (0..<x.count).reversed() {
      let new = tanh(V_x * x[t] + V_h * h + V_b)
      h = m[t] .* new + (1 - m[t]) .* h
      back.insert(m[t] .* h, at: 0)
    }
    return (0..<x.count).map { t in A.stack([there[t], back[t]]) }
  }
  // end: layer-bug
}
