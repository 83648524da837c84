// A chapter: a run, and the notes that it is tied to. And the command line that all chapters share.

import Foundation

/// A chapter of the book. `@main` on a type that conforms makes its executable.
public protocol Chapter {
  init()
  /// Two digits, as its folder's name begins: "01".
  static var number: String { get }
  /// The executable's name: "vanishing-gradient".
  static var name: String { get }
  /// The path of the file that declares it, `#filePath`: the notes stand beside it.
  static var source: String { get }
  /// Verbs of this chapter's own, beside those that all chapters have. None by default.
  static var commands: [ChapterCommand] { get }
  /// The exercises, in the order in which they are done. None by default.
  static var exercises: [Exercise] { get }
  /// The run. Called once a language.
  func body(_ page: Page) throws
}

/// A verb of one chapter: what `swift run CHAPTER NAME …` does.
public struct ChapterCommand: Sendable {
  /// How it is called: the first argument.
  public let name: String
  /// What may come after its name, for the help text.
  public let usage: String
  /// What it does, for the help text: one line.
  public let summary: Text
  /// Its exit status, from a call. Throws `BadInput` for arguments that cannot be used.
  public let body: @Sendable (ChapterCall) throws -> Int32

  public init(
    _ name: String, usage: String, summary: Text, body: @escaping @Sendable (ChapterCall) throws -> Int32
  ) {
    self.name = name
    self.usage = usage
    self.summary = summary
    self.body = body
  }
}

/// What a chapter's own verb is called with.
public struct ChapterCall {
  /// Those after the verb, as they are.
  public let arguments: [String]
  public let environment: [String: String]
  /// The chapter's folder.
  public let folder: String
  /// Whether the output is a terminal that shows colour and figures.
  public let isTerminal: Bool
  /// Where lines go, and where findings go.
  public let output: (String) -> Void
  public let errors: (String) -> Void
}

extension Chapter {
  public static var commands: [ChapterCommand] { [] }
  public static var exercises: [Exercise] { [] }

