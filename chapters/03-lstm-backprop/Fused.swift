// Section 3.7: the lines by hand as one fused operation on the tape.

import Autodiff
import Notebook
import Recurrent

extension LSTMBackprop {
  func fused(_ page: Page) {
    page.section("fused") {
      let example = Example.sequence(forgetBias: 1, steps: 50, batch: 2, seed: page.seed)
      let hand = example.backwards(example.forwards())
      let small = TrainingStep(example, isFused: false)
      let fused = TrainingStep(example, isFused: true)
      page.number("nodes-small", Double(small.nodes), decimals: 0)
      page.number("nodes-fused", Double(fused.nodes), decimals: 0)
      page.check(
        Text("the fused run has less than 1/20 of the nodes", ko: "합친 연산의 노드는 1/20보다 적다"),
        .below(Double(fused.nodes) / Double(small.nodes), 0.05))
      for (k, name) in Self.gradientNames.enumerated() {
        page.check(name, .fused(fused.gradients[k]), equals: .byHand(hand.values[k]))
      }
      page.check("∂L/∂W_h", .fused(fused.gradients[1]), equals: .tape(small.gradients[1]))
      page.check(
        "∂L/∂x_1 … ∂L/∂x_T", .fused(.stack(Array(fused.gradients[5...]))),
        equals: .byHand(.stack(Array(hand.x.dropFirst()))))
      let cell = Example(inputs: 2, hidden: 3, batch: 2, steps: 3, seed: page.seed)
      page.check(
        Text("fused cell = finite differences", ko: "합친 셀 = 유한 차분"),
        GradientCheck(cell.values, names: cell.names) { values in
          let states = FusedLSTMCell(CellWeights(values: values), hidden: 3)
            .unroll(Array(values[5...]), from: [values[3], values[4]])
          return .stack(states.map { $0[0] } + [states[2][1]])
        })
      remarkOnSpeed(page, example)
    }
  }

  /// Says on the terminal how much faster the fused operation is on this machine: medians of 15 runs after two to warm up.
  private func remarkOnSpeed(_ page: Page, _ example: Example) {
    let clock = ContinuousClock()
    func median(_ isFused: Bool) -> Duration {
      let times = (0..<17).map { _ in clock.measure { _ = TrainingStep(example, isFused: isFused) } }
      return times.dropFirst(2).sorted()[7]
    }
    let ratio = NumberFormat.format(median(false) / median(true), significant: 2)
    page.remark(
      Text(
        "On this machine the fused operation is \(ratio) times as fast as the tape of small operations (T = 50, 16 units).",
        ko: "이 컴퓨터에서는 합친 연산이 작은 연산의 테이프보다 \(ratio)배 빠르다 (T = 50, 유닛 16개)."))
  }
}

/// A forward and a backward pass on the tape, by small operations or by the fused one.
private struct TrainingStep {
  /// How many nodes the forward pass adds to the tape.
  let nodes: Int
  /// In the order of `Example.values`.
  let gradients: [Matrix]

  init(_ example: Example, isFused: Bool) {
    let tape = Tape()
    let values = example.values.map { tape.variable($0) }
    let weights = CellWeights(values: values)
    let (x, start) = (Array(values[5...]), [values[3], values[4]])
    let h =
      isFused
      ? FusedLSTMCell(weights, hidden: example.hidden).run(x, from: [start]).outputs
      : LSTMCell(weights, hidden: example.hidden).run(x, from: [start]).outputs
    nodes = tape.count - values.count
    let found = tape.gradients(of: example.loss(h))
    gradients = values.map { found[$0] }
  }
}
