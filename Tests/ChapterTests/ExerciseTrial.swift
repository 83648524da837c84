// What must hold of a chapter's exercises: all are open, every solution passes, every mistake is recognised.

import Foundation
import Testing

@testable import Exercises
@testable import Notebook

extension Trial {
  /// Checks everything that docs/exercises.md asks of a chapter's exercises.
  func exercisesHold() throws {
    let exercises = subject.exercises
    let chapter = subject.name
    #expect(exercises.count >= 5, "\(chapter)")
    #expect(Set(exercises.map(\.name)).count == exercises.count, "\(chapter): two exercises have one name")
    #expect(Set(exercises.map(\.kind)).count == Exercise.Kind.allCases.count, "\(chapter): all four kinds must occur")
    let levels = exercises.map(\.level)
    #expect(
      levels == levels.sorted() && levels.allSatisfy { (1...5).contains($0) } && levels.first == 1, "\(chapter)")
    try filesHold(exercises)
    for exercise in exercises {
      try textsHold(exercise)
      verdictsHold(exercise)
      try numbersHold(exercise)
    }
  }

  /// The student's file is the pristine one, and both have the marks of the list's exercises, in its order.
  private func filesHold(_ exercises: [Exercise]) throws {
    let names = exercises.map(\.name)
    let files = ExerciseFiles(folder: folder)
    let student = try readText(files.path(ExerciseFiles.student))
    let pristine = try readText(files.path(ExerciseFiles.pristine))
    let isSame = Array(student.utf8) == Array(pristine.utf8)
    #expect(
      isSame,
      "\(subject.name): Exercises.swift is not as it was given: --reset restores it; an author copies it to Exercises.holes"
    )
    for file in [ExerciseFiles.pristine, ExerciseFiles.solutions] {
      let lines = try readText(files.path(file)).lines.map { $0.trimmingSpaces() }
      for mark in ["// begin: ", "// end: "] {
        let found = lines.filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
        #expect(found == names, "\(subject.name): the marks '\(mark)' of \(file)")
      }
    }
  }

  /// Every text is in both languages, and the comment of the hole names the equation, the parameters and their shapes.
  private func textsHold(_ exercise: Exercise) throws {
    let name = "\(subject.name), \(exercise.name)"
    let files = ExerciseFiles(folder: folder)
    #expect(exercise.hints.count == 3, "\(name): three hints")
    #expect(exercise.mistakes.count >= 3, "\(name): at least three mistakes")
    #expect(Set(exercise.mistakes.map(\.name)).count == exercise.mistakes.count, "\(name): mistakes of one name")
    let task = try files.task(of: exercise.name)
    let texts = [task, exercise.title, exercise.why, exercise.matters] + exercise.hints + exercise.mistakes.map(\.text)
    for text in texts {
      #expect(hasHangul(text.korean) && !hasHangul(text.english) && text.english.count > 3, "\(name): \(text.english)")
    }
    let region = try SourceRegion.lines(
      of: exercise.name, in: try readText(files.path(ExerciseFiles.pristine)), file: ExerciseFiles.pristine)
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
    let name = "\(subject.name), \(exercise.name)"
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
      let isGiven = exercise.agree(exercise.outcomes(of: .hole), exercise.outcomes(of: .bug))
      #expect(isGiven, "\(name): the bug in the hole is not the one in the list")
      #expect(!exercise.agree(exercise.outcomes(of: .bug), exercise.outcomes(of: .solution)), "\(name): no bug")
    }
  }

  /// The solution of a prediction is the number that is measured. All other exercises have parameters.
  private func numbersHold(_ exercise: Exercise) throws {
    guard exercise.kind == .prediction else {
      #expect(!exercise.parameters.isEmpty, "\(subject.name), \(exercise.name) has no parameters")
      return
    }
    let measured = try #require(exercise.measured, "\(subject.name), \(exercise.name): a prediction is measured")
    guard case .values(let answer, _) = exercise.outcomes(of: .solution)[0] else { return }
    let found = try measured()
    #expect(
      abs(found - answer[0].scalar) <= max(exercise.within, 1e-9 * abs(found)),
      "\(subject.name), \(exercise.name): \(found)")
  }
}
