import Testing

@testable import Notebook
@testable import vanishing_gradient

@Suite("Chapter 01")
struct VanishingGradientTests {
  static let trial = Trial<VanishingGradient>()

  @Test(arguments: Language.allCases)
  func everyCheckPassesInBothLanguages(language: Language) throws {
    try Self.trial.everyCheckPasses(in: language, atLeast: 70)
  }

  @Test func jsonHoldsTheSectionAskedFor() throws { try Self.trial.jsonHolds(section: "jacobian") }

  @Test(arguments: trial.equations)
  func anEquationOfTheNotesThatIsWrongFailsTheRun(name: String) throws {
    try Self.trial.failsWithEveryRelationBroken(ofEquation: name)
  }

  @Test func exercisesHold() throws { try Self.trial.exercisesHold() }

  /// σ(w h) written as (1 + tanh(w h / 2)) / 2.
  @Test func anEquationThatTheTapeDoesNotHaveFailsTheRun() throws {
    try Self.trial.fails(
      tapeOfEquation: "chain-step", replacing: "\\sigma(w_k h_{k-1})",
      with: "\\frac{1}{2} (h_k + \\sigma(w_k h_{k-1}))")
  }
}
