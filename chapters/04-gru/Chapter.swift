// Chapter 04: the gated recurrent unit, in both conventions of each gate, its gradient, and the LSTM beside it.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

@main
struct GatedRecurrentUnitChapter: Chapter {
  static let number = "04"
  static let name = "gru"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

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
        parameters: network.parameters.map {
          Matrix.stack([$0.rows(n..<2 * n), $0.rows(0..<n), $0.rows(2 * n..<3 * n)])
        })
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
          ko: "보통의 z는 다르다. 서로 다른 두 초기 상태의 거리가 거의 남지 않는다"),
        left < 1e-3, detail: Text("less than 1/1000 after 100 steps", ko: "1/1000 미만, 100단계 뒤"))

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
      let kept = cell(b_z: 8, like: example.cell)
      let words = [UpdateGate.keepsPast, .takesNew].map { update in
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
        words[0] > 0.9 && words[1] < 0.01)
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
      let (x, d) = (example.x[0], 2 * example.x[1])
      for (k, input) in [x - d, x, x + d].enumerated() {
        let one = Example(cell: example.cell, start: zero, x: [input], y: [zero])
        line.values["a_\(k + 1)"] = one.record(on: Tape()).a.g[0].value
        line.values["\\bar{a}_\(k + 1)"] = one.with(reset: .beforeProduct).record(on: Tape()).a.g[0].value
      }
      try page.equation("straight", line)
      try page.equation("bent", line)
      // The update gate does not mend it: h_1 is 0 where the pre-activation is, and a bent one can be 0 at three inputs.
      let (none, two) = (Matrix(0), Matrix(2))
      let bent = GRUCell(
        W: (xr: two, xz: none, xg: Matrix(-0.125), hr: none, hz: none, hg: none),
        b: (r: none, z: none, xg: Matrix(-0.5), hg: Matrix(1)))
      let states = [-5.0, -1, 1, 5].map { bent.step(Matrix($0), none).h.scalar }
      page.check(
        Text("a unit whose h_1 changes its sign three times", ko: "h_1의 부호가 세 번 바뀌는 유닛"),
        zip(states, [1.0, -1, 1, -1]).allSatisfy { $0 * $1 > 0.05 },
        detail: .symbols("x_1 = −5, −1, 1, 5"))

      // What the converter says.
      var complaint = ""
      do throws(RecurrentError) {
        _ = try example.network.converted(update: .keepsPast, reset: .beforeProduct)
      } catch {
        complaint = error.description
      }
      page.print()
      page.print(Text("The converter:", ko: "변환기의 답:"))
      page.print(.symbols(complaint))
      page.check(
        Text("the converter refuses, and says why", ko: "변환기는 거절하고 까닭을 말한다"), complaint.contains("another model"))
      let before = example.with(reset: .beforeProduct).network
      var refusesBack = false
      do throws(RecurrentError) {
        _ = try before.converted(update: .keepsPast, reset: .afterProduct)
      } catch {
        refusesBack = error.description.contains("another model")
      }
      page.check(Text("and in the other direction", ko: "거꾸로도 거절한다"), refusesBack)

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
      let entries = page.number("tensor-product", Double(outer.count), decimals: 0)
      page.check(
        Text("the outer product has n² entries; ⊙ is its diagonal", ko: "외적의 성분은 n²개이고, ⊙는 그 대각선이다"),
        outer.count == 9 && Matrix(rows: 3, columns: 1) { i, _ in outer[i, i] } == run.z[0].value .* run.h[0].value,
        detail: Text("\(entries) entries, not 3", ko: "3개가 아니라 \(entries)개"))
    }
  }

  // MARK: 4.5

  private func backward(_ page: Page) throws {
    try page.section("backward") {
      let example = Example(inputs: 2, hidden: 3, batch: 2, steps: 4, seed: page.seed)
      let T = example.x.count
      let tape = Tape()
      let run = example.record(on: tape)
      let gradients = tape.gradients(of: run.loss)
      var scope = Scope(tape, gradients: gradients)
      scope.integers["T"] = T
      // After the last step nothing comes back.
      for name in ["h_#", "\\hat{r}_#", "\\hat{z}_#", "m_#"] {
        scope.values["\\frac{\\partial L}{\\partial \(Scope.indexed(name, T + 1))}"] = 0 * example.start
      }
      scope.values[Scope.indexed("z_#", T + 1)] = 0 * example.start
      let times = [2] + Array(3...T) + [1]
      try page.equation(
        "named", scope, for: ("t", Array(1...T)),
        tape: [run.a.r[0].formula, run.a.z[0].formula, run.m[0].formula, run.a.g[0].formula])
      try page.equation("loss", scope)

      page.print()
      let through = (
        z: page.derivation(of: run.z[1], in: run.loss), g: page.derivation(of: run.g[1], in: run.loss),
        a_g: page.derivation(of: run.a.g[1], in: run.loss), r: page.derivation(of: run.r[1], in: run.loss),
        m: page.derivation(of: run.m[1], in: run.loss), a_r: page.derivation(of: run.a.r[1], in: run.loss),
        a_z: page.derivation(of: run.a.z[1], in: run.loss), h: page.derivation(of: run.h[2], in: run.loss)
      )
      let sums = run.parameters.map { tape.derivation(of: $0, in: run.loss).gradient }
      page.print()
      try page.equation("back-state", scope, for: ("t", times), tape: [through.z, through.g])
      try page.equation("back-candidate", scope, for: ("t", times), tape: [through.a_g, through.r, through.m])
      try page.equation("back-gates", scope, for: ("t", times), tape: [through.a_r, through.a_z])
      try page.equation("back-past", scope, for: ("t", times), tape: [through.h])
      try page.equation("weights", scope, tape: Array(sums[0..<6]))
      try page.equation("biases", scope, tape: Array(sums[6...]))

      let (byHand, byHandStart) = example.gradientsByHand()
      page.entries([
        (Text("∂L/∂W_hg, tape", ko: "∂L/∂W_hg, 테이프"), gradients[run.parameters[5]]),
        (Text("∂L/∂W_hg, by hand", ko: "∂L/∂W_hg, 손 계산"), byHand[5]),
      ])
      page.entries([(.symbols("∂L/∂b_xg"), byHand[8]), (.symbols("∂L/∂b_hg"), byHand[9])])
      for (k, name) in GRUCell<Matrix>.names.enumerated() {
        let name = Symbol.name(name).unicode
        page.check(
          Text("∂L/∂\(name): by hand = tape", ko: "∂L/∂\(name): 손 계산 = 테이프"), byHand[k],
          equals: gradients[run.parameters[k]])
      }
      page.check(
        Text("∂L/∂h_0: by hand = tape", ko: "∂L/∂h_0: 손 계산 = 테이프"), byHandStart, equals: gradients[run.h[0]])
      page.check(
        Text("the candidate's two biases have different gradients", ko: "후보의 두 편향은 기울기가 다르다"),
        byHand[8].largestDifference(from: byHand[9]) > 0.1)
      page.check(Text("tape = finite differences", ko: "테이프 = 유한 차분"), example.check())

      // begin: witness
      let torch = try Example.witness(from: page.root + "/Tests/Fixtures/gru.safetensors")
      let (theirs, theirStart) = torch.example.gradientsByHand()
      // end: witness
      let again = Tape()
      let recorded = torch.example.record(on: again)
      let found = again.gradients(of: recorded.loss)
      page.check(
        Text("h_1 … h_T: tape = PyTorch's", ko: "h_1 … h_T: 테이프 = PyTorch"),
        .stack(recorded.h.dropFirst().map(\.value)), equals: .stack(torch.h))
      for (k, name) in GRUCell<Matrix>.names.enumerated() {
        let name = Symbol.name(name).unicode
        page.check(
          Text("∂L/∂\(name): by hand = PyTorch's", ko: "∂L/∂\(name): 손 계산 = PyTorch"), theirs[k],
          equals: torch.gradients[k])
      }
      page.check(
        Text("∂L/∂h_0: by hand = PyTorch's", ko: "∂L/∂h_0: 손 계산 = PyTorch"), theirStart, equals: torch.start)
      page.check(
        Text("all of them: tape = PyTorch's", ko: "모두: 테이프 = PyTorch"),
        .stack(recorded.parameters.map { found[$0].vectorised }),
        equals: .stack(torch.gradients.map(\.vectorised)))
    }
  }

  // MARK: 4.6

  private func directPath(_ page: Page) throws {
    try page.section("direct-path") {
      let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 6, seed: page.seed)
      let T = example.x.count
      let tape = Tape()
      let run = example.record(on: tape)
      var scope = Scope(tape)
      for t in 1...T {
        scope.values["\\frac{\\partial h_\(t)}{\\partial h_\(t - 1)}"] =
          tape.jacobian(of: run.h[t], withRespectTo: run.h[t - 1])
        // What h_{t−1} does through the gates and the candidate: the Jacobian of h_t where z_t ⊙ h_{t−1} counts the
        // past as a constant.
        scope.values["R_\(t)"] = example.indirect(t, run.h[t - 1].value)
      }
      try page.equation("direct", scope, for: ("t", Array(1...T)))
      try page.equation("rest", scope, for: ("t", Array(1...T)))

      let seeds = page.seed..<(page.seed + 5)
      let curves: [(label: String, name: String, reach: [Double])] =
        [("tanh", "tanh", medianReach(.rnn(.tanh), seeds: seeds))]
        + [-2.0, 0, 2, 5].map { b in
          let label = "b_z = " + NumberFormat.format(b, decimals: 0)
          return (label, b < 0 ? "minus-2" : "\(Int(b))", medianReach(.gru(), gateBias: b, seeds: seeds))
        }
      page.print()
      page.print(
        Text(
          "‖∂L/∂h_{T−k}‖ / ‖∂L/∂h_T‖ before training: 16 units, PyTorch's first weights, median of 5 seeds.",
          ko: "학습 전의 ‖∂L/∂h_{T−k}‖ / ‖∂L/∂h_T‖: 유닛 16개, PyTorch의 초깃값, 시드 5개의 중앙값."))
      let lags = [1, 10, 30, 100]
      page.table(
        [.symbols("")] + lags.map { .symbols("k = \($0)") },
        curves.map { curve in
          [curve.label]
            + lags.map { lag in
              lag == 100
                ? page.number("reach-\(curve.name)", curve.reach[lag], significant: 1)
                : NumberFormat.format(curve.reach[lag], significant: 2)
            }
        })
      page.check(
        Text("no cell state, and it vanishes: b_z = 0", ko: "셀 상태가 없는데도 소실된다: b_z = 0"), curves[2].reach[100] < 1e-12,
        detail: .symbols("k = 100"))
      page.check(
        Text("b_z = 5: it reaches 100 steps back", ko: "b_z = 5: 100단계 앞까지 온다"), curves[4].reach[100] > 0.1,
        detail: .symbols("k = 100"))
      page.check(
        Text("the more z keeps, the farther it reaches", ko: "z가 클수록 멀리 온다"),
        zip(curves.dropFirst(), curves.dropFirst(2)).allSatisfy { $0.reach[100] < $1.reach[100] })
      page.figure(
        "reach",
        .lineChart(
          LineChart(
            x: .init("k"), y: .init("‖∂L/∂h_{T−k}‖ / ‖∂L/∂h_{T}‖", .logarithmic, limits: 1e-40...10),
            series: curves.map { curve in
              .init(
                Figure.Label(curve.name == "tanh" ? "tanh" : "b_{z} = \(curve.name == "minus-2" ? "−2" : curve.name)"),
                curve.reach.enumerated().map { (Double($0), $1) }, line: curve.name == "tanh" ? .dashed : .solid)
            })),
        title: "The gradient's norm against the lag k: a tanh network, and GRUs with b_z from -2 to 5")
    }
  }

  // MARK: 4.7

  private func relatives(_ page: Page) throws {
    try page.section("relatives") {
      // An LSTM whose terms are taken away as far as they can be: i = 1 − f, o = 1, and a GRU with r = 1 of the same
      // weights.
      let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 6, seed: page.seed)
      let (W, b) = (example.cell.W, example.cell.b)
      let full = Matrix(rows: 3, columns: 1, repeating: 1000)
      func pair(recurrent: Double) -> (lstm: LSTMCell<Matrix>, gru: GRUCell<Matrix>) {
        // begin: coupled
        let (hf, hg) = (recurrent * W.hz, recurrent * W.hg)
        let lstm = LSTMCell(
          W: (xf: W.xz, xi: -W.xz, xg: W.xg, xo: W.xr, hf: hf, hi: -hf, hg: hg, ho: W.hr),
          b: (f: b.z, i: -b.z!, g: b.xg, o: full))
        let gru = GRUCell(
          W: (xr: W.xr, xz: W.xz, xg: W.xg, hr: W.hr, hz: hf, hg: hg), b: (r: full, z: b.z, xg: b.xg, hg: nil))
        // end: coupled
        return (lstm, gru)
      }
      func run(recurrent: Double) -> (c: [Matrix], shown: [Matrix], f: [Matrix], g: [Matrix], h: [Matrix]) {
        let (lstm, gru) = pair(recurrent: recurrent)
        var (h, c, state) = (example.start, example.start, example.start)
        var found: (c: [Matrix], shown: [Matrix], f: [Matrix], g: [Matrix], h: [Matrix]) = ([c], [h], [], [], [state])
        for x in example.x {
          let next = lstm.step(x, h, c)
          state = gru.step(x, state).h
          (h, c) = (next.h, next.c)
          found.c.append(c)
          found.shown.append(h)
          found.f.append(next.f)
          found.g.append(next.g)
          found.h.append(state)
        }
        return found
      }
      let coupled = run(recurrent: 1)
      var scope = Scope()
      scope.set("c_#", coupled.c)
      scope.set("h_#", coupled.shown)
      scope.set("f_#", coupled.f, from: 1)
      scope.set("g_#", coupled.g, from: 1)
      try page.equation("coupled", scope, for: ("t", Array(1...6)))
      let apart = run(recurrent: 0)
      page.check(
        Text("without recurrent weights its c_t is the GRU's h_t", ko: "순환 가중치가 없으면 그 c_t가 GRU의 h_t다"),
        .stack(apart.c), equals: .stack(apart.h))
      let output = Matrix.stack(Array(apart.shown.dropFirst()))
        .largestDifference(from: .stack(Array(apart.h.dropFirst())))
      page.check(
        Text("but it shows tanh(c_t)", ko: "그래도 내보이는 것은 tanh(c_t)다"), output > 0.01,
        detail: .symbols("max |Δ| = \(page.number("shown", output, significant: 2))"))
      let inside = Matrix.stack(Array(coupled.c.dropFirst()))
        .largestDifference(from: .stack(Array(coupled.h.dropFirst())))
      page.check(
        Text("with recurrent weights its c_t is not the GRU's h_t", ko: "순환 가중치가 있으면 그 c_t는 GRU의 h_t가 아니다"),
        inside > 1e-3,
        detail: .symbols("max |Δ| = \(page.number("inside", inside, significant: 2))"))

      // Of any weights: a mixture of numbers within [−1, 1] is one, and tanh bends it down.
      let (zero, one, open) = (Matrix(0), Matrix(1), Matrix(1000))
      let coupledUnit = LSTMCell<Matrix>(
        W: (xf: zero, xi: zero, xg: zero, xo: zero, hf: zero, hi: zero, hg: zero, ho: zero),
        b: (f: zero, i: zero, g: open, o: open))
      let mixingUnit = GRUCell<Matrix>(
        W: (xr: zero, xz: zero, xg: zero, hr: zero, hz: zero, hg: zero),
        b: (r: zero, z: zero, xg: open, hg: nil))
      var (most, mixed, c_t) = (zero, zero, zero)
      for _ in 0..<20 {
        let next = coupledUnit.step(zero, most, c_t)
        (most, c_t) = (next.h, next.c)
        mixed = mixingUnit.step(zero, mixed).h
      }
      page.check(
        Text("the most that it can show is tanh(1), a GRU shows 1", ko: "내보일 수 있는 것은 tanh(1)까지이고 GRU는 1까지다"),
        most.scalar > 0.7615 && most.scalar <= Elementary.tanh(1) && mixed.scalar > 0.9999,
        detail: Text("a candidate of 1, 20 steps", ko: "후보가 1, 20단계"))

      // What the LSTM can and the GRU cannot: add up.
      let counter = LSTMCell<Matrix>(
        W: (xf: zero, xi: zero, xg: one, xo: zero, hf: zero, hi: zero, hg: zero, ho: zero),
        b: (f: Matrix(1000), i: Matrix(1000), g: Matrix(1000), o: Matrix(1000)))
      var (h, c) = (zero, zero)
      for _ in 0..<20 {
        let next = counter.step(one, h, c)
        (h, c) = (next.h, next.c)
      }
      page.check(
        Text("an LSTM with f = i = g = 1 counts: c_20 = 20", ko: "f = i = g = 1인 LSTM은 센다: c_20 = 20"), c,
        hasSameBitsAs: Matrix(20))
      var random = Random(seed: page.seed)
      var largest = 0.0
      for _ in 0..<100 {
        let wild = Example(inputs: 2, hidden: 3, batch: 1, steps: 1, seed: random.next())
        let cell = GRUCell(parameters: wild.cell.parameters.map { 10 * $0 }, update: .keepsPast, reset: .afterProduct)
        var state = 0 * wild.start
        for _ in 0..<20 {
          state = cell.step(random.normal(2, 1, deviation: 10), state).h
          largest = max(largest, state.largestMagnitude)
        }
      }
      page.check(
        Text("a GRU that begins at 0 never leaves [−1, 1]", ko: "0에서 시작한 GRU는 [−1, 1]을 벗어나지 않는다"),
        largest <= 1 && largest > 0.9,
        detail: Text("100 networks of large weights, 20 steps", ko: "가중치가 큰 망 100개, 20단계"))
    }
  }

  // MARK: 4.8

  private func parameters(_ page: Page) throws {
    try page.section("parameters") {
      let (d, n) = (128, 256)
      func count(_ kind: RecurrentConfiguration.Kind, bias: Bool = true) -> Int {
        // Counted over the numbers themselves.
        var random = Random(seed: 1)
        return RecurrentNetwork(
          RecurrentConfiguration(kind, inputSize: d, hiddenSize: n, bias: bias), random: &random
        ).parameters.reduce(0) { $0 + $1.count }
      }
      let kinds: [(name: String, kind: RecurrentConfiguration.Kind, blocks: Int)] = [
        ("RNN", .rnn(.tanh), 1), ("LSTM", .lstm, 4), ("GRU", .gru(), 3),
      ]
      var scope = Scope()
      scope.integers["d"] = d
      scope.integers["n"] = n
      for kind in kinds {
        let weights = count(kind.kind, bias: false)
        scope.values["p_{\\text{\(kind.name)}}"] = Matrix(Double(weights + kind.blocks * n))
      }
      try page.equation("counts", scope)
      try page.equation("ratio", scope)
      page.table(
        [
          .symbols("d = 128, n = 256"), Text("one bias a block", ko: "블록마다 편향 하나"),
          Text("two, as in PyTorch", ko: "PyTorch처럼 둘"),
        ],
        kinds.map { ["\($0.name)", "\(count($0.kind, bias: false) + $0.blocks * n)", "\(count($0.kind))"] })
      page.check(
        Text("counted over the weights: 295680 and, with two biases, 296448", ko: "가중치를 세면 295680, 편향이 둘이면 296448"),
        count(.gru(), bias: false) + 3 * n == 295_680 && count(.gru()) == 296_448)
      page.check(
        Text("3/4 of the LSTM's, with two biases each too", ko: "편향이 둘씩이어도 LSTM의 3/4"),
        4 * count(.gru()) == 3 * count(.lstm))
    }
  }

  // MARK: 4.9

  private func comparison(_ page: Page) {
    page.section("comparison") {
      let task = Task.recall(lag: 10)
      let contestants = Contestant.all(rnn: 23, lstm: 10, gru: 12)
      countsAgree(page, task, contestants)
      let seeds = page.seed..<(page.seed + 10)
      var found: [(contestant: Contestant, scores: Scores)] = []
      for (number, contestant) in contestants.enumerated() {
        page.progress(.symbols(contestant.label), Double(number) / Double(contestants.count))
        found.append((contestant, scores(contestant, task, seeds: seeds, updates: 200)))
      }
      page.print()
      page.print(
        Text(
          "Recall one of 4 symbols 10 steps back (chance 25 %): 200 updates, 10 seeds, 512 test sequences.",
          ko: "10단계 앞에서 본 기호(4가지 가운데 하나) 회상(찍으면 25 %). 갱신 200번, 시드 10개, 시험 512개."))
      table(page, found, name: "short")
      page.check(
        Text("in the mean the GRU is above the LSTM, both as PyTorch begins", ko: "PyTorch처럼 시작하면 GRU의 평균이 LSTM보다 높다"),
        found[3].scores.mean > found[1].scores.mean + 0.15,
        detail: percent(found[3].scores.mean, "mean", "평균"))
      page.check(
        Text("a forget gate that begins more open helps the LSTM", ko: "망각 게이트를 더 열고 시작하면 LSTM이 나아진다"),
        found[2].scores.mean > found[1].scores.mean + 0.15,
        detail: percent(found[2].scores.mean, "mean", "평균"))
    }
  }

  /// Prints how many numbers each contestant learns, and checks that they are as many.
  private func countsAgree(_ page: Page, _ task: Task, _ contestants: [Contestant]) {
    let counts = contestants.map { $0.parameterCount(for: task) }
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    let line = zip(contestants, counts).filter { $0.0.gateBias == 0 }
      .map { "\($0.0.label): n = \($0.0.hidden), \($0.1)" }.joined(separator: "; ")
    page.check(
      Text("equal numbers of parameters, within 2 %", ko: "매개변수 개수가 2 % 안에서 같다"), 100 * (most - least) <= 2 * most,
      detail: .symbols(line))
  }

  private func table(_ page: Page, _ found: [(contestant: Contestant, scores: Scores)], name: String) {
    page.table(
      [
        .symbols(""), Text("mean", ko: "평균"), Text("lowest", ko: "최저"), Text("highest", ko: "최고"),
      ],
      found.map { contestant, scores in
        [
          contestant.label, page.number("\(name)-\(contestant.name)", 100 * scores.mean, decimals: 1) + " %",
          NumberFormat.format(100 * scores.lowest, decimals: 1) + " %",
          NumberFormat.format(100 * scores.highest, decimals: 1) + " %",
        ]
      })
  }

  private func percent(_ value: Double, _ english: String, _ korean: String) -> Text {
    let number = NumberFormat.format(100 * value, decimals: 1) + " %"
    return Text("\(english) \(number)", ko: "\(korean) \(number)")
  }

  // MARK: 4.10

  private func longComparison(_ page: Page) {
    page.section("tasks") {
      let seeds = page.seed..<(page.seed + 5)
      func compete(
        _ label: Text, _ task: Task, _ contestants: [Contestant], seeds: Range<UInt64>, data: Int? = nil
      ) -> [(contestant: Contestant, scores: Scores)] {
        contestants.enumerated().map { number, contestant in
          page.progress(label, Double(number) / Double(contestants.count))
          return (contestant, scores(contestant, task, seeds: seeds, updates: 1000, data: data))
        }
      }
      let tasks: [(label: Text, name: String, task: Task, contestants: [Contestant])] = [
        (
          Text("recall, 20 steps back (chance 25 %)", ko: "20단계 앞 회상(찍으면 25 %)"), "recall", .recall(lag: 20),
          Contestant.all(rnn: 35, lstm: 16, gru: 19)
        ),
        (
          Text("adding, 20 steps (right: off by less than 0.1)", ko: "덧셈, 20단계(오차가 0.1보다 작으면 정답)"), "adding",
          .adding(steps: 20), Contestant.all(rnn: 48, lstm: 23, gru: 27)
        ),
        (
          Text("agreement, 6 phrases (chance 50 %)", ko: "일치, 구 6개(찍으면 50 %)"), "agreement", .agreement(phrases: 6),
          Contestant.all(rnn: 45, lstm: 20, gru: 24)
        ),
      ]
      var results: [[(contestant: Contestant, scores: Scores)]] = []
      for (label, name, task, contestants) in tasks {
        page.print()
        page.print(label)
        countsAgree(page, task, contestants)
        let found = compete(label, task, contestants, seeds: seeds)
        table(page, found, name: name)
        results.append(found)
      }
      let recall = results[0].map(\.scores)
      page.check(
        Text(
          "recall: the worst GRU is above the best LSTM, with either bias",
          ko: "회상: 가장 못한 GRU가 가장 나은 LSTM보다 낫다. 편향이 어느 쪽이든 그렇다"),
        min(recall[3].lowest, recall[4].lowest) > max(recall[1].highest, recall[2].highest))
      page.check(
        Text("recall: the plain network learns it too, no LSTM does", ko: "회상: 게이트 없는 망도 배우고, LSTM은 하나도 못 배운다"),
        recall[0].lowest > 0.95 && max(recall[1].highest, recall[2].highest) < 0.95)
      page.check(
        Text("adding: gates learn it, the plain network does not", ko: "덧셈: 게이트가 있으면 배우고, 없으면 못 배운다"),
        results[1].dropFirst().allSatisfy { $0.scores.lowest > 0.8 } && results[1][0].scores.highest < 0.3)

      let agreement = results[2].map(\.scores)
      page.check(
        Text("agreement: only the GRU with b_z = 1 learns it with every seed", ko: "일치: 모든 시드가 배우는 것은 b_z = 1인 GRU뿐이다"),
        agreement[4].lowest > 0.95 && agreement.dropLast().allSatisfy { $0.lowest < 0.95 })

      // The same language again, with a number of sentences that does not grow while learning; twice as many seeds.
      let language = tasks[2]
      let amounts = [16, 64, 256]
      let manySeeds = page.seed..<(page.seed + 10)
      let byAmount = amounts.map { amount in
        compete(
          Text("agreement, \(amount) sentences", ko: "일치, 문장 \(amount)개"), language.task, language.contestants,
          seeds: manySeeds, data: amount
        ).map(\.scores)
      }
      page.print()
      page.print(
        Text(
          "Agreement, 6 phrases, N sentences to learn from, 10 seeds: mean (lowest … highest).",
          ko: "일치, 구 6개, 배울 문장 N개, 시드 10개: 평균(최저 … 최고)."))
      page.table(
        [.symbols("")] + amounts.map { .symbols("N = \($0)") },
        language.contestants.enumerated().map { k, contestant in
          [contestant.label]
            + zip(amounts, byAmount).map { amount, scores in
              let s = scores[k]
              let mean = page.number("data-\(contestant.name)-\(amount)", 100 * s.mean, decimals: 0)
              let (low, high) = (Int((100 * s.lowest).rounded()), Int((100 * s.highest).rounded()))
              return "\(mean) (\(low) … \(high))"
            }
        })
      let (few, some) = (byAmount[0], byAmount[1])
      page.number("wins", Double(few[2].wins(over: few[4])), decimals: 0)
      page.number("some-lstm-1-lowest", 100 * some[2].lowest, decimals: 0)
      page.number("some-gru-lowest", 100 * some[3].lowest, decimals: 0)
      page.number("some-gru-1-lowest", 100 * some[4].lowest, decimals: 0)
      page.check(
        Text(
          "64 sentences: all RNNs and LSTMs with b_f = 1 learn it, not all GRUs as PyTorch begins",
          ko: "문장 64개: RNN과 b_f = 1인 LSTM은 모두 배우고, PyTorch처럼 시작한 GRU는 그러지 못한다"),
        some[0].lowest > 0.95 && some[2].lowest > 0.95 && some[3].lowest < 0.75)
      page.check(
        Text("16 sentences: no kind learns it with every seed", ko: "문장 16개: 모든 시드가 배우는 종류는 없다"),
        few.allSatisfy { $0.lowest < 0.95 })
      page.check(
        Text(
          "256 sentences: every GRU does, too, and every LSTM with b_f = 1", ko: "문장 256개: GRU와 b_f = 1인 LSTM도 모두 배운다"),
        byAmount[2][2...4].allSatisfy { $0.lowest > 0.95 })
      page.figure(
        "data",
        .lineChart(
          LineChart(
            x: .init("N", .logarithmic), y: .init("%", limits: 40...100),
            series: language.contestants.enumerated().map { k, contestant in
              .init(
                Figure.Label(contestant.figureLabel),
                zip(amounts, byAmount).map { (Double($0), 100 * $1[k].mean) },
                line: contestant.gateBias == 0 ? .solid : .dashed, hasMarkers: true)
            }, references: [.horizontal(at: 50, label: "50 %")])),
        title: "Accuracy of agreement against the number N of sentences to learn from")
    }
  }
}

extension Matrix {
  /// Its entries as one column.
  fileprivate var vectorised: Matrix { Matrix(column: elements) }
}

extension UpdateGate {
  fileprivate var text: Text {
    switch self {
    case .keepsPast: Text("z keeps the past", ko: "z는 과거를 간직한다")
    case .takesNew: Text("z takes the new", ko: "z는 새것을 받아들인다")
    }
  }
}

extension ResetGate {
  fileprivate var text: Text {
    switch self {
    case .afterProduct: Text("reset after the product", ko: "곱한 뒤 리셋")
    case .beforeProduct: Text("reset before it", ko: "곱하기 전 리셋")
    }
  }
}
