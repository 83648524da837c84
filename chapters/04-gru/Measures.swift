// How far the gradient of an untrained network reaches back.

import Autodiff
import Experiments
import Recurrent

/// The size of the measured networks, and the length of their sequences.
private let size = (hidden: 16, inputs: 4, steps: 100)

/// ‖∂L/∂h_{T−k}‖ / ‖∂L/∂h_T‖ for k = 0 … T, where L = ⟨u, h_T⟩ for a random u.
///
/// The weights are drawn as PyTorch draws them (uniform between ±1/√hidden), the inputs from a normal distribution.
///
/// - Parameters:
///   - kind: an RNN or a GRU, whose state is [h] alone.
///   - gateBias: the sum of the update gate's two biases; nil for PyTorch's.
func gradientReach(_ kind: RecurrentConfiguration.Kind, gateBias: Double? = nil, seed: UInt64) -> [Double] {
  var random = Random(seed: seed)
  var network = RecurrentNetwork(
    RecurrentConfiguration(kind, inputSize: size.inputs, hiddenSize: size.hidden), random: &random)
  if let gateBias {
    for row in size.hidden..<2 * size.hidden {
      network["bias_hh_l0"][row, 0] = gateBias - network["bias_ih_l0"][row, 0]
    }
  }
  let tape = Tape()
  let recorded = network.map { tape.constant($1) }
  var h = [tape.variable(Matrix(rows: size.hidden, columns: 1))]
  for _ in 0..<size.steps {
    let x = tape.constant(random.normal(size.inputs, 1))
    h.append(recorded.run([x], from: [[h[h.count - 1]]]).outputs[0])
  }
  let gradients = tape.gradients(of: h[size.steps], seed: random.normal(size.hidden, 1))
  let last = gradients[h[size.steps]].norm
  return h.reversed().map { gradients[$0].norm / last }
}

/// The median over seeds, lag by lag.
func medianReach(_ kind: RecurrentConfiguration.Kind, gateBias: Double? = nil, seeds: [UInt64]) -> [Double] {
  median(seeds.map { gradientReach(kind, gateBias: gateBias, seed: $0) })
}
