// 0.2 Three steps on paper, and 0.15 the same numbers as PyTorch computes them.

import Autodiff
import LaTeX
import Notebook
import Recurrent

/// A network of two units, small enough for paper, and two rhythms of three steps that differ in the first one only.
enum Worked {
  static let W_x = Matrix([[0, 2], [0, 0]])
  static let W_h = Matrix([[0, 0], [1, 0.5]])
  static let b = Matrix(column: [-1, 0])
  static let V = Matrix([[0, 0], [-1, 1]])
  static let b_s = Matrix(column: [0, 0])
  static var parameters: [Matrix] { [W_x, W_h, b, V, b_s] }

  static let rhythms = [[1, 0, 0], [0, 0, 0]]
  /// x_1 … x_3, each 2 × 1, of the first rhythm.
  static var x: [Matrix] { inputs([rhythms[0]]) }
  static let zero = Matrix(rows: 2, columns: 1)
}

extension SequenceModels {
  func byHand(_ page: Page) throws {
    drawWorked(page)
    let model = Model(Worked.parameters)
    var scope = Scope()
    for (name, value) in zip(Model<Matrix>.names, Worked.parameters) { scope.values[name] = value }
    scope.set("x_#", Worked.x, from: 1)
    try page.equation("weights-by-hand", scope)
    let h = unroll(model.cell, Worked.x)
    let a = zip(Worked.x, [Worked.zero] + h).map { Worked.W_x * $0 + Worked.W_h * $1 + Worked.b }
    scope.set("h_#", h, from: 1)
    scope.set("a_#", a, from: 1)
    scope.values["s_3"] = model.scores(h[2])
    scope.values["\\hat{y}_3"] = model.scores(h[2]).softmax
    for name in ["first-step", "second-step", "third-step", "answer-by-hand"] { try page.equation(name, scope) }

    let both = unroll(model.cell, inputs(Worked.rhythms))
    page.check(
      Text("two rhythms as two columns: the first is this one", ko: "두 리듬을 두 열로 넣으면 첫째 열이 이 리듬이다"),
      .stack(both.map { $0.column(0) }), hasSameBitsAs: .stack(h))
    for t in 1...3 {
      for (k, name) in ["strike", "rest"].enumerated() {
        for unit in 0..<2 { page.number("h-\(name)-\(t)-\(unit + 1)", both[t - 1][unit, k], decimals: 4) }
      }
    }
    page.number("answer-strike", both[2].column(0).answer(model)[1, 0], decimals: 4)
    page.number("answer-rest", both[2].column(1).answer(model)[1, 0], decimals: 4)
    page.check(
      Text("the first step still shows in the second unit of h_3", ko: "첫 박이 h_3의 둘째 유닛에 아직 드러난다"),
      .above(abs(both[2][1, 0] - both[2][1, 1]), 0.3, named: "|Δ|"))
    page.check(
      Text("and no longer in the first unit", ko: "첫째 유닛에는 더는 드러나지 않는다"),
      both[2].rows(0..<1).columns([0]), hasSameBitsAs: both[2].rows(0..<1).columns([1]))
  }

  /// What the lines of PyTorch print: the states of both rhythms step by step, and the answer after the third.
  func pytorch(_ page: Page) {
    let model = Model(Worked.parameters)
    let states = unroll(model.cell, inputs(Worked.rhythms))
    func row(_ values: [Double]) -> String {
      values.map { NumberFormat.format($0, decimals: 4) }.joined(separator: "  ")
    }
    for (t, h) in states.enumerated() { page.print(.symbols("h_\(t + 1)  \(row(h.elements))")) }
    let answers = states[2].answer(model)
    page.print(.symbols("ŷ_3  \(row(answers.elements))"))
    page.check(
      Text("each answer sums to 1", ko: "답마다 더하면 1이다"), answers.sumOfRows, equals: Matrix([[1, 1]]))
  }
}

extension Matrix {
  fileprivate func answer(_ model: Model<Matrix>) -> Matrix { model.scores(self).softmax }
}
