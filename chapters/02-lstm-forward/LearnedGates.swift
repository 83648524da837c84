// 2.13 Gates that have learned: eight networks of one unit on the same task, and what their gates do.

import Autodiff
import Experiments
import LaTeX
import Notebook

extension LSTMForward {
  func learnedGates(_ page: Page) {
    let count = 8
    let lags = [5, 10, 20, 50, 100, 200]
    let networks = (0..<count).map { number in
      page.progress(Text("network \(number + 1)", ko: "망 \(number + 1)"), Double(number) / Double(count))
      return Trained(seed: page.seeds(count)[number], updates: 500, lags: lags)
    }
    let parameters = networks[0].keeper.parameters.reduce(0) { $0 + $1.count }
    page.number("kept-parameters", Double(parameters), decimals: 0)
    let learned = networks.filter { $0.accuracy > 0.99 }
    // Networks whose candidate carries the bit, and networks whose input gate does.
    let (plain, exchanged) = (learned.filter(\.habits.candidateHasBit), learned.filter(\.habits.gateHasBit))
    showGates(page, networks, learned)
    page.print()
    showBit(page, networks, learned, plain, exchanged)
    page.print()
    showLags(page, networks, learned, plain, exchanged, lags)
    page.print()
    showFeedback(page, networks, plain, exchanged)
    drawLosses(page, networks, plain, exchanged)
    drawGates(page, plain, exchanged)
  }

  private func decimals(_ values: [Double]) -> [String] { values.map { NumberFormat.format($0, decimals: 2) } }
  private func percent(_ share: Double) -> String { NumberFormat.format(100 * share, decimals: 1) }

  /// The lowest and the highest of some numbers; NaN if there is none, so that a comparison of it fails.
  private func lowest(_ values: [Double]) -> Double { values.min() ?? .nan }
  private func highest(_ values: [Double]) -> Double { values.max() ?? .nan }

  private func table(_ page: Page, _ header: [Text], _ networks: [Trained], _ row: (Trained) -> [String]) {
    page.table([.symbols("")] + header, networks.enumerated().map { ["\($0 + 1)"] + row($1) })
  }

  // MARK: What the gates do

