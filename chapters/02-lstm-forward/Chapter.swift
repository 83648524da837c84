// Chapter 02: the LSTM forwards: its gates one by one, what they can do, how many numbers they take, and how long a bit
// survives in it.

import Autodiff
import LaTeX
import Notebook
import Recurrent

@main
struct LSTMForward: Chapter {
  static let number = "02"
  static let name = "lstm-forward"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  func body(_ page: Page) throws {
    let runs = Runs(seed: page.seed)
    try valve(page)
    try forgetGate(page, runs)
    try inputGate(page, runs)
    try candidate(page, runs)
    try outputGate(page, runs)
    try cellState(page, runs)
    try hiddenState(page, runs)
    try extremes(page, runs)
    try inAndOut(page, runs)
    try stackedWeights(page, runs)
    try parameters(page)
    try survivalOfABit(page)
    learnedGates(page)
    try pyTorch(page)
  }

  /// The two examples of this chapter, on tapes: the one that is worked by hand, and a random one with a batch.
  private struct Runs {
    let worked = Example.worked
    let random: Example
    /// The steps of the worked example, t = 1, 2, 3, and its numbers under the notes' names.
    let workedSteps: [Step<Variable>]
    let workedScope: Scope
    /// The same of the random one, t = 1 … 4.
    let randomSteps: [Step<Variable>]
    let randomScope: Scope
    /// Its first step as the book's cell records it.
    let cellStep: Step<Variable>

    init(seed: UInt64) {
      random = Example.random(inputs: 3, hidden: 4, batch: 2, steps: 4, seed: seed)
      let (first, second) = (Tape(), Tape())
      workedSteps = worked.record(on: first)
      workedScope = Scope(first)
      randomSteps = random.record(on: second)
      randomScope = Scope(second)
      cellStep = random.record(on: Tape(), usesCell: true)[0]
    }

    /// Checks the notes' equation on the random example, at every step, and against two tapes: that of the lines in the notes
    /// and that of the book's cell.
    func check(_ name: String, _ page: Page, _ quantity: (Step<Variable>) -> Variable) throws {
      let formulas = [quantity(randomSteps[0]).formula, quantity(cellStep).formula]
      try page.equation(name, randomScope, for: ("t", [1, 2, 3, 4]), tape: formulas)
    }

    /// The terms of a pre-activation at the worked example's first step, and what becomes of their sum.
    func terms(_ page: Page, _ gate: String, _ W_x: Matrix, _ W_h: Matrix, _ b: Matrix, function: String, _ y: Variable)
    {
      let (fromInput, fromState) = (W_x * worked.x[0], W_h * worked.start.h)
      page.print()
      page.entries(
        [
          (.symbols("W_{x\(gate)} x_1"), fromInput), (.symbols("W_{h\(gate)} h_0"), fromState),
          (.symbols("b_\(gate)"), b), (Text("their sum", ko: "합"), fromInput + fromState + b),
          (.symbols("\(gate)_1 = \(function)"), y.value),
        ])
      for unit in 0..<2 { page.number("\(gate)-\(unit + 1)", y.value[unit, 0], decimals: 4) }
    }
  }

  // MARK: 2.1

  private func valve(_ page: Page) throws {
    try page.section("valve") {
      let tape = Tape()
      let numbers = (0...80).map { Double($0 - 40) / 8 }
      let points = numbers.map { tape.variable(Matrix($0)) }
      let (s, τ) = (points.map(\.sigmoid), points.map(\.tanh))
      var scope = Scope()
      scope.set("x_#", points.map(\.value))
      scope.set("s_#", s.map(\.value))
      scope.set("\\tau_#", τ.map(\.value))
      for k in 0...80 {
        scope.values[Scope.indexed("\\frac{\\partial s_#}{\\partial x_#}", k)] =
          tape.jacobian(of: s[k], withRespectTo: points[k])
        scope.values[Scope.indexed("\\frac{\\partial \\tau_#}{\\partial x_#}", k)] =
          tape.jacobian(of: τ[k], withRespectTo: points[k])
      }
      let all = Array(0...80)
      try page.equation("sigmoid", scope, for: ("k", all), tolerance: 1e-10)
      try page.equation("tanh", scope, for: ("k", all), tolerance: 1e-10)
      try page.equation("ranges", scope, for: ("k", all))
      try page.equation("slopes", scope, for: ("k", all), tolerance: 1e-10)
      page.check(
        Text("both slopes: tape = finite differences", ko: "두 미분값: 테이프 = 유한 차분"),
        GradientCheck([Matrix(column: numbers)], names: ["x"]) { Variable.stack([$0[0].sigmoid, $0[0].tanh]) })

      page.print()
      try page.equation("tanh-without-minus", scope, for: ("k", all.filter { $0 != 40 }))
      try page.equation("tanh-reversed", scope, for: ("k", all), tolerance: 1e-10)
      let one = Matrix(1)
      let reversed = 1 - 2.0 * (2.0 * one).sigmoid
      page.number("tanh-1", one.tanh.scalar, decimals: 4)
      page.number("tanh-1-reversed", reversed.scalar, decimals: 4)

      page.print()
      page.print(
        Text(
          "A gate σ(w m + b) learns to let a value through where m = 1, and not where m = 0. By updates:",
          ko: "게이트 σ(w m + b)가 m = 1이면 값을 통과시키고 m = 0이면 막는 것을 배운다. 갱신 횟수별 값:"))
      let path = learnToOpen(updates: 10_000, learningRate: 1)
      page.table(
        [Text("updates", ko: "갱신"), Text("gate at m = 0", ko: "m = 0일 때"), Text("gate at m = 1", ko: "m = 1일 때")],
        [0, 1, 10, 100, 1000, 10_000].map { updates in
          [
            "\(updates)", page.number("closed-\(updates)", path[updates].closed, decimals: 3),
            page.number("open-\(updates)", path[updates].open, decimals: 3),
          ]
        })
      page.check(
        Text("it begins half open", ko: "처음에는 반쯤 열려 있다"), Matrix(column: [path[0].closed, path[0].open]),
        hasSameBitsAs: Matrix(column: [0.5, 0.5]))
      page.check(
        Text("every update opens it further at m = 1", ko: "갱신할 때마다 m = 1에서 더 열린다"),
        zip(path, path.dropFirst()).allSatisfy { $1.open > $0.open } && path[10_000].open > 0.98)
      page.check(
        Text("and in the end it is nearly shut at m = 0", ko: "끝에는 m = 0에서 거의 닫힌다"), path[10_000].closed < 0.02)

      func curve(_ name: Figure.Label, _ y: [Matrix]) -> LineChart.Series {
        .init(name, zip(numbers, y).map { ($0, $1.scalar) })
      }
      func slope(_ y: [Variable]) -> [Matrix] { all.map { tape.jacobian(of: y[$0], withRespectTo: points[$0]) } }
      page.figure(
        "activations",
        .lineChart(
          LineChart(
            x: .init("x"), y: .init("", limits: -1...1),
            series: [
              curve("σ(x)", s.map(\.value)), curve("tanh(x)", τ.map(\.value)), curve("σ′(x)", slope(s)),
              curve("tanh′(x)", slope(τ)),
            ])),
        title: "σ, tanh and their slopes")
    }
  }

