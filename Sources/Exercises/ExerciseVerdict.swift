// The verdict on a student's function: right, a known mistake, or wrong in a way that its numbers show.

import Autodiff
import Console
import LaTeX

/// The verdict on one hole.
public struct ExerciseVerdict: Codable, Sendable {
  public enum State: String, Codable, Sendable, CaseIterable {
    case passed
    /// The student has not changed the hole.
    case open
    /// It is one of the known mistakes.
    case mistake
    /// It is wrong, and none of the known mistakes.
    case wrong
    /// The program trapped: an index out of range, or a division of integers by zero.
    case trapped
    /// It did not end within the time limit.
    case timeout
    /// The program ended itself, or was ended, before there was a verdict.
    case ended
    /// It threw an error.
    case failed

    public var text: Text {
      switch self {
      case .passed: Text("passed", ko: "통과")
      case .open: Text("open", ko: "아직 안 풂")
      case .mistake: Text("a known mistake", ko: "알려진 실수")
      case .wrong: Text("wrong", ko: "틀림")
      case .trapped: Text("it stopped", ko: "실행 중 멈춤")
      case .timeout: Text("no end in sight", ko: "끝나지 않음")
      case .ended: Text("it ended itself", ko: "스스로 끝남")
      case .failed: Text("it threw an error", ko: "오류를 던짐")
      }
    }
  }

  public var exercise: String
  public var state: State
  /// The name of the known mistake.
  public var mistake: String?
  /// The sentence about the mistake, or what else can be said: one sentence each.
  public var facts: [Text] = []
  /// The student's formulas, as equations: "g_t = tanh(…)".
  public var formulas: [String] = []
  /// Some of the student's numbers beside the right ones.
  public var numbers: Numbers?
  /// What the student's code printed.
  public var printed = ""
  public var seconds = 0.0

  public struct Numbers: Codable, Sendable {
    public var name: String
    public var shape: String
    public var yours: [String]
    /// Empty for a prediction, whose answer is not shown.
    public var right: [String]
    /// The sizes and the drawn numbers of the case: "d = 2, n = 3, θ = 1.5".
    public var place: String
  }

  public init(exercise: String, state: State, facts: [Text] = []) {
    (self.exercise, self.state, self.facts) = (exercise, state, facts)
  }
}

extension Exercise {
  /// The verdict on a version of the function. It runs in this process: if it traps, this process ends.
  func verdict(on version: Version = .hole) -> ExerciseVerdict {
    let found = outcomes(of: version)
    var verdict = ExerciseVerdict(exercise: name, state: .wrong)
    for outcome in found {
      switch outcome {
      case .hole: return ExerciseVerdict(exercise: name, state: .open)
      case .failed(let error):
        return ExerciseVerdict(
          exercise: name, state: .failed, facts: [Text("It threw: \(error)", ko: "던진 오류: \(error)")])
      default: continue
      }
    }
    let right = outcomes(of: .solution)
    show(found, right, in: &verdict)
    if agree(found, right) {
      verdict.state = .passed
      return verdict
    }
    if hasBug, version != .bug, agree(found, outcomes(of: .bug)) {
      verdict.state = .open
      verdict.facts = [Text("The bug is still in it.", ko: "버그가 아직 그대로 있다.")]
      return verdict
    }
    for (k, mistake) in mistakes.enumerated() where agree(found, outcomes(of: .mistake(k))) {
      verdict.state = .mistake
      verdict.mistake = mistake.name
      verdict.facts = [mistake.text]
      return verdict
    }
    verdict.facts = Diagnosis(self, found: found, right: right).facts
    return verdict
  }

  /// Sets the formula and the numbers of the first wrong case, or of the first case if all are right.
  private func show(_ found: [Outcome], _ right: [Outcome], in verdict: inout ExerciseVerdict) {
    func write(_ formulas: [Symbol?]) {
      verdict.formulas = formulas.enumerated().compactMap { k, formula in
        formula.map { "\(result.name(k)) = \($0.unicode)" }
      }
    }
    // A case in which shapes do not fit has no numbers: prefer one that has.
    let wrong = found.indices.filter { !agree([found[$0]], [right[$0]]) }
    let one = wrong.first { if case .values = found[$0] { true } else { false } } ?? wrong.first ?? 0
    if case .misfit(_, let formulas) = found[one] { write(formulas) }
    guard case .values(let mine, let formulas) = found[one], case .values(let theirs, _) = right[one] else { return }
    write(formulas)
    // Show the first matrix that is wrong, or else the first.
    let count = min(mine.count, theirs.count)
    guard count > 0 else { return }
    let k = (0..<count).first { !agree(mine[$0], theirs[$0]) } ?? 0
    let pair = (mine[k], theirs[k])
    func row(_ matrix: Matrix) -> [String] {
      let isWhole = matrix.elements.allSatisfy { $0 == $0.rounded() && abs($0) < 1e15 }
      let numbers = matrix.elements.prefix(6).map {
        isWhole
          ? NumberFormat.format($0, decimals: 0)
          : abs($0) >= 1e4 || abs($0) < 1e-3
            ? NumberFormat.format($0, significant: 4) : NumberFormat.format($0, decimals: 4)
      }
      return numbers + (matrix.count > 6 ? ["…"] : [])
    }
    verdict.numbers = .init(
      name: result.name(k), shape: pair.0.shape != pair.1.shape || pair.0.count == 1 ? "" : pair.0.shape.description,
      yours: row(pair.0),
      right: kind == .prediction ? [] : row(pair.1), place: place(cases[one]))
  }

  /// The sizes of a case and the numbers that were drawn for it: "d = 2, n = 3, θ = 1.5"; empty if it has none.
  func place(_ one: Case) -> String {
    let letters = Set(parameters.flatMap(\.letters)).filter { Int($0) == nil }
    var parts = letters.sorted().map { "\($0) = \(one.sizes[$0] ?? 0)" }
    for (parameter, (_, value)) in zip(parameters, draw(one).values) where !letters.contains(parameter.name) {
      switch value {
      case .number(let x): parts.append("\(parameter.unicode) = \(Exercise.short(x, significant: 4))")
      case .integer(let x): parts.append("\(parameter.unicode) = \(Exercise.short(Double(x), significant: 4))")
      case .integers(let list):
        let shown = list.prefix(8).map(String.init) + (list.count > 8 ? ["…"] : [])
        parts.append("\(parameter.unicode) = [\(shown.joined(separator: ", "))]")
      default: break
      }
    }
    return parts.joined(separator: ", ")
  }
}
