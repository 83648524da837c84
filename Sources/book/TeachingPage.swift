// The tables of all exercises in docs/teaching, made from the lists of exercises in the chapters' notes. The last column,
// what an exercise trains, is written by hand in the page itself; it is kept and must be there for every exercise.

import Foundation
import Notebook

/// An exercise, read from a line of a chapter's list.
struct ListedExercise {
  let name: String
  /// Its level as five signs, ●●○○○.
  let stars: String
  let title: String
  let kind: String
  /// The number of the section that its equation is in: 4.1.
  let section: String

  /// Reads a line such as `` - `state` ●○○○○ The new state (a formula, section 4.1) ``, in Korean
  /// `` - `state` ●○○○○ 새 상태(식 쓰기, 4.1절) ``; nil for any other line.
  init?(_ text: String) {
    let parts = text.split(separator: "`", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "- ", text.hasSuffix(")"), let open = parts[2].lastIndex(of: "("),
      let comma = parts[2][open...].lastIndex(of: ",")
    else { return nil }
    let words = parts[2][..<open].trimmingCharacters(in: .whitespaces)
    stars = String(words.prefix { "●○".contains($0) })
    title = words.dropFirst(stars.count).trimmingCharacters(in: .whitespaces)
    kind = String(parts[2][parts[2].index(after: open)..<comma])
    section = String(parts[2][comma...].filter { $0.isNumber || $0 == "." })
    name = String(parts[1])
    if stars.isEmpty || title.isEmpty || section.isEmpty { return nil }
  }
}

extension Notes {
  /// The chapter's exercises; empty if the notes have no list. Throws `BadInput` for a line in another form.
  func listedExercises() throws -> [ListedExercise] {
    guard let directive = directives.first(where: { $0.kind == .exercises }) else { return [] }
    return try directive.block.map { number in
      guard let one = ListedExercise(lines[number]) else {
        throw BadInput("\(path):\(number + 1): this line of the list says no exercise: run 'make notes'")
      }
      return one
    }
  }
}

extension WovenPage {
  static let teaching = WovenPage(name: "docs/teaching") { checkout, page, language in
    let skills = page.writtenSkills
    var lines: [String] = []
    var count = 0
    for chapter in checkout.chapters {
      let notes = chapter.notes[language]!
      let exercises = try notes.listedExercises()
      guard !exercises.isEmpty, let title = notes.headings.first?.text else { continue }
      count += exercises.count
      let path = "../" + chapter.path(language)
      let header = Text(
        "| exercise | level | kind | section | what it trains |", ko: "| 문제 | 수준 | 종류 | 절 | 기르는 것 |")
      lines += ["", "### [\(title)](\(path))", "", header(language), "|---|---|---|---|---|"]
      for one in exercises {
        guard let heading = notes.headings.first(where: { $0.text.hasPrefix(one.section + " ") }),
          let anchor = notes.anchors[heading.line]
        else { throw BadInput("\(notes.path): there is no section \(one.section), to which \(one.name) belongs") }
        let skill = skills[Skill(chapter: chapter.folder, exercise: one.name)]?.text ?? ""
        let cells = ["`\(one.name)` \(one.title)", one.stars, one.kind, "[\(one.section)](\(path)#\(anchor))", skill]
        lines.append("| " + cells.joined(separator: " | ") + " |")
      }
    }
    return [Text("\(count) exercises.", ko: "모두 \(count)문제다.")(language)] + lines
  }
}

extension Checkout {
  /// Exercises whose last column in the teachers' page is empty.
  func skillFindings() throws -> [Finding] {
    try Language.allCases.flatMap { language -> [Finding] in
      let path = WovenPage.teaching.path(language)
      guard let page = try page(path) else { return [] }
      return page.writtenSkills.filter { $0.value.text.isEmpty }.sorted { $0.value.line < $1.value.line }.map {
        let name = "\($0.key.chapter.dropFirst("chapters/".count)) \($0.key.exercise)"
        return Finding(path: path, line: $0.value.line + 1, message: "say in the last column what \(name) trains")
      }
    }
  }
}

/// A row of the page's tables.
private struct Skill: Hashable {
  /// The path of its folder, such as chapters/04-gru.
  let chapter: String
  let exercise: String
}

extension Notes {
  /// The text and line of the last cell of each row, by exercise.
  fileprivate var writtenSkills: [Skill: (text: String, line: Int)] {
    var found: [Skill: (text: String, line: Int)] = [:]
    var chapter = ""
    for (number, line) in lines.enumerated() {
      if line.hasPrefix("### ["), let target = Inline(line).links.first?.target {
        chapter = target.split(separator: "/").dropFirst().dropLast().joined(separator: "/")
      }
      guard line.hasPrefix("| `"), line.hasSuffix("|") else { continue }
      let cells = line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
      let words = cells[0].split(separator: "`", omittingEmptySubsequences: false)
      guard cells.count >= 5, words.count == 3 else { continue }
      found[Skill(chapter: chapter, exercise: String(words[1]))] = (
        cells[4...].joined(separator: "|").trimmingCharacters(in: .whitespaces), number
      )
    }
    return found
  }
}
