// 1.5 A deep chain is a product: a chain of sigmoid units, its gradient, and how far its first weight moves.

import Autodiff
import LaTeX
import Notebook

extension VanishingGradient {
  func chainRule(_ page: Page) throws {
    let links = 5
    let tape = Tape()
    let w = (1...links).map { tape.variable(Matrix(0.3)).named("w_\($0)") }
    var h = [tape.variable(Matrix(1)).named("h_0")]
    for l in 1...links { h.append((w[l - 1] * h[l - 1]).sigmoid.named("h_\(l)")) }
    let loss = (0.5 * (h[links] .* h[links])).named("L")
    drawChain(page, links: links, loss: loss)
    let gradients = tape.gradients(of: loss)
    var scope = Scope(tape, gradients: gradients)
    scope.setJacobians(of: h)
    scope.values["\\frac{\\partial h_1}{\\partial w_1}"] = tape.jacobian(of: h[1], withRespectTo: w[0])
    try page.equation("chain-step", scope, for: ("l", Array(1...links)), tape: [h[1].formula])
    try page.equation("chain-factor", scope, for: ("l", Array(1...links)))
    try page.equation("chain-product", scope)
    try sigmoidSlope(page)
    page.check(
      gradients: GradientCheck(w.map(\.value), names: w.compactMap(\.name)) { w in
        var h = w[0].tape.constant(Matrix(1))
        for weight in w { h = (weight * h).sigmoid }
        return 0.5 * (h .* h)
      })
    learnFirstWeight(page, links: links, gradient: gradients[w[0]])
    try powersOfAFactor(page)
  }

  /// h = σ(a) has a slope of at most 1/4, at 81 places.
  private func sigmoidSlope(_ page: Page) throws {
    let tape = Tape()
    var scope = Scope()
    let points = (0...80).map { tape.variable(Matrix(Double($0 - 40) / 4)) }
    let values = points.map(\.sigmoid)
    scope.set("a_#", points.map(\.value))
    scope.set("h_#", values.map(\.value))
    for l in 0...80 {
      let name = Scope.indexed("\\frac{\\partial h_#}{\\partial a_#}", l)
      scope.values[name] = tape.jacobian(of: values[l], withRespectTo: points[l])
    }
    try page.equation("sigmoid-slope", scope, for: ("l", Array(0...80)))
  }

  /// Chains of two lengths whose first weight alone learns. `gradient` is ∂L/∂w_1 of the chain with `links` links.
  private func learnFirstWeight(_ page: Page, links: Int, gradient: Matrix) {
    for links in [2, 10] {
      let path = firstWeight(links: links, updates: 1000)
      page.number("chain-\(links)-gradient", path.gradients[0], significant: 2)
      for updates in [1, 1000] {
        page.number("chain-\(links)-after-\(updates)", path.weights[updates], decimals: 4)
      }
    }
    page.check(
      "∂L/∂w_1",
      Witness(
        Text("a training's first gradient", ko: "학습의 첫 기울기"), Matrix(firstWeight(links: links, updates: 0).gradients[0])
      ),
      equals: .tape(gradient))
  }

  /// w_1 and its gradient before every update: L = ½ h², h_l = σ(w_l h_{l−1}), learning rate 1, all other weights fixed.
  private func firstWeight(links: Int, updates: Int) -> (weights: [Double], gradients: [Double]) {
    var first = 0.3
    var result = (weights: [Double](), gradients: [Double]())
    let tape = Tape()
    for _ in 0...updates {
      tape.rewind()
      let w = tape.variable(Matrix(first))
      let other = tape.constant(Matrix(0.3))
      var h = w.sigmoid
      for _ in 1..<links { h = (other * h).sigmoid }
      let gradient = tape.gradients(of: 0.5 * (h .* h))[w].scalar
      result.weights.append(first)
      result.gradients.append(gradient)
      first -= gradient
    }
    return result
  }

  private func powersOfAFactor(_ page: Page) throws {
    try page.equation("powers-of-a-number", Scope())
    for w in [0.9, 1.1] {
      let tape = Tape()
      let x = tape.variable(Matrix(1))
      let weight = tape.constant(Matrix(w))
      let h = (0..<100).reduce(x) { h, _ in weight * h }
      page.check(
        Text("100 linear links, w = \(w)", ko: "선형 고리 100개, w = \(w)"), .tape(tape.gradients(of: h)[x]),
        equals: Witness(.symbols("w^100"), Matrix(power(w, 100))))
    }
  }
}
