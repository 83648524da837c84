// The pictures of the cells: each is laid out once, and every chapter that shows it compares it with its own tape.

import Autodiff
import Figures
import Recurrent

extension Diagram {
  /// A cell of the simple recurrent network: one layer that reads h_{t−1} and x_t. All that the past says goes through it.
  ///
  /// "join" is where h and x meet.
  ///
  /// - Parameters:
  ///   - t: the step in the names.
  ///   - before: the step before.
  ///   - weights: the names of the weights of h_{t−1} and x_t, and of the bias.
  ///   - shows: whether h_t also leaves upwards, to whoever reads it at this step.
  public static func rnn(
    t: String = "t", before: String = "{t-1}", label: String = "", weights: [String] = ["W_h", "W_x", "b"],
    shows: Bool = true
  ) -> Diagram {
    var d = Diagram(label: label)
    let h = d.quantity("h_\(before)", at: 1, 3)
    let x = d.quantity("x_\(t)", at: 4, 6)
    let join = d.merge(key: "join", at: 4, 3)
    let tanh = d.layer(.tanh, "h_\(t)", weights: weights, at: 8, 3)
    d.wire(h, join)
    d.wire(x, join)
    d.wire(join, tanh)
    d.wire(tanh, d.quantity("h_\(t)", at: 15, 3))
    if shows { d.wire(tanh, d.quantity("h_\(t)", at: 12, 0)) }
    return d.colouringLines(["h_\(before)", "join", "h_\(t)"], 0)
  }

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
    let o = d.layer(.sigmoid, "o_\(t)", weights: ["W_{ho}", "W_{xo}", "b_o"], at: 17, 11)
    let keep = d.operation(.elementwiseProduct, key: "keep", at: 7, 2)
    let write = d.operation(.elementwiseProduct, key: "write", at: 13, 6)
    let add = d.operation(.sum, "c_\(t)", at: 13, 2)
    let tanh = d.operation(.tanh, key: "tanh", at: 20, 5)
    let show = d.operation(.elementwiseProduct, "h_\(t)", at: 20, 8)
    let cell = d.quantity("c_\(t)", at: 25, 2)
    let state = d.quantity("h_\(t)", at: 25, 14)

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
    d.wire(o, show, via: [(17, 8)])
    d.wire(tanh, show)
    d.wire(show, state, via: [(23, 8), (23, 14)])
    if shows { d.wire(show, d.quantity("h_\(t)", at: 23, -1)) }
    return d.colouringLines(["c_\(before)", "keep", "c_\(t)"], 0)
  }

  /// A GRU cell, its reset after the product: the line of the state at the top, as that of the cell state in `lstm`.
  ///
  /// Keys beside the names: "keep" is z ⊙ h, "rest" is 1 − z, "write" is (1 − z) ⊙ g, "past" and "input" are what the candidate
  /// makes of h and of x, "reset" is r ⊙ past, "sum" is reset + input, "join" is where h and x meet.
  ///
  /// - Parameters:
  ///   - t: the step in the names.
  ///   - before: the step before.
  ///   - shows: whether h_t also leaves upwards, to whoever reads it at this step.
  public static func gru(
    t: String = "t", before: String = "{t-1}", label: String = "", shows: Bool = true
  ) -> Diagram {
    var d = Diagram(label: label)
    let h = d.quantity("h_\(before)", at: 1, 2)
    let x = d.quantity("x_\(t)", at: 5, 20)
    let join = d.merge(key: "join", at: 5, 16)
    let z = d.layer(.sigmoid, "z_\(t)", weights: ["W_{hz}", "W_{xz}", "b_z"], at: 8, 13)
    let r = d.layer(.sigmoid, "r_\(t)", weights: ["W_{hr}", "W_{xr}", "b_r"], at: 12, 13)
    let past = d.layer(nil, key: "past", weights: ["W_{hg}", "b_{hg}"], at: 16, 9)
    let input = d.layer(nil, key: "input", weights: ["W_{xg}", "b_{xg}"], at: 20, 16)
    let keep = d.operation(.elementwiseProduct, key: "keep", at: 8, 2)
    let rest = d.operation(.complement(1), key: "rest", at: 12, 6)
    let reset = d.operation(.elementwiseProduct, key: "reset", at: 16, 13)
    let sum = d.operation(.sum, key: "sum", at: 20, 13)
    let g = d.operation(.tanh, "g_\(t)", at: 20, 9)
    let write = d.operation(.elementwiseProduct, key: "write", at: 20, 6)
    let add = d.operation(.sum, "h_\(t)", at: 20, 2)
    let state = d.quantity("h_\(t)", at: 25, 2)

    d.wire(h, keep)
    d.wire(h, join, via: [(3, 2), (3, 16)])
    d.wire(x, join)
    for gate in [z, r] { d.wire(join, gate) }
    d.wire(h, past, via: [(3, 2), (3, 9)])
    d.wire(x, input, via: [(5, 18), (20, 18)])
    d.wire(r, reset)
    d.wire(past, reset)
    d.wire(reset, sum)
    d.wire(input, sum)
    d.wire(sum, g)
    d.wire(g, write)
    d.wire(z, keep)
    d.wire(z, rest, via: [(8, 6)])
    d.wire(rest, write)
    d.wire(keep, add)
    d.wire(write, add)
    d.wire(add, state)
    if shows { d.wire(add, d.quantity("h_\(t)", at: 23, -1)) }
    return d.colouring(["h_\(before)", "keep", "h_\(t)"], 0)
  }
}

