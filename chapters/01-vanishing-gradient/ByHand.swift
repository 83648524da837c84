// 1.2 and 1.3: two steps of a network with two units on paper, forwards and backwards.

import Autodiff
import LaTeX
import Notebook

extension VanishingGradient {
  func forwards(_ page: Page) throws {
    let tape = Tape()
    let run = Example.onPaper.record(on: tape)
    drawTwoSteps(page, run, isBack: false)
    let scope = Scope(tape)
    try page.equation("paper-1", scope, tape: [run.a[0].formula])
    try page.equation("paper-2", scope, tape: [run.a[1].formula])
    try page.equation("paper-loss", scope)
  }

  func backwards(_ page: Page) throws {
    let example = Example.onPaper
    let tape = Tape()
    let run = example.record(on: tape)
    drawTwoSteps(page, run, isBack: true)
    let gradients = tape.gradients(of: run.loss)
    var scope = Scope(tape, gradients: gradients)
    scope.set("\\delta_#", run.a.map { gradients[$0] }, from: 1)
    try page.equation("paper-delta-2", scope)
    try page.equation("paper-outer", scope)
    try page.equation("paper-state", scope)
    try page.equation("paper-delta-1", scope)
    try page.equation("paper-sum", scope)
    try page.equation("paper-others", scope)
    // The entry of W_h in row 2 and column 1, moved by a thousandth.
    let step = 0.001
    let moved = example.W.h + step * Matrix([[0, 0], [1, 0]])
    let other = Example(
      W: (example.W.x, moved), b: example.b, start: example.start, x: example.x, y: example.y)
    let rise = (other.record(on: Tape()).loss.value.scalar - run.loss.value.scalar) / step
    page.number("nudged", rise, decimals: 4)
    page.check(
      Text("the loss rises as the gradient says", ko: "손실은 기울기가 말하는 만큼 커진다"),
      .below(abs(rise - gradients[run.W.h][1, 0]), 1e-3, named: "|Δ|"))
  }
}
