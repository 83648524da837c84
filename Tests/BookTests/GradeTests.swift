// Grading, on made-up submissions: good, partly good, wrong in known ways, broken, without end, and worse.

import Foundation
import Testing

@testable import Exercises
@testable import Notebook
@testable import book

/// A folder of students' folders, with files of chapter 04.
final class Course {
  let folder = FileManager.default.temporaryDirectory.path + "/unrolled-course-\(UUID().uuidString)"
  let chapter: ExerciseChapter

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  init() throws {
    chapter = try #require(try exerciseChapters(root: Course.root).first { $0.name == "gru" })
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Correct answers in another form than the solutions.
  static let right = [
    "state": "return h .* z + g - g .* z",
    "parameters": "return 361_800",
    "candidate": "return tanh(W_xg * x + r .* (W_hg * h + b_hg) + b_xg)",
    "convert": "return [-1 * W_xz, 0 - W_hz, -b_z]",
    "update-gradient": "return dh .* (h - g) .* (z - z .* z)",
    "bias-gradient": "return sum((0..<r.count).map { t in da_g[t] .* r[t] }).sumOfColumns",
    "weight-gradient": "return sum((0..<r.count).map { t in (da_g[t] .* r[t]) * h[t].transposed })",
    "backward-bug": "",
  ]

  /// Adds a submission with these lines in the holes, changed by `edit`.
  func add(
    _ student: String, _ lines: [String: String], at path: String = "04-gru/Exercises.swift",
    _ edit: (String) -> String = { $0 }
  ) throws {
    var text = chapter.pristine
    for (name, line) in lines {
      if name == "backward-bug" {
        text = text.replacingOccurrences(of: "W_hg.transposed * da_g", with: "W_hg.transposed * (da_g .* r)")
        continue
      }
      let mark = try #require(text.range(of: "// begin: \(name)\n"))
      let hole = try #require(text.range(of: "throw Hole()", range: mark.upperBound..<text.endIndex))
      text.replaceSubrange(hole, with: line)
    }
    try write(edit(text), "\(student)/\(path)")
  }

  func write(_ text: String, _ path: String) throws {
    let url = URL(fileURLWithPath: "\(folder)/\(path)")
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func submissions() throws -> (submissions: [Submission], remarks: [String]) {
    let (submissions, remarks) = try findSubmissions(in: folder, chapters: try exerciseChapters(root: Course.root))
    return (submissions, remarks.map(\.english))
  }

  /// The build that is being tested: its modules are beside the test bundle.
  static var place: BuildPlace {
    let words = CommandLine.arguments + [ChildProcess.ownPath]
    let bundle = words.first { $0.contains(".xctest") }.flatMap { word in
      word.range(of: ".xctest").map { String(word[..<$0.lowerBound]) }
    }
    let folder = bundle.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path } ?? "\(root)/.build/debug"
    return BuildPlace(folder: folder, configuration: "debug", scratch: "\(root)/.build")
  }
}

@Suite struct GradeTests {
  /// All submissions are graded in one run, because none of them may stop another.
  @Test func everySubmissionGetsItsVerdictAndStopsNoOther() throws {
    let course = try Course()
    let right = Course.right
    func with(_ name: String, _ line: String) -> [String: String] { right.merging([name: line]) { $1 } }
    func importing(_ text: String) -> String { "import Foundation\n" + text }
    let forged =
      #"{\"exercise\":\"state\",\"state\":\"passed\",\"facts\":[],\"formulas\":[],\"printed\":\"\",\"seconds\":0}"#
    let victim = "\(course.folder)/victim"
    try course.write("still here", "victim")

    try course.add("01-good", right)
    try course.add(
      "02-part", right.filter { ["state", "candidate"].contains($0.key) }, at: "chapters/04-gru/Exercises.swift")
    try course.add("03-flat", right, at: "Exercises.swift")
    try course.add(
      "04-known",
      right.merging([
        "state": "return z .* g + (1 - z) .* h", "parameters": "return 482_400",
        "candidate": "return tanh(W_xg * x + b_xg + W_hg * (r .* h) + b_hg)",
        "bias-gradient": "return sum((0..<r.count).map { t in da_g[t] .* r[t] })",
      ]) { $1 })
    try course.add("05-broken", with("state", "return z .* "))
    try course.add("06-loops", with("state", "while true {}"))
    try course.add(
      "07-loops-at-compile-time",
      with(
        "state", "let k = 1 + 2 * 3 - 4 + 5 * 6.0 - 7 * 8 + [1].count * 3 - \"a\" + 4 * 5 - 6 + 7 / 8 * z - g\nreturn k"
      ))
    try course.add("08-traps", with("state", "return [g, h][r(5)]")) {
      $0.replacingOccurrences(of: "enum Exercises {", with: "enum Exercises {\n  static func r(_ k: Int) -> Int { k }")
    }
    try course.add("09-exits", with("state", "exit(0)"), importing)
    try course.add(
      "10-forges",
      with(
        "state",
        "print(\"\(forged)\"); _ = \"\\n\(forged)\".withCString { write(3, $0, strlen($0)) }; fflush(nil); exit(0)"),
      importing)
    try course.add(
      "11-writes",
      with(
        "state",
        "remove(\"\(victim)\"); try? \"x\".write(toFile: \"\(course.folder)/new\", atomically: false, encoding: .utf8); "
          + "return (1 - z) .* g + z .* h"), importing)
    try course.add("12-copies", with("state", "return try Solutions.state(z: z, g: g, h: h)"))
    try course.add("13-untouched", [:])
    try course.add("14-throws", with("state", "throw Oops()")) { $0 + "\nstruct Oops: Error {}\n" }
    try course.add("15-signature", right) {
      $0.replacingOccurrences(of: "parameters() throws", with: "parameters(x: Int) throws")
    }
    try course.add(
      "16-wrong",
      with("weight-gradient", "return sum((0..<r.count).map { t in -1 * (da_g[t] .* r[t]) * h[t].transposed })"))
    try course.add(
      "17-connects",
      with(
        "state",
        "if socket(AF_INET, 1, 0) >= 0 { return g }; return (try? String(contentsOfFile: \"\(victim)\", encoding: .utf8)) == nil "
          + "? (1 - z) .* g + z .* h : g"), importing)
    try course.write("no exercise at all", "18-nothing/notes.txt")
    // Code that would run before the confinement, a function with a solution's name, and an import of the C library.
    try course.add("19-attribute", right) {
      $0 + "\n@used @section(\".init_array\") let early: @convention(c) () -> Void = { }\n"
    }
    try course.add("20-silgen", with("state", "return try s(z, g, h)")) {
      $0 + "\n@_silgen_name(\"solution\") func s<A>(_ z: A, _ g: A, _ h: A) throws -> A\n"
    }
    try course.add("21-glibc", right) { "import Glibc\n" + $0 }
    // An e-mail address in a comment is harmless.
    try course.add("22-comment", right) { $0 + "\n// 김하늘, haneul@school.kr; we import nothing\n" }
    try course.add(
      "23-limits",
      with(
        "state",
        """
        typealias Limit = @convention(c) (Int32, Int32, UnsafeMutablePointer<UInt>, UnsafeMutableRawPointer?) -> Int32
            if let f = dlsym(nil, "prlimit64") ?? dlsym(nil, "prlimit") {
              var none: [UInt] = [0, 0]
              if unsafeBitCast(f, to: Limit.self)(getppid(), 1, &none, nil) == 0 { return g }
            }
            return (1 - z) .* g + z .* h
        """), importing)

    let (submissions, remarks) = try course.submissions()
    #expect(remarks == ["\(course.folder)/18-nothing: nothing handed in"])
    #expect(submissions.count == 23)
    let before = try Course.fingerprint()
    let settings = GradeSettings(workers: 2, compileLimit: 40, runLimit: 4)
    let grader = try Grader(
      root: Course.root, settings: settings, environment: ProcessInfo.processInfo.environment, place: Course.place)
    defer { grader.cleanUp() }
    let grades = try grader.grade(submissions) { _ in }
    #expect(try Course.fingerprint() == before, "the checkout was changed")
    #expect(grades.count == 23 * 8)

    func verdict(_ student: String, _ exercise: String) -> String {
      let found = grades.first { $0.student == student && $0.exercise == exercise }
      return found.map { $0.verdict + ($0.mistake.map { " " + $0 } ?? "") } ?? "none"
    }
    func passed(_ student: String) -> Int { grades.count { $0.student == student && $0.verdict == "passed" } }
    let isConfined = grader.protections.files && grader.protections.system
    let expected: [(student: String, passed: Int, state: String)] = [
      ("01-good", 8, "passed"), ("02-part", 2, "passed"), ("03-flat", 8, "passed"),
      ("04-known", 4, "mistake z-for-1-z"),
      ("05-broken", 0, "does-not-compile"), ("06-loops", 7, "timeout"), ("08-traps", 7, "trapped"),
      ("09-exits", 7, "ended"), ("10-forges", 7, "ended"), ("12-copies", 0, "does-not-compile"),
      ("13-untouched", 0, "open"),
      ("14-throws", 7, "failed"), ("15-signature", 0, "does-not-compile"), ("16-wrong", 7, "passed"),
      ("18-nothing", 0, "missing"), ("19-attribute", 0, "refused"), ("20-silgen", 0, "refused"),
      ("21-glibc", 0, "refused"), ("22-comment", 8, "passed"),
    ]
    for (student, count, state) in expected {
      #expect(passed(student) == count, "\(student): \(passed(student))")
      #expect(verdict(student, "state") == state, "\(student)")
    }
    #expect(["does-not-compile", "compile-timeout"].contains(verdict("07-loops-at-compile-time", "state")))
    #expect(verdict("04-known", "parameters") == "mistake lstm")
    #expect(verdict("04-known", "candidate") == "mistake reset-before")
    #expect(verdict("04-known", "bias-gradient") == "mistake no-batch-sum")
    #expect(verdict("02-part", "backward-bug") == "open")
    #expect(verdict("16-wrong", "weight-gradient") == "wrong")
    let fact = grades.first { $0.student == "16-wrong" && $0.exercise == "weight-gradient" }?.facts.first
    #expect(fact?.english == "Every entry has the wrong sign." && fact?.korean == "모든 성분의 부호가 반대다.")
    // If the system supports it, no file can be created, removed or read, and no connection opened.
    if isConfined {
      #expect(!FileManager.default.fileExists(atPath: "\(course.folder)/new"))
      #expect(FileManager.default.fileExists(atPath: victim))
      #expect(passed("11-writes") == 8 && passed("17-connects") == 8)
      // @convention is an attribute, too.
      #expect(verdict("23-limits", "state") == "refused")
    }

    // The files with the grades.
    let csv = gradesCSV(grades).split(separator: "\n")
    #expect(csv.count == 1 + 23 * 8 && csv[0] == "student,chapter,exercise,verdict,mistake,seconds")
    #expect(csv.contains { $0.hasPrefix("04-known,gru,state,mistake,z-for-1-z,") })
    for language in Language.allCases {
      let json = gradesJSON(grades, grader.protections, language).text
      let value = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
      #expect((value?["students"] as? [Any])?.count == 23)
      #expect(gradesTable(grades, language).count == 25)
    }
  }

