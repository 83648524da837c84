// The networks of sections 3.11 to 3.13: one for each design and seed, before and after training.

import Autodiff
import Experiments
import Notebook

/// The lag at which norms are compared, the lag of the recall task, and the updates of a training.
///
/// Sequences are twice as long as `distance`, so that the steps in which c grows from 0 are left out.
let (distance, lag, updates) = (100, 20, 150)

/// A network of one design and seed, and what its gradient is measured on.
struct Candidate {
  var reader: Reader
  private let x: [Matrix]
  private let upstream: Matrix
  private var random: Random

  init(_ design: Design, seed: UInt64) {
    random = Random(seed: seed)
    reader = Reader(design, random: &random)
    x = Reader.task(lag: 2 * distance).draw(1, &random).x
    var weights = Random(seed: seed &+ 1000)
    upstream = weights.normal(Reader.hidden, 1)
  }

  var lags: Lags { Lags(reader.network, x, upstream: upstream, through: distance) }

  /// Trains it on the recall task. Returns the loss before each update.
  mutating func train() -> [Double] {
    reader.train(lag: lag, updates: updates, batch: 16, learningRate: 5e-3, random: &random)
  }

  mutating func accuracy() -> Double { reader.accuracy(on: Reader.task(lag: lag).draw(512, &random)) }
}

/// What the networks of one design showed: an entry for each seed.
struct Outcome {
  var before: [Lags] = []
  var after: [Lags] = []
  /// Of the recall task, after training.
  var accuracies: [Double] = []
  /// Before each update.
  var losses: [[Double]] = []

  var mean: Double { accuracies.reduce(0, +) / Double(accuracies.count) }
}

/// The trainings, run when a section first asks for them.
final class Trainings {
  private let page: Page
  private(set) lazy var outcomes = run()

  init(_ page: Page) { self.page = page }

  private func run() -> [Design: Outcome] {
    var found: [Design: Outcome] = [:]
    for (number, design) in Design.all.enumerated() {
      page.progress(.symbols(design.name), Double(number) / Double(Design.all.count))
      var outcome = Outcome()
      for seed in page.seeds(5) {
        var candidate = Candidate(design, seed: seed)
        outcome.before.append(candidate.lags)
        outcome.losses.append(candidate.train())
        outcome.after.append(candidate.lags)
        outcome.accuracies.append(candidate.accuracy())
      }
      found[design] = outcome
    }
    return found
  }
}
