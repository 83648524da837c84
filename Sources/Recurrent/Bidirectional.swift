// Two networks with weights of their own read the sequence in opposite directions.

import Autodiff

/// What both directions know of each step, one above the other: y_t = [forward_t; backward_t].
///
/// M. Schuster & K. K. Paliwal (1997, "Bidirectional recurrent neural networks"). The backward network begins at x_T;
/// its output at t has seen x_T … x_t. States: the forward ones, then the backward ones.
public struct Bidirectional<Layer: RecurrentLayer>: RecurrentLayer {
  public typealias A = Layer.A

  public let forward: Layer
  public let backward: Layer

  public init(forward: Layer, backward: Layer) {
    self.forward = forward
    self.backward = backward
  }

  public var stateCount: Int { forward.stateCount + backward.stateCount }

  public func run(_ inputs: [A], from states: [[A]]?) -> Unrolled<A> {
    checkRun(inputs, states)
    let first = parted(states)
    let there = forward.run(inputs, from: first.there)
    let back = backward.run(inputs.reversed(), from: first.back)
    return Unrolled(outputs: merge(there.outputs, back.outputs), states: there.states + back.states)
  }

  public func run(_ inputs: Joined<A>, from states: [[A]]?) -> (outputs: Joined<A>, states: [[A]]) {
    checkStates(states)
    let first = parted(states)
    let there = forward.run(inputs, from: first.there)
    let back = backward.run(inputs.reversed, from: first.back)
    let outputs = A.stack([there.outputs.value, back.outputs.reversed.value])
    return (Joined(outputs, steps: inputs.steps), there.states + back.states)
  }

  /// The states of the forward direction, and those of the other.
  private func parted(_ states: [[A]]?) -> (there: [[A]]?, back: [[A]]?) {
    (states.map { Array($0.prefix(forward.stateCount)) }, states.map { Array($0.suffix(backward.stateCount)) })
  }

  /// The backward outputs come last one first.
  private func merge(_ there: [A], _ back: [A]) -> [A] { zip(there, back.reversed()).map { A.stack([$0, $1]) } }
}

extension Bidirectional: MaskableLayer where Layer: MaskableLayer {
  /// The backward network begins at each sequence's own last symbol: until then its padded columns keep their states.
  public func steps(_ inputs: [A], from states: [[A]]?, mask: Mask) -> MaskedSteps<A> {
    let first = parted(states)
    let there = forward.steps(inputs, from: first.there, mask: mask)
    let back = backward.steps(
      inputs.reversed(), from: first.back, mask: mask.reversed)
    return MaskedSteps(outputs: merge(there.outputs, back.outputs), states: there.states + back.states)
  }
}

extension Bidirectional: Sendable where Layer: Sendable {}
