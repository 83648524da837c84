// The page that a chapter's run writes on: sections, text, numbers, tables, equations, figures, progress.

import Autodiff
import Foundation
import LaTeX

/// The page of a run in one language.
public final class Page {
  public let language: Language
  /// Whether to run the long trainings (`--full`).
  public let isFull: Bool
  /// The seed of the run's random numbers; 1 in the notes.
  public var seed: UInt64 { seeds(1)[0] }
  /// The number after `--seed`.
  private let seedNumber: UInt64
  /// The checkout's top folder.
  public let root: String
  let notes: Notes
  /// The only section that a call of the body runs; nil for all. One by one, they make the same transcript.
  var onlySection: String?
  private let colour: Bool
  var transcript = Transcript()
  /// Receives every line as soon as it is written.
  var listener: ((Line) -> Void)?
  private var lastShown: String?
  private var isApart = false
  /// The last line of the section's heading.
  private var title = ""
  private(set) var section = ""
  /// Whether the listener receives the lines of checks that hold (`--checks`), or one line for all of a section.
  private let showsChecks: Bool

  /// How wide lines may be, in terminal columns.
  public static let width = Line.width

  init(notes: Notes, root: String, options: Options, colour: Bool) {
    self.root = root
    self.notes = notes
    self.colour = colour
    language = options.language
    isFull = options.isFull
    showsChecks = options.showsChecks
    seedNumber = options.seed
    onlySection = options.section
    showsProgress = isatty(STDERR_FILENO) == 1
  }

  /// Seeds for repetitions of an experiment, the first of which is `seed`. Runs with `--seed N` and `--seed M` share none of
  /// them: the seeds of one begin 2⁶⁴ / φ · (N − M) after those of the other (modulo 2⁶⁴), which for |N − M| < 2³² is more than
  /// 2³⁰ away (Knuth, The Art of Computer Programming, volume 3, 6.4: Fibonacci hashing).
  public func seeds(_ count: Int) -> [UInt64] {
    let first = Options.standardSeed &+ (seedNumber &- Options.standardSeed) &* 0x9E37_79B9_7F4A_7C15
    return (0..<UInt64(count)).map { first &+ $0 }
  }

  // MARK: Sections and text

  /// A section of the run, under the heading of the notes' section of this name. With `--section`, the other sections are
  /// skipped; therefore a section must not use what another one computes. Traps inside another section, and on a second
  /// section of the same name.
  public func section(_ name: String, _ body: () throws -> Void) rethrows {
    if let onlySection, onlySection != name { return }
    precondition(section.isEmpty, "section \(name) is inside section \(section)")
    precondition(!transcript.sections.contains { $0.name == name }, "two sections are named \(name)")
    let title = notes.title(ofSection: name) ?? name
    section = name
    clearProgress()
    show(Line(""))
    for line in wrapped(title, width: Page.width) {
      show(Line(line, style: .heading))
      self.title = line
    }
    transcript.sections.append(Transcript.Section(name: name, title: title))
    try body()
    if !showsChecks, let line = transcript.checkLine(of: name, language) {
      isApart = false
      show(line)
    }
    section = ""
  }

  /// Prints a text, broken into lines where it is too wide; without an argument, an empty line.
  public func print(_ text: Text = .symbols("")) {
    let words = text(language)
    for line in wrapped(words.isEmpty ? "" : "  " + words, width: Page.width, indentation: 2) { write(Line(line)) }
  }

  /// Adds a line to the current section. Traps outside of one.
  func write(_ line: Line) {
    precondition(!section.isEmpty, "a chapter writes inside its sections")
    clearProgress()
    transcript.sections[transcript.sections.count - 1].lines.append(line)
    // What stood on both sides of a check is separated by an empty line.
    if line.kind != .check || showsChecks { show(line) } else { isApart = lastShown != title }
  }

  /// Hands a line to the listener, and of several empty lines the first.
  private func show(_ line: Line) {
    if line.plain.isEmpty, lastShown == "" { return }
    if isApart, !line.plain.isEmpty, lastShown != "", line.kind != .failedCheck { listener?(Line("")) }
    (lastShown, isApart) = (line.plain, false)
    listener?(line)
  }

  // MARK: Numbers

  /// Records a number that the notes quote as `<!-- value: NAME -->`, to so many significant digits. Prints nothing.
  ///
  /// - Returns: its text, for tables and lines of text.
  @discardableResult
  public func number(_ name: String, _ value: Double, significant: Int) -> String {
    record(name, value, NumberFormat.format(value, significant: significant))
  }

  /// The same, with so many digits after the point.
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

  /// Prints the entries of several matrices in a table, one row per matrix, for comparing by eye: at most `limit` entries
  /// each, in column-major order.
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

