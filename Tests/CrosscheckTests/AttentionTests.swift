import Reference
import Testing

@testable import crosscheck

@Suite struct AttentionComparisonTests {
  private func outcomes(_ file: Safetensors) -> Set<String> {
    Set(file.tensors.keys.filter { ["scores", "weights", "context"].contains($0) || $0.hasPrefix("grad.") })
  }

  @Test func everyScoreHasItsFile() {
    #expect(attentionFixtures == ["additive", "dot", "general", "scaled"].map { "attention-\($0)" })
  }

  @Test(arguments: attentionFixtures)
  func everyScoreAgreesWithPyTorchInEveryTensor(name: String) throws {
    let file = try Safetensors(contentsOf: fixture(name))
    let comparison = try LayerComparison(of: file)
    #expect(comparison.agrees && comparison.tolerance == 1e-12)
    #expect(Set(comparison.lines.map(\.name)) == outcomes(file))
    #expect(outcomes(file).isSuperset(of: ["scores", "weights", "context", "grad.keys", "grad.query"]))
    #expect(outcomes(file).count == 5 + ["attention-additive": 3, "attention-general": 1][name, default: 0])
  }

  /// Changes each expected number, one at a time, by 1e-9 of its tensor's scale.
  @Test(arguments: attentionFixtures) func everyWrongNumberIsSeen(name: String) throws {
    let file = try Safetensors(contentsOf: fixture(name))
    for tensor in outcomes(file) {
      for index in 0..<file.tensors[tensor]!.count {
        let lines = try comparison(name) { $0.add(1e-9 * file.scale(tensor), to: tensor, at: index) }.lines
        #expect(lines.filter { !$0.agrees }.map(\.name) == [tensor], "\(tensor)[\(index)]")
      }
    }
  }

  /// Changes each input tensor at the first step of its first example, which is never masked.
  @Test(arguments: attentionFixtures) func everyWrongInputIsSeen(name: String) throws {
    let file = try Safetensors(contentsOf: fixture(name))
    for tensor in Set(file.tensors.keys).subtracting(outcomes(file)).subtracting(["lengths"]) {
      #expect(try !comparison(name) { $0.add(1e-7 * file.scale(tensor), to: tensor, at: 0) }.agrees, "\(tensor)")
    }
  }

  @Test func anotherScoreIsSeen() throws {
    #expect(try !comparison("attention-dot") { $0.metadata["score"] = "scaled" }.agrees)
    #expect(try !comparison("attention-scaled") { $0.metadata["score"] = "dot" }.agrees)
  }

  /// Without lengths nothing is masked, so the weights differ unless all sequences have full length.
  @Test(arguments: attentionFixtures) func aMissingMaskIsSeen(name: String) throws {
    let file = try Safetensors(contentsOf: fixture(name))
    let lengths = file.tensors["lengths"]!.doubles
    let isFull = lengths.allSatisfy { $0 == lengths[0] }
    #expect(try comparison(name) { $0.tensors["lengths"] = nil }.agrees == isFull)
    let longer = try comparison(name) {
      $0.tensors["lengths"]!.elements = .int64(lengths.map { _ in Int64(file.tensors["keys"]!.shape[0]) })
    }
    #expect(longer.agrees == isFull)
  }

  @Test func whatCannotBeUsedIsNamed() throws {
    let file = try Safetensors(contentsOf: fixture("attention-dot"))
    let (keys, lengths) = (file.tensors["keys"]!.shape, file.tensors["lengths"]!)
    #expect(
      try complaint("attention-dot") { $0.metadata["score"] = "cosine" }
        == "the metadata's 'score' is 'cosine', expected dot or scaled or general or additive")
    #expect(try complaint("attention-dot") { $0.metadata["score"] = nil } == "the metadata has no 'score'")
    #expect(
      try complaint("attention-dot") { $0.tensors["keys"] = nil }
        == "tensor 'keys' is missing, expected with shape [steps, batch, key size]")
    #expect(
      try complaint("attention-dot") { $0.tensors["query"] = float64([keys[1], keys[2] + 1]) }
        == "tensor 'query' has shape [\(keys[1]), \(keys[2] + 1)], expected [\(keys[1]), \(keys[2])]: [batch, query size]"
    )
    #expect(
      try complaint("attention-additive") { $0.tensors["v"] = nil }
        == "tensor 'v' is missing, expected with shape [attention size]")
    #expect(
      try complaint("attention-general") { $0.tensors["W"] = float64([1, 1]) }.hasPrefix(
        "tensor 'W' has shape [1, 1], expected ["))
    #expect(
      try complaint("attention-dot") { $0.tensors["grad_context"] = nil }
        == "tensor 'grad.keys' is a gradient, and there is no grad_context to begin from")
    #expect(
      try complaint("attention-dot") { $0.metadata["num_layers"] = "1" }.contains("says nothing about this layer"))
    #expect(try complaint("attention-dot") { $0.tensors["W"] = float64([1]) }.contains("is unknown to this layer"))
    for (length, word) in [(0, "0.0"), (keys[0] + 1, "\(keys[0] + 1).0"), (-1, "-1.0")] {
      var elements = lengths.doubles
      elements[0] = Double(length)
      #expect(
        try complaint("attention-dot") { $0.tensors["lengths"]!.elements = .float64(elements) }
          == "tensor 'lengths' holds \(word), expected whole numbers from 1 to \(keys[0]), the steps of 'keys'")
    }
  }
}
