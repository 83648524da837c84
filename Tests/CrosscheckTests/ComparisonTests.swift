import Foundation
import Notebook
import Recurrent
import Reference
import Testing

@testable import crosscheck

@Suite struct ComparisonTests {
  /// The names of the file's expected results.
  private func outcomes(_ file: Safetensors) -> Set<String> {
    Set(file.tensors.keys.filter { ["output", "h_n", "c_n"].contains($0) || $0.hasPrefix("grad.") })
  }

  @Test(arguments: recurrentFixtures)
  func everyLayerAgreesWithPyTorchInEveryTensor(name: String) throws {
    let file = try Safetensors(contentsOf: fixture(name))
    let comparison = try LayerComparison(of: file)
    #expect(comparison.agrees)
    #expect(comparison.tolerance == 1e-12)
    #expect(Set(comparison.lines.map(\.name)) == outcomes(file))
    let names = comparison.lines.map(\.name)
    #expect(names.contains("grad.weight_hh_l0") && names.contains("c_n") == (file.metadata["layer"] == "LSTM"))
    #expect(names.contains("grad.c0") == names.contains("c_n"))
    #expect(comparison.lines.allSatisfy { $0.relative <= 1e-12 && $0.absolute >= 0 })
  }

  @Test(arguments: ["rnn", "lstm", "gru"]) func allKindsOfItAreAmongTheFixtures(layer: String) {
    let variants = ["bidirectional", "long", "no-bias", "one-step", "stacked", "stacked-bidirectional"]
    let names =
      [layer] + variants.map { "\(layer)-\($0)" }
      + (layer == "rnn" ? ["rnn-relu"] : layer == "gru" ? ["gru-reset-before"] : [])
    #expect(Set(fixtures(layer)) == Set(names))
  }

  /// Changes each expected number, one at a time, by 1e-9 of its tensor's scale: only that tensor differs.
  @Test(arguments: recurrentFixtures)
  func everyWrongNumberIsSeen(name: String) throws {
    let file = try Safetensors(contentsOf: fixture(name))
    let good = try computed(name)
    for tensor in outcomes(file) {
      let scale = file.scale(tensor)
      let mine = try #require(good.tensors.first { $0.name == tensor }).tensor
      for index in 0..<file.tensors[tensor]!.count {
        var changed = file
        changed.add(1e-9 * (scale == 0 ? 1 : scale), to: tensor, at: index)
        let reference = try #require(try LayerFile(changed).copy(tensor))
        let line = LayerComparison.Line(name: tensor, computed: mine.elements, reference: reference, tolerance: 1e-12)
        #expect(!line.agrees && line.relative > 9e-10 && line.relative < 1.1e-9, "\(tensor)[\(index)]")
      }
      // One change of each tensor goes through the whole comparison.
      let lines = try comparison(name) { $0.add(-1e-9 * (scale == 0 ? 1 : scale), to: tensor, at: 0) }.lines
      #expect(lines.filter { !$0.agrees }.map(\.name) == [tensor])
    }
  }

  /// Changes each input tensor at the entry with the largest effect on the loss: some result differs.
  @Test(arguments: recurrentFixtures)
  func everyWrongInputIsSeen(name: String) throws {
    let file = try Safetensors(contentsOf: fixture(name))
    for tensor in Set(file.tensors.keys).subtracting(outcomes(file)) {
      // A gradient of the outputs has an effect only where the nonlinearity, or an LSTM's gate, does not saturate.
      let outcome = file.tensors[tensor == "grad_output" ? "output" : "h_n"]!.doubles
      let slopes = outcome.map { name.hasPrefix("rnn") && name != "rnn-relu" ? 1 - $0 * $0 : abs($0) }
      let felt = file.tensors["grad.\(tensor)"]?.doubles ?? slopes
      let index = felt.indices.max { abs(felt[$0]) < abs(felt[$1]) }!
      let comparison = try comparison(name) { $0.add(1e-9 * file.scale(tensor), to: tensor, at: index) }
      #expect(!comparison.agrees, "\(tensor)")
    }
  }

