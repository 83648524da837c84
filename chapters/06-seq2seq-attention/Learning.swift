// The sections on what encoder, decoder and attention learn of a task whose alignment is known.

import Autodiff
import Foundation
import LaTeX
import Notebook
import Recurrent

extension Seq2SeqAttention {
  private func percent(_ share: Double) -> String { NumberFormat.format(100 * share, decimals: 1) }

  /// Sequences of one length, drawn from a stream of their own: what is short, a training has met all the same.
  private func unseen(_ page: Page, _ count: Int, length: Int) -> [[Int]] {
    var random = Random(seed: page.seed &+ 0x5EED_0000 &+ UInt64(length))
    return Reversal.draw(count, lengths: length...length, &random)
  }

  // MARK: Encoder and decoder

  func modes(_ page: Page, _ reversers: Reversers) throws {
    try page.section("modes") {
      let decoder = Decoder(nil, seed: page.seed)
      let times = Array(1...Decoder.target.count + 1)
      try page.equation(
        "encoder-decoder", decoder.scope, for: ("t", times), tape: [decoder.s[1].formula, decoder.p[0].formula])
      try page.equation("loss", decoder.scope)

      let length = Reversers.lengths.upperBound
      let sources = unseen(page, 500, length: length)
      let modes = reversers[nil].modes(sources)
      page.print()
      page.print(
        Text(
          "500 newly drawn sequences of \(length) symbols, reversed by one model without attention:",
          ko: "새로 뽑은 길이 \(length)의 수열 500개를 어텐션 없는 모델 하나가 뒤집는다:"))
      page.table(
        [
          Text("before each symbol stands", ko: "바로 앞에 놓인 기호"), Text("symbols right, %", ko: "맞은 기호, %"),
          Text("after the first mistake, %", ko: "첫 실수 뒤, %"), Text("sequences right", ko: "모두 맞은 수열"),
        ],
        [
          [
            Text("the right one (taught)", ko: "정답 (교사 강요)")(page.language), percent(modes.taught),
            percent(modes.taughtAfter), "\(modes.exactTaught)",
          ],
          [
            Text("its own (free running)", ko: "제가 쓴 것 (자유 실행)")(page.language), percent(modes.free),
            percent(modes.freeAfter), "\(modes.exactFree)",
          ],
        ])
      page.number("taught", 100 * modes.taught, decimals: 1)
      page.number("free", 100 * modes.free, decimals: 1)
      page.number("taught-after", 100 * modes.taughtAfter, decimals: 1)
      page.number("free-after", 100 * modes.freeAfter, decimals: 1)
      page.number("exact", 100 * Double(modes.exactFree) / 500, decimals: 1)
      page.check(
        Text("without a mistake both are one run: as many sequences right", ko: "실수가 없으면 둘은 같은 실행이다: 모두 맞은 수열의 수가 같다"),
        modes.exactTaught == modes.exactFree, detail: .symbols("\(modes.exactTaught) = \(modes.exactFree)"))
      page.check(
        Text("after a mistake free running is worse by more than 20 points", ko: "실수한 뒤에는 자유 실행이 20퍼센트포인트 넘게 나쁘다"),
        modes.taughtAfter > modes.freeAfter + 0.2 && modes.after > 100)
      page.check(
        Text(
          "the taught share of symbols is far above the share of sequences",
          ko: "교사 강요로 맞힌 기호의 비율은 모두 맞은 수열의 비율보다 훨씬 높다"),
        modes.taught > Double(modes.exactFree) / 500 + 0.2)

      // Greedy and beam: of whole sequences the beam finds more probable ones.
      let some = SymbolBatch(Array(sources[..<100]))
      let model = reversers[nil].model
      let greedy = model.greedy(some, limit: 2 * length)
      let beam = model.beam(some, width: 4, limit: 2 * length)
      let (one, four) = (greedy.map(\.logProbability).mean, beam.map(\.logProbability).mean)
      let better = zip(greedy, beam).count { $1.logProbability > $0.logProbability }
      page.print()
      page.print(
        Text(
          "Mean of log P of 100 of them: greedy \(page.number("greedy", one, decimals: 3)), beam of 4 \(page.number("beam", four, decimals: 3)).",
          ko:
            "그 가운데 100개의 log P 평균: 탐욕 \(NumberFormat.format(one, decimals: 3)), 폭 4의 빔 \(NumberFormat.format(four, decimals: 3))."
        ))
      page.number("beam-better", Double(better), decimals: 0)
      page.check(
        Text("a beam of width 1 is greedy", ko: "폭이 1인 빔은 탐욕 방식과 같다"),
        model.beam(some, width: 1, limit: 2 * length).map(\.symbols) == greedy.map(\.symbols))
      page.check(
        Text("a beam of 4 finds more probable sequences", ko: "폭이 4인 빔은 더 그럴듯한 수열을 찾는다"), better > 0 && four > one,
        detail: Text("\(better) of 100", ko: "100개 중 \(better)개"))
    }
  }

