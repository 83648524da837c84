// The graph of the modules, read from the book's own manifest.

import Foundation
import Notebook
import Testing

@testable import book

@Suite struct ModuleTests {
  static let root = WritingTests.root

  /// What SwiftPM makes of the manifest is the truth. Only a dependent on x86-64 compiles and imports MultiplyAdd.
  @Test func theGraphIsTheOneThatSwiftPMReads() throws {
    struct Package: Decodable {
      struct Dependency: Decodable { let byName: [String?] }
      struct Target: Decodable {
        let name: String
        let type: String
        let dependencies: [Dependency]
        let path: String?
      }
      let targets: [Target]
    }
    // In a scratch folder of its own, because SwiftPM locks the one that this test was built in.
    let scratch = FileManager.default.temporaryDirectory.path + "/unrolled-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let outcome = try ChildProcess.run(
      "/usr/bin/env", ["swift", "package", "--package-path", Self.root, "--scratch-path", scratch, "dump-package"],
      environment: ProcessInfo.processInfo.environment, limit: 120, kept: 1 << 24)
    let package = try JSONDecoder().decode(Package.self, from: Data(outcome.output.utf8))
    var expected: [String: Set<String>] = [:]
    for target in package.targets where target.type != "test" {
      let name = target.path?.hasPrefix("chapters/") == true ? "chapters" : target.name
      expected[name] = Set(target.dependencies.compactMap { $0.byName[0] })
    }
    let graph = try ModuleGraph(manifest: readText("\(Self.root)/Package.swift"))
    #expect(expected.count > 8)
    #expect(graph.imports.mapValues { Set($0).subtracting(["MultiplyAdd"]) } == expected)
  }

  @Test func everyModuleIsAboveThoseThatItImports() throws {
    let graph = try ModuleGraph(manifest: readText("\(Self.root)/Package.swift"))
    let layers = graph.layers
    func layer(_ name: String) -> Int? { layers.firstIndex { $0.contains(name) } }
    for (name, below) in graph.imports {
      for other in below { #expect(layer(other)! < layer(name)!, "\(name) imports \(other)") }
    }
    #expect(layers.joined().sorted() == graph.imports.keys.sorted())
    #expect(layers[0].contains("Reference"))
  }

  @Test func theClosureHoldsEverythingBelow() throws {
    let graph = try ModuleGraph(manifest: SmallBook.manifest)
    #expect(graph.closure(of: ["printer"]) == ["Pages", "Sums", "printer"])
    #expect(graph.closure(of: ["Sums"]) == ["Sums"])
    #expect(throws: BadInput.self) { try ModuleGraph(manifest: "let package = Package()") }
  }
}
