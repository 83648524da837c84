import Foundation
import Testing

@testable import Reference

@Suite struct FileTests {
  let small = Safetensors(metadata: ["k": "v"], tensors: ["w": Tensor(shape: [2], elements: .float64([1, 2]))])

  private func complaint(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "no error"
  }

  /// The names in a folder, including hidden files.
  private func contents(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func aFileIsWrittenAndReadBack() throws {
    try withFolder { folder in
      let path = folder + "/펼친 순환.safetensors"
      try everything.write(to: path)
      #expect(same(try Safetensors(contentsOf: path), everything))
      #expect(FileManager.default.contents(atPath: path) == Data(try everything.encoded()))
      #expect(try contents(folder).count == 1)
    }
  }

  @Test func anOlderFileIsReplaced() throws {
    try withFolder { folder in
      let path = folder + "/x.safetensors"
      try everything.write(to: path)
      try small.write(to: path)
      #expect(same(try Safetensors(contentsOf: path), small))
      #expect(try contents(folder) == ["x.safetensors"])
    }
  }

  @Test func aLinkIsFollowed() throws {
    try withFolder { folder in
      try everything.write(to: folder + "/there.safetensors")
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/link", withDestinationPath: folder + "/there.safetensors")
      try small.write(to: folder + "/link")
      #expect(same(try Safetensors(contentsOf: folder + "/there.safetensors"), small))
      #expect(
        try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link").hasSuffix("there.safetensors"))
      #expect(try contents(folder) == ["link", "there.safetensors"])
    }
  }

  @Test func whatCannotBeReadIsNamed() throws {
    try withFolder { folder in
      let missing = complaint { _ = try Safetensors(contentsOf: folder + "/gru.safetensors") }
      #expect(missing == "\(folder)/gru.safetensors: no such file; check the path")
      let directory = complaint { _ = try Safetensors(contentsOf: folder) }
      #expect(directory == "\(folder): is a directory; name a .safetensors file in it")
      try Data().write(to: URL(fileURLWithPath: folder + "/empty"))
      let empty = complaint { _ = try Safetensors(contentsOf: folder + "/empty") }
      #expect(empty == "\(folder)/empty: is empty; write the file again")
      let inFile = complaint { _ = try Safetensors(contentsOf: folder + "/empty/x") }
      #expect(inFile.contains("cannot be read: Not a directory"))
      #expect(complaint { _ = try Safetensors(contentsOf: "/dev/null") }.contains("/dev/null: is not a regular file"))
      #expect(complaint { _ = try Safetensors(contentsOf: "a\nb\0c") }.contains(#"a\u{A}b\u{0}c: a path cannot hold"#))
      #expect(complaint { _ = try Safetensors(contentsOf: "") }.contains("no such file"))

      // A sparse file of 4 GiB takes no space on the disk, and only its size can make the reader refuse it.
      #expect(FileManager.default.createFile(atPath: folder + "/large", contents: nil))
      let large = try #require(FileHandle(forWritingAtPath: folder + "/large"))
      try large.truncate(atOffset: 1 << 32)
      try large.close()
      #expect(complaint { _ = try Safetensors(contentsOf: folder + "/large") }.contains("at most 2 GiB are read"))
    }
  }

  @Test func aFileThatCannotBeEncodedLeavesTheOlderOne() throws {
    try withFolder { folder in
      let path = folder + "/x.safetensors"
      try small.write(to: path)
      let bad = Safetensors(tensors: ["w": Tensor(shape: [], elements: .float64([.nan]))])
      let message = complaint { try bad.write(to: path) }
      #expect(message.hasPrefix(path + ": tensor 'w' holds NaN at []"))
      #expect(same(try Safetensors(contentsOf: path), small))
      #expect(try contents(folder) == ["x.safetensors"])
    }
  }

  /// Failures that root has, too: the file keeps its content, and no temporary file is left.
  @Test func aFailedWriteLeavesEverythingAsItWas() throws {
    try withFolder { folder in
      let path = folder + "/x.safetensors"
      try small.write(to: path)
      try FileManager.default.createDirectory(atPath: folder + "/directory", withIntermediateDirectories: false)
      try small.write(to: folder + "/directory/inner")

      #expect(complaint { try everything.write(to: folder + "/directory") }.contains("is a directory; name a file"))
      // A pipe stands for a device: without the check, the write would replace it by a file.
      #expect(mkfifo(folder + "/pipe", 0o600) == 0)
      #expect(complaint { try everything.write(to: folder + "/pipe") }.contains("/pipe: is not a regular file"))
      var info = stat()
      #expect(stat(folder + "/pipe", &info) == 0 && info.st_mode & S_IFMT == S_IFIFO)
      #expect(complaint { try everything.write(to: folder + "/no/x") }.contains("its folder cannot be written to"))
      #expect(complaint { try everything.write(to: path + "/") }.contains("its folder cannot be written to"))
      #expect(complaint { try everything.write(to: folder + "/a\0b") }.contains("a path cannot hold a NUL"))
      // The temporary file is written, but the rename fails, so it must be removed again.
      let tooLong = folder + "/" + String(repeating: "n", count: 300)
      #expect(complaint { try everything.write(to: tooLong) }.contains("cannot be written: File name too long"))

      #expect(same(try Safetensors(contentsOf: path), small))
      #expect(try contents(folder) == ["directory", "pipe", "x.safetensors"])
      #expect(try contents(folder + "/directory") == ["inner"])
    }
  }
}
