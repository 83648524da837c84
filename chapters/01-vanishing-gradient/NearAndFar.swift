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
      let batches = entry.name == "0.7" ? 64 : 1
      return (entry, page.seeds(5).map { contributions(entry.design, lag: 30, batches: batches, seed: $0) })
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
    // Averaged over m batches, the noise falls as 1/√m. It is as long as the mean gradient after these many batches.
    let (all, far) = (plain.map { $0.batchesToHear(from: 0) }, plain.map { $0.batchesToHear(from: 10) })
    page.number("batches-all", median(all), significant: 1)
    page.number("batches-far", median(far), significant: 1)
    page.check(
      Text(
        "ρ = 0.7: the lags from 10 on are lost in the noise of 400 batches, every seed",
        ko: "ρ = 0.7: 모든 시드에서 지연 10부터의 몫은 배치 400개의 잡음에 묻힌다"),
      .above(far.min()!, 400, named: "min"))
    page.figure(
      "near-and-far",
      .lineChart(
        LineChart(
          x: .init("k"), y: .init("‖δ_{T−k} h_{T−k−1}^{⊤}‖ / ‖∂L/∂W_{h}‖", .logarithmic, limits: 1e-8...10),
          series: found.map { entry, seeds in .init(entry.label, values: median(seeds.map(\.shares))) })),
      title: "What the lag k contributes to the gradient of W_h, against k, for three networks")
  }

  /// What each lag contributes to ∂L/∂W_h, with the loss at the last step alone, on several batches: the contribution of lag
  /// k is δ_{T−k} h_{T−k−1}ᵀ, for k = 0, 1, ….
  private struct Contributions {
    let batches: [[Matrix]]
    var whole: Matrix { sum(batches[0], from: 0) }
    /// The norm of each term against the norm of their sum, on the first batch.
    var shares: [Double] { batches[0].map { $0.norm / whole.norm } }
    /// The norm of the sum of the terms from this lag on against that of the whole sum, on the first batch.
    func share(from lag: Int) -> Double { sum(batches[0], from: lag).norm / whole.norm }

    /// Over how many batches to average until the noise of the gradient is no longer than the mean of the terms from this lag
    /// on.
    func batchesToHear(from lag: Int) -> Double {
      let gradients = batches.map { sum($0, from: 0) }
      let mean = mean(gradients)
      let squares = gradients.map { ($0 - mean).norm * ($0 - mean).norm }
      let noise = squares.reduce(0, +) / Double(squares.count - 1)
      let signal = self.mean(batches.map { sum($0, from: lag) }).norm
      return noise / (signal * signal)
    }

    private func sum(_ terms: [Matrix], from lag: Int) -> Matrix {
      terms.dropFirst(lag).reduce(0 * terms[0]) { $0 + $1 }
    }

    private func mean(_ matrices: [Matrix]) -> Matrix { (1 / Double(matrices.count)) * sum(matrices, from: 0) }
  }

  /// A network before training, on batches of 16 of the recall task. Every step reads a copy of W_h, whose gradient is what
  /// that step contributes. The first step is left out: its state before is 0.
  private func contributions(_ design: Design, lag: Int, batches: Int, seed: UInt64) -> Contributions {
    var random = Random(seed: seed)
    let reader = Reader(design, symbols: 8, units: 16, classes: 4, random: &random)
    return Contributions(
      batches: (0..<batches).map { _ in
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
      })
  }
}
