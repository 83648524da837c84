// Sections 6.3 and 6.4: four ways to score a key, and the softmax that turns scores into weights.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension Question {
  /// What the notes' names stand for; k_j, e_j and a_j are the parts of K, e and a.
  func scope(_ recorded: Recorded, gradients: Gradients? = nil) -> Scope {
    var scope = Scope(recorded.loss.tape, gradients: gradients)
    let f = recorded.forward
    let S = K.columns
    scope.set("k_#", keys, from: 1)
    scope.set("e_#", (0..<S).map { Matrix(f.e.value[$0, 0]) }, from: 1)
    scope.set("a_#", (0..<S).map { Matrix(f.a.value[$0, 0]) }, from: 1)
    scope.integers["S"] = S
    scope.integers["H"] = K.rows
    return scope
  }
}

extension Seq2SeqAttention {
  // MARK: 6.3

  func scores(_ page: Page) throws {
    try page.section("scores") {
      drawScores(page)
      var rows: [[String]] = []
      for question in Question.all(seed: page.seed) {
        let tape = Tape()
        let recorded = question.record(on: tape)
        let f = recorded.forward
        let score = question.configuration.score
        let nodes = [f.e, f.inner, tape.variable(named: "M")].compactMap { $0 }
        try page.equation(
          "score-\(score.rawValue)", question.scope(recorded), for: ("j", Array(1...question.K.columns)),
          tape: nodes.map(\.formula))
        let attention = Attention(question.configuration, parameters: question.parameters)
        let answer = attention(question.q, attention.memory(question.keys))
        page.check(
          "e, a, c",
          Witness(
            Text("step by step, as Attention.swift has it", ko: "Attention.swift처럼 시점마다 계산한 것"),
            .column(of: [answer.scores, answer.weights, answer.context])),
          equals: .tape(.column(of: [f.e.value, f.a.value, f.c.value])))
        rows.append([score.rawValue] + f.e.value.elements.map { NumberFormat.format($0, decimals: 4) })
      }
      page.print()
      page.table([.symbols("")] + (1...5).map { .symbols("e_\($0)") }, rows)
    }
  }

  // MARK: 6.4

  func softmax(_ page: Page) throws {
    try page.section("softmax") {
      drawWeights(page)
      drawContext(page)
      try weigh(page)
      overflow(page)
    }
  }

  /// The weights and the context of one question.
  private func weigh(_ page: Page) throws {
    let question = Question(.dot, steps: 5, seed: page.seed)
    let tape = Tape()
    let recorded = question.record(on: tape)
    let (a, c) = (recorded.forward.a.value, recorded.forward.c.value)
    var scope = question.scope(recorded)
    scope.values["m"] = recorded.forward.e.value.maximumOfRows
    try page.equation("softmax", scope, for: ("j", Array(1...5)), tape: [recorded.forward.a.formula])
    try page.equation("context", scope, tape: [recorded.forward.c.formula])
    page.entries([(.symbols("a"), a)])
    page.entries([(.symbols("c"), c)])
    page.check(Text("the weights are positive", ko: "가중치는 양수다"), .above(a.elements.min()!, 0))
    page.check(Text("and sum to 1", ko: "합은 1이다"), a.sumOfRows, equals: Matrix(1))
    // A mean lies between what it is the mean of. The room is how far c stays away from both ends.
    let room = (0..<question.K.rows).map { i in
      let row = question.keys.map { $0[i, 0] }
      return min(c[i, 0] - row.min()!, row.max()! - c[i, 0])
    }
    page.check(
      Text(
        "every entry of c lies between the keys' least and largest in that entry",
        ko: "c의 성분은 저마다 키들의 같은 성분 가운데 가장 작은 것과 가장 큰 것 사이에 있다"),
      .above(room.min()!, 0))
  }

  /// Where the formula overflows, and how subtracting the maximum avoids it.
  private func overflow(_ page: Page) {
    // begin: overflow
    /// exp(e) / Σ exp(e), as the formula stands.
    func direct(_ e: Matrix) -> Matrix {
      let exps = e.exp
      return exps ./ exps.sumOfRows.spread(like: exps)
    }
    let scores = Matrix(column: [0, 1, 2])
    let shifts = [0.0, 700, 708, 1000, -1000]
    let both = shifts.map { shift in (direct(scores + shift), (scores + shift).softmax) }
    // end: overflow
    page.print()
    page.table(
      [
        Text("e_1, e_2, e_3", ko: "e_1, e_2, e_3"), Text("a_3, as it stands", ko: "그대로 계산한 a_3"),
        Text("a_3, shifted", ko: "옮겨서 계산한 a_3"),
      ],
      zip(shifts, both).map { shift, both in
        let first = (0..<3).map { NumberFormat.format(shift + Double($0), decimals: 0) }.joined(separator: ", ")
        return [
          first, NumberFormat.format(both.0[2, 0], decimals: 4), NumberFormat.format(both.1[2, 0], decimals: 4),
        ]
      })
    page.check(
      Text("as long as nothing overflows, both agree", ko: "넘치지 않는 한 둘은 같다"), .column(of: both[0...1].map(\.0)),
      equals: .column(of: both[0...1].map(\.1)))
    /// How many of the weights are no number.
    func broken(_ k: Int) -> Int { both[k].0.elements.count(where: \.isNaN) }
    // At 708, 709, 710 only exp(710) is infinite, so that the other two weights are 0.
    page.check(
      Text(
        "at 708, 709, 710 and at 1000 the formula as it stands is no number",
        ko: "708, 709, 710과 1000에서 식을 그대로 계산하면 수가 아니다"),
      .equal(broken(2), 1), .equal(broken(3), 3), note: .symbols("∞ / ∞"))
    page.check(
      Text("at −1000 neither", ko: "−1000에서도 마찬가지다"), .equal(broken(4), 3), note: .symbols("0 / 0"))
    page.check(
      Text("shifted, all have the same bits", ko: "옮겨서 계산하면 모든 비트가 같다"), .column(of: both.map(\.1)),
      hasSameBitsAs: .column(of: Array(repeating: both[0].1, count: both.count)))
    // The largest number whose exponential is finite, by halving.
    var (low, high) = (700.0, 720.0)
    while (low + high) / 2 != low && (low + high) / 2 != high {
      let middle = (low + high) / 2
      if Elementary.exp(middle).isFinite { low = middle } else { high = middle }
    }
    let place = page.number("overflow", low, decimals: 2)
    let expected = Elementary.log(Double.greatestFiniteMagnitude)
    page.check(
      Text("exp is finite up to here", ko: "exp는 여기까지 유한하다"), .below(abs(low - expected), 1e-9, named: "|Δ|"),
      note: .symbols(place))
  }
}
