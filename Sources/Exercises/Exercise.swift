// An exercise: a function that a student writes, its solution, and the mistakes that people make in it.

import Autodiff
import Console
import LaTeX

/// The error that a hole, an unwritten function of the student's file, throws.
public struct Hole: Error {
  public init() {}
}

/// A wrong version of a hole's function that people write.
public struct KnownMistake<each Input, Output> {
  /// The name in a teacher's table: `no-time-sum`.
  public let name: String
  /// The sentence that explains it to the student.
  public let text: Text
  let wrong: (repeat each Input) throws -> Output

  public init(_ name: String, _ text: Text, _ wrong: @escaping (repeat each Input) throws -> Output) {
    (self.name, self.text) = (name, text)
    self.wrong = wrong
  }
}

/// The wrong function that the student's file contains at first, in exercises of the kind `bug`; `none` in all others.
public struct Bug<each Input, Output> {
  let exists: Bool
  let function: (repeat each Input) throws -> Output

  private init(exists: Bool, _ function: @escaping (repeat each Input) throws -> Output) {
    self.exists = exists
    self.function = function
  }

  public static var none: Bug { Bug(exists: false) { (_: repeat each Input) in throw Hole() } }
  /// The function before the student changes it.
  public static func asGiven(_ function: @escaping (repeat each Input) throws -> Output) -> Bug {
    Bug(exists: true, function)
  }
}

/// The names that the notes give to a hole's result: one, `"h_t"`; a list of several; or a sequence `"h_#"`, which begins with
/// step 1 (`.sequence("h_#", from: 0)`: with another step).
public struct ResultNames: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
  private let names: [String]
  private let first: Int

  public init(stringLiteral name: String) { (names, first) = ([name], 1) }
  public init(arrayLiteral names: String...) { (self.names, first) = (names, 1) }
  private init(_ name: String, from first: Int) { (names, self.first) = ([name], first) }

  public static func sequence(_ name: String, from first: Int) -> ResultNames {
    ResultNames(name, from: first)
  }

  /// The name of the result's matrix number k, in Unicode.
  func name(_ k: Int) -> String {
    if names.count == 1, names[0].contains("#") { return ResultNames.unicode(Scope.indexed(names[0], first + k)) }
    return k < names.count ? ResultNames.unicode(names[k]) : "[\(k)]"
  }

  /// The Unicode text of a name, or of a formula such as `\frac{1}{\gamma}`.
  private static func unicode(_ latex: String) -> String {
    if (try? canonicalName(latex)) == nil, let formula = try? Symbol(parsing: latex) { return formula.unicode }
    return Symbol.name(latex).unicode
  }
}

/// One exercise. docs/exercises.md says how one is written.
public struct Exercise {
  public enum Kind: String, CaseIterable, Sendable {
    /// A formula over the algebra.
    case formula
    /// A function over matrices or sequences, as a sum over time.
    case function
    /// A number that the student predicts before running the experiment.
    case prediction
    /// A wrong cell or backward pass that the student repairs.
    case bug

    /// The kind's name in lists.
    public var title: Text {
      switch self {
      case .formula: Text("a formula", ko: "식 쓰기")
      case .function: Text("a function", ko: "함수 쓰기")
      case .prediction: Text("a prediction", ko: "예측")
      case .bug: Text("a bug to find", ko: "버그 찾기")
      }
    }
  }

  public let kind: Kind
  /// The name on the command line and in the marks of the student's file.
  public let name: String
  /// From 1, easy, to 5, which needs the whole chapter.
  public let level: Int
  public let title: Text
  /// The name of the notes' equation that it is about.
  public let equation: String
  /// Three hints, each saying more than the one before.
  public let hints: [Text]
  /// Why the solution is right.
  public let why: Text
  /// After passing: why it matters, and where the book uses it next. Two or three sentences.
  public let matters: Text
  /// The known mistakes, by name.
  public let mistakes: [(name: String, text: Text)]
  let parameters: [ExerciseParameter]
  let result: ResultNames
  /// The largest absolute error of a prediction; 0 for all other kinds.
  let within: Double
  /// The values of letters that stand for the same size in every case.
  let fixed: [String: Int]
  /// Measures the number that a prediction is about.
  let measured: (() throws -> Double)?
  private let call: (Version, [ExerciseValue]) throws -> ExerciseValue

