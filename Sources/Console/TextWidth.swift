// How many columns a text takes on a terminal, so that Korean and Latin line up in one table.

/// The columns of `s` on a terminal: 2 for a wide character (Hangul, Han, kana, fullwidth forms, emoji), 0 for a mark
/// that joins the character before it, for a control character and for an ANSI escape sequence, 1 for everything else.
///
/// Counted by Unicode scalar. What Unicode calls ambiguous (Greek, ⊙, ∂, −, ·, arrows, box drawing) is 1, as in every
/// terminal that is not set otherwise.
public func displayWidth(_ s: String) -> Int {
  var width = 0
  var escape = EscapeSequence.none
  for scalar in s.unicodeScalars where !escape.consumes(scalar) {
    width += TextWidth.columns(of: scalar)
  }
  return width
}

/// Where the free columns go when a text is narrower than its place.
public enum TextAlignment: Sendable, Hashable {
  case left, right, centre
}

/// `s` filled with spaces to `width` columns. A text that is already as wide comes back as it is.
public func padded(_ s: String, to width: Int, alignment: TextAlignment = .left) -> String {
  let free = width - displayWidth(s)
  guard free > 0 else { return s }
  let before =
    switch alignment {
    case .left: 0
    case .right: free
    case .centre: free / 2
    }
  return String(repeating: " ", count: before) + s + String(repeating: " ", count: free - before)
}

/// `s` cut to at most `width` columns, with … in the place of what is missing. Escape sequences stay.
package func truncated(_ s: String, to width: Int) -> String {
  guard displayWidth(s) > width else { return s }
  var result = String.UnicodeScalarView()
  var used = 0
  var isCut = width < 1
  var escape = EscapeSequence.none
  for scalar in s.unicodeScalars {
    if escape.consumes(scalar) {
      result.append(scalar)
      continue
    }
    let columns = TextWidth.columns(of: scalar)
    if !isCut, used + columns > width - 1 {
      result.append("…")
      isCut = true
    }
    if !isCut {
      result.append(scalar)
      used += columns
    }
  }
  return String(result)
}

/// The tables behind `displayWidth`, from Unicode's EastAsianWidth and its general categories.
package enum TextWidth {
  package static func columns(of scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return value < 0x20 || (0x7F..<0xA0).contains(value) || value == 0xAD ? 0 : 1 }
    if contains(zero, value) { return 0 }
    return contains(wide, value) ? 2 : 1
  }

  /// Combining marks, the vowels and finals that follow a Hangul initial, joiners, variation selectors.
  private static let zero: [ClosedRange<UInt32>] = [
    0x0300...0x036F, 0x0483...0x0489, 0x0591...0x05BD, 0x0610...0x061A, 0x064B...0x065F,
    0x1160...0x11FF, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x200B...0x200F, 0x2028...0x202E,
    0x2060...0x2064, 0x20D0...0x20FF, 0x302A...0x302D, 0x3099...0x309A, 0xD7B0...0xD7FB,
    0xFE00...0xFE0F, 0xFE20...0xFE2F, 0xFEFF...0xFEFF, 0x1F3FB...0x1F3FF, 0xE0000...0xE01EF,
  ]

  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0,
    0x23F3...0x23F3, 0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F,
    0x2693...0x2693, 0x26A1...0x26A1, 0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5,
    0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA, 0x26F2...0x26F3, 0x26F5...0x26F5,
    0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B, 0x2728...0x2728,
    0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
    0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55,
    0x2E80...0x2E99, 0x2E9B...0x2EF3, 0x2F00...0x2FD5, 0x2FF0...0x303E, 0x3041...0x3096,
    0x3099...0x30FF, 0x3105...0x312F, 0x3131...0x318E, 0x3190...0x31E3, 0x31EF...0x321E,
    0x3220...0x3247, 0x3250...0xA48C, 0xA490...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE52, 0xFE54...0xFE66, 0xFE68...0xFE6B,
    0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x16FE4, 0x17000...0x18CD5, 0x1AFF0...0x1B2FB,
    0x1F004...0x1F004, 0x1F0CF...0x1F0CF, 0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F320,
    0x1F32D...0x1F335, 0x1F337...0x1F37C, 0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3,
    0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4, 0x1F3F8...0x1F43E, 0x1F440...0x1F440, 0x1F442...0x1F4FC,
    0x1F4FF...0x1F53D, 0x1F54B...0x1F54E, 0x1F550...0x1F567, 0x1F57A...0x1F57A, 0x1F595...0x1F596,
    0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F, 0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6D2,
    0x1F6D5...0x1F6D7, 0x1F6DC...0x1F6DF, 0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7EB,
    0x1F7F0...0x1F7F0, 0x1F90C...0x1F93A, 0x1F93C...0x1F945, 0x1F947...0x1F9FF, 0x1FA70...0x1FAFF,
    0x20000...0x2FFFD, 0x30000...0x3FFFD,
  ]

  /// Whether one of the ascending ranges holds `value`, by bisection.
  private static func contains(_ ranges: [ClosedRange<UInt32>], _ value: UInt32) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(value)
  }
}

/// Recognises the escape sequences that colour a terminal (ESC [ … letter) and link in it (ESC ] … BEL or ESC \).
private enum EscapeSequence {
  case none, escape, control, command, commandEscape

  /// Whether `scalar` belongs to an escape sequence, which begins, goes on or ends with it.
  mutating func consumes(_ scalar: Unicode.Scalar) -> Bool {
    switch self {
    case .none:
      guard scalar == "\u{1B}" else { return false }
      self = .escape
    case .escape:
      self = scalar == "[" ? .control : scalar == "]" ? .command : .none
    case .control:
      if (0x40...0x7E).contains(scalar.value) { self = .none }
    case .command:
      self = scalar == "\u{07}" ? .none : scalar == "\u{1B}" ? .commandEscape : .command
    case .commandEscape:
      self = .none
    }
    return true
  }
}
