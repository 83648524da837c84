// Section 5.1: the equations of both directions, and their gradients.

import Autodiff
import LaTeX
import Notebook

extension BidirectionalNetworks {
  func twoDirections(_ page: Page) throws {
    try page.section("two-directions") {
      let example = Example(steps: 4, batch: 2, seed: page.seed)
      let (T, H) = (example.T, example.hidden)
      let tape = Tape()
      let run = example.record(on: tape)
      var scope = Scope(tape, gradients: tape.gradients(of: run.loss))
      scope.integers["T"] = T
      let zeros = Matrix(rows: H, columns: 2)
      scope.values["\\frac{\\partial L}{\\partial \(Direction.forward.name("a", T + 1))}"] = zeros
      scope.values["\\frac{\\partial L}{\\partial \(Direction.backward.name("a", 0))}"] = zeros
      bothRows(page, tape)
      let steps = Array(1...T)
      try page.equation(
        "two-directions", scope, for: ("t", steps),
        tape: [run.there.a[1]!, run.there.h[1]!, run.back.a[1]!, run.back.h[1]!].map(\.formula))
      try page.equation("output", scope, for: ("t", steps), tape: [run.y[0].formula])
      let layer = Witness(Text("the layer", ko: "라이브러리의 층"), .stack(example.layer.run(example.x).outputs))
      let written = Witness(Text("written out", ko: "풀어 쓴 것"), .stack(run.y.map(\.value)))
      page.check("y_1 … y_4", written, hasSameBitsAs: layer)
      third(page, tape)
      try page.equation("third-of-four", example.scope)
      whatThirdReads(page, example)

      page.print()
      let fromX = page.derivation(of: run.x[1], in: run.loss)
      let fromThere = page.derivation(of: run.there.h[2]!, in: run.loss)
      let fromBack = page.derivation(of: run.back.h[2]!, in: run.loss)
      try page.equation("back-tanh", scope, for: ("t", steps))
      scope.integers["H"] = H
      try page.equation("back-states", scope, for: ("t", [2, 1, 3, 4]), tape: [fromThere, fromBack])
      try page.equation("back-input", scope, for: ("t", [2, 1, 3, 4]), tape: [fromX])
      page.check(
        Text("tape = finite differences", ko: "테이프 = 유한 차분"),
        GradientCheck(
          [
            example.there.x, example.there.h, example.there.b, example.back.x, example.back.h, example.back.b,
          ] + example.x
        ) { p in
          example.record(Array(p[6...]), (p[0], p[1], p[2]), (p[3], p[4], p[5])).loss
        })
    }
  }

  /// The whole network, a colour for each direction.
  private func bothRows(_ page: Page, _ tape: Tape) {
    let (there, back) = (Diagram.states(.forward, 1...4), Diagram.states(.backward, 1...4))
    page.diagram(
      "two-directions", Diagram.twoDirections(4).colouring(there, 0).colouring(back, 1), tape, isPart: true)
  }

  /// The same, and all that y_3 has read in colour.
  private func third(_ page: Page, _ tape: Tape) {
    let picture = Diagram.twoDirections(4)
      .emphasising(Diagram.states(.forward, 0...3), plain: ["x_1", "x_2", "x_3", "x_4", "y_3"], 0)
      .colouring(Diagram.states(.backward, 3...5), 1)
    page.diagram("third-of-four", picture, tape, isPart: true)
  }

  /// Moves each input in turn: which half of the third of four outputs changes?
  private func whatThirdReads(_ page: Page, _ example: Example) {
    let H = example.hidden
    let old = example.layer.run(example.x).outputs[2]
    let readers = [0..<H, H..<2 * H].map { half in
      (1...example.T).filter { t in
        var other = example.x
        other[t - 1] = other[t - 1] + 0.5
        return !example.layer.run(other).outputs[2].rows(half).hasSameBits(as: old.rows(half))
      }
    }
    func list(_ steps: [Int]) -> String { steps.map { "x_\($0)" }.joined(separator: " ") }
    let found = "→h_3: \(list(readers[0])), ←h_3: \(list(readers[1].reversed()))"
    page.check(
      Text("y_3 reads x_1 x_2 x_3 forwards and x_4 x_3 backwards", ko: "y_3은 앞에서 x_1 x_2 x_3, 뒤에서 x_4 x_3을 읽는다"),
      readers == [[1, 2, 3], [3, 4]],
      detail: Text("each x_t moved in turn: \(found)", ko: "x_t를 하나씩 바꾸어 봄: \(found)"))
  }
}
