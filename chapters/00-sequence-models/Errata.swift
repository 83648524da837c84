// 0.16 What people get wrong: the check that one set of weights serves any number of steps.

import Autodiff
import Notebook

extension SequenceModels {
  func errata(_ page: Page) {
    var random = Random(seed: page.seed)
    let weights = firstWeights(inputs: 2, units: 3, classes: 2, &random)
    let x = (0..<100).map { _ in random.normal(2, 2) }
    let perCell = weights.prefix(3).reduce(0) { $0 + $1.count }
    page.number("cell-parameters", Double(perCell), decimals: 0)
    page.number("copied-parameters", Double(100 * perCell), decimals: 0)
    let cell = Model(weights).cell
    page.check(
      Text("the same \(perCell) numbers run over 3 steps and over 100", ko: "같은 수 \(perCell)개로 3시점도 100시점도 돈다"),
      .stack(Array(unroll(cell, x).prefix(3))), hasSameBitsAs: .stack(unroll(cell, Array(x.prefix(3)))))
  }
}
