// 0.1 How to read this book: one layer, as an equation, as code and by hand.

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
    let y = (h .* h).named("y")  // entry times entry
    // end: reading
    let scope = Scope(tape)
    try page.equation("layer", scope, tape: [a, h, y].map(\.formula))
    try page.equation("layer-numbers", scope)
    page.entries([(.symbols("h"), h.value), (.symbols("y"), y.value)])
    page.print()
    let second = (W.value * x.value.column(1) + b.value).tanh
    page.check(
      Text("the second example alone gives the second column", ko: "둘째 예제만 넣으면 둘째 열이 나온다"), second,
      hasSameBitsAs: h.value.column(1))
    try page.equation("two-products", scope)
  }
}
