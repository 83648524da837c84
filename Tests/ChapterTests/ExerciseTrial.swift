// What must hold of a chapter's exercises: all open, every solution right, every mistake recognised as itself.

import Foundation
import Testing

@testable import Exercises
@testable import Notebook

extension Trial {
  /// Everything about the chapter's exercises; docs/exercises.md says what is wanted.
  func exercisesHold() throws {
    let exercises = Subject.exercises
    #expect(exercises.count >= 5)
    #expect(Set(exercises.map(\.name)).count == exercises.count, "two exercises have one name")
    #expect(Set(exercises.map(\.kind)).count == Exercise.Kind.allCases.count, "all four kinds must occur")
    let levels = exercises.map(\.level)
    #expect(levels == levels.sorted() && levels.allSatisfy { (1...5).contains($0) } && levels.first == 1)
    try filesHold(exercises)
    for exercise in exercises {
      try textsHold(exercise)
      verdictsHold(exercise)
      try numbersHold(exercise)
    }
  }

  /// The pristine text is the student's file as it is committed, and the marks are those of the list, in its order.
  private func filesHold(_ exercises: [Exercise]) throws {
    let names = exercises.map(\.name)
    let student = try readText("\(folder)/\(ExerciseFiles.student)")
    let pristine = try readText("\(folder)/\(ExerciseFiles.pristine)")
    let isSame = student.hasSameBytes(as: pristine)
    #expect(
      isSame, "Exercises.swift is not as it was given: --reset restores it; an author copies it to Exercises.holes")
    for file in [ExerciseFiles.pristine, ExerciseFiles.solutions] {
      let lines = try readText("\(folder)/\(file)").lines.map { $0.trimmingSpaces() }
      for mark in ["// begin: ", "// end: "] {
        let found = lines.filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
        #expect(found == names, "the marks '\(mark)' of \(file)")
      }
    }
  }

  /// Both languages say everything, and the hole's comment has the equation, the parameters and their shapes.
  private func textsHold(_ exercise: Exercise) throws {
    let name = exercise.name
    let files = ExerciseFiles(folder: folder)
    #expect(exercise.hints.count == 3, "\(name): three hints")
    #expect(exercise.mistakes.count >= 3, "\(name): at least three mistakes")
    #expect(Set(exercise.mistakes.map(\.name)).count == exercise.mistakes.count, "\(name): mistakes of one name")
    let task = try files.task(of: name)
    let texts = [task, exercise.title, exercise.why, exercise.matters] + exercise.hints + exercise.mistakes.map(\.text)
    for text in texts {
      #expect(hasHangul(text.korean) && !hasHangul(text.english) && text.english.count > 3, "\(name): \(text.english)")
    }
    let region = try SourceRegion.lines(
      of: name, in: try readText("\(folder)/\(ExerciseFiles.pristine)"), file: ExerciseFiles.pristine)
    let comment = region.filter { $0.hasPrefix("//") }.map {
      $0.dropFirst(2).split(separator: " ").joined(separator: " ")
    }
    for language in Language.allCases {
      let notes = try Notes(path: "\(folder)/notes.\(language.rawValue).md")
      let directive = try #require(
        notes.equation(named: exercise.equation), "\(name): no equation \(exercise.equation)")
      let title = directive.section.flatMap { notes.title(ofSection: $0) } ?? ""
      let section = title.prefix { $0 != " " }
      #expect(
        comment.contains("Equation / 수식: \(exercise.equation) (\(section))"),
        "\(name): the comment wants 'Equation / 수식: \(exercise.equation) (\(section))'")
    }
    for parameter in exercise.parameters {
      let ending = parameter.shape.isEmpty ? parameter.unicode : "\(parameter.unicode) \(parameter.shape)"
      #expect(comment.contains { $0.contains(ending) }, "\(name): the comment does not say '\(ending)'")
    }
  }

  private func hasHangul(_ text: String) -> Bool {
    text.unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) }
  }

  /// The hole is open, the solution passes, and each mistake is recognised as itself and as no other.
  private func verdictsHold(_ exercise: Exercise) {
    let name = exercise.name
    #expect(exercise.verdict().state == .open, "\(name) is not open")
    let right = exercise.verdict(on: .solution)
    #expect(right.state == .passed, "\(name): the solution is \(right.state)")
    let versions = exercise.mistakes.indices.map { exercise.outcomes(of: .mistake($0)) }
    for (k, mistake) in exercise.mistakes.enumerated() {
      let verdict = exercise.verdict(on: .mistake(k))
      #expect(verdict.state == .mistake && verdict.mistake == mistake.name, "\(name): \(mistake.name) is \(verdict)")
      #expect(verdict.facts == [mistake.text], "\(name): \(mistake.name)")
      for (other, outcomes) in versions.enumerated() where other != k {
        #expect(
          !exercise.agree(versions[k], outcomes),
          "\(name): \(mistake.name) and \(exercise.mistakes[other].name) are one")
      }
      let hasValues = versions[k].contains { outcome in
        if case .values = outcome { true } else { false }
      }
      #expect(hasValues, "\(name): the shapes of \(mistake.name) never fit")
    }
    if exercise.hasBug {
      let isGiven = exercise.agree(exercise.outcomes(of: .hole), exercise.outcomes(of: .given))
      #expect(isGiven, "\(name): the bug in the hole is not the one in the list")
      #expect(!exercise.agree(exercise.outcomes(of: .given), exercise.outcomes(of: .solution)), "\(name): no bug")
    }
  }

  /// What the run measures is what a prediction's solution says; everything else has parameters.
  private func numbersHold(_ exercise: Exercise) throws {
    guard exercise.kind == .prediction else {
      #expect(!exercise.parameters.isEmpty, "\(exercise.name) has no parameters")
      return
    }
    let measured = try #require(exercise.measured, "\(exercise.name): a prediction is measured")
    guard case .values(let answer, _) = exercise.outcomes(of: .solution)[0] else { return }
    let found = try measured()
    #expect(abs(found - answer[0].scalar) <= max(exercise.within, 1e-9 * abs(found)), "\(exercise.name): \(found)")
  }
}
