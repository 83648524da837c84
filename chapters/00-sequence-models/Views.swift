// 0.6 A drum, the window of its past that is enough, and the Markov chain whose states are windows.

import Autodiff
import LaTeX
import Notebook

extension SequenceModels {
  func views(_ page: Page) throws {
    let (rhythm, T) = (Rhythm(), 8)
    let joint = Joint(rhythm, steps: T)
    printRhythms(page)
    var scope = scope(joint)
    scope.integers["T"] = T
    scope.set(
      "p_#",
      (1...T).map { t in
        Matrix(rows: 1, columns: joint.sequences.count) {
          rhythm.probability(of: joint.sequences[$1][t - 1], after: Array(joint.sequences[$1].prefix(t - 1)))
        }
      }, from: 1)
    try page.equation("window", scope, for: ("t", Array(5...T)))
    try page.equation("window-too-short", scope, for: ("t", Array(5...T)))

    // A chain over the last four symbols: the state s = 8 x_{t−3} + … + x_t, from 0 to 15.
    // begin: contexts
    let contexts = allSequences(4)
    let M = Matrix(rows: 16, columns: 16) { next, now in
      let (past, after) = (contexts[now], contexts[next])
      return past[1...] == after[..<3] ? rhythm.probability(of: after[3], after: past) : 0
    }
    // end: contexts
    scope.values["M"] = M
    for t in 4...T {
      let shares = joint.probability(from: t - 3, through: t)
      scope.values["u_\(t)"] = Matrix(rows: 16, columns: 1) { s, _ in
        shares[0, joint.sequences.firstIndex { $0[(t - 4)..<t] == contexts[s][...] }!]
      }
    }
    try page.equation("contexts", scope, for: ("t", Array(4..<T)))
    let window = Machine.window(4)
    let held = joint.sequences.count { window.state(after: $0) == $0.suffix(4).reduce(0) { 2 * $0 + $1 } }
    page.check(
      Text("a machine of 16 states holds the last four symbols", ko: "상태 16개짜리 기계는 마지막 기호 넷을 담는다"),
      .equal(held, 1 << T), note: Text("sequences", ko: "리듬"))
  }

  private func printRhythms(_ page: Page) {
    var random = Random(seed: page.seed)
    page.print(Text("Three rhythms, × for a strike:", ko: "리듬 셋, ×가 치는 박이다:"))
    for _ in 0..<3 {
      let beats = Rhythm().draw(24, &random).map { $0 == 1 ? "×" : "·" }
      page.print(.symbols((0..<6).map { beats[4 * $0..<4 * $0 + 4].joined() }.joined(separator: " ")))
    }
  }
}
