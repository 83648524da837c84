import Testing

@testable import Notebook

@Suite struct OptionsTests {
  @Test func nothingAskedForIsAPlainRunInEnglish() throws {
    let options = try Options([])
    #expect(options.verb == .run)
    #expect(options.language == .english)
    #expect(options.section == nil && !options.listsSections && !options.reads && !options.isFull && !options.json)
    #expect(options.seed == Options.standardSeed)
    #expect(options.colour && !options.help && !options.version)
  }

  @Test func everyOptionSetsItsOwnThingAndNothingElse() throws {
    func expected(_ change: (inout Options) -> Void) throws -> Options {
      var options = try Options([])
      change(&options)
      return options
    }
    #expect(try Options(["--lang", "ko"]) == expected { $0.language = .korean })
    #expect(try Options(["--lang=ko"]) == expected { $0.language = .korean })
    #expect(try Options(["--lang=en"]) == expected { $0.language = .english })
    #expect(try Options(["--section", "x"]) == expected { $0.section = "x" })
    #expect(try Options(["--section=a=b"]) == expected { $0.section = "a=b" })
    #expect(try Options(["--list"]) == expected { $0.listsSections = true })
    #expect(try Options(["--read"]) == expected { $0.reads = true })
    #expect(try Options(["--full"]) == expected { $0.isFull = true })
    #expect(try Options(["--seed", "0"]) == expected { $0.seed = 0 })
    #expect(try Options(["--seed=\(UInt64.max)"]) == expected { $0.seed = .max })
    #expect(try Options(["--json"]) == expected { $0.json = true })
    #expect(try Options(["--no-color"]) == expected { $0.colour = false })
    #expect(try Options(["--help"]) == expected { $0.help = true })
    #expect(try Options(["-h"]) == expected { $0.help = true })
    #expect(try Options(["--version"]) == expected { $0.version = true })
    #expect(try Options(["notes"]) == expected { $0.verb = .notes })
    #expect(try Options(["check", "--full"]) == expected { ($0.verb, $0.isFull) = (.check, true) })
    #expect(try Options(["--lang", "ko", "exercise"]) == expected { ($0.verb, $0.language) = (.exercise, .korean) })
  }

  @Test(arguments: [
    ["--section", "a", "--section=b"], ["--seed", "1", "--seed", "2"], ["--lang=en", "--lang=ko"],
    ["--seed", "1", "exercise"], ["check", "--seed=1"],
  ])
  func whatWouldBeIgnoredIsNamed(_ arguments: [String]) {
    #expect(throws: BadInput.self) { try Options(arguments) }
  }

  @Test(arguments: [
    (["LANG": "ko_KR.UTF-8"], Language.korean), (["LANG": "ko"], .korean), (["LANG": "korean.euc"], .korean),
    (["LANG": "KO_KR"], .korean), (["LANG": "en_US.UTF-8"], .english), (["LANG": "C"], .english), ([:], .english),
    (["LANG": "kok_IN"], .english), (["LANG": "ko_KR", "LC_ALL": "C"], .english), (["LC_MESSAGES": "ko_KR"], .korean),
    (["LANG": "en_US", "LC_ALL": "ko_KR.UTF-8"], .korean), (["LANG": "ko_KR", "LC_MESSAGES": "en_US"], .english),
    (["LC_ALL": "ko_KR", "LC_MESSAGES": "en_US"], .korean), (["LC_ALL": "", "LANG": "ko_KR"], .korean),
  ])
  func theEnvironmentSaysTheLanguage(_ environment: [String: String], _ language: Language) throws {
    #expect(try Options([], environment: environment).language == language)
    #expect(try Options(["--lang", "en"], environment: environment).language == .english)
  }

  @Test func noColorCountsUnlessItIsEmpty() throws {
    #expect(try !Options([], environment: ["NO_COLOR": "1"]).colour)
    #expect(try Options([], environment: ["NO_COLOR": ""]).colour)
  }

