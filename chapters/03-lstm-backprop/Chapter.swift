// Chapter 03: the LSTM's backward pass by hand, how far its gradient reaches, and the bugs that weak checks miss. This file
// is the table of contents; each section stands in the file that is named beside it.

import Autodiff
import LaTeX
import Notebook

@main
struct LSTMBackprop: Chapter {
  static let number = "03"
  static let name = "lstm-backprop"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  func body(_ page: Page) throws {
    try stacked(page)  // 3.1, Stacked.swift
    try states(page)  // 3.2, Gates.swift
    try gates(page)  // 3.3, Gates.swift
    try weights(page)  // 3.4, Weights.swift
    try byHand(page)  // 3.5, ByHand.swift
    truncation(page)  // 3.6, Truncation.swift
    try highway(page)  // 3.7, Highway.swift
    lags(page)  // 3.8, Lags.swift
    try museum(page)  // 3.9, Museum.swift
    fused(page)  // 3.10, Fused.swift
  }

  // MARK: What sections share

  /// The example of the derivations.
  func example(_ page: Page) -> Example {
    Example(inputs: 2, hidden: 3, batch: 2, steps: 3, seed: page.seed)
  }

  /// The index of each step of the example where a derivation is about step t.
  func aroundT(_ step: Int) -> String { ["t-2", "t-1", "t", "t+1"][step] }

  /// The example's numbers and gradients under their names. The names with T + 1 are zero: nothing comes back from there.
  func scope(_ tape: Tape, _ run: Run, _ example: Example) -> Scope {
    let T = example.x.count
    var scope = Scope(tape, gradients: tape.gradients(of: run.loss))
    scope.integers["T"] = T
    let state = 0 * example.start.h
    scope.values["f_\(T + 1)"] = state
    scope.values["\\frac{\\partial L}{\\partial c_\(T + 1)}"] = state
    scope.values["\\frac{\\partial L}{\\partial a_\(T + 1)}"] = Matrix.stack([state, state, state, state])
    return scope
  }

  /// The example on two tapes: one whose steps are called t − 1, t and t + 1, for derivations, and one whose steps have
  /// numbers, with the scope in which the notes' equations are evaluated.
  func derivations(_ page: Page) -> (named: Run, run: Run, scope: Scope) {
    let (example, tape) = (example(page), Tape())
    let run = example.record(on: tape)
    return (example.record(time: aroundT), run, scope(tape, run, example))
  }

  /// All steps, beginning with the one that derivations call t: an equation's formula is compared with the tape there.
  func stepsFromT(_ scope: Scope) -> (name: String, values: [Int]) {
    ("t", [2] + Array(3...scope.integers["T"]!) + [1])
  }
<<<<<<< HEAD

  // MARK: 3.1

  private func stacked(_ page: Page) throws {
    try page.section("stacked") {
      let example = example(page)
      let T = example.x.count
      let tape = Tape()
      let run = example.record(on: tape)
      let scope = scope(tape, run, example)
      let first = run.steps[0]
      try page.equation("pre-activations", scope, for: ("t", Array(1...T)), tape: [first.a.formula])
      try page.equation(
        "cell", scope, for: ("t", Array(1...T)),
        tape: [first.i, first.f, first.g, first.o, first.c, first.h].map(\.formula))
      try page.equation("loss", scope)

      // Chapter 02's cell, with PyTorch's names, on the same numbers.
      let torch = CellWeights(W: example.W, b: (x: example.b, h: nil))
      let cell = LSTMCell(torch, hidden: example.hidden)
      let states = cell.unroll(example.x, from: [example.start.h, example.start.c])
      page.check(
        Text("h_1 … h_T = those of the cell of chapter 2", ko: "h_1 … h_T = 2장의 셀이 낸 값"),
        Matrix.stack(run.steps.map(\.h.value)), equals: Matrix.stack(states.map { $0[0] }))
      page.check(
        Text("c_1 … c_T = those of the cell of chapter 2", ko: "c_1 … c_T = 2장의 셀이 낸 값"),
        Matrix.stack(run.steps.map(\.c.value)), equals: Matrix.stack(states.map { $0[1] }))
    }
  }

  // MARK: 3.2

  private func states(_ page: Page) throws {
    try page.section("states") {
      let (named, _, scope) = derivations(page)
      let t = named.steps[1]
      let state = page.derivation(of: t.h, in: named.loss)
      let cell = page.derivation(of: t.c, in: named.loss)
      page.print()
      try page.equation("back-h", scope, for: stepsFromT(scope), tape: [state])
      try page.equation("back-c", scope, for: stepsFromT(scope), tape: [cell])
    }
  }

  // MARK: 3.3

  private func gates(_ page: Page) throws {
    try page.section("gates") {
      let (named, _, scope) = derivations(page)
      let t = named.steps[1]
      let gates = [t.o, t.f, t.i, t.g].map { page.derivation(of: $0, in: named.loss) }
      page.print()
      try page.equation("back-gates", scope, for: stepsFromT(scope), tape: gates)
      page.print()
      let hats = [t.hat.i, t.hat.f, t.hat.g, t.hat.o].map { page.derivation(of: $0, in: named.loss) }
      page.print()
      try page.equation("back-slopes", scope, for: stepsFromT(scope), tape: hats)
    }
  }

  // MARK: 3.4

  private func weights(_ page: Page) throws {
    try page.section("weights") {
      let (named, run, scope) = derivations(page)
      let (t, T) = (named.steps[1], run.steps.count)
      let merged = page.derivation(of: t.a, in: named.loss)
      let input = page.derivation(of: t.x, in: named.loss)
      page.print()
      try page.equation("merge", scope, for: stepsFromT(scope), tape: [column(merged)])
      try page.equation("back-input", scope, for: stepsFromT(scope), tape: [input])
      page.print()
      // Their terms are sums over the steps of this run.
      let sums = [run.W.x, run.W.h, run.b].map { page.derivation(of: $0, in: run.loss) }
      page.print()
      try page.equation("sums", scope, tape: sums)
      // What one step alone asks of the weight is not its gradient.
      let gradients = run.loss.tape.gradients(of: run.loss)
      let last = gradients[run.steps[T - 1].a] * run.steps[T - 1].before.h.value.transposed
      let error = (last - gradients[run.W.h]).norm / gradients[run.W.h].norm
      page.number("one-step-error", 100 * error, decimals: 0)
      page.check(
        Text("the last step's share alone is not ∂L/∂W_h", ko: "마지막 시점의 몫만으로는 ∂L/∂W_h가 되지 않는다"), error > 0.1,
        detail: Text(
          "off by \(NumberFormat.format(100 * error, decimals: 0)) % (Frobenius)",
          ko: "\(NumberFormat.format(100 * error, decimals: 0)) % 어긋남 (프로베니우스 노름)"))
    }
  }

