import Reference
import Testing

@testable import crosscheck

@Suite struct GRUComparisonTests {
  @Test(arguments: fixtures("gru"))
  func everyGRUAgreesWithPyTorchInEveryTensor(name: String) throws {
    let file = try Safetensors(contentsOf: fixture(name))
    let comparison = try Comparison(of: file)
    #expect(comparison.agrees)
    #expect(comparison.tolerance == 1e-12)
    let expected = file.tensors.keys.filter { ["output", "h_n"].contains($0) || $0.hasPrefix("grad.") }
    #expect(Set(comparison.lines.map(\.name)) == Set(expected))
    #expect(comparison.lines.map(\.name).contains("grad.weight_hh_l0"))
  }

  @Test func allKindsOfGRUAreAmongTheFixtures() {
    #expect(
      Set(fixtures("gru")) == [
        "gru", "gru-bidirectional", "gru-long", "gru-no-bias", "gru-one-step", "gru-reset-before", "gru-stacked",
        "gru-stacked-bidirectional",
      ])
  }

  /// The metadata decides which model is computed, and the other one does not agree.
  @Test(arguments: [("gru", "before"), ("gru-reset-before", "after")])
  func theOtherResetDoesNotAgree(name: String, reset: String) throws {
    #expect(try !comparison(name) { $0.metadata["reset"] = reset }.agrees)
  }

  @Test func aResetThatIsMissingOrUnknownIsNamed() throws {
    #expect(try complaint("gru") { $0.metadata["reset"] = nil } == "the metadata has no 'reset'")
    #expect(
      try complaint("gru") { $0.metadata["reset"] = "both" }
        == "the metadata's 'reset' is 'both', expected after or before")
    #expect(
      try complaint("gru") { $0.tensors["bias_hh_l0"] = nil }.contains(
        "tensor 'bias_hh_l0' is missing, expected with shape"))
  }
}
