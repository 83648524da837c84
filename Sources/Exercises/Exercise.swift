// An exercise: a hole in a student's file, what belongs into it, and the mistakes that people make there.

import Autodiff
import Console
import LaTeX

/// What a hole throws until somebody fills it.
public struct Hole: Error {
  public init() {}
}

/// A wrong version of a hole's function that people write, and what it is called.
public struct KnownMistake<each Input, Output> {
  /// For a teacher's table: `no-time-sum`.
  public let name: String
  /// What it says to the student, as a sentence.
  public let text: Text
  let wrong: (repeat each Input) throws -> Output

  public init(_ name: String, _ text: Text, _ wrong: @escaping (repeat each Input) throws -> Output) {
    (self.name, self.text) = (name, text)
    self.wrong = wrong
  }
}

/// The function of a bug to find, as the student's file has it at first; none for a hole.
public struct Bug<each Input, Output> {
  let isGiven: Bool
  let function: (repeat each Input) throws -> Output

  private init(isGiven: Bool, _ function: @escaping (repeat each Input) throws -> Output) {
    self.isGiven = isGiven
    self.function = function
  }

  public static var none: Bug { Bug(isGiven: false) { (_: repeat each Input) in throw Hole() } }
  /// As it was given.
  public static func asGiven(_ function: @escaping (repeat each Input) throws -> Output) -> Bug {
    Bug(isGiven: true, function)
  }
}

/// What the result of a hole is called in the notes: `"h_t"`, a list of several, or a sequence `"h_#"` from step 1
/// (`.sequence("h_#", from: 0)` from another).
public struct Gives: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
  private let names: [String]
  private let first: Int

  public init(stringLiteral name: String) { (names, first) = ([name], 1) }
  public init(arrayLiteral names: String...) { (self.names, first) = (names, 1) }
  private init(_ name: String, from first: Int) { (names, self.first) = ([name], first) }

  public static func sequence(_ name: String, from first: Int) -> Gives { Gives(name, from: first) }

  /// The name of matrix number k of the result, for the terminal.
  func name(_ k: Int) -> String {
    if names.count == 1, names[0].contains("#") { return Gives.unicode(Scope.indexed(names[0], first + k)) }
    return k < names.count ? Gives.unicode(names[k]) : "[\(k)]"
  }

  /// A name, or a formula as `\frac{1}{\gamma}`.
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
    /// A number, said before the run says it.
    case prediction
    /// A wrong cell or pass, to be repaired.
    case bug

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
  /// As it is called on the command line, and between the marks in the student's file.
  public let name: String
  /// From 1, easy, to 5, which needs the whole chapter.
  public let level: Int
  public let title: Text
  /// The equation of the notes that it belongs to.
  public let equation: String
  /// Three of them, each saying more than the one before.
  public let hints: [Text]
  /// Why the solution is right.
  public let why: Text
  /// After passing: why it matters, and where the book uses it next. Two or three sentences.
  public let matters: Text
  /// The known mistakes, by name.
  public let mistakes: [(name: String, text: Text)]
  let parameters: [ExerciseParameter]
  let gives: Gives
  /// How far off a prediction may be, absolutely; 0 for everything else.
  let within: Double
  /// Sizes that are the same in every case.
  let fixed: [String: Int]
  /// What a prediction says, measured by the run.
  let measured: (() throws -> Double)?
  private let call: (Version, [ExerciseValue]) throws -> ExerciseValue

  /// Which of an exercise's functions.
  enum Version: Hashable {
    /// The student's.
    case hole
    case solution
    /// The bug to find, as it was given.
    case given
    case mistake(Int)
  }

  /// An exercise whose hole is a function of some parameters.
  ///
  /// - Parameters:
  ///   - kind: what is to be done.
  ///   - name: one word with hyphens.
  ///   - level: from 1, easy, to 5.
  ///   - title: a few words.
  ///   - equation: the name of the notes' equation that it belongs to.
  ///   - given: the hole's parameters, in its order.
  ///   - gives: what the notes call the result.
  ///   - sizes: letters that stand for the same number in every case.
  ///   - within: how far off a prediction may be; 0 wants it exactly (to 9 digits).
  ///   - hole: the student's function.
  ///   - bug: of a bug to find, the function as it was given.
  ///   - solution: the right one.
  ///   - mistakes: at least three wrong ones.
  ///   - measured: of a prediction, what the run finds: a test compares the solution with it.
  ///   - hints: three.
  ///   - why: why the solution is right.
  ///   - matters: why it matters, and where it is used next.
  public init<each Input: ExerciseInput, Output: ExerciseOutput>(
    _ kind: Kind, _ name: String, level: Int, title: Text, equation: String,
    given: repeat HoleParameter<each Input>, gives: Gives, sizes: [String: Int] = [:], within: Double = 0,
    hole: @escaping (repeat each Input) throws -> Output,
    bug: Bug<repeat each Input, Output> = .none,
    solution: @escaping (repeat each Input) throws -> Output,
    mistakes: [KnownMistake<repeat each Input, Output>],
    measured: (() throws -> Double)? = nil,
    hints: [Text], why: Text, matters: Text
  ) {
    (self.kind, self.name, self.level, self.title, self.equation) = (kind, name, level, title, equation)
    (self.gives, self.within, self.fixed, self.measured) = (gives, within, sizes, measured)
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
      case .given: return try bug.function(repeat (each Input).read(rest.next()!)).exerciseValue
      case .mistake(let k): return try wrong[k].wrong(repeat (each Input).read(rest.next()!)).exerciseValue
      }
    }
    hasBug = bug.isGiven
  }

  /// Whether the hole was given with something wrong in it instead of empty.
  let hasBug: Bool
}

// MARK: - Cases

extension Exercise {
  /// One set of sizes and numbers on which all versions are compared.
  struct Case {
    let sizes: [String: Int]
    let seed: UInt64
  }

  /// The first is small; it is printed unless another alone differs. Then others: larger, with all sizes equal, of one step, of a batch of one.
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
      // Letters of a chapter's own, each another number, or all 3.
      for (k, letter) in letters.enumerated() where all[letter] == nil { all[letter] = sizes[""] ?? 5 + k + number % 2 }
      return Case(sizes: all.merging(fixed) { $1 }, seed: seed &+ UInt64(number))
    }
  }

  /// What a version gives in a case.
  enum Outcome {
    case hole
    /// The result's matrices, and, where they are written over the algebra and short enough, their formulas.
    case values([Matrix], formulas: [Symbol?])
    case misfit(Misfit, formulas: [Symbol?])
    /// It threw something else.
    case failed(String)
  }

  /// The numbers of a case.
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

  /// Whether two matrices are equal up to rounding, or, for a prediction, as near as it wants them.
  func agree(_ a: Matrix, _ b: Matrix) -> Bool {
    guard a.shape == b.shape else { return false }
    let scale = b.largestMagnitude
    let allowed = max(within, 1e-9 * max(scale, 1e-3))
    return zip(a.elements, b.elements).allSatisfy { abs($0 - $1) <= allowed }
  }

  /// Whether two versions are the same: in every case the same numbers, or shapes that do not fit in both.
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
