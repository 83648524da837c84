// 0.11 Five kinds of programs: what their definitions say of inputs, states and answers is checked before any training.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension SequenceModels {
  func kinds(_ page: Page) throws {
    var random = Random(seed: page.seed)
    let first = Dictionary(
      uniqueKeysWithValues: Program.allCases.map { ($0, Bars.lesson($0).parameters(units: 12, &random)) })
    drawPrograms(page, first)
    let answers = Program.allCases.flatMap { program in
      let lesson = Bars.lesson(program)
      return lesson.run(first[program]!, lesson.inputs).map { $0.shape == Shape(lesson.classCount, 16) }
    }
    page.check(
      Text("each answer is classes × 16, as many answers as wanted", ko: "답은 모두 부류 수 × 16이고, 답의 개수도 맞다"),
      .equal(answers.count, Program.allCases.reduce(0) { $0 + Bars.lesson($1).wanted.count }),
      .equal(answers.count { $0 }, answers.count))
    try oneStep(page, first[.oneToOne]!)
    try zeroInputs(page, first[.oneToMany]!)
    checkDecoder(page, first[.encoderDecoder]!)
    for program in Program.allCases {
      let lesson = Bars.lesson(program)
      page.check(
        program.label, gradients: GradientCheck(lesson.parameters(units: 3, &random)) { lesson.loss($0) })
    }
  }

  private func scope(_ parameters: [Matrix]) -> Scope {
    var scope = Scope()
    for (name, value) in zip(Model<Matrix>.names, parameters) { scope.values[name] = value }
    return scope
  }

  /// One step from zeros is a layer without recurrence.
  private func oneStep(_ page: Page, _ parameters: [Matrix]) throws {
    var scope = scope(parameters)
    scope.values["x_1"] = Bars.whole
    scope.values["s_1"] = Bars.lesson(.oneToOne).run(parameters, [Bars.whole])[0]
    try page.equation("one-to-one", scope)
  }

  private func zeroInputs(_ page: Page, _ parameters: [Matrix]) throws {
    let model = Model(parameters)
    let zero = 0 * Bars.numbers
    let h = unroll(model.cell, [Bars.numbers, zero, zero, zero])
    var scope = scope(parameters)
    scope.set("h_#", h, from: 1)
    try page.equation("zero-inputs", scope, for: ("t", [2, 3, 4]))
    let other = RNNCell(W: (x: 3.0 * parameters[0], h: parameters[1]), b: (x: parameters[2], h: nil))
    let continued = unroll(other, [zero, zero, zero], from: h[0])
    page.check(
      Text("after the first step, W_x is not used: another gives the same", ko: "첫 시점 뒤에는 W_x를 쓰지 않는다. 바꾸어도 같다"),
      .stack(continued), hasSameBitsAs: .stack(Array(h[1...])))
    let nearest = h.flatMap { state in
      (1..<16).flatMap { j in (0..<j).map { state.column(j).largestDifference(from: state.column($0)) } }
    }
    page.check(
      Text("and the one input still shows in all four states", ko: "그래도 하나뿐인 입력이 네 상태에 모두 드러난다"),
      .above(nearest.min()!, 1e-3, named: "min |Δ|"),
      note: Text("16 inputs, 16 states, at every step", ko: "입력 16개, 상태 16개, 시점마다"))
    page.check(
      Text("one to many: its answers are these states' scores", ko: "일대다: 그 답은 이 상태들의 점수다"),
      .stack(Bars.lesson(.oneToMany).run(parameters, [Bars.numbers])),
      hasSameBitsAs: .stack(([h[0]] + continued).map(model.scores)))
  }

  /// The decoder reads zeros: with another W_x it gives the same answers.
  private func checkDecoder(_ page: Page, _ p: [Matrix]) {
    let read = unroll(RNNCell(W: (x: p[0], h: p[1]), b: (x: p[2], h: nil)), Bars.steps)[3]
    let decoder = RNNCell(W: (x: 3.0 * p[3], h: p[4]), b: (x: p[5], h: nil))
    let nothing = (0..<4).map { _ in Matrix(rows: 2, columns: 16) }
    page.check(
      Text("the decoder knows the bar from the encoder's last state alone", ko: "디코더는 인코더의 마지막 상태만으로 마디를 안다"),
      .stack(Bars.lesson(.encoderDecoder).run(p, Bars.steps)),
      hasSameBitsAs: .stack(unroll(decoder, nothing, from: read).map(Model(Array(p.suffix(5))).scores)))
  }
}
