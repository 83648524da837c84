// 1.15 Agreement across nouns, and what a network learns when the nearest noun is usually right.

import Autodiff
import Experiments
import Notebook

extension VanishingGradient {
  func agreement(_ page: Page) {
    let design = Design(radius: 0.7, clipping: 1)
    let seeds = page.seeds(5)
    let counts = [0, 1, 2, 3, 4, 6, 8]
    func accuracy(_ count: Int, areNeutral: Bool = false) -> Scores {
      accuracies(design, seeds: seeds, symbols: 10, classes: 2) {
        sentences(nouns: count, areNeutral: areNeutral, size: $0, &$1)
      }
    }
    let found = counts.enumerated().map { number, count in
      page.progress(Text("agreement, r = \(count)", ko: "일치, r = \(count)"), Double(number) / Double(counts.count))
      return (size: count, accuracy: accuracy(count))
    }
    page.figure(
      "agreement", accuracyChart("r", found, chance: 50),
      title: "Accuracy of agreement against the number r of nouns in between")
    // The same distance without nouns in it.
    let neutral = accuracy(4, areNeutral: true)
    let (nouns, most) = (found.first { $0.size == 4 }!.accuracy, found.last!.accuracy)
    page.number("agreement-4", 100 * nouns.mean, decimals: 1)
    page.number("agreement-8", 100 * most.mean, decimals: 1)
    page.number("agreement-solved-4", Double(nouns.solved), decimals: 0)
    page.number("neutral-4", 100 * neutral.mean, decimals: 1)
    page.number("neutral-solved-4", Double(neutral.solved), decimals: 0)
    page.check(
      Text("up to 2 nouns in between every seed agrees", ko: "명사가 2개까지 끼면 모든 시드가 일치한다"),
      found.prefix(3).map { .above(100 * $0.accuracy.lowest, 95) }, note: Text("lowest, in %", ko: "최저, %"))
    page.check(
      Text("across 8 nouns no seed does", ko: "명사 8개를 건너서는 어느 시드도 못 한다"),
      .below(100 * most.highest, 80), note: Text("highest, in %", ko: "최고, %"))
    page.check(
      Text("12 neutral words cost less than r = 4", ko: "중립 단어 12개는 r = 4보다 덜 방해한다"),
      .greater(100 * neutral.mean, than: 100 * nouns.mean), note: Text("mean, in %", ko: "평균, %"))
    nearestNoun(page, design, seeds)
  }

  /// The last noun has the subject's number in 9 of 10 sentences. Does the network learn the subject, or that noun?
  private func nearestNoun(_ page: Page, _ design: Design, _ seeds: [UInt64]) {
    func tested(_ nouns: Int) -> (usual: [Double], odd: [Double]) {
      let found = seeds.map { seed in
        var random = Random(seed: seed)
        var reader = Reader(design, symbols: 10, units: 16, classes: 2, random: &random)
        _ = reader.train(
          on: { sentences(nouns: nouns, agreement: 0.9, size: design.batch, &$0) }, updates: 400, random: &random)
        func right(_ agreement: Double) -> Double {
          100 * reader.accuracy(on: sentences(nouns: nouns, agreement: agreement, size: 512, &random))
        }
        return (usual: right(1), odd: right(0))
      }
      return (found.map(\.usual), found.map(\.odd))
    }
    let (near, far) = (tested(1), tested(8))
    page.number("near-usual", near.usual.min()!, decimals: 0)
    page.number("near-odd", near.odd.min()!, decimals: 0)
    page.number("far-usual", far.usual.min()!, decimals: 0)
    page.number("far-odd", far.odd.max()!, decimals: 0)
    let note = Text("lowest, in %", ko: "최저, %")
    page.check(
      Text("r = 1: right also where the nearest noun misleads, every seed", ko: "r = 1: 모든 시드가 가까운 명사에 속지 않는다"),
      .above(near.odd.min()!, 90), note: note)
    page.check(
      Text("r = 8: right where the nearest noun agrees, every seed", ko: "r = 8: 가까운 명사의 수가 같으면 모든 시드가 맞힌다"),
      .above(far.usual.min()!, 90), note: note)
    page.check(
      Text("and wrong where it does not, every seed", ko: "다르면 모든 시드가 틀린다"), .below(far.odd.max()!, 20),
      note: Text("highest, in %", ko: "최고, %"))
  }
}
