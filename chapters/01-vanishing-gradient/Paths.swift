// 1.11 What helps: the equations of skip connections, orthogonal starts and normalisation.

import Autodiff
import LaTeX
import Notebook

extension VanishingGradient {
  func paths(_ page: Page) throws {
    var random = Random(seed: page.seed)
    try skipConnection(page, &random)
    try orthogonalStart(page, &random)
    normalisation(page, &random)
  }

  /// The Jacobian of a step with a skip connection contains the identity.
  private func skipConnection(_ page: Page, _ random: inout Random) throws {
    let n = 4
    let tape = Tape()
    let W = (x: tape.variable(random.normal(n, 2)).named("W_x"), h: tape.variable(random.normal(n, n)).named("W_h"))
    let b = tape.variable(random.normal(n, 1)).named("b")
    let x = tape.constant(random.normal(2, 1)).named("x_t")
    let before = tape.variable(random.normal(n, 1)).named("h_{t-1}")
    let after = Design(hasSkip: true).step(W, b, x, before).named("h_t")
    var scope = Scope(tape)
    scope.values["I"] = Matrix.identity(n)
    scope.values["\\frac{\\partial h_t}{\\partial h_{t-1}}"] = tape.jacobian(of: after, withRespectTo: before)
    try page.equation("skip", scope, tape: [after.formula])
    try page.equation("skip-jacobian", scope)
  }

  private func orthogonalStart(_ page: Page, _ random: inout Random) throws {
    var scope = Scope.withSpectra
    scope.values["Q"] = random.orthogonal(16)
    scope.values["I"] = Matrix.identity(16)
    try page.equation("orthogonal", scope, for: ("k", [1, 10, 100]), tolerance: 1e-10)
  }

  /// Layer normalisation: over the units, for each example. Batch normalisation: over the examples, for each unit.
  private func normalisation(_ page: Page, _ random: inout Random) {
    let a = random.normal(8, 8)
    func means(_ x: Matrix) -> Matrix { (1 / Double(x.rows)) * x.sumOfRows }
    for (name, normalisation, x) in [
      (Text("layer normalisation", ko: "층 정규화"), Design.Normalisation.layer, a),
      (Text("batch normalisation", ko: "배치 정규화"), .batch, a.transposed),
    ] {
      // The numbers of one mean stand in one column: for batch normalisation after transposing.
      func normal(_ x: Matrix) -> Matrix {
        normalisation == .layer
          ? Design(normalisation: .layer).normalised(x)
          : Design(normalisation: .batch).normalised(x.transposed).transposed
      }
      page.check(
        Text("\(name.english): mean 0", ko: "\(name.korean): 평균 0"), means(normal(x)),
        equals: Matrix(rows: 1, columns: x.columns), scale: 1)
      let centred = x - means(x).spread(like: x)
      let variance = means(centred .* centred)
      page.check(
        Text("\(name.english): variance 1, but for 1e-5", ko: "\(name.korean): 분산은 1e-5의 영향을 빼면 1"),
        means(normal(x) .* normal(x)), equals: variance ./ (variance + 1e-5))
      page.check(
        name,
        gradients: GradientCheck([a], names: ["a"]) { Design(normalisation: normalisation).normalised($0[0]) })
    }
  }
}
