// One run of a fused cell: the sizes, and the order of the node's inputs, outputs and gradients.

import Autodiff

/// The sizes of one run, and which gradients are needed.
///
/// The node's inputs are, in order: W_x, W_h, the biases that exist, the parts of the first state (h_0, or h_0 and
/// c_0), and x_1 … x_T, all steps side by side in one matrix or several. Its output is [h_0 … h_T], or [h_0 … h_T, c_0
/// … c_T]: hidden × (T + 1) batch for each part of the state.
struct FusedSequence: Sendable {
  /// T.
  let steps: Int
  let batch: Int
  let hidden: Int
  let hasBias: (x: Bool, h: Bool)
  /// Constants need no gradient, and the products for them are skipped.
  let needs: (W_x: Bool, W_h: Bool, x: Bool)
  let threads: Threads

  /// Entries of one part of a state, for the whole batch.
  var size: Int { hidden * batch }

  /// The last step, from 1, whose state the loss depends on; 0 if there is none. The steps after it are skipped on the
  /// way back: their gradients are zeros, and a NaN in their values would turn these into NaN.
  ///
  /// - Parameters:
  ///   - δ: the gradient of the node's output.
  ///   - parts: 1 for h alone, 2 for h and c.
  func lastUsedStep(_ δ: Matrix, parts: Int) -> Int {
    δ.elements.withUnsafeBufferPointer { δ in
      for t in stride(from: steps, to: 0, by: -1) {
        for part in 0..<parts {
          let first = (part * (steps + 1) + t) * size
          for k in first..<first + size where δ[k] != 0 { return t }
        }
      }
      return 0
    }
  }

  /// The gradients of the node's inputs, in their order; nil where none is needed.
  ///
  /// - Parameters:
  ///   - W_x: the gradient of W_x; nil if not needed.
  ///   - W_h: the gradient of W_h; nil if not needed.
  ///   - b: the gradient of each bias; ignored if the cell has no such bias.
  ///   - state: the gradient of h_0, or those of h_0 and c_0.
  ///   - inputs: the node's inputs.
  ///   - dz: the gradient of W_x x + b_x, of its first `terms` columns. The other columns have none.
  func gradients(
    W_x: Matrix?, W_h: Matrix?, b: (x: Matrix?, h: Matrix?), state: [Matrix], of inputs: FusedInputs,
    dz: UnsafePointer<Double>, terms: Int
  ) -> [Matrix?] {
    var gradients = [W_x, W_h]
    if hasBias.x { gradients.append(b.x) }
    if hasBias.h { gradients.append(b.h) }
    for part in state { gradients.append(part) }
    for dx in inputGradients(of: inputs.x, inputs.weights.W.x, dz, used: terms, isNeeded: needs.x, threads) {
      gradients.append(dx)
    }
    return gradients
  }
}

/// The inputs of a fused node by name.
struct FusedInputs {
  let weights: CellWeights<Matrix>
  /// The first state: h_0, or h_0 and c_0, each hidden × batch.
  let state: [Matrix]
  /// x_1 … x_T side by side, in one matrix or several.
  let x: ArraySlice<Matrix>

  /// - Parameter parts: 1 for a state of h alone, 2 for h and c.
  init(_ inputs: [Matrix], of sequence: FusedSequence, parts: Int) {
    var rest = inputs[...]
    let W = (x: rest.removeFirst(), h: rest.removeFirst())
    let b_x = sequence.hasBias.x ? rest.removeFirst() : nil
    let b_h = sequence.hasBias.h ? rest.removeFirst() : nil
    weights = CellWeights(W: W, b: (x: b_x, h: b_h))
    state = Array(rest.prefix(parts))
    x = rest.dropFirst(parts)
  }
}
