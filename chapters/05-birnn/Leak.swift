// Section 5.6: naming the next symbol in both directions, where the answer is in the input.

import Autodiff
import Experiments
import LaTeX
import Notebook

/// How many symbols there are, and how many of a sequence's 6 are read.
private let (symbols, T) = (4, 5)

extension BidirectionalNetworks {
  func leak(_ page: Page) throws {
    try page.section("leak") {
      let all = nextSymbol(allSequences(T + 1, symbols: symbols), symbols: symbols)
      let seeds = page.seeds(3)
      let ones = seeds.map { trained($0, bidirectional: false) }
      let twos = seeds.map { trained($0, bidirectional: true) }
      let (one, two) = (ones.map(\.scorer), twos.map(\.scorer))
      accuracies(page, all, one, two)
      drawLosses(page, ones.map(\.losses), twos.map(\.losses))
      try probabilities(page, one[0], two[0])
      perplexities(page, all, one, two)
    }
  }

  /// A network and the loss before each of its updates.
  private func trained(_ seed: UInt64, bidirectional: Bool) -> (scorer: Scorer, losses: [Double]) {
    var random = Random(seed: seed)
    var scorer = Scorer(symbols: symbols, units: 16, bidirectional: bidirectional, classes: symbols, random: &random)
    let losses = scorer.train(updates: 100, learningRate: 0.02) { _ in
      nextSymbol((0..<32).map { _ in (0...T).map { _ in random.index(below: symbols) } }, symbols: symbols)
    } _: {
      $0.outputs
    }
    return (scorer, losses)
  }

  // MARK: Accuracy

  private func accuracies(_ page: Page, _ all: LabelledBatch, _ one: [Scorer], _ two: [Scorer]) {
    let total = all.classes[0].count
    /// Right answers of each seed at each step.
    func counts(_ scorers: [Scorer]) -> [[Int]] {
      scorers.map { scorer in
        zip(scorer.scores(all.batch) { $0.outputs }, all.classes).map { countRight($0, $1) }
      }
    }
    func means(_ counts: [[Int]]) -> [Double] {
      (0..<T).map { t in Shares(counts: counts.map { $0[t] }, total: total).mean }
    }
    let (ofOne, ofTwo) = (counts(one), counts(two))
    let (meanOfOne, meanOfTwo) = (means(ofOne), means(ofTwo))
    page.print(
      Text(
        "Name x_{t+1} of independent symbols, one of 4: all \(total) sequences of 6, 3 seeds.",
        ko: "서로 독립인 기호 4가지에서 x_{t+1} 맞히기. 길이 6인 시퀀스 \(total)개 전부, 시드 3개."))
    page.table(
      [Text("accuracy", ko: "정확도")] + (1...T).map { .symbols("t = \($0)") },
      [
        [Text("one direction", ko: "한 방향")(page.language)] + meanOfOne.map { NumberFormat.percent($0) },
        [Text("both directions", ko: "양방향")(page.language)] + meanOfTwo.map { NumberFormat.percent($0) },
      ])
    page.number("leak-inside", 100 * meanOfTwo[0], decimals: 1)
    page.number("leak-end", 100 * meanOfTwo[T - 1], decimals: 1)
    page.number("leak-one", 100 * meanOfOne[0], decimals: 1)
    let places = Text("steps and seeds", ko: "시점과 시드")
    page.check(
      Text("one direction: exactly 1/4, at every t, with every seed", ko: "한 방향: 어느 t, 어느 시드에서나 정확히 1/4"),
      .equal(ofOne.joined().count { $0 * symbols == total }, 3 * T, named: "\(total / symbols) / \(total)"),
      note: places)
    page.check(
      Text("both directions: 100 % for t < 5, with every seed", ko: "양방향: t < 5에서 어느 시드든 100 %"),
      .equal(ofTwo.flatMap { $0.dropLast() }.count { $0 == total }, 3 * (T - 1), named: "\(total) / \(total)"),
      note: places)
    page.check(
      Text("and exactly 1/4 at t = 5, where x_6 is not in the input", ko: "x_6이 입력에 없는 t = 5에서는 정확히 1/4"),
      .equal(ofTwo.count { $0[T - 1] * symbols == total }, 3, named: "\(total / symbols) / \(total)"),
      note: Text("seeds", ko: "시드"))
    page.figure(
      "leak",
      .lineChart(
        LineChart(
          x: .init("t"), y: .init("%", limits: 0...100),
          series: [
            .init("→h_{t}", values: meanOfOne.map { 100 * $0 }, start: 1, hasMarkers: true, labelX: 2.5),
            .init("→h_{t}, ←h_{t}", values: meanOfTwo.map { 100 * $0 }, start: 1, hasMarkers: true, labelX: 2.5),
          ])),
      title: "Accuracy at naming the next symbol against t, for one direction and for both")
  }

