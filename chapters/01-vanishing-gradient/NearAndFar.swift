// 1.13 Near and far: what each lag contributes to the gradient of W_h, before any training.

import Autodiff
import Experiments
import Notebook

extension VanishingGradient {
  func nearAndFar(_ page: Page) {
    let designs: [(label: Figure.Label, name: String, design: Design)] = [
      ("ρ = 0.7", "0.7", Design(radius: 0.7)), ("ρ = 1", "1.0", Design()),
      ("h + tanh, ρ = 0.7", "skip", Design(radius: 0.7, hasSkip: true)),
    ]
    let found = designs.map { entry in
      (entry, page.seeds(5).map { contributions(entry.design, lag: 30, seed: $0) })
    }
    for (entry, seeds) in found {
      page.number("far-\(entry.name)", median(seeds.map { $0.share(from: 10) }), significant: 2)
    }
    let plain = found[0].1
    page.check(
      Text("ρ = 0.7: lags 0 to 4 make the gradient, every seed", ko: "ρ = 0.7: 모든 시드에서 지연 0–4가 기울기를 이룬다"),
      .below(plain.map { $0.share(from: 5) }.max()!, 0.5, named: "‖Σ_{k ≥ 5}‖/‖Σ_k‖"))
    page.check(
      Text("ρ = 0.7: lags from 10 on hardly count, every seed", ko: "ρ = 0.7: 모든 시드에서 지연 10부터는 거의 없다"),
      .below(plain.map { $0.share(from: 10) }.max()!, 0.1, named: "‖Σ_{k ≥ 10}‖/‖Σ_k‖"))
    page.check(
      Text("skip connection: lags from 10 on count, every seed", ko: "스킵 연결: 모든 시드에서 지연 10부터도 크다"),
      .above(found[2].1.map { $0.share(from: 10) }.min()!, 0.2, named: "‖Σ_{k ≥ 10}‖/‖Σ_k‖"))
    page.number("batch-noise", median(plain.map(\.noise)), significant: 2)
    page.check(
      Text(
        "ρ = 0.7: another batch changes the gradient by more than the lags from 10 on, every seed",
        ko: "ρ = 0.7: 모든 시드에서 배치를 바꿀 때의 변화가 지연 10부터의 몫보다 크다"),
      .above(plain.map { $0.noise / $0.share(from: 10) }.min()!, 1, named: "min"))
    page.figure(
      "near-and-far",
      .lineChart(
        LineChart(
          x: .init("k"), y: .init("‖δ_{T−k} h_{T−k−1}^{⊤}‖ / ‖∂L/∂W_{h}‖", .logarithmic, limits: 1e-8...10),
          series: found.map { entry, seeds in .init(entry.label, values: median(seeds.map(\.shares))) })),
      title: "What the lag k contributes to the gradient of W_h, against k, for three networks")
  }

  /// What each lag contributes to ∂L/∂W_h, with the loss at the last step alone: the contribution of lag k is
  /// δ_{T−k} h_{T−k−1}ᵀ, for k = 0, 1, ….
  private struct Contributions {
    let terms: [Matrix]
    /// The gradient on another batch.
    let other: Matrix
    var noise: Double { (whole - other).norm / whole.norm }
    var whole: Matrix { terms.reduce(0 * terms[0]) { $0 + $1 } }
    /// The norm of each term against the norm of their sum.
    var shares: [Double] { terms.map { $0.norm / whole.norm } }
    /// The norm of the sum of the terms from this lag on against that of the whole sum.
    func share(from lag: Int) -> Double { terms.dropFirst(lag).reduce(0 * whole) { $0 + $1 }.norm / whole.norm }
  }

  /// A network before training, on a batch of 16 of the recall task. Every step reads a copy of W_h, whose gradient is what
  /// that step contributes. The first step is left out: its state before is 0.
  private func contributions(_ design: Design, lag: Int, seed: UInt64) -> Contributions {
    var random = Random(seed: seed)
    let reader = Reader(design, symbols: 8, units: 16, classes: 4, random: &random)
    func terms() -> [Matrix] {
      let batch = Task.recall(lag: lag).draw(16, &random)
      let tape = Tape()
      let p = reader.parameters.map { tape.constant($0) }
      var h = tape.constant(Matrix(rows: 16, columns: 16))
      var copies: [Variable] = []
      for x_t in batch.x {
        copies.append(tape.variable(reader.parameters[1]))
        h = design.step((p[0], copies[copies.count - 1]), p[2], tape.constant(x_t), h)
      }
      let gradients = tape.gradients(of: (p[3] * h + p[4]).crossEntropy(batch.classes).mean)
      return copies.dropFirst().reversed().map { gradients[$0] }
    }
    let first = terms()
    return Contributions(terms: first, other: terms().reduce(0 * first[0]) { $0 + $1 })
  }
}
