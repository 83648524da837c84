// What this chapter measures of a cell that has not been trained: how far its gradient reaches.

import Autodiff
import Experiments
import Recurrent

/// How wide the measured networks are, how many inputs they have, and over how many steps.
let reach = (hidden: 16, inputs: 4, steps: 100)

/// ‖∂L/∂h_{T−k}‖ for k = 0 … T, divided by that at k = 0, where L = ⟨u, h_T⟩ for a random u.
///
/// The weights are PyTorch's first ones (uniform between ±1/√hidden), the inputs normal.
///
/// - Parameters:
///   - kind: an RNN or a GRU: a cell whose state is [h].
///   - gateBias: what the update gate's two biases add up to; nil for PyTorch's.
func gradientReach(_ kind: RecurrentConfiguration.Kind, gateBias: Double? = nil, seed: UInt64) -> [Double] {
  var random = Random(seed: seed)
  var network = RecurrentNetwork(
    RecurrentConfiguration(kind, inputSize: reach.inputs, hiddenSize: reach.hidden), random: &random)
  if let gateBias {
    for row in reach.hidden..<2 * reach.hidden {
      network["bias_hh_l0"][row, 0] = gateBias - network["bias_ih_l0"][row, 0]
    }
  }
  let tape = Tape()
  let recorded = network.map { tape.constant($1) }
  var h = [tape.variable(Matrix(rows: reach.hidden, columns: 1))]
  for _ in 0..<reach.steps {
    let x = tape.constant(random.normal(reach.inputs, 1))
    h.append(recorded.run([x], from: [[h[h.count - 1]]]).outputs[0])
  }
  let gradients = tape.gradients(of: h[reach.steps], seed: random.normal(reach.hidden, 1))
  let last = gradients[h[reach.steps]].norm
  return h.reversed().map { gradients[$0].norm / last }
}

/// The median over seeds, lag by lag.
func medianReach(_ kind: RecurrentConfiguration.Kind, gateBias: Double? = nil, seeds: Range<UInt64>) -> [Double] {
  median(seeds.map { gradientReach(kind, gateBias: gateBias, seed: $0) })
}
