import Foundation
import Testing

@testable import Reference

/// A file that cannot be read, and words that its message must hold.
struct Malformed: CustomTestStringConvertible {
  var testDescription: String
  var bytes: [UInt8]
  var words: [String]

  init(_ title: String, _ bytes: [UInt8], _ words: String...) {
    (testDescription, self.bytes, self.words) = (title, bytes, words)
  }
}

/// A header with one tensor 'w' of these fields.
private func tensor(
  dtype: String = #""F64""#, shape: String = "[1]", offsets: String = "[0,8]", data: Int = 8
) -> [UInt8] {
  file(
    #"{"w":{"dtype":\#(dtype),"shape":\#(shape),"data_offsets":\#(offsets)}}"#, data: [UInt8](repeating: 0, count: data)
  )
}

/// Two tensors of one element each, at these offsets.
private func two(_ first: String, _ second: String, data: Int) -> [UInt8] {
  file(
    #"{"a":{"dtype":"F64","shape":[1],"data_offsets":\#(first)},"b":{"dtype":"F64","shape":[1],"data_offsets":\#(second)}}"#,
    data: [UInt8](repeating: 0, count: data))
}

/// A header whose bytes are not all text.
private func raw(_ before: String, _ middle: [UInt8], _ after: String) -> [UInt8] {
  file(header: Array(before.utf8) + middle + Array(after.utf8), data: [])
}

private func float64(_ shape: String, _ values: [Double]) -> [UInt8] {
  file(
    #"{"w":{"dtype":"F64","shape":\#(shape),"data_offsets":[0,\#(8 * values.count)]}}"#,
    data: values.flatMap { littleEndian($0.bitPattern) })
}

private let good = tensor()
private let long = String(repeating: "9", count: 400)

private let cut: [Malformed] = [
  Malformed("empty", [], "is empty"),
  Malformed("cut in the length", Array(good.prefix(5)), "cut short", "5 bytes"),
  Malformed("nothing after the length", Array(good.prefix(8)), "cut short", "only 0 follow"),
  Malformed("cut in the header", Array(good.prefix(20)), "cut short", "only 12 follow"),
  Malformed("cut in the data", good.dropLast(3), "tensor 'w' ends at byte 8", "only 5", "cut short"),
  Malformed("no data", good.dropLast(8), "tensor 'w' ends at byte 8", "only 0"),
  Malformed("trailing byte", good + [0], "bytes 8..<9", "after the last tensor"),
  Malformed("header over the limit", littleEndian(UInt64(100_000_001)) + good, "100000001 bytes", "allows 100000000"),
  Malformed("header of 2^64 - 1", littleEndian(UInt64.max) + good, "18446744073709551615", "allows"),
  Malformed("header of 2^63", littleEndian(UInt64(1) << 63) + good, "9223372036854775808", "allows"),
  Malformed("header at the limit", littleEndian(UInt64(100_000_000)) + good, "cut short", "takes 100000000 bytes"),
  Malformed(
    "one byte more than the file", littleEndian(UInt64(3)) + Array("{}".utf8), "takes 3 bytes", "only 2 follow"),
]

