// The networks of this chapter, the plain recurrent one and its remedies, and the sentences that they learn.

import Autodiff
import Experiments

/// The choices that make a network: its activation, its first weights, and its remedies.
struct Design: Sendable {
  enum Activation: Sendable {
    case tanh
    case sigmoid
    case relu
    case leakyRelu
  }

  enum Start: Sendable {
    /// Independent normal entries, scaled so that the spectral radius is near 1.
    case random
    case orthogonal
    case identity
  }

  var activation = Activation.tanh
  var start = Start.random
  /// The factor of W_h at the start.
  var gain = 1.0
  var isNormalised = false
  var hasSkip = false
  /// The threshold of the gradient's global norm; nil for no clipping.
  var clipping: Double?

  // begin: remedies
  /// The state after one step.
  func step<A: Algebra>(_ W: (x: A, h: A), _ b: A, _ x: A, _ h: A) -> A {
    var a = W.x * x + W.h * h + b
    if isNormalised { a = normalised(a) }
    let new =
      switch activation {
      case .tanh: a.tanh
      case .sigmoid: a.sigmoid
      case .relu: a.relu
      case .leakyRelu: a.leakyRelu(slope: 0.1)
      }
    return hasSkip ? h + new : new
  }

  /// Each column with mean 0 and variance 1 (layer normalisation, Ba et al. 2016, without its gain and bias).
  func normalised<A: Algebra>(_ a: A) -> A {
    let n = A.apply(.entryCount, [a.columns([0])])
    let centred = a - (a.sumOfRows ./ n.spread(like: a.sumOfRows)).spread(like: a)
    let variance = (centred .* centred).sumOfRows ./ n.spread(like: a.sumOfRows)
    return centred ./ (variance + 1e-5).squareRoot.spread(like: a)
  }
  // end: remedies

  /// W_h at the start: hidden × hidden.
  func recurrentWeight(_ hidden: Int, _ random: inout Random) -> Matrix {
    let matrix =
      switch start {
      case .random: random.normal(hidden, hidden, deviation: 1 / Double(hidden).squareRoot())
      case .orthogonal: random.orthogonal(hidden)
      case .identity: Matrix.identity(hidden)
      }
    return gain * matrix
  }
}

/// A network that reads a sequence of symbols and answers with a class at its end.
struct Reader {
  let design: Design
  /// W_x (hidden × symbols), W_h (hidden × hidden), b (hidden × 1), W_y (classes × hidden), b_y (classes × 1).
  var parameters: [Matrix]
  let hidden: Int

  init(_ design: Design, symbols: Int, hidden: Int, classes: Int, random: inout Random) {
    self.design = design
    self.hidden = hidden
    parameters = [
      random.normal(hidden, symbols, deviation: 0.5),
      design.recurrentWeight(hidden, &random),
      Matrix(rows: hidden, columns: 1),
      random.normal(classes, hidden, deviation: 1 / Double(hidden).squareRoot()),
      Matrix(rows: classes, columns: 1),
    ]
  }

  /// The scores of the classes, classes × batch, after x_1 … x_T.
  func scores<A: Algebra>(_ parameters: [A], _ x: [A], start: A) -> A {
    var h = start
    for x_t in x { h = design.step((parameters[0], parameters[1]), parameters[2], x_t, h) }
    return parameters[3] * h + parameters[4]
  }

  /// The share of sequences whose class scores highest.
  func accuracy(on batch: Sequences) -> Double {
    let scores = scores(parameters, batch.x, start: Matrix(rows: hidden, columns: batch.count))
    return Double(countRight(scores, batch.classes)) / Double(batch.count)
  }

  /// Trains on batches from a task, by Adam; returns the loss of every step.
  @discardableResult
  mutating func train(
    on task: (inout Random) -> Sequences, steps: Int, learningRate: Double, random: inout Random
  ) -> [Double] {
    Experiments.train(&parameters, updates: steps, learningRate: learningRate, clippingAt: design.clipping) {
      [self] variables, _ in
      let batch = task(&random)
      let tape = variables[0].tape
      let start = tape.constant(Matrix(rows: hidden, columns: batch.count))
      return scores(variables, batch.x.map { tape.constant($0) }, start: start).crossEntropy(batch.classes).mean
    }
  }
}

// begin: agreement
/// A subject, then phrases with one noun each, singular or plural: "writer of the books of the friend". The class is the
/// subject's number: is or are. Symbols 0–3 are singular nouns, 4–7 plural ones, 8 a preposition, 9 the article. Neutral
/// phrases have the same length but no noun.
func agreement(nouns: Int, areNeutral: Bool = false, size: Int, _ random: inout Random) -> Sequences {
  let subjects = (0..<size).map { _ in random.index(below: 8) }
  var symbols = [subjects]
  for _ in 0..<nouns {
    symbols += [Array(repeating: 8, count: size), Array(repeating: 9, count: size)]
    symbols.append((0..<size).map { _ in areNeutral ? 8 + random.index(below: 2) : random.index(below: 8) })
  }
  return Sequences(symbols: symbols, of: 10, classes: subjects.map { $0 < 4 ? 0 : 1 })
}
// end: agreement