  // MARK: The bottleneck

  func bottleneck(_ page: Page, _ reversers: Reversers) {
    page.section("bottleneck") {
      let lengths = Array(1...10)
      let models: [(name: String, reverser: Reverser)] = [
        ("none", reversers[nil]), ("additive", reversers[.additive]),
      ]
      let counts = models.map { $0.reverser.model.configuration.parameterCount }
      page.number("none-parameters", Double(counts[0]), decimals: 0)
      page.number("additive-parameters", Double(counts[1]), decimals: 0)
      let shares = models.map { model in
        lengths.map { model.reverser.exactMatch(unseen(page, 200, length: $0)) }
      }
      page.print(
        Text(
          "200 newly drawn sequences of each length; learned from lengths 1 to \(Reversers.lengths.upperBound). Exactly right, in %:",
          ko: "길이마다 새로 뽑은 수열 200개. 학습에 쓴 길이는 1부터 \(Reversers.lengths.upperBound)까지. 모두 맞은 수열, %:"))
      page.table(
        [Text("length", ko: "길이"), Text("no attention", ko: "어텐션 없음"), Text("attention", ko: "어텐션")],
        lengths.indices.map { ["\(lengths[$0])", percent(shares[0][$0]), percent(shares[1][$0])] })
      let last = Reversers.lengths.upperBound
      page.number("none-last", 100 * shares[0][last - 1], decimals: 1)
      page.number("attention-last", 100 * shares[1][last - 1], decimals: 1)
      page.number("attention-beyond", 100 * shares[1][9], decimals: 1)
      page.check(
        Text("attention is not given more parameters", ko: "어텐션 쪽의 매개변수가 더 많지 않다"), counts[1] < counts[0],
        detail: .symbols("\(counts[1]) < \(counts[0])"))
      page.check(
        Text("short sequences need no attention", ko: "짧은 수열에는 어텐션이 필요 없다"),
        shares[0][0] == 1 && shares[0][1] > 0.95, detail: Text("lengths 1 and 2", ko: "길이 1과 2"))
      page.check(
        Text(
          "without attention the longest fail: at length \(last) less than half",
          ko: "어텐션이 없으면 긴 것부터 무너진다: 길이 \(last)에서 절반 미만"),
        shares[0][last - 1] < 0.5)
      page.check(
        Text("with it they do not: more than 90 %", ko: "어텐션이 있으면 무너지지 않는다: 90 % 초과"), shares[1][last - 1] > 0.9)
      page.check(
        Text(
          "far beyond the lengths learned both fail: at length 10 less than half",
          ko: "배운 길이를 한참 넘어서면 둘 다 무너진다: 길이 10에서 절반 미만"),
        shares.allSatisfy { $0[9] < 0.5 })
      page.figure(
        "bottleneck",
        .lineChart(
          LineChart(
            x: .init("S"), y: .init("%", limits: 0...100),
            series: [
              .init("c_{t}", zip(lengths, shares[1]).map { (Double($0), 100 * $1) }, line: .solid, hasMarkers: true),
              .init("s_{0}", zip(lengths, shares[0]).map { (Double($0), 100 * $1) }, line: .dashed, hasMarkers: true),
            ], references: [.vertical(at: Double(last))])),
        title: "Exact match against the length S: with attention (c_t), and with the first state alone (s_0)")
    }
  }

  // MARK: Alignment

