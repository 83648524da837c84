// Section 5.5: sequences of different lengths in one batch, with a mask and without.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

/// Sequences of several lengths, padded to one.
private struct PaddedBatch {
  let lengths = [6, 3, 5, 1]
  let example: Example
  let mask: Mask

  init(seed: UInt64) {
    example = Example(steps: 6, batch: lengths.count, seed: seed)
    mask = Mask(lengths: lengths, steps: example.T)
  }

  /// The inputs, with this number at the padded steps.
  func filled(with padding: Double) -> [Matrix] {
    example.x.enumerated().map { t, x in x.masked(mask.flags(t, rows: x.rows), fill: padding) }
  }

  /// All entries of a sequence of matrices that belong to padded steps.
  func padded(_ sequence: [Matrix]) -> [Double] {
    lengths.enumerated().flatMap { j, length in sequence[length...].flatMap { $0.column(j).elements } }
  }

  /// How many steps are padded.
  var paddedSteps: Int { lengths.reduce(0) { $0 + example.T - $1 } }
}

extension BidirectionalNetworks {
  func padding(_ page: Page) throws {
    try page.section("padding") {
      firstRead(page)
      let batch = PaddedBatch(seed: page.seed)
      try maskedEquations(page, batch)
      let run = batch.example.layer.run(batch.example.x, mask: batch.mask)
      page.check(
        Text("y_t at padded steps: exactly 0", ko: "패딩 시점의 y_t는 정확히 0"),
        .equal(batch.padded(run.outputs).count { $0 == 0 }, batch.paddedSteps * run.outputs[0].rows),
        note: Text("entries", ko: "성분"))
      let together = gradients(batch.example, batch.example.x, batch.example.d, batch.mask)
      compareWithEachAlone(page, batch, run, together)
      let strange = batch.filled(with: .nan)
      let strangely = gradients(batch.example, strange, batch.example.d, batch.mask)
      page.check(
        Text("NaN in the padding: the same outputs", ko: "패딩에 NaN을 넣어도 같은 출력"),
        .stack(batch.example.layer.run(strange, mask: batch.mask).outputs), hasSameBitsAs: .stack(run.outputs))
      page.check(
        Text("and the same gradients of inputs and weights", ko: "입력과 가중치의 기울기도 같다"),
        .column(of: strangely.x + strangely.W), hasSameBitsAs: .column(of: together.x + together.W))
      page.print()
      withoutMask(page, batch)
    }
  }

  /// Two steps and two of padding: what the backward direction reads, without a mask and with one.
  private func firstRead(_ page: Page) {
    let (T, length) = (4, 2)
    var example = Example(inputs: 1, hidden: 1, steps: T, batch: 1, seed: page.seed)
    for t in length..<T { example.x[t] = Matrix(0) }
    let (states, inputs) = (Diagram.states(.backward, 1...T + 1), (1...T).map { "x_\($0)" })
    let blind = Diagram.padded(T, read: T, label: "x_3 = x_4 = 0")
      .colouring(states.dropLast() + inputs.suffix(T - length), 1)
      .numbering(states + inputs)
    let masked = Diagram.padded(T, read: length, label: "m_3 = m_4 = 0")
      .colouring(Array(states.prefix(length)), 0)
      .numbering(states.prefix(length) + inputs.prefix(length) + states.suffix(1))
    page.diagram(
      "padding",
      [
        DiagramPanel(blind, example.tapedBackward(nil)),
        DiagramPanel(masked, example.tapedBackward(Mask(lengths: [length], steps: T)), isPart: true),
      ])
  }

  /// The masked equations, on the layer's own numbers.
  private func maskedEquations(_ page: Page, _ batch: PaddedBatch) throws {
    let (example, mask) = (batch.example, batch.mask)
    let (T, columns) = (example.T, batch.lengths.count)
    var scope = example.scope
    let cleared = batch.filled(with: 0)
    scope.set("x_#", cleared, from: 1)
    scope.set(
      "m_#", (0..<T).map { t in Matrix(rows: 1, columns: columns) { mask.isReal(t, column: $1) ? 1 : 0 } }, from: 1)
    let states = example.layer.steps(cleared, from: nil, mask: mask).states.map { $0.all.map { $0[0] } }
    let zeros = Matrix(rows: example.hidden, columns: columns)
    scope.set(Direction.forward.name("h", "#"), [zeros] + states[0], from: 0)
    scope.set(Direction.backward.name("h", "#"), states[1].reversed() + [zeros], from: 1)
    scope.set("y_#", example.layer.run(example.x, mask: mask).outputs, from: 1)
    try page.equation("masked", scope, for: ("t", Array(1...T)))
  }

