// The errata of the chapters' notes: how they are written there, and what must refute each of them.
//
// An erratum is a quote that begins with bold type. It is refuted by the run, in one of three ways:
//
//     > **Erratum.** "…" … it is <!-- value: NAME -->0.9<!-- /value -->.     a number of the run in the quote
//     > **Erratum.** "…" … The run: `✓ the claim of a check`.               a check of its section, as the output has it
//     > **Erratum.** "…" …                                                  an equation of the run, straight after it
//
//     <!-- equation: NAME -->

import Foundation
import Notebook

/// A wrong statement that is common elsewhere, and what the book says about it.
struct Erratum {
  /// The notes that it stands in.
  let path: String
  /// Its first line, from 0.
  let line: Int
  /// The heading that it stands under.
  let heading: String
  /// The end of the address of that heading.
  let anchor: String
  /// The section of the run.
  let section: String?
  /// How many directives stand before it.
  let place: Int
  /// Its words, line by line, without the marks of the quote and its first word; numbers of the run as they are quoted.
  let lines: [String]
  /// The names of the numbers of the run in it.
  let values: [String]
  /// The claims of checks that it names.
  let claims: [String]
  /// The equation that follows it.
  let equation: String?

  /// With what an erratum begins.
  static let word = Text("**Erratum.** ", ko: "**바로잡기.** ")
}

extension Notes {
  /// The errata in their order, and what is wrong with how they are written.
  func errata(_ language: Language) -> (errata: [Erratum], findings: [Finding]) {
    var found: [Erratum] = []
    var findings: [Finding] = []
    func report(_ line: Int, _ message: String) {
      findings.append(Finding(path: path, line: line + 1, message: message))
    }
    let word = Erratum.word(language)
    let anchors = self.anchors
    var number = 0
    while number < lines.count {
      defer { number += 1 }
      guard isProse[number], Notes.looksLikeErratum(lines[number]) else { continue }
      let start = number
      guard lines[start].hasPrefix("> " + word) else {
        report(start, "an erratum begins its line with '> \(word)'")
        continue
      }
      guard let heading = heading(above: start), heading.level > 1 else {
        report(start, "an erratum stands under a heading, to which its page can lead")
        continue
      }
      while number + 1 < lines.count, lines[number + 1].hasPrefix(">") { number += 1 }
      let quote = lines[start...number].map { String($0.dropFirst($0.hasPrefix("> ") ? 2 : 1)) }
      let values = quote.flatMap { Notes.values(in: $0).values.map(\.name) }
      let claims = quote.flatMap(Notes.claims)
      let next = lines[(number + 1)...].first { !$0.isEmpty } ?? ""
      let directive = Notes.directive(next)
      let equation = directive?.name == "equation" ? directive?.argument : nil
      let section = directives.last { $0.kind == .section && $0.line < start }?.argument
      for claim in claims where !prints("✓ " + claim, in: section) {
        report(start, "the output of section '\(section ?? "")' has no check '\(claim)'")
      }
      if values.isEmpty, claims.isEmpty, equation == nil {
        report(
          start, "nothing of the run refutes this erratum: quote a value or a `✓ check`, or let an equation follow")
      }
      var text = quote.map(Notes.withoutValueMarks)
      text[0] = String(text[0].dropFirst(word.count))
      found.append(
        Erratum(
          path: path, line: start, heading: heading.text, anchor: anchors[heading.line] ?? "", section: section,
          place: directives.count { $0.line < start }, lines: text, values: values, claims: claims,
          equation: equation))
    }
    return (found, findings)
  }

  /// Whether a line begins as an erratum does, well written or not.
  private static func looksLikeErratum(_ line: String) -> Bool {
    let start = line.drop { " >-*_".contains($0) }
    guard ["Erratum", "Errata", "바로잡기", "정오표"].contains(where: start.hasPrefix) else { return false }
    return line.hasPrefix(">") || line.contains("**")
  }

  /// The checks that a line names: `✓ claim`.
  private static func claims(_ line: String) -> [String] {
    let inline = Inline(line)
    return inline.parts.filter { $0.kind == .code }.compactMap { part in
      let code = inline[part].trimmingCharacters(in: ["`"])
      return code.hasPrefix("✓ ") ? String(code.dropFirst(2)) : nil
    }
  }

  /// Whether the output of a section has a line that begins so, white space aside.
  private func prints(_ start: String, in section: String?) -> Bool {
    directives.contains { directive in
      guard directive.kind == .output, directive.argument == section else { return false }
      let words = lines[directive.block].flatMap { $0.split(separator: " ") }
      return words.joined(separator: " ").contains(start)
    }
  }

  /// The name and argument of a line that is a directive.
  private static func directive(_ line: String) -> (name: String, argument: String)? {
    guard line.hasPrefix("<!-- "), line.hasSuffix(" -->"), let colon = line.firstIndex(of: ":") else { return nil }
    let name = line[line.index(line.startIndex, offsetBy: 5)..<colon]
    let argument = line[line.index(after: colon)...].dropLast(4).trimmingCharacters(in: .whitespaces)
    return (String(name), argument)
  }

  /// The line with its numbers and without the comments around them.
  private static func withoutValueMarks(_ line: String) -> String {
    let inline = Inline(line)
    return inline.parts.filter { $0.kind != .comment }.map { inline[$0] }.joined()
  }
}

extension Checkout {
  /// What is wrong with the errata of the notes: how they are written, and where the languages differ.
  func errataFindings() -> [Finding] {
    chapters.flatMap { chapter in
      let english = chapter.notes[.english]!.errata(.english)
      let korean = chapter.notes[.korean]!.errata(.korean)
      return english.findings + korean.findings + differences(english.errata, korean.errata, chapter)
    }
  }

  private func differences(_ a: [Erratum], _ b: [Erratum], _ chapter: ChapterNotes) -> [Finding] {
    for (one, other) in zip(a, b) {
      func finding(_ message: String) -> [Finding] {
        [Finding(path: other.path, line: other.line + 1, message: "\(message) (compare \(one.path):\(one.line + 1))")]
      }
      if one.place != other.place { return finding("this erratum stands elsewhere than in the other language") }
      if Set(one.values) != Set(other.values) || one.equation != other.equation
        || one.claims.count != other.claims.count
      {
        return finding("this erratum is not refuted by the same as in the other language")
      }
    }
    guard a.count != b.count else { return [] }
    let (longer, other) = a.count > b.count ? (a, chapter.path(.korean)) : (b, chapter.path(.english))
    let first = longer[min(a.count, b.count)]
    return [Finding(path: first.path, line: first.line + 1, message: "this erratum is not in \(other)")]
  }
}
