// Solutions of chapter 7. Spoilers: try first, then the hints (swift run deep-rnn exercise NAME --hint).

import Autodiff
import Notebook

enum Solutions {
  // begin: residual
  static func residual<A: Algebra>(h: A, W: A, b: A) throws -> A {
    h + tanh(W * h + b)
  }
  // end: residual

  // begin: parameters
  static func parameters() throws -> Double {
    let (d, n) = (100.0, 200.0)
    let first = 4 * (d * n + n * n + 2 * n)
    let upper = 4 * (n * n + n * n + 2 * n)
    return first + upper + upper
  }
  // end: parameters

  // begin: highway
  static func highway<A: Algebra>(h: A, W: A, b: A, V: A, c: A) throws -> A {
    let g = tanh(W * h + b)
    let tau = sigmoid(V * h + c)
    return tau .* g + (1 - tau) .* h
  }
  // end: highway

  // begin: stack
  static func stack<A: Algebra>(
    x: [A], h1: A, h2: A, W_x1: A, W_h1: A, b1: A, W_x2: A, W_h2: A, b2: A
  ) throws -> [A] {
    var low = h1
    var high = h2
    var states: [A] = []
    for x_t in x {
      low = tanh(W_x1 * x_t + W_h1 * low + b1)
      // low is the first layer's state at this step already.
      high = tanh(W_x2 * low + W_h2 * high + b2)
      states.append(high)
    }
    return states
  }
  // end: stack

  // begin: three-layers
  static func threeLayers<A: Algebra>(dh: A, J1: A, J2: A, J3: A) throws -> A {
    let d2 = dh + J3.transposed * dh
    let d1 = d2 + J2.transposed * d2
    return d1 + J1.transposed * d1
  }
  // end: three-layers

  // begin: highway-gradient
  static func highwayGradient<A: Algebra>(dh: A, h: A, g: A, tau: A, W: A, V: A) throws -> A {
    let da = dh .* tau .* (1 - g .* g)
    let dtau = dh .* (g - h)
    let da_hat = dtau .* tau .* (1 - tau)
    return dh .* (1 - tau) + W.transposed * da + V.transposed * da_hat
  }
  // end: highway-gradient

  // begin: skip-bug
  static func skipBug<A: Algebra>(dy: [A], h1: [A], h2: [A], W_h1: A, W_x2: A, W_h2: A) throws -> [A] {
    var later1 = 0 * h1[0]
    var later2 = 0 * h2[0]
    for t in (0..<dy.count).reversed() {
      let dh2 = dy[t] + later2
      let da2 = dh2 .* (1 - h2[t + 1] .* h2[t + 1])
      // y_t has the first layer's state in it, too: dy[t] comes over the skip as it is.
      let dh1 = dy[t] + W_x2.transposed * da2 + later1
      let da1 = dh1 .* (1 - h1[t + 1] .* h1[t + 1])
      later2 = W_h2.transposed * da2
      later1 = W_h1.transposed * da1
    }
    return [later1, later2]
  }
  // end: skip-bug
}
