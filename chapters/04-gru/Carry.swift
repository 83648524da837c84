// Section 4.2: what each gate does at its ends, and what a GRU without output gate shows.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension GatedRecurrentUnitChapter {
  func carry(_ page: Page) throws {
    try page.section("carry") {
      let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 4, seed: page.seed)
      var random = Random(seed: page.seed)
      let inputs = (0..<1000).map { _ in random.normal(2, 1) }
      try openUpdateGate(page, example, inputs)
      try shutResetGate(page, example, inputs)
      noOutputGate(page, example, inputs)
    }
  }

  /// z = 1 carries a state through 1000 steps; the usual z forgets it.
  private func openUpdateGate(_ page: Page, _ example: Example, _ inputs: [Matrix]) throws {
    let tape = Tape()
    let open = GRUCell(
      parameters: example.cell.with(b_z: 1000).parameters.map { tape.constant($0) }, update: .keepsPast,
      reset: .afterProduct)
    var h = [tape.variable(example.start)]
    for x in inputs { h.append(open.step(tape.constant(x), h[h.count - 1]).h) }
    var scope = Scope()
    scope.set("h_#", h.map(\.value))
    try page.equation("carried", scope, for: ("t", [1, 10, 100, 1000]))
    page.check(
      Text("z = 1 carries h through 1000 steps", ko: "z = 1이면 h가 1000시점를 그대로 지난다"), h[1000].value,
      hasSameBitsAs: h[0].value)
    page.check(
      Text("and ∂h_1000/∂h_0 is the identity", ko: "이때 ∂h_1000/∂h_0은 단위행렬이다"),
      tape.jacobian(of: h[1000], withRespectTo: h[0]), hasSameBitsAs: .identity(3))
    let usual = inputs.prefix(100).reduce(example.start) { example.cell.step($1, $0).h }
    let gone = inputs.prefix(100).reduce(-example.start) { example.cell.step($1, $0).h }
    page.check(
      Text(
        "the usual z does not: of two first states' distance, little is left",
        ko: "보통의 z는 다르다. 서로 다른 두 초기 상태의 거리가 거의 남지 않는다"),
      .below((usual - gone).norm / (2 * example.start.norm), 1e-9),
      note: Text("what is left after 100 steps", ko: "100시점 뒤에 남은 비율"))
  }

  /// r = 0 keeps the past out of the candidate, not out of the state.
  private func shutResetGate(_ page: Page, _ example: Example, _ inputs: [Matrix]) throws {
    let shut = example.cell.with(b_r: -1000)
    let (one, two) = (shut.step(inputs[0], example.start), shut.step(inputs[0], -example.start))
    var scope = Scope()
    for (name, value) in zip(GRUCell<Matrix>.names, shut.parameters) { scope.values[name] = value }
    scope.values["x_1"] = inputs[0]
    scope.values["g_1"] = one.g
    try page.equation("forgotten", scope, for: ("t", [1]))
    page.check(
      Text("r = 0: two pasts, one candidate", ko: "r = 0: 과거가 달라도 후보는 같다"), one.g, hasSameBitsAs: two.g)
    page.check(
      Text("but two states: z still lets the past through", ko: "그래도 상태는 다르다. z로 과거가 지나간다"),
      differ([one.h], [two.h], by: 0.1))
  }

  /// An LSTM can hide what it keeps; a GRU shows its whole state, which lies between the candidate and the past.
  private func noOutputGate(_ page: Page, _ example: Example, _ inputs: [Matrix]) {
    let W = example.cell.W
    let lstm = LSTMCell<Matrix>(
      W: (xf: W.xz, xi: W.xr, xg: W.xg, xo: W.xr, hf: W.hz, hi: W.hr, hg: W.hg, ho: W.hr),
      b: (f: nil, i: nil, g: nil, o: Matrix(rows: 3, columns: 1, repeating: -1000)))
    let hidden = lstm.step(inputs[0], example.start, example.start)
    page.check(
      Text("an LSTM with o = 0 shows nothing of what it keeps", ko: "o = 0인 LSTM은 간직한 것을 하나도 내보이지 않는다"),
      .equal(hidden.h.elements.count { $0 == 0 }, 3, named: "h_t = 0"),
      .above(hidden.c.largestMagnitude, 0.1, named: "max |c_t|"))
    let run = example.cell.run(example.x, from: [[example.start]])
    page.check(
      Text("the GRU's last output is its whole state", ko: "GRU의 마지막 출력은 상태 전부다"), run.outputs[3],
      hasSameBitsAs: run.states[0][0])
    var state = example.start
    var (count, outside) = (0, 0)
    for x in inputs {
      let next = example.cell.step(x, state)
      for ((h, g), past) in zip(zip(next.h.elements, next.g.elements), state.elements) {
        count += 1
        if !(h >= min(g, past) - 1e-15 && h <= max(g, past) + 1e-15) { outside += 1 }
      }
      state = next.h
    }
    page.check(
      Text("every entry of h_t lies between the candidate's and the past's", ko: "h_t의 모든 성분은 후보의 성분과 과거의 성분 사이에 있다"),
      count > 0 && outside == 0,
      detail: Text(
        "\(outside) of \(count) entries outside, 1000 steps", ko: "1000시점, 성분 \(count)개 가운데 벗어난 것 \(outside)개"))
  }
}