  /// Prints and records a table. Columns after the first are aligned at the decimal point.
  public func table(_ header: [Text], _ rows: [[String]]) {
    let head = header.map { $0(language) }
    let alignments: [TextTable.Alignment] = [.left] + Array(repeating: .point, count: max(head.count - 1, 0))
    let table = TextTable(headers: [head], rows: rows, alignments: alignments)
    for line in table.lines(indentation: 4) { write(Line(line)) }
    transcript.tables.append(NamedTable(section: section, header: head, rows: rows))
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
    for text in equation.lines(width: Page.width - 4) {
      var line = Line("    " + text.precomposedStringWithCanonicalMapping)
      line.kind = .equation
      write(line)
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
          ? Text("\(name): no relation was checked", ko: "\(name): 검산한 관계식이 없다")
          : Text("\(name): \(count) relation\(count == 1 ? "" : "s")\(values)", ko: "\(name): 관계식 \(count)개\(values)")))
    guard !tape.isEmpty else { return }
    var bound = scope
    if let index, let first = index.values.first { bound.integers[index.name] = first }
    let missing = tape.first { formula in !equation.sides.contains { $0.isIdentical(to: formula, in: bound) } }
    check(
      Text("the notes' equation = the tape's", ko: "노트의 수식 = 테이프의 수식"), missing == nil,
      detail: missing.map { Text("the tape has \($0.unicode)", ko: "테이프의 수식은 \($0.unicode)") }
        ?? Text("\(name): the same on random matrices", ko: "\(name): 무작위 행렬에서도 같다"))
  }

  /// The values of an index, without claiming any that it did not take: 1 … 5, or 1, 10, 100.
  static func list(_ values: [Int]) -> String {
    let sorted = Set(values).sorted()
    guard let first = sorted.first, let last = sorted.last else { return "" }
    if sorted.count > 2, last - first == sorted.count - 1 { return "\(first) … \(last)" }
    if sorted.count <= 6 { return sorted.map(String.init).joined(separator: ", ") }
    return "\(first), \(sorted[1]), …, \(last)"
  }

  /// The formulas of the notes' equation of this name, for checks that a chapter makes itself. Throws `BadInput` if there is
  /// none or it cannot be parsed.
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

  /// Sections and equations of the notes that the run did not reach, and sections of the run that the notes lack.
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
      notes.finding($0, "the run never reaches the \($0.kind.rawValue) '\($0.argument)'")
    }
      + unknown.map { Finding(path: notes.path, line: 1, message: "the run has a section '\($0.name)', not the notes") }
  }

  // MARK: Figures

  /// Draws a figure in the terminal, and records its SVG file, which the notes show as figures/NAME.svg.
  ///
  /// - Parameter title: the alternative text, in symbols that both languages can read.
  public func figure(_ name: String, _ figure: Figure, title: String) {
    precondition(!transcript.figures.contains { $0.name == name }, "two figures are named \(name)")
    transcript.figures.append(
      NamedFigure(section: section, name: name, svg: figure.svg(id: name, title: title), figure: figure))
    write(figureLine(""))
    for text in figure.terminal(width: 78, colour: colour) { write(figureLine("  " + text)) }
    write(figureLine(""))
  }

  /// Compares pictures with their tapes and shows them as one figure. A difference is a failed check that names the wire, and
  /// nothing is drawn.
  ///
  /// - Parameter isRow: side by side instead of one below the other.
  public func diagram(_ name: String, _ panels: [DiagramPanel], isRow: Bool = false) {
    let claim = Text("the picture = the tape", ko: "그림 = 테이프")
    do {
      let diagrams = try Diagrams(panels, isRow: isRow)
      figure(name, .diagrams(diagrams), title: diagrams.title)
      check(claim, true, detail: diagrams.summary)
      transcript.diagrams.append((name, diagrams))
    } catch {
      check(claim, false, detail: Text("\(name): \(error.text.english)", ko: "\(name): \(error.text.korean)"))
    }
  }

  /// One picture.
  public func diagram(_ name: String, _ diagram: Diagram, _ tape: Tape, isPart: Bool = false) {
    self.diagram(name, [DiagramPanel(diagram, tape, isPart: isPart)])
  }

  private func figureLine(_ text: String) -> Line {
    var line = Line(text)
    line.kind = .figure
    return line
  }

  // MARK: Progress

  private let showsProgress: Bool
  private var progressShown = false

  /// Shows a progress bar on the standard error if that is a terminal; `fraction` is between 0 and 1.
  public func progress(_ what: Text, _ fraction: Double) {
    guard showsProgress else { return }
    let filled = fraction.isNaN ? 0 : Int((min(max(fraction, 0), 1) * 24).rounded())
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
    showProgress("  \(bar)  \(what(language))")
    progressShown = true
  }

  /// Prints a line on the standard error, for facts that differ between runs, such as timings: it is part of neither the run's
  /// output nor the notes. Prints nothing in `notes` and `check`.
  public func remark(_ text: Text) {
    guard listener != nil else { return }
    clearProgress()
    printError("  " + text(language))
  }

  func clearProgress() {
    guard progressShown else { return }
    showProgress("")
    progressShown = false
  }
}
