// What a program learns: inputs with the right answers, and the training that is the same for all of them.

import Autodiff
import Experiments
import Recurrent

/// A kind of program with the examples that it learns from, all in one batch.
struct Lesson {
  let program: Program
  /// What it reads: one matrix for each step, a column for each example.
  let inputs: [Matrix]
  /// The right answers: for each answer, the class of every example.
  let wanted: [[Int]]
  /// How many classes an answer chooses from.
  let classCount: Int

  /// How many examples there are.
  var count: Int { inputs[0].columns }

  /// First weights: those of a model; for the encoder–decoder, the encoder's W_x, W_h and b before them.
  func parameters(units: Int, _ random: inout Random) -> [Matrix] {
    let model = firstWeights(inputs: inputs[0].rows, units: units, classes: classCount, &random)
    if program != .encoderDecoder { return model }
    return firstWeights(inputs: inputs[0].rows, units: units, classes: classCount, &random).prefix(3) + model
  }

  /// The scores, one matrix of classes × examples for each answer.
  func run<A: RecurrentAlgebra>(_ parameters: [A], _ x: [A]) -> [A] {
    let model = Model(Array(parameters.suffix(5)))
    switch program {
    case .oneToOne: return [model.oneToOne(x[0])]
    case .oneToMany: return model.oneToMany(x[0], count: wanted.count)
    case .manyToOne: return [model.manyToOne(x)]
    case .aligned: return model.aligned(x)
    case .encoderDecoder:
      let encoder = RNNCell(W: (x: parameters[0], h: parameters[1]), b: (x: parameters[2], h: nil))
      return model.encoderDecoder(x, readBy: encoder, count: wanted.count)
    }
  }

  /// The mean cross-entropy over all answers.
  func loss(_ parameters: [Variable]) -> Variable {
    let x = inputs.map { parameters[0].tape.constant($0) }
    return mean(zip(run(parameters, x), wanted).map { $0.crossEntropy($1).mean })
  }

  /// The class that each answer chooses for each example.
  func answers(_ parameters: [Matrix]) -> [[Int]] { run(parameters, inputs).map { best($0) } }

  /// The share of examples that are answered correctly, for each answer.
  func accuracies(_ parameters: [Matrix]) -> [Double] {
    zip(run(parameters, inputs), wanted).map { Double(countRight($0, $1)) / Double(count) }
  }

  /// The parameters after a training, and the loss before each update.
  func learned(units: Int, updates: Int, seed: UInt64) -> (parameters: [Matrix], losses: [Double]) {
    var random = Random(seed: seed)
    var parameters = parameters(units: units, &random)
    let losses = train(&parameters, updates: updates, learningRate: 0.02) { variables, _ in loss(variables) }
    return (parameters, losses)
  }
}

// MARK: - The drum

/// All sixteen bars of four steps, as the columns of every matrix.
enum Bars {
  static let all = allSequences(4)
  /// The steps of the bars: four matrices of 2 × 16.
  static let steps = inputs(all)
  /// A bar as one vector, a 1 for each strike: 4 × 16.
  static let whole = Matrix(rows: 4, columns: 16) { Double(all[$1][$0]) }
  /// A bar's number, as a vector with one 1: 16 × 16.
  static let numbers = Matrix.identity(16)
  /// How many strikes there are up to step t: of all bars, 0 to 4.
  static func strikes(through t: Int) -> [Int] { all.map { $0.prefix(t).reduce(0, +) } }
  /// The symbols at step t.
  static func symbols(at t: Int) -> [Int] { all.map { $0[t - 1] } }
  /// The bar backwards.
  static var backwards: [[Int]] { (1...4).reversed().map(symbols) }

  /// What each kind of program learns about the bars.
  static func lesson(_ program: Program) -> Lesson {
    switch program {
    case .oneToOne:  // the whole bar as one vector → how many strikes it has
      Lesson(program: program, inputs: [whole], wanted: [strikes(through: 4)], classCount: 5)
    case .oneToMany:  // a bar's number → the bar
      Lesson(program: program, inputs: [numbers], wanted: (1...4).map(symbols), classCount: 2)
    case .manyToOne:  // the bar step by step → how many strikes it has
      Lesson(program: program, inputs: steps, wanted: [strikes(through: 4)], classCount: 5)
    case .aligned:  // the bar → how many strikes so far
      Lesson(program: program, inputs: steps, wanted: (1...4).map(strikes), classCount: 5)
    case .encoderDecoder:  // the bar → the bar backwards
      Lesson(program: program, inputs: steps, wanted: backwards, classCount: 2)
    }
  }
}
