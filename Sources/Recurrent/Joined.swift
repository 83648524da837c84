// A whole sequence as one value: its steps side by side.
//
// Where every step is a matrix of its own, a tape has T nodes for the inputs and T for the outputs, and each is looked
// at one by one. As one matrix a sequence is two nodes, and an output layer or a loss over all steps is one operation.

import Autodiff

/// A sequence as one value: [x_1 … x_T], rows × (T · batch).
///
/// The columns of a step are neighbours, and those of the next step follow: the numbers lie as in a tensor of PyTorch's
/// of T × batch × rows.
///
/// ```swift
/// let x = Joined(tape.constant(data), steps: 20)
/// let loss = (W * recorded.runFused(x).outputs.value + b).crossEntropy(classes).mean      // over all steps and examples
/// ```
public struct Joined<A: RecurrentAlgebra> {
  public let value: A
  /// T.
  public let steps: Int
  /// The columns of a step.
  public let batch: Int

  /// Traps unless the columns can be parted into so many steps, one or more, of one column or more; and on a formula,
  /// whose columns nobody knows.
  public init(_ value: A, steps: Int) {
    require(steps >= 1, "a sequence needs at least one step")
    guard let columns = value.knownColumns else {
      fatalError("a formula has no columns: it cannot be parted into steps")
    }
    require(columns > 0 && columns % steps == 0, "\(columns) columns cannot be parted into \(steps) steps")
    self.value = value
    self.steps = steps
    batch = columns / steps
  }

  /// The steps, put side by side. Traps where there are none, and where their shapes differ.
  public init(_ steps: [A]) {
    require(!steps.isEmpty, "a sequence needs at least one step")
    for x in steps {
      require(
        x.knownColumns == steps[0].knownColumns && x.knownRows == steps[0].knownRows,
        "the steps of a sequence have one shape")
    }
    // Columns side by side are rows one above the other, seen through the transpose.
    self.init(steps.count == 1 ? steps[0] : A.stack(steps.map(\.transposed)).transposed, steps: steps.count)
  }

  /// Step t, from 0. Traps out of range.
  public subscript(t: Int) -> A {
    require(t >= 0 && t < steps, "step \(t) is outside a sequence of \(steps)")
    return value.columns(t * batch..<(t + 1) * batch)
  }

  /// x_1 … x_T.
  public var parts: [A] { (0..<steps).map { self[$0] } }

  /// The same sequence from its other end.
  public var reversed: Joined {
    let columns = (0..<steps).reversed().flatMap { Array($0 * batch..<($0 + 1) * batch) }
    return Joined(value.columns(columns), steps: steps)
  }
}

extension Joined: Sendable where A: Sendable {}

extension RecurrentLayer {
  /// Runs over a whole sequence from zero states.
  public func run(_ inputs: Joined<A>) -> (outputs: Joined<A>, states: [[A]]) { run(inputs, from: nil) }

  public func run(_ inputs: Joined<A>, from states: [[A]]?) -> (outputs: Joined<A>, states: [[A]]) {
    let run = run(inputs.parts, from: states)
    return (Joined(run.outputs), run.states)
  }
}
