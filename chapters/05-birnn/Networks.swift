// The networks of this chapter: a recurrent network in one direction or both, and a linear layer of scores above it.

import Autodiff
import Experiments
import Notebook
import Recurrent

/// Sequences of symbols, padded at the end to one length.
struct Batch {
  /// For every step, symbols × batch: columns with a 1 at the symbol, zeros at padded steps.
  let inputs: [Matrix]
  let mask: Mask

  /// - Parameter sequences: the symbols of each column.
  init(_ sequences: [[Int]], symbols: Int) {
    let lengths = sequences.map(\.count)
    let steps = lengths.max() ?? 0
    inputs = (0..<steps).map { t in
      oneHot(sequences.map { t < $0.count ? $0[t] : -1 }, of: symbols)
    }
    mask = Mask(lengths: lengths, steps: steps)
  }
}

/// A batch with the class to name in each column, for every output that is scored.
typealias LabelledBatch = (batch: Batch, classes: [[Int]])

/// A tanh network that reads symbols and scores classes.
struct Scorer {
  var network: RecurrentNetwork<Matrix>
  /// The scores are V y + c: classes × units, and classes × 1.
  var V, c: Matrix

  /// - Parameter units: the size of an output, of both directions together.
  init(symbols: Int, units: Int, bidirectional: Bool, classes: Int, random: inout Random) {
    let configuration = RecurrentConfiguration(
      .rnn(.tanh), inputSize: symbols, hiddenSize: bidirectional ? units / 2 : units, bidirectional: bidirectional)
    network = RecurrentNetwork(configuration, random: &random)
    V = random.normal(classes, units, deviation: 1 / Double(units).squareRoot())
    c = Matrix(rows: classes, columns: 1)
  }

  /// Which vectors of a run are scored: outputs, or last states.
  typealias Reading<A> = (_ run: Unrolled<A>) -> [A]

  /// Scores, classes × batch each.
  func scores(_ batch: Batch, _ reading: Reading<Matrix>) -> [Matrix] {
    reading(network.run(batch.inputs, mask: batch.mask)).map { V * $0 + c }
  }

  /// Trains by Adam. The loss of a batch is the sum over what is scored of the mean cross-entropies. Returns the loss before
  /// each update.
  @discardableResult
  mutating func train(
    updates: Int, learningRate: Double, batch: (Int) -> LabelledBatch, _ reading: Reading<Variable>
  ) -> [Double] {
    let configuration = network.configuration
    var parameters = network.parameters + [V, c]
    let losses = Experiments.train(&parameters, updates: updates, learningRate: learningRate) { variables, update in
      let (batch, classes) = batch(update)
      let recorded = RecurrentNetwork(configuration, parameters: Array(variables.dropLast(2)))
      let (V, c) = (variables[variables.count - 2], variables[variables.count - 1])
      let run = recorded.run(batch.inputs.map { V.tape.constant($0) }, mask: batch.mask)
      return sum(zip(reading(run), classes).map { (V * $0 + c).crossEntropy($1).mean })
    }
    (V, c) = (parameters[parameters.count - 2], parameters[parameters.count - 1])
    network = RecurrentNetwork(configuration, parameters: Array(parameters.dropLast(2)))
    return losses
  }
}

/// For each column the output at its own step, from 0.
func outputs<A: RecurrentAlgebra>(_ outputs: [A], at places: [Int]) -> A {
  let rows = outputs[0].knownRows ?? 1
  return sum(
    Set(places).sorted().map { place in
      outputs[place].masked(places.flatMap { Array(repeating: $0 == place, count: rows) }, fill: 0)
    })
}

/// Right answers of several seeds, as shares of one total.
struct Shares {
  /// An entry for each seed.
  let counts: [Int]
  let total: Int
  /// For each seed the loss before each update, where something was trained.
  var losses: [[Double]] = []

  var mean: Double { Double(counts.reduce(0, +)) / Double(counts.count * total) }
  var lowest: Double { Double(counts.min() ?? 0) / Double(total) }
  var highest: Double { Double(counts.max() ?? 0) / Double(total) }
}

// MARK: - Tasks

extension Corpus {
  /// For each seed, how many sentences a network with this view answers correctly. It is trained on the whole corpus and
  /// tested on it: the question is what can be known, not what carries over to new sentences.
  func trained(_ view: View, seeds: [UInt64], updates: Int = 60) -> Shares {
    let (words, answers) = (words, answers)
    // A network that reads from right to left is one that reads the reversed sentence from left to right.
    let isBackwards = view == .future
    let numbers = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
    let symbols = sentences.map { sentence in
      let numbers = sentence.words.map { numbers[$0]! }
      return isBackwards ? numbers.reversed() : numbers
    }
    let places = sentences.map { isBackwards ? $0.words.count - 1 - $0.place : $0.place }
    let classes = sentences.map { answers.firstIndex(of: $0.answer)! }
    let batch = Batch(symbols, symbols: words.count)
    let found = seeds.map { seed in
      var random = Random(seed: seed)
      var scorer = Scorer(
        symbols: words.count, units: 16, bidirectional: view == .everything, classes: answers.count, random: &random)
      let losses = scorer.train(updates: updates, learningRate: 0.03) { _ in
        (batch, [classes])
      } _: {
        [outputs($0.outputs, at: places)]
      }
      let scores = scorer.scores(batch) { [outputs($0.outputs, at: places)] }[0]
      return (count: countRight(scores, classes), losses: losses)
    }
    return Shares(counts: found.map(\.count), total: sentences.count, losses: found.map(\.losses))
  }
}

// begin: next-symbol
/// Sequences of symbols, and after each symbol the next one as the class to name.
func nextSymbol(_ sequences: [[Int]], symbols: Int) -> LabelledBatch {
  let steps = sequences[0].count - 1
  return (
    Batch(sequences.map { Array($0.prefix(steps)) }, symbols: symbols), (1...steps).map { t in sequences.map { $0[t] } }
  )
}
// end: next-symbol

/// All sequences of this length over this many symbols.
func allSequences(_ length: Int, symbols: Int) -> [[Int]] {
  length == 0
    ? [[]] : allSequences(length - 1, symbols: symbols).flatMap { head in (0..<symbols).map { head + [$0] } }
}
