// Section 6.7: sequences of several lengths side by side, and what hides their padding.

import Autodiff
import LaTeX
import Notebook
import Recurrent

/// Three sequences side by side, of 5, 3 and 1 steps. A bidirectional network reads them, and one question is asked of each.
private struct PaddedBatch {
  let encoder: RecurrentNetwork<Matrix>
  let attention: Attention<Matrix>
  let mask = Mask(lengths: [5, 3, 1], steps: 5)
  /// x_1 … x_5, 3 × 3 each, with numbers in the padding too.
  let x: [Matrix]
  /// The questions, 4 × 3.
  let q: Matrix

  init(seed: UInt64) {
    var random = Random(seed: seed)
    encoder = RecurrentNetwork(
      RecurrentConfiguration(.lstm, inputSize: 3, hiddenSize: 2, bidirectional: true), random: &random)
    attention = Attention(AttentionConfiguration(.general, querySize: 4, keySize: 4), random: &random)
    x = (0..<5).map { _ in random.normal(3, 3) }
    q = random.normal(4, 3)
  }

  struct Found {
    let answer: Attention<Variable>.Answer
    /// ∂(Σ c²)/∂ the encoder's parameters, the attention's and the query.
    let gradients: [Matrix]
    let keys: [Matrix]
  }

  /// Reads and asks on a tape.
  ///
  /// - Parameter padding: takes the place of every number in the padding; nil leaves them as they are.
  func ask(padding: Double?) -> Found {
    let tape = Tape()
    let network = encoder.map { tape.variable($1, named: $0) }
    let look = attention.map { tape.variable($1, named: $0) }
    let inputs = x.enumerated().map { t, x in
      tape.constant(Matrix(rows: 3, columns: 3) { mask.isReal(t, column: $1) ? x[$0, $1] : padding ?? x[$0, $1] })
    }
    let keys = network.run(inputs, mask: mask).outputs
    let query = tape.variable(q)
    let answer = look(query, look.memory(keys, mask: mask))
    let gradients = tape.gradients(of: (answer.context .* answer.context).total)
    return Found(
      answer: answer, gradients: (network.parameters + look.parameters + [query]).map { gradients[$0] },
      keys: keys.map(\.value))
  }

  /// The weights of a step's padding: entry [t, column] wherever that step is not real.
  func padding(of a: Matrix) -> [Double] {
    (0..<a.rows).flatMap { t in (0..<a.columns).filter { !mask.isReal(t, column: $0) }.map { a[t, $0] } }
  }
}

extension Seq2SeqAttention {
  func masks(_ page: Page) throws {
    try page.section("masks") {
      let batch = PaddedBatch(seed: page.seed)
      let found = batch.ask(padding: nil)
      let (e, a) = (found.answer.scores.value, found.answer.weights.value)
      var scope = Scope()
      scope.integers["S"] = 5
      for j in 0..<5 {
        scope.values["e_\(j + 1)"] = Matrix(e[j, 1])
        scope.values["a_\(j + 1)"] = Matrix(a[j, 1])
        scope.values["m_\(j + 1)"] = Matrix(batch.mask.isReal(j, column: 1) ? 1 : 0)
      }
      try page.equation("masked", scope, for: ("j", Array(1...5)))
      page.entries((0..<3).map { (.symbols("a, S = \(batch.mask.lengths[$0])"), a.column($0)) })
      page.check(
        Text("the 6 places that are masked get exactly 0", ko: "가린 자리 6개의 가중치는 정확히 0이다"),
        Matrix(column: batch.padding(of: a)), hasSameBitsAs: Matrix(rows: 6, columns: 1))
      page.check(
        Text("and the rest sums to 1", ko: "나머지의 합은 1이다"), a.sumOfRows,
        equals: Matrix(rows: 1, columns: 3, repeating: 1))
      hidePadding(batch, found, page)
      showLeaks(e, batch.mask, page)
    }
  }

  /// Nothing that stands in the padding reaches the answer.
  private func hidePadding(_ batch: PaddedBatch, _ found: PaddedBatch.Found, _ page: Page) {
    let answer = Matrix.column(of: [found.answer.weights.value, found.answer.context.value])
    let spoiled = batch.ask(padding: .nan)
    page.check(
      Text("NaN in the padding changes no bit of a and c", ko: "패딩에 NaN을 넣어도 a와 c는 비트 하나 바뀌지 않는다"),
      .column(of: [spoiled.answer.weights.value, spoiled.answer.context.value]), hasSameBitsAs: answer)
    page.check(
      Text("nor of any gradient", ko: "기울기도 마찬가지다"), .column(of: spoiled.gradients),
      hasSameBitsAs: .column(of: found.gradients))
    // The attention's own mask: other finite numbers for the padded keys.
    let otherKeys = found.keys.enumerated().map { t, k in
      Matrix(rows: k.rows, columns: k.columns) { i, j in
        batch.mask.isReal(t, column: j) ? k[i, j] : 7 + Double(i)
      }
    }
    let attention = batch.attention
    let other = attention(batch.q, attention.memory(otherKeys, mask: batch.mask))
    page.check(
      Text("nor do other keys there, which attention itself masks", ko: "그 자리의 키를 바꾸어도 그렇다. 이것은 어텐션의 마스크가 막는다"),
      .column(of: [other.weights, other.context]), hasSameBitsAs: answer)
    let alone = (0..<3).map { j -> Matrix in
      let one = batch.encoder.run(batch.x[..<batch.mask.lengths[j]].map { $0.column(j) }, from: nil)
      return attention(batch.q.column(j), attention.memory(one.outputs)).context
    }
    page.check(
      Text("each sequence by itself, without padding and mask: the same c", ko: "패딩도 마스크도 없이 하나씩 읽어도 c가 같다"),
      Matrix(columns: alone), equals: found.answer.context.value)
  }

  /// Two ways that do not hide the padding: a score of 0, and a product with the mask after the softmax.
  private func showLeaks(_ e: Matrix, _ mask: Mask, _ page: Page) {
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
      .above(leaked, 0.5))
    page.check(
      Text("cut afterwards, the weights do not sum to 1", ko: "나중에 자르면 가중치의 합이 1이 아니다"), .below(kept, 0.9))
  }
}
