// Section 3.1: the LSTM with its four gates stacked into one matrix.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension LSTMBackprop {
  func stacked(_ page: Page) throws {
    try page.section("stacked") {
      let example = example(page)
      let T = example.x.count
      let tape = Tape()
      let run = example.record(on: tape)
      let scope = scope(tape, run, example)
      let first = run.steps[0]
      try page.equation("pre-activations", scope, for: ("t", Array(1...T)), tape: [first.a.formula])
      try page.equation(
        "cell", scope, for: ("t", Array(1...T)),
        tape: [first.i, first.f, first.g, first.o, first.c, first.h].map(\.formula))
      try page.equation("loss", scope)

      let states = example.cell.unroll(example.x, from: [example.start.h, example.start.c])
      let recorded = [("h_1 … h_T", run.steps.map(\.h.value)), ("c_1 … c_T", run.steps.map(\.c.value))]
      for (k, (name, values)) in recorded.enumerated() {
        let chapter2 = Witness(Text("the cell of chapter 2", ko: "2장의 셀"), .stack(states.map { $0[k] }))
        page.check(name, .tape(.stack(values)), equals: chapter2)
      }
    }
  }
}
