import Autodiff
import Foundation
import Recurrent
import Reference
import Testing

@testable import Notebook
@testable import seq2seq_attention

@Suite("Chapter 06: attention")
struct AttentionByHandTests {
  /// The pass by hand against the tape, where every size can be 1.
  @Test(arguments: AttentionScore.allCases, 1...10 as ClosedRange<UInt64>)
  func thePassByHandIsTheTapes(score: AttentionScore, seed: UInt64) {
    var random = Random(seed: seed)
    let question = Question(
      score, steps: 1 + random.index(below: 6), size: 1 + random.index(below: 5), seed: seed)
    let tape = Tape()
    let recorded = question.record(on: tape)
    let gradients = tape.gradients(of: recorded.loss)
    for (gradient, variable) in zip(question.byHand(), recorded.inputs) {
      let expected = gradients[variable]
      #expect(gradient.largestDifference(from: expected) <= 1e-12 * max(1, expected.largestMagnitude))
    }
  }

  /// What two decoders have in one shape is the same numbers, whoever asks and whatever the score adds to the list.
  @Test(arguments: [AttentionScore?](AttentionScore.allCases) + [nil])
  func aParameterOfADecoderHasItsOwnNumbers(score: AttentionScore?) {
    let plain = Decoder(nil, seed: 5).parameters
    for query in Seq2SeqConfiguration.Query.allCases {
      let found = Decoder(score, query: query, seed: 5).parameters
      let shared = found.filter { plain[$0.key]?.shape == $0.value.shape }
      #expect(shared.count >= plain.count - 2)
      #expect(shared.allSatisfy { plain[$0.key] == $0.value })
      #expect(Decoder(score, query: query, seed: 6).parameters["output.b"] != found["output.b"])
    }
    #expect(plain["encoder.bias_ih_l0"] != plain["encoder.bias_hh_l0"])
  }

  private func torch(_ score: AttentionScore) throws -> AttentionRun {
    let folder = Trial(Seq2SeqAttention.self).root + "/Tests/Fixtures"
    return try AttentionRun(
      score, from: Safetensors(contentsOf: "\(folder)/attention-\(score.rawValue).safetensors"))
  }

  @Test(arguments: AttentionScore.allCases) func theReferenceFilesHaveEveryGradient(score: AttentionScore) throws {
    let run = try torch(score)
    #expect(run.gradients.count == 1 + run.keys.count + run.configuration.parameters.count)
    #expect(run.gradients.allSatisfy { $0.elements.allSatisfy(\.isFinite) })
    #expect(zip(run.byHand(), run.gradients).allSatisfy { $0.shape == $1.shape })
  }

  @Test func someReferenceFileHasPadding() throws {
    let masks = try AttentionScore.allCases.map { try torch($0).mask }
    #expect(masks.contains { mask in mask.lengths.contains { $0 < mask.steps } })
  }

  /// Equal numbers by another formula: a name's own formula in the place of the name, which is a node of the tape.
  @Test(arguments: [
    ("score-additive", "e &= U^\\top v", "e &= \\tanh(M)^\\top v"),
    ("score-general", "e &= P^\\top q", "e &= (W K)^\\top q"),
    ("back-softmax", "K^\\top \\frac{\\partial L}{\\partial c}", "K^\\top u"),
    ("back-additive", "(1 - U^{\\odot 2})", "(1 - \\tanh(M) \\odot \\tanh(M))"),
  ])
  func anEquationThatTheTapeDoesNotHaveFailsTheRun(name: String, part: String, equal: String) throws {
    let trial = Trial(Seq2SeqAttention.self)
    let (notes, directive, _) = try trial.englishNotes(at: name)
    let body = notes.body(of: directive)
    let changed = body.map { $0.replacingOccurrences(of: part, with: equal) }
    #expect(changed != body, "'\(part)' is not in it")
    try trial.failsForTheTapeAlone(equation: name, changed)
  }
}

@Suite("Chapter 06: reversal")
struct ReversalTests {
  @Test func aSeedDecidesATraining() {
    func losses(_ seed: UInt64) -> [Matrix] {
      var reverser = Reverser(.additive, size: 3, seed: seed)
      reverser.train(updates: 5, lengths: 1...3)
      return reverser.model.parameters
    }
    #expect(losses(1) == losses(1) && losses(1) != losses(2))
  }

  @Test func anUntrainedModelIsNotAligned() {
    var random = Random(seed: 1)
    let sources = Reversal.draw(100, lengths: 8...8, &random)
    #expect(sources.allSatisfy { $0.count == 8 && $0.allSatisfy((0..<Reversal.symbols).contains) })
    let (accuracy, mass) = Reverser(.additive, size: 4, seed: 1).alignment(sources)
    #expect(accuracy < 0.4 && abs(mass - 0.125) < 0.05)
  }

  @Test func withoutAMistakeTaughtAndFreeAreOneRun() {
    var reverser = Reverser(.general, size: 8, seed: 1)
    reverser.train(updates: 200, lengths: 1...3)
    var random = Random(seed: 2)
    for length in 1...4 {
      let modes = reverser.modes(Reversal.draw(100, lengths: length...length, &random))
      #expect(modes.exactTaught == modes.exactFree)
      #expect(modes.taught >= modes.free || modes.after > 0)
    }
  }
}
