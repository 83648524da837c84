// Weaving: what the run said is put into the notes, where their directives want it.

import Foundation

/// One file's weave: its new text, what is stale in the old one, what cannot be woven at all.
struct Weave {
  private(set) var lines: [String]
  private(set) var stale: [Finding] = []
  private(set) var broken: [Finding] = []
  /// Figure files, by path: the text that they should have.
  private(set) var figures: [(path: String, svg: String, line: Int)] = []

  var text: String { lines.joined(separator: "\n") }

  /// - Parameters:
  ///   - notes: the file.
  ///   - prefix: nil for a chapter's own notes; a chapter's name for files that quote several.
  ///   - transcript: the run in the file's language.
  ///   - isFull: whether the run had its long parts. Blocks marked `full` are left alone without them.
  ///   - folder: where `code` and figure paths start; `root` is tried next.
  ///   - exercises: a chapter, and the list of its exercises in the file's language.
  init(
    _ notes: Notes, prefix: String?, transcript: Transcript, isFull: Bool, folder: String, root: String,
    exercises: (chapter: String, lines: [String])
  ) {
    lines = notes.lines
    weaveValues(notes, prefix: prefix, transcript: transcript, isFull: isFull)
    // From the end, so that line numbers stay right while blocks change length.
    for directive in notes.directives.reversed() where isFull || !directive.isFull {
      // Code outside of the chapters is anybody's.
      let isFree = directive.kind == .code && Weave.isFile(directive.argument, in: root)
      let isList = directive.kind == .exercises && directive.argument == exercises.chapter
      guard
        let argument = Weave.argument(directive.argument, prefix: prefix)
          ?? (isFree || isList ? directive.argument : nil)
      else { continue }
      let block: [String]?
      var problem = ""
      switch directive.kind {
      case .section, .stated: continue
      case .equation:
        // In the chapter's own notes the run has read it here; whether it came to it, the page knows.
        if prefix == nil { continue }
        let latex = notes.body(of: directive).joined(separator: "\n")
        if !transcript.equations.contains(where: { $0.name == argument && $0.latex == latex }) {
          broken.append(notes.finding(directive, "the run checks no such equation under the name '\(argument)'"))
        }
        continue
      case .exercises:
        block = isList && !exercises.lines.isEmpty ? exercises.lines : nil
        problem = "'exercises' wants a chapter that has some, here \(exercises.chapter)"
      case .output:
        block = transcript.output(of: argument)
        problem = "the run has no section '\(argument)'"
      case .code:
        do {
          block = try Weave.region(argument.split(separator: " ").map(String.init), folder: folder, root: root)
        } catch {
          block = nil
          problem = "\(error)"
        }
      case .figure:
        guard let figure = transcript.figures.first(where: { $0.name == argument }) else {
          broken.append(notes.finding(directive, "the run draws no figure '\(argument)'"))
          continue
        }
        let expected = (prefix == nil ? "" : Weave.relative(folder, to: root) + "/") + "figures/\(argument).svg"
        let path = prefix != nil && notes.path.hasPrefix(root + "/docs/") ? "../" + expected : expected
        guard Inline(notes.lines[directive.block.lowerBound]).links.first?.target == path else {
          broken.append(notes.finding(directive, "the image must refer to \(path)"))
          continue
        }
        if prefix == nil { figures.append(("\(folder)/\(expected)", figure.svg, directive.line)) }
        continue
      }
      guard let block else {
        broken.append(notes.finding(directive, problem))
        continue
      }
      if block.contains(where: { $0.trimmingSpaces().hasPrefix("```") }) {
        broken.append(notes.finding(directive, "a line that begins with ``` would end the fence"))
        continue
      }
      if !notes.lines[directive.block].elementsEqual(block, by: { $0.hasSameBytes(as: $1) }) {
        stale.append(notes.finding(directive, "'\(directive.kind.rawValue): \(directive.argument)' is stale"))
        lines.replaceSubrange(directive.block, with: block)
      }
    }
    if prefix == nil {
      let shown = notes.directives.filter { $0.kind == .figure }.map(\.argument)
      for figure in transcript.figures where !shown.contains(figure.name) {
        broken.append(Finding(path: notes.path, line: 1, message: "the run draws a figure '\(figure.name)': show it"))
      }
    }
    figures.sort { $0.line < $1.line }
    stale.sort { $0.line < $1.line }
    broken.sort { $0.line < $1.line }
  }

  /// Values do not change the number of lines: they come first, while line numbers are those of the file.
  private mutating func weaveValues(_ notes: Notes, prefix: String?, transcript: Transcript, isFull: Bool) {
    for index in notes.lines.indices where notes.isProse[index] {
      func finding(_ message: String) -> Finding { Finding(path: notes.path, line: index + 1, message: message) }
      let (values, isComplete) = Notes.values(in: notes.lines[index])
      if !isComplete { broken.append(finding("a 'value' mark lacks its partner")) }
      for value in values.reversed() where isFull || !value.isFull {
        guard let name = Weave.argument(value.name, prefix: prefix) else { continue }
        guard let found = transcript.numbers.first(where: { $0.name == name }) else {
          broken.append(finding("the run has no number '\(name)'"))
          continue
        }
        if !found.text.hasSameBytes(as: value.text) {
          stale.append(finding("'value: \(value.name)' is stale: \(value.text) is now \(found.text)"))
          lines[index].replaceSubrange(value.range, with: found.text)
        }
      }
    }
  }

  /// Whether the first word of an argument is a file of the checkout.
  static func isFile(_ argument: String, in root: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(root)/\(argument.prefix { $0 != " " })")
  }

  /// A directive's argument without its chapter; nil where it is another chapter's.
  private static func argument(_ argument: String, prefix: String?) -> String? {
    guard let prefix else { return argument }
    return argument.hasPrefix(prefix + "/") ? String(argument.dropFirst(prefix.count + 1)) : nil
  }

  private static func relative(_ folder: String, to root: String) -> String {
    folder.hasPrefix(root + "/") ? String(folder.dropFirst(root.count + 1)) : folder
  }

  /// The lines of a source file between `// begin: NAME` and `// end: NAME`, without their common indentation.
  private static func region(_ words: [String], folder: String, root: String) throws -> [String] {
    guard words.count == 2 else { throw BadInput("'code' wants a file and a region's name") }
    let candidates = ["\(folder)/\(words[0])", "\(root)/\(words[0])"]
    guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw BadInput("there is no file \(words[0]) in the chapter's folder or at the top")
    }
    return try SourceRegion.lines(of: words[1], in: try readText(path), file: words[0])
  }
}

extension Notes {
  func finding(_ directive: Directive, _ message: String) -> Finding {
    Finding(path: path, line: directive.line + 1, message: message)
  }
}
