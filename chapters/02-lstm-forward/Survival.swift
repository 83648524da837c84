// 2.12 How long a bit survives: what forget gates leave of a cell's content, and whether its sign can still be read.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

extension LSTMForward {
  /// The forget biases that are compared.
  private var biases: [Double] { [0, 1, 2, 3, 5, 8] }

  private func name(_ bias: Double) -> String { NumberFormat.format(bias, decimals: 0) }

  func survivalOfABit(_ page: Page) throws {
    var random = Random(seed: page.seed)
    let varying = survival(forgetBias: 3, inputBias: -1000, v_f: 1, units: 1, steps: 50, random: &random)
    var scope = Scope()
    scope.values["c_0"] = Matrix(1)
    scope.set("f_#", varying.map(\.f), from: 1)
    scope.set("c_#", varying.map(\.c), from: 1)
    try page.equation("gates-multiply", scope, for: ("k", Array(1...50)))

    let steady = survival(forgetBias: 3, inputBias: -3, units: 1, steps: 50, random: &random)
    var noisy = Scope()
    noisy.values["c_0"] = Matrix(1)
    noisy.values["f"] = Matrix(3).sigmoid
    noisy.set("i_#", steady.map(\.i), from: 1)
    noisy.set("g_#", steady.map(\.g), from: 1)
    noisy.set("c_#", steady.map(\.c), from: 1)
    try page.equation("what-is-in-c", noisy, for: ("k", Array(1...50)))

    let constant = biases.map { survival(forgetBias: $0, inputBias: -1000, units: 1, steps: 2100, random: &random) }
    let halfLives = try halfLives(page, constant)
    page.print()
    printWhatIsLeft(page, constant, halfLives, &random)
    page.print()
    printSigns(page, &random)
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
  private func halfLives(_ page: Page, _ constant: [[LSTMCell<Matrix>.Step]]) throws -> [Double] {
    let halfLives = constant.map { -Matrix(2).log.scalar / $0[0].f.log.scalar }
    var lives = Scope()
    lives.set("b_#", biases.map { Matrix($0) })
    lives.set("f_#", constant.map { $0[0].f })
    lives.set("\\kappa_#", halfLives.map { Matrix($0) })
    try page.equation("half-life", lives, for: ("n", Array(0...5)))
    try page.equation("half-life-of-bias", lives, for: ("n", Array(1...5)))
    page.check(
      Text("in the run c_k is halved at the first k ≥ κ", ko: "실행에서 c_k는 κ 이상의 첫 k에서 절반이 된다"),
      zip(constant, halfLives).map { steps, κ in
        .equal(1 + steps.firstIndex { $0.c.scalar <= 0.5 * (1 + 1e-12) }!, Int((κ - 1e-9).rounded(.up)))
      }, note: .symbols("k = ⌈κ⌉"))
    return halfLives
  }

  private func printWhatIsLeft(
    _ page: Page, _ constant: [[LSTMCell<Matrix>.Step]], _ halfLives: [Double], _ random: inout Random
  ) {
    page.print(
      Text(
        "What is left of c_0 = 1 where nothing is written; in the last column f_t varies, the median of 201 units:",
        ko: "아무것도 쓰지 않을 때 c_0 = 1에서 남는 것. 마지막 열은 f_t가 변할 때로, 유닛 201개의 중앙값:"))
    let varied = biases.map { bias in
      median(
        survival(forgetBias: bias, inputBias: -1000, v_f: 1, units: 201, steps: 100, random: &random)[99].c.elements)
    }
    page.table(
      [
        .symbols("b_f"), .symbols("f"), .symbols("κ"), .symbols("c_{10}"), .symbols("c_{100}"), .symbols("c_{1000}"),
        Text("c_{100}, f_t varies", ko: "c_{100}, 변하는 f_t"),
      ],
      biases.indices.map { n in
        let name = name(biases[n])
        return [
          name, page.number("gate-\(name)", constant[n][0].f.scalar, decimals: 4),
          page.number("half-life-\(name)", halfLives[n], significant: 3),
        ]
          + [10, 100, 1000].map { k in
            page.number("left-\(name)-\(k)", constant[n][k - 1].c.scalar, significant: 2)
          } + [page.number("varied-\(name)", varied[n], significant: 2)]
      })
    page.check(
      Text("gates that vary keep less than the same bias alone", ko: "변하는 게이트는 같은 편향만 있을 때보다 덜 남긴다"),
      .below(zip(varied, constant).map { $0 / $1[99].c.scalar }.max()!, 1), note: Text("largest ratio", ko: "가장 큰 비"))
  }

  private func printSigns(_ page: Page, _ random: inout Random) {
    page.print(
      Text(
        "Sign of c_k still that of c_0, in % of 1,000 units, where the input gate lets noise in (b_i = −3):",
        ko: "입력 게이트로 잡음이 들어올 때(b_i = −3) c_k의 부호가 c_0과 같은 유닛, 1,000개 가운데 %:"))
    let lags = [1, 10, 30, 100, 300]
    let shares = biases.map { bias in
      let run = survival(forgetBias: bias, inputBias: -3, units: 1000, steps: 300, random: &random)
      return lags.map { k in Double(run[k - 1].c.elements.count { $0 > 0 }) / 10 }
    }
    page.table(
      [.symbols("b_f")] + lags.map { .symbols("k = \($0)") },
      zip(biases, shares).map { bias, shares in
        [name(bias)]
          + zip(lags, shares).map { page.number("sign-\(name(bias))-\($0)", $1, decimals: 1) }
      })
    page.check(
      Text("with b_f = 1 the sign is a guess after 100 steps", ko: "b_f = 1이면 100시점 뒤의 부호는 찍기와 같다"),
      .below(abs(shares[1][3] - 50), 6, named: "|Δ| %"))
    page.check(
      Text("with b_f = 8 it is nearly always right", ko: "b_f = 8이면 거의 언제나 맞다"), .above(shares[5][3], 99, named: "%"))
  }
}

// begin: survival
/// Steps of units that do not read h_{t−1}, from c_0 = 1. The input of each unit is a standard normal number: v_f times it is
/// added to b_f in the forget gate, and the candidate is its tanh.
func survival(
  forgetBias: Double, inputBias: Double, v_f: Double = 0, units: Int, steps: Int, random: inout Random
) -> [LSTMCell<Matrix>.Step] {
  let (zero, one) = (Matrix(0), Matrix(1))
  let cell = LSTMCell(
    W: (xf: Matrix(v_f), xi: zero, xg: one, xo: zero, hf: zero, hi: zero, hg: zero, ho: zero),
    b: (f: Matrix(forgetBias), i: Matrix(inputBias), g: nil, o: nil))
  var c = Matrix(rows: 1, columns: units, repeating: 1)
  let h = Matrix(rows: 1, columns: units)
  return (0..<steps).map { _ in
    let step = cell.step(random.normal(1, units), h, c)
    c = step.c
    return step
  }
}
// end: survival