  /// One of an exercise's functions.
  enum Version: Hashable {
    /// The student's.
    case hole
    case solution
    /// The bug to find, before the student changes it.
    case bug
    case mistake(Int)
  }

  /// An exercise whose hole is a function of some parameters.
  ///
  /// - Parameters:
  ///   - kind: what the student does.
  ///   - name: one word with hyphens.
  ///   - level: from 1, easy, to 5.
  ///   - title: a few words.
  ///   - equation: the name of the notes' equation that it is about.
  ///   - given: the hole's parameters, in their order.
  ///   - gives: the names that the notes give to the result.
  ///   - sizes: letters that stand for the same number in every case.
  ///   - within: the largest absolute error of a prediction; 0 means that 9 digits must agree.
  ///   - hole: the student's function.
  ///   - bug: for the kind `bug`, the wrong function that the student's file contains at first.
  ///   - solution: the right function.
  ///   - mistakes: at least three wrong functions.
  ///   - measured: for a prediction, measures the number; a test compares the solution with it.
  ///   - hints: three.
  ///   - why: why the solution is right.
  ///   - matters: why it matters, and where the book uses it next.
  public init<each Input: ExerciseInput, Output: ExerciseOutput>(
    _ kind: Kind, _ name: String, level: Int, title: Text, equation: String,
    given: repeat HoleParameter<each Input>, gives: ResultNames, sizes: [String: Int] = [:], within: Double = 0,
    hole: @escaping (repeat each Input) throws -> Output,
    bug: Bug<repeat each Input, Output> = .none,
    solution: @escaping (repeat each Input) throws -> Output,
    mistakes: [KnownMistake<repeat each Input, Output>],
    measured: (() throws -> Double)? = nil,
    hints: [Text], why: Text, matters: Text
  ) {
    (self.kind, self.name, self.level, self.title, self.equation) = (kind, name, level, title, equation)
    (result, self.within, fixed, self.measured) = (gives, within, sizes, measured)
    (self.hints, self.why, self.matters) = (hints, why, matters)
    self.mistakes = mistakes.map { ($0.name, $0.text) }
    var parameters: [ExerciseParameter] = []
    for one in repeat each given { parameters.append(one.parameter) }
    self.parameters = parameters
    let wrong = mistakes
    call = { version, values in
      var rest = values.makeIterator()
      switch version {
      case .hole: return try hole(repeat (each Input).read(rest.next()!)).exerciseValue
      case .solution: return try solution(repeat (each Input).read(rest.next()!)).exerciseValue
      case .bug: return try bug.function(repeat (each Input).read(rest.next()!)).exerciseValue
      case .mistake(let k): return try wrong[k].wrong(repeat (each Input).read(rest.next()!)).exerciseValue
      }
    }
    hasBug = bug.exists
  }

  /// Whether the student's file contains a wrong function at first instead of an empty hole.
  let hasBug: Bool
}

// MARK: - Cases

extension Exercise {
  /// The sizes and the seed of the numbers on which all versions are compared.
  struct Case {
    let sizes: [String: Int]
    let seed: UInt64
  }

