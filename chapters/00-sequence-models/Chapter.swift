// Chapter 00: what a model of a sequence may look at, the best that it can then do, and five kinds of programs.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

@main
struct SequenceModels: Chapter {
  static let number = "00"
  static let name = "sequence-models"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  /// How long the rhythm is, and the steps of it that models predict: those after the first bar. They are eight, so
  /// that a mean over them is as exact as the sixteenths of the rule.
  private let steps = 12
  private let predicted = 5...12

  func body(_ page: Page) throws {
    let truth = Pasts(Joint(Rhythm(), steps: steps), predicted: predicted)
    try reading(page)
    try chainRule(page)
    try views(page)
    try ceilings(page, truth)
    try surprise(page, truth)
    learning(page, truth)
    try cost(page)
    try unrolled(page)
    try programs(page)
  }

  /// A share in per cent, with one digit after the point, under a name for the notes.
  @discardableResult
  private func percent(_ page: Page, _ name: String, _ share: Double) -> String {
    page.number(name, 100 * share, decimals: 1) + " %"
  }

  // MARK: 0.1

  private func reading(_ page: Page) throws {
    try page.section("reading") {
      // begin: reading
      let tape = Tape()
      let W = tape.variable(Matrix([[2, 0, 1], [0, -1, 1]]), named: "W")  // 2 × 3: two outputs, three inputs
      let x = tape.constant(Matrix([[1, 0], [2, 1], [0, 3]]), named: "x")  // 3 × 2: two examples of three numbers
      let b = tape.variable(Matrix(column: [1, -2]), named: "b")  // 2 × 1

      let a = (W * x + b).named("a")  // matrix product; b is added to every column
      let h = a.tanh.named("h")  // tanh of every entry
      let y = (h .* h).named("y")  // entry times entry
      // end: reading
      let scope = Scope(tape)
      try page.equation("layer", scope, tape: [a, h, y].map(\.formula))
      try page.equation("layer-numbers", scope)
      page.entries([(.symbols("h"), h.value), (.symbols("y"), y.value)])
      page.print()
      let second = (W.value * x.value.column(1) + b.value).tanh
      page.check(
        Text("the second example alone gives the second column", ko: "둘째 예제만 넣으면 둘째 열이 나온다"), second,
        hasSameBitsAs: h.value.column(1))
      try page.equation("two-products", scope)
    }
  }

  // MARK: 0.2

  private func chainRule(_ page: Page) throws {
    try page.section("chain-rule") {
      let T = 3
      // Any eight positive numbers that sum to 1 will do: sixteenths, so that nothing is rounded.
      // begin: any-joint
      let joint = Joint(sequences: allSequences(3), probabilities: [4, 1, 2, 1, 1, 3, 1, 3].map { $0 / 16 })
      // end: any-joint
      var scope = scope(joint)
      let conditionals = joint.conditionals()
      scope.set("p_#", conditionals, from: 1)
      scope.set("\\bar{p}_#", joint.conditionals(backwards: true), from: 1)
      page.table(
        [
          .symbols("x_1 x_2 x_3"), .symbols("P(x_1, x_2, x_3)"), .symbols("P(x_1)"), .symbols("P(x_2 ∣ x_1)"),
          .symbols("P(x_3 ∣ x_1, x_2)"),
        ],
        joint.sequences.enumerated().map { j, sequence in
          [sequence.map(String.init).joined(separator: " "), NumberFormat.format(joint.probabilities[j], decimals: 4)]
            + conditionals.map { NumberFormat.format($0[0, j], decimals: 4) }
        })
      page.check(
        Text("the eight probabilities sum to 1", ko: "확률 여덟 개를 더하면 1이다"),
        Matrix(joint.probabilities.reduce(0, +)), hasSameBitsAs: Matrix(1))
      scope.integers["T"] = T
      try page.equation("conditionals", scope)
      try page.equation("chain-rule", scope)
      try page.equation("backwards", scope)
      try page.equation("logarithm", scope)
      try page.equation("not-independent", scope)
    }
  }

  /// The probabilities of all pieces of the sequences, P_{i:j}.
  private func scope(_ joint: Joint) -> Scope {
    var scope = Scope()
    for i in 1...joint.steps {
      for j in i...joint.steps { scope.values["P_{\(i):\(j)}"] = joint.probability(from: i, through: j) }
    }
    return scope
  }

  // MARK: 0.3

