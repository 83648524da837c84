// Which module may import which. Arrows point downwards only.

import Foundation
import Testing

@Suite("Arrows between modules")
struct ArrowTests {
  /// For each folder of Sources, the project's modules that its sources may import. A module that is not listed may not
  /// exist; a row whose folder does not exist is allowed.
  static let allowed: [String: Set<String>] = [
    // No module of the project, except C that this machine may need.
    "MultiplyAdd": [],
    "Matrices": ["MultiplyAdd"],
    "Reference": [],
    "Console": [],
    "Autodiff": ["Matrices"],
    "LaTeX": ["Autodiff"],
    "Recurrent": ["Autodiff"],
    "Experiments": ["Autodiff", "Figures", "Recurrent", "Reference"],
    "Figures": ["Autodiff", "Console", "LaTeX"],
    "Exercises": ["Autodiff", "Console", "LaTeX"],
    "Notebook": ["Autodiff", "Console", "Exercises", "Figures", "LaTeX", "Reference"],
    // Programs. Nothing imports them.
    "benchmark": ["Autodiff", "Notebook", "Recurrent"],
    "book": ["Autodiff", "LaTeX", "Notebook", "Recurrent"],
    "crosscheck": ["Autodiff", "Notebook", "Recurrent", "Reference"],
  ]

  /// What a chapter may import.
  static let allowedInChapters: Set = ["Autodiff", "Experiments", "LaTeX", "Notebook", "Recurrent", "Reference"]

  /// The modules that a Swift source imports, of the project and others.
  static func imports(in source: String) -> Set<String> {
    let access: Set = ["public", "package", "internal", "fileprivate", "private"]
    let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    var found: Set<String> = []
    for line in source.split(separator: "\n") where line.contains("import ") {
      var words = line.split(separator: " ")[...]
      while let word = words.first, word.hasPrefix("@") || access.contains(String(word)) { words.removeFirst() }
      guard words.popFirst() == "import" else { continue }
      if let word = words.first, kinds.contains(String(word)) { words.removeFirst() }
      if let name = words.first { found.insert(String(name.prefix { $0 != "." })) }
    }
    return found
  }

  /// The Swift files below a folder of the checkout, by path from there.
  static func sources(below folder: String) throws -> [String] {
    let files = FileManager.default.enumerator(atPath: "\(DependencyTests.root)/\(folder)")?.allObjects as? [String]
    return try #require(files, "there is no folder \(folder)").filter { $0.hasSuffix(".swift") }.map {
      "\(folder)/\($0)"
    }
  }

  /// "PATH imports MODULE" for each import of a module of the project that is not among the allowed ones.
  static func violations(below folder: String, allowed modules: Set<String>) throws -> [String] {
    try sources(below: folder).flatMap { path in
      let source = try String(contentsOfFile: "\(DependencyTests.root)/\(path)", encoding: .utf8)
      let forbidden = imports(in: source).intersection(allowed.keys).subtracting(modules)
      return forbidden.sorted().map { "\(path) imports \($0)" }
    }
  }

  /// The rows of a table that lie on a cycle or lead to one.
  static func cyclic(_ table: [String: Set<String>]) -> Set<String> {
    var rest = table
    while let free = rest.first(where: { $0.value.isDisjoint(with: rest.keys) })?.key { rest[free] = nil }
    return Set(rest.keys)
  }

  @Test func everyModuleHasARowAndImportsOnlyWhatItMay() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: "\(DependencyTests.root)/Sources")
      .filter { !$0.hasPrefix(".") }
    #expect(folders.count >= 10)
    for module in folders.sorted() {
      let modules = try #require(Self.allowed[module], "say in the table what \(module) may import")
      #expect(try Self.violations(below: "Sources/\(module)", allowed: modules) == [])
    }
    #expect(try Self.violations(below: "chapters", allowed: Self.allowedInChapters) == [])
  }

  @Test func theTableHasNoCycle() {
    #expect(Self.cyclic(Self.allowed) == [])
    #expect(Self.cyclic(["a": ["b"], "b": ["c"], "c": ["b"], "d": []]) == ["a", "b", "c"])
    #expect(Self.cyclic(["a": ["a"]]) == ["a"])
  }

  @Test func theLowestModulesImportNoneOfTheProject() {
    for module in ["Console", "Reference", "MultiplyAdd"] { #expect(Self.allowed[module] == []) }
    #expect(Self.allowed["Matrices"] == ["MultiplyAdd"])
  }

  @Test func everyFormOfImportIsSeen() {
    let source = """
      // import Comment
      import A
      @testable import B
        @_exported import C
      @_spi(Internals) public import D
      import struct E.Thing
      package import F
      let important = 1
      """
    #expect(Self.imports(in: source) == ["A", "B", "C", "D", "E", "F"])
  }
}
