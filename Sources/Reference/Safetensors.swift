// A .safetensors file in memory: named tensors and a few words about them.

/// A `.safetensors` file: named tensors, and metadata that says what they are.
///
/// The file is 8 bytes with the length of the header (little-endian), the header (JSON: each tensor's type, shape and
/// place), and the numbers. <https://huggingface.co/docs/safetensors> describes the format; PyTorch reads and writes
/// it with the Python package `safetensors`.
///
/// Reading is strict. Every byte belongs to one tensor, nothing is said twice, no number is NaN or infinite, and
/// anything else throws. What is written here can be read here: writing checks the same things.
///
/// A name is a Swift string: two names that Unicode calls equivalent (é as one scalar or as two) are the same name.
public struct Safetensors: Sendable {
  /// Free text by key; `__metadata__` in the file.
  public var metadata: [String: String]
  /// The tensors by name.
  public var tensors: [String: Tensor]
  /// What messages call it: the path that it was read from, where there was one.
  private var name = "the file"

  public init(metadata: [String: String] = [:], tensors: [String: Tensor]) {
    self.metadata = metadata
    self.tensors = tensors
  }

  /// Reads the file at `path`, of at most 2 GiB.
  ///
  /// Throws where it cannot be opened, is not a regular file, or is not a valid file in the sense of
  /// ``init(bytes:name:)``.
  public init(contentsOf path: String) throws(ReferenceError) {
    try self.init(bytes: readFile(path), name: path)
    name = legible(path, limit: 240)
  }

  /// The tensor of this name. Throws where there is none.
  public func tensor(_ name: String) throws(ReferenceError) -> Tensor {
    guard let found = tensors[name] else {
      throw ReferenceError("\(self.name) holds no tensor '\(legible(name))'")
    }
    return found
  }

  /// Writes the file to `path`, all of it or nothing: into a temporary file in the same folder, which then takes the
  /// place of what was there. Where that fails the temporary file is removed, and what was there stays as it was.
  ///
  /// Throws where ``encoded()`` does, where the folder cannot be written to, and where `path` is there already and is
  /// not a regular file.
  public func write(to path: String) throws(ReferenceError) {
    let bytes: [UInt8]
    do { bytes = try encoded() } catch { throw error.about(path) }
    try replaceFile(path, with: bytes)
  }

  /// The format's limit on the header, in bytes.
  static let headerLimit = 100_000_000

  /// The header's key for the metadata; no tensor can have this name.
  static let metadataKey = "__metadata__"
}
