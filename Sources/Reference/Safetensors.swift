// A .safetensors file in memory: named tensors and metadata.

/// The content of a `.safetensors` file: named tensors and metadata about them.
///
/// A file consists of 8 bytes with the length of the header (little-endian), the header (JSON with the type, shape and
/// position of each tensor), and the numbers. <https://huggingface.co/docs/safetensors> describes the format. PyTorch reads
/// and writes it with the Python package `safetensors`.
///
/// Reading is strict: it throws unless every byte belongs to exactly one tensor, every name is unique and every number is
/// finite. Writing checks the same, so every written file can be read.
///
/// Names are Swift strings: two names that are canonically equivalent in Unicode (é as one scalar or as two) are equal.
public struct Safetensors: Sendable {
  /// Text by key, stored under `__metadata__` in the file.
  public var metadata: [String: String]
  /// The tensors by name.
  public var tensors: [String: Tensor]
  /// The name of the file in error messages: its path if it was read from one.
  private var name = "the file"

  public init(metadata: [String: String] = [:], tensors: [String: Tensor]) {
    self.metadata = metadata
    self.tensors = tensors
  }

  /// Reads the file at `path`.
  ///
  /// Throws if it cannot be read, is not a regular file, is larger than 2 GiB, or if ``init(bytes:name:)`` throws.
  public init(contentsOf path: String) throws(ReferenceError) {
    try self.init(bytes: readFile(path), name: path)
    name = legible(path, limit: 240)
  }

  /// The tensor with this name. Throws if there is none.
  public func tensor(_ name: String) throws(ReferenceError) -> Tensor {
    guard let found = tensors[name] else {
      throw ReferenceError("\(self.name) holds no tensor '\(legible(name))'")
    }
    return found
  }

  /// Writes the file to `path` atomically: a temporary file in the same folder is written and then renamed. On failure the
  /// temporary file is removed and an existing file is left as it was.
  ///
  /// Throws if ``encoded()`` throws, if the folder cannot be written to, and if `path` exists and is not a regular file.
  public func write(to path: String) throws(ReferenceError) {
    let bytes: [UInt8]
    do { bytes = try encoded() } catch { throw error.about(path) }
    try replaceFile(path, with: bytes)
  }

  /// The format's limit on the size of the header, in bytes.
  static let headerLimit = 100_000_000

  /// The header's key for the metadata, which cannot be the name of a tensor.
  static let metadataKey = "__metadata__"
}
