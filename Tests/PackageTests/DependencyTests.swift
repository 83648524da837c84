// The libraries as somebody else's dependency: by version, from a tagged clone, and by path.

import Foundation
import Testing

@Suite("As a dependency", .serialized)
struct DependencyTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// A program that trains nothing and proves everything: h_1 = tanh(W_x x) through both libraries.
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

  /// By version it is built without knowing the processor, and multiplies and adds in another way: the same bits.
  @Test(.enabled(if: hasGit, "needs git and swift on the PATH"), arguments: Way.allCases)
  func anotherPackageBuildsOnTheLibraries(by way: Way) throws {
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("unrolled-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    let book = scratch.appendingPathComponent("unrolled")
    let user = scratch.appendingPathComponent("user")
    try FileManager.default.createDirectory(
      at: user.appendingPathComponent("Sources/user"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(at: book, withIntermediateDirectories: true)
    // The tree as it stands, committed and tagged as a release would be.
    for item in ["Package.swift", "Sources", "Tests", "chapters"] {
      try FileManager.default.copyItem(atPath: Self.root + "/" + item, toPath: book.path + "/" + item)
    }
    let tagged = try Self.shell(
      """
      git init -q && git add -A -f && \
      git -c user.name=test -c user.email=test@example.org -c commit.gpgsign=false commit -q -m release && git tag 1.0.0
      """, in: book)
    #expect(tagged.status == 0, "\(tagged.output)")
    let dependency =
      switch way {
      case .version: ".package(url: \"file://\(book.path)\", from: \"1.0.0\")"
      case .path: ".package(path: \"\(book.path)\")"
      }
    try """
    // swift-tools-version: 6.0
    import PackageDescription
    let package = Package(
      name: "user", platforms: [.macOS(.v14)], dependencies: [\(dependency)],
      targets: [
        .executableTarget(
          name: "user",
          dependencies: [.product(name: "Autodiff", package: "unrolled"), .product(name: "Recurrent", package: "unrolled")])
      ])
    """.write(to: user.appendingPathComponent("Package.swift"), atomically: true, encoding: .utf8)
    try Self.program.write(
      to: user.appendingPathComponent("Sources/user/main.swift"), atomically: true, encoding: .utf8)
    try FileManager.default.copyItem(
      atPath: Self.root + "/Tests/PackageTests/Fingerprint.swift", toPath: user.path + "/Sources/user/Fingerprint.swift"
    )
    let run = try Self.shell("swift run --quiet user", in: user)
    #expect(run.status == 0, "\(run.output.suffix(2000))")
    #expect(run.output.hasSuffix("true true true \(fingerprint())\n"), "\(run.output.suffix(2000))")
  }
}
