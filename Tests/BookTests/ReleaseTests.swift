// What a release says about itself in several places: the version, the example of the library, CI.

import Foundation
import Notebook
import Testing

@Suite struct ReleaseTests {
  private func text(_ path: String) throws -> String { try readText("\(WritingTests.root)/\(path)") }

  @Test func theVersionIsTheSameEverywhere() throws {
    #expect(try text("CITATION.cff").contains("\nversion: \(bookVersion)\n"))
    for path in ["README.md", "README.ko.md", "docs/example/Package.swift"] {
      #expect(try text(path).contains("/unrolled.git\", from: \"\(bookVersion)\")"), "\(path)")
    }
  }

  @Test func theLinesForAManifestAreTheExamples() throws {
    let manifest = try text("docs/example/Package.swift")
    for path in ["README.md", "README.ko.md"] {
      let lines = try text(path).split(separator: "\n").filter {
        $0.hasPrefix(".package(") || $0.hasPrefix(".product(")
      }
      #expect(lines.count == 4)
      for line in lines {
        #expect(manifest.contains(line.trimmingCharacters(in: [","])), "\(path): \(line)")
      }
    }
  }

  /// Both commands of the README stand alone in a fence.
  @Test func continuousIntegrationRunsTheCommandsOfTheREADME() throws {
    let workflow = try text(".github/workflows/ci.yml")
    for command in ["make", "swift test"] {
      #expect(try text("README.md").contains("```sh\n\(command)\n```"))
      #expect(workflow.components(separatedBy: "- run: \(command)\n").count == 3, "on Linux and on macOS: \(command)")
    }
    #expect(workflow.contains("- run: make check\n"))
  }
}
