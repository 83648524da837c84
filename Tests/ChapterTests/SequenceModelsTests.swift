import Autodiff
import Testing

@testable import sequence_models

@Suite("Chapter 00")
struct SequenceModelsTests {
  // MARK: Ceilings

  /// A ceiling against every table of answers, for rhythms whose rule is drawn at random: in sixteenths, and over four
  /// predicted steps, so that nothing is rounded.
  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func noTableOfAnswersIsAboveTheCeiling(seed: UInt64) {
    var random = Random(seed: seed)
    let strikes = (0..<2).map { _ in (0..<2).map { _ in Double(1 + random.index(below: 15)) / 16 } }
    let truth = Pasts(Joint(Rhythm(strikes: strikes), steps: 8), predicted: 5...8)
    for m in 0...2 {
      let seen = allSequences(m)
      let accuracies = allSequences(seen.count).map { answers in
        truth.accuracy(.last(m), Dictionary(uniqueKeysWithValues: zip(seen, answers)))
      }
      #expect(accuracies.max() == truth.ceiling(.last(m)))
    }
    #expect(truth.ceiling(.everything) == truth.ceiling(.last(4)))
  }

  /// The machines that are left out are renamings: the best of all tables is among those that are not.
  @Test(arguments: 1...3)
  func noMachineIsBetterThanThoseListed(states: Int) {
    let truth = Pasts(Joint(Rhythm(), steps: 8), predicted: 5...8)
    var tables: [[Int]] = [[]]
    for _ in 0..<2 * states { tables = tables.flatMap { table in (0..<states).map { table + [$0] } } }
    let best = (1...states).map { truth.bestMachine(of: Machine.all($0)).ceiling }.max()
    #expect(truth.bestMachine(of: tables.map { Machine(next: $0) }).ceiling == best)
  }

  /// What can be reached from state 0, counted over all tables: each machine that is listed stands for (n − 1)! renamings.
  @Test(arguments: [(1, 1), (2, 1), (3, 2), (4, 6)])
  func everyMachineIsListedOnce(states: Int, renamings: Int) {
    var tables: [[Int]] = [[]]
    for _ in 0..<2 * states { tables = tables.flatMap { table in (0..<states).map { table + [$0] } } }
    let connected = tables.count { next in
      var reached: Set<Int> = [0]
      for _ in 0..<states { for s in reached { reached.formUnion([next[2 * s], next[2 * s + 1]]) } }
      return reached.count == states
    }
    #expect(connected == renamings * Machine.all(states).count)
  }

  /// Everything that is learned from any sample stays below the ceiling of what it sees, whatever the sample.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func nothingLearnedIsAboveItsCeiling(seed: UInt64) {
    var random = Random(seed: seed)
    let truth = Pasts(Joint(Rhythm(), steps: 8), predicted: 5...8)
    let sample = Pasts(Rhythm().draw(1 + random.index(below: 200), of: 8, &random), predicted: 5...8)
    for view in (0...6).map(View.last) + [.everything, .state(of: .window(3))] {
      #expect(truth.accuracy(view, sample.bestAnswers(view)) <= truth.ceiling(view))
    }
  }

  // MARK: Networks

  @Test func aNetworksPredictionsAreThoseOfEachPastAlone() {
    let truth = Pasts(Joint(Rhythm(), steps: 7), predicted: 5...7)
    var random = Random(seed: 3)
    let weights = firstWeights(inputs: 2, units: 5, classes: 2, &random)
    let predictions = truth.predictions(weights)
    let model = Model(weights)
    for c in truth.occurring {
      let alone = model.manyToOne(inputs([truth.pasts[c]])).softmax
      #expect(alone.hasSameBits(as: predictions.column(c)))
    }
  }

  @Test func theCountOfMultiplyAddsIsThatOfTheProducts() {
    func cost(_ rows: Int, _ columns: Int) -> Cost { Cost(value: Matrix(rows: rows, columns: columns)) }
    #expect((cost(2, 3) * cost(3, 5)).multiplyAdds == 30)
    #expect((cost(4, 2) * (cost(2, 3) * cost(3, 5))).multiplyAdds == 30 + 40)
    #expect((cost(2, 3) .* cost(2, 3)).tanh.multiplyAdds == 0)
  }

  @Test(arguments: Program.allCases)
  func aSeedDecidesATraining(program: Program) {
    func weights(_ seed: UInt64) -> [Matrix] {
      Bars.lesson(program).learned(units: 4, updates: 5, seed: seed).parameters
    }
    #expect(weights(1) == weights(1))
    #expect(weights(1) != weights(2))
  }
}
