// What goes into an exercise and comes out of it: numbers, and beside them the formula that they were computed by.

import Autodiff
import Console
import LaTeX

/// A matrix, and the formula that it was computed by. The algebra read in two ways at once: a hole that is generic over the
/// algebra is evaluated with it, and what the student wrote can be printed as an equation beside its numbers.
///
/// Where shapes do not fit, it goes on without numbers, with the formula, and remembers what did not fit: a student reads about the first
/// product that is wrong, and no program stops.
public struct Traced: Sendable {
  /// The numbers; nil after shapes that did not fit.
  public let value: Matrix?
  /// What did not fit.
  let problem: Misfit?
  /// The formula; nil where nobody wants it or it has become too long to print.
  let formula: Symbol?
  private let size: Int

  /// Formulas of more names and operations than this are not printed.
  private static let largestFormula = 120

  /// An input.
  init(_ value: Matrix, named name: String? = nil) {
    self.init(value: value, problem: nil, formula: name.map(Symbol.name), size: 1)
  }

  private init(value: Matrix?, problem: Misfit?, formula: Symbol?, size: Int) {
    (self.value, self.problem, self.formula, self.size) = (value, problem, formula, size)
  }
}

/// Shapes that an operation cannot take.
struct Misfit: Hashable, Sendable, Codable {
  let text: Text

  /// - Parameters:
  ///   - operation: what was asked for.
  ///   - inputs: the inputs' formulas, empty where they are not known.
  ///   - shapes: their shapes.
  init(_ operation: Autodiff.Operation, inputs: [String], shapes: [Shape]) {
    let parts = zip(inputs, shapes).map { $0.isEmpty ? "\($1)" : "\($0) (\($1))" }
    let (first, shape) = (parts[0], shapes[0])
    let what: Text
    switch operation {
    case .sliceRows(let range):
      let (asked, there) = ("\(range.lowerBound)..<\(range.upperBound)", "0..<\(shape.rows)")
      what = Text(
        "rows \(asked) of \(first) are asked for, and it has rows \(there)",
        ko: "\(first)에서 \(asked)행을 꺼내려 했는데 \(there)행밖에 없다")
    case .gatherColumns(let columns):
      let bad = columns.first { $0 < 0 || $0 >= shape.columns } ?? 0
      what = Text(
        "column \(bad) of \(first) is asked for, and it has columns 0..<\(shape.columns)",
        ko: "\(first)에서 \(bad)열을 꺼내려 했는데 0..<\(shape.columns)열밖에 없다")
    case .crossEntropy(let classes), .oneHot(let classes):
      if let bad = classes.first(where: { $0 < 0 || $0 >= shape.rows }), classes.count == shape.columns {
        what = Text(
          "class \(bad) is asked for, and \(first) has rows 0..<\(shape.rows)",
          ko: "\(bad)번 범주를 물었는데 \(first)에는 0..<\(shape.rows)행밖에 없다")
      } else {
        what = Text(
          "\(classes.count) classes for the \(shape.columns) columns of \(first)",
          ko: "\(first)의 열은 \(shape.columns)개인데 범주는 \(classes.count)개다")
      }
    case .masked(let mask, _):
      what = Text(
        "a mask of \(mask.count) for the \(shape.count) entries of \(first)",
        ko: "\(first)의 성분은 \(shape.count)개인데 마스크는 \(mask.count)개다")
    case .matrixProduct where shapes.count == 2:
      let (columns, rows) = (shapes[0].columns, shapes[1].rows)
      what = Text(
        "\(first) and \(parts[1]) do not fit together: \(columns) columns meet \(rows) rows",
        ko: "\(first), \(parts[1]) 모양이 서로 맞지 않는다. 앞의 열은 \(columns)개, 뒤의 행은 \(rows)개다")
    case .sum where shapes.count == 2 && shape == Shape(shapes[1].rows, 1):
      what = Text(
        "\(first) and \(parts[1]) do not fit together: the column that is spread stands on the right of +",
        ko: "\(first), \(parts[1]) 모양이 서로 맞지 않는다. 펼칠 열은 +의 오른쪽에 쓴다")
    case .difference where shapes.count == 2 && shapes[1] == Shape(shape.rows, 1):
      what = Text(
        "\(first) and \(parts[1]) do not fit together: a column is spread over the batch by + alone",
        ko: "\(first), \(parts[1]) 모양이 서로 맞지 않는다. 열을 배치에 펼쳐 주는 연산은 +뿐이다")
    default:
      what =
        shapes.count == 1
        ? Text("it cannot take \(first)", ko: "\(first)에는 쓸 수 없다")
        : Text(
          "\(parts.joined(separator: " and ")) do not fit together",
          ko: "\(parts.joined(separator: ", ")) 모양이 서로 맞지 않는다")
    }
    text = Text(
      "\(operation.ruleName(.english)): \(what.english)", ko: "\(operation.ruleName(.korean)): \(what.korean)")
  }
}

