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
  init(_ notes: Notes, prefix: String?, transcript: Transcript, isFull: Bool, folder: String, root: String) {
    lines = notes.lines
    // From the end, so that line numbers stay right while blocks change length.
    for directive in notes.directives.reversed() {
      guard let argument = Weave.argument(directive.argument, prefix: prefix) else { continue }
      let words = argument.split(separator: " ").map(String.init)
      if words.dropFirst().contains("full") && directive.kind == .output && !isFull { continue }
      let block: [String]?
      var problem = ""
      switch directive.kind {
      case .section:
        if prefix == nil, !transcript.sections.contains(where: { $0.name == argument }) {
          broken.append(notes.finding(directive, "the run has no section '\(argument)'"))
        }
        continue
      case .equation:
        if !transcript.equations.contains(where: { $0.name == argument }) {
          broken.append(notes.finding(directive, "the run never checks the equation '\(argument)'"))
        }
        continue
      case .stated: continue
      case .output:
        block = transcript.output(of: words[0])
        problem = "the run has no section '\(words[0])'"
      case .code:
        do {
          block = try Weave.region(words, folder: folder, root: root)
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
        guard notes.lines[directive.block.lowerBound].contains("](\(expected))") else {
          broken.append(notes.finding(directive, "the image must refer to \(expected)"))
          continue
        }
        if prefix == nil { figures.append(("\(folder)/\(expected)", figure.svg, directive.line)) }
        continue
      }
      guard let block else {
        broken.append(notes.finding(directive, problem))
        continue
      }
      if Array(notes.lines[directive.block]) != block {
        stale.append(notes.finding(directive, "'\(directive.kind.rawValue): \(directive.argument)' is stale"))
        lines.replaceSubrange(directive.block, with: block)
      }
    }
    weaveValues(notes, prefix: prefix, transcript: transcript)
    stale.sort { $0.line < $1.line }
    broken.sort { $0.line < $1.line }
  }

  private mutating func weaveValues(_ notes: Notes, prefix: String?, transcript: Transcript) {
    // Blocks may have moved the lines; values stand in paragraphs, which are found again by their text.
    var numbers: [String: Int] = [:]
    for (number, line) in notes.lines.enumerated() where !notes.isFenced[number] { numbers[line] = number }
    var fenced = false
    for index in lines.indices {
      if lines[index].hasPrefix("```") { fenced.toggle() }
      if fenced { continue }
      let (values, isComplete) = Notes.values(in: lines[index])
      let number = numbers[lines[index]] ?? index
      func finding(_ message: String) -> Finding { Finding(path: notes.path, line: number + 1, message: message) }
      if !isComplete { broken.append(finding("a 'value' mark lacks its partner")) }
      var line = lines[index]
      for value in values.reversed() {
        guard let name = Weave.argument(value.name, prefix: prefix) else { continue }
        guard let found = transcript.numbers.first(where: { $0.name == name }) else {
          broken.append(finding("the run has no number '\(name)'"))
          continue
        }
        if found.text != value.text {
          stale.append(finding("'value: \(value.name)' is stale: \(value.text) is now \(found.text)"))
          line.replaceSubrange(value.range, with: found.text)
        }
      }
      lines[index] = line
    }
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
    return try region(named: words[1], in: try readText(path), of: words[0])
  }

  static func region(named name: String, in source: String, of file: String) throws -> [String] {
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    func mark(_ which: String) throws -> Int {
      let found = lines.indices.filter { lines[$0].trimmingSpaces() == "// \(which): \(name)" }
      guard found.count == 1 else {
        throw BadInput("\(file) has \(found.count) lines '// \(which): \(name)'; one is wanted")
      }
      return found[0]
    }
    let (begin, end) = (try mark("begin"), try mark("end"))
    guard begin < end else { throw BadInput("\(file): '// end: \(name)' stands before its begin") }
    // Marks of other regions inside this one are not shown.
    let inner = lines[(begin + 1)..<end].filter {
      let line = $0.trimmingSpaces()
      return !line.hasPrefix("// begin: ") && !line.hasPrefix("// end: ")
    }
    let indentation = inner.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    return inner.map { String($0.dropFirst(indentation)) }
  }
}

extension Notes {
  func finding(_ directive: Directive, _ message: String) -> Finding {
    Finding(path: path, line: directive.line + 1, message: message)
  }
}

// MARK: - Two languages, one book

