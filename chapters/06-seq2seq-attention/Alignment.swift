// Sections 6.8 and 6.9: where attention looks in a task whose alignment is known, with one seed and over several.

import Autodiff
import Foundation
import Notebook
import Recurrent

extension Seq2SeqAttention {
  // MARK: 6.8

  func alignments(_ page: Page, _ reversers: Reversers) {
    page.section("alignment") {
      let length = Reversers.lengths.upperBound
      let sources = page.unseen(200, length: length)
      page.print(
        Text(
          "200 newly drawn sequences of \(length) symbols. The place that belongs to symbol t is S + 1 − t:",
          ko: "새로 뽑은 길이 \(length)의 시퀀스 200개. 기호 t에 해당하는 자리는 S + 1 − t다:"))
      let found = AttentionScore.allCases.map { ($0, reversers[$0].alignment(sources)) }
      page.table(
        [
          Text("score", ko: "점수"), Text("largest a there, %", ko: "a가 가장 큰 자리, %"),
          Text("mean a there", ko: "그 자리 a의 평균"),
          Text("exactly right, %", ko: "모두 맞음, %"),
        ],
        found.map { score, alignment in
          [
            score.rawValue, page.number("alignment-\(score.rawValue)", 100 * alignment.accuracy, decimals: 1),
            NumberFormat.format(alignment.mass, decimals: 2), percent(reversers[score].exactMatch(sources)),
          ]
        })
      page.number("alignment-chance", 100 / Double(length), decimals: 1)
      checkAlignments(found.map { ($0, $1.accuracy) }, chance: 1 / Double(length), page)
      let untrained = Reverser(.additive, size: 16, seed: page.seed).alignment(sources)
      page.check(
        Text(
          "additive, before training: the mean of a there is that of chance", ko: "additive, 학습 전: 그 자리 a의 평균은 우연과 같다"),
        .below(abs(untrained.mass - 1 / Double(length)), 0.02, named: "|a − 1/\(length)|"))
      for score in [AttentionScore.general, .scaled] {
        page.figure(
          "reversal-\(score.rawValue)", .heatmap(heatmap(reversers[score], sources[0])),
          title: "Attention of the \(score.rawValue) score while \(length) symbols are reversed")
      }
    }
  }

  /// All scores but the scaled one are aligned; the scaled one is better than chance and worse than the others.
  private func checkAlignments(_ found: [(AttentionScore, accuracy: Double)], chance: Double, _ page: Page) {
    let others = found.filter { $0.0 != .scaled }
    for (score, accuracy) in others {
      page.check(
        Text("\(score.rawValue): the largest weight is where it belongs", ko: "\(score.rawValue): 가장 큰 가중치가 제자리에 있다"),
        .above(accuracy, 0.7))
    }
    let scaled = found.first { $0.0 == .scaled }!.accuracy
    page.check(
      Text("scaled: less often, but more than by chance", ko: "scaled: 그보다 드물지만 우연보다는 잦다"),
      .greater(others.map(\.accuracy).min()!, than: scaled), .greater(scaled, than: 1.2 * chance))
  }

  private func heatmap(_ reverser: Reverser, _ source: [Int]) -> Heatmap {
    let taught = reverser.model.teach(SymbolBatch([source]), target: [source.reversed()])
    return Heatmap(
      source.indices.map { taught.answers[$0].weights.column(0).elements },
      rows: source.reversed().map { Figure.Label(plain: "\($0)") },
      columns: source.map { Figure.Label(plain: "\($0)") }, colours: .sequential(0...1), valueLabel: "a")
  }

  // MARK: 6.9

  func alignmentSeeds(_ page: Page) {
    page.section("alignment-seeds") {
      let survey = Survey(page)
      page.print(
        Text(
          "\(Reversers.longUpdates) updates on lengths 1 to \(Survey.longest), \(survey.seeds.count) seeds: mean (lowest–highest). Alignment at length \(Survey.longest), in %:",
          ko:
            "길이 1부터 \(Survey.longest)까지로 갱신 \(Reversers.longUpdates)번, 시드 \(survey.seeds.count)개: 평균 (최저–최고). 길이 \(Survey.longest)에서 정렬 정확도, %:"
        ))
      page.table(
        [Text("score", ko: "점수"), .symbols("s_{t−1}"), .symbols("s_t")],
        AttentionScore.allCases.map { score in
          [score.rawValue]
            + Seq2SeqConfiguration.Query.allCases.map { query in
              let values = survey.alignment(score, query)
              page.number("aligned-\(score.rawValue)-\(query.rawValue)", 100 * values.mean, decimals: 1)
              return "\(percent(values.mean)) (\(percent(values.min()!))–\(percent(values.max()!)))"
            }
        })
      page.print()
      page.print(Text("Exactly right, in %, by length; s_{t−1} asks:", ko: "모두 맞은 시퀀스, %, 길이별. 묻는 것은 s_{t−1}:"))
      page.table(
        [Text("score", ko: "점수")] + Survey.lengths.map { .symbols("S = \($0)") },
        Plan.all.map { plan in
          [plan.name] + Survey.lengths.map { percent(survey.exact(plan.score, length: $0).mean) }
        })
      for plan in Plan.all where plan.score != .general {
        page.number("seeds-\(plan.name)-8", 100 * survey.exact(plan.score, length: 8).mean, decimals: 1)
      }
      page.number("chance-8", 100 / Double(Survey.longest), decimals: 1)
      page.number("seeds-highest-16", 100 * survey.highest(length: 16), decimals: 1)
      checkSurvey(survey, page)
    }
  }