  func alignments(_ page: Page, _ reversers: Reversers) {
    page.section("alignment") {
      let length = Reversers.lengths.upperBound
      let sources = unseen(page, 200, length: length)
      var found: [AttentionScore: (accuracy: Double, mass: Double, exact: Double)] = [:]
      for score in AttentionScore.allCases {
        let (accuracy, mass) = reversers[score].alignment(sources)
        found[score] = (accuracy, mass, reversers[score].exactMatch(sources))
      }
      page.print(
        Text(
          "200 newly drawn sequences of \(length) symbols, seed \(page.seed). The place that belongs to symbol t is S + 1 − t:",
          ko: "새로 뽑은 길이 \(length)의 수열 200개, 시드 \(page.seed). 기호 t에 해당하는 자리는 S + 1 − t다:"))
      page.table(
        [
          Text("score", ko: "점수"), Text("largest a there, %", ko: "a가 가장 큰 자리, %"),
          Text("mean a there", ko: "그 자리 a의 평균"),
          Text("exactly right, %", ko: "모두 맞음, %"),
        ],
        AttentionScore.allCases.map { score in
          let row = found[score]!
          let accuracy = page.number("alignment-\(score.rawValue)", 100 * row.accuracy, decimals: 1)
          return [score.rawValue, accuracy, NumberFormat.format(row.mass, decimals: 2), percent(row.exact)]
        })
      page.number("alignment-chance", 100 / Double(length), decimals: 1)
      for score in [AttentionScore.dot, .general, .additive] {
        page.check(
          Text("\(score.rawValue): the largest weight is where it belongs", ko: "\(score.rawValue): 가장 큰 가중치가 제자리에 있다"),
          found[score]!.accuracy > 0.7, detail: .symbols("> 70 %"))
      }
      page.check(
        Text("scaled: less often, but more than by chance", ko: "scaled: 그보다 드물지만 우연보다는 잦다"),
        found[.scaled]!.accuracy < [AttentionScore.dot, .general, .additive].map { found[$0]!.accuracy }.min()!
          && found[.scaled]!.accuracy > 1.2 / Double(length))
      let untrained = Reverser(.additive, size: 16, seed: page.seed).alignment(sources)
      page.check(
        Text(
          "additive, before training: the mean of a there is that of chance", ko: "additive, 학습 전: 그 자리 a의 평균은 우연과 같다"),
        abs(untrained.mass - 1 / Double(length)) < 0.02, detail: Text("a near 1/\(length)", ko: "a는 1/\(length) 안팎"))
      for score in [AttentionScore.general, .scaled] {
        page.figure(
          "reversal-\(score.rawValue)", .heatmap(heatmap(reversers[score], sources[0])),
          title: "Attention of the \(score.rawValue) score while \(length) symbols are reversed")
      }
    }
  }

  private func heatmap(_ reverser: Reverser, _ source: [Int]) -> Heatmap {
    let taught = reverser.model.teach(SymbolBatch([source]), target: [source.reversed()])
    let rows = source.indices.map { taught.answers[$0].weights.value(column: 0) }
    return Heatmap(
      rows, rows: source.reversed().map { Figure.Label(plain: "\($0)") },
      columns: source.map { Figure.Label(plain: "\($0)") }, colours: .sequential(0...1), valueLabel: "a")
  }

  // MARK: Over seeds

