// Section 3.5: the whole pass by hand, beside the tape, finite differences and PyTorch.

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
      let count = lines(Subject(), page).count
      let wrong = try wrongLines(Subject(), page)
      page.check(
        Text("every line of the pass = the tape's derivation", ko: "역전파의 모든 줄 = 테이프에서 읽은 식"),
        count > 0 && wrong.isEmpty,
        detail: wrong.isEmpty
          ? Text("\(count) formulas", ko: "수식 \(count)개") : .symbols(wrong.joined(separator: ", ")))
      try compareWithPyTorch(page)
    }
  }

  /// The pass on a small example: by hand = tape = finite differences, every entry.
  private func compareOnExample(_ page: Page, _ example: Example) {
    let tape = Tape()
    let run = example.record(on: tape)
    let gradients = tape.gradients(of: run.loss)
    let hand = Pass<Matrix>().run(example, run.steps.map { $0.map(\.value) })
    let slopes = differences(example, step: 6e-6) { $0.record().loss.value.scalar }
    page.entries(
      "∂L/∂W_h", [.byHand(hand.W.h), .tape(gradients[run.W.h]), .finiteDifferences(slopes[1])])
    for (name, (mine, variable)) in zip(Self.gradientNames, zip(hand.values, run.variables)) {
      page.check(name, .byHand(mine), equals: .tape(gradients[variable]))
    }
    page.check(
      "∂L/∂x_1 … ∂L/∂x_T", .byHand(.stack(hand.x)), equals: .tape(.stack(run.steps.map { gradients[$0.x] })))
    page.check(
      "∂L/∂c_1 … ∂L/∂c_T", .byHand(.stack(hand.c)), equals: .tape(.stack(run.steps.map { gradients[$0.c] })))
    page.check(
      Text("everything", ko: "전부"), .byHand(.column(of: hand.values)),
      equals: .finiteDifferences(.column(of: slopes)), tolerance: 1e-8)
  }

  /// The pass on 60 steps of a layer that PyTorch ran and differentiated.
  private func compareWithPyTorch(_ page: Page) throws {
    // begin: witness
    let torch = try TorchRun(.lstm, from: page.fixture("lstm-long"))
    let example = Example(torch)
    let steps = example.record().steps.map { $0.map(\.value) }
    let hand = Pass<Matrix>().run(W: example.W, steps, loss: torch.upstream, beyond: torch.beyond)
    // end: witness
    page.check("h_1 … h_60", .tape(.stack(steps.map(\.h))), equals: .pytorch(.stack(torch.outputs)))
    page.check("c_60", .tape(steps[59].c), equals: .pytorch(torch.last[0][1]))
    for (name, (mine, theirs)) in zip(Self.gradientNames, zip(hand.values, torch.gradients)) {
      page.check(name, .byHand(mine), equals: .pytorch(theirs))
    }
    page.check(
      "∂L/∂x_1 … ∂L/∂x_60", .byHand(.stack(hand.x)), equals: .pytorch(.stack(torch.gradientsOfInputs)))
  }
}
