// A task whose alignment is known: to write the symbols of a sequence in the opposite order.

import Autodiff
import Foundation
import Recurrent

/// Sequences of symbols that are to be written backwards. Symbol t of the answer is at place n + 1 − t of the source, where
/// attention should look.
enum Reversal {
  static let symbols = 8

  /// Draws `count` sequences. Each length is equally likely.
  static func draw(_ count: Int, lengths: ClosedRange<Int>, _ random: inout Random) -> [[Int]] {
    (0..<count).map { _ in
      let length = lengths.lowerBound + random.index(below: lengths.count)
      return (0..<length).map { _ in random.index(below: symbols) }
    }
  }
}

/// An encoder and a decoder that learn to reverse.
struct Reverser: Sendable {
  private(set) var model: Seq2Seq<Matrix>
  /// Before each update so far.
  private(set) var losses: [Double] = []
  /// Draws the sequences to learn from.
  private var random: Random

  /// Encoder and decoder are GRUs.
  ///
  /// - Parameter size: the encoder's units in each direction. The decoder has twice as many.
  init(_ score: AttentionScore?, query: Seq2SeqConfiguration.Query = .previous, size: Int, seed: UInt64) {
    var random = Random(seed: seed)
    let configuration = Seq2SeqConfiguration(
      .gru(), sourceSymbols: Reversal.symbols, targetSymbols: Reversal.symbols, embeddingSize: Reversal.symbols,
      encoderSize: size, decoderSize: 2 * size, score: score, query: query)
    model = Seq2Seq(configuration, random: &random)
    self.random = random
  }

  /// Trains with Adam. The sequences of a batch have one length, so that nothing is computed for padding. In the second half of the
  /// updates the step shrinks linearly to 0.
  mutating func train(updates: Int, batch: Int = 16, lengths: ClosedRange<Int>) {
    var optimizer = Adam(learningRate: 1e-2)
    let tape = Tape()
    for update in 0..<updates {
      let length = lengths.lowerBound + random.index(below: lengths.count)
      let sources = Reversal.draw(batch, lengths: length...length, &random)
      tape.rewind()
      let recorded = model.map { tape.variable($1, named: $0) }
      let loss = recorded.fused.teach(SymbolBatch(sources), target: sources.map { $0.reversed() }).loss
      let gradients = tape.gradients(of: loss)
      var step = recorded.parameters.map { gradients[$0] }
      clip(&step, toNorm: 1)
      optimizer.learningRate = 1e-2 * min(1, 2 * Double(updates - update) / Double(updates))
      optimizer.step(&model.parameters, gradients: step)
      losses.append(loss.value.scalar)
    }
  }

  /// The share of sequences that are written exactly without a teacher.
  func exactMatch(_ sources: [[Int]]) -> Double {
    let written = model.greedy(SymbolBatch(sources), limit: 2 * sources[0].count)
    let right = zip(sources, written).count { $1.isComplete && $1.symbols == $0.reversed() }
    return Double(right) / Double(sources.count)
  }

  /// Attention while the sources are written with a teacher, over all symbols but the boundary, which has no place.
  ///
  /// - Returns: the share of symbols whose largest weight is at the symbol's place, and the mean weight there.
  func alignment(_ sources: [[Int]]) -> (accuracy: Double, mass: Double) {
    let taught = model.teach(SymbolBatch(sources), target: sources.map { $0.reversed() })
    var (right, count, mass) = (0, 0, 0.0)
    for (j, source) in sources.enumerated() {
      for t in source.indices {
        let weights = taught.answers[t].weights.column(j).elements
        let place = source.count - 1 - t
        if weights[place] == weights.max() { right += 1 }
        mass += weights[place]
        count += 1
      }
    }
    return (Double(right) / Double(count), mass / Double(count))
  }
}

// MARK: - Taught and free

/// How one model writes the same sources in two modes: taught, with the right symbol before each, and free, with its own.
struct Modes {
  /// The share of symbols that are right at their place. Boundaries are not counted.
  let taught, free: Double
  /// The same share of the symbols that come after the first mistake of their source.
  let taughtAfter, freeAfter: Double
  /// How many sources are written without a mistake, boundary included.
  let exactTaught, exactFree: Int
  /// How many symbols come after the first mistake of their source.
  let after: Int
}

extension Reverser {
  /// Writes the sources, which have one length, in both modes.
  func modes(_ sources: [[Int]]) -> Modes {
    let batch = SymbolBatch(sources)
    let taught = model.teach(batch, target: sources.map { $0.reversed() })
    let free = model.greedy(batch, limit: batch.steps)
    var (right, rightAfter) = ((taught: 0, free: 0), (taught: 0, free: 0))
    var (count, countAfter, exact) = (0, 0, (taught: 0, free: 0))
    for (j, source) in sources.enumerated() {
      let wanted = source.reversed() + [model.configuration.boundary]
      let said = wanted.indices.map { t in
        let scores = taught.scores[t].column(j).elements
        return scores.firstIndex(of: scores.max()!)!
      }
      let wrote = free[j].symbols + (free[j].isComplete ? [model.configuration.boundary] : [])
      if said == wanted { exact.taught += 1 }
      if wrote == wanted { exact.free += 1 }
      var isAfter = false
      for t in source.indices {
        let ok = (taught: said[t] == wanted[t], free: t < wrote.count && wrote[t] == wanted[t])
        right.taught += ok.taught ? 1 : 0
        right.free += ok.free ? 1 : 0
        count += 1
        if isAfter {
          rightAfter.taught += ok.taught ? 1 : 0
          rightAfter.free += ok.free ? 1 : 0
          countAfter += 1
        }
        if !ok.taught { isAfter = true }
      }
    }
    func share(_ part: Int, _ all: Int) -> Double { Double(part) / Double(max(all, 1)) }
    return Modes(
      taught: share(right.taught, count), free: share(right.free, count),
      taughtAfter: share(rightAfter.taught, countAfter), freeAfter: share(rightAfter.free, countAfter),
      exactTaught: exact.taught, exactFree: exact.free, after: countAfter)
  }
}

// MARK: - Several

/// A kind of model that learns to reverse: its score and its query.
struct Plan: Hashable, Sendable {
  let score: AttentionScore?
  var query = Seq2SeqConfiguration.Query.previous

  /// Without attention the states are larger, so that the models with attention do not have more parameters.
  var size: Int { score == nil ? 24 : 16 }
  var name: String { score?.rawValue ?? "none" }

  static let all = [Plan(score: nil)] + AttentionScore.allCases.map { Plan(score: $0) }

  func reverser(seed: UInt64, updates: Int, lengths: ClosedRange<Int>) -> Reverser {
    var reverser = Reverser(score, query: query, size: size, seed: seed)
    reverser.train(updates: updates, lengths: lengths)
    return reverser
  }
}

/// The models of a run, each trained on first use.
final class Reversers {
  static let updates = 400
  static let lengths = 1...6
  /// The same for the long trainings of section 6.9.
  static let longUpdates = 1_000
  static let longLengths = 1...8

  private let seed: UInt64
  private var trained: [Plan: Reverser] = [:]

  init(seed: UInt64) { self.seed = seed }

  subscript(_ score: AttentionScore?) -> Reverser {
    let plan = Plan(score: score)
    if let known = trained[plan] { return known }
    let new = plan.reverser(seed: seed, updates: Reversers.updates, lengths: Reversers.lengths)
    trained[plan] = new
    return new
  }
}
