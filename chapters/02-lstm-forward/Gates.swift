// 2.5 to 2.7 Erase, write, read: what each of the four layers decides.

import Autodiff
import LaTeX
import Notebook

extension LSTMForward {
  func forgetGate(_ page: Page, _ runs: Runs) throws {
    picture(page, "lstm-f", [("f", ["c_{t-1}", "keep"])])
    // The same step from another cell state.
    let (x, h, c) = (runs.random.x[0], runs.random.start.h, runs.random.start.c)
    let (one, other) = (runs.random.parameters.step(x, h, c), runs.random.parameters.step(x, h, c + 1))
    page.check(
      Text("another c_{t−1}: f_t, i_t, g_t and o_t have the same bits", ko: "c_{t−1}이 달라도 f_t, i_t, g_t, o_t는 그대로"),
      Matrix.stack([other.f, other.i, other.g, other.o]), hasSameBitsAs: Matrix.stack([one.f, one.i, one.g, one.o]))
    page.check(
      Text("c_t moves by f_t times as much", ko: "c_t는 그 변화의 f_t배만큼 변한다"), other.c - one.c, equals: one.f)
  }

  // MARK: 2.6

  func inputGate(_ page: Page, _ runs: Runs) throws {
    picture(page, "lstm-write", [("g", ["write", "c_t"]), ("i", ["g_t", "write"])])
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
    page.number("lowest-c", lowest, decimals: 2)
    page.check(
      Text("f, i and o never go below 0, and c_t does", ko: "f, i, o는 0 아래로 가지 않고 c_t는 간다"),
      .above(lowestGate, 0, named: "min f, i, o"), .above(-lowest, 0.5, named: "−min c_t"))
    page.check(
      Text("with σ for tanh in g, c_t never goes below 0", ko: "g의 tanh를 σ로 바꾸면 c_t가 0 아래로 못 간다"),
      .above(lowestσ, 0, named: "min c_t"), note: Text("200 steps from c_0 = 0", ko: "c_0 = 0부터 200시점"))
  }

  // MARK: 2.7

  func outputGate(_ page: Page, _ runs: Runs) throws {
    picture(page, "lstm-o", [("o", ["c_t", "tanh", "h_t"])])
    try page.equation("h-bound", runs.randomScope, for: ("t", [1, 2, 3, 4]))
  }
}
