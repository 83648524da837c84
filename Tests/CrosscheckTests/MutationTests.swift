import Autodiff
import Foundation
import Reference
import Testing

@testable import crosscheck

/// Changes to a file's content, of a kind that random numbers choose.
private func mutate(_ file: inout Safetensors, _ random: inout Random) {
  func any<T>(_ choices: [T]) -> T { choices[random.index(below: choices.count)] }
  let names = file.tensors.keys.sorted()
  let keys = file.metadata.keys.sorted()
  guard !names.isEmpty, !keys.isEmpty else { return }
  let name = any(names)
  let tensor = file.tensors[name]!
  switch random.index(below: 12) {
  case 0: file.metadata[any(keys)] = nil
  case 1:
    file.metadata[any(keys)] = any([
      "", "0", "-1", "1", "2", "3", "abc", "9223372036854775807", "1e3", "true", "false", "TRUE", "tanh", "relu", "RNN",
      "LSTM", "GRU", "Attention", "after", "dot", "general", "\u{0}", "한글\n",
    ])
  case 2:
    let key = any(["tolerance", "reset", "score", "format", "generator", "x"])
    file.metadata[key] = any(["1e-3", "0.5", "nan", ""])
  case 3: file.tensors[name] = nil
  case 4:
    file.tensors[name] = nil
    let others = ["", "weight_", "bias_ih_l7", "grad.", "grad.x", name + "_reverse", "c0", "grad_c_n", "v", "W"]
    file.tensors[any(names + others)] = tensor
  case 5: file.tensors[any(names)] = tensor
  case 6: file.tensors[name]!.shape = tensor.shape.reversed()
  case 7: file.tensors[name]!.shape = any([[tensor.count], [1] + tensor.shape, tensor.shape + [1], [tensor.count, 1]])
  case 8:
    let shape = any([
      [], [0], [0, 0, 0], [0, 1 << 62], [1 << 62, 0, 1 << 62], [3, 0, 2], [1, 1, 1], [1, 1], [2, 3, 4], [5, 5], [1],
    ])
    file.tensors[name] = Tensor(
      shape: shape, elements: .float64([Double](repeating: 0.5, count: shape.contains(0) ? 0 : shape.reduce(1, *))))
  case 9:
    let large = any([1e308, -1e308, 1e200, 0, -0.0, .leastNonzeroMagnitude])
    file.tensors[name]!.elements = .float64([Double](repeating: large, count: tensor.count))
  case 10: file.tensors[name]!.elements = .float32(tensor.doubles.map { Float($0) })
  default:
    let integer = any([0, 1, -3, .max, .min] as [Int64])
    file.tensors[name]!.elements = .int64([Int64](repeating: integer, count: tensor.count))
  }
}

@Suite struct MutationTests {
  /// Phrases of the messages that the mutations must trigger, which shows that they reach deep enough.
  private let guards = [
    "the metadata has no", "expected one of RNN", "expected true or false", "expected tanh or relu",
    "expected a whole number from 1", "expected a number from 0 up to 1", "says nothing about this layer",
    "is missing: every RNN", "is missing: every LSTM", "is missing, expected with shape", "no size may be 0",
    "which is not a Float64",
    "expected [hidden, ", "is not one of its parameters", "is unknown to this layer", "is a gradient, and there is no",
  ]

  /// Runs the whole program on a file of these bytes. It must not trap, and must report the result in the usual form.
  private func survive(
    _ bytes: [UInt8], in folder: String, _ statuses: inout [Int32: Int], _ reached: inout Set<String>
  ) throws {
    let path = folder + "/x.safetensors"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let json = bytes.count % 2 == 0
    let outcome = try crosscheck(json ? ["--json", path] : [path])
    statuses[outcome.status, default: 0] += 1
    if outcome.status == 2 {
      #expect(outcome.errors.count == 1)
      let line = outcome.errors.first ?? ""
      reached.formUnion(guards.filter(line.contains))
      #expect(line.hasPrefix(path + ": ") && line.count < 600, "\(line)")
      let controls = line.unicodeScalars.filter { [.control, .lineSeparator].contains($0.properties.generalCategory) }
      #expect(controls.isEmpty, "\(line)")
    } else {
      #expect(outcome.errors.isEmpty && [0, 1].contains(outcome.status))
      let said = json ? "\n  \"status\": \(outcome.status),\n" : outcome.status == 0 ? "\n✓ " : "\n✗ "
      #expect(outcome.output.contains(said))
    }
  }

  @Test func aMutatedFileIsComparedOrRefusedInOneLine() throws {
    let names = [
      "rnn", "lstm", "rnn-stacked-bidirectional", "lstm-stacked-bidirectional", "rnn-no-bias", "rnn-relu",
      "rnn-one-step", "lstm-one-step", "attention-dot", "attention-additive",
    ]
    let good = try names.map { try Safetensors(contentsOf: fixture($0)) }
    var random = Random(seed: 1)
    var statuses: [Int32: Int] = [:]
    var reached: Set<String> = []
    try withFolder { folder in
      for round in 0..<3_000 {
        var file = good[round % good.count]
        for _ in 0...random.index(below: 3) { mutate(&file, &random) }
        // A shape that contradicts the numbers cannot be written; the other test covers it.
        guard let bytes = try? file.encoded() else { continue }
        try survive(bytes, in: folder, &statuses, &reached)
      }
    }
    #expect(statuses.values.reduce(0, +) > 2_000)
    for status: Int32 in 0...2 { #expect(statuses[status, default: 0] > 50, "status \(status)") }
    #expect(Set(guards).subtracting(reached).isEmpty)
  }

  @Test func aFileCutShortOrWithOtherBytesIsComparedOrRefusedInOneLine() throws {
    let good = try Safetensors(contentsOf: fixture("rnn")).encoded()
    let header = 8 + Int(good[0]) + Int(good[1]) << 8
    var random = Random(seed: 2)
    var statuses: [Int32: Int] = [:]
    var reached: Set<String> = []
    try withFolder { folder in
      for round in 0..<1_500 {
        var bytes = good
        if round % 3 == 0 {
          bytes.removeLast(1 + random.index(below: bytes.count))
        } else {
          // Half of the mutations are in the header, where a byte decides how the rest is read.
          for _ in 0...random.index(below: 3) {
            bytes[random.index(below: round % 3 == 1 ? header : bytes.count)] = UInt8(random.index(below: 256))
          }
        }
        try survive(bytes, in: folder, &statuses, &reached)
      }
    }
    #expect(statuses[2, default: 0] > 500 && statuses[1, default: 0] > 50)
  }
}
