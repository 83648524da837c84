// 1.4 A bound, and what follows from it: which conditions suffice for vanishing, and which are necessary for exploding.

import Autodiff
import LaTeX
import Notebook

extension VanishingGradient {
  /// A random network of 16 units whose W_h has spectral radius 1, and 60 steps of weak random inputs for it.
  private struct Network {
    let unit, W_x, b: Matrix
    let inputs: [Matrix]

    init(seed: UInt64) {
      let hidden = 16
      var random = Random(seed: seed)
      let G = random.normal(hidden, hidden)
      unit = (1 / G.spectralRadius) * G
      W_x = random.normal(hidden, 4, deviation: 0.1)
      b = Matrix(rows: hidden, columns: 1)
      inputs = (0..<60).map { _ in random.normal(4, 1) }
    }

    /// ‖∂h_T/∂h_{T−k}‖₂ for k = 0 … 60, with W_h = `scale` · unit and the inputs times `strength`.
    func norms(_ design: Design = Design(), scale: Double, strength: Double = 1) -> [Double] {
      jacobianNorms(design, (strength * W_x, scale * unit), b, inputs: inputs)
    }
  }

  func bound(_ page: Page) throws {
    // The bound on a small example, every pair of steps.
    let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 6, seed: page.seed)
    let tape = Tape()
    let run = example.record(on: tape)
    var scope = Scope(tape)
    scope.values["\\gamma"] = Matrix(1)
    scope.setJacobians(of: run.h)
    try page.equation("bound-step", scope, for: ("t", Array(1...6)))
    scope.integers["i"] = 6
    try page.equation("bound", scope, for: ("j", Array(0..<6)))

    let network = Network(seed: page.seed)
    let silence = network.inputs.map { 0 * $0 }
    drawWayBack(
      page,
      [
        ("0.5", "ρ = 0.5", 0.5 * network.unit, network.inputs), ("1.0", "ρ = 1.0", network.unit, network.inputs),
        ("1.5", "ρ = 1.5, x = 0", 1.5 * network.unit, silence),
      ], W_x: network.W_x)
    compareRadii(page, network)
    page.print()
    checkConditions(page, network)
  }

  private func compareRadii(_ page: Page, _ network: Network) {
    func short(_ x: Double) -> String { NumberFormat.format(x, significant: 2) }
    func curve(_ label: String, _ norms: [Double], line: LineChart.Series.Line? = nil) -> LineChart.Series {
      .init(Figure.Label(label), values: norms, line: line)
    }
    let T = network.inputs.count
    var (curves, bounds): ([LineChart.Series], [LineChart.Series]) = ([], [])
    var rows: [[String]] = []
    for radius in [0.5, 0.8, 1.0, 1.2, 1.5] {
      let name = NumberFormat.format(radius, decimals: 1)
      let σ = (radius * network.unit).spectralNorm
      let norms = network.norms(scale: radius)
      curves.append(curve("ρ = \(name)", norms))
      rows.append([
        name, NumberFormat.format(σ, decimals: 3), page.number("norm-10-\(radius)", norms[10], significant: 2),
        page.number("norm-50-\(radius)", norms[50], significant: 2), short(power(σ, 50)),
      ])
      page.check(
        Text("every lag is within the bound, ρ = \(name)", ko: "모든 지연이 상한 이하, ρ = \(name)"),
        .below((1...T).map { norms[$0] / power(σ, $0) }.max()!, 1, named: "max ‖∂h_T/∂h_{T−k}‖/σ_max^k"),
        .above(norms.min()!, 0, named: "min"))
      if radius < 1 {
        bounds.append(curve("σ_{max}^{k}, ρ = \(name)", (0...T).map { power(σ, $0) }, line: .dotted))
      }
    }
    // Without inputs the state stays 0, the slopes are 1, and nothing holds the product back.
    let silent = network.norms(scale: 1.5, strength: 0)
    let σ = (1.5 * network.unit).spectralNorm
    page.number("silent-50", silent[50], significant: 2)
    rows.append([
      "1.5, x = 0", NumberFormat.format(σ, decimals: 3), short(silent[10]), short(silent[50]), short(power(σ, 50)),
    ])
    curves.append(curve("ρ = 1.5, x = 0", silent))
    page.check(
      Text("without inputs ρ = 1.5 explodes", ko: "입력이 없으면 ρ = 1.5에서 폭발한다"),
      .above(silent[50], 1e6, named: "‖∂h_T/∂h_{T−50}‖"))
    page.table(
      [.symbols("ρ(W_h)"), .symbols("σ_max(W_h)"), .symbols("k = 10"), .symbols("k = 50"), .symbols("σ_max^50")],
      rows)
    page.figure(
      "gradient-norms",
      .lineChart(
        LineChart(x: .init("k"), y: .init("‖∂h_{T}/∂h_{T−k}‖_{2}", .logarithmic), series: curves + bounds)),
      title: "‖∂h_T/∂h_{T−k}‖ against k for spectral radius 0.5 to 1.5")
  }

  /// σ_max < 1/γ is sufficient for vanishing; σ_max > 1/γ is not sufficient for exploding.
  private func checkConditions(_ page: Page, _ network: Network) {
    let name = "‖∂h_T/∂h_{T−50}‖"
    let σ = network.unit.spectralNorm
    page.check(
      Text("σ_max = 0.9 < 1/γ: it vanishes (tanh, γ = 1)", ko: "σ_max = 0.9 < 1/γ이면 소실된다 (tanh, γ = 1)"),
      .below(network.norms(scale: 0.9 / σ)[50], 1e-6, named: name))
    let sigmoid = network.norms(Design(activation: .sigmoid), scale: 3.9 / σ)
    page.number("sigmoid-50", sigmoid[50], significant: 3)
    page.check(
      Text("σ_max = 3.9 < 1/γ: it vanishes (sigmoid, γ = 1/4)", ko: "σ_max = 3.9 < 1/γ이면 소실된다 (시그모이드, γ = 1/4)"),
      .below(sigmoid[50], 1e-6, named: name))
    let saturated = network.norms(scale: 1.5, strength: 30)
    page.number("saturated-50", saturated[50], significant: 2)
    page.number("saturated-norm", (1.5 * network.unit).spectralNorm, significant: 3)
    page.check(
      Text(
        "σ_max > 1 and ρ = 1.5, and yet it vanishes: strong inputs saturate tanh",
        ko: "σ_max > 1이고 ρ = 1.5인데도 소실된다: 입력이 세면 tanh가 포화한다"),
      .above((1.5 * network.unit).spectralNorm, 1, named: "σ_max"), .below(saturated[50], 1e-6, named: name))
  }
}
