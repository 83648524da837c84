import Autodiff
import Foundation
import Reference
import Testing

@testable import Recurrent

/// All GRUs among `architectures`.
private let networks = architectures.filter { $0.kind.name == "GRU" }

/// A formula as plain text with brackets.
private func plain(_ formula: Symbol, isFactor: Bool = false) -> String {
  switch formula {
  case .name(let name): return name
  case .number(let number): return number == Double(Int(number)) ? "\(Int(number))" : "\(number)"
  case .applied(let operation, let inputs):
    switch operation.notation {
    case .juxtaposed: return inputs.map { plain($0, isFactor: true) }.joined(separator: " ")
    case .function(_, let name, _): return "\(name)(\(inputs.map { plain($0) }.joined(separator: ", ")))"
    case .infix(_, let sign):
      let isProduct = operation == .elementwiseProduct
      let line = inputs.map { plain($0, isFactor: isProduct) }.joined(separator: " \(sign) ")
      return isFactor ? "(\(line))" : line
    default: return "?"
    }
  default: return "?"
  }
}

@Suite struct GRUStepTests {
  private let W: (xr: Symbol, xz: Symbol, xg: Symbol, hr: Symbol, hz: Symbol, hg: Symbol) = (
    .name("W_xr"), .name("W_xz"), .name("W_xg"), .name("W_hr"), .name("W_hz"), .name("W_hg")
  )

  @Test(arguments: UpdateGate.allCases, ResetGate.allCases)
  func aStepReadAsSymbolsIsItsEquations(update: UpdateGate, reset: ResetGate) {
    let (x, h) = (Symbol.name("x"), Symbol.name("h"))
    let step = GRUCell(
      W: W, b: (.name("b_r"), .name("b_z"), .name("b_xg"), .name("b_hg")), update: update, reset: reset
    ).step(x, h)
    let (r, z) = ("σ(W_xr x + W_hr h + b_r)", "σ(W_xz x + W_hz h + b_z)")
    let g =
      switch reset {
      case .afterProduct: "tanh(W_xg x + b_xg + \(r) ⊙ (W_hg h + b_hg))"
      case .beforeProduct: "tanh(W_xg x + b_xg + W_hg (\(r) ⊙ h) + b_hg)"
      }
    let state =
      switch update {
      case .keepsPast: "(1 − \(z)) ⊙ \(g) + \(z) ⊙ h"
      case .takesNew: "\(z) ⊙ \(g) + (1 − \(z)) ⊙ h"
      }
    #expect(plain(step.r) == r)
    #expect(plain(step.z) == z)
    #expect(plain(step.g) == g)
    #expect(plain(step.h) == state)
  }

  @Test func aBiasThatIsLeftOutIsNotInTheEquation() {
    let (x, h) = (Symbol.name("x"), Symbol.name("h"))
    let after = GRUCell(W: W).step(x, h)
    #expect(plain(after.r) == "σ(W_xr x + W_hr h)")
    #expect(plain(after.g) == "tanh(W_xg x + σ(W_xr x + W_hr h) ⊙ W_hg h)")
    let before = GRUCell(W: W, reset: .beforeProduct).step(x, h)
    #expect(plain(before.g) == "tanh(W_xg x + W_hg (σ(W_xr x + W_hr h) ⊙ h))")
  }

