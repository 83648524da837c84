import Autodiff
import Testing

@testable import lstm_backprop

@Suite("Chapter 03")
struct LSTMBackpropTests {
  private static let example = Example(inputs: 3, hidden: 2, batch: 3, steps: 5, seed: 7)

  /// The pass by hand against the tape, with upstream gradients on every h_t and on the last c.
  private func largestError(_ pass: Pass<Matrix>, _ example: Example) -> Double {
    let tape = Tape()
    let run = example.record(on: tape)
    var random = Random(seed: 8)
    let last = random.normal(example.hidden, example.start.c.columns)
    let terms = zip(run.steps, example.y).map { ($0.h .* tape.constant($1)).total }
    let loss = terms.reduce((run.steps[run.steps.count - 1].c .* tape.constant(last)).total) { $0 + $1 }
    let gradients = tape.gradients(of: loss)
    let hand = pass.run(
      W: example.W, run.steps.map { $0.map(\.value) }, loss: example.y, beyond: (0 * last, last))
    return zip(hand.values, run.variables).map { $0.largestDifference(from: gradients[$1]) }.max()!
  }

  @Test func thePassByHandIsTheTapes() {
    #expect(largestError(Pass(), Self.example) < 1e-13)
  }

  /// Each bug of the museum changes numbers, unless it is in the cell, where the pass is right for that cell only.
  @Test(arguments: ClassicBug.allCases)
  func everyBugIsOne(bug: ClassicBug) {
    #expect(largestError(Subject(bug: bug).pass(), Self.example) > 1e-3)
  }

  /// A bug in the cell comes with the right gradient of that cell; a bug in the pass does not.
  @Test(arguments: ClassicBug.allCases)
  func aWrongCellHasTheRightGradientOfItself(bug: ClassicBug) {
    let subject = Subject(bug: bug)
    let found = differences(Self.example, step: 6e-6, of: subject.loss)
    let agrees = agree(subject.derived(Self.example), found, absolute: 1e-8, relative: 1e-7)
    #expect(agrees == bug.isInTheCell)
  }

  /// A truncated pass sends nothing over the borders, and everything else as it is.
  @Test func aWindowCutsAtItsBordersOnly() {
    let steps = Self.example.record().steps.map { $0.map(\.value) }
    let whole = Pass<Matrix>().run(Self.example, steps)
    let cut = Pass<Matrix>().run(Self.example, steps, window: 2)
    // Windows are 1–2, 3–4, 5: the last one is as in the whole pass, and steps 2 and 4 hear only of their own loss.
    #expect(cut.h[4].hasSameBits(as: whole.h[4]) && cut.x[4].hasSameBits(as: whole.x[4]))
    for t in [2, 4] { #expect(cut.h[t - 1].hasSameBits(as: steps[t - 1].h - Self.example.y[t - 1])) }
    #expect(cut.h[2].largestDifference(from: whole.h[2]) > 1e-6)
  }
}
