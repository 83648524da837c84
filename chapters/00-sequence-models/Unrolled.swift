// 0.4 One weight, used T times: the loop written out is one formula, with the same three parameters at every step.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension SequenceModels {
  func unrolled(_ page: Page) throws {
    let (T, n, d, batch) = (3, 3, 2, 2)
    var random = Random(seed: page.seed)
    let weights = firstWeights(inputs: d, units: n, classes: 2, &random)
    let x = (0..<T).map { _ in random.normal(d, batch) }
    let (W_x, W_h, b) = (weights[0], weights[1], weights[2])
    let h_0 = Matrix(rows: n, columns: batch)
    // begin: by-hand
    let h_1 = (W_x * x[0] + b + W_h * h_0).tanh
    let h_2 = (W_x * x[1] + b + W_h * h_1).tanh
    let h_3 = (W_x * x[2] + b + W_h * h_2).tanh
    // end: by-hand
    let byHand = Matrix.stack([h_1, h_2, h_3])
    let cell = Model(weights).cell
    for (title, states) in [
      (Text("the loop", ko: "반복문"), unroll(cell, x)),
      (Text("the library's layer", ko: "라이브러리의 층"), cell.run(x).outputs),
    ] {
      page.check("h_1 … h_3", .byHand(byHand), hasSameBitsAs: Witness(title, .stack(states)))
    }
    // Recorded without names in between, the formula of h_3 is the whole network.
    let tape = Tape()
    let p = zip(Model<Variable>.names, weights).map { tape.variable($1, named: $0) }
    let states = unroll(
      Model(p).cell, x.enumerated().map { tape.constant($1, named: "x_\($0 + 1)") },
      from: tape.variable(h_0, named: "h_0"))
    states[2].named("h_3")
    try page.equation("unrolled", Scope(tape), tape: [states[2].formula])
  }
}