  /// σ(ln 3) = 3/4, σ(−ln 3) = 1/4, tanh(ln 3) = 4/5.
  @Test func aStepIsWhatOneComputesByHand() {
    let ln3 = 1.0986122886681098
    func state(_ update: UpdateGate, _ reset: ResetGate) -> (r: Double, z: Double, g: Double, h: Double) {
      let cell = GRUCell<Matrix>(
        W: (
          xr: Matrix(ln3 - 1), xz: Matrix(-ln3), xg: Matrix(ln3 - 4), hr: Matrix(0.25), hz: Matrix(0.5), hg: Matrix(1)
        ),
        b: (r: Matrix(0.5), z: Matrix(-1), xg: Matrix(1), hg: Matrix(2)), update: update, reset: reset)
      let step = cell.step(Matrix(1), Matrix(2))
      return (step.r.scalar, step.z.scalar, step.g.scalar, step.h.scalar)
    }
    func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-15 * 8 }
    // r ⊙ (1 · 2 + 2) = 3 after the product, so tanh(ln 3 − 4 + 1 + 3).
    let after = state(.keepsPast, .afterProduct)
    #expect(isClose(after.r, 0.75) && isClose(after.z, 0.25) && isClose(after.g, 0.8))
    #expect(isClose(after.h, 0.75 * 0.8 + 0.25 * 2))
    #expect(isClose(state(.takesNew, .afterProduct).h, 0.25 * 0.8 + 0.75 * 2))
    // 1 · (r · 2) + 2 = 3.5 before it, so tanh(ln 3 + 1/2) = (9 e − 1) / (9 e + 1).
    let e = 2.718281828459045
    let before = state(.keepsPast, .beforeProduct)
    #expect(isClose(before.g, (9 * e - 1) / (9 * e + 1)))
    #expect(isClose(before.h, 0.75 * before.g + 0.5))
    #expect(isClose(state(.takesNew, .beforeProduct).h, 0.25 * before.g + 1.5))
  }

  /// A large bias in one block of the stack opens or closes that gate and no other.
  @Test(arguments: UpdateGate.allCases, ResetGate.allCases)
  func theBlocksStandInPyTorchsOrder(update: UpdateGate, reset: ResetGate) {
    let configuration = RecurrentConfiguration(.gru(update: update, reset: reset), inputSize: 3, hiddenSize: 4)
    let x = sequence(1, 3, batch: 2, seed: 1)[0]
    let h = sequence(1, 4, batch: 2, seed: 2)[0]
    func step(_ change: (inout RecurrentNetwork<Matrix>) -> Void) -> GRUCell<Matrix>.Step {
      var network = largeNetwork(configuration, seed: 3)
      change(&network)
      return GRUCell(network.weights(layer: 0), hidden: 4, update: update, reset: reset).step(x, h)
    }
    func block(_ place: Int, _ value: Double) -> Matrix {
      Matrix(rows: 12, columns: 1) { row, _ in row / 4 == place ? value : 0 }
    }
    let plain = step { _ in }
    for name in ["bias_ih_l0", "bias_hh_l0"] {
      let r = step { $0[name] = $0[name] + block(0, 800) }
      #expect(r.r == Matrix(rows: 4, columns: 2, repeating: 1) && r.z == plain.z)
      let z = step { $0[name] = $0[name] + block(1, 800) }
      #expect(z.z == Matrix(rows: 4, columns: 2, repeating: 1) && z.r == plain.r && z.g == plain.g)
      #expect(z.h == (update == .keepsPast ? h : plain.g))
      let g = step { $0[name] = $0[name] + block(2, 800) }
      #expect(g.r == plain.r && g.z == plain.z)
      // With the reset after the product, a small reset gate shrinks the second bias.
      let isShrunk = reset == .afterProduct && name == "bias_hh_l0"
      #expect(isShrunk || g.g.elements.allSatisfy { $0 > 0.99 })
      #expect(zip(g.g.elements, plain.g.elements).allSatisfy { $0 > $1 })
    }
    // The weights: with zero inputs weight_ih has no effect, with a zero state weight_hh has none.
    for place in 0..<3 {
      let input = step { $0["weight_ih_l0"] = $0["weight_ih_l0"] .* block(place, 1).spread(like: $0["weight_ih_l0"]) }
      let state = step { $0["weight_hh_l0"] = $0["weight_hh_l0"] .* block(place, 1).spread(like: $0["weight_hh_l0"]) }
      for other in [input, state] {
        #expect((other.r == plain.r) == (place == 0))
        #expect((other.z == plain.z) == (place == 1))
      }
    }
  }

  /// With the reset after the product, r multiplies the candidate's second bias: with r = 0 the bias has no effect.
  @Test func theCandidatesTwoBiasesAreNotOneAfterTheProduct() {
    func candidate(_ reset: ResetGate, moved: Double) -> Matrix {
      var network = largeNetwork(RecurrentConfiguration(.gru(reset: reset), inputSize: 3, hiddenSize: 4), seed: 4)
      let move = Matrix(rows: 12, columns: 1) { row, _ in row >= 8 ? moved : 0 }
      network["bias_ih_l0"] = network["bias_ih_l0"] + move
      network["bias_hh_l0"] = network["bias_hh_l0"] - move
      let x = sequence(1, 3, batch: 2, seed: 5)[0]
      return GRUCell(network.weights(layer: 0), hidden: 4, reset: reset).step(x, sequence(1, 4, batch: 2, seed: 6)[0]).g
    }
    #expect(
      candidate(.beforeProduct, moved: 0.5).largestDifference(from: candidate(.beforeProduct, moved: 0)) < 1e-14)
    #expect(candidate(.afterProduct, moved: 0.5).largestDifference(from: candidate(.afterProduct, moved: 0)) > 1e-2)
  }

}

