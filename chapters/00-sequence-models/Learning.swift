// 0.12 What learning reaches: six models on samples of 16 to 1024 rhythms, against their ceilings.

import Autodiff
import Experiments
import Notebook

extension SequenceModels {
  /// One of the models, and what its models reached.
  private struct Family {
    /// In the names of numbers.
    let name: String
    let label: Text
    /// In the figure.
    let curve: Figure.Label
    let ceiling: Double
    /// By size of the sample; each with a value for every seed.
    var accuracies: [Scores] = []
  }

  func learning(_ page: Page, _ truth: Pasts) {
    let (sizes, seeds) = ([16, 64, 256, 1024], page.seeds(5))
    let machines = Machine.all(4)
    /// Of the networks: by size, then by seed.
    var losses: [[[Double]]] = []
    var families = [
      Family(
        name: "naive", label: Text("naive, a table", ko: "소박한 모델, 표"), curve: "τ = t − 1",
        ceiling: truth.ceiling(.everything)),
      Family(
        name: "four", label: Text("autoregressive, τ = 4", ko: "자기회귀, τ = 4"), curve: "τ = 4",
        ceiling: truth.ceiling(.last(4))),
      Family(
        name: "markov", label: Text("Markov, τ = 1", ko: "마르코프, τ = 1"), curve: "τ = 1",
        ceiling: truth.ceiling(.last(1))),
      Family(
        name: "latent", label: Text("latent, 4 states", ko: "잠재, 상태 4개"), curve: "S = 4",
        ceiling: truth.bestMachine(of: machines).ceiling),
      Family(
        name: "feedforward", label: Text("feed-forward, 8 units", ko: "순방향, 유닛 8개"), curve: "FF",
        ceiling: truth.ceiling(.everything)),
      Family(
        name: "rnn", label: Text("recurrent, 8 units", ko: "순환, 유닛 8개"), curve: "RNN",
        ceiling: truth.ceiling(.everything)),
    ]
    for (place, size) in sizes.enumerated() {
      page.progress(.symbols("R = \(size)"), Double(place) / Double(sizes.count))
      let found = seeds.map { results(ofLearning: size, seed: $0, truth, machines) }
      for k in families.indices { families[k].accuracies.append(Scores(values: found.map { $0.accuracies[k] })) }
      losses.append(found.map(\.losses))
    }
    printAccuracies(page, sizes, families)
    check(page, families)
    drawAccuracies(page, sizes, families)
    drawLosses(page, sizes, losses, entropy: truth.crossEntropy(truth.predictions(shiftRegister())))
  }

  /// Draws `size` rhythms, lets each family learn from them, and returns the exact accuracies, and the network's losses.
  private func results(
    ofLearning size: Int, seed: UInt64, _ truth: Pasts, _ machines: [Machine]
  ) -> (accuracies: [Double], losses: [Double]) {
    var random = Random(seed: seed)
    let sequences = Rhythm().draw(size, of: steps, &random)
    let sample = Pasts(sequences, predicted: predicted)
    let machine = sample.bestMachine(of: machines).machine
    let network = learned(from: sequences, predicted: predicted, units: 8, updates: 300, seed: seed)
    let feedforward = learnedFeedforward(
      from: sequences, predicted: predicted, units: 8, updates: 300, seed: seed)
    let found = [
      truth.accuracy(.everything, sample.bestAnswers(.everything)),
      truth.accuracy(.last(4), sample.bestAnswers(.last(4))),
      truth.accuracy(.last(1), sample.bestAnswers(.last(1))),
      truth.accuracy(.state(of: machine), sample.bestAnswers(.state(of: machine))),
      truth.accuracy(.everything, truth.answers(truth.feedforwardPredictions(feedforward))),
      truth.accuracy(.everything, truth.answers(truth.predictions(network.parameters))),
    ]
    return (found, network.losses)
  }

  private func printAccuracies(_ page: Page, _ sizes: [Int], _ families: [Family]) {
    page.print(
      Text(
        "Accuracy in % of what was learned from R rhythms of 12 steps, mean (lowest … highest) over 5 seeds:",
        ko: "12박짜리 리듬 R개에서 배운 뒤의 정확도(%). 시드 5개의 평균(최저 … 최고):"))
    func short(_ x: Double) -> String { NumberFormat.format(100 * x, decimals: 0) }
    let rows = families.map { family in
      [family.label(page.language)]
        + zip(sizes, family.accuracies).map { size, scores in
          let mean = page.number("\(family.name)-\(size)", 100 * scores.mean, decimals: 1)
          return "\(mean) (\(short(scores.lowest)) … \(short(scores.highest)))"
        } + [NumberFormat.format(100 * family.ceiling, decimals: 1)]
    }
    page.table([.symbols("")] + sizes.map { .symbols("R = \($0)") } + [Text("ceiling", ko: "상한")], rows)
  }

