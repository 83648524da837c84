import Testing

@testable import Notebook
@testable import lstm_forward

@Suite("Chapter 02")
struct LSTMForwardTests {
  static let trial = Trial<LSTMForward>()

  @Test(arguments: Language.allCases)
  func everyCheckPassesInBothLanguages(language: Language) throws {
    try Self.trial.everyCheckPasses(in: language, atLeast: 80)
  }

  @Test func jsonHoldsTheSectionAskedFor() throws { try Self.trial.jsonHolds(section: "cell-state") }

  @Test(arguments: trial.equations)
  func anEquationOfTheNotesThatIsWrongFailsTheRun(name: String) throws {
    try Self.trial.failsWithEveryRelationBroken(ofEquation: name)
  }

  @Test func exercisesHold() throws { try Self.trial.exercisesHold() }

  /// Equal numbers from another formula: half the result and half the formula.
  @Test(arguments: [
    (
      "f", "\\sigma(W_{xf} x_t + W_{hf} h_{t-1} + b_f)",
      "\\frac{1}{2} (f_t + \\sigma(W_{xf} x_t + W_{hf} h_{t-1} + b_f))"
    ),
    (
      "g", "\\tanh(W_{xg} x_t + W_{hg} h_{t-1} + b_g)", "\\frac{1}{2} (g_t + \\tanh(W_{xg} x_t + W_{hg} h_{t-1} + b_g))"
    ),
    ("h", "o_t \\odot \\tanh(c_t)", "\\frac{1}{2} (h_t + o_t \\odot \\tanh(c_t))"),
  ])
  func anEquationThatTheTapeDoesNotHaveFailsTheRun(name: String, part: String, equal: String) throws {
    try Self.trial.fails(tapeOfEquation: name, replacing: part, with: equal)
  }
}
