// 2.1 and 2.2 The machine whole, and one step of it by hand.

import Autodiff
import LaTeX
import Notebook

extension LSTMForward {
  func wholeCell(_ page: Page, _ runs: Runs) throws {
    pictureOfTheCell(page)
    let formulas = [runs.randomSteps[0], runs.cellStep].flatMap { step in
      [step.f, step.i, step.g, step.o, step.c, step.h].map(\.formula)
    }
    try page.equation("cell", runs.randomScope, for: ("t", [1, 2, 3, 4]), tape: formulas)
    let lines = runs.random.unroll()
    let cell = runs.random.parameters.cell.unroll(runs.random.x, from: [runs.random.start.h, runs.random.start.c])
    page.check(
      "h_t, c_t", Witness(Text("the six lines", ko: "여섯 줄"), .stack(lines.flatMap { [$0.h, $0.c] })),
      hasSameBitsAs: Witness(Text("the book's LSTMCell", ko: "이 책의 LSTMCell"), .stack(cell.flatMap { $0 })))
  }

  // MARK: 2.2

  func byHand(_ page: Page, _ runs: Runs) throws {
    pictureWithNumbers(page)
    for name in ["example-start", "f-example", "layers-example", "states-example"] {
      try page.equation(name, runs.workedScope)
    }
    let first = runs.workedSteps[0]
    for (name, value) in [
      ("f", first.f), ("i", first.i), ("g", first.g), ("o", first.o), ("c", first.c), ("h", first.h),
    ] {
      for unit in 0..<2 { page.number("\(name)-\(unit + 1)", value.value[unit, 0], decimals: 4) }
    }
    page.print()
    func row(_ name: String, _ values: [Matrix]) -> [String] {
      [name]
        + values.map { value in value.elements.map { NumberFormat.format($0, decimals: 4) }.joined(separator: "  ") }
    }
    let steps = runs.workedSteps
    page.table(
      [.symbols("")] + (1...3).map { .symbols("t = \($0)") },
      [
        row("x_t", runs.worked.x), row("f_t", steps.map(\.f.value)), row("i_t", steps.map(\.i.value)),
        row("g_t", steps.map(\.g.value)), row("o_t", steps.map(\.o.value)), row("c_t", steps.map(\.c.value)),
        row("h_t", steps.map(\.h.value)),
      ])
  }
}