  @Test(arguments: [
    (["--lang"], "--lang"), (["--lang="], "--lang"), (["--lang", "de"], "'de'"), (["--lang", "KO"], "'KO'"),
    (["--section"], "--section"), (["--section="], "--section"), (["--seed"], "--seed"), (["--seed", "-1"], "'-1'"),
    (["--seed", "1.5"], "'1.5'"), (["--seed", "18446744073709551616"], "'18446744073709551616'"),
    (["--seed", "eins"], "'eins'"),
    (["--list=x"], "--list"), (["--read=x"], "--read"), (["--json="], "--json"), (["--no-color=1"], "--no-color"),
    (["--full=yes"], "--full"),
    (["--help=me"], "--help"), (["--colour"], "'--colour'"), (["-x"], "'-x'"), (["--"], "'--'"),
    (["--foo=3"], "'--foo'"),
    (["run"], "'run'"), (["build"], "'build'"), ([""], "''"), (["notes", "check"], "notes and check"),
    (["notes", "--json"], "'notes'"), (["check", "--section", "a"], "'check'"), (["exercise", "--list"], "'exercise'"),
    (["check", "--seed", "2"], "'check'"), (["a\nb"], "a b"), (["exercise", "a", "b"], "'a' and 'b'"),
    (["exercise", "a", "--hint", "--solution"], "--hint or --solution"), (["exercise", "--json", "--hint"], "--json"),
    (["exercise", "--json=1"], "--json"), (["exercise", "a", "--watch", "--hint"], "--watch or --hint"),
    (["exercise", "--what"], "'--what'"), (["--hint"], "'exercise'"), (["notes", "--watch"], "'exercise'"),
    (["--judge", "x"], "'exercise'"), (["exercise", "--judge"], "--judge"),
  ])
  func whatCannotBeUsedIsNamedInOneLine(_ arguments: [String], _ name: String) {
    let error = #expect(throws: BadInput.self) { try Options(arguments) }
    #expect(error?.description.contains(name) == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test func exerciseTakesANameAndItsOwnOptionsOnEitherSide() throws {
    func request(_ arguments: String..., environment: [String: String] = [:]) throws -> ExerciseRequest {
      let options = try Options(arguments, environment: environment)
      #expect(options.verb == .exercise)
      return options.exerciseRequest
    }
    func expected(_ change: (inout ExerciseRequest) -> Void) -> ExerciseRequest {
      var request = ExerciseRequest()
      change(&request)
      return request
    }
    #expect(try request("exercise") == expected { _ in })
    #expect(try request("exercise", "x", "--hint") == expected { ($0.name, $0.action) = ("x", .hint) })
    #expect(try request("--hint", "exercise", "x") == expected { ($0.name, $0.action) = ("x", .hint) })
    #expect(try request("exercise", "--solution", "x") == expected { ($0.name, $0.action) = ("x", .solution) })
    #expect(try request("exercise", "--reset") == expected { $0.action = .reset })
    #expect(try request("exercise", "x", "--watch") == expected { ($0.name, $0.isWatching) = ("x", true) })
    #expect(try request("exercise", "--json", "--lang=ko") == expected { ($0.json, $0.language) = (true, .korean) })
    #expect(try request("exercise", "-h", "--no-color") == expected { ($0.help, $0.colour) = (true, false) })
    #expect(try request("exercise", "--judge", "x") == expected { $0.judged = "x" })
    #expect(try request("exercise", "notes") == expected { $0.name = "notes" })
  }

  @Test(arguments: [["--full", "exercise"], ["exercise", "--full"], ["exercise"], ["exercise", "x"]])
  func exerciseKeepsWhatTheEnvironmentSays(_ arguments: [String]) throws {
    let request = try Options(arguments, environment: ["LANG": "ko_KR.UTF-8", "NO_COLOR": "1"]).exerciseRequest
    #expect(request.language == .korean && !request.colour)
  }

  @Test(arguments: Language.allCases)
  func theHelpNamesEveryOptionAndTheProgram(_ language: Language) {
    let help = Options.help(for: "tiny", title: Text("A tiny chapter", ko: "작은 장"), language: language)
    for word in [
      "--lang en|ko", "--section", "--list", "--read", "--full", "--seed", "--json", "--no-color", "NO_COLOR", "--help",
      "-h",
      "--version",
      "notes", "check", "docs/json.md", "LC_ALL", "LANG", "swift run tiny", "0", "1", "2",
    ] { #expect(help.contains(word), "\(word)") }
    #expect(help.hasPrefix(language == .korean ? "작은 장" : "A tiny chapter"))
    #expect(help.lines.allSatisfy { displayWidth($0) <= Page.width })
  }
}
