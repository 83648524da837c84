// 1.16 The cliff: two descents on a loss with a cliff, with clipping and without.

import Autodiff
import LaTeX
import Notebook

extension VanishingGradient {
  func cliff(_ page: Page) throws {
    let start = (w: 4.7, b: -2.3)
    let tape = Tape()
    let (w, b) = (tape.variable(Matrix(start.w)).named("w"), tape.variable(Matrix(start.b)).named("b"))
    var h = [tape.constant(Matrix(0.5)).named("h_0")]
    for t in 1...50 { h.append((w * h[t - 1].sigmoid + b).named(Scope.indexed("h_#", t))) }
    cliffLoss(w, b, start: h[0]).named("L")
    var scope = Scope(tape)
    scope.values["h_0"] = h[0].value
    try page.equation("cliff", scope, for: ("t", Array(1...50)), tape: [h[1].formula])
    try page.equation("cliff-loss", scope)
    page.check(
      gradients: GradientCheck([w.value, b.value], names: ["w", "b"]) {
        cliffLoss($0[0], $0[1], start: $0[0].tape.constant(Matrix(0.5)))
      })
    let free = cliffDescent(from: start, steps: 20, learningRate: 1, threshold: nil)
    let held = cliffDescent(from: start, steps: 20, learningRate: 1, threshold: 0.1)
    compare(page, free: free, held: held)
    drawCliff(page, free: free, held: held)
  }

  private func compare(_ page: Page, free: [CliffPoint], held: [CliffPoint]) {
    let farthest = free.max { abs($0.w - free[0].w) < abs($1.w - free[0].w) }!
    page.number("thrown-w", farthest.w, decimals: 1)
    page.number("thrown-b", free.last!.b, decimals: 1)
    page.number("thrown-gradient", free.map(\.norm).max()!, significant: 2)
    page.number("thrown-loss", free.last!.loss, decimals: 2)
    page.number("held-gradient", held.map(\.norm).max()!, significant: 2)
    page.number("held-best", held.map(\.loss).min()!, significant: 1)
    page.number("held-jumps", Double(held.count { $0.loss > 0.2 }), decimals: 0)
    page.number("held-last", held.last!.loss, significant: 1)
    func longestStep(_ path: [CliffPoint]) -> Double {
      zip(path, path.dropFirst()).map { Matrix(column: [$1.w - $0.w, $1.b - $0.b]).norm }.max()!
    }
    page.check(
      Text("one update at the cliff throws the weights far away", ko: "절벽에서 갱신 한 번에 가중치가 멀리 튕겨 나간다"),
      .above(longestStep(free), 3), note: Text("the longest update", ko: "가장 긴 갱신"))
    page.check(
      Text("and there the gradient has vanished", ko: "그곳의 기울기는 소실되었다"), .below(free.last!.norm, 1e-6, named: "‖g‖"))
    page.check(
      Text("clipped, the longest update is 0.1", ko: "클리핑하면 가장 긴 갱신도 0.1이다"), Matrix(longestStep(held)),
      equals: Matrix(0.1))
  }

  private func drawCliff(_ page: Page, free: [CliffPoint], held: [CliffPoint]) {
    let pixels = (0..<60).map { 1.5 * (Double($0) + 0.5) / 60 }
    page.figure(
      "cliff",
      .heatmap(
        Heatmap(
          pixels.map { y in
            pixels.map { x in cliffLoss(Matrix(4 + x), Matrix(y - 3), start: Matrix(0.5)).scalar }
          },
          x: .init("w", limits: 4...5.5), y: .init("b", limits: -3 ... -1.5), valueLabel: "L",
          paths: [
            .init("θ = ∞", free.map { ($0.w, $0.b) }), .init("θ = 0.1", held.map { ($0.w, $0.b) }),
          ])),
      title: "The loss over (w, b) with its cliff, and two descents")
  }
}

/// The loss of a one-unit network h_t = w σ(h_{t−1}) + b after 50 steps from h_0 = `start`: (σ(h_50) − 0.7)², 1 × 1. Pascanu
/// et al. 2013 draw the cliff of such a network.
func cliffLoss<A: Algebra>(_ w: A, _ b: A, start: A) -> A {
  var h = start
  for _ in 0..<50 { h = w * h.sigmoid + b }
  let error = h.sigmoid - 0.7
  return error .* error
}

/// A place on the way of a descent: the weights, the loss there, and the norm of the gradient before clipping.
typealias CliffPoint = (w: Double, b: Double, loss: Double, norm: Double)

/// Gradient descent on the cliff's loss, from h_0 = 0.5: the start and the places after each step.
func cliffDescent(
  from start: (w: Double, b: Double), steps: Int, learningRate: Double, threshold: Double?
) -> [CliffPoint] {
  var parameters = [Matrix(start.w), Matrix(start.b)]
  var optimizer = SGD(learningRate: learningRate)
  return (0...steps).map { _ in
    let tape = Tape()
    let (w, b) = (tape.variable(parameters[0]), tape.variable(parameters[1]))
    let loss = cliffLoss(w, b, start: tape.constant(Matrix(0.5)))
    let found = tape.gradients(of: loss)
    var gradients = [found[w], found[b]]
    let point = (w: w.value.scalar, b: b.value.scalar, loss: loss.value.scalar, norm: globalNorm(gradients))
    if let threshold { clip(&gradients, toNorm: threshold) }
    optimizer.step(&parameters, gradients: gradients)
    return point
  }
}
