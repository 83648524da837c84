// Section 4.7: the LSTM that comes nearest to a GRU, and what each of the two cannot do.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

extension GatedRecurrentUnitChapter {
  func relatives(_ page: Page) throws {
    try page.section("relatives") {
      sideBySide(page)
      try coupledPair(page)
      largestOutput(page)
      counting(page)
    }
  }

  /// Both cells, and in one colour what does the same in both.
  private func sideBySide(_ page: Page) {
    let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 1, seed: page.seed)
    let (W, b) = (example.cell.W, example.cell.b)
    let lstm = LSTMCell<Matrix>(
      W: (xf: W.xz, xi: W.xr, xg: W.xg, xo: W.xr, hf: W.hz, hi: W.hr, hg: W.hg, ho: W.hr),
      b: (f: b.z, i: b.r, g: b.xg, o: b.r))
    let (x, past) = (example.x[0], example.start)
    let pictures = [
      Diagram.lstm(label: "LSTM").colouring(["f_t"], 1).colouring(["i_t"], 2).colouring(["g_t"], 3)
        .naming(["f_t", "i_t", "g_t", "o_t"]),
      Diagram.gru(label: "GRU").colouring(["z_t"], 1).colouring(["rest"], 2).colouring(
        ["input", "past", "reset", "sum", "g_t"], 3
      )
      .naming(["z_t", "r_t", "g_t"]),
    ]
    page.diagram(
      "lstm-and-gru",
      zip(pictures, [lstm.taped(x, past, past), example.cell.taped(x, past)]).map { DiagramPanel($0, $1) })
  }

  /// An LSTM with as little of its own as it can have, i = 1 − f and o = 1, beside a GRU with r = 1 of the same weights.
  private func coupledPair(_ page: Page) throws {
    let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 6, seed: page.seed)
    let coupled = runPair(example, recurrent: 1)
    var scope = Scope()
    scope.set("c_#", coupled.c)
    scope.set("h_#", coupled.shown)
    scope.set("f_#", coupled.f, from: 1)
    scope.set("g_#", coupled.g, from: 1)
    try page.equation("coupled", scope, for: ("t", Array(1...6)))
    let apart = runPair(example, recurrent: 0)
    page.check(
      Text("without recurrent weights its c_t is the GRU's h_t", ko: "순환 가중치가 없으면 그 c_t가 GRU의 h_t다"),
      .stack(apart.c), equals: .stack(apart.h))
    for (name, claim, lstm, gru, bound) in [
      ("shown", Text("but it shows tanh(c_t)", ko: "그래도 내보이는 것은 tanh(c_t)다"), apart.shown, apart.h, 0.01),
      (
        "inside",
        Text("with recurrent weights its c_t is not the GRU's h_t", ko: "순환 가중치가 있으면 그 c_t는 GRU의 h_t가 아니다"),
        coupled.c, coupled.h, 1e-3
      ),
    ] {
      let (a, b) = (Array(lstm.dropFirst()), Array(gru.dropFirst()))
      page.number(name, Matrix.stack(a).largestDifference(from: .stack(b)), significant: 2)
      page.check(claim, differ(a, b, by: bound))
    }
  }

  /// What the pair computes: the LSTM's cell states, outputs, forget gates and candidates, and the GRU's states. States begin
  /// with the given one.
  private typealias Pair = (c: [Matrix], shown: [Matrix], f: [Matrix], g: [Matrix], h: [Matrix])

  /// - Parameter recurrent: the factor of all recurrent weights.
  private func runPair(_ example: Example, recurrent: Double) -> Pair {
    let (W, b) = (example.cell.W, example.cell.b)
    let full = Matrix(rows: 3, columns: 1, repeating: 1000)
    // begin: coupled
    let (hf, hg) = (recurrent * W.hz, recurrent * W.hg)
    let lstm = LSTMCell(
      W: (xf: W.xz, xi: -W.xz, xg: W.xg, xo: W.xr, hf: hf, hi: -hf, hg: hg, ho: W.hr),
      b: (f: b.z, i: -b.z!, g: b.xg, o: full))
    let gru = GRUCell(
      W: (xr: W.xr, xz: W.xz, xg: W.xg, hr: W.hr, hz: hf, hg: hg), b: (r: full, z: b.z, xg: b.xg, hg: nil))
    // end: coupled
    var (h, c, state) = (example.start, example.start, example.start)
    var found: Pair = ([c], [h], [], [], [state])
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

  /// For any weights: a mixture of numbers within [−1, 1] stays there, and the LSTM's tanh then makes it smaller.
  private func largestOutput(_ page: Page) {
    let (zero, open) = (Matrix(0), Matrix(1000))
    let coupled = lstmUnit(xg: zero, b: (f: zero, i: zero, g: open, o: open))
    let mixing = GRUCell<Matrix>(
      W: (xr: zero, xz: zero, xg: zero, hr: zero, hz: zero, hg: zero), b: (r: zero, z: zero, xg: open, hg: nil))
    var (most, mixed, c) = (zero, zero, zero)
    for _ in 0..<20 {
      let next = coupled.step(zero, most, c)
      (most, c) = (next.h, next.c)
      mixed = mixing.step(zero, mixed).h
    }
    func text(_ x: Matrix) -> String { NumberFormat.format(x.scalar, decimals: 5) }
    page.check(
      Text("the most that it can show is tanh(1), a GRU shows 1", ko: "내보일 수 있는 것은 tanh(1)까지이고 GRU는 1까지다"),
      most.scalar > 0.7615 && most.scalar <= Elementary.tanh(1) && mixed.scalar > 0.9999 && mixed.scalar <= 1,
      detail: Text(
        "\(text(most)) and \(text(mixed)) with a candidate of 1, 20 steps",
        ko: "후보가 1일 때 20시점 뒤: \(text(most)), \(text(mixed))"))
  }

  /// An LSTM can add up; the state of a GRU stays within [−1, 1].
  private func counting(_ page: Page) {
    let (zero, one, open) = (Matrix(0), Matrix(1), Matrix(1000))
    let counter = lstmUnit(xg: one, b: (f: open, i: open, g: open, o: open))
    var (h, c) = (zero, zero)
    for _ in 0..<20 {
      let next = counter.step(one, h, c)
      (h, c) = (next.h, next.c)
    }
    page.check(
      Text("an LSTM with f = i = g = 1 counts: c_20 = 20", ko: "f = i = g = 1인 LSTM은 센다: c_20 = 20"), c,
      hasSameBitsAs: Matrix(20))
    var random = Random(seed: page.seed)
    var largest: [Double] = []
    for _ in 0..<100 {
      let wild = Example(inputs: 2, hidden: 3, batch: 1, steps: 1, seed: random.next())
      let cell = GRUCell(parameters: wild.cell.parameters.map { 10 * $0 }, update: .keepsPast, reset: .afterProduct)
      var state = 0 * wild.start
      for _ in 0..<20 {
        state = cell.step(random.normal(2, 1, deviation: 10), state).h
        largest.append(state.largestMagnitude)
      }
    }
    page.check(
      Text("a GRU that begins at 0 never leaves [−1, 1]", ko: "0에서 시작한 GRU는 [−1, 1]을 벗어나지 않는다"),
      .equal(largest.count { $0 <= 1 }, 100 * 20, named: "|h_t| ≤ 1"), .above(largest.max()!, 0.9, named: "max |h_t|"),
      note: Text("100 networks of large weights, 20 steps", ko: "가중치가 큰 신경망 100개, 20시점"))
  }

  /// An LSTM of one unit whose weights are zero but for that of the candidate on the input.
  private func lstmUnit(xg: Matrix, b: (f: Matrix, i: Matrix, g: Matrix, o: Matrix)) -> LSTMCell<Matrix> {
    let zero = Matrix(0)
    return LSTMCell(
      W: (xf: zero, xi: zero, xg: xg, xo: zero, hf: zero, hi: zero, hg: zero, ho: zero),
      b: (f: b.f, i: b.i, g: b.g, o: b.o))
  }
}
