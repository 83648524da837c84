// 0.3 In code it is a loop: one layer, as an equation, as code and by hand; then the loop over the steps.

import Autodiff
import LaTeX
import Notebook

extension SequenceModels {
  func reading(_ page: Page) throws {
    // begin: reading
    let tape = Tape()
    let W = tape.variable(Matrix([[2, 0, 1], [0, -1, 1]]), named: "W")  // 2 × 3: two outputs, three inputs
    let x = tape.constant(Matrix([[1, 0], [2, 1], [0, 3]]), named: "x")  // 3 × 2: two examples of three numbers
    let b = tape.variable(Matrix(column: [1, -2]), named: "b")  // 2 × 1

    let a = (W * x + b).named("a")  // matrix product; b is added to every column
    let h = a.tanh.named("h")  // tanh of every entry
    let v = (h .* h).named("v")  // entry times entry
    // end: reading
    let scope = Scope(tape)
    try page.equation("layer", scope, tape: [a, h, v].map(\.formula))
    try page.equation("layer-numbers", scope)
    let second = (W.value * x.value.column(1) + b.value).tanh
    page.check(
      Text("the second example alone gives the second column", ko: "둘째 예제만 넣으면 둘째 열이 나온다"), second,
      hasSameBitsAs: h.value.column(1))
    try page.equation("two-products", scope)
    let model = Model(Worked.parameters)
    let looped = unroll(model.cell, Worked.x)
    let written = [Worked.zero, looped[0], looped[1]].enumerated().map { k, before in
      (Worked.W_x * Worked.x[k] + Worked.W_h * before + Worked.b).tanh
    }
    page.check(
      Text("the loop gives the states of section 0.2", ko: "반복문에서 0.2절의 상태가 나온다"), .stack(looped),
      equals: .stack(written))
  }
}
