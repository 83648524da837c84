// 2.15 What gates learn: eight networks of one unit on the same task, and what their gates do.

import Autodiff
import Experiments
import Notebook

extension LSTMForward {
  func learnedGates(_ page: Page) {
    let seeds = page.seeds(8)
    let networks = seeds.enumerated().map { number, seed in
      page.progress(Text("network \(number + 1)", ko: "신경망 \(number + 1)"), Double(number) / Double(seeds.count))
      return Trained(seed: seed, updates: 500)
    }
    let parameters = networks[0].keeper.parameters.reduce(0) { $0 + $1.count }
    page.number("kept-parameters", Double(parameters), decimals: 0)
    let learned = networks.filter { $0.accuracy > 0.99 }
    // Networks whose candidate carries the bit, and networks whose input gate does.
    let (plain, exchanged) = (learned.filter(\.habits.candidateHasBit), learned.filter(\.habits.gateHasBit))
    page.table(
      [.symbols("")]
        + ["%", "f: s", "f: q", "f: –", "o: s", "o: q", "o: –", "i: +1", "i: −1", "k = 200"].map { .symbols($0) },
      networks.enumerated().map { number, network in
        let habits = network.habits
        return ["\(number + 1)", percent(network.accuracy)]
          + (habits.f + habits.o + habits.written.prefix(2)).map { NumberFormat.format($0, decimals: 2) }
          + [percent(network.byLag[200]!)]
      })
    checkGates(page, networks, learned)
    checkBit(page, learned, plain, exchanged)
    checkLags(page, plain, exchanged)
    checkFeedback(page, plain, exchanged)
    drawLosses(page, networks, plain, exchanged)
    drawGates(page, plain, exchanged)
    drawTwoStates(page, plain, exchanged)
  }

  private func percent(_ share: Double) -> String { NumberFormat.format(100 * share, decimals: 1) }

  /// The lowest and the highest of some numbers; NaN if there is none, so that a comparison of it fails.
  private func lowest(_ values: [Double]) -> Double { values.min() ?? .nan }
  private func highest(_ values: [Double]) -> Double { values.max() ?? .nan }

  // MARK: What the gates do

  private func checkGates(_ page: Page, _ networks: [Trained], _ learned: [Trained]) {
    let worst = lowest(learned.map(\.accuracy))
    page.number("kept-lowest", 100 * worst, decimals: 1)
    page.number("kept-count", Double(learned.count), decimals: 0)
    page.check(
      Text("nearly all networks answer with the right sign (chance 50 %)", ko: "거의 모든 신경망이 부호를 맞힌다(찍으면 50 %)"),
      .atLeast(learned.count, 6),
      note: Text(
        "of \(networks.count), the worst of them with \(percent(worst)) %",
        ko: "신경망 \(networks.count)개 가운데, 최저 \(percent(worst)) %"))
    let idle = highest(learned.map(\.idle))
    page.number("idle", idle, significant: 1)
    page.check(
      Text("and next to nothing where nobody asks", ko: "묻지 않을 때는 거의 아무것도 내지 않는다"), .below(idle, 0.1),
      note: Text("largest mean |y|", ko: "|y|의 가장 큰 평균"))
    let (f, o) = (learned.map(\.habits.f), learned.map(\.habits.o))
    page.check(
      Text("their f is low where they store, high elsewhere", ko: "그 f는 저장할 때 낮고 그 밖에는 높다"),
      .below(highest(f.map { $0[0] }), 0.15, named: "s"), .above(lowest(f.map { $0[1] }), 0.9, named: "q"),
      .above(lowest(f.map { $0[2] }), 0.8, named: "–"))
    page.check(
      Text("their o is high where they are asked, low elsewhere", ko: "그 o는 물을 때 높고 그 밖에는 낮다"),
      .below(highest(o.map { $0[0] }), 0.25, named: "s"), .above(lowest(o.map { $0[1] }), 0.5, named: "q"),
      .below(highest(o.map { $0[2] }), 0.15, named: "–"))
  }

