// 2.6 and 2.7 The cell state and the hidden state.

import Autodiff
import LaTeX
import Notebook

extension LSTMForward {
  func cellState(_ page: Page, _ runs: Runs) throws {
    picture(
      page, "lstm-c", ["c_0", "keep", "write", "c_1"], known: ["f_1", "i_1", "g_1"],
      numbers: ["c_0", "f_1", "i_1", "g_1", "keep", "write", "c_1"])
    try runs.check("c", page) { $0.c }
    let step = runs.workedSteps[0]
    let kept = step.f.value .* runs.worked.start.c
    let written = step.i.value .* step.g.value
    page.print()
    page.entries([
      (.symbols("f_1 ⊙ c_0"), kept), (.symbols("i_1 ⊙ g_1"), written), (.symbols("c_1"), step.c.value),
    ])
    for unit in 0..<2 { page.number("c-\(unit + 1)", step.c.value[unit, 0], decimals: 4) }
    try page.equation("c-example", runs.workedScope)
    try page.equation("c-bound", runs.randomScope, for: ("t", [1, 2, 3, 4]))
    pictureOfTheLine(page)
  }

  // MARK: 2.7

  func hiddenState(_ page: Page, _ runs: Runs) throws {
    picture(
      page, "lstm-h", ["tanh", "h_1"], known: ["c_1", "o_1"], numbers: ["c_1", "o_1", "tanh", "h_1"])
    try runs.check("h", page) { $0.h }
    let step = runs.workedSteps[0]
    page.print()
    page.entries([
      (.symbols("tanh(c_1)"), step.c.value.tanh), (.symbols("o_1"), step.o.value), (.symbols("h_1"), step.h.value),
    ])
    for unit in 0..<2 { page.number("h-\(unit + 1)", step.h.value[unit, 0], decimals: 4) }
    try page.equation("h-example", runs.workedScope)
    try page.equation("h-bound", runs.randomScope, for: ("t", [1, 2, 3, 4]))

    let lines = runs.random.unroll()
    let cell = runs.random.parameters.cell.unroll(runs.random.x, from: [runs.random.start.h, runs.random.start.c])
    page.check(
      "h_t, c_t", Witness(Text("the six lines", ko: "여섯 줄"), .stack(lines.flatMap { [$0.h, $0.c] })),
      hasSameBitsAs: Witness(Text("the book's LSTMCell", ko: "이 책의 LSTMCell"), .stack(cell.flatMap { $0 })))
  }
}
