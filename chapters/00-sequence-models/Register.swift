// 0.7 Four units that hold four symbols: a recurrent network whose weights are written by hand.

import Autodiff
import LaTeX
import Notebook

/// A network of four units that remembers the last four symbols, and scores the next one as the rhythm does. At each step
/// every unit passes its value to the next one; in Float64 tanh(±20) is ±1.
func shiftRegister() -> [Matrix] {
  let W_x = Matrix([[-20, 20], [0, 0], [0, 0], [0, 0]])
  let W_h = Matrix([[0, 0, 0, 0], [20, 0, 0, 0], [0, 20, 0, 0], [0, 0, 20, 0]])
  // The log odds of a strike are log 15 and log 3 if the drum struck one bar before, −log 15 and −log 3 if it rested.
  let (both, alone) = (Elementary.log(3), Elementary.log(15))
  let V = Matrix([[0, 0, 0, 0], [0.5 * (both - alone), 0, 0, 0.5 * (both + alone)]])
  return [W_x, W_h, Matrix(rows: 4, columns: 1), V, Matrix(rows: 2, columns: 1)]
}

extension SequenceModels {
  func register(_ page: Page, _ truth: Pasts) throws {
    let weights = shiftRegister()
    var scope = Scope()
    for (name, value) in zip(Model<Matrix>.names, weights) { scope.values[name] = value }
    try page.equation("register", scope)
    try page.equation("register-scores", scope)
    showBits(page, weights)

    let predictions = truth.predictions(weights)
    func strikes(_ probability: (_ past: Int) -> Double) -> Matrix { Matrix(column: truth.occurring.map(probability)) }
    page.check(
      "P(x_t = 1 ∣ x_1, …, x_{t−1})",
      Witness(Text("this network", ko: "이 신경망"), strikes { predictions[1, $0] }),
      equals: Witness(
        Text("the rhythm", ko: "리듬"), strikes { Rhythm().probability(of: 1, after: truth.pasts[$0]) }))
    page.check(
      Text("its accuracy is that of the whole past", ko: "정확도가 과거 전부를 볼 때의 상한과 같다"),
      Matrix(truth.accuracy(.everything, truth.answers(predictions))),
      hasSameBitsAs: Matrix(truth.ceiling(.everything)))
  }

  /// The state after each step of one rhythm, and the answer.
  private func showBits(_ page: Page, _ weights: [Matrix]) {
    let rhythm = [1, 0, 1, 1, 0, 0]
    let model = Model(weights)
    let states = unroll(model.cell, inputs([rhythm]))
    func sign(_ x: Double) -> String { x == 0 ? "0" : x > 0 ? "+1" : "−1" }
    page.table(
      [
        .symbols("t"), .symbols("x_t"), .symbols("h_t"),
        Text("probability of a strike next", ko: "다음 박을 칠 확률"),
      ],
      states.enumerated().map { k, h in
        let strike = model.scores(h).softmax[1, 0]
        return [
          "\(k + 1)", rhythm[k] == 1 ? "×" : "·", h.elements.map { sign($0) }.joined(separator: "  "),
          k < 3 ? "" : NumberFormat.format(strike, decimals: 4),
        ]
      })
    page.check(
      Text("h_t holds the last four symbols as ±1, to the last bit", ko: "h_t에는 마지막 기호 넷이 ±1로 정확히 들어 있다"),
      states[5], hasSameBitsAs: Matrix(column: [-1, -1, 1, 1]))
  }
}
