// Encoding tensors as the bytes of a file.

extension Safetensors {
  /// The bytes of the file. Equal content gives equal bytes.
  ///
  /// Metadata and tensors are sorted by the UTF-8 bytes of their names, and tensors with 8 bytes per element come before
  /// those with 4. The header is padded with spaces so that the data starts at a multiple of 8. Every element is therefore
  /// aligned to its own size, and a reader may map the file into memory.
  ///
  /// Throws if a tensor is named `__metadata__`, if its shape contradicts its number of elements, if a number is NaN or
  /// infinite, and if the header would be longer than the format's 100 MB.
  public func encoded() throws(ReferenceError) -> [UInt8] {
    let ordered = tensors.sorted { first, second in
      let (left, right) = (first.value.elements.dtype.size, second.value.elements.dtype.size)
      return left != right ? left > right : first.key.utf8.lexicographicallyPrecedes(second.key.utf8)
    }
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      let texts = pairs.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"\(Self.metadataKey)\":{\(texts.joined(separator: ","))}")
    }
    var end = 0
    for (name, tensor) in ordered {
      let begin = end
      end += try size(of: tensor, name: name)
      let sizes = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(name)):{\"dtype\":\"\(tensor.dtype)\",\"shape\":[\(sizes)],\"data_offsets\":[\(begin),\(end)]}")
    }

    var header = Array("{\(members.joined(separator: ","))}".utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    guard header.count <= Self.headerLimit else {
      throw ReferenceError(
        "the header would take \(header.count) bytes, and the format allows \(Self.headerLimit); use several files")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + end)
    bytes.append(littleEndian: UInt64(header.count))
    bytes += header
    for (_, tensor) in ordered {
      switch tensor.elements {
      case .float64(let values): for value in values { bytes.append(littleEndian: value.bitPattern) }
      case .float32(let values): for value in values { bytes.append(littleEndian: value.bitPattern) }
      case .int64(let values): for value in values { bytes.append(littleEndian: value) }
      }
    }
    return bytes
  }
}

/// The size of a tensor's data in bytes. Throws if the tensor could not be read back.
private func size(of tensor: Tensor, name: String) throws(ReferenceError) -> Int {
  guard name != Safetensors.metadataKey else {
    throw ReferenceError("a tensor cannot be named \(name), the format's key for metadata; give it another name")
  }
  let size = byteCount(shape: tensor.shape, dtype: tensor.elements.dtype)
  guard let size, size / tensor.elements.dtype.size == tensor.count else {
    throw ReferenceError(
      "tensor '\(legible(name))' has shape \(legible(tensor.shape)) and \(tensor.count) elements; correct one of them")
  }
  try tensor.requireFinite(name: name)
  return size
}

/// `text` as a JSON string.
private func quoted(_ text: String) -> String {
  var json = [UInt8(ascii: "\"")]
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): json += [UInt8(ascii: "\\"), byte]
    case ..<0x20: json += "\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8
    default: json.append(byte)
    }
  }
  return String(decoding: json + [UInt8(ascii: "\"")], as: UTF8.self)
}

extension [UInt8] {
  fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
