// 1.18 Not only recurrent networks: gradients in feed-forward networks of 40 layers.

import Autodiff
import Experiments
import Notebook

extension VanishingGradient {
  func depth(_ page: Page) {
    let width = 16
    let scale = 1 / Double(width).squareRoot()
    let kinds: [(name: String, design: Design, weight: (inout Random) -> Matrix)] = [
      ("σ", Design(activation: .sigmoid), { $0.normal(width, width, deviation: scale) }),
      ("tanh", Design(), { $0.normal(width, width, deviation: scale) }),
      ("tanh, Q", Design(), { $0.orthogonal(width) }),
      ("ReLU", Design(activation: .relu), { $0.normal(width, width, deviation: 2.0.squareRoot() * scale) }),
      ("tanh, 0.1", Design(), { $0.normal(width, width, deviation: 0.1 * scale) }),
      ("h + tanh, 0.1", Design(hasSkip: true), { $0.normal(width, width, deviation: 0.1 * scale) }),
    ]
    // The median over 5 seeds, layer by layer.
    let medians = kinds.map { kind in
      median(
        page.seeds(5).map { seed in
          var random = Random(seed: seed)
          return depthNorms(kind.design, layers: 40, width: width, weight: kind.weight, random: &random)
        })
    }
    page.number("depth-sigmoid", medians[0][0], significant: 1)
    page.number("depth-skip", medians[5][0], significant: 2)
    page.number("depth-relu", medians[3][0], significant: 1)
    page.number("depth-small", medians[4][0], significant: 1)
    page.check(
      Text("40 sigmoid layers: next to nothing reaches the input", ko: "시그모이드 40층: 입력까지 오는 기울기가 거의 없다"),
      .tiny(medians[0][0], 1e-12))
    page.check(
      Text("with skip connections about as much as at the end", ko: "스킵 연결이 있으면 마지막 층과 비슷하게 온다"),
      .inside(medians[5][0], 0.1...10))
    page.figure(
      "depth",
      .lineChart(
        LineChart(
          x: .init("l"), y: .init("‖∂L/∂h_{l}‖ / ‖∂L/∂h_{40}‖", .logarithmic, limits: 1e-12...10),
          series: zip(kinds, medians).map { kind, norms in
            // A curve that leaves the plot has its name there.
            let low = norms.lastIndex { $0 < 1e-12 }
            return .init(Figure.Label(kind.name), values: norms, labelX: low.map { Double($0 + 1) })
          })),
      title: "The gradient's norm against the layer l of a feed-forward network of 40 layers")
  }

  /// ‖∂L/∂h_l‖ for every layer l = 0 … `layers` of a feed-forward network with a weight of its own at each layer, divided
  /// by the norm at the last one. `weight` draws a width × width matrix.
  private func depthNorms(
    _ design: Design, layers: Int, width: Int, weight: (inout Random) -> Matrix, random: inout Random
  ) -> [Double] {
    let tape = Tape()
    // A step without input: W_x is a column of zeros.
    let zero = tape.constant(Matrix(rows: width, columns: 1))
    var h = [tape.variable(random.normal(width, 1))]
    for _ in 0..<layers {
      h.append(design.step((zero, tape.constant(weight(&random))), zero, tape.constant(Matrix(0)), h[h.count - 1]))
    }
    let gradients = tape.gradients(of: h[layers], seed: random.normal(width, 1))
    let last = gradients[h[layers]].norm
    return h.map { gradients[$0].norm / last }
  }
}
