// 2.2 to 2.5 The forget gate, the input gate, the candidate and the output gate.

import Autodiff
import LaTeX
import Notebook

extension LSTMForward {
  func forgetGate(_ page: Page, _ runs: Runs) throws {
    pictureOfGate(page, "f")
    try runs.check("f", page) { $0.f }
    let p = runs.worked.parameters
    runs.terms(page, "f", p.W.xf, p.W.hf, p.b.f, function: "σ", runs.workedSteps[0].f)
    try page.equation("f-example", runs.workedScope)
  }

  // MARK: 2.3

  func inputGate(_ page: Page, _ runs: Runs) throws {
    pictureOfGate(page, "i")
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

  // MARK: 2.4

  func candidate(_ page: Page, _ runs: Runs) throws {
    pictureOfGate(page, "g")
    try runs.check("g", page) { $0.g }
    let p = runs.worked.parameters
    runs.terms(page, "g", p.W.xg, p.W.hg, p.b.g, function: "tanh", runs.workedSteps[0].g)
    try page.equation("g-example", runs.workedScope)

    // 200 steps from c_0 = 0, with tanh and with σ in the candidate.
    var random = Random(seed: page.seed)
    let q = runs.random.parameters
    let zeros = Matrix(rows: 4, columns: 8)
    var (h, c) = (zeros, zeros)
    var (hσ, cσ) = (zeros, zeros)
    var (lowest, lowestσ, lowestGate) = (Double.infinity, Double.infinity, Double.infinity)
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
      lowestGate = min(lowestGate, Matrix.stack([step.f, step.i, step.o]).elements.min()!)
    }
    page.print()
    page.number("lowest-c", lowest, decimals: 2)
    page.check(
      Text("f, i and o never go below 0, and c_t does", ko: "f, i, o는 0 아래로 가지 않고 c_t는 간다"),
      .above(lowestGate, 0, named: "min f, i, o"), .above(-lowest, 0.5, named: "−min c_t"))
    page.check(
      Text("with σ for tanh in g, c_t never goes below 0", ko: "g의 tanh를 σ로 바꾸면 c_t가 0 아래로 못 간다"),
      .above(lowestσ, 0, named: "min c_t"), note: Text("200 steps from c_0 = 0", ko: "c_0 = 0부터 200시점"))
  }

  // MARK: 2.5

  func outputGate(_ page: Page, _ runs: Runs) throws {
    pictureOfGate(page, "o")
    try runs.check("o", page) { $0.o }
    let p = runs.worked.parameters
    runs.terms(page, "o", p.W.xo, p.W.ho, p.b.o, function: "σ", runs.workedSteps[0].o)
    try page.equation("o-example", runs.workedScope)
    try page.equation("o-bias", runs.workedScope, for: ("t", [1, 2, 3]))
  }
}
