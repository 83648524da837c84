// Section 3.7: the direct path through the forget gates, and the detour through the hidden state.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

extension LSTMBackprop {
  func highway(_ page: Page) throws {
    try page.section("highway") {
      pictureOfTwoPaths(page)
      let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 6, seed: page.seed)
      let tape = Tape()
      let run = example.record(on: tape)
      let scope = jacobians(of: run, example)
      try page.equation("highway", scope, for: ("t", Array(2...6)))

      // A cell whose gates do not see h has the direct path alone.
      let forgetful = example.with([example.W.x, 0 * example.W.h] + example.values.dropFirst(2))
      let apart = Tape()
      let blind = forgetful.record(on: apart)
      page.check(
        Text("with W_h = 0 only diag(f_t) is left", ko: "W_h = 0이면 diag(f_t)만 남는다"),
        apart.jacobian(of: blind.steps[5].c, withRespectTo: blind.steps[4].c),
        equals: Matrix.diagonal(blind.steps[5].f.value.elements))
      overSeveralSteps(page, example, run, scope)
      page.print()
      directAgainstWhole(page)
      // The table's Jacobians, found row by row, against central differences of the cell itself.
      let small = Example.sequence(forgetBias: 1, steps: 12, batch: 1, seed: page.seed)
      page.check(
        Text("such a Jacobian over 10 steps = finite differences of c_T", ko: "10단계에 걸친 이런 야코비 행렬 = c_T의 유한 차분"),
        paths(small, from: 0, [10]).whole[0], equals: differencesOfLastCell(small, lag: 10), tolerance: 1e-8)
    }
  }

  /// The run's numbers, the blocks of W_h, and the Jacobians between neighbouring states, under their names.
  private func jacobians(of run: Run, _ example: Example) -> Scope {
    let (tape, n) = (run.loss.tape, example.hidden)
    var scope = Scope(tape)
    for (gate, name) in ["i", "f", "g", "o"].enumerated() {
      scope.values["W_{h\(name)}"] = example.W.h.rows(gate * n..<(gate + 1) * n)
    }
    for (before, now) in zip(run.steps, run.steps.dropFirst()) {
      for (y, x) in [(now.c, before.c), (now.c, before.h), (before.h, before.c)] {
        scope.values["\\frac{\\partial \(y.name!)}{\\partial \(x.name!)}"] = tape.jacobian(of: y, withRespectTo: x)
      }
    }
    return scope
  }

  /// Over several steps h takes part, so the Jacobians of [h; c] multiply; those of c alone give another matrix.
  private func overSeveralSteps(_ page: Page, _ example: Example, _ run: Run, _ scope: Scope) {
    let (tape, n) = (run.loss.tape, example.hidden)
    var joined = Matrix.identity(2 * n)
    var alone = Matrix.identity(n)
    for t in (2...6).reversed() {
      joined = joined * stateJacobian(example, run.steps[t - 1])
      alone = alone * scope.values["\\frac{\\partial c_\(t)}{\\partial c_\(t - 1)}"]!
    }
    let toState = tape.jacobian(of: run.steps[0].h, withRespectTo: run.steps[0].c)
    let whole = tape.jacobian(of: run.steps[5].c, withRespectTo: run.steps[0].c)
    let lower = joined.rows(n..<2 * n)
    page.check(
      Text("∂c_6/∂c_1 through the product of the Jacobians of [h; c]", ko: "[h; c]의 야코비 행렬을 곱해 얻은 ∂c_6/∂c_1"),
      lower.columns(Array(n..<2 * n)) + lower.columns(Array(0..<n)) * toState, equals: whole)
    let error = (alone - whole).norm / whole.norm
    page.number("alone-error", 100 * error, significant: 2)
    page.check(
      Text("the product of the Jacobians of c alone is something else", ko: "c만의 야코비 행렬을 곱하면 다른 것이 된다"),
      .above(error, 0.01), note: Text("relative error (Frobenius)", ko: "상대 오차(프로베니우스 노름)"))
  }

  /// The table of the whole Jacobian beside the direct path, for several forget biases.
  private func directAgainstWhole(_ page: Page) {
    page.print(
      Text(
        "Over k steps after 100 steps of start: ‖∂c_T/∂c_{T−k}‖₂ whole, and through f alone (16 units, 5 seeds: median):",
        ko: "처음 100단계가 지난 뒤 k단계에 걸친 ‖∂c_T/∂c_{T−k}‖₂: 전체와, f만 지나는 길(유닛 16개, 시드 5개의 중앙값):"))
    let lags = [1, 10, 30]
    var rows: [[String]] = []
    for bias in [0, 1, 3, 5] {
      let found = page.seeds(5).map { seed in
        paths(Example.sequence(forgetBias: bias, steps: 132, batch: 1, seed: seed), from: 100, lags)
      }
      let (whole, direct) = (median(found.map { $0.whole.map(\.spectralNorm) }), median(found.map(\.direct)))
      rows.append(
        ["\(bias)"]
          + lags.indices.flatMap { k in
            [
              page.number("whole-\(bias)-\(lags[k])", whole[k], significant: 2),
              page.number("direct-\(bias)-\(lags[k])", direct[k], significant: 2),
            ]
          })
      page.check(
        Text("b_f = \(bias): the whole is more than the direct path", ko: "b_f = \(bias): 전체가 곧은 길보다 크다"),
        zip(whole, direct).map { .above($0 / $1, 1.01) }, note: Text("ratios of the medians", ko: "중앙값의 비"))
    }
    page.table(
      [.symbols("b_f")] + lags.flatMap { k in [.symbols("k = \(k)"), Text("f alone", ko: "f만")] }, rows)
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

  /// For each lag k, ∂c_T/∂c_{T−k}, and the norm of the product of diag(f_t) over the same steps.
  ///
  /// - Parameter from: the states after this many steps are constants.
  private func paths(_ sequence: Example, from: Int, _ lags: [Int]) -> (whole: [Matrix], direct: [Double]) {
    var example = sequence
    if from > 0 {
      let last = sequence.prefix(steps: from).record().steps[from - 1]
      example.start = (last.h.value, last.c.value)
      (example.x, example.y) = (Array(sequence.x[from...]), Array(sequence.y[from...]))
    }
    let tape = Tape()
    let steps = example.record(on: tape).steps
    let T = steps.count
    // One backward pass for each entry of c_T gives that row of the Jacobians of every lag.
    var jacobians = lags.map { _ in Matrix(rows: example.hidden, columns: example.hidden) }
    for row in 0..<example.hidden {
      let gradients = tape.gradients(of: steps[T - 1].c, seed: unit(row, of: example.hidden))
      for (k, lag) in lags.enumerated() {
        let gradient = gradients[steps[T - 1 - lag].c]
        for column in 0..<example.hidden { jacobians[k][row, column] = gradient[column, 0] }
      }
    }
    let direct = lags.map { lag in
      steps[(T - lag)...].map(\.f.value).reduce(Matrix(example.start.c.shape, repeating: 1)) { $0 .* $1 }
        .largestMagnitude
    }
    return (jacobians, direct)
  }

  /// ∂c_T/∂c_{T−k} by central differences: each entry of c_{T−k} moves, and with it h_{T−k} = o ⊙ tanh(c_{T−k}); the cell
  /// runs on from there.
  private func differencesOfLastCell(_ example: Example, lag: Int) -> Matrix {
    let steps = example.record().steps
    let place = steps[steps.count - 1 - lag]
    func last(_ c: Matrix) -> Matrix {
      example.cell.unroll(Array(example.x.suffix(lag)), from: [place.o.value .* c.tanh, c])[lag - 1][1]
    }
    let (c, step) = (place.c.value, 6e-6)
    var jacobian = Matrix(rows: c.rows, columns: c.rows)
    for column in 0..<c.rows {
      let move = step * unit(column, of: c.rows)
      let slope = (1 / (2 * step)) * (last(c + move) - last(c - move))
      for row in 0..<c.rows { jacobian[row, column] = slope[row, 0] }
    }
    return jacobian
  }
}
