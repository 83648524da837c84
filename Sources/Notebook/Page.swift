// What a chapter's body writes on: sections, equations, derivations, numbers, checks, tables, figures.

import Autodiff
import Foundation
import LaTeX

/// The page of a run in one language.
public final class Page {
  public let language: Language
  /// Whether the long trainings are wanted.
  public let isFull: Bool
  /// The seed of everything random in the run.
  public let seed: UInt64
  /// The checkout's top folder.
  public let root: String
  let notes: Notes
  private let onlySection: String?
  private let colour: Bool
  private(set) var transcript = Transcript()
  /// Hears every line as it is written.
  var listener: ((Line) -> Void)?
  private var section = ""

  /// How wide lines may be, in terminal columns.
  public static let width = Line.width

  init(notes: Notes, root: String, options: Options, colour: Bool) {
    self.root = root
    self.notes = notes
    self.colour = colour
    language = options.language
    isFull = options.isFull
    seed = options.seed
    onlySection = options.section
    showsProgress = isatty(STDERR_FILENO) == 1
  }

  // MARK: Sections and text

  /// A section of the run. Its heading is that of the notes' section of the same name. Skipped where only another one is
  /// wanted, so sections share nothing but what was made before them.
  public func section(_ name: String, _ body: () throws -> Void) rethrows {
    if let onlySection, onlySection != name { return }
    precondition(section.isEmpty, "section \(name) is inside section \(section)")
    precondition(!transcript.sections.contains { $0.name == name }, "two sections are named \(name)")
    let title = notes.title(ofSection: name) ?? name
    section = name
    clearProgress()
    listener?(Line(""))
    for line in wrapped(title, width: Page.width) { listener?(Line(line, style: .heading)) }
    transcript.sections.append(Transcript.Section(name: name, title: title))
    try body()
    section = ""
  }

  /// A line of text, on more lines where it is too wide. Without an argument, an empty one.
  public func print(_ text: Text = .symbols("")) {
    let words = text(language)
    for line in wrapped(words.isEmpty ? "" : "  " + words, width: Page.width, indentation: 2) { write(Line(line)) }
  }

  private func write(_ line: Line) {
    precondition(!section.isEmpty, "a chapter writes inside its sections")
    clearProgress()
    transcript.sections[transcript.sections.count - 1].lines.append(line)
    listener?(line)
  }

  // MARK: Numbers

  /// A number that the notes quote as `<!-- value: NAME -->`, with so many significant digits. Prints nothing.
  ///
  /// - Returns: its text, for tables and lines.
  @discardableResult
  public func number(_ name: String, _ value: Double, significant: Int) -> String {
    record(name, value, NumberFormat.format(value, significant: significant))
  }

  /// The same with so many digits after the point.
  @discardableResult
  public func number(_ name: String, _ value: Double, decimals: Int) -> String {
    record(name, value, NumberFormat.format(value, decimals: decimals))
  }

  private func record(_ name: String, _ value: Double, _ text: String) -> String {
    precondition(!section.isEmpty, "the number \(name) is given outside of a section")
    precondition(!transcript.numbers.contains { $0.name == name }, "two numbers are named \(name)")
    transcript.numbers.append(NamedNumber(section: section, name: name, value: value, text: text))
    return text
  }

  /// Matrices one below the other, each entry in its own column, for comparing by eye: at most `limit` entries each,
  /// column after column.
  public func entries(_ rows: [(label: Text, matrix: Matrix)], decimals: Int = 4, limit: Int = 6) {
    let count = rows.first?.matrix.count ?? 0
    let table = TextTable(
      rows: rows.map { label, matrix in
        let numbers = matrix.elements.prefix(limit).map { NumberFormat.format($0, decimals: decimals) }
        return [label(language)] + numbers + (matrix.count > limit ? ["…"] : [])
      },
      alignments: [.left] + Array(repeating: .point, count: min(count, limit)) + (count > limit ? [.left] : []),
      hasRule: false)
    for line in table.lines(indentation: 4) { write(Line(line)) }
  }

