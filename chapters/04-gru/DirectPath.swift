// Section 4.6: the direct path through z, and how far the gradient of an untrained network reaches.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

/// How far the gradient of one kind of network reaches.
private struct Curve {
  let label: String
  /// As in the names of numbers.
  let name: String
  /// For each lag the median over seeds of ‖∂L/∂h_{T−k}‖ / ‖∂L/∂h_T‖.
  let reach: [Double]

  var isGated: Bool { name != "tanh" }
}

extension GatedRecurrentUnitChapter {
  func directPath(_ page: Page) throws {
    try page.section("direct-path") {
      let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 6, seed: page.seed)
      let T = example.x.count
      let tape = Tape()
      let run = example.record(on: tape)
      var scope = Scope(tape)
      for t in 1...T {
        scope.values["\\frac{\\partial h_\(t)}{\\partial h_\(t - 1)}"] =
          tape.jacobian(of: run.h[t], withRespectTo: run.h[t - 1])
        scope.values["R_\(t)"] = example.indirect(t, run.h[t - 1].value)
      }
      try page.equation("direct", scope, for: ("t", Array(1...T)))
      try page.equation("rest", scope, for: ("t", Array(1...T)))
      reach(page)
    }
  }

  private func reach(_ page: Page) {
    let seeds = page.seeds(5)
    let gated = [-2.0, 0, 2, 5].map { b in
      Curve(
        label: "b_z = " + NumberFormat.format(b, decimals: 0), name: b < 0 ? "minus-2" : "\(Int(b))",
        reach: medianReach(.gru(), gateBias: b, seeds: seeds))
    }
    let curves = [Curve(label: "tanh", name: "tanh", reach: medianReach(.rnn(.tanh), seeds: seeds))] + gated
    page.print()
    page.print(
      Text(
        "‖∂L/∂h_{T−k}‖ / ‖∂L/∂h_T‖ before training: 16 units, PyTorch's first weights, median of 5 seeds.",
        ko: "학습 전의 ‖∂L/∂h_{T−k}‖ / ‖∂L/∂h_T‖: 유닛 16개, PyTorch의 초깃값, 시드 5개의 중앙값."))
    let lags = [1, 10, 30, 100]
    page.table(
      [.symbols("")] + lags.map { .symbols("k = \($0)") },
      curves.map { curve in
        [curve.label]
          + lags.map { lag in
            lag == 100
              ? page.number("reach-\(curve.name)", curve.reach[lag], significant: 1)
              : NumberFormat.format(curve.reach[lag], significant: 2)
          }
      })
    let farthest = gated.map { $0.reach[100] }
    page.check(
      Text("no cell state, and it vanishes: b_z = 0", ko: "셀 상태가 없는데도 소실된다: b_z = 0"),
      .below(farthest[1], 1e-12), note: .symbols("k = 100"))
    page.check(
      Text("b_z = 5: it reaches 100 steps back", ko: "b_z = 5: 100시점 앞까지 온다"), .above(farthest[3], 0.1),
      note: .symbols("k = 100"))
    page.check(
      Text("the more z keeps, the farther it reaches", ko: "z가 클수록 멀리 온다"),
      zip(farthest.dropFirst(), farthest).map { .greater($0, than: $1) }, note: .symbols("k = 100"))
    page.figure(
      "reach",
      .lineChart(
        LineChart(
          x: .init("k"), y: .init("‖∂L/∂h_{T−k}‖ / ‖∂L/∂h_{T}‖", .logarithmic, limits: 1e-40...10),
          series: curves.map { curve in
            .init(
              Figure.Label(curve.label.replacing("b_z", with: "b_{z}")),
              curve.reach.enumerated().map { (Double($0), $1) }, line: curve.isGated ? .solid : .dashed)
          })),
      title: "The gradient's norm against the lag k: a tanh network, and GRUs with b_z from -2 to 5")
  }
}
