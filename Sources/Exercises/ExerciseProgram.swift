// What `swift run CHAPTER exercise …` does.

import Console
import Foundation

/// What the exercises show of a chapter's notes, in one language.
package struct ExerciseContext {
  /// The chapter's title.
  package let title: String
  /// The number of the section that an equation of the notes stands in, such as "3.2"; empty where there is none.
  package let sectionNumber: (_ equation: String) -> String

  package init(title: String, sectionNumber: @escaping (_ equation: String) -> String) {
    (self.title, self.sectionNumber) = (title, sectionNumber)
  }
}

/// The exercises of one chapter on the command line.
package struct ExerciseProgram {
  let exercises: [Exercise]
  /// The chapter's executable and number.
  let chapter: String
  let number: String
  let folder: String
  let root: String
  let isTerminal: Bool
  let environment: [String: String]
  let output: (String) -> Void
  let errors: (String) -> Void
  let context: (Language) throws -> ExerciseContext
  /// The verdict on an exercise; a test may judge in its own process.
  var judge: (Exercise) throws -> ExerciseVerdict

  package init(
    exercises: [Exercise], chapter: String, number: String, folder: String, root: String, isTerminal: Bool,
    environment: [String: String], output: @escaping (String) -> Void, errors: @escaping (String) -> Void,
    context: @escaping (Language) throws -> ExerciseContext, judge: @escaping (Exercise) throws -> ExerciseVerdict
  ) {
    (self.exercises, self.chapter, self.number, self.folder, self.root) = (exercises, chapter, number, folder, root)
    (self.isTerminal, self.environment, self.output, self.errors) = (isTerminal, environment, output, errors)
    (self.context, self.judge) = (context, judge)
  }

  private var files: ExerciseFiles { ExerciseFiles(folder: folder) }
  private var memory: HintMemory { HintMemory(path: "\(root)/.build/exercises/\(number)-\(chapter)") }

  /// What is asked for.
  private struct Request {
    var name: String?
    var action: String?
    var isWatching = false
    var json = false
    var colour = true
    var language: Language
    var help = false
  }

  /// The words before and after `exercise`.
  package func run(_ arguments: [String]) throws -> Int32 {
    // The child: only this, and nothing of what follows.
    if arguments.count == 2, arguments[0] == ExerciseProcess.argument {
      return try ExerciseProcess.judge(try exercise(named: arguments[1]))
    }
    let request = try read(arguments)
    let language = request.language
    if request.help {
      output(ExerciseProgram.help(chapter, language))
      return ExitStatus.success
    }
    if exercises.isEmpty {
      if request.json {
        output(json([], language).text)
        return ExitStatus.success
      }
      throw BadInput(
        Text("this chapter has no exercises yet", ko: "이 장에는 아직 연습 문제가 없다")(language))
    }
    let one = try request.name.map { try exercise(named: $0) }
    if request.isWatching { return try watch(arguments, request) }
    switch (request.action, one) {
    case ("--reset", _): return try reset(one, language)
    case ("--hint", let one?): return hint(one, language)
    case ("--solution", let one?): return try solution(one, request)
    case (let action?, nil):
      throw BadInput("\(action) needs an exercise's name: \(exercises.map(\.name).joined(separator: ", "))")
    default: break
    }
    let verdicts = try (one.map { [$0] } ?? exercises).map { ($0, try judge($0)) }
    if request.json {
      output(json(verdicts, language).text)
    } else if let (exercise, verdict) = verdicts.first, one != nil {
      try detail(exercise, verdict, request)
    } else {
      try summary(verdicts, request)
    }
    return verdicts.allSatisfy { $0.1.state == .passed } ? ExitStatus.success : ExitStatus.failure
  }

  private func exercise(named name: String) throws -> Exercise {
    if let found = exercises.first(where: { $0.name == name }) { return found }
    if exercises.isEmpty { throw BadInput("this chapter has no exercises yet") }
    throw BadInput("there is no exercise '\(name)': \(exercises.map(\.name).joined(separator: ", "))")
  }

  private func read(_ arguments: [String]) throws -> Request {
    var request = Request(language: Language(environment: environment))
    if let noColour = environment["NO_COLOR"], !noColour.isEmpty { request.colour = false }
    var words = Arguments(arguments)
    while words.next() {
      if words.name == "--lang" {
        let code = try words.value("a language: en or ko")
        guard let language = Language(rawValue: code) else { throw BadInput("--lang is en or ko, not '\(code)'") }
        request.language = language
        continue
      }
      if words.word.hasPrefix("-"), words.hasAttachedValue { throw BadInput("\(words.name) takes no value") }
      switch words.name {
      case "--hint", "--solution", "--reset":
        if let other = request.action, other != words.name { throw BadInput("\(other) or \(words.name), not both") }
        request.action = words.name
      case "--watch": request.isWatching = true
      case "--json": request.json = true
      case "--no-color": request.colour = false
      case "--help", "-h": request.help = true
      default:
        if words.word.hasPrefix("-") { throw BadInput("exercise has no option '\(words.name)'; --help lists them") }
        if let other = request.name { throw BadInput("one exercise at a time, not '\(other)' and '\(words.word)'") }
        request.name = words.word
      }
    }
    if request.json, request.action != nil || request.isWatching { throw BadInput("--json goes with verdicts alone") }
    if request.isWatching, let action = request.action { throw BadInput("--watch or \(action), not both") }
    return request
  }

  // MARK: All of them

  private func summary(_ verdicts: [(Exercise, ExerciseVerdict)], _ request: Request) throws {
    let language = request.language
    let title = try context(language).title
    write(Line(Text("\(title): exercises", ko: "\(title): 연습 문제")(language), style: .heading), request)
    let nameWidth = exercises.map { displayWidth($0.name) }.max() ?? 0
    let titleWidth = exercises.map { displayWidth($0.title(language)) }.max() ?? 0
    for (exercise, verdict) in verdicts {
      var line = Line("  ")
      line.spans.append(ExerciseProgram.mark(verdict.state))
      line.spans.append((" \(padded(exercise.name, to: nameWidth))  ", .plain))
      line.spans.append(("\(exercise.stars)  ", .faint))
      line.spans.append((padded(exercise.title(language), to: titleWidth), .plain))
      switch verdict.state {
      case .passed, .open: break
      default: line.spans.append(("  " + (verdict.mistake ?? verdict.state.text(language)), .bad))
      }
      write(line, request)
    }
    let passed = verdicts.count { $0.1.state == .passed }
    let count = verdicts.count
    write(Line(""), request)
    let words = Text("\(passed) of \(count) passed", ko: "\(count)개 가운데 \(passed)개 통과")
    write(Line("  " + words(language), style: passed == count ? .good : .plain), request)
    if let next = verdicts.first(where: { $0.1.state != .passed })?.0 {
      let command = self.command(next.name, language)
      write(Line("  " + Text("next: \(command)", ko: "다음: \(command)")(language)), request)
    }
  }

  private static func mark(_ state: ExerciseVerdict.State) -> (String, Style) {
    switch state {
    case .passed: ("✓", .good)
    case .open: ("○", .faint)
    default: ("✗", .bad)
    }
  }

  private func write(_ line: Line, _ request: Request) { output(line.text(colour: isTerminal && request.colour)) }

  private func paragraph(_ text: String, _ request: Request, indentation: Int = 2, style: Style = .plain) {
    let indent = String(repeating: " ", count: indentation)
    for line in wrapped(indent + text, width: Line.width, indentation: indentation) {
      write(Line(line, style: style), request)
    }
  }

  // MARK: One of them

  private func header(_ exercise: Exercise, _ request: Request) throws {
    let language = request.language
    write(Line("\(exercise.name): \(exercise.title(language))", style: .heading), request)
    let place = try context(language).sectionNumber(exercise.equation)
    let kind = exercise.kind.title(language)
    paragraph(
      Text(
        "\(kind) · \(exercise.stars) · section \(place), equation \(exercise.equation)",
        ko: "\(kind) · \(exercise.stars) · \(place)절, 수식 \(exercise.equation)")(language), request, style: .faint)
    write(Line(""), request)
    paragraph(try files.task(of: exercise.name)(language), request)
    if let line = files.line(of: exercise.name) {
      write(Line("  \(relative("\(folder)/\(ExerciseFiles.student)")):\(line)", style: .faint), request)
    }
    write(Line(""), request)
  }

  private func detail(_ exercise: Exercise, _ verdict: ExerciseVerdict, _ request: Request) throws {
    let language = request.language
    try header(exercise, request)
    for formula in verdict.formulas.prefix(6) { paragraph(formula, request, indentation: 4) }
    if verdict.formulas.count > 6 { write(Line("    …"), request) }
    if let numbers = verdict.numbers {
      let name = numbers.name + (numbers.shape.isEmpty ? "" : " (\(numbers.shape))")
      let mine = [Text("\(name), yours", ko: "\(name), 내 값")(language)] + numbers.yours
      let theirs = [Text("\(name), right", ko: "\(name), 맞는 값")(language)] + numbers.right
      let rows = numbers.right.isEmpty ? [mine] : [mine, theirs]
      let width = rows.map(\.count).max() ?? 0
      let table = TextTable(
        rows: rows.map { $0 + Array(repeating: "", count: width - $0.count) },
        alignments: [.left] + Array(repeating: .point, count: width - 1), hasRule: false)
      for line in table.lines(indentation: 4) { write(Line(line), request) }
      if !numbers.place.isEmpty {
        let place = Text("where \(numbers.place)", ko: "여기서 \(numbers.place)")
        paragraph(place(language), request, indentation: 4, style: .faint)
      }
    }
    if !verdict.printed.isEmpty {
      write(Line("  " + Text("Your code printed:", ko: "코드가 출력한 것:")(language), style: .faint), request)
      for line in verdict.printed.split(separator: "\n").map(String.init).prefix(10) {
        write(Line("    │ \(ExerciseProgram.printable(line))"), request)
      }
    }
    var line = Line("  ")
    line.spans.append(ExerciseProgram.mark(verdict.state))
    line.spans.append((" " + verdict.state.text(language), .plain))
    if let mistake = verdict.mistake { line.spans.append((": \(mistake)", .plain)) }
    write(line, request)
    for fact in verdict.facts { paragraph(fact(language), request, indentation: 4) }
    let command = self.command(exercise.name, language)
    switch verdict.state {
    case .passed:
      write(Line(""), request)
      paragraph(exercise.matters(language), request)
      if let index = exercises.firstIndex(where: { $0.name == exercise.name }), index + 1 < exercises.count {
        let next = self.command(exercises[index + 1].name, language)
        paragraph(Text("next: \(next)", ko: "다음: \(next)")(language), request)
      }
    case .open where exercise.hasBug || exercise.kind == .bug:
      paragraph(
        Text(
          "Find what is wrong in the hole, and repair it. A hint: \(command) --hint",
          ko: "틀린 곳을 찾아 고친다. 힌트: \(command) --hint")(
            language), request, indentation: 4)
    case .open:
      paragraph(
        Text(
          "Write your own line where 'throw Hole()' stands. A hint: \(command) --hint",
          ko: "'throw Hole()'이 있는 줄을 직접 쓴 줄로 바꾼다. 힌트: \(command) --hint")(language), request, indentation: 4)
    default:
      paragraph(Text("A hint: \(command) --hint", ko: "힌트: \(command) --hint")(language), request, indentation: 4)
    }
  }

  /// The command for an exercise, which answers in the same language.
  private func command(_ name: String, _ language: Language) -> String {
    "swift run \(chapter) exercise \(name)" + language.option(in: environment)
  }

  /// Without what would move a terminal's cursor.
  private static func printable(_ line: String) -> String {
    String(String.UnicodeScalarView(line.unicodeScalars.prefix(200).filter { $0.value >= 0x20 && $0.value != 0x7F }))
  }

  private func relative(_ path: String) -> String {
    path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
  }

  // MARK: Help with it

  private func hint(_ exercise: Exercise, _ language: Language) -> Int32 {
    let (had, count) = (memory.count(exercise.name), exercise.hints.count)
    let number = min(had + 1, count)
    output("\(exercise.name), \(Text("hint \(number) of \(count)", ko: "힌트 \(number)/\(count)")(language))")
    for line in wrapped("  " + exercise.hints[number - 1](language), width: Line.width, indentation: 2) { output(line) }
    if had >= count {
      let command = self.command(exercise.name, language) + " --solution"
      output("  " + Text("That was the last hint: \(command)", ko: "힌트는 이것이 마지막이다: \(command)")(language))
    }
    memory.set(exercise.name, number)
    return ExitStatus.success
  }

  private func solution(_ exercise: Exercise, _ request: Request) throws -> Int32 {
    try header(exercise, request)
    for line in try files.solution(of: exercise.name) { output(line.isEmpty ? "" : "    " + line) }
    output("")
    paragraph(exercise.why(request.language), request)
    return ExitStatus.success
  }

  private func reset(_ exercise: Exercise?, _ language: Language) throws -> Int32 {
    let kept = try files.reset(exercise?.name)
    for name in exercise.map({ [$0.name] }) ?? exercises.map(\.name) { memory.set(name, 0) }
    if let kept {
      let file = "\(relative(folder))/\(ExerciseFiles.student)"
      output(
        Text(
          "\(file): restored. What stood there is kept in \(relative(kept))",
          ko: "\(file): 되돌렸다. 있던 글은 \(relative(kept))에 남겨 두었다")(
            language))
    } else {
      output(Text("nothing to restore: it is as it was given", ko: "되돌릴 것이 없다. 처음 그대로다")(language))
    }
    return ExitStatus.success
  }

  // MARK: Watching

  /// Checks, and again whenever the student's file has been saved. Ctrl-C ends it.
  private func watch(_ arguments: [String], _ request: Request) throws -> Int32 {
    let path = "\(folder)/\(ExerciseFiles.student)"
    let executable = ChildProcess.ownPath
    let rest = arguments.filter { $0 != "--watch" }
    let language = request.language
    func stamp() -> String {
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      let date = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      return "\(date) \(attributes?[.size] ?? 0)"
    }
    func call(_ executable: String, _ arguments: [String]) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: executable)
      process.arguments = arguments
      process.currentDirectoryURL = URL(fileURLWithPath: root)
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
    // …/SCRATCH/TRIPLE/debug/CHAPTER
    let folders = URL(fileURLWithPath: executable).pathComponents
    let configuration = folders.dropLast().last == "release" ? "release" : "debug"
    let scratch = "/" + folders.dropFirst().dropLast(3).joined(separator: "/")
    var seen = ""
    while true {
      let now = stamp()
      guard now != seen else {
        usleep(200_000)
        continue
      }
      if isTerminal { output("\u{1B}[2J\u{1B}[H") }
      let isFirst = seen.isEmpty
      seen = now
      var isBuilt = true
      if !isFirst {
        let status = try call(
          "/usr/bin/env",
          ["swift", "build", "-q", "-c", configuration, "--scratch-path", scratch, "--product", chapter])
        isBuilt = status == 0
      }
      if isBuilt {
        _ = try call(executable, ["exercise"] + rest)
      } else {
        errors(Text("the chapter does not compile: see above", ko: "장이 컴파일되지 않는다. 위를 보라")(language))
      }
      output(Text("waiting for a change; Ctrl-C ends", ko: "고치기를 기다린다. Ctrl-C로 끝낸다")(language))
    }
  }

  // MARK: JSON

  /// docs/json.md describes it.
  private func json(_ verdicts: [(Exercise, ExerciseVerdict)], _ language: Language) -> JSON {
    .object([
      ("schema", .string("unrolled-exercises")),
      ("schemaVersion", .integer(1)),
      ("version", .string(bookVersion)),
      ("chapter", .string(chapter)),
      ("number", .string(number)),
      ("language", .string(language.rawValue)),
      ("passed", .integer(verdicts.count { $0.1.state == .passed })),
      ("count", .integer(verdicts.count)),
      (
        "exercises",
        .array(
          verdicts.map { exercise, verdict in
            .object([
              ("name", .string(exercise.name)),
              ("title", .string(exercise.title(language))),
              ("kind", .string(exercise.kind.rawValue)),
              ("level", .integer(exercise.level)),
              ("equation", .string(exercise.equation)),
              ("verdict", .string(verdict.state.rawValue)),
              ("mistake", verdict.mistake.map(JSON.string) ?? .null),
              ("facts", .array(verdict.facts.map { .string($0(language)) })),
              ("formulas", .array(verdict.formulas.map(JSON.string))),
            ])
          })
      ),
    ])
  }

  // MARK: Help

  private static func help(_ chapter: String, _ language: Language) -> String {
    switch language {
    case .english:
      """
      swift run \(chapter) exercise [NAME] [options]

        (no name)          all exercises of the chapter: ✓ passed, ✗ wrong, ○ open
        NAME               one of them: its task, your formula, its numbers, what is wrong

        --hint             the next of three hints
        --solution         the solution, and why it is right
        --reset            the hole as it was given (without a name: all); your text is kept
        --watch            check again on every save; Ctrl-C ends
        --lang en|ko       the language (default: from LC_ALL or LANG)
        --json             the verdicts as JSON (docs/json.md)
        --no-color         no colour

      The holes are in Exercises.swift in the chapter's folder. Should it not compile any more and you do not see why:
      .build/debug/\(chapter) exercise NAME --reset
      Exit status: 0 if all that was asked for has passed, else 1, or 2 for input that cannot be used.
      """
    case .korean:
      """
      swift run \(chapter) exercise [이름] [옵션]

        (이름 없음)        이 장의 모든 연습 문제: ✓ 통과, ✗ 틀림, ○ 아직
        이름               그 문제 하나: 할 일, 내 식, 그 값, 틀린 점

        --hint             힌트 셋 가운데 다음 것
        --solution         풀이, 그리고 왜 맞는지
        --reset            처음 주어진 대로 되돌린다(이름이 없으면 모두). 쓴 글은 남겨 둔다
        --watch            저장할 때마다 다시 검사한다. Ctrl-C로 끝낸다
        --lang en|ko       언어 (기본값: LC_ALL이나 LANG을 따른다)
        --json             판정을 JSON으로 (docs/json.md)
        --no-color         색 없이

      채울 곳은 장 폴더의 Exercises.swift에 있다. 컴파일되지 않는데 까닭을 알 수 없으면:
      .build/debug/\(chapter) exercise 이름 --reset
      종료 상태: 물은 것이 모두 통과하면 0, 아니면 1, 쓸 수 없는 입력이면 2.
      """
    }
  }
}

extension Exercise {
  /// A line of the notes' list.
  package func item(_ language: Language, _ context: ExerciseContext) -> String {
    let place = context.sectionNumber(equation)
    let (kind, title) = (kind.title(language), title(language))
    return switch language {
    case .english: "- `\(name)` \(stars) \(title) (\(kind), section \(place))"
    case .korean: "- `\(name)` \(stars) \(title)(\(kind), \(place)절)"
    }
  }

  /// Its level, of five.
  package var stars: String { String(repeating: "●", count: level) + String(repeating: "○", count: max(0, 5 - level)) }
}
