// 2.9 The state is a pair: a sequence that is cut goes on from (h, c), and not from h alone.

import Autodiff
import Notebook

extension LSTMForward {
  func inAndOut(_ page: Page, _ example: Example) {
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