  /// A table. Columns after the first are aligned at the decimal point.
  public func table(_ header: [Text], _ rows: [[String]]) {
    let head = header.map { $0(language) }
    let alignments: [TextTable.Alignment] = [.left] + Array(repeating: .point, count: max(head.count - 1, 0))
    let table = TextTable(headers: [head], rows: rows, alignments: alignments)
    for line in table.lines(indentation: 4) { write(Line(line)) }
    transcript.tables.append(NamedTable(section: section, header: head, rows: rows))
  }

  // MARK: Checks

  /// Records a check and prints its line.
  public func check(_ claim: Text, _ holds: Bool, detail: Text = .symbols("")) {
    transcript.checks.append(CheckResult(section: section, claim: claim, passed: holds, detail: detail))
    let note = detail(language)
    var words = wrapped("  \(holds ? "✓" : "✗") " + claim(language), width: Page.width, indentation: 4)
    // The detail in a column of its own, or on the next line where the claim reaches into it.
    let column = 50
    let isShort = words.count == 1 && displayWidth(words[0]) < column && displayWidth(note) + column < Page.width
    var line = Line(String(words[0].prefix(4)), style: holds ? .good : .bad)
    words[0].removeFirst(4)
    if isShort, !note.isEmpty {
      line.spans += [(padded(words[0], to: column - 4) + " ", .plain), (note, .faint)]
      write(line)
      return
    }
    line.spans.append((words[0], .plain))
    write(line)
    for rest in words.dropFirst() { write(Line(rest)) }
    if !note.isEmpty {
      for rest in wrapped("      " + note, width: Page.width, indentation: 8) { write(Line(rest, style: .faint)) }
    }
  }

  /// Two matrices agree in every entry: |a − b| < tolerance · max(1, largest |b|), all of them finite. Prints the
  /// tolerance, not the noise; where they differ, the largest difference.
  public func check(_ claim: Text, _ a: Matrix, equals b: Matrix, tolerance: Double = 1e-12) {
    precondition(tolerance > 0, "a tolerance must be positive: for equal bits there is hasSameBitsAs")
    if let problem = Page.cannotCompare(a, b) { return check(claim, false, detail: problem) }
    let size = b.largestMagnitude
    let difference = a.largestDifference(from: b)
    // The sides are compared with what is printed: by the largest |b| only where that is larger than 1.
    let bound = Page.bound(tolerance) + (size > 1 ? " · max |x|" : "")
    if difference < tolerance * max(1, size) {
      check(claim, true, detail: Text("every entry, max |Δ| < \(bound)", ko: "모든 성분, max |Δ| < \(bound)"))
      return
    }
    let found = NumberFormat.format(difference, significant: 3)
    let allowed = bound + (size > 1 ? ", max |x| = \(NumberFormat.format(size, significant: 3))" : "")
    check(
      claim, false, detail: Text("max |Δ| = \(found), not < \(allowed)", ko: "max |Δ| = \(found), 허용 < \(allowed)"))
  }

  /// Why two matrices cannot be compared, in words; nil if they can.
  private static func cannotCompare(_ a: Matrix, _ b: Matrix) -> Text? { Incomparable(a, b).map(words) }

  private static func words(for problem: Incomparable) -> Text {
    switch problem {
    case .shapes(let a, let b): return Text("\(a) against \(b)", ko: "\(a)와 \(b)")
    case .empty: return Text("nothing to compare", ko: "비교할 것이 없다")
    case .notFinite(let x):
      let word = NumberFormat.format(x, decimals: 0)
      return Text("an entry is \(word)", ko: "성분 하나가 \(word)")
    }
  }

  /// Two matrices have the same bits.
  public func check(_ claim: Text, _ a: Matrix, hasSameBitsAs b: Matrix) {
    if let problem = Page.cannotCompare(a, b), a.shape != b.shape || a.count == 0 {
      return check(claim, false, detail: problem)
    }
    guard let place = zip(a.elements, b.elements).enumerated().first(where: { $1.0.bitPattern != $1.1.bitPattern })
    else {
      return check(claim, true, detail: Text("every bit", ko: "모든 비트가 같다"))
    }
    let name = "[\(place.offset % a.rows), \(place.offset / a.rows)]"
    let (x, y) = ("\(place.element.0)", "\(place.element.1)")
    check(claim, false, detail: Text("\(name): \(x) against \(y)", ko: "\(name): \(x) 대 \(y)"))
  }

