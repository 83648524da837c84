// 1.17 Remedies, on the same task: what each does for recall over 20 steps.

import Autodiff
import Experiments
import Notebook

/// A row of the table: a remedy, how W_h starts, and its name in the figure of the losses if it is drawn there.
private struct Remedy {
  let key: String
  let name: Text
  let radius: String
  let design: Design
  var label: Figure.Label?
}

extension VanishingGradient {
  private var remedyList: [Remedy] {
    let none = Text("none", ko: "없음")
    let (layer, batch) = (Text("layer normalisation", ko: "층 정규화"), Text("batch normalisation", ko: "배치 정규화"))
    let orthogonal = Text("orthogonal start", ko: "직교 초기화")
    let root = 2.0.squareRoot()
    return [
      Remedy(key: "none", name: none, radius: "0.7", design: Design(radius: 0.7), label: "ρ = 0.7"),
      Remedy(key: "none-1", name: none, radius: "1.0", design: Design(), label: "ρ = 1"),
      Remedy(
        key: "clipping", name: Text("clipping at 1", ko: "1에서 클리핑"), radius: "0.7",
        design: Design(radius: 0.7, clipping: 1)),
      Remedy(
        key: "batches", name: Text("batches of 64", ko: "64개짜리 배치"), radius: "0.7",
        design: Design(radius: 0.7, batch: 64)),
      Remedy(key: "relu-1", name: .symbols("ReLU"), radius: "1.0", design: Design(activation: .relu)),
      Remedy(key: "relu", name: .symbols("ReLU"), radius: "√2", design: Design(activation: .relu, radius: root)),
      Remedy(
        key: "leaky", name: .symbols("leaky ReLU"), radius: "√2", design: Design(activation: .leakyRelu, radius: root)),
      Remedy(
        key: "orthogonal", name: orthogonal, radius: "0.7", design: Design(start: .orthogonal, radius: 0.7)),
      Remedy(
        key: "orthogonal-1", name: orthogonal, radius: "1.0", design: Design(start: .orthogonal), label: "Q"),
      Remedy(
        key: "identity", name: Text("identity start", ko: "항등 초기화"), radius: "1.0", design: Design(start: .identity),
        label: "I"),
      Remedy(
        key: "irnn", name: Text("identity start, ReLU", ko: "항등 초기화, ReLU"), radius: "1.0",
        design: Design(activation: .relu, start: .identity), label: "I, ReLU"),
      Remedy(key: "layer", name: layer, radius: "1.0", design: Design(normalisation: .layer)),
      Remedy(key: "batch", name: batch, radius: "1.0", design: Design(normalisation: .batch)),
      Remedy(
        key: "skip", name: Text("skip connection", ko: "스킵 연결"), radius: "0.7",
        design: Design(radius: 0.7, hasSkip: true), label: "h + tanh"),
    ]
  }

  func remedies(_ page: Page) {
    let lag = 20
    let seeds = page.seeds(5)
    var rows: [[String]] = []
    var found: [String: Scores] = [:]
    let remedies = remedyList
    for (number, remedy) in remedies.enumerated() {
      page.progress(remedy.name, Double(number) / Double(remedies.count))
      let share = shareThatArrives(remedy.design, lag: lag, seeds: seeds)
      let accuracy = accuracies(remedy.design, seeds: seeds, symbols: 8, classes: 4) {
        Task.recall(lag: lag).draw($0, &$1)
      }
      found[remedy.key] = accuracy
      page.number("remedy-\(remedy.key)", 100 * accuracy.mean, decimals: 1)
      rows.append([
        remedy.name(page.language), remedy.radius, page.number("share-\(remedy.key)", share, significant: 2),
        page.number("solved-\(remedy.key)", Double(accuracy.solved), decimals: 0),
        NumberFormat.percent(accuracy.lowest), NumberFormat.percent(accuracy.highest),
      ])
    }
    page.table(
      [
        Text("remedy", ko: "처방"), .symbols("ρ(W_h)"), .symbols("‖∂L/∂h_1‖/‖∂L/∂h_T‖"),
        Text("solved of 5", ko: "푼 시드(5개 중)"), Text("lowest", ko: "최저"), Text("highest", ko: "최고"),
      ], rows)
    checkRemedies(page, found)
    drawRemedies(page, remedies, found)
  }

  private func checkRemedies(_ page: Page, _ found: [String: Scores]) {
    func lowest(_ keys: String...) -> [Double] { keys.map { 100 * found[$0]!.lowest } }
    page.check(
      Text(
        "skip connection, and identity start with ReLU: every seed recalls",
        ko: "스킵 연결, 그리고 항등 초기화와 ReLU: 모든 시드가 회상한다"),
      lowest("skip", "irnn").map { .above($0, 95) }, note: Text("lowest, in %", ko: "최저, %"))
    page.check(
      Text(
        "plain networks with ρ = 0.7, clipped or with large batches, and ReLU alone: not every seed",
        ko: "ρ = 0.7인 신경망은 그대로든, 클리핑하든, 배치를 키우든, 그리고 ReLU만으로는: 모든 시드가 회상하지는 못한다"),
      lowest("none", "clipping", "batches", "orthogonal", "relu-1").map { .below($0, 95) },
      note: Text("lowest, in %", ko: "최저, %"))
    page.check(
      Text("ReLU with √2: no seed recalls", ko: "√2를 곱한 ReLU: 어느 시드도 회상하지 못한다"),
      .below(100 * found["relu"]!.highest, 60), note: Text("highest, in %", ko: "최고, %"))
    page.check(
      Text(
        "clipping does not bring a vanished gradient back: as many seeds as without",
        ko: "클리핑은 소실된 기울기를 되살리지 못한다: 푼 시드의 수가 그대로다"),
      .equal(found["clipping"]!.solved, found["none"]!.solved))
  }

  /// The loss with some of the remedies.
  private func drawRemedies(_ page: Page, _ remedies: [Remedy], _ found: [String: Scores]) {
    // The first update by which the median loss is below 0.1.
    func learned(_ key: String) -> Double {
      lossCurve(found[key]!.losses, every: 20).first { $0.y < 0.1 }?.x ?? .infinity
    }
    page.check(
      Text(
        "the skip connection learns before identity start and ReLU does", ko: "스킵 연결이 항등 초기화와 ReLU보다 먼저 배운다"),
      .greater(learned("irnn"), than: learned("skip")), .below(learned("irnn"), 400),
      note: Text("updates, median of the seeds", ko: "갱신 횟수, 시드들의 중앙값"))
    page.figure(
      "remedies-loss",
      .lineChart(
        LineChart(
          x: .init("#"), y: .init("L", .logarithmic, limits: 1e-4...3),
          series: remedies.compactMap { remedy in
            remedy.label.map { .init($0, lossCurve(found[remedy.key]!.losses, every: 20)) }
          },
          references: [.horizontal(at: Elementary.log(4), label: "log 4")])),
      title: "Loss of recall over 20 steps with six of the remedies against the number # of updates")
  }
}
