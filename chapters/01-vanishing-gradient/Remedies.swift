// 1.8 Remedies, on the same task: the equations of skip connections, orthogonal starts and normalisation, and what each
// remedy does for recall over 20 steps.

import Autodiff
import Experiments
import LaTeX
import Notebook

extension VanishingGradient {
  func remedies(_ page: Page) throws {
    var random = Random(seed: page.seed)
    try skipConnection(page, &random)
    try orthogonalStart(page, &random)
    normalisation(page, &random)
    compareRemedies(page)
  }

  /// The Jacobian of a step with a skip connection contains the identity.
  private func skipConnection(_ page: Page, _ random: inout Random) throws {
    let n = 4
    let tape = Tape()
    let W = (x: tape.variable(random.normal(n, 2)).named("W_x"), h: tape.variable(random.normal(n, n)).named("W_h"))
    let b = tape.variable(random.normal(n, 1)).named("b")
    let x = tape.constant(random.normal(2, 1)).named("x_t")
    let before = tape.variable(random.normal(n, 1)).named("h_{t-1}")
    let after = Design(hasSkip: true).step(W, b, x, before).named("h_t")
    var scope = Scope(tape)
    scope.values["I"] = Matrix.identity(n)
    scope.values["\\frac{\\partial h_t}{\\partial h_{t-1}}"] = tape.jacobian(of: after, withRespectTo: before)
    try page.equation("skip", scope, tape: [after.formula])
    try page.equation("skip-jacobian", scope)
  }

  private func orthogonalStart(_ page: Page, _ random: inout Random) throws {
    var scope = Scope.withSpectra
    scope.values["Q"] = random.orthogonal(16)
    scope.values["I"] = Matrix.identity(16)
    try page.equation("orthogonal", scope, for: ("k", [1, 10, 100]), tolerance: 1e-10)
  }

  private func normalisation(_ page: Page, _ random: inout Random) {
    let n = 4
    let a = random.normal(n, 3)
    let normal = Design(isNormalised: true).normalised(a)
    func columnMeans(_ x: Matrix) -> Matrix { (1 / Double(n)) * x.sumOfRows }
    page.check(
      Text("normalised: every column has mean 0", ko: "정규화하면 모든 열의 평균이 0"), columnMeans(normal),
      equals: Matrix(rows: 1, columns: 3), scale: 1)
    let centred = a - columnMeans(a).spread(like: a)
    let variance = columnMeans(centred .* centred)
    page.check(
      Text("and variance 1, but for 1e-5", ko: "분산은 1e-5의 영향을 빼면 1"), columnMeans(normal .* normal),
      equals: variance ./ (variance + 1e-5))
    page.check(
      Text("normalisation", ko: "정규화"),
      gradients: GradientCheck([a], names: ["a"]) { Design(isNormalised: true).normalised($0[0]) })
  }

  // MARK: Recall

  private func compareRemedies(_ page: Page) {
    let lag = 20
    let seeds = page.seeds(3)
    let candidates: [(name: Text, design: Design)] = [
      (Text("none", ko: "없음"), Design(gain: 0.7)),
      (Text("none", ko: "없음"), Design()),
      (Text("clipping at 1", ko: "1에서 클리핑"), Design(gain: 0.7, clipping: 1)),
      (Text("ReLU", ko: "ReLU"), Design(activation: .relu)),
      (Text("leaky ReLU", ko: "leaky ReLU"), Design(activation: .leakyRelu)),
      (Text("orthogonal start", ko: "직교 초기화"), Design(start: .orthogonal, gain: 0.7)),
      (Text("orthogonal start", ko: "직교 초기화"), Design(start: .orthogonal)),
      (Text("identity start", ko: "항등 초기화"), Design(start: .identity)),
      (Text("identity start and ReLU", ko: "항등 초기화와 ReLU"), Design(activation: .relu, start: .identity)),
      (Text("normalisation", ko: "정규화"), Design(isNormalised: true)),
      (Text("skip connection", ko: "스킵 연결"), Design(gain: 0.7, hasSkip: true)),
    ]
    var rows: [[String]] = []
    var found: [String: Scores] = [:]
    for (number, candidate) in candidates.enumerated() {
      page.progress(candidate.name, Double(number) / Double(candidates.count))
      let norm = startingNorm(candidate.design, lag: lag, seeds: seeds)
      let accuracy = accuracies(candidate.design, seeds: seeds, symbols: 8, classes: 4) {
        Task.recall(lag: lag).draw($0, &$1)
      }
      let gain = NumberFormat.format(candidate.design.gain, decimals: 1)
      found["\(candidate.name.english) \(gain)"] = accuracy
      rows.append(
        [candidate.name(page.language), gain, NumberFormat.format(norm, significant: 2)] + percentages(accuracy))
    }
    page.print()
    page.print(
      Text(
        "Recall 20 steps back, 3 seeds, 400 updates; the norm is the median at the start.",
        ko: "20단계 앞 회상, 시드 3개, 갱신 400번. 노름은 시작할 때의 중앙값."))
    page.table(
      [
        Text("remedy", ko: "처방"), Text("gain", ko: "배율"), .symbols("‖∂h_{21}/∂h_1‖"), Text("accuracy", ko: "정확도"),
        Text("lowest", ko: "최저"), Text("highest", ko: "최고"),
      ], rows)
    checkRemedies(page, found)
    drawLosses(page, found)
  }

