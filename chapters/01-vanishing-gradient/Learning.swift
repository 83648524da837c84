// 1.6 What vanishing does to learning: recall over a lag, and agreement across nouns.

import Autodiff
import Experiments
import Notebook

extension VanishingGradient {
  func learning(_ page: Page) {
    let seeds = page.seeds(3)
    let design = Design(gain: 0.7, clipping: 1)
    let recalled = recall(page, design, seeds)
    let agreed = agree(page, design, seeds)
    page.figure(
      "recall", accuracyChart("k", recalled, chance: 25), title: "Accuracy of recall against the lag k")
    drawLosses(page, recalled)
    page.figure(
      "agreement", accuracyChart("n", agreed, chance: 50),
      title: "Accuracy of agreement against the number n of nouns in between")
  }

  private func recall(_ page: Page, _ design: Design, _ seeds: [UInt64]) -> [(size: Int, accuracy: Scores)] {
    let lags = [1, 3, 5, 7, 10, 15, 20, 30]
    var norms: [Double] = []
    let found = lags.map { lag in
      page.progress(Text("recall, k = \(lag)", ko: "회상, k = \(lag)"), Double(norms.count) / Double(lags.count))
      norms.append(startingNorm(design, lag: lag, seeds: seeds))
      let accuracy = accuracies(design, seeds: seeds, symbols: 8, classes: 4) { Task.recall(lag: lag).draw($0, &$1) }
      return (size: lag, accuracy: accuracy)
    }
    page.print(
      Text(
        "Recall one of 4 symbols k steps back (chance 25 %): 3 seeds, 400 updates, 512 test sequences.",
        ko: "k단계 앞에서 본 기호(4가지 가운데 하나) 회상(찍으면 25 %). 시드 3개, 갱신 400번, 시험 512개."))
    page.table(
      [
        .symbols("k"), Text("‖∂h_{k+1}/∂h_1‖ at the start", ko: "시작할 때 ‖∂h_{k+1}/∂h_1‖"),
        Text("accuracy", ko: "정확도"), Text("lowest", ko: "최저"), Text("highest", ko: "최고"),
      ],
      zip(found, norms).map { row, norm in
        ["\(row.size)", NumberFormat.format(norm, significant: 2)] + percentages(row.accuracy)
      })
    let easy = found.first { $0.size == 3 }!.accuracy
    let hard = found.last!.accuracy
    page.number("recall-3", 100 * easy.mean, decimals: 1)
    page.number("recall-30", 100 * hard.mean, decimals: 1)
    page.number("recall-norm-30", norms.last!, significant: 1)
    page.check(
      Text("3 steps back are recalled", ko: "3단계 앞은 회상한다"), .above(100 * easy.lowest, 95),
      note: Text("lowest, in %", ko: "최저, %"))
    page.check(
      Text("30 steps back are guessed", ko: "30단계 앞은 찍는다"), .below(100 * hard.highest, 32),
      note: Text("highest, in %", ko: "최고, %"))
    return found
  }

  private func agree(_ page: Page, _ design: Design, _ seeds: [UInt64]) -> [(size: Int, accuracy: Scores)] {
    func accuracy(_ count: Int, areNeutral: Bool = false) -> Scores {
      accuracies(design, seeds: seeds, symbols: 10, classes: 2) {
        agreement(nouns: count, areNeutral: areNeutral, size: $0, &$1)
      }
    }
    let counts = [0, 1, 2, 3, 4, 6, 8]
    let agreed = counts.enumerated().map { number, count in
      page.progress(Text("agreement, n = \(count)", ko: "일치, n = \(count)"), Double(number) / Double(counts.count))
      return (size: count, accuracy: accuracy(count))
    }
    page.print()
    page.print(
      Text(
        "Agree with the subject across n nouns in between (chance 50 %): same networks, same training.",
        ko: "사이에 낀 명사 n개를 건너 동사의 수를 주어에 일치시키기(찍으면 50 %). 같은 망, 같은 학습."))
    page.table(
      [.symbols("n"), Text("accuracy", ko: "정확도"), Text("lowest", ko: "최저"), Text("highest", ko: "최고")],
      agreed.map { ["\($0.size)"] + percentages($0.accuracy) })
    let (without, eight) = (agreed[0].accuracy, agreed.last!.accuracy)
    page.number("agreement-0", 100 * without.mean, decimals: 1)
    page.number("agreement-8", 100 * eight.mean, decimals: 1)
    page.check(
      Text("without a noun in between they agree", ko: "사이에 낀 명사가 없으면 일치한다"), .above(100 * without.lowest, 99),
      note: Text("lowest, in %", ko: "최저, %"))
    page.check(
      Text("8 nouns in between cost accuracy", ko: "8개가 끼면 정확도가 떨어진다"),
      .above(100 * (without.mean - eight.mean), 20, named: "Δ %"))
    // The same distance without nouns in it.
    let nouns = agreed.first { $0.size == 4 }!.accuracy
    let neutral = accuracy(4, areNeutral: true)
    page.number("agreement-4", 100 * nouns.mean, decimals: 1)
    page.number("neutral-4", 100 * neutral.mean, decimals: 1)
    page.check(
      Text("12 neutral words instead of n = 4 cost less", ko: "n = 4 대신 중립 낱말 12개면 덜 방해한다"),
      .above(100 * (neutral.mean - nouns.mean), 10, named: "Δ %"))
    return agreed
  }

  /// The loss of recall, for some of the lags.
  private func drawLosses(_ page: Page, _ recalled: [(size: Int, accuracy: Scores)]) {
    let guessing = Elementary.log(4)
    let shown = recalled.filter { [1, 3, 5, 7, 10, 30].contains($0.size) }
    // The first update by which half of what there is to learn is learned.
    let halves = shown.prefix(4).map { row in
      lossCurve(row.accuracy.losses).first { $0.y < 0.5 * guessing }?.x ?? .infinity
    }
    page.check(
      Text("at k = 7 the loss has halved later than at k = 1", ko: "k = 7의 손실은 k = 1보다 늦게 반으로 준다"),
      .greater(halves[3], than: halves[0]),
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

  /// Mean, lowest and highest accuracy in percent, over the size of a task, with the share that guessing gets.
  private func accuracyChart(_ x: Figure.Label, _ rows: [(size: Int, accuracy: Scores)], chance: Int) -> Figure {
    // A name stands where its curve has fallen: at the right end all curves meet.
    func series(_ name: Figure.Label, _ value: (Scores) -> Double, isMean: Bool = false) -> LineChart.Series {
      .init(
        name, rows.map { (Double($0.size), 100 * value($0.accuracy)) }, line: isMean ? .solid : .dotted,
        hasMarkers: isMean, labelX: rows.first { value($0.accuracy) < 0.9 }.map { Double($0.size) })
    }
    return .lineChart(
      LineChart(
        x: .init(x), y: .init("%", limits: 0...100),
        series: [
          series("μ", { $0.mean }, isMean: true), series("min", { $0.lowest }), series("max", { $0.highest }),
        ],
        references: [.horizontal(at: Double(chance), label: "\(chance) %")]))
  }

  /// The mean, the lowest and the highest accuracy in percent, for a table.
  func percentages(_ accuracy: Scores) -> [String] {
    [accuracy.mean, accuracy.lowest, accuracy.highest].map { NumberFormat.percent($0) }
  }
}
