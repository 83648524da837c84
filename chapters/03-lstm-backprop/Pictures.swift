// The way back on the pictures of chapter 2, with the numbers of the example that is worked by hand there.

import Autodiff
import Experiments
import Notebook

extension LSTMBackprop {
  /// The way back through the first of the worked example's three steps.
  ///
  /// - Parameters:
  ///   - parts: the keys of what is in colour.
  ///   - known: what was told before.
  ///   - texts: the wires that something is written at.
  func picture(
    _ page: Page, _ name: String, _ parts: [String], known: [String] = [],
    _ texts: [(from: String, to: String, text: Diagram.BackText)]
  ) {
    let tape = Tape()
    let loss = WorkedLSTM.recordWithLoss(on: tape).loss
    let diagram = Diagram.lstm(t: "1", before: "0", shows: false).emphasising(parts, plain: known).numbering(
      [], decimals: 3)
    page.diagram(name, [DiagramPanel(diagram, tape, isPart: true).back(from: loss, .init(texts))])
  }

  func pictureOfStates(_ page: Page) {
    picture(
      page, "back-states", ["keep", "c_1", "tanh", "h_1"],
      [
        ("keep", "c_1", .number), ("h_1", "h_1", .number), ("tanh", "h_1", .term), ("c_1", "tanh", .number),
        ("c_1", "c_1", .number),
      ])
  }

  func pictureOfGates(_ page: Page) {
    picture(
      page, "back-gates", ["f_1", "i_1", "g_1", "o_1"], known: ["c_1", "tanh", "h_1", "keep", "write"],
      [("f_1", "keep", .both), ("i_1", "write", .number), ("g_1", "write", .number), ("o_1", "h_1", .number)])
  }

  func pictureOfLayers(_ page: Page) {
    picture(
      page, "back-layers", ["c_0", "keep", "h_0", "x_1", "join", "f_1", "i_1", "g_1", "o_1"],
      known: ["c_1", "tanh", "h_1", "write"],
      [("c_0", "keep", .both), ("h_0", "join", .number), ("x_1", "join", .number)])
  }

  /// From c_1 to c_2: the line of the cell state, and the detour through h_1 and the gates.
  func pictureOfTwoPaths(_ page: Page) {
    var d = Diagram()
    let c = d.quantity("c_{t-1}", at: 1, 2)
    let o = d.quantity("o_{t-1}", at: 1, 8)
    let tanh = d.operation(.tanh, key: "tanh", at: 4, 5)
    let show = d.operation(.elementwiseProduct, "h_{t-1}", at: 4, 8)
    let x = d.quantity("x_t", at: 7, 17)
    let join = d.merge(key: "join", at: 7, 14)
    let f = d.layer(.sigmoid, "f_t", weights: ["W_{hf}", "W_{xf}", "b_f"], at: 10, 11)
    let i = d.layer(.sigmoid, "i_t", weights: ["W_{hi}", "W_{xi}", "b_i"], at: 13, 11)
    let g = d.layer(.tanh, "g_t", weights: ["W_{hg}", "W_{xg}", "b_g"], at: 16, 11)
    let keep = d.operation(.elementwiseProduct, key: "keep", at: 10, 2)
    let write = d.operation(.elementwiseProduct, key: "write", at: 16, 6)
    let add = d.operation(.sum, "c_t", at: 16, 2)
    d.wire(c, keep)
    d.wire(c, tanh)
    d.wire(tanh, show)
    d.wire(o, show)
    d.wire(show, join, via: [(4, 14)])
    d.wire(show, d.dots("h_{t-1}", at: 7, 8))  // to the output gate
    d.wire(x, join)
    for gate in [f, i, g] { d.wire(join, gate) }
    d.wire(f, keep)
    d.wire(i, write, via: [(13, 6)])
    d.wire(g, write)
    d.wire(keep, add)
    d.wire(write, add)
    d.wire(add, d.quantity("c_t", at: 21, 2))
    let tape = Tape()
    let names = ["{t-2}", "{t-1}", "t"]
    _ = WorkedLSTM.record(steps: 2, on: tape) { names[$0] }
    let paths = d.naming(["h_{t-1}", "f_t", "i_t", "g_t"])
      .colouring(["tanh", "h_{t-1}", "join", "f_t", "i_t", "g_t", "write"], 1)
      .colouring(["c_{t-1}", "keep", "c_t"], 0)
    page.diagram("two-paths", paths, tape, isPart: true)
  }
}