private let json: [Malformed] = [
  Malformed("no header", file(""), "does not start with '{'"),
  Malformed("an array", file("[]"), "does not start with '{'"),
  Malformed("a space first", file(" {}"), "does not start with '{'"),
  Malformed("a byte order mark", raw("", [0xEF, 0xBB, 0xBF], "{}"), "does not start with '{'"),
  Malformed("unclosed", file("{"), "byte 1", "a key in the header", "the header's end"),
  Malformed("a comma too many", file(#"{"__metadata__":{},}"#), "byte 19", "a string", "found '}'"),
  Malformed("a comma first", file("{,}"), "found ','"),
  Malformed("no comma", file(#"{"__metadata__":{} "b":{}}"#), "expected ',' or '}'", "found a string"),
  Malformed("no colon", file(#"{"a" {}}"#), "expected ':'", "found an object"),
  Malformed("a bare key", file("{a:1}"), "expected a string", "found 'a'"),
  Malformed("single quotes", file("{'a':1}"), "found '''"),
  Malformed("text after the end", file("{}x"), "'x' stands after the closing '}'"),
  Malformed("two objects", file("{}{}"), "an object stands after"),
  Malformed("padding with NUL", raw("{}", [0], ""), "the byte 0x0 stands after"),
  Malformed("a no-break space", raw("{", [0xC2, 0xA0], "}"), "found the byte 0xC2"),
  Malformed("an unclosed string", file(#"{"abc"#), "no closing quote"),
  Malformed("an unclosed escape", file(#"{"abc\"#), "no closing quote"),
  Malformed("an unknown escape", file(#"{"\x":1}"#), "unknown escape", "byte 3"),
  Malformed("a short \\u", file(#"{"\u12":1}"#), "four hexadecimal digits"),
  Malformed("a full-width digit in \\u", file(#"{"\u１":1}"#), "four hexadecimal digits"),
  Malformed("a high surrogate alone", file(#"{"\ud800":1}"#), "half of a surrogate pair"),
  Malformed("a high surrogate before a letter", file(#"{"\ud800\u0041":1}"#), "half of a surrogate pair"),
  Malformed("two high surrogates", file(#"{"\ud800\ud800":1}"#), "half of a surrogate pair"),
  Malformed("a low surrogate alone", file(#"{"\udc00":1}"#), "half of a surrogate pair"),
  Malformed("a control character", raw("{\"", [0x0A], "\":1}"), "control character", "byte 2"),
  Malformed("an overlong slash", raw("{\"", [0xC0, 0xAF], "\":1}"), "not UTF-8"),
  Malformed("a surrogate in UTF-8", raw("{\"", [0xED, 0xA0, 0x80], "\":1}"), "not UTF-8"),
  Malformed("beyond U+10FFFF", raw("{\"", [0xF4, 0x90, 0x80, 0x80], "\":1}"), "not UTF-8"),
  Malformed("a continuation alone", raw("{\"", [0x80], "\":1}"), "not UTF-8"),
  Malformed("a sequence cut short", raw("{\"", [0xE2, 0x82], "\":1}"), "not UTF-8"),
  Malformed("a byte cut off by an escape", raw("{\"", [0xC3], "\\u00a9\":1}"), "not UTF-8"),
  Malformed("metadata not UTF-8", raw(#"{"__metadata__":{"k":""#, [0xFF], "\"}}"), "the metadata's 'k' is not UTF-8"),
  Malformed(
    "100 objects in each other",
    file(String(repeating: #"{"a":"#, count: 100) + "1" + String(repeating: "}", count: 100)),
    "tensor 'a' has an unknown field 'a'"),
  Malformed(
    "100 arrays in each other",
    file(#"{"a":{"shape":"# + String(repeating: "[", count: 100) + String(repeating: "]", count: 100) + "}}"),
    "expected a number for the shape of tensor 'a'", "found an array"),
  Malformed("a million open brackets", file("{\"a\":" + String(repeating: "[", count: 1_000_000)), "found an array"),
  Malformed("a million open braces", file(String(repeating: "{", count: 1_000_000)), "found an object"),
]

private let meaning: [Malformed] = [
  Malformed(
    "a tensor twice", file(#"{"w":{"dtype":"F64","shape":[0],"data_offsets":[0,0]},"w":{}}"#),
    "the key 'w' stands twice in the header"),
  Malformed(
    "a tensor twice, once escaped", file(#"{"w":{"dtype":"F64","shape":[0],"data_offsets":[0,0]},"\u0077":{}}"#),
    "the key 'w' stands twice in the header"),
  Malformed(
    "a tensor twice to Unicode", file(#"{"é":{"dtype":"F64","shape":[0],"data_offsets":[0,0]},"e\u0301":{}}"#),
    "stands twice in the header"),
  Malformed("the metadata twice", file(#"{"__metadata__":{},"__metadata__":{}}"#), "'__metadata__' stands twice"),
  Malformed("a metadata key twice", file(#"{"__metadata__":{"k":"1","k":"2"}}"#), "'k' stands twice in the metadata"),
  Malformed("a field twice", file(#"{"w":{"dtype":"F64","dtype":"F64"}}"#), "'dtype' stands twice in tensor 'w'"),
  Malformed("metadata a number", file(#"{"__metadata__":{"k":1}}"#), "the metadata's 'k'", "found a number"),
  Malformed("metadata null", file(#"{"__metadata__":{"k":null}}"#), "the metadata's 'k'", "found 'n'"),
  Malformed("metadata an array", file(#"{"__metadata__":[]}"#), "an object for the metadata", "found an array"),
  Malformed("a tensor a number", file(#"{"w":1}"#), "an object for tensor 'w'", "found a number"),
  Malformed("no dtype", file(#"{"w":{"shape":[0],"data_offsets":[0,0]}}"#), "tensor 'w' has no dtype"),
  Malformed("no shape", file(#"{"w":{"dtype":"F64","data_offsets":[0,0]}}"#), "tensor 'w' has no shape"),
  Malformed("no offsets", file(#"{"w":{"dtype":"F64","shape":[0]}}"#), "tensor 'w' has no data_offsets"),
  Malformed("no fields", file(#"{"w":{}}"#), "tensor 'w' has no dtype"),
  Malformed(
    "one field more", file(#"{"w":{"dtype":"F64","shape":[0],"data_offsets":[0,0],"order":"C"}}"#),
    "tensor 'w' has an unknown field 'order'"),
  Malformed(
    "dtype BF16", tensor(dtype: #""BF16""#, offsets: "[0,2]", data: 2), "tensor 'w' has dtype BF16",
    "only F64, F32 and I64 are read"),
  Malformed("dtype in lower case", tensor(dtype: #""f64""#), "dtype f64"),
  Malformed("dtype with a line break", tensor(dtype: #""F\n64""#), #"dtype F\u{A}64"#),
  Malformed("dtype a number", tensor(dtype: "64"), "a string for the dtype of tensor 'w'", "found a number"),
  Malformed("shape a number", tensor(shape: "1"), "an array for the shape of tensor 'w'", "found a number"),
  Malformed("shape of strings", tensor(shape: #"["1"]"#), "a number for the shape of tensor 'w'", "found a string"),
  Malformed("shape unclosed", tensor(shape: "[1}"), "expected ',' or ']'", "found '}'"),
  Malformed("a negative size", tensor(shape: "[-1]"), "the shape of tensor 'w' holds -1", "negative"),
  Malformed("two negative sizes", tensor(shape: "[-1,-1]"), "negative"),
  Malformed("minus zero", tensor(shape: "[-0]"), "holds -0", "negative"),
  Malformed("a fraction", tensor(shape: "[1.0]"), "holds 1.0", "not a whole number"),
  Malformed("an exponent", tensor(shape: "[1e0]"), "holds 1e0", "not a whole number"),
  Malformed("a leading zero", tensor(shape: "[01]"), "leading 0"),
  Malformed("a plus sign", tensor(shape: "[+1]"), "expected a number", "found '+'"),
  Malformed("2^63", tensor(shape: "[9223372036854775808]"), "9223372036854775808", "larger than 9223372036854775807"),
  Malformed("400 digits", tensor(shape: "[\(long)]"), "9999…9999", "larger than"),
  Malformed("a product of 2^64", tensor(shape: "[4294967296,4294967296]"), "[4294967296, 4294967296]", "too large"),
  Malformed("a byte count of 2^63", tensor(shape: "[1152921504606846976]"), "[1152921504606846976]", "too large"),
  Malformed("a product of 0 after 2^65", tensor(shape: "[9223372036854775807,4,0]"), "too large"),
  Malformed("0 before a product of 2^65", tensor(shape: "[0,9223372036854775807,4]", offsets: "[0,0]"), "too large"),
  Malformed("offset negative", tensor(offsets: "[-8,0]"), "data_offsets of tensor 'w' holds -8", "negative"),
  Malformed("offset a fraction", tensor(offsets: "[0,8.5]"), "8.5", "not a whole number"),
  Malformed("offset 2^64", tensor(offsets: "[0,18446744073709551616]"), "larger than"),
  Malformed("offset Int.max", tensor(offsets: "[9223372036854775799,9223372036854775807]"), "only 8 are there"),
  Malformed("one offset", tensor(offsets: "[0]"), "1 data_offsets instead of 2"),
  Malformed("three offsets", tensor(offsets: "[0,8,8]"), "3 data_offsets instead of 2"),
  Malformed("backwards", tensor(offsets: "[8,0]"), "begins at byte 8 and ends before it, at 0"),
  Malformed("out of range", tensor(shape: "[2]", offsets: "[0,16]"), "ends at byte 16", "only 8 are there"),
  Malformed("fewer bytes than the shape", tensor(shape: "[2]"), "takes 8 bytes", "[2] of F64 needs 16"),
  Malformed("more bytes than the shape", tensor(shape: "[]", offsets: "[0,16]", data: 16), "takes 16", "needs 8"),
  Malformed("bytes that no element fills", tensor(offsets: "[0,7]", data: 7), "takes 7 bytes", "needs 8"),
  Malformed("bytes of an empty shape", tensor(shape: "[0]"), "takes 8 bytes", "[0] of F64 needs 0"),
  Malformed("F32 of 8 bytes", tensor(dtype: #""F32""#), "takes 8 bytes", "[1] of F32 needs 4"),
  Malformed("a long shape", tensor(shape: "[1,1,1,1,1,1,1,1,1,2]"), "[1, 1, 1, 1, 1, 1, 1, 1, …] of F64 needs 16"),
  Malformed("overlapping", two("[0,8]", "[4,12]", data: 12), "tensors 'a' and 'b' overlap at byte 4"),
  Malformed("overlapping, in any order", two("[4,12]", "[0,8]", data: 12), "tensors 'b' and 'a' overlap at byte 4"),
  Malformed("the same place", two("[0,8]", "[0,8]", data: 8), "overlap at byte 0"),
  Malformed("a hole", two("[0,8]", "[16,24]", data: 24), "bytes 8..<16", "before tensor 'b'"),
  Malformed("a hole first", tensor(offsets: "[8,16]", data: 16), "bytes 0..<8", "before tensor 'w'"),
  Malformed("a hole last", two("[0,8]", "[8,16]", data: 24), "bytes 16..<24", "after the last tensor"),
  Malformed(
    "only metadata, and data", file(#"{"__metadata__":{}}"#, data: [0]), "bytes 0..<1", "after the last tensor"),
  Malformed("a NaN", float64("[2,3]", [0, 1, 2, 3, .nan, 5]), "tensor 'w' holds NaN at [1, 1]", "confirm nothing"),
  Malformed("a signalling NaN", float64("[1]", [.signalingNaN]), "holds NaN at [0]"),
  Malformed("an infinity", float64("[]", [.infinity]), "tensor 'w' holds inf at []"),
  Malformed("minus infinity", float64("[1,2,2]", [0, 0, 0, -.infinity]), "holds -inf at [0, 1, 1]"),
  Malformed(
    "a NaN in F32",
    file(
      #"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
      data: [0, 0, 0, 0] + littleEndian(Float.nan.bitPattern)),
    "tensor 'w' holds NaN at [1]"),
]

/// Names that would break a line or flood it.
private let names: [Malformed] = [
  Malformed("line break", file(#"{"a\nb\r\u2028\u0085\u202e\\":1}"#), #"'a\u{A}b\u{D}\u{2028}\u{85}\u{202E}\\'"#),
  Malformed(
    "long name", file("{\"start" + String(repeating: "x", count: 100_000) + "end\":1}"), "'startxx", "…", "xend'"),
  Malformed(
    "one letter with 100,000 accents", file("{\"e" + String(repeating: "\u{301}", count: 100_000) + "\":1}"),
    "an object for tensor"),
  Malformed("long dtype", tensor(dtype: "\"" + String(repeating: "F", count: 10_000) + "\""), "dtype FFF", "…"),
]

@Suite struct MalformedTests {
  @Test(arguments: cut + json + meaning + names)
  func aMalformedFileIsNamedInOneLine(file: Malformed) {
    let message = complaint(file.bytes)
    #expect(isOneLine(message), "\(message)")
    for words in file.words { #expect(message.contains(words), "\(message)") }
  }

  /// Unusual but valid files; each is similar to a malformed one above.
  @Test func anUnusualFileReads() throws {
    let header =
      "{\t\"__metadata__\" :\r\n{ \"\\u006b\" : \"\\ud83c\\udf00\\/\\b\\f\\n\\r\\t\\\"\\\\\" } ,"
      + " \"w\":{\"data_offsets\" : [ 4 , 12 ], \"shape\":[ 1 ],\"dtype\":\"F64\"},"
      + " \"v\":{\"data_offsets\":[0,4],\"shape\":[],\"dtype\":\"F32\"},"
      + " \"z\":{\"data_offsets\":[4,4],\"shape\":[0,1099511627776,9],\"dtype\":\"F32\"} } \n"
    let data = littleEndian(Float(0.5).bitPattern) + littleEndian(2.5.bitPattern)
    let read = try Safetensors(bytes: file(header, data: data), name: "x.safetensors")
    #expect(read.metadata == ["k": "🌀/\u{8}\u{C}\n\r\t\"\\"])
    #expect(read.tensors["w"]?.doubles == [2.5])
    #expect(read.tensors["v"]?.doubles == [0.5])
    #expect(read.tensors["z"]?.shape == [0, 1 << 40, 9])
  }

  /// The writer refuses what the reader would refuse.
  @Test(arguments: [
    ("__metadata__", Tensor(shape: [], elements: .float64([1])), "cannot be named __metadata__"),
    ("w", Tensor(shape: [2], elements: .float64([1])), "tensor 'w' has shape [2] and 1 elements"),
    ("w", Tensor(shape: [], elements: .float32([])), "tensor 'w' has shape [] and 0 elements"),
    ("w", Tensor(shape: [-1, -1], elements: .float64([1])), "tensor 'w' has shape [-1, -1] and 1 elements"),
    ("w", Tensor(shape: [.max, .max], elements: .int64([1])), "and 1 elements"),
    ("w", Tensor(shape: [.min], elements: .int64([])), "and 0 elements"),
    ("w\n", Tensor(shape: [1, 2], elements: .float64([0, .nan])), #"tensor 'w\u{A}' holds NaN at [0, 1]"#),
    ("w", Tensor(shape: [1], elements: .float32([-.infinity])), "tensor 'w' holds -inf at [0]"),
  ])
  func whatCannotBeReadIsNotWritten(name: String, tensor: Tensor, words: String) {
    let error = #expect(throws: ReferenceError.self) { try Safetensors(tensors: [name: tensor]).encoded() }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func aHeaderOverTheLimitIsNotWritten() {
    let text = String(repeating: "x", count: Safetensors.headerLimit)
    let error = #expect(throws: ReferenceError.self) { try Safetensors(metadata: ["k": text], tensors: [:]).encoded() }
    #expect(error?.description.contains("the format allows 100000000") == true)
  }
}
