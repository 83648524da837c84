// 2.12 Half-life: what forget gates leave of a cell's content.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension LSTMForward {
  /// The forget biases that are compared.
  var biases: [Double] { [0, 1, 2, 3, 5, 8] }

  func name(_ bias: Double) -> String { NumberFormat.format(bias, decimals: 0) }

  func halfLife(_ page: Page) throws {
    var random = Random(seed: page.seed)
    let varying = Fading(forgetBias: 3, varies: true).run(units: 1, steps: 50, random: &random)
    var scope = Scope()
    scope.values["c_0"] = Matrix(1)
    scope.set("f_#", varying.map(\.f), from: 1)
    scope.set("c_#", varying.map(\.c), from: 1)
    try page.equation("gates-multiply", scope, for: ("k", Array(1...50)))

    let leaking = Fading(forgetBias: 3, inputBias: -3).run(units: 1, steps: 50, random: &random)
    var noisy = Scope()
    noisy.values["c_0"] = Matrix(1)
    noisy.values["f"] = Matrix(3).sigmoid
    noisy.set("i_#", leaking.map(\.i), from: 1)
    noisy.set("g_#", leaking.map(\.g), from: 1)
    noisy.set("c_#", leaking.map(\.c), from: 1)
    try page.equation("what-is-in-c", noisy, for: ("k", Array(1...50)))

    var example = Scope()
    example["\\kappa"] = Matrix(-Matrix(2).log.scalar / Matrix(0.99).log.scalar)
    try page.equation("half-life-example", example)

    let constant = biases.map { Fading(forgetBias: $0).run(units: 1, steps: 2100, random: &random) }
    try table(page, constant)
    page.figure(
      "survival",
      .lineChart(
        LineChart(
          x: .init("k"), y: .init("c_{k}/c_{0}", .logarithmic, limits: 1e-6...1),
          series: zip(biases, constant).map { bias, steps in
            .init("b_{f} = \(name(bias))", values: [1] + steps.prefix(100).map(\.c.scalar))
          })),
      title: "What is left of c_0 after k steps, for forget biases from 0 to 8")
  }

  /// The number of steps after which constant gates halve the content, one for each bias: κ = −log 2 / log f.
  private func table(_ page: Page, _ constant: [[LSTMCell<Matrix>.Step]]) throws {
    let halfLives = constant.map { -Matrix(2).log.scalar / $0[0].f.log.scalar }
    var lives = Scope()
    lives.set("b_#", biases.map { Matrix($0) })
    lives.set("f_#", constant.map { $0[0].f })
    lives.set("\\kappa_#", halfLives.map { Matrix($0) })
    try page.equation("half-life", lives, for: ("j", Array(0...5)))
    try page.equation("half-life-of-bias", lives, for: ("j", Array(1...5)))
    page.check(
      Text("in the run c_k is halved at the first k ≥ κ", ko: "실행에서 c_k는 κ 이상의 첫 k에서 절반이 된다"),
      zip(constant, halfLives).map { steps, κ in
        .equal(1 + steps.firstIndex { $0.c.scalar <= 0.5 * (1 + 1e-12) }!, Int((κ - 1e-9).rounded(.up)))
      }, note: .symbols("k = ⌈κ⌉"))
    page.table(
      [.symbols("b_f"), .symbols("f"), .symbols("κ"), .symbols("c_{10}"), .symbols("c_{100}"), .symbols("c_{1000}")],
      biases.indices.map { j in
        let name = name(biases[j])
        return [
          name, page.number("gate-\(name)", constant[j][0].f.scalar, decimals: 4),
          page.number("half-life-\(name)", halfLives[j], significant: 3),
        ]
          + [10, 100, 1000].map { k in
            page.number("left-\(name)-\(k)", constant[j][k - 1].c.scalar, significant: 2)
          }
      })
    page.check(
      Text("b_f = 5 is not enough for 1,000 steps", ko: "1,000시점에는 b_f = 5로 모자란다"),
      .below(constant[4][999].c.scalar, 0.01, named: "c_{1000} / c_0"))
  }
}

/// Units that do not read h_{t−1} and begin with c_0 = 1. Each reads standard normal numbers: they are added to b_f where the
/// forget gate varies, and the candidate is their tanh.
struct Fading {
  var forgetBias: Double
  /// With −1000, nothing is written.
  var inputBias = -1000.0
  var varies = false

  func run(units: Int, steps: Int, random: inout Random) -> [LSTMCell<Matrix>.Step] {
    let (zero, one) = (Matrix(0), Matrix(1))
    let cell = LSTMCell(
      W: (xf: varies ? one : zero, xi: zero, xg: one, xo: zero, hf: zero, hi: zero, hg: zero, ho: zero),
      b: (f: Matrix(forgetBias), i: Matrix(inputBias), g: nil, o: nil))
    var c = Matrix(rows: 1, columns: units, repeating: 1)
    let h = Matrix(rows: 1, columns: units)
    return (0..<steps).map { _ in
      let step = cell.step(random.normal(1, units), h, c)
      c = step.c
      return step
    }
  }
}