  private func views(_ page: Page) throws {
    try page.section("views") {
      let (rhythm, T) = (Rhythm(), 8)
      let joint = Joint(rhythm, steps: T)
      var random = Random(seed: page.seed)
      page.print(Text("Three rhythms, × for a strike:", ko: "리듬 셋, ×가 치는 박이다:"))
      for _ in 0..<3 {
        let beats = rhythm.draw(24, &random).map { $0 == 1 ? "×" : "·" }
        page.print(.symbols((0..<6).map { beats[4 * $0..<4 * $0 + 4].joined() }.joined(separator: " ")))
      }
      var scope = scope(joint)
      scope.integers["T"] = T
      scope.set(
        "p_#",
        (1...T).map { t in
          Matrix(rows: 1, columns: joint.sequences.count) {
            rhythm.probability(of: joint.sequences[$1][t - 1], after: Array(joint.sequences[$1].prefix(t - 1)))
          }
        }, from: 1)
      try page.equation("window", scope, for: ("t", Array(5...T)))
      try page.equation("window-too-short", scope, for: ("t", Array(5...T)))
      try page.equation("order-four", scope)
      try page.equation("not-markov", scope)

      // A chain over the last four symbols: the state s = 8 x_{t−3} + … + x_t, from 0 to 15.
      // begin: contexts
      let contexts = allSequences(4)
      let M = Matrix(rows: 16, columns: 16) { next, now in
        let (past, after) = (contexts[now], contexts[next])
        return past[1...] == after[..<3] ? rhythm.probability(of: after[3], after: past) : 0
      }
      // end: contexts
      scope.values["M"] = M
      for t in 4...T {
        let shares = joint.probability(from: t - 3, through: t)
        scope.values["u_\(t)"] = Matrix(rows: 16, columns: 1) { s, _ in
          shares[0, joint.sequences.firstIndex { $0[(t - 4)..<t] == contexts[s][...] }!]
        }
      }
      try page.equation("contexts", scope, for: ("t", Array(4..<T)))
      try page.equation("contexts-power", scope)
      let window = Machine.window(4)
      page.check(
        Text(
          "a machine of 16 states holds the last four symbols", ko: "상태 16개짜리 기계는 마지막 기호 넷을 담는다"),
        joint.sequences.allSatisfy { window.state(after: $0) == $0.suffix(4).reduce(0) { 2 * $0 + $1 } })
    }
  }

  // MARK: 0.4

  private func ceilings(_ page: Page, _ truth: Pasts) throws {
    try page.section("ceilings") {
      let orders = Array(0...6)
      let ceilings = orders.map { truth.ceiling(.last($0)) }
      let all = truth.ceiling(.everything)
      var scope = Scope()
      for m in orders {
        scope.values["J_\(m)"] = truth.matrix(.last(m))
        scope.values["a_\(m)"] = Matrix(ceilings[m])
      }
      scope.values["a_{\\text{all}}"] = Matrix(all)
      try page.equation("best-accuracy", scope, for: ("m", orders))
      try page.equation("no-further", scope)
      try page.equation("more-past", scope, for: ("m", Array(0...5)))
      try page.equation("enough", scope)
      // Every table of answers there is, for m = 1 and 2: none is better.
      var tables = 0
      var noneIsBetter = true
      for m in 1...2 {
        let seen = allSequences(m)
        let found = allSequences(seen.count).map { answers in
          truth.accuracy(.last(m), Dictionary(uniqueKeysWithValues: zip(seen, answers)))
        }
        tables += found.count
        noneIsBetter = noneIsBetter && found.max() == ceilings[m]
      }
      page.check(
        Text("m = 1, 2: of all tables of answers none is better", ko: "m = 1, 2: 가능한 답의 표를 다 해 봐도 더 나은 것이 없다"),
        noneIsBetter, detail: Text("\(tables) tables", ko: "표 \(tables)개"))

      // Machines.
      let machines = (1...4).map(Machine.all)
      let best = machines.map { truth.bestMachine(of: $0) }
      page.print()
      let header = [
        Text("what the model sees", ko: "모델이 보는 것"), Text("cases", ko: "경우의 수"), Text("best accuracy", ko: "최고 정확도"),
      ]
      var rows = orders.map { m in
        let name = m == 1 ? "m = 1 (Markov)" : "m = \(m)"
        return [name, "\(truth.table(.last(m)).count)", percent(page, "ceiling-\(m)", ceilings[m])]
      }
      let naive = Text("everything (naive)", ko: "전부 (소박한 모델)")
      rows.append([naive(page.language), "\(truth.occurring.count)", percent(page, "ceiling-all", all)])
      for (n, found) in zip(1...4, best) {
        let label = Text("a machine of \(n) state\(n == 1 ? "" : "s")", ko: "상태 \(n)개짜리 기계")
        rows.append([label(page.language), "\(n)", percent(page, "machine-\(n)", found.ceiling)])
      }
      page.table(header, rows)
      page.number("pasts", Double(truth.occurring.count), decimals: 0)
      page.number("machines-4", Double(machines[3].count), decimals: 0)
      page.check(
        Text("this many machines were tried, of 1, 2, 3 and 4 states", ko: "상태 1, 2, 3, 4개짜리 기계를 이만큼 다 해 봤다"),
        machines.map(\.count) == [1, 12, 216, 5248], detail: .symbols("1, 12, 216, 5248"))
      page.check(
        Text("the best machines' ceilings, computed as a view's", ko: "가장 좋은 기계의 상한을 창의 상한처럼 계산해도 같다"),
        best.allSatisfy { truth.ceiling(.state(of: $0.machine)) == $0.ceiling })
      page.check(
        Text("1 to 4 states: each one more, a higher ceiling", ko: "상태 1개부터 4개까지, 하나 늘 때마다 상한이 높아진다"),
        zip(best, best.dropFirst()).allSatisfy { $0.ceiling < $1.ceiling })
      page.check(
        Text("three states beat the last three symbols", ko: "상태 셋이 마지막 기호 셋을 이긴다"),
        best[2].ceiling > ceilings[3] + 0.05,
        detail: Text("a window of three has 8 cases", ko: "기호 셋짜리 창은 경우가 8가지다"))
      page.check(
        Text("16 states, a window of four: the ceiling of everything", ko: "상태 16개, 곧 기호 넷짜리 창: 전부를 볼 때의 상한"),
        truth.ceiling(.state(of: .window(4))) == all)

      // The network written by hand.
      let predictions = truth.predictions(shiftRegister(Rhythm()))
      let accuracy = truth.accuracy(.everything, truth.answers(predictions))
      page.number("units", 4, decimals: 0)
      page.check(
        Text("a recurrent network of 4 units gets to that ceiling", ko: "유닛 4개짜리 순환 신경망이 그 상한에 이른다"), accuracy == all,
        detail: .symbols(NumberFormat.format(100 * accuracy, decimals: 1) + " %"))
      page.check(
        Text("its probabilities are the rhythm's", ko: "그 망의 확률은 리듬의 확률이다"),
        Matrix(rows: 1, columns: truth.occurring.count) { predictions[1, truth.occurring[$1]] },
        equals: Matrix(rows: 1, columns: truth.occurring.count) {
          Rhythm().probability(of: 1, after: truth.pasts[truth.occurring[$1]])
        })
    }
  }

