// 1.14 What vanishing does to learning: naming a symbol that was read k steps before.

import Autodiff
import Experiments
import Notebook

extension VanishingGradient {
  func recall(_ page: Page) {
    let design = Design(radius: 0.7, clipping: 1)
    let seeds = page.seeds(5)
    let lags = [1, 3, 5, 7, 10, 15, 20, 30]
    let found = lags.enumerated().map { number, lag in
      page.progress(Text("recall, k = \(lag)", ko: "회상, k = \(lag)"), Double(number) / Double(lags.count))
      let accuracy = accuracies(design, seeds: seeds, symbols: 8, classes: 4) { Task.recall(lag: lag).draw($0, &$1) }
      return (size: lag, accuracy: accuracy)
    }
    for row in found {
      page.number("recall-\(row.size)", 100 * row.accuracy.mean, decimals: 1)
      page.number("recall-solved-\(row.size)", Double(row.accuracy.solved), decimals: 0)
    }
    page.number("recall-share-5", shareThatArrives(design, lag: 5, seeds: seeds), significant: 1)
    page.number("recall-share-30", shareThatArrives(design, lag: 30, seeds: seeds), significant: 1)
    page.check(
      Text("up to 5 steps back every seed recalls", ko: "5시점 앞까지는 모든 시드가 회상한다"),
      found.filter { $0.size <= 5 }.map { .above(100 * $0.accuracy.lowest, 95) },
      note: Text("lowest, in %", ko: "최저, %"))
    page.check(
      Text("30 steps back every seed guesses", ko: "30시점 앞은 모든 시드가 찍는다"),
      .below(100 * found.last!.accuracy.highest, 32), note: Text("highest, in %", ko: "최고, %"))
    checkFused(page, design)
    page.figure("recall", accuracyChart("k", found, chance: 25), title: "Accuracy of recall against the lag k")
    drawLosses(page, found)
  }

  /// Training runs plain networks as one operation: its loss and gradients are those of the steps.
  private func checkFused(_ page: Page, _ design: Design) {
    var random = Random(seed: page.seed)
    let reader = Reader(design, symbols: 8, units: 16, classes: 4, random: &random)
    let batch = Task.recall(lag: 5).draw(16, &random)
    func gradients(_ loss: ([Variable]) -> Variable) -> [Matrix] {
      let tape = Tape()
      let variables = reader.parameters.map { tape.variable($0) }
      let found = tape.gradients(of: loss(variables))
      return variables.map { found[$0] }
    }
    let steps = gradients { variables in
      let tape = variables[0].tape
      let start = tape.constant(Matrix(rows: 16, columns: 16))
      return reader.scores(variables, batch.x.map { tape.constant($0) }, start: start).crossEntropy(batch.classes).mean
    }
    page.check(
      "∂L/∂(W_x, W_h, b, W_y, b_y)", .fused(.column(of: gradients { reader.loss($0, on: batch) })),
      equals: .tape(.column(of: steps)))
  }

  /// The loss of recall, for some of the lags.
  private func drawLosses(_ page: Page, _ found: [(size: Int, accuracy: Scores)]) {
    let guessing = Elementary.log(4)
    let shown = found.filter { [1, 3, 5, 7, 10, 30].contains($0.size) }
    // The first update by which half of what there is to learn is learned.
    let halves = shown.map { row in
      lossCurve(row.accuracy.losses).first { $0.y < 0.5 * guessing }?.x ?? .infinity
    }
    page.check(
      Text("at k = 5 the loss has halved later than at k = 1", ko: "k = 5의 손실은 k = 1보다 늦게 반으로 준다"),
      .greater(halves[2], than: halves[0]),
      note: Text("updates, median of the seeds", ko: "갱신 횟수, 시드들의 중앙값"))
    let flattest = shown.last!.accuracy.losses.flatMap { lossCurve([$0]).map(\.y) }
    page.check(
      Text("at k = 30 it stays at log 4, with every seed", ko: "k = 30에서는 모든 시드에서 log 4에 머문다"),
      .below(flattest.map { abs($0 - guessing) }.max()!, 0.2, named: "max |L − log 4|"))
    page.figure(
      "recall-loss",
      .lineChart(
        LineChart(
          x: .init("#"), y: .init("L", .logarithmic, limits: 1e-3...3),
          series: shown.map { .init("k = \($0.size)", lossCurve($0.accuracy.losses)) },
          references: [.horizontal(at: guessing, label: "log 4")])),
      title: "Loss of recall over k steps against the number # of updates")
  }
}
