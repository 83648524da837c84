// 2.20 What people get wrong, refuted.

import Autodiff
import LaTeX
import Notebook

extension LSTMForward {
  func errata(_ page: Page, _ runs: Runs) throws {
    // The numbers from −5 to 5, without 0.
    let places = (0...80).filter { $0 != 40 }
    let numbers = places.map { Matrix(Double($0 - 40) / 8) }
    var scope = Scope()
    scope.set("a_#", numbers)
    try page.equation("tanh-without-minus", scope, for: ("j", Array(numbers.indices)))
    try page.equation("tanh-reversed", scope, for: ("j", Array(numbers.indices)), tolerance: 1e-10)
    page.number("tanh-1", Matrix(1).tanh.scalar, decimals: 4)
    page.number("tanh-1-reversed", (1 - 2.0 * Matrix(2).sigmoid).scalar, decimals: 4)

    try page.equation("input-not-previous", runs.randomScope, for: ("t", [1, 2, 3, 4]))
    let wrong = (runs.workedSteps[0].f.value + runs.workedSteps[0].i.value) .* runs.worked.start.c
    for unit in 0..<2 { page.number("previous-\(unit + 1)", wrong[unit, 0], decimals: 4) }
    try page.equation("o-bias", runs.workedScope, for: ("t", [1, 2, 3]))
  }
}
