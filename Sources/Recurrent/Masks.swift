// Masks: sequences of different lengths in one batch, without any influence of the padding on the results.
//
// Shorter sequences are padded, so that all columns of a batch have the same number of steps. A padded step keeps the
// state of its column and outputs zeros. A layer that reads backwards meets the padding first, so it really begins at
// the last real step of each sequence.

import Autodiff

/// Which steps of a padded batch are real: column j holds a sequence of `lengths[j]` steps, then padding up to `steps`.
public struct Mask: Hashable, Sendable {
  /// The length of each column's sequence, from 1 to `steps`.
  public let lengths: [Int]
  /// T: how many steps there are, padding included.
  public let steps: Int
  /// Whether the padding comes before the sequences, not after them.
  private var padsAtStart = false

  /// Traps unless there is at least one length, and each is from 1 to `steps`.
  public init(lengths: [Int], steps: Int) {
    require(!lengths.isEmpty, "a mask needs a length for each column, and there are none")
    for (column, length) in lengths.enumerated() {
      require(
        length >= 1 && length <= steps,
        "column \(column) has a length of \(length): with \(steps) steps it must be from 1 to \(steps)")
    }
    self.lengths = lengths
    self.steps = steps
  }

  /// The mask of `inputs.reversed()`.
  public var reversed: Mask {
    var mask = self
    mask.padsAtStart.toggle()
    return mask
  }

  /// Whether step t, counted from 0, is a real step of this column, not padding.
  public func isReal(_ t: Int, column: Int) -> Bool {
    padsAtStart ? t >= steps - lengths[column] : t < lengths[column]
  }

  /// `isReal` for each entry of a matrix of rows × batch that belongs to step t, counted from 0: the flags of
  /// `Algebra.masked`.
  public func flags(_ t: Int, rows: Int) -> [Bool] {
    lengths.indices.flatMap { Array(repeating: isReal(t, column: $0), count: rows) }
  }

  /// `isReal` for each entry of a matrix of steps × batch, such as the scores of an attention.
  public var flags: [Bool] {
    lengths.indices.flatMap { column in (0..<steps).map { isReal($0, column: column) } }
  }

  /// Whether step t is real in every column.
  func isFull(_ t: Int) -> Bool { lengths.indices.allSatisfy { isReal(t, column: $0) } }

  /// Whether step t is padding in every column.
  func isEmpty(_ t: Int) -> Bool { !lengths.indices.contains { isReal(t, column: $0) } }
}

/// A layer that can run over a padded batch.
///
/// Cells have a default implementation: they only declare the conformance.
public protocol MaskableLayer<A>: RecurrentLayer {
  /// Runs over a padded batch whose padding is zeros. Callers use `run(_:from:mask:)`, which clears the padding first.
  func steps(_ inputs: [A], from states: [[A]]?, mask: Mask) -> MaskedSteps<A>
}

/// The result of a masked run, padded steps included.
public struct MaskedSteps<A> {
  /// y_1 … y_T; at padded steps, the state kept from before.
  public let outputs: [A]
  /// For each direction of each layer: the states after every step in the order of reading, and the mask in that order.
  public let states: [(all: [[A]], mask: Mask)]
}

extension MaskableLayer {
  /// Runs over a padded batch with the results of running each of its sequences alone.
  ///
  /// Outputs, last states, and the gradients of inputs and first states have the same bits as in a run over each
  /// sequence without padding, with two exceptions: a gradient that is zero may have the other sign; and if a loss uses
  /// both an output and a last state, and one of them more than once, the sum of their gradients may be rounded
  /// differently. At padded steps outputs and gradients of inputs are exactly zero. The values in the padding are never
  /// read; they may be infinity or NaN.
  ///
  /// Gradients of weights are sums over steps and columns. Their bits do not depend on the padding either. They equal
  /// the sums of the runs over each sequence alone only up to rounding, because the order of summation differs.
  ///
  /// - Parameters:
  ///   - inputs: x_1 … x_T, each inputs × batch. Traps unless there are as many as the mask has steps, at least one.
  ///   - states: as in `run(_:from:)`.
  ///   - mask: a length for each column of the batch. Traps on any other number of lengths.
  /// - Returns: the outputs, and the states after the last real step of each sequence. For a backward direction that is
  ///   t = 1.
  public func run(_ inputs: [A], from states: [[A]]? = nil, mask: Mask) -> Unrolled<A> {
    checkRun(inputs, states)
    require(inputs.count == mask.steps, "a mask of \(mask.steps) steps for a sequence of \(inputs.count)")
    for x in inputs {
      if let columns = x.knownColumns {
        require(
          columns == mask.lengths.count, "a mask of \(mask.lengths.count) lengths for a batch of \(columns) columns")
      }
    }
    // Inputs are cleared before the layers run, outputs and states after all of them have run. Gradients are summed in
    // the order of recording, which is then the same as in a run without a mask.
    let run = steps(inputs.indices.map { inputs[$0].cleared(mask, $0) }, from: states, mask: mask)
    return Unrolled(
      outputs: run.outputs.indices.map { run.outputs[$0].cleared(mask, $0) },
      states: run.states.map { $0.mask.last(of: $0.all) })
  }
}

