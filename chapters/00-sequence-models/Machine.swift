// 0.1 The machine: five kinds of models, and the recurrent network as an equation, as a picture and on a tape.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension SequenceModels {
  func machine(_ page: Page) throws {
    drawUnrolled(page)
    drawFamilies(page)
    drawCell(page)

    let (T, n, d, K, batch) = (3, 3, 2, 2, 2)
    var random = Random(seed: page.seed)
    let tape = Tape()
    let weights = firstWeights(inputs: d, units: n, classes: K, &random)
    let p = zip(Model<Variable>.names, weights).map { tape.variable($1, named: $0) }
    var h = [tape.variable(Matrix(rows: n, columns: batch), named: "h_0")]
    var formulas: [Symbol] = []
    for t in 1...T {
      let x = tape.constant(random.normal(d, batch), named: "x_\(t)")
      let a = (p[0] * x + p[1] * h[t - 1] + p[2]).named("a_\(t)")
      h.append(a.tanh.named("h_\(t)"))
      let s = (p[3] * h[t] + p[4]).named("s_\(t)")
      let y = s.softmax.named("\\hat{y}_\(t)")
      if t == 1 { formulas = [a, h[1], s, y].map(\.formula) }
    }
    try page.equation("rnn", Scope(tape), for: ("t", Array(1...T)), tape: formulas)
    let states = unroll(Model(weights).cell, (1...T).map { tape.value(named: "x_\($0)") })
    page.check(
      Text("h_1 … h_3: the equations = the chapter's loop", ko: "h_1 … h_3: 수식 = 이 장의 반복문"),
      .stack(h[1...].map(\.value)), equals: .stack(states))
  }
}

extension Tape {
  fileprivate func value(named name: String) -> Matrix { namedVariables.first { $0.name == name }!.variable.value }
}
