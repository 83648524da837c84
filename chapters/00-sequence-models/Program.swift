// The five kinds of programs over one loop: what a recurrent network reads, and when it answers.

import Notebook
import Recurrent

/// A kind of program, by what it reads and when it answers.
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

  /// How many inputs it reads, and how many answers it gives, for bars of four steps.
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
    let zeros = Array(repeating: x.zeros(rowsOf: x), count: count - 1)
    return unroll(cell, [x] + zeros).map(scores)
  }

  /// Many inputs, one answer: from the last state.
  func manyToOne(_ x: [A]) -> A {
    scores(unroll(cell, x).last!)
  }

  /// Many inputs, as many answers, one at each step.
  func aligned(_ x: [A]) -> [A] {
    unroll(cell, x).map(scores)
  }

  /// Many inputs, then many answers: the encoder reads to the end, and this model's cell goes on from its last state.
  func encoderDecoder(_ x: [A], readBy encoder: RNNCell<A>, count: Int) -> [A] {
    let read = unroll(encoder, x).last!
    let zeros = Array(repeating: x[0].zeros(rowsOf: x[0]), count: count)
    return unroll(cell, zeros, from: read).map(scores)
  }
}
// end: programs
