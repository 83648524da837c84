// What must hold of every chapter: its run, its notes in both languages, and what breaks it.

import Foundation
import Testing

@testable import Notebook

/// A chapter, and what is particular to it in these tests.
struct ChapterCase: Sendable, CustomTestStringConvertible {
  let trial: Trial
  /// The run has at least so many checks.
  let checks: Int
  /// A section that is quick to run.
  let section: String
  /// Equations whose formulas are compared with the tape's.
  let taped: [String]
  /// Seeds with which every check passes, beside the standard one.
  let seeds: [Int]

  init(_ subject: any Chapter.Type, checks: Int, section: String, taped: [String], seeds: [Int] = [2]) {
    (trial, self.checks, self.section, self.taped, self.seeds) = (Trial(subject), checks, section, taped, seeds)
  }

  var testDescription: String { trial.testDescription }

  /// An equation of a chapter's notes.
  struct Equation: Sendable, CustomTestStringConvertible {
    let trial: Trial
    let name: String
    var testDescription: String { "\(trial.testDescription): \(name)" }
  }

  static let equations = all.flatMap { chapter in
    chapter.trial.equations.map { Equation(trial: chapter.trial, name: $0) }
  }
  static let tapedEquations = all.flatMap { chapter in chapter.taped.map { Equation(trial: chapter.trial, name: $0) } }
}

@Suite("Every chapter")
struct ChapterTests {
  // MARK: Runs

  /// Every check of a whole run passes and shows what it compared, in the notes' sections and no others.
  @Test(arguments: ChapterCase.all)
  func everyCheckPassesAndShowsWhatItCompared(chapter: ChapterCase) throws {
    let trial = chapter.trial
    let (status, sections) = try trial.sections("--lang", "en")
    let checks = sections.flatMap(\.checks)
    let name = trial.subject.name
    #expect(status == 0 && checks.allSatisfy { $0.passed }, "\(name): \(checks.filter { !$0.passed })")
    #expect(checks.count >= chapter.checks, "\(name)")
    #expect(checks.allSatisfy { !$0.detail.isEmpty }, "\(name): \(checks.filter(\.detail.isEmpty).map(\.claim))")
    let named = try trial.notes(.english).directives.filter { $0.kind == .section && !$0.isFull }.map(\.argument)
    #expect(sections.map(\.name) == named, "\(name)")
  }

  /// What `swift run CHAPTER check` says: all checks pass in both languages, and the notes hold what the runs print.
  @Test(arguments: ChapterCase.all)
  func theNotesAreFreshInBothLanguages(chapter: ChapterCase) throws {
    let found = try chapter.trial.run("check", "--lang", "en")
    let name = chapter.trial.subject.name
    #expect(found.status == 0, "\(name): \(found.complaints)")
    let words = (found.lines.last ?? "").split(separator: " ")
    let count = words.compactMap { Int($0) }.first ?? 0
    #expect(found.lines.last == "\(name): the notes are fresh and agree, \(count) checks in each language", "\(name)")
    #expect(count >= chapter.checks, "\(name)")
  }

  /// `--section NAME` runs that section alone; the last line counts its checks.
  @Test(arguments: ChapterCase.all, Language.allCases)
  func aSectionRunsAlone(chapter: ChapterCase, language: Language) throws {
    let found = try chapter.trial.run("--lang", language.rawValue, "--section", chapter.section, "--checks")
    let name = chapter.trial.subject.name
    #expect(found.status == 0, "\(name): \(found.complaints)")
    let passed = found.lines.count { $0.hasPrefix("  ✓ ") }
    let summary = language == .english ? "\(passed) checks passed, 0 failed" : "검산 \(passed)개 통과, 0개 실패"
    #expect(passed > 0 && found.lines.last == summary, "\(name)")
    let (status, sections) = try chapter.trial.sections("--lang", language.rawValue, "--section", chapter.section)
    #expect(status == 0 && sections.map(\.name) == [chapter.section], "\(name)")
    #expect(sections.first?.checks.count == passed && sections[0].checks.allSatisfy { $0.passed }, "\(name)")
  }

