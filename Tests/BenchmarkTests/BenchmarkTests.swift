// The benchmark's arguments, and that it measures what it says; not how fast it is.

import Autodiff
import Foundation
import Notebook
import Recurrent
import Testing

@testable import benchmark

private func run(_ arguments: String) throws -> String {
  try benchmark(arguments.split(separator: " ").map(String.init))
}

@Suite struct ArgumentTests {
  @Test(arguments: [
    ("gnu", "there is no layer 'gnu': there are lstm, gru, rnn"),
    ("LSTM", "there is no layer 'LSTM': there are lstm, gru, rnn"),
    ("lstm rnn", "one layer at a time: lstm or rnn"),
    ("lstm --fast", "there is no option '--fast'; --help lists them"),
    ("lstm --batch=3", "there is no option '--batch=3'; --help lists them"),
    ("lstm -b", "there is no option '-b'; --help lists them"),
    ("lstm --batch", "--batch needs a whole number from 1"),
    ("lstm --batch 0", "--batch needs a whole number from 1, not '0'"),
    ("lstm --steps -3", "--steps needs a whole number from 1, not '-3'"),
    ("lstm --inputs 1.5", "--inputs needs a whole number from 1, not '1.5'"),
    ("lstm --hidden many", "--hidden needs a whole number from 1, not 'many'"),
    ("lstm --hidden 99999999999999999999", "--hidden needs a whole number from 1, not '99999999999999999999'"),
    ("lstm --threads 0", "--threads needs a whole number from 1, not '0'"),
    ("lstm --threads 65", "--threads is at most 64, not 65"),
    ("--threads 4", "--threads belongs to one measurement: name a layer: lstm, gru or rnn"),
    ("lstm --repetitions 14", "--repetitions is from 15 to 1000000, not 14"),
    ("lstm --repetitions 1000001", "--repetitions is from 15 to 1000000, not 1000001"),
    ("lstm --variant", "--variant needs fused, parts or tape"),
    ("lstm --variant fast", "--variant is fused, parts or tape, not 'fast'"),
    ("--batch 3", "--batch belongs to one measurement: name a layer: lstm, gru or rnn"),
    ("--json --variant tape", "--variant belongs to one measurement: name a layer: lstm, gru or rnn"),
  ])
  func wrongArgumentsAreNamed(arguments: String, message: String) {
    let error = #expect(throws: BadInput.self) { try run(arguments) }
    #expect(error?.description == message)
  }

  @Test(arguments: ["--hidden 1000000", "--steps 9223372036854775807", "--batch 4000000 --hidden 1000"])
  func sizesBeyondAnyMemoryAreRefused(sizes: String) {
    let error = #expect(throws: BadInput.self) { try run("lstm \(sizes)") }
    #expect(error?.description.hasSuffix("that is more than 2 GB of numbers; choose smaller sizes") == true)
  }

  @Test func namesFromOutsideCannotBreakTheLine() {
    let error = #expect(throws: BadInput.self) { try benchmark(["l\nstm\u{1B}[2J"]) }
    #expect(error?.description == "there is no layer 'l\\u{A}stm\\u{1B}[2J': there are lstm, gru, rnn")
  }

  @Test func helpAndVersionAreAnswered() throws {
    for option in ["--help", "-h", "lstm --help"] {
      let help = try run(option)
      // The help says what is measured, what is not, and how far to trust it.
      for words in ["inputs are constants", "weights and biases are variables", "depend on the machine", "one thread"] {
        #expect(help.contains(words), "\(words)")
      }
    }
    #expect(try run("--version").hasPrefix("benchmark "))
  }
}

@Suite struct MeasurementTests {
  @Test(arguments: [
    "lstm --variant fused", "lstm --variant tape", "rnn --variant tape", "rnn --variant fused", "lstm", "rnn", "gru",
    "gru --variant parts",
  ])
  func jsonSaysWhatWasMeasured(arguments: String) throws {
    let text = try run(arguments + " --batch 2 --steps 3 --inputs 4 --hidden 5 --threads 1 --json")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let words = arguments.split(separator: " ").map(String.init)
    #expect(report["layer"] as? String == words[0])
    #expect(report["variant"] as? String == (words.count > 1 ? words[2] : "fused"))
    #expect(["batch", "steps", "inputs", "hidden", "threads"].map { report[$0] as? Int } == [2, 3, 4, 5, 1])
    #expect((report["repetitions"] as? Int ?? 0) >= 15 && report["warm_ups"] as? Int == 2)
    let (median, shortest) = (try #require(report["median_ms"] as? Double), try #require(report["min_ms"] as? Double))
    #expect(shortest > 0 && median >= shortest)
    #expect((report["loss"] as? Double ?? 0) > 0)
    let gates = ["lstm": 4.0, "gru": 3, "rnn": 1][words[0]]!
    // For each gate, example and step: 2 · 5 · (4 + 5) forward, the same for dW, and 2 · 5 · 5 for W_hᵀ dz.
    let speed = gates * 2 * 5 * (9 + 9 + 5) * 2 * 3 / median * 1e-6
    #expect(abs((report["gflops"] as? Double ?? 0) / speed - 1) < 1e-12)
    #expect((report["version"] as? String)?.hasPrefix("benchmark ") == true)
  }

  /// Small operations use one thread, and the output says so.
  @Test(arguments: [("fused", 2), ("parts", 2), ("tape", 1)]) func theThreadsThatThereAre(variant: String, threads: Int)
    throws
  {
    let text = try run("gru --variant \(variant) --batch 5 --steps 3 --threads 2 --repetitions 20 --json")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(report["threads"] as? Int == threads && report["repetitions"] as? Int == 20)
    let alone = try run("gru --variant \(variant) --batch 5 --steps 3 --json")
    let first = try #require(try JSONSerialization.jsonObject(with: Data(alone.utf8)) as? [String: Any])
    #expect(report["loss"] as? Double == first["loss"] as? Double)
  }

  @Test func aLineForPeople() throws {
    let line = try run("lstm --batch 1 --steps 2 --inputs 3 --hidden 4")
    #expect(line.hasPrefix("lstm (fused), batch 1, 2 steps, 3 inputs, 4 hidden: "))
    #expect(line.contains(" ms a training step, the median of 15; the shortest ") && !line.contains("\n"))
  }

  /// The four sizes at which other libraries are measured, too.
  @Test func theTableHasEveryLayerAtFourSizesInBothVariants() {
    let lines = Settings.table.map {
      "\($0.layer) \($0.variant) \($0.sizes.batch) \($0.sizes.steps) \($0.sizes.inputs) \($0.sizes.hidden)"
    }
    let sizes = ["1 20 4 8", "16 20 16 32", "32 50 64 128", "32 50 256 256"]
    #expect(
      lines
        == ["lstm", "gru", "rnn"].flatMap { layer in
          sizes.flatMap { ["\(layer) fused \($0)", "\(layer) tape \($0)"] }
        })
  }

