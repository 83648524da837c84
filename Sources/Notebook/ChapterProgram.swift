// The command line of a chapter: what every verb and option does.

import Foundation

/// A chapter's executable, apart from the process that it runs in: a test sets where its lines go.
struct ChapterProgram<Subject: Chapter> {
  /// The chapter's folder, and the checkout's top folder.
  let folder: String
  let root: String
  /// The process's environment: the language, `NO_COLOR`, and what child processes get.
  var environment: [String: String] = [:]
  /// Where printed lines go.
  var output: (String) -> Void = printLine
  /// Where findings go.
  var errors: (String) -> Void = printError
  /// The file to which the run appends its line for the table of all chapters; nil for none.
  var summaryPath: String?

  /// Finds the chapter's folder: where it was compiled, or in the checkout around the working directory. Throws `BadInput`
  /// where neither has the notes.
  init(_ subject: Subject.Type, workingDirectory: String = FileManager.default.currentDirectoryPath) throws {
    let compiled = URL(fileURLWithPath: Subject.source).deletingLastPathComponent()
    let folderName = compiled.lastPathComponent
    var candidates = [compiled]
    var place = URL(fileURLWithPath: workingDirectory)
    for _ in 0..<16 {
      candidates.append(place.appendingPathComponent("chapters/\(folderName)"))
      candidates.append(place.appendingPathComponent(folderName))
      place = place.deletingLastPathComponent()
    }
    let notes = "notes.en.md"
    guard
      let found = candidates.first(where: {
        FileManager.default.fileExists(atPath: $0.appendingPathComponent(notes).path)
      })
    else {
      throw BadInput("the notes are not at \(compiled.path)/\(notes): run inside a checkout of the book")
    }
    folder = found.path
    root = found.deletingLastPathComponent().deletingLastPathComponent().path
  }

  /// The chapter with the notes of another folder.
  init(_ subject: Subject.Type, folder: String, root: String) throws {
    (self.folder, self.root) = (folder, root)
  }

  func notes(_ language: Language) throws -> Notes {
    try Notes(path: "\(folder)/notes.\(language.rawValue).md")
  }

  /// Runs a command line without the program's name: one of the chapter's own verbs, or a verb that all chapters have.
  /// Returns the exit status; throws `BadInput` for arguments that cannot be used.
  func run(_ arguments: [String], isTerminal: Bool) throws -> Int32 {
    if let command = Subject.commands.first(where: { $0.name == arguments.first }) {
      return try command.body(
        ChapterCall(
          arguments: Array(arguments.dropFirst()), environment: environment, folder: folder, isTerminal: isTerminal,
          output: output, errors: errors))
    }
    let options = try Options(arguments, environment: environment, commands: Subject.commands.map(\.name))
    return try run(options, isTerminal: isTerminal)
  }

  /// Runs a parsed command line. Returns the exit status.
  func run(_ options: Options, isTerminal: Bool) throws -> Int32 {
    if options.version {
      output("\(Subject.name) \(bookVersion)")
      return ExitStatus.success
    }
    if options.verb == .exercise { return try exerciseProgram(isTerminal: isTerminal).run(options.exerciseRequest) }
    let notes = try notes(options.language)
    if options.help {
      let title = Text.symbols(notes.headings.first?.text ?? Subject.name)
      output(Options.help(for: Subject.name, title: title, language: options.language, commands: Subject.commands))
      return ExitStatus.success
    }
    let sections = notes.directives.filter { $0.kind == .section }.map(\.argument)
    if options.listsSections {
      let table = TextTable(rows: sections.map { [$0, notes.title(ofSection: $0) ?? ""] })
      for line in table.lines(indentation: 0) { output(line) }
      return ExitStatus.success
    }
    if let section = options.section, !sections.contains(section) {
      throw BadInput("there is no section '\(section)'; there are: \(sections.joined(separator: ", "))")
    }
    switch options.verb {
    case .notes: return try writeNotes(options)
    case .check: return try checkNotes(options)
    case .run where options.reads: return try read(options, notes: notes, isTerminal: isTerminal)
    case .run, .exercise: return try runChapter(options, notes: notes, isTerminal: isTerminal)
    }
  }

