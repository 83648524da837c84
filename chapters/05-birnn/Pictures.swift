// The pictures of sections 5.1, 5.4 and 5.5, and the tapes of those that show less than a whole run.

import Autodiff
import Notebook
import Recurrent

extension Direction {
  /// The names of W_x, W_h and b.
  var weights: [String] { [name("W", "x"), name("W", "h"), b] }
}

extension Diagram {
  /// What leaves at the top: nothing but one vector, or the outputs of all steps.
  enum Top { case outputs, lastOutput, lastStates }

  /// Two rows of states of three units, the forward one above the backward one.
  static func twoDirections(_ T: Int, top: Top = .outputs, label: String = "") -> Diagram {
    var d = Diagram(label: label)
    func column(_ t: Int) -> Int { 5 * t - 2 }
    let x = (1...T).map { d.quantity("x_\($0)", at: column($0), 15) }
    let there = (1...T).map { d.state(.forward, $0, at: column($0), 6) }
    let back = (1...T).map { d.state(.backward, $0, at: column($0) + 2, 10) }
    for t in 1...T {
      d.wire(x[t - 1], there[t - 1])
      d.wire(x[t - 1], back[t - 1], via: [(column(t), 13), (column(t) + 2, 13)])
    }
    d.wire(d.quantity(Direction.forward.name("h", 0), at: 0, 6), there[0])
    for t in 2...T { d.wire(there[t - 2], there[t - 1]) }
    d.wire(d.quantity(Direction.backward.name("h", T + 1), at: column(T) + 6, 10), back[T - 1])
    for t in 2...T { d.wire(back[t - 1], back[t - 2]) }
    switch top {
    case .outputs:
      for t in 1...T {
        let y = d.operation(.stackRows(heights: [3, 3]), "y_\(t)", at: column(t) + 2, 2)
        d.wire(there[t - 1], y, via: [(column(t), 2)])
        d.wire(back[t - 1], y)
        d.wire(y, d.quantity("y_\(t)", at: column(t) + 2, -1))
      }
    case .lastOutput:
      let y = d.operation(.stackRows(heights: [3, 3]), "y_\(T)", at: column(T), 2)
      d.wire(there[T - 1], y)
      d.wire(back[T - 1], y, via: [(column(T) + 2, 2)])
      d.wire(y, d.quantity("y_\(T)", at: column(T), -1))
      d.wire(back[0], d.quantity(Direction.backward.name("h", 1), at: column(1) - 3, 10))
    case .lastStates:
      let s = d.operation(.stackRows(heights: [3, 3]), "s", at: column(T), 2)
      d.wire(there[T - 1], s)
      d.wire(back[0], s, via: [(column(1) + 2, 2)])
      d.wire(s, d.quantity("s", at: column(T), -1))
    }
    return d
  }

  /// A step of a direction, as a box with the name of the state that it computes.
  private mutating func state(_ direction: Direction, _ t: Int, at x: Int, _ y: Int) -> Port {
    let name = direction.name("h", t)
    return box(name, [name], parameters: direction.weights, at: x, y, width: 2, height: 2)[0]
  }

  /// The names of the states of these steps.
  static func states(_ direction: Direction, _ steps: ClosedRange<Int>) -> [String] {
    steps.map { direction.name("h", $0) }
  }

  /// The backward row alone: T steps, of which it reads the first so many, from the last to the first.
  static func padded(_ T: Int, read: Int, label: String) -> Diagram {
    var d = Diagram(label: label)
    func column(_ t: Int) -> Int { 5 * t - 2 }
    var state = d.quantity(Direction.backward.name("h", T + 1), at: column(T) + 4, 3)
    for t in (1...read).reversed() {
      let next = d.state(.backward, t, at: column(t), 3)
      d.wire(d.quantity("x_\(t)", at: column(t), 6), next)
      d.wire(state, next)
      state = next
    }
    // Where nothing reads an input, a frame stands in its place.
    for t in (read + 1)..<(T + 1) { d.frame("x_\(t)", from: (column(t) - 1, 5), to: (column(t) + 1, 7)) }
    d.wire(state, d.quantity(Direction.backward.name("h", 1), at: column(1) - 4, 3))
    return d
  }
}

extension Example {
  /// The states of both directions and one vector at the end, on a tape of their own.
  func taped(_ top: Diagram.Top) -> Tape {
    let tape = Tape()
    let inputs = x.enumerated().map { tape.constant($1, named: "x_\($0 + 1)") }
    let there = states(.forward, there, inputs)
    let back = Array(states(.backward, back, inputs.reversed()).reversed())
    if top == .lastOutput { Variable.stack([there[T - 1], back[T - 1]]).named("y_\(T)") }
    if top == .lastStates { Variable.stack([there[T - 1], back[0]]).named("s") }
    return tape
  }

  /// The states of one direction in the order of reading.
  private func states(_ direction: Direction, _ W: Weights<Matrix>, _ inputs: [Variable]) -> [Variable] {
    let states = unroll(direction, W, inputs)
    for (k, h) in states.enumerated() { h.named(direction.name("h", direction == .forward ? k + 1 : T - k)) }
    return states
  }

  /// The states in the order of reading, without names: by the library's cell, past a mask if there is one.
  private func unroll(
    _ direction: Direction, _ W: Weights<Matrix>, _ inputs: [Variable], mask: Mask? = nil
  ) -> [Variable] {
    let tape = inputs[0].tape
    let names = direction.weights
    let cell = Example.cell(
      (
        tape.variable(W.x, named: names[0]), tape.variable(W.h, named: names[1]), tape.variable(W.b, named: names[2])
      ))
    let zeros = Matrix(rows: hidden, columns: x[0].columns)
    let start = tape.constant(zeros, named: direction.name("h", direction == .forward ? 0 : T + 1))
    let all = mask.map { cell.steps(inputs, from: [[start]], mask: $0).states[0].all }
    return (all ?? cell.unroll(inputs, from: [start])).map { $0[0] }
  }

  /// The backward direction over a padded sequence.
  func tapedBackward(_ mask: Mask?) -> Tape {
    let tape = Tape()
    let inputs = x.enumerated().map { tape.constant($1, named: "x_\($0 + 1)") }
    let read = unroll(.backward, back, inputs.reversed(), mask: mask?.reversed)
    let count = mask?.lengths[0] ?? T
    for (k, h) in read.suffix(count).enumerated() { h.named(Direction.backward.name("h", count - k)) }
    return tape
  }
}