  /// A gradient check passed, no difference reached the bound that is printed, and not all gradients were below the check's
  /// absolute tolerance; where not, its worst entry is named.
  public func check(_ claim: Text, _ result: GradientCheck, bound: Double = 1e-8) {
    guard let worst = result.worst else {
      return check(claim, false, detail: Text("nothing to compare", ko: "비교할 것이 없다"))
    }
    guard result.significantCount > 0 else {
      return check(
        claim, false,
        detail: Text(
          "all \(result.count) entries are zero within the tolerance: nothing was compared",
          ko: "성분 \(result.count)개가 모두 허용 오차 안의 0이다. 비교한 것이 없다"))
    }
    let limit = Page.bound(bound)
    if result.passes && result.largestDifference < bound {
      return check(
        claim, true,
        detail: Text(
          "\(result.count) entr\(result.count == 1 ? "y" : "ies"), max |Δ| < \(limit)",
          ko: "성분 \(result.count)개, max |Δ| < \(limit)"))
    }
    if result.passes {
      let found = NumberFormat.format(result.largestDifference, significant: 3)
      return check(
        claim, false, detail: Text("max |Δ| = \(found), not < \(limit)", ko: "max |Δ| = \(found), 허용 < \(limit)"))
    }
    let name = "\(worst.name ?? "#\(worst.input)")[\(worst.row), \(worst.column)]"
    let (derived, difference) = (
      NumberFormat.format(worst.derived, significant: 6), NumberFormat.format(worst.difference, significant: 6)
    )
    check(
      claim, false,
      detail: Text(
        "\(name): tape \(derived), differences \(difference)", ko: "\(name): 테이프 \(derived), 유한 차분 \(difference)"))
  }

  /// A tolerance as it is typed: 1e-8.
  static func bound(_ tolerance: Double) -> String {
    "\(tolerance)".replacingOccurrences(of: ".0e", with: "e").replacingOccurrences(of: "e-0", with: "e-")
  }

  // MARK: Equations

  /// Executes the notes' equation of this name: every relation in it must hold on the scope's numbers.
  ///
  /// What each relation means is defined by `Equation.Step.failure(in:tolerance:)`.
  ///
  /// - Parameters:
  ///   - name: as in the notes' directive.
  ///   - scope: the numbers of its names.
  ///   - index: an index variable and the values that it takes: the relations must hold for each of them.
  ///   - tolerance: relative to the larger side's scale.
  ///   - tape: formulas as the tape has them. Each must be identical to a side of the equation, for any values of its
  ///     names and not only for this run's: a gradient check alone passes on the right gradient of the wrong cell.
  public func equation(
    _ name: String, _ scope: Scope, for index: (name: String, values: [Int])? = nil, tolerance: Double = 1e-12,
    tape: [Symbol] = []
  ) throws {
    let equation = try parsedEquation(name)
    // Room above, so that a figure of two dimensions stands free.
    if let last = transcript.sections.last?.lines.last, !last.plain.isEmpty { print() }
    // Composed where Unicode has the letter, as in ĝ, so that the notes stay in its normal form C.
    for line in equation.lines(width: Page.width - 4) {
      write(Line("    " + line.precomposedStringWithCanonicalMapping))
    }
    var held = 0
    var count = 0
    var failure: Text?
    // As the formulas above show it: τ, not \tau.
    let letter = index.map { Symbol.name($0.name).unicode } ?? ""
    for value in index.map({ $0.values.map(Optional.some) }) ?? [nil] {
      var scope = scope
      var place = ""
      if let index, let value {
        scope.integers[index.name] = value
        place = "\(letter) = \(value): "
      }
      for step in equation.steps {
        count += 1
        do {
          if let problem = try relationProblem(step, scope, tolerance) {
            failure = failure ?? Text(place + problem.english, ko: place + problem.korean)
          } else {
            held += 1
          }
        } catch {
          throw located(error, name, step)
        }
      }
    }
    transcript.equations.append(
      EquationResult(
        section: section, name: name, latex: equationSource(name) ?? "", relationsHeld: held, relations: count))
    let values = index.map { ", \(letter) = \(Page.list($0.values))" } ?? ""
    check(
      Text("the notes' equation holds", ko: "노트의 수식이 성립한다"), count > 0 && held == count,
      detail: failure
        ?? (count == 0
          ? Text("no relation was checked", ko: "검산한 관계식이 없다")
          : Text("\(count) relation\(count == 1 ? "" : "s")\(values)", ko: "관계식 \(count)개\(values)")))
    guard !tape.isEmpty else { return }
    var bound = scope
    if let index, let first = index.values.first { bound.integers[index.name] = first }
    let missing = tape.first { formula in !equation.sides.contains { $0.isIdentical(to: formula, in: bound) } }
    check(
      Text("the notes' equation = the tape's", ko: "노트의 수식 = 테이프의 수식"), missing == nil,
      detail: missing.map { Text("the tape has \($0.unicode)", ko: "테이프의 수식은 \($0.unicode)") }
        ?? Text("the same on random matrices", ko: "무작위 행렬에서도 같다"))
  }

