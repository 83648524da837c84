// 0.13 The five programs, trained on all bars of four steps, and one that must answer before it has read.

import Autodiff
import Experiments
import Notebook

extension SequenceModels {
  private var units: Int { 12 }

  func programs(_ page: Page) {
    let seeds = page.seeds(5)
    var losses: [[[Double]]] = []
    var lowest: [Double] = []
    for program in Program.allCases {
      page.progress(program.label, Double(losses.count) / Double(Program.allCases.count))
      let lesson = Bars.lesson(program)
      let runs = seeds.map { lesson.learned(units: units, updates: 200, seed: $0) }
      losses.append(runs.map(\.losses))
      lowest.append(runs.flatMap { lesson.accuracies($0.parameters) }.min()!)
    }
    page.number("aligned-strikes", 100 * lowest[3], decimals: 0)
    page.number("decoder-backwards", 100 * lowest[4], decimals: 0)
    page.check(
      Text("trained, all five answer all 16 bars correctly", ko: "학습하면 다섯 모두 마디 16개를 다 맞힌다"),
      .equal(lowest.count { $0 == 1 }, 5),
      note: Text("the worst answer of 5 seeds", ko: "시드 5개에서 가장 못한 답"))
    let backwards = answerBackwards(page, seeds)
    drawLosses(page, losses, backwards)
  }

  /// Trains the aligned program to play the bar backwards, which it must answer while it reads, and returns its losses.
  private func answerBackwards(_ page: Page, _ seeds: [UInt64]) -> [[Double]] {
    let lesson = Lesson(program: .aligned, inputs: Bars.steps, wanted: Bars.backwards, classCount: 2)
    let trained = seeds.map { lesson.learned(units: units, updates: 300, seed: $0) }
    let runs = trained.map { lesson.accuracies($0.parameters) }
    let ceilings = (1...4).map { t in alignedCeiling(lesson.wanted[t - 1], step: t) }
    page.number("aligned-backwards", 100 * ceilings.reduce(0, +) / 4, decimals: 0)
    page.check(
      Text("no aligned program is above its ceiling", ko: "정렬된 프로그램은 상한을 넘지 못한다"),
      ceilings.enumerated().map { k, ceiling in .atMost(100 * runs.map { $0[k] }.max()!, 100 * ceiling) },
      note: Text("5 seeds", ko: "시드 5개"))
    page.check(
      Text("its ceiling is half for what it has not read", ko: "아직 읽지 않은 것에 대한 상한은 절반이다"),
      Matrix(column: ceilings), hasSameBitsAs: Matrix(column: [0.5, 0.5, 1, 1]))
    page.check(
      Text("and 100 % for what it has read: the strikes so far", ko: "이미 읽은 것을 물으면 상한이 100 %다: 지금까지 친 횟수"),
      Matrix(column: (1...4).map { alignedCeiling(Bars.strikes(through: $0), step: $0) }),
      hasSameBitsAs: Matrix(column: [1, 1, 1, 1]))
    return trained.map(\.losses)
  }

  /// The losses of the five programs, and of the one that plays the bar backwards while it reads it.
  private func drawLosses(_ page: Page, _ losses: [[[Double]]], _ backwards: [[Double]]) {
    let floor = 0.5 * Elementary.log(2)
    page.check(
      Text("reading and answering backwards: no loss is below ½ log 2", ko: "읽으면서 거꾸로 답할 때 손실은 ½ log 2 아래로 내려가지 않는다"),
      .above(backwards.joined().min()! - floor, 0, named: "min Δ"),
      note: Text("5 seeds, 300 updates", ko: "시드 5개, 갱신 300번"))
    page.check(
      Text("and there it ends, with every seed", ko: "모든 시드에서 거기서 멈춘다"),
      .below(backwards.map { $0.last! }.max()! - floor, 0.01, named: "max Δ"))
    page.check(
      Text("the five programs end far below it, with every seed", ko: "다섯 프로그램은 모든 시드에서 그보다 훨씬 낮게 끝난다"),
      .below(losses.joined().map { $0.last! }.max()!, 0.1), note: Text("the highest", ko: "가장 높은 것"))
    let curves = losses.map { lossCurve($0) } + [lossCurve(backwards)]
    page.figure(
      "programs-loss",
      .lineChart(
        LineChart(
          x: .init("#"), y: .init("L", .logarithmic, limits: 1e-4...3),
          series: zip(Program.allCases.map(\.figureLabel) + ["4 ⇄ 4"], curves).map { .init($0, $1) },
          references: [.horizontal(at: floor, label: "½ log 2")])),
      title: "Loss of the five programs, and of the aligned one for the bar backwards, against the number # of updates")
  }

  /// The largest share of bars that can be answered correctly at step t from t symbols: of all bars that begin alike,
  /// those of the most frequent class.
  private func alignedCeiling(_ classes: [Int], step t: Int) -> Double {
    let alike = Dictionary(grouping: Bars.all.indices) { Bars.all[$0].prefix(t) }
    let right = alike.values.map { bars in
      Dictionary(grouping: bars) { classes[$0] }.values.map(\.count).max()!
    }
    return Double(right.reduce(0, +)) / Double(classes.count)
  }
}
