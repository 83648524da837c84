// The tapes behind the pictures of sections 4.1, 4.3, 4.4 and 4.7: one step of a cell, in the notes' names.

import Autodiff
import Experiments
import Notebook
import Recurrent

extension GRUCell<Matrix> {
  /// One step on a tape of its own.
  ///
  /// - Parameters:
  ///   - t, before: the step and the step before, in the names.
  func taped(_ x: Matrix, _ past: Matrix, t: String = "t", before: String = "{t-1}") -> Tape {
    let tape = Tape()
    func variable(_ value: Matrix?, _ name: String) -> Variable? { value.map { tape.variable($0, named: name) } }
    let cell = GRUCell<Variable>(
      W: (
        xr: tape.variable(W.xr, named: "W_{xr}"), xz: tape.variable(W.xz, named: "W_{xz}"),
        xg: tape.variable(W.xg, named: "W_{xg}"), hr: tape.variable(W.hr, named: "W_{hr}"),
        hz: tape.variable(W.hz, named: "W_{hz}"), hg: tape.variable(W.hg, named: "W_{hg}")
      ),
      b: (variable(b.r, "b_r"), variable(b.z, "b_z"), variable(b.xg, "b_{xg}"), variable(b.hg, "b_{hg}")),
      update: update, reset: reset)
    let step = cell.step(
      tape.constant(x, named: "x_\(t)"), tape.variable(past, named: "h_\(before)"))
    step.r.named("r_\(t)")
    step.z.named(update == .keepsPast ? "z_\(t)" : "\\bar{z}_\(t)")
    step.g.named(reset == .afterProduct ? "g_\(t)" : "\\bar{g}_\(t)")
    step.h.named("h_\(t)")
    return tape
  }
}

extension LSTMCell<Matrix> {
  /// One step on a tape of its own, in the names of chapter 2.
  func taped(_ x: Matrix, _ past: Matrix, _ c: Matrix) -> Tape {
    let tape = Tape()
    func weight(_ value: Matrix, _ name: String) -> Variable { tape.variable(value, named: "W_{\(name)}") }
    let cell = LSTMCell<Variable>(
      W: (
        xf: weight(W.xf, "xf"), xi: weight(W.xi, "xi"), xg: weight(W.xg, "xg"), xo: weight(W.xo, "xo"),
        hf: weight(W.hf, "hf"), hi: weight(W.hi, "hi"), hg: weight(W.hg, "hg"), ho: weight(W.ho, "ho")
      ),
      b: (
        f: b.f.map { tape.variable($0, named: "b_f") }, i: b.i.map { tape.variable($0, named: "b_i") },
        g: b.g.map { tape.variable($0, named: "b_g") }, o: b.o.map { tape.variable($0, named: "b_o") }
      ))
    let step = cell.step(
      tape.constant(x, named: "x_t"), tape.variable(past, named: "h_{t-1}"), tape.variable(c, named: "c_{t-1}"))
    for (value, name) in [(step.f, "f_t"), (step.i, "i_t"), (step.g, "g_t"), (step.o, "o_t"), (step.c, "c_t")] {
      value.named(name)
    }
    step.h.named("h_t")
    return tape
  }
}

// MARK: - Pictures

extension Diagram {
  /// The mixture of the past and the candidate. Only the place of 1 − differs between the readings of z.
  ///
  /// Keys beside the names: "past" and "new" are the two products, "rest" is 1 − z.
  static func mixture(_ update: UpdateGate, label: String) -> Diagram {
    let keepsPast = update == .keepsPast
    var d = Diagram(label: label)
    let h = d.quantity("h_{t-1}", at: 1, 1)
    let z = d.quantity(keepsPast ? "z_t" : "\\bar{z}_t", at: 4, 9)
    let g = d.quantity("g_t", at: 9, 9)
    let rest =
      keepsPast
      ? d.operation(.complement(1), key: "rest", at: 6, 6) : d.operation(.complement(1), key: "rest", at: 4, 4)
    let past = d.operation(.elementwiseProduct, key: "past", at: 4, 1)
    let new = d.operation(.elementwiseProduct, key: "new", at: 9, 6)
    let add = d.operation(.sum, "h_t", at: 9, 1)
    let state = d.quantity("h_t", at: 14, 1)
    let (share, other) = keepsPast ? (past, new) : (new, past)
    d.wire(h, past)
    d.wire(g, new)
    d.wire(z, rest, via: keepsPast ? [(4, 6)] : [])
    d.wire(z, share, via: keepsPast ? [] : [(4, 6)])
    d.wire(rest, other)
    d.wire(past, add)
    d.wire(new, add)
    d.wire(add, state)
    return d
  }

  /// The candidate. ⊙ and W_hg change places between the two resets.
  ///
  /// Keys beside the names: "reset" is the product with r, "past" the layer of W_hg, "input" that of W_xg.
  static func candidate(_ reset: ResetGate, label: String) -> Diagram {
    let isAfter = reset == .afterProduct
    let name = isAfter ? "g_t" : "\\bar{g}_t"
    var d = Diagram(label: label)
    let h = d.quantity("h_{t-1}", at: 5, 13)
    let x = d.quantity("x_t", at: 9, 13)
    let gate = d.operation(.elementwiseProduct, key: "reset", at: 5, isAfter ? 7 : 10)
    let r = d.quantity("r_t", at: 1, isAfter ? 7 : 10)
    let past = d.layer(nil, key: "past", weights: isAfter ? ["W_{hg}", "b_{hg}"] : ["W_{hg}"], at: 5, isAfter ? 10 : 7)
    let input = d.layer(nil, key: "input", weights: ["W_{xg}", "b_{xg}"], at: 9, 10)
    let sum = d.operation(.sum, key: "sum", at: 5, 4)
    let g = d.operation(.tanh, name, at: 5, 1)
    d.wire(h, isAfter ? past : gate)
    d.wire(r, gate)
    if isAfter { d.wire(past, gate) } else { d.wire(gate, past) }
    d.wire(isAfter ? gate : past, sum)
    d.wire(x, input)
    d.wire(input, sum, via: [(9, 4)])
    d.wire(sum, g)
    d.wire(g, d.quantity(name, at: 5, -2))
    return d
  }
}