  /// The loss is the sum over the steps: T log 4 for guessing, log 4 for guessing at the last step only.
  private func drawLosses(_ page: Page, _ one: [[Double]], _ two: [[Double]]) {
    let guess = Elementary.log(Double(symbols))
    page.check(
      Text("one direction: the loss stays at 5 log 4, with every seed", ko: "한 방향: 손실이 모든 시드에서 5 log 4에 머문다"),
      .below(one.flatMap { lossCurve([$0]) }.map { abs($0.y - Double(T) * guess) }.max()!, 0.2, named: "max |Δ|"))
    page.check(
      Text("both directions: it falls to log 4, what the last step costs", ko: "양방향: 마지막 시점의 몫인 log 4까지 내려간다"),
      .below(two.map { abs(lossCurve([$0]).last!.y - guess) }.max()!, 0.2, named: "max |Δ|"))
    page.figure(
      "leak-loss",
      .lineChart(
        LineChart(
          x: .init("#"), y: .init("L", limits: 0...8),
          series: [.init("→h", lossCurve(one, every: 5)), .init("[→h; ←h]", lossCurve(two, every: 5))],
          references: [
            .horizontal(at: Double(T) * guess, label: "5 log 4"), .horizontal(at: guess, label: "log 4"),
          ])),
      title: "Loss of naming the next symbol against the number # of updates, in one direction and in both")
  }

  // MARK: Probabilities

  /// Over all continuations of one first symbol, the products of one direction's probabilities sum to 1; those of both
  /// directions do not.
  private func probabilities(_ page: Page, _ one: Scorer, _ two: Scorer) throws {
    let p = products(one, "p")
    try page.equation("chain", p, for: ("k", [1, 2, 512, 1024]))
    try page.equation("sums-to-one", p)
    let q = products(two, "q")
    try page.equation("sums-to-more", q)
    page.number("sum-of-q", try q.evaluate(Symbol(parsing: "\\sum_{k=1}^{N} q_k")).scalar, decimals: 0)
  }

  /// For every continuation k the probability of each symbol, and their product under the name `letter`_k. The product is
  /// taken in another way than the equations do: e to minus the sum of the losses.
  private func products(_ scorer: Scorer, _ letter: String) -> Scope {
    let continuations = nextSymbol(allSequences(T, symbols: symbols).map { [0] + $0 }, symbols: symbols)
    let N = continuations.classes[0].count
    var scope = Scope()
    scope.integers["N"] = N
    scope.integers["T"] = T
    let scores = scorer.scores(continuations.batch) { $0.outputs }
    let softmax = scores.map(\.softmax)
    let losses = zip(scores, continuations.classes).map { $0.crossEntropy($1) }
    for k in 0..<N {
      scope.values[Scope.indexed("\(letter)_#", k + 1)] = Matrix(Elementary.exp(-losses.reduce(0) { $0 + $1[0, k] }))
      for t in 0..<T {
        scope.values["\(letter)_{\(k + 1),\(t + 1)}"] = Matrix(softmax[t][continuations.classes[t][k], k])
      }
    }
    return scope
  }

  /// e to the mean loss. No model that reads the past alone gets below the number of symbols over all sequences.
  private func perplexities(_ page: Page, _ all: LabelledBatch, _ one: [Scorer], _ two: [Scorer]) {
    func perplexity(_ scorer: Scorer) -> Double {
      let steps = T - 1  // those whose answer a bidirectional network has read
      let scores = scorer.scores(all.batch) { $0.outputs }.prefix(steps)
      let losses = zip(scores, all.classes).map { $0.crossEntropy($1).mean.scalar }
      return Elementary.exp(losses.reduce(0, +) / Double(steps))
    }
    let (honest, leaking) = (one.map(perplexity), two.map(perplexity))
    page.number("perplexity", leaking.reduce(0, +) / 3, decimals: 2)
    page.number("perplexity-one", honest.reduce(0, +) / 3, decimals: 2)
    page.check(
      Text("one direction, t < 5: a perplexity of at least 4", ko: "한 방향, t < 5: 혼잡도가 4 이상"),
      honest.allSatisfy { $0 >= Double(symbols) && $0 < 1.1 * Double(symbols) },
      detail: .symbols(honest.map { NumberFormat.format($0, decimals: 2) }.joined(separator: ", ")))
    page.check(
      Text("both directions, t < 5: far below what is possible", ko: "양방향, t < 5: 가능한 값보다 훨씬 낮다"),
      leaking.map { .below($0, 1.2) })
  }
}