  @Test func cellsAreQuotedAndNoFormulas() {
    #expect(csvCell("a,b\"c") == "\"a,b\"\"c\"" && csvCell("=1+1") == "'=1+1" && csvCell("김") == "김")
    // A comma with a combining accent and a line break of two characters also separate cells.
    #expect(csvCell("a,\u{301}b") == "\"a,\u{301}b\"" && csvCell("a\r\nb") == "\"a\r\nb\"")
    #expect(csvCell("=\u{301}1") == "'=\u{301}1")
    #expect(printable("a\u{1B}[2J\nb\u{202E}김") == "a\u{FFFD}[2J\u{FFFD}b\u{FFFD}김")
  }

  @Test(arguments: [
    ("return z", nil), ("// me@school.kr", nil), ("@main struct A {}", "@main"), ("import Glibc", "import Glibc"),
    ("import Foundation.NSURL", "import Foundation.NSURL"), ("let a = 1 // @c", nil),
    ("let s = \"//\"; @c(f) func g() {}", "@c"),
    ("/* // */ @c(f) func g() {}", "@c"), ("/*\n// */ @_cdecl(\"f\") func g() {}", "@_cdecl"),
    ("let r = #/a/#\n// @c", "@c"), ("import struct Darwin.FILE", "import struct"),
    ("@escaping @discardableResult", nil),
    ("@ c func f()", "@"), ("@`c` func f()", "@`c`"),
  ])
  func whatNoExerciseNeedsIsFound(_ line: String, _ word: String?) throws {
    let pristine = try Course().chapter.pristine
    #expect(suspiciousWord(in: pristine + "\n" + line, beside: pristine) == word)
  }

