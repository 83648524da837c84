// The two examples of this chapter on tapes, and what every gate's section checks and prints of them.

import Autodiff
import LaTeX
import Notebook

/// The example that is worked by hand, and a random one with a batch.
struct Runs {
  let worked = Example.worked
  let random: Example
  /// The steps of the worked example, t = 1, 2, 3, and its numbers under the notes' names.
  let workedSteps: [Step<Variable>]
  let workedScope: Scope
  /// The same of the random one, t = 1 … 4.
  let randomSteps: [Step<Variable>]
  let randomScope: Scope
  /// The first step of the random example as the book's cell records it.
  let cellStep: Step<Variable>

  init(seed: UInt64) {
    random = Example.random(inputs: 3, hidden: 4, batch: 2, steps: 4, seed: seed)
    let (first, second) = (Tape(), Tape())
    workedSteps = worked.record(on: first)
    workedScope = Scope(first)
    randomSteps = random.record(on: second)
    randomScope = Scope(second)
    cellStep = random.record(on: Tape(), usesCell: true)[0]
  }

  /// Checks the notes' equation on the random example at every step, and its formula against two tapes: that of the lines
  /// in the notes, and that of the book's cell.
  func check(_ name: String, _ page: Page, _ quantity: (Step<Variable>) -> Variable) throws {
    let formulas = [quantity(randomSteps[0]).formula, quantity(cellStep).formula]
    try page.equation(name, randomScope, for: ("t", [1, 2, 3, 4]), tape: formulas)
  }

  /// Prints the terms of a pre-activation at the worked example's first step, their sum, and the gate y = function(sum).
  func terms(_ page: Page, _ gate: String, _ W_x: Matrix, _ W_h: Matrix, _ b: Matrix, function: String, _ y: Variable) {
    let (fromInput, fromState) = (W_x * worked.x[0], W_h * worked.start.h)
    page.print()
    page.entries(
      [
        (.symbols("W_{x\(gate)} x_1"), fromInput), (.symbols("W_{h\(gate)} h_0"), fromState),
        (.symbols("b_\(gate)"), b), (Text("their sum", ko: "합"), fromInput + fromState + b),
        (.symbols("\(gate)_1 = \(function)"), y.value),
      ])
    for unit in 0..<2 { page.number("\(gate)-\(unit + 1)", y.value[unit, 0], decimals: 4) }
  }
}
