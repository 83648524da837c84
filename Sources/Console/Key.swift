// Keys, from the bytes that a terminal sends for them.

/// A key that was pressed.
package enum Key: Equatable, Sendable {
  case character(Character)
  case enter, backspace, escape
  case left, right, up, down, pageUp, pageDown
  /// The window has another size, or must be drawn anew.
  case redraw
  /// Nobody types any more: the terminal is gone.
  case end
}

/// Turns bytes into keys. A letter of several bytes may arrive in two pieces; the escape sequence of a key arrives whole.
package struct KeyReader {
  /// The bytes of a letter whose end has not come yet.
  private var waiting: [UInt8] = []

  package init() {}

  package mutating func keys(from bytes: [UInt8]) -> [Key] {
    var keys: [Key] = []
    var rest = (waiting + bytes)[...]
    waiting = []
    while let byte = rest.first {
      if byte == 0x1B {
        keys += KeyReader.escape(&rest)
      } else if byte < 0x20 || byte == 0x7F {
        rest.removeFirst()
        if let key = KeyReader.control(byte) { keys.append(key) }
      } else {
        let text = rest.prefix { $0 >= 0x20 && $0 != 0x7F }
        rest = rest.dropFirst(text.count)
        let tail = rest.isEmpty ? KeyReader.unfinished(text) : 0
        waiting = Array(text.suffix(tail))
        keys += String(decoding: text.dropLast(tail), as: UTF8.self).map(Key.character)
      }
    }
    return keys
  }

  private static func control(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x0A, 0x0D: .enter
    case 0x08, 0x7F: .backspace
    case 0x0C: .redraw
    default: nil
    }
  }

  /// Takes an escape sequence, or the escape key alone.
  private static func escape(_ rest: inout ArraySlice<UInt8>) -> [Key] {
    rest.removeFirst()
    guard let kind = rest.first, kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else { return [.escape] }
    rest.removeFirst()
    let parameters = rest.prefix { !(0x40...0x7E).contains($0) }
    rest = rest.dropFirst(parameters.count)
    guard let last = rest.popFirst() else { return [] }
    switch (String(decoding: parameters, as: UTF8.self), Character(Unicode.Scalar(last))) {
    case (_, "A"): return [.up]
    case (_, "B"): return [.down]
    case (_, "C"): return [.right]
    case (_, "D"): return [.left]
    case ("5", "~"): return [.pageUp]
    case ("6", "~"): return [.pageDown]
    default: return []
    }
  }

  /// How many bytes at the end are the beginning of a letter.
  private static func unfinished(_ text: ArraySlice<UInt8>) -> Int {
    for count in 1...3 where count <= text.count {
      let byte = text[text.endIndex - count]
      if byte & 0xC0 == 0x80 { continue }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return length > count ? count : 0
    }
    return 0
  }
}
