// Section 5.4: which vector sums up a sequence: the last output, or the two last states.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

/// The recall task: the first symbol, one of 4, is wanted after `lag` further ones.
private let (lag, symbols) = (24, 8)

/// The size of what is read at the end, and the length of a training.
private let (units, updates) = (16, 120)

extension BidirectionalNetworks {
  func summary(_ page: Page) throws {
    try page.section("summary") {
      let example = Example(steps: 6, batch: 1, seed: page.seed)
      ends(page)
      let run = example.layer.run(example.x)
      let s = Matrix.stack(run.states.map { $0[0] })
      var scope = example.scope
      scope.values["s"] = s
      try page.equation("summary", scope)
      page.check(
        Text("y_T is another vector", ko: "y_T는 다른 벡터다"),
        .above(run.outputs[5].largestDifference(from: s), 0.01, named: "max |Δ|"))
      replaceAllButLast(page, example)
      recall(page)
    }
  }

  /// What the last output has read, and what the two last states have, of four steps.
  private func ends(_ page: Page) {
    let example = Example(steps: 4, batch: 1, seed: page.seed)
    let (there, back) = (Diagram.states(.forward, 0...4), Diagram.states(.backward, 1...5))
    let inputs = (1...4).map { "x_\($0)" }
    let output = Diagram.twoDirections(4, top: .lastOutput, label: "y_4 = [h⃗_4; h⃖_4]")
      .emphasising(there, plain: inputs + ["y_4"], 0).colouring(Array(back.suffix(2)), 1)
    let last = Diagram.twoDirections(4, top: .lastStates, label: "s = [h⃗_4; h⃖_1]")
      .emphasising(there, plain: inputs + ["s"], 0).colouring(back, 1)
    page.diagram(
      "ends",
      [DiagramPanel(output, example.taped(.lastOutput)), DiagramPanel(last, example.taped(.lastStates))])
  }

  /// With every input but x_T replaced, the backward half of y_T stays as it is: it has read x_T alone.
  private func replaceAllButLast(_ page: Page, _ example: Example) {
    let (T, H) = (example.T, example.hidden)
    var other = Example(steps: 6, batch: 1, seed: page.seeds(2)[1]).x
    other[T - 1] = example.x[T - 1]
    func back(_ x: [Matrix]) -> [Matrix] { example.layer.run(x).outputs.map { $0.rows(H..<2 * H) } }
    let (old, new) = (back(example.x), back(other))
    page.check(
      Text("with x_1 … x_5 all replaced, ←h_6 keeps every bit", ko: "x_1 … x_5를 모두 바꾸어도 ←h_6은 비트 하나 바뀌지 않는다"),
      new[T - 1], hasSameBitsAs: old[T - 1])
    page.check(
      Text("and ←h_1 does not", ko: "←h_1은 바뀐다"),
      .above(new[0].largestDifference(from: old[0]), 0.01, named: "max |Δ|"))
  }

  /// The recall task, read from the last output of one direction or of both, or from the two last states.
  private func recall(_ page: Page) {
    let seeds = page.seeds(5)
    // begin: readings
    func last<A>(_ run: Unrolled<A>) -> [A] { [run.outputs[run.outputs.count - 1]] }
    func ends<A: Algebra>(_ run: Unrolled<A>) -> [A] { [.stack(run.states.map { $0[0] })] }
    // end: readings
    let one = shares(seeds, bidirectional: false, last, last)
    let wrong = shares(seeds, bidirectional: true, last, last)
    let right = shares(seeds, bidirectional: true, ends, ends)
    page.print()
    page.print(
      Text(
        "Recall the first of 25 symbols, one of 4 (chance 25 %): 5 seeds, 120 updates, 256 test sequences.",
        ko: "기호 25개 가운데 첫 기호(4가지, 찍으면 25 %) 회상. 시드 5개, 갱신 120번, 시험 256개."))
    page.table(
      [
        Text("read at the end", ko: "끝에서 읽는 것"), Text("accuracy", ko: "정확도"), Text("lowest", ko: "최저"),
        Text("highest", ko: "최고"),
      ],
      [
        ["→h_T"] + percentages(one), ["y_T = [→h_T; ←h_T]"] + percentages(wrong),
        ["s = [→h_T; ←h_1]"] + percentages(right),
      ])
    for (name, shares) in [("one", one), ("wrong", wrong), ("right", right)] {
      page.number("recall-\(name)", 100 * shares.mean, decimals: 1)
    }
    page.number("recall-one-highest", 100 * one.highest, decimals: 1)
    page.check(
      Text("s recalls it with every seed", ko: "s는 모든 시드에서 회상한다"), right.counts.map { .equal($0, right.total) })
    page.check(
      Text("y_T recalls it with none", ko: "y_T는 어느 시드에서도 회상하지 못한다"), .below(wrong.highest, 0.6),
      note: Text("best seed", ko: "가장 나은 시드"))
  }

  /// Trains a network for each seed, and counts its right answers.
  ///
  /// - Parameters:
  ///   - train, test: what the scores are read from, over both algebras.
  private func shares(
    _ seeds: [UInt64], bidirectional: Bool, _ train: @escaping Scorer.Reading<Variable>,
    _ test: @escaping Scorer.Reading<Matrix>
  ) -> Shares {
    Shares(
      counts: seeds.map { seed in
        var random = Random(seed: seed)
        var scorer = Scorer(symbols: symbols, units: units, bidirectional: bidirectional, classes: 4, random: &random)
        func draw(_ size: Int) -> (batch: Batch, classes: [[Int]]) {
          let classes = (0..<size).map { _ in random.index(below: 4) }
          let sequences = classes.map { [$0] + (0..<lag).map { _ in 4 + random.index(below: 4) } }
          return (Batch(sequences, symbols: symbols), [classes])
        }
        scorer.train(updates: updates, learningRate: 0.01, batch: { _ in draw(16) }, train)
        let (batch, classes) = draw(256)
        return countRight(scorer.scores(batch, test)[0], classes[0])
      }, total: 256)
  }
}
