import Foundation
import Testing

@testable import Reference

@Suite struct RoundTripTests {
  @Test(arguments: everything.tensors.keys.sorted())
  func aTensorReadsAsItWasWritten(name: String) throws {
    let tensor = try #require(everything.tensors[name])
    let bytes = try Safetensors(tensors: [name: tensor]).encoded()
    let read = try Safetensors(bytes: bytes, name: "x.safetensors")
    #expect(read.metadata.isEmpty)
    #expect(read.tensors.count == 1)
    #expect(same(try #require(read.tensors[name]), tensor))
  }

  @Test func aWholeFileReadsAsItWasWritten() throws {
    let read = try Safetensors(bytes: try everything.encoded(), name: "x.safetensors")
    #expect(same(read, everything))
  }

  @Test func aFileWithoutTensorsReads() throws {
    #expect(try Safetensors(tensors: [:]).encoded() == file("{}      "))
    #expect(try Safetensors(bytes: file("{}"), name: "x.safetensors").tensors.isEmpty)
  }

  @Test func theBytesAreTheOnesOfTheFormat() throws {
    let small = Safetensors(
      metadata: ["b": "2", "a": "1"],
      tensors: [
        "y": Tensor(shape: [], elements: .float64([1])), "x": Tensor(shape: [1], elements: .int64([-2])),
        "a": Tensor(shape: [1, 1], elements: .float32([0.5])),
      ])
    let header =
      #"{"__metadata__":{"a":"1","b":"2"},"x":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"#
      + #""y":{"dtype":"F64","shape":[],"data_offsets":[8,16]},"a":{"dtype":"F32","shape":[1,1],"data_offsets":[16,20]}}"#
    let padding = String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    let data: [UInt8] =
      [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] + [0, 0, 0, 0, 0, 0, 0xF0, 0x3F] + [0, 0, 0, 0x3F]
    #expect(try small.encoded() == file(header + padding, data: data))
  }

  @Test func theOrderOfInsertionDoesNotShow() throws {
    var (forward, backward) = (Safetensors(tensors: [:]), Safetensors(tensors: [:]))
    for number in 0..<40 {
      forward.tensors["t\(number)"] = Tensor(shape: [], elements: .float64([Double(number)]))
      backward.tensors["t\(39 - number)"] = Tensor(shape: [], elements: .float64([Double(39 - number)]))
      forward.metadata["m\(number)"] = "\(number)"
      backward.metadata["m\(39 - number)"] = "\(39 - number)"
    }
    #expect(try forward.encoded() == backward.encoded())
  }

  /// For headers of every length modulo 8, and for an odd number of F32 elements before an F64 tensor.
  @Test(arguments: 0..<9)
  func eachTensorLiesAtAMultipleOfItsElementsSize(length: Int) throws {
    let name = String(repeating: "a", count: length)
    let bytes = try Safetensors(tensors: [
      name: Tensor(shape: [1], elements: .float32([1])), "z": Tensor(shape: [1], elements: .float64([3])),
    ]).encoded()
    #expect(bytes[0] % 8 == 0)
    #expect(Array(bytes.suffix(12)) == littleEndian(3.0.bitPattern) + littleEndian(Float(1).bitPattern))
  }

  @Test func aTensorTellsItsTypeAndConverts() throws {
    let double = Tensor(shape: [2], elements: .float64([0.1, 2]))
    let single = Tensor(shape: [2], elements: .float32([0.1, 2]))
    let integer = Tensor(shape: [2], elements: .int64([3, -4]))
    #expect([double, single, integer].map(\.dtype) == ["F64", "F32", "I64"])
    #expect([double, single, integer].map(\.count) == [2, 2, 2])
    #expect(double.doubles == [0.1, 2])
    #expect(single.doubles == [Double(Float(0.1)), 2])
    #expect(integer.doubles == [3, -4])
    #expect(integer.integers == [3, -4])
    #expect(double.integers == nil && single.integers == nil)
  }

  @Test func thereAreFixtures() {
    #expect(fixtures.count >= 20)
  }

  @Test(arguments: fixtures)
  func aFixtureReadsAndSurvivesBeingWritten(path: String) throws {
    let read = try Safetensors(contentsOf: path)
    #expect(read.tensors.count >= 5)
    #expect(read.metadata["generator"] != nil)
    #expect(read.tensors.values.allSatisfy { $0.count == $0.shape.reduce(1, *) })
    let again = try Safetensors(bytes: try read.encoded(), name: "x.safetensors")
    #expect(same(read, again))
  }

  /// Numbers read with `safetensors.numpy`, so that a reader and a writer with the same error do not pass.
  @Test func aFixturesNumbersAreTheOnesThatPyTorchWrote() throws {
    let path = try #require(fixtures.first { $0.hasSuffix("/attention-dot.safetensors") })
    let read = try Safetensors(contentsOf: path)
    #expect(read.metadata == ["layer": "Attention", "score": "dot", "generator": "torch 2.15.0"])
    #expect(read.tensors["lengths"]?.integers == [7, 7, 6])
    #expect(read.tensors["context"]?.shape == [3, 3])
    #expect(read.tensors["context"]?.doubles.prefix(2) == [-0.3740874178601, 1.009972997119389])
    #expect(read.tensors["weights"]?.shape == [3, 7])
  }
}
