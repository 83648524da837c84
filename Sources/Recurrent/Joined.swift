// A whole sequence as one value: its steps side by side.
//
// With a matrix for each step a tape has T nodes for the inputs and T for the outputs. With one matrix for the whole
// sequence it has two nodes, and an output layer or a loss over all steps is one operation.

import Autodiff

/// A sequence as one value: [x_1 … x_T], rows × (T · batch).
///
/// The columns of a step are neighbours, and the columns of the next step follow: in memory the numbers have the order
/// of a PyTorch tensor of shape (T, batch, rows).
///
/// ```swift
/// let x = Joined(tape.constant(data), steps: 20)
/// let loss = (W * recorded.runFused(x).outputs.value + b).crossEntropy(classes).mean      // over all steps and
/// examples ```
public struct Joined<A: RecurrentAlgebra> {
  /// rows × (T · batch).
  public let value: A
  /// T.
  public let steps: Int
  /// Columns of a step.
  public let batch: Int

  /// Traps unless the columns divide evenly into `steps` steps, at least one, of at least one column each. Traps on a
  /// formula, whose number of columns is unknown.
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

  /// Puts steps side by side. Traps if there are none, or if their shapes differ.
  public init(_ steps: [A]) {
    require(!steps.isEmpty, "a sequence needs at least one step")
    for x in steps {
      require(
        x.knownColumns == steps[0].knownColumns && x.knownRows == steps[0].knownRows,
        "the steps of a sequence have one shape")
    }
    // There is no operation that puts columns side by side: stack the transposes as rows, and transpose the result.
    self.init(steps.count == 1 ? steps[0] : A.stack(steps.map { $0.transposed }).transposed, steps: steps.count)
  }

  /// Step t, counted from 0. Traps if out of range.
  public subscript(t: Int) -> A {
    require(t >= 0 && t < steps, "step \(t) is outside a sequence of \(steps)")
    return value.columns(t * batch..<(t + 1) * batch)
  }

  /// The steps x_1 … x_T, each rows × batch.
  public var parts: [A] { (0..<steps).map { self[$0] } }

  /// The steps in reverse order.
  public var reversed: Joined {
    let columns = (0..<steps).reversed().flatMap { Array($0 * batch..<($0 + 1) * batch) }
    return Joined(value.columns(columns), steps: steps)
  }
}

extension Joined: Sendable where A: Sendable {}

extension RecurrentLayer {
  /// Runs over a sequence that is one value, from zero states.
  public func run(_ inputs: Joined<A>) -> (outputs: Joined<A>, states: [[A]]) { run(inputs, from: nil) }

  public func run(_ inputs: Joined<A>, from states: [[A]]?) -> (outputs: Joined<A>, states: [[A]]) {
    let run = run(inputs.parts, from: states)
    return (Joined(run.outputs), run.states)
  }
}
