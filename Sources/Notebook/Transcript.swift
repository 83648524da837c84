// Everything that a run said, section by section. The terminal, the notes and the JSON show it in three forms.

/// The outcome of one check.
public struct CheckResult: Sendable {
  public let section: String
  public let claim: Text
  public let passed: Bool
  /// What was compared and how closely; for a failed check, what was found.
  public let detail: Text
}

/// The outcome of checking one of the notes' equations.
struct EquationResult: Sendable {
  let section: String
  let name: String
  let latex: String
  let relationsHeld: Int
  let relations: Int
}

/// A number that the notes may quote.
struct NamedNumber: Sendable {
  let section: String
  let name: String
  let value: Double
  let text: String
}

struct NamedTable: Sendable {
  let section: String
  let header: [String]
  let rows: [[String]]
}

struct NamedFigure: Sendable {
  let section: String
  let name: String
  let svg: String
  let figure: Figure
}

/// Everything that a run said.
struct Transcript: Sendable {
  struct Section: Sendable {
    let name: String
    let title: String
    var lines: [Line] = []
  }

  var sections: [Section] = []
  var checks: [CheckResult] = []
  var equations: [EquationResult] = []
  var numbers: [NamedNumber] = []
  var tables: [NamedTable] = []
  var figures: [NamedFigure] = []
  /// The pictures among the figures, with what they were compared with.
  var diagrams: [(name: String, diagrams: Diagrams)] = []

  var failures: Int { checks.count { !$0.passed } }

  /// The last line of a run.
  func summary(_ language: Language, isGood: Bool) -> Line {
    let (passed, failed) = (checks.count - failures, failures)
    let words = Text("\(passed) checks passed, \(failed) failed", ko: "검산 \(passed)개 통과, \(failed)개 실패")
    return Line(words(language), style: isGood ? .good : .bad)
  }

  /// What a section printed, without colour and without figures in characters: the notes' output block. Nil if there is no such
  /// section.
  func output(of section: String) -> [String]? {
    guard let found = sections.first(where: { $0.name == section }) else { return nil }
    var lines = found.lines.filter { !$0.isFigure }.map(\.plain)
    while lines.first == "" { lines.removeFirst() }
    while lines.last == "" { lines.removeLast() }
    return lines
  }
}
