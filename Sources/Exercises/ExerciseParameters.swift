// The parameters of a hole: their names in the notes, their shapes, and how their numbers are drawn.

import Autodiff
import Console
import LaTeX

/// One parameter of a hole, of a type that the hole has for it. Made by the functions below:
///
///     .matrix("x_t", "d", "B")                     an A of d × B, normal numbers
///     .matrix("r_t", "n", "B", .gate)              between 0 and 1
///     .sequence("h_#", from: 0, "n", "B", .state)  an [A]: h_0 … h_T, T + 1 of them
///     .number("γ", 0.1...0.9), .size("T"), …
///
/// Sizes are letters; every letter stands for another number, in some cases for the same one (and T and B also for 1).
public struct HoleParameter<Value: ExerciseInput> {
  let parameter: ExerciseParameter

  fileprivate init(_ parameter: ExerciseParameter) { self.parameter = parameter }
}

/// Where random entries lie.
public enum Entries: Sendable {
  /// Normal, of deviation 1.
  case normal
  /// Normal, of deviation 1/2: weights of long products.
  case small
  /// Between 0.1 and 0.9: a gate.
  case gate
  /// Between −0.9 and 0.9: a hidden state.
  case state
  /// Between 0.5 and 2.
  case positive
}

/// The numbers of one case so far, from which another parameter may be computed.
public struct Drawn {
  /// What the letters stand for.
  public internal(set) var sizes: [String: Int]
  var values: [(name: String, value: ExerciseValue)] = []
  public var random: Random

  /// The matrix that was drawn under this name in the notes; of a sequence `h_#`, `h_0`, `h_1`, ….
  public subscript(_ name: String) -> Matrix {
    guard let matrix = matrices[name] else { preconditionFailure("nothing named \(name) has been drawn") }
    return matrix
  }

  /// The matrices of a sequence, by the name that was given: `h_#`.
  public func sequence(_ name: String) -> [Matrix] {
    switch values.first(where: { $0.name == name })?.value {
    case .sequence(let list): list.map { $0.value! }
    case .matrices(let list): list
    default: preconditionFailure("no sequence named \(name) has been drawn")
    }
  }

  private var matrices: [String: Matrix] {
    var found: [String: Matrix] = [:]
    for (name, value) in values {
      switch value {
      case .written(let x): found[name] = x.value
      case .matrix(let x): found[name] = x
      default: break
      }
    }
    return found
  }

  func size(_ letter: String) -> Int {
    if let number = Int(letter) { return number }
    guard let size = sizes[letter] else { preconditionFailure("the size \(letter) is not known") }
    return size
  }

  mutating func matrix(_ rows: String, _ columns: String, _ entries: Entries) -> Matrix {
    let (n, m) = (size(rows), size(columns))
    switch entries {
    case .normal: return random.normal(n, m)
    case .small: return random.normal(n, m, deviation: 0.5)
    case .gate: return random.uniform(n, m, 0.1, 0.9)
    case .state: return random.uniform(n, m, -0.9, 0.9)
    case .positive: return random.uniform(n, m, 0.5, 2)
    }
  }
}

/// A parameter without its Swift type.
struct ExerciseParameter {
  /// In the notes: `h_{t-1}`, or `h_#` for a sequence.
  let name: String
  /// "n × B", as the hole's comment says it too; empty for a number.
  let shape: String
  /// The letters in it.
  let letters: [String]
  /// The first index of a sequence.
  var first = 1
  /// Its values in a case.
  let draw: (inout Drawn) -> ExerciseValue

  /// As it is printed: h_{t−1}, or h_0 … h_T.
  var unicode: String {
    guard name.contains("#") else { return Symbol.name(name).unicode }
    func at(_ index: String) -> String { Symbol.name(name.replacingOccurrences(of: "#", with: index)).unicode }
    return "\(at("\(first)")) … \(at(last))"
  }
  var last = "T"
}

extension HoleParameter where Value == Traced {
  /// A matrix of the algebra.
  public static func matrix(_ name: String, _ rows: String, _ columns: String, _ entries: Entries = .normal)
    -> HoleParameter
  {
    HoleParameter(
      ExerciseParameter(name: name, shape: "\(rows) × \(columns)", letters: [rows, columns]) { drawn in
        .written(Traced(drawn.matrix(rows, columns, entries), named: name))
      })
  }

  /// A matrix that follows from what was drawn before it: `.matrix("y_t", "n", "B") { $0["a_t"].tanh }`.
  public static func matrix(
    _ name: String, _ rows: String, _ columns: String, _ compute: @escaping (inout Drawn) -> Matrix
  ) -> HoleParameter {
    HoleParameter(
      ExerciseParameter(name: name, shape: "\(rows) × \(columns)", letters: [rows, columns]) { drawn in
        .written(Traced(compute(&drawn), named: name))
      })
  }
}

