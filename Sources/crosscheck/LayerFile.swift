// Reading a layer from a reference file, with a record of what was read, so that nothing in the file is overlooked.

import Notebook
import Recurrent
import Reference

/// A reference file of a layer. Metadata and tensors are marked as used when they are read.
struct LayerFile {
  private let file: Safetensors
  private var unusedMetadata: Set<String>
  private var unusedTensors: Set<String>

  init(_ file: Safetensors) {
    self.file = file
    // These keys only say which program wrote the file.
    unusedMetadata = Set(file.metadata.keys).subtracting(["generator", "format"])
    unusedTensors = Set(file.tensors.keys)
  }

  // MARK: Metadata

  /// The metadata's value for a key. Throws `BadInput` if there is none.
  mutating func word(_ key: String) throws -> String {
    guard let value = file.metadata[key] else { throw BadInput("the metadata has no '\(key)'") }
    unusedMetadata.remove(key)
    return value
  }

  /// The choice that the value for a key names. Throws `BadInput` for a missing or another value.
  mutating func choice<T>(_ key: String, _ choices: KeyValuePairs<String, T>) throws -> T {
    let value = try word(key)
    guard let choice = choices.first(where: { $0.key == value }) else {
      let allowed = choices.map(\.key).joined(separator: " or ")
      throw BadInput("the metadata's '\(key)' is '\(oneLine(value))', expected \(allowed)")
    }
    return choice.value
  }

  /// The value for a key as a whole number. Throws `BadInput` unless it is at least 1.
  mutating func count(_ key: String) throws -> Int {
    let value = try word(key)
    guard let number = Int(value), number >= 1 else {
      throw BadInput("the metadata's '\(key)' is '\(oneLine(value))', expected a whole number from 1")
    }
    return number
  }

  /// The metadata's "tolerance" if it has one. Throws `BadInput` unless it is in [0, 1): with 1, a tensor of zeros would agree
  /// with any other.
  mutating func optionalTolerance() throws -> Double? {
    guard file.metadata["tolerance"] != nil else { return nil }
    let value = try word("tolerance")
    guard let number = Double(value), number >= 0, number < 1 else {
      throw BadInput(
        "the metadata's 'tolerance' is '\(oneLine(value))', expected a number from 0 up to 1, such as 1e-6")
    }
    return number
  }

  // MARK: Tensors

  /// The names of the tensors that begin with `prefix`, sorted.
  func names(beginningWith prefix: String) -> [String] {
    file.tensors.keys.filter { $0.hasPrefix(prefix) }.sorted()
  }

  /// A tensor, or nil if the file does not have it. Throws `BadInput` if it is empty or has an integer that Float64 cannot
  /// represent.
  mutating func optionalTensor(_ name: String) throws -> TorchTensor? {
    guard let tensor = file.tensors[name] else { return nil }
    unusedTensors.remove(name)
    if tensor.shape.contains(0) {
      throw BadInput("tensor '\(oneLine(name))' has shape \(tensor.shape): no size may be 0")
    }
    if let integer = tensor.integers?.first(where: { Int64(exactly: Double($0)) != $0 }) {
      throw BadInput("tensor '\(oneLine(name))' holds \(integer), which is not a Float64")
    }
    return TorchTensor(shape: tensor.shape, elements: tensor.doubles)
  }

  /// A tensor of a given shape. Throws `BadInput` if it is missing or has another shape.
  ///
  /// - Parameters:
  ///   - shape: the expected sizes; nil allows any size.
  ///   - meaning: the sizes in words for the message, such as `[steps, batch, inputs]`.
  mutating func tensor(_ name: String, shape: [Int?], _ meaning: String) throws -> TorchTensor {
    guard let tensor = try optionalTensor(name, shape: shape, meaning) else {
      throw BadInput("tensor '\(name)' is missing, expected with shape \(meaning)")
    }
    return tensor
  }

  /// As `tensor(_:shape:_:)`, but nil for a missing tensor.
  mutating func optionalTensor(_ name: String, shape: [Int?], _ meaning: String) throws -> TorchTensor? {
    guard let tensor = try optionalTensor(name) else { return nil }
    let fits = tensor.shape.count == shape.count && zip(tensor.shape, shape).allSatisfy { $1 == nil || $0 == $1 }
    if !fits {
      let sizes = shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
      throw BadInput("tensor '\(name)' has shape \(tensor.shape), expected [\(sizes)]: \(meaning)")
    }
    return tensor
  }

  // MARK: Leftovers

  /// Throws `BadInput` if the file holds metadata or a tensor that was never read, and so would not be compared.
  func requireNothingLeft(_ description: String) throws {
    if let key = unusedMetadata.min() {
      throw BadInput("the metadata's '\(oneLine(key))' says nothing about this layer: \(description)")
    }
    if let name = unusedTensors.min() {
      throw BadInput("tensor '\(oneLine(name))' is unknown to this layer and would not be compared: \(description)")
    }
  }
}
