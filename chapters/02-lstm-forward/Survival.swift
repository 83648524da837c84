// 2.14 How long a bit can be read: gates that vary, and noise that the input gate lets in.

import Autodiff
import Experiments
import Notebook

extension LSTMForward {
  func survivalOfABit(_ page: Page) {
    varyingGates(page)
    var random = Random(seed: page.seed)
    let lags = [1, 10, 30, 100, 300]
    let shares = biases.map { bias in
      let run = Fading(forgetBias: bias, inputBias: -3).run(units: 1000, steps: 300, random: &random)
      return lags.map { k in Double(run[k - 1].c.elements.count { $0 > 0 }) / 10 }
    }
    page.table(
      [.symbols("b_f")] + lags.map { .symbols("k = \($0)") },
      zip(biases, shares).map { bias, shares in
        [name(bias)] + zip(lags, shares).map { page.number("sign-\(name(bias))-\($0)", $1, decimals: 1) }
      })
    page.check(
      Text("with b_f = 1 the sign is a guess after 100 steps", ko: "b_f = 1이면 100시점 뒤의 부호는 찍기와 같다"),
      .below(abs(shares[1][3] - 50), 6, named: "|Δ| %"))
    page.check(
      Text("with b_f = 8 it is nearly always right", ko: "b_f = 8이면 거의 언제나 맞다"), .above(shares[5][3], 99, named: "%"))
  }

  /// What gates that vary leave after 100 steps, and what the same bias alone leaves.
  private func varyingGates(_ page: Page) {
    var random = Random(seed: page.seed)
    let ratios = biases.map { bias in
      let steady = Fading(forgetBias: bias).run(units: 1, steps: 100, random: &random)[99].c.scalar
      let varied = median(
        Fading(forgetBias: bias, varies: true).run(units: 201, steps: 100, random: &random)[99].c.elements)
      page.number("steady-\(name(bias))", steady, significant: 2)
      page.number("varied-\(name(bias))", varied, significant: 2)
      return varied / steady
    }
    page.check(
      Text("gates that vary keep less than the same bias alone", ko: "변하는 게이트는 같은 편향만 있을 때보다 덜 남긴다"),
      .below(ratios.max()!, 1), note: Text("largest ratio", ko: "가장 큰 비"))
  }
}
