// Section 4.10: the long trainings. Three tasks, and one of them with a limited number of sentences to learn from.

import Experiments
import Notebook

/// A task and those who compete on it.
private struct Contest {
  let title: Text
  /// As in the names of numbers.
  let name: String
  let task: Task
  /// RNN, LSTM, LSTM with b_f = 1, GRU, GRU with b_z = 1.
  let contestants: [Contestant]

  static let all = [
    Contest(
      title: Text("recall, 20 steps back (chance 25 %)", ko: "20시점 앞 회상(찍으면 25 %)"), name: "recall",
      task: .recall(lag: 20), contestants: Contestant.all(rnn: 35, lstm: 16, gru: 19)),
    Contest(
      title: Text("adding, 20 steps (right: off by less than 0.1)", ko: "덧셈, 20시점(오차가 0.1보다 작으면 정답)"), name: "adding",
      task: .adding(steps: 20), contestants: Contestant.all(rnn: 48, lstm: 23, gru: 27)),
    Contest(
      title: Text("agreement, 6 phrases (chance 50 %)", ko: "일치, 구 6개(찍으면 50 %)"), name: "agreement",
      task: .agreement(phrases: 6), contestants: Contestant.all(rnn: 45, lstm: 20, gru: 24)),
  ]

  /// Trains every contestant with every seed.
  ///
  /// - Parameter data: how many sequences there are to learn from; nil for new ones in every batch.
  func results(_ page: Page, _ title: Text, seeds: [UInt64], data: Int? = nil) -> [Result] {
    contestants.enumerated().map { number, contestant in
      page.progress(title, Double(number) / Double(contestants.count))
      return (contestant, scores(contestant, task, seeds: seeds, updates: 1000, data: data))
    }
  }
}

extension GatedRecurrentUnitChapter {
  func tasks(_ page: Page) {
    page.section("tasks") {
      let results = Contest.all.map { contest in
        page.print()
        page.print(contest.title)
        countsAgree(page, contest.task, contest.contestants)
        let found = contest.results(page, contest.title, seeds: page.seeds(5))
        table(page, found, name: contest.name)
        return found.map(\.scores)
      }
      checkTasks(page, recall: results[0], adding: results[1], agreement: results[2])
      limitedData(page, Contest.all[2])
    }
  }

  private func checkTasks(_ page: Page, recall: [Scores], adding: [Scores], agreement: [Scores]) {
    let lstm = max(recall[1].highest, recall[2].highest)
    page.check(
      Text(
        "recall: the worst GRU is above the best LSTM, with either bias",
        ko: "회상: 가장 못한 GRU가 가장 나은 LSTM보다 낫다. 편향이 어느 쪽이든 그렇다"),
      .greater(min(recall[3].lowest, recall[4].lowest), than: lstm))
    page.check(
      Text("recall: the plain network learns it too, no LSTM does", ko: "회상: 게이트 없는 신경망도 배우고, LSTM은 하나도 못 배운다"),
      .above(recall[0].lowest, 0.95), .below(lstm, 0.95))
    page.check(
      Text("adding: gates learn it, the plain network does not", ko: "덧셈: 게이트가 있으면 배우고, 없으면 못 배운다"),
      adding.dropFirst().map { .above($0.lowest, 0.8) } + [.below(adding[0].highest, 0.3)])
    page.check(
      Text("agreement: only the GRU with b_z = 1 learns it with every seed", ko: "일치: 모든 시드가 배우는 것은 b_z = 1인 GRU뿐이다"),
      [.above(agreement[4].lowest, 0.95)] + agreement.dropLast().map { .below($0.lowest, 0.95) })
  }

  /// Agreement with a fixed number of sentences to learn from, and twice as many seeds.
  private func limitedData(_ page: Page, _ contest: Contest) {
    let amounts = [16, 64, 256]
    let byAmount = amounts.map { amount in
      contest.results(
        page, Text("agreement, \(amount) sentences", ko: "일치, 문장 \(amount)개"), seeds: page.seeds(10),
        data: amount
      ).map(\.scores)
    }
    page.print()
    page.print(
      Text(
        "Agreement, 6 phrases, N sentences to learn from, 10 seeds: mean (lowest … highest).",
        ko: "일치, 구 6개, 배울 문장 N개, 시드 10개: 평균(최저 … 최고)."))
    page.table(
      [.symbols("")] + amounts.map { .symbols("N = \($0)") },
      contest.contestants.enumerated().map { k, contestant in
        [contestant.label]
          + zip(amounts, byAmount).map { amount, scores in
            let s = scores[k]
            let mean = page.number("data-\(contestant.name)-\(amount)", 100 * s.mean, decimals: 0)
            let (low, high) = (Int((100 * s.lowest).rounded()), Int((100 * s.highest).rounded()))
            return "\(mean) (\(low) … \(high))"
          }
      })
    checkLimitedData(page, few: byAmount[0], some: byAmount[1], many: byAmount[2])
    page.figure(
      "data",
      .lineChart(
        LineChart(
          x: .init("N", .logarithmic), y: .init("%", limits: 40...100),
          series: contest.contestants.enumerated().map { k, contestant in
            .init(
              Figure.Label(contestant.figureLabel),
              zip(amounts, byAmount).map { (Double($0), 100 * $1[k].mean) },
              line: contestant.gateBias == 0 ? .solid : .dashed, hasMarkers: true)
          }, references: [.horizontal(at: 50, label: "50 %")])),
      title: "Accuracy of agreement against the number N of sentences to learn from")
  }

  private func checkLimitedData(_ page: Page, few: [Scores], some: [Scores], many: [Scores]) {
    page.number("wins", Double(few[2].wins(over: few[4])), decimals: 0)
    page.number("some-lstm-1-lowest", 100 * some[2].lowest, decimals: 0)
    page.number("some-gru-lowest", 100 * some[3].lowest, decimals: 0)
    page.number("some-gru-1-lowest", 100 * some[4].lowest, decimals: 0)
    page.check(
      Text(
        "64 sentences: all RNNs and LSTMs with b_f = 1 learn it, not all GRUs as PyTorch begins",
        ko: "문장 64개: RNN과 b_f = 1인 LSTM은 모두 배우고, PyTorch처럼 시작한 GRU는 그러지 못한다"),
      .above(some[0].lowest, 0.95), .above(some[2].lowest, 0.95), .below(some[3].lowest, 0.75))
    page.check(
      Text("16 sentences: no kind learns it with every seed", ko: "문장 16개: 모든 시드가 배우는 종류는 없다"),
      few.map { .below($0.lowest, 0.95) })
    page.check(
      Text(
        "256 sentences: every GRU does, too, and every LSTM with b_f = 1", ko: "문장 256개: GRU와 b_f = 1인 LSTM도 모두 배운다"),
      many[2...4].map { .above($0.lowest, 0.95) })
  }
}
