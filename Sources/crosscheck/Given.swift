// What a file gives, and a record of what was used of it: nothing in a file may go unnoticed.

import Notebook
import Recurrent
import Reference

/// A file's metadata and tensors. Whatever is asked for is marked as used.
struct Given {
  private let file: Safetensors
  private var unusedMetadata: Set<String>
  private var unusedTensors: Set<String>

  init(_ file: Safetensors) {
    self.file = file
    // Who wrote the file, in the words of generate.py and of the usual savers.
    unusedMetadata = Set(file.metadata.keys).subtracting(["generator", "format"])
    unusedTensors = Set(file.tensors.keys)
  }

  // MARK: Metadata

  /// The metadata's value for a key. Throws where there is none.
  mutating func word(_ key: String) throws -> String {
    guard let value = file.metadata[key] else { throw BadInput("the metadata has no '\(key)'") }
    unusedMetadata.remove(key)
    return value
  }

  /// The value for a key, one of those in `choices`. Throws on any other.
  mutating func choice<T>(_ key: String, _ choices: KeyValuePairs<String, T>) throws -> T {
    let value = try word(key)
    guard let choice = choices.first(where: { $0.key == value }) else {
      let allowed = choices.map(\.key).joined(separator: " or ")
      throw BadInput("the metadata's '\(key)' is '\(oneLine(value))', expected \(allowed)")
    }
    return choice.value
  }

  /// The value for a key, a whole number from 1.
  mutating func count(_ key: String) throws -> Int {
    let value = try word(key)
    guard let number = Int(value), number >= 1 else {
      throw BadInput("the metadata's '\(key)' is '\(oneLine(value))', expected a whole number from 1")
    }
    return number
  }

  /// The metadata's "tolerance", if it has one. At 1 a tensor of zeros would pass for any other, so that is refused.
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

  /// The names of the tensors that begin with `prefix`, in order.
  func names(beginningWith prefix: String) -> [String] {
    file.tensors.keys.filter { $0.hasPrefix(prefix) }.sorted()
  }

  /// A tensor, if the file has it. Throws where it is empty, or holds integers that Float64 does not.
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

  /// A tensor of a given shape, nil for a size that is free. Throws where it is missing or has another shape.
  ///
  /// - Parameter meaning: the sizes in words, as `[steps, batch, inputs]`.
  mutating func tensor(_ name: String, shape: [Int?], _ meaning: String) throws -> TorchTensor {
    guard let tensor = try optionalTensor(name, shape: shape, meaning) else {
      throw BadInput("tensor '\(name)' is missing, expected with shape \(meaning)")
    }
    return tensor
  }

  /// The same for a tensor that may be missing.
  mutating func optionalTensor(_ name: String, shape: [Int?], _ meaning: String) throws -> TorchTensor? {
    guard let tensor = try optionalTensor(name) else { return nil }
    let fits = tensor.shape.count == shape.count && zip(tensor.shape, shape).allSatisfy { $1 == nil || $0 == $1 }
    if !fits {
      let sizes = shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
      throw BadInput("tensor '\(name)' has shape \(tensor.shape), expected [\(sizes)]: \(meaning)")
    }
    return tensor
  }

  // MARK: The rest

  /// Throws where the file holds something that nobody asked for, and that would otherwise go uncompared.
  func requireNothingLeft(_ description: String) throws {
    if let key = unusedMetadata.min() {
      throw BadInput("the metadata's '\(oneLine(key))' says nothing about this layer: \(description)")
    }
    if let name = unusedTensors.min() {
      throw BadInput("tensor '\(oneLine(name))' is unknown to this layer and would not be compared: \(description)")
    }
  }
}
