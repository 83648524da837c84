// The notes of the book itself, as far as they can be checked without running a chapter.

import Foundation
import Testing

@testable import Notebook

/// The notes of one chapter in both languages.
struct ChapterFolder: CustomTestStringConvertible, Sendable {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The chapters' folders.
  static let all: [ChapterFolder] = {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: root + "/chapters")) ?? []
    return folders.sorted().filter { $0.first?.isNumber == true }.map(ChapterFolder.init)
  }()

  let folder: String
  var testDescription: String { folder }

  func notes(_ language: Language) throws -> Notes {
    try Notes(path: "\(Self.root)/chapters/\(folder)/notes.\(language.rawValue).md")
  }
}

@Suite struct BookNotesTests {
  @Test func thereAreChapters() { #expect(ChapterFolder.all.count >= 8) }

  /// A relation, a formula, a number or a value that only one language has is a difference.
  @Test(arguments: ChapterFolder.all) func bothLanguagesAgree(_ chapter: ChapterFolder) throws {
    #expect(Notes.differences(try chapter.notes(.english), try chapter.notes(.korean)).map(\.description) == [])
  }

  @Test(arguments: ChapterFolder.all) func theNotesKeepTheRulesOfTheDialect(_ chapter: ChapterFolder) throws {
    let number = String(try #require(Int(chapter.folder.prefix(2))))
    for language in Language.allCases {
      let notes = try chapter.notes(language)
      let findings = notes.findings + notes.dialectFindings(isChapter: true, number: number, language: language)
      #expect(findings.map(\.description) == [])
    }
  }

  /// No run checks a stated equation, so each is written here a second time: a slip in both languages at once fails. After a
  /// change on purpose, read the equation against its source once more, and change it here too.
  static let stated = [
    "01-vanishing-gradient": [
      #"\lVert W_h\rVert_2\lt\frac{1}{\gamma}\quad\Longrightarrow\quad\lim_{k\to\infty}"#
        + #"\left\lVert\frac{\partial h_{t+k}}{\partial h_t}\right\rVert_2=0"#,
      #"\rho(A)=\lim_{k\to\infty}\lVert A^k\rVert^{1/k}"#,
    ]
  ]

  @Test(arguments: ChapterFolder.all) func theStatedEquationsAreThese(_ chapter: ChapterFolder) throws {
    for language in Language.allCases {
      #expect(try chapter.notes(language).statedEquations == Self.stated[chapter.folder] ?? [])
    }
  }

  @Test func aStatedEquationIsComparedWithoutItsWords() {
    let text = """
      # 7. T

      <!-- section: one -->
      ## 7.1 A

      <!-- stated: a limit -->
      ```math
      n \\to \\infty \\text{ for large } x
      ```
      """
    #expect(Notes(path: "n.md", text: text).statedEquations == ["n\\to\\infty\\text{}x"])
  }
}
