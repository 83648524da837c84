// Section 3.8: how much gradient comes back over 100 steps, before and after training.

import Autodiff
import Experiments
import Notebook

/// The lag at which norms are compared, the lag of the recall task, and the updates of a training.
///
/// Sequences are twice as long as `distance`, so that the steps in which c grows from 0 are left out.
private let (distance, lag, updates) = (100, 20, 150)

/// What one design's networks showed: an entry for each seed.
private struct Outcome {
  var before: [Lags] = []
  var after: [Lags] = []
  /// Of the recall task, after training.
  var accuracies: [Double] = []
  /// Before each update.
  var losses: [[Double]] = []

  var mean: Double { accuracies.reduce(0, +) / Double(accuracies.count) }
}

extension Design {
  /// As in the names of numbers: RNN, 0, 1, 3, 5.
  fileprivate var id: String {
    switch self {
    case .rnn: "RNN"
    case .lstm(let bias): "\(bias)"
    }
  }
}

extension LSTMBackprop {
  func lags(_ page: Page) {
    page.section("lags") {
      let found = outcomes(page)
      page.print(
        Text(
          "‖∂L/∂h_{T−100}‖ and ‖∂L/∂c_{T−100}‖, divided by ‖∂L/∂h_T‖, L a random weighted sum of h_T: medians of 5 seeds (lowest … highest).",
          ko: "‖∂L/∂h_{T−100}‖와 ‖∂L/∂c_{T−100}‖를 ‖∂L/∂h_T‖로 나눈 값. L은 h_T 성분의 무작위 가중합. 시드 5개의 중앙값(최저 … 최고)."))
      normsTable(page, found, "before", Text("before training", ko: "학습 전"), \.before)
      normsTable(page, found, "after", Text("after training", ko: "학습 후"), \.after)
      saturation(page, found[.lstm(forgetBias: 5)]!)
      accuracyTable(page, found)
      checkNorms(page, found)
      checkDifferences(page)
      checkRecall(page, found)
      figures(page, found)
    }
  }

  /// Measures and trains a network for each design and seed.
  private func outcomes(_ page: Page) -> [Design: Outcome] {
    var found: [Design: Outcome] = [:]
    for (number, design) in Design.all.enumerated() {
      page.progress(.symbols(design.name), Double(number) / Double(Design.all.count))
      var outcome = Outcome()
      for seed in page.seeds(5) {
        var random = Random(seed: seed)
        var reader = Reader(design, random: &random)
        let x = Reader.task(lag: 2 * distance).draw(1, &random).x
        var weights = Random(seed: seed &+ 1000)
        let upstream = weights.normal(Reader.hidden, 1)
        outcome.before.append(Lags(reader.network, x, upstream: upstream, through: distance))
        outcome.losses.append(
          reader.train(lag: lag, updates: updates, batch: 16, learningRate: 5e-3, random: &random))
        outcome.after.append(Lags(reader.network, x, upstream: upstream, through: distance))
        outcome.accuracies.append(reader.accuracy(on: Reader.task(lag: lag).draw(512, &random)))
      }
      found[design] = outcome
    }
    return found
  }

  // MARK: Tables

  private func normsTable(
    _ page: Page, _ found: [Design: Outcome], _ name: String, _ title: Text, _ part: KeyPath<Outcome, [Lags]>
  ) {
    func format(_ x: Double) -> String { NumberFormat.format(x, significant: 1) }
    page.print()
    page.table(
      [title, .symbols("h"), .symbols(""), .symbols("c"), .symbols("")],
      Design.all.map { design in
        let lags = found[design]![keyPath: part]
        func cells(_ letter: String, _ curves: [[Double]]) -> [String] {
          let sorted = curves.filter { !$0.isEmpty }.map { $0[distance] }.sorted()
          guard let least = sorted.first, let most = sorted.last else { return ["", ""] }
          return [
            page.number("\(name)-\(letter)-\(design.id)", median(sorted), significant: 1),
            "(\(format(least)) … \(format(most)))",
          ]
        }
        return [design.name] + cells("h", lags.map(\.h)) + cells("c", lags.map(\.c))
      })
  }

  private func saturation(_ page: Page, _ open: Outcome) {
    let (before, after) = (median(open.before.map(\.slope)), median(open.after.map(\.slope)))
    page.number("slope-before", before, significant: 2)
    page.check(
      Text("b_f = 5: after training tanh(c_T) is saturated", ko: "b_f = 5: 학습 후에는 tanh(c_T)가 포화한다"),
      .above(before, 0.05), .below(after, 1e-9),
      note: Text(
        "mean of 1 − tanh²(c_T), before and after (medians)", ko: "1 − tanh²(c_T)의 평균, 학습 전과 후(중앙값)"))
  }

  private func accuracyTable(_ page: Page, _ found: [Design: Outcome]) {
    page.print()
    page.print(
      Text(
        "Recall of one of 2 symbols \(lag) steps back after \(updates) updates (chance 50 %), 5 seeds:",
        ko: "\(lag)단계 앞의 기호를 2가지 가운데서 회상(찍으면 50 %), 갱신 \(updates)번, 시드 5개:"))
    page.table(
      [.symbols(""), Text("mean accuracy", ko: "평균 정확도"), Text("lowest", ko: "최저"), Text("highest", ko: "최고")],
      Design.all.map { design in
        let values = found[design]!.accuracies
        page.number("accuracy-\(design.id)", 100 * found[design]!.mean, decimals: 1)
        return [design.name]
          + [found[design]!.mean, values.min()!, values.max()!].map { NumberFormat.percent($0) }
      })
  }

  // MARK: Checks

