// 0.10 What a step costs: numbers that count the multiplications behind them, and the networks that they count.

import Autodiff
import LaTeX
import Notebook
import Recurrent

/// A number that knows how many multiplications (each with its addition) the matrix products behind it took: the same
/// code that computes, records and derives also says what it costs.
struct Cost: RecurrentAlgebra {
  let value: Matrix
  var multiplyAdds = 0

  static func apply(_ operation: Operation, _ inputs: [Cost]) -> Cost {
    let own = operation == .matrixProduct ? inputs[0].value.rows * inputs[0].value.columns * inputs[1].value.columns : 0
    return Cost(
      value: Matrix.apply(operation, inputs.map(\.value)), multiplyAdds: inputs.reduce(own) { $0 + $1.multiplyAdds })
  }

  static func pullback(
    of fused: FusedOperation, _ δ: Cost, inputs: [Cost], output: Cost, saved: [Matrix]
  ) -> [Cost?] {
    fatalError("a cost has no gradient")
  }

  var knownRows: Int? { value.rows }
  var knownColumns: Int? { value.columns }
  func zeros(rowsOf other: Cost) -> Cost { Cost(value: value.zeros(rowsOf: other.value)) }
}

extension Cost {
  fileprivate static func zeros(_ rows: Int, _ columns: Int) -> Cost {
    Cost(value: Matrix(rows: rows, columns: columns))
  }
}

extension SequenceModels {
  /// How many parameters a network has, and how many multiply-adds one step of it takes.
  private typealias Count = (parameters: Int, cost: Int)

  /// d kinds of symbols, n units, a window of the order.
  private var sizes: (d: Int, n: Int, order: Int) { (2, 8, 4) }

  func cost(_ page: Page) throws {
    let (d, n, order) = sizes
    var random = Random(seed: page.seed)
    let weights = firstWeights(inputs: d, units: n, classes: d, &random)
    let model = Model(weights.map { Cost(value: $0) })
    // One step from a state that is there already.
    let step = model.scores(unroll(model.cell, [.zeros(d, 1)], from: .zeros(n, 1))[0])
    let recurrent: Count = (weights.reduce(0) { $0 + $1.count }, step.multiplyAdds)
    try compareCosts(page, recurrent)
    page.number("naive-cost-1000", Double(window(999).cost), decimals: 0)
    page.number("rnn-cost", Double(recurrent.cost), decimals: 0)
    page.number("rnn-parameters", Double(recurrent.parameters), decimals: 0)
    // All steps of the naive model up to t = 1000, and of the recurrent network.
    let naiveTotal = (2...1000).reduce(0) { $0 + window($1 - 1).cost }
    page.number("naive-total-1000", Double(naiveTotal), decimals: 0)
    page.number("rnn-total-1000", Double(999 * recurrent.cost), decimals: 0)
    let sequence = unroll(model.cell, (0..<999).map { _ in .zeros(d, 1) }, from: .zeros(n, 1))
    page.check(
      Text("the loop over 999 steps costs 999 times one step", ko: "999시점을 도는 비용은 한 시점의 999배다"),
      .equal(sequence.last!.multiplyAdds + 999 * d * n, 999 * recurrent.cost))
    page.check(
      Text(
        "up to t = 1000 the naive model costs more than 50 times the RNN",
        ko: "t = 1000까지 소박한 모델의 비용은 RNN의 50배가 넘는다"),
      .above(Double(naiveTotal) / Double(999 * recurrent.cost), 50))
    // Numbers for which every weight matters, from a state that is not 0.
    let (x, h) = (random.normal(d, 1), random.normal(n, 1))
    let plain = Model(weights)
    let counted = model.scores(unroll(model.cell, [Cost(value: x)], from: Cost(value: h))[0])
    page.check(
      Text("counting changes nothing: the same scores as with plain matrices", ko: "세면서 계산해도 점수는 행렬만으로 계산한 것과 같다"),
      counted.value, hasSameBitsAs: plain.scores(unroll(plain.cell, [x], from: h)[0]))
    drawCosts(page, recurrent, window: order)
  }

  /// The network of a window of this length.
  private func window(_ length: Int) -> Count {
    let (d, n, _) = sizes
    let p: [Cost] = [.zeros(n, d * length), .zeros(n, 1), .zeros(d, n), .zeros(d, 1)]
    let scores = windowScores(p[0], p[1], p[2], p[3], (0..<length).map { _ in .zeros(d, 1) })
    return (p.reduce(0) { $0 + $1.value.count }, scores.multiplyAdds)
  }

  private func compareCosts(_ page: Page, _ recurrent: Count) throws {
    let (d, n, order) = sizes
    let ts = [2, 5, 6, 10, 100, 1000]
    var scope = Scope()
    scope.integers = ["d": d, "n": n, "\\tau": order]
    func set(_ index: String, _ family: String, _ count: Count) {
      scope.values["C\(index)^{\\text{\(family)}}"] = Matrix(Double(count.cost))
      scope.values["w\(index)^{\\text{\(family)}}"] = Matrix(Double(count.parameters))
    }
    for t in ts { set(t > 9 ? "_{\(t)}" : "_\(t)", "naive", window(t - 1)) }
    set("", "AR", window(order))
    set("", "RNN", recurrent)
    try page.equation("multiply-adds", scope, for: ("t", ts))
    try page.equation("weights", scope, for: ("t", ts))
  }

  private func drawCosts(_ page: Page, _ recurrent: Count, window order: Int) {
    let points = [2, 3, 4, 5, 6, 8, 12, 20, 50, 100, 200, 500, 1000]
    func series(_ name: Figure.Label, _ cost: (Int) -> Int) -> LineChart.Series {
      .init(name, points.map { (x: Double($0), y: Double(cost($0))) }, hasMarkers: false)
    }
    page.figure(
      "cost",
      .lineChart(
        LineChart(
          x: .init("t", .logarithmic), y: .init("×, +", .logarithmic, limits: 10...100_000),
          series: [
            series("τ = t − 1") { window($0 - 1).cost }, series("τ = 4") { window(min(order, $0 - 1)).cost },
            series("RNN") { _ in recurrent.cost },
          ])),
      title: "Multiply-adds of one step against t: growing for the naive network, constant for the others")
  }
}
