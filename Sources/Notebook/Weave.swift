// Weaving: writing the results of a run into the blocks of the notes that show them.

import Foundation

/// The weave of one file: its new text, the stale blocks of the old text, and the blocks that cannot be woven.
struct Weave {
  private(set) var lines: [String]
  private(set) var stale: [Finding] = []
  private(set) var broken: [Finding] = []
  /// Figure files by path, with the text that each should have, and the line of the directive, from 0.
  private(set) var figures: [(path: String, svg: String, line: Int)] = []

  private let notes: Notes
  private let prefix: String?
  private let language: Language
  private let label: String
  private let transcript: Transcript
  private let isFull: Bool
  private let folder: String
  private let root: String
  private let exercises: (chapter: String, lines: [String])

  var text: String { lines.joined(separator: "\n") }

  /// - Parameters:
  ///   - notes: the file.
  ///   - prefix: nil for a chapter's own notes; the chapter's name for files that quote several chapters.
  ///   - language: the file's language.
  ///   - label: the start of the captions' labels, in the file's language: "Figure 2.".
  ///   - transcript: the run in the file's language.
  ///   - isFull: whether the run had its long parts. Without them, blocks marked `full` are left alone.
  ///   - folder: where `code` and figure paths start; `root` is tried next.
  ///   - exercises: a chapter, and the list of its exercises in the file's language.
  init(
    _ notes: Notes, prefix: String?, language: Language, label: String, transcript: Transcript, isFull: Bool,
    folder: String, root: String,
    exercises: (chapter: String, lines: [String])
  ) {
    (self.notes, self.prefix, self.label, self.transcript, self.isFull) = (notes, prefix, label, transcript, isFull)
    self.language = language
    (self.folder, self.root, self.exercises) = (folder, root, exercises)
    lines = notes.lines
    weaveValues()
    if prefix == nil { weaveCaptions() }
    // From the end, so that line numbers stay right while blocks change length.
    for directive in notes.directives.reversed() where isFull || !directive.isFull { weave(directive) }
    if prefix == nil { checkThatAllFiguresAreShown() }
    figures.sort { $0.line < $1.line }
    stale.sort { $0.line < $1.line }
    broken.sort { $0.line < $1.line }
  }

  // MARK: Blocks

  private mutating func weave(_ directive: Notes.Directive) {
    // Code outside the chapters, and a list of exercises, have no chapter's name before them.
    let isFree = directive.kind == .code && Weave.isFile(directive.argument, in: root)
    let isList = directive.kind == .exercises && directive.argument == exercises.chapter
    guard let argument = name(directive.argument) ?? (isFree || isList ? directive.argument : nil) else { return }
    do {
      switch directive.kind {
      case .section, .stated, .part, .python: break
      case .equation: try checkEquation(directive, argument)
      case .exercises:
        guard isList, !exercises.lines.isEmpty else {
          throw BadInput("'exercises' wants a chapter that has some, here \(exercises.chapter)")
        }
        try replace(directive, by: exercises.lines)
      case .output:
        try replace(directive, by: try output(of: argument))
      case .checks: try weaveChecks(directive, argument)
      case .code: try replace(directive, by: try region(argument.split(separator: " ").map(String.init)))
      case .figure: try weaveFigure(directive, argument)
      }
    } catch {
      broken.append(notes.finding(directive, "\(error)"))
    }
  }

  /// An equation in a shared file must be one that the run checks. (The page reports it for the chapter's own notes.)
  private func checkEquation(_ directive: Notes.Directive, _ name: String) throws {
    if prefix == nil { return }
    let latex = notes.body(of: directive).joined(separator: "\n")
    if !transcript.equations.contains(where: { $0.name == name && $0.latex == latex }) {
      throw BadInput("the run checks no such equation under the name '\(name)'")
    }
  }

  /// What a section printed. The chapter's own notes show its equations and checks in their own way; another file shows what
  /// a terminal does.
  private func output(of section: String) throws -> [String] {
    guard let lines = transcript.output(of: section, prefix == nil ? [.text] : [.text, .equation]) else {
      throw BadInput("the run has no section '\(section)'")
    }
    if prefix == nil, lines.isEmpty { throw BadInput("the section prints no text: delete this block") }
    let checks = prefix == nil ? nil : transcript.checkLine(of: section, language)?.plain
    return lines + (checks.map { [$0] } ?? [])
  }

  /// The checks of a section, folded into one line that a reader can open.
  private mutating func weaveChecks(_ directive: Notes.Directive, _ section: String) throws {
    guard let lines = transcript.output(of: section, [.check])?.filter({ !$0.isEmpty }), !lines.isEmpty,
      let line = transcript.checkLine(of: section, language)
    else { throw BadInput("the section '\(section)' makes no checks") }
    let summary = "<details><summary>\(line.plain.trimmingSpaces())</summary>"
    try replace(directive, by: [summary, "", "```text"] + lines + ["```", "", "</details>"])
  }

