// Sections 7.9 and 7.10: what more layers buy where the number of parameters stays the same.

import Autodiff
import Experiments
import Notebook
import Recurrent

/// Networks of each kind with each number of layers, trained on one task, and the table of what they learn.
private struct Race {
  let name: String
  let task: Task
  /// The number of layers in each row.
  let layers: [Int]
  /// About how many parameters each network has; its number of units follows from it.
  let parameters: Int
  let updates: Int
  /// Whether a last row has the deepest network once more, with skip connections.
  let hasSkip: Bool

  static let kinds: [(kind: RecurrentConfiguration.Kind, label: String, name: String, gateBias: Double)] = [
    (.rnn(.tanh), "RNN", "rnn", 0), (.lstm, "LSTM, b_f = 1", "lstm", 1), (.gru(), "GRU, b_z = 1", "gru", 1),
  ]

  /// Trains them all, prints the table, and checks that the numbers of parameters are equal.
  ///
  /// - Returns: a list for each kind, with the scores of each row.
  func run(_ page: Page) -> [[Scores]] {
    let variants = layers.map { ($0, false) } + (hasSkip ? [(layers[layers.count - 1], true)] : [])
    var rows = variants.map { layers, isResidual in [isResidual ? "L = \(layers), h + F" : "L = \(layers)"] }
    var counts: [Int] = []
    var results: [[Scores]] = []
    for (number, kind) in Race.kinds.enumerated() {
      var line: [Scores] = []
      for (k, (layers, isResidual)) in variants.enumerated() {
        page.progress(
          .symbols("\(name), \(kind.label)"), Double(number * variants.count + k) / Double(3 * variants.count))
        let contestant = Contestant(
          kind: kind.kind, parameters: parameters, for: task, layers: layers, isResidual: isResidual,
          gateBias: kind.gateBias)
        counts.append(contestant.parameterCount(for: task))
        let found = scores(contestant, task, seeds: page.fiveSeeds, updates: updates)
        line.append(found)
        let key = "\(name)-\(kind.name)-\(layers)" + (isResidual ? "-skip" : "")
        let mean = page.number(key, 100 * found.mean, decimals: 0)
        let (low, high) = (Int((100 * found.lowest).rounded()), Int((100 * found.highest).rounded()))
        rows[k] += ["\(mean) (\(low) … \(high))", "\(contestant.hidden)"]
      }
      results.append(line)
    }
    page.table([.symbols("")] + Race.kinds.flatMap { [.symbols($0.label), .symbols("H")] }, rows)
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    page.check(
      Text("equal numbers of parameters, within 10 %", ko: "매개변수 개수가 10 % 안에서 같다"),
      .below(Double(most - least) / Double(most), 0.1), note: .symbols("\(least) … \(most)"))
    return results
  }
}

extension DeepNetworks {
  // MARK: 7.9

  func buys(_ page: Page) {
    page.section("buys") {
      page.print(
        Text(
          "Recall one of 4 symbols 10 steps back (chance 25 %): 200 updates, 5 seeds, 512 test sequences.",
          ko: "10시점 앞에서 본 기호(4가지 가운데 하나) 회상(찍으면 25 %). 갱신 200번, 시드 5개, 시험 512개."))
      let race = Race(
        name: "short", task: .recall(lag: 10), layers: [1, 2, 4], parameters: 740, updates: 200, hasSkip: false)
      let lstm = race.run(page)[1]
      page.check(
        Text("LSTM, b_f = 1: one layer is ahead of four in the mean", ko: "LSTM, b_f = 1: 평균은 한 층이 네 층보다 높다"),
        .above(lstm[0].mean - lstm[2].mean, 0.1, named: "Δ"))
      drawLosses(page, zip(race.layers, lstm).map { (layers: $0, curve: lossCurve($1.losses)) })
    }
  }

