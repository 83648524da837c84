// The command line of `book`, from arguments to an exit status.

import Foundation
import Notebook

struct Program {
  let subcommands: [Subcommand]
  /// The top folder of the checkout; if nil, it is searched for with `checkout()`.
  var root: String?
  /// Prints a line; tests replace it.
  var output: (String) -> Void = printLine
  /// Prints a finding; tests replace it.
  var errors: (String) -> Void = printError

  init(subcommands: [Subcommand], root: String? = nil) {
    self.subcommands = subcommands
    self.root = root
  }

  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Int32 {
    var language = Language(environment: environment)
    var isLanguageGiven = false
    var isHelpWanted = false
    var rest: [String] = []
    var words = Arguments(arguments)
    while words.next() {
      switch words.name {
      case "--lang":
        let code = try words.value("a language: en or ko")
        guard let given = Language(rawValue: code) else { throw BadInput("--lang is en or ko, not '\(code)'") }
        (language, isLanguageGiven) = (given, true)
      case "--help", "-h":
        if words.hasAttachedValue { throw BadInput("\(words.name) takes no value") }
        isHelpWanted = true
      case "--version" where rest.isEmpty && !words.hasAttachedValue:
        output("book \(bookVersion)")
        return ExitStatus.success
      default: rest.append(words.word)
      }
    }
    if isHelpWanted {
      output(help(language))
      return ExitStatus.success
    }
    let names = subcommands.map(\.name).joined(separator: ", ")
    guard let name = rest.first else { throw BadInput("say what to do: \(names); --help says more") }
    guard let subcommand = subcommands.first(where: { $0.name == name }) else {
      let what = name.hasPrefix("-") ? "option" : "command"
      throw BadInput("there is no \(what) '\(name)': \(names); --help says more")
    }
    return try subcommand.body(
      Call(
        arguments: Array(rest.dropFirst()), language: language, isLanguageGiven: isLanguageGiven,
        environment: environment, root: try root ?? Program.checkout(), output: output, errors: errors))
  }

  private func help(_ language: Language) -> String {
    let list = subcommands.map { subcommand in
      "  \(subcommand.name) \(subcommand.usage)".trimmingCharacters(in: .newlines)
        + "\n                     \(subcommand.summary(language))"
    }.joined(separator: "\n")
    return switch language {
    case .english:
      """
      Commands for the whole book; those for one chapter are its own program's.

      swift run book COMMAND [options]

      \(list)

        --lang en|ko       the language (default: from LC_ALL or LANG)
        --help, -h         this text
        --version          the version of the book

      Exit status: 0, or 1 if something is wrong or stale, or 2 for input that cannot be used.
      """
    case .korean:
      """
      책 전체를 다루는 명령이다. 장 하나에 관한 일은 그 장의 프로그램이 한다.

      swift run book 명령 [옵션]

      \(list)

        --lang en|ko       언어 (기본값: LC_ALL이나 LANG을 따른다)
        --help, -h         이 도움말
        --version          책의 판

      종료 상태: 0. 틀렸거나 낡은 것이 있으면 1, 쓸 수 없는 입력이면 2.
      """
    }
  }

  /// The top folder of the checkout that contains these sources or, if they have moved, the working directory.
  static func checkout(
    source: String = #filePath, workingDirectory: String = FileManager.default.currentDirectoryPath
  ) throws -> String {
    func isCheckout(_ place: URL) -> Bool {
      ["chapters", "Package.swift"].allSatisfy {
        FileManager.default.fileExists(atPath: place.appendingPathComponent($0).path)
      }
    }
    let top = URL(fileURLWithPath: source).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    var candidates = [top]
    var place = URL(fileURLWithPath: workingDirectory)
    for _ in 0..<16 {
      candidates.append(place)
      place = place.deletingLastPathComponent()
    }
    guard let found = candidates.first(where: isCheckout) else {
      throw BadInput("there is no chapters/ at \(top.path): run inside a checkout of the book")
    }
    return found.path
  }
}
