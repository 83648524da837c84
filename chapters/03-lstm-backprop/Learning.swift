// Sections 3.12 and 3.13: what the forget bias decides about learning, and what comes back after it.

import Autodiff
import Experiments
import Notebook

extension LSTMBackprop {
  /// 3.12
  func learning(_ page: Page, _ trainings: Trainings) {
    page.section("learning") {
      let found = trainings.outcomes
      drawLosses(page, found)
      recordAccuracies(page, found)
      checkRecall(page, found)
    }
  }

  /// 3.13
  func after(_ page: Page, _ trainings: Trainings) {
    page.section("after") {
      let found = trainings.outcomes
      normsTable(page, found.mapValues(\.after), "after")
      saturation(page, found[.lstm(forgetBias: 5)]!)
      page.number("slope-after-3", median(found[.lstm(forgetBias: 3)]!.after.map(\.slope)), significant: 1)
      pastTheCell(page, found[.lstm(forgetBias: 5)]!.after)
      let both = [1, 3, 5].map { found[.lstm(forgetBias: $0)]! }
      page.check(
        Text("b_f = 1, 3 and 5: less comes back than before training", ko: "b_f = 1, 3, 5: 학습 전보다 적게 돌아온다"),
        both.map { .below(median($0.after.map { $0.c[distance] }) / median($0.before.map { $0.c[distance] }), 1) },
        note: Text("after / before, medians at lag 100", ko: "학습 후 / 학습 전, 지연 100의 중앙값"))
      drawLags(
        page, found.mapValues(\.after), "state-after", \.h, Self.labels.state,
        title: "The hidden state's gradient against the lag, after training")
      drawLags(
        page, found.mapValues(\.after), "cell-after", \.c, Self.labels.cell,
        title: "The cell state's gradient against the lag, after training")
    }
  }

  private func recordAccuracies(_ page: Page, _ found: [Design: Outcome]) {
    for design in [Design.rnn, .lstm(forgetBias: 0)] {
      let values = found[design]!.accuracies.map { 100 * $0 }.sorted()
      page.number("accuracy-\(design.id)", 100 * found[design]!.mean, decimals: 1)
      page.number("accuracy-\(design.id)-lowest", values[0], decimals: 1)
      page.number("accuracy-\(design.id)-highest", values[values.count - 1], decimals: 1)
    }
  }

  private func checkRecall(_ page: Page, _ found: [Design: Outcome]) {
    page.check(
      Text("b_f = 0 does not learn to recall 20 steps back", ko: "b_f = 0은 20시점 전을 회상하지 못한다"),
      .below(found[.lstm(forgetBias: 0)]!.accuracies.max()!, 0.65), note: Text("best seed", ko: "가장 나은 시드"))
    let open = [1, 3, 5].map { found[.lstm(forgetBias: $0)]! }
    page.check(
      Text("b_f = 1, 3 and 5 do", ko: "b_f = 1, 3, 5는 회상한다"), open.map { .above($0.mean, 0.9) },
      note: Text("means", ko: "평균"))
    let trained = open.flatMap(\.accuracies)
    page.number("open-count", Double(trained.count), decimals: 0)
    page.number("rnn-learned", Double(found[.rnn]!.accuracies.count { $0 > 0.9 }), decimals: 0)
    page.number("open-learned", Double(trained.count { $0 > 0.9 }), decimals: 0)
  }

  private func drawLosses(_ page: Page, _ found: [Design: Outcome]) {
    let guessing = Elementary.log(2)
    /// The losses of every seed, 10 updates at a time.
    func curves(_ bias: Int) -> [[Double]] {
      found[.lstm(forgetBias: bias)]!.losses.map { lossCurve([$0]).map(\.y) }
    }
    page.check(
      Text("b_f = 0: the loss stays at log 2, with every seed", ko: "b_f = 0: 손실이 모든 시드에서 log 2에 머문다"),
      .below(curves(0).joined().map { abs($0 - guessing) }.max()!, 0.05, named: "max |L − log 2|"))
    let after30 = [1, 3, 5].map { bias in curves(bias).map { $0[2] / guessing } }
    page.check(
      Text(
        "after 30 updates: below half of log 2 (medians) for b_f = 3 and 5, hardly changed for b_f = 1, every seed",
        ko: "갱신 30번 뒤: b_f = 3과 5의 중앙값은 log 2의 절반 아래, b_f = 1은 어느 시드에서나 거의 그대로"),
      .below(median(after30[1]), 0.5), .below(median(after30[2]), 0.5), .above(after30[0].min()!, 0.9),
      note: Text("L / log 2", ko: "L / log 2"))
    page.figure(
      "loss",
      .lineChart(
        LineChart(
          x: .init("#"), y: .init("L", .logarithmic, limits: 1e-3...1),
          series: Design.all.map { .init("\($0.name)", lossCurve(found[$0]!.losses)) },
          references: [.horizontal(at: guessing, label: "log 2")])),
      title: "Loss of recall over \(lag) steps against the number # of updates")
  }

  /// With b_f = 5 after training: of the gradient at h, what comes through the output gates alone, past the cell state.
  private func pastTheCell(_ page: Page, _ after: [Lags]) {
    func share(_ k: Int) -> Double { median(after.map { $0.pastTheCell[k] / $0.hNorms[k] }) }
    page.check(
      Text(
        "b_f = 5: h gets its gradient through the output gates alone at first, and not from there in the end",
        ko: "b_f = 5: h의 기울기는 처음에 출력 게이트로만 오고, 나중에는 그쪽에서 오지 않는다"),
      .above(share(5), 0.9), .below(share(distance), 1e-3),
      note: Text("the share of the norm at lags 5 and 100 (medians)", ko: "노름 가운데 그 몫, 지연 5와 100(중앙값)"))
  }

  private func saturation(_ page: Page, _ open: Outcome) {
    let (before, after) = (median(open.before.map(\.slope)), median(open.after.map(\.slope)))
    page.number("slope-before", before, significant: 2)
    page.number("slope-after", after, significant: 1)
    page.check(
      Text("b_f = 5: after training tanh(c_T) is saturated", ko: "b_f = 5: 학습 후에는 tanh(c_T)가 포화한다"),
      .above(before, 0.05), .below(after / before, 0.1),
      note: Text(
        "mean of 1 − tanh²(c_T): before, and after / before (medians)", ko: "1 − tanh²(c_T)의 평균: 학습 전, 학습 후 / 학습 전(중앙값)"
      ))
  }
}