  private func checkSurvey(_ survey: Survey, _ page: Page) {
    let seeds = Text("5 seeds each", ko: "시드 5개씩")
    func exact(_ score: AttentionScore?) -> [Double] { survey.exact(score, length: 8) }
    page.check(
      Text(
        "length 8: the worst run with the additive score is above the best without attention",
        ko: "길이 8: 덧셈 점수의 가장 나쁜 실행이 어텐션 없는 가장 좋은 실행보다 낫다"),
      .greater(exact(.additive).min()!, than: exact(nil).max()!), note: seeds)
    page.check(
      Text(
        "length 8: the worst run with the dot score is above the best with the scaled one",
        ko: "길이 8: 내적 점수의 가장 나쁜 실행이 축소 내적 점수의 가장 좋은 실행보다 낫다"),
      .greater(exact(.dot).min()!, than: exact(.scaled).max()!), note: seeds)
    page.check(
      Text("scaled writes what it is not aligned with", ko: "scaled는 정렬이 맞지 않아도 제대로 쓴다"),
      .above(exact(.scaled).mean, 0.7), .below(survey.alignment(.scaled, .previous).mean, 0.6))
    let aligned = [AttentionScore.dot, .general, .additive].flatMap { score in
      Seq2SeqConfiguration.Query.allCases.map { survey.alignment(score, $0).mean }
    }
    page.check(
      Text("the other three are aligned, with either query", ko: "나머지 셋은 어느 쪽으로 물어도 정렬이 맞는다"),
      .above(aligned.min()!, 0.9))
    page.check(
      Text(
        "s_{t−1} asks, at twice the length learned: no run is right half of the time",
        ko: "s_{t−1}이 물을 때 배운 길이의 두 배에서는 어느 실행도 절반을 맞히지 못한다"),
      .below(survey.highest(length: 16), 0.5))
  }
}

/// The long trainings: every plan with every seed, and what each of them found.
private struct Survey {
  static let longest = Reversers.longLengths.upperBound
  /// The lengths at which sequences are written.
  static let lengths = [4, 6, 8, 12, 16]

  let seeds: [UInt64]
  private var results: [Plan: [Result]] = [:]

  private struct Result {
    /// The share written exactly, for each of `lengths`.
    let exact: [Double]
    /// The share of symbols with the largest weight in the right place; NaN without attention.
    let alignment: Double
  }

  /// Trains them all, two at a time. Each training is independent, so that the numbers are those of one after the other.
  init(_ page: Page) {
    seeds = page.seeds(5)
    let plans =
      [Plan(score: nil)]
      + Seq2SeqConfiguration.Query.allCases.flatMap { query in
        AttentionScore.allCases.map { Plan(score: $0, query: query) }
      }
    let jobs = plans.flatMap { plan in seeds.map { (plan, $0) } }
    let tests = Survey.lengths.map { page.unseen(200, length: $0) }
    let aligned = page.unseen(200, length: Survey.longest)
    let slots = Slots<Result>(count: jobs.count)
    DispatchQueue.concurrentPerform(iterations: jobs.count) { k in
      let (plan, seed) = jobs[k]
      let reverser = plan.reverser(seed: seed, updates: Reversers.longUpdates, lengths: Reversers.longLengths)
      slots.set(
        k,
        Result(
          exact: tests.map { reverser.exactMatch($0) },
          alignment: plan.score == nil ? .nan : reverser.alignment(aligned).accuracy))
    }
    for (job, result) in zip(jobs, slots.values) { results[job.0, default: []].append(result!) }
  }

  /// One number a seed: the share aligned at length `longest`.
  func alignment(_ score: AttentionScore, _ query: Seq2SeqConfiguration.Query) -> [Double] {
    results[Plan(score: score, query: query)]!.map(\.alignment)
  }

  /// One number a seed: the share of sequences of a length in `lengths` that are written exactly, with s_{t−1} asking.
  func exact(_ score: AttentionScore?, length: Int) -> [Double] {
    results[Plan(score: score)]!.map { $0.exact[Survey.lengths.firstIndex(of: length)!] }
  }

  /// The best run of all at a length, with s_{t−1} asking.
  func highest(length: Int) -> Double { Plan.all.flatMap { exact($0.score, length: length) }.max()! }
}

/// Results of tasks that run at the same time, each in the place of its number.
private final class Slots<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private(set) var values: [Value?]

  init(count: Int) { values = Array(repeating: nil, count: count) }

  func set(_ k: Int, _ value: Value) { lock.withLock { values[k] = value } }
}

extension [Double] {
  var mean: Double { reduce(0, +) / Double(count) }
}
