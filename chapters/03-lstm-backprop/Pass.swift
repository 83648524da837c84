// The backward pass as the bug museum needs it: the lines of Plain.swift, each of which can be replaced. With symbols in the
// place of matrices it writes its equations down.

import Autodiff

/// What the pass knows at step t: the forward pass, what comes back from step t + 1, and the gradients found so far. d.c is
/// ∂L/∂c_t, hat.f is the gradient of the forget gate's pre-activation, and so on.
struct Moment<A: Algebra> {
  let W: (x: A, h: A)
  let forward: Forward<A>
  /// The part of ∂L/∂h_t that comes from the loss directly.
  let loss: A
  /// From step t + 1: W_hᵀ ∂L/∂a_{t+1}, and ∂L/∂c_{t+1} ⊙ f_{t+1}.
  let next: (h: A, c: A)
  var d: (h: A, c: A, o: A, f: A, i: A, g: A, a: A)
  var hat: (i: A, f: A, g: A, o: A)
}

extension Moment {
  var x: A { forward.x }
  var before: (h: A, c: A) { forward.before }
  var i: A { forward.i }
  var f: A { forward.f }
  var g: A { forward.g }
  var o: A { forward.o }
  var c: A { forward.c }
  var h: A { forward.h }
}

/// The pass, generic over the algebra: with matrices it computes, with symbols it writes its equations down.
///
/// Each line is a property, so that the bug museum can replace it.
struct Pass<A: Algebra> {
  typealias Line = (Moment<A>) -> A

  // h_t is used by the loss and by step t + 1, c_t by h_t and by step t + 1:
  var d_h: Line = { $0.loss + $0.next.h }
  var d_c: Line = { $0.d.h .* $0.o .* (1 - $0.c.tanh .* $0.c.tanh) + $0.next.c }
  // h_t = o_t ⊙ tanh(c_t) and c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t:
  var d_o: Line = { $0.d.h .* $0.c.tanh }
  var d_f: Line = { $0.d.c .* $0.before.c }
  var d_i: Line = { $0.d.c .* $0.g }
  var d_g: Line = { $0.d.c .* $0.i }
  // Through σ and tanh, whose slopes are written with their values:
  var dhat_i: Line = { $0.d.i .* $0.i .* (1 - $0.i) }
  var dhat_f: Line = { $0.d.f .* $0.f .* (1 - $0.f) }
  var dhat_g: Line = { $0.d.g .* (1 - $0.g .* $0.g) }
  var dhat_o: Line = { $0.d.o .* $0.o .* (1 - $0.o) }
  // One matrix for all four; from here on it is any recurrent network:
  var d_a: Line = { A.stack([$0.hat.i, $0.hat.f, $0.hat.g, $0.hat.o]) }
  var dW_x: Line = { $0.d.a * $0.x.transposed }
  var dW_h: Line = { $0.d.a * $0.before.h.transposed }
  var d_b: Line = { $0.d.a.sumOfColumns }
  var d_x: Line = { $0.W.x.transposed * $0.d.a }
  // To step t − 1:
  var toH: Line = { $0.W.h.transposed * $0.d.a }
  var toC: Line = { $0.d.c .* $0.f }
  // And over time, weights add up:
  var sum: (_ later: A, _ now: A) -> A = { $0 + $1 }
}

/// The gradients that the pass finds.
struct ByHand<A> {
  let W: (x: A, h: A)
  let b: A
  let start: (h: A, c: A)
  let x: [A]
  /// ∂L/∂h_t and ∂L/∂c_t for t = 1 … T.
  let h: [A]
  let c: [A]

  /// In the order of `Example.values`.
  var values: [A] { [W.x, W.h, b, start.h, start.c] + x }
}

extension Pass {
  /// Runs the pass from step T to step 1.
  ///
  /// - Parameters:
  ///   - W: W_x and W_h.
  ///   - steps: the forward pass, t = 1 … T.
  ///   - loss: for each step, the part of ∂L/∂h_t that comes from the loss directly.
  ///   - beyond: what comes back to h_T and c_T from beyond the last step.
  ///   - window: the length of the windows of a truncated pass: nothing comes back from one to the one before. nil for none.
  ///   - zero: what comes back at the end of a window.
  ///   - found: called with the name, the step and the value of each gradient. What it returns is used in its place by later
  ///     lines: the gradient itself, or a name for it.
  func run(
    W: (x: A, h: A), _ steps: [Forward<A>], loss: [A], beyond: (h: A, c: A), window: Int? = nil,
    zero: (h: A, c: A)? = nil, found: (_ name: String, _ t: Int, _ gradient: A) -> A = { _, _, gradient in gradient }
  ) -> ByHand<A> {
    let T = steps.count
    var weights: (W_x: A, W_h: A, b: A)?
    var (dxs, dhs, dcs): ([A], [A], [A]) = ([], [], [])
    var next = beyond
    for t in stride(from: T, through: 1, by: -1) {
      if let window, let zero, t < T, t % window == 0 { next = zero }
      let unknown = next.h  // a placeholder until the lines below find the gradient
      var m = Moment(
        W: W, forward: steps[t - 1], loss: loss[t - 1], next: next,
        d: (unknown, unknown, unknown, unknown, unknown, unknown, unknown), hat: (unknown, unknown, unknown, unknown))
      m.d.h = found("h", t, d_h(m))
      m.d.c = found("c", t, d_c(m))
      m.d.o = found("o", t, d_o(m))
      m.d.f = found("f", t, d_f(m))
      m.d.i = found("i", t, d_i(m))
      m.d.g = found("g", t, d_g(m))
      m.hat.i = found("\\hat{i}", t, dhat_i(m))
      m.hat.f = found("\\hat{f}", t, dhat_f(m))
      m.hat.g = found("\\hat{g}", t, dhat_g(m))
      m.hat.o = found("\\hat{o}", t, dhat_o(m))
      m.d.a = found("a", t, d_a(m))
      let now = (W_x: dW_x(m), W_h: dW_h(m), b: d_b(m))
      weights = weights.map { (sum($0.W_x, now.W_x), sum($0.W_h, now.W_h), sum($0.b, now.b)) } ?? now
      dxs.append(found("x", t, d_x(m)))
      dhs.append(m.d.h)
      dcs.append(m.d.c)
      next = (toH(m), toC(m))
    }
    return ByHand(
      W: (found("W_x", 0, weights!.W_x), found("W_h", 0, weights!.W_h)), b: found("b", 0, weights!.b),
      start: (found("h", 0, next.h), found("c", 0, next.c)), x: dxs.reversed(), h: dhs.reversed(), c: dcs.reversed())
  }
}

extension Pass<Matrix> {
  /// The gradients of an example's loss, from a run of it.
  func run(_ example: Example, _ steps: [Forward<Matrix>], window: Int? = nil) -> ByHand<Matrix> {
    let zero = 0 * example.start.h
    return run(
      W: example.W, steps, loss: zip(steps, example.y).map { $0.h - $1 }, beyond: (zero, zero), window: window,
      zero: (zero, zero))
  }
}
