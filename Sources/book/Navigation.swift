// Links between chapters: the third line of the notes, and the table of chapters in the README.

import Notebook

extension Checkout {
  /// The line of links for a chapter, given its index in `chapters`.
  func navigation(_ index: Int, _ language: Language) -> String {
    func link(_ other: Int, _ label: Text) -> String {
      "[\(label(language))](../\(chapters[other].path(language).dropFirst("chapters/".count)))"
    }
    func name(_ other: Int) -> Text {
      let number = chapters[other].number
      return Text("chapter \(number)", ko: "\(number)장")
    }
    var parts = [language == .english ? "[한국어](notes.ko.md)" : "[English](notes.en.md)"]
    if index > 0 { parts.append("← " + link(index - 1, name(index - 1))) }
    if index + 1 < chapters.count { parts.append(link(index + 1, name(index + 1)) + " →") }
    parts.append(language == .english ? "[all chapters](../../README.md)" : "[차례](../../README.ko.md)")
    return parts.joined(separator: " · ")
  }

  /// The notes with that line as their third. Throws `BadInput` if the third line is something else.
  func withNavigation(_ index: Int, _ language: Language) throws -> String {
    let notes = chapters[index].notes[language]!
    var lines = notes.lines
    let other = language == .english ? "[한국어](notes.ko.md)" : "[English](notes.en.md)"
    guard lines.count > 2, lines[0].hasPrefix("# "), lines[1].isEmpty, lines[2].hasPrefix(other) else {
      throw BadInput("\(notes.path):3: the third line begins with the link to the other language, \(other)")
    }
    lines[2] = navigation(index, language)
    return lines.joined(separator: "\n")
  }

  /// The README with a link in every row `| NN | NAME |` of its table whose chapter exists.
  func withMap(_ readme: Notes, _ language: Language) -> String {
    readme.lines.map { line in
      guard
        let chapter = chapters.first(where: {
          line.hasPrefix("| \($0.folder.dropFirst("chapters/".count).prefix(2)) | ")
        })
      else {
        return line
      }
      let name = chapter.folder.dropFirst("chapters/00-".count)
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
      guard cells.count > 3, cells[2] == " \(name) " else { return line }
      return (cells[..<2] + [" [\(name)](\(chapter.path(language))) "] + cells[3...]).joined(separator: "|")
    }.joined(separator: "\n")
  }
}
