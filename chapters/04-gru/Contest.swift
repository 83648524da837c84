// Section 4.9: GRU, LSTM and RNN of equal size on one task, and what both sections of contests share.

import Autodiff
import Experiments
import Notebook

/// A contestant and its accuracies, one for each seed.
typealias Result = (contestant: Contestant, scores: Scores)

extension GatedRecurrentUnitChapter {
  func comparison(_ page: Page) {
    page.section("comparison") {
      let task = Task.recall(lag: 10)
      let contestants = Contestant.all(rnn: 23, lstm: 10, gru: 12)
      countsAgree(page, task, contestants)
      let seeds = page.seeds(10)
      let found = contestants.enumerated().map { number, contestant -> Result in
        page.progress(.symbols(contestant.label), Double(number) / Double(contestants.count))
        return (contestant, scores(contestant, task, seeds: seeds, updates: 200))
      }
      page.print()
      page.print(
        Text(
          "Recall one of 4 symbols 10 steps back (chance 25 %): 200 updates, 10 seeds, 512 test sequences.",
          ko: "10시점 앞에서 본 기호(4가지 가운데 하나) 회상(찍으면 25 %). 갱신 200번, 시드 10개, 시험 512개."))
      table(page, found, name: "short")
      let means = found.map(\.scores.mean)
      let note = Text("difference of the means", ko: "평균의 차")
      page.check(
        Text("in the mean the GRU is above the LSTM, both as PyTorch begins", ko: "PyTorch처럼 시작하면 GRU의 평균이 LSTM보다 높다"),
        .above(means[3] - means[1], 0.15), note: note)
      page.check(
        Text("a forget gate that begins more open helps the LSTM", ko: "망각 게이트를 더 열고 시작하면 LSTM이 나아진다"),
        .above(means[2] - means[1], 0.15), note: note)
      drawLosses(page, found)
    }
  }

  /// The median loss of each contestant.
  private func drawLosses(_ page: Page, _ found: [Result]) {
    let curves = found.map { lossCurve($0.scores.losses) }
    let (guessing, half) = (Elementary.log(4), Elementary.log(2))
    let early = curves.map { $0[7].y / guessing }
    page.check(
      Text(
        "after 80 updates the LSTM as PyTorch begins has hardly moved, the others have",
        ko: "갱신 80번 뒤: PyTorch처럼 시작한 LSTM은 거의 그대로이고, 나머지는 내려갔다"),
      [.above(early[1], 0.9)] + [0, 2, 3, 4].map { .below(early[$0], 0.75) },
      note: Text("L / log 4, medians", ko: "L / log 4, 중앙값"))
    page.check(
      Text("it ends at log 2, as if two of the four symbols were left", ko: "끝에서는 네 기호를 둘로 좁힌 것처럼 log 2에 있다"),
      .below(abs(curves[1].last!.y - half), 0.1, named: "|L − log 2|"))
    page.figure(
      "comparison-loss",
      .lineChart(
        LineChart(
          x: .init("#"), y: .init("L", .logarithmic, limits: 1e-3...3),
          series: zip(found, curves).map { .init(Figure.Label($0.contestant.figureLabel), $1) },
          references: [.horizontal(at: guessing, label: "log 4"), .horizontal(at: half, label: "log 2")])),
      title: "Loss of the contestants against the number # of updates, median of 10 seeds")
  }

  /// Prints how many numbers each contestant learns, and checks that they differ by 2 % at most.
  func countsAgree(_ page: Page, _ task: Task, _ contestants: [Contestant]) {
    let counts = contestants.map { $0.parameterCount(for: task) }
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    let line = zip(contestants, counts).filter { $0.0.gateBias == 0 }
      .map { "\($0.0.label): n = \($0.0.hidden), \($0.1)" }.joined(separator: "; ")
    page.check(
      Text("equal numbers of parameters, within 2 %", ko: "매개변수 개수가 2 % 안에서 같다"), 100 * (most - least) <= 2 * most,
      detail: .symbols(line))
  }

  /// Mean, lowest and highest accuracy of each contestant.
  ///
  /// - Parameter name: what the names of the means begin with.
  func table(_ page: Page, _ found: [Result], name: String) {
    page.table(
      [.symbols(""), Text("mean", ko: "평균"), Text("lowest", ko: "최저"), Text("highest", ko: "최고")],
      found.map { contestant, scores in
        page.number("\(name)-\(contestant.name)", 100 * scores.mean, decimals: 1)
        return [contestant.label] + [scores.mean, scores.lowest, scores.highest].map { NumberFormat.percent($0) }
      })
  }
}