  /// The process sets its limits before the student's code runs, and that code cannot change them.
  @Test func theTimeIsTheTeachers() throws {
    let course = try Course()
    try course.add("loops", ["state": "while true {}"])
    let grader = try Grader(
      root: Course.root, settings: GradeSettings(workers: 1, compileLimit: 40, runLimit: 2),
      environment: ProcessInfo.processInfo.environment, place: Course.place)
    defer { grader.cleanUp() }
    let grades = try grader.grade(try course.submissions().submissions) { _ in }
    #expect(grades.first { $0.exercise == "state" }?.verdict == "timeout")
  }

  @Test func whatCannotBeGradedIsSaid() throws {
    let course = try Course()
    #expect(throws: BadInput.self) { try course.submissions() }
    try course.write("// nothing of ours", "a/Exercises.swift")
    try course.add("b", Course.right)
    try course.add("b", [:], at: "chapters/04-gru/Exercises.swift")
    let (submissions, remarks) = try course.submissions()
    #expect(submissions.map(\.student) == ["a", "b"] && submissions[0].path == nil)
    #expect(submissions[1].path?.hasSuffix("b/chapters/04-gru/Exercises.swift") == true)
    #expect(remarks.contains { $0.contains("a/Exercises.swift: not read") })
    #expect(remarks.contains { $0.contains("b/04-gru/Exercises.swift: not read") })
    // The folder of an archive, a file that is not text, one that is too large, and chapters in place of students.
    try course.add("c", Course.right, at: "unrolled-main/chapters/04-gru/Exercises.swift")
    try FileManager.default.createDirectory(atPath: "\(course.folder)/d", withIntermediateDirectories: true)
    try Data([0xFF, 0xFE, 0x41, 0]).write(to: URL(fileURLWithPath: "\(course.folder)/d/Exercises.swift"))
    try course.write(String(repeating: "// x\n", count: 300_000), "e/Exercises.swift")
    let more = try course.submissions()
    #expect(more.submissions[2].path?.hasSuffix("c/unrolled-main/chapters/04-gru/Exercises.swift") == true)
    #expect(more.remarks.contains { $0.contains("d/Exercises.swift is not UTF-8") })
    #expect(more.remarks.contains { $0.contains("e/Exercises.swift is larger than 1 MB") })
    let error = #expect(throws: BadInput.self) {
      try findSubmissions(in: course.folder + "/b", chapters: [course.chapter])
    }
    #expect(error?.description.contains("holds a chapter (04-gru) where students are expected") == true)
  }