extension HoleParameter where Value == [Traced] {
  /// A sequence over time of the algebra: from step 1, or from step 0, through T (or T + `beyond`). In the hole its first
  /// matrix stands at [0].
  public static func sequence(
    _ name: String, from first: Int = 1, beyond: Int = 0, _ rows: String, _ columns: String,
    _ entries: Entries = .normal
  ) -> HoleParameter {
    sequence(name, from: first, beyond: beyond, rows, columns) { drawn in
      (first...(drawn.size("T") + beyond)).map { _ in drawn.matrix(rows, columns, entries) }
    }
  }

  /// A sequence that follows from what was drawn before it.
  public static func sequence(
    _ name: String, from first: Int = 1, beyond: Int = 0, _ rows: String, _ columns: String,
    _ compute: @escaping (inout Drawn) -> [Matrix]
  ) -> HoleParameter {
    precondition(name.contains("#"), "a sequence has a # where its index goes: h_#")
    var parameter = ExerciseParameter(
      name: name, shape: "\(rows) × \(columns)", letters: [rows, columns, "T"]
    ) { drawn in
      .sequence(
        compute(&drawn).enumerated().map { offset, matrix in
          Traced(matrix, named: Scope.indexed(name, first + offset))
        })
    }
    parameter.first = first
    parameter.last = beyond == 0 ? "T" : beyond < 0 ? "{T-\(-beyond)}" : "{T+\(beyond)}"
    return HoleParameter(parameter)
  }
}

extension HoleParameter where Value == Matrix {
  /// A matrix of numbers alone, for holes that are not over the algebra: they may compare, and print no formula.
  public static func numbers(_ name: String, _ rows: String, _ columns: String, _ entries: Entries = .normal)
    -> HoleParameter
  {
    numbers(name, rows, columns) { $0.matrix(rows, columns, entries) }
  }

  public static func numbers(
    _ name: String, _ rows: String, _ columns: String, _ compute: @escaping (inout Drawn) -> Matrix
  ) -> HoleParameter {
    HoleParameter(
      ExerciseParameter(name: name, shape: "\(rows) × \(columns)", letters: [rows, columns]) { drawn in
        .matrix(compute(&drawn))
      })
  }
}

extension HoleParameter where Value == [Matrix] {
  /// A sequence over time of numbers alone.
  public static func numberSequence(
    _ name: String, from first: Int = 1, beyond: Int = 0, _ rows: String, _ columns: String,
    _ entries: Entries = .normal
  ) -> HoleParameter {
    numberSequence(name, from: first, beyond: beyond, rows, columns) { drawn in
      (first...(drawn.size("T") + beyond)).map { _ in drawn.matrix(rows, columns, entries) }
    }
  }

  public static func numberSequence(
    _ name: String, from first: Int = 1, beyond: Int = 0, _ rows: String, _ columns: String,
    _ compute: @escaping (inout Drawn) -> [Matrix]
  ) -> HoleParameter {
    var parameter = ExerciseParameter(
      name: name, shape: "\(rows) × \(columns)", letters: [rows, columns, "T"]
    ) { drawn in .matrices(compute(&drawn)) }
    parameter.first = first
    parameter.last = beyond == 0 ? "T" : beyond < 0 ? "{T-\(-beyond)}" : "{T+\(beyond)}"
    return HoleParameter(parameter)
  }
}

extension HoleParameter where Value == Double {
  /// A number between two bounds.
  public static func number(_ name: String, _ range: ClosedRange<Double>) -> HoleParameter {
    number(name) { $0.random.uniform(range.lowerBound, range.upperBound) }
  }

  public static func number(_ name: String, _ compute: @escaping (inout Drawn) -> Double) -> HoleParameter {
    HoleParameter(ExerciseParameter(name: name, shape: "", letters: []) { drawn in .number(compute(&drawn)) })
  }
}

extension HoleParameter where Value == Int {
  /// A whole number between two bounds.
  public static func integer(_ name: String, _ range: ClosedRange<Int>) -> HoleParameter {
    integer(name) { range.lowerBound + $0.random.index(below: range.count) }
  }

  public static func integer(_ name: String, _ compute: @escaping (inout Drawn) -> Int) -> HoleParameter {
    HoleParameter(ExerciseParameter(name: name, shape: "", letters: []) { drawn in .integer(compute(&drawn)) })
  }

  /// What a letter stands for, as T.
  public static func size(_ letter: String) -> HoleParameter {
    HoleParameter(
      ExerciseParameter(name: letter, shape: "", letters: [letter]) { drawn in .integer(drawn.size(letter)) })
  }
}

extension HoleParameter where Value == [Int] {
  /// Whole numbers, as classes or columns to gather.
  public static func integers(_ name: String, _ compute: @escaping (inout Drawn) -> [Int]) -> HoleParameter {
    HoleParameter(ExerciseParameter(name: name, shape: "", letters: []) { drawn in .integers(compute(&drawn)) })
  }
}
