// Chapter 04: the gated recurrent unit, in both conventions of each gate, its gradient, and the LSTM beside it.

import Autodiff
import LaTeX
import Notebook
import Recurrent

@main
struct GatedRecurrentUnitChapter: Chapter {
  static let number = "04"
  static let name = "gru"
  static let source = #filePath

  func body(_ page: Page) throws {
    try step(page)
    try carry(page)
    try updateGate(page)
    try resetGate(page)
    try backward(page)
    try directPath(page)
    try relatives(page)
    try parameters(page)
    comparison(page)
    if page.isFull { longComparison(page) }
  }

  // MARK: 4.1

  private func step(_ page: Page) throws {
    try page.section("step") {
      let example = Example(inputs: 2, hidden: 3, batch: 2, steps: 4, seed: page.seed)
      let T = example.x.count
      let tape = Tape()
      let cell = GRUCell(
        parameters: zip(GRUCell<Matrix>.names, example.cell.parameters).map { tape.variable($1, named: $0) },
        update: .keepsPast, reset: .afterProduct)
      var h = [tape.variable(example.start, named: "h_0")]
      var steps: [GRUCell<Variable>.Step] = []
      for t in 1...T {
        let next = cell.step(tape.constant(example.x[t - 1], named: "x_\(t)"), h[t - 1])
        next.r.named("r_\(t)")
        next.z.named("z_\(t)")
        next.g.named("g_\(t)")
        h.append(next.h.named("h_\(t)"))
        steps.append(next)
      }
      let scope = Scope(tape)
      let times = Array(1...T)
      try page.equation("gates", scope, for: ("t", times), tape: [steps[0].r.formula, steps[0].z.formula])
      try page.equation("candidate", scope, for: ("t", times), tape: [steps[0].g.formula])
      try page.equation("state", scope, for: ("t", times), tape: [h[1].formula])

      // One unit, with numbers that can be followed by hand: σ(log 3) = 3/4, σ(−log 3) = 1/4, tanh(log 3) = 4/5.
      // begin: one-unit
      let log3 = Elementary.log(3)
      let unit = GRUCell<Matrix>(
        W: (
          xr: Matrix(log3 - 1), xz: Matrix(1 - log3), xg: Matrix(log3 - 1),
          hr: Matrix(1), hz: Matrix(-1), hg: Matrix(2)
        ),
        b: (r: Matrix(0.5), z: Matrix(-0.5), xg: Matrix(-0.5), hg: Matrix(1)))
      let (x, past) = (Matrix(1), Matrix(0.5))
      let byHand = unit.step(x, past)
      // end: one-unit
      var hand = Scope()
      hand.set("r_#", [byHand.r], from: 1)
      hand.set("z_#", [byHand.z], from: 1)
      hand.set("g_#", [byHand.g], from: 1)
      hand.set("h_#", [past, byHand.h])
      try page.equation("one-unit", hand)
      page.entries([
        (.symbols("r_1"), byHand.r), (.symbols("z_1"), byHand.z), (.symbols("g_1"), byHand.g),
        (.symbols("h_1"), byHand.h),
      ])

      let network = example.network
      let run = network.run(example.x, from: [[example.start]])
      page.check(
        Text(
          "PyTorch's stacked weights, r, z, g from top to bottom: same h_1 … h_T",
          ko: "PyTorch처럼 r, z, g 순서로 쌓은 가중치: 같은 h_1 … h_T"),
        Matrix.stack(run.outputs), equals: Matrix.stack(h.dropFirst().map(\.value)))
      // The order of the blocks matters: with r and z exchanged it is another network.
      let n = 3
      let exchanged = RecurrentNetwork(
        network.configuration,
        parameters: network.parameters.map { .stack([$0.rows(n..<2 * n), $0.rows(0..<n), $0.rows(2 * n..<3 * n)]) })
      let other = exchanged.run(example.x, from: [[example.start]])
      let difference = Matrix.stack(other.outputs).largestDifference(from: Matrix.stack(run.outputs))
      page.check(
        Text("with r and z exchanged (z, r, g) it is another network", ko: "r과 z의 자리를 바꾸면(z, r, g) 다른 망이다"),
        difference > 0.1,
        detail: .symbols("max |Δ| = \(page.number("exchanged", difference, significant: 2))"))
    }
  }

