// The outline of a chapter: the parts that its notes go through, in the order in which a learner needs them.

extension Notes {
  /// The parts of a chapter, as the notes name them in `<!-- part: NAME -->`.
  enum Part: String, CaseIterable {
    /// A question, the picture of the machine, what a reader will be able to do.
    case question
    /// The machine whole: all its equations in one display.
    case machine
    /// One example in numbers that fit on paper.
    case byHand = "by-hand"
    /// A new idea a section, each begun by the question that it answers.
    case argument
    /// An experiment a section, each begun by its question.
    case measured
    /// The same in a framework.
    case framework
    /// The errata, after the reader knows what is right.
    case errata
    /// Five lines to keep; exercises and sources follow.
    case keep
  }

  /// Where a chapter leaves this outline. Nothing is asked of notes that name no part.
  func outlineFindings() -> [Finding] {
    let marks = directives.filter { $0.kind == .part }
    guard let first = marks.first else { return [] }
    var found: [Finding] = []
    func report(_ line: Int, _ message: String) {
      found.append(Finding(path: path, line: line + 1, message: message))
    }
    let names = Part.allCases.map(\.rawValue)
    if marks.map(\.argument) != names {
      report(first.line, "a chapter has these parts, once and in this order: \(names.joined(separator: ", "))")
      return found
    }
    for (part, mark) in zip(Part.allCases, marks) {
      let end = marks.first { $0.line > mark.line }?.line ?? lines.count
      let inside = directives.filter { (mark.line..<end).contains($0.line) }
      let sections = inside.filter { $0.kind == .section }
      switch part {
      case .question:
        if !inside.contains(where: { $0.kind == .figure }) {
          report(mark.line, "here the machine's picture is missing")
        }
        if !asks(mark.line..<end) { report(mark.line, "a chapter begins with a question, and none ends in '?'") }
        if !lines[mark.line..<end].contains(where: { $0.hasPrefix("- ") }) {
          report(mark.line, "here a list of what the reader will be able to do is missing")
        }
      case .machine:
        if !inside.contains(where: { $0.kind == .equation }) {
          report(mark.line, "here the machine's equations are missing")
        }
      case .argument, .measured:
        for section in sections {
          let next = sections.first { $0.line > section.line }?.line ?? end
          if !asks(section.line..<next) {
            report(section.line, "a section begins with the question that it answers: its first paragraph has no '?'")
          }
        }
      case .framework:
        if !inside.contains(where: { $0.kind == .python }) {
          report(mark.line, "here the lines of a framework are missing")
        }
      case .keep:
        let items = lines[mark.line...].drop { !$0.hasPrefix("- ") }.prefix { !$0.isEmpty }.filter {
          $0.hasPrefix("- ")
        }
        if items.count != 5 { report(mark.line, "here five lines to keep are wanted, not \(items.count)") }
      case .byHand, .errata: break
      }
      if part != .question, part != .keep, sections.isEmpty { report(mark.line, "this part has no section") }
      if part != .errata {
        let errata = lines[mark.line..<end].firstIndex { $0.hasPrefix("> **Erratum.") || $0.hasPrefix("> **바로잡기.") }
        if let errata { report(errata, "errata stand together, in the part 'errata'") }
      }
    }
    found += outputFindings()
    return found
  }

  /// Whether the first paragraph of some lines has a question mark.
  private func asks(_ range: Range<Int>) -> Bool {
    let paragraph = range.drop {
      !isProse[$0] || lines[$0].isEmpty || lines[$0].hasPrefix("<!--") || lines[$0].hasPrefix("#")
    }
    return paragraph.prefix { !lines[$0].isEmpty }.contains { lines[$0].contains("?") }
  }

  /// How many lines a reader sees: neither empty nor a comment, nor folded away. And how many of them are a run's output.
  var visibleLines: (all: Int, output: Int) {
    let isOutput = Set(directives.filter { $0.kind == .output }.flatMap { Array($0.block) })
    var (all, output, depth) = (0, 0, 0)
    for (index, line) in lines.enumerated() where !line.isEmpty {
      if isProse[index], line.hasPrefix("<details>") { depth += 1 }
      if depth == 0, Notes.comment(line) == nil {
        all += 1
        if isOutput.contains(index) { output += 1 }
      }
      if isProse[index], line == "</details>" { depth -= 1 }
    }
    return (all, output)
  }

  private func outputFindings() -> [Finding] {
    let (all, output) = visibleLines
    if output * 8 <= all { return [] }
    return [
      Finding(
        path: path, line: 1,
        message: "\(output) of \(all) visible lines are output: at most one in eight, so fold or cut it")
    ]
  }

  /// Sections whose checks the notes do not show.
  func uncheckedSections(_ transcript: Transcript, isFull: Bool) -> [Finding] {
    directives.filter { section in
      section.kind == .section && (isFull || !section.isFull)
        && transcript.checks.contains { $0.section == section.argument }
        && !directives.contains { $0.kind == .checks && $0.argument == section.argument }
    }.map { finding($0, "this section has checks: <!-- checks: \($0.argument) -->, then <details> and </details>") }
  }
}
