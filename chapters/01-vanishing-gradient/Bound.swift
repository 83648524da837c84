// 1.8 A bound: which condition suffices for vanishing, and which is necessary for exploding.

import Autodiff
import LaTeX
import Notebook

extension VanishingGradient {
  func bound(_ page: Page) throws {
    // The bound on a small example, over every number of steps.
    let example = Example(inputs: 2, units: 3, batch: 1, steps: 6, seed: page.seed)
    let tape = Tape()
    let run = example.record(on: tape)
    var scope = Scope(tape)
    scope.values["\\gamma"] = Matrix(1)
    scope.setJacobians(of: run.h)
    scope.integers["T"] = 6
    try page.equation("bound-step", scope, for: ("t", Array(1...6)))
    try page.equation("bound", scope, for: ("k", Array(1...6)))

    let network = LagNetwork(seed: page.seed)
    let norm = network.unit.spectralNorm
    let name = "‖∂h_T/∂h_{T−50}‖"
    page.check(
      Text("‖W_h‖ = 0.9 < 1/γ: it vanishes (tanh, γ = 1)", ko: "‖W_h‖ = 0.9 < 1/γ이면 소실된다 (tanh, γ = 1)"),
      .below(network.norms(scale: 0.9 / norm)[50], 1e-6, named: name))
    let sigmoid = network.norms(Design(activation: .sigmoid), scale: 3.9 / norm)
    page.number("sigmoid-50", sigmoid[50], significant: 2)
    page.check(
      Text("‖W_h‖ = 3.9 < 1/γ: it vanishes (sigmoid, γ = 1/4)", ko: "‖W_h‖ = 3.9 < 1/γ이면 소실된다 (시그모이드, γ = 1/4)"),
      .below(sigmoid[50], 1e-6, named: name))
  }
}