  private func showGates(_ page: Page, _ networks: [Trained], _ learned: [Trained]) {
    page.print(
      Text(
        "\(networks.count) networks, 500 updates each. In % the right answers on 512 new sequences; then the means of the gates at steps that store (s), that ask (q) and that do neither (–):",
        ko:
          "망 \(networks.count)개, 갱신 500번씩. 새 수열 512개에서 맞힌 비율(%)과, 저장하는 시점(s), 묻는 시점(q), 나머지 시점(–)에서 게이트의 평균:"
      ))
    table(
      page,
      [.symbols("%")] + ["f", "o", "i"].flatMap { gate in ["s", "q", "–"].map { .symbols("\(gate): \($0)") } },
      networks
    ) { [percent($0.accuracy)] + decimals($0.habits.f + $0.habits.o + $0.habits.i) }
    let worst = lowest(learned.map(\.accuracy))
    page.number("kept-lowest", 100 * worst, decimals: 1)
    page.number("kept-count", Double(learned.count), decimals: 0)
    page.check(
      Text("nearly all networks answer with the right sign (chance 50 %)", ko: "거의 모든 망이 부호를 맞힌다(찍으면 50 %)"),
      .atLeast(learned.count, 6),
      note: Text(
        "of \(networks.count), the worst of them with \(percent(worst)) %",
        ko: "망 \(networks.count)개 가운데, 최저 \(percent(worst)) %"))
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

  private func showBit(
    _ page: Page, _ networks: [Trained], _ learned: [Trained], _ plain: [Trained], _ exchanged: [Trained]
  ) {
    page.print(
      Text(
        "i and g at steps that store, by the bit that is stored, and correlations over all steps:",
        ko: "저장하는 시점의 i와 g를 저장하는 비트에 따라, 그리고 모든 시점에 걸친 상관계수:"))
    table(
      page,
      ["i: +1", "i: −1", "g: +1", "g: −1", "r(f, s)", "r(o, q)", "r(i, s)"].map { .symbols($0) }
        + [Text("|r(c, stored bit)|", ko: "|r(c, 저장된 비트)|")],
      networks
    ) {
      let habits = $0.habits
      return decimals(habits.written + [habits.forgets, habits.shows, habits.writes, abs(habits.holds)])
    }
    page.number("plain-count", Double(plain.count), decimals: 0)
    page.number("exchanged-count", Double(exchanged.count), decimals: 0)
    page.check(
      Text("in nearly all, the bit stands either in g or in i", ko: "거의 모든 망에서 비트는 g 아니면 i에 실린다"),
      .atLeast(plain.count + exchanged.count, learned.count - 1),
      note: Text("in g \(plain.count), in i \(exchanged.count)", ko: "g에 \(plain.count)개, i에 \(exchanged.count)개"))
  }

  // MARK: How long they remember

  private func showLags(
    _ page: Page, _ networks: [Trained], _ learned: [Trained], _ plain: [Trained], _ exchanged: [Trained], _ lags: [Int]
  ) {
    page.print(
      Text(
        "Right answers in % k steps after a bit was stored, and the mean of c after the last 200, by that bit:",
        ko: "비트를 저장하고 k시점 뒤에 맞힌 비율(%), 그리고 200시점 뒤 c의 평균을 저장한 비트에 따라:"))
    table(page, lags.map { .symbols("k = \($0)") } + [.symbols("c: +1"), .symbols("c: −1")], networks) {
      $0.byLag.map(percent) + decimals($0.rest)
    }
    let after20 = 100 * lowest(learned.map { $0.byLag[2] })
    page.number("lag-20-lowest", after20, decimals: 1)
    page.check(
      Text("they still answer after 20 steps", ko: "20시점 뒤에도 맞힌다"), .above(after20, 90),
      note: Text("lowest, in %", ko: "최저, %"))
    page.check(
      Text("with the bit in g, all are near chance after 200", ko: "비트가 g에 실린 망은 200시점 뒤에 모두 찍는 것에 가깝다"),
      .below(100 * highest(plain.map { $0.byLag[5] }), 65), note: Text("highest, in %", ko: "최고, %"))
    page.number("exchanged-200", 100 * lowest(exchanged.map { $0.byLag[5] }), decimals: 1)
  }

  private func showFeedback(_ page: Page, _ networks: [Trained], _ plain: [Trained], _ exchanged: [Trained]) {
    page.print(
      Text(
        "The weight on h_{t−1} in the candidate, and the right answers in % on 12 steps with it and with 0 in its place:",
        ko: "후보에서 h_{t−1}에 곱하는 가중치, 그리고 12시점에서 그 가중치가 있을 때와 그 자리에 0을 넣을 때 맞힌 비율(%):"))
    table(page, [.symbols("W_{hg}"), .symbols("%"), .symbols("%, W_{hg} = 0")], networks) {
      decimals([$0.feedback]) + [percent($0.accuracy), percent($0.accuracyWithoutFeedback)]
    }
    page.number("exchanged-feedback", lowest(exchanged.map { abs($0.feedback) }), decimals: 1)
    page.number("plain-feedback", highest(plain.map { abs($0.feedback) }), decimals: 1)
    page.number("exchanged-without", 100 * highest(exchanged.map(\.accuracyWithoutFeedback)), decimals: 1)
    page.check(
      Text("without it, those with the bit in g still answer", ko: "그것이 없어도 비트가 g에 실린 망은 맞힌다"),
      .above(100 * lowest(plain.map(\.accuracyWithoutFeedback)), 98), note: Text("lowest, in %", ko: "최저, %"))
    if exchanged.isEmpty {
      page.print(Text("With this seed no network has the bit in i.", ko: "이 시드에서는 비트가 i에 실린 망이 없다."))
    } else {
      page.check(
        Text("and those with the bit in i answer worse", ko: "비트가 i에 실린 망은 더 못 맞힌다"),
        .above(100 * lowest(exchanged.map { $0.accuracy - $0.accuracyWithoutFeedback }), 0.5, named: "Δ %"))
    }
  }

  // MARK: Figures

  private func drawLosses(_ page: Page, _ networks: [Trained], _ plain: [Trained], _ exchanged: [Trained]) {
    func ends(_ networks: [Trained]) -> [Double] { networks.map { lossCurve([$0.losses]).last!.y } }
    if !exchanged.isEmpty {
      page.check(
        Text("with the bit in i, the loss ends 5 times as high and more", ko: "비트가 i에 실린 망의 손실은 끝에서 5배 넘게 크다"),
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

  /// One sequence through a network of each kind: the one whose i follows the marker most, and the one where it does least.
  private func drawGates(_ page: Page, _ plain: [Trained], _ exchanged: [Trained]) {
    let bits: [Double] = [1, -1, -1, 1, -1, -1, 1, 1, -1, 1, 1, -1]
    let task = Task(bits: bits, stores: [1, 6], asks: [4, 9, 12])
    for (name, network) in [
      ("gates", plain.max { $0.habits.writes < $1.habits.writes }),
      ("gates-exchanged", exchanged.min { $0.habits.writes < $1.habits.writes }),
    ] {
      guard let network else { continue }
      let run = network.keeper.run(task)
      func row(_ matrices: [Matrix], _ place: Int = 0) -> [Double] { matrices.map { $0[place, 0] } }
      let rows: [(Figure.Label, [Double])] = [
        ("x", row(task.inputs)), ("s", row(task.inputs, 1)), ("q", row(task.inputs, 2)),
        ("f", row(run.steps.map(\.f))), ("i", row(run.steps.map(\.i))), ("g", row(run.steps.map(\.g))),
        ("o", row(run.steps.map(\.o))), ("c", row(run.steps.map(\.c))), ("h", row(run.steps.map(\.h))),
        ("y", row(run.answers)),
      ]
      page.figure(
        name,
        .heatmap(
          Heatmap(
            rows.map(\.1), rows: rows.map(\.0), columns: (1...12).map { "\($0)" }, colours: .diverging(), decimals: 1)),
        title: "The inputs x, s, q, the gates, c, h and the answer y over twelve steps")
    }
  }
}