  @Test func anotherNonlinearityIsSeen() throws {
    #expect(try !comparison("rnn") { $0.metadata["nonlinearity"] = "relu" }.agrees)
    #expect(try !comparison("rnn-relu") { $0.metadata["nonlinearity"] = "tanh" }.agrees)
  }

  /// NaN agrees with nothing.
  @Test func infinityIsADifference() throws {
    let comparison = try comparison("rnn-relu") { file in
      for name in ["weight_ih_l0", "weight_hh_l0"] {
        file.tensors[name]!.elements = .float64(file.tensors[name]!.doubles.map { _ in 1e308 })
      }
    }
    #expect(!comparison.agrees)
    #expect(comparison.lines.contains { !$0.absolute.isFinite })
    #expect(comparison.lines.filter { !$0.absolute.isFinite }.allSatisfy { !$0.agrees })
  }

  /// A layer is computed in three ways, and the largest difference counts. Every tensor of every way is made wrong once.
  @Test(arguments: ["rnn", "lstm", "gru", "gru-reset-before", "lstm-stacked-bidirectional"])
  func aWayThatIsWrongIsSeenAndNamed(name: String) throws {
    let runs = try computed(name).runs
    #expect(runs.map(\.way) == ["small operations", "fused", "fused, steps side by side"])
    // The tapes differ, so these are three ways. (A GRU with the reset gate before the product has no fused cell.)
    #expect(Set(runs.map(\.nodes)).count == (name == "gru-reset-before" ? 2 : 3))
    let layerFile = try LayerFile(Safetensors(contentsOf: fixture(name)))
    for wrong in runs.indices {
      for (place, (name, tensor)) in runs[wrong].tensors.enumerated() {
        let reference = try #require(try layerFile.copy(name))
        func line(_ change: Double) -> LayerComparison.Line {
          var elements = tensor.elements
          elements[elements.count - 1] += change
          var tensors = runs[wrong].tensors
          tensors[place].tensor = TorchTensor(shape: tensor.shape, elements: elements)
          var runs = runs
          runs[wrong] = Layer.Run(way: runs[wrong].way, tensors: tensors, nodes: runs[wrong].nodes)
          return LayerComparison.Line(name: name, of: runs, at: place, reference: reference, tolerance: 1e-12)
        }
        #expect(line(0).agrees)
        for change in [1e-9, -1e-9, .infinity, .nan] {
          #expect(!line(change).agrees && line(change).way == runs[wrong].way, "\(name), \(runs[wrong].way)")
        }
        // If the file is wrong, no way is named.
        var other = reference.elements
        other[0] += 1
        let all = LayerComparison.Line(
          name: name, of: runs, at: place, reference: TorchTensor(shape: reference.shape, elements: other),
          tolerance: 1e-12)
        #expect(!all.agrees && all.way.isEmpty)
      }
    }
  }

  @Test func aTensorOfZerosIsMeasuredAbsolutely() {
    let line = { (computed: [Double], reference: [Double]) in
      LayerComparison.Line(
        name: "x", computed: computed, reference: .init(shape: [reference.count], elements: reference), tolerance: 1e-12
      )
    }
    #expect(line([1e-13, 0], [0, 0]).agrees)
    #expect(!line([1e-11, 0], [0, 0]).agrees && line([1e-11, 0], [0, 0]).relative == 1e-11)
    #expect(line([1e-11, 10], [0, 10]).relative == 1e-12)
    #expect(!line([1e-11, 1], [0, 1]).agrees && line([1e-13, 1], [0, 1]).agrees)
    #expect(!line([.nan, 0], [0, 1]).agrees && line([.nan, 0], [0, 1]).absolute.isNaN)
    #expect(line([.nan, 5], [0, 1]).absolute.isNaN && line([5, .nan], [0, 1]).absolute.isNaN)
  }