  private func checkBit(_ page: Page, _ learned: [Trained], _ plain: [Trained], _ exchanged: [Trained]) {
    page.number("plain-count", Double(plain.count), decimals: 0)
    page.number("exchanged-count", Double(exchanged.count), decimals: 0)
    page.check(
      Text("in nearly all, the bit stands either in g or in i", ko: "거의 모든 신경망에서 비트는 g 아니면 i에 실린다"),
      .atLeast(plain.count + exchanged.count, learned.count - 1),
      note: Text("in g \(plain.count), in i \(exchanged.count)", ko: "g에 \(plain.count)개, i에 \(exchanged.count)개"))
  }

  // MARK: How long they remember

  private func checkLags(_ page: Page, _ plain: [Trained], _ exchanged: [Trained]) {
    // Where nobody stores or asks, the typical forget gate of those with the bit in g, and its half-life.
    let f = median(plain.map { $0.habits.f[2] })
    page.number("plain-f", f, decimals: 3)
    page.number("plain-half-life", -Matrix(2).log.scalar / Matrix(f).log.scalar, decimals: 0)
    page.number("plain-left", 100 * (0..<200).reduce(1) { left, _ in left * f }, decimals: 0)
    let after20 = 100 * lowest(plain.map { $0.byLag[20]! })
    page.number("lag-20-lowest", after20, decimals: 1)
    page.check(
      Text("with the bit in g, all still answer after 20 steps", ko: "비트가 g에 실린 신경망은 20시점 뒤에도 맞힌다"),
      .above(after20, 90), note: Text("lowest, in %", ko: "최저, %"))
    page.check(
      Text("and all are near chance after 200", ko: "200시점 뒤에는 모두 찍는 것에 가깝다"),
      .below(100 * highest(plain.map { $0.byLag[200]! }), 65), note: Text("highest, in %", ko: "최고, %"))
    page.number("exchanged-200", 100 * highest(exchanged.map { $0.byLag[200]! }), decimals: 1)
  }

  private func checkFeedback(_ page: Page, _ plain: [Trained], _ exchanged: [Trained]) {
    page.number("exchanged-feedback", lowest(exchanged.map { abs($0.feedback) }), decimals: 1)
    page.number("plain-feedback", highest(plain.map { abs($0.feedback) }), decimals: 1)
    page.number("exchanged-without", 100 * highest(exchanged.map(\.accuracyWithoutFeedback)), decimals: 1)
    page.check(
      Text("without W_{hg}, those with the bit in g still answer", ko: "W_{hg}가 없어도 비트가 g에 실린 신경망은 맞힌다"),
      .above(100 * lowest(plain.map(\.accuracyWithoutFeedback)), 98), note: Text("lowest, in %", ko: "최저, %"))
    if exchanged.isEmpty {
      page.print(Text("With this seed no network has the bit in i.", ko: "이 시드에서는 비트가 i에 실린 신경망이 없다."))
    } else {
      page.check(
        Text("and those with the bit in i answer worse", ko: "비트가 i에 실린 신경망은 더 못 맞힌다"),
        .above(100 * lowest(exchanged.map { $0.accuracy - $0.accuracyWithoutFeedback }), 0.5, named: "Δ %"))
    }
  }

  // MARK: Figures

  private func drawLosses(_ page: Page, _ networks: [Trained], _ plain: [Trained], _ exchanged: [Trained]) {
    func ends(_ networks: [Trained]) -> [Double] { networks.map { lossCurve([$0.losses]).last!.y } }
    if !exchanged.isEmpty {
      page.check(
        Text("with the bit in i, the loss ends 5 times as high and more", ko: "비트가 i에 실린 신경망의 손실은 끝에서 5배 넘게 크다"),
        .above(lowest(ends(exchanged)) / highest(ends(plain)), 5, named: Text("ratio", ko: "비")(page.language)))
    }
    page.figure(
      "learned-gates-loss",
      .lineChart(
        LineChart(
          x: .init("#"), y: .init("L", .logarithmic, limits: 1e-3...3),
          series: networks.enumerated().map { .init("\($0 + 1)", lossCurve([$1.losses])) })),
      title: "Loss of the eight networks against the number # of updates")
  }

