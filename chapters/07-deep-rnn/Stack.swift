// The worked example of the first sections: a stack of plain recurrent layers, and its gradients by hand.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

/// Weights of every layer, first states, T steps of data, and the loss L = ½ Σ_t ‖h_t^{(top)} − d_t‖².
struct Stack {
  /// Of a layer: W_x, hidden × inputs or hidden × hidden; W_h, hidden × hidden; b, hidden × 1.
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

  /// The weights and data of a network of tanh layers, its two biases as their sum.
  init(_ network: RecurrentNetwork<Matrix>, start: [Matrix], x: [Matrix]) {
    layers = (0..<network.configuration.layers).map { l in
      let weights = network.weights(layer: l)
      return (weights.W.x, weights.W.h, weights.b.x! + weights.b.h!)
    }
    (self.start, self.x, d) = (start, x, [])
  }

  /// In the order of the layers: W_x, W_h, b.
  var parameters: [Matrix] { layers.flatMap { [$0.x, $0.h, $0.b] } }

  static func name(_ letter: String, layer: Int) -> String { "\(letter)^{(\(layer))}" }

  /// What a run recorded: h[l][t] and a[l][t] of layer l + 1, a from step 1 at [0], h from step 0.
  struct Run {
    let parameters: [Variable]
    var a, h: [[Variable]]
    var loss: Variable
  }

  func record(on tape: Tape) -> Run {
    let names = (1...layers.count).flatMap { l in ["W_x", "W_h", "b"].map { Stack.name($0, layer: l) } }
    return record(zip(names, parameters).map { tape.variable($1, named: $0) })
  }

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

  // MARK: By hand

  /// h_0 … h_T of every layer.
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

  /// Back through time and depth, written out.
  ///
  /// - Parameters:
  ///   - h: as `forward` gives it.
  ///   - upstream: ∂L/∂h_t of the top layer for t = 1 … T, without what comes back from later steps.
  ///   - upstreamOfLast: what else comes to h_T of each layer.
  /// - Returns: gradients in the order of `parameters`, of h_0 of every layer, and of x_1 … x_T.
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

/// How many ways lead from x_1 to h_t of layer l: the derivative, by the tape, of a stack that only adds. [l][t], both
/// from 1 at [0].
func paths(layers: Int, steps: Int) -> [[Double]] {
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