  /// The cases. The first one is small: its numbers are printed unless a version is wrong only in another case. The others
  /// are larger, or have all sizes equal, one step only, or a batch of one.
  var cases: [Case] {
    var letters: [String] = []
    for letter in parameters.flatMap(\.letters) where Int(letter) == nil && !letters.contains(letter) {
      letters.append(letter)
    }
    let seed = name.utf8.reduce(17 as UInt64) { ($0 &* 131) &+ UInt64($1) }
    var sizes: [[String: Int]] = [
      ["n": 2, "d": 4, "B": 3, "T": 2], ["n": 3, "d": 2, "B": 4, "T": 5],
      ["n": 3, "d": 3, "B": 3, "T": 3, "": 3], ["n": 5, "d": 2, "B": 3, "T": 4],
    ]
    if letters.contains("T") { sizes.append(["n": 3, "d": 2, "B": 4, "T": 1]) }
    if letters.contains("B") { sizes.append(["n": 3, "d": 2, "B": 1, "T": 5]) }
    if letters.contains("T"), letters.contains("B") { sizes.append(["n": 4, "d": 3, "B": 1, "T": 1]) }
    if parameters.isEmpty { sizes = [[:]] }
    return sizes.enumerated().map { number, sizes in
      var all = sizes
      // Other letters: each stands for another number, or all of them for 3.
      for (k, letter) in letters.enumerated() where all[letter] == nil { all[letter] = sizes[""] ?? 5 + k + number % 2 }
      return Case(sizes: all.merging(fixed) { $1 }, seed: seed &+ UInt64(number))
    }
  }

  /// What a version returns in a case.
  enum Outcome {
    case hole
    /// The result's matrices, and their formulas where the function is generic over the algebra and they are not too long.
    case values([Matrix], formulas: [Symbol?])
    /// Shapes did not fit.
    case misfit(Misfit, formulas: [Symbol?])
    /// It threw this error.
    case failed(String)
  }

  /// The sizes and parameters of a case. The same case gives the same numbers.
  func draw(_ one: Case) -> Drawn {
    var drawn = Drawn(sizes: one.sizes, random: Random(seed: one.seed))
    for parameter in parameters { drawn.values.append((parameter.name, parameter.draw(&drawn))) }
    return drawn
  }

  func outcome(of version: Version, in one: Case) -> Outcome {
    do {
      switch try call(version, draw(one).values.map(\.value)) {
      case .written(let x): return Exercise.outcome([x])
      case .sequence(let list): return Exercise.outcome(list)
      case .matrix(let x): return .values([x], formulas: [nil])
      case .matrices(let list): return .values(list, formulas: list.map { _ in nil })
      case .number(let x): return .values([Matrix(x)], formulas: [nil])
      case .integer(let x): return .values([Matrix(Double(x))], formulas: [nil])
      case .integers(let list): return .values([Matrix(column: list.map(Double.init))], formulas: [nil])
      }
    } catch is Hole {
      return .hole
    } catch {
      return .failed("\(error)")
    }
  }

  private static func outcome(_ list: [Traced]) -> Outcome {
    if let problem = list.lazy.compactMap(\.problem).first {
      return .misfit(problem, formulas: list.map(\.formula))
    }
    return .values(list.map { $0.value! }, formulas: list.map(\.formula))
  }

  func outcomes(of version: Version) -> [Outcome] { cases.map { outcome(of: version, in: $0) } }

  /// Whether two matrices are equal up to rounding, or, for a prediction, up to its allowed error.
  func agree(_ a: Matrix, _ b: Matrix) -> Bool {
    guard a.shape == b.shape else { return false }
    let scale = b.largestMagnitude
    let allowed = max(within, 1e-9 * max(scale, 1e-3))
    return zip(a.elements, b.elements).allSatisfy { abs($0 - $1) <= allowed }
  }

  /// Whether two versions behave alike: in every case they return the same numbers, or shapes do not fit in either.
  func agree(_ a: [Outcome], _ b: [Outcome]) -> Bool {
    zip(a, b).allSatisfy { one, other in
      switch (one, other) {
      case (.values(let x, _), .values(let y, _)): x.count == y.count && zip(x, y).allSatisfy { agree($0, $1) }
      case (.misfit, .misfit): true
      default: false
      }
    }
  }
}
