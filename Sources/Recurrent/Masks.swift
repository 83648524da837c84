// Masks: sequences of different lengths in one batch, and nothing of the padding in what comes out.
//
// A shorter sequence is filled up with padding, so that all columns of a batch have the same number of steps. Padding is
// no input: a padded step keeps its column's state and gives zeros. A network that reads backwards meets the padding
// first, and so begins at each sequence's own last symbol.

import Autodiff

/// Which steps of a padded batch are real: column j holds a sequence of `lengths[j]` steps, then padding up to `steps`.
public struct Mask: Hashable, Sendable {
  /// One for each column, from 1 to `steps`.
  public let lengths: [Int]
  /// T: how many steps there are with the padding.
  public let steps: Int
  /// Whether the padding comes before the sequences.
  private var padsAtStart = false

  /// Traps unless there is a length, and each is from 1 to `steps`.
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

  /// The same batch read from its other end: the padding of `inputs.reversed()`.
  public var reversed: Mask {
    var mask = self
    mask.padsAtStart.toggle()
    return mask
  }

  /// Whether step t, from 0, is one of the sequence in this column.
  public func isReal(_ t: Int, column: Int) -> Bool {
    padsAtStart ? t >= steps - lengths[column] : t < lengths[column]
  }

  /// For a matrix of a few rows that belongs to step t, from 0: a flag for each entry, as `Algebra.masked` takes them.
  public func flags(_ t: Int, rows: Int) -> [Bool] {
    lengths.indices.flatMap { Array(repeating: isReal(t, column: $0), count: rows) }
  }

  /// For a matrix of steps × batch, such as the scores of an attention: a flag for each entry.
  public var flags: [Bool] {
    lengths.indices.flatMap { column in (0..<steps).map { isReal($0, column: column) } }
  }

  /// Whether every column has a real step at t.
  func isFull(_ t: Int) -> Bool { lengths.indices.allSatisfy { isReal(t, column: $0) } }

  /// Whether no column has one.
  func isEmpty(_ t: Int) -> Bool { !lengths.indices.contains { isReal(t, column: $0) } }
}

/// A layer that can run over a padded batch.
///
/// A cell conforms by saying so; the loop comes by itself.
public protocol MaskableLayer<A>: RecurrentLayer {
  /// All steps over a padded batch whose padding is zeros. What `run(_:from:mask:)` is made of: call that.
  func steps(_ inputs: [A], from states: [[A]]?, mask: Mask) -> MaskedSteps<A>
}

/// What a layer computed, the padded steps included.
public struct MaskedSteps<A> {
  /// y_1 … y_T; at padded steps, the state that was kept.
  public let outputs: [A]
  /// For each direction of each layer the states after every step, in the order in which it read them, and the mask in
  /// that order.
  public let states: [(all: [[A]], mask: Mask)]
}

extension MaskableLayer {
  /// Runs over a padded batch as over each of its sequences alone.
  ///
  /// Outputs, last states, and the gradients of inputs and first states have the bits of a run over each sequence without
  /// its padding, with two exceptions: a gradient that is zero may have another sign; and where a loss uses both an
  /// output and a last state, and one of them more than once, the sum of what comes back may be rounded otherwise. At
  /// padded steps outputs and gradients of inputs are zeros, exactly. What stands in the padding is never read, so that
  /// it may be anything, infinity and NaN included.
  ///
  /// Gradients of weights are sums over steps and columns. Their bits do not depend on the padding either, but with the
  /// sum of the runs over each sequence alone they agree up to rounding only: the order of summation is another.
  ///
  /// - Parameters:
  ///   - inputs: x_1 … x_T, each inputs × batch. Traps where there are none, or of another number than the mask's steps.
  ///   - states: as in `run(_:from:)`.
  ///   - mask: a length for each column of the batch. Traps on another number.
  /// - Returns: the last states are those after each sequence's own last symbol; a backward direction's stand at t = 1.
  public func run(_ inputs: [A], from states: [[A]]? = nil, mask: Mask) -> Unrolled<A> {
    checkRun(inputs, states)
    require(inputs.count == mask.steps, "a mask of \(mask.steps) steps for a sequence of \(inputs.count)")
    for x in inputs {
      if let columns = x.knownColumns {
        require(
          columns == mask.lengths.count, "a mask of \(mask.lengths.count) lengths for a batch of \(columns) columns")
      }
    }
    // Inputs are cleared before the directions part, outputs and states taken after all layers have run: gradients are
    // added up in the order of recording, and so in the order of a run without a mask.
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
        // Steps without any padding are run in one go: a fused cell has its own way.
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
      // What the layer below gives at padded steps is a state, a finite number, of which nothing is kept.
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
  /// `run(_:from:mask:)` with fused cells, as `runFused(_:from:)` is `run(_:from:)`: outputs, states and gradients are
  /// those of the plain cells up to rounding.
  public func runFused(
    _ inputs: [Variable], from states: [[Variable]]? = nil, mask: Mask, threads: Int = 1
  ) -> Unrolled<Variable> {
    fusedLayer(threads: threads).run(inputs, from: states, mask: mask)
  }
}

// MARK: - Choosing

// x + (−0) is x for every x, which x + 0 is not: −0 + 0 is 0. So what is chosen by adding keeps every bit.

extension Mask {
  /// Each column's state after its last real step, from the states after every step.
  fileprivate func last<A: RecurrentAlgebra>(of states: [[A]]) -> [A] {
    // Where the padding comes first, all sequences end together.
    let ends = padsAtStart ? [steps] : Set(lengths).sorted()
    if ends.count == 1 { return states[ends[0] - 1] }
    return states[0].indices.map { part in
      let terms = ends.map { end in
        let state = states[end - 1][part]
        let flags = lengths.flatMap { Array(repeating: $0 == end, count: state.knownRows ?? 1) }
        return state.masked(flags, fill: -0.0)
      }
      return terms.dropFirst().reduce(terms[0]) { $0 + $1 }
    }
  }
}

extension RecurrentAlgebra {
  /// Zeros in the columns where step t is padding; as it is where there is none.
  fileprivate func cleared(_ mask: Mask, _ t: Int) -> Self {
    mask.isFull(t) ? self : masked(mask.flags(t, rows: knownRows ?? 1), fill: 0)
  }

  /// This in the columns where step t is real, the other where it is padding.
  fileprivate func chosen(_ mask: Mask, _ t: Int, otherwise other: Self) -> Self {
    let real = mask.flags(t, rows: knownRows ?? 1)
    return masked(real, fill: -0.0) + other.masked(real.map { !$0 }, fill: -0.0)
  }
}
