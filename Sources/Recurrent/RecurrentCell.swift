// What recurrent networks are made of: a cell is one step, a layer is a sequence, and one loop makes a layer of a cell.
//
// Everything is generic over the algebra: the same step is computed with matrices, recorded with variables, and written
// down with symbols.

import Autodiff

/// An algebra that can begin a sequence: one that has zeros.
public protocol RecurrentAlgebra: Algebra {
  /// Zeros with the rows of `other` and the columns of this one: the state of a cell that has seen nothing yet. On a
  /// tape they are a constant.
  func zeros(rowsOf other: Self) -> Self

  /// The number of columns, where it is known (a formula does not know its shape); nil unless a type says otherwise.
  var knownColumns: Int? { get }
}

extension RecurrentAlgebra {
  public var knownColumns: Int? { nil }
}

extension Matrix: RecurrentAlgebra {
  public func zeros(rowsOf other: Matrix) -> Matrix { Matrix(rows: other.rows, columns: columns) }
  public var knownColumns: Int? { columns }
}

extension Variable: RecurrentAlgebra {
  public func zeros(rowsOf other: Variable) -> Variable { tape.constant(value.zeros(rowsOf: other.value)) }
  public var knownColumns: Int? { shape.columns }
}

extension Symbol: RecurrentAlgebra {
  public func zeros(rowsOf other: Symbol) -> Symbol { .number(0) }
}

/// A sequence in, a sequence out, and states before and after: a cell, or cells put together.
public protocol RecurrentLayer<A> {
  associatedtype A: RecurrentAlgebra

  /// How many states it takes and gives: one for each direction of each layer in it.
  var stateCount: Int { get }

  /// Runs over a whole sequence.
  ///
  /// - Parameters:
  ///   - inputs: x_1 … x_T, each inputs × batch. Traps where there are none.
  ///   - states: `stateCount` states, each [h] or [h, c] of hidden × batch; nil for zeros. Traps on another number.
  func run(_ inputs: [A], from states: [[A]]?) -> Unrolled<A>

  /// The same over a sequence that is one value, with outputs that are one value. It comes by itself, step by step; fused
  /// cells, and what is built upon them, take the sequence as it is.
  func run(_ inputs: Joined<A>, from states: [[A]]?) -> (outputs: Joined<A>, states: [[A]])
}

/// What a layer made of a sequence.
public struct Unrolled<A> {
  /// y_1 … y_T, each (hidden · directions) × batch.
  public let outputs: [A]
  /// The last state of each direction of each layer, in PyTorch's order: layer 0 forward, layer 0 backward, layer 1 …
  /// The last state of a backward direction is the one that stands at t = 1.
  public let states: [[A]]

  public init(outputs: [A], states: [[A]]) {
    self.outputs = outputs
    self.states = states
  }
}

/// One step of one direction of one layer.
///
/// A conforming type writes `step` and `zeroState`; running over a sequence comes by itself. A fused cell, which
/// computes a whole sequence at once, replaces `unroll`, and everything built upon cells takes it as it is.
public protocol RecurrentCell<A>: RecurrentLayer {
  /// The next state, from the input x_t (inputs × batch) and the state before it.
  ///
  /// - Parameter state: the parts of the state, each hidden × batch, h first: [h], or [h, c].
  func step(_ x: A, _ state: [A]) -> [A]

  /// The state of a cell that has seen nothing, for inputs like x: zeros, hidden × batch.
  func zeroState(for x: A) -> [A]

  /// The states after each of the inputs, t = 1 … T.
  func unroll(_ inputs: [A], from state: [A]) -> [[A]]
}

extension RecurrentCell {
  public func unroll(_ inputs: [A], from state: [A]) -> [[A]] {
    var states = [state]
    for x in inputs { states.append(step(x, states[states.count - 1])) }
    return Array(states.dropFirst())
  }

  public var stateCount: Int { 1 }

  /// A cell as a layer: its outputs are the h of its states.
  public func run(_ inputs: [A], from states: [[A]]?) -> Unrolled<A> {
    checkRun(inputs, states)
    for part in states?[0] ?? [] {
      // A single column would be taken for a bias, and spread.
      require(
        part.knownColumns == inputs[0].knownColumns,
        "a state of \(part.knownColumns ?? 0) columns for inputs of \(inputs[0].knownColumns ?? 0)")
    }
    let unrolled = unroll(inputs, from: states?[0] ?? zeroState(for: inputs[0]))
    return Unrolled(outputs: unrolled.map { $0[0] }, states: [unrolled[unrolled.count - 1]])
  }
}

extension RecurrentLayer {
  /// Runs over a whole sequence from zero states.
  public func run(_ inputs: [A]) -> Unrolled<A> { run(inputs, from: nil) }

  func checkRun(_ inputs: [A], _ states: [[A]]?) {
    require(!inputs.isEmpty, "a sequence needs at least one step")
    checkStates(states)
  }

  func checkStates(_ states: [[A]]?) {
    if let states {
      require(states.count == stateCount, "\(stateCount) states are needed, one a direction, not \(states.count)")
    }
  }
}

/// One direction's parameters, its gates stacked as PyTorch stacks them.
public struct CellWeights<A> {
  /// On the input: (gates · hidden) × inputs. On the state: (gates · hidden) × hidden.
  public var W: (x: A, h: A)
  /// Columns of gates · hidden, nil where there is none. PyTorch adds two, one beside each product.
  public var b: (x: A?, h: A?)

  public init(W: (x: A, h: A), b: (x: A?, h: A?) = (nil, nil)) {
    self.W = W
    self.b = b
  }

  /// The biases that there are, in that order.
  var biases: [A] {
    switch b {
    case (let x?, let h?): [x, h]
    case (let x?, nil): [x]
    case (nil, let h?): [h]
    case (nil, nil): []
    }
  }
}

extension Algebra {
  /// A sum whose second term may be missing, so that an equation reads the same with and without its bias.
  static func + (a: Self, b: Self?) -> Self {
    if let b { a + b } else { a }
  }
}

extension CellWeights: Sendable where A: Sendable {}
extension Unrolled: Sendable where A: Sendable {}

// MARK: - Requirements

/// Stops the program with a message unless `condition` holds; `precondition` would lose the message when optimised.
@inline(__always)
func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
  if !condition { fatalError(message(), file: file, line: line) }
}