  // MARK: 2.2

  private func forgetGate(_ page: Page, _ runs: Runs) throws {
    try page.section("forget-gate") {
      try runs.check("f", page) { $0.f }
      let p = runs.worked.parameters
      runs.terms(page, "f", p.W.xf, p.W.hf, p.b.f, function: "σ", runs.workedSteps[0].f)
      try page.equation("f-example", runs.workedScope)
    }
  }

  // MARK: 2.3

  private func inputGate(_ page: Page, _ runs: Runs) throws {
    try page.section("input-gate") {
      try runs.check("i", page) { $0.i }
      let p = runs.worked.parameters
      runs.terms(page, "i", p.W.xi, p.W.hi, p.b.i, function: "σ", runs.workedSteps[0].i)
      try page.equation("i-example", runs.workedScope)

      // The same step from another cell state.
      let (x, h, c) = (runs.random.x[0], runs.random.start.h, runs.random.start.c)
      let (one, other) = (runs.random.parameters.step(x, h, c), runs.random.parameters.step(x, h, c + 1))
      page.print()
      page.check(
        Text("another c_{t−1}: i_t has the same bits", ko: "c_{t−1}이 달라도 i_t는 그대로"), other.i, hasSameBitsAs: one.i)
      page.check(
        Text("and so have f_t, g_t and o_t", ko: "f_t, g_t, o_t도 그대로"), Matrix.stack([other.f, other.g, other.o]),
        hasSameBitsAs: Matrix.stack([one.f, one.g, one.o]))
      page.check(
        Text("c_t moves by f_t times as much", ko: "c_t는 그 변화의 f_t배만큼 변한다"), other.c - one.c, equals: one.f)
      try page.equation("input-not-previous", runs.randomScope, for: ("t", [1, 2, 3, 4]))
      let wrong = (runs.workedSteps[0].f.value + runs.workedSteps[0].i.value) .* runs.worked.start.c
      for unit in 0..<2 { page.number("previous-\(unit + 1)", wrong[unit, 0], decimals: 4) }
    }
  }

  // MARK: 2.4

  private func candidate(_ page: Page, _ runs: Runs) throws {
    try page.section("candidate") {
      try runs.check("g", page) { $0.g }
      let p = runs.worked.parameters
      runs.terms(page, "g", p.W.xg, p.W.hg, p.b.g, function: "tanh", runs.workedSteps[0].g)
      try page.equation("g-example", runs.workedScope)

      // With σ in the candidate's place, from c_0 = 0.
      var random = Random(seed: page.seed)
      let q = runs.random.parameters
      let zeros = Matrix(rows: 4, columns: 8)
      var (h, c) = (zeros, zeros)
      var (hσ, cσ) = (zeros, zeros)
      var (lowest, lowestσ, lowestGate) = (0.0, 0.0, 1.0)
      for _ in 0..<200 {
        let x = random.normal(3, 8)
        let step = q.step(x, h, c)
        (h, c) = (step.h, step.c)
        let same = q.step(x, hσ, cσ)
        let gate = (q.W.xg * x + q.W.hg * hσ + q.b.g).sigmoid
        cσ = same.f .* cσ + same.i .* gate
        hσ = same.o .* cσ.tanh
        lowest = min(lowest, c.elements.min()!)
        lowestσ = min(lowestσ, cσ.elements.min()!)
        lowestGate = min(lowestGate, min(step.f.elements.min()!, step.i.elements.min()!, step.o.elements.min()!))
      }
      page.print()
      let number = page.number("lowest-c", lowest, decimals: 2)
      page.check(
        Text("f, i and o never go below 0, and c_t does", ko: "f, i, o는 0 아래로 가지 않고 c_t는 간다"),
        lowestGate > 0 && lowest < -0.5, detail: Text("lowest c_t \(number)", ko: "가장 낮은 c_t \(number)"))
      page.check(
        Text("with σ for tanh in g, c_t never goes below 0", ko: "g의 tanh를 σ로 바꾸면 c_t가 0 아래로 못 간다"),
        lowestσ == 0, detail: Text("200 steps from c_0 = 0", ko: "c_0 = 0부터 200시점"))
    }
  }

