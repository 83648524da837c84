// Section 3.11: how much gradient comes back over 100 steps, before training.

import Autodiff
import Experiments
import Notebook

extension Design {
  /// As in the names of numbers: RNN, 0, 1, 3, 5.
  var id: String {
    switch self {
    case .rnn: "RNN"
    case .lstm(let bias): "\(bias)"
    }
  }
}

extension LSTMBackprop {
  static let labels: (state: Figure.Label, cell: Figure.Label) = (
    "‖∂L/∂h_{T−k}‖ / ‖∂L/∂h_{T}‖", "‖∂L/∂c_{T−k}‖ / ‖∂L/∂h_{T}‖"
  )

  func lags(_ page: Page) {
    page.section("lags") {
      let found = Dictionary(
        uniqueKeysWithValues: Design.all.map { design in
          (design, page.seeds(5).map { Candidate(design, seed: $0).lags })
        })
      normsTable(page, found, "before")
      checkNorms(page, found)
      checkDifferences(page)
      drawLags(
        page, found, "state-before", \.h, Self.labels.state, title: "The hidden state's gradient against the lag")
      drawLags(page, found, "cell-before", \.c, Self.labels.cell, title: "The cell state's gradient against the lag")
    }
  }

  private func checkNorms(_ page: Page, _ found: [Design: [Lags]]) {
    page.check(
      Text("b_f = 0: the LSTM's gradient vanishes too", ko: "b_f = 0이면 LSTM의 기울기도 소실된다"),
      .below(found[.lstm(forgetBias: 0)]!.map { $0.c[distance] }.max()!, 1e-15),
      note: Text("over 100 steps, every seed", ko: "100시점, 모든 시드"))
    let c = [0, 1, 3, 5].map { median(found[.lstm(forgetBias: $0)]!.map(\.c))[distance] }
    page.check(
      Text(
        "b_f = 1: more comes back than with 0; b_f = 3 and 5: more than with 1",
        ko: "b_f = 1이면 0일 때보다, 3과 5면 1일 때보다 많이 돌아온다"),
      .greater(c[1], than: c[0]), .greater(c[2], than: c[1]), .greater(c[3], than: c[1]),
      note: Text("medians at lag 100", ko: "지연 100의 중앙값"))
  }

  /// A point of a curve of each kind against central differences.
  private func checkDifferences(_ page: Page) {
    for design in [Design.rnn, .lstm(forgetBias: 1)] {
      var random = Random(seed: page.seed)
      let network = Reader(design, random: &random).network
      let x = Reader.task(lag: 30).draw(1, &random).x
      let upstream = random.normal(Reader.hidden, 1)
      let lags = Lags(network, x, upstream: upstream, through: 20)
      let expected = Lags.differences(network, x, upstream: upstream, lag: 20)
      let mine = [lags.hNorms[20]] + lags.cNorms.suffix(1)
      page.check(
        Text(
          "lag 20, \(design.name): the curves' norms = finite differences",
          ko: "지연 20, \(design.name): 곡선의 노름 = 유한 차분"),
        Matrix(column: zip(mine, expected).map { $0 / $1 }), equals: Matrix(column: expected.map { _ in 1 }),
        tolerance: 1e-5)
    }
  }

  /// The medians at a lag of 100, with their ranges.
  func normsTable(_ page: Page, _ found: [Design: [Lags]], _ name: String) {
    page.table(
      [.symbols(""), .symbols("h"), .symbols(""), .symbols("c"), .symbols("")],
      Design.all.map { design in
        let lags = found[design]!
        func cells(_ letter: String, _ curves: [[Double]]) -> [String] {
          let sorted = curves.filter { !$0.isEmpty }.map { $0[distance] }.sorted()
          guard let least = sorted.first, let most = sorted.last else { return ["", ""] }
          let id = "\(name)-\(letter)-\(design.id)"
          return [
            page.number(id, median(sorted), significant: 1),
            "(\(page.number(id + "-lowest", least, significant: 1)) … \(page.number(id + "-highest", most, significant: 1)))",
          ]
        }
        return [design.name] + cells("h", lags.map(\.h)) + cells("c", lags.map(\.c))
      })
  }

  /// The median norms against the lag, for each design.
  func drawLags(
    _ page: Page, _ found: [Design: [Lags]], _ name: String, _ curve: KeyPath<Lags, [Double]>, _ label: Figure.Label,
    title: String
  ) {
    page.figure(
      name,
      .lineChart(
        LineChart(
          x: .init("k"), y: .init(label, .logarithmic, limits: 1e-30...1e3),
          series: Design.all.map { design in
            let curves = found[design]!.map { $0[keyPath: curve] }
            // An empty series keeps its place, so that a design has one colour in all figures.
            if curves[0].isEmpty { return .init("", []) }
            return .init("\(design.name)", median(curves).enumerated().map { (Double($0), $1) })
          })),
      title: title)
  }
}