  private mutating func weaveFigure(_ directive: Notes.Directive, _ name: String) throws {
    guard let figure = transcript.figures.first(where: { $0.name == name }) else {
      throw BadInput("the run draws no figure '\(name)'")
    }
    let file = "figures/\(name).svg"
    let fromRoot = (folder.hasPrefix(root + "/") ? String(folder.dropFirst(root.count + 1)) : folder) + "/" + file
    let path = prefix == nil ? file : notes.path.hasPrefix(root + "/docs/") ? "../" + fromRoot : fromRoot
    guard Inline(notes.lines[directive.block.lowerBound]).links.first?.target == path else {
      throw BadInput("the image must refer to \(path)")
    }
    if prefix == nil { figures.append(("\(folder)/\(file)", figure.svg, directive.line)) }
  }

  /// Puts a block in the place of the old one; the same block is not stale.
  private mutating func replace(_ directive: Notes.Directive, by block: [String]) throws {
    let inside = directive.kind == .checks ? block.dropFirst(3).dropLast(3) : block[...]
    if inside.contains(where: { $0.trimmingSpaces().hasPrefix("```") }) {
      throw BadInput("a line that begins with ``` would end the fence")
    }
    if notes.lines[directive.block].elementsEqual(block, by: { $0.hasSameBytes(as: $1) }) { return }
    stale.append(notes.finding(directive, "'\(directive.kind.rawValue): \(directive.argument)' is stale"))
    lines.replaceSubrange(directive.block, with: block)
  }

  /// A region of a source file: its path in the chapter's folder or the checkout, and the region's name.
  private func region(_ words: [String]) throws -> [String] {
    guard words.count == 2 else { throw BadInput("'code' wants a file and a region's name") }
    let candidates = ["\(folder)/\(words[0])", "\(root)/\(words[0])"]
    guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw BadInput("there is no file \(words[0]) in the chapter's folder or at the top")
    }
    return try SourceRegion.lines(of: words[1], in: try readText(path), file: words[0])
  }

  private mutating func checkThatAllFiguresAreShown() {
    let shown = notes.directives.filter { $0.kind == .figure }.map(\.argument)
    for figure in transcript.figures where !shown.contains(figure.name) {
      broken.append(Finding(path: notes.path, line: 1, message: "the run draws a figure '\(figure.name)': show it"))
    }
  }

  // MARK: Captions

  /// Numbers the figures of a chapter in the labels of their captions. The number of lines stays the same.
  private mutating func weaveCaptions() {
    for (index, figure) in notes.directives.filter({ $0.kind == .figure }).enumerated() {
      let right = "**\(label)\(index + 1).**"
      let word = label.prefix { $0 != " " }
      guard let old = notes.captionLabel(of: figure), old.hasPrefix("**\(word) ") else {
        let problem =
          "this figure has no caption: below the image, after an empty line, begin a paragraph with \(right)"
        broken.append(notes.finding(figure, problem))
        continue
      }
      if old.hasSameBytes(as: right) { continue }
      let line = notes.captionLine(of: figure)
      let problem = "'\(old)' is stale: this is now \(right)"
      stale.append(Finding(path: notes.path, line: line + 1, message: problem))
      lines[line].replaceSubrange(..<old.endIndex, with: right)
    }
  }

  // MARK: Values

  /// Replaces the numbers quoted in paragraphs. The number of lines stays the same, so this can come before the blocks.
  private mutating func weaveValues() {
    for index in notes.lines.indices where notes.isProse[index] {
      func finding(_ message: String) -> Finding { Finding(path: notes.path, line: index + 1, message: message) }
      let (values, isComplete) = Notes.values(in: notes.lines[index])
      if !isComplete { broken.append(finding("a 'value' mark lacks its partner")) }
      for value in values.reversed() where isFull || !value.isFull {
        guard let name = name(value.name) else { continue }
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

  // MARK: Names

  /// Whether the first word of an argument is a file of the checkout.
  static func isFile(_ argument: String, in root: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(root)/\(argument.prefix { $0 != " " })")
  }

  /// A directive's argument without the chapter's name before it; nil where it names another chapter.
  private func name(_ argument: String) -> String? {
    guard let prefix else { return argument }
    return argument.hasPrefix(prefix + "/") ? String(argument.dropFirst(prefix.count + 1)) : nil
  }
}

extension Notes {
  /// A finding at a directive's line.
  func finding(_ directive: Directive, _ message: String) -> Finding {
    Finding(path: path, line: directive.line + 1, message: message)
  }
  /// The line where a figure's caption begins: the image and an empty line stand before it.
  func captionLine(of figure: Directive) -> Int { figure.block.upperBound + 1 }

  /// The label with which a figure's caption begins, `**Figure 2.3.**`; nil where there is no such paragraph, or no text in it.
  func captionLabel(of figure: Directive) -> String? {
    let line = captionLine(of: figure)
    guard line < lines.count, isProse[line], lines[line - 1].isEmpty, lines[line].hasPrefix("**") else { return nil }
    guard let end = lines[line].firstRange(of: ".** ")?.lowerBound else { return nil }
    return lines[line][..<end] + ".**"
  }
  /// How many characters of a line are such a label, whose number only the run knows.
  func captionLabelLength(at line: Int) -> Int {
    let figure = directives.first { $0.kind == .figure && captionLine(of: $0) == line }
    return figure.flatMap { captionLabel(of: $0) }?.count ?? 0
  }
}
