// 1.1 A deep chain rule is a product: a chain of sigmoid units, its gradient, and how far its first weight moves.

import Autodiff
import LaTeX
import Notebook

extension VanishingGradient {
  func chainRule(_ page: Page) throws {
    let n = 5
    let tape = Tape()
    // begin: chain
    let w = (1...n).map { tape.variable(Matrix(0.3)).named("w_\($0)") }
    var h = [tape.variable(Matrix(1)).named("h_0")]
    for k in 1...n { h.append((w[k - 1] * h[k - 1]).sigmoid.named("h_\(k)")) }
    let loss = (0.5 * (h[n] .* h[n])).named("L")
    // end: chain
    drawChain(page, units: n, loss: loss)
    let gradients = tape.gradients(of: loss)
    var scope = Scope(tape, gradients: gradients)
    scope.integers["n"] = n
    scope.setJacobians(of: h)
    scope.values["\\frac{\\partial h_1}{\\partial w_1}"] = tape.jacobian(of: h[1], withRespectTo: w[0])
    try page.equation("chain-step", scope, for: ("k", Array(1...n)), tape: [h[1].formula])
    try page.equation("chain-factor", scope, for: ("k", Array(1...n)))
    try page.equation("chain-product", scope)
    try sigmoidSlope(page)
    page.check(
      gradients: GradientCheck(w.map(\.value), names: w.compactMap(\.name)) { w in
        var h = w[0].tape.constant(Matrix(1))
        for weight in w { h = (weight * h).sigmoid }
        return 0.5 * (h .* h)
      })
    learnFirstWeight(page, layers: n, gradient: gradients[w[0]])
    powersOfAFactor(page)
  }

  private func sigmoidSlope(_ page: Page) throws {
    let tape = Tape()
    var scope = Scope()
    let points = (0...80).map { tape.variable(Matrix(Double($0 - 40) / 4)) }
    let values = points.map(\.sigmoid)
    scope.set("a_#", points.map(\.value))
    scope.set("s_#", values.map(\.value))
    for k in 0...80 {
      let name = Scope.indexed("\\frac{\\partial s_#}{\\partial a_#}", k)
      scope.values[name] = tape.jacobian(of: values[k], withRespectTo: points[k])
    }
    try page.equation("sigmoid-slope", scope, for: ("k", Array(0...80)))
  }

  /// Chains of several lengths whose first weight alone learns. `gradient` is ∂L/∂w_1 of the chain with `layers` units.
  private func learnFirstWeight(_ page: Page, layers: Int, gradient: Matrix) {
    page.print()
    page.print(
      Text(
        "All weights start at 0.3, only w_1 moves, by −∂L/∂w_1; h_0 = 1, L = ½ h_n². w_1 by updates:",
        ko: "가중치는 모두 0.3에서 시작, 갱신은 w_1만 −∂L/∂w_1씩. h_0 = 1, L = ½ h_n². 갱신 횟수별 w_1:"))
    let counts = [1, 10, 100, 1000]
    var rows: [[String]] = []
    for layers in [1, 2, 3, 5, 10] {
      let path = firstWeight(layers: layers, updates: 1000)
      let name = "chain-\(layers)"
      rows.append(
        ["\(layers)", page.number("\(name)-gradient", path.gradients[0], significant: 2)]
          + counts.map { page.number("\(name)-after-\($0)", path.weights[$0], decimals: 4) })
    }
    page.check(
      "∂L/∂w_1, n = \(layers)",
      Witness(Text("the table", ko: "표"), Matrix(firstWeight(layers: layers, updates: 0).gradients[0])),
      equals: .tape(gradient))
    page.table([.symbols("n"), .symbols("∂L/∂w_1")] + counts.map { .symbols("\($0)") }, rows)
  }

  /// w_1 and its gradient before every update: L = ½ h_n², h_k = σ(w_k h_{k−1}), learning rate 1, all other weights fixed.
  private func firstWeight(layers: Int, updates: Int) -> (weights: [Double], gradients: [Double]) {
    var first = 0.3
    var result = (weights: [Double](), gradients: [Double]())
    let tape = Tape()
    for _ in 0...updates {
      tape.rewind()
      let w = tape.variable(Matrix(first))
      let other = tape.constant(Matrix(0.3))
      var h = w.sigmoid
      for _ in 1..<layers { h = (other * h).sigmoid }
      let gradient = tape.gradients(of: 0.5 * (h .* h))[w].scalar
      result.weights.append(first)
      result.gradients.append(gradient)
      first -= gradient
    }
    return result
  }

  private func powersOfAFactor(_ page: Page) {
    page.print()
    page.print(Text("A factor w, k times over:", ko: "인수 w를 k번 곱하면:"))
    let lags = [1, 10, 50, 100]
    page.table(
      [.symbols("w^k")] + lags.map { .symbols("k = \($0)") },
      [0.5, 0.9, 1.0, 1.1, 1.5].map { w in
        [NumberFormat.format(w, decimals: 1)] + lags.map { NumberFormat.format(power(w, $0), significant: 3) }
      })
    for w in [0.9, 1.1] {
      page.number("power-\(w)-100", power(w, 100), significant: 2)
      let tape = Tape()
      let x = tape.variable(Matrix(1))
      let weight = tape.constant(Matrix(w))
      let h = (0..<100).reduce(x) { h, _ in weight * h }
      page.check(
        Text("100 linear steps, w = \(w)", ko: "선형 단계 100개, w = \(w)"), .tape(tape.gradients(of: h)[x]),
        equals: Witness(.symbols("w^100"), Matrix(power(w, 100))))
    }
  }
}
