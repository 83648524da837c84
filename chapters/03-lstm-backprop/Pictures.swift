// The way back on the pictures of chapter 2, with the numbers of the example that is worked by hand there.

import Autodiff
import Experiments
import Notebook
import Recurrent

extension LSTMBackprop {
  /// The way back through the first of the worked example's three steps.
  ///
  /// - Parameters:
  ///   - parts: the keys of what is in colour.
  ///   - known: what was told before.
  ///   - texts: the wires that something is written at.
  private func picture(
    _ page: Page, _ name: String, _ parts: [String], known: [String] = [],
    _ texts: [(from: String, to: String, text: Diagram.BackText)]
  ) {
    let tape = Tape()
    let loss = WorkedLSTM.recordWithLoss(on: tape).loss
    let diagram = Diagram.lstm(t: "1", before: "0", shows: false).emphasising(parts, plain: known).numbering(
      [], decimals: 3)
    page.diagram(name, [DiagramPanel(diagram, tape, isPart: true).back(from: loss, .init(texts))])
  }

  /// The cell with what the wires carry backwards, in letters.
  func pictureOfTheWayBack(_ page: Page) {
    let (tape, names) = (Tape(), ["{t-1}", "t", "{t+1}"])
    let steps = WorkedLSTM.record(steps: 2, on: tape) { names[$0] }
    let terms = zip(steps, WorkedLSTM.y).map { step, y in
      let e = step.h - tape.constant(y)
      return 0.5 * (e .* e).total
    }
    let loss = (terms[0] + terms[1]).named("L")
    page.diagram(
      "back-cell",
      [
        DiagramPanel(Diagram.lstm(shows: false), tape, isPart: true).back(
          from: loss,
          .init([
            ("keep", "c_t", .term), ("c_{t-1}", "keep", .term), ("f_t", "keep", .term),
            ("g_t", "write", .term), ("o_t", "h_t", .term),
          ]))
      ])
  }

  /// Three steps with the line of the cell state, backwards: a line is as thick as the gradient on it.
  func pictureOfThreeSteps(_ page: Page) {
    let tape = Tape()
    let (steps, loss) = WorkedLSTM.recordWithLoss(on: tape)
    let d = Diagram.lstm(through: steps, shows: true)
    let line = (1...3).flatMap { ["keep \($0)", "c_\($0)"] }
    page.diagram(
      "back-steps",
      [
        DiagramPanel(d.colouringLines(["c_0"] + line, 0), tape, isPart: true).back(from: loss, .init(decades: 2))
      ])
  }

  /// The last step, with which the work by hand begins: what comes before it is given.
  func pictureOfTheLastStep(_ page: Page) {
    let (states, tape) = (Example.worked.forwards(), Tape())
    func named(_ value: Matrix, _ name: String) -> Variable { tape.variable(value, named: name) }
    let cell = WorkedLSTM.parameters(on: tape)
    let step = cell.step(named(states.x[3], "x_3"), named(states.h[2], "h_2"), named(states.c[2], "c_2"))
    for (name, value) in [("f", step.f), ("i", step.i), ("g", step.g), ("o", step.o), ("c", step.c), ("h", step.h)] {
      value.named("\(name)_3")
    }
    let e = step.h - tape.constant(WorkedLSTM.y[2])
    let loss = (0.5 * (e .* e).total).named("L")
    let diagram = Diagram.lstm(t: "3", before: "2", shows: false).numbering([], decimals: 3)
    page.diagram(
      "back-last",
      [
        DiagramPanel(diagram, tape, isPart: true).back(
          from: loss,
          .init([
            ("h_3", "h_3", .number), ("c_3", "tanh", .number), ("f_3", "keep", .number), ("i_3", "write", .number),
            ("g_3", "write", .number), ("o_3", "h_3", .number), ("c_2", "keep", .number), ("h_2", "join", .number),
          ]))
      ])
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

  /// From one cell state to the next: the line of the cell state, and the detour through h_1 and the gates.
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
