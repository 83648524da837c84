import Reference
import Testing

@testable import crosscheck

@Suite struct GRUComparisonTests {
  /// The metadata selects the model; the other one does not agree.
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
