// The two examples of this chapter on tapes.

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
}