  // MARK: Missing tensors

  @Test(arguments: recurrentFixtures)
  func whatIsNotThereIsNotCompared(name: String) throws {
    let file = try Safetensors(contentsOf: fixture(name))
    for missing in outcomes(file) {
      let comparison = try comparison(name) { $0.tensors[missing] = nil }
      #expect(comparison.agrees && Set(comparison.lines.map(\.name)) == outcomes(file).subtracting([missing]))
    }
    let forwards = try comparison(name) { file in
      for tensor in file.tensors.keys where tensor.hasPrefix("grad") { file.tensors[tensor] = nil }
    }
    #expect(forwards.agrees && forwards.lines.map(\.name) == ["output"] + stateNames(file).map { "\($0)_n" })
  }

  @Test(arguments: recurrentFixtures, ["h0", "grad_output", "grad_h_n", "c0", "grad_c_n"])
  func whatIsNotGivenIsZeros(name: String, missing: String) throws {
    let file = try Safetensors(contentsOf: fixture(name))
    if missing.contains("c"), !stateNames(file).contains("c") { return #expect(file.tensors[missing] == nil) }
    let without = try computed(name) { $0.tensors[missing] = nil }
    let zeros = try computed(name) { $0.tensors[missing] = float64($0.tensors[missing]!.shape) }
    #expect(without.tensors.map(\.name) == zeros.tensors.map(\.name))
    for (a, b) in zip(without.tensors, zeros.tensors) { #expect(a.tensor.elements == b.tensor.elements, "\(a.name)") }
    // It makes a difference: with the file's own tensor the results are others.
    #expect(try !haveSameBits(without, computed(name)))
  }

  @Test func aFileWithNothingToCompareFails() throws {
    let comparison = try comparison("rnn") { file in
      file.tensors = file.tensors.filter { ["input", "h0"].contains($0.key) || $0.key.contains(/^(weight|bias)_/) }
    }
    #expect(comparison.lines.isEmpty && !comparison.agrees)
  }

  // MARK: Types and tolerance

  @Test func roundedNumbersNeedATolerance() throws {
    func round(_ file: inout Safetensors) {
      for (name, tensor) in file.tensors {
        file.tensors[name]!.elements = .float32(tensor.doubles.map { Float($0) })
      }
    }
    #expect(try !comparison("rnn-stacked") { round(&$0) }.agrees)
    let comparison = try comparison("rnn-stacked") {
      round(&$0)
      $0.metadata["tolerance"] = "1e-5"
    }
    #expect(comparison.agrees && comparison.tolerance == 1e-5)
    #expect(comparison.lines.contains { $0.relative > 1e-9 })
  }

  @Test func integersAreNumbersToo() throws {
    func input(_ elements: (Int) -> Tensor.Elements) throws -> Layer.Computed {
      try computed("rnn") { $0.tensors["input"]!.elements = elements($0.tensors["input"]!.count) }
    }
    let integers = try input { .int64((0..<$0).map { Int64($0 % 3) }) }
    #expect(try haveSameBits(integers, input { .float64((0..<$0).map { Double($0 % 3) }) }))
    #expect(
      try complaint("rnn") { $0.tensors["h0"]!.elements = .int64([Int64](repeating: .max, count: 10)) }
        == "tensor 'h0' holds 9223372036854775807, which is not a Float64")
  }

  @Test(arguments: ["1e-400", "0"])
  func aToleranceOfZeroAsksForEqualBits(tolerance: String) throws {
    let comparison = try comparison("rnn") { $0.metadata["tolerance"] = tolerance }
    #expect(!comparison.agrees && comparison.lines.allSatisfy { $0.agrees == ($0.absolute == 0) })
  }
}

extension LayerFile {
  /// A tensor, without marking it as used.
  func copy(_ name: String) throws -> TorchTensor? {
    var copy = self
    return try copy.optionalTensor(name)
  }
}
