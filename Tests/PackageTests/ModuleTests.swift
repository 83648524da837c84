// The arrows between the modules go one way: what every module may import.

import Foundation
import Testing

@Suite struct ModuleTests {
  static let sources =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path + "/Sources"

  /// The modules of the package that each library may import, directly or through a module that re-exports others.
  static let allowed: [String: Set<String>] = [
    "Matrices": ["MultiplyAdd"],
    "Autodiff": ["Matrices", "MultiplyAdd"],
    "Recurrent": ["Autodiff", "Matrices"],
    "LaTeX": ["Autodiff", "Matrices"],
    "Reference": [],
    "Experiments": ["Recurrent", "Autodiff", "Matrices", "Reference"],
    "Console": [],
    "Figures": ["Console"],
    "Exercises": ["Console", "LaTeX", "Autodiff", "Matrices"],
    "Notebook": ["Console", "Figures", "Exercises", "LaTeX", "Autodiff", "Matrices", "Reference"],
    "MultiplyAdd": [],
  ]
  static let programs: Set = ["book", "crosscheck", "benchmark"]
  /// Modules that work without an operating system.
  static let withoutFoundation: Set = ["Matrices", "Autodiff", "LaTeX"]

  /// The modules that a folder's Swift files import.
  static func imports(below folder: String) throws -> Set<String> {
    var found: Set<String> = []
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder) where file.hasSuffix(".swift") {
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      let line = /(?m)^\s*(?:@\w+ |public |package |internal |private )*import (?:struct |class |enum |func )?(\w+)/
      found.formUnion(text.matches(of: line).map { String($0.output.1) })
    }
    return found
  }

  static let modules = ((try? FileManager.default.contentsOfDirectory(atPath: sources)) ?? []).filter {
    $0.first != "."
  }

  @Test(arguments: modules) func aModuleImportsOnlyWhatItMayKnow(module: String) throws {
    let imports = try Self.imports(below: "\(Self.sources)/\(module)")
    let own = imports.intersection(Self.modules)
    if Self.programs.contains(module) {
      #expect(own.isDisjoint(with: Self.programs), "\(own)")
    } else {
      let allowed = try #require(Self.allowed[module], "say here what the module \(module) may import")
      #expect(own.isSubset(of: allowed), "\(own.subtracting(allowed))")
    }
    if Self.withoutFoundation.contains(module) { #expect(!imports.contains("Foundation")) }
  }

  @Test func importsAreFound() throws {
    #expect(Self.modules.count >= 10)
    #expect(
      try Self.imports(below: "\(Self.sources)/crosscheck").isSuperset(of: ["Notebook", "Recurrent", "Reference"]))
  }
}
