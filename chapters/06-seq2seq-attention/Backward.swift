// Section 6.6: the gradient through softmax and scores, by hand, on the tape and by PyTorch.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension Seq2SeqAttention {
  func backward(_ page: Page) throws {
    try page.section("backward") {
      drawWays(page)
      try backwardThroughSoftmax(page)
      for question in Question.all(seed: page.seed) {
        try backwardThroughScore(question, page)
        try compareWithPyTorch(question.configuration.score, page)
      }
    }
  }

  /// From c to the scores: the same for every score.
  private func backwardThroughSoftmax(_ page: Page) throws {
    let question = Question(.dot, steps: 5, seed: page.seed)
    let tape = Tape()
    let recorded = question.record(on: tape)
    let (a, e) = (recorded.forward.a, recorded.forward.e)
    let gradients = tape.gradients(of: recorded.loss)
    var scope = question.scope(recorded, gradients: gradients)
    let through = [page.derivation(of: a, in: recorded.loss), page.derivation(of: e, in: recorded.loss)]
    try page.equation("back-softmax", scope, tape: through)
    for (name, variable) in [("a", a), ("e", e)] {
      for j in 1...question.K.columns {
        scope.values["\\frac{\\partial L}{\\partial \(name)_\(j)}"] = Matrix(gradients[variable][j - 1, 0])
      }
    }
    try page.equation("back-entry", scope, for: ("j", Array(1...5)))

    // The common error: a ⊙ (1 − a) ⊙ ∂L/∂a, as for a sigmoid, is the diagonal of the Jacobian alone.
    let diagonal = a.value .* (1 - a.value) .* gradients[a]
    let error = (diagonal - gradients[e]).norm / gradients[e].norm
    page.print()
    page.entries([(.symbols("∂L/∂e"), gradients[e]), (.symbols("a ⊙ (1 − a) ⊙ ∂L/∂a"), diagonal)])
    page.number("diagonal-error", error, significant: 2)
    page.check(
      Text("a ⊙ (1 − a) ⊙ ∂L/∂a is another vector", ko: "a ⊙ (1 − a) ⊙ ∂L/∂a는 다른 벡터다"), .above(error, 0.1),
      note: Text("relative error", ko: "상대 오차"))
    page.check(
      Text("∂L/∂e sums to 0: a shift of all scores changes nothing", ko: "∂L/∂e의 합은 0: 점수를 모두 같은 만큼 옮겨도 달라지는 것이 없다"),
      gradients[e].total, equals: Matrix(0), scale: gradients[e].largestMagnitude)
  }

  /// From the scores to query, keys and weights, in each score's own way.
  private func backwardThroughScore(_ question: Question, _ page: Page) throws {
    let score = question.configuration.score
    let tape = Tape()
    let recorded = question.record(on: tape)
    let gradients = tape.gradients(of: recorded.loss)
    page.print()
    let names = ["v", "U", "M", "P"] + score.letters.filter { $0 != "v" } + ["q", "K"]
    let through = names.compactMap { tape.variable(named: $0) }.map { page.derivation(of: $0, in: recorded.loss) }
    try page.equation("back-\(score.rawValue)", question.scope(recorded, gradients: gradients), tape: through)
    page.check(
      question.names.map { "∂L/∂\($0)" }.joined(separator: ", "), .byHand(.column(of: question.byHand())),
      equals: .tape(.column(of: recorded.inputs.map { gradients[$0] })))
    page.check(Text("tape = finite differences", ko: "테이프 = 유한 차분"), question.check())
  }

  /// The same score over a batch with padding, in a file that PyTorch made.
  private func compareWithPyTorch(_ score: AttentionScore, _ page: Page) throws {
    let torch = try AttentionRun(score, from: page.fixture("attention-\(score.rawValue)"))
    let ours = torch.onTape()
    page.check(
      Text("a and c", ko: "a와 c"), .tape(.column(of: [ours.weights, ours.context])),
      equals: .pytorch(.column(of: [torch.weights, torch.context])))
    let gradients = Text("gradients", ko: "기울기")
    for witness in [Witness.tape(.column(of: ours.gradients)), .byHand(.column(of: torch.byHand()))] {
      page.check(gradients, witness, equals: .pytorch(.column(of: torch.gradients)))
    }
  }
}
