// Section 3.15: which check catches which bug.

import Autodiff
import Experiments
import Notebook

/// What a row of the museum's table says: a subject, and the verdict of each check.
private typealias Row = (subject: Subject, verdicts: [Verdict])

extension LSTMBackprop {
  func museum(_ page: Page) throws {
    try page.section("museum") {
      var bench = Bench(
        example: Example(inputs: 2, hidden: 3, batch: 2, steps: 3, seed: page.seed),
        torch: try TorchRun(.lstm, from: page.fixture("lstm-long")), seed: page.seed)
      let formulas = MuseumCheck(Text("formulas", ko: "수식"), isStrong: true) { try wrongLines($0, page).isEmpty }
      let strong = [bench.differencesOfEveryEntry, bench.ownTape, formulas, bench.pytorch]
      let weak = [
        bench.tolerance, bench.oneEntry, bench.sumOfSoftmax, bench.float32, bench.oneStep, bench.batchOfOne,
      ]
      let rows = try verdicts(page, strong + weak)
      table(page, rows)
      let wrong = rows[0].verdicts.count { $0 != .passed && $0 != .share(0) }
      page.check(
        Text("no check finds fault with the right pass", ko: "맞는 역전파를 탓하는 검산은 없다"),
        .equal(wrong, 0), note: Text("of \(rows[0].verdicts.count) checks", ko: "검산 \(rows[0].verdicts.count)개 가운데"))
      strongChecksCatch(page, Array(rows.dropFirst()))
      weakChecksMiss(page, Array(rows.dropFirst()), strong.count..<strong.count + weak.count)
      softmaxHasNoGradient(page, units: bench.example.hidden)

      // Two of the weak checks again, with weights of the size that PyTorch begins with.
      bench.bound = 1 / Double(bench.example.hidden).squareRoot()
      let inPass = ClassicBug.allCases.filter { !$0.isInTheCell }
      for check in [bench.tolerance, bench.float32] {
        let missed = try inPass.count { try check.verdict(Subject(bug: $0)) == .passed }
        page.number("missed-\(check.title.english.lowercased())-larger", Double(missed), decimals: 0)
      }
      page.number("bugs-in-pass", Double(inPass.count), decimals: 0)
    }
  }

  /// The right subject first, then a subject for each bug.
  private func verdicts(_ page: Page, _ checks: [MuseumCheck]) throws -> [Row] {
    let subjects = [Subject(bug: nil)] + ClassicBug.allCases.map { Subject(bug: $0) }
    return try subjects.enumerated().map { number, subject in
      page.progress(title(subject), Double(number) / Double(subjects.count))
      return (subject, try checks.map { try $0.verdict(subject) })
    }
  }

  private func title(_ subject: Subject) -> Text { subject.bug?.title ?? Text("no bug", ko: "버그 없음") }

  /// A row for each subject, a column for each check under its letter in the notes.
  private func table(_ page: Page, _ rows: [Row]) {
    func word(_ verdict: Verdict) -> String {
      switch verdict {
      case .caught: "✓"
      case .passed: "·"
      case .share(let share): NumberFormat.percent(share, decimals: 0)
      }
    }
    let letters = "ABCDEFGHIJ".prefix(rows[0].verdicts.count)
    page.table(
      [Text("✓: caught", ko: "✓: 잡아냄")] + letters.map { .symbols("\($0)") },
      rows.map { [title($0.subject)(page.language)] + $0.verdicts.map(word) })
  }

  /// Differences and the tape catch the bugs in the pass, formulas and PyTorch those in the cell as well.
  private func strongChecksCatch(_ page: Page, _ rows: [Row]) {
    let (own, cell) = (rows.filter { !$0.subject.bug!.isInTheCell }, rows.filter { $0.subject.bug!.isInTheCell })
    for (k, claim) in [
      (2, Text("the formulas catch every bug", ko: "수식 비교는 모든 버그를 잡는다")),
      (3, Text("PyTorch's numbers catch every bug", ko: "PyTorch의 값은 모든 버그를 잡는다")),
    ] {
      page.check(claim, .equal(rows.count { $0.verdicts[k] == .caught }, ClassicBug.allCases.count))
    }
    for (k, claim) in [
      (
        0,
        Text(
          "finite differences of every entry: every bug in the pass, none in the cell",
          ko: "모든 성분의 유한 차분은 역전파의 버그를 모두 잡고 셀의 버그는 하나도 못 잡는다")
      ),
      (
        1,
        Text(
          "the tape: every bug in the pass, none in the cell", ko: "테이프는 역전파의 버그를 모두 잡고 셀의 버그는 하나도 못 잡는다")
      ),
    ] {
      let (caught, missed) = (own.count { $0.verdicts[k] == .caught }, cell.count { $0.verdicts[k] == .passed })
      page.check(
        claim, caught == own.count && missed == cell.count && caught * missed > 0,
        detail: Text("\(caught) caught, \(missed) passed", ko: "\(caught)개 잡아냄, \(missed)개 놓침"))
    }
  }

  /// Every weak check lets a bug in the pass through: always, or in some of its draws.
  private func weakChecksMiss(_ page: Page, _ rows: [Row], _ columns: Range<Int>) {
    let own = rows.filter { !$0.subject.bug!.isInTheCell }
    func isMissed(_ verdict: Verdict) -> Bool {
      if case .share(let share) = verdict { share < 1 } else { verdict == .passed }
    }
    page.check(
      Text("every weak check lets a bug in the pass through", ko: "약한 검산은 저마다 역전파의 버그를 놓친다"),
      columns.map { k in .atLeast(own.count { isMissed($0.verdicts[k]) }, 1) },
      note: Text("of \(own.count)", ko: "\(own.count)개 가운데"))
    for (number, k) in columns.enumerated() {
      page.number("missed-\(number)", Double(own.count { $0.verdicts[k] == .passed }), decimals: 0)
    }
  }

  /// The sum of a softmax is constant, so its gradient is zero; that of one entry is not.
  private func softmaxHasNoGradient(_ page: Page, units: Int) {
    var random = Random(seed: page.seed)
    let tape = Tape()
    let h = tape.variable(random.normal(units, 1))
    let (sum, entry) = (h.softmax.total, h.softmax.rows(0..<1))
    page.check(
      Text("∂(Σ softmax)/∂h = 0, and that of one entry is not", ko: "∂(Σ softmax)/∂h = 0이지만 성분 하나의 기울기는 그렇지 않다"),
      .below(tape.gradients(of: sum)[h].largestMagnitude, 1e-15),
      .above(tape.gradients(of: entry)[h].largestMagnitude, 1e-3))
  }
}
