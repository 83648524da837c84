import Foundation
import Testing

@testable import Reference

/// The bytes of a file: the length of `header`, `header`, `data`.
func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
  file(header: Array(header.utf8), data: data)
}

func file(header: [UInt8], data: [UInt8]) -> [UInt8] {
  littleEndian(UInt64(header.count)) + header + data
}

func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian, Array.init)
}

/// What reading `bytes` throws, which is "read" where it throws nothing.
func complaint(_ bytes: [UInt8]) -> String {
  do throws(ReferenceError) {
    _ = try Safetensors(bytes: bytes, name: "x.safetensors")
    return "read"
  } catch {
    return error.description
  }
}

/// Whether a message is what this module promises: one line, of a length that fits a terminal, about the file.
func isOneLine(_ message: String) -> Bool {
  message.hasPrefix("x.safetensors: ") && message.unicodeScalars.count < 500
    && message.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: false
      default: true
      }
    }
}

/// Whether two files hold the same metadata and, bit for bit, the same tensors.
func same(_ left: Safetensors, _ right: Safetensors) -> Bool {
  left.metadata == right.metadata && left.tensors.keys == right.tensors.keys
    && left.tensors.allSatisfy { name, tensor in same(tensor, right.tensors[name]!) }
}

func same(_ left: Tensor, _ right: Tensor) -> Bool {
  guard left.shape == right.shape else { return false }
  switch (left.elements, right.elements) {
  case (.float64(let a), .float64(let b)): return a.map(\.bitPattern) == b.map(\.bitPattern)
  case (.float32(let a), .float32(let b)): return a.map(\.bitPattern) == b.map(\.bitPattern)
  case (.int64(let a), .int64(let b)): return a == b
  default: return false
  }
}

/// A file with every type, ranks 0 to 4, sizes of 0, hard numbers and hard names.
let everything = Safetensors(
  metadata: ["layer": "LSTM", "quote \" backslash \\": "line\nbreak \u{0} tab\t", "": "", "한글": "펼친 순환 🌀"],
  tensors: [
    "scalar": Tensor(shape: [], elements: .float64([-0.0])),
    "vector": Tensor(shape: [3], elements: .float32([1.5, -.leastNonzeroMagnitude, .greatestFiniteMagnitude])),
    "matrix": Tensor(shape: [2, 3], elements: .float64([0.1, .leastNonzeroMagnitude, .pi, -1e308, 5, 6])),
    "rank 3": Tensor(shape: [1, 2, 2], elements: .int64([.min, .max, -1, 0])),
    "rank 4": Tensor(shape: [2, 1, 1, 3], elements: .float32([1, 2, 3, 4, 5, 6])),
    "no columns": Tensor(shape: [3, 0], elements: .float64([])),
    "nothing": Tensor(shape: [0], elements: .int64([])),
    "integer": Tensor(shape: [], elements: .int64([7])),
    "편향.\"\\/\u{1}\u{7F}🌀": Tensor(shape: [1], elements: .float32([-0.0])),
    "": Tensor(shape: [0, 2], elements: .float32([])),
  ])

/// A folder of its own, removed after `body`.
func withFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("reference-" + UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder.path)
}

/// The fixtures that stand beside the tests.
let fixtures: [String] = {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures")
  let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
  return files.filter { $0.hasSuffix(".safetensors") }.sorted().map { folder.appendingPathComponent($0).path }
}()
