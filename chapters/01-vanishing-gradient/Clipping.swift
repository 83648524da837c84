// 1.10 Clipping: what it does to a gradient that is too long.

import Autodiff
import LaTeX
import Notebook

extension VanishingGradient {
  func clipping(_ page: Page) throws {
    try clipByNorm(page)
    clipByValue(page)
  }

  private func clipByNorm(_ page: Page) throws {
    var random = Random(seed: page.seed)
    let θ = 1.0
    let long = random.normal(6, 1, deviation: 5)
    let short = random.normal(6, 1, deviation: 0.01)
    let cut = clipped(long, to: θ)
    var scope = Scope()
    scope.values["u"] = long
    scope.values["\\hat{u}"] = cut
    scope.values["\\theta"] = Matrix(θ)
    try page.equation("clip", scope)
    // The norm is that of all parameters together: two matrices are scaled by one factor.
    var parts = [long.rows(0..<3), long.rows(3..<6)]
    clip(&parts, toNorm: θ)
    page.check(
      Text("two matrices are clipped as one vector", ko: "두 행렬을 벡터 하나처럼 클리핑한다"), .stack(parts), equals: cut)
    page.check(
      Text("below the threshold nothing is touched", ko: "임계값보다 짧으면 아무것도 바뀌지 않는다"), clipped(short, to: θ),
      hasSameBitsAs: short)
    page.check(
      Text("above it the direction stays", ko: "임계값을 넘어도 방향은 그대로다"), Matrix(cosine(cut, long)), equals: Matrix(1))
  }

  private func clipByValue(_ page: Page) {
    let example = Matrix(column: [10, 0.5, 0.5])
    var byValue = [example]
    clip(&byValue, toValue: 1)
    page.number("cosine", cosine(byValue[0], example), decimals: 3)
    page.entries([
      (.symbols("u"), example), (Text("by norm", ko: "노름 기준"), clipped(example, to: 1)),
      (Text("by value", ko: "성분마다"), byValue[0]),
    ])
    page.check(
      Text("clipping by value changes the direction", ko: "성분마다 자르면 방향이 바뀐다"),
      .below(cosine(byValue[0], example), 0.9, named: "cos"))
  }

  private func cosine(_ a: Matrix, _ b: Matrix) -> Double { (a .* b).total.scalar / (a.norm * b.norm) }
}

/// One gradient, clipped by its norm.
func clipped(_ gradient: Matrix, to threshold: Double) -> Matrix {
  var gradients = [gradient]
  clip(&gradients, toNorm: threshold)
  return gradients[0]
}
