// 0.14 The five kinds on pictures and sentences: trained on some, tested on others.

import Autodiff
import Experiments
import Notebook

extension SequenceModels {
  func words(_ page: Page) {
    let seeds = page.seeds(3)
    var random = Random(seed: page.seed)
    let tasks = [
      Examples.recognition(&random), .captions(&random), .reviews(), .tags(), .translations(),
    ]
    let names = ["recognition", "caption", "review", "tags", "translation"]
    var rows: [[String]] = []
    var samples: [[String]] = []
    var curves: [LineChart.Series] = []
    for (name, task) in zip(names, tasks) {
      page.progress(task.title, Double(rows.count) / Double(tasks.count))
      let runs = seeds.map { learnWords(task, seed: $0) }
      let shares = Scores(values: runs.map { 100 * $0.right })
      page.number("\(name)-lowest", shares.lowest, decimals: 0)
      page.number("\(name)-highest", shares.highest, decimals: 0)
      func short(_ x: Double) -> String { NumberFormat.format(x, decimals: 0) }
      rows.append([
        task.title(page.language), task.program.label(page.language), "\(task.learned)", "\(runs[0].tested.count)",
        "\(short(shares.lowest)) … \(short(shares.highest))",
      ])
      let first = runs[0].tested[0]
      let answer = runs[0].answers.map { task.classes[$0[0]](page.language) }.joined(separator: " ")
      samples.append([task.shown[first](page.language), answer])
      curves.append(
        .init(["1 → 1", "1 → 3", "9 → 1", "5 ⇉ 5", "5 → h → 5"][rows.count - 1], lossCurve(runs.map(\.losses))))
    }
    page.table(
      [
        Text("task", ko: "과제"), Text("kind", ko: "종류"), Text("learned from", ko: "학습"), Text("tested on", ko: "시험"),
        Text("wholly right, %", ko: "다 맞힘(%)"),
      ], rows)
    page.print()
    page.table([Text("reads", ko: "읽은 것"), Text("answers", ko: "답")], samples)
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
