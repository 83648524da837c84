// Two layers with separate weights read a sequence in opposite directions.

import Autodiff

/// A layer that reads forwards and one that reads backwards, with their outputs stacked: y_t = [forward_t; backward_t].
///
/// M. Schuster & K. K. Paliwal (1997, "Bidirectional recurrent neural networks"). The backward layer begins at x_T, so
/// its output at t depends on x_T … x_t. The states are those of the forward layer, then those of the backward layer.
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
    let first = split(states)
    let there = forward.run(inputs, from: first.there)
    let back = backward.run(inputs.reversed(), from: first.back)
    return Unrolled(outputs: merge(there.outputs, back.outputs), states: there.states + back.states)
  }

  public func run(_ inputs: Joined<A>, from states: [[A]]?) -> (outputs: Joined<A>, states: [[A]]) {
    checkStates(states)
    let first = split(states)
    let there = forward.run(inputs, from: first.there)
    let back = backward.run(inputs.reversed, from: first.back)
    let outputs = A.stack([there.outputs.value, back.outputs.reversed.value])
    return (Joined(outputs, steps: inputs.steps), there.states + back.states)
  }

  /// The states of the forward layer and those of the backward layer.
  private func split(_ states: [[A]]?) -> (there: [[A]]?, back: [[A]]?) {
    (states.map { Array($0.prefix(forward.stateCount)) }, states.map { Array($0.suffix(backward.stateCount)) })
  }

  /// Stacks the outputs of both layers; those of the backward layer begin with step T.
  private func merge(_ there: [A], _ back: [A]) -> [A] { zip(there, back.reversed()).map { A.stack([$0, $1]) } }
}

extension Bidirectional: MaskableLayer where Layer: MaskableLayer {
  /// The backward layer begins at the last real step of each sequence: until then the padded columns keep their first
  /// states.
  public func steps(_ inputs: [A], from states: [[A]]?, mask: Mask) -> MaskedSteps<A> {
    let first = split(states)
    let there = forward.steps(inputs, from: first.there, mask: mask)
    let back = backward.steps(inputs.reversed(), from: first.back, mask: mask.reversed)
    return MaskedSteps(outputs: merge(there.outputs, back.outputs), states: there.states + back.states)
  }
}

extension Bidirectional: Sendable where Layer: Sendable {}