  private func checkNorms(_ page: Page, _ found: [Design: Outcome]) {
    let c = [0, 1, 3, 5].map { median(found[.lstm(forgetBias: $0)]!.before.map(\.c))[distance] }
    page.check(
      Text("b_f = 0: the LSTM's gradient vanishes too", ko: "b_f = 0이면 LSTM의 기울기도 소실된다"),
      .below(found[.lstm(forgetBias: 0)]!.before.map { $0.c[distance] }.max()!, 1e-15),
      note: Text("over 100 steps, every seed", ko: "100단계, 모든 시드"))
    page.check(
      Text("a larger forget bias, a larger gradient at lag 100", ko: "망각 편향이 클수록 지연 100의 기울기가 크다"),
      zip(c.dropFirst(), c).map { .greater($0, than: $1) },
      note: Text("medians, before training", ko: "중앙값, 학습 전"))
    // From one step to the next every norm changes: the smallest change of all, relative to the norm.
    let curves = Design.all.dropFirst().flatMap { found[$0]!.before.map(\.c) }
    let changes = curves.flatMap { curve in zip(curve, curve.dropFirst()).map { abs($1 / $0 - 1) } }
    page.check(
      Text(
        "before training: nowhere does it come to the next step unchanged", ko: "학습 전: 그대로 다음 시점에 오는 곳은 없다"),
      .above(changes.contains(where: \.isNaN) ? .nan : changes.min()!, 1e-6),
      note: Text("smallest relative change", ko: "가장 작은 상대 변화"))
  }

  /// A point of a curve of each kind against central differences.
  private func checkDifferences(_ page: Page) {
    for design in [Design.rnn, .lstm(forgetBias: 1)] {
      var random = Random(seed: page.seed)
      let network = Reader(design, random: &random).network
      let x = Reader.task(lag: 30).draw(1, &random).x
      let upstream = random.normal(Reader.hidden, 1)
      let lags = Lags(network, x, upstream: upstream, through: 20)
      let expected = Lags.differences(network, x, upstream: upstream, lag: 20)
      let mine = [lags.hNorms[20]] + lags.cNorms.suffix(1)
      page.check(
        Text(
          "lag 20, \(design.name): the curves' norms = finite differences",
          ko: "지연 20, \(design.name): 곡선의 노름 = 유한 차분"),
        Matrix(column: zip(mine, expected).map { $0 / $1 }), equals: Matrix(column: expected.map { _ in 1 }),
        tolerance: 1e-5)
    }
  }

  private func checkRecall(_ page: Page, _ found: [Design: Outcome]) {
    page.check(
      Text("b_f = 0 does not learn to recall 20 steps back", ko: "b_f = 0은 20단계 앞을 회상하지 못한다"),
      .below(found[.lstm(forgetBias: 0)]!.accuracies.max()!, 0.65), note: Text("best seed", ko: "가장 나은 시드"))
    let open = [1, 3, 5].map { found[.lstm(forgetBias: $0)]! }
    page.check(
      Text("b_f = 1, 3 and 5 do", ko: "b_f = 1, 3, 5는 회상한다"), open.map { .above($0.mean, 0.9) },
      note: Text("means", ko: "평균"))
    let trained = open.flatMap(\.accuracies)
    page.number("open-count", Double(trained.count), decimals: 0)
    page.number("open-learned", Double(trained.count { $0 > 0.9 }), decimals: 0)
  }

  // MARK: Figures

  private func figures(_ page: Page, _ found: [Design: Outcome]) {
    func chart(
      _ part: KeyPath<Outcome, [Lags]>, _ curve: KeyPath<Lags, [Double]>, _ label: Figure.Label
    ) -> Figure {
      .lineChart(
        LineChart(
          x: .init("k"), y: .init(label, .logarithmic, limits: 1e-30...1e3),
          series: Design.all.map { design in
            let curves = found[design]![keyPath: part].map { $0[keyPath: curve] }
            // An empty series keeps its place, so that a design has one colour in all figures.
            if curves[0].isEmpty { return .init("", []) }
            return .init("\(design.name)", median(curves).enumerated().map { (Double($0), $1) })
          }))
    }
    let (state, cell): (Figure.Label, Figure.Label) = (
      "‖∂L/∂h_{T−k}‖ / ‖∂L/∂h_{T}‖", "‖∂L/∂c_{T−k}‖ / ‖∂L/∂h_{T}‖"
    )
    page.figure("state-before", chart(\.before, \.h, state), title: "The hidden state's gradient against the lag")
    page.figure("cell-before", chart(\.before, \.c, cell), title: "The cell state's gradient against the lag")
    page.figure(
      "state-after", chart(\.after, \.h, state), title: "The hidden state's gradient against the lag, after training")
    page.figure(
      "cell-after", chart(\.after, \.c, cell), title: "The cell state's gradient against the lag, after training")
    drawLosses(page, found)
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
    page.check(
      Text(
        "after 30 updates it is half of that for b_f = 3 and 5, and has hardly moved for b_f = 1",
        ko: "갱신 30번 뒤: b_f = 3과 5에서는 그 절반 아래, b_f = 1에서는 거의 그대로"),
      .below((curves(3) + curves(5)).map { $0[2] / guessing }.max()!, 0.5),
      .above(curves(1).map { $0[2] / guessing }.min()!, 0.9),
      note: Text("L / log 2, every seed", ko: "L / log 2, 모든 시드"))
    page.figure(
      "loss",
      .lineChart(
        LineChart(
          x: .init("#"), y: .init("L", .logarithmic, limits: 1e-3...1),
          series: Design.all.map { .init("\($0.name)", lossCurve(found[$0]!.losses)) },
          references: [.horizontal(at: guessing, label: "log 2")])),
      title: "Loss of recall over \(lag) steps against the number # of updates")
  }
}
