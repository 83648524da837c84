// One letter, one meaning: the table of letters in docs/conventions, and the letters that the chapters use.

import LaTeX
import Notebook

/// A row of the table: a letter, the indices that it takes, and where it has this meaning.
private struct LetterRow {
  let base: String
  let forms: Set<IndexedLetter>
  /// The chapters' numbers; nil for all.
  let chapters: Set<Int>?
  let line: Int

  func applies(to chapter: Int) -> Bool { chapters?.contains(chapter) ?? true }
}

extension Checkout {
  /// Letters of the notes that the table of docs/conventions does not have, letters to which it gives two meanings in one
  /// chapter, and rows for chapters that do not use their letter. Only of chapters whose notes name their parts.
  func letterFindings() throws -> [Finding] {
    guard let page = try page("docs/conventions.en.md") else {
      return [Finding(path: "docs/conventions.en.md", line: 1, message: "this page is missing")]
    }
    var found: [Finding] = []
    func report(_ notes: Notes, _ line: Int, _ message: String) {
      found.append(Finding(path: notes.path, line: line + 1, message: message))
    }
    var rows: [LetterRow] = []
    for (line, cells) in page.letterTable {
      let forms = formulas(in: cells[0]).flatMap { (try? IndexedLetter.all(inLaTeX: $0)) ?? [] }
      guard cells.count == 3, let base = forms.first?.base, forms.allSatisfy({ $0.base == base }) else {
        report(page, line, "a row has one letter with its indices, its meaning, and the chapters")
        continue
      }
      let chapters = cells[2] == "all" ? nil : Set(cells[2].split(separator: ",").compactMap { Int($0.trimmed) })
      rows.append(LetterRow(base: base, forms: Set(forms), chapters: chapters, line: line))
    }
    if rows.isEmpty { report(page, 0, "the table below <!-- letters --> is missing") }
    // As with the outline, nothing is asked of notes that name no part.
    for chapter in chapters where chapter.notes[.english]!.directives.contains(where: { $0.kind == .part }) {
      let mine = rows.filter { $0.applies(to: chapter.number) }
      for row in mine {
        if let first = mine.first(where: { $0.base == row.base && $0.line < row.line }) {
          let other = "line \(first.line + 1) has another for the same letter"
          report(page, row.line, "\(row.base) has two meanings in chapter \(chapter.number): \(other)")
        }
      }
      let notes = chapter.notes[.english]!
      var used: Set<String> = []
      var seen: Set<IndexedLetter> = []
      for (line, letter) in notes.letters {
        used.insert(letter.base)
        guard seen.insert(letter).inserted else { continue }
        guard let row = mine.first(where: { $0.base == letter.base }) else {
          report(
            notes, line,
            "the letter \(letter.base) is not in the table of docs/conventions for chapter \(chapter.number)")
          continue
        }
        if !row.forms.contains(letter) {
          report(notes, line, "\(letter.latex): the table of docs/conventions gives \(row.base) no such index")
        }
      }
      for row in mine where row.chapters != nil && !used.contains(row.base) {
        report(page, row.line, "chapter \(chapter.number) does not use \(row.base)")
      }
    }
    return found + (try twinFindings(page))
  }

  /// Rows of the two languages' tables that differ in letters or chapters.
  private func twinFindings(_ page: Notes) throws -> [Finding] {
    guard let korean = try self.page("docs/conventions.ko.md") else { return [] }
    let (one, other) = (page.letterTable, korean.letterTable)
    let isSame = { (a: [String], b: [String]) in
      formulas(in: a[0]) == formulas(in: b[0]) && a.last == (b.last == "모두" ? "all" : b.last)
    }
    if let place = zip(one, other).first(where: { !isSame($0.cells, $1.cells) })?.1.line {
      return [Finding(path: korean.path, line: place + 1, message: "this row differs from the one in \(page.path)")]
    }
    if one.count == other.count { return [] }
    return [Finding(path: korean.path, line: 1, message: "the table of letters has other rows than \(page.path)")]
  }
}

/// The inline formulas of a line of Markdown, without their marks.
private func formulas(in line: String) -> [String] {
  let inline = Inline(line)
  return inline.parts.filter { $0.kind == .formula }.map { String(inline[$0].dropFirst(2).dropLast(2)) }
}

extension Substring {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}

extension Notes {
  /// The rows of the table of letters, with their lines.
  fileprivate var letterTable: [(line: Int, cells: [String])] {
    guard let mark = lines.firstIndex(of: "<!-- letters -->") else { return [] }
    let start = lines[mark...].firstIndex { $0.hasPrefix("|") } ?? lines.count
    let end = lines[start...].firstIndex { !$0.hasPrefix("|") } ?? lines.count
    return (start..<end).dropFirst(2).map { ($0, Notes.cells(of: lines[$0])) }
  }

  /// The letters of all formulas, with their lines. A formula that cannot be read is the dialect's business.
  fileprivate var letters: [(line: Int, letter: IndexedLetter)] {
    var sources: [(line: Int, formula: String)] = []
    for (number, line) in lines.enumerated() where isProse[number] && line.contains("$`") {
      sources += formulas(in: line).map { (number, $0) }
    }
    for directive in directives where directive.kind == .equation || directive.kind == .stated {
      sources += directive.block.map { ($0, lines[$0]) }
    }
    return sources.flatMap { line, formula in
      ((try? IndexedLetter.all(inLaTeX: formula)) ?? []).map { (line, $0) }
    }
  }
}