  // MARK: 0.5

  private func surprise(_ page: Page, _ truth: Pasts) throws {
    try page.section("surprise") {
      let orders = Array(0...6)
      var scope = Scope()
      var rows: [[String]] = []
      func addEntropy(_ name: String, _ view: View) -> Double {
        let table = truth.table(view)
        // Past by past, not from the matrix: −log of what a model that sees so much gives to what comes.
        let entropy = truth.occurring.reduce(0.0) { sum, c in
          let seen = table[view.look(truth.pasts[c])]!
          return (0...1).reduce(sum) {
            $0 - truth.weights[c][$1] * Elementary.log(seen[$1] / (seen[0] + seen[1]))
          }
        }
        scope.values["J_\(name)"] = truth.matrix(view)
        scope.values["H_\(name)"] = Matrix(entropy)
        scope.values["a_\(name)"] = Matrix(truth.ceiling(view))
        let shares = truth.matrix(view)
        scope.values["Q_\(name)"] = Matrix(rows: 2, columns: shares.columns) { y, j in
          shares[y, j] / (shares[0, j] + shares[1, j])
        }
        scope.values["b_\(name)"] = Matrix(Elementary.exp(entropy))
        return entropy
      }
      for m in orders {
        let entropy = addEntropy("\(m)", .last(m))
        rows.append([
          "\(m)", NumberFormat.format(100 * truth.ceiling(.last(m)), decimals: 1) + " %",
          page.number("entropy-\(m)", entropy, decimals: 4),
          page.number("perplexity-\(m)", Elementary.exp(entropy), decimals: 3),
        ])
      }
      let floor = addEntropy("{\\text{all}}", .everything)
      try page.equation("entropy", scope, for: ("m", orders))
      page.table(
        [.symbols("m"), Text("best accuracy", ko: "최고 정확도"), .symbols("H_m"), Text("perplexity", ko: "혼잡도")], rows)
      page.print()
      try page.equation("entropy-falls", scope, for: ("m", [0, 1, 2, 3]))
      try page.equation("entropy-floor", scope)
      try page.equation("bracket", scope, for: ("m", orders))

      // Any model's cross-entropy: that of a network, lightly trained.
      var random = Random(seed: page.seed)
      let sample = Rhythm().draw(64, of: steps, &random)
      let network = learned(from: sample, predicted: predicted, hidden: 8, updates: 100, seed: page.seed)
      let predictions = truth.predictions(network)
      let places = truth.occurring
      func matrix(_ entry: (_ y: Int, _ c: Int) -> Double) -> Matrix {
        Matrix(rows: 2, columns: places.count) { entry($0, places[$1]) }
      }
      var model = Scope()
      model.values["J"] = matrix { truth.weights[$1][$0] }
      model.values["P"] = matrix { Rhythm().probability(of: $0, after: truth.pasts[$1]) }
      model.values["Q"] = matrix { predictions[$0, $1] }
      let crossEntropy = truth.crossEntropy(predictions)
      model.values["C"] = Matrix(crossEntropy)
      model.values["H"] = Matrix(floor)
      model.values["D"] = Matrix(crossEntropy - floor)
      try page.equation("cross-entropy", model)
      page.number("trained-cross-entropy", crossEntropy, decimals: 4)
      page.number("divergence", crossEntropy - floor, decimals: 4)
      page.check(
        Text("the network written by hand has nothing to learn: C = H", ko: "손으로 쓴 망은 더 배울 것이 없다: C = H"),
        Matrix(truth.crossEntropy(truth.predictions(shiftRegister(Rhythm())))), equals: Matrix(floor))

      // Two models: a bold one that is wrong where the rhythm is least sure, and a timid one that is right everywhere.
      // begin: bold-and-timid
      let bold = Rhythm(strikes: [[0.51, 1.0 / 16], [15.0 / 16, 0.49]])
      let timid = Rhythm(strikes: [[0.49, 0.49], [0.51, 0.51]])
      // end: bold-and-timid
      page.print()
      let rivals = [("bold", bold), ("timid", timid)].map { name, rhythm in
        let predictions = Matrix(rows: 2, columns: truth.pasts.count) {
          rhythm.probability(of: $0, after: truth.pasts[$1])
        }
        let accuracy = truth.accuracy(.everything, truth.answers(predictions))
        return (name: name, loss: truth.crossEntropy(predictions), accuracy: accuracy)
      }
      page.table(
        [.symbols(""), Text("cross-entropy", ko: "교차 엔트로피"), Text("accuracy", ko: "정확도")],
        zip(rivals, [Text("bold", ko: "과감한 모델"), Text("timid", ko: "소심한 모델")]).map { rival, label in
          [
            label(page.language), page.number("\(rival.name)-loss", rival.loss, decimals: 3),
            percent(page, "\(rival.name)-accuracy", rival.accuracy),
          ]
        })
      page.check(
        Text("the lower loss, and less often right", ko: "손실은 낮은데 덜 맞힌다"),
        rivals[0].loss < rivals[1].loss - 0.1 && rivals[0].accuracy < rivals[1].accuracy - 0.1)
    }
  }