extension Notes {
  /// What differs between two languages' notes: outline, directives, equations, and, section by section, the inline
  /// formulas and the numbers of the prose.
  static func differences(_ a: Notes, _ b: Notes) -> [Finding] {
    var found: [Finding] = []
    func report(_ line: Int, _ message: String) {
      found.append(Finding(path: b.path, line: line + 1, message: "\(message) (compare \(a.path))"))
    }
    // The outline: headings and directives, in order.
    let (x, y) = (a.outline, b.outline)
    for (one, other) in zip(x, y) where one.text != other.text {
      report(other.line, "'\(other.text)' stands where the other language has '\(one.text)' (line \(one.line + 1))")
      return found
    }
    if x.count != y.count {
      let (longer, note) = x.count > y.count ? (x, "lacks") : (y, "alone has")
      report(
        x.count > y.count ? max(b.lines.count - 1, 0) : longer[y.count > x.count ? x.count : y.count].line,
        "this language \(note) '\(longer[min(x.count, y.count)].text)'")
      return found
    }
    // The equations, checked and stated.
    let isMath = { (directive: Directive) in directive.kind == .equation || directive.kind == .stated }
    for (one, other) in zip(a.directives.filter(isMath), b.directives.filter(isMath))
    where a.formula(one) != b.formula(other) {
      report(other.line, "this equation differs from line \(one.line + 1)")
    }
    // Formulas and numbers in the prose.
    let (p, q) = (a.prose, b.prose)
    for section in Set(p.keys).union(q.keys).sorted() {
      let (one, other) = (p[section] ?? Prose(), q[section] ?? Prose())
      for (what, mine, theirs) in [
        ("formula", one.formulas, other.formulas), ("number", one.numbers, other.numbers),
      ] {
        let place = section.isEmpty ? "before the first section" : "in section '\(section)'"
        for missing in Set(mine.keys).subtracting(theirs.keys).sorted() {
          report(other.line, "\(place) the \(what) \(missing) is missing, which line \(mine[missing]! + 1) has")
        }
        for extra in Set(theirs.keys).subtracting(mine.keys).sorted() {
          report(theirs[extra]!, "\(place) the \(what) \(extra) is not in the other language")
        }
      }
    }
    return found
  }

  private var outline: [(text: String, line: Int)] {
    let headings = headings.map { (text: String(repeating: "#", count: $0.level), line: $0.line) }
    let directives = directives.map { directive in
      (
        text: directive.kind == .stated ? "stated" : "\(directive.kind.rawValue): \(directive.argument)",
        line: directive.line
      )
    }
    return (headings + directives).sorted { $0.line < $1.line }
  }

  /// An equation's text without white space, and without the words in it.
  private func formula(_ directive: Directive) -> String {
    var text = body(of: directive).joined().filter { !$0.isWhitespace }
    while let start = text.range(of: "\\text{"), let end = text[start.upperBound...].firstIndex(of: "}") {
      text.replaceSubrange(start.lowerBound...end, with: "")
    }
    return text
  }

  struct Prose {
    var line = 0
    /// Each with the line of its first occurrence.
    var formulas: [String: Int] = [:]
    var numbers: [String: Int] = [:]
  }

  /// The prose's formulas and numbers, by section.
  private var prose: [String: Prose] {
    var result: [String: Prose] = [:]
    var section = ""
    for (number, line) in lines.enumerated() where !isFenced[number] {
      if let directive = directives.first(where: { $0.kind == .section && $0.line == number }) {
        section = directive.argument
        result[section, default: Prose()].line = number
        continue
      }
      if Notes.comment(line) != nil || line.hasPrefix("![") { continue }
      var rest = line
      // Links: their targets are not prose.
      while let open = rest.range(of: "]("), let close = rest[open.upperBound...].firstIndex(of: ")") {
        rest.replaceSubrange(open.lowerBound...close, with: " ")
      }
      while let open = rest.range(of: "$`"), let close = rest[open.upperBound...].range(of: "`$") {
        let formula = String(rest[open.upperBound..<close.lowerBound])
        if result[section, default: Prose()].formulas[formula] == nil {
          result[section, default: Prose()].formulas[formula] = number
        }
        rest.replaceSubrange(open.lowerBound..<close.upperBound, with: " ")
      }
      while let open = rest.range(of: "<!--"), let close = rest[open.upperBound...].range(of: "-->") {
        rest.replaceSubrange(open.lowerBound..<close.upperBound, with: "")
      }
      for token in Notes.numbers(in: rest) where result[section, default: Prose()].numbers[token] == nil {
        result[section, default: Prose()].numbers[token] = number
      }
    }
    return result
  }

  /// The numbers in a text: digits with points and commas inside.
  static func numbers(in text: String) -> [String] {
    var found: [String] = []
    var current = ""
    func finish() {
      while let last = current.last, !last.isNumber { current.removeLast() }
      if !current.isEmpty { found.append(current) }
      current = ""
    }
    var previous: Character = " "
    for character in text {
      if character.isASCII && character.isNumber {
        // Digits in a word (as in x86) are not numbers.
        if current.isEmpty && previous.isASCII && previous.isLetter { previous = character; continue }
        current.append(character)
      } else if (character == "." || character == ",") && !current.isEmpty {
        current.append(character)
      } else {
        finish()
      }
      previous = character
    }
    finish()
    return found
  }
}
