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

  /// Everything but figures.
  static let written: Set<Line.Kind> = [.text, .equation, .check, .failedCheck]

  /// The lines of a section that are of certain kinds; nil if there is no such section. What stood on both sides of others
  /// is separated by an empty line, and of several empty lines the first is left.
  func lines(of section: String, _ kinds: Set<Line.Kind> = Transcript.written) -> [Line]? {
    guard let found = sections.first(where: { $0.name == section }) else { return nil }
    var lines: [Line] = []
    var isApart = false
    for line in found.lines {
      if !kinds.contains(line.kind) || line.plain.isEmpty {
        isApart = true
        continue
      }
      if isApart, !lines.isEmpty { lines.append(Line("")) }
      lines.append(line)
      isApart = false
    }
    return lines
  }

  /// The same as text.
  func output(of section: String, _ kinds: Set<Line.Kind> = Transcript.written) -> [String]? {
    lines(of: section, kinds)?.map(\.plain)
  }

  /// The line that stands for the checks of a section; nil if it makes none.
  func checkLine(of section: String, _ language: Language) -> Line? {
    let found = checks.filter { $0.section == section }
    let (passed, failed) = (found.count { $0.passed }, found.count { !$0.passed })
    if found.isEmpty { return nil }
    let words = Text("\(passed) check\(passed == 1 ? "" : "s")", ko: "검산 \(passed)개")(language)
    if failed == 0 { return Line([("  ✓ ", .good), (words, .faint)]) }
    let failures = Text("\(failed) failed, \(passed) passed", ko: "\(failed)개 실패, \(passed)개 통과")(language)
    return Line([("  ✗ ", .bad), (failures, .plain)])
  }
}
