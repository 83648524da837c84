// 1.1 The machine: the recurrent network of this chapter and its loss.

import Autodiff
import LaTeX
import Notebook

extension VanishingGradient {
  func machine(_ page: Page) throws {
    let example = Example(inputs: 2, units: 3, batch: 2, steps: 4, seed: page.seed)
    let tape = Tape()
    let run = example.record(on: tape)
    drawUnrolled(page, seed: page.seed)
    drawCell(page, example)
    var scope = Scope(tape)
    scope.integers["T"] = 4
    try page.equation("rnn", scope, for: ("t", Array(1...4)), tape: [run.a[0].formula, run.h[1].formula])
    try page.equation("loss", scope)
    let h = states(example.W, example.b, example.x, start: example.start)
    page.check(
      Text("the function of the notes = the tape, h_0 … h_4", ko: "노트의 함수 = 테이프, h_0 … h_4"), .stack(h),
      equals: .stack(run.h.map(\.value)))
  }
}
