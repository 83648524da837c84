// Pages of docs/ with a generated part between two marks, and the first of them: docs/errata.

import Foundation
import Notebook

/// A page of docs/ in both languages with a generated part.
struct WovenPage: Sendable {
  /// Its path from the top of the checkout, without language and extension: docs/errata.
  let name: String
  /// Makes the generated lines. The page as it is now is an argument, because some of its text may be kept.
  let body: @Sendable (Checkout, Notes, Language) throws -> [String]

  static let begin = "<!-- woven -->"
  static let end = "<!-- /woven -->"

  func path(_ language: Language) -> String { "\(name).\(language.rawValue).md" }

  /// The text that the page should have. Throws `BadInput` if a mark is missing or occurs twice.
  func woven(_ page: Notes, _ checkout: Checkout, _ language: Language) throws -> String {
    let begins = page.lines.indices.filter { page.lines[$0] == WovenPage.begin }
    let ends = page.lines.indices.filter { page.lines[$0] == WovenPage.end }
    guard begins.count == 1, ends.count == 1, begins[0] < ends[0] else {
      throw BadInput(
        "\(page.path): one line '\(WovenPage.begin)' and, after it, one line '\(WovenPage.end)' are wanted")
    }
    var lines = page.lines
    lines.replaceSubrange((begins[0] + 1)..<ends[0], with: [""] + (try body(checkout, page, language)) + [""])
    return lines.joined(separator: "\n")
  }
}

extension Checkout {
  /// Every file with a generated part, and the text that it should have. Throws `BadInput` if a page or a mark is missing.
  func wovenFiles() throws -> [(file: Notes, text: String)] {
    var files: [(file: Notes, text: String)] = []
    for index in chapters.indices {
      for language in Language.allCases {
        files.append((chapters[index].notes[language]!, try withNavigation(index, language)))
      }
    }
    for (path, language) in Checkout.readmes {
      if let readme = try page(path) { files.append((readme, withMap(readme, language))) }
    }
    for woven in WovenPage.all {
      for language in Language.allCases {
        let path = woven.path(language)
        guard let page = try page(path) else { throw BadInput("there is no \(path) to weave into") }
        files.append((page, try woven.woven(page, self, language)))
      }
    }
    return files
  }
}

extension WovenPage {
  static let all = [WovenPage.errata, .teaching, .architecture]

  static let errata = WovenPage(name: "docs/errata") { checkout, _, language in
    let chapters = checkout.chapters.compactMap { chapter -> ChapterErrata? in
      let notes = chapter.notes[language]!
      let errata = notes.errata(language).errata
      guard !errata.isEmpty, let title = notes.headings.first?.text else { return nil }
      return ChapterErrata(title: title, path: "../" + chapter.path(language), errata: errata)
    }
    let count = chapters.reduce(0) { $0 + $1.errata.count }
    // GitHub makes the anchor of a heading from its words, also where the heading is a link.
    let headings = Notes(path: "", text: chapters.map { "## \($0.title)\n" }.joined(separator: "\n"))
    let anchors = headings.headings.compactMap { headings.anchors[$0.line] }
    let contents = zip(chapters, anchors).map { chapter, anchor in
      let number = chapter.title.prefix { $0 != "." }
      let label = Text("chapter \(number)", ko: "\(number)장")(language)
      return "[\(label)](#\(anchor)) (\(chapter.errata.count))"
    }.joined(separator: " · ")
    var lines = [Text("\(count) errata: ", ko: "모두 \(count)개: ")(language) + contents]
    for chapter in chapters {
      lines += ["", "## [\(chapter.title)](\(chapter.path))", ""]
      for erratum in chapter.errata { lines += erratum.item(chapter: chapter.path, language) }
    }
    return lines
  }

  private struct ChapterErrata {
    let title: String
    let path: String
    let errata: [Erratum]
  }
}

extension Erratum {
  /// An item of the list: the section, the text, and a note on the equation if only that refutes it.
  fileprivate func item(chapter: String, _ language: Language) -> [String] {
    let number = heading.prefix { $0.isNumber || $0 == "." }
    let label = number.isEmpty ? heading : String(number)
    var text = lines.map { Erratum.relinked($0, chapter: chapter) }
    text = Erratum.withOneKindOfQuotes(text, language)
    text[0] = "- [\(label)](\(chapter)#\(anchor)): \(text[0])"
    if values.isEmpty, claims.isEmpty, let equation {
      let note = Text(
        "(The run checks it as the equation `\(equation)`.)", ko: "(프로그램이 수식 `\(equation)`로 검산한다.)")
      text.append(note(language))
    }
    return [text[0]] + text.dropFirst().map { $0.isEmpty ? "" : "  " + $0 }
  }

  /// The line with the links of a chapter's notes rewritten so that they work from docs/.
  private static func relinked(_ line: String, chapter: String) -> String {
    var text = line
    let folder = chapter.split(separator: "/").dropLast().joined(separator: "/")
    for target in Set(Inline(line).links.map(\.target)) where !target.contains(":") {
      let moved =
        target.hasPrefix("#")
        ? chapter + target : resolvedPath("\(folder)/\(target)".split(separator: "/").map(String.init))
      text = text.replacingOccurrences(of: "](\(target)", with: "](\(moved)")
    }
    return text
  }

  /// The lines with one kind of quotation marks, whatever the chapters use: "…" in English, “…” in Korean.
  private static func withOneKindOfQuotes(_ lines: [String], _ language: Language) -> [String] {
    var isOpen = false
    return lines.map { line in
      String(
        line.map { character -> Character in
          guard character == "\"" || character == "“" || character == "”" else { return character }
          isOpen.toggle()
          return language == .english ? "\"" : isOpen ? "“" : "”"
        })
    }
  }
}
