// Section 4.4: the two conventions of the reset gate, which are two models.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension GatedRecurrentUnitChapter {
  func resetGate(_ page: Page) throws {
    try page.section("reset-gate") {
      let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 4, seed: page.seed)
      let times = Array(1...example.x.count)
      places(page, example)
      let tape = Tape()
      let run = example.with(reset: .beforeProduct).record(on: tape)
      for t in times { run.g[t - 1].named("\\bar{g}_\(t)") }
      var scope = Scope(tape)
      // The other model's candidates at the same inputs and states.
      scope.set(
        "g_#", times.map { example.cell.step(example.x[$0 - 1], run.h[$0 - 1].value).g }, from: 1)
      // A candidate without names for its pre-activation and for r ⊙ h, so that its formula is written out.
      let bare = Tape()
      let named = zip(GRUCell<Matrix>.names, example.cell.parameters).map { bare.variable($1, named: $0) }
      let first = GRUCell(parameters: named, update: .keepsPast, reset: .beforeProduct)
        .step(bare.constant(example.x[0], named: "x_1"), bare.variable(example.start, named: "h_0"))
      first.r.named("r_1")
      try page.equation("before", scope, for: ("t", times), tape: [first.g.formula])
      try page.equation("differ", scope, for: ("t", times))
      try page.equation("no-commuting", scope, for: ("t", times))

      // With one unit the product and the gate do change places, if there is no b_hg.
      let unitTape = Tape()
      _ = Example(inputs: 2, hidden: 1, batch: 1, steps: 4, seed: page.seed).record(on: unitTape)
      try page.equation("one-unit-commutes", Scope(unitTape), for: ("t", times))
      try straightAndBent(page, example)
      refusals(page, example)
      allVariants(page)
      try page.equation("diagonal", scope, for: ("t", times))
      let outer = run.z[0].value * run.h[0].value.transposed
      page.number("tensor-product", Double(outer.count), decimals: 0)
      page.check(
        Text("the outer product has n² entries, not n", ko: "외적의 성분은 n개가 아니라 n²개다"), .equal(outer.count, 9))
      page.check(
        Text("⊙ is the diagonal of the outer product", ko: "⊙는 외적의 대각선이다"),
        Matrix(rows: 3, columns: 1) { i, _ in outer[i, i] }, hasSameBitsAs: run.z[0].value .* run.h[0].value)
    }
  }

  /// The two candidates side by side. Before the product the two biases are only ever added, so there is one.
  private func places(_ page: Page, _ example: Example) {
    let (W, b) = (example.cell.W, example.cell.b)
    let panels = [(ResetGate.afterProduct, "r ⊙ (W h)", b.hg), (.beforeProduct, "W (r ⊙ h)", nil)].map {
      reset, label, b_hg in
      let cell = GRUCell(W: W, b: (r: b.r, z: b.z, xg: b.xg, hg: b_hg), reset: reset)
      let picture = Diagram.candidate(reset, label: label).colouring(["reset"], 1).colouring(["past"], 0)
      return DiagramPanel(picture, cell.taped(example.x[0], example.start), isPart: true)
    }
    page.diagram("places", panels, isRow: true)
  }

  /// From h_0 = 0, at three inputs in equal steps, the candidate's pre-activation lies on a straight line with the reset
  /// before the product, whatever the weights are, and bends with the reset after it.
  private func straightAndBent(_ page: Page, _ example: Example) throws {
    var line = Scope()
    let zero = 0 * example.start
    let (x, d) = (example.x[0], 2 * example.x[1])
    for (k, input) in [x - d, x, x + d].enumerated() {
      let one = Example(cell: example.cell, start: zero, x: [input], y: [zero])
      line.values["a_\(k + 1)"] = one.record(on: Tape()).a.g[0].value
      line.values["\\bar{a}_\(k + 1)"] = one.with(reset: .beforeProduct).record(on: Tape()).a.g[0].value
    }
    try page.equation("straight", line)
    try page.equation("bent", line)
    // The update gate cannot make up for it: h_1 is 0 where the pre-activation is, and a bent one can be 0 at three inputs.
    let (none, two) = (Matrix(0), Matrix(2))
    let bent = GRUCell(
      W: (xr: two, xz: none, xg: Matrix(-0.125), hr: none, hz: none, hg: none),
      b: (r: none, z: none, xg: Matrix(-0.5), hg: Matrix(1)))
    let states = [-5.0, -1, 1, 5].map { bent.step(Matrix($0), none).h.scalar }
    page.check(
      Text("a unit whose h_1 changes its sign three times", ko: "h_1의 부호가 세 번 바뀌는 유닛"),
      zip([1.0, -1, 1, -1], states).map { .above($0 * $1, 0.05) },
      note: .symbols("±h_1, x_1 = −5, −1, 1, 5"))
  }

  /// The library's converter changes no network into the other model.
  private func refusals(_ page: Page, _ example: Example) {
    func complaint(_ network: RecurrentNetwork<Matrix>, _ reset: ResetGate) -> String {
      do throws(RecurrentError) {
        _ = try network.converted(update: .keepsPast, reset: reset)
        return ""
      } catch {
        return error.description
      }
    }
    let there = complaint(example.network, .beforeProduct)
    let back = complaint(example.with(reset: .beforeProduct).network, .afterProduct)
    page.check(
      Text("the converter refuses, and says why", ko: "변환기는 거절하고 까닭을 말한다"), there.contains("another model"),
      detail: .symbols(there))
    page.check(
      Text("and in the other direction", ko: "거꾸로도 거절한다"), back.contains("another model"),
      detail: .symbols(back))
  }

  /// The tape's gradients of all four variants, against finite differences.
  private func allVariants(_ page: Page) {
    page.print()
    for update in UpdateGate.allCases {
      for reset in ResetGate.allCases {
        let variant = Example(inputs: 2, hidden: 3, batch: 2, steps: 3, update: update, reset: reset, seed: page.seed)
        page.check(
          Text(
            "tape = finite differences: \(update.text.english), \(reset.text.english)",
            ko: "테이프 = 유한 차분: \(update.text.korean), \(reset.text.korean)"), variant.gradientCheck())
      }
    }
  }
}

extension ResetGate {
  /// The convention in words.
  fileprivate var text: Text {
    switch self {
    case .afterProduct: Text("reset after the product", ko: "곱한 뒤 리셋")
    case .beforeProduct: Text("reset before it", ko: "곱하기 전 리셋")
    }
  }
}
