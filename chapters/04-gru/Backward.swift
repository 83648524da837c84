// Section 4.5: the gradients of a GRU, by hand, by the tape, by finite differences and by PyTorch.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

extension GatedRecurrentUnitChapter {
  func backward(_ page: Page) throws {
    try page.section("backward") {
      let example = Example(inputs: 2, hidden: 3, batch: 2, steps: 4, seed: page.seed)
      let tape = Tape()
      let run = example.record(on: tape)
      try backwardEquations(page, example, run)
      compareOnExample(page, example, run)
      try compareWithPyTorch(page)
    }
  }

  private func backwardEquations(_ page: Page, _ example: Example, _ run: Example.Run) throws {
    let (T, tape) = (example.x.count, run.loss.tape)
    var scope = Scope(tape, gradients: tape.gradients(of: run.loss))
    scope.integers["T"] = T
    // Nothing comes back from after the last step.
    for name in ["h_#", "\\hat{r}_#", "\\hat{z}_#", "m_#"] {
      scope.values["\\frac{\\partial L}{\\partial \(Scope.indexed(name, T + 1))}"] = 0 * example.start
    }
    scope.values[Scope.indexed("z_#", T + 1)] = 0 * example.start
    // The derivations are those of step 2, so the tape's formulas are compared there.
    let times = [2] + Array(3...T) + [1]
    try page.equation(
      "named", scope, for: ("t", Array(1...T)),
      tape: [run.a.r[0].formula, run.a.z[0].formula, run.m[0].formula, run.a.g[0].formula])
    try page.equation("loss", scope)

    page.print()
    let through = (
      z: page.derivation(of: run.z[1], in: run.loss), g: page.derivation(of: run.g[1], in: run.loss),
      a_g: page.derivation(of: run.a.g[1], in: run.loss), r: page.derivation(of: run.r[1], in: run.loss),
      m: page.derivation(of: run.m[1], in: run.loss), a_r: page.derivation(of: run.a.r[1], in: run.loss),
      a_z: page.derivation(of: run.a.z[1], in: run.loss), h: page.derivation(of: run.h[2], in: run.loss)
    )
    let sums = run.parameters.map { tape.derivation(of: $0, in: run.loss).gradient }
    page.print()
    try page.equation("back-state", scope, for: ("t", times), tape: [through.z, through.g])
    try page.equation("back-candidate", scope, for: ("t", times), tape: [through.a_g, through.r, through.m])
    try page.equation("back-gates", scope, for: ("t", times), tape: [through.a_r, through.a_z])
    try page.equation("back-past", scope, for: ("t", times), tape: [through.h])
    try page.equation("weights", scope, tape: Array(sums[0..<6]))
    try page.equation("biases", scope, tape: Array(sums[6...]))
  }

  /// What checks call the gradients of `Example.values`.
  private var gradientNames: [String] { GRUCell<Matrix>.names.map { "∂L/∂\(Symbol.name($0).unicode)" } + ["∂L/∂h_0"] }

  private func compareOnExample(_ page: Page, _ example: Example, _ run: Example.Run) {
    let gradients = run.loss.tape.gradients(of: run.loss)
    let byHand = example.gradientsByHand()
    page.entries("∂L/∂W_hg", [.tape(gradients[run.parameters[5]]), .byHand(byHand[5])])
    page.entries([(.symbols("∂L/∂b_xg"), byHand[8]), (.symbols("∂L/∂b_hg"), byHand[9])])
    for (k, name) in gradientNames.enumerated() {
      page.check(name, .byHand(byHand[k]), equals: .tape(gradients[run.variables[k]]))
    }
    page.check(
      Text("the candidate's two biases have different gradients", ko: "후보의 두 편향은 기울기가 다르다"),
      differ([byHand[8]], [byHand[9]], by: 0.1))
    page.check(Text("tape = finite differences", ko: "테이프 = 유한 차분"), example.gradientCheck())
  }

  private func compareWithPyTorch(_ page: Page) throws {
    let torch = try TorchRun(.gru(), from: page.fixture("gru"))
    let example = Example(torch)
    let byHand = example.gradientsByHand()
    let tape = Tape()
    let run = example.record(on: tape)
    let gradients = tape.gradients(of: run.loss)
    page.check("h_1 … h_T", .tape(.stack(run.h.dropFirst().map(\.value))), equals: .pytorch(.stack(torch.outputs)))
    for (k, name) in gradientNames.enumerated() {
      page.check(name, .byHand(byHand[k]), equals: .pytorch(torch.gradients[k]))
    }
    page.check(
      Text("all of them", ko: "모두"), .tape(.column(of: run.variables.map { gradients[$0] })),
      equals: .pytorch(.column(of: torch.gradients)))
  }
}