  /// The executable: exit status 0, or 1 if a check failed or something is stale, or 2 for input that cannot be used.
  public static func main() {
    runProgram(named: name) {
      let environment = ProcessInfo.processInfo.environment
      var program = try ChapterProgram(Self.self)
      program.summaryPath = environment[RunSummary.variable]
      return try program.run(
        Array(CommandLine.arguments.dropFirst()), environment: environment,
        isTerminal: isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb")
    }
  }
}

/// What the command line does with a chapter.
struct ChapterProgram<Subject: Chapter> {
  let folder: String
  let root: String
  /// Where lines go; a test may listen instead.
  var output: (String) -> Void = { line in FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
  /// Where findings go.
  var errors: (String) -> Void = printError
  /// Where the run adds its line for the table of all chapters.
  var summaryPath: String?

  /// Finds the chapter's folder: where it was compiled, or in the checkout around the working directory.
  init(_ subject: Subject.Type) throws {
    try self.init(subject, workingDirectory: FileManager.default.currentDirectoryPath)
  }

  init(_ subject: Subject.Type, workingDirectory: String) throws {
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

  /// The whole command line: a verb of the chapter's own, or what all chapters have.
  func run(_ arguments: [String], environment: [String: String], isTerminal: Bool) throws -> Int32 {
    if let command = Subject.commands.first(where: { $0.name == arguments.first }) {
      return try command.body(
        ChapterCall(
          arguments: Array(arguments.dropFirst()), environment: environment, folder: folder, isTerminal: isTerminal,
          output: output, errors: errors))
    }
    if let rest = Options.exerciseArguments(arguments) {
      return try exerciseProgram(environment: environment, isTerminal: isTerminal).run(rest)
    }
    let options = try Options(arguments, environment: environment, commands: Subject.commands.map(\.name))
    return try run(options, isTerminal: isTerminal)
  }

  /// The exercises, each judged by this program in a process of its own.
  func exerciseProgram(environment: [String: String], isTerminal: Bool) -> ExerciseProgram {
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

  func run(_ options: Options, isTerminal: Bool) throws -> Int32 {
    let notes = try notes(options.language)
    let title = notes.headings.first?.text ?? Subject.name
    if options.help {
      output(
        Options.help(
          for: Subject.name, title: .symbols(title), language: options.language, commands: Subject.commands))
      return ExitStatus.success
    }
    if options.version {
      output("\(Subject.name) \(bookVersion)")
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
    case .run: return try runChapter(options, notes: notes, title: title, isTerminal: isTerminal)
    case .notes: return try weave(options, writes: true)
    case .check: return try weave(options, writes: false)
    case .exercise: return try exerciseProgram(environment: [:], isTerminal: isTerminal).run([])
    }
  }

  // MARK: Running

  private func runChapter(_ options: Options, notes: Notes, title: String, isTerminal: Bool) throws -> Int32 {
    let colour = isTerminal && options.colour
    let page = Page(notes: notes, root: root, options: options, colour: colour)
    if !options.json {
      page.listener = { output($0.text(colour: colour)) }
      output(Line(title, style: .heading).text(colour: colour))
    }
    let start = ContinuousClock.now
    try Subject().body(page)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    page.clearProgress()
    let findings = (options.section == nil ? page.unvisited() : []).map(relative)
    let (passed, failed) = (page.transcript.checks.count - page.transcript.failures, page.transcript.failures)
    if options.json {
      let json = page.transcript.json(
        chapter: Subject.name, number: Subject.number, options: options, notes: notes, findings: findings)
      output(json.text)
      for finding in findings { errors(finding) }
    } else {
      for finding in findings { output(Line("✗ \(finding)", style: .bad).text(colour: colour)) }
      output("")
      if options.section == nil { output(notes.equationSummary(options)) }
      let summary = Text("\(passed) checks passed, \(failed) failed", ko: "검산 \(passed)개 통과, \(failed)개 실패")
      let isGood = failed == 0 && findings.isEmpty
      output(Line(summary(options.language), style: isGood ? .good : .bad).text(colour: colour))
    }
    if let summaryPath, !options.json, options.section == nil {
      let (checked, stated) = notes.equationCounts(options)
      try RunSummary(
        number: Subject.number, name: Subject.name, language: options.language, passed: passed, failed: failed,
        findings: findings.count, checked: checked, stated: stated, seconds: seconds
      ).append(to: summaryPath)
    }
    return failed == 0 && findings.isEmpty ? ExitStatus.success : ExitStatus.failure
  }

  // MARK: Weaving

  /// Runs in both languages and puts what they say into the notes, or says what is stale there.
  private func weave(_ options: Options, writes: Bool) throws -> Int32 {
    var findings: [Finding] = []
    var stale: [Finding] = []
    var writing: [(path: String, text: String)] = []
    var pages: [Page] = []
    for language in Language.allCases {
      let notes = try notes(language)
      var run = options
      run.language = language
      let page = Page(notes: notes, root: root, options: run, colour: false)
      try Subject().body(page)
      page.clearProgress()
      pages.append(page)
      findings += notes.findings + page.unvisited() + missingExercises(notes)
      let exercises = (
        Subject.name,
        Subject.exercises.map { [context = notes.exerciseContext(chapter: Subject.name)] in $0.item(language, context) }
      )
      findings += notes.dialectFindings(isChapter: true, number: "\(Int(Subject.number) ?? 0)", language: language)
      for check in page.transcript.checks where !check.passed {
        let line = notes.directives.first { $0.kind == .section && $0.argument == check.section }?.line ?? 0
        let detail = check.detail(language)
        let message = "a check failed: \(check.claim(language))" + (detail.isEmpty ? "" : ": \(detail)")
        findings.append(Finding(path: notes.path, line: line + 1, message: message))
      }
      collect(
        Weave(
          notes, prefix: nil, transcript: page.transcript, isFull: options.isFull, folder: folder, root: root,
          exercises: exercises),
        of: notes)
      for shared in try sharedFiles(language) {
        findings += orphans(in: shared)
        findings += shared.findings + shared.dialectFindings(isChapter: false, language: language)
        collect(
          Weave(
            shared, prefix: Subject.name, transcript: page.transcript, isFull: options.isFull, folder: folder,
            root: root, exercises: exercises),
          of: shared)
      }
    }

    func collect(_ weave: Weave, of notes: Notes) {
      findings += weave.broken
      stale += weave.stale
      if !weave.text.hasSameBytes(as: notes.text) { writing.append((notes.path, weave.text)) }
      for figure in weave.figures where (try? readText(figure.path))?.hasSameBytes(as: figure.svg) != true {
        if !writing.contains(where: { $0.path == figure.path }) {
          writing.append((figure.path, figure.svg))
          stale.append(Finding(path: notes.path, line: figure.line + 1, message: "\(figure.path) is stale"))
        }
      }
    }

    findings += Notes.differences(try notes(.english), try notes(.korean))
    findings += try sharedDifferences()
    findings += Transcript.differences(pages[0].transcript, pages[1].transcript, path: "\(folder)/notes.ko.md")
    findings += strayFigures(pages[0].transcript, try notes(.english))

    if writes {
      for finding in findings { errors(relative(finding)) }
      if pages.contains(where: { $0.transcript.failures > 0 }) {
        errors("nothing written: notes are not made from a run whose checks fail")
        return ExitStatus.failure
      }
      for (path, text) in writing {
        try makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        try writeAtomically(text, to: path)
        output(Text("wrote \(relative(path))", ko: "\(relative(path)) 작성")(options.language))
      }
      if writing.isEmpty { output(Text("the notes are fresh", ko: "노트가 최신이다")(options.language)) }
      return findings.isEmpty ? ExitStatus.success : ExitStatus.failure
    }
    findings += stale
    for finding in findings { errors(relative(finding)) }
    if findings.isEmpty {
      let count = pages[0].transcript.checks.count
      output(
        Text(
          "\(Subject.name): the notes are fresh and agree, \(count) checks in each language",
          ko: "\(Subject.name): 노트가 최신이고 서로 일치한다. 언어마다 검산 \(count)개")(options.language))
    }
    return findings.isEmpty ? ExitStatus.success : ExitStatus.failure
  }

  /// Exercises that the notes do not list.
  private func missingExercises(_ notes: Notes) -> [Finding] {
    if Subject.exercises.isEmpty || notes.directives.contains(where: { $0.kind == .exercises }) { return [] }
    return [
      Finding(path: notes.path, line: 1, message: "list the exercises: <!-- exercises: \(Subject.name) -->, then '- …'")
    ]
  }

  /// The Markdown files outside the chapters: the README and what is in docs/.
  private func sharedFiles(_ language: Language) throws -> [Notes] {
    let readme = language == .english ? "README.md" : "README.\(language.rawValue).md"
    var paths = ["\(root)/\(readme)"]
    let docs = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/docs")) ?? []
    for file in docs.sorted() where file.hasSuffix(".md") {
      // A file without a language in its name counts as English.
      let itsLanguage = Language.allCases.first { file.hasSuffix(".\($0.rawValue).md") } ?? .english
      if itsLanguage == language { paths.append("\(root)/docs/\(file)") }
    }
    return try paths.filter { FileManager.default.fileExists(atPath: $0) }.map { try Notes(path: $0) }
  }

  private func sharedDifferences() throws -> [Finding] {
    let (english, korean) = (try sharedFiles(.english), try sharedFiles(.korean))
    var found: [Finding] = []
    for one in english where one.path.hasSuffix("/README.md") || one.path.hasSuffix(".en.md") {
      if let other = korean.first(where: { $0.path == twin(of: one.path) }) {
        found += Notes.differences(one, other)
      } else {
        found.append(Finding(path: one.path, line: 1, message: "this file has no Korean twin"))
      }
    }
    for other in korean where !english.contains(where: { twin(of: $0.path) == other.path }) {
      found.append(Finding(path: other.path, line: 1, message: "this file has no English twin"))
    }
    return found
  }

  /// The Korean file that belongs to an English one.
  private func twin(of path: String) -> String {
    String(path.dropLast(path.hasSuffix(".en.md") ? 6 : 3)) + ".ko.md"
  }

  /// Directives and values of a shared file that no chapter would ever weave, as their names begin with none.
  private func orphans(in shared: Notes) -> [Finding] {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/chapters")) ?? []
    let chapters = folders.map { String($0.drop { $0 != "-" }.dropFirst()) }.filter { !$0.isEmpty }
    func isOrphan(_ name: String) -> Bool { !chapters.contains { name == $0 || name.hasPrefix($0 + "/") } }
    let message = "names here begin with a chapter's: CHAPTER/NAME"
    var found: [Finding] = []
    for directive in shared.directives where directive.kind != .stated && isOrphan(directive.argument) {
      if directive.kind == .code, Weave.isFile(directive.argument, in: root) { continue }
      found.append(shared.finding(directive, message))
    }
    for (number, line) in shared.lines.enumerated() where shared.isProse[number] {
      for value in Notes.values(in: line).values where isOrphan(value.name) {
        found.append(Finding(path: shared.path, line: number + 1, message: message))
      }
    }
    return found
  }

  /// Figures that no run draws any more. Those of the long trainings are drawn by --full only.
  private func strayFigures(_ transcript: Transcript, _ notes: Notes) -> [Finding] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/figures")) ?? []
    let long = notes.directives.filter { $0.kind == .figure && $0.isFull }.map(\.argument)
    let drawn = Set((transcript.figures.map(\.name) + long).map { "\($0).svg" })
    return files.sorted().filter { !drawn.contains($0) && !$0.hasPrefix(".") }.map {
      Finding(path: "\(folder)/figures/\($0)", line: 1, message: "the run draws no such figure: delete it")
    }
  }

  private func relative(_ finding: Finding) -> String {
    Finding(path: relative(finding.path), line: finding.line, message: finding.message).description
      .replacingOccurrences(of: root + "/", with: "")
  }

  private func relative(_ path: String) -> String {
    path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
  }
}

extension Notes {
  /// What the exercises show of these notes.
  func exerciseContext(chapter: String) -> ExerciseContext {
    ExerciseContext(title: headings.first?.text ?? chapter) { name in
      let section = equation(named: name)?.section.flatMap { title(ofSection: $0) } ?? ""
      return String(section.prefix { $0 != " " })
    }
  }

  func equationCounts(_ options: Options) -> (checked: Int, stated: Int) {
    let checked = directives.count { $0.kind == .equation && (options.isFull || !$0.isFull) }
    return (checked, directives.count { $0.kind == .stated })
  }

  /// How many display equations are checked, and how many stated.
  func equationSummary(_ options: Options) -> String {
    let (checked, stated) = equationCounts(options)
    return Text(
      "\(checked + stated) equations in the notes: \(checked) checked, \(stated) stated",
      ko: "노트의 수식 \(checked + stated)개: 검산 \(checked)개, 서술 \(stated)개")(options.language)
  }
}

extension Transcript {
  /// Everything as JSON; docs/json.md describes it.
  func json(chapter: String, number: String, options: Options, notes: Notes, findings: [String]) -> JSON {
    let language = options.language
    return .object([
      ("schema", .string("unrolled-run")),
      ("schemaVersion", .integer(1)),
      ("version", .string(bookVersion)),
      ("chapter", .string(chapter)),
      ("number", .string(number)),
      ("language", .string(language.rawValue)),
      ("seed", .string("\(options.seed)")),
      ("full", .bool(options.isFull)),
      (
        "sections",
        .array(
          sections.map { section in
            .object([
              ("name", .string(section.name)),
              ("title", .string(section.title)),
              (
                "equations",
                .array(
                  equations.filter { $0.section == section.name }.map {
                    .object([
                      ("name", .string($0.name)), ("latex", .string($0.latex)),
                      ("relations", .integer($0.relations)), ("held", .integer($0.relationsHeld)),
                    ])
                  })
              ),
              (
                "numbers",
                .array(
                  numbers.filter { $0.section == section.name }.map {
                    .object([("name", .string($0.name)), ("value", .number($0.value)), ("text", .string($0.text))])
                  })
              ),
              (
                "tables",
                .array(
                  tables.filter { $0.section == section.name }.map {
                    .object([
                      ("header", .array($0.header.map(JSON.string))),
                      ("rows", .array($0.rows.map { .array($0.map(JSON.string)) })),
                    ])
                  })
              ),
              (
                "checks",
                .array(
                  checks.filter { $0.section == section.name }.map {
                    .object([
                      ("claim", .string($0.claim(language))), ("passed", .bool($0.passed)),
                      ("detail", .string($0.detail(language))),
                    ])
                  })
              ),
              ("figures", .array(figures.filter { $0.section == section.name }.map { .string($0.name) })),
              ("text", .array((output(of: section.name) ?? []).map(JSON.string))),
            ])
          })
      ),
      (
        "stated",
        .array(notes.directives.filter { $0.kind == .stated }.map { .string($0.argument) })
      ),
      ("findings", .array(findings.map(JSON.string))),
      ("checksPassed", .integer(checks.count - failures)),
      ("checksFailed", .integer(failures)),
    ])
  }
}