  /// The gradients of Σ_t ⟨u_t, y_t⟩, of inputs and of weights.
  private func gradients(
    _ example: Example, _ x: [Matrix], _ upstream: [Matrix], _ mask: Mask? = nil
  ) -> (x: [Matrix], W: [Matrix]) {
    let tape = Tape()
    func cell(_ W: Example.Weights<Matrix>) -> RNNCell<Variable> {
      Example.cell((tape.variable(W.x), tape.variable(W.h), tape.variable(W.b)))
    }
    let layer = Bidirectional(forward: cell(example.there), backward: cell(example.back))
    let inputs = x.map { tape.variable($0) }
    let outputs = (mask.map { layer.run(inputs, mask: $0) } ?? layer.run(inputs)).outputs
    let found = tape.gradients(of: weightedSum(outputs, by: upstream))
    let weights = [layer.forward, layer.backward].flatMap { [$0.W.x, $0.W.h, $0.b.h!] }
    return (inputs.map { found[$0] }, weights.map { found[$0] })
  }

  /// A padded batch computes for each sequence what the sequence computes alone.
  private func compareWithEachAlone(
    _ page: Page, _ batch: PaddedBatch, _ run: Unrolled<Matrix>, _ together: (x: [Matrix], W: [Matrix])
  ) {
    let example = batch.example
    var (outputs, ends, slopes): (Pairs, Pairs, Pairs) = ([], [], [])
    var sums = together.W.map { 0 * $0 }
    for (j, length) in batch.lengths.enumerated() {
      func own(_ sequence: [Matrix]) -> [Matrix] { sequence.prefix(length).map { $0.column(j) } }
      let alone = example.layer.run(own(example.x))
      outputs += zip(own(run.outputs), alone.outputs)
      ends += zip(run.states, alone.states).map { ($0[0].column(j), $1[0]) }
      let found = gradients(example, own(example.x), own(example.d))
      slopes += zip(own(together.x), found.x)
      sums = zip(sums, found.W).map { $0 + $1 }
    }
    for (what, pairs) in [
      (Text("outputs", ko: "출력"), outputs), (Text("last states", ko: "마지막 상태"), ends),
      (.symbols("∂L/∂x_t"), slopes),
    ] {
      page.check(
        Text("\(what.english) = each sequence alone", ko: "\(what.korean) = 시퀀스 하나씩 따로 계산한 것"),
        .stack(pairs.map(\.0)), hasSameBitsAs: .stack(pairs.map(\.1)))
    }
    page.check(
      Text("∂L/∂x_t at padded steps: exactly 0", ko: "패딩 시점의 ∂L/∂x_t는 정확히 0"),
      .equal(batch.padded(together.x).count { $0 == 0 }, batch.paddedSteps * example.x[0].rows),
      note: Text("entries", ko: "성분"))
    page.check(
      Text("gradients of weights = the sum over the sequences", ko: "가중치의 기울기 = 시퀀스마다 구한 것의 합"),
      .column(of: together.W), equals: .column(of: sums))
  }

  /// Matrices of the batch, each with that of a sequence alone.
  private typealias Pairs = [(Matrix, Matrix)]

  /// One sequence of 5 steps with more and more zeros behind it, and no mask.
  private func withoutMask(_ page: Page, _ batch: PaddedBatch) {
    page.print(
      Text(
        "Without a mask, x_1 … x_5 followed by 0s: the relative error of what should not have changed.",
        ko: "마스크 없이 x_1 … x_5 뒤에 0을 덧붙이면: 바뀌지 말았어야 할 것들의 상대 오차."))
    let (layer, H) = (batch.example.layer, batch.example.hidden)
    let sequence = batch.example.x.prefix(5).map { $0.column(0) }
    let alone = layer.run(sequence)
    func error(_ a: Matrix, _ b: Matrix) -> Double { (a - b).norm / b.norm }
    func back(_ y: Matrix) -> Matrix { y.rows(H..<2 * H) }
    var rows: [[String]] = []
    for count in [1, 2, 5, 20] {
      let blind = layer.run(sequence + Array(repeating: Matrix(rows: 2, columns: 1), count: count))
      let errors = [5, 3, 1].map { t in error(back(blind.outputs[t - 1]), back(alone.outputs[t - 1])) }
      let last = error(blind.states[0][0], alone.states[0][0])
      rows.append(["\(count)"] + (errors + [last]).map { NumberFormat.format(100 * $0, significant: 2) + " %" })
      if count == 20 {
        page.number("blind-5", 100 * errors[0], significant: 2)
        page.number("blind-1", 100 * errors[2], significant: 2)
        page.number("blind-last", 100 * last, significant: 2)
        page.check(
          Text("0, 20 times: the forward outputs are as they were", ko: "0을 20개 덧붙여도 순방향 출력은 그대로다"),
          .stack(blind.outputs.prefix(5).map { $0.rows(0..<H) }),
          hasSameBitsAs: .stack(alone.outputs.map { $0.rows(0..<H) }))
        page.check(
          Text("the backward ones are wrong, and the last forward state", ko: "역방향 출력과 순방향 마지막 상태는 틀린다"),
          .above(errors[0], 0.01), .above(errors[1], 1e-4), .above(errors[2], 1e-4), .above(last, 0.1),
          note: Text("relative errors", ko: "상대 오차"))
      }
    }
    page.table(
      [Text("padded", ko: "패딩"), .symbols("←h_5"), .symbols("←h_3"), .symbols("←h_1"), .symbols("→h_T")], rows)
  }
}
