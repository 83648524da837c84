import Testing

@testable import Reference

/// SplitMix64: the same mutations on every machine.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func range(in bytes: [UInt8], atMost longest: Int) -> Range<Int> {
    let start = below(bytes.count + 1)
    return start..<min(bytes.count, start + below(longest + 1))
  }
}

/// What JSON, and a header, is sensitive to.
private let fragments: [[UInt8]] =
  [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "\\udc00", "-", "-1", "0", "00", "1e9", "1.5", "true",
    "null",
    " ", "\n", "8", "9223372036854775807", "9223372036854775808", "18446744073709551615", "\"F32\"", "\"BF16\"",
    "\"dtype\"", "\"shape\":[0],", "\"__metadata__\":{},", "\u{0}", "é", "e\u{301}", "\u{2028}",
  ].map { Array($0.utf8) } + [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80]]

/// One change, of a kind that random numbers choose.
private func mutate(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
  var bytes = bytes
  guard !bytes.isEmpty else { return [UInt8(random.below(256))] }
  switch random.below(9) {
  case 0: bytes[random.below(bytes.count)] ^= 1 << random.below(8)
  case 1: bytes[random.below(bytes.count)] = UInt8(random.below(256))
  case 2: bytes.insert(contentsOf: fragments[random.below(fragments.count)], at: random.below(bytes.count + 1))
  case 3: bytes.removeSubrange(random.range(in: bytes, atMost: 12))
  case 4: bytes.removeSubrange(random.below(bytes.count)...)
  case 5:  // another digit, if there is one
    let digits = bytes.indices.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[$0]) }
    if !digits.isEmpty { bytes[digits[random.below(digits.count)]] = UInt8(ascii: "0") + UInt8(random.below(10)) }
  case 6:  // swap two ranges of the same length
    let length = 1 + random.below(min(16, bytes.count))
    let (first, second) = (random.below(bytes.count - length + 1), random.below(bytes.count - length + 1))
    for offset in 0..<length { bytes.swapAt(first + offset, second + offset) }
  case 7: bytes.insert(contentsOf: bytes[random.range(in: bytes, atMost: 64)], at: random.below(bytes.count + 1))
  default: bytes.replaceSubrange(random.range(in: bytes, atMost: 6), with: fragments[random.below(fragments.count)])
  }
  return bytes
}

/// One change to the numbers of a header: one of them, or two neighbours by the same step, which keeps a tensor's size
/// and moves its place. Bytes changed at random almost never get past the check that shape and offsets agree.
private func mutateNumbers(_ header: [UInt8], _ random: inout SplitMix) -> [UInt8] {
  let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  let starts = header.indices.filter { isDigit(header[$0]) && !isDigit(header[$0 - 1]) }
  let chosen = random.below(starts.count - 1)
  let edges = ["0", "1", "-1", "2147483648", "4294967296", "4611686018427387904", "9223372036854775808", "1e3", "0.0"]
  let edge = random.below(3) == 0 ? edges[random.below(edges.count)] : nil
  let step = [-24, -8, -4, -1, 1, 4, 8, 24, 1_000][random.below(9)]
  var header = header
  for start in starts[chosen...(chosen + random.below(2))].reversed() {
    let end = header[start...].firstIndex { !isDigit($0) }!
    let number = Int(String(decoding: header[start..<end], as: UTF8.self)) ?? 0
    header.replaceSubrange(start..<end, with: (edge ?? String(number &+ step)).utf8)
  }
  return header
}

@Suite struct MutationTests {
  /// Phrases of the messages about text that the mutations must trigger.
  private let parsing = [
    "is not valid at its byte", "expected", "control character", "unknown escape", "not UTF-8", "stands twice",
    "unknown field", "has dtype", "needs",
  ]
  /// Phrases of the messages about numbers that the mutations must trigger.
  private let layout = [
    "negative", "not a whole number", "larger than", "too large", "needs", "overlap", "belong to none", "ends at byte",
    "begins at byte",
  ]

  /// Reads `count` mutants. Each must either be read or be refused with one line, and one that is read must be written and
  /// read back unchanged. A trap would end the test run. Every phrase in `guards` must occur in some message, which shows that
  /// the mutations reach deep enough.
  private func survive(
    _ count: Int, seed: UInt64, reaching guards: [String], mutant: ([UInt8], inout SplitMix) -> [UInt8]
  ) throws {
    let good = try everything.encoded()
    var random = SplitMix(state: seed)
    var (read, refused) = (0, 0)
    var reached: Set<String> = []
    for _ in 0..<count {
      let bytes = mutant(good, &random)
      do throws(ReferenceError) {
        let file = try Safetensors(bytes: bytes, name: "x.safetensors")
        read += 1
        let again = try Safetensors(bytes: try file.encoded(), name: "x.safetensors")
        if !same(file, again) { Issue.record("not the same when written and read again: \(bytes)") }
      } catch {
        refused += 1
        reached.formUnion(guards.filter(error.description.contains))
        if !isOneLine(error.description) { Issue.record("not one line: \(error.description.debugDescription)") }
      }
    }
    #expect(read > count / 100)
    #expect(refused > count / 2)
    #expect(Set(guards).subtracting(reached).isEmpty)
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func aMutatedFileReadsOrIsRefusedInOneLine(seed: UInt64) throws {
    try survive(
      2_000, seed: seed,
      reaching: parsing + ["cut short", "its header would take", "does not start with"]
    ) { good, random in
      var bytes = good
      for _ in 0...random.below(3) { bytes = mutate(bytes, &random) }
      return bytes
    }
  }

  /// The length field is updated, so that the parser and the checks after it see the mutation.
  @Test(arguments: 5...8 as ClosedRange<UInt64>)
  func aMutatedHeaderReadsOrIsRefusedInOneLine(seed: UInt64) throws {
    try survive(
      2_000, seed: seed,
      reaching: parsing + ["has no ", "not a whole number", "larger than", "stands after", "leading 0"]
    ) { good, random in
      let length = Int(good[0]) + Int(good[1]) << 8
      var header = Array(good[8..<8 + length])
      for _ in 0...random.below(2) { header = mutate(header, &random) }
      return file(header: header, data: Array(good[(8 + length)...]))
    }
  }

  @Test(arguments: 9...12 as ClosedRange<UInt64>)
  func aHeaderWithOtherNumbersReadsOrIsRefusedInOneLine(seed: UInt64) throws {
    try survive(2_000, seed: seed, reaching: layout) { good, random in
      let length = Int(good[0]) + Int(good[1]) << 8
      var header = Array(good[8..<8 + length])
      for _ in 0...random.below(2) { header = mutateNumbers(header, &random) }
      return file(header: header, data: Array(good[(8 + length)...]))
    }
  }

  @Test func aHeadersLengthChangedReadsOrIsRefusedInOneLine() throws {
    let good = try everything.encoded()
    for length in Array(0..<UInt64(good.count + 16)) + (24..<64).flatMap({ [1 << $0, 1 << $0 - 1] }) {
      let message = complaint(littleEndian(length) + good[8...])
      #expect(message == "read" || isOneLine(message), "\(message)")
    }
  }

  /// Every proper prefix of a valid file is refused.
  @Test func noTruncationReads() throws {
    let good = try everything.encoded()
    for count in 0..<good.count {
      let message = complaint(Array(good.prefix(count)))
      #expect(isOneLine(message), "\(count) bytes: \(message)")
    }
  }
}