  // MARK: 0.6

  private func learning(_ page: Page, _ truth: Pasts) {
    page.section("learning") {
      let (sizes, seeds) = ([16, 64, 256, 1024], page.seed..<(page.seed + 5))
      let machines = Machine.all(4)
      let families: [(name: String, label: Text, curve: String, ceiling: Double)] = [
        ("naive", Text("naive", ko: "소박한 모델"), "t − 1", truth.ceiling(.everything)),
        ("four", Text("autoregressive, m = 4", ko: "자기회귀, m = 4"), "m = 4", truth.ceiling(.last(4))),
        ("markov", Text("Markov, m = 1", ko: "마르코프, m = 1"), "m = 1", truth.ceiling(.last(1))),
        ("latent", Text("latent, 4 states", ko: "잠재, 상태 4개"), "n = 4", truth.bestMachine(of: machines).ceiling),
        ("rnn", Text("recurrent, 8 units", ko: "순환, 유닛 8개"), "RNN", truth.ceiling(.everything)),
      ]
      // accuracies[family][size][seed]
      var accuracies = families.map { _ in sizes.map { _ in [Double]() } }
      for (place, size) in sizes.enumerated() {
        for seed in seeds {
          page.progress(.symbols("N = \(size)"), Double(place) / Double(sizes.count))
          // begin: learning
          var random = Random(seed: seed)
          let sequences = Rhythm().draw(size, of: steps, &random)
          let sample = Pasts(sequences, predicted: predicted)
          let machine = sample.bestMachine(of: machines).machine
          let network = learned(from: sequences, predicted: predicted, hidden: 8, updates: 300, seed: seed)
          let found = [
            truth.accuracy(.everything, sample.bestAnswers(.everything)),
            truth.accuracy(.last(4), sample.bestAnswers(.last(4))),
            truth.accuracy(.last(1), sample.bestAnswers(.last(1))),
            truth.accuracy(.state(of: machine), sample.bestAnswers(.state(of: machine))),
            truth.accuracy(.everything, truth.answers(truth.predictions(network))),
          ]
          // end: learning
          for (family, accuracy) in found.enumerated() { accuracies[family][place].append(accuracy) }
        }
      }
      let means = accuracies.map { $0.map { Scores(values: $0).mean } }
      page.print(
        Text(
          "Accuracy in % of what was learned from N rhythms of 12 steps, mean (lowest … highest) over 5 seeds:",
          ko: "12박짜리 리듬 N개에서 배운 뒤의 정확도(%). 시드 5개의 평균(최저 … 최고):"))
      func short(_ x: Double) -> String { NumberFormat.format(100 * x, decimals: 0) }
      var rows: [[String]] = []
      for (family, entry) in families.enumerated() {
        var row = [entry.label(page.language)]
        for (place, size) in sizes.enumerated() {
          let values = accuracies[family][place]
          let text = page.number("\(entry.name)-\(size)", 100 * means[family][place], decimals: 1)
          row.append("\(text) (\(short(values.min()!)) … \(short(values.max()!)))")
        }
        rows.append(row + [NumberFormat.format(100 * entry.ceiling, decimals: 1)])
      }
      page.table([.symbols("")] + sizes.map { .symbols("N = \($0)") } + [Text("ceiling", ko: "상한")], rows)
      for (family, entry) in families.enumerated() {
        let highest = accuracies[family].flatMap { $0 }.max()!
        page.check(
          Text("no run above its ceiling: \(entry.label.english)", ko: "어떤 결과도 상한을 넘지 않는다: \(entry.label.korean)"),
          highest <= entry.ceiling, detail: Text("20 runs, computed exactly", ko: "20번, 정확한 계산"))
      }
      page.check(
        Text("1024 rhythms: every run with m = 4 is at its ceiling", ko: "리듬 1024개: m = 4는 모든 시드에서 상한에 이른다"),
        accuracies[1][3].allSatisfy { $0 == families[1].ceiling })
      page.number("window-64", Double(accuracies[1][1].count { $0 == families[1].ceiling }), decimals: 0)
      page.number("window-seeds", Double(accuracies[1][1].count), decimals: 0)
      page.check(
        Text(
          "1024 rhythms: no run of the naive model is, with the same ceiling",
          ko: "리듬 1024개: 상한이 같은 소박한 모델은 한 번도 이르지 못한다"),
        accuracies[0][3].allSatisfy { $0 < families[0].ceiling - 0.02 })
      page.check(
        Text("the Markov model learned all it can from 64", ko: "마르코프 모델은 64개에서 배울 것을 다 배웠다"),
        accuracies[2].dropFirst().allSatisfy { $0.allSatisfy { $0 == families[2].ceiling } })
      page.check(
        Text(
          "1024 rhythms: every network is within 0.1 points of its ceiling",
          ko: "리듬 1024개: 순환 신경망은 모두 상한에서 0.1포인트 안에 있다"),
        accuracies[4][3].allSatisfy { $0 > families[4].ceiling - 0.001 })
      page.check(
        Text("64 rhythms: every network is below the window of four", ko: "리듬 64개: 모든 순환 신경망이 기호 넷짜리 창보다 낮다"),
        zip(accuracies[4][1], accuracies[1][1]).allSatisfy { $0 < $1 })
      let curves = zip(families, means).map { entry, means in
        let points = zip(sizes, means).map { (x: Double($0), y: 100 * $1) }
        return LineChart.Series(Figure.Label(entry.curve), points, hasMarkers: true)
      }
      page.figure(
        "data",
        .lineChart(
          LineChart(
            x: .init("N", .logarithmic), y: .init("%", limits: 45...90),
            series: curves,
            references: [
              .horizontal(at: 100 * families[1].ceiling, label: "m = 4"),
              .horizontal(at: 100 * families[2].ceiling, label: "m = 1"),
              .horizontal(at: 100 * families[3].ceiling, label: "n = 4"),
            ])),
        title: "Accuracy of five models against the number N of rhythms that they learn from, with their ceilings")
    }
  }

