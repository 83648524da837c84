// The networks of this chapter, the plain recurrent one and its remedies, and how they are trained.

import Autodiff
import Experiments
import Recurrent

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

  enum Normalisation: Sendable {
    /// Over the units, for each example.
    case layer
    /// Over the examples, for each unit.
    case batch
  }

  var activation = Activation.tanh
  var start = Start.random
  /// What W_h is multiplied by at the start: its spectral radius is then this, or near it for a random start.
  var radius = 1.0
  var normalisation: Normalisation?
  var hasSkip = false
  /// The threshold of the gradient's norm over all parameters; nil for no clipping.
  var clipping: Double?
  /// How many sequences there are in a batch.
  var batch = 16

  /// What a step applies if it is that of a plain network; nil if it is not.
  var nonlinearity: Nonlinearity? {
    if normalisation != nil || hasSkip { return nil }
    switch activation {
    case .tanh: return .tanh
    case .relu: return .relu
    default: return nil
    }
  }

  // begin: remedies
  /// The state after one step.
  func step<A: Algebra>(_ W: (x: A, h: A), _ b: A, _ x: A, _ h: A) -> A {
    var a = W.x * x + W.h * h + b
    if normalisation != nil { a = normalised(a) }
    let new =
      switch activation {
      case .tanh: a.tanh
      case .sigmoid: a.sigmoid
      case .relu: a.relu
      case .leakyRelu: a.leakyRelu(slope: 0.1)
      }
    return hasSkip ? h + new : new
  }
  // end: remedies

  /// Mean 0 and variance 1: of each column (layer normalisation, Ba et al. 2016) or of each row (batch normalisation, Ioffe
  /// & Szegedy 2015), both without the learned scale and shift.
  func normalised<A: Algebra>(_ a: A) -> A {
    if normalisation == .batch { return Design(normalisation: .layer).normalised(a.transposed).transposed }
    let n = A.apply(.entryCount, [a.columns([0])])
    let centred = a - (a.sumOfRows ./ n.spread(like: a.sumOfRows)).spread(like: a)
    let variance = (centred .* centred).sumOfRows ./ n.spread(like: a.sumOfRows)
    return centred ./ (variance + 1e-5).squareRoot.spread(like: a)
  }

  /// W_h at the start: n × n.
  func recurrentWeight(_ units: Int, _ random: inout Random) -> Matrix {
    let matrix =
      switch start {
      case .random: random.normal(units, units, deviation: 1 / Double(units).squareRoot())
      case .orthogonal: random.orthogonal(units)
      case .identity: Matrix.identity(units)
      }
    return radius * matrix
  }
}

/// A network that reads a sequence of symbols and answers with a class at its end.
struct Reader {
  let design: Design
  /// W_x (n × symbols), W_h (n × n), b (n × 1), W_y (classes × n), b_y (classes × 1).
  var parameters: [Matrix]
  let units: Int

  init(_ design: Design, symbols: Int, units: Int, classes: Int, random: inout Random) {
    self.design = design
    self.units = units
    parameters = [
      random.normal(units, symbols, deviation: 0.5),
      design.recurrentWeight(units, &random),
      Matrix(rows: units, columns: 1),
      random.normal(classes, units, deviation: 1 / Double(units).squareRoot()),
      Matrix(rows: classes, columns: 1),
    ]
  }

  /// The scores of the classes, classes × batch, after x_1 … x_T.
  func scores<A: Algebra>(_ parameters: [A], _ x: [A], start: A) -> A {
    var h = start
    for x_t in x { h = design.step((parameters[0], parameters[1]), parameters[2], x_t, h) }
    return parameters[3] * h + parameters[4]
  }

  /// The loss on a batch: the mean cross-entropy.
  func loss(_ variables: [Variable], on batch: Sequences) -> Variable {
    let tape = variables[0].tape
    let start = tape.constant(Matrix(rows: units, columns: batch.count))
    let x = batch.x.map { tape.constant($0) }
    guard let nonlinearity = design.nonlinearity else {
      return scores(variables, x, start: start).crossEntropy(batch.classes).mean
    }
    // The plain networks: the same steps as one operation, which is faster.
    let weights = CellWeights(W: (x: variables[0], h: variables[1]), b: (x: variables[2], h: nil))
    let h = FusedRNNCell(weights, nonlinearity: nonlinearity).unroll(x, from: [start])
    return (variables[3] * h[x.count - 1][0] + variables[4]).crossEntropy(batch.classes).mean
  }

  /// The share of sequences whose class scores highest.
  func accuracy(on batch: Sequences) -> Double {
    let scores = scores(parameters, batch.x, start: Matrix(rows: units, columns: batch.count))
    return Double(countRight(scores, batch.classes)) / Double(batch.count)
  }

  // begin: training
  /// Trains on new batches of a task; returns the loss before every update.
  mutating func train(on task: (inout Random) -> Sequences, updates: Int, random: inout Random) -> [Double] {
    var losses: [Double] = []
    var adam = Adam(learningRate: 0.005)
    let tape = Tape()
    for _ in 0..<updates {
      let batch = task(&random)
      tape.rewind()
      let variables = parameters.map { tape.variable($0) }
      let loss = loss(variables, on: batch)
      let found = tape.gradients(of: loss)
      var gradients = variables.map { found[$0] }
      if let threshold = design.clipping { clip(&gradients, toNorm: threshold) }
      adam.step(&parameters, gradients: gradients)
      losses.append(loss.value.scalar)
    }
    return losses
  }
  // end: training
}

/// A subject, then phrases with one noun each, singular or plural: "writer of the books of the friend". The class is the
/// subject's number: is or are. Symbols 0–3 are singular nouns, 4–7 plural ones, 8 a preposition, 9 the article.
///
/// - Parameters:
///   - nouns: how many phrases follow the subject.
///   - areNeutral: phrases of the same length without a noun.
///   - agreement: how often the last noun has the subject's number; nil for as chance has it.
func sentences(
  nouns: Int, areNeutral: Bool = false, agreement: Double? = nil, size: Int, _ random: inout Random
) -> Sequences {
  let subjects = (0..<size).map { _ in random.index(below: 8) }
  var symbols = [subjects]
  for place in 0..<nouns {
    symbols += [Array(repeating: 8, count: size), Array(repeating: 9, count: size)]
    symbols.append(
      subjects.map { subject in
        if areNeutral { return 8 + random.index(below: 2) }
        guard let agreement, place == nouns - 1 else { return random.index(below: 8) }
        let agrees = random.uniform() < agreement
        return random.index(below: 4) + ((subject < 4) == agrees ? 0 : 4)
      })
  }
  return Sequences(symbols: symbols, of: 10, classes: subjects.map { $0 < 4 ? 0 : 1 })
}