  // MARK: 2.5

  private func outputGate(_ page: Page, _ runs: Runs) throws {
    try page.section("output-gate") {
      try runs.check("o", page) { $0.o }
      let p = runs.worked.parameters
      runs.terms(page, "o", p.W.xo, p.W.ho, p.b.o, function: "σ", runs.workedSteps[0].o)
      try page.equation("o-example", runs.workedScope)
      try page.equation("o-bias", runs.workedScope, for: ("t", [1, 2, 3]))
    }
  }

  // MARK: 2.6

  private func cellState(_ page: Page, _ runs: Runs) throws {
    try page.section("cell-state") {
      try runs.check("c", page) { $0.c }
      let step = runs.workedSteps[0]
      let kept = step.f.value .* runs.worked.start.c
      let written = step.i.value .* step.g.value
      page.print()
      page.entries([
        (.symbols("f_1 ⊙ c_0"), kept), (.symbols("i_1 ⊙ g_1"), written), (.symbols("c_1"), step.c.value),
      ])
      for unit in 0..<2 { page.number("c-\(unit + 1)", step.c.value[unit, 0], decimals: 4) }
      try page.equation("c-example", runs.workedScope)
      try page.equation("c-bound", runs.randomScope, for: ("t", [1, 2, 3, 4]))
    }
  }

  // MARK: 2.7

  private func hiddenState(_ page: Page, _ runs: Runs) throws {
    try page.section("hidden-state") {
      try runs.check("h", page) { $0.h }
      let step = runs.workedSteps[0]
      page.print()
      page.entries([
        (.symbols("tanh(c_1)"), step.c.value.tanh), (.symbols("o_1"), step.o.value), (.symbols("h_1"), step.h.value),
      ])
      for unit in 0..<2 { page.number("h-\(unit + 1)", step.h.value[unit, 0], decimals: 4) }
      try page.equation("h-example", runs.workedScope)
      try page.equation("h-bound", runs.randomScope, for: ("t", [1, 2, 3, 4]))

      let lines = runs.random.unroll()
      let cell = runs.random.parameters.cell.unroll(runs.random.x, from: [runs.random.start.h, runs.random.start.c])
      page.check(
        Text("the six lines = the book's LSTMCell, h_t and c_t", ko: "여섯 줄 = 이 책의 LSTMCell, h_t와 c_t"),
        Matrix.stack(lines.flatMap { [$0.h, $0.c] }), hasSameBitsAs: Matrix.stack(cell.flatMap { $0 }))
    }
  }

  // MARK: 2.8

  private func extremes(_ page: Page, _ runs: Runs) throws {
    try page.section("extremes") {
      var random = Random(seed: page.seed)
      var long = runs.random
      long.x = (0..<1000).map { _ in random.normal(3, 2) }

      /// The numbers of an example's steps under the notes' names.
      func scope(_ example: Example, _ steps: [Step<Matrix>]) -> Scope {
        var scope = Scope()
        scope.values["c_0"] = example.start.c
        for (name, values) in [
          ("f_#", steps.map(\.f)), ("i_#", steps.map(\.i)), ("g_#", steps.map(\.g)), ("c_#", steps.map(\.c)),
        ] {
          scope.set(name, values, from: 1)
        }
        return scope
      }
      let zeros = Matrix(rows: 4, columns: 2)
      let ones = zeros.map { _ in 1 }
      let all = Array(1...1000)

      let forgetting = long.saturated(f: -1000)
      let forgot = forgetting.unroll()
      page.check(
        Text("b_f = −1000: every f_t is exactly 0", ko: "b_f = −1000이면 f_t는 모두 정확히 0"),
        Matrix.stack(forgot.map(\.f)), hasSameBitsAs: Matrix.stack(forgot.map { _ in zeros }))
      try page.equation("forget-all", scope(forgetting, forgot), for: ("t", all))
      var other = forgetting
      other.start.c = 100 * forgetting.start.c
      page.check(
        Text("100 times c_0: c_1 has the same bits", ko: "c_0이 100배여도 c_1은 그대로"),
        other.unroll()[0].c, hasSameBitsAs: forgot[0].c)

      let deaf = long.saturated(i: -1000)
      let heard = deaf.unroll()
      page.print()
      page.check(
        Text("b_i = −1000: every i_t is exactly 0", ko: "b_i = −1000이면 i_t는 모두 정확히 0"),
        Matrix.stack(heard.map(\.i)), hasSameBitsAs: Matrix.stack(heard.map { _ in zeros }))
      try page.equation("write-nothing", scope(deaf, heard), for: ("t", Array(1...100)))

      // begin: carry
      let carrying = long.saturated(f: 1000, i: -1000)
      let carried = carrying.unroll()
      // end: carry
      page.print()
      page.check(
        Text("b_f = 1000: every f_t is exactly 1", ko: "b_f = 1000이면 f_t는 모두 정확히 1"),
        Matrix.stack(carried.map(\.f)), hasSameBitsAs: Matrix.stack(carried.map { _ in ones }))
      try page.equation("carry", scope(carrying, carried), for: ("t", all))
      page.check(
        Text("after 1,000 steps c has the bits of c_0", ko: "1,000시점 뒤에도 c는 c_0과 같다"), carried[999].c,
        hasSameBitsAs: carrying.start.c)
      let moved = zip(carried, carried.dropFirst()).map { ($1.h - $0.h).largestMagnitude }
      page.check(
        Text("while h_t moves at every step", ko: "그동안 h_t는 시점마다 움직인다"), moved.allSatisfy { $0 > 1e-3 })

      let counting = long.saturated(f: 1000, i: 1000)
      let counted = counting.unroll()
      try page.equation("accumulate", scope(counting, counted), for: ("t", all))
      let size = counted[999].c.largestMagnitude
      page.number("accumulated", size, decimals: 0)
      page.check(
        Text("nothing bounds c_t by 1", ko: "c_t는 1을 넘는다"), size > 10,
        detail: .symbols("max |c_{1000}| = \(NumberFormat.format(size, decimals: 0))"))

      // How large is large: where σ rounds to 1 and to 0, and what a bias of 5 does.
      let first = (1...100).first { Matrix(Double($0)).sigmoid.scalar == 1 }!
      let last = (1...1000).first { Matrix(-Double($0)).sigmoid.scalar == 0 }!
      page.number("sigmoid-one", Double(first), decimals: 0)
      page.number("sigmoid-zero", Double(-last), decimals: 0)
      let five = survival(forgetBias: 5, inputBias: -1000, units: 1, steps: 1000, random: &random).map(\.c)
      page.number("five-gate", Matrix(5).sigmoid.scalar, decimals: 4)
      page.number("five-100", five[99].scalar, decimals: 2)
      page.number("five-1000", five[999].scalar, decimals: 4)
      page.print()
      page.print(
        Text(
          "The least whole number with σ(x) = 1 in this arithmetic is \(first); the greatest with σ(x) = 0 is −\(last).",
          ko: "이 산술에서 σ(x) = 1이 되는 가장 작은 정수는 \(first), σ(x) = 0이 되는 가장 큰 정수는 −\(last)."))
      page.check(
        Text("b_f = 5 is not enough for 1,000 steps", ko: "1,000시점에는 b_f = 5로 모자란다"), five[999].scalar < 0.01,
        detail: .symbols("c_{1000} / c_0 = \(NumberFormat.format(five[999].scalar, decimals: 4))"))
    }
  }

