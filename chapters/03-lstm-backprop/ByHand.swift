// Section 3.6: the lines by hand, beside the tape, finite differences and PyTorch.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

extension LSTMBackprop {
  /// The names of `Example.values` before the inputs, as gradients.
  static let gradientNames = ["∂L/∂W_x", "∂L/∂W_h", "∂L/∂b", "∂L/∂h_0", "∂L/∂c_0"]

  func byHand(_ page: Page) throws {
    try page.section("by-hand") {
      let example = Example(inputs: 2, hidden: 3, batch: 2, steps: 4, seed: page.seed)
      compareOnExample(page, example)
      page.check(
        Text("the cell of chapter 2: tape = finite differences", ko: "2장의 셀: 테이프 = 유한 차분"),
        GradientCheck(example.values, names: example.names) { values in
          let cell = LSTMCell(CellWeights(values: values), hidden: example.hidden)
          let states = cell.unroll(Array(values[5...]), from: [values[3], values[4]])
          return example.loss(states.map { $0[0] })
        })
      // The museum's copy of the lines: the same numbers to the last bit, and the formulas that the tape derives.
      let pass = Pass<Matrix>().run(example, example.record().steps.map { $0.map(\.value) })
      page.check(
        Text("the museum's copy of the lines (3.15) = these lines", ko: "박물관이 쓰는 사본(3.15절) = 이 코드"),
        .column(of: pass.values), hasSameBitsAs: .column(of: example.backwards(example.forwards()).values))
      let count = lines(Subject(), page).count
      let wrong = try wrongLines(Subject(), page)
      page.check(
        Text("every line of that copy = the tape's derivation", ko: "그 사본의 모든 줄 = 테이프에서 읽은 식"),
        count > 0 && wrong.isEmpty,
        detail: wrong.isEmpty
          ? Text("\(count) formulas", ko: "수식 \(count)개") : .symbols(wrong.joined(separator: ", ")))
      page.number("formulas", Double(count), decimals: 0)
      try compareWithPyTorch(page)
    }
  }

  /// The lines on a small example: by hand = tape = finite differences, every entry.
  private func compareOnExample(_ page: Page, _ example: Example) {
    let tape = Tape()
    let run = example.record(on: tape)
    let gradients = tape.gradients(of: run.loss)
    let hand = example.backwards(example.forwards())
    for (name, (mine, variable)) in zip(Self.gradientNames, zip(hand.values, run.variables)) {
      page.check(name, .byHand(mine), equals: .tape(gradients[variable]))
    }
    page.check(
      "∂L/∂x_1 … ∂L/∂x_T", .byHand(.stack(Array(hand.x.dropFirst()))),
      equals: .tape(.stack(run.steps.map { gradients[$0.x] })))
    page.check(
      Text("everything", ko: "전부"), .byHand(.column(of: hand.values)),
      equals: .finiteDifferences(.column(of: differences(example, step: 6e-6) { $0.record().loss.value.scalar })),
      tolerance: 1e-8)
  }

  /// The lines on 60 steps of a layer that PyTorch ran and differentiated.
  private func compareWithPyTorch(_ page: Page) throws {
    let torch = try TorchRun(.lstm, from: page.fixture("lstm-long"))
    var example = Example(torch)
    let states = example.forwards()
    // With these targets the loss sends PyTorch's gradients to h_t: h_t − y_t.
    example.y = zip(states.h.dropFirst(), torch.upstream).map { $0 - $1 }
    let hand = example.backwards(states, beyond: torch.beyond)
    page.check("h_1 … h_60", .byHand(.stack(Array(states.h.dropFirst()))), equals: .pytorch(.stack(torch.outputs)))
    page.check("c_60", .byHand(states.c[60]), equals: .pytorch(torch.last[0][1]))
    for (name, (mine, theirs)) in zip(Self.gradientNames, zip(hand.values, torch.gradients)) {
      page.check(name, .byHand(mine), equals: .pytorch(theirs))
    }
    page.check(
      "∂L/∂x_1 … ∂L/∂x_60", .byHand(.stack(Array(hand.x.dropFirst()))),
      equals: .pytorch(.stack(torch.gradientsOfInputs)))
  }
}