  // MARK: 4.2

  private func carry(_ page: Page) throws {
    try page.section("carry") {
      let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 4, seed: page.seed)
      var random = Random(seed: page.seed)
      let inputs = (0..<1000).map { _ in random.normal(2, 1) }
      func cell(b_r: Double? = nil, b_z: Double? = nil) -> GRUCell<Matrix> {
        let (W, b) = (example.cell.W, example.cell.b)
        func bias(_ value: Double?, _ usual: Matrix?) -> Matrix? {
          value.map { Matrix(rows: 3, columns: 1, repeating: $0) } ?? usual
        }
        return GRUCell(W: W, b: (r: bias(b_r, b.r), z: bias(b_z, b.z), xg: b.xg, hg: b.hg))
      }

      // begin: open
      let tape = Tape()
      let open = GRUCell(
        parameters: cell(b_z: 1000).parameters.map { tape.constant($0) }, update: .keepsPast, reset: .afterProduct)
      var h = [tape.variable(example.start)]
      for x in inputs { h.append(open.step(tape.constant(x), h[h.count - 1]).h) }
      // end: open
      var scope = Scope()
      scope.set("h_#", h.map(\.value))
      try page.equation("carried", scope, for: ("t", [1, 10, 100, 1000]))
      page.check(
        Text("z = 1 carries h through 1000 steps", ko: "z = 1이면 h가 1000단계를 그대로 지난다"), h[1000].value,
        hasSameBitsAs: h[0].value)
      page.check(
        Text("and ∂h_1000/∂h_0 is the identity", ko: "이때 ∂h_1000/∂h_0은 단위행렬이다"),
        tape.jacobian(of: h[1000], withRespectTo: h[0]), hasSameBitsAs: .identity(3))
      let usual = inputs.prefix(100).reduce(example.start) { example.cell.step($1, $0).h }
      let gone = inputs.prefix(100).reduce(-example.start) { example.cell.step($1, $0).h }
      let left = (usual - gone).norm / (2 * example.start.norm)
      page.check(
        Text(
          "the usual z does not: of two first states' distance, little is left",
          ko: "보통의 z는 다르다. 처음 두 상태의 거리가 거의 남지 않는다"),
        left < 1e-3, detail: Text("after 100 steps less than a thousandth", ko: "100단계 뒤 1000분의 1 미만"))

      // r = 0.
      let shut = cell(b_r: -1000)
      let (one, two) = (shut.step(inputs[0], example.start), shut.step(inputs[0], -example.start))
      var forgotten = Scope()
      for (name, value) in zip(GRUCell<Matrix>.names, shut.parameters) { forgotten.values[name] = value }
      forgotten.values["x_1"] = inputs[0]
      forgotten.values["g_1"] = one.g
      try page.equation("forgotten", forgotten, for: ("t", [1]))
      page.check(
        Text("r = 0: two pasts, one candidate", ko: "r = 0: 과거가 달라도 후보는 같다"), one.g, hasSameBitsAs: two.g)
      page.check(
        Text("but two states: z still lets the past through", ko: "그래도 상태는 다르다. z로 과거가 지나간다"),
        one.h.largestDifference(from: two.h) > 0.1)

      // No output gate.
      let lstm = LSTMCell<Matrix>(
        W: (
          xf: example.cell.W.xz, xi: example.cell.W.xr, xg: example.cell.W.xg, xo: example.cell.W.xr,
          hf: example.cell.W.hz, hi: example.cell.W.hr, hg: example.cell.W.hg, ho: example.cell.W.hr
        ), b: (f: nil, i: nil, g: nil, o: Matrix(rows: 3, columns: 1, repeating: -1000)))
      let hidden = lstm.step(inputs[0], example.start, example.start)
      page.check(
        Text("an LSTM with o = 0 shows nothing of what it keeps", ko: "o = 0인 LSTM은 간직한 것을 하나도 내보이지 않는다"),
        hidden.h == Matrix(rows: 3, columns: 1) && hidden.c.largestMagnitude > 0.1,
        detail: .symbols("h_t = 0, c_t ≠ 0"))
      let run = example.cell.run(example.x, from: [[example.start]])
      page.check(
        Text("the GRU's last output is its whole state", ko: "GRU의 마지막 출력은 상태 전부다"), run.outputs[3],
        hasSameBitsAs: run.states[0][0])
      var state = example.start
      var isBetween = true
      for x in inputs {
        let next = example.cell.step(x, state)
        for ((h, g), past) in zip(zip(next.h.elements, next.g.elements), state.elements) {
          isBetween = isBetween && h >= min(g, past) - 1e-15 && h <= max(g, past) + 1e-15
        }
        state = next.h
      }
      page.check(
        Text("every entry of h_t lies between the candidate's and the past's", ko: "h_t의 모든 성분은 후보의 성분과 과거의 성분 사이에 있다"),
        isBetween, detail: Text("1000 steps", ko: "1000단계"))
    }
  }

  // MARK: 4.3

  private func updateGate(_ page: Page) throws {
    try page.section("update-gate") {
      let example = Example(inputs: 2, hidden: 3, batch: 2, steps: 4, seed: page.seed)
      let T = example.x.count
      let times = Array(1...T)
      let tape = Tape()
      let run = example.record(on: tape)
      var scope = Scope(tape)

      // The same model in the other convention: the project's converter, on PyTorch's stacked weights.
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
      page.check(
        Text("converted, every state agrees", ko: "변환하면 모든 상태가 같다"), Matrix.stack(otherRun.h.map(\.value)),
        equals: Matrix.stack(run.h.map(\.value)))
      page.check(
        Text("there and back: the weights' bits", ko: "갔다가 돌아오면 가중치의 비트가 같다"),
        .stack(back.parameters.map(\.vectorised)),
        hasSameBitsAs: .stack(example.network.parameters.map(\.vectorised)))
      let unconverted = example.with(update: .takesNew).record(on: Tape())
      let difference = Matrix.stack(unconverted.h.map(\.value)).largestDifference(from: .stack(run.h.map(\.value)))
      page.check(
        Text("not converted, the same weights are another model", ko: "변환하지 않으면 같은 가중치가 다른 모델이 된다"),
        difference > 0.1,
        detail: .symbols("max |Δ| = \(page.number("unconverted", difference, significant: 2))"))
      let (mine, theirs) = (tape.gradients(of: run.loss), other.gradients(of: otherRun.loss))
      let signs = GRUCell<Matrix>.names.map { $0.contains("z") ? -1.0 : 1.0 }
      page.check(
        Text(
          "gradients: those of z's parameters change sign, the others stay", ko: "기울기: z의 매개변수 것만 부호가 바뀌고 나머지는 그대로다"),
        .stack(zip(signs, otherRun.parameters).map { ($0 * theirs[$1]).vectorised }),
        equals: .stack(run.parameters.map { mine[$0].vectorised }))

      // Reading one convention's words with the other's formula.
      let kept = cell(b_z: 5, like: example.cell)
      let words = [UpdateGate.keepsPast, .takesNew].map { update in
        let read = GRUCell(parameters: kept.parameters, update: update, reset: .afterProduct)
        let (a, b) = (
          example.x.reduce(example.start) { read.step($1, $0).h },
          example.x.reduce(-example.start) { read.step($1, $0).h }
        )
        return (a - b).norm / (2 * example.start.norm)
      }
      page.table(
        [Text("z_t near 1", ko: "z_t가 1에 가까울 때"), Text("of h_0, left after 4 steps", ko: "4단계 뒤에 남은 h_0")],
        [
          [
            UpdateGate.keepsPast.text(page.language),
            page.number("kept", 100 * words[0], decimals: 1) + " %",
          ],
          [
            UpdateGate.takesNew.text(page.language),
            page.number("taken", 100 * words[1], decimals: 1) + " %",
          ],
        ])
      page.check(
        Text("one gate, two meanings: it keeps, or it overwrites", ko: "게이트 하나에 두 뜻: 간직하거나 덮어쓴다"),
        words[0] > 0.9 && words[1] < 0.1)
    }
  }

  /// The cell with one value in all of b_z.
  private func cell(b_z: Double, like cell: GRUCell<Matrix>) -> GRUCell<Matrix> {
    let b = cell.b
    return GRUCell(
      W: cell.W, b: (r: b.r, z: Matrix(rows: b.r!.rows, columns: 1, repeating: b_z), xg: b.xg, hg: b.hg))
  }

  // MARK: 4.4

  private func resetGate(_ page: Page) throws {
    try page.section("reset-gate") {
      let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 4, seed: page.seed)
      let T = example.x.count
      let times = Array(1...T)
      let tape = Tape()
      let run = example.with(reset: .beforeProduct).record(on: tape)
      for t in times { run.g[t - 1].named("\\bar{g}_\(t)") }
      var scope = Scope(tape)
      // The other model's candidates at the same inputs and states.
      scope.set(
        "g_#", times.map { example.cell.step(example.x[$0 - 1], run.h[$0 - 1].value).g }, from: 1)
      // For the tape: the candidate without the names of its pre-activation and of r ⊙ h.
      let bare = Tape()
      let named = zip(GRUCell<Matrix>.names, example.cell.parameters).map { bare.variable($1, named: $0) }
      let first = GRUCell(parameters: named, update: .keepsPast, reset: .beforeProduct)
        .step(bare.constant(example.x[0], named: "x_1"), bare.variable(example.start, named: "h_0"))
      first.r.named("r_1")
      try page.equation("before", scope, for: ("t", times), tape: [first.g.formula])
      try page.equation("differ", scope, for: ("t", times))
      try page.equation("no-commuting", scope, for: ("t", times))

      // One unit: here the product and the gate change places, if there is no b_hg.
      let unit = Example(inputs: 2, hidden: 1, batch: 1, steps: 4, seed: page.seed)
      let unitTape = Tape()
      _ = unit.record(on: unitTape)
      try page.equation("one-unit-commutes", Scope(unitTape), for: ("t", times))

      // From h_0 = 0, at three inputs in equal steps, the candidate's pre-activation is a straight line before the
      // product, whatever the weights are, and bent after it.
      var line = Scope()
      let zero = 0 * example.start
      let (x, d) = (example.x[0], example.x[1])
      for (k, input) in [x - d, x, x + d].enumerated() {
        let one = example.with(Example.only(input, zero, example.cell)).record(input, zero, .afterProduct)
        line.values["a_\(k + 1)"] = one
        line.values["\\bar{a}_\(k + 1)"] = example.record(input, zero, .beforeProduct)
      }
      try page.equation("straight", line)
      try page.equation("bent", line)

      // What the converter says.
      var complaint = ""
      do {
        _ = try example.network.converted(update: .keepsPast, reset: .beforeProduct)
      } catch {
        complaint = error.description
      }
      page.print()
      page.print(Text("The converter:", ko: "변환기의 답:"))
      page.print(.symbols(complaint))
      page.check(
        Text("the converter refuses, and says why", ko: "변환기는 거절하고 까닭을 말한다"), complaint.contains("another model"))

      // All four variants.
      page.print()
      for update in UpdateGate.allCases {
        for reset in ResetGate.allCases {
          let variant = Example(
            inputs: 2, hidden: 3, batch: 2, steps: 3, update: update, reset: reset, seed: page.seed)
          page.check(
            Text(
              "tape = finite differences: \(update.text.english), \(reset.text.english)",
              ko: "테이프 = 유한 차분: \(update.text.korean), \(reset.text.korean)"), variant.check())
        }
      }
      try page.equation("diagonal", scope, for: ("t", times))
      let outer = run.z[0].value * run.h[0].value.transposed
      page.check(
        Text("the outer product has n² entries; ⊙ is its diagonal", ko: "외적의 성분은 n²개이고, ⊙는 그 대각선이다"),
        outer.count == 9 && Matrix(rows: 3, columns: 1) { i, _ in outer[i, i] } == run.z[0].value .* run.h[0].value,
        detail: Text("9 entries, not 3", ko: "3개가 아니라 9개"))
    }
  }
}
