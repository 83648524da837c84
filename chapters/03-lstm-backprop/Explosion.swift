// Section 3.10: how large the whole derivative over many steps is beside the direct path, and clipping.

import Autodiff
import Experiments
import Notebook
import Recurrent

extension LSTMBackprop {
  func explosion(_ page: Page) {
    page.section("explosion") {
      directAgainstWhole(page)
      // The table's Jacobians, found row by row, against central differences of the cell itself.
      let small = Example.sequence(forgetBias: 1, steps: 12, batch: 1, seed: page.seed)
      page.check(
        Text("such a Jacobian over 10 steps = finite differences of c_T", ko: "10시점에 걸친 이런 야코비안 = c_T의 유한 차분"),
        paths(small, from: 0, [10]).whole[0], equals: differencesOfLastCell(small, lag: 10), tolerance: 1e-8)
      clipping(page)
    }
  }

  /// The gradient of all weights over 132 steps with b_f = 5, before and after clipping at norm 1.
  private func clipping(_ page: Page) {
    let found = page.seeds(5).map { seed in
      let example = Example.sequence(forgetBias: 5, steps: 132, batch: 1, seed: seed)
      let whole = example.backwards(example.forwards())
      let gradients = [whole.W.x, whole.W.h, whole.b]
      var clipped = gradients
      clip(&clipped, toNorm: 1)
      let cosine = zip(gradients, clipped).map { ($0 .* $1).total.scalar }.reduce(0, +) / globalNorm(gradients)
      return (before: globalNorm(gradients), after: globalNorm(clipped), cosine: cosine)
    }
    let norms = found.map(\.before).sorted()
    page.number("norm", median(norms), significant: 2)
    page.number("norm-lowest", norms[0], significant: 2)
    page.number("norm-highest", norms[4], significant: 2)
    page.check(
      Text("every one of these gradients is longer than 1", ko: "이 기울기는 모두 1보다 길다"), .above(norms[0], 1),
      note: Text("5 seeds: the smallest norm", ko: "시드 5개: 가장 작은 노름"))
    page.check(
      Text("clipped, its norm is 1 and its direction the same", ko: "클리핑하면 노름이 1이고 방향은 그대로다"),
      Matrix(column: found.flatMap { [$0.after, $0.cosine] }), equals: Matrix(column: found.flatMap { _ in [1, 1] }))
  }

  /// The table of the whole Jacobian beside the direct path, for several forget biases.
  private func directAgainstWhole(_ page: Page) {
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
      page.number("ratio-\(bias)-1", whole[0] / direct[0], significant: 3)
      let over30 = found.map { $0.whole[2].spectralNorm }.sorted()
      page.number("whole-\(bias)-lowest", over30[0], significant: 2)
      page.number("whole-\(bias)-highest", over30[4], significant: 2)
      if bias == 5 {
        page.number("grown-5", Double(over30.count { $0 > 1 }), decimals: 0)
        page.check(
          Text("b_f = 5: over 30 steps the whole is more than 1", ko: "b_f = 5: 30시점에 걸친 전체는 1보다 크다"),
          .above(median(over30), 1), note: Text("median", ko: "중앙값"))
      }
      page.check(
        Text("b_f = \(bias): the whole is more than the direct path", ko: "b_f = \(bias): 전체가 곧은 길보다 크다"),
        zip(whole, direct).map { .above($0 / $1, 1.01) }, note: Text("ratios of the medians", ko: "중앙값의 비"))
    }
    page.table(
      [.symbols("b_f")] + lags.flatMap { k in [.symbols("k = \(k)"), Text("f alone", ko: "f만")] }, rows)
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
