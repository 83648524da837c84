// The network that writes: it reads a character and says how probable each next one is.

import Autodiff
import Experiments
import Recurrent
import Reference

/// A recurrent layer and an output layer, with their weights.
struct Writer: Sendable {
  let configuration: RecurrentConfiguration
  /// The recurrent layer's, then W_hy, symbols × units, and b_y.
  var parameters: [Matrix]

  /// The shipped network's units.
  static let units = 80
  static let lstm = RecurrentConfiguration(.lstm, inputSize: Alphabet.count, hiddenSize: units)
  /// The longest text that is written, in characters. The longest one of the grammar is shorter.
  static let limit = 64

  init(_ configuration: RecurrentConfiguration = lstm, seed: UInt64) {
    var random = Random(seed: seed)
    let bound = 1 / Double(configuration.hiddenSize).squareRoot()
    self.configuration = configuration
    parameters =
      RecurrentNetwork(configuration, random: &random).parameters
      + [
        random.uniform(Alphabet.count, configuration.hiddenSize, -bound, bound),
        random.uniform(Alphabet.count, 1, -bound, bound),
      ]
  }

  /// How many numbers are learned.
  static func parameterCount(_ configuration: RecurrentConfiguration) -> Int {
    configuration.parameterCount + Alphabet.count * (configuration.hiddenSize + 1)
  }

  var network: RecurrentNetwork<Matrix> {
    RecurrentNetwork(configuration, parameters: Array(parameters.dropLast(2)))
  }

  // begin: next
  /// One step for several texts at once: reads a symbol of each, and gives the scores of all symbols that may come next.
  func next(_ symbols: [Int], after state: [Matrix]?) -> (scores: Matrix, state: [Matrix]) {
    let run = network.run([oneHot(symbols, of: Alphabet.count)], from: state.map { [$0] })
    let (W_hy, b_y) = (parameters[parameters.count - 2], parameters[parameters.count - 1])
    return (W_hy * run.outputs[0] + b_y, run.states[0])
  }
  // end: next
}

// MARK: - Writing

/// A text that the network wrote.
struct Written {
  /// The symbols after the prefix, without the boundary.
  fileprivate(set) var symbols: [Int] = []
  /// Whether the boundary followed. Without it the text was cut off at the limit.
  fileprivate(set) var isComplete = false
  /// For each symbol, and the boundary, the probabilities of all symbols that it was drawn from.
  fileprivate(set) var probabilities: [Matrix] = []

  var text: String { Alphabet.text(symbols) }
}

extension Writer {
  // begin: write
  /// Writes texts that begin with `prefix`. Each character is drawn from the probabilities, and read before the next one.
  ///
  /// - Parameter temperature: 1 draws from the network's own probabilities, less from sharper ones; 0 always takes the
  ///   most probable character.
  func write(_ count: Int, after prefix: String = "", temperature: Double, _ random: inout Random) -> [Written] {
    var written = Array(repeating: Written(), count: count)
    var active = Array(0..<count)
    var (scores, state) = read(prefix, count)
    while true {
      let p = Writer.probabilities(scores, temperature: temperature)
      var kept: [Int] = []
      var symbols: [Int] = []
      for (column, k) in active.enumerated() {
        let symbol = temperature == 0 ? scores.rowOfLargest(inColumn: column) : random.index(in: p.column(column))
        written[k].probabilities.append(p.column(column))
        if symbol == Alphabet.boundary { written[k].isComplete = true; continue }
        written[k].symbols.append(symbol)
        if prefix.count + written[k].symbols.count == Writer.limit { continue }
        kept.append(column)
        symbols.append(symbol)
      }
      if kept.isEmpty { return written }
      active = kept.map { active[$0] }
      (scores, state) = next(symbols, after: state.map { $0.columns(kept) })
    }
  }

  /// softmax(z / τ). The largest score is taken off first, so that a small temperature does not overflow.
  static func probabilities(_ scores: Matrix, temperature: Double) -> Matrix {
    let below = scores - scores.maximumOfRows.spread(like: scores)
    return temperature == 0 ? below.softmax : below.map { $0 / temperature }.softmax
  }
  // end: write

  /// Reads the boundary and the prefix, the same for each of `count` texts.
  func read(_ prefix: String, _ count: Int = 1) -> (scores: Matrix, state: [Matrix]) {
    var step = next([Alphabet.boundary], after: nil)
    for symbol in Alphabet.numbers(prefix) { step = next([symbol], after: step.state) }
    let first = Array(repeating: 0, count: count)
    return (step.scores.columns(first), step.state.map { $0.columns(first) })
  }
}

extension Random {
  /// An index drawn with these probabilities.
  mutating func index(in probabilities: Matrix) -> Int {
    var rest = uniform()
    for (index, p) in probabilities.elements.enumerated() {
      rest -= p
      if rest < 0 { return index }
    }
    // Rounding can leave a little: then the most probable one.
    return probabilities.rowOfLargest(inColumn: 0)
  }
}
