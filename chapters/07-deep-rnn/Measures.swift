// How much of a gradient reaches the first layer of a network that has not been trained.

import Autodiff
import Experiments
import Recurrent

/// How the weights of a tower of layers are drawn.
struct Beginning: Sendable {
  var connection: Connection
  /// Whether a weight matrix is `gain` times an orthogonal matrix. Otherwise its entries are normal with deviation
  /// gain / √n, where n is the number of entries that a row is multiplied with.
  var isOrthogonal = false
  var gain = 1.0
  /// The deviation of h_0's entries.
  var input = 1.0
  /// The bias of a highway layer's gate.
  var gateBias = 0.0
  /// Whether each of n residual layers divides what it adds by √n.
  var isScaled = false

  init(_ connection: Connection) { self.connection = connection }
}

/// The width of the measured towers.
let width = 32

/// ‖∂L/∂h_0‖ / ‖∂L/∂h_n‖ of a tower of n layers, where L = ⟨u, h_n⟩ with a random u.
func reach(_ beginning: Beginning, layers n: Int, seed: UInt64) -> Double {
  var random = Random(seed: seed)
  let tape = Tape()
  let zero = tape.constant(Matrix(rows: width, columns: 1))
  var h = [tape.variable(random.normal(width, 1, deviation: beginning.input))]
  let bias = tape.constant(Matrix(rows: width, columns: 1, repeating: beginning.gateBias))
  for l in 1...n {
    let count = Tower.matrices(beginning.connection, layer: l)
    let reads = beginning.connection == .dense ? count * width : width
    let weights = (0..<count).map { _ in
      tape.constant(
        beginning.isOrthogonal
          ? beginning.gain * random.orthogonal(width)
          : random.normal(width, width, deviation: beginning.gain / Double(reads).squareRoot()))
    }
    var next = layer(beginning.connection, weights, [zero, bias], h)
    if beginning.isScaled { next = h[l - 1] + (1 / Double(n).squareRoot()) * (next - h[l - 1]) }
    h.append(next)
  }
  let gradients = tape.gradients(of: h[n], seed: random.normal(width, 1))
  return gradients[h[0]].norm / gradients[h[n]].norm
}

/// How much of a gradient reaches the inputs of a stack of recurrent layers with PyTorch's first weights: 16 units, 10 steps,
/// L = ⟨u, h_T⟩ with a random u and the h_T of the last layer.
///
/// - Parameter gateBias: is added to the bias of the gate that keeps the state, in each layer, as `Contestant` does.
/// - Returns: the norms of ∂L/∂x_1 … ∂L/∂x_T together and of ∂L/∂x_1 alone, both over ‖∂L/∂h_T‖.
func reach(
  _ kind: RecurrentConfiguration.Kind, layers: Int, isResidual: Bool, gateBias: Double = 0, seed: UInt64
) -> (all: Double, first: Double) {
  var random = Random(seed: seed)
  var network = RecurrentNetwork(
    RecurrentConfiguration(kind, inputSize: 16, hiddenSize: 16, layers: layers), random: &random)
  // PyTorch's blocks of rows are i, f, g, o in an LSTM and r, z, n in a GRU: the second one is the gate that keeps.
  if gateBias != 0 {
    for layer in 0..<layers {
      for row in 16..<32 { network["bias_hh_l\(layer)"][row, 0] += gateBias }
    }
  }
  let tape = Tape()
  let x = (0..<10).map { _ in tape.variable(random.normal(16, 1)) }
  let upstream = random.normal(16, 1)
  let outputs = network.map { tape.constant($1) }.layers.reduce(x) { below, layer in
    let outputs = layer.run(below).outputs
    return isResidual ? zip(below, outputs).map { $0 + $1 } : outputs
  }
  let gradients = tape.gradients(of: outputs[9], seed: upstream)
  return (globalNorm(x.map { gradients[$0] }) / upstream.norm, gradients[x[0]].norm / upstream.norm)
}