  // MARK: 2.9

  private func inAndOut(_ page: Page, _ runs: Runs) throws {
    try page.section("in-and-out") {
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

      var random = Random(seed: page.seed)
      var whole = runs.random
      whole.x = (0..<20).map { _ in random.normal(3, 2) }
      let atOnce = whole.unroll()
      var rest = whole
      rest.x = Array(whole.x[10...])
      rest.start = (atOnce[9].h, atOnce[9].c)
      let resumed = rest.unroll()
      page.check(
        Text(
          "20 steps at once = 10, and 10 more from (h_{10}, c_{10})",
          ko: "20시점을 한 번에 = 10시점 뒤 (h_{10}, c_{10})에서 10시점 더"),
        Matrix.stack(resumed.flatMap { [$0.h, $0.c] }),
        hasSameBitsAs: Matrix.stack(atOnce[10...].flatMap { [$0.h, $0.c] })
      )
      rest.start.c = 0.0 * rest.start.c
      let error = rest.unroll()[0].h.largestDifference(from: atOnce[10].h)
      let found = page.number("without-c", error, decimals: 2)
      page.check(
        Text("from h_{10} alone the next state is wrong", ko: "h_{10}만 넘기면 다음 상태가 틀린다"), error > 0.01,
        detail: .symbols("max |Δh_{11}| = \(found)"))
    }
  }

  // MARK: 2.10

  private func stackedWeights(_ page: Page, _ runs: Runs) throws {
    try page.section("stacked-weights") {
      let (p, example) = (runs.random.parameters, runs.random)
      // begin: stacked
      func block(_ W_x: Matrix, _ W_h: Matrix) -> Matrix {
        Matrix(rows: W_x.rows, columns: W_x.columns + W_h.columns, elements: W_x.elements + W_h.elements)
      }
      let W = Matrix.stack([
        block(p.W.xi, p.W.hi), block(p.W.xf, p.W.hf), block(p.W.xg, p.W.hg), block(p.W.xo, p.W.ho),
      ])
      let b = Matrix.stack([p.b.i, p.b.f, p.b.g, p.b.o])
      var (h, c) = example.start
      var a: [Matrix] = []
      for x_t in example.x {
        let a_t = W * Matrix.stack([x_t, h]) + b
        let (i, f) = (a_t.rows(0..<4).sigmoid, a_t.rows(4..<8).sigmoid)
        let (g, o) = (a_t.rows(8..<12).tanh, a_t.rows(12..<16).sigmoid)
        c = f .* c + i .* g
        h = o .* c.tanh
        a.append(a_t)
      }
      // end: stacked
      var scope = runs.randomScope
      scope.values["W"] = W
      scope.values["b"] = b
      scope.set("a_#", a, from: 1)
      try page.equation("one-product", scope, for: ("t", [1, 2, 3, 4]))
      try page.equation("blocks", scope)
      try page.equation("rows", scope, for: ("t", [1, 2, 3, 4]))
      let separate = example.unroll()[3]
      page.check(
        Text("four steps either way: the same h and c", ko: "네 시점을 어느 쪽으로 계산해도 h와 c가 같다"), Matrix.stack([h, c]),
        equals: Matrix.stack([separate.h, separate.c]))

      // PyTorch's layout: W_x and W_h apart, the same order of rows, two biases.
      let W_x = Matrix.stack([p.W.xi, p.W.xf, p.W.xg, p.W.xo])
      let W_h = Matrix.stack([p.W.hi, p.W.hf, p.W.hg, p.W.ho])
      var random = Random(seed: page.seed)
      let b_x = random.normal(16, 1)
      let tape = Tape()
      let (first, second) = (tape.variable(b_x), tape.variable(b - b_x))
      let weights = CellWeights(W: (x: tape.constant(W_x), h: tape.constant(W_h)), b: (x: first, h: second))
      let state = [tape.constant(example.start.h), tape.constant(example.start.c)]
      let last = LSTMCell(weights, hidden: 4).unroll(example.x.map { tape.constant($0) }, from: state)[3]
      page.check(
        Text("two biases that add up to b: the same h and c", ko: "합이 b인 두 편향: h와 c가 같다"),
        Matrix.stack([last[0].value, last[1].value]), equals: Matrix.stack([separate.h, separate.c]))
      let gradients = tape.gradients(of: (last[0] .* last[0]).total)
      page.check(
        Text("both get the same gradient", ko: "두 편향의 기울기는 같다"), gradients[first], hasSameBitsAs: gradients[second])

      // The same numbers read in another order.
      func swapped(_ stacked: Matrix) -> Matrix {
        Matrix.stack([stacked.rows(4..<8), stacked.rows(0..<4), stacked.rows(8..<16)])
      }
      let wrong = LSTMCell(CellWeights(W: (x: swapped(W_x), h: swapped(W_h)), b: (x: swapped(b), h: nil)), hidden: 4)
        .unroll(example.x, from: [example.start.h, example.start.c])[3]
      let error = wrong[0].largestDifference(from: separate.h)
      let found = page.number("swapped", error, decimals: 2)
      page.check(
        Text("read as f, i, g, o instead of i, f, g, o: wrong", ko: "i, f, g, o를 f, i, g, o로 읽으면 틀린다"),
        error > 0.01, detail: .symbols("max |Δh_4| = \(found)"))
    }
  }