  /// A sum of blocks put into zeros, as the tape has ∂L/∂a_t, written as what it is: the blocks one above the other. Any
  /// other formula as it stands.
  private func column(_ formula: Symbol) -> Symbol {
    var blocks: [(rows: Range<Int>, block: Symbol)] = []
    func collect(_ formula: Symbol) -> Bool {
      switch formula {
      case .applied(.sum, let terms): return terms.allSatisfy(collect)
      case .applied(.placeRows(let rows), let inner):
        blocks.append((rows, inner[0]))
        return true
      default: return false
      }
    }
    guard collect(formula) else { return formula }
    blocks.sort { $0.rows.lowerBound < $1.rows.lowerBound }
    var end = 0
    for block in blocks {
      if block.rows.lowerBound != end { return formula }
      end = block.rows.upperBound
    }
    return .stack(blocks.map(\.block))
  }

  // MARK: 3.5

  private func byHand(_ page: Page) throws {
    try page.section("by-hand") {
      let example = Example(inputs: 2, hidden: 3, batch: 2, steps: 4, seed: page.seed)
      let tape = Tape()
      let run = example.record(on: tape)
      let gradients = tape.gradients(of: run.loss)
      let hand = Pass<Matrix>().run(example, run.steps.map { $0.map(\.value) })
      page.entries([
        (Text("∂L/∂W_h, by hand", ko: "∂L/∂W_h, 손 계산"), hand.W.h),
        (Text("∂L/∂W_h, tape", ko: "∂L/∂W_h, 테이프"), gradients[run.W.h]),
        (
          Text("∂L/∂W_h, finite differences", ko: "∂L/∂W_h, 유한 차분"),
          differences(example, step: 6e-6) { $0.record().loss.value.scalar }[1]
        ),
      ])
      let symbols = ["∂L/∂W_x", "∂L/∂W_h", "∂L/∂b", "∂L/∂h_0", "∂L/∂c_0"]
      for (name, (mine, variable)) in zip(symbols, zip(hand.values, run.variables)) {
        page.check(Text("\(name): by hand = tape", ko: "\(name): 손 계산 = 테이프"), mine, equals: gradients[variable])
      }
      page.check(
        Text("∂L/∂x_1 … ∂L/∂x_T: by hand = tape", ko: "∂L/∂x_1 … ∂L/∂x_T: 손 계산 = 테이프"), Matrix.stack(hand.x),
        equals: Matrix.stack(run.steps.map { gradients[$0.x] }))
      page.check(
        Text("∂L/∂c_1 … ∂L/∂c_T: by hand = tape", ko: "∂L/∂c_1 … ∂L/∂c_T: 손 계산 = 테이프"), Matrix.stack(hand.c),
        equals: Matrix.stack(run.steps.map { gradients[$0.c] }))
      page.check(
        Text("everything: by hand = finite differences", ko: "전부: 손 계산 = 유한 차분"), flat(hand.values),
        equals: flat(differences(example, step: 6e-6) { $0.record().loss.value.scalar }), tolerance: 1e-8)
      page.check(
        Text("the cell of chapter 2: tape = finite differences", ko: "2장의 셀: 테이프 = 유한 차분"),
        GradientCheck(example.values, names: example.names) { values in
          let tape = values[0].tape
          let recorded = LSTMCell(
            CellWeights(W: (x: values[0], h: values[1]), b: (x: values[2], h: nil)), hidden: example.hidden)
          let h = recorded.unroll(Array(values[5...]), from: [values[3], values[4]]).map { $0[0] }
          let terms = zip(h, example.y).map { h, y in
            let e = h - tape.constant(y)
            return 0.5 * (e .* e).total
          }
          return terms.dropFirst().reduce(terms[0]) { $0 + $1 }
        })
      let compared = lines(Subject(), page).count
      page.check(
        Text("every line of the pass = the tape's derivation", ko: "역전파의 모든 줄 = 테이프에서 읽은 식"),
        try wrongLines(Subject(), page).isEmpty,
        detail: Text(
          "\(compared) formulas, on random matrices", ko: "수식 \(compared)개, 무작위 행렬로 비교"))

      // begin: witness
      let witness = try Witness(path: page.root + "/Tests/Fixtures/lstm-long.safetensors")
      let theirs = witness.example.record().steps.map { $0.map(\.value) }
      let mine = Pass<Matrix>().run(
        W: witness.example.W, theirs, loss: witness.upstream, beyond: witness.beyond)
      // end: witness
      page.check(
        Text("h_1 … h_60 = PyTorch's", ko: "h_1 … h_60 = PyTorch"), Matrix.stack(theirs.map(\.h)),
        equals: Matrix.stack(witness.h))
      page.check(Text("c_60 = PyTorch's", ko: "c_60 = PyTorch"), theirs[59].c, equals: witness.lastC)
      for (name, (mine, theirs)) in zip(symbols, zip(mine.values, witness.gradients)) {
        page.check(Text("\(name): by hand = PyTorch's", ko: "\(name): 손 계산 = PyTorch"), mine, equals: theirs)
      }
      page.check(
        Text("∂L/∂x_1 … ∂L/∂x_60: by hand = PyTorch's", ko: "∂L/∂x_1 … ∂L/∂x_60: 손 계산 = PyTorch"),
        Matrix.stack(mine.x), equals: Matrix.stack(Array(witness.gradients[5...])))
    }
  }