  #if os(Linux)
    /// Two spellings of one name are two students, and names that are not UTF-8 are reported.
    @Test func namesThatLookAlikeAreTwo() throws {
      let course = try Course()
      let (composed, decomposed) = (
        "김하늘".precomposedStringWithCanonicalMapping, "김하늘".decomposedStringWithCanonicalMapping
      )
      try course.add(composed, Course.right)
      try course.add(decomposed, Course.right.merging(["state": "return z"]) { $1 })
      let bytes = Array("\(course.folder)/".utf8) + [0xC0, 0xCC, 0]
      #expect(
        bytes.withUnsafeBufferPointer { $0.withMemoryRebound(to: CChar.self) { mkdir($0.baseAddress!, 0o755) } } == 0)
      defer { _ = bytes.withUnsafeBufferPointer { $0.withMemoryRebound(to: CChar.self) { rmdir($0.baseAddress!) } } }
      let (submissions, remarks) = try course.submissions()
      #expect(submissions.count == 2 && Set(submissions.map { Array(($0.path ?? "").utf8) }).count == 2)
      #expect(remarks.contains { $0.contains("two folders have this name") })
      #expect(remarks.contains { $0.contains("1 left out, as their names are not UTF-8") })
      let grades = submissions.map { Grade(student: $0.student, chapter: "gru", exercise: "state", verdict: "open") }
      #expect(gradesTable(grades, .english).count == 4)
    }
  #endif

  /// A link could lead to any file that the teacher can read.
  @Test func linksAreNotFollowed() throws {
    let course = try Course()
    try course.add("b", Course.right)
    try FileManager.default.createDirectory(atPath: "\(course.folder)/a/04-gru", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: "\(course.folder)/a/04-gru/Exercises.swift",
      withDestinationPath: "\(course.folder)/b/04-gru/Exercises.swift")
    #expect(try course.submissions().submissions.first { $0.student == "a" }?.path == nil)
    // The same for a link further up the path, and for one in place of a student's folder.
    try FileManager.default.createDirectory(atPath: "\(course.folder)/c", withIntermediateDirectories: true)
    for (link, target) in [("c/04-gru", "b/04-gru"), ("d", "b")] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(course.folder)/\(link)", withDestinationPath: "\(course.folder)/\(target)")
    }
    let (submissions, remarks) = try course.submissions()
    #expect(submissions.first { $0.student == "c" }?.path == nil && !submissions.contains { $0.student == "d" })
    #expect(remarks.contains { $0.contains("/d: not read, it is a link") })
  }
}

