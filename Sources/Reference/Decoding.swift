// Decoding the bytes of a file.

extension Safetensors {
  /// Decodes a file from its bytes.
  ///
  /// Throws if the bytes are cut short, if the header is longer than 100 MB or is not strict JSON in the format's form, if a
  /// type is not F64, F32 or I64, if shapes, offsets and data contradict each other or some byte belongs to no tensor, and
  /// if a number is NaN or infinite.
  ///
  /// - Parameter name: the name of the file in error messages.
  public init(bytes: [UInt8], name: String) throws(ReferenceError) {
    do {
      let (header, data) = try split(bytes)
      let (metadata, entries) = try parse(header: header)
      try requireWholeCover(entries, of: data.count)
      var tensors: [String: Tensor] = [:]
      for entry in entries {
        let start = data.startIndex + entry.begin
        let tensor = Tensor(
          shape: entry.shape, elements: entry.dtype.elements(in: data[start..<start + (entry.end - entry.begin)]))
        try tensor.requireFinite(name: entry.name)
        tensors[entry.name] = tensor
      }
      self.init(metadata: metadata, tensors: tensors)
    } catch {
      throw error.about(name)
    }
  }
}

/// The header's entry for one tensor. `begin` and `end` are offsets into the data, in bytes.
private struct Entry {
  var name: String
  var dtype: DType
  var shape: [Int]
  var begin: Int
  var end: Int
}

/// Splits the file into header and data. The first 8 bytes are the length of the header.
private func split(_ bytes: [UInt8]) throws(ReferenceError) -> (header: ArraySlice<UInt8>, data: ArraySlice<UInt8>) {
  guard !bytes.isEmpty else { throw ReferenceError("is empty; write the file again") }
  guard bytes.count >= 8 else {
    throw ReferenceError("is cut short: \(bytes.count) bytes, and the header's length alone takes 8; copy it again")
  }
  let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  guard length <= UInt64(Safetensors.headerLimit) else {
    throw ReferenceError(
      "its header would take \(length) bytes, and the format allows \(Safetensors.headerLimit);"
        + " check that it is a .safetensors file")
  }
  let rest = bytes[8...]
  guard Int(length) <= rest.count else {
    throw ReferenceError("is cut short: its header takes \(length) bytes, and only \(rest.count) follow; copy it again")
  }
  let header = rest.prefix(Int(length))
  guard header.first == UInt8(ascii: "{") else {
    throw ReferenceError("its header does not start with '{'; check that it is a .safetensors file")
  }
  return (header, rest.dropFirst(Int(length)))
}

private func parse(
  header: ArraySlice<UInt8>
) throws(ReferenceError) -> (metadata: [String: String], entries: [Entry]) {
  var metadata: [String: String] = [:]
  var entries: [Entry] = []
  var parser = HeaderParser(header)
  try parser.object("the header") { (parser, name) throws(ReferenceError) in
    if name == Safetensors.metadataKey {
      try parser.object("the metadata") { (parser, key) throws(ReferenceError) in
        metadata[key] = try parser.string("the metadata's '\(legible(key))'")
      }
    } else {
      entries.append(try entry(name, from: &parser))
    }
  }
  try parser.end()
  return (metadata, entries)
}

/// Parses a tensor's entry `{"dtype": …, "shape": …, "data_offsets": …}`, which must have exactly these three fields.
private func entry(_ name: String, from parser: inout HeaderParser) throws(ReferenceError) -> Entry {
  let what = "tensor '\(legible(name))'"
  var (dtypeName, shape, offsets): (String?, [Int]?, [Int]?)
  try parser.object(what) { (parser, field) throws(ReferenceError) in
    switch field {
    case "dtype": dtypeName = try parser.string("the dtype of \(what)")
    case "shape": shape = try parser.integers("the shape of \(what)")
    case "data_offsets": offsets = try parser.integers("the data_offsets of \(what)")
    default:
      throw ReferenceError("\(what) has an unknown field '\(legible(field))'; remove it and write the file again")
    }
  }
  guard let dtypeName, let shape, let offsets else {
    let missing = dtypeName == nil ? "dtype" : shape == nil ? "shape" : "data_offsets"
    throw ReferenceError("\(what) has no \(missing); write the file again")
  }
  guard let dtype = DType(rawValue: dtypeName) else {
    throw ReferenceError(
      "\(what) has dtype \(legible(dtypeName)); only F64, F32 and I64 are read: convert it and write the file again")
  }
  guard offsets.count == 2 else {
    throw ReferenceError("\(what) has \(offsets.count) data_offsets instead of 2; write the file again")
  }
  let (begin, end) = (offsets[0], offsets[1])
  guard begin <= end else {
    throw ReferenceError("\(what) begins at byte \(begin) and ends before it, at \(end); write the file again")
  }
  guard let bytes = byteCount(shape: shape, dtype: dtype) else {
    throw ReferenceError("\(what) has shape \(legible(shape)), too large for any file; write the file again")
  }
  guard bytes == end - begin else {
    throw ReferenceError(
      "\(what) takes \(end - begin) bytes, and shape \(legible(shape)) of \(dtypeName) needs \(bytes);"
        + " write the file again")
  }
  return Entry(name: name, dtype: dtype, shape: shape, begin: begin, end: end)
}

/// Throws unless the entries cover the data without gaps or overlaps, from 0 to `count`.
private func requireWholeCover(_ entries: [Entry], of count: Int) throws(ReferenceError) {
  var (covered, previous) = (0, "")
  for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
    let name = legible(entry.name)
    guard entry.end <= count else {
      throw ReferenceError(
        "tensor '\(name)' ends at byte \(entry.end) of the data, and only \(count) are there;"
          + " the file is cut short, copy it again")
    }
    guard entry.begin >= covered else {
      throw ReferenceError("tensors '\(previous)' and '\(name)' overlap at byte \(entry.begin); write the file again")
    }
    guard entry.begin == covered else {
      throw ReferenceError(
        "bytes \(covered)..<\(entry.begin) of the data, before tensor '\(name)', belong to none; write the file again")
    }
    (covered, previous) = (entry.end, name)
  }
  guard covered == count else {
    throw ReferenceError(
      "bytes \(covered)..<\(count) of the data, after the last tensor, belong to none; write the file again")
  }
}

extension DType {
  /// The elements in `bytes`, which are little-endian and need no alignment.
  fileprivate func elements(in bytes: ArraySlice<UInt8>) -> Tensor.Elements {
    bytes.withUnsafeBytes { buffer in
      func words<Word: FixedWidthInteger>(_ type: Word.Type) -> some Collection<Word> {
        (0..<buffer.count / MemoryLayout<Word>.size).lazy.map { index in
          Word(littleEndian: buffer.loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: type))
        }
      }
      switch self {
      case .float64: return .float64(words(UInt64.self).map(Double.init(bitPattern:)))
      case .float32: return .float32(words(UInt32.self).map(Float.init(bitPattern:)))
      case .int64: return .int64(Array(words(Int64.self)))
      }
    }
  }
}
