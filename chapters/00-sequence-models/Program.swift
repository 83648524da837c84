// The five kinds of programs over one loop: what a recurrent network reads, and when it answers.

import Autodiff
import Experiments
import Notebook
import Recurrent

/// A kind of program, by what it reads and what it writes.
enum Program: CaseIterable {
  case oneToOne, oneToMany, manyToOne, aligned, encoderDecoder

  var label: Text {
    switch self {
    case .oneToOne: Text("one to one", ko: "일대일")
    case .oneToMany: Text("one to many", ko: "일대다")
    case .manyToOne: Text("many to one", ko: "다대일")
    case .aligned: Text("many to many, aligned", ko: "다대다, 정렬")
    case .encoderDecoder: Text("many to many, encoder–decoder", ko: "다대다, 인코더–디코더")
    }
  }

  /// How many inputs it reads, and how many answers it gives.
  var figureLabel: Figure.Label {
    switch self {
    case .oneToOne: "1 → 1"
    case .oneToMany: "1 → 4"
    case .manyToOne: "4 → 1"
    case .aligned: "4 ⇉ 4"
    case .encoderDecoder: "4 → h → 4"
    }
  }
}

// begin: programs
extension Model {
  /// One input, one answer: a single step, as in any feed-forward network.
  func oneToOne(_ x: A) -> A {
    scores(unroll(cell, [x])[0])
  }

  /// One input, many answers: after the first step the inputs are zero vectors.
  func oneToMany(_ x: A, count: Int) -> [A] {
    let zero = x.zeros(rowsOf: x)
    return unroll(cell, [x] + Array(repeating: zero, count: count - 1)).map(scores)
  }

  /// Many inputs, one answer: from the last state.
  func manyToOne(_ x: [A]) -> A {
    scores(unroll(cell, x).last!)
  }

  /// Many inputs, as many answers, one at each step: tagging.
  func aligned(_ x: [A]) -> [A] {
    unroll(cell, x).map(scores)
  }

  /// Many inputs, then many answers: the encoder reads to the end, and this model's cell goes on from its last state.
  func encoderDecoder(_ x: [A], readBy encoder: RNNCell<A>, count: Int) -> [A] {
    let zero = x[0].zeros(rowsOf: x[0])
    return unroll(cell, Array(repeating: zero, count: count), from: unroll(encoder, x).last!).map(scores)
  }
}
// end: programs

// MARK: - The data

// begin: bars
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
}
// end: bars

extension Program {
  /// What it reads: one matrix for each step.
  var inputs: [Matrix] {
    switch self {
    case .oneToOne: [Bars.whole]
    case .oneToMany: [Bars.numbers]
    case .manyToOne, .aligned, .encoderDecoder: Bars.steps
    }
  }

  /// How many classes an answer chooses from.
  var classCount: Int {
    switch self {
    case .oneToOne, .manyToOne, .aligned: 5
    case .oneToMany, .encoderDecoder: 2
    }
  }

  // begin: tasks
  /// The right answers: for each answer, the class of every bar.
  var wanted: [[Int]] {
    switch self {
    case .oneToOne, .manyToOne: [Bars.strikes(through: 4)]  // how many strikes the bar has
    case .oneToMany: (1...4).map(Bars.symbols)  // the bar of this number
    case .aligned: (1...4).map(Bars.strikes)  // how many strikes so far
    case .encoderDecoder: (1...4).reversed().map(Bars.symbols)  // the bar backwards
    }
  }
  // end: tasks

  /// First weights: those of a model; for the encoder–decoder, the encoder's W_x, W_h and b before them.
  func parameters(hidden: Int, _ random: inout Random) -> [Matrix] {
    let model = firstWeights(inputs: inputs[0].rows, hidden: hidden, classes: classCount, &random)
    if self != .encoderDecoder { return model }
    return firstWeights(inputs: inputs[0].rows, hidden: hidden, classes: classCount, &random).prefix(3) + model
  }

  /// The scores, one matrix of classes × batch for each answer.
  func run<A: RecurrentAlgebra>(_ parameters: [A], _ x: [A]) -> [A] {
    let model = Model(Array(parameters.suffix(5)))
    switch self {
    case .oneToOne: return [model.oneToOne(x[0])]
    case .oneToMany: return model.oneToMany(x[0], count: 4)
    case .manyToOne: return [model.manyToOne(x)]
    case .aligned: return model.aligned(x)
    case .encoderDecoder:
      let encoder = RNNCell(W: (x: parameters[0], h: parameters[1]), b: (x: parameters[2], h: nil))
      return model.encoderDecoder(x, readBy: encoder, count: 4)
    }
  }

  /// The mean cross-entropy over all answers.
  func loss(_ parameters: [Variable], wanted: [[Int]]? = nil) -> Variable {
    let x = inputs.map { parameters[0].tape.constant($0) }
    return mean(zip(run(parameters, x), wanted ?? self.wanted).map { $0.crossEntropy($1).mean })
  }

  /// The share of bars that are answered correctly, for each answer.
  func accuracies(_ parameters: [Matrix], wanted: [[Int]]? = nil) -> [Double] {
    zip(run(parameters, inputs), wanted ?? self.wanted).map { scores, classes in
      Double(countRight(scores, classes)) / Double(classes.count)
    }
  }

  /// The parameters after a training, and the loss before each update. `wanted` replaces the program's own answers.
  func learned(
    hidden: Int, updates: Int, seed: UInt64, wanted: [[Int]]? = nil
  ) -> (parameters: [Matrix], losses: [Double]) {
    var random = Random(seed: seed)
    var parameters = parameters(hidden: hidden, &random)
    let losses = train(&parameters, updates: updates, learningRate: 0.02) { variables, _ in
      loss(variables, wanted: wanted)
    }
    return (parameters, losses)
  }
}