  // MARK: 0.7

  private func cost(_ page: Page) throws {
    try page.section("cost") {
      let (d, n, m) = (2, 8, 4)
      let ts = [2, 5, 6, 10, 100, 1000]
      func matrix(_ rows: Int, _ columns: Int) -> Cost { Cost(value: Matrix(rows: rows, columns: columns)) }
      func count(_ parameters: [Cost]) -> Int { parameters.reduce(0) { $0 + $1.value.count } }
      /// Parameters and multiply-adds of a window's network.
      func window(_ length: Int) -> (parameters: Int, cost: Int) {
        let p = [matrix(n, d * length), matrix(n, 1), matrix(d, n), matrix(d, 1)]
        let scores = windowScores(p[0], p[1], p[2], p[3], (0..<length).map { _ in matrix(d, 1) })
        return (count(p), scores.multiplyAdds)
      }
      var random = Random(seed: page.seed)
      let recurrent = firstWeights(inputs: d, hidden: n, classes: d, &random).map { Cost(value: $0) }
      let model = Model(recurrent)
      // One step from a state that is there already.
      let step = model.scores(unroll(model.cell, [matrix(d, 1)], from: matrix(n, 1))[0])
      var scope = Scope()
      scope.integers = ["d": d, "n": n, "m": m]
      func set(_ name: String, _ value: Int) { scope.values[name] = Matrix(Double(value)) }
      var rows: [[String]] = []
      for t in ts {
        let (naive, fixed) = (window(t - 1), window(min(m, t - 1)))
        let index = t > 9 ? "{\(t)}" : "\(t)"
        set("k_\(index)^{\\text{naive}}", naive.cost)
        set("w_\(index)^{\\text{naive}}", naive.parameters)
        rows.append([
          "\(t)", "\(naive.parameters)", "\(naive.cost)", "\(fixed.parameters)", "\(fixed.cost)", "\(count(recurrent))",
          "\(step.multiplyAdds)",
        ])
      }
      set("k^{\\text{AR}}", window(m).cost)
      set("w^{\\text{AR}}", window(m).parameters)
      set("k^{\\text{RNN}}", step.multiplyAdds)
      set("w^{\\text{RNN}}", count(recurrent))
      try page.equation("multiply-adds", scope, for: ("t", ts))
      try page.equation("weights", scope, for: ("t", ts))
      page.table(
        [
          .symbols("t"), Text("naive: parameters", ko: "소박한 모델: 매개변수"), Text("per step", ko: "시점마다"),
          Text("m = 4: parameters", ko: "m = 4: 매개변수"), Text("per step", ko: "시점마다"),
          Text("RNN: parameters", ko: "RNN: 매개변수"), Text("per step", ko: "시점마다"),
        ], rows)
      page.number("naive-cost-1000", Double(window(999).cost), decimals: 0)
      page.number("rnn-cost", Double(step.multiplyAdds), decimals: 0)
      page.number("rnn-parameters", Double(count(recurrent)), decimals: 0)
      // Everything from the beginning, up to t.
      func total(_ t: Int) -> Int { (2...t).reduce(0) { $0 + window($1 - 1).cost } }
      page.number("naive-total-1000", Double(total(1000)), decimals: 0)
      page.number("rnn-total-1000", Double(999 * step.multiplyAdds), decimals: 0)
      let sequence = unroll(model.cell, (0..<999).map { _ in matrix(d, 1) }, from: matrix(n, 1))
      page.check(
        Text("the loop over 999 steps costs 999 times one step", ko: "999단계를 도는 비용은 한 단계의 999배다"),
        sequence.last!.multiplyAdds + 999 * d * n == 999 * step.multiplyAdds)
      page.check(
        Text(
          "up to t = 1000 the naive model costs more than 50 times the RNN",
          ko: "t = 1000까지 소박한 모델의 비용은 RNN의 50배가 넘는다"),
        total(1000) > 50 * 999 * step.multiplyAdds)
      // Numbers for which every weight matters, from a state that is not 0.
      let (x, h) = (random.normal(d, 1), random.normal(n, 1))
      let plain = Model(recurrent.map(\.value))
      let counted = model.scores(unroll(model.cell, [Cost(value: x)], from: Cost(value: h))[0])
      page.check(
        Text("counting changes nothing: the same scores as with plain matrices", ko: "세면서 계산해도 점수는 행렬만으로 계산한 것과 같다"),
        counted.value, hasSameBitsAs: plain.scores(unroll(plain.cell, [x], from: h)[0]))
      let points = [2, 3, 4, 5, 6, 8, 12, 20, 50, 100, 200, 500, 1000]
      func series(_ name: String, _ cost: (Int) -> Int) -> LineChart.Series {
        .init(Figure.Label(name), points.map { (x: Double($0), y: Double(cost($0))) }, hasMarkers: false)
      }
      page.figure(
        "cost",
        .lineChart(
          LineChart(
            x: .init("t", .logarithmic), y: .init("×, +", .logarithmic, limits: 10...100_000),
            series: [
              series("t − 1") { window($0 - 1).cost }, series("m = 4") { window(min(4, $0 - 1)).cost },
              series("RNN") { _ in step.multiplyAdds },
            ])),
        title: "Multiply-adds of one step against t: growing for the naive network, constant for the others")
    }
  }

