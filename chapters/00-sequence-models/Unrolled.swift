// 0.8 One weight, used T times: the recurrent network as a loop and written out, and the gradient of a shared weight.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension SequenceModels {
  func unrolled(_ page: Page) throws {
    let (T, n, d, batch) = (3, 3, 2, 2)
    var random = Random(seed: page.seed)
    let weights = firstWeights(inputs: d, hidden: n, classes: 2, &random)
    let x = (0..<T).map { _ in random.normal(d, batch) }
    let target = random.uniform(n, batch, -1, 1)

    drawUnrolled(page, weights, x)

    // By hand: the same three matrices, written down three times.
    let (W_x, W_h, b) = (weights[0], weights[1], weights[2])
    let h_0 = Matrix(rows: n, columns: batch)
    // begin: by-hand
    let h_1 = (W_x * x[0] + b + W_h * h_0).tanh
    let h_2 = (W_x * x[1] + b + W_h * h_1).tanh
    let h_3 = (W_x * x[2] + b + W_h * h_2).tanh
    // end: by-hand
    let byHand = Matrix.stack([h_1, h_2, h_3])
    let cell = Model(weights).cell
    for (title, states) in [
      (Text("the loop", ko: "반복문"), unroll(cell, x)),
      (Text("the library's layer", ko: "라이브러리의 층"), cell.run(x).outputs),
    ] {
      page.check("h_1 … h_3", .byHand(byHand), hasSameBitsAs: Witness(title, .stack(states)))
    }
    try sharedWeight(page, weights, x, h_0: h_0, target: target)

    // One set of weights for any number of steps.
    let perCell = weights.prefix(3).reduce(0) { $0 + $1.count }
    page.number("cell-parameters", Double(perCell), decimals: 0)
    page.number("copied-parameters", Double(100 * perCell), decimals: 0)
    let long = unroll(cell, (0..<100).map { x[$0 % T] })
    page.check(
      Text("the same \(perCell) numbers run over 100 steps", ko: "같은 수 \(perCell)개로 100단계를 돈다"),
      .stack(Array(long.prefix(T))), hasSameBitsAs: byHand)
    checkShares(page, weights, x, h_0: h_0, target: target)
  }

  /// The network on a tape with a name for every step: its variables, and L = ½ ‖h_T − y‖².
  private func record(
    _ weights: [Matrix], _ x: [Matrix], h_0: Matrix, target: Matrix
  ) -> (weights: [Variable], a: [Variable], h: [Variable], loss: Variable) {
    let tape = Tape()
    let p = zip(Model<Variable>.names, weights).map { tape.variable($1, named: $0) }
    var h = [tape.variable(h_0, named: "h_0")]
    var a: [Variable] = []
    for t in 1...x.count {
      a.append((p[0] * tape.constant(x[t - 1], named: "x_\(t)") + p[2] + p[1] * h[t - 1]).named("a_\(t)"))
      h.append(a[t - 1].tanh.named("h_\(t)"))
    }
    let e = h[x.count] - tape.constant(target, named: "y")
    return (p, a, h, (0.5 * (e .* e).total).named("L"))
  }

  private func sharedWeight(_ page: Page, _ weights: [Matrix], _ x: [Matrix], h_0: Matrix, target: Matrix) throws {
    let (p, a, h, loss) = record(weights, x, h_0: h_0, target: target)
    var scope = Scope(loss.tape, gradients: loss.tape.gradients(of: loss))
    scope.integers["T"] = x.count
    try page.equation("rnn", scope, for: ("t", Array(1...x.count)), tape: [a[0].formula, h[1].formula])
    // Recorded without names in between, the formula of h_3 is the whole network.
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
      gradients: GradientCheck(Array(weights.prefix(3)) + x, names: ["W_x", "W_h", "b"]) { inputs in
        unroll(RNNCell(W: (x: inputs[0], h: inputs[1]), b: (x: inputs[2], h: nil)), Array(inputs[3...])).last!
      })
  }

  /// Each use of W_h asks for a change of its own: copies that start equal would not stay equal.
  private func checkShares(_ page: Page, _ weights: [Matrix], _ x: [Matrix], h_0: Matrix, target: Matrix) {
    let (_, a, h, loss) = record(weights, x, h_0: h_0, target: target)
    let gradients = loss.tape.gradients(of: loss)
    let shares = zip(a, h).map { gradients[$0] * $1.value.transposed }
    page.check(
      Text("the uses ask for different changes, and get one: the sum", ko: "쓰인 자리마다 바라는 변화가 다르지만, 받는 것은 합 하나다"),
      .above(shares[1].largestDifference(from: shares[2]), 1e-3, named: "max |Δ|"))
    page.check(
      Text("the first use asks for none: it multiplies h_0 = 0", ko: "첫 자리는 아무 변화도 바라지 않는다: h_0 = 0에 곱한다"),
      .atMost(shares[0].largestMagnitude, 0, named: "max |·|"))
  }
}