extension Diagram {
  /// The first steps of an LSTM with the line of the cell state on top, and gates and candidate of a step in one box. Names
  /// the product of each step's input gate and candidate, which the box gives, on their tape.
  ///
  /// - Parameter shows: whether each h_t also leaves the picture, to a loss; otherwise the last states do.
  public static func lstm(through steps: [LSTMCell<Variable>.Step], shows: Bool = false) -> Diagram {
    var d = Diagram()
    var c = d.quantity("c_0", at: -1, 0)
    var h = d.quantity("h_0", at: -1, 8)
    let weights = ["f", "i", "g", "o"].flatMap { ["W_{x\($0)}", "W_{h\($0)}", "b_\($0)"] }
    for (place, step) in steps.enumerated() {
      let (t, x0) = (place + 1, 8 * place)
      let written = "i_\(t) \\odot g_\(t)"
      // The second input of the sum.
      step.c.inputs[1].named(written)
      let x = d.quantity("x_\(t)", at: x0 + 4, 11)
      let gates = d.box("f, i, g, o", ["f_\(t)", written, "o_\(t)"], parameters: weights, at: x0 + 4, 8, width: 6)
      let keep = d.operation(.elementwiseProduct, key: "keep \(t)", at: x0 + 2, 0)
      let add = d.operation(.sum, "c_\(t)", at: x0 + 4, 0)
      let tanh = d.operation(.tanh, key: "tanh \(t)", at: x0 + 6, 2)
      let show = d.operation(.elementwiseProduct, "h_\(t)", at: x0 + 6, 5)
      if t == 1 { d.wire(h, gates[0]) } else { d.wire(h, gates[0], via: [(x0, 5), (x0, 8)]) }
      d.wire(x, gates[0])
      d.wire(gates[0], keep, exit: (x0 + 2, 8))
      d.wire(gates[1], add)
      d.wire(gates[2], show, exit: (x0 + 6, 8))
      d.wire(c, keep)
      d.wire(keep, add)
      d.wire(add, tanh)
      d.wire(tanh, show)
      if shows { d.wire(show, d.quantity("h_\(t)", at: x0 + 8, 3)) }
      (c, h) = (add, show)
    }
    if !shows {
      d.wire(c, d.quantity("c_\(steps.count)", at: 8 * steps.count, 0))
      d.wire(h, d.quantity("h_\(steps.count)", at: 8 * steps.count, 5))
    }
    return d
  }
}
