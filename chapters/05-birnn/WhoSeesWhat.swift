// Section 5.2: which inputs each direction depends on, and what a new input costs.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension BidirectionalNetworks {
  func whoSeesWhat(_ page: Page) throws {
    try page.section("who-sees-what") {
      let example = Example(steps: 6, batch: 1, seed: page.seed)
      let T = example.T
      let tape = Tape()
      let run = example.record(on: tape)
      var scope = example.scope
      // ∂h_i/∂x_j at [i − 1][j − 1].
      func blocks(_ h: [Int: Variable], _ direction: Direction) -> [[Matrix]] {
        (1...T).map { i in
          (1...T).map { j in
            let block = tape.jacobian(of: h[i]!, withRespectTo: run.x[j - 1])
            scope.values["\\frac{\\partial \(direction.name("h", i))}{\\partial x_\(j)}"] = block
            return block
          }
        }
      }
      let (there, back) = (blocks(run.there.h, .forward), blocks(run.back.h, .backward))
      scope.integers["i"] = 3
      try page.equation("reach-forward", scope, for: ("j", [1, 2, 3]))
      try page.equation("reach-backward", scope, for: ("j", [3, 4, 5, 6]))
      checkTriangle(page, "→h", there) { i, j in j > i }
      checkTriangle(page, "←h", back) { i, j in j < i }
      reachFigures(page, there, back)
      let both = (0..<T).flatMap { i in (0..<T).map { there[i][$0].norm + back[i][$0].norm } }
      page.check(
        Text("together, every output depends on every input", ko: "합치면 모든 출력이 모든 입력에 의존한다"),
        .equal(both.count { $0 > 0 }, T * T), note: .symbols("\(T) × \(T)"))
      moveTheLastInput(page, example)
      try stepsAnew(page)
    }
  }

  /// Exactly zero for every input that has not been read, and not zero for every other.
  private func checkTriangle(
    _ page: Page, _ name: String, _ blocks: [[Matrix]], isUnread: (_ i: Int, _ j: Int) -> Bool
  ) {
    let T = blocks.count
    func entries(_ wanted: Bool) -> [Double] {
      (0..<T).flatMap { i in (0..<T).filter { isUnread(i, $0) == wanted }.flatMap { blocks[i][$0].elements } }
    }
    let (unread, read, size) = (entries(true), entries(false), blocks[0][0].count)
    let note = Text("entries", ko: "성분")
    page.check(
      Text(
        "\(name): the Jacobian for what it has not read is exactly 0", ko: "\(name): 읽지 않은 입력에 대한 야코비안은 정확히 0"),
      .equal(unread.count { $0 == 0 }, T * (T - 1) / 2 * size), note: note)
    page.check(
      Text("\(name): for what it has read no entry is 0", ko: "\(name): 읽은 입력에 대해서는 0인 성분이 없다"),
      .equal(read.count { $0 != 0 }, T * (T + 1) / 2 * size), note: note)
  }

  private func reachFigures(_ page: Page, _ there: [[Matrix]], _ back: [[Matrix]]) {
    let steps = 1...there.count
    func norms(_ blocks: [[Matrix]]) -> [[Double]] { blocks.map { $0.map(\.norm) } }
    func map(_ values: [[Double]], _ rows: [Figure.Label]) -> Figure {
      .heatmap(
        Heatmap(
          values, rows: rows, columns: steps.map { Figure.Label("x_\($0)") }, colours: .logarithmic(1e-3...10.0),
          valueLabel: "‖∂h_{i}/∂x_{j}‖"))
    }
    let forward = steps.map { Figure.Label("→h_\($0)") }
    page.figure(
      "reach-one", map(norms(there), forward),
      title: "Norms of the Jacobians of six forward states with respect to six inputs: zero above the diagonal")
    page.figure(
      "reach-two", map(norms(there) + norms(back), forward + steps.map { Figure.Label("←h_\($0)") }),
      title: "The same for both directions: each half has a triangle of zeros, together they have none")
  }

  /// The backward states need the whole input: another last input changes all of them.
  private func moveTheLastInput(_ page: Page, _ example: Example) {
    let (T, H) = (example.T, example.hidden)
    var other = example.x
    other[T - 1] = other[T - 1] + 0.5
    let (before, after) = (example.layer.run(example.x).outputs, example.layer.run(other).outputs)
    func half(_ y: [Matrix], _ rows: Range<Int>) -> [Matrix] { y.dropLast().map { $0.rows(rows) } }
    page.check(
      Text("another x_6 leaves →h_1 … →h_5 as they are", ko: "x_6을 바꾸어도 →h_1 … →h_5는 그대로다"),
      .stack(half(before, 0..<H)), hasSameBitsAs: .stack(half(after, 0..<H)))
    let changes = zip(half(before, H..<2 * H), half(after, H..<2 * H)).map { $0.largestDifference(from: $1) }
    page.check(
      Text("and changes each of ←h_1 … ←h_5", ko: "←h_1 … ←h_5는 모두 바뀐다"),
      .above(changes.min()!, 1e-9, named: "max |Δ|"),
      note: Text("the smallest of \(changes.count)", ko: "\(changes.count)개 가운데 가장 작은 것"))
  }

  /// How many steps are run where every new input is answered at once: the backward network starts again each time.
  private func stepsAnew(_ page: Page) throws {
    var counts = Scope()
    for T in [1, 10, 100] {
      let counter = Counter()
      let cell = CountingCell(counter: counter)
      for t in 1...T { _ = cell.run(Array(repeating: Matrix(0), count: t)) }
      counts.values["n_\(T > 9 ? "{\(T)}" : "\(T)")"] = Matrix(Double(counter.steps))
      if T == 100 { page.number("steps-anew", Double(counter.steps), decimals: 0) }
    }
    try page.equation("anew", counts, for: ("T", [1, 10, 100]))
  }
}

/// Counts the steps of a cell.
private final class Counter { var steps = 0 }

/// A cell that computes nothing and counts its steps.
private struct CountingCell: RecurrentCell {
  typealias A = Matrix
  let counter: Counter
  func step(_ x: Matrix, _ state: [Matrix]) -> [Matrix] {
    counter.steps += 1
    return state
  }
  func zeroState(for x: Matrix) -> [Matrix] { [x] }
}
