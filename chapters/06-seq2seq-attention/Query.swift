// Section 6.5: the state before a step asks, or the state after it.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension Seq2SeqAttention {
  func query(_ page: Page) throws {
    try page.section("query") {
      drawSymbol(page)
      drawQueries(page)
      let times = ("t", Array(1...Decoder.target.count + 1))
      let previous = Decoder(.general, query: .previous, seed: page.seed)
      try page.equation("bahdanau", previous.scope, for: times, tape: [previous.s[1].formula, previous.p[0].formula])
      let current = Decoder(.general, query: .current, seed: page.seed)
      try page.equation("luong", current.scope, for: times, tape: [current.s[1].formula, current.p[0].formula])
      page.entries([
        (Text("a_1, s_0 asks", ko: "a_1, 묻는 것은 s_0"), previous.scope.values["a_1"]!),
        (Text("a_1, s_1 asks", ko: "a_1, 묻는 것은 s_1"), current.scope.values["a_1"]!),
      ])
      // Where s_{t−1} asks, the state of the step reads the context; where s_t asks, it was there before the context.
      let reaches = [previous, current].map { decoder in
        decoder.tape.jacobian(of: decoder.s[1], withRespectTo: decoder.tape.variable(named: "c_1")!)
      }
      page.check(
        Text("s_{t−1} asks: s_1 depends on c_1", ko: "s_{t−1}이 물으면 s_1은 c_1에 의존한다"),
        .above(reaches[0].largestMagnitude, 0.01, named: "max |∂s_1/∂c_1|"))
      page.check(
        Text("s_t asks: ∂s_1/∂c_1 is exactly 0", ko: "s_t가 물으면 ∂s_1/∂c_1은 정확히 0이다"), reaches[1],
        hasSameBitsAs: 0 * reaches[1])
      compareQueries(page)
    }
  }

  /// One score with both queries. The cell's weights for what it reads are wider where it reads the context too; all other
  /// weights have one shape, and the same numbers.
  private func compareQueries(_ page: Page) {
    let (previous, current) = (
      Decoder(.additive, query: .previous, seed: page.seed), Decoder(.additive, query: .current, seed: page.seed)
    )
    let names = Set(previous.parameters.keys).union(current.parameters.keys)
    let shared = names.filter { previous.parameters[$0]?.shape == current.parameters[$0]?.shape }.sorted()
    let different = names.subtracting(shared).sorted()
    page.check(
      Text("additive, either query: all weights but W_y have one shape", ko: "덧셈 점수: 어느 쪽이 묻든 W_y 말고는 가중치의 모양이 같다"),
      different == ["decoder.weight_ih_l0"],
      detail: Text(
        "\(shared.count) of \(names.count), all but \(different.joined(separator: ", "))",
        ko: "\(names.count)개 중 \(shared.count)개, 나머지는 \(different.joined(separator: ", "))"))
    page.check(
      Text("and these have the same numbers", ko: "그 가중치들은 수도 같다"),
      .column(of: shared.map { previous.parameters[$0]! }),
      hasSameBitsAs: .column(of: shared.map { current.parameters[$0]! }))
    func weights(_ decoder: Decoder) -> Matrix {
      .column(of: (1...Decoder.target.count + 1).map { decoder.scope.values["a_\($0)"]! })
    }
    let difference = weights(previous).largestDifference(from: weights(current))
    page.number("queries", difference, significant: 2)
    page.check(
      Text("the additive score takes either query, and answers differently", ko: "덧셈 점수도 두 질의를 다 받고, 답은 서로 다르다"),
      .above(difference, 0.01, named: "max |Δa|"))
  }
}