  // MARK: 2.11

  private func parameters(_ page: Page) throws {
    try page.section("parameters") {
      let (V, D, H) = (5000, 128, 256)
      // begin: count
      /// How many numbers the weights of a network hold: those with PyTorch's two biases, and with one.
      func count(_ kind: RecurrentConfiguration.Kind) -> (twoBiases: Int, oneBias: Int) {
        var random = Random(seed: page.seed)
        let network = RecurrentNetwork(
          RecurrentConfiguration(kind, inputSize: D, hiddenSize: H), random: &random)
        let all = network.parameters.reduce(0) { $0 + $1.count }
        return (all, all - network["bias_hh_l0"].count)
      }
      // end: count
      let (rnn, lstm, gru) = (count(.rnn(.tanh)), count(.lstm), count(.gru()))
      let embedding = Matrix(rows: D, columns: V).count
      let dense = Matrix(rows: 1, columns: H).count + Matrix(rows: 1, columns: 1).count
      var scope = Scope()
      for (name, number) in [
        ("V", V), ("D", D), ("H", H), ("N_{\\text{emb}}", embedding), ("N_{\\text{RNN}}", rnn.oneBias),
        ("N_{\\text{LSTM}}", lstm.oneBias), ("N_{\\text{GRU}}", gru.oneBias), ("N_{\\text{out}}", dense),
      ] {
        scope[name] = Matrix(Double(number))
      }
      try page.equation("counts", scope)

      // What Keras' `model.summary()` and PyTorch's parameters say of the recurrent layer by default.
      let keras = ["RNN": 98_560, "LSTM": 394_240, "GRU": 296_448]
      let torch = ["RNN": 98_816, "LSTM": 395_264, "GRU": 296_448]
      page.print()
      page.print(
        Text(
          "The recurrent layer's parameters, and the whole model's with the count that Keras has:",
          ko: "순환 층의 매개변수, 그리고 Keras의 수로 센 모델 전체:"))
      page.table(
        [
          .symbols(""), Text("one bias", ko: "편향 하나"), Text("two biases", ko: "편향 둘"), .symbols("Keras"),
          .symbols("PyTorch"), Text("model", ko: "모델 전체"),
        ],
        [("RNN", rnn), ("LSTM", lstm), ("GRU", gru)].map { name, counts in
          [name, "\(counts.oneBias)", "\(counts.twoBiases)", "\(keras[name]!)", "\(torch[name]!)"]
            + ["\(embedding + keras[name]! + dense)"]
        })
      page.check(
        Text(
          "our counts = the numbers copied from Keras: one bias in RNN and LSTM, two in the GRU",
          ko: "Keras의 수 = 여기서 센 수: RNN과 LSTM은 편향 하나, GRU는 둘"),
        keras["RNN"] == rnn.oneBias && keras["LSTM"] == lstm.oneBias && keras["GRU"] == gru.twoBiases)
      page.check(
        Text("our counts = those copied from PyTorch: two biases in all", ko: "PyTorch의 수 = 여기서 센 수: 모두 편향 둘"),
        torch["RNN"] == rnn.twoBiases && torch["LSTM"] == lstm.twoBiases && torch["GRU"] == gru.twoBiases)
    }
  }

  // MARK: 2.12

