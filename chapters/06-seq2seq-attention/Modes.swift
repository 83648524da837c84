// Sections 6.1 and 6.2: an encoder and a decoder, with a teacher and without; and what a single state cannot carry.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

extension Seq2SeqAttention {
  // MARK: 6.1

  func modes(_ page: Page, _ reversers: Reversers) throws {
    try page.section("modes") {
      drawEncoderDecoder(page)
      let decoder = Decoder(nil, seed: page.seed)
      let times = Array(1...Decoder.target.count + 1)
      try page.equation(
        "encoder-decoder", decoder.scope, for: ("t", times), tape: [decoder.s[1].formula, decoder.p[0].formula])
      try page.equation("loss", decoder.scope)

      let length = Reversers.lengths.upperBound
      let sources = page.unseen(500, length: length)
      page.print()
      page.print(
        Text(
          "500 newly drawn sequences of \(length) symbols, reversed by one model without attention:",
          ko: "새로 뽑은 길이 \(length)의 시퀀스 500개를 어텐션 없는 모델 하나가 뒤집는다:"))
      teach(reversers[nil], sources, page)
      search(reversers[nil].model, Array(sources[..<100]), page)
    }
  }

  /// How well the model writes with the right symbol before each one, and with its own.
  private func teach(_ reverser: Reverser, _ sources: [[Int]], _ page: Page) {
    let modes = reverser.modes(sources)
    page.table(
      [
        Text("before each symbol stands", ko: "바로 앞에 놓인 기호"), Text("symbols right, %", ko: "맞은 기호, %"),
        Text("after the first mistake, %", ko: "첫 실수 뒤, %"), Text("sequences right", ko: "모두 맞은 시퀀스"),
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
    let exact = Double(modes.exactFree) / Double(sources.count)
    for (name, share) in [
      ("taught", modes.taught), ("free", modes.free), ("taught-after", modes.taughtAfter),
      ("free-after", modes.freeAfter), ("exact", exact),
    ] {
      page.number(name, 100 * share, decimals: 1)
    }
    page.check(
      Text("without a mistake both are one run: as many sequences right", ko: "실수가 없으면 둘은 같은 실행이다: 모두 맞은 시퀀스의 수가 같다"),
      .equal(modes.exactTaught, modes.exactFree))
    page.check(
      Text("after a mistake free running is worse by more than 20 points", ko: "실수한 뒤에는 자유 실행이 20퍼센트포인트 넘게 나쁘다"),
      .above(modes.taughtAfter - modes.freeAfter, 0.2), .atLeast(modes.after, 100, named: "n"))
    page.check(
      Text(
        "the taught share of symbols is over 20 points above the share of sequences",
        ko: "교사 강요로 맞힌 기호의 비율은 모두 맞은 시퀀스의 비율보다 20퍼센트포인트 넘게 높다"),
      .above(modes.taught - exact, 0.2))
  }

  /// Greedy writing against a beam: of whole sequences the beam finds more probable ones.
  private func search(_ model: Seq2Seq<Matrix>, _ sources: [[Int]], _ page: Page) {
    let batch = SymbolBatch(sources)
    let limit = 2 * sources[0].count
    let greedy = model.greedy(batch, limit: limit)
    let beam = model.beam(batch, width: 4, limit: limit)
    let (one, four) = (greedy.map(\.logProbability).mean, beam.map(\.logProbability).mean)
    let (greedyMean, beamMean) = (page.number("greedy", one, decimals: 3), page.number("beam", four, decimals: 3))
    page.print()
    page.print(
      Text(
        "Mean of log P of \(sources.count) of them: greedy \(greedyMean), beam of 4 \(beamMean).",
        ko: "그 가운데 \(sources.count)개의 log P 평균: 탐욕 \(greedyMean), 폭 4의 빔 \(beamMean)."))
    let better = zip(greedy, beam).count { $1.logProbability > $0.logProbability }
    page.number("beam-better", Double(better), decimals: 0)
    let narrow = model.beam(batch, width: 1, limit: limit)
    page.check(
      Text("a beam of width 1 is greedy", ko: "폭이 1인 빔은 탐욕 방식과 같다"),
      .equal(zip(greedy, narrow).count { $0.symbols == $1.symbols }, sources.count))
    page.check(
      Text("a beam of 4 finds more probable sequences", ko: "폭이 4인 빔은 더 그럴듯한 시퀀스를 찾는다"), .atLeast(better, 1),
      .greater(four, than: one))
  }

  // MARK: 6.2

  func bottleneck(_ page: Page, _ reversers: Reversers) {
    page.section("bottleneck") {
      drawWithAttention(page)
      let lengths = Array(1...10)
      let models = [reversers[nil], reversers[.additive]]
      let counts = models.map { Double($0.model.configuration.parameterCount) }
      page.number("none-parameters", counts[0], decimals: 0)
      page.number("additive-parameters", counts[1], decimals: 0)
      let shares = models.map { model in lengths.map { model.exactMatch(page.unseen(200, length: $0)) } }
      let (none, attention) = (shares[0], shares[1])
      let last = Reversers.lengths.upperBound
      page.print(
        Text(
          "200 newly drawn sequences of each length; learned from lengths 1 to \(last). Exactly right, in %:",
          ko: "길이마다 새로 뽑은 시퀀스 200개. 학습에 쓴 길이는 1부터 \(last)까지. 모두 맞은 시퀀스, %:"))
      page.table(
        [Text("length", ko: "길이"), Text("no attention", ko: "어텐션 없음"), Text("attention", ko: "어텐션")],
        lengths.indices.map { ["\(lengths[$0])", percent(none[$0]), percent(attention[$0])] })
      page.number("none-last", 100 * none[last - 1], decimals: 1)
      page.number("attention-last", 100 * attention[last - 1], decimals: 1)
      page.number("attention-beyond", 100 * attention[9], decimals: 1)
      page.check(
        Text("attention is not given more parameters", ko: "어텐션 쪽의 매개변수가 더 많지 않다"),
        .greater(counts[0], than: counts[1]))
      page.check(
        Text("short sequences need no attention", ko: "짧은 시퀀스에는 어텐션이 필요 없다"), .above(none[0], 0.999),
        .above(none[1], 0.95), note: Text("lengths 1 and 2", ko: "길이 1과 2"))
      page.check(
        Text(
          "without attention the longest fail: at length \(last) less than half",
          ko: "어텐션이 없으면 긴 것부터 무너진다: 길이 \(last)에서 절반 미만"),
        .below(none[last - 1], 0.5))
      page.check(
        Text("with it they do not: more than 90 %", ko: "어텐션이 있으면 무너지지 않는다: 90 % 초과"),
        .above(attention[last - 1], 0.9))
      page.check(
        Text(
          "far beyond the lengths learned both fail: at length 10 less than half",
          ko: "배운 길이를 한참 넘어서면 둘 다 무너진다: 길이 10에서 절반 미만"),
        .below(none[9], 0.5), .below(attention[9], 0.5))
      func series(_ label: Figure.Label, _ shares: [Double], _ line: LineChart.Series.Line, labelX: Double)
        -> LineChart.Series
      {
        .init(
          label, zip(lengths, shares).map { (Double($0), 100 * $1) }, line: line, hasMarkers: true, labelX: labelX)
      }
      page.figure(
        "bottleneck",
        .lineChart(
          LineChart(
            x: .init("S"), y: .init("%", limits: 0...100),
            series: [series("c_{t}", attention, .solid, labelX: 7), series("s_{0}", none, .dashed, labelX: 5)],
            references: [.vertical(at: Double(last))])),
        title: "Exact match against the length S: with attention (c_t), and with the first state alone (s_0)")
      let losses = models.map { lossCurve([$0.losses], every: 20) }
      page.check(
        Text("at the end of the training its loss is less than a fifth", ko: "학습이 끝날 때 어텐션 쪽의 손실은 다섯에 하나도 되지 않는다"),
        .above(losses[0].last!.y / losses[1].last!.y, 5))
      page.figure(
        "bottleneck-loss",
        .lineChart(
          LineChart(
            x: .init("#"), y: .init("L", .logarithmic, limits: 1e-2...3),
            series: [.init("c_{t}", losses[1], line: .solid), .init("s_{0}", losses[0], line: .dashed)])),
        title:
          "Loss of reversal against the number # of updates: with attention (c_t), and with the first state alone (s_0)"
      )
    }
  }
}