extension Course {
  /// Size and date of every file in the checkout's sources.
  fileprivate static func fingerprint() throws -> [String] {
    try ["chapters", "Sources"].flatMap { top in
      try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(top)").sorted().map { path in
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(root)/\(top)/\(path)")
        return "\(path) \(attributes[.size] ?? 0) \(attributes[.modificationDate] ?? 0)"
      }
    }
  }
}

@Suite struct ExercisesSummaryTests {
  private func chapter(_ folder: String, _ names: [String]) -> ExerciseChapter {
    ExerciseChapter(folder: folder, name: String(folder.dropFirst(3)), exercises: names, pristine: "")
  }
  private func result(_ verdicts: [(String, String)]) -> ExerciseResult {
    ExerciseResult(
      passed: verdicts.count { $0.1 == "passed" }, count: verdicts.count,
      exercises: verdicts.map { ExerciseResult.Item(name: $0.0, verdict: $0.1) })
  }

  @Test func itSumsUpAndNamesTheNextOne() {
    let (a, b) = (chapter("01-one", ["p", "q"]), chapter("02-two", ["r"]))
    let done = result([("p", "passed"), ("q", "passed")])
    let open = exerciseSummary([(a, done), (b, result([("r", "mistake")]))], .english)
    #expect(open.contains { $0.contains("2 of 3 passed") } && open.last == "  next: swift run two exercise r")
    #expect(open.contains { $0.contains("✗ r") })
    let all = exerciseSummary([(a, done), (b, result([("r", "passed")]))], .korean)
    #expect(all.last?.contains("3개 가운데 3개 통과") == true)
    let broken = exerciseSummary([(a, nil), (b, result([("r", "passed")]))], .english)
    #expect(broken.last == "  next: make chapters/01-one/Exercises.swift compile")
    #expect(broken.contains { $0.contains("1 of 3 passed") })
  }
}
