// Section 7.1, and the worked example of this section and of 7.4: a stack of plain recurrent layers with its gradients by
// hand.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

extension DeepNetworks {
  func stack(_ page: Page) throws {
    try page.section("stack") {
      drawStack(page)
      let example = Stack(inputs: 2, hidden: 3, layers: 2, steps: 4, batch: 2, seed: page.seed)
      let T = example.x.count
      let tape = Tape()
      let run = example.record(on: tape)
      try page.equation(
        "layers", Scope(tape), for: ("t", Array(1...T)),
        tape: [run.a[0][0], run.h[0][1], run.a[1][0], run.h[1][1]].map(\.formula))
      let library = example.libraryRun()
      func witness(_ value: Matrix) -> Witness { Witness(Text("the library's stack", ko: "라이브러리의 다층 신경망"), value) }
      page.check(
        Text("h_1 … h_T of the last layer", ko: "마지막 층의 h_1 … h_T"), witness(.stack(library.outputs)),
        equals: .tape(.stack(run.h[1].dropFirst().map(\.value))))
      page.check(
        Text("h_T of both layers", ko: "두 층의 h_T"), witness(.stack(library.states.map { $0[0] })),
        equals: .tape(.stack(run.h.map { $0[T].value })))
      try countParameters(page)

      let changed = example.libraryRun { layers in layers[1].h = -layers[1].h }
      page.check(
        Text("another W_h in layer 2: layer 1 stays the same", ko: "층 2의 W_h를 바꿔도 층 1은 그대로다"), changed.states[0][0],
        hasSameBitsAs: library.states[0][0])
      page.check(
        Text("and layer 2 does not", ko: "층 2는 달라진다"),
        .above(changed.states[1][0].largestDifference(from: library.states[1][0]), 0.01, named: "max |Δ|"))
    }
  }

  /// The layers of an LSTM share no weights: the numbers of a network with one, two and three of them, counted.
  private func countParameters(_ page: Page) throws {
    let counts = (1...3).map { layers in
      var random = Random(seed: 1)
      let network = RecurrentNetwork(
        RecurrentConfiguration(.lstm, inputSize: 128, hiddenSize: 256, layers: layers), random: &random)
      return network.parameters.reduce(0) { $0 + $1.count }
    }
    var sizes = Scope()
    for (name, value) in [("g", 4), ("D", 128), ("H", 256)] { sizes.values[name] = Matrix(Double(value)) }
    for l in 1...3 { sizes.values["p_\(l)"] = Matrix(Double(counts[l - 1] - (l > 1 ? counts[l - 2] : 0))) }
    try page.equation("counts", sizes)
    for (count, name) in zip(counts, ["one-layer", "two-layers", "three-layers"]) {
      page.number(name, Double(count), decimals: 0)
    }
  }
}

// MARK: - The example

/// A stack of tanh layers with weights, first states and T steps of data; its loss is L = ½ Σ_t ‖h_t^{(top)} − d_t‖².
struct Stack {
  /// A layer's weights: W_x, hidden × inputs in the first layer and hidden × hidden above it; W_h, hidden × hidden; b,
  /// hidden × 1.
  typealias Weights<A> = (x: A, h: A, b: A)

  let layers: [Weights<Matrix>]
  /// h_0 of every layer, hidden × batch.
  let start: [Matrix]
  /// x_1 … x_T, inputs × batch, and d_1 … d_T, hidden × batch.
  let x, d: [Matrix]

  init(inputs: Int, hidden: Int, layers: Int, steps: Int, batch: Int, seed: UInt64) {
    var random = Random(seed: seed)
    self.layers = (0..<layers).map { l in
      (
        random.normal(hidden, l == 0 ? inputs : hidden, deviation: 0.8), random.normal(hidden, hidden, deviation: 0.6),
        random.normal(hidden, 1, deviation: 0.3)
      )
    }
    start = (0..<layers).map { _ in random.uniform(hidden, batch, -1, 1) }
    x = (0..<steps).map { _ in random.normal(inputs, batch) }
    d = (0..<steps).map { _ in random.uniform(hidden, batch, -1, 1) }
  }

  /// A network of tanh layers with this data. The two biases of each layer become their sum, and there are no targets d.
  init(_ network: RecurrentNetwork<Matrix>, start: [Matrix], x: [Matrix]) {
    layers = (0..<network.configuration.layers).map { l in
      let weights = network.weights(layer: l)
      return (weights.W.x, weights.W.h, weights.b.x! + weights.b.h!)
    }
    (self.start, self.x, d) = (start, x, [])
  }

