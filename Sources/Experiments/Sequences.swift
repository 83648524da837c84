// What a network is trained and tested on: sequences of one length with their answers.

import Autodiff

/// Sequences of one length, and the right answer at the end of each.
public struct Sequences: Sendable {
  /// x_1 … x_T, inputs × count.
  public var x: [Matrix]
  public var answer: Answer

  public enum Answer: Sendable {
    /// The class of each sequence.
    case classes([Int])
    /// A number for each sequence: 1 × count.
    case numbers(Matrix)
  }

  public init(x: [Matrix], answer: Answer) {
    self.x = x
    self.answer = answer
  }

  /// Sequences of symbols, one-hot encoded.
  ///
  /// - Parameters:
  ///   - symbols: for each step, the symbols of all sequences.
  ///   - kinds: how many different symbols there are: 0 … kinds − 1.
  ///   - classes: the class of each sequence.
  public init(symbols: [[Int]], of kinds: Int, classes: [Int]) {
    self.init(x: symbols.map { oneHot($0, of: kinds) }, answer: .classes(classes))
  }

  /// How many sequences there are.
  public var count: Int { x[0].columns }

  /// The class of each sequence. Traps if the answers are numbers.
  public var classes: [Int] {
    guard case .classes(let classes) = answer else { fatalError("these sequences are answered by numbers") }
    return classes
  }

  /// The sequences with these indices, in this order, repeats allowed.
  public subscript(_ indices: [Int]) -> Sequences {
    let answer: Answer =
      switch self.answer {
      case .classes(let classes): .classes(indices.map { classes[$0] })
      case .numbers(let numbers): .numbers(numbers.columns(indices))
      }
    return Sequences(x: x.map { $0.columns(indices) }, answer: answer)
  }
}

/// One-hot columns, kinds × symbols: each has a single 1, in the row of its symbol. A symbol outside 0 … kinds − 1
/// becomes a column of zeros.
public func oneHot(_ symbols: [Int], of kinds: Int) -> Matrix {
  Matrix(rows: kinds, columns: symbols.count) { $0 == symbols[$1] ? 1 : 0 }
}
