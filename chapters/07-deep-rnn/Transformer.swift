// Section 7.11: self-attention beside recurrence, in three measurements.

import Autodiff
import Experiments
import Notebook
import Recurrent

extension DeepNetworks {
  func transformer(_ page: Page) {
    page.section("transformer") {
      let (size, T) = (16, 8)
      var random = Random(seed: page.seed)
      let attention = SelfAttention(size: size, random: &random)
      let X = random.normal(size, T)
      let rnn = RecurrentNetwork(
        RecurrentConfiguration(.rnn(.tanh), inputSize: size, hiddenSize: size), random: &random)
      var order = Array(0..<T)
      random.shuffle(&order)
      permute(X, order, attention, rnn, page)
      countPairs((0..<T).map { _ in random.normal(size, 1) }, attention, rnn, page)
      stackAttention(size: size, steps: T, page)
    }
  }

  /// What another order of the inputs does to both.
  private func permute(
    _ X: Matrix, _ order: [Int], _ attention: SelfAttention<Matrix>, _ rnn: RecurrentNetwork<Matrix>, _ page: Page
  ) {
    page.check(
      Text("attention: inputs permuted, outputs permuted", ko: "어텐션: 입력을 섞으면 출력도 그대로 섞인다"),
      attention(X.columns(order)), equals: attention(X).columns(order))
    /// The states of the recurrent layer over the columns of X, one sequence, as columns.
    func states(_ X: Matrix) -> Matrix {
      let h = rnn.run((0..<X.columns).map { X.column($0) }).outputs
      return Matrix(rows: h[0].rows, columns: h.count) { h[$1][$0, 0] }
    }
    let (straight, mixed) = (states(X).columns(order), states(X.columns(order)))
    let change = (straight - mixed).norm / straight.norm
    page.number("permuted", change, significant: 2)
    page.check(Text("recurrence: another answer", ko: "순환: 다른 답"), .above(change, 0.1, named: "‖Δ‖ / ‖h‖"))
  }

  /// Which steps depend on which in one layer: the pairs (t, s) with ∂y_t/∂x_s ≠ 0.
  private func countPairs(
    _ x: [Matrix], _ attention: SelfAttention<Matrix>, _ rnn: RecurrentNetwork<Matrix>, _ page: Page
  ) {
    let T = x.count
    let tape = Tape()
    let inputs = x.map { tape.variable($0) }
    let attended = attention.recorded(on: tape)(Variable.columns(inputs))
    let recurrent = rnn.map { tape.constant($1) }.run(inputs).outputs
    func pairs(_ y: (Int) -> Variable) -> Int {
      (0..<T).reduce(0) { count, t in
        count + inputs.count { tape.jacobian(of: y(t), withRespectTo: $0).largestMagnitude > 0 }
      }
    }
    for (name, count, expected, claim) in [
      (
        "attended", pairs { attended.columns([$0]) }, T * T,
        Text("pairs (t, s) with ∂y_t/∂x_s ≠ 0: attention T²", ko: "∂y_t/∂x_s ≠ 0인 (t, s) 쌍: 어텐션은 T²")
      ),
      (
        "recurred", pairs { recurrent[$0] }, T * (T + 1) / 2,
        Text("the recurrent layer T (T + 1) / 2", ko: "순환층은 T (T + 1) / 2")
      ),
    ] {
      page.number(name, Double(count), decimals: 0)
      page.check(claim, .equal(count, expected))
    }
  }

  /// Layers of self-attention without and with skip connections, up to as many as BERT base has.
  private func stackAttention(size: Int, steps: Int, _ page: Page) {
    let depths = [1, 2, 3, 12]
    func towers(hasSkip: Bool, isOrthogonal: Bool = false) -> (apart: [Scores], gradient: Scores) {
      let runs = page.fiveSeeds.map {
        attentionTower(depths, size: size, steps: steps, hasSkip: hasSkip, isOrthogonal: isOrthogonal, seed: $0)
      }
      return (
        depths.indices.map { k in Scores(values: runs.map { $0.diversity[k] }) }, Scores(values: runs.map(\.gradient))
      )
    }
    let (plain, skip) = (towers(hasSkip: false), towers(hasSkip: true))
    page.print()
    page.print(
      Text(
        "‖X_L − X̄_L‖ / ‖X_L‖, how far the 8 steps are apart after L layers of self-attention, and the gradient through 12 of them: before training, medians of 5 seeds.",
        ko: "셀프 어텐션 L층을 지난 뒤 시점 8개가 서로 다른 정도 ‖X_L − X̄_L‖ / ‖X_L‖, 그리고 12층을 지난 기울기: 학습 전, 시드 5개의 중앙값."))
    let rows = [
      ("plain", Text("without skip connections", ko: "스킵 연결 없이"), plain),
      ("skip", Text("with them", ko: "스킵 연결을 두고"), skip),
    ]
    page.table(
      [.symbols("")] + depths.map { .symbols("L = \($0)") } + [.symbols("‖∂L/∂X_0‖ / ‖∂L/∂X_12‖")],
      rows.map { name, label, found in
        [label(page.language)]
          + zip(depths, found.apart).map { L, scores in
            // A difference that is only rounding is not printed.
            median(scores.values) < 1e-12
              ? "< 1e-12" : page.number("apart-\(name)-\(L)", median(scores.values), significant: 2)
          } + [page.number("attention-gradient-\(name)", median(found.gradient.values), significant: 2)]
      })

    func check(_ claim: Text, _ comparisons: Comparison...) {
      page.check(claim, comparisons, note: Text("12 layers, every seed", ko: "12층, 모든 시드"))
    }
    check(
      Text("without skips all steps become the same", ko: "스킵이 없으면 모든 시점이 같아진다"), .below(plain.apart[3].highest, 1e-12))
    check(Text("with skips they stay apart", ko: "스킵이 있으면 서로 다른 채로 있다"), .above(skip.apart[3].lowest, 0.2))
    check(
      Text("with skips over 10 times as much gradient comes through", ko: "스킵이 있으면 기울기가 10배 넘게 온다"),
      .above(skip.gradient.lowest / plain.gradient.highest, 10))
    // Is it the depth, or the first weights? The same without skip connections, with an orthogonal W_v.
    let orthogonal = towers(hasSkip: false, isOrthogonal: true)
    page.number("attention-gradient-orthogonal", median(orthogonal.gradient.values), significant: 2)
    check(
      Text(
        "without skips, W_v orthogonal: gradient comes through, and all steps become the same",
        ko: "스킵이 없고 W_v가 직교: 기울기는 오고, 시점은 같아진다"),
      .above(orthogonal.gradient.lowest, 0.1), .below(orthogonal.apart[3].highest, 1e-12))
  }
}

extension Variable {
  /// Columns side by side.
  fileprivate static func columns(_ columns: [Variable]) -> Variable {
    Variable.stack(columns.map(\.transposed)).transposed
  }
}
