// Section 4.1: one step of a GRU.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

extension GatedRecurrentUnitChapter {
  func step(_ page: Page) throws {
    try page.section("step") {
      let example = Example(inputs: 2, hidden: 3, batch: 2, steps: 4, seed: page.seed)
      let times = Array(1...example.x.count)
      let tape = Tape()
      let cell = GRUCell(
        parameters: zip(GRUCell<Matrix>.names, example.cell.parameters).map { tape.variable($1, named: $0) },
        update: .keepsPast, reset: .afterProduct)
      var h = [tape.variable(example.start, named: "h_0")]
      var steps: [GRUCell<Variable>.Step] = []
      for t in times {
        let next = cell.step(tape.constant(example.x[t - 1], named: "x_\(t)"), h[t - 1])
        next.r.named("r_\(t)")
        next.z.named("z_\(t)")
        next.g.named("g_\(t)")
        h.append(next.h.named("h_\(t)"))
        steps.append(next)
      }
      let one = Example(inputs: 2, hidden: 3, batch: 1, steps: 1, seed: page.seed)
      page.diagram(
        "gru", Diagram.gru().naming(["z_t", "r_t", "g_t"]), one.cell.taped(one.x[0], one.start))
      let scope = Scope(tape)
      try page.equation("gates", scope, for: ("t", times), tape: [steps[0].r.formula, steps[0].z.formula])
      try page.equation("candidate", scope, for: ("t", times), tape: [steps[0].g.formula])
      try page.equation("state", scope, for: ("t", times), tape: [h[1].formula])
      try oneUnit(page)
      orderOfBlocks(page, example, h.dropFirst().map(\.value))
    }
  }

  /// One unit, with numbers that can be followed by hand: σ(log 3) = 3/4, σ(−log 3) = 1/4, tanh(log 3) = 4/5.
  private func oneUnit(_ page: Page) throws {
    // begin: one-unit
    let log3 = Elementary.log(3)
    let unit = GRUCell<Matrix>(
      W: (
        xr: Matrix(log3 - 1), xz: Matrix(1 - log3), xg: Matrix(log3 - 1),
        hr: Matrix(1), hz: Matrix(-1), hg: Matrix(2)
      ),
      b: (r: Matrix(0.5), z: Matrix(-0.5), xg: Matrix(-0.5), hg: Matrix(1)))
    let (x, past) = (Matrix(1), Matrix(0.5))
    let byHand = unit.step(x, past)
    // end: one-unit
    partByPart(page, unit.taped(x, past, t: "1", before: "0"))
    var hand = Scope()
    hand.set("r_#", [byHand.r], from: 1)
    hand.set("z_#", [byHand.z], from: 1)
    hand.set("g_#", [byHand.g], from: 1)
    hand.set("h_#", [past, byHand.h])
    try page.equation("one-unit", hand)
    page.entries([
      (.symbols("r_1"), byHand.r), (.symbols("z_1"), byHand.z), (.symbols("g_1"), byHand.g),
      (.symbols("h_1"), byHand.h),
    ])
  }

  /// The picture of the cell three times: the gates, the candidate and the mixture, with the unit's numbers.
  private func partByPart(_ page: Page, _ tape: Tape) {
    let whole = Diagram.gru(t: "1", before: "0")
    let gates = whole.emphasising(["r_1"], plain: ["x_1", "h_0", "join"], 1).colouring(["z_1"], 2)
    page.diagram("gates", gates.naming(["r_1", "z_1"]).numbering(["x_1", "h_0", "r_1", "z_1"], decimals: 3), tape)
    let candidate = whole.emphasising(
      ["past", "reset", "input", "sum", "g_1"], plain: ["x_1", "h_0", "join", "r_1", "z_1"], 1)
    page.diagram(
      "candidate",
      candidate.naming(["r_1", "g_1"]).numbering(
        ["x_1", "h_0", "r_1", "past", "reset", "input", "sum", "g_1"], decimals: 3), tape)
    let state = whole.emphasising(
      ["keep", "rest", "write", "h_1"],
      plain: ["x_1", "h_0", "join", "r_1", "z_1", "past", "reset", "input", "sum", "g_1"], 1)
    page.diagram(
      "state",
      state.naming(["z_1", "g_1"]).numbering(
        ["x_1", "h_0", "z_1", "g_1", "keep", "rest", "write", "h_1"], decimals: 3), tape)
  }

  /// A network of stacked weights has the states of the cell, and with r and z exchanged it has others.
  private func orderOfBlocks(_ page: Page, _ example: Example, _ h: [Matrix]) {
    let network = example.network
    let run = network.run(example.x, from: [[example.start]])
    page.check(
      Text(
        "PyTorch's stacked weights, r, z, g from top to bottom: same h_1 … h_T",
        ko: "PyTorch처럼 r, z, g 순서로 쌓은 가중치: 같은 h_1 … h_T"),
      Matrix.stack(run.outputs), equals: Matrix.stack(h))
    let n = 3
    let exchanged = RecurrentNetwork(
      network.configuration,
      parameters: network.parameters.map {
        Matrix.stack([$0.rows(n..<2 * n), $0.rows(0..<n), $0.rows(2 * n..<3 * n)])
      })
    let other = exchanged.run(example.x, from: [[example.start]])
    page.number(
      "exchanged", Matrix.stack(other.outputs).largestDifference(from: .stack(run.outputs)), significant: 2)
    page.check(
      Text("with r and z exchanged (z, r, g) it is another network", ko: "r과 z의 자리를 바꾸면(z, r, g) 다른 신경망이다"),
      differ(other.outputs, run.outputs, by: 0.1))
  }
}
