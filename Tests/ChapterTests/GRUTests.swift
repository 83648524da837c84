import Autodiff
import Experiments
import Testing

@testable import gru

@Suite("Chapter 04")
struct GRUTests {
  /// The pass by hand against the tape, where every size can be 1.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func thePassByHandIsTheTapes(seed: UInt64) {
    var random = Random(seed: seed)
    func count(_ most: Int) -> Int { 1 + random.index(below: most) }
    let example = Example(inputs: count(4), hidden: count(5), batch: count(3), steps: count(6), seed: seed)
    let tape = Tape()
    let run = example.record(on: tape)
    let gradients = tape.gradients(of: run.loss)
    for (gradient, variable) in zip(example.gradientsByHand(), run.variables) {
      let expected = gradients[variable]
      #expect(gradient.largestDifference(from: expected) <= 1e-12 * max(1, expected.largestMagnitude))
    }
  }

  /// Networks of equal size begin with different numbers, and the same seed with the same ones.
  @Test func aSeedDecidesATraining() {
    let contestant = Contestant(kind: .gru(), hidden: 4)
    func values(_ seed: UInt64) -> [Double] {
      scores(contestant, .recall(lag: 3), seeds: [seed], updates: 20).values
    }
    #expect(values(1) == values(1))
    #expect(values(1) != values(2) || values(1) != values(3))
  }
}