  private func survivalOfABit(_ page: Page) throws {
    try page.section("survival") {
      var random = Random(seed: page.seed)
      let varying = survival(forgetBias: 3, inputBias: -1000, v_f: 1, units: 1, steps: 50, random: &random)
      var scope = Scope()
      scope.values["c_0"] = Matrix(1)
      scope.set("f_#", varying.map(\.f), from: 1)
      scope.set("c_#", varying.map(\.c), from: 1)
      try page.equation("gates-multiply", scope, for: ("k", Array(1...50)))

      let steady = survival(forgetBias: 3, inputBias: -3, units: 1, steps: 50, random: &random)
      var noisy = Scope()
      noisy.values["c_0"] = Matrix(1)
      noisy.values["f"] = Matrix(3).sigmoid
      noisy.set("i_#", steady.map(\.i), from: 1)
      noisy.set("g_#", steady.map(\.g), from: 1)
      noisy.set("c_#", steady.map(\.c), from: 1)
      try page.equation("what-is-in-c", noisy, for: ("k", Array(1...50)))

      let biases = [0.0, 1, 2, 3, 5, 8]
      let constant = biases.map { survival(forgetBias: $0, inputBias: -1000, units: 1, steps: 2100, random: &random) }
      let halfLives = constant.map { -Matrix(2).log.scalar / $0[0].f.log.scalar }
      var lives = Scope()
      lives.set("b_#", biases.map { Matrix($0) })
      lives.set("f_#", constant.map { $0[0].f })
      lives.set("\\kappa_#", halfLives.map { Matrix($0) })
      try page.equation("half-life", lives, for: ("n", Array(0...5)))
      try page.equation("half-life-of-bias", lives, for: ("n", Array(1...5)))
      page.check(
        Text("in the run c_k is halved at the first k ≥ κ", ko: "실행에서 c_k는 κ 이상의 첫 k에서 절반이 된다"),
        zip(constant, halfLives).allSatisfy { steps, κ in
          let k = 1 + steps.firstIndex { $0.c.scalar <= 0.5 * (1 + 1e-12) }!
          return Double(k) >= κ - 1e-9 && Double(k) < κ + 1
        })

      page.print()
      page.print(
        Text(
          "What is left of c_0 = 1 where nothing is written; in the last column f_t varies, the median of 201 units:",
          ko: "아무것도 쓰지 않을 때 c_0 = 1에서 남는 것. 마지막 열은 f_t가 변할 때로, 유닛 201개의 중앙값:"))
      var medians: [Double] = []
      page.table(
        [
          .symbols("b_f"), .symbols("f"), .symbols("κ"), .symbols("c_{10}"), .symbols("c_{100}"), .symbols("c_{1000}"),
          Text("c_{100}, f_t varies", ko: "c_{100}, 변하는 f_t"),
        ],
        biases.indices.map { n in
          let varied = survival(
            forgetBias: biases[n], inputBias: -1000, v_f: 1, units: 201, steps: 100, random: &random)
          medians.append(varied[99].c.elements.sorted()[100])
          let name = NumberFormat.format(biases[n], decimals: 0)
          return [
            name, page.number("gate-\(name)", constant[n][0].f.scalar, decimals: 4),
            page.number("half-life-\(name)", halfLives[n], significant: 3),
          ]
            + [10, 100, 1000].map { k in
              page.number("left-\(name)-\(k)", constant[n][k - 1].c.scalar, significant: 2)
            } + [page.number("varied-\(name)", medians[n], significant: 2)]
        })
      page.check(
        Text("gates that vary keep less than the same bias alone", ko: "변하는 게이트는 같은 편향만 있을 때보다 덜 남긴다"),
        zip(medians, constant).allSatisfy { $0 < $1[99].c.scalar })

      page.print()
      page.print(
        Text(
          "Sign of c_k still that of c_0, in % of 1,000 units, where the input gate lets noise in (b_i = −3):",
          ko: "입력 게이트로 잡음이 들어올 때(b_i = −3) c_k의 부호가 c_0과 같은 유닛, 1,000개 가운데 %:"))
      let lags = [1, 10, 30, 100, 300]
      var shares: [[Double]] = []
      for bias in biases {
        let run = survival(forgetBias: bias, inputBias: -3, units: 1000, steps: 300, random: &random)
        shares.append(lags.map { k in Double(run[k - 1].c.elements.count { $0 > 0 }) / 10 })
      }
      page.table(
        [.symbols("b_f")] + lags.map { .symbols("k = \($0)") },
        biases.indices.map { n in
          let name = NumberFormat.format(biases[n], decimals: 0)
          return [name] + lags.indices.map { page.number("sign-\(name)-\(lags[$0])", shares[n][$0], decimals: 1) }
        })
      page.check(
        Text("with b_f = 1 the sign is a guess after 100 steps", ko: "b_f = 1이면 100시점 뒤의 부호는 찍기와 같다"),
        abs(shares[1][3] - 50) < 6)
      page.check(
        Text("with b_f = 8 it is nearly always right", ko: "b_f = 8이면 거의 언제나 맞다"), shares[5][3] > 99)

      page.figure(
        "survival",
        .lineChart(
          LineChart(
            x: .init("k"), y: .init("c_{k}/c_{0}", .logarithmic, limits: 1e-6...1),
            series: biases.indices.map { n in
              let name = NumberFormat.format(biases[n], decimals: 0)
              return .init("b_{f} = \(name)", [(0, 1)] + (1...200).map { (Double($0), constant[n][$0 - 1].c.scalar) })
            })),
        title: "What is left of c_0 after k steps, for forget biases from 0 to 8")
    }
  }

  // MARK: 2.13

