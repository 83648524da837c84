// 1.7 How far a matrix stretches: singular values, as the image of the unit circle.

import Autodiff
import LaTeX
import Notebook

extension VanishingGradient {
  func stretch(_ page: Page) throws {
    let example = Example.onPaper
    let h = states(example.W, example.b, example.x, start: example.start)
    let step = Matrix.diagonal(h[1].elements.map { 1 - $0 * $0 }) * example.W.h
    drawEllipses(page, example.W.h, step)
    let (wide, narrow) = (example.W.h.singularValues, step.singularValues)
    page.number("longest", wide[0], decimals: 2)
    page.number("shortest", wide[1], decimals: 2)
    page.number("step-longest", narrow[0], decimals: 2)
    var scope = Scope.withSpectra
    // Any vectors and matrices will do.
    var random = Random(seed: page.seed)
    scope.values["A"] = random.normal(3, 3)
    scope.values["C"] = random.normal(3, 3)
    scope.values["v"] = random.normal(3, 1)
    try page.equation("stretch", scope)
    try page.equation("norm-product", scope)
    // The longest of many arrows to the ellipse is its longer half axis.
    let lengths = circle.map { (example.W.h * Matrix(column: [$0.x, $0.y])).norm }
    page.check(
      Text("the ellipse's longer half axis = the largest singular value", ko: "타원의 긴 반축 = 가장 큰 특잇값"),
      Matrix(lengths.max()!), equals: Matrix(wide[0]), tolerance: 1e-3)
    page.check(
      Text("the transpose has the same singular values", ko: "전치 행렬의 특잇값도 같다"),
      Matrix(column: example.W.h.transposed.singularValues), equals: Matrix(column: wide))
  }

  /// Points on the unit circle, all the way round: ((1 − s²)/(1 + s²), 2s/(1 + s²)) is its right half for s from −1 to 1.
  private var circle: [(x: Double, y: Double)] {
    let right = (-45...45).map { place -> (x: Double, y: Double) in
      let s = Double(place) / 45
      return ((1 - s * s) / (1 + s * s), 2 * s / (1 + s * s))
    }
    return right + right.dropFirst().map { (-$0.x, -$0.y) }
  }

  private func drawEllipses(_ page: Page, _ W_h: Matrix, _ step: Matrix) {
    // The ellipse from its farthest point all the way round, and from there to the centre: the longer half axis.
    func image(_ A: Matrix) -> [(x: Double, y: Double)] {
      let points = circle.dropLast().map { point in
        let p = A * Matrix(column: [point.x, point.y])
        return (x: p[0, 0], y: p[1, 0])
      }
      let farthest = points.indices.max {
        points[$0].x * points[$0].x + points[$0].y * points[$0].y
          < points[$1].x * points[$1].x + points[$1].y * points[$1].y
      }!
      return points[farthest...] + points[...farthest] + [(0, 0)]
    }
    // A unit is as long across as it is upwards.
    page.figure(
      "ellipse",
      .lineChart(
        LineChart(
          x: .init("", limits: -1.1...1.1), y: .init("", limits: -1.2...1.2),
          series: [
            .init("‖v‖ = 1", circle, line: .dotted), .init("W_{h} v", image(W_h), line: .solid),
            .init("diag(1 − h_{1}²) W_{h} v", image(step), line: .dashed),
          ])),
      title: "The unit circle, and its images under W_h and under the Jacobian of a step: two ellipses")
  }
}
