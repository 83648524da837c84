// 0.8 The best that each can do: the highest accuracy for a window, for the whole past, and for a machine of n states.

import Autodiff
import LaTeX
import Notebook

extension SequenceModels {
  func ceilings(_ page: Page, _ truth: Pasts) throws {
    let orders = Array(0...6)
    let ceilings = orders.map { truth.ceiling(.last($0)) }
    let all = truth.ceiling(.everything)
    var scope = Scope()
    for m in orders {
      scope.values["J_\(m)"] = truth.matrix(.last(m))
      scope.values["A_\(m)"] = Matrix(ceilings[m])
    }
    scope.values["A_{\\text{all}}"] = Matrix(all)
    try page.equation("best-accuracy", scope, for: ("\\tau", orders))
    try page.equation("markov", scope)
    try page.equation("no-further", scope)
    try page.equation("more-past", scope, for: ("\\tau", Array(0...5)))
    try page.equation("enough", scope)
    // Every table of answers that exists for m = 1 and 2.
    let accuracies = (1...2).map { m in
      let seen = allSequences(m)
      return allSequences(seen.count).map { answers in
        truth.accuracy(.last(m), Dictionary(uniqueKeysWithValues: zip(seen, answers)))
      }
    }
    let tables = accuracies.reduce(0) { $0 + $1.count }
    page.check(
      Text(
        "τ = 1, 2: of all \(tables) tables of answers none is better",
        ko: "τ = 1, 2: 가능한 답의 표 \(tables)개를 다 해 봐도 더 나은 것이 없다"),
      Matrix(column: accuracies.map { $0.max()! }), hasSameBitsAs: Matrix(column: Array(ceilings[1...2])))

    let machines = (1...4).map(Machine.all)
    let best = machines.map { truth.bestMachine(of: $0) }
    printCeilings(page, truth, ceilings, all, machines: best.map(\.ceiling))
    page.number("pasts", Double(truth.occurring.count), decimals: 0)
    page.number("machines-4", Double(machines[3].count), decimals: 0)
    page.check(
      Text("this many machines were tried, of 1, 2, 3 and 4 states", ko: "상태가 1, 2, 3, 4개인 기계를 이만큼 다 해 봤다"),
      zip(machines, [1, 12, 216, 5248]).map { .equal($0.count, $1) })
    page.check(
      Text("the best machines' ceilings, computed as a view's", ko: "가장 좋은 기계의 상한은 창과 같은 방법으로 계산해도 같다"),
      Matrix(column: best.map { truth.ceiling(.state(of: $0.machine)) }),
      hasSameBitsAs: Matrix(column: best.map(\.ceiling)))
    page.check(
      Text("1 to 4 states: each one more, a higher ceiling", ko: "상태 1개부터 4개까지, 하나 늘 때마다 상한이 높아진다"),
      zip(best.dropFirst(), best).map { .greater(100 * $0.ceiling, than: 100 * $1.ceiling) })
    page.check(
      Text("three states beat the last three symbols", ko: "상태 세 개가 마지막 기호 세 개를 이긴다"),
      .above(100 * (best[2].ceiling - ceilings[3]), 5, named: "Δ %"),
      note: Text("a window of three has 8 cases", ko: "기호 세 개짜리 창의 경우는 8가지다"))
    page.check(
      Text("16 states, a window of four: the ceiling of everything", ko: "상태가 16개인 기계(기호 네 개짜리 창)의 상한 = 전부를 볼 때의 상한"),
      Matrix(truth.ceiling(.state(of: .window(4)))), hasSameBitsAs: Matrix(all))
  }

  private func printCeilings(_ page: Page, _ truth: Pasts, _ ceilings: [Double], _ all: Double, machines: [Double]) {
    page.print()
    var rows = ceilings.prefix(5).enumerated().map { m, ceiling in
      let name = m == 1 ? "τ = 1 (Markov)" : "τ = \(m)"
      return [name, "\(truth.table(.last(m)).count)", percent(page, "ceiling-\(m)", ceiling)]
    }
    let naive = Text("everything (naive)", ko: "전부 (소박한 모델)")
    rows.append([naive(page.language), "\(truth.occurring.count)", percent(page, "ceiling-all", all)])
    for (n, ceiling) in zip(1..., machines) where n > 1 {
      let label = Text("a machine of \(n) states", ko: "상태가 \(n)개인 기계")
      rows.append([label(page.language), "\(n)", percent(page, "machine-\(n)", ceiling)])
    }
    page.table(
      [
        Text("what the model sees", ko: "모델이 보는 것"), Text("cases", ko: "경우의 수"), Text("best accuracy", ko: "최고 정확도"),
      ], rows)
  }
}
