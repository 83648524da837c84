// The LSTM with its gates stacked, forwards and backwards, line by line as in the notes.

import Autodiff
import Notebook

/// What a run forwards computes: i[t] is i_t. h[0] and c[0] are the first states; the other lists have an entry at 0 that
/// nothing reads.
struct States {
  var x, i, f, g, o, c, h: [Matrix]

  var last: Int { h.count - 1 }
}

/// The gradients of the weights, of the first states and of the inputs: x[t] is ∂L/∂x_t.
struct Gradients {
  var W: (x: Matrix, h: Matrix)
  var b, h_0, c_0: Matrix
  var x: [Matrix]

  /// In the order of `Example.values`.
  var values: [Matrix] { [W.x, W.h, b, h_0, c_0] + x.dropFirst() }
}

extension Example {
  /// All steps of the sequence.
  func forwards() -> States {
    let (n, nothing) = (hidden, Matrix(0))
    var s = States(
      x: [nothing] + x, i: [nothing], f: [nothing], g: [nothing], o: [nothing], c: [start.c], h: [start.h])
    for t in 1...x.count {
      // begin: plain-forwards
      let a_t = W.x * s.x[t] + W.h * s.h[t - 1] + b
      s.i.append(sigmoid(a_t.rows(0..<n)))
      s.f.append(sigmoid(a_t.rows(n..<2 * n)))
      s.g.append(tanh(a_t.rows(2 * n..<3 * n)))
      s.o.append(sigmoid(a_t.rows(3 * n..<4 * n)))
      s.c.append(s.f[t] .* s.c[t - 1] + s.i[t] .* s.g[t])
      s.h.append(s.o[t] .* tanh(s.c[t]))
      // end: plain-forwards
    }
    return s
  }

  /// The way back through all steps.
  ///
  /// - Parameter beyond: what comes back to h_T and c_T from beyond the last step; nil for nothing.
  func backwards(_ states: States, beyond: (h: Matrix, c: Matrix)? = nil) -> Gradients {
    let (x, i, f, g) = (states.x, states.i, states.f, states.g)
    let (o, c, h, y) = (states.o, states.c, states.h, [Matrix(0)] + y)
    let T = states.last
    var (dW_x, dW_h, db) = (0 * W.x, 0 * W.h, 0 * b)
    var dx = x.map { 0 * $0 }
    var (dh_next, dc_next) = (0 * h[0], 0 * c[0])
    if let beyond { (dh_next, dc_next) = beyond }
    for t in (1...T).reversed() {
      // begin: plain-states
      let dh_t = (h[t] - y[t]) + dh_next
      let dc_t = dh_t .* o[t] .* (1 - tanh(c[t]) .* tanh(c[t])) + dc_next
      // end: plain-states
      // begin: plain-gates
      let do_t = dh_t .* tanh(c[t])
      let df_t = dc_t .* c[t - 1]
      let di_t = dc_t .* g[t]
      let dg_t = dc_t .* i[t]
      // end: plain-gates
      // begin: plain-slopes
      let δ_i = di_t .* i[t] .* (1 - i[t])
      let δ_f = df_t .* f[t] .* (1 - f[t])
      let δ_g = dg_t .* (1 - g[t] .* g[t])
      let δ_o = do_t .* o[t] .* (1 - o[t])
      // end: plain-slopes
      // begin: plain-weights
      let δ_t = Matrix.stack([δ_i, δ_f, δ_g, δ_o])
      dx[t] = W.x.transposed * δ_t
      dW_x = dW_x + δ_t * x[t].transposed
      dW_h = dW_h + δ_t * h[t - 1].transposed
      db = db + δ_t.sumOfColumns
      dh_next = W.h.transposed * δ_t
      dc_next = dc_t .* f[t]
      // end: plain-weights
    }
    return Gradients(W: (dW_x, dW_h), b: db, h_0: dh_next, c_0: dc_next, x: dx)
  }
}
