// 2.10 Two ways to write it: one product for all gates, PyTorch's layout, and the order of the blocks.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension LSTMForward {
  func stackedWeights(_ page: Page, _ runs: Runs) throws {
    let (p, example) = (runs.random.parameters, runs.random)
    func beside(_ W_x: Matrix, _ W_h: Matrix) -> Matrix {
      Matrix(rows: W_x.rows, columns: W_x.columns + W_h.columns, elements: W_x.elements + W_h.elements)
    }
    let W = Matrix.stack([
      beside(p.W.xi, p.W.hi), beside(p.W.xf, p.W.hf), beside(p.W.xg, p.W.hg), beside(p.W.xo, p.W.ho),
    ])
    let b = Matrix.stack([p.b.i, p.b.f, p.b.g, p.b.o])
    var (h, c) = example.start
    var a: [Matrix] = []
    for x_t in example.x {
      // begin: stacked
      let a_t = W * Matrix.stack([x_t, h]) + b
      let i_t = a_t.rows(0..<4).sigmoid
      let f_t = a_t.rows(4..<8).sigmoid
      let g_t = a_t.rows(8..<12).tanh
      let o_t = a_t.rows(12..<16).sigmoid
      // end: stacked
      c = f_t .* c + i_t .* g_t
      h = o_t .* c.tanh
      a.append(a_t)
    }
    var scope = runs.randomScope
    scope.values["W"] = W
    scope.values["b"] = b
    scope.set("a_#", a, from: 1)
    try page.equation("one-product", scope, for: ("t", [1, 2, 3, 4]))
    try page.equation("blocks", scope)
    try page.equation("rows", scope, for: ("t", [1, 2, 3, 4]))
    let separate = example.unroll()[3]
    page.check(
      "h_4, c_4", Witness(Text("one weight", ko: "가중치 하나"), .stack([h, c])), equals: eightWeights(separate))
    pyTorchLayout(page, example, b: b, separate)
  }

  private func eightWeights(_ step: Step<Matrix>) -> Witness {
    Witness(Text("eight weights", ko: "가중치 여덟 개"), .stack([step.h, step.c]))
  }

  /// PyTorch's layout: W_x and W_h apart, with the same order of rows, and two biases.
  private func pyTorchLayout(_ page: Page, _ example: Example, b: Matrix, _ separate: Step<Matrix>) {
    let W = example.parameters.W
    let W_x = Matrix.stack([W.xi, W.xf, W.xg, W.xo])
    let W_h = Matrix.stack([W.hi, W.hf, W.hg, W.ho])
    var random = Random(seed: page.seed)
    let b_x = random.normal(16, 1)
    let tape = Tape()
    let (first, second) = (tape.variable(b_x), tape.variable(b - b_x))
    let weights = CellWeights(W: (x: tape.constant(W_x), h: tape.constant(W_h)), b: (x: first, h: second))
    let state = [tape.constant(example.start.h), tape.constant(example.start.c)]
    let last = LSTMCell(weights, hidden: 4).unroll(example.x.map { tape.constant($0) }, from: state)[3]
    page.check(
      "h_4, c_4",
      Witness(Text("two biases that add up to b", ko: "합이 b인 두 편향"), .stack([last[0].value, last[1].value])),
      equals: eightWeights(separate))
    let gradients = tape.gradients(of: (last[0] .* last[0]).total)
    page.check(
      Text("both get the same gradient", ko: "두 편향의 기울기는 같다"), gradients[first], hasSameBitsAs: gradients[second])

    // The same numbers read in another order.
    func swapped(_ stacked: Matrix) -> Matrix {
      Matrix.stack([stacked.rows(4..<8), stacked.rows(0..<4), stacked.rows(8..<16)])
    }
    let wrong = LSTMCell(CellWeights(W: (x: swapped(W_x), h: swapped(W_h)), b: (x: swapped(b), h: nil)), hidden: 4)
      .unroll(example.x, from: [example.start.h, example.start.c])[3]
    let error = wrong[0].largestDifference(from: separate.h)
    page.number("swapped", error, decimals: 2)
    page.check(
      Text("read as f, i, g, o instead of i, f, g, o: wrong", ko: "i, f, g, o를 f, i, g, o로 읽으면 틀린다"),
      .above(error, 0.01, named: "max |Δh_4|"))
  }
}
