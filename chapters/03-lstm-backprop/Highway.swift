// Sections 3.8 and 3.9: the partial derivative through the forget gates, the total one, and the shortcut.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

extension LSTMBackprop {
  /// 3.8
  func highway(_ page: Page) throws {
    try page.section("highway") {
      pictureOfTwoPaths(page)
      let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 6, seed: page.seed)
      let tape = Tape()
      let run = example.record(on: tape)
      let scope = jacobians(of: run, example)
      try page.equation("highway", scope, for: ("t", Array(2...6)))
      // The same in the example that is worked by hand.
      let small = Tape()
      let steps = Example.worked.record(on: small).steps
      var numbers = Scope(small)
      numbers.values["J_2"] = small.jacobian(of: steps[1].c, withRespectTo: steps[0].c)
      try page.equation("worked-total", numbers)
      overSeveralSteps(page, example, run, scope)
    }
  }

  /// 3.9: with W_h = 0 no gate sees h, and the shortcut is all that is left.
  func shortcut(_ page: Page) throws {
    try page.section("shortcut") {
      let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 6, seed: page.seed)
      let blind = example.with([example.W.x, 0 * example.W.h] + example.values.dropFirst(2))
      let tape = Tape()
      let run = blind.record(on: tape)
      var scope = Scope(tape)
      scope.integers["T"] = run.steps.count
      scope.values["\\frac{\\partial c_6}{\\partial c_1}"] = tape.jacobian(
        of: run.steps[5].c, withRespectTo: run.steps[0].c)
      try page.equation("shortcut", scope)
    }
  }

  /// The run's numbers, the blocks of W_h, and the derivatives between neighbouring states, under their names: J_t is
  /// the total derivative of c_t by c_{t−1}, the others are partial ones.
  private func jacobians(of run: Run, _ example: Example) -> Scope {
    let (tape, n) = (run.loss.tape, example.hidden)
    var scope = Scope(tape)
    for (gate, name) in ["i", "f", "g", "o"].enumerated() {
      scope.values["W_{h\(name)}"] = example.W.h.rows(gate * n..<(gate + 1) * n)
    }
    for (place, (before, now)) in zip(run.steps, run.steps.dropFirst()).enumerated() {
      let t = place + 2
      scope.values["J_\(t)"] = tape.jacobian(of: now.c, withRespectTo: before.c)
      scope.values["\\frac{\\partial h_\(t - 1)}{\\partial c_\(t - 1)}"] = tape.jacobian(
        of: before.h, withRespectTo: before.c)
      // With h_{t−1} and c_{t−1} as inputs of their own, each derivative holds the other one fixed.
      let alone = stateJacobian(example, now)
      let ofCell = alone.rows(n..<2 * n)
      scope.values["\\frac{\\partial c_\(t)}{\\partial h_\(t - 1)}"] = ofCell.columns(Array(0..<n))
      scope.values["\\frac{\\partial c_\(t)}{\\partial c_\(t - 1)}"] = ofCell.columns(Array(n..<2 * n))
    }
    return scope
  }

  /// Over several steps h takes part, so the Jacobians of [h; c] multiply; the J_t give another matrix.
  private func overSeveralSteps(_ page: Page, _ example: Example, _ run: Run, _ scope: Scope) {
    let (tape, n) = (run.loss.tape, example.hidden)
    var joined = Matrix.identity(2 * n)
    var alone = Matrix.identity(n)
    for t in (2...6).reversed() {
      joined = joined * stateJacobian(example, run.steps[t - 1])
      alone = alone * scope.values["J_\(t)"]!
    }
    let toState = tape.jacobian(of: run.steps[0].h, withRespectTo: run.steps[0].c)
    let whole = tape.jacobian(of: run.steps[5].c, withRespectTo: run.steps[0].c)
    let lower = joined.rows(n..<2 * n)
    page.check(
      Text("∂c_6/∂c_1 through the product of the Jacobians of [h; c]", ko: "[h; c]의 야코비안을 곱해 얻은 ∂c_6/∂c_1"),
      lower.columns(Array(n..<2 * n)) + lower.columns(Array(0..<n)) * toState, equals: whole)
    let error = (alone - whole).norm / whole.norm
    page.number("alone-error", 100 * error, significant: 2)
    page.check(
      Text("the product of the J_t is something else", ko: "J_t를 곱하면 다른 것이 된다"),
      .above(error, 0.01), note: Text("relative error (Frobenius)", ko: "상대 오차(프로베니우스 노름)"))
  }

  /// ∂[h_t; c_t]/∂[h_{t−1}; c_{t−1}] of one step of an example, where h_{t−1} and c_{t−1} vary independently.
  private func stateJacobian(_ example: Example, _ step: Forward<Variable>) -> Matrix {
    var one = example
    (one.x, one.y) = ([step.x.value], [example.y[0]])
    one.start = (step.before.h.value, step.before.c.value)
    let tape = Tape()
    let run = one.record(on: tape)
    func row(_ y: Variable) -> Matrix {
      let parts = [run.start.h, run.start.c].map { tape.jacobian(of: y, withRespectTo: $0) }
      return Matrix.stack(parts.map(\.transposed)).transposed
    }
    return .stack([row(run.steps[0].h), row(run.steps[0].c)])
  }
}