  /// In the order of the layers: W_x, W_h, b.
  var parameters: [Matrix] { layers.flatMap { [$0.x, $0.h, $0.b] } }

  /// A letter with the layer's number above it, in the notes' LaTeX: a_t^{(2)}.
  static func name(_ letter: String, layer: Int) -> String { "\(letter)^{(\(layer))}" }

  /// What a tape recorded. Layer l + 1 is at index l. `h[l]` begins with step 0, `a[l]` with step 1.
  struct Run {
    let parameters: [Variable]
    var a, h: [[Variable]]
    var loss: Variable
  }

  /// Records the forward pass with every quantity under its name in the notes.
  func record(on tape: Tape) -> Run {
    let names = (1...layers.count).flatMap { l in ["W_x", "W_h", "b"].map { Stack.name($0, layer: l) } }
    return record(zip(names, parameters).map { tape.variable($1, named: $0) })
  }

  /// The same with variables for the parameters, in the order of `parameters`.
  func record(_ parameters: [Variable]) -> Run {
    let tape = parameters[0].tape
    var run = Run(
      parameters: parameters, a: layers.map { _ in [] },
      h: start.enumerated().map { [tape.variable($1, named: Stack.name("h_0", layer: $0 + 1))] },
      loss: parameters[0])
    var loss = tape.constant(Matrix(0))
    for t in 1...x.count {
      var below = tape.constant(x[t - 1], named: "x_\(t)")
      for l in layers.indices {
        let (W_x, W_h, b) = (parameters[3 * l], parameters[3 * l + 1], parameters[3 * l + 2])
        let a = (W_x * below + W_h * run.h[l][t - 1] + b).named(Stack.name("a_\(t)", layer: l + 1))
        below = a.tanh.named(Stack.name("h_\(t)", layer: l + 1))
        run.a[l].append(a)
        run.h[l].append(below)
      }
      let e = below - tape.constant(d[t - 1], named: "d_\(t)")
      loss = loss + 0.5 * (e .* e).total
    }
    run.loss = loss.named("L")
    return run
  }

  /// The same stack as `Recurrent.Stacked` runs it, with the weights as `change` leaves them.
  func libraryRun(_ change: (inout [Weights<Matrix>]) -> Void = { _ in }) -> Unrolled<Matrix> {
    var layers = layers
    change(&layers)
    return Stacked(layers.map { RNNCell(W: ($0.x, $0.h), b: (nil, $0.b)) }).run(x, from: start.map { [$0] })
  }

  // MARK: By hand

  /// h_0 … h_T of every layer, hidden × batch each.
  func forward() -> [[Matrix]] {
    var h = start.map { [$0] }
    for x_t in x {
      var below = x_t
      for (l, W) in layers.enumerated() {
        below = (W.x * below + W.h * h[l][h[l].count - 1] + W.b).tanh
        h[l].append(below)
      }
    }
    return h
  }

  /// The backward pass through time and depth, written out.
  ///
  /// - Parameters:
  ///   - h: the result of `forward`.
  ///   - upstream: the direct part of ∂L/∂h_t of the top layer for t = 1 … T, without the part through later steps.
  ///   - upstreamOfLast: a gradient that is added to h_T of each layer; none by default.
  /// - Returns: the gradients of `parameters` in their order, of h_0 of every layer, and of x_1 … x_T.
  func backward(
    _ h: [[Matrix]], upstream: [Matrix], upstreamOfLast: [Matrix]? = nil
  ) -> (parameters: [Matrix], start: [Matrix], x: [Matrix]) {
    var dW = layers.map { Weights<Matrix>(x: 0 * $0.x, h: 0 * $0.h, b: 0 * $0.b) }
    var later = upstreamOfLast ?? start.map { 0 * $0 }
    var dx = x
    // begin: by-hand
    for t in (1...x.count).reversed() {
      var above = upstream[t - 1]
      for l in layers.indices.reversed() {
        let δh = above + later[l]
        let δa = δh .* (1 - h[l][t] .* h[l][t])
        let below = l == 0 ? x[t - 1] : h[l - 1][t]
        dW[l].x = dW[l].x + δa * below.transposed
        dW[l].h = dW[l].h + δa * h[l][t - 1].transposed
        dW[l].b = dW[l].b + δa.sumOfColumns
        later[l] = layers[l].h.transposed * δa
        above = layers[l].x.transposed * δa
      }
      dx[t - 1] = above
    }
    // end: by-hand
    return (dW.flatMap { [$0.x, $0.h, $0.b] }, later, dx)
  }
}
