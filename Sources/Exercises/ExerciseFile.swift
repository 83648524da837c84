// The student's file, the text that it had at first, and the solutions beside it.
//
// A hole stands between two marks, with its task in both languages, and what its parameters are:
//
//     // begin: candidate
//     // EN: Write the candidate …
//     // KO: 후보를 …
//     //
//     // x    x_t       d × B
//     static func candidate<A: Algebra>(x: A, …) throws -> A {
//       throw Hole()
//     }
//     // end: candidate
//
// `Exercises.holes` is the same file as nobody has touched it: from it a hole is restored, without git.

import Console
import Foundation

/// The files of a chapter's exercises.
package struct ExerciseFiles {
  /// The chapter's folder.
  package let folder: String

  package init(folder: String) { self.folder = folder }

  package static let student = "Exercises.swift"
  package static let pristine = "Exercises.holes"
  package static let solutions = "Solutions.swift"
  /// Where replaced texts are kept. Swift compiles no folder whose name begins with a point.
  package static let kept = ".Exercises.kept"

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  // MARK: Reading

  /// What is to be done, as the hole's comment says it.
  func task(of name: String) throws -> Text {
    let source = try readText(path(ExerciseFiles.pristine))
    let lines = try SourceRegion.lines(of: name, in: source, file: ExerciseFiles.pristine)
    return Text(ExerciseFiles.text("EN:", lines), ko: ExerciseFiles.text("KO:", lines))
  }

  /// The words after a tag in a comment: to an empty comment line, another tag, or the comment's end.
  static func text(_ tag: String, _ lines: [String]) -> String {
    var words: [String] = []
    var isInside = false
    for line in lines {
      let line = line.trimmingSpaces()
      guard line.hasPrefix("//") else { break }
      let text = line.dropFirst(2).trimmingSpaces()
      if text.hasPrefix(tag) {
        isInside = true
        words.append(text.dropFirst(tag.count).trimmingSpaces())
      } else if text.isEmpty || text.hasPrefix("EN:") || text.hasPrefix("KO:") {
        isInside = false
      } else if isInside {
        words.append(text)
      }
    }
    return words.joined(separator: " ")
  }

  /// Where the hole begins in the student's file, from 1; nil where its marks are gone.
  func line(of name: String) -> Int? {
    guard let source = try? readText(path(ExerciseFiles.student)) else { return nil }
    let marks = try? SourceRegion.marks(of: name, in: source.lines, file: ExerciseFiles.student)
    return marks.map { $0.lowerBound + 1 }
  }

  /// The solution's source.
  func solution(of name: String) throws -> [String] {
    try SourceRegion.lines(of: name, in: try readText(path(ExerciseFiles.solutions)), file: ExerciseFiles.solutions)
  }

  // MARK: Restoring

  /// Puts a hole back as it was, or, without a name, the whole file. What stood there is kept first.
  ///
  /// - Returns: the path where it is kept; nil where the file had not been changed.
  package func reset(_ name: String?) throws -> String? {
    let pristine = try readText(path(ExerciseFiles.pristine))
    let current = try readText(path(ExerciseFiles.student))
    var restored = pristine
    if let name {
      let wanted = pristine.lines
      var lines = current.lines
      let source = try SourceRegion.marks(of: name, in: wanted, file: ExerciseFiles.pristine)
      let target: ClosedRange<Int>
      do {
        target = try SourceRegion.marks(of: name, in: lines, file: ExerciseFiles.student)
      } catch {
        throw BadInput("\(error): put them back, or restore the whole file with --reset and no name")
      }
      lines.replaceSubrange(target, with: wanted[source])
      restored = lines.joined(separator: "\n")
    }
    if restored.hasSameBytes(as: current) { return nil }
    try makeFolder(path(ExerciseFiles.kept))
    var number = 1
    func keptPath() -> String { path("\(ExerciseFiles.kept)/\(name ?? "Exercises")-\(number).swift") }
    while FileManager.default.fileExists(atPath: keptPath()) { number += 1 }
    try writeAtomically(current, to: keptPath())
    try writeAtomically(restored, to: path(ExerciseFiles.student))
    return keptPath()
  }
}

/// How many hints a student has had, by exercise: lines of a name and a number.
struct HintMemory {
  let path: String

  func count(_ name: String) -> Int { counts[name] ?? 0 }

  /// Remembers. Where it cannot be written, the next hint is the first again.
  func set(_ name: String, _ count: Int) {
    var counts = counts
    counts[name] = count == 0 ? nil : count
    let lines = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
    try? makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    try? writeAtomically(lines.joined(), to: path)
  }

  private var counts: [String: Int] {
    var found: [String: Int] = [:]
    for line in ((try? readText(path)) ?? "").lines {
      let words = line.split(separator: " ")
      if words.count == 2, let count = Int(words[1]) { found[String(words[0])] = min(max(count, 0), 3) }
    }
    return found
  }
}