  private func check(_ page: Page, _ families: [Family]) {
    for family in families {
      let highest = family.accuracies.map(\.highest).max()!
      page.check(
        Text("no run above its ceiling: \(family.label.english)", ko: "어떤 결과도 상한을 넘지 않는다: \(family.label.korean)"),
        .atMost(100 * highest, 100 * family.ceiling), note: Text("20 runs, computed exactly", ko: "20번, 정확한 계산"))
    }
    let (naive, four, markov) = (families[0], families[1], families[2])
    let (feedforward, network) = (families[4], families[5])
    func column(_ values: [Double]) -> Matrix { Matrix(column: values) }
    func ceilings(_ family: Family, _ count: Int) -> Matrix { column(Array(repeating: family.ceiling, count: count)) }
    page.check(
      Text("1024 rhythms: every run with τ = 4 is at its ceiling", ko: "리듬 1024개: τ = 4는 모든 시드에서 상한에 이른다"),
      column(four.accuracies[3].values), hasSameBitsAs: ceilings(four, 5))
    page.number("window-64", Double(four.accuracies[1].values.count { $0 == four.ceiling }), decimals: 0)
    page.check(
      Text(
        "1024 rhythms: no run of the naive model is, with the same ceiling",
        ko: "리듬 1024개: 상한이 같은 소박한 모델은 한 번도 이르지 못한다"),
      .above(100 * (naive.ceiling - naive.accuracies[3].highest), 2, named: "Δ %"))
    page.check(
      Text("the Markov model learned all it can from 64", ko: "마르코프 모델은 64개에서 배울 것을 다 배웠다"),
      column(markov.accuracies.dropFirst().flatMap(\.values)), hasSameBitsAs: ceilings(markov, 15))
    page.check(
      Text(
        "1024 rhythms: every recurrent network is within 0.1 points of its ceiling",
        ko: "리듬 1024개: 순환 신경망은 모두 상한에서 0.1포인트 안에 있다"),
      .below(100 * (network.ceiling - network.accuracies[3].lowest), 0.1, named: "Δ %"))
    let ahead = [feedforward, network].flatMap { zip($0.accuracies, naive.accuracies).map { $0.lowest - $1.highest } }
    page.check(
      Text(
        "every network is above every naive table that saw as many rhythms",
        ko: "두 신경망은 언제나, 같은 수의 리듬을 본 소박한 모델의 표보다 높다"),
      .above(100 * ahead.min()!, 0, named: "Δ %"))
    page.check(
      Text(
        "1024 rhythms: every feed-forward network is within 0.5 points of its ceiling",
        ko: "리듬 1024개: 순방향 신경망은 모두 상한에서 0.5포인트 안에 있다"),
      .below(100 * (feedforward.ceiling - feedforward.accuracies[3].lowest), 0.5, named: "Δ %"))
    let leads = [feedforward, network].flatMap {
      zip(four.accuracies[1].values, $0.accuracies[1].values).map { 100 * ($0 - $1) }
    }
    page.check(
      Text("64 rhythms: every network is below the window of four", ko: "리듬 64개: 두 신경망은 언제나 기호 네 개짜리 창보다 낮다"),
      .above(leads.min()!, 0, named: "Δ %"))
    page.check(
      Text("16 rhythms: the window of four has the highest mean", ko: "리듬 16개: 평균은 기호 네 개짜리 창이 가장 높다"),
      families.filter { $0.name != "four" }.map {
        .greater(100 * four.accuracies[0].mean, than: 100 * $0.accuracies[0].mean)
      })
  }

  private func drawAccuracies(_ page: Page, _ sizes: [Int], _ families: [Family]) {
    let curves = families.map { family in
      let points = zip(sizes, family.accuracies).map { (x: Double($0), y: 100 * $1.mean) }
      return LineChart.Series(family.curve, points, hasMarkers: true)
    }
    page.figure(
      "data",
      .lineChart(
        LineChart(
          x: .init("R", .logarithmic), y: .init("%", limits: 45...90),
          series: curves,
          references: families[1...3].map { .horizontal(at: 100 * $0.ceiling) })),
      title: "Accuracy of six models against the number R of rhythms that they learn from, with their ceilings")
  }

  /// The networks' losses on the rhythms that they learn from, with the least loss on new ones.
  private func drawLosses(_ page: Page, _ sizes: [Int], _ losses: [[[Double]]], entropy: Double) {
    let curves = losses.map { lossCurve($0) }
    let medians = Text("median of 5 seeds", ko: "시드 5개의 중앙값")
    let ends = curves.map { $0.last!.y }
    page.check(
      Text(
        "learning from 16 rhythms, the loss falls below half of H, which no model of new ones can",
        ko: "리듬 16개에서 배우면 손실이 H의 절반 아래로 내려간다. 새 리듬에서는 어떤 모델도 그럴 수 없다"),
      .below(ends[0] / entropy, 0.5, named: "L / H"), note: medians)
    page.number("by-heart", ends[0] / entropy, decimals: 2)
    page.check(
      Text("learning from 64, it ends below H", ko: "64개에서 배우면 H보다 낮게 끝난다"),
      .below(ends[1] / entropy, 1, named: "L / H"), note: medians)
    page.check(
      Text("learning from 1024, it ends at H", ko: "1024개에서 배우면 H에서 멈춘다"),
      .below(abs(ends[3] - entropy), 0.03, named: "|L − H|"), note: medians)
    page.figure(
      "learning-loss",
      .lineChart(
        LineChart(
          x: .init("#"), y: .init("L"),
          series: zip(sizes, curves).map { .init("R = \($0)", $1) },
          references: [.horizontal(at: entropy, label: "H")])),
      title: "Loss of the networks on their R rhythms against the number # of updates, with the entropy H")
  }
}
