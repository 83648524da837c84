// Sections 3.2 and 3.3: the gradients of the states, of the gates, and of their pre-activations.

import Autodiff
import LaTeX
import Notebook

extension LSTMBackprop {
  func states(_ page: Page) throws {
    try page.section("states") {
      pictureOfStates(page)
      let (named, _, scope) = derivations(page)
      let t = named.steps[1]
      let state = page.derivation(of: t.h, in: named.loss)
      let cell = page.derivation(of: t.c, in: named.loss)
      page.print()
      try page.equation("back-h", scope, for: stepsFromT(scope), tape: [state])
      try page.equation("back-c", scope, for: stepsFromT(scope), tape: [cell])
    }
  }

  func gates(_ page: Page) throws {
    try page.section("gates") {
      pictureOfGates(page)
      let (named, _, scope) = derivations(page)
      let t = named.steps[1]
      let gates = [t.o, t.f, t.i, t.g].map { page.derivation(of: $0, in: named.loss) }
      page.print()
      try page.equation("back-gates", scope, for: stepsFromT(scope), tape: gates)
      page.print()
      let hats = [t.hat.i, t.hat.f, t.hat.g, t.hat.o].map { page.derivation(of: $0, in: named.loss) }
      page.print()
      try page.equation("back-slopes", scope, for: stepsFromT(scope), tape: hats)
    }
  }
}
