// 1.4 Backpropagation through any number of steps: the gradients by hand, by the tape, by differences and by PyTorch.

import Autodiff
import Experiments
import LaTeX
import Notebook

extension VanishingGradient {
  func throughTime(_ page: Page) throws {
    let example = Example(inputs: 2, units: 3, batch: 2, steps: 4, seed: page.seed)
    let T = example.x.count
    let tape = Tape()
    let run = example.record(on: tape)
    let gradients = tape.gradients(of: run.loss)
    var scope = Scope(tape, gradients: gradients)
    scope.integers["T"] = T
    // δ_t is ∂L/∂a_t; after the last step nothing follows.
    scope.set("\\delta_#", run.a.map { gradients[$0] } + [Matrix(run.h[0].shape)], from: 1)
    func gradient(of variable: Variable) -> Symbol {
      tape.derivation(of: variable, in: run.loss).gradient.renamed {
        $0.hasPrefix("\\frac{\\partial L}{\\partial a_") ? "\\delta_" + $0.dropFirst(29).dropLast() : $0
      }
    }
    let steps = [2] + Array(3...T) + [1]
    try page.equation("back-tanh", scope, for: ("t", steps), tape: [gradient(of: run.a[1])])
    try page.equation("back-state", scope, for: ("t", steps), tape: [gradient(of: run.h[2])])

    // With a copy of W_h for every step, the gradient of a copy is what that step alone asks of the weight.
    let apart = Tape()
    let copies = example.record(on: apart, copiesOfRecurrentWeight: true)
    let copyGradients = apart.gradients(of: copies.loss)
    for t in 1...T {
      scope.values["\\frac{\\partial L}{\\partial W_h^{(\(t))}}"] = copyGradients[copies.copies[t - 1]]
    }
    try page.equation("sum-over-uses", scope)
    let alone = copyGradients[copies.copies[T - 1]]
    let whole = gradients[run.W.h]
    page.number("last-alone", 100 * (alone - whole).norm / whole.norm, decimals: 0)
    page.check(
      Text("the last step's share alone is another matrix", ko: "마지막 시점의 몫만으로는 다른 행렬이다"),
      .above((alone - whole).norm / whole.norm, 0.1, named: "‖Δ‖/‖∂L/∂W_h‖"))
    let byHand = example.gradientsByHand(run.h.map(\.value))
    for (name, hand, tape) in [
      ("W_x", byHand.W.x, gradients[run.W.x]), ("W_h", byHand.W.h, gradients[run.W.h]),
      ("b", byHand.b, gradients[run.b]),
    ] {
      page.check("∂L/∂\(name)", .byHand(hand), equals: .tape(tape))
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
    for (place, name, hand, tape) in [
      (0, "W_x", byHand.W.x, gradients[run.W.x]), (1, "W_h", byHand.W.h, gradients[run.W.h]),
      (2, "b", byHand.b, gradients[run.b]),
    ] {
      for ours in [Witness.byHand(hand), .tape(tape)] {
        page.check("∂L/∂\(name)", ours, equals: .pytorch(torch.gradientsOfWeights[place]))
      }
    }
  }
}

extension Symbol {
  /// The formula with other names.
  fileprivate func renamed(_ new: (String) -> String) -> Symbol {
    switch self {
    case .name(let name): .name(new(name))
    case .applied(let operation, let inputs): .applied(operation, inputs.map { $0.renamed(new) })
    case .power(let base, let exponent, let elementwise): .power(base.renamed(new), exponent, elementwise: elementwise)
    default: self
    }
  }
}