  /// The values of an index, without claiming any that it did not take: 1 … 5, or 1, 10, 100.
  static func list(_ values: [Int]) -> String {
    let sorted = Set(values).sorted()
    guard let first = sorted.first, let last = sorted.last else { return "" }
    if sorted.count > 2, last - first == sorted.count - 1 { return "\(first) … \(last)" }
    if sorted.count <= 6 { return sorted.map(String.init).joined(separator: ", ") }
    return "\(first), \(sorted[1]), …, \(last)"
  }

  /// The notes' equation of this name, as formulas: for checks of the chapter's own.
  public func equation(named name: String) throws -> Equation { try parsedEquation(name) }

  private func equationSource(_ name: String) -> String? {
    notes.equation(named: name).map { notes.body(of: $0).joined(separator: "\n") }
  }

  private func parsedEquation(_ name: String) throws -> Equation {
    guard let source = equationSource(name) else {
      throw BadInput("\(notes.path) has no equation '\(name)'")
    }
    do {
      return try Equation(parsing: source)
    } catch {
      throw located(error, name)
    }
  }

  /// The error with its place in the notes: where the formula cannot be read, or the relation that cannot be evaluated.
  private func located(_ error: FormulaError, _ name: String, _ step: Equation.Step? = nil) -> BadInput {
    let first = notes.equation(named: name)?.block.lowerBound ?? 0
    let (line, column) = (error.position?.line ?? step?.line ?? 1, error.position?.column ?? step?.column ?? 1)
    return BadInput("\(notes.path):\(first + line):\(column): \(error.message) (equation '\(name)')")
  }

  /// Why a relation does not hold, in words; nil if it holds.
  private func relationProblem(
    _ step: Equation.Step, _ scope: Scope, _ tolerance: Double
  ) throws(FormulaError) -> Text? {
    guard let failure = try step.failure(in: scope, tolerance: tolerance) else { return nil }
    let sides = "\(step.left.unicode) \(step.relation.unicode) \(step.right.unicode)"
    switch failure {
    case .incomparable(let problem):
      let words = Page.words(for: problem)
      return Text("\(sides): \(words.english)", ko: "\(sides): \(words.korean)")
    case .equalSides: return Text("\(sides): they do not differ", ko: "\(sides): 다르지 않다")
    case .entries(let x, let y):
      let (left, right) = (NumberFormat.format(x, significant: 6), NumberFormat.format(y, significant: 6))
      return Text("\(sides): \(left) against \(right)", ko: "\(sides): \(left)와 \(right)")
    }
  }

