// The parts of a recurrent network: a cell is one step, a layer is a whole sequence, and one loop turns a cell into a
// layer.
//
// All of it is generic over the algebra. The same `step` computes with matrices, records variables on a tape, and
// writes formulas with symbols.

import Autodiff

/// An algebra that a sequence can start in: it can make zeros.
public protocol RecurrentAlgebra: Algebra {
  /// Zeros with the rows of `other` and the columns of this value: the first state of a cell. On a tape they are a
  /// constant.
  func zeros(rowsOf other: Self) -> Self

  /// The number of columns; nil if unknown, as for a formula. The default implementation returns nil.
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

/// Anything that turns a sequence into a sequence and keeps states: a cell, or several cells combined.
public protocol RecurrentLayer<A> {
  associatedtype A: RecurrentAlgebra

  /// How many states it takes and returns: one for each direction of each layer in it.
  var stateCount: Int { get }

  /// Runs over a whole sequence.
  ///
  /// - Parameters:
  ///   - inputs: x_1 … x_T, each inputs × batch. Traps if empty.
  ///   - states: the first states, `stateCount` of them, each [h] or [h, c] of hidden × batch; nil for zeros. Traps on
  ///     any other number of states.
  func run(_ inputs: [A], from states: [[A]]?) -> Unrolled<A>

  /// Runs over a sequence that is one value, and returns all outputs as one value.
  ///
  /// The default implementation runs step by step. Fused cells, and layers made of them, process the value as a whole.
  func run(_ inputs: Joined<A>, from states: [[A]]?) -> (outputs: Joined<A>, states: [[A]])
}

/// The result of running a layer over a sequence.
public struct Unrolled<A> {
  /// y_1 … y_T, each (hidden · directions) × batch.
  public let outputs: [A]
  /// The last state of each direction of each layer, in PyTorch's order: layer 0 forward, layer 0 backward, layer 1 …
  /// The last state of a backward direction is the one at t = 1.
  public let states: [[A]]

  public init(outputs: [A], states: [[A]]) {
    self.outputs = outputs
    self.states = states
  }
}

/// One step of one direction of one layer.
///
/// A conforming type implements `step` and `zeroState`; everything else has a default implementation. A fused cell,
/// which computes a whole sequence at once, also implements `unroll`.
public protocol RecurrentCell<A>: RecurrentLayer {
  /// The state after a step.
  ///
  /// - Parameters:
  ///   - x: x_t, inputs × batch.
  ///   - state: the state before the step: [h] or [h, c], each hidden × batch.
  func step(_ x: A, _ state: [A]) -> [A]

  /// The first state for inputs with as many columns as x: zeros, hidden × batch.
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

  /// Runs the cell as a layer: its outputs are the h of each state. Traps if a first state has another number of
  /// columns than the inputs.
  public func run(_ inputs: [A], from states: [[A]]?) -> Unrolled<A> {
    checkRun(inputs, states)
    for part in states?[0] ?? [] {
      // Without this check, a state of a single column would be broadcast as a bias is.
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

  /// Traps unless there is an input, and `stateCount` states or nil.
  func checkRun(_ inputs: [A], _ states: [[A]]?) {
    require(!inputs.isEmpty, "a sequence needs at least one step")
    checkStates(states)
  }

  /// Traps unless there are `stateCount` states or nil.
  func checkStates(_ states: [[A]]?) {
    if let states {
      require(states.count == stateCount, "\(stateCount) states are needed, one a direction, not \(states.count)")
    }
  }
}

/// The parameters of one direction, with the gates stacked as PyTorch stacks them.
public struct CellWeights<A> {
  /// W.x: (gates · hidden) × inputs. W.h: (gates · hidden) × hidden.
  public var W: (x: A, h: A)
  /// Columns of gates · hidden; nil for no bias. PyTorch has two, one for each product.
  public var b: (x: A?, h: A?)

  public init(W: (x: A, h: A), b: (x: A?, h: A?) = (nil, nil)) {
    self.W = W
    self.b = b
  }

  /// The biases that exist: b.x, then b.h.
  var biases: [A] {
    switch b {
    case (let x?, let h?): [x, h]
    case (let x?, nil): [x]
    case (nil, let h?): [h]
    case (nil, nil): []
    }
  }
}

extension CellWeights where A: Algebra {
  /// The parameters of gate number k, counted from the top of the stack: `hidden` rows of each.
  func gate(_ k: Int, hidden: Int) -> CellWeights {
    let rows = k * hidden..<(k + 1) * hidden
    return CellWeights(
      W: (x: W.x.rows(rows), h: W.h.rows(rows)), b: (x: b.x.map { $0.rows(rows) }, h: b.h.map { $0.rows(rows) }))
  }

  /// b.x + b.h; nil if neither exists.
  var bias: A? { b.x.map { $0 + b.h } ?? b.h }
}

extension Algebra {
  /// A sum whose second term may be missing, so that an equation reads the same with and without its bias.
  static func + (a: Self, b: Self?) -> Self {
    if let b { a + b } else { a }
  }
}

/// The sum of one term or more, added from left to right.
func sum<A: Algebra>(_ terms: [A]) -> A { terms.dropFirst().reduce(terms[0]) { $0 + $1 } }

extension CellWeights: Sendable where A: Sendable {}
extension Unrolled: Sendable where A: Sendable {}