extension RecurrentCell {
  public func steps(_ inputs: [A], from states: [[A]]?, mask: Mask) -> MaskedSteps<A> {
    var all: [[A]] = []
    var state = states?[0] ?? zeroState(for: inputs[0])
    // begin: masked-steps
    while all.count < inputs.count {
      let t = all.count
      if mask.isFull(t) {
        // Steps without padding run together: a fused cell computes them as one operation.
        let end = (t..<inputs.count).first { !mask.isFull($0) } ?? inputs.count
        all += unroll(Array(inputs[t..<end]), from: state)
      } else if mask.isEmpty(t) {
        all.append(state)
      } else {
        all.append(zip(step(inputs[t], state), state).map { new, old in new.chosen(mask, t, otherwise: old) })
      }
      state = all[all.count - 1]
    }
    // end: masked-steps
    return MaskedSteps(outputs: all.map { $0[0] }, states: [(all, mask)])
  }
}

extension RNNCell: MaskableLayer {}
extension FusedRNNCell: MaskableLayer {}
extension LSTMCell: MaskableLayer {}
extension FusedLSTMCell: MaskableLayer {}
extension GRUCell: MaskableLayer {}
extension FusedGRUCell: MaskableLayer {}

extension Stacked: MaskableLayer where Layer: MaskableLayer {
  public func steps(_ inputs: [A], from states: [[A]]?, mask: Mask) -> MaskedSteps<A> {
    var outputs = inputs
    var all: [(all: [[A]], mask: Mask)] = []
    for layer in layers {
      // At padded steps the outputs of the layer below are kept states. They are finite, and this layer ignores them.
      let run = layer.steps(outputs, from: part(of: states, from: all.count, for: layer), mask: mask)
      outputs = run.outputs
      all += run.states
    }
    return MaskedSteps(outputs: outputs, states: all)
  }
}

extension RecurrentNetwork: MaskableLayer {
  public func steps(_ inputs: [A], from states: [[A]]?, mask: Mask) -> MaskedSteps<A> {
    layer.steps(inputs, from: states, mask: mask)
  }
}

extension RecurrentNetwork where A == Variable {
  /// `run(_:from:mask:)` with fused cells: outputs, states and gradients are those of `run(_:from:mask:)` up to
  /// rounding.
  public func runFused(
    _ inputs: [Variable], from states: [[Variable]]? = nil, mask: Mask, threads: Int = 1
  ) -> Unrolled<Variable> {
    fusedLayer(threads: threads).run(inputs, from: states, mask: mask)
  }
}

// MARK: - Choosing entries

// Entries are chosen by filling the others with −0 and adding. x + (−0) has the bits of x for every x; x + 0 does not,
// because −0 + 0 is 0.

extension Mask {
  /// Each column's state after its last real step, from the states after every step.
  fileprivate func last<A: RecurrentAlgebra>(of states: [[A]]) -> [A] {
    // With the padding in front, all sequences end at the last step.
    let ends = padsAtStart ? [steps] : Set(lengths).sorted()
    if ends.count == 1 { return states[ends[0] - 1] }
    return states[0].indices.map { part in
      let terms = ends.map { end in
        let state = states[end - 1][part]
        let flags = lengths.flatMap { Array(repeating: $0 == end, count: state.knownRows ?? 1) }
        return state.masked(flags, fill: -0.0)
      }
      return sum(terms)
    }
  }
}

extension RecurrentAlgebra {
  /// The same value with zeros in the columns where step t is padding.
  fileprivate func cleared(_ mask: Mask, _ t: Int) -> Self {
    mask.isFull(t) ? self : masked(mask.flags(t, rows: knownRows ?? 1), fill: 0)
  }

  /// The columns of this value where step t is real, those of `other` where it is padding.
  fileprivate func chosen(_ mask: Mask, _ t: Int, otherwise other: Self) -> Self {
    let real = mask.flags(t, rows: knownRows ?? 1)
    return masked(real, fill: -0.0) + other.masked(real.map { !$0 }, fill: -0.0)
  }
}