  /// The notes' sections and equations that the run did not come to, and the run's sections that the notes lack.
  func unvisited() -> [Finding] {
    let missing = notes.directives.filter { directive in
      if directive.isFull && !isFull { return false }
      return switch directive.kind {
      case .section: !transcript.sections.contains { $0.name == directive.argument }
      case .equation: !transcript.equations.contains { $0.name == directive.argument }
      default: false
      }
    }
    let unknown = transcript.sections.filter { notes.title(ofSection: $0.name) == nil }
    return missing.map {
      notes.finding($0, "the run does not come to the \($0.kind.rawValue) '\($0.argument)'")
    }
      + unknown.map { Finding(path: notes.path, line: 1, message: "the run has a section '\($0.name)', not the notes") }
  }

  // MARK: Derivations

  /// Prints how ∂L/∂v comes about, read off the tape: a term for every named node that uses v, and the rules on the way.
  ///
  /// - Returns: the gradient's formula, to compare with the notes' equation.
  @discardableResult
  public func derivation(of variable: Variable, in loss: Variable) -> Symbol {
    let derivation = variable.tape.derivation(of: variable, in: loss)
    let name = Symbol.name(derivation.gradientName).unicode
    var line = Line(padded("    \(name) =", to: 55) + " ")
    line.spans.append((Text("from the tape, by the chain rule", ko: "테이프에서 연쇄 법칙으로 읽음")(language), .faint))
    write(line)
    for (number, path) in derivation.paths.enumerated() {
      let rules = path.operations.reversed().map { $0.ruleName(language) }
      var seen: [String] = []
      for rule in rules.reversed() where !seen.contains(rule) { seen.append(rule) }
      let sign = number == 0 ? "  " : "+ "
      let through = Text("through \(Symbol.name(path.through).unicode)", ko: "\(Symbol.name(path.through).unicode) 경유")
      let reason = "\(through(language)): \(seen.joined(separator: ", "))"
      let term = "      \(sign)\(path.term.unicode)"
      if displayWidth(term) < 55, displayWidth(reason) <= Page.width - 56 {
        var line = Line(padded(term, to: 56))
        line.spans.append((reason, .faint))
        write(line)
      } else {
        for part in wrapped(term, width: Page.width, indentation: 10) { write(Line(part)) }
        for part in wrapped("          " + reason, width: Page.width, indentation: 12) {
          write(Line(part, style: .faint))
        }
      }
    }
    return derivation.gradient
  }

  // MARK: Figures

  /// A figure: drawn in the terminal, and put into the notes as figures/NAME.svg.
  public func figure(_ name: String, _ figure: Figure, title: String) {
    precondition(!transcript.figures.contains { $0.name == name }, "two figures are named \(name)")
    transcript.figures.append(NamedFigure(section: section, name: name, svg: figure.svg(id: name, title: title)))
    write(figureLine(""))
    for text in figure.terminal(width: 80, colour: colour) { write(figureLine("  " + text)) }
    write(figureLine(""))
  }

  private func figureLine(_ text: String) -> Line {
    var line = Line(text)
    line.isFigure = true
    return line
  }

  // MARK: Progress

  private let showsProgress: Bool
  private var progressShown = false

  /// Shows on stderr, where that is a terminal, how far something long has come; `fraction` is from 0 to 1.
  public func progress(_ what: Text, _ fraction: Double) {
    guard showsProgress else { return }
    let filled = fraction.isNaN ? 0 : Int((min(max(fraction, 0), 1) * 24).rounded())
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
    FileHandle.standardError.write(Data("\r\u{1B}[K  \(bar)  \(what(language))".utf8))
    progressShown = true
  }

  /// A line on stderr, for what no two runs have in common, such as a timing: it enters neither the run's output nor the
  /// notes. Says nothing where nobody reads the run as it goes, as in `check`.
  public func remark(_ text: Text) {
    guard listener != nil else { return }
    clearProgress()
    FileHandle.standardError.write(Data(("  " + text(language) + "\n").utf8))
  }

  func clearProgress() {
    guard progressShown else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    progressShown = false
  }
}