  // MARK: 0.8

  private func unrolled(_ page: Page) throws {
    try page.section("unrolled") {
      let (T, n, d, batch) = (3, 3, 2, 2)
      var random = Random(seed: page.seed)
      let weights = firstWeights(inputs: d, hidden: n, classes: 2, &random)
      let x = (0..<T).map { _ in random.normal(d, batch) }
      let target = random.uniform(n, batch, -1, 1)

      // By hand: the same three matrices, written down three times.
      let (W_x, W_h, b) = (weights[0], weights[1], weights[2])
      let h_0 = Matrix(rows: n, columns: batch)
      // begin: by-hand
      let h_1 = (W_x * x[0] + b + W_h * h_0).tanh
      let h_2 = (W_x * x[1] + b + W_h * h_1).tanh
      let h_3 = (W_x * x[2] + b + W_h * h_2).tanh
      // end: by-hand
      let cell = Model(weights).cell
      page.check(
        Text("unrolled by hand = the loop", ko: "손으로 펼친 것 = 반복문"), .stack([h_1, h_2, h_3]),
        hasSameBitsAs: .stack(unroll(cell, x)))
      page.check(
        Text("and = the library's layer", ko: "라이브러리의 층과도 같다"), .stack([h_1, h_2, h_3]),
        hasSameBitsAs: .stack(cell.run(x).outputs))

      // Recorded, with a name for every step.
      let tape = Tape()
      let p = zip(Model<Variable>.names, weights).map { tape.variable($1, named: $0) }
      var h = [tape.variable(h_0, named: "h_0")]
      var a: [Variable] = []
      for t in 1...T {
        a.append((p[0] * tape.constant(x[t - 1], named: "x_\(t)") + p[2] + p[1] * h[t - 1]).named("a_\(t)"))
        h.append(a[t - 1].tanh.named("h_\(t)"))
      }
      let e = h[T] - tape.constant(target, named: "y")
      let loss = (0.5 * (e .* e).total).named("L")
      var scope = Scope(tape, gradients: tape.gradients(of: loss))
      scope.integers["T"] = T
      try page.equation("rnn", scope, for: ("t", Array(1...T)), tape: [a[0].formula, h[1].formula])
      // Recorded without names in between: the formula of h_3 is the whole network.
      let bare = Tape()
      let q = zip(Model<Variable>.names, weights).map { bare.variable($1, named: $0) }
      let states = unroll(
        Model(q).cell, x.enumerated().map { bare.constant($1, named: "x_\($0 + 1)") },
        from: bare.variable(h_0, named: "h_0"))
      try page.equation("unrolled", scope, tape: [states[2].formula])
      page.print()
      let shared = page.derivation(of: p[1], in: loss)
      try page.equation("shared", scope, tape: [shared])
      page.check(
        Text("tape = finite differences", ko: "테이프 = 유한 차분"),
        GradientCheck(Array(weights.prefix(3)) + x, names: ["W_x", "W_h", "b"]) { inputs in
          unroll(RNNCell(W: (x: inputs[0], h: inputs[1]), b: (x: inputs[2], h: nil)), Array(inputs[3...])).last!
        })

      // One set of weights for any number of steps.
      let perCell = weights.prefix(3).reduce(0) { $0 + $1.count }
      page.number("cell-parameters", Double(perCell), decimals: 0)
      page.number("copied-parameters", Double(100 * perCell), decimals: 0)
      let long = unroll(cell, (0..<100).map { x[$0 % T] })
      page.check(
        Text("the same \(perCell) numbers run over 100 steps", ko: "같은 수 \(perCell)개로 100단계를 돈다"),
        Matrix.stack(Array(long.prefix(T))), hasSameBitsAs: .stack([h_1, h_2, h_3]))
      // Copies that begin equal do not stay so: one update, each by its own share.
      let gradients = tape.gradients(of: loss)
      let shares = (1...T).map { t in gradients[a[t - 1]] * h[t - 1].value.transposed }
      let apart = shares[1].largestDifference(from: shares[2])
      page.check(
        Text("the uses ask for different changes, and get one: the sum", ko: "쓰인 자리마다 바라는 변화가 다르지만, 받는 것은 합 하나다"),
        apart > 1e-3 && shares[0].largestMagnitude == 0,
        detail: Text("the first use multiplies h_0 = 0", ko: "첫 자리에서는 h_0 = 0에 곱한다"))
    }
  }

