// Section 4.3: the two conventions of the update gate.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension GatedRecurrentUnitChapter {
  func updateGate(_ page: Page) throws {
    try page.section("update-gate") {
      let example = Example(inputs: 2, hidden: 3, batch: 2, steps: 4, seed: page.seed)
      let times = Array(1...example.x.count)
      let tape = Tape()
      let run = example.record(on: tape)
      var scope = Scope(tape)
      readings(page)

      // The same model in the other convention: the library's converter, on PyTorch's stacked weights.
      // begin: convert
      let converted = try example.network.converted(update: .takesNew, reset: .afterProduct)
      let back = try converted.converted(update: .keepsPast, reset: .afterProduct)
      // end: convert
      let otherCell = GRUCell(converted.weights(layer: 0), hidden: 3, update: .takesNew)
      let other = Tape()
      let otherRun = example.with(otherCell).record(on: other)
      for t in times { otherRun.z[t - 1].named("\\bar{z}_\(t)") }
      for t in times { scope.values["\\bar{z}_\(t)"] = otherRun.z[t - 1].value }
      try page.equation("takes-new", scope, for: ("t", times), tape: [otherRun.h[1].formula])
      try page.equation("mirror", scope, for: ("t", times))
      page.entries([
        (.symbols("z_1"), run.z[0].value), (.symbols("1 − z_1"), 1 - run.z[0].value),
        (Text("z_1, converted", ko: "변환한 z_1"), otherRun.z[0].value),
      ])
      let states = run.h.map(\.value)
      page.check(
        Text("converted, every state agrees", ko: "변환하면 모든 상태가 같다"), Matrix.stack(otherRun.h.map(\.value)),
        equals: Matrix.stack(states))
      page.check(
        Text("there and back: the weights' bits", ko: "갔다가 돌아오면 가중치의 비트가 같다"), .column(of: back.parameters),
        hasSameBitsAs: .column(of: example.network.parameters))
      let unconverted = example.with(update: .takesNew).record(on: Tape()).h.map(\.value)
      page.number(
        "unconverted", Matrix.stack(unconverted).largestDifference(from: .stack(states)), significant: 2)
      page.check(
        Text("not converted, the same weights are another model", ko: "변환하지 않으면 같은 가중치가 다른 모델이 된다"),
        differ(unconverted, states, by: 0.1))
      let (mine, theirs) = (tape.gradients(of: run.loss), other.gradients(of: otherRun.loss))
      let signs = GRUCell<Matrix>.names.map { $0.contains("z") ? -1.0 : 1.0 }
      page.check(
        Text(
          "gradients: those of z's parameters change sign, the others stay", ko: "기울기: z의 매개변수 것만 부호가 바뀌고 나머지는 그대로다"),
        .column(of: zip(signs, otherRun.parameters).map { $0 * theirs[$1] }),
        equals: .column(of: run.parameters.map { mine[$0] }))
      twoMeanings(page, example)
    }
  }

  /// One z, 0.9, read both ways: h_{t−1} is 1 and the candidate −1, so h_t shows which of them it is.
  private func readings(_ page: Page) {
    let zero = Matrix(0)
    let panels = [(UpdateGate.keepsPast, "h_t = z ⊙ h + (1 − z) ⊙ g"), (.takesNew, "h_t = z̄ ⊙ g + (1 − z̄) ⊙ h")].map {
      update, label in
      let unit = GRUCell<Matrix>(
        W: (xr: zero, xz: zero, xg: zero, hr: zero, hz: zero, hg: zero),
        b: (r: zero, z: Matrix(Elementary.log(9)), xg: Matrix(-1000), hg: nil), update: update)
      let z = update == .keepsPast ? "z_t" : "\\bar{z}_t"
      let picture = Diagram.mixture(update, label: label)
        .colouring(["h_{t-1}", "past"], 0).colouring(["g_t", "new"], 1)
        .numbering(["h_{t-1}", z, "g_t", "rest", "past", "new", "h_t"], decimals: 1)
      return DiagramPanel(picture, unit.taped(zero, Matrix(1)), isPart: true)
    }
    page.diagram("readings", panels, isRow: true)
  }

  /// One gate near 1, read by the formulas of both conventions.
  private func twoMeanings(_ page: Page, _ example: Example) {
    let kept = example.cell.with(b_z: 8)
    let shares = [UpdateGate.keepsPast, .takesNew].map { update in
      let read = GRUCell(parameters: kept.parameters, update: update, reset: .afterProduct)
      // What the mixtures leave of h_0, entry by entry: z, or 1 − z, of every step.
      var (h, share) = (example.start, example.start.map { _ in 1 })
      for x in example.x {
        let step = read.step(x, h)
        share = share .* (update == .keepsPast ? step.z : 1 - step.z)
        h = step.h
      }
      return share.mean.scalar
    }
    page.table(
      [Text("z_t near 1", ko: "z_t가 1에 가까울 때"), Text("share of h_0 in h_4", ko: "h_4에 든 h_0의 비율")],
      [
        [UpdateGate.keepsPast.text(page.language), page.number("kept", 100 * shares[0], decimals: 1) + " %"],
        [UpdateGate.takesNew.text(page.language), page.number("taken", 100 * shares[1], decimals: 1) + " %"],
      ])
    page.check(
      Text("one gate, two meanings: it keeps, or it overwrites", ko: "게이트 하나에 두 뜻: 간직하거나 덮어쓴다"),
      .above(shares[0], 0.9), .below(shares[1], 0.01))
  }
}

extension UpdateGate {
  /// The convention in words.
  var text: Text {
    switch self {
    case .keepsPast: Text("z keeps the past", ko: "z는 과거를 간직한다")
    case .takesNew: Text("z takes the new", ko: "z는 새것을 받아들인다")
    }
  }
}
