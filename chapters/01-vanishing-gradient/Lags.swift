// 1.12 How the gradient goes with the lag: norms of Jacobians for recurrent weights of several sizes.

import Autodiff
import Experiments
import Notebook

/// A random network of 16 units whose W_h has spectral radius 1, and 60 steps of weak random inputs for it.
struct LagNetwork {
  let unit, W_x, b: Matrix
  let inputs: [Matrix]

  init(seed: UInt64) {
    let units = 16
    var random = Random(seed: seed)
    let G = random.normal(units, units)
    unit = (1 / G.spectralRadius) * G
    W_x = random.normal(units, 4, deviation: 0.1)
    b = Matrix(rows: units, columns: 1)
    inputs = (0..<60).map { _ in random.normal(4, 1) }
  }

  /// ‖∂h_T/∂h_{T−k}‖₂ for k = 0 … 60, with W_h = `scale` · unit and the inputs times `strength`.
  func norms(_ design: Design = Design(), scale: Double, strength: Double = 1) -> [Double] {
    jacobianNorms(design, (strength * W_x, scale * unit), b, inputs: inputs)
  }
}

extension VanishingGradient {
  func lags(_ page: Page) {
    let networks = page.seeds(5).map { LagNetwork(seed: $0) }
    let network = networks[0]
    let silence = network.inputs.map { 0 * $0 }
    drawWayBack(
      page,
      [
        ("0.5", "ρ = 0.5", 0.5 * network.unit, network.inputs), ("1.0", "ρ = 1.0", network.unit, network.inputs),
        ("1.5", "ρ = 1.5, x = 0", 1.5 * network.unit, silence),
      ], W_x: network.W_x)
    compareRadii(page, networks)
    let saturated = networks.map { $0.norms(scale: 1.5, strength: 30)[50] }
    page.number("saturated-norm", (1.5 * network.unit).spectralNorm, significant: 3)
    page.number("saturated-50", saturated.max()!, significant: 1)
    page.check(
      Text(
        "‖W_h‖ > 1 and ρ = 1.5, and yet it vanishes, every seed: strong inputs saturate tanh",
        ko: "‖W_h‖ > 1이고 ρ = 1.5인데도 모든 시드에서 소실된다: 입력이 세면 tanh가 포화한다"),
      .above(networks.map { (1.5 * $0.unit).spectralNorm }.min()!, 1, named: "‖W_h‖"),
      .below(saturated.max()!, 1e-6, named: "‖∂h_T/∂h_{T−50}‖"))
  }

  private func compareRadii(_ page: Page, _ networks: [LagNetwork]) {
    func short(_ x: Double) -> String { NumberFormat.format(x, significant: 2) }
    let T = networks[0].inputs.count
    var (curves, bounds): ([LineChart.Series], [LineChart.Series]) = ([], [])
    var rows: [[String]] = []
    for (radius, strength) in [(0.5, 1.0), (0.8, 1), (1.0, 1), (1.2, 1), (1.5, 1), (1.5, 0)] {
      let name = NumberFormat.format(radius, decimals: 1) + (strength == 0 ? ", x = 0" : "")
      let all = networks.map { $0.norms(scale: radius, strength: strength) }
      let bound = (radius * networks[0].unit).spectralNorm
      curves.append(.init(Figure.Label("ρ = \(name)"), values: all[0]))
      if radius < 1 {
        let powers = (0...T).map { power(bound, $0) }
        bounds.append(.init("‖W_{h}‖_{2}^{k}, ρ = \(name)", values: powers, line: .dotted))
      }
      let key = "norm-50-\(radius)\(strength == 0 ? "-silent" : "")"
      let last = all.map { $0[50] }
      rows.append([
        name, NumberFormat.format(bound, decimals: 2), short(all[0][10]),
        page.number(key, last[0], significant: 2), page.number("\(key)-lowest", last.min()!, significant: 2),
        page.number("\(key)-highest", last.max()!, significant: 2),
      ])
      let shares = zip(networks, all).flatMap { network, norms in
        (2...T).map { norms[$0] / power((radius * network.unit).spectralNorm, $0) }
      }
      page.check(
        Text("every lag is within the bound, every seed, ρ = \(name)", ko: "모든 시드, 모든 지연에서 상한 이하, ρ = \(name)"),
        .below(shares.max()!, 1, named: "max ‖∂h_T/∂h_{T−k}‖/‖W_h‖^k"),
        .above(all.joined().min()!, 0, named: "min"))
      if radius < 1 {
        page.check(
          Text("it vanishes, every seed, ρ = \(name)", ko: "모든 시드에서 소실된다, ρ = \(name)"),
          .below(last.max()!, 1e-3, named: "‖∂h_T/∂h_{T−50}‖"))
      }
      if radius == 1.5, strength > 0 {
        page.check(
          Text("with inputs ρ = 1.5 explodes with no seed", ko: "입력이 있으면 ρ = 1.5에서 폭발하는 시드가 없다"),
          .below(last.max()!, 1000, named: "‖∂h_T/∂h_{T−50}‖"))
      }
      if strength == 0 {
        page.check(
          Text("without inputs ρ = 1.5 explodes, every seed", ko: "입력이 없으면 ρ = 1.5에서 모든 시드가 폭발한다"),
          .above(last.min()!, 1e6, named: "‖∂h_T/∂h_{T−50}‖"))
      }
    }
    page.table(
      [
        .symbols("ρ(W_h)"), .symbols("‖W_h‖"), .symbols("k = 10"), .symbols("k = 50"), Text("lowest", ko: "최저"),
        Text("highest", ko: "최고"),
      ], rows)
    page.figure(
      "gradient-norms",
      .lineChart(
        LineChart(x: .init("k"), y: .init("‖∂h_{T}/∂h_{T−k}‖_{2}", .logarithmic), series: curves + bounds)),
      title: "‖∂h_T/∂h_{T−k}‖ against k for spectral radius 0.5 to 1.5")
  }
}
