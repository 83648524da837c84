// 1.2 Backpropagation through time: the gradients of a small network by hand, by the tape, by differences and by PyTorch.

import Autodiff
import Experiments
import LaTeX
import Notebook

extension VanishingGradient {
  func throughTime(_ page: Page) throws {
    let example = Example(inputs: 2, hidden: 3, batch: 2, steps: 4, seed: page.seed)
    let T = example.x.count
    let tape = Tape()
    let run = example.record(on: tape)
    drawCell(page, example)
    let gradients = tape.gradients(of: run.loss)
    var scope = Scope(tape, gradients: gradients, loss: "J")
    scope.integers["T"] = T
    let beyond = "\\frac{\\partial J}{\\partial a_\(T + 1)}"
    scope.values[beyond] = Matrix(run.h[0].shape)

    try page.equation("rnn", scope, for: ("t", Array(1...T)), tape: [run.a[0].formula, run.h[1].formula])
    try page.equation("loss", scope)

    page.print()
    let throughTanh = page.derivation(of: run.a[1], in: run.loss)
    let throughState = page.derivation(of: run.h[2], in: run.loss)
    page.derivation(of: run.W.h, in: run.loss)
    page.print()
    try page.equation("back-tanh", scope, for: ("t", [2] + Array(3...T) + [1]), tape: [throughTanh])
    try page.equation("back-state", scope, for: ("t", [2] + Array(3...T) + [1]), tape: [throughState])

    // With a copy of W_h for every step, the gradient of a copy is what that step alone asks of the weight.
    let apart = Tape()
    let copies = example.record(on: apart, copiesOfRecurrentWeight: true)
    let copyGradients = apart.gradients(of: copies.loss)
    for t in 1...T {
      scope.values["\\frac{\\partial J}{\\partial W_h^{(\(t))}}"] = copyGradients[copies.copies[t - 1]]
    }
    drawSharedWeight(page, run)
    try page.equation("sum-over-uses", scope)
    let byHand = example.gradientsByHand(run.h.map(\.value))
    page.entries([
      (Text("∂J/∂W_h, tape", ko: "∂J/∂W_h, 테이프"), gradients[run.W.h]),
      (Text("∂J/∂W_h, by hand", ko: "∂J/∂W_h, 손 계산"), byHand.W.h),
      (Text("its use at t = 1 alone", ko: "t = 1에서 쓴 몫만"), copyGradients[copies.copies[0]]),
    ])
    for (name, hand, tape) in [
      ("W_x", byHand.W.x, gradients[run.W.x]), ("W_h", byHand.W.h, gradients[run.W.h]),
      ("b", byHand.b, gradients[run.b]),
    ] {
      page.check("∂J/∂\(name)", .byHand(hand), equals: .tape(tape))
    }
    page.check(
      gradients: GradientCheck([example.W.x, example.W.h, example.b], names: ["W_x", "W_h", "b"]) { inputs in
        example.record(W: (inputs[0], inputs[1]), b: inputs[2]).loss
      })
    try comparePyTorch(page)
  }

  private func comparePyTorch(_ page: Page) throws {
    let torch = try TorchRun(.rnn(.tanh), from: page.fixture("rnn"))
    let example = Example(torch)
    let tape = Tape()
    let run = example.record(on: tape)
    let gradients = tape.gradients(of: run.loss)
    let byHand = example.gradientsByHand(torch.first[0] + torch.outputs)
    page.check(
      "h_1 … h_T", .tape(.stack(run.h.dropFirst().map(\.value))), equals: .pytorch(.stack(torch.outputs)))
    // PyTorch has two biases, which are added; each has the gradient of the sum.
    for (k, name, hand, tape) in [
      (0, "W_x", byHand.W.x, gradients[run.W.x]), (1, "W_h", byHand.W.h, gradients[run.W.h]),
      (2, "b", byHand.b, gradients[run.b]),
    ] {
      for ours in [Witness.byHand(hand), .tape(tape)] {
        page.check("∂J/∂\(name)", ours, equals: .pytorch(torch.gradientsOfWeights[k]))
      }
    }
  }
}
