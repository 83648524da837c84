// 1.6 The product, step by step: the Jacobian over several steps.

import Autodiff
import LaTeX
import Notebook

extension VanishingGradient {
  func jacobian(_ page: Page) throws {
    let example = Example(inputs: 2, units: 3, batch: 1, steps: 6, seed: page.seed)
    let T = example.x.count
    let tape = Tape()
    let run = example.record(on: tape)
    drawFactors(page, example)
    var scope = Scope(tape)
    scope.setJacobians(of: run.h)
    scope.integers["T"] = T
    try page.equation("jacobian-step", scope, for: ("t", Array(1...T)))
    try page.equation("jacobian-product", scope, for: ("k", Array(1...T)))
    // The coming sections compute norms in another way, a row of every Jacobian at a time.
    let norms = jacobianNorms(Design(), example.W, example.b, start: example.start, inputs: example.x)
    let products = try (1...T).map { k in
      try scope.evaluate(Symbol(parsing: "\\frac{\\partial h_\(T)}{\\partial h_\(T - k)}")).spectralNorm
    }
    page.check(
      "‖∂h_T/∂h_{T−k}‖", Witness(Text("the coming sections", ko: "다음 절들"), Matrix(column: norms)),
      equals: Witness(Text("these products", ko: "이 곱들"), Matrix(column: [1] + products)))
  }
}
