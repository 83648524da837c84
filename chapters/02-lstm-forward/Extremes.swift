// 2.8 What the gates can do: each turned all the way, for 1,000 steps.

import Autodiff
import LaTeX
import Notebook

extension LSTMForward {
  func extremes(_ page: Page, _ runs: Runs) throws {
    var random = Random(seed: page.seed)
    var long = runs.random
    long.x = (0..<1000).map { _ in random.normal(3, 2) }
    try forget(page, long)
    try writeNothing(page, long)
    try carry(page, long)
    try accumulate(page, long)
    rounding(page)
  }

  /// The numbers of an example's steps under the notes' names.
  private func scope(_ example: Example, _ steps: [Step<Matrix>]) -> Scope {
    var scope = Scope()
    scope.values["c_0"] = example.start.c
    for (name, values) in [
      ("f_#", steps.map(\.f)), ("i_#", steps.map(\.i)), ("g_#", steps.map(\.g)), ("c_#", steps.map(\.c)),
    ] {
      scope.set(name, values, from: 1)
    }
    return scope
  }

  /// Every entry of a gate is exactly `value` at all steps.
  private func checkGate(_ page: Page, _ bias: String, _ gate: String, _ values: [Matrix], is value: Double) {
    let number = NumberFormat.format(value, decimals: 0)
    page.check(
      Text("\(bias): every \(gate)_t is exactly \(number)", ko: "\(bias)이면 \(gate)_t는 모두 정확히 \(number)"),
      .stack(values), hasSameBitsAs: .stack(values.map { $0.map { _ in value } }))
  }

  private func forget(_ page: Page, _ long: Example) throws {
    let forgetting = long.saturated(f: -1000)
    let forgot = forgetting.unroll()
    checkGate(page, "b_f = −1000", "f", forgot.map(\.f), is: 0)
    try page.equation("forget-all", scope(forgetting, forgot), for: ("t", Array(1...1000)))
    var other = forgetting
    other.start.c = 100 * forgetting.start.c
    page.check(
      Text("100 times c_0: c_1 has the same bits", ko: "c_0이 100배여도 c_1은 그대로"),
      other.unroll()[0].c, hasSameBitsAs: forgot[0].c)
  }

  private func writeNothing(_ page: Page, _ long: Example) throws {
    let deaf = long.saturated(i: -1000)
    let heard = deaf.unroll()
    checkGate(page, "b_i = −1000", "i", heard.map(\.i), is: 0)
    try page.equation("write-nothing", scope(deaf, heard), for: ("t", Array(1...1000)))
  }

  private func carry(_ page: Page, _ long: Example) throws {
    let carrying = long.saturated(f: 1000, i: -1000)
    let carried = carrying.unroll()
    checkGate(page, "b_f = 1000", "f", carried.map(\.f), is: 1)
    try page.equation("carry", scope(carrying, carried), for: ("t", Array(1...1000)))
    page.check(
      Text("after 1,000 steps c has the bits of c_0", ko: "1,000시점 뒤에도 c는 c_0과 같다"), carried[999].c,
      hasSameBitsAs: carrying.start.c)
    let moved = zip(carried, carried.dropFirst()).map { ($1.h - $0.h).largestMagnitude }
    page.check(
      Text("while h_t moves at every step", ko: "그동안 h_t는 시점마다 움직인다"),
      .above(moved.min()!, 1e-3, named: "min_t max |Δh_t|"))
  }

  private func accumulate(_ page: Page, _ long: Example) throws {
    let counting = long.saturated(f: 1000, i: 1000)
    let counted = counting.unroll()
    try page.equation("accumulate", scope(counting, counted), for: ("t", Array(1...1000)))
    let size = counted[999].c.largestMagnitude
    page.number("accumulated", size, decimals: 0)
    page.check(
      Text("nothing bounds c_t by 1", ko: "c_t는 1을 넘는다"), .above(size, 10, named: "max |c_{1000}|"))
  }

  /// Where σ rounds to 1 and to 0.
  private func rounding(_ page: Page) {
    let first = (1...100).first { Matrix(Double($0)).sigmoid.scalar == 1 }!
    let last = (1...1000).first { Matrix(-Double($0)).sigmoid.scalar == 0 }!
    page.number("sigmoid-one", Double(first), decimals: 0)
    page.number("sigmoid-zero", Double(-last), decimals: 0)
  }
}