  /// The median loss of the LSTM with each number of layers.
  private func drawLosses(_ page: Page, _ lstm: [(layers: Int, curve: [(x: Double, y: Double)])]) {
    let (guessing, half) = (Elementary.log(4), Elementary.log(2))
    let ends = lstm.map { $0.curve.last!.y }
    page.check(
      Text(
        "LSTM, b_f = 1: with four layers the median loss ends at log 2", ko: "LSTM, b_f = 1: 네 층이면 손실의 중앙값이 log 2에서 끝난다"
      ),
      .below(abs(ends[2] - half), 0.1, named: "|L − log 2|"), .below(ends[0], 0.2, named: "L = 1"))
    page.figure(
      "buys-loss",
      .lineChart(
        LineChart(
          x: .init("#"), y: .init("L", .logarithmic, limits: 1e-2...3),
          series: lstm.map { .init("L = \($0.layers)", $0.curve) },
          references: [.horizontal(at: guessing, label: "log 4"), .horizontal(at: half, label: "log 2")])),
      title: "Loss of the LSTM with one, two and four layers against the number # of updates, median of 5 seeds")
  }

  // MARK: 7.10

  func buysMore(_ page: Page) {
    page.section("buys-more") {
      let races: [(label: Text, name: String, task: Task, parameters: Int)] = [
        (Text("recall, 20 steps back (chance 25 %)", ko: "20시점 앞 회상(찍으면 25 %)"), "recall", .recall(lag: 20), 2258),
        (
          Text("adding, 20 steps (right: off by less than 0.1)", ko: "덧셈, 20시점(오차가 0.1보다 작으면 정답)"), "adding",
          .adding(steps: 20), 3171
        ),
        (
          Text("agreement, 6 phrases (chance 50 %)", ko: "일치, 구 6개(찍으면 50 %)"), "agreement", .agreement(phrases: 6),
          3077
        ),
      ]
      let results = races.map { label, name, task, parameters in
        page.print()
        page.print(label)
        return Race(
          name: name, task: task, layers: [1, 2, 3, 4], parameters: parameters, updates: 1000, hasSkip: true
        ).run(page)
      }
      checkRaces(all: results, adding: results[1], agreement: results[2], page)
    }
  }

  /// The results of a task are indexed [kind][row], with rows of 1, 2, 3, 4 layers and of 4 with skip connections. What is
  /// compared are the percentages of the tables, as they are printed there.
  private func checkRaces(all: [[[Scores]]], adding: [[Scores]], agreement: [[Scores]], _ page: Page) {
    let (rnn, lstm, gru) = (0, 1, 2)
    func lowest(_ scores: Scores) -> Double { (100 * scores.lowest).rounded() }
    func highest(_ scores: Scores) -> Double { (100 * scores.highest).rounded() }
    func mean(_ scores: Scores) -> Double { (100 * scores.mean).rounded() }
    page.check(
      Text("the GRU learns all three with one to four layers, every seed", ko: "GRU는 한 층에서 네 층까지 모든 시드에서 셋 다 배운다"),
      .above(all.flatMap { $0[gru].map(lowest) }.min()!, 98))
    page.check(
      Text(
        "adding: the LSTM learns it with one layer, with four no seed does",
        ko: "덧셈: LSTM은 한 층이면 배우고, 네 층이면 한 시드도 못 배운다"),
      .above(lowest(adding[lstm][0]), 98), .below(highest(adding[lstm][3]), 30))
    page.check(
      Text(
        "adding: with skip connections the LSTM learns it with four layers, every seed",
        ko: "덧셈: 스킵 연결이 있으면 LSTM은 네 층도 모든 시드에서 배운다"),
      .above(lowest(adding[lstm][4]), 98))
    page.check(
      Text("adding: the plain network does not, with one to four layers", ko: "덧셈: 기본 순환 신경망은 한 층에서 네 층까지 못 배운다"),
      .below(adding[rnn].map(highest).max()!, 30))
    page.check(
      Text("agreement: the LSTM's mean is higher with three layers than with one", ko: "일치: LSTM의 평균은 한 층보다 세 층이 높다"),
      .above(mean(agreement[lstm][2]) - mean(agreement[lstm][0]), 15, named: "Δ"))
  }
}
