// The book's Markdown, as it lies in a checkout.

import Foundation
import Notebook

/// The notes and pages of a checkout, read once.
struct Checkout {
  /// A chapter's notes in both languages.
  struct ChapterNotes {
    /// Its folder, from the top: chapters/01-vanishing-gradient.
    let folder: String
    let notes: [Language: Notes]

    /// As it is called in the prose: 1 of 01-vanishing-gradient.
    var number: Int { Int(folder.dropFirst("chapters/".count).prefix(2)) ?? 0 }

    /// From the top.
    func path(_ language: Language) -> String { "\(folder)/notes.\(language.rawValue).md" }
  }

  let root: String
  let chapters: [ChapterNotes]

  static let readmes = [("README.md", Language.english), ("README.ko.md", .korean)]

  /// Reads the notes of all chapters. Throws `BadInput` where one cannot be read.
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

  /// 01-vanishing-gradient.
  private static func isChapter(_ folder: String) -> Bool {
    let digits = folder.prefix { $0.isASCII && $0.isNumber }
    return digits.count == 2 && folder.dropFirst(2).hasPrefix("-")
  }

  /// A file of the checkout as notes; nil where it is not there.
  func page(_ path: String) throws -> Notes? {
    guard FileManager.default.fileExists(atPath: "\(root)/\(path)") else { return nil }
    return Notes(path: path, text: try readText("\(root)/\(path)"))
  }

  /// The Markdown files outside of the chapters: at the top, and in docs/. From the top, sorted.
  var pagePaths: [String] {
    func markdown(_ folder: String) -> [String] {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
      return files.filter { $0.hasSuffix(".md") }.sorted()
    }
    return markdown("").filter { $0.hasPrefix("README") } + markdown("docs").map { "docs/\($0)" }
  }
}

extension Notes {
  /// What GitHub makes of a heading's text for the end of an address: small letters, hyphens for spaces, and of punctuation
  /// nothing but hyphens and low lines. The same text a second time gets -1.
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
    // Of a link its label is left, of code and formulas what is between their marks.
    let text = inline.text(without: [.comment, .target])
    return String(
      text.lowercased().trimmingCharacters(in: .whitespaces).compactMap { character -> Character? in
        if character == " " { return "-" }
        return character.isLetter || character.isNumber || character == "-" || character == "_" ? character : nil
      })
  }

  /// The heading nearest above a line; nil before the first.
  func heading(above line: Int) -> Notes.Heading? { headings.last { $0.line < line } }
}