  // begin: formulas
  /// Every gradient of a subject's pass, read as a formula, beside what the tape of its cell derives.
  private func lines(_ subject: Subject, _ page: Page) -> [(name: String, pass: Symbol, tape: Symbol)] {
    let tape = Tape()
    let run = example(page).record(on: tape, cell: subject.cell, time: aroundT)
    let nodes = Dictionary(uniqueKeysWithValues: tape.namedVariables.map { ($0.name, $0.variable) })
    func node(_ name: String, _ t: Int) -> String {
      if ["W_x", "W_h", "b"].contains(name) { return name }
      let time = aroundT(t)
      return "\(name)_\(time.count > 1 ? "{\(time)}" : time)"
    }
    let steps = run.steps.map { $0.map { Symbol.name($0.name!) } }
    var lines: [(name: String, pass: Symbol, tape: Symbol)] = []
    let pass: Pass<Symbol> = subject.pass()
    _ = pass.run(
      W: (.name("W_x"), .name("W_h")), steps, loss: (1...3).map { .name(node("h", $0)) - .name(node("y", $0)) },
      beyond: (.number(0), .number(0))
    ) { name, t, gradient in
      let derivation = tape.derivation(of: nodes[node(name, t)]!, in: run.loss)
      lines.append((node(name, t), gradient, column(derivation.gradient)))
      return .name(derivation.gradientName)  // the next lines go on with its name
    }
    return lines
  }
  // end: formulas

  /// Where a subject's formulas are not the notes': a line of its pass, a node of its cell, or a block of a_t.
  private func wrongLines(_ subject: Subject, _ page: Page) throws -> [String] {
    let tape = Tape()
    let example = example(page)
    let run = example.record(on: tape, cell: subject.cell, time: aroundT)
    let scope = Scope(tape, gradients: tape.gradients(of: run.loss))
    var wrong = lines(subject, page).filter { !$0.pass.isIdentical(to: $0.tape, in: scope) }.map(\.name)
    let nodes = Dictionary(uniqueKeysWithValues: tape.namedVariables.map { ($0.name, $0.variable) })
    func compare(_ name: String, _ formula: Symbol) {
      if nodes[name].map({ !$0.formula.isIdentical(to: formula, in: scope) }) ?? true { wrong.append(name) }
    }
    for step in try page.equation(named: "cell").steps {
      if case .name(let name) = step.left { compare(name, step.right) }
    }
    // a_t = [î_t; f̂_t; ĝ_t; ô_t] = W_x x_t + W_h h_{t−1} + b: the order of the blocks, and the sum.
    let sides = try page.equation(named: "pre-activations").sides
    guard sides.count == 3, case .name(let a) = sides[0], case .applied(.stackRows, let blocks) = sides[1] else {
      return wrong + ["pre-activations"]
    }
    compare(a, sides[2])
    for (k, block) in blocks.enumerated() {
      let rows = k * example.hidden..<(k + 1) * example.hidden
      if case .name(let name) = block { compare(name, .applied(.sliceRows(rows), [sides[0]])) }
    }
    return wrong
  }

  // MARK: 3.6

  private func truncation(_ page: Page) {
    page.section("truncation") {
      let T = 64
      let windows = [1, 2, 4, 8, 16, 32]
      let biases = [0, 1, 3]
      let seeds = page.seed..<(page.seed + 5)
      var found: [Int: [[Double]]] = [:]  // the relative error for each window, of each seed
      for bias in biases {
        found[bias] = seeds.map { seed in
          let example = sequence(forgetBias: bias, steps: T, batch: 64, seed: seed)
          let steps = example.record().steps.map { $0.map(\.value) }
          let full = Pass<Matrix>().run(example, steps)
          return windows.map { window in
            let cut = Pass<Matrix>().run(example, steps, window: window)
            return difference(cut, full)
          }
        }
      }
      page.print(
        Text(
          "‖truncated − full‖ / ‖full‖ over all weights, T = \(T), 64 sequences: the median of 5 seeds (lowest … highest).",
          ko: "모든 가중치에 걸친 ‖자른 기울기 − 온전한 기울기‖ / ‖온전한 기울기‖, T = \(T), 수열 64개. 시드 5개의 중앙값(최저 … 최고)."))
      func percent(_ x: Double) -> String { NumberFormat.format(100 * x, significant: 2) }
      page.table(
        [Text("window", ko: "창")] + biases.map { .symbols("b_f = \($0)") },
        windows.enumerated().map { k, window in
          ["\(window)"]
            + biases.map { bias in
              let sorted = found[bias]!.map { $0[k] }.sorted()
              let middle = page.number("bias-\(bias)-window-\(window)", 100 * sorted[2], significant: 2)
              return "\(middle) % (\(percent(sorted[0])) … \(percent(sorted[4])))"
            }
        })
      page.check(
        Text("a wider window is nearer to the full gradient", ko: "창이 넓을수록 온전한 기울기에 가깝다"),
        biases.allSatisfy { bias in
          let middle = median(found[bias]!)
          return zip(middle, middle.dropFirst()).allSatisfy { $0 > $1 }
        }, detail: Text("medians, every b_f", ko: "중앙값, 모든 b_f"))
      page.check(
        Text("the more is kept, the more is cut off", ko: "많이 간직하는 망일수록 많이 잘린다"),
        windows.indices.filter { windows[$0] >= 4 }.allSatisfy { k in
          let middles = biases.map { median(found[$0]!)[k] }
          return middles[0] < middles[1] && middles[1] < middles[2]
        }, detail: Text("medians, every window from 4", ko: "중앙값, 4 이상의 모든 창"))

      // The truncated pass is exact for what it means: each window by itself, its first state given. 50 steps leave a
      // shorter window at the end, and something comes back from beyond it.
      let example = sequence(forgetBias: 1, steps: 50, batch: 2, seed: page.seed)
      let steps = example.record().steps.map { $0.map(\.value) }
      let zero = 0 * example.start.h
      let beyond = (h: 0.5 * example.y[0], c: example.y[1])
      let loss = zip(steps, example.y).map { $0.h - $1 }
      func pass(_ window: Int?) -> ByHand<Matrix> {
        Pass<Matrix>().run(W: example.W, steps, loss: loss, beyond: beyond, window: window, zero: (zero, zero))
      }
      var sums = [0 * example.W.x, 0 * example.W.h, 0 * example.b]
      var inputs: [Matrix] = []
      for first in stride(from: 0, to: 50, by: 16) {
        let range = first..<min(first + 16, 50)
        var part = example
        (part.x, part.y) = (Array(example.x[range]), Array(example.y[range]))
        part.start = steps[first].before
        let tape = Tape()
        let run = part.record(on: tape)
        var total = run.loss
        if range.upperBound == 50, let last = run.steps.last {
          total = total + (last.h .* tape.constant(beyond.h)).total + (last.c .* tape.constant(beyond.c)).total
        }
        let gradients = tape.gradients(of: total)
        sums = zip(sums, [run.W.x, run.W.h, run.b]).map { $0 + gradients[$1] }
        inputs += run.steps.map { gradients[$0.x] }
      }
      let cut = pass(16)
      page.check(
        Text("truncated = the windows apart, each with its first state given", ko: "자른 기울기 = 첫 상태만 넘겨받은 창들의 합"),
        flat([cut.W.x, cut.W.h, cut.b] + cut.x), equals: flat(sums + inputs))
      page.check(
        Text("one window over all steps = the full pass", ko: "창 하나로 다 덮으면 온전한 역전파"), flat(pass(50).values),
        hasSameBitsAs: flat(pass(nil).values))
      // A loss at the last step alone: the first input's gradient is cut off whole.
      let upstream = steps.indices.map { $0 == 49 ? loss[49] : zero }
      func toFirstInput(_ window: Int?) -> Matrix {
        Pass<Matrix>().run(
          W: example.W, steps, loss: upstream, beyond: (zero, zero), window: window, zero: (zero, zero)
        ).x[0]
      }
      page.check(
        Text("loss at T only: ∂L/∂x_1 is exactly 0 with a window of 32", ko: "손실이 T에만 있으면 창 32에서 ∂L/∂x_1은 정확히 0"),
        toFirstInput(32).elements.allSatisfy { $0 == 0 } && toFirstInput(nil).elements.allSatisfy { $0 != 0 },
        detail: Text("without a window no entry is 0", ko: "자르지 않으면 0인 성분이 없다"))
      page.figure(
        "truncation",
        .lineChart(
          LineChart(
            x: .init("k", .logarithmic), y: .init("%", limits: 0...100),
            series: biases.map { bias in
              .init(
                "b_f = \(bias)", zip(windows, median(found[bias]!)).map { (Double($0), 100 * $1) }, hasMarkers: true)
            })),
        title: "The relative error of a truncated gradient against the window k, for forget biases 0, 1 and 3")
    }
  }

