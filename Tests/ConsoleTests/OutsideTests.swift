// What comes from outside and goes there: JSON, files, errors, the processor.

import Foundation
import Testing

@testable import Console

@Suite struct JSONTests {
  private func parsed(_ json: JSON) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(json.text.utf8), options: .fragmentsAllowed)
  }

  @Test func everyStringReadsBack() throws {
    let control = String(String.UnicodeScalarView((0..<0x20).map { Unicode.Scalar($0)! }))
    for text in [
      "", "a\"b\\c/d", control, "\r\n", "\u{7F}\u{2028}\u{FEFF}", "한국어 ∂L/∂W 😀", "\u{1112}\u{1161}", "e\u{301}",
    ] {
      let back = try #require(parsed(.string(text)) as? String)
      #expect(back.unicodeScalars.elementsEqual(text.unicodeScalars), "\(text.debugDescription)")
    }
    #expect(JSON.string("a\n\t\r\u{1}\u{1F}\"\\").text == #""a\n\t\r\u0001\u001f\"\\""#)
  }

  @Test(arguments: [
    0, -0.0, 1, 0.1, -1.5, 1e300, 1e-300, 1e16, 123456789.125, .pi, .greatestFiniteMagnitude, .leastNormalMagnitude,
  ])
  func everyFiniteNumberReadsBackAsItself(_ x: Double) throws {
    let back = try #require(parsed(.number(x)) as? Double)
    #expect(back == x)
    #expect(Double(JSON.number(x).text)?.bitPattern == x.bitPattern)
  }

  @Test func whatJSONCannotHoldIsAString() {
    #expect(JSON.number(.nan).text == "\"NaN\"")
    #expect(JSON.number(.infinity).text == "\"Infinity\"")
    #expect(JSON.number(-.infinity).text == "\"-Infinity\"")
    #expect(JSON.integer(.min).text == "-9223372036854775808")
  }

  @Test func keysKeepTheirOrderAndEmptyThingsTakeNoLine() {
    let json = JSON.object([
      ("z", .array([])), ("a", .object([])), ("m", .array([.null, .bool(true), .array([.array([])])])),
      ("\"", .bool(false)),
    ])
    #expect(
      json.text
        == "{\n  \"z\": [],\n  \"a\": {},\n  \"m\": [\n    null,\n    true,\n    [\n      []\n    ]\n  ],\n  \"\\\"\": false\n}"
    )
  }
}

@Suite struct FileTests {
  private let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/unrolled-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder + "/inner", withIntermediateDirectories: true)
  }

  /// The one line of what a body throws.
  private func complaint(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      #expect(error is BadInput)
      #expect(!"\(error)".contains { $0.isNewline })
      return "\(error)"
    }
  }

  @Test func whatIsWrittenIsRead() throws {
    for text in ["", "한국어\n", "a\r\nb\u{0}c"] {
      try writeAtomically(text, to: folder + "/a.md")
      #expect(try readText(folder + "/a.md") == text)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.md", "inner"])
  }

  @Test func whatCannotBeReadIsNamed() throws {
    #expect(
      complaint { _ = try readText(folder + "/none.md") } == "cannot read \(folder)/none.md: is it there, and a file?")
    #expect(
      complaint { _ = try readText(folder + "/inner") } == "cannot read \(folder)/inner: is it there, and a file?")
    for bytes: [UInt8] in [[0xFF], [0x61, 0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80]] {
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/bad.md"))
      #expect(complaint { _ = try readText(folder + "/bad.md") } == "\(folder)/bad.md is not UTF-8")
    }
  }

  @Test func whatCannotBeWrittenIsNamedAndLeavesNothing() throws {
    for name in ["none/a.md", "inner", "a.md/b.md"] {
      try writeAtomically("old", to: folder + "/a.md")
      #expect(
        complaint { try writeAtomically("new", to: folder + "/" + name) }?.hasPrefix("cannot write \(folder)/\(name): ")
          == true)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.md", "inner"])
      #expect(try readText(folder + "/a.md") == "old")
    }
    #expect(
      complaint { try writeAtomically("x", to: "/proc/unrolled") }?.hasPrefix("cannot write /proc/unrolled: ") == true)
    #expect(complaint { try makeFolder(folder + "/a.md/b") }?.hasPrefix("cannot make the folder") == true)
  }

  @Test func badInputIsOneLine() {
    #expect(BadInput("a\nb\r\nc\u{2028}d").description == "a b c d")
    #expect(BadInput("").description == "")
  }
}

#if compiler(>=6.2)
  @Suite struct ProgramTests {
    @Test func aProgramEndsWithTheStatusOfItsBody() async {
      await #expect(processExitsWith: .exitCode(0)) { runProgram(named: "p") { 0 } }
      await #expect(processExitsWith: .exitCode(1)) { runProgram(named: "p") { 1 } }
    }

    @Test func badInputIsOneLineOnStandardErrorAndStatusTwo() async throws {
      let result = await #expect(
        processExitsWith: .exitCode(2), observing: [\.standardErrorContent, \.standardOutputContent]
      ) {
        runProgram(named: "p") { throw BadInput("no such\nthing") }
      }
      let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
      #expect(text.lines.filter { $0.hasPrefix("p: ") } == ["p: no such thing"])
    }

    @Test func anyOtherErrorIsOneLineToo() async throws {
      let result = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
        runProgram(named: "p") {
          _ = try String(contentsOfFile: "/nowhere/at/all", encoding: .utf8)
          return 0
        }
      }
      let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
      #expect(text.lines.count { $0.hasPrefix("p: ") } == 1)
    }
  }

#endif

@Suite struct MachineTests {
  private func hasAVX2(_ flags: String) -> Bool { Machine.hasAVX2(flags.utf8CString.map { $0 }) }

  @Test(arguments: ["flags\t\t: fpu avx avx2 bmi2 fma ht\n", " fma avx2", "flags : avx2x avx2 fma4 fma\n"])
  func bothExtensionsAreFoundAsWords(_ flags: String) { #expect(hasAVX2(flags)) }

  @Test(arguments: [
    "", "flags : fpu avx fma\n", "flags : avx2 fma4\n", "flags : avx2x fma\n", "flags : xavx2 fma\n", "fma",
  ])
  func oneOfThemIsNotEnough(_ flags: String) { #expect(!hasAVX2(flags)) }

  @Test func allPartsOfAVX512AreAskedFor() {
    let parts = ["avx2", "fma", "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]
    func has(_ parts: [String]) -> Bool {
      Machine.hasAVX512("flags : fpu \(parts.joined(separator: " "))\n".utf8CString.map { $0 })
    }
    #expect(has(parts))
    for part in parts { #expect(!has(parts.filter { $0 != part })) }
  }

  @Test func thisMachineRunsWhatItBuilt() { Machine.requireSupport() }
}