  @Test func theTableHasALineALayerAndSize() throws {
    let sizes = Settings.Sizes(batch: 1, steps: 2, inputs: 1, hidden: 1)
    let measurements = try [Layer.lstm, .rnn].flatMap { layer in
      try [Variant.fused, .tape].map { try Measurement(of: Settings(layer: layer, variant: $0, sizes: sizes)) }
    }
    let lines = table(measurements, peak: measurements[0].speed / 0.3).split(separator: "\n")
      .map { $0.split(separator: " ").map(String.init) }
    #expect(lines.count == 6)
    #expect(lines[2].prefix(5) == ["lstm", "1", "2", "1", "1"] && lines[2].last == "30")
    #expect(lines[3][5...6] == [milliseconds(measurements[2].median), milliseconds(measurements[3].median)])
    #expect(
      [milliseconds(0.12345), milliseconds(1.2345), milliseconds(12.345), milliseconds(1234.5)] == [
        "0.123", "1.23", "12.3", "1234",
      ])
  }

  @Test func theBarFills() {
    #expect((0...4).map { progressBar($0, of: 4).filter { $0 == "#" }.count } == [0, 5, 10, 15, 20])
    #expect(progressBar(3, of: 24) == "[##..................]")
  }

  /// The peak is measured with chains x ← 1 + x f, whose limit is 1 / (1 − f); no product here is faster.
  @Test func thePeakIsComputed() {
    #expect(abs(Kernels.multiplyAdds(rounds: 200, 0.5, isWide: false) - 48 * 2) < 1e-12)
    #expect(abs(Kernels.multiplyAdds(rounds: 200, 0.5, isWide: true) - 96 * 2) < 1e-12)
    #expect(measuredPeak() > 0.01)
  }
}

@Suite struct StepTests {
  private static let sizes = [(1, 1, 1, 1), (2, 3, 4, 5), (16, 20, 16, 32), (3, 7, 2, 9)].map {
    Settings.Sizes(batch: $0.0, steps: $0.1, inputs: $0.2, hidden: $0.3)
  }

  @Test(arguments: StepTests.sizes, Layer.allCases)
  func allVariantsComputeTheSameStep(sizes: Settings.Sizes, layer: Layer) throws {
    let tape = try TrainingStep(Settings(layer: layer, variant: .tape, sizes: sizes))()
    for variant in [Variant.fused, .parts] {
      let fused = try TrainingStep(Settings(layer: layer, variant: variant, sizes: sizes))()
      #expect(abs(fused.loss - tape.loss) <= 1e-13 * tape.loss)
      #expect(fused.gradients.map(\.shape) == tape.gradients.map(\.shape))
      for (a, b) in zip(fused.gradients, tape.gradients) {
        #expect(a.largestDifference(from: b) <= 1e-12 * b.largestMagnitude)
        #expect(b.largestMagnitude > 0 || sizes.steps == 1)
      }
    }
  }

  /// The reported loss is that of the layer, with weights and inputs drawn in this order.
  @Test(arguments: Layer.allCases) func theLossIsTheSumOfTheSquaresOfAllOutputs(layer: Layer) throws {
    let settings = Settings(layer: layer, variant: .tape, sizes: StepTests.sizes[1])
    var random = Random(seed: 1)
    let network = RecurrentNetwork(
      RecurrentConfiguration(layer.kind, inputSize: 4, hiddenSize: 5), random: &random)
    let outputs = network.run((0..<3).map { _ in random.normal(4, 2) }).outputs
    let loss = outputs.flatMap(\.elements).map { $0 * $0 }.reduce(0, +)
    #expect(abs(try TrainingStep(settings)().loss - loss) < 1e-13 * loss)
    #expect(try TrainingStep(settings)().gradients.map(\.shape) == network.parameters.map(\.shape))
  }

  /// The tape is rewound before each step: nothing of the step before is left on it.
  @Test(arguments: Variant.allCases) func everyStepIsTheSame(variant: Variant) throws {
    let step = try TrainingStep(Settings(layer: .lstm, variant: variant, sizes: StepTests.sizes[1]))
    let first = step()
    for _ in 0..<3 {
      let next = step()
      #expect(next.loss == first.loss)
      #expect(zip(next.gradients, first.gradients).allSatisfy { $0.hasSameBits(as: $1) })
    }
  }
}