  private func learnedGates(_ page: Page) {
    page.section("learned-gates") {
      let (count, updates) = (8, 500)
      let lags = [5, 10, 20, 50, 100, 200]
      var networks: [Trained] = []
      for number in 0..<count {
        page.progress(Text("network \(number + 1)", ko: "망 \(number + 1)"), Double(number) / Double(count))
        networks.append(Trained(seed: page.seed + UInt64(number), updates: updates, lags: lags))
      }
      let names = (1...count).map(String.init)
      let parameters = networks[0].keeper.parameters.reduce(0) { $0 + $1.count }
      page.number("kept-parameters", Double(parameters), decimals: 0)

      func decimals(_ values: [Double]) -> [String] { values.map { NumberFormat.format($0, decimals: 2) } }
      func percent(_ value: Double) -> String { NumberFormat.format(100 * value, decimals: 1) }
      page.print(
        Text(
          "\(count) networks, \(updates) updates each. In % the right answers on 512 new sequences; then the means of the gates at steps that store (s), that ask (q) and that do neither (–):",
          ko: "망 \(count)개, 갱신 \(updates)번씩. 새 수열 512개에서 맞힌 비율(%)과, 저장하는 시점(s), 묻는 시점(q), 나머지 시점(–)에서 게이트의 평균:"))
      page.table(
        [.symbols(""), .symbols("%")]
          + ["f", "o", "i"].flatMap { gate in ["s", "q", "–"].map { .symbols("\(gate): \($0)") } },
        networks.indices.map { n in
          let habits = networks[n].habits
          return [names[n], percent(networks[n].accuracy)] + decimals(habits.f + habits.o + habits.i)
        })
      let learned = networks.filter { $0.accuracy > 0.99 }
      let worst = learned.map(\.accuracy).min() ?? .nan
      page.number("kept-lowest", 100 * worst, decimals: 1)
      page.number("kept-count", Double(learned.count), decimals: 0)
      page.check(
        Text("nearly all networks answer with the right sign (chance 50 %)", ko: "거의 모든 망이 부호를 맞힌다(찍으면 50 %)"),
        learned.count >= 6,
        detail: Text(
          "\(learned.count) of \(count), the worst of them \(percent(worst)) %",
          ko: "\(count)개 가운데 \(learned.count)개, 그 가운데 최저 \(percent(worst)) %"))
      let idle = learned.map(\.idle).max() ?? .nan
      page.number("idle", idle, significant: 1)
      page.check(
        Text("and next to nothing where nobody asks", ko: "묻지 않을 때는 거의 아무것도 내지 않는다"), idle < 0.1,
        detail: Text(
          "mean |y| at most \(NumberFormat.format(idle, significant: 1))",
          ko: "|y|의 평균이 많아야 \(NumberFormat.format(idle, significant: 1))"))
      page.check(
        Text("their f is low where they store, high elsewhere", ko: "그 f는 저장할 때 낮고 그 밖에는 높다"),
        learned.allSatisfy { $0.habits.f[0] < 0.15 && $0.habits.f[1] > 0.9 && $0.habits.f[2] > 0.8 })
      page.check(
        Text("their o is high where they are asked, low elsewhere", ko: "그 o는 물을 때 높고 그 밖에는 낮다"),
        learned.allSatisfy { $0.habits.o[1] > 0.5 && $0.habits.o[0] < 0.25 && $0.habits.o[2] < 0.15 })

      page.print()
      page.print(
        Text(
          "i and g at steps that store, by the bit that is stored, and correlations over all steps:",
          ko: "저장하는 시점의 i와 g를 저장하는 비트에 따라, 그리고 모든 시점에 걸친 상관계수:"))
      page.table(
        ["", "i: +1", "i: −1", "g: +1", "g: −1", "r(f, s)", "r(o, q)", "r(i, s)"].map { .symbols($0) }
          + [Text("|r(c, stored bit)|", ko: "|r(c, 저장된 비트)|")],
        networks.indices.map { n in
          let habits = networks[n].habits
          return [names[n]]
            + decimals(habits.written + [habits.forgets, habits.shows, habits.writes, abs(habits.holds)])
        })
      let (plain, exchanged) = (learned.filter(\.habits.candidateHasBit), learned.filter(\.habits.gateHasBit))
      page.number("plain-count", Double(plain.count), decimals: 0)
      page.number("exchanged-count", Double(exchanged.count), decimals: 0)
      page.check(
        Text("in nearly all, the bit stands either in g or in i", ko: "거의 모든 망에서 비트는 g 아니면 i에 실린다"),
        plain.count + exchanged.count >= learned.count - 1,
        detail: Text("in g \(plain.count), in i \(exchanged.count)", ko: "g에 \(plain.count)개, i에 \(exchanged.count)개"))

      page.print()
      page.print(
        Text(
          "Right answers in % k steps after a bit was stored, and the mean of c after the last 200, by that bit:",
          ko: "비트를 저장하고 k시점 뒤에 맞힌 비율(%), 그리고 200시점 뒤 c의 평균을 저장한 비트에 따라:"))
      page.table(
        [.symbols("")] + lags.map { .symbols("k = \($0)") } + [.symbols("c: +1"), .symbols("c: −1")],
        networks.indices.map { n in
          [names[n]] + networks[n].byLag.map(percent) + decimals(networks[n].rest)
        })
      func lowest(_ place: Int, _ networks: [Trained]) -> Double { networks.map { $0.byLag[place] }.min() ?? .nan }
      page.number("lag-20-lowest", 100 * lowest(2, learned), decimals: 1)
      page.check(
        Text("they still answer after 20 steps", ko: "20시점 뒤에도 맞힌다"), lowest(2, learned) > 0.9,
        detail: Text("lowest \(percent(lowest(2, learned))) %", ko: "최저 \(percent(lowest(2, learned))) %"))
      let guessed = plain.map { $0.byLag[5] }
      page.check(
        Text("with the bit in g, all are near chance after 200", ko: "비트가 g에 실린 망은 200시점 뒤에 모두 찍는 것에 가깝다"),
        !guessed.isEmpty && guessed.allSatisfy { $0 < 0.65 },
        detail: Text("highest \(percent(guessed.max() ?? .nan)) %", ko: "최고 \(percent(guessed.max() ?? .nan)) %"))
      page.number("exchanged-200", 100 * lowest(5, exchanged), decimals: 1)

      page.print()
      page.print(
        Text(
          "The weight on h_{t−1} in the candidate, and the right answers in % on 12 steps with it and with 0 in its place:",
          ko: "후보에서 h_{t−1}에 곱하는 가중치, 그리고 12시점에서 그 가중치가 있을 때와 그 자리에 0을 넣을 때 맞힌 비율(%):"))
      page.table(
        [.symbols(""), .symbols("W_{hg}"), .symbols("%"), .symbols("%, W_{hg} = 0")],
        networks.indices.map { n in
          [names[n]] + decimals([networks[n].feedback])
            + [percent(networks[n].accuracy), percent(networks[n].accuracyWithoutFeedback)]
        })
      let without = exchanged.map(\.accuracyWithoutFeedback).max() ?? .nan
      page.number("exchanged-feedback", exchanged.map { abs($0.feedback) }.min() ?? .nan, decimals: 1)
      page.number("plain-feedback", plain.map { abs($0.feedback) }.max() ?? .nan, decimals: 1)
      page.number("exchanged-without", 100 * without, decimals: 1)
      page.check(
        Text("without it, those with the bit in g still answer", ko: "그것이 없어도 비트가 g에 실린 망은 맞힌다"),
        !plain.isEmpty && plain.allSatisfy { $0.accuracyWithoutFeedback > 0.98 })
      if exchanged.isEmpty {
        page.print(
          Text("With this seed no network has the bit in i.", ko: "이 시드에서는 비트가 i에 실린 망이 없다."))
      } else {
        page.check(
          Text("and those with the bit in i answer worse", ko: "비트가 i에 실린 망은 더 못 맞힌다"),
          exchanged.allSatisfy { $0.accuracyWithoutFeedback < $0.accuracy - 0.005 },
          detail: Text("highest \(percent(without)) %", ko: "최고 \(percent(without)) %"))
      }

      // One sequence through a network of each kind: those whose i goes with the marker most and least.
      let bits: [Double] = [1, -1, -1, 1, -1, -1, 1, 1, -1, 1, 1, -1]
      let task = Task(bits: bits, stores: [1, 6], asks: [4, 9, 12])
      for (name, network) in [
        ("gates", plain.max { $0.habits.writes < $1.habits.writes }),
        ("gates-exchanged", exchanged.min { $0.habits.writes < $1.habits.writes }),
      ] {
        guard let network else { continue }
        let run = network.keeper.run(task)
        func row(_ matrices: [Matrix], _ place: Int = 0) -> [Double] { matrices.map { $0[place, 0] } }
        let rows: [(Figure.Label, [Double])] = [
          ("x", row(task.inputs)), ("s", row(task.inputs, 1)), ("q", row(task.inputs, 2)),
          ("f", row(run.steps.map(\.f))), ("i", row(run.steps.map(\.i))), ("g", row(run.steps.map(\.g))),
          ("o", row(run.steps.map(\.o))), ("c", row(run.steps.map(\.c))), ("h", row(run.steps.map(\.h))),
          ("y", row(run.answers)),
        ]
        page.figure(
          name,
          .heatmap(
            Heatmap(
              rows.map { $0.1.map { ($0 * 10).rounded() / 10 } }, rows: rows.map(\.0),
              columns: (1...12).map { "\($0)" }, colours: .diverging(1), digits: 1)),
          title: "The inputs x, s, q, the gates, c, h and the answer y over twelve steps")
      }
    }
  }

