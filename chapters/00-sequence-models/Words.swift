// 0.14 The five kinds on pictures and sentences: trained on some, tested on others.

import Autodiff
import Experiments
import Notebook

extension SequenceModels {
  func words(_ page: Page) {
    let seeds = page.seeds(3)
    var random = Random(seed: page.seed)
    // The last number is what every seed must reach at least, in percent.
    let tasks: [(name: String, curve: Figure.Label, examples: Examples, bound: Double)] = [
      ("recognition", "1 → 1", .recognition(&random), 95), ("caption", "1 → 3", .captions(&random), 80),
      ("review", "9 → 1", .reviews(), 80), ("tags", "5 ⇉ 5", .tags(), 95),
      ("translation", "3 → h → 3", .translations(), 50),
    ]
    var (rows, samples): ([[String]], [[String]]) = ([], [])
    var curves: [LineChart.Series] = []
    for (name, curve, task, bound) in tasks {
      page.progress(task.title, Double(rows.count) / Double(tasks.count))
      let runs = seeds.map { learnWords(task, seed: $0) }
      let shares = Scores(values: runs.map { 100 * $0.right })
      let lowest = page.number("\(name)-lowest", shares.lowest, decimals: 0)
      let highest = page.number("\(name)-highest", shares.highest, decimals: 0)
      let tested = runs[0].tested
      rows.append([task.title(page.language), "\(task.learned)", "\(tested.count)", "\(lowest) … \(highest)"])
      let answer = runs[0].answers.map { task.classes[$0[0]](page.language) }.joined(separator: " ")
      samples.append([task.shown[tested[0]](page.language), answer])
      curves.append(.init(curve, lossCurve(runs.map(\.losses))))
      page.check(
        Text(
          "\(task.title.english): new examples wholly right with every seed, in %",
          ko: "\(task.title.korean): 새 예제를 다 맞힌 비율(%), 모든 시드에서"),
        .above(shares.lowest, bound, named: "%"), note: Text("3 seeds", ko: "시드 3개"))
    }
    let alone = 100 * tasks[3].examples.ceilingOfOneStep
    page.number("tags-alone", alone, decimals: 0)
    page.check(
      Text("a tag from the word alone cannot be right that often", ko: "단어 하나만 보고 품사를 달면 그만큼 맞힐 수 없다"),
      .below(alone, 81, named: "%"))
    page.table(
      [
        Text("task", ko: "과제"), Text("learned from", ko: "배운 예제"), Text("tested on", ko: "시험한 예제"),
        Text("wholly right, %", ko: "다 맞힘(%)"),
      ], rows)
    page.print()
    page.table([Text("reads", ko: "읽은 것"), Text("answers", ko: "답")], samples)
    page.figure(
      "words-loss",
      .lineChart(LineChart(x: .init("#"), y: .init("L", .logarithmic, limits: 1e-4...4), series: curves)),
      title: "Loss of the five programs on pictures and sentences against the number # of updates")
  }

  private struct Learned {
    /// Indices of the examples that it was tested on, and for each answer the classes that it chose for them.
    var tested: [Int]
    var answers: [[Int]]
    /// The share of them whose answers are all right.
    var right: Double
    var losses: [Double]
  }

  /// Every seed draws other examples to learn from, and other first weights. At most 400 of the rest are the test.
  private func learnWords(_ task: Examples, seed: UInt64) -> Learned {
    var random = Random(seed: seed)
    var order = Array(task.reads.indices)
    random.shuffle(&order)
    let trained = task.lesson(Array(order.prefix(task.learned))).learned(units: 24, updates: 300, seed: seed)
    let tested = Array(order.dropFirst(task.learned).prefix(400))
    let answers = task.lesson(tested).answers(trained.parameters)
    let right = tested.indices.count { column in answers.map { $0[column] } == task.answers[tested[column]] }
    return Learned(
      tested: tested, answers: answers, right: Double(right) / Double(tested.count), losses: trained.losses)
  }
}