@Suite struct GRUNetworkTests {
  /// A converted model has the same states, and update gates that add up to 1 with the original ones.
  @Test(arguments: networks)
  func aConvertedNetworkIsTheSameModel(configuration: RecurrentConfiguration) throws {
    guard case .gru(let update, let reset) = configuration.kind else { return }
    let other: UpdateGate = update == .keepsPast ? .takesNew : .keepsPast
    let network = largeNetwork(configuration, seed: 41)
    let converted = try network.converted(update: other, reset: reset)
    #expect(converted.configuration.kind == .gru(update: other, reset: reset))
    let x = sequence(6, 3, batch: 2, seed: 42)
    let h0 = states(configuration, batch: 2, seed: 43)
    let (a, b) = (network.run(x, from: h0), converted.run(x, from: h0))
    #expect(largestDifference(a.outputs, b.outputs) < 1e-13)
    #expect(largestDifference(a.states.flatMap { $0 }, b.states.flatMap { $0 }) < 1e-13)
    // Without the conversion the states differ.
    let unconverted = RecurrentNetwork(converted.configuration, parameters: network.parameters)
    #expect(largestDifference(a.outputs, unconverted.run(x, from: h0).outputs) > 0.1)
    let z = GRUCell(network.weights(layer: 0), hidden: 4, update: update, reset: reset).step(x[0], h0[0][0]).z
    let otherZ = GRUCell(converted.weights(layer: 0), hidden: 4, update: other, reset: reset).step(x[0], h0[0][0]).z
    #expect((z + otherZ).largestDifference(from: Matrix(rows: 4, columns: 2, repeating: 1)) < 1e-15)
    // Converting back restores the same bits.
    let back = try converted.converted(update: update, reset: reset)
    #expect(back.configuration == configuration && haveSameBits(back.parameters, network.parameters))
    // Converting to its own convention changes nothing.
    let itself = try network.converted(update: update, reset: reset)
    #expect(itself.configuration == configuration && haveSameBits(itself.parameters, network.parameters))
  }

  @Test func onlyTheUpdateGatesRowsAreNegated() throws {
    let network = largeNetwork(RecurrentConfiguration(.gru(), inputSize: 3, hiddenSize: 4), seed: 44)
    let converted = try network.converted(update: .takesNew, reset: .afterProduct)
    for (old, new) in zip(network.parameters, converted.parameters) {
      #expect(new.rows(0..<4).hasSameBits(as: old.rows(0..<4)))
      #expect(new.rows(4..<8).hasSameBits(as: -old.rows(4..<8)))
      #expect(new.rows(8..<12).hasSameBits(as: old.rows(8..<12)))
    }
  }