  // MARK: 0.9

  private func programs(_ page: Page) throws {
    try page.section("programs") {
      let labels = [
        Text("one to one", ko: "일대일"), Text("one to many", ko: "일대다"), Text("many to one", ko: "다대일"),
        Text("many to many, aligned", ko: "다대다, 정렬"), Text("many to many, encoder–decoder", ko: "다대다, 인코더–디코더"),
      ]
      let (hidden, seeds) = (12, page.seed..<(page.seed + 5))
      func shapes(_ matrices: [Matrix]) -> String {
        (matrices.count > 1 ? "\(matrices.count) · " : "") + "\(matrices[0].shape)"
      }
      var accuracies: [Program: [[Double]]] = [:]
      var rows: [[String]] = []
      for (program, label) in zip(Program.allCases, labels) {
        page.progress(label, Double(rows.count) / Double(labels.count))
        let runs = seeds.map { program.learned(hidden: hidden, updates: 200, seed: $0) }
        accuracies[program] = runs.map { program.accuracies($0) }
        let scores = program.run(runs[0], program.inputs)
        let cellSteps = program == .encoderDecoder ? 8 : max(program.inputs.count, scores.count)
        let lowest = accuracies[program]!.flatMap { $0 }.min()!
        rows.append([
          label(page.language), shapes(program.inputs), "\(cellSteps)", shapes(scores),
          NumberFormat.format(100 * lowest, decimals: 0) + " %",
        ])
      }
      page.table(
        [
          .symbols(""), Text("reads", ko: "읽는 것"), Text("steps", ko: "단계"), Text("answers", ko: "답하는 것"),
          Text("lowest accuracy", ko: "최저 정확도"),
        ], rows)
      page.check(
        Text("trained, all five answer all 16 bars correctly", ko: "학습하면 다섯 모두 마디 16개를 다 맞힌다"),
        accuracies.values.allSatisfy { $0.allSatisfy { $0.allSatisfy { $0 == 1 } } },
        detail: Text("5 seeds, every answer", ko: "시드 5개, 모든 답"))

      // The shapes that the definitions ask for.
      var random = Random(seed: page.seed)
      let first = Dictionary(
        uniqueKeysWithValues: Program.allCases.map { ($0, $0.parameters(hidden: hidden, &random)) })
      page.check(
        Text("each answer is classes × 16, as many answers as wanted", ko: "답마다 모양이 부류 수 × 16이고, 답의 개수도 바란 만큼이다"),
        Program.allCases.allSatisfy { program in
          let scores = program.run(first[program]!, program.inputs)
          return scores.count == program.wanted.count
            && scores.allSatisfy { $0.shape == Shape(program.classCount, 16) }
        })

      // One step from zeros: a layer without recurrence.
      let one = first[.oneToOne]!
      var scope = Scope()
      for (name, value) in zip(Model<Matrix>.names, one) { scope.values[name] = value }
      scope.values["x_1"] = Bars.whole
      scope.values["s_1"] = Program.oneToOne.run(one, [Bars.whole])[0]
      try page.equation("one-to-one", scope)

      // Zero inputs.
      let many = first[.oneToMany]!
      let model = Model(many)
      let zero = 0 * Bars.numbers
      let h = unroll(model.cell, [Bars.numbers, zero, zero, zero])
      scope = Scope()
      for (name, value) in zip(Model<Matrix>.names, many) { scope.values[name] = value }
      scope.set("h_#", h, from: 1)
      try page.equation("zero-inputs", scope, for: ("t", [2, 3, 4]))
      let other = RNNCell(W: (x: 3.0 * many[0], h: many[1]), b: (x: many[2], h: nil))
      page.check(
        Text("after the first step, W_x is not used: another gives the same", ko: "첫 단계 뒤에는 W_x를 쓰지 않는다. 바꾸어도 같다"),
        .stack(unroll(other, [zero, zero, zero], from: h[0])),
        hasSameBitsAs: .stack(Array(h[1...])))
      page.check(
        Text("and the one input still shows in all four states", ko: "그래도 하나뿐인 입력이 네 상태에 모두 드러난다"),
        h.allSatisfy { state in
          (1..<16).allSatisfy { j in
            (0..<j).allSatisfy { state.column(j).largestDifference(from: state.column($0)) > 1e-3 }
          }
        }, detail: Text("16 inputs, 16 states, at every step", ko: "입력 16개, 상태 16개, 시점마다"))

      // The programs themselves feed zeros: they say what a cell says that has another W_x for them.
      let answers = Program.oneToMany.run(many, [Bars.numbers])
      page.check(
        Text("one to many: its answers are these states' scores", ko: "일대다: 그 답은 이 상태들의 점수다"), .stack(answers),
        hasSameBitsAs: .stack(([h[0]] + unroll(other, [zero, zero, zero], from: h[0])).map(model.scores)))
      let p = first[.encoderDecoder]!
      let read = unroll(RNNCell(W: (x: p[0], h: p[1]), b: (x: p[2], h: nil)), Bars.steps)[3]
      let decoder = RNNCell(W: (x: 3.0 * p[3], h: p[4]), b: (x: p[5], h: nil))
      let nothing = (0..<4).map { _ in Matrix(rows: 2, columns: 16) }
      page.check(
        Text("the decoder knows the bar from the encoder's last state alone", ko: "디코더는 인코더의 마지막 상태만으로 마디를 안다"),
        .stack(Program.encoderDecoder.run(p, Bars.steps)),
        hasSameBitsAs: .stack(unroll(decoder, nothing, from: read).map(Model(Array(p.suffix(5))).scores)))

      // Gradients.
      page.print()
      for (program, label) in zip(Program.allCases, labels) {
        page.check(
          Text("tape = finite differences: \(label.english)", ko: "테이프 = 유한 차분: \(label.korean)"),
          GradientCheck(program.parameters(hidden: 3, &random)) { program.loss($0) })
      }

      // Backwards, by a program that answers as it reads.
      page.print()
      let backwards = Program.encoderDecoder.wanted
      let runs = seeds.map { seed in
        let weights = Program.aligned.learned(hidden: hidden, updates: 300, seed: seed, wanted: backwards)
        return Program.aligned.accuracies(weights, wanted: backwards)
      }
      let ceilings = (1...4).map { t in alignedCeiling(backwards[t - 1], step: t) }
      func list(_ shares: [Double]) -> String {
        shares.map { NumberFormat.format(100 * $0, decimals: 0) }.joined(separator: ", ") + " %"
      }
      let (highest, found) = (list(ceilings), list(runs[0]))
      page.print(
        Text(
          "The bar backwards, answered while reading: ceilings \(highest); the first seed learned \(found).",
          ko: "마디를 읽으면서 거꾸로 답하기: 네 답의 상한 \(highest), 첫 시드가 배운 것 \(found)."))
      page.number("aligned-backwards", 100 * ceilings.reduce(0, +) / 4, decimals: 0)
      page.number("decoder-backwards", 100 * accuracies[.encoderDecoder]![0].reduce(0, +) / 4, decimals: 0)
      page.number("aligned-strikes", 100 * accuracies[.aligned]!.flatMap { $0 }.min()!, decimals: 0)
      page.check(
        Text("no aligned program is above its ceiling", ko: "정렬된 프로그램은 상한을 넘지 못한다"),
        runs.allSatisfy { zip($0, ceilings).allSatisfy { $0 <= $1 } }, detail: Text("5 seeds", ko: "시드 5개"))
      page.check(
        Text("most get there", ko: "대부분 상한에 이른다"), runs.count { $0 == ceilings } >= 3,
        detail: Text("at least 3 of 5 seeds", ko: "시드 5개 가운데 3개 이상"))
      page.check(
        Text("its ceiling is half for what it has not read", ko: "아직 읽지 않은 것에 대한 상한은 절반이다"),
        ceilings == [0.5, 0.5, 1, 1])
      page.check(
        Text("and all for what it has read: the strikes so far", ko: "읽은 것에 대해서는 전부다: 지금까지 친 횟수"),
        (1...4).allSatisfy { alignedCeiling(Program.aligned.wanted[$0 - 1], step: $0) == 1 })
    }
  }

  /// The share of bars that can be answered rightly at step t by whoever has read t symbols: of bars that begin alike
  /// the most frequent class.
  private func alignedCeiling(_ classes: [Int], step t: Int) -> Double {
    let alike = Dictionary(grouping: Bars.all.indices) { Bars.all[$0].prefix(t) }
    let right = alike.values.map { bars in
      Dictionary(grouping: bars) { classes[$0] }.values.map(\.count).max()!
    }
    return Double(right.reduce(0, +)) / Double(classes.count)
  }
}
