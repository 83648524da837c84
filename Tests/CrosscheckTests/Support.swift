import Foundation
import Notebook
import Recurrent
import Reference
import Testing

@testable import crosscheck

/// The path of a fixture.
func fixture(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/\(name).safetensors").path
}

/// The fixtures whose names begin with `prefix`.
func fixtures(_ prefix: String) -> [String] {
  let folder = URL(fileURLWithPath: fixture("")).deletingLastPathComponent().path
  let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  return files.filter { $0.hasPrefix(prefix) && $0.hasSuffix(".safetensors") }
    .map { String($0.dropLast(".safetensors".count)) }.sorted()
}

/// Every reference file of a recurrent layer.
let recurrentFixtures = fixtures("rnn") + fixtures("lstm") + fixtures("gru")

/// Every reference file of an attention.
let attentionFixtures = fixtures("attention")

/// The parts of a layer's state, h first.
func stateNames(_ file: Safetensors) -> [String] { file.metadata["layer"] == "LSTM" ? ["h", "c"] : ["h"] }

/// A folder of its own, removed after `body`.
func withFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("crosscheck-" + UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder.path)
}

/// A fixture, changed: what comparing it finds.
func comparison(_ name: String, _ change: (inout Safetensors) -> Void = { _ in }) throws -> LayerComparison {
  var file = try Safetensors(contentsOf: fixture(name))
  change(&file)
  return try LayerComparison(of: file)
}

/// What comparing a changed fixture throws; "compared" where it throws nothing.
func complaint(_ name: String, _ change: (inout Safetensors) -> Void) throws -> String {
  do {
    _ = try comparison(name, change)
    return "compared"
  } catch let error as BadInput {
    return error.description
  } catch {
    return String(describing: error)
  }
}

/// Everything that this project computes from a changed fixture.
func computed(_ name: String, _ change: (inout Safetensors) -> Void = { _ in }) throws -> Layer.Computed {
  var file = try Safetensors(contentsOf: fixture(name))
  change(&file)
  var layerFile = LayerFile(file)
  return try Layer.named(try layerFile.word("layer")).compute(&layerFile)
}

extension Layer.Computed {
  /// The tensors as computed by small operations.
  var tensors: [(name: String, tensor: TorchTensor)] { runs[0].tensors }
}

/// Whether two computations have the same tensors, bit for bit, whichever way they are computed.
func haveSameBits(_ a: Layer.Computed, _ b: Layer.Computed) -> Bool {
  a.runs.map(\.way) == b.runs.map(\.way)
    && zip(a.runs, b.runs).allSatisfy { a, b in
      a.tensors.count == b.tensors.count
        && zip(a.tensors, b.tensors).allSatisfy { a, b in
          a.name == b.name && a.tensor.shape == b.tensor.shape
            && zip(a.tensor.elements, b.tensor.elements).allSatisfy { $0.bitPattern == $1.bitPattern }
        }
    }
}

func float64(_ shape: [Int], _ value: (Int) -> Double = { _ in 0 }) -> Tensor {
  Tensor(shape: shape, elements: .float64((0..<shape.reduce(1, *)).map(value)))
}

extension Safetensors {
  /// Adds `change` to one number of a tensor.
  mutating func add(_ change: Double, to name: String, at index: Int) {
    var values = tensors[name]!.doubles
    values[index] += change
    tensors[name]!.elements = .float64(values)
  }

  func scale(_ name: String) -> Double { tensors[name]!.doubles.map(abs).max()! }
}