  @Test func whatCannotBeConvertedIsSaid() {
    func complaint(_ kind: RecurrentConfiguration.Kind, _ update: UpdateGate, _ reset: ResetGate) -> String {
      let network = largeNetwork(RecurrentConfiguration(kind, inputSize: 3, hiddenSize: 4), seed: 45)
      do throws(RecurrentError) {
        _ = try network.converted(update: update, reset: reset)
        return "converted"
      } catch {
        return error.description
      }
    }
    #expect(
      complaint(.gru(), .keepsPast, .beforeProduct)
        == "a GRU with its reset before the product is another model than one with its reset after it, and weights do "
        + "not carry over: GRU (z keeps the past, reset after), input size 3, hidden size 4")
    #expect(
      complaint(.gru(update: .takesNew, reset: .beforeProduct), .keepsPast, .afterProduct)
        == "a GRU with its reset after the product is another model than one with its reset before it, and weights do "
        + "not carry over: GRU (z takes the new, reset before), input size 3, hidden size 4")
    #expect(
      complaint(.lstm, .keepsPast, .afterProduct)
        == "only a GRU has an update gate: LSTM, input size 3, hidden size 4")
    #expect(complaint(.gru(), .takesNew, .afterProduct) == "converted")
  }

  /// With the same weights the two resets have different states, except with one unit and no b_hg, where r and W
  /// commute.
  @Test func resetBeforeAndAfterTheProductAreDifferentModels() {
    func states(hidden: Int, bias: Bool, _ reset: ResetGate) -> [Matrix] {
      let configuration = RecurrentConfiguration(.gru(reset: reset), inputSize: 3, hiddenSize: hidden, bias: bias)
      return largeNetwork(configuration, seed: 46).run(sequence(5, 3, batch: 2, seed: 47)).outputs
    }
    for (hidden, bias) in [(4, true), (4, false), (1, true)] {
      let difference = largestDifference(
        states(hidden: hidden, bias: bias, .afterProduct), states(hidden: hidden, bias: bias, .beforeProduct))
      #expect(difference > 1e-2)
    }
    let single = largestDifference(
      states(hidden: 1, bias: false, .afterProduct), states(hidden: 1, bias: false, .beforeProduct))
    #expect(single < 1e-15)
  }

  /// All outputs, states and gradients in a file, by name: three recorded in PyTorch, and one with the reset before the
  /// product.
  @Test(arguments: ["gru", "gru-no-bias", "gru-reset-before", "gru-long"])
  func pyTorchsNumbersComeOut(name: String) throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(name).safetensors").path
    let file = try Safetensors(contentsOf: path)
    func tensor(_ name: String) throws -> TorchTensor {
      let found = try #require(file.tensors[name])
      return TorchTensor(shape: found.shape, elements: found.doubles)
    }
    let parameters = try file.tensors.keys.filter { $0.hasPrefix("weight_") || $0.hasPrefix("bias_") }
      .reduce(into: [String: TorchTensor]()) { $0[$1] = try tensor($1) }
    let reset: ResetGate = file.metadata["reset"] == "before" ? .beforeProduct : .afterProduct
    let network = try RecurrentNetwork(.gru(reset: reset), bias: parameters.count == 4, torch: parameters)
    let tape = Tape()
    let recorded = network.map { tape.variable($1, named: $0) }
    let run = recorded.run(
      try tensor("input").steps.map { tape.constant($0) }, from: [[tape.variable(try tensor("h0").steps[0])]])
    #expect(largestDifference(run.outputs.map(\.value), try tensor("output").steps) < 1e-13)
    var terms = zip(run.outputs, try tensor("grad_output").steps).map { ($0 .* tape.constant($1)).total }
    terms.append((run.states[0][0] .* tape.constant(try tensor("grad_h_n").steps[0])).total)
    let gradients = tape.gradients(of: terms.dropFirst().reduce(terms[0]) { $0 + $1 })
    for (name, gradient) in recorded.map({ gradients[$1] }).torch {
      let theirs = try tensor("grad." + name).matrix
      #expect(gradient.matrix.largestDifference(from: theirs) < 1e-12 * max(1, theirs.largestMagnitude), "\(name)")
    }
  }
}