extension Traced: Algebra {
  public static func apply(_ operation: Operation, _ inputs: [Traced]) -> Traced {
    let size = inputs.reduce(1) { $0 + $1.size }
    var formula: Symbol?
    let formulas = inputs.compactMap(\.formula)
    if formulas.count == inputs.count, size <= largestFormula {
      // 0 · W, written for zeros of the shape of W, is 0.
      formula = operation == .scaling(0) ? .number(0) : Symbol.apply(operation, formulas)
    }
    if let known = inputs.lazy.compactMap(\.problem).first {
      return Traced(value: nil, problem: known, formula: formula, size: size)
    }
    let values = inputs.map { $0.value! }
    let shapes = values.map(\.shape)
    let isBias = operation == .sum && shapes[0] != shapes[1] && shapes[1] == Shape(shapes[0].rows, 1)
    let resolved = isBias ? Operation.bias : operation
    if resolved.problem(with: shapes) != nil {
      let misfit = Misfit(operation, inputs: inputs.map { $0.formula?.unicode ?? "" }, shapes: shapes)
      return Traced(value: nil, problem: misfit, formula: formula, size: size)
    }
    return Traced(value: Matrix.apply(resolved, values), problem: nil, formula: formula, size: size)
  }

  public static func pullback(
    of fused: FusedOperation, _ δ: Traced, inputs: [Traced], output: Traced, saved: [Matrix]
  ) -> [Traced?] {
    guard let gradient = δ.value, let y = output.value, inputs.allSatisfy({ $0.value != nil }) else {
      let problem = ([δ, output] + inputs).lazy.compactMap(\.problem).first
      return inputs.map { _ in Traced(value: nil, problem: problem, formula: nil, size: 1) }
    }
    return Matrix.pullback(of: fused, gradient, inputs: inputs.map { $0.value! }, output: y, saved: saved)
      .map { $0.map { Traced($0) } }
  }

  public var knownRows: Int? { value?.rows }
}

/// What can go into a hole or come out of it.
public enum ExerciseValue {
  case written(Traced)
  case sequence([Traced])
  case matrix(Matrix)
  case matrices([Matrix])
  case number(Double)
  case integer(Int)
  case integers([Int])
}

/// A type of a hole's parameters: an `A` of the algebra, `[A]`, `Matrix`, `[Matrix]`, `Double`, `Int`, `[Int]`.
public protocol ExerciseInput {
  static func read(_ value: ExerciseValue) -> Self
}

/// A type of a hole's result: an `A` of the algebra, `[A]`, `Matrix`, `[Matrix]`, `Double`, `Int`.
public protocol ExerciseOutput {
  var exerciseValue: ExerciseValue { get }
}

/// What an array in a hole's parameters or result may hold.
public protocol ExerciseElement {
  static func readArray(_ value: ExerciseValue) -> [Self]
  static func exerciseValue(of array: [Self]) -> ExerciseValue
}

extension Traced: ExerciseInput, ExerciseOutput, ExerciseElement {
  public static func read(_ value: ExerciseValue) -> Traced {
    guard case .written(let x) = value else { preconditionFailure("this parameter is no matrix of the algebra") }
    return x
  }
  public var exerciseValue: ExerciseValue { .written(self) }

  public static func readArray(_ value: ExerciseValue) -> [Traced] {
    guard case .sequence(let x) = value else { preconditionFailure("this parameter is no sequence of the algebra") }
    return x
  }
  public static func exerciseValue(of array: [Traced]) -> ExerciseValue { .sequence(array) }
}

extension Matrix: ExerciseInput, ExerciseOutput, ExerciseElement {
  public static func read(_ value: ExerciseValue) -> Matrix {
    guard case .matrix(let x) = value else { preconditionFailure("this parameter is no matrix") }
    return x
  }
  public var exerciseValue: ExerciseValue { .matrix(self) }

  public static func readArray(_ value: ExerciseValue) -> [Matrix] {
    guard case .matrices(let x) = value else { preconditionFailure("this parameter is no sequence of matrices") }
    return x
  }
  public static func exerciseValue(of array: [Matrix]) -> ExerciseValue { .matrices(array) }
}

extension Int: ExerciseInput, ExerciseOutput, ExerciseElement {
  public static func read(_ value: ExerciseValue) -> Int {
    guard case .integer(let x) = value else { preconditionFailure("this parameter is no whole number") }
    return x
  }
  public var exerciseValue: ExerciseValue { .integer(self) }

  public static func readArray(_ value: ExerciseValue) -> [Int] {
    guard case .integers(let x) = value else { preconditionFailure("this parameter is no list of whole numbers") }
    return x
  }
  public static func exerciseValue(of array: [Int]) -> ExerciseValue { .integers(array) }
}

extension Double: ExerciseInput, ExerciseOutput {
  public static func read(_ value: ExerciseValue) -> Double {
    guard case .number(let x) = value else { preconditionFailure("this parameter is no number") }
    return x
  }
  public var exerciseValue: ExerciseValue { .number(self) }
}

extension Array: ExerciseInput where Element: ExerciseElement {
  public static func read(_ value: ExerciseValue) -> [Element] { Element.readArray(value) }
}

extension Array: ExerciseOutput where Element: ExerciseElement {
  public var exerciseValue: ExerciseValue { Element.exerciseValue(of: self) }
}

// MARK: - As one writes it

/// σ(x), as the notes write it; the same as `x.sigmoid`.
public func sigmoid<A: Algebra>(_ x: A) -> A { x.sigmoid }
/// tanh(x), as the notes write it; the same as `x.tanh`.
public func tanh<A: Algebra>(_ x: A) -> A { x.tanh }
/// The sum of a list's matrices, of one shape each. Traps on an empty list.
public func sum<A: Algebra>(_ terms: [A]) -> A {
  guard let first = terms.first else { preconditionFailure("the sum of no matrices has no shape") }
  return terms.dropFirst().reduce(first, +)
}
