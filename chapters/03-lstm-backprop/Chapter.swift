// Chapter 03: the LSTM's backward pass by hand, how far its gradient reaches, and the bugs that weak checks miss. This file
// is the table of contents; each section stands in the file that is named beside it.

import Autodiff
import LaTeX
import Notebook

@main
struct LSTMBackprop: Chapter {
  static let number = "03"
  static let name = "lstm-backprop"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  func body(_ page: Page) throws {
    let trainings = Trainings(page)
    try machine(page)  // 3.1, WayBack.swift
    try worked(page)  // 3.2
    try states(page)  // 3.3
    try gates(page)  // 3.4
    try weights(page)  // 3.5
    try byHand(page)  // 3.6, ByHand.swift
    fused(page)  // 3.7, Fused.swift
    try highway(page)  // 3.8, Highway.swift
    try shortcut(page)  // 3.9
    explosion(page)  // 3.10, Explosion.swift
    lags(page)  // 3.11, Lags.swift
    learning(page, trainings)  // 3.12, Learning.swift
    after(page, trainings)  // 3.13
    truncation(page)  // 3.14, Truncation.swift
    try museum(page)  // 3.15, Museum.swift
    pytorch(page)  // 3.16, PyTorch.swift
    errata(page)  // 3.17
  }

  // MARK: What sections share

  /// The example of the derivations.
  func example(_ page: Page) -> Example {
    Example(inputs: 2, hidden: 3, batch: 2, steps: 3, seed: page.seed)
  }

  /// The index of each step of the example where a derivation is about step t.
  func aroundT(_ step: Int) -> String { ["t-2", "t-1", "t", "t+1"][step] }

  /// The example's numbers and gradients under their names. The names with T + 1 are zero: nothing comes back from there.
  func scope(_ tape: Tape, _ run: Run, _ example: Example) -> Scope {
    let T = example.x.count
    var scope = Scope(tape, gradients: tape.gradients(of: run.loss))
    scope.integers["T"] = T
    let state = 0 * example.start.h
    scope.values["f_\(T + 1)"] = state
    scope.values["\\frac{\\partial L}{\\partial c_\(T + 1)}"] = state
    // δ_t = ∂L/∂a_t.
    let gradients = tape.gradients(of: run.loss)
    for (place, step) in run.steps.enumerated() { scope.values["\\delta_\(place + 1)"] = gradients[step.a] }
    scope.values["\\delta_\(T + 1)"] = Matrix.stack([state, state, state, state])
    return scope
  }

  /// The example on two tapes: one whose steps are called t − 1, t and t + 1, for derivations, and one whose steps have
  /// numbers, with the scope in which the notes' equations are evaluated.
  func derivations(_ page: Page) -> (named: Run, run: Run, scope: Scope) {
    let (example, tape) = (example(page), Tape())
    let run = example.record(on: tape)
    return (example.record(time: aroundT), run, scope(tape, run, example))
  }

  /// All steps, beginning with the one that derivations call t: an equation's formula is compared with the tape there.
  func stepsFromT(_ scope: Scope) -> (name: String, values: [Int]) {
    ("t", [2] + Array(3...scope.integers["T"]!) + [1])
  }
}