  /// The loss with some of the remedies. `found` holds the accuracies by the remedy's English name and its gain.
  private func drawLosses(_ page: Page, _ found: [String: Scores]) {
    func losses(_ name: String) -> [[Double]] { found[name]!.losses }
    let (guessing, half) = (Elementary.log(4), Elementary.log(2))
    func each(_ name: String) -> [[Double]] { losses(name).map { lossCurve([$0], every: 20).map(\.y) } }
    page.check(
      Text("none, gain 0.7: no seed's loss gets far below log 2", ko: "없음, 배율 0.7: 어느 시드의 손실도 log 2보다 많이 내려가지 않는다"),
      .above(each("none 0.7").joined().min()! - half, -0.1, named: "min L − log 2"))
    let (skip, identity) = (each("skip connection 0.7"), each("identity start and ReLU 1.0"))
    page.check(
      Text(
        "after 60 updates it is small with the skip connection, not yet with identity start and ReLU, every seed",
        ko: "갱신 60번 뒤: 모든 시드에서 스킵 연결은 작고, 항등 초기화와 ReLU는 아직 크다"),
      .below(skip.map { $0[2] }.max()!, 0.2), .above(identity.map { $0[2] }.min()!, 0.2))
    page.check(
      Text("in the end it is, there too", ko: "끝에서는 그쪽도 작다"), .below(identity.map { $0.last! }.max()!, 0.1))
    page.check(
      Text("identity start without ReLU ends at log 2 (median)", ko: "ReLU 없는 항등 초기화는 log 2에서 끝난다(중앙값)"),
      .below(
        abs(lossCurve(losses("identity start 1.0"), every: 20).last!.y - half), 0.1, named: "|L − log 2|"))
    let shown: [(Figure.Label, String)] = [
      ("g = 0.7", "none 0.7"), ("g = 1", "none 1.0"), ("Q", "orthogonal start 1.0"), ("I", "identity start 1.0"),
      ("I, ReLU", "identity start and ReLU 1.0"), ("h + tanh", "skip connection 0.7"),
    ]
    page.figure(
      "remedies-loss",
      .lineChart(
        LineChart(
          x: .init("#"), y: .init("L", .logarithmic, limits: 1e-4...3),
          series: shown.map { .init($0, lossCurve(losses($1), every: 20)) },
          references: [
            .horizontal(at: guessing, label: "log 4"), .horizontal(at: half, label: "log 2"),
          ])),
      title: "Loss of recall over 20 steps with six of the remedies against the number # of updates")
  }

  /// `found` holds the accuracies by the remedy's English name and its gain.
  private func checkRemedies(_ page: Page, _ found: [String: Scores]) {
    for (name, row) in [
      ("none", "none 0.7"), ("none-1", "none 1.0"), ("clipping", "clipping at 1 0.7"),
      ("orthogonal", "orthogonal start 0.7"), ("orthogonal-1", "orthogonal start 1.0"),
      ("irnn", "identity start and ReLU 1.0"), ("skip", "skip connection 0.7"),
    ] {
      page.number("remedy-\(name)", 100 * found[row]!.mean, decimals: 1)
    }
    func lowest(_ names: String...) -> [Double] { names.map { 100 * found[$0]!.lowest } }
    let note = Text("lowest, in %", ko: "최저, %")
    page.check(
      Text(
        "skip connection, and identity start with ReLU: every seed recalls",
        ko: "스킵 연결, 그리고 항등 초기화와 ReLU: 모든 시드가 회상한다"),
      lowest("skip connection 0.7", "identity start and ReLU 1.0").map { .above($0, 95) }, note: note)
    page.check(
      Text("ReLU alone and normalisation: not with every seed", ko: "ReLU만, 정규화만: 모든 시드가 회상하지는 못한다"),
      lowest("ReLU 1.0", "normalisation 1.0").map { .below($0, 60) }, note: note)
    let difference = found["clipping at 1 0.7"]!.mean - found["none 0.7"]!.mean
    page.check(
      Text("clipping does not bring a vanished gradient back", ko: "클리핑은 소실된 기울기를 되살리지 못한다"),
      .below(abs(100 * difference), 5, named: "|Δ| %"))
  }
}
