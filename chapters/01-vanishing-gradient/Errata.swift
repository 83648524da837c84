// 1.20 What people get wrong: numbers that refute what is often said.

import Autodiff
import LaTeX
import Notebook

extension VanishingGradient {
  func errata(_ page: Page) throws {
    try pulledOut(page)
    misledByEigenvalues(page)
    withoutCondition(page)
  }

  /// W_h collected to the right of the diagonal matrices, against the ordered product.
  private func pulledOut(_ page: Page) throws {
    let example = Example(inputs: 2, units: 3, batch: 1, steps: 6, seed: page.seed)
    let T = example.x.count
    let tape = Tape()
    let run = example.record(on: tape)
    var scope = Scope(tape)
    scope.setJacobians(of: run.h)
    scope.integers["T"] = T
    try page.equation("pulled-out", scope, for: ("k", Array(2...T)))
    for k in [2, 6] {
      let right = try scope.evaluate(Symbol(parsing: "\\frac{\\partial h_\(T)}{\\partial h_\(T - k)}"))
      var wrong = Matrix.identity(3)
      for t in stride(from: T, to: T - k, by: -1) {
        wrong = wrong * Matrix.diagonal(run.h[t].value.elements.map { 1 - $0 * $0 })
      }
      for _ in 0..<k { wrong = wrong * example.W.h }
      page.number("pulled-out-\(k)", 100 * (wrong - right).norm / right.norm, decimals: 1)
    }
  }

  /// The largest eigenvalue is 1.5, and the gradient of a tanh network vanishes all the same.
  private func misledByEigenvalues(_ page: Page) {
    let W_h = Matrix([[1.5, 0], [0, 0.5]])
    let inputs = (0..<60).map { _ in Matrix(1) }
    let driven = jacobianNorms(
      Design(), (Matrix(column: [1, 1]), W_h), Matrix(rows: 2, columns: 1), inputs: inputs)
    page.number("eigenvalue-1.5-50", driven[50], significant: 2)
    page.check(
      Text("an eigenvalue of 1.5, and the gradient vanishes", ko: "고윳값이 1.5인데 기울기는 소실된다"),
      .above(W_h.spectralRadius, 1.49, named: "ρ"), .below(driven[50], 1e-6, named: "‖∂h_T/∂h_{T−50}‖"))
    let A = Matrix([[0.9, 10], [0, 0.9]])
    let tenth = (0..<9).reduce(A) { product, _ in product * A }
    page.number("tenth-power", tenth.spectralNorm, decimals: 1)
    page.check(
      Text("eigenvalues of 0.9, and after 10 linear steps it has grown", ko: "고윳값이 0.9인데 선형 시점 10번을 지나면 커져 있다"),
      .below(A.spectralRadius, 0.91, named: "ρ"), .above(tenth.spectralNorm, 30, named: "‖A^10‖"))
  }

  /// The formula of clipping without its minimum.
  private func withoutCondition(_ page: Page) {
    var random = Random(seed: page.seed)
    let short = random.normal(6, 1, deviation: 0.01)
    let wrong = (1 / short.norm) * short
    page.number("enlarged", wrong.norm / short.norm, significant: 2)
    page.check(
      Text("the formula without its condition enlarges a short gradient", ko: "조건 없는 공식은 짧은 기울기를 키운다"),
      .above(wrong.norm / short.norm, 10), note: Text("times", ko: "배"))
  }
}
