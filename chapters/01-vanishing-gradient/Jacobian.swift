// 1.3 The product, step by step: the Jacobian over several steps, and a formula that collects the weights wrongly.

import Autodiff
import LaTeX
import Notebook

extension VanishingGradient {
  func jacobian(_ page: Page) throws {
    let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 6, seed: page.seed)
    let T = example.x.count
    let tape = Tape()
    let run = example.record(on: tape)
    drawFactors(page, example)
    var scope = Scope(tape)
    scope.setJacobians(of: run.h)
    scope.integers["i"] = T
    try page.equation("jacobian-step", scope, for: ("t", Array(1...T)))
    try page.equation("jacobian-product", scope, for: ("j", Array(0..<T)))
    try page.equation("pulled-out", scope, for: ("j", Array(0..<(T - 1))))

    page.print()
    page.print(
      Text(
        "W_h collected to the right of the diagonals, against the ordered product:",
        ko: "W_h를 모두 오른쪽으로 모은 식을 순서대로 곱한 식과 견주면:"))
    let jacobians = try (0..<T).map { j in
      try scope.evaluate(Symbol(parsing: "\\frac{\\partial h_\(T)}{\\partial h_\(j)}"))
    }
    let rows = (0..<T).reversed().map { j in
      var wrong = Matrix.identity(3)
      for t in stride(from: T, to: j, by: -1) {
        wrong = wrong * Matrix.diagonal(run.h[t].value.elements.map { 1 - $0 * $0 })
      }
      for _ in j..<T { wrong = wrong * example.W.h }
      let error = (wrong - jacobians[j]).norm / jacobians[j].norm
      page.number("pulled-out-\(T - j)", 100 * error, decimals: 1)
      return ["\(T - j)", NumberFormat.percent(error)]
    }
    page.table([.symbols("i − j"), Text("relative error", ko: "상대 오차")], rows)
    // The coming sections compute norms in another way, a row of every Jacobian at a time.
    let norms = jacobianNorms(Design(), example.W, example.b, start: example.start, inputs: example.x)
    page.check(
      "‖∂h_T/∂h_j‖", Witness(Text("the coming sections", ko: "다음 절들"), Matrix(column: norms.reversed())),
      equals: Witness(Text("these products", ko: "이 곱들"), Matrix(column: jacobians.map(\.spectralNorm) + [1])))
  }
}
