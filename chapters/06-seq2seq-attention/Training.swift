// How a reader of dates learns.

import Autodiff
import Foundation
import Recurrent

/// A training: the same for a seed, update by update, on every machine.
struct Training {
  private(set) var reader: Reader
  private(set) var losses: [Double] = []
  /// Of each update's batch, how many of the characters were the most probable ones, before the update.
  private(set) var accuracies: [Double] = []
  private var optimizer: Adam
  private var dates: DateGenerator
  private let halves = [Half(), Half()]

  static let updates = 600
  static let batchSize = 64
  static let learningRate = 8e-3
  static let threshold = 5.0
  static let shareOfImpossible = 0.05

  init(seed: UInt64) {
    reader = Reader(seed: seed)
    // Streams of its own for weights and dates: another size of the network sees the same dates.
    dates = DateGenerator(.training, seed: seed &+ 0x9E37_79B9, shareOfImpossible: Training.shareOfImpossible)
    optimizer = Adam(learningRate: Training.learningRate)
  }

  var isComplete: Bool { losses.count >= Training.updates }

  /// One update by Adam, on dates drawn afresh.
  mutating func update() {
    // begin: update
    let examples = (0..<Training.batchSize).map { _ in dates.next() }
    // Two halves of the batch, one a core, each with a tape of its own. All targets have the same number of symbols, so
    // that the mean over the batch is the mean of the halves' means.
    let (model, halves) = (reader.model, halves)
    DispatchQueue.concurrentPerform(iterations: halves.count) { k in
      let size = examples.count / halves.count
      halves[k].run(model, Array(examples[k * size..<(k + 1) * size]))
    }
    var step = halves[0].gradients.indices.map { p in 0.5 * (halves[0].gradients[p] + halves[1].gradients[p]) }
    clip(&step, toNorm: Training.threshold)
    // From the middle on the step shrinks along a straight line, to nothing.
    let left = Double(Training.updates - losses.count) / Double(Training.updates)
    optimizer.learningRate = Training.learningRate * min(1, 2 * left)
    optimizer.step(&reader.model.parameters, gradients: step)
    // end: update
    losses.append(0.5 * (halves[0].loss + halves[1].loss))
    accuracies.append(0.5 * (halves[0].accuracy + halves[1].accuracy))
  }

  /// A half of a batch: its loss and gradients. Only one thread at a time works on it.
  private final class Half: @unchecked Sendable {
    private let tape = Tape()
    private(set) var loss = 0.0
    private(set) var accuracy = 0.0
    private(set) var gradients: [Matrix] = []

    func run(_ model: Seq2Seq<Matrix>, _ examples: [Example]) {
      // begin: half
      let source = SymbolBatch(examples.map { Characters.read($0.text).numbers })
      let target = examples.map { Characters.target($0.date.iso) }
      tape.rewind()
      let recorded = model.map { tape.variable($1, named: $0) }
      let taught = recorded.fused.teach(source, target: target)
      let found = tape.gradients(of: taught.loss)
      gradients = recorded.parameters.map { found[$0] }
      // end: half
      loss = taught.loss.value.scalar
      var right = 0
      for (t, scores) in taught.scores.enumerated() {
        for (j, symbol) in taught.wanted.symbols(at: t).enumerated() {
          let column = scores.value.column(j).elements
          if column[symbol] == column.max() { right += 1 }
        }
      }
      accuracy = Double(right) / Double(target.count * taught.scores.count)
    }
  }
}
