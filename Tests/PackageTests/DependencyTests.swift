// The libraries as another package's dependency, by version from a tagged clone and by path: the example in docs/example is
// built and run, and the results are compared bit for bit with those of this build.

import Foundation
import Recurrent
import Reference
import Testing

@Suite("As a dependency", .serialized)
struct DependencyTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// A program beside the example: h_1 = tanh(W_x x) with a gradient, and the fingerprint of everything.
  static let program = """
    import Autodiff
    import Recurrent

    let tape = Tape()
    let W = tape.variable(Matrix([[0.5, -0.25]]))
    let x = tape.constant(Matrix(column: [1, 2]))
    let y = (W * x).tanh
    let gradient = tape.gradients(of: y)[W]
    let cell = RNNCell(W: (x: Matrix([[0.5, -0.25]]), h: Matrix(0)))
    let h = cell.step(Matrix(column: [1, 2]), Matrix(0))
    print(y.value.scalar == 0, gradient.elements == [1, 2], h.scalar == 0, fingerprint())
    """

  static func shell(_ command: String, in folder: URL) throws -> (output: String, status: Int32) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: data, as: UTF8.self), process.terminationStatus)
  }

  static let hasGit =
    (try? shell("git --version && swift --version", in: URL(fileURLWithPath: "/")).status == 0) ?? false

  enum Way: String, CaseIterable {
    case version
    case path
  }

  /// The example's manifest with the address of a copy of the book, and with a second target, `user`.
  static func manifest(_ way: Way, book: String) throws -> String {
    var text = try String(contentsOfFile: "\(root)/docs/example/Package.swift", encoding: .utf8)
    func replace(_ old: String, _ new: String) throws {
      let range = try #require(text.range(of: old), "docs/example/Package.swift has no \(old)")
      text.replaceSubrange(range, with: new)
    }
    let address = "url: \"https://example.org/unrolled.git\""
    switch way {
    case .version: try replace(address, "url: \"file://\(book)\"")
    case .path: try replace(address + ", from: \"0.1.0\"", "path: \"\(book)\"")
    }
    try replace(
      "  targets: [\n",
      """
        targets: [
          .executableTarget(
            name: "user",
            dependencies: [
              .product(name: "Autodiff", package: "unrolled"), .product(name: "Recurrent", package: "unrolled"),
            ]),

      """)
    return text
  }

  /// By version SwiftPM allows no unsafe flags: the libraries are built without knowing the processor, and multiply and add in
  /// another way. The bits must be the same.
  @Test(.enabled(if: hasGit, "needs git and swift on the PATH"), arguments: Way.allCases)
  func theExampleBuildsAndTrainsWithTheSameBits(by way: Way) throws {
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("unrolled-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    let book = scratch.appendingPathComponent("unrolled")
    let example = scratch.appendingPathComponent("example")
    try FileManager.default.createDirectory(at: book, withIntermediateDirectories: true)
    // The tree as it is now, committed and tagged as a release would be.
    for item in ["Package.swift", "Sources", "Tests", "chapters"] {
      try FileManager.default.copyItem(atPath: Self.root + "/" + item, toPath: book.path + "/" + item)
    }
    let tagged = try Self.shell(
      """
      git init -q && git add -A -f && \
      git -c user.name=test -c user.email=test@example.org -c commit.gpgsign=false commit -q -m release && git tag 0.1.0
      """, in: book)
    #expect(tagged.status == 0, "\(tagged.output)")

    let user = example.path + "/Sources/user"
    try FileManager.default.copyItem(atPath: Self.root + "/docs/example", toPath: example.path)
    try Self.manifest(way, book: book.path).write(
      toFile: example.path + "/Package.swift", atomically: true, encoding: .utf8)
    try FileManager.default.createDirectory(atPath: user, withIntermediateDirectories: true)
    try Self.program.write(toFile: user + "/main.swift", atomically: true, encoding: .utf8)
    try FileManager.default.copyItem(
      atPath: Self.root + "/Tests/PackageTests/Fingerprint.swift", toPath: user + "/Fingerprint.swift")

    let build = try Self.shell("swift build --quiet", in: example)
    #expect(build.status == 0, "\(build.output.suffix(2000))")
    #expect(try Self.shell(".build/debug/user", in: example).output == "true true true \(fingerprint())\n")

    // The example learns, and its file is an LSTM for PyTorch and for this package.
    let run = try Self.shell(".build/debug/example", in: example)
    let losses = run.output.matches(of: /update \d+: loss ([0-9.e-]+)/).compactMap { Double(String($0.output.1)) }
    #expect(run.status == 0 && run.output.hasSuffix("\nwrote lstm.safetensors\n"), "\(run.output)")
    #expect(losses.count == 5 && losses[0] > 0.6 && losses[4] < 0.1, "\(losses)")
    let file = try Safetensors(contentsOf: example.path + "/lstm.safetensors")
    let network = try RecurrentNetwork(
      .lstm, torch: file.tensors.mapValues { TorchTensor(shape: $0.shape, elements: $0.doubles) })
    #expect(network.configuration == RecurrentConfiguration(.lstm, inputSize: 1, hiddenSize: 8))
  }
}
