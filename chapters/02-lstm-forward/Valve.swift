// 2.4 A gate is a valve: σ and tanh, their ranges, and in a box their slopes.

import Autodiff
import LaTeX
import Notebook

extension LSTMForward {
  func valve(_ page: Page) throws {
    let tape = Tape()
    let numbers = (0...80).map { Double($0 - 40) / 8 }
    let points = numbers.map { tape.variable(Matrix($0)) }
    let (f, g) = (points.map(\.sigmoid), points.map(\.tanh))
    func slopes(_ y: [Variable]) -> [Matrix] {
      zip(y, points).map { tape.jacobian(of: $0, withRespectTo: $1) }
    }
    let (fSlopes, gSlopes) = (slopes(f), slopes(g))
    var scope = Scope()
    scope.set("a_#", points.map(\.value))
    scope.set("f_#", f.map(\.value))
    scope.set("g_#", g.map(\.value))
    scope.set("\\frac{\\partial f_#}{\\partial a_#}", fSlopes)
    scope.set("\\frac{\\partial g_#}{\\partial a_#}", gSlopes)
    for name in ["sigmoid", "tanh", "ranges", "sigmoid-slope", "tanh-slope"] {
      try page.equation(name, scope, for: ("j", Array(0...80)), tolerance: 1e-10)
    }
    page.check(
      Text("both slopes", ko: "두 미분값"),
      gradients: GradientCheck([Matrix(column: numbers)], names: ["a"]) { Variable.stack([$0[0].sigmoid, $0[0].tanh]) })

    func chart(_ name: String, _ limits: ClosedRange<Double>, _ curves: [(Figure.Label, [Matrix])], title: String) {
      let series = curves.map { label, y in
        LineChart.Series(label, zip(numbers, y).map { ($0, $1.scalar) })
      }
      page.figure(
        name, .lineChart(LineChart(x: .init("a"), y: .init("", limits: limits), series: series)), title: title)
    }
    chart("activations", -1...1, [("σ(a)", f.map(\.value)), ("tanh(a)", g.map(\.value))], title: "σ and tanh")
    chart("slopes", 0...1, [("σ′(a)", fSlopes), ("tanh′(a)", gSlopes)], title: "The slopes of σ and tanh")
  }
}