  /// A fresh LSTM of 16 units on random data, with targets at every step.
  private func sequence(forgetBias: Int, steps: Int, batch: Int, seed: UInt64) -> Example {
    var random = Random(seed: seed)
    let network = Design.lstm(forgetBias: forgetBias).network(inputs: 4, hidden: 16, random: &random)
    let zero = Matrix(rows: 16, columns: batch)
    return Example(
      W: (network["weight_ih_l0"], network["weight_hh_l0"]), b: network["bias_ih_l0"], start: (zero, zero),
      x: (0..<steps).map { _ in random.normal(4, batch) }, y: (0..<steps).map { _ in random.uniform(16, batch, -1, 1) })
  }

  /// All entries of several matrices in one column.
  private func flat(_ matrices: [Matrix]) -> Matrix { Matrix(column: matrices.flatMap(\.elements)) }

  /// ‖a − b‖ / ‖b‖ over W_x, W_h and b together.
  private func difference(_ a: ByHand<Matrix>, _ b: ByHand<Matrix>) -> Double {
    let parts = [(a.W.x, b.W.x), (a.W.h, b.W.h), (a.b, b.b)]
    return globalNorm(parts.map { $0 - $1 }) / globalNorm(parts.map { $1 })
  }

  // MARK: 3.7

  private func highway(_ page: Page) throws {
    try page.section("highway") {
      let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 6, seed: page.seed)
      let tape = Tape()
      let run = example.record(on: tape)
      var scope = Scope(tape)
      let n = example.hidden
      for (gate, name) in ["i", "f", "g", "o"].enumerated() {
        scope.values["W_{h\(name)}"] = example.W.h.rows(gate * n..<(gate + 1) * n)
      }
      for t in 2...6 {
        let (now, before) = (run.steps[t - 1], run.steps[t - 2])
        let pairs = [(now.c, before.c), (now.c, before.h), (before.h, before.c)]
        for (y, x) in pairs {
          scope.values["\\frac{\\partial \(y.name!)}{\\partial \(x.name!)}"] = tape.jacobian(of: y, withRespectTo: x)
        }
      }
      try page.equation("highway", scope, for: ("t", Array(2...6)))

      // The direct path alone is a cell whose gates do not see h.
      let forgetful = example.with([example.W.x, 0 * example.W.h] + example.values.dropFirst(2))
      let apart = Tape()
      let blind = forgetful.record(on: apart)
      page.check(
        Text("with W_h = 0 only diag(f_t) is left", ko: "W_h = 0이면 diag(f_t)만 남는다"),
        apart.jacobian(of: blind.steps[5].c, withRespectTo: blind.steps[4].c),
        equals: Matrix.diagonal(blind.steps[5].f.value.elements))

      // Over several steps: h takes part as well, so it is the Jacobians of [h; c] that multiply.
      var joined = Matrix.identity(2 * n)
      var alone = Matrix.identity(n)
      for t in (2...6).reversed() {
        joined = joined * stateJacobian(example, run.steps[t - 1])
        alone = alone * scope.values["\\frac{\\partial c_\(t)}{\\partial c_\(t - 1)}"]!
      }
      let toState = tape.jacobian(of: run.steps[0].h, withRespectTo: run.steps[0].c)
      let whole = tape.jacobian(of: run.steps[5].c, withRespectTo: run.steps[0].c)
      let lower = joined.rows(n..<2 * n)
      page.check(
        Text("∂c_6/∂c_1 through the product of the Jacobians of [h; c]", ko: "[h; c]의 야코비 행렬을 곱해 얻은 ∂c_6/∂c_1"),
        lower.columns(Array(n..<2 * n)) + lower.columns(Array(0..<n)) * toState, equals: whole)
      let error = (alone - whole).norm / whole.norm
      let percent = page.number("alone-error", 100 * error, significant: 2)
      page.check(
        Text("the product of the Jacobians of c alone is something else", ko: "c만의 야코비 행렬을 곱하면 다른 것이 된다"), error > 0.01,
        detail: Text("off by \(percent) % (Frobenius)", ko: "\(percent) % 어긋남 (프로베니우스 노름)"))

      page.print()
      page.print(
        Text(
          "Over k steps after 100 steps of start: ‖∂c_T/∂c_{T−k}‖₂ whole, and through f alone (16 units, 5 seeds: median):",
          ko: "처음 100단계가 지난 뒤 k단계에 걸친 ‖∂c_T/∂c_{T−k}‖₂: 전체와, f만 지나는 길(유닛 16개, 시드 5개의 중앙값):"))
      let lags = [1, 10, 30]
      var rows: [[String]] = []
      for bias in [0, 1, 3, 5] {
        let found = (page.seed..<(page.seed + 5)).map { seed in
          paths(sequence(forgetBias: bias, steps: 132, batch: 1, seed: seed), from: 100, lags)
        }
        let (whole, direct) = (median(found.map { $0.whole.map(\.spectralNorm) }), median(found.map(\.direct)))
        rows.append(
          ["\(bias)"]
            + lags.indices.flatMap { k in
              [
                page.number("whole-\(bias)-\(lags[k])", whole[k], significant: 2),
                page.number("direct-\(bias)-\(lags[k])", direct[k], significant: 2),
              ]
            })
        page.check(
          Text("b_f = \(bias): the whole is more than the direct path", ko: "b_f = \(bias): 전체가 곧은 길보다 크다"),
          zip(whole, direct).allSatisfy { $0 > 1.01 * $1 }, detail: Text("medians", ko: "중앙값"))
      }
      page.table(
        [.symbols("b_f")] + lags.flatMap { k in [.symbols("k = \(k)"), Text("f alone", ko: "f만")] }, rows)
      // The table's Jacobians, found row by row, against central differences of the cell itself.
      let small = sequence(forgetBias: 1, steps: 12, batch: 1, seed: page.seed)
      page.check(
        Text("such a Jacobian over 10 steps = finite differences of c_T", ko: "10단계에 걸친 이런 야코비 행렬 = c_T의 유한 차분"),
        paths(small, from: 0, [10]).whole[0], equals: differencesOfLastCell(small, lag: 10), tolerance: 1e-8)
    }
  }

  /// ∂[h_t; c_t]/∂[h_{t−1}; c_{t−1}] of one step of an example, both parts of the state before it being free.
  private func stateJacobian(_ example: Example, _ step: Forward<Variable>) -> Matrix {
    var one = example
    (one.x, one.y) = ([step.x.value], [example.y[0]])
    one.start = (step.before.h.value, step.before.c.value)
    let tape = Tape()
    let run = one.record(on: tape)
    func row(_ y: Variable) -> Matrix {
      let parts = [run.start.h, run.start.c].map { tape.jacobian(of: y, withRespectTo: $0) }
      return Matrix.stack(parts.map(\.transposed)).transposed
    }
    return .stack([row(run.steps[0].h), row(run.steps[0].c)])
  }

  /// Of a sequence from step `from` on, its states before that being given: ∂c_T/∂c_{T−k}, and the norm of the product of
  /// diag(f_t) over the same steps.
  private func paths(_ sequence: Example, from: Int, _ lags: [Int]) -> (whole: [Matrix], direct: [Double]) {
    var example = sequence
    if from > 0 {
      let last = sequence.prefix(steps: from).record().steps[from - 1]
      example.start = (last.h.value, last.c.value)
      (example.x, example.y) = (Array(sequence.x[from...]), Array(sequence.y[from...]))
    }
    let tape = Tape()
    let steps = example.record(on: tape).steps
    let T = steps.count
    // One way back for each entry of c_T gives that row of the Jacobians of every lag.
    var jacobians = lags.map { _ in Matrix(rows: example.hidden, columns: example.hidden) }
    for row in 0..<example.hidden {
      let seed = Matrix(rows: example.hidden, columns: 1) { i, _ in i == row ? 1 : 0 }
      let gradients = tape.gradients(of: steps[T - 1].c, seed: seed)
      for (k, lag) in lags.enumerated() {
        let gradient = gradients[steps[T - 1 - lag].c]
        for column in 0..<example.hidden { jacobians[k][row, column] = gradient[column, 0] }
      }
    }
    let direct = lags.map { lag in
      steps[(T - lag)...].map(\.f.value).reduce(Matrix(example.start.c.shape, repeating: 1)) { $0 .* $1 }
        .largestMagnitude
    }
    return (jacobians, direct)
  }

  /// ∂c_T/∂c_{T−k} by central differences: an entry of c_{T−k} is moved, h_{T−k} = o ⊙ tanh(c_{T−k}) with it, and the
  /// cell goes on from there.
  private func differencesOfLastCell(_ example: Example, lag: Int) -> Matrix {
    let steps = example.record().steps
    let place = steps[steps.count - 1 - lag]
    let cell = LSTMCell(CellWeights(W: example.W, b: (x: example.b, h: nil)), hidden: example.hidden)
    func last(_ c: Matrix) -> Matrix {
      cell.unroll(Array(example.x.suffix(lag)), from: [place.o.value .* c.tanh, c])[lag - 1][1]
    }
    let (c, step) = (place.c.value, 6e-6)
    var jacobian = Matrix(rows: c.rows, columns: c.rows)
    for column in 0..<c.rows {
      let move = Matrix(rows: c.rows, columns: 1) { i, _ in i == column ? step : 0 }
      let slope = (1 / (2 * step)) * (last(c + move) - last(c - move))
      for row in 0..<c.rows { jacobian[row, column] = slope[row, 0] }
    }
    return jacobian
  }

  // MARK: 3.8

  private func lags(_ page: Page) {
    page.section("lags") {
      let seeds = page.seed..<(page.seed + 5)
      // Twice as long as the lag that is looked at: the start of a sequence, where c grows from 0, stays out of sight.
      let (distance, lag, updates) = (100, 20, 150)
      struct Found {
        var before: [Lags] = []
        var after: [Lags] = []
        var accuracies: [Double] = []
      }
      var found: [Design: Found] = [:]
      for (number, design) in Design.all.enumerated() {
        page.progress(.symbols(design.name), Double(number) / Double(Design.all.count))
        for seed in seeds {
          var random = Random(seed: seed)
          var reader = Reader(design, random: &random)
          let x = Reader.task(lag: 2 * distance).draw(1, &random).x
          var weights = Random(seed: seed + 1000)
          let upstream = weights.normal(Reader.hidden, 1)
          found[design, default: Found()].before.append(
            Lags(reader.network, x, upstream: upstream, through: distance))
          reader.train(lag: lag, updates: updates, batch: 16, learningRate: 5e-3, random: &random)
          found[design]!.after.append(Lags(reader.network, x, upstream: upstream, through: distance))
          found[design]!.accuracies.append(reader.accuracy(on: Reader.task(lag: lag).draw(512, &random)))
        }
      }

      func format(_ values: [Double]) -> String {
        let sorted = values.sorted()
        let (low, high) = (sorted[0], sorted[sorted.count - 1])
        return NumberFormat.format(low, significant: 1) + " … " + NumberFormat.format(high, significant: 1)
      }
      func at(_ lags: [Lags], _ part: (Lags) -> [Double]) -> [Double] {
        lags.compactMap { part($0).isEmpty ? nil : part($0)[distance] }
      }
      page.print(
        Text(
          "‖∂L/∂h_{T−100}‖ and ‖∂L/∂c_{T−100}‖, divided by ‖∂L/∂h_T‖, L a random weighted sum of h_T: medians of 5 seeds (lowest … highest).",
          ko: "‖∂L/∂h_{T−100}‖와 ‖∂L/∂c_{T−100}‖를 ‖∂L/∂h_T‖로 나눈 값. L은 h_T 성분의 무작위 가중합. 시드 5개의 중앙값(최저 … 최고)."))
      for (name, english, korean, part) in [
        ("before", "before training", "학습 전", \Found.before), ("after", "after training", "학습 후", \Found.after),
      ] {
        page.print()
        page.table(
          [Text(english, ko: korean), .symbols("h"), .symbols(""), .symbols("c"), .symbols("")],
          Design.all.map { design in
            let lags = found[design]![keyPath: part]
            let (h, c) = (at(lags) { $0.h }, at(lags) { $0.c })
            func quote(_ letter: String, _ values: [Double]) -> [String] {
              if values.isEmpty { return ["", ""] }
              let id = design.name.replacingOccurrences(of: "b_f = ", with: "")
              let middle = values.sorted()[values.count / 2]
              return [
                page.number("\(name)-\(letter)-\(id)", middle, significant: 1), "(\(format(values)))",
              ]
            }
            return [design.name] + quote("h", h) + quote("c", c)
          })
      }
      let open = found[.lstm(forgetBias: 5)]!
      let slopes = [open.before, open.after].map { $0.map(\.slope).sorted()[seeds.count / 2] }
      let before = page.number("slope-before", slopes[0], significant: 2)
      page.check(
        Text("b_f = 5: after training tanh(c_T) is saturated", ko: "b_f = 5: 학습 후에는 tanh(c_T)가 포화한다"),
        slopes[0] > 0.05 && slopes[1] < 1e-3,
        detail: Text(
          "mean of 1 − tanh²(c_T): \(before) before, < 1e-3 after (medians)",
          ko: "1 − tanh²(c_T)의 평균: 전 \(before), 후 < 1e-3 (중앙값)"))
      page.print()
      page.print(
        Text(
          "Recall of one of 2 symbols \(lag) steps back after \(updates) updates (chance 50 %), 5 seeds:",
          ko: "\(lag)단계 앞의 기호를 2가지 가운데서 회상(찍으면 50 %), 갱신 \(updates)번, 시드 5개:"))
      page.table(
        [.symbols(""), Text("mean accuracy", ko: "평균 정확도"), Text("lowest", ko: "최저"), Text("highest", ko: "최고")],
        Design.all.map { design in
          let values = found[design]!.accuracies.sorted()
          let id = design.name.replacingOccurrences(of: "b_f = ", with: "")
          let mean = values.reduce(0, +) / Double(values.count)
          return [
            design.name, page.number("accuracy-\(id)", 100 * mean, decimals: 1) + " %",
            NumberFormat.format(100 * values[0], decimals: 1) + " %",
            NumberFormat.format(100 * values[values.count - 1], decimals: 1) + " %",
          ]
        })
      let c = { (bias: Int) in median(found[.lstm(forgetBias: bias)]!.before.map(\.c))[distance] }
      page.check(
        Text("b_f = 0: the LSTM's gradient vanishes too", ko: "b_f = 0이면 LSTM의 기울기도 소실된다"),
        found[.lstm(forgetBias: 0)]!.before.allSatisfy { $0.c[distance] < 1e-15 },
        detail: Text("over 100 steps below 1e-15, every seed", ko: "100단계에 1e-15 미만, 모든 시드"))
      page.check(
        Text("a larger forget bias, a larger gradient at lag 100", ko: "망각 편향이 클수록 지연 100의 기울기가 크다"),
        c(0) < c(1) && c(1) < c(3) && c(3) < c(5), detail: Text("medians, before training", ko: "중앙값, 학습 전"))
      let curves = Design.all.dropFirst().flatMap { found[$0]!.before.map(\.c) }
      page.check(
        Text(
          "before training: nowhere does it come to the next step unchanged", ko: "학습 전: 그대로 다음 시점에 오는 곳은 없다"),
        curves.allSatisfy { curve in
          curve.allSatisfy(\.isFinite) && zip(curve, curve.dropFirst()).allSatisfy { $0 != $1 }
            && (curve.max() ?? 0) > 1.1 * (curve.min() ?? 0)
        }, detail: Text("every forget bias and seed", ko: "모든 망각 편향과 시드"))
      // A curve is as good as its points: two of them against central differences.
      for design in [Design.rnn, .lstm(forgetBias: 1)] {
        var random = Random(seed: page.seed)
        let network = Reader(design, random: &random).network
        let x = Reader.task(lag: 30).draw(1, &random).x
        let upstream = random.normal(Reader.hidden, 1)
        let lags = Lags(network, x, upstream: upstream, through: 20)
        let expected = Lags.differences(network, x, upstream: upstream, lag: 20)
        let mine = [lags.hNorms[20]] + lags.cNorms.suffix(1)
        page.check(
          Text(
            "lag 20, \(design.name): the curves' norms = finite differences",
            ko: "지연 20, \(design.name): 곡선의 노름 = 유한 차분"),
          Matrix(column: zip(mine, expected).map { $0 / $1 }), equals: Matrix(column: expected.map { _ in 1 }),
          tolerance: 1e-5)
      }
      page.check(
        Text("b_f = 0 does not learn to recall 20 steps back", ko: "b_f = 0은 20단계 앞을 회상하지 못한다"),
        found[.lstm(forgetBias: 0)]!.accuracies.allSatisfy { $0 < 0.65 },
        detail: Text("every seed below 65 %", ko: "모든 시드가 65 % 미만"))
      page.check(
        Text("b_f = 1, 3 and 5 do", ko: "b_f = 1, 3, 5는 회상한다"),
        [1, 3, 5].allSatisfy { bias in
          found[.lstm(forgetBias: bias)]!.accuracies.reduce(0, +) > 0.9 * Double(seeds.count)
        },
        detail: Text("means above 90 %", ko: "평균이 90 % 초과"))
      let trained = [1, 3, 5].flatMap { found[.lstm(forgetBias: $0)]!.accuracies }
      page.number("open-count", Double(trained.count), decimals: 0)
      page.number("open-learned", Double(trained.count { $0 > 0.9 }), decimals: 0)

      func chart(_ part: KeyPath<Found, [Lags]>, _ curve: (Lags) -> [Double], _ label: Figure.Label) -> Figure {
        .lineChart(
          LineChart(
            x: .init("k"), y: .init(label, .logarithmic, limits: 1e-30...1e3),
            series: Design.all.compactMap { design in
              let curves = found[design]![keyPath: part].map(curve)
              // An empty series keeps its place, so that every figure draws a network alike.
              if curves[0].isEmpty { return .init("", []) }
              return .init("\(design.name)", median(curves).enumerated().map { (Double($0), $1) })
            }))
      }
      let (state, cell): (Figure.Label, Figure.Label) = (
        "‖∂L/∂h_{T−k}‖ / ‖∂L/∂h_{T}‖", "‖∂L/∂c_{T−k}‖ / ‖∂L/∂h_{T}‖"
      )
      page.figure(
        "state-before", chart(\.before, { $0.h }, state), title: "The hidden state's gradient against the lag")
      page.figure("cell-before", chart(\.before, { $0.c }, cell), title: "The cell state's gradient against the lag")
      page.figure(
        "state-after", chart(\.after, { $0.h }, state),
        title: "The hidden state's gradient against the lag, after training")
      page.figure(
        "cell-after", chart(\.after, { $0.c }, cell), title: "The cell state's gradient against the lag, after training"
      )
    }
  }

  // MARK: 3.9

  private func museum(_ page: Page) throws {
    try page.section("museum") {
      let example = Example(inputs: 2, hidden: 3, batch: 2, steps: 3, seed: page.seed)
      let witness = try Witness(path: page.root + "/Tests/Fixtures/lstm-long.safetensors")
      let checks = MuseumCheck.all(
        example, witness, formulas: { try wrongLines($0, page).isEmpty }, seed: page.seed)
      let subjects = [Subject(bug: nil)] + Mistake.allCases.map { Subject(bug: $0) }
      var verdicts: [[Verdict]] = []
      for (number, subject) in subjects.enumerated() {
        page.progress(subject.bug?.title ?? Text("no bug", ko: "버그 없음"), Double(number) / Double(subjects.count))
        verdicts.append(try checks.map { try $0.verdict(subject) })
      }
      func word(_ verdict: Verdict) -> String {
        switch verdict {
        case .caught: "✓"
        case .passed: "·"
        case .share(let share): NumberFormat.format(100 * share, decimals: 0) + " %"
        }
      }
      let strong = checks.indices.filter { checks[$0].isStrong }
      let weak = checks.indices.filter { !checks[$0].isStrong }
      for group in [strong, weak] {
        page.table(
          [Text("✓: caught", ko: "✓: 잡음")] + group.map { checks[$0].title },
          zip(subjects, verdicts).map { subject, row in
            [(subject.bug?.title ?? Text("no bug", ko: "버그 없음"))(page.language)] + group.map { word(row[$0]) }
          })
        page.print()
      }
      page.check(
        Text("no check finds fault with the right pass", ko: "맞는 역전파를 탓하는 검산은 없다"),
        verdicts[0].allSatisfy { $0 == .passed || $0 == .share(0) })
      let bugs = Array(zip(subjects, verdicts).dropFirst())
      let column = Dictionary(uniqueKeysWithValues: checks.enumerated().map { ($1.title.english, $0) })
      for name in ["formulas", "PyTorch"] {
        page.check(
          Text(
            "\(name == "PyTorch" ? "PyTorch's numbers catch" : "the formulas catch") every bug",
            ko: "\(name == "PyTorch" ? "PyTorch의 값은" : "수식 비교는") 모든 버그를 잡는다"),
          bugs.allSatisfy { $1[column[name]!] == .caught }, detail: .symbols("\(bugs.count) / \(bugs.count)"))
      }
      let inPass = bugs.filter { !$0.0.bug!.isInTheCell }
      let inCell = bugs.filter { $0.0.bug!.isInTheCell }
      for (name, english, korean) in [
        ("differences", "finite differences of every entry", "모든 성분의 유한 차분은"), ("own tape", "the tape", "테이프는"),
      ] {
        let k = column[name]!
        page.check(
          Text("\(english): every bug in the pass, none in the cell", ko: "\(korean) 역전파의 버그를 모두 잡고 셀의 버그는 하나도 못 잡는다"),
          inPass.allSatisfy { $1[k] == .caught } && inCell.allSatisfy { $1[k] == .passed },
          detail: Text("\(inPass.count) caught, \(inCell.count) passed", ko: "\(inPass.count)개 잡음, \(inCell.count)개 놓침")
        )
      }
      page.check(
        Text("every weak check lets a bug in the pass through", ko: "약한 검산은 저마다 역전파의 버그를 놓친다"),
        weak.allSatisfy { k in
          inPass.contains { $1[k] == .passed || { if case .share(let share) = $0 { share < 1 } else { false } }($1[k]) }
        })
      for k in weak {
        let missed = inPass.count { $1[k] == .passed }
        page.number("missed-\(k - strong.count)", Double(missed), decimals: 0)
      }
      // The sum of a softmax has no gradient at all; one of its entries has.
      var random = Random(seed: page.seed)
      let tape = Tape()
      let h = tape.variable(random.normal(example.hidden, 1))
      let (sum, entry) = (h.softmax.total, h.softmax.rows(0..<1))
      page.check(
        Text("∂(Σ softmax)/∂h = 0, and that of one entry is not", ko: "∂(Σ softmax)/∂h = 0이지만 성분 하나의 기울기는 그렇지 않다"),
        tape.gradients(of: sum)[h].largestMagnitude < 1e-15 && tape.gradients(of: entry)[h].largestMagnitude > 1e-3)
      // The same two checks with weights of the size that PyTorch begins with.
      let bound = 1 / Double(example.hidden).squareRoot()
      let larger = MuseumCheck.all(example, witness, weights: bound, formulas: { _ in true }, seed: page.seed)
      page.print()
      for name in ["tolerance", "Float32"] {
        let check = larger.first { $0.title.english == name }!
        let missed = try inPass.count { try check.verdict($0.0) == .passed }
        let text = page.number("missed-\(name.lowercased())-larger", Double(missed), decimals: 0)
        page.print(
          Text(
            "\(name), weights within ±1/√n: lets \(text) of \(inPass.count) bugs in the pass through",
            ko: "\(check.title.korean), 가중치가 ±1/√n 이내: 놓친 버그는 \(text), 역전파의 버그는 모두 \(inPass.count)"))
      }
      page.number("bugs-in-pass", Double(inPass.count), decimals: 0)
    }
  }

  // MARK: 3.10

  private func fused(_ page: Page) {
    page.section("fused") {
      let example = sequence(forgetBias: 1, steps: 50, batch: 2, seed: page.seed)
      let hand = Pass<Matrix>().run(example, example.record().steps.map { $0.map(\.value) })
      let small = TrainingStep(example, isFused: false)
      let fused = TrainingStep(example, isFused: true)
      page.table(
        [Text("T = 50, 16 units", ko: "T = 50, 유닛 16개"), Text("nodes on the tape", ko: "테이프의 노드")],
        [
          [
            Text("small operations", ko: "작은 연산")(page.language),
            page.number("nodes-small", Double(small.nodes), decimals: 0),
          ],
          [Text("fused", ko: "합친 연산")(page.language), page.number("nodes-fused", Double(fused.nodes), decimals: 0)],
        ])
      page.check(
        Text("the fused run has less than 1/20 of the nodes", ko: "합친 연산의 노드는 1/20보다 적다"),
        small.nodes > 20 * fused.nodes)
      for (k, name) in ["∂L/∂W_x", "∂L/∂W_h", "∂L/∂b", "∂L/∂h_0", "∂L/∂c_0"].enumerated() {
        page.check(
          Text("\(name): fused = by hand", ko: "\(name): 합친 연산 = 손 계산"), fused.gradients[k], equals: hand.values[k])
      }
      page.check(
        Text("∂L/∂W_h: fused = tape of small operations", ko: "∂L/∂W_h: 합친 연산 = 작은 연산의 테이프"), fused.gradients[1],
        equals: small.gradients[1])
      page.check(
        Text("∂L/∂x_1 … ∂L/∂x_T: fused = by hand", ko: "∂L/∂x_1 … ∂L/∂x_T: 합친 연산 = 손 계산"),
        Matrix.stack(Array(fused.gradients[5...])), equals: Matrix.stack(hand.x))
      let cell = Example(inputs: 2, hidden: 3, batch: 2, steps: 3, seed: page.seed)
      page.check(
        Text("fused = finite differences", ko: "합친 연산 = 유한 차분"),
        GradientCheck(cell.values, names: cell.names) { values in
          let weights = CellWeights(W: (x: values[0], h: values[1]), b: (x: values[2], h: nil))
          let states = FusedLSTMCell(weights, hidden: 3).unroll(Array(values[5...]), from: [values[3], values[4]])
          return .stack(states.map { $0[0] } + [states[2][1]])
        })

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
}

/// A run forward and back on the tape, by small operations or by the fused one.
private struct TrainingStep {
  let nodes: Int
  /// In the order of `Example.values`.
  let gradients: [Matrix]

  init(_ example: Example, isFused: Bool) {
    let tape = Tape()
    let values = example.values.map { tape.variable($0) }
    let weights = CellWeights(W: (x: values[0], h: values[1]), b: (x: values[2], h: nil))
    let (x, start) = (Array(values[5...]), [values[3], values[4]])
    let h =
      isFused
      ? FusedLSTMCell(weights, hidden: example.hidden).run(x, from: [start]).outputs
      : LSTMCell(weights, hidden: example.hidden).run(x, from: [start]).outputs
    nodes = tape.count - values.count
    let terms = zip(h, example.y).map { h, y in
      let e = h - tape.constant(y)
      return 0.5 * (e .* e).total
    }
    let found = tape.gradients(of: terms.dropFirst().reduce(terms[0]) { $0 + $1 })
    gradients = values.map { found[$0] }
  }
=======
>>>>>>> ch-c
}
