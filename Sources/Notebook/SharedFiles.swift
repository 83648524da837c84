// The Markdown files outside the chapters, README and docs/, which quote the runs of several chapters.

import Foundation

extension ChapterProgram {
  /// The shared files of a language. A file without a language in its name counts as English.
  func sharedFiles(_ language: Language) throws -> [Notes] {
    let readme = language == .english ? "README.md" : "README.\(language.rawValue).md"
    var paths = ["\(root)/\(readme)"]
    let docs = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/docs")) ?? []
    for file in docs.sorted() where file.hasSuffix(".md") {
      let fileLanguage = Language.allCases.first { file.hasSuffix(".\($0.rawValue).md") } ?? .english
      if fileLanguage == language { paths.append("\(root)/docs/\(file)") }
    }
    return try paths.filter { FileManager.default.fileExists(atPath: $0) }.map { try Notes(path: $0) }
  }

  /// What differs between the languages of the shared files, and files that only one language has.
  func sharedDifferences() throws -> [Finding] {
    let (english, korean) = (try sharedFiles(.english), try sharedFiles(.korean))
    var found: [Finding] = []
    for one in english where one.path.hasSuffix("/README.md") || one.path.hasSuffix(".en.md") {
      if let other = korean.first(where: { $0.path == koreanPath(of: one.path) }) {
        found += Notes.differences(one, other)
      } else {
        found.append(Finding(path: one.path, line: 1, message: "this file has no Korean twin"))
      }
    }
    for other in korean where !english.contains(where: { koreanPath(of: $0.path) == other.path }) {
      found.append(Finding(path: other.path, line: 1, message: "this file has no English twin"))
    }
    return found
  }

  /// The path of the Korean file that belongs to an English one.
  private func koreanPath(of path: String) -> String {
    String(path.dropLast(path.hasSuffix(".en.md") ? 6 : 3)) + ".ko.md"
  }

  /// Directives and values of a shared file that no chapter updates, because their names begin with no chapter's name.
  func orphans(in shared: Notes) -> [Finding] {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/chapters")) ?? []
    let chapters = folders.map { String($0.drop { $0 != "-" }.dropFirst()) }.filter { !$0.isEmpty }
    func isOrphan(_ name: String) -> Bool { !chapters.contains { name == $0 || name.hasPrefix($0 + "/") } }
    let message = "names here begin with a chapter's: CHAPTER/NAME"
    var found: [Finding] = []
    for directive in shared.directives where directive.kind != .stated && isOrphan(directive.argument) {
      if directive.kind == .code, Weave.isFile(directive.argument, in: root) { continue }
      found.append(shared.finding(directive, message))
    }
    for (number, line) in shared.lines.enumerated() where shared.isProse[number] {
      for value in Notes.values(in: line).values where isOrphan(value.name) {
        found.append(Finding(path: shared.path, line: number + 1, message: message))
      }
    }
    return found
  }
}