  /// Of those with the bit in g the one whose i follows the marker most, and of those with the bit in i the one that lasts
  /// longest.
  private func examples(_ plain: [Trained], _ exchanged: [Trained]) -> [Trained?] {
    [
      plain.max { $0.habits.writes < $1.habits.writes },
      exchanged.max { $0.byLag[200]! < $1.byLag[200]! },
    ]
  }

  /// One sequence through a network of each kind.
  private func drawGates(_ page: Page, _ plain: [Trained], _ exchanged: [Trained]) {
    let bits: [Double] = [1, -1, -1, 1, -1, -1, 1, 1, -1, 1, 1, -1]
    let task = Task(bits: bits, stores: [1, 6], asks: [4, 9, 12])
    for (kind, network) in zip([("gates", 1.0), ("gates-exchanged", 3.0)], examples(plain, exchanged)) {
      guard let network else { continue }
      let run = network.keeper.run(task)
      func row(_ matrices: [Matrix], _ place: Int = 0) -> [Double] { matrices.map { $0[place, 0] } }
      let rows: [(Figure.Label, [Double])] = [
        ("x", row(task.inputs)), ("s", row(task.inputs, 1)), ("q", row(task.inputs, 2)),
        ("f", row(run.steps.map(\.f))), ("i", row(run.steps.map(\.i))), ("g", row(run.steps.map(\.g))),
        ("o", row(run.steps.map(\.o))), ("c", row(run.steps.map(\.c))), ("h", row(run.steps.map(\.h))),
        ("ŷ", row(run.answers)),
      ]
      page.figure(
        kind.0,
        .heatmap(
          Heatmap(
            rows.map(\.1), rows: rows.map(\.0), columns: (1...12).map { "\($0)" }, colours: .diverging(kind.1),
            decimals: 1)),
        title: "The inputs x, s, q, the gates, c, h and the answer y over twelve steps")
    }
  }

  /// How c goes on after a bit was stored, in the mean over sequences, in a network of each kind.
  private func drawTwoStates(_ page: Page, _ plain: [Trained], _ exchanged: [Trained]) {
    let chosen = examples(plain, exchanged)
    let series = zip(["g", "i"], chosen).flatMap { letter, network in
      zip(["+1", "−1"], network?.paths ?? []).map { bit, path in
        LineChart.Series(Figure.Label(stringLiteral: "\(letter): \(bit)"), values: Array(path.prefix(101)))
      }
    }
    page.figure(
      "two-states", .lineChart(LineChart(x: .init("k"), y: .init("c"), series: series)),
      title: "The mean of c, k steps after a bit was stored")
    // The one that lasts has two states: between them, c goes to one or the other.
    guard let network = chosen[1], network.byLag[200]! > 0.99 else { return }
    let rest = network.paths.map { $0[199] }
    for (name, value) in zip(["rest-plus", "rest-minus"], rest) { page.number(name, value, decimals: 1) }
    // What the cell needs for it: an open i, a leak as large as what is written, and a map to y that turns the sign back.
    page.number("exchanged-i", network.habits.i[2], decimals: 1)
    page.number("exchanged-map", network.keeper.parameters[3].scalar, decimals: 1)
    for (name, balance) in zip(["plus", "minus"], network.balance) {
      page.number("leaked-\(name)", balance.leaked, decimals: 2)
      page.number("written-\(name)", balance.written, decimals: 2)
    }
    page.check(
      Text("in both, as much leaks out as is written", ko: "두 상태 모두에서 새는 만큼 쓴다"),
      .below(network.balance.map { abs($0.leaked / $0.written - 1) }.max()!, 0.1, named: "max |Δ| / |i g|"))
    let far = network.ends.map { end in rest.map { abs(end - $0) }.min()! }.max()!
    page.check(
      Text(
        "from 13 values between −6 and 6, c ends near one of two", ko: "−6과 6 사이의 값 13개에서 시작하면 c는 두 값 가운데 하나 가까이로 간다"),
      .below(far / abs(rest[0] - rest[1]), 0.25), note: Text("distance, of that of the two", ko: "두 값 사이의 거리에 견준 거리"))
  }
}
