// Sections 5.7 and 5.8: the sense of a word, and the word in a gap, from what stands before it, after it, or both.

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
      report(page, .undong, "undong", Text("운동은 [ ] 줄이는 데 좋다 (Korean): which word?", ko: "운동은 [ ] 줄이는 데 좋다: 어느 낱말?"))
      page.print()
      report(
        page, .exercise, "exercise",
        Text(
          "exercise is effective at [ ] belly fat (English): which word?",
          ko: "exercise is effective at [ ] belly fat(영어): 어느 낱말?"))
    }
  }

  /// A table with the ceiling of each view, by counting, and the accuracies of trained networks; and its checks.
  private func report(_ page: Page, _ corpus: Corpus, _ name: String, _ title: Text) {
    let total = corpus.sentences.count
    page.print(
      Text(
        "\(title.english) \(total) sentences, \(corpus.answers.count) answers, 3 seeds.",
        ko: "\(title.korean) 문장 \(total)개, 답 \(corpus.answers.count)가지, 시드 3개."))
    var rows: [[String]] = []
    for view in Corpus.View.allCases {
      let ceiling = corpus.ceiling(view)
      let share = Double(ceiling) / Double(total)
      page.number("\(name)-\(view)", 100 * share, decimals: 1)
      var row = [view.label(page.language), NumberFormat.percent(share)]
      if view == .pastAndNextWord {
        row += ["", "", ""]
      } else {
        let shares = corpus.trained(view, seeds: page.seed..<(page.seed + 3))
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
  }

  private func checkCeiling(_ page: Page, _ view: Corpus.View, _ shares: Shares, _ ceiling: Int) {
    page.check(
      Text(
        "\(view.label.english): no network exceeds the ceiling", ko: "\(view.label.korean): 상한을 넘는 망은 없다"),
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
    case .pastAndNextWord: Text("past and next word", ko: "과거와 다음 낱말")
    case .future: Text("future", ko: "미래")
    case .everything: Text("everything", ko: "전부")
    }
  }
}
