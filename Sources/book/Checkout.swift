// The Markdown files of a checkout of the book.

import Foundation
import Notebook

/// A checkout of the book: the notes of all chapters, read once, and access to the other pages.
struct Checkout {
  /// A chapter's notes in both languages.
  struct ChapterNotes {
    /// The path of its folder from the top of the checkout: chapters/01-vanishing-gradient.
    let folder: String
    let notes: [Language: Notes]

    /// The chapter's number as the text writes it: 1 for 01-vanishing-gradient.
    var number: Int { Int(folder.dropFirst("chapters/".count).prefix(2)) ?? 0 }

    /// The path of the notes from the top of the checkout.
    func path(_ language: Language) -> String { "\(folder)/notes.\(language.rawValue).md" }
  }

  let root: String
  let chapters: [ChapterNotes]

  static let readmes = [("README.md", Language.english), ("README.ko.md", .korean)]

  /// Reads the notes of all chapters. Throws `BadInput` if a file cannot be read or there is no chapter.
  init(root: String) throws {
    self.root = root
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/chapters")) ?? []
    chapters = try folders.sorted().filter(Checkout.isChapter).map { name in
      let folder = "chapters/\(name)"
      var notes: [Language: Notes] = [:]
      for language in Language.allCases {
        let path = "\(folder)/notes.\(language.rawValue).md"
        notes[language] = Notes(path: path, text: try readText("\(root)/\(path)"))
      }
      return ChapterNotes(folder: folder, notes: notes)
    }
    if chapters.isEmpty { throw BadInput("there is no chapter in \(root)/chapters") }
  }

  /// Whether a folder's name is that of a chapter, such as 01-vanishing-gradient.
  private static func isChapter(_ folder: String) -> Bool {
    let digits = folder.prefix { $0.isASCII && $0.isNumber }
    return digits.count == 2 && folder.dropFirst(2).hasPrefix("-")
  }

  /// A Markdown file, by its path from the top of the checkout; nil if it does not exist.
  func page(_ path: String) throws -> Notes? {
    guard FileManager.default.fileExists(atPath: "\(root)/\(path)") else { return nil }
    return Notes(path: path, text: try readText("\(root)/\(path)"))
  }

  /// The paths of the READMEs and of the pages in docs/, from the top of the checkout, sorted.
  var pagePaths: [String] {
    func markdown(_ folder: String) -> [String] {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
      return files.filter { $0.hasSuffix(".md") }.sorted()
    }
    return markdown("").filter { $0.hasPrefix("README") } + markdown("docs").map { "docs/\($0)" }
  }
}

extension Notes {
  /// The anchors that GitHub gives the headings, by line. GitHub writes the text in lower case, replaces spaces by hyphens
  /// and drops punctuation except hyphens and underscores. The second heading with the same text gets -1, and so on.
  var anchors: [Int: String] {
    var seen: [String: Int] = [:]
    var found: [Int: String] = [:]
    for heading in headings {
      let anchor = Notes.anchor(heading.text)
      let count = seen[anchor, default: 0]
      seen[anchor] = count + 1
      found[heading.line] = count == 0 ? anchor : "\(anchor)-\(count)"
    }
    return found
  }

  private static func anchor(_ heading: String) -> String {
    let inline = Inline(heading)
    // A link counts with its label, code and formulas with the text inside.
    let text = inline.text(without: [.comment, .target])
    return String(
      text.lowercased().trimmingCharacters(in: .whitespaces).compactMap { character -> Character? in
        if character == " " { return "-" }
        return character.isLetter || character.isNumber || character == "-" || character == "_" ? character : nil
      })
  }

  /// The last heading above a line; nil if there is none.
  func heading(above line: Int) -> Notes.Heading? { headings.last { $0.line < line } }
}
