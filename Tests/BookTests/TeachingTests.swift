// docs/teaching: every exercise has its row, which follows the chapter's list, and keeps what a teacher wrote into it.

import Foundation
import Notebook
import Testing

@testable import book

@Suite("The teachers' page")
struct TeachingTests {
  let book: SmallBook
  static let both = ["en", "ko"]

  init() throws { book = try SmallBook() }

  @Test func everyExerciseHasItsRow() throws {
    #expect(
      try book.read("docs/teaching.en.md") == """
        # Teaching

        <!-- woven -->

        1 exercises.

        ### [3. Tiny](../chapters/03-tiny/notes.en.md)

        | exercise | level | kind | section | what it trains |
        |---|---|---|---|---|
        | `sum` One (and two) | ●●○○○ | a formula | [3.1](../chapters/03-tiny/notes.en.md#31-one--only-x) | adding |

        <!-- /woven -->

        """)
    let row =
      "| `sum` 하나(와 둘) | ●●○○○ | 식 쓰기 | [3.1](../chapters/03-tiny/notes.ko.md#31-하나뿐인-x) | 더하기 |"
    #expect(try book.read("docs/teaching.ko.md").contains(row))
  }

  @Test(arguments: both) func aListThatChangedMakesThePageStaleAndKeepsWhatWasWritten(language: String) throws {
    let path = "docs/teaching.\(language).md"
    let skill = language == "en" ? "adding" : "더하기"
    try book.edit(path, skill, "a | b")
    try book.edit("chapters/03-tiny/notes.\(language).md", "`sum` ●●○○○", "`sum` ●●●○○")
    let (_, errors, status) = try book.run("check")
    #expect(status == 1 && errors == ["\(path):11: stale from here on: run 'book docs'"], "\(errors)")
    #expect(try book.run("docs").status == 0)
    let page = try book.read(path)
    #expect(page.contains("| ●●●○○ |") && page.contains("| a | b |"))
    #expect(try book.run("check").status == 0)
  }

  @Test(arguments: both) func anExerciseOfWhichNothingIsSaidIsAFinding(language: String) throws {
    let notes = "chapters/03-tiny/notes.\(language).md"
    let path = "docs/teaching.\(language).md"
    let line = try #require(try book.read(notes).split(separator: "\n").last { $0.hasPrefix("- `sum`") })
    try book.edit(notes, String(line), "\(line)\n\(line.replacingOccurrences(of: "`sum`", with: "`new`"))")
    #expect(try book.run("docs").status == 0)
    let (_, errors, status) = try book.run("check")
    #expect(status == 1 && errors == ["\(path):12: say in the last column what 03-tiny new trains"], "\(errors)")
    // An exercise that was removed from the list is removed from the page.
    try book.edit(notes, "\n\(line.replacingOccurrences(of: "`sum`", with: "`new`"))", "")
    #expect(try book.run("docs").status == 0)
    #expect(try book.run("check").status == 0)
    #expect(!(try book.read(path).contains("`new`")))
  }

  @Test func whatIsNoExerciseIsOneLine() throws {
    func complaint() -> String {
      do { return "\(try book.run("docs"))" } catch { return "\(error)" }
    }
    let notes = "chapters/03-tiny/notes.en.md"
    try book.edit(notes, "section 3.1)", "section 3.7)")
    #expect(complaint() == "\(notes): there is no section 3.7, to which sum belongs")
    try book.edit(notes, "●●○○○ One", "One")
    #expect(complaint().hasSuffix("this line of the list says no exercise: run 'make notes'"))
  }

  /// The submissions that .ci/run makes are what their names say.
  @Test func theMadeUpCourseHandsInWhatItSays() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/unrolled-course-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let outcome = try ChildProcess.run(
      "\(WritingTests.root)/Tests/course.sh", [folder], environment: ProcessInfo.processInfo.environment, limit: 60)
    #expect(outcome.end == .exit(0), "\(outcome.errors)")
    let chapters = try exerciseChapters(root: WritingTests.root)
    let (submissions, remarks) = try findSubmissions(in: folder, chapters: chapters)
    #expect(remarks.isEmpty)
    #expect(submissions.count { $0.path != nil } == 2 * chapters.count + 2)
    for chapter in chapters {
      #expect(try readText("\(folder)/none/\(chapter.folder)/Exercises.swift") == chapter.pristine)
      #expect(exerciseNames(in: try readText("\(folder)/all/\(chapter.folder)/Exercises.swift")) == chapter.exercises)
    }
  }
}
