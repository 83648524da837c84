// The sections on how attention works: scores, softmax, query, the way back, masks.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension Seq2SeqAttention {
  /// A scope for one question: its matrices, and their parts under an index.
  private func scope(_ question: Question, _ recorded: Question.Recorded, gradients: Gradients? = nil) -> Scope {
    var scope = Scope(recorded.loss.tape, gradients: gradients)
    let f = recorded.forward
    let S = question.K.columns
    scope.set("k_#", question.keys, from: 1)
    scope.set("e_#", (0..<S).map { Matrix(f.e.value[$0, 0]) }, from: 1)
    scope.set("a_#", (0..<S).map { Matrix(f.a.value[$0, 0]) }, from: 1)
    scope.integers["S"] = S
    scope.integers["H"] = question.K.rows
    return scope
  }

  /// The four scores' worked examples: the same keys and the same query.
  private func questions(_ page: Page) -> [Question] {
    AttentionScore.allCases.map { Question($0, steps: 5, seed: page.seed) }
  }

  // MARK: Scores

  func scores(_ page: Page) throws {
    try page.section("scores") {
      var rows: [[String]] = []
      for question in questions(page) {
        let tape = Tape()
        let recorded = question.record(on: tape)
        let f = recorded.forward
        let score = question.configuration.score
        var formulas = [f.e.formula]
        if let inner = f.inner { formulas.append(inner.formula) }
        if let M = tape.variable(named: "M") { formulas.append(M.formula) }
        try page.equation(
          "score-\(score.rawValue)", scope(question, recorded), for: ("j", Array(1...question.K.columns)),
          tape: formulas)
        // The project's attention over a batch does the same, step by step.
        let attention = Attention(question.configuration, parameters: question.parameters)
        let answer = attention(question.q, attention.memory(question.keys))
        page.check(
          Text("step by step, as Attention.swift has it: same e, a, c", ko: "Attention.swift처럼 시점마다 계산해도 e, a, c가 같다"),
          .column(of: [answer.scores, answer.weights, answer.context]),
          equals: .column(of: [f.e.value, f.a.value, f.c.value]))
        rows.append([score.rawValue] + f.e.value.elements.map { NumberFormat.format($0, decimals: 4) })
      }
      page.print()
      page.table([.symbols("")] + (1...5).map { .symbols("e_\($0)") }, rows)
    }
  }

  // MARK: Softmax

  func softmax(_ page: Page) throws {
    try page.section("softmax") {
      let question = Question(.dot, steps: 5, seed: page.seed)
      let tape = Tape()
      let recorded = question.record(on: tape)
      var scope = scope(question, recorded)
      let e = recorded.forward.e.value
      scope.values["m"] = e.maximumOfRows
      try page.equation("softmax", scope, for: ("j", Array(1...5)), tape: [recorded.forward.a.formula])
      try page.equation("context", scope, tape: [recorded.forward.c.formula])
      page.entries([(.symbols("a"), recorded.forward.a.value)])
      page.entries([(.symbols("c"), recorded.forward.c.value)])
      page.check(
        Text("the weights are positive", ko: "가중치는 양수다"), recorded.forward.a.value.elements.allSatisfy { $0 > 0 })
      page.check(
        Text("and sum to 1", ko: "합은 1이다"), recorded.forward.a.value.sumOfRows, equals: Matrix(1))
      // A mean lies between: no entry of c is outside of what the keys have in that entry.
      let K = question.K
      let isBetween = (0..<K.rows).allSatisfy { i in
        let row = (0..<K.columns).map { K[i, $0] }
        let c = recorded.forward.c.value[i, 0]
        return c > row.min()! && c < row.max()!
      }
      page.check(
        Text(
          "every entry of c lies between the keys' least and largest in that entry",
          ko: "c의 성분은 저마다 키들의 같은 성분 가운데 가장 작은 것과 가장 큰 것 사이에 있다"),
        isBetween)

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
      page.check(
        Text(
          "at 708, 709, 710 and at 1000 the formula as it stands is no number",
          ko: "708, 709, 710과 1000에서 식을 그대로 계산하면 수가 아니다"),
        both[2].0[2, 0].isNaN && both[3].0.elements.allSatisfy(\.isNaN), detail: .symbols("∞ / ∞"))
      page.check(
        Text("at −1000 neither", ko: "−1000에서도 마찬가지다"), both[4].0.elements.allSatisfy(\.isNaN),
        detail: .symbols("0 / 0"))
      page.check(
        Text("shifted, all have the same bits", ko: "옮겨서 계산하면 모든 비트가 같다"), .column(of: both.map(\.1)),
        hasSameBitsAs: .column(of: Array(repeating: both[0].1, count: both.count)))
      // The largest number whose exponential is finite, by halving.
      var (low, high) = (700.0, 720.0)
      while (low + high) / 2 != low && (low + high) / 2 != high {
        let middle = (low + high) / 2
        if Elementary.exp(middle).isFinite { low = middle } else { high = middle }
      }
      page.number("overflow", low, decimals: 2)
      page.check(
        Text("exp is finite up to here", ko: "exp는 여기까지 유한하다"), low > 709.78 && low < 709.79,
        detail: .symbols("e^{709.78…}"))
    }
  }

  // MARK: Query

  func query(_ page: Page) throws {
    try page.section("query") {
      let times = Array(1...Decoder.target.count + 1)
      let previous = Decoder(.general, query: .previous, seed: page.seed)
      try page.equation(
        "bahdanau", previous.scope, for: ("t", times), tape: [previous.s[1].formula, previous.p[0].formula])
      let current = Decoder(.general, query: .current, seed: page.seed)
      try page.equation(
        "luong", current.scope, for: ("t", times), tape: [current.s[1].formula, current.p[0].formula])
      func weights(_ decoder: Decoder) -> Matrix { .column(of: times.map { decoder.scope.values["a_\($0)"]! }) }
      page.entries([
        (Text("a_1, s_0 asks", ko: "a_1, 묻는 것은 s_0"), previous.scope.values["a_1"]!),
        (Text("a_1, s_1 asks", ko: "a_1, 묻는 것은 s_1"), current.scope.values["a_1"]!),
      ])
      // What does c_t reach? With s_{t−1} asking, the state; with s_t asking, the state does not know of it.
      let reaches = [previous, current].map { decoder in
        decoder.tape.jacobian(of: decoder.s[1], withRespectTo: decoder.tape.variable(named: "c_1")!).largestMagnitude
      }
      page.check(
        Text("s_{t−1} asks: s_1 depends on c_1", ko: "s_{t−1}이 물으면 s_1은 c_1에 의존한다"), reaches[0] > 0.01)
      page.check(
        Text("s_t asks: ∂s_1/∂c_1 is exactly 0", ko: "s_t가 물으면 ∂s_1/∂c_1은 정확히 0이다"), reaches[1] == 0)

      // One score, both queries. The cell's weights on what it reads are wider where it reads the context, too; all
      // others have one shape, and the same numbers.
      let additive = [Seq2SeqConfiguration.Query.previous, .current].map {
        Decoder(.additive, query: $0, seed: page.seed)
      }
      let shared = additive[0].parameters.filter { name, value in
        additive[1].parameters[name]?.shape == value.shape
      }.keys.sorted()
      let different = Set(additive[0].parameters.keys).union(additive[1].parameters.keys).subtracting(shared)
      page.check(
        Text("additive, either query: all weights but W_y have one shape", ko: "덧셈 점수: 어느 쪽이 묻든 W_y 말고는 가중치의 모양이 같다"),
        different == ["decoder.weight_ih_l0"],
        detail: Text(
          "\(shared.count) of \(shared.count + different.count)",
          ko: "\(shared.count + different.count)개 중 \(shared.count)개"))
      page.check(
        Text("and these have the same numbers", ko: "그 가중치들은 수도 같다"),
        .column(of: shared.map { additive[0].parameters[$0]! }),
        hasSameBitsAs: .column(of: shared.map { additive[1].parameters[$0]! }))
      let difference = weights(additive[0]).largestDifference(from: weights(additive[1]))
      page.check(
        Text("the additive score takes either query, and answers differently", ko: "덧셈 점수도 두 질의를 다 받고, 답은 서로 다르다"),
        difference > 0.01, detail: .symbols("max |Δa| = \(page.number("queries", difference, significant: 2))"))
    }
  }

  // MARK: The way back

  func backward(_ page: Page) throws {
    try page.section("backward") {
      var first = true
      for question in questions(page) {
        let score = question.configuration.score
        let tape = Tape()
        let recorded = question.record(on: tape)
        let f = recorded.forward
        let gradients = tape.gradients(of: recorded.loss)
        let scope = scope(question, recorded, gradients: gradients)
        if first {
          // Softmax and the weighted sum: the same for all scores.
          let through = [page.derivation(of: f.a, in: recorded.loss), page.derivation(of: f.e, in: recorded.loss)]
          try page.equation("back-softmax", scope, tape: through)
          try page.equation("back-entry", entries(question, recorded, gradients), for: ("j", Array(1...5)))
          try softmaxErratum(page, f.a.value, gradients[f.a], gradients[f.e])
          first = false
        }
        page.print()
        var through: [Symbol] = []
        func derive(_ name: String) {
          if let variable = tape.variable(named: name) {
            through.append(page.derivation(of: variable, in: recorded.loss))
          }
        }
        let weights = score.letters.filter { letter in letter != "v" }
        for name in ["v", "U", "M", "P"] + weights + ["q", "K"] { derive(name) }
        try page.equation("back-\(score.rawValue)", scope, tape: through)
        page.check(
          Text("by hand = tape: \(list(question.names))", ko: "손 계산 = 테이프: \(list(question.names))"),
          .column(of: question.byHand()), equals: .column(of: recorded.inputs.map { gradients[$0] }))
        page.check(Text("tape = finite differences", ko: "테이프 = 유한 차분"), question.check())
        let witness = try Witness(score, fixtures: page.root + "/Tests/Fixtures")
        let theirs = witness.onTape()
        page.check(
          Text("a and c: tape = PyTorch's", ko: "a와 c: 테이프 = PyTorch"), .column(of: [theirs.weights, theirs.context]),
          equals: .column(of: [witness.weights, witness.context]))
        page.check(
          Text("gradients: tape = PyTorch's", ko: "기울기: 테이프 = PyTorch"), .column(of: theirs.gradients),
          equals: .column(of: witness.gradients))
        page.check(
          Text("gradients: by hand = PyTorch's", ko: "기울기: 손 계산 = PyTorch"), .column(of: witness.byHand()),
          equals: .column(of: witness.gradients))
      }
    }
  }

  private func list(_ names: [String]) -> String { names.joined(separator: ", ") }

  /// The gradients of a's and e's entries under an index.
  private func entries(_ question: Question, _ recorded: Question.Recorded, _ gradients: Gradients) -> Scope {
    var scope = scope(question, recorded, gradients: gradients)
    for (name, variable) in [("a", recorded.forward.a), ("e", recorded.forward.e)] {
      for j in 1...question.K.columns {
        scope.values["\\frac{\\partial L}{\\partial \(name)_\(j)}"] = Matrix(gradients[variable][j - 1, 0])
      }
    }
    return scope
  }

  /// a ⊙ (1 − a) ⊙ ∂L/∂a, as for a sigmoid: the diagonal of the Jacobian alone.
  private func softmaxErratum(_ page: Page, _ a: Matrix, _ d_a: Matrix, _ d_e: Matrix) throws {
    let diagonal = a .* (1 - a) .* d_a
    let error = (diagonal - d_e).norm / d_e.norm
    page.print()
    page.entries([
      (.symbols("∂L/∂e"), d_e), (.symbols("a ⊙ (1 − a) ⊙ ∂L/∂a"), diagonal),
    ])
    let number = page.number("diagonal-error", error, significant: 2)
    page.check(
      Text("a ⊙ (1 − a) ⊙ ∂L/∂a is another vector", ko: "a ⊙ (1 − a) ⊙ ∂L/∂a는 다른 벡터다"), error > 0.1,
      detail: Text("relative error \(number)", ko: "상대 오차 \(number)"))
    page.check(
      Text("∂L/∂e sums to 0: a shift of all scores changes nothing", ko: "∂L/∂e의 합은 0: 점수를 모두 같은 만큼 옮겨도 달라지는 것이 없다"),
      d_e.total, equals: Matrix(0))
  }

  // MARK: Masks

  func masks(_ page: Page) throws {
    try page.section("masks") {
      // Three sequences side by side, of 5, 3 and 1 steps, read by a bidirectional network and asked one question each.
      var random = Random(seed: page.seed)
      let configuration = RecurrentConfiguration(.lstm, inputSize: 3, hiddenSize: 2, bidirectional: true)
      let encoder = RecurrentNetwork(configuration, random: &random)
      let attention = Attention(AttentionConfiguration(.general, querySize: 4, keySize: 4), random: &random)
      let mask = Mask(lengths: [5, 3, 1], steps: 5)
      let x = (0..<5).map { _ in random.normal(3, 3) }
      let q = random.normal(4, 3)

      struct Found {
        let answer: Attention<Variable>.Answer
        /// ∂(Σ c)/∂ the encoder's and the attention's parameters, and the query.
        let gradients: [Matrix]
        let keys: [Matrix]
      }
      /// Reads and asks, with these numbers in the padding.
      func ask(padding: Double?) -> Found {
        let tape = Tape()
        let (network, look) = (
          encoder.map { tape.variable($1, named: $0) }, attention.map { tape.variable($1, named: $0) }
        )
        let inputs = x.enumerated().map { t, x in
          tape.constant(
            Matrix(rows: 3, columns: 3) { i, j in
              mask.isReal(t, column: j) ? x[i, j] : padding ?? x[i, j]
            })
        }
        let keys = network.run(inputs, mask: mask).outputs
        let query = tape.variable(q)
        let answer = look(query, look.memory(keys, mask: mask))
        let found = tape.gradients(of: (answer.context .* answer.context).total)
        return Found(
          answer: answer, gradients: (network.parameters + look.parameters + [query]).map { found[$0] },
          keys: keys.map(\.value))
      }
      let found = ask(padding: nil)
      let (e, a) = (found.answer.scores.value, found.answer.weights.value)
      var scope = Scope()
      scope.integers["S"] = 5
      for j in 0..<5 {
        scope.values["e_\(j + 1)"] = Matrix(e[j, 1])
        scope.values["a_\(j + 1)"] = Matrix(a[j, 1])
        scope.values["m_\(j + 1)"] = Matrix(mask.isReal(j, column: 1) ? 1 : 0)
      }
      try page.equation("masked", scope, for: ("j", Array(1...5)))
      page.entries((0..<3).map { (.symbols("a, S = \(mask.lengths[$0])"), a.column($0)) })
      let padding = (0..<5).flatMap { t in (0..<3).filter { !mask.isReal(t, column: $0) }.map { a[t, $0] } }
      page.check(
        Text("what is masked gets exactly 0", ko: "가린 자리의 가중치는 정확히 0이다"),
        padding.count == 6 && padding.allSatisfy { $0.bitPattern == 0 }, detail: Text("6 places", ko: "자리 6개"))
      page.check(
        Text("and the rest sums to 1", ko: "나머지의 합은 1이다"), a.sumOfRows,
        equals: Matrix(rows: 1, columns: 3, repeating: 1))

      let spoiled = ask(padding: .nan)
      page.check(
        Text("NaN in the padding changes no bit of a and c", ko: "패딩에 NaN을 넣어도 a와 c는 비트 하나 바뀌지 않는다"),
        .column(of: [spoiled.answer.weights.value, spoiled.answer.context.value]),
        hasSameBitsAs: .column(of: [a, found.answer.context.value]))
      page.check(
        Text("nor of any gradient", ko: "기울기도 마찬가지다"), .column(of: spoiled.gradients),
        hasSameBitsAs: .column(of: found.gradients))
      // Attention's own mask: with other numbers for the padded keys, finite ones.
      let otherKeys = found.keys.enumerated().map { t, k in
        Matrix(rows: k.rows, columns: k.columns) { i, j in mask.isReal(t, column: j) ? k[i, j] : 7 + Double(i) }
      }
      let other = attention(q, attention.memory(otherKeys, mask: mask))
      page.check(
        Text("nor do other keys there, which attention itself masks", ko: "그 자리의 키를 바꾸어도 그렇다. 이것은 어텐션의 마스크가 막는다"),
        .column(of: [other.weights, other.context]), hasSameBitsAs: .column(of: [a, found.answer.context.value]))
      let alone = (0..<3).map { j -> Matrix in
        let one = encoder.run(x[..<mask.lengths[j]].map { $0.column(j) }, from: nil)
        return attention(q.column(j), attention.memory(one.outputs)).context
      }
      page.check(
        Text("each sequence by itself, without padding and mask: the same c", ko: "패딩도 마스크도 없이 하나씩 읽어도 c가 같다"),
        Matrix(columns: alone), equals: found.answer.context.value)

      // What does not hide: a score of 0, and a product with the mask after the softmax.
      // begin: no-masks
      let zeroed = e.masked(mask.flags, fill: 0).softmax
      let cutAfter = e.softmax.masked(mask.flags, fill: 0)
      // end: no-masks
      let leaked = (0..<5).reduce(0.0) { $0 + (mask.isReal($1, column: 2) ? 0 : zeroed[$1, 2]) }
      let kept = cutAfter.sumOfRows[0, 2]
      page.number("zeroed", leaked, decimals: 2)
      page.number("cut-after", kept, decimals: 2)
      page.print()
      page.entries([
        (Text("score 0, S = 1", ko: "점수 0, S = 1"), zeroed.column(2)),
        (Text("cut afterwards, S = 1", ko: "나중에 자름, S = 1"), cutAfter.column(2)),
      ])
      page.check(
        Text(
          "a score of 0 hides nothing: the padding has most of the weight", ko: "점수를 0으로 해도 가려지지 않는다. 가중치 대부분이 패딩에 있다"),
        leaked > 0.5)
      page.check(Text("cut afterwards, the weights do not sum to 1", ko: "나중에 자르면 가중치의 합이 1이 아니다"), kept < 0.9)
    }
  }
}

extension Tape {
  /// The node of this name.
  fileprivate func variable(named name: String) -> Variable? { namedVariables.first { $0.name == name }?.variable }
}
