// The errata in the chapters' notes: their form, and how the run refutes each of them.
//
// An erratum is a quote that begins with a bold word. The run refutes it in one of three ways:
//
//     > **Erratum.** "…" … it is <!-- value: NAME -->0.9<!-- /value -->.     the quote holds a number of the run
//     > **Erratum.** "…" … The run: `✓ the claim of a check`.               the quote names a check of its section
//     > **Erratum.** "…" …                                                  an equation of the run follows directly
//
//     <!-- equation: NAME -->

import Foundation
import Notebook

/// A common wrong statement about recurrent networks, and the book's answer.
struct Erratum {
  /// The path of its notes, from the top of the checkout.
  let path: String
  /// The index of its first line.
  let line: Int
  /// The text of the heading above it, and the anchor of that heading on GitHub.
  let heading: String
  let anchor: String
  /// The number of directives before it, which must be the same in both languages.
  let place: Int
  /// Its text line by line, without the quote's marks, the first word and the comments around values.
  let lines: [String]
  /// The names of the run's values that it quotes.
  let values: [String]
  /// The claims of the checks that it names.
  let claims: [String]
  /// The name of the equation that follows it.
  let equation: String?

  /// The beginning of every erratum.
  static let word = Text("**Erratum.** ", ko: "**바로잡기.** ")
}

extension Notes {
  /// The errata in order, and findings about errata in the wrong form or without anything that refutes them.
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
      let next = lines[(number + 1)...].firstIndex { !$0.isEmpty }
      let equation = directives.first { $0.kind == .equation && $0.line == next }?.argument
      for claim in claims where !hasCheck("✓ " + claim) { report(start, "the run has no check '\(claim)'") }
      if values.isEmpty, claims.isEmpty, equation == nil {
        report(
          start, "nothing of the run refutes this erratum: quote a value or a `✓ check`, or let an equation follow")
      }
      var text = quote.map(Notes.withoutValueMarks)
      text[0] = String(text[0].dropFirst(word.count))
      found.append(
        Erratum(
          path: path, line: start, heading: heading.text, anchor: anchors[heading.line] ?? "",
          place: directives.count { $0.line < start }, lines: text, values: values, claims: claims,
          equation: equation))
    }
    return (found, findings)
  }

  /// Whether a line looks like the start of an erratum, even if its form is wrong.
  private static func looksLikeErratum(_ line: String) -> Bool {
    let start = line.drop { " >-*_".contains($0) }
    guard ["Erratum", "Errata", "바로잡기", "정오표"].contains(where: start.hasPrefix) else { return false }
    return line.hasPrefix(">") || line.contains("**")
  }

  /// The claims of the checks that a line names, each in a code span: `✓ claim`.
  private static func claims(_ line: String) -> [String] {
    let inline = Inline(line)
    return inline.parts.filter { $0.kind == .code }.compactMap { part in
      let code = inline[part].trimmingCharacters(in: ["`"])
      return code.hasPrefix("✓ ") ? String(code.dropFirst(2)) : nil
    }
  }

  /// Whether the checks of some section contain this text, if all white space counts as one space.
  private func hasCheck(_ text: String) -> Bool {
    directives.contains { directive in
      guard directive.kind == .checks else { return false }
      let words = lines[directive.block].flatMap { $0.split(separator: " ") }
      return words.joined(separator: " ").contains(text)
    }
  }

  /// The line with its values but without the comments around them.
  private static func withoutValueMarks(_ line: String) -> String {
    let inline = Inline(line)
    return inline.parts.filter { $0.kind != .comment }.map { inline[$0] }.joined()
  }
}

extension Checkout {
  /// Errata in the wrong form, and differences between the errata of the two languages.
  func errataFindings() -> [Finding] {
    chapters.flatMap { chapter in
      let english = chapter.notes[.english]!.errata(.english)
      let korean = chapter.notes[.korean]!.errata(.korean)
      return english.findings + korean.findings + differences(english.errata, korean.errata, chapter)
    }
  }

  /// The first difference between the English errata `a` and the Korean errata `b` of a chapter.
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
