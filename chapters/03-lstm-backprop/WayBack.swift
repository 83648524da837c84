// Sections 3.1 to 3.5: the whole way back, the example in numbers, and where each line comes from.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension LSTMBackprop {
  /// 3.1: forwards with the gates stacked, and all equations of the way back.
  func machine(_ page: Page) throws {
    try page.section("machine") {
      pictureOfThreeSteps(page)
      pictureOfTheWayBack(page)
      let (example, tape) = (example(page), Tape())
      let T = example.x.count
      let run = example.record(on: tape)
      let scope = scope(tape, run, example)
      let first = run.steps[0]
      try page.equation("pre-activations", scope, for: ("t", Array(1...T)), tape: [first.a.formula])
      try page.equation(
        "cell", scope, for: ("t", Array(1...T)),
        tape: [first.i, first.f, first.g, first.o, first.c, first.h].map(\.formula))
      try page.equation("loss", scope)
      try page.equation("backward", scope, for: ("t", Array(1...T)))

      let states = example.cell.unroll(example.x, from: [example.start.h, example.start.c])
      let plain = example.forwards()
      for (k, (name, values)) in [("h_1 … h_T", plain.h), ("c_1 … c_T", plain.c)].enumerated() {
        let chapter2 = Witness(Text("the cell of chapter 2", ko: "2장의 셀"), .stack(states.map { $0[k] }))
        page.check(
          name, Witness(Text("the lines above", ko: "위의 코드"), .stack(Array(values.dropFirst()))), equals: chapter2)
      }
      page.check(
        Text("h_1 … h_T: the lines above = the tape", ko: "h_1 … h_T: 위의 코드 = 테이프"),
        .stack(Array(plain.h.dropFirst())), hasSameBitsAs: .stack(run.steps.map(\.h.value)))
    }
  }

  /// 3.2: the example of chapter 2, backwards in numbers.
  func worked(_ page: Page) throws {
    try page.section("worked") {
      pictureOfTheLastStep(page)
      let (example, tape) = (Example.worked, Tape())
      let run = example.record(on: tape)
      var scope = scope(tape, run, example)
      let gradients = tape.gradients(of: run.loss)
      // The rows of the forget gate: its bias, and its part of δ_t.
      scope.values["\\frac{\\partial L}{\\partial b_f}"] = gradients[run.b].rows(2..<4)
      for name in ["worked-forwards", "worked-states", "worked-gates", "worked-slopes", "worked-back", "worked-bias"] {
        try page.equation(name, scope)
      }
      let plain = example.backwards(example.forwards())
      for (name, (mine, variable)) in zip(Self.gradientNames, zip(plain.values, run.variables)) {
        page.check(name, .byHand(mine), equals: .tape(gradients[variable]))
      }
    }
  }

  /// 3.3
  func states(_ page: Page) throws {
    try page.section("states") {
      pictureOfStates(page)
      let (named, _, scope) = derivations(page)
      let t = named.steps[1]
      try page.equation("back-h", scope, for: stepsFromT(scope), tape: [gradient(of: t.h, named)])
      try page.equation("back-c", scope, for: stepsFromT(scope), tape: [gradient(of: t.c, named)])
    }
  }

  /// 3.4
  func gates(_ page: Page) throws {
    try page.section("gates") {
      pictureOfGates(page)
      let (named, _, scope) = derivations(page)
      let t = named.steps[1]
      try page.equation(
        "back-gates", scope, for: stepsFromT(scope), tape: [t.o, t.f, t.i, t.g].map { gradient(of: $0, named) })
      let hats = [t.hat.i, t.hat.f, t.hat.g, t.hat.o].map { gradient(of: $0, named) }
      try page.equation("back-slopes", scope, for: stepsFromT(scope), tape: hats)
    }
  }

  /// 3.5
  func weights(_ page: Page) throws {
    try page.section("weights") {
      pictureOfLayers(page)
      let (named, run, scope) = derivations(page)
      let (t, T) = (named.steps[1], run.steps.count)
      try page.equation("merge", scope, for: stepsFromT(scope), tape: [column(gradient(of: t.a, named))])
      try page.equation("back-input", scope, for: stepsFromT(scope), tape: [gradient(of: t.x, named)])
      // The terms of a weight's gradient are sums over the steps of this run, so its steps have numbers.
      try page.equation("sums", scope, tape: [run.W.x, run.W.h, run.b].map { gradient(of: $0, run) })
      // The last step's term alone is not the gradient.
      let gradients = run.loss.tape.gradients(of: run.loss)
      let last = gradients[run.steps[T - 1].a] * run.steps[T - 1].before.h.value.transposed
      page.check(
        Text("the last step's share alone is not ∂L/∂W_h", ko: "마지막 시점의 몫만으로는 ∂L/∂W_h가 되지 않는다"),
        .above((last - gradients[run.W.h]).norm / gradients[run.W.h].norm, 0.1),
        note: Text("relative error (Frobenius)", ko: "상대 오차(프로베니우스 노름)"))
    }
  }

  /// The formula of ∂L/∂v that the tape derives, in the notes' letters.
  private func gradient(of variable: Variable, _ run: Run) -> Symbol {
    shortened(variable.tape.derivation(of: variable, in: run.loss).gradient)
  }

  /// A formula with δ_t in the place of ∂L/∂a_t.
  private func shortened(_ formula: Symbol) -> Symbol {
    switch formula {
    case .name(let name):
      let start = "\\frac{\\partial L}{\\partial a_"
      return name.hasPrefix(start) ? .name("\\delta_" + name.dropFirst(start.count).dropLast()) : formula
    case .applied(let operation, let inputs): return .applied(operation, inputs.map(shortened))
    default: return formula
    }
  }
}
