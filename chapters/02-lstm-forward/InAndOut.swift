// 2.9 In and out: the whole cell, its shapes, and its state as a pair.

import Autodiff
import LaTeX
import Notebook

extension LSTMForward {
  func inAndOut(_ page: Page, _ runs: Runs) throws {
    let formulas = [runs.randomSteps[0], runs.cellStep].flatMap { step in
      [step.f, step.i, step.g, step.o, step.c, step.h].map(\.formula)
    }
    try page.equation("cell", runs.randomScope, for: ("t", [1, 2, 3, 4]), tape: formulas)
    let (p, step) = (runs.random.parameters, runs.random.unroll()[0])
    page.table(
      [Text("at a step", ko: "한 시점"), Text("shape", ko: "모양"), Text("here", ko: "여기서는")],
      [
        ("x_t", Text("inputs × batch", ko: "입력 × 배치"), runs.random.x[0]),
        ("h_{t−1}", Text("units × batch", ko: "유닛 × 배치"), runs.random.start.h),
        ("c_{t−1}", Text("units × batch", ko: "유닛 × 배치"), runs.random.start.c),
        ("h_t", Text("units × batch", ko: "유닛 × 배치"), step.h),
        ("c_t", Text("units × batch", ko: "유닛 × 배치"), step.c),
        ("W_{xf} …", Text("units × inputs", ko: "유닛 × 입력"), p.W.xf),
        ("W_{hf} …", Text("units × units", ko: "유닛 × 유닛"), p.W.hf),
        ("b_f …", Text("units × 1", ko: "유닛 × 1"), p.b.f),
      ].map { name, shape, matrix in [name, shape(page.language), "\(matrix.shape)"] })
    resume(page, runs.random)
  }

  /// A sequence that is cut after ten steps goes on from the pair (h_10, c_10), and not from h_10 alone.
  private func resume(_ page: Page, _ example: Example) {
    var random = Random(seed: page.seed)
    var whole = example
    whole.x = (0..<20).map { _ in random.normal(3, 2) }
    let atOnce = whole.unroll()
    var rest = whole
    rest.x = Array(whole.x[10...])
    rest.start = (atOnce[9].h, atOnce[9].c)
    let resumed = rest.unroll()
    page.check(
      "h_{11}, c_{11} …",
      Witness(Text("20 steps at once", ko: "20시점을 한 번에"), .stack(atOnce[10...].flatMap { [$0.h, $0.c] })),
      hasSameBitsAs: Witness(
        Text("10 more from (h_{10}, c_{10})", ko: "(h_{10}, c_{10})에서 10시점 더"),
        .stack(resumed.flatMap { [$0.h, $0.c] })))
    rest.start.c = 0.0 * rest.start.c
    let error = rest.unroll()[0].h.largestDifference(from: atOnce[10].h)
    page.number("without-c", error, decimals: 2)
    page.check(
      Text("from h_{10} alone the next state is wrong", ko: "h_{10}만 넘기면 다음 상태가 틀린다"),
      .above(error, 0.01, named: "max |Δh_{11}|"))
  }
}