  func alignmentSeeds(_ page: Page) {
    guard page.isFull else { return }
    page.section("alignment-seeds") {
      let seeds = Array(page.seed..<page.seed + 5)
      let plans =
        [Plan(score: nil)]
        + Seq2SeqConfiguration.Query.allCases.flatMap { query in
          AttentionScore.allCases.map { Plan(score: $0, query: query) }
        }
      let jobs = plans.flatMap { plan in seeds.map { (plan, $0) } }
      // Each training is by itself: two at a time, and the same numbers as one after the other.
      let results = Results(count: jobs.count)
      let longest = Reversers.longLengths.upperBound
      let tests = [4, 6, 8, 12, 16].map { unseen(page, 200, length: $0) }
      let aligned = unseen(page, 200, length: longest)
      DispatchQueue.concurrentPerform(iterations: jobs.count) { k in
        let (plan, seed) = jobs[k]
        let reverser = plan.reverser(seed: seed, updates: Reversers.longUpdates, lengths: Reversers.longLengths)
        results.set(
          k,
          Results.Entry(
            exact: tests.map { reverser.exactMatch($0) },
            alignment: plan.score == nil ? .nan : reverser.alignment(aligned).accuracy))
      }
      func entries(_ plan: Plan) -> [Results.Entry] {
        jobs.indices.filter { jobs[$0].0 == plan }.map { results.entries[$0]! }
      }
      func spread(_ values: [Double]) -> String {
        "\(percent(values.mean)) (\(percent(values.min()!))–\(percent(values.max()!)))"
      }
      page.print(
        Text(
          "\(Reversers.longUpdates) updates on lengths 1 to \(longest), \(seeds.count) seeds: mean (lowest–highest). Alignment at length \(longest), in %:",
          ko:
            "길이 1부터 \(longest)까지로 갱신 \(Reversers.longUpdates)번, 시드 \(seeds.count)개: 평균 (최저–최고). 길이 \(longest)에서 정렬 정확도, %:"
        ))
      page.table(
        [Text("score", ko: "점수"), .symbols("s_{t−1}"), .symbols("s_t")],
        AttentionScore.allCases.map { score in
          [score.rawValue]
            + Seq2SeqConfiguration.Query.allCases.map { query in
              let values = entries(Plan(score: score, query: query)).map(\.alignment)
              page.number("aligned-\(score.rawValue)-\(query.rawValue)", 100 * values.mean, decimals: 1)
              return spread(values)
            }
        })
      page.print()
      page.print(Text("Exactly right, in %, by length; s_{t−1} asks:", ko: "모두 맞은 수열, %, 길이별. 묻는 것은 s_{t−1}:"))
      page.table(
        [Text("score", ko: "점수")] + tests.map { .symbols("S = \($0[0].count)") },
        Plan.all.map { plan in
          [plan.name] + tests.indices.map { n in percent(entries(plan).map { $0.exact[n] }.mean) }
        })
      func exact(_ score: AttentionScore?, _ n: Int) -> [Double] { entries(Plan(score: score)).map { $0.exact[n] } }
      page.number("seeds-none-8", 100 * exact(nil, 2).mean, decimals: 1)
      page.number("seeds-additive-8", 100 * exact(.additive, 2).mean, decimals: 1)
      page.number("seeds-dot-8", 100 * exact(.dot, 2).mean, decimals: 1)
      page.number("seeds-scaled-8", 100 * exact(.scaled, 2).mean, decimals: 1)
      page.number("chance-8", 100 / Double(longest), decimals: 1)
      page.number("seeds-highest-16", 100 * Plan.all.flatMap { exact($0.score, 4) }.max()!, decimals: 1)
      page.check(
        Text(
          "length 8: the worst run with the additive score is above the best without attention",
          ko: "길이 8: 덧셈 점수의 가장 나쁜 실행이 어텐션 없는 가장 좋은 실행보다 낫다"),
        exact(.additive, 2).min()! > exact(nil, 2).max()!, detail: Text("5 seeds each", ko: "시드 5개씩"))
      page.check(
        Text(
          "length 8: the worst run with the dot score is above the best with the scaled one",
          ko: "길이 8: 내적 점수의 가장 나쁜 실행이 축소 내적 점수의 가장 좋은 실행보다 낫다"),
        exact(.dot, 2).min()! > exact(.scaled, 2).max()!, detail: Text("5 seeds each", ko: "시드 5개씩"))
      page.check(
        Text("scaled writes what it is not aligned with", ko: "scaled는 정렬이 맞지 않아도 제대로 쓴다"),
        exact(.scaled, 2).mean > 0.7 && entries(Plan(score: .scaled)).map(\.alignment).mean < 0.6)
      page.check(
        Text("the other three are aligned, with either query", ko: "나머지 셋은 어느 쪽으로 물어도 정렬이 맞는다"),
        [AttentionScore.dot, .general, .additive].allSatisfy { score in
          Seq2SeqConfiguration.Query.allCases.allSatisfy {
            entries(Plan(score: score, query: $0)).map(\.alignment).mean > 0.9
          }
        }, detail: .symbols("> 90 %"))
      page.check(
        Text(
          "s_{t−1} asks, at twice the length learned: no run is right half of the time",
          ko: "s_{t−1}이 물을 때 배운 길이의 두 배에서는 어느 실행도 절반을 맞히지 못한다"),
        Plan.all.allSatisfy { exact($0.score, 4).max()! < 0.5 })
    }
  }
}

/// What trainings found, each put in its place by the thread that ran it.
private final class Results: @unchecked Sendable {
  struct Entry {
    /// For each length asked.
    let exact: [Double]
    let alignment: Double
  }

  private let lock = NSLock()
  private(set) var entries: [Entry?]

  init(count: Int) { entries = Array(repeating: nil, count: count) }

  func set(_ k: Int, _ entry: Entry) {
    lock.withLock { entries[k] = entry }
  }
}

extension [Double] {
  fileprivate var mean: Double { reduce(0, +) / Double(count) }
}

extension Matrix {
  /// The entries of a column.
  fileprivate func value(column j: Int) -> [Double] { column(j).elements }
}
