import Foundation
import Notebook
import Reference
import Testing

@testable import crosscheck

@Suite struct ProgramTests {
  private func run(_ arguments: String...) throws -> Outcome { try crosscheck(arguments) }

  @Test func aFileThatAgreesGivesStatusZeroAndALineATensor() throws {
    let outcome = try run(fixture("rnn-one-step"))
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let lines = outcome.output.split(separator: "\n")
    let description = "RNN (tanh), input size 1, hidden size 2, sequence length 1, batch size 1"
    #expect(lines[0] == "\(fixture("rnn-one-step")): \(description)")
    #expect(lines.count == 11)
    #expect(lines.filter { $0.hasSuffix("✓") }.count == 8)
    #expect(lines[10] == "✓ 8 of 8 tensors agree within 1e-12 of their scale")
  }

  @Test func aDifferenceGivesStatusOne() throws {
    try withFolder { folder in
      var file = try Safetensors(contentsOf: fixture("rnn"))
      file.add(1e-9, to: "grad.weight_hh_l0", at: 3)
      try file.write(to: folder + "/wrong.safetensors")
      let outcome = try run(folder + "/wrong.safetensors")
      #expect(outcome.status == 1 && outcome.errors.isEmpty)
      let wrong = outcome.output.split(separator: "\n").filter { $0.contains("✗") }
      #expect(wrong.count == 2)
      #expect(
        wrong[0].contains("grad.weight_hh_l0") && wrong[0].contains("1.0e-09") && wrong[0].hasSuffix("✗ differs"))
      #expect(wrong[1] == "✗ 7 of 8 tensors agree within 1e-12 of their scale")
    }
  }

  @Test func nothingToCompareGivesStatusOneAndSaysSo() throws {
    try withFolder { folder in
      var file = try Safetensors(contentsOf: fixture("rnn"))
      file.tensors = file.tensors.filter { !$0.key.hasPrefix("grad") && !["output", "h_n"].contains($0.key) }
      try file.write(to: folder + "/none.safetensors")
      let outcome = try run(folder + "/none.safetensors")
      #expect(outcome.status == 1 && outcome.errors.isEmpty)
      #expect(
        outcome.output.hasSuffix("\n✗ nothing to compare: the file holds no output, last state or gradient"))
    }
  }

  @Test func everyFileIsReportedAndTheWorstStatusWins() throws {
    try withFolder { folder in
      var file = try Safetensors(contentsOf: fixture("rnn"))
      file.add(1e-9, to: "output", at: 0)
      let wrong = folder + "/wrong.safetensors"
      try file.write(to: wrong)
      let missing = folder + "/missing.safetensors"

      file.metadata["layer"] = "Reservoir"
      let unknown = folder + "/unknown.safetensors"
      try file.write(to: unknown)

      let three = try run(missing, wrong, unknown, fixture("rnn-relu"), fixture("lstm"))
      #expect(three.status == 2)
      #expect(
        three.errors == [
          "\(missing): no such file; check the path",
          "\(unknown): the metadata's 'layer' is 'Reservoir', expected one of RNN, LSTM, GRU, Attention",
        ])
      #expect(three.output.contains("✗ 7 of 8 tensors agree") && three.output.contains("✓ 8 of 8 tensors agree"))
      #expect(three.output.hasSuffix("✓ 10 of 10 tensors agree within 1e-12 of their scale"))
      #expect(try run(fixture("rnn"), wrong).status == 1)
      #expect(try run(wrong, fixture("rnn")).status == 1)
      #expect(try run(fixture("rnn"), fixture("rnn-long")).status == 0)
      #expect(try run(missing).output.isEmpty)
    }
  }

  @Test func jsonSaysEverything() throws {
    let missing = "/no such folder/x.safetensors"
    let outcome = try run("--json", fixture("rnn-relu"), missing)
    #expect(outcome.status == 2 && outcome.errors.count == 1)
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(report["status"] as? Int == 2 && (report["version"] as? String)?.hasPrefix("crosscheck ") == true)
    let files = try #require(report["files"] as? [[String: Any]])
    #expect(files.map { $0["verdict"] as? String } == ["agrees", "unusable"])
    #expect(files.map { $0["file"] as? String } == [fixture("rnn-relu"), missing])
    #expect(files[1]["error"] as? String == outcome.errors[0])
    #expect(files[0]["tolerance"] as? Double == 1e-12)
    #expect((files[0]["layer"] as? String)?.hasPrefix("RNN (relu)") == true)
    let tensors = try #require(files[0]["tensors"] as? [[String: Any]])
    let comparison = try comparison("rnn-relu")
    #expect(tensors.map { $0["name"] as? String } == comparison.lines.map(\.name))
    #expect(tensors.map { $0["shape"] as? [Int] } == comparison.lines.map(\.shape))
    // Compared as text, because Foundation's JSON reader loses the last digit.
    for line in comparison.lines {
      #expect(outcome.output.contains("\"absolute\": \(line.absolute),\n"))
      #expect(outcome.output.contains("\"relative\": \(line.relative),\n"))
    }
    #expect(tensors.map { $0["agrees"] as? Bool } == comparison.lines.map(\.agrees))
  }

  @Test func jsonOfANumberThatIsNoneIsStillJSON() throws {
    try withFolder { folder in
      var file = try Safetensors(contentsOf: fixture("rnn-relu"))
      file.tensors["weight_hh_l0"]!.elements = .float64([Double](repeating: 1e308, count: 16))
      try file.write(to: folder + "/large.safetensors")
      let outcome = try run("--json", folder + "/large.safetensors")
      #expect(outcome.status == 1)
      #expect(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) is [String: Any])
      #expect(outcome.output.contains("\"differs\""))
    }
  }

  @Test func helpAndVersionAreAnswered() throws {
    for option in ["--help", "-h"] {
      let outcome = try run(option)
      #expect(outcome.status == 0 && outcome.output.contains("swift run crosscheck FILE... [--json]"))
    }
    let outcome = try run("--version")
    #expect(outcome.status == 0 && outcome.output.hasPrefix("crosscheck "))
  }

  @Test(arguments: [
    ([], "name at least one .safetensors file; --help says more"),
    (["--json"], "name at least one .safetensors file; --help says more"),
    (["--jsonn", "x"], "there is no option '--jsonn'; --help lists them"),
    (["x", "-\n"], "there is no option '-\\u{A}'; --help lists them"),
  ])
  func wrongArgumentsAreNamed(arguments: [String], message: String) {
    let error = #expect(throws: BadInput.self) { try crosscheck(arguments) }
    #expect(error?.description == message)
  }

  @Test func aFileMayBeginWithADash() throws {
    #expect(try run("--", "-x").errors == ["-x: no such file; check the path"])
  }

  @Test func aDirectoryAndAnEmptyFileAreNamed() throws {
    try withFolder { folder in
      try Data().write(to: URL(fileURLWithPath: folder + "/empty"))
      let outcome = try run(folder, folder + "/empty")
      #expect(outcome.status == 2)
      #expect(outcome.errors.map { $0.contains("is a directory") } == [true, false])
      #expect(outcome.errors.map { $0.contains("is empty") } == [false, true])
    }
  }
}
