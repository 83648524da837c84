// The pictures of the cells: each is laid out once, and every chapter that shows it compares it with its own tape.

import Figures

extension Diagram {
  /// An LSTM cell: the line of the cell state at the top, the gates on the line of [h_{t−1}; x_t] below.
  ///
  /// Keys beside the names: "keep" is f ⊙ c, "write" is i ⊙ g, "tanh" is that of c_t, "join" is where h and x meet.
  ///
  /// - Parameters:
  ///   - t: the step in the names.
  ///   - before: the step before.
  ///   - shows: whether h_t also leaves upwards, to whoever reads it at this step.
  public static func lstm(
    t: String = "t", before: String = "{t-1}", label: String = "", shows: Bool = true
  ) -> Diagram {
    var d = Diagram(label: label)
    let c = d.quantity("c_\(before)", at: 1, 2)
    let h = d.quantity("h_\(before)", at: 1, 14)
    let x = d.quantity("x_\(t)", at: 4, 17)
    let join = d.merge(key: "join", at: 4, 14)
    let f = d.layer(.sigmoid, "f_\(t)", weights: ["W_{hf}", "W_{xf}", "b_f"], at: 7, 11)
    let i = d.layer(.sigmoid, "i_\(t)", weights: ["W_{hi}", "W_{xi}", "b_i"], at: 10, 11)
    let g = d.layer(.tanh, "g_\(t)", weights: ["W_{hg}", "W_{xg}", "b_g"], at: 13, 11)
    let o = d.layer(.sigmoid, "o_\(t)", weights: ["W_{ho}", "W_{xo}", "b_o"], at: 16, 11)
    let keep = d.operation(.elementwiseProduct, key: "keep", at: 7, 2)
    let write = d.operation(.elementwiseProduct, key: "write", at: 13, 6)
    let add = d.operation(.sum, "c_\(t)", at: 13, 2)
    let tanh = d.operation(.tanh, key: "tanh", at: 19, 5)
    let show = d.operation(.elementwiseProduct, "h_\(t)", at: 19, 8)
    let cell = d.quantity("c_\(t)", at: 24, 2)
    let state = d.quantity("h_\(t)", at: 24, 14)

    d.wire(h, join)
    d.wire(x, join)
    for gate in [f, i, g, o] { d.wire(join, gate) }
    d.wire(f, keep)
    d.wire(c, keep)
    d.wire(i, write, via: [(10, 6)])
    d.wire(g, write)
    d.wire(keep, add)
    d.wire(write, add)
    d.wire(add, cell)
    d.wire(add, tanh)
    d.wire(o, show, via: [(16, 8)])
    d.wire(tanh, show)
    d.wire(show, state, via: [(22, 8), (22, 14)])
    if shows { d.wire(show, d.quantity("h_\(t)", at: 22, -1)) }
    return d.colouringLines(["c_\(before)", "keep", "c_\(t)"], 0)
  }
}
