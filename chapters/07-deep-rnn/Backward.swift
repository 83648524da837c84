// Section 7.4: the gradient through time and depth, by hand, on the tape and by PyTorch; and along how many paths it comes.

import Autodiff
import Experiments
import LaTeX
import Notebook

extension DeepNetworks {
  func backward(_ page: Page) throws {
    try page.section("backward") {
      try backwardByHand(page)
      try backwardByPyTorch(page)
      try countPaths(page)
    }
  }

  /// The equations of the pass and the pass itself, against the tape and finite differences.
  private func backwardByHand(_ page: Page) throws {
    let example = Stack(inputs: 2, hidden: 3, layers: 2, steps: 4, batch: 2, seed: page.seed)
    let T = example.x.count
    let tape = Tape()
    let run = example.record(on: tape)
    let gradients = tape.gradients(of: run.loss)
    var scope = Scope(tape, gradients: gradients)
    scope.integers["T"] = T
    // Nothing comes back from after the last step.
    for l in 1...2 {
      scope.values["\\frac{\\partial L}{\\partial \(Stack.name("a_\(T + 1)", layer: l))}"] = 0 * example.start[0]
    }
    let times = [2, 3, 4, 1]
    page.print()
    let (a, top, low) = (
      page.derivation(of: run.a[0][1], in: run.loss), page.derivation(of: run.h[1][2], in: run.loss),
      page.derivation(of: run.h[0][2], in: run.loss)
    )
    let sums = run.parameters.map { tape.derivation(of: $0, in: run.loss).gradient }
    page.print()
    try page.equation("loss", scope)
    try page.equation("back-sum", scope, for: ("t", times), tape: [a])
    try page.equation("back-top", scope, for: ("t", times), tape: [top])
    try page.equation("back-low", scope, for: ("t", times), tape: [low])
    try page.equation("back-weights", scope, tape: Array(sums[3...4]))

    let h = example.forward()
    let hand = example.backward(h, upstream: zip(h[1].dropFirst(), example.d).map { $0 - $1 })
    page.entries([
      (Text("∂L/∂W_x of layer 1, tape", ko: "층 1의 ∂L/∂W_x, 테이프"), gradients[run.parameters[0]]),
      (Text("by hand", ko: "손 계산"), hand.parameters[0]),
    ])
    for (gradient, variable) in zip(hand.parameters, run.parameters) {
      page.check("∂L/∂\(Symbol.name(variable.name!).unicode)", .byHand(gradient), equals: .tape(gradients[variable]))
    }
    page.check(
      Text("∂L/∂h_0 of both layers", ko: "두 층의 ∂L/∂h_0"), .byHand(.stack(hand.start)),
      equals: .tape(.stack(run.h.map { gradients[$0[0]] })))
    page.check(
      Text("tape = finite differences", ko: "테이프 = 유한 차분"),
      GradientCheck(example.parameters, names: run.parameters.compactMap(\.name)) { example.record($0).loss })
  }

  /// The same pass with the weights and data of a file that PyTorch made.
  private func backwardByPyTorch(_ page: Page) throws {
    let torch = try TorchRun(.rnn(.tanh), layers: 3, from: page.fixture("rnn-stacked"))
    let stack = Stack(torch.network, start: torch.first.map { $0[0] }, x: torch.inputs)
    let h = stack.forward()
    let hand = stack.backward(h, upstream: torch.upstream, upstreamOfLast: torch.upstreamOfLast.map { $0[0] })
    // PyTorch's order in a layer is W_x, W_h and two biases, which have the same gradient.
    let gradientsOfWeights = (0..<3).flatMap { l in torch.gradientsOfWeights[4 * l..<4 * l + 3] }
    let quantities: [(name: Text, hand: [Matrix], torch: [Matrix])] = [
      (Text("outputs", ko: "출력"), Array(h[2].dropFirst()), torch.outputs),
      (Text("weights", ko: "가중치"), hand.parameters, gradientsOfWeights),
      (.symbols("h_0"), hand.start, torch.gradientsOfFirst.map { $0[0] }),
      (.symbols("x_t"), hand.x, torch.gradientsOfInputs),
    ]
    for (name, hand, torch) in quantities {
      page.check(
        Text("3 layers, \(name.english)", ko: "3층, \(name.korean)"), .byHand(.column(of: hand)),
        equals: .pytorch(.column(of: torch)))
    }
  }

  /// A gradient in a stack comes back along as many paths as Pascal's triangle counts.
  private func countPaths(_ page: Page) throws {
    let (L, T) = (4, 20)
    let counts = paths(layers: L, steps: T)
    var grid = Scope()
    for l in 0...L {
      for t in 0...T {
        let value = t == 0 ? 0 : l == 0 ? (t == 1 ? 1 : 0) : counts[l - 1][t - 1]
        grid.values[Scope.indexed("p_#", t) + "^{(\(l))}"] = Matrix(value)
      }
    }
    grid.integers["l"] = L
    try page.equation("paths", grid, for: ("t", Array(1...T)))
    // (T + L − 2)! / ((T − 1)! (L − 1)!)
    let binomial = (1..<L).reduce(1) { $0 * (T - 1 + $1) / $1 }
    let count = counts[L - 1][T - 1]
    page.number("paths", count, decimals: 0)
    page.check(
      Text("T = \(T), L = \(L): as many as Pascal's triangle has", ko: "T = \(T), L = \(L): 파스칼의 삼각형과 같다"),
      .equal(Int(count), binomial))
  }
}

/// How many paths lead from x_1 to h_t of layer l: the derivative, by the tape, of a stack that only adds. Entry [l − 1][t − 1]
/// is that of layer l and step t.
private func paths(layers: Int, steps: Int) -> [[Double]] {
  let tape = Tape()
  let first = tape.variable(Matrix(1))
  let zero = tape.constant(Matrix(0))
  var below = [first] + (1..<steps).map { _ in zero }
  return (0..<layers).map { _ in
    var h = [zero]
    for x in below { h.append(x + h[h.count - 1]) }
    below = Array(h.dropFirst())
    return below.map { tape.gradients(of: $0)[first].scalar }
  }
}
