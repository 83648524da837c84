// Sections 5.7 and 5.8: the sense of a word, and the word in a gap, from what stands before it, after it, or both.

import Experiments
import Notebook

extension BidirectionalNetworks {
  func senses(_ page: Page) {
    page.section("senses") {
      report(page, .gongjung, "gongjung", Text("공중 (Korean): 空中 or 公衆?", ko: "공중: 空中인가 公衆인가?"))
      page.print()
      report(page, .terribly, "terribly", Text("terribly (English): + or −?", ko: "terribly(영어): +인가 −인가?"))
    }
  }

  func blanks(_ page: Page) {
    page.section("blanks") {
      let trained = report(
        page, .undong, "undong",
        Text("운동은 [ ] 줄이는 데 좋다 (Korean): which word?", ko: "운동은 [ ] 줄이는 데 좋다: 어느 단어?"))
      drawLosses(page, .undong, trained)
      page.print()
      report(
        page, .exercise, "exercise",
        Text(
          "exercise is effective at [ ] belly fat (English): which word?",
          ko: "exercise is effective at [ ] belly fat(영어): 어느 단어?"))
    }
  }

  /// The loss of each view, and the entropy that it cannot get below on the whole corpus.
  private func drawLosses(_ page: Page, _ corpus: Corpus, _ trained: [Corpus.View: Shares]) {
    let views: [(view: Corpus.View, label: Figure.Label)] = [
      (.past, "→h"), (.future, "←h"), (.everything, "[→h; ←h]"),
    ]
    let entropies = views.map { corpus.entropy($0.view) }
    let gaps = zip(views, entropies).map { view, entropy in trained[view.view]!.losses.map { $0.map { $0 - entropy } } }
    page.check(
      Text("no loss is ever below the entropy of its view", ko: "어떤 손실도 그 시야의 엔트로피보다 낮지 않다"),
      .above(gaps.joined().joined().min()!, 0, named: "min Δ"))
    page.check(
      Text("and at the end each is close to it", ko: "끝에서는 모두 거기에 가깝다"),
      .below(gaps.joined().map { $0.last! }.max()!, 0.01, named: "max Δ"))
    page.figure(
      "blanks-loss",
      .lineChart(
        LineChart(
          x: .init("#"), y: .init("L", limits: 0...2.5),
          series: views.map { .init($0.label, lossCurve(trained[$0.view]!.losses, every: 2)) },
          references: entropies.map { .horizontal(at: $0) })),
      title: "Loss of filling a blank from the past, the future and both against the number # of updates")
  }

  /// A table with the ceiling of each view, by counting, and the accuracies of trained networks; and its checks. Returns what
  /// was trained.
  @discardableResult
  private func report(_ page: Page, _ corpus: Corpus, _ name: String, _ title: Text) -> [Corpus.View: Shares] {
    let total = corpus.sentences.count
    page.print(
      Text(
        "\(title.english) \(total) sentences, \(corpus.answers.count) answers, 3 seeds.",
        ko: "\(title.korean) 문장 \(total)개, 답 \(corpus.answers.count)가지, 시드 3개."))
    var rows: [[String]] = []
    var trained: [Corpus.View: Shares] = [:]
    for view in Corpus.View.allCases {
      let ceiling = corpus.ceiling(view)
      let share = Double(ceiling) / Double(total)
      page.number("\(name)-\(view)", 100 * share, decimals: 1)
      var row = [view.label(page.language), NumberFormat.percent(share)]
      if view == .pastAndNextWord {
        row += ["", "", ""]
      } else {
        let shares = corpus.trained(view, seeds: page.seeds(3))
        trained[view] = shares
        row += percentages(shares)
        page.number("\(name)-\(view)-trained", 100 * shares.mean, decimals: 1)
        checkCeiling(page, view, shares, ceiling)
        if view == .everything {
          let past = corpus.ceiling(.past)
          page.check(
            Text("and are above anything that reads the past alone", ko: "과거만 읽어서 이를 수 있는 값보다 높다"),
            shares.counts.allSatisfy { $0 > past }, detail: .symbols("\(list(shares.counts)) > \(past)"))
        }
      }
      rows.append(row)
    }
    page.table(
      [
        Text("it sees", ko: "보는 것"), Text("ceiling", ko: "상한"), Text("trained", ko: "학습"), Text("lowest", ko: "최저"),
        Text("highest", ko: "최고"),
      ], rows)
    return trained
  }

  private func checkCeiling(_ page: Page, _ view: Corpus.View, _ shares: Shares, _ ceiling: Int) {
    page.check(
      Text(
        "\(view.label.english): no network exceeds the ceiling", ko: "\(view.label.korean): 상한을 넘는 신경망은 없다"),
      shares.counts.allSatisfy { $0 <= ceiling }, detail: .symbols("\(list(shares.counts)) ≤ \(ceiling)"))
    page.check(
      Text("it is reached with every seed", ko: "어느 시드에서나 상한에 이른다"),
      shares.counts.map { .equal($0, ceiling) })
  }

  private func list(_ counts: [Int]) -> String { counts.map(String.init).joined(separator: ", ") }
}

extension Corpus.View {
  fileprivate var label: Text {
    switch self {
    case .past: Text("past", ko: "과거")
    case .pastAndNextWord: Text("past and next word", ko: "과거와 다음 단어")
    case .future: Text("future", ko: "미래")
    case .everything: Text("everything", ko: "전부")
    }
  }
}
