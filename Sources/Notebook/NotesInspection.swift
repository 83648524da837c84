// The verbs `notes` and `check`: run the chapter in both languages, compare the runs with the notes, and write or report.

import Foundation

/// The result of running a chapter in both languages and comparing the runs with the notes. Nothing has been written yet.
struct NotesInspection {
  /// Problems that writing the files does not solve.
  var findings: [Finding] = []
  /// Blocks and files that are out of date until `files` are written.
  var stale: [Finding] = []
  /// The files to write: paths with their new texts.
  var files: [(path: String, text: String)] = []
  /// How many checks the run made in each language.
  var checkCount = 0
  /// How many checks failed, in both languages together.
  var failureCount = 0

  /// Adds the result of weaving one file. Both languages share the figures: each is written once.
  mutating func add(_ weave: Weave, of notes: Notes) {
    findings += weave.broken
    stale += weave.stale
    if !weave.text.hasSameBytes(as: notes.text) { files.append((notes.path, weave.text)) }
    for figure in weave.figures where (try? readText(figure.path))?.hasSameBytes(as: figure.svg) != true {
      if files.contains(where: { $0.path == figure.path }) { continue }
      files.append((figure.path, figure.svg))
      stale.append(Finding(path: notes.path, line: figure.line + 1, message: "\(figure.path) is stale"))
    }
  }

  func write() throws {
    for (path, text) in files {
      try makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
      try writeAtomically(text, to: path)
    }
  }
}

extension ChapterProgram {
  /// Everything that `check` reports, as lines "PATH:LINE: MESSAGE"; none where the notes are fresh and agree. Runs the
  /// chapter in both languages and writes nothing: a test of a chapter calls this.
  func staleness(isFull: Bool = false) throws -> [String] {
    var options = try Options([])
    options.isFull = isFull
    let inspection = try inspect(options)
    return (inspection.findings + inspection.stale).map(relative)
  }

  /// The verb `check`: prints all problems and everything that is out of date. Returns the exit status.
  func checkNotes(_ options: Options) throws -> Int32 {
    let inspection = try inspect(options)
    let findings = inspection.findings + inspection.stale
    for finding in findings { errors(relative(finding)) }
    guard findings.isEmpty else { return ExitStatus.failure }
    let count = inspection.checkCount
    output(
      Text(
        "\(Subject.name): the notes are fresh and agree, \(count) checks in each language",
        ko: "\(Subject.name): 노트가 최신이고 서로 일치한다. 언어마다 검산 \(count)개")(options.language))
    return ExitStatus.success
  }

  /// The verb `notes`: writes the files that are out of date and prints the other problems. Returns the exit status.
  func writeNotes(_ options: Options) throws -> Int32 {
    let inspection = try inspect(options)
    for finding in inspection.findings { errors(relative(finding)) }
    if inspection.failureCount > 0 {
      errors("nothing written: notes are not made from a run whose checks fail")
      return ExitStatus.failure
    }
    try inspection.write()
    for (path, _) in inspection.files {
      output(Text("wrote \(relative(path))", ko: "\(relative(path)) 작성")(options.language))
    }
    if inspection.files.isEmpty { output(Text("the notes are fresh", ko: "노트가 최신이다")(options.language)) }
    return inspection.findings.isEmpty ? ExitStatus.success : ExitStatus.failure
  }

  /// Runs the chapter in both languages and compares each run with its notes, the two runs, and the two notes.
  private func inspect(_ options: Options) throws -> NotesInspection {
    var inspection = NotesInspection()
    var transcripts: [Transcript] = []
    for language in Language.allCases {
      transcripts.append(try inspect(language, options, &inspection))
    }
    let (english, korean) = (try notes(.english), try notes(.korean))
    inspection.findings += Notes.differences(english, korean)
    inspection.findings += try sharedDifferences()
    inspection.findings += Transcript.differences(transcripts[0], transcripts[1], path: korean.path)
    inspection.findings += strayFigures(transcripts[0], english)
    inspection.checkCount = transcripts[0].checks.count
    inspection.failureCount = transcripts.reduce(0) { $0 + $1.failures }
    return inspection
  }

  /// Runs the chapter in one language and adds the problems in the files of that language.
  private func inspect(
    _ language: Language, _ options: Options, _ inspection: inout NotesInspection
  ) throws -> Transcript {
    let notes = try notes(language)
    var run = options
    run.language = language
    let page = Page(notes: notes, root: root, options: run, colour: false)
    try Subject().body(page)
    page.clearProgress()
    let number = "\(Int(Subject.number) ?? 0)"
    inspection.findings += notes.findings + page.unvisited() + missingExercises(notes)
    inspection.findings += notes.dialectFindings(isChapter: true, number: number, language: language)
    inspection.findings += notes.outlineFindings()
    inspection.findings += notes.uncheckedSections(page.transcript, isFull: options.isFull)
    inspection.findings += failedChecks(page.transcript, notes, language)
    let context = notes.exerciseContext(chapter: Subject.name)
    let exercises = (Subject.name, Subject.exercises.map { $0.item(language, context) })
    let label = Text("Figure \(number).", ko: "그림 \(number).")(language)
    func weave(_ file: Notes, prefix: String?) {
      let weave = Weave(
        file, prefix: prefix, language: language, label: label, transcript: page.transcript, isFull: options.isFull,
        folder: folder,
        root: root,
        exercises: exercises)
      inspection.add(weave, of: file)
    }
    weave(notes, prefix: nil)
    for shared in try sharedFiles(language) {
      inspection.findings += orphans(in: shared)
      inspection.findings += shared.findings + shared.dialectFindings(isChapter: false, language: language)
      weave(shared, prefix: Subject.name)
    }
    return page.transcript
  }

  /// The failed checks of a run, each at its section's heading in the notes.
  private func failedChecks(_ transcript: Transcript, _ notes: Notes, _ language: Language) -> [Finding] {
    transcript.checks.filter { !$0.passed }.map { check in
      let line = notes.directives.first { $0.kind == .section && $0.argument == check.section }?.line ?? 0
      let detail = check.detail(language)
      let message = "a check failed: \(check.claim(language))" + (detail.isEmpty ? "" : ": \(detail)")
      return Finding(path: notes.path, line: line + 1, message: message)
    }
  }

  /// A finding where the chapter has exercises and the notes do not list them.
  private func missingExercises(_ notes: Notes) -> [Finding] {
    if Subject.exercises.isEmpty || notes.directives.contains(where: { $0.kind == .exercises }) { return [] }
    return [
      Finding(path: notes.path, line: 1, message: "list the exercises: <!-- exercises: \(Subject.name) -->, then '- …'")
    ]
  }

  /// Figure files that no run draws any more. The figures of long trainings are drawn only with `--full`: they stay.
  private func strayFigures(_ transcript: Transcript, _ notes: Notes) -> [Finding] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/figures")) ?? []
    let long = notes.directives.filter { $0.kind == .figure && $0.isFull }.map(\.argument)
    let drawn = Set((transcript.figures.map(\.name) + long).map { "\($0).svg" })
    return files.sorted().filter { !drawn.contains($0) && !$0.hasPrefix(".") }.map {
      Finding(path: "\(folder)/figures/\($0)", line: 1, message: "the run draws no such figure: delete it")
    }
  }
}
