// The worked example of this chapter: a small bidirectional network, written out step by step.

import Autodiff
import LaTeX
import Notebook
import Recurrent

/// A direction, and the names of its quantities in the notes.
enum Direction: String {
  case forward = "\\overrightarrow"
  case backward = "\\overleftarrow"

  func name(_ letter: String, _ index: String) -> String { "\(rawValue){\(letter)}_\(index)" }
  func name(_ letter: String, _ index: Int) -> String { name(letter, "\(index)") }
  var b: String { "\(rawValue){b}" }
}

/// Weights of both directions, inputs, and targets, with the loss L = ½ Σ_t ‖y_t − d_t‖².
struct Example {
  /// W_x: hidden × inputs, W_h: hidden × hidden, b: hidden × 1.
  typealias Weights<A> = (x: A, h: A, b: A)

  let there, back: Weights<Matrix>
  /// x_1 … x_T, inputs × batch, at x[0] …, and the targets d_1 … d_T, 2 hidden × batch.
  var x: [Matrix]
  let d: [Matrix]
  var T: Int { x.count }
  var hidden: Int { there.h.rows }

  init(inputs: Int = 2, hidden: Int = 3, steps: Int, batch: Int, seed: UInt64) {
    var random = Random(seed: seed)
    func weights() -> Weights<Matrix> {
      (
        random.normal(hidden, inputs, deviation: 0.8), random.normal(hidden, hidden, deviation: 0.6),
        random.normal(hidden, 1, deviation: 0.3)
      )
    }
    (there, back) = (weights(), weights())
    x = (0..<steps).map { _ in random.normal(inputs, batch) }
    d = (0..<steps).map { _ in random.uniform(2 * hidden, batch, -1, 1) }
  }

  /// The library's layer with these weights.
  var layer: Bidirectional<RNNCell<Matrix>> {
    Bidirectional(forward: Example.cell(there), backward: Example.cell(back))
  }

  static func cell<A: RecurrentAlgebra>(_ W: Weights<A>) -> RNNCell<A> { RNNCell(W: (W.x, W.h), b: (nil, W.b)) }

  /// A run on a tape. In `there` and `back` index t holds step t, and 0 and T + 1 the zeros that the directions begin with; x
  /// and y hold step 1 at index 0.
  struct Run {
    var x: [Variable]
    var there, back: (a: [Int: Variable], h: [Int: Variable])
    var y: [Variable]
    var loss: Variable
  }

  func record(on tape: Tape) -> Run {
    func variables(_ W: Weights<Matrix>, _ direction: Direction) -> Weights<Variable> {
      (
        tape.variable(W.x, named: direction.name("W", "x")), tape.variable(W.h, named: direction.name("W", "h")),
        tape.variable(W.b, named: direction.b)
      )
    }
    let inputs = x.enumerated().map { tape.variable($1, named: "x_\($0 + 1)") }
    return record(inputs, variables(there, .forward), variables(back, .backward))
  }

  func record(_ inputs: [Variable], _ W: Weights<Variable>, _ V: Weights<Variable>) -> Run {
    let (tape, T) = (inputs[0].tape, T)
    let zeros = Matrix(rows: hidden, columns: self.x[0].columns)
    var there: (a: [Int: Variable], h: [Int: Variable]) = ([:], [0: tape.constant(zeros)])
    var back: (a: [Int: Variable], h: [Int: Variable]) = ([:], [T + 1: tape.constant(zeros)])
    there.h[0]!.named(Direction.forward.name("h", 0))
    back.h[T + 1]!.named(Direction.backward.name("h", T + 1))
    func x(_ t: Int) -> Variable { inputs[t - 1] }
    // begin: two-directions
    for t in 1...T {
      there.a[t] = W.x * x(t) + W.h * there.h[t - 1]! + W.b
      there.h[t] = there.a[t]!.tanh
    }
    for t in (1...T).reversed() {
      back.a[t] = V.x * x(t) + V.h * back.h[t + 1]! + V.b
      back.h[t] = back.a[t]!.tanh
    }
    let y = (1...T).map { t in Variable.stack([there.h[t]!, back.h[t]!]) }
    // end: two-directions
    var loss = tape.constant(Matrix(0))
    for t in 1...T {
      there.a[t]!.named(Direction.forward.name("a", t))
      there.h[t]!.named(Direction.forward.name("h", t))
      back.a[t]!.named(Direction.backward.name("a", t))
      back.h[t]!.named(Direction.backward.name("h", t))
      y[t - 1].named("y_\(t)")
      let e = y[t - 1] - tape.constant(d[t - 1]).named("d_\(t)")
      loss = loss + 0.5 * (e .* e).total
    }
    return Run(x: inputs, there: there, back: back, y: y, loss: loss.named("L"))
  }

  /// What the library's layer computes, under the notes' names.
  var scope: Scope {
    var scope = Scope.withSpectra
    let (forward, backward) = (Example.cell(there), Example.cell(back))
    let zeros = [Matrix(rows: hidden, columns: x[0].columns)]
    for (direction, W) in [(Direction.forward, there), (.backward, back)] {
      scope.values[direction.name("W", "x")] = W.x
      scope.values[direction.name("W", "h")] = W.h
      scope.values[direction.b] = W.b
    }
    scope.set("x_#", x, from: 1)
    scope.set(Direction.forward.name("h", "#"), (zeros + forward.run(x).outputs), from: 0)
    scope.set(Direction.backward.name("h", "#"), backward.run(x.reversed()).outputs.reversed() + zeros, from: 1)
    scope.set("y_#", layer.run(x).outputs, from: 1)
    scope.integers["T"] = T
    return scope
  }
}
