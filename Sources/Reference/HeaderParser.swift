// A parser for the part of JSON that a header uses.

/// A strict pull parser: the caller asks for the kind of value that must come next.
///
/// It builds no tree and does not recurse, so deep nesting cannot overflow the stack: a value of another kind than the
/// expected one is refused where it begins. Strict means RFC 8259 with three further rules: the text must be well-formed
/// UTF-8, `\u` escapes must form Unicode scalars, and an object must not have a key twice.
struct HeaderParser {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// Reads an object. `member` is called with each key and must read its value. `what` names the object in messages.
  mutating func object(
    _ what: String, member: (inout HeaderParser, String) throws(ReferenceError) -> Void
  ) throws(ReferenceError) {
    try expect("{", "an object for \(what)")
    guard !take("}") else { return }
    var keys: Set<String> = []
    repeat {
      let key = try string("a key in \(what)")
      guard keys.insert(key).inserted else {
        throw ReferenceError("the key '\(legible(key))' stands twice in \(what); keep one and write the file again")
      }
      try expect(":", "':'")
      try member(&self, key)
    } while take(",")
    try expect("}", "',' or '}'")
  }

  /// Reads an array of whole numbers from 0 to `Int.max`.
  mutating func integers(_ what: String) throws(ReferenceError) -> [Int] {
    try expect("[", "an array for \(what)")
    guard !take("]") else { return [] }
    var numbers: [Int] = []
    repeat { numbers.append(try integer(what)) } while take(",")
    try expect("]", "',' or ']'")
    return numbers
  }

  /// Reads a string and resolves its escapes.
  mutating func string(_ what: String) throws(ReferenceError) -> String {
    try expect("\"", "a string for \(what)")
    var text: [UInt8] = []
    while true {
      let start = position
      switch try next(within: what) {
      case UInt8(ascii: "\""):
        // Decoding replaces malformed bytes, so well-formed text is unchanged by it.
        let string = String(decoding: text, as: UTF8.self)
        guard string.utf8.elementsEqual(text) else { throw invalid("\(what) is not UTF-8") }
        return string
      case UInt8(ascii: "\\"): text += try escape(what).utf8
      case ..<0x20: throw invalid("\(what) holds a control character that is not escaped", at: start)
      case let byte: text.append(byte)
      }
    }
  }

  /// Throws if anything but white space is left.
  mutating func end() throws(ReferenceError) {
    skipSpace()
    guard position == bytes.endIndex else { throw invalid("\(found()) stands after the closing '}'") }
  }

  // MARK: - Parts of values

  private mutating func integer(_ what: String) throws(ReferenceError) -> Int {
    skipSpace()
    let token = bytes[position...].prefix { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
    }
    let text = String(decoding: token, as: UTF8.self)
    func refused(_ why: String) -> ReferenceError {
      ReferenceError("\(what) holds \(legible(text, limit: 32)), which is \(why); write the file again")
    }
    guard let first = token.first, first != UInt8(ascii: "+") else {
      throw invalid("expected a number for \(what), found \(found())")
    }
    guard first != UInt8(ascii: "-") else { throw refused("negative") }
    guard token.allSatisfy({ $0 >= UInt8(ascii: "0") }), !token.contains(where: { $0 > UInt8(ascii: "9") }) else {
      throw refused("not a whole number")
    }
    guard first != UInt8(ascii: "0") || token.count == 1 else {
      throw invalid("\(what) holds a number with a leading 0")
    }
    guard let number = Int(text) else { throw refused("larger than \(Int.max)") }
    position = token.endIndex
    return number
  }

  /// Reads the rest of an escape sequence after its backslash.
  private mutating func escape(_ what: String) throws(ReferenceError) -> String {
    let start = position
    switch try next(within: what) {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var value = try codeUnit(what)
      if (0xD800..<0xDC00).contains(value), bytes[position...].starts(with: "\\u".utf8) {
        position += 2
        let low = try codeUnit(what)
        guard (0xDC00..<0xE000).contains(low) else {
          throw invalid("\(what) holds half of a surrogate pair", at: start)
        }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else {
        throw invalid("\(what) holds half of a surrogate pair", at: start)
      }
      return String(Character(scalar))
    default: throw invalid("\(what) holds an unknown escape", at: start)
    }
  }

  /// Reads four hexadecimal digits.
  private mutating func codeUnit(_ what: String) throws(ReferenceError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      let start = position
      guard let digit = Character(Unicode.Scalar(try next(within: what))).hexDigitValue else {
        throw invalid("\(what) holds a \\u without four hexadecimal digits", at: start)
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// Reads the next byte of a string. Throws at the end of the header.
  private mutating func next(within what: String) throws(ReferenceError) -> UInt8 {
    guard position < bytes.endIndex else { throw invalid("\(what) has no closing quote") }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func skipSpace() {
    while position < bytes.endIndex, " \t\n\r".utf8.contains(bytes[position]) { position += 1 }
  }

  private mutating func take(_ punctuation: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.endIndex, bytes[position] == UInt8(ascii: punctuation) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ punctuation: Unicode.Scalar, _ wanted: String) throws(ReferenceError) {
    guard take(punctuation) else { throw invalid("expected \(wanted), found \(found())") }
  }

  /// A description of the token at the current position.
  private func found() -> String {
    guard position < bytes.endIndex else { return "the header's end" }
    switch bytes[position] {
    case UInt8(ascii: "{"): return "an object"
    case UInt8(ascii: "["): return "an array"
    case UInt8(ascii: "\""): return "a string"
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return "a number"
    case 0x21...0x7E: return "'\(Unicode.Scalar(bytes[position]))'"
    case let byte: return "the byte 0x" + String(byte, radix: 16, uppercase: true)
    }
  }

  private func invalid(_ what: String, at place: Int? = nil) -> ReferenceError {
    let byte = (place ?? position) - bytes.startIndex
    return ReferenceError("the header is not valid at its byte \(byte): \(what); the file is damaged, write it again")
  }
}
