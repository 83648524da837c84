// book check: reports what is stale in the whole book or breaks its rules.

import Foundation
import Notebook

extension Subcommand {
  static let check = Subcommand(
    name: "check", usage: "",
    summary: Text("says what in the whole book is stale or wrong", ko: "책 전체에서 낡았거나 틀린 곳을 알린다")
  ) { call in
    try call.takesNoArguments()
    let checkout = try Checkout(root: call.root)
    var findings = checkout.errataFindings()
    // The generated pages contain the errata, so they are compared only if the errata are correct.
    if findings.isEmpty { findings += try checkout.staleFindings() }
    findings +=
      try checkout.skillFindings() + checkout.moduleFindings() + checkout.translationFindings()
      + checkout.linkFindings() + checkout.mapFindings() + checkout.spellingFindings() + checkout.letterFindings()
    for finding in findings { call.errors("\(finding)") }
    if findings.isEmpty {
      let count = checkout.chapters.reduce(0) { $0 + $1.notes[.english]!.errata(.english).errata.count }
      call.output(
        Text(
          "book: the pages of docs/ are fresh, \(count) errata of \(checkout.chapters.count) chapters",
          ko: "book: docs/의 문서가 최신이다. 장 \(checkout.chapters.count)개의 바로잡기 \(count)개")(call.language))
    }
    return findings.isEmpty ? ExitStatus.success : ExitStatus.failure
  }
}

extension Checkout {
  /// Files whose generated part differs from what the notes and Package.swift give now.
  func staleFindings() throws -> [Finding] {
    try wovenFiles().compactMap { file, text in
      let expected = Notes(path: file.path, text: text).lines
      let line = (0..<max(expected.count, file.lines.count)).first { number in
        guard number < expected.count, number < file.lines.count else { return true }
        return !expected[number].utf8.elementsEqual(file.lines[number].utf8)
      }
      return line.map { Finding(path: file.path, line: $0 + 1, message: "stale from here on: run 'book docs'") }
    }
  }

  /// Pages that exist in only one language.
  func translationFindings() throws -> [Finding] {
    let paths = pagePaths
    return paths.compactMap { path in
      guard let language = Language.allCases.first(where: { path.hasSuffix(".\($0.rawValue).md") }) else { return nil }
      let other = Language.allCases.first { $0 != language }!
      let stem = path.dropLast(6)
      // README.md, which is English, has no language in its name.
      let twins = ["\(stem).\(other.rawValue).md"] + (other == .english ? ["\(stem).md"] : [])
      if twins.contains(where: paths.contains) { return nil }
      return Finding(path: path, line: 1, message: "there is no \(twins[0])")
    }
  }

  /// Links within the book to a file that does not exist, or to an anchor (after #) that its page does not have.
  func linkFindings() throws -> [Finding] {
    let pages = try pagePaths.compactMap { try page($0) } + chapters.flatMap { $0.notes.values }
    var anchors: [String: Set<String>] = [:]
    for page in pages { anchors[page.path] = Set(page.anchors.values) }
    var found: [Finding] = []
    for page in pages {
      for (number, line) in page.lines.enumerated() where page.isProse[number] && line.contains("](") {
        for link in Inline(line).links where !link.target.contains(":") {
          let parts = link.target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
          let folder = page.path.split(separator: "/").dropLast()
          let path =
            parts[0].isEmpty ? page.path : resolvedPath((folder + parts[0].split(separator: "/")).map(String.init))
          func report(_ message: String) { found.append(Finding(path: page.path, line: number + 1, message: message)) }
          if !FileManager.default.fileExists(atPath: "\(root)/\(path)") {
            report("the link leads to \(path), which does not exist")
          } else if parts.count == 2, let known = anchors[path] {
            let anchor = String(parts[1]).removingPercentEncoding ?? String(parts[1])
            if !known.contains(anchor) { report("the link leads to #\(anchor), which is no heading of \(path)") }
          }
        }
      }
    }
    return found
  }

  /// Chapters without a link in the README's table of chapters.
  func mapFindings() throws -> [Finding] {
    var found: [Finding] = []
    for (path, language) in Checkout.readmes {
      guard let page = try page(path) else {
        found.append(Finding(path: path, line: 1, message: "this page is missing"))
        continue
      }
      let targets = Set(page.lines.flatMap { Inline($0).links.map(\.target) })
      for chapter in chapters where !targets.contains(chapter.path(language)) {
        found.append(Finding(path: path, line: 1, message: "the map has no link to \(chapter.path(language))"))
      }
    }
    return found
  }

  /// Places in the Korean texts where a word begins with a spelling that the glossary lists as not used.
  func spellingFindings() throws -> [Finding] {
    guard let glossary = try page("docs/glossary.md") else {
      return [Finding(path: "docs/glossary.md", line: 1, message: "this page is missing")]
    }
    let others = glossary.otherSpellings
    var found: [Finding] = []
    func look(at text: String, _ path: String, _ number: Int) {
      for (term, instead) in others where text.hasWord(beginning: term) {
        found.append(
          Finding(path: path, line: number + 1, message: "'\(term)': the glossary's spelling is '\(instead)'"))
      }
    }
    let pages = try pagePaths.filter { $0.hasSuffix(".ko.md") }.compactMap { try page($0) }
    for page in pages + chapters.compactMap({ $0.notes[.korean] }) {
      for (number, line) in page.lines.enumerated() where page.isProse[number] {
        look(at: Inline(line).text(without: [.formula, .comment, .target, .address, .code]), page.path, number)
      }
    }
    for folder in ["Sources", "chapters"] {
      let files = FileManager.default.enumerator(atPath: "\(root)/\(folder)")?.compactMap { $0 as? String } ?? []
      for file in files.sorted() where file.hasSuffix(".swift") || file.hasSuffix(".holes") {
        for (number, line) in try readText("\(root)/\(folder)/\(file)").lines.enumerated() {
          look(at: line, "\(folder)/\(file)", number)
        }
      }
    }
    return found
  }
}

extension String {
  /// Whether the term stands somewhere with no Hangul syllable before it.
  fileprivate func hasWord(beginning term: String) -> Bool {
    ranges(of: term).contains { range in
      range.lowerBound == startIndex || !self[index(before: range.lowerBound)].isHangul
    }
  }
}

extension Character {
  fileprivate var isHangul: Bool { unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) } }
}

/// A path made of these parts, with each `name/..` removed.
func resolvedPath(_ parts: [String]) -> String {
  var result: [String] = []
  for part in parts {
    if part == "..", let last = result.last, last != ".." { result.removeLast() } else { result.append(part) }
  }
  return result.joined(separator: "/")
}

extension Notes {
  /// The glossary's table of spellings that are not used, each with the spelling to use instead.
  fileprivate var otherSpellings: [(term: String, instead: String)] {
    guard let start = lines.firstIndex(of: "<!-- spellings -->") else { return [] }
    let rows = lines[start...].dropFirst().drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.dropFirst(2)
    return rows.flatMap { row -> [(String, String)] in
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count >= 2 else { return [] }
      return cells[0].split(separator: ",").map { ($0.trimmingCharacters(in: .whitespaces), cells[1]) }
    }
  }
}
