// Fused cells: a whole sequence is one operation of the tape, with a backward pass derived by hand.
//
// Derivative rules stand in `Operation.pullback` and nowhere else, with one exception: the files of this folder. They
// write the gradients of a cell a second time, for speed. The tests compare each fused cell with the plain cell,
// recorded as small operations, and with finite differences.

import Autodiff

/// A cell on a tape that computes all steps of a sequence as one node.
protocol FusedCell: RecurrentCell where A == Variable {
  /// The cell's name in messages: "an RNN".
  static var title: String { get }
  /// The parts of its state: h, or h and c.
  static var stateNames: [String] { get }
  var weights: CellWeights<Variable> { get }
  /// Entries of a state.
  var hidden: Int { get }
  var threads: Threads { get }

  /// The forward and backward pass for a run of these sizes; see `FusedSequence` for the order of inputs and outputs.
  func operation(_ sequence: FusedSequence) -> FusedOperation
}

extension FusedCell {
  /// Traps unless the shapes are those of a cell with so many gates: W_x with gates · hidden rows, W_h of (gates ·
  /// hidden) × hidden, and biases that are columns of gates · hidden.
  static func checkShapes(_ weights: CellWeights<Variable>, gates: Int, hidden: Int) {
    let (W, rows) = (weights.W, gates * hidden)
    let (square, column) = (Shape(rows, hidden), Shape(rows, 1))
    require(W.x.shape.rows == rows, "W_x of \(title) is \(W.x.shape), expected \(rows) rows")
    require(W.h.shape == square, "W_h of \(title) is \(W.h.shape), expected \(square)")
    for b in weights.biases { require(b.shape == column, "a bias of \(title) is \(b.shape), expected \(column)") }
  }

  public func step(_ x: Variable, _ state: [Variable]) -> [Variable] { unroll([x], from: state)[0] }

  public func zeroState(for x: Variable) -> [Variable] { zeroState(on: x.tape, batch: x.shape.columns) }

  private func zeroState(on tape: Tape, batch: Int) -> [Variable] {
    let zeros = tape.constant(Matrix(rows: hidden, columns: batch))
    return Self.stateNames.map { _ in zeros }
  }

  public func unroll(_ inputs: [Variable], from state: [Variable]) -> [[Variable]] {
    let states = record(inputs, from: state)
    return (1...inputs.count).map { states[$0] }
  }

  public func run(_ inputs: [Variable], from states: [[Variable]]?) -> Unrolled<Variable> {
    checkRun(inputs, states)
    let all = record(inputs, from: states?[0] ?? zeroState(for: inputs[0]))
    let h = (1...inputs.count).map { all.h($0) }
    return Unrolled(outputs: h, states: [all.lastState(h: h[h.count - 1])])
  }

  public func run(
    _ inputs: Joined<Variable>, from states: [[Variable]]?
  ) -> JoinedRun<Variable> {
    checkStates(states)
    let (x, steps, batch) = (inputs.value, inputs.steps, inputs.batch)
    checkInput(x.shape, Shape(weights.W.x.shape.columns, steps * batch))
    let start = states?[0] ?? zeroState(on: x.tape, batch: batch)
    let all = record([x], steps: steps, batch: batch, from: start)
    return JoinedRun(
      Joined(all.joined.columns(batch..<(steps + 1) * batch), steps: steps), states: [all[steps]])
  }

  private func checkInput(_ shape: Shape, _ expected: Shape) {
    require(shape == expected, "an input of \(Self.title) is \(shape), expected \(expected)")
  }

  private func record(_ x: [Variable], from state: [Variable]) -> FusedStates {
    require(!x.isEmpty, "a sequence needs at least one step")
    let expected = Shape(weights.W.x.shape.columns, x[0].shape.columns)
    for x in x { checkInput(x.shape, expected) }
    return record(x, steps: x.count, batch: expected.columns, from: state)
  }

  private func record(_ x: [Variable], steps: Int, batch: Int, from state: [Variable]) -> FusedStates {
    require(
      state.count == Self.stateNames.count,
      "the state of \(Self.title) is \(Self.stateNames.joined(separator: " and ")), not \(state.count) matrices")
    let expected = Shape(hidden, batch)
    for part in state {
      require(part.shape == expected, "a state of \(Self.title) is \(part.shape), expected \(expected)")
    }
    let (W, b) = (weights.W, weights.b)
    var needsX = false
    for x in x where x.isDifferentiable { needsX = true }
    let sequence = FusedSequence(
      steps: steps, batch: batch, hidden: hidden, hasBias: (x: b.x != nil, h: b.h != nil),
      needs: (W_x: W.x.isDifferentiable, W_h: W.h.isDifferentiable, x: needsX), threads: threads)
    let inputs = [W.x, W.h] + weights.biases + state + x
    let joined = Variable.apply(.fused(operation(sequence)), inputs)
    return FusedStates(joined: joined, parts: state.count, steps: steps, batch: batch)
  }
}

/// The states of all steps, as columns of a fused cell's node.
private struct FusedStates {
  /// [h_0 … h_T], or [h_0 … h_T, c_0 … c_T].
  let joined: Variable
  /// 1 for h alone, 2 for h and c.
  let parts: Int
  let steps: Int
  let batch: Int

  /// h_t, from h_0 to h_T.
  func h(_ t: Int) -> Variable { joined.columns(t * batch..<(t + 1) * batch) }
  private func c(_ t: Int) -> Variable { h(steps + 1 + t) }

  /// The state after step t, from 1.
  subscript(t: Int) -> [Variable] { parts == 1 ? [h(t)] : [h(t), c(t)] }

  /// The state after the last step, given its h, so that it is not recorded twice.
  func lastState(h: Variable) -> [Variable] { parts == 1 ? [h] : [h, c(steps)] }
}
