// Section 3.4: the gradients of the stacked pre-activation, of the input, and of the weights.

import Autodiff
import LaTeX
import Notebook

extension LSTMBackprop {
  func weights(_ page: Page) throws {
    try page.section("weights") {
      pictureOfLayers(page)
      let (named, run, scope) = derivations(page)
      let (t, T) = (named.steps[1], run.steps.count)
      let merged = page.derivation(of: t.a, in: named.loss)
      let input = page.derivation(of: t.x, in: named.loss)
      page.print()
      try page.equation("merge", scope, for: stepsFromT(scope), tape: [column(merged)])
      try page.equation("back-input", scope, for: stepsFromT(scope), tape: [input])
      page.print()
      // The terms of a weight's gradient are sums over the steps of this run, so its steps have numbers.
      let sums = [run.W.x, run.W.h, run.b].map { page.derivation(of: $0, in: run.loss) }
      page.print()
      try page.equation("sums", scope, tape: sums)
      // The last step's term alone is not the gradient.
      let gradients = run.loss.tape.gradients(of: run.loss)
      let last = gradients[run.steps[T - 1].a] * run.steps[T - 1].before.h.value.transposed
      let error = (last - gradients[run.W.h]).norm / gradients[run.W.h].norm
      page.number("one-step-error", 100 * error, decimals: 0)
      page.check(
        Text("the last step's share alone is not ∂L/∂W_h", ko: "마지막 시점의 몫만으로는 ∂L/∂W_h가 되지 않는다"),
        .above(error, 0.1), note: Text("relative error (Frobenius)", ko: "상대 오차(프로베니우스 노름)"))
    }
  }
}