  /// The exercises, each judged by this program in a process of its own.
  private func exerciseProgram(isTerminal: Bool) -> ExerciseProgram {
    ExerciseProgram(
      exercises: Subject.exercises, chapter: Subject.name, number: Subject.number, folder: folder, root: root,
      isTerminal: isTerminal, environment: environment, output: output, errors: errors,
      context: { try notes($0).exerciseContext(chapter: Subject.name) }
    ) { exercise in
      try ExerciseProcess.verdict(
        on: exercise.name, path: ChildProcess.ownPath,
        arguments: [Options.Verb.exercise.rawValue, ExerciseProcess.argument, exercise.name], environment: environment)
    }
  }

  /// Runs the chapter in one language, printing as it goes or, with `--json`, at the end.
  private func runChapter(_ options: Options, notes: Notes, isTerminal: Bool) throws -> Int32 {
    let colour = isTerminal && options.colour
    func print(_ line: Line) { output(line.text(colour: colour)) }
    let page = Page(notes: notes, root: root, options: options, colour: colour)
    if !options.json {
      page.listener = print
      print(Line(notes.headings.first?.text ?? Subject.name, style: .heading))
    }
    let start = ContinuousClock.now
    try Subject().body(page)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    page.clearProgress()
    let findings = (options.section == nil ? page.unvisited() : []).map(relative)
    let failed = page.transcript.failures
    let isGood = failed == 0 && findings.isEmpty
    if options.json {
      let json = page.transcript.json(
        chapter: Subject.name, number: Subject.number, options: options, notes: notes, findings: findings)
      output(json.text)
      for finding in findings { errors(finding) }
    } else {
      for finding in findings { print(Line("✗ \(finding)", style: .bad)) }
      print(Line(""))
      if options.section == nil { output(notes.equationSummary(options)) }
      print(page.transcript.summary(options.language, isGood: isGood))
    }
    if let summaryPath, !options.json, options.section == nil {
      let (checked, stated) = notes.equationCounts(options)
      try RunSummary(
        number: Subject.number, name: Subject.name, language: options.language,
        passed: page.transcript.checks.count - failed, failed: failed,
        findings: findings.count, checked: checked, stated: stated, seconds: seconds
      ).append(to: summaryPath)
    }
    return isGood ? ExitStatus.success : ExitStatus.failure
  }

  /// A finding as one line, with paths from the checkout's top folder.
  func relative(_ finding: Finding) -> String {
    Finding(path: relative(finding.path), line: finding.line, message: finding.message).description
      .replacingOccurrences(of: root + "/", with: "")
  }

  func relative(_ path: String) -> String {
    path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
  }
}

extension Notes {
  /// The parts of these notes that the exercises show.
  func exerciseContext(chapter: String) -> ExerciseContext {
    ExerciseContext(title: headings.first?.text ?? chapter) { name in
      let section = equation(named: name)?.section.flatMap { title(ofSection: $0) } ?? ""
      return String(section.prefix { $0 != " " })
    }
  }

  /// How many display equations a run checks, and how many are only stated.
  func equationCounts(_ options: Options) -> (checked: Int, stated: Int) {
    let checked = directives.count { $0.kind == .equation && (options.isFull || !$0.isFull) }
    return (checked, directives.count { $0.kind == .stated })
  }

  /// The same as a sentence.
  func equationSummary(_ options: Options) -> String {
    let (checked, stated) = equationCounts(options)
    return Text(
      "\(checked + stated) equations in the notes: \(checked) checked, \(stated) stated",
      ko: "노트의 수식 \(checked + stated)개: 검산 \(checked)개, 서술 \(stated)개")(options.language)
  }
}