  /// The claims hold with other random numbers, and these are other numbers.
  @Test(arguments: ChapterCase.all)
  func everyCheckPassesWithOtherSeeds(chapter: ChapterCase) throws {
    let name = chapter.trial.subject.name
    for seed in chapter.seeds {
      let found = try chapter.trial.run("--lang", "en", "--seed", "\(seed)")
      #expect(found.status == 0, "\(name), seed \(seed): \(found.complaints)")
      let notes = try chapter.trial.notes(.english).text
      #expect(found.lines.contains { !notes.contains($0) }, "\(name), seed \(seed): nothing is random")
    }
  }

  // MARK: Wrong notes

  /// Each relation of an equation, made another one, fails the run of its section at that equation.
  @Test(arguments: ChapterCase.equations)
  func anEquationThatIsWrongFailsTheRun(equation: ChapterCase.Equation) throws {
    let (notes, directive, _) = try equation.trial.englishNotes(at: equation.name)
    let variants = broken(notes.body(of: directive))
    #expect(!variants.isEmpty, "\(equation.testDescription)")
    for variant in variants {
      let found = try equation.trial.run(equation: equation.name, variant)
      #expect(found.status == 1, "\(equation.testDescription): the run accepts \(variant.joined(separator: " "))")
      #expect(
        found.lines.contains { $0.contains("✗ the notes' equation holds") },
        "\(equation.testDescription): \(found.complaints)")
    }
  }

  @Test func everyChapterHasEquations() {
    for chapter in ChapterCase.all { #expect(!chapter.trial.equations.isEmpty, "\(chapter.testDescription)") }
  }

  /// The right numbers by another formula: the relations hold, but the formula is not the tape's.
  @Test(arguments: ChapterCase.tapedEquations)
  func anEquationThatTheTapeDoesNotHaveFailsTheRun(equation: ChapterCase.Equation) throws {
    let (notes, directive, _) = try equation.trial.englishNotes(at: equation.name)
    let body = disguised(notes.body(of: directive))
    #expect(body != notes.body(of: directive), "\(equation.testDescription)")
    try equation.trial.failsForTheTapeAlone(equation: equation.name, body)
  }

  /// Each relation, changed in the Korean notes alone, is a difference of the languages. So are the stated equations.
  @Test(arguments: ChapterCase.all)
  func anEquationThatOneLanguageHasOtherwiseIsFound(chapter: ChapterCase) throws {
    let (english, korean) = (try chapter.trial.notes(.english), try chapter.trial.notes(.korean))
    #expect(Notes.differences(english, korean).isEmpty, "\(chapter.testDescription)")
    for directive in korean.directives where directive.kind == .equation || directive.kind == .stated {
      for variant in broken(korean.body(of: directive)) {
        var lines = korean.lines
        lines.replaceSubrange(directive.block, with: variant)
        let changed = Notes(path: korean.path, text: lines.joined(separator: "\n"))
        #expect(
          !Notes.differences(english, changed).isEmpty,
          "\(chapter.testDescription): the languages may differ in \(variant.joined(separator: " "))")
      }
    }
  }

  // MARK: Wrong reference files

  /// With PyTorch's results changed a little, every comparison with them fails, and nothing else does.
  @Test(arguments: ChapterCase.all)
  func everyComparisonWithPyTorchNeedsItsNumbers(chapter: ChapterCase) throws {
    let trial = chapter.trial
    let notes = try trial.notes(.english)
    let sections = notes.directives.filter { directive in
      directive.kind == .checks && !directive.isFull
        && notes.body(of: directive).contains { $0.contains("✓") && $0.contains("= PyTorch") }
    }.map(\.argument)
    try trial.withSpoiltFixtures { root in
      for section in sections {
        let checks = try trial.sections("--lang", "en", "--section", section, root: root).sections.flatMap(\.checks)
        let wrong = checks.filter { $0.passed == $0.claim.contains("= PyTorch") }
        #expect(checks.contains { !$0.passed } && wrong.isEmpty, "\(chapter.testDescription), \(section): \(wrong)")
      }
    }
  }

  // MARK: Exercises

  @Test(arguments: ChapterCase.all.filter { !$0.trial.subject.exercises.isEmpty })
  func exercisesHold(chapter: ChapterCase) throws { try chapter.trial.exercisesHold() }
}
