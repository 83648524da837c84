// 2.1 A valve: σ, tanh and their slopes, and a gate that learns to open.

import Autodiff
import LaTeX
import Notebook

extension LSTMForward {
  func valve(_ page: Page) throws {
    let tape = Tape()
    let numbers = (0...80).map { Double($0 - 40) / 8 }
    let points = numbers.map { tape.variable(Matrix($0)) }
    let (s, τ) = (points.map(\.sigmoid), points.map(\.tanh))
    func slopes(_ y: [Variable]) -> [Matrix] {
      zip(y, points).map { tape.jacobian(of: $0, withRespectTo: $1) }
    }
    let (sSlopes, τSlopes) = (slopes(s), slopes(τ))
    var scope = Scope()
    scope.set("x_#", points.map(\.value))
    scope.set("s_#", s.map(\.value))
    scope.set("\\tau_#", τ.map(\.value))
    scope.set("\\frac{\\partial s_#}{\\partial x_#}", sSlopes)
    scope.set("\\frac{\\partial \\tau_#}{\\partial x_#}", τSlopes)
    let all = Array(0...80)
    try page.equation("sigmoid", scope, for: ("k", all), tolerance: 1e-10)
    try page.equation("tanh", scope, for: ("k", all), tolerance: 1e-10)
    try page.equation("ranges", scope, for: ("k", all))
    try page.equation("slopes", scope, for: ("k", all), tolerance: 1e-10)
    page.check(
      Text("both slopes", ko: "두 미분값"),
      gradients: GradientCheck([Matrix(column: numbers)], names: ["x"]) { Variable.stack([$0[0].sigmoid, $0[0].tanh]) })

    page.print()
    try page.equation("tanh-without-minus", scope, for: ("k", all.filter { $0 != 40 }))
    try page.equation("tanh-reversed", scope, for: ("k", all), tolerance: 1e-10)
    let one = Matrix(1)
    let reversed = 1 - 2.0 * (2.0 * one).sigmoid
    page.number("tanh-1", one.tanh.scalar, decimals: 4)
    page.number("tanh-1-reversed", reversed.scalar, decimals: 4)
    oneGate(page)

    func curve(_ name: Figure.Label, _ y: [Matrix]) -> LineChart.Series {
      .init(name, zip(numbers, y).map { ($0, $1.scalar) })
    }
    page.figure(
      "activations",
      .lineChart(
        LineChart(
          x: .init("x"), y: .init("", limits: -1...1),
          series: [
            curve("σ(x)", s.map(\.value)), curve("tanh(x)", τ.map(\.value)), curve("σ′(x)", sSlopes),
            curve("tanh′(x)", τSlopes),
          ])),
      title: "σ, tanh and their slopes")
  }

  private func oneGate(_ page: Page) {
    page.print()
    page.print(
      Text(
        "A gate σ(w m + b) learns to let a value through where m = 1, and not where m = 0. By updates:",
        ko: "게이트 σ(w m + b)가 m = 1이면 값을 통과시키고 m = 0이면 막는 것을 배운다. 갱신 횟수별 값:"))
    let path = learnToOpen(updates: 10_000, learningRate: 1)
    page.table(
      [Text("updates", ko: "갱신"), Text("gate at m = 0", ko: "m = 0일 때"), Text("gate at m = 1", ko: "m = 1일 때")],
      [0, 1, 10, 100, 1000, 10_000].map { updates in
        [
          "\(updates)", page.number("closed-\(updates)", path[updates].closed, decimals: 3),
          page.number("open-\(updates)", path[updates].open, decimals: 3),
        ]
      })
    page.check(
      Text("it begins half open", ko: "처음에는 반쯤 열려 있다"), Matrix(column: [path[0].closed, path[0].open]),
      hasSameBitsAs: Matrix(column: [0.5, 0.5]))
    page.check(
      Text("every update opens it further at m = 1", ko: "갱신할 때마다 m = 1에서 더 열린다"),
      .above(zip(path, path.dropFirst()).map { $1.open - $0.open }.min()!, 0, named: "min Δ"),
      .above(path[10_000].open, 0.98))
    page.check(
      Text("and in the end it is nearly shut at m = 0", ko: "끝에는 m = 0에서 거의 닫힌다"), .below(path[10_000].closed, 0.02))
    page.check(
      Text("its loss falls with every update", ko: "손실은 갱신할 때마다 준다"),
      .above(zip(path, path.dropFirst()).map { $0.loss - $1.loss }.min()!, 0, named: "min Δ"))
    page.check(
      Text(
        "from 10 updates on, ten times as many make it less than a fifth", ko: "갱신 10번부터는 횟수가 열 배가 될 때마다 다섯에 하나도 남지 않는다"
      ),
      [100, 1000, 10_000].map { .above(path[$0 / 10].loss / path[$0].loss, 5) })
    page.figure(
      "one-gate-loss",
      .lineChart(
        LineChart(
          x: .init("#", .logarithmic), y: .init("L", .logarithmic),
          series: [
            .init("", (1...10_000).filter { $0 < 100 || $0 % 100 == 0 }.map { (Double($0), path[$0].loss) })
          ])),
      title: "Loss of one gate against the number # of updates")
  }
}

// begin: one-gate
/// Trains a gate σ(w m + b) by gradient descent from w = b = 0: it must let a value of ±1 pass where m = 1 and stop it where
/// m = 0. Returns the gate for m = 0 and for m = 1, and the loss, before each update.
func learnToOpen(updates: Int, learningRate: Double) -> [(closed: Double, open: Double, loss: Double)] {
  let m = Matrix([[0, 0, 1, 1]])
  let value = Matrix([[-1, 1, -1, 1]])
  var parameters = [Matrix(0), Matrix(0)]
  var optimizer = SGD(learningRate: learningRate)
  let tape = Tape()
  return (0...updates).map { _ in
    tape.rewind()
    let (w, b) = (tape.variable(parameters[0]), tape.variable(parameters[1]))
    let gate = (w * tape.constant(m) + b).sigmoid
    let error = gate .* tape.constant(value) - tape.constant(m .* value)
    let loss = (error .* error).mean
    let gradients = tape.gradients(of: loss)
    optimizer.step(&parameters, gradients: [gradients[w], gradients[b]])
    return (gate.value[0, 0], gate.value[0, 3], loss.value.scalar)
  }
}
// end: one-gate