  // MARK: 2.14

  private func pyTorch(_ page: Page) throws {
    try page.section("pytorch") {
      var rows: [[String]] = []
      var agree: [(name: String, ours: Matrix, theirs: Matrix)] = []
      for suffix in ["", "-one-step", "-no-bias", "-long", "-bidirectional", "-stacked", "-stacked-bidirectional"] {
        let name = "lstm\(suffix).safetensors"
        let witness = try Witness(contentsOf: page.root + "/Tests/Fixtures/" + name)
        let (configuration, run) = (
          witness.network.configuration, witness.network.run(witness.input, from: witness.start)
        )
        rows.append([
          name, "\(configuration.layers)", "\(configuration.directions)", "\(witness.input.count)",
          "\(witness.input[0].columns)", "\(configuration.inputSize)", "\(configuration.hiddenSize)",
          "\(configuration.parameterCount)",
        ])
        let ours = run.outputs.flatMap(\.elements) + run.states.flatMap { $0.flatMap(\.elements) }
        let theirs = witness.outputs.flatMap(\.elements) + witness.states.flatMap { $0.flatMap(\.elements) }
        agree.append((name, Matrix(column: ours), Matrix(column: theirs)))
      }
      page.table(
        [
          Text("file", ko: "파일"), Text("layers", ko: "층"), Text("directions", ko: "방향"), .symbols("T"),
          Text("batch", ko: "배치"), Text("inputs", ko: "입력"), Text("units", ko: "유닛"),
          Text("parameters", ko: "매개변수"),
        ], rows)
      page.print()
      for (name, ours, theirs) in agree {
        page.check(.symbols("\(name): output, h_n, c_n"), ours, equals: theirs)
      }
    }
  }
}
