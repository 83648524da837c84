// What a network is trained and tested on: sequences of one length, and what to say about each.

import Autodiff

/// Sequences of one length, and what to say at the end of each.
public struct Sequences: Sendable {
  /// x_1 … x_T, inputs × count.
  public var x: [Matrix]
  public var answer: Answer

  public enum Answer: Sendable {
    /// The class of each sequence.
    case classes([Int])
    /// A number for each sequence, 1 × count.
    case numbers(Matrix)
  }

  public init(x: [Matrix], answer: Answer) {
    self.x = x
    self.answer = answer
  }

  /// Sequences of symbols, each written as a column with a single 1.
  ///
  /// - Parameters:
  ///   - symbols: for every step, the symbols of all sequences.
  ///   - kinds: how many symbols there are: 0 up to, and without, this number.
  ///   - classes: the class of each sequence.
  public init(symbols: [[Int]], of kinds: Int, classes: [Int]) {
    self.init(x: symbols.map { oneHot($0, of: kinds) }, answer: .classes(classes))
  }

  public var count: Int { x[0].columns }

  /// The classes. Traps where the answers are numbers.
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

/// Symbols as columns with a single 1: kinds × symbols. A symbol that is none of 0 … kinds − 1 gives a column of zeros.
public func oneHot(_ symbols: [Int], of kinds: Int) -> Matrix {
  Matrix(rows: kinds, columns: symbols.count) { $0 == symbols[$1] ? 1 : 0 }
}
