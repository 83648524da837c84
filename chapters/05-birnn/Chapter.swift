// Chapter 05: a network that reads in both directions: what it sees, where it may not be used, and what it is for.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

@main
struct BidirectionalNetworks: Chapter {
  static let number = "05"
  static let name = "birnn"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  func body(_ page: Page) throws {
    try twoDirections(page)
    try whoSeesWhat(page)
    try stacked(page)
    try summary(page)
    try padding(page)
    try leak(page)
    senses(page)
    blanks(page)
  }

  // MARK: 5.1

  private func twoDirections(_ page: Page) throws {
    try page.section("two-directions") {
      let example = Example(steps: 4, batch: 2, seed: page.seed)
      let (T, H) = (example.T, example.hidden)
      let tape = Tape()
      let run = example.record(on: tape)
      let gradients = tape.gradients(of: run.loss)
      var scope = Scope(tape, gradients: gradients)
      scope.integers["T"] = T
      let zeros = Matrix(rows: H, columns: 2)
      scope.values["\\frac{\\partial L}{\\partial \(Direction.forward.name("a", T + 1))}"] = zeros
      scope.values["\\frac{\\partial L}{\\partial \(Direction.backward.name("a", 0))}"] = zeros
      let steps = Array(1...T)
      try page.equation(
        "two-directions", scope, for: ("t", steps),
        tape: [run.there.a[1]!, run.there.h[1]!, run.back.a[1]!, run.back.h[1]!].map(\.formula))
      try page.equation("output", scope, for: ("t", steps), tape: [run.y[0].formula])

      // The library's layer, and the third of four outputs by hand.
      let layer = example.layer.run(example.x)
      page.check(
        Text("y_1 … y_4: written out = the layer", ko: "y_1 … y_4: 풀어 쓴 것 = 라이브러리의 층"), .stack(run.y.map(\.value)),
        hasSameBitsAs: .stack(layer.outputs))
      try page.equation("third-of-four", example.scope)
      // Each input moved in turn: which half of y_3 changes?
      let old = layer.outputs[2]
      let changed = (1...T).map { t in
        var other = example.x
        other[t - 1] = other[t - 1] + 0.5
        let new = example.layer.run(other).outputs[2]
        return [0..<H, H..<2 * H].map { !new.rows($0).hasSameBits(as: old.rows($0)) }
      }
      page.check(
        Text("y_3 reads x_1 x_2 x_3 forwards and x_4 x_3 backwards", ko: "y_3은 앞에서 x_1 x_2 x_3, 뒤에서 x_4 x_3을 읽는다"),
        changed == [[true, false], [true, false], [true, true], [false, true]],
        detail: Text("each x_t moved in turn", ko: "x_t를 하나씩 바꾸어 봄"))

      page.print()
      let fromX = page.derivation(of: run.x[1], in: run.loss)
      let fromThere = page.derivation(of: run.there.h[2]!, in: run.loss)
      let fromBack = page.derivation(of: run.back.h[2]!, in: run.loss)
      try page.equation("back-tanh", scope, for: ("t", steps))
      scope.integers["H"] = H
      try page.equation("back-states", scope, for: ("t", [2, 1, 3, 4]), tape: [fromThere, fromBack])
      try page.equation("back-input", scope, for: ("t", [2, 1, 3, 4]), tape: [fromX])
      page.check(
        Text("tape = finite differences", ko: "테이프 = 유한 차분"),
        GradientCheck(
          [
            example.there.x, example.there.h, example.there.b, example.back.x, example.back.h, example.back.b,
          ] + example.x
        ) { p in
          example.record(Array(p[6...]), (p[0], p[1], p[2]), (p[3], p[4], p[5])).loss
        })
    }
  }

  // MARK: 5.2

  private func whoSeesWhat(_ page: Page) throws {
    try page.section("who-sees-what") {
      let example = Example(steps: 6, batch: 1, seed: page.seed)
      let (T, H) = (example.T, example.hidden)
      let tape = Tape()
      let run = example.record(on: tape)
      var scope = example.scope
      // Blocks ∂h_i/∂x_j of both directions, from 1.
      func blocks(_ h: [Int: Variable], _ direction: Direction) -> [[Matrix]] {
        (1...T).map { i in
          (1...T).map { j in
            let block = tape.jacobian(of: h[i]!, withRespectTo: run.x[j - 1])
            scope.values["\\frac{\\partial \(direction.name("h", i))}{\\partial x_\(j)}"] = block
            return block
          }
        }
      }
      let (there, back) = (blocks(run.there.h, .forward), blocks(run.back.h, .backward))
      scope.integers["i"] = 3
      try page.equation("reach-forward", scope, for: ("j", [1, 2, 3]))
      try page.equation("reach-backward", scope, for: ("j", [3, 4, 5, 6]))

      func entries(_ blocks: [[Matrix]], where isWanted: (Int, Int) -> Bool) -> [Double] {
        (0..<T).flatMap { i in (0..<T).filter { isWanted(i, $0) }.flatMap { blocks[i][$0].elements } }
      }
      for (name, blocks, isFuture) in [
        ("→h", there, { (i: Int, j: Int) in j > i }), ("←h", back, { (i: Int, j: Int) in j < i }),
      ] {
        let unseen = entries(blocks, where: isFuture)
        let seen = entries(blocks) { !isFuture($0, $1) }
        page.check(
          Text(
            "\(name): the Jacobian for what it has not read is exactly 0",
            ko: "\(name): 읽지 않은 입력에 대한 야코비 행렬은 정확히 0"),
          !unseen.isEmpty && unseen.allSatisfy { $0 == 0 },
          detail: Text("\(unseen.count) entries", ko: "성분 \(unseen.count)개"))
        page.check(
          Text("\(name): for what it has read no entry is 0", ko: "\(name): 읽은 입력에 대해서는 0인 성분이 없다"),
          !seen.isEmpty && seen.allSatisfy { $0 != 0 }, detail: Text("\(seen.count) entries", ko: "성분 \(seen.count)개"))
      }
      let columns = (1...T).map { Figure.Label("x_\($0)") }
      func norms(_ blocks: [[Matrix]]) -> [[Double]] { blocks.map { $0.map(\.norm) } }
      let range = 1e-3...10.0
      page.figure(
        "reach-one",
        .heatmap(
          Heatmap(
            norms(there), rows: (1...T).map { Figure.Label("→h_\($0)") }, columns: columns,
            colours: .logarithmic(range), valueLabel: "‖∂h_{i}/∂x_{j}‖")),
        title: "Norms of the Jacobians of six forward states with respect to six inputs: zero above the diagonal")
      page.figure(
        "reach-two",
        .heatmap(
          Heatmap(
            norms(there) + norms(back),
            rows: (1...T).map { Figure.Label("→h_\($0)") } + (1...T).map { Figure.Label("←h_\($0)") }, columns: columns,
            colours: .logarithmic(range), valueLabel: "‖∂h_{i}/∂x_{j}‖")),
        title: "The same for both directions: each half has a triangle of zeros, together they have none")
      let both = (0..<T).flatMap { i in (0..<T).map { there[i][$0].norm + back[i][$0].norm } }
      page.check(
        Text("together, every output depends on every input", ko: "합치면 모든 출력이 모든 입력에 의존한다"),
        both.count == T * T && both.allSatisfy { $0 > 0 }, detail: .symbols("\(T) × \(T)"))

      // The whole input must be there.
      var other = example.x
      other[T - 1] = other[T - 1] + 0.5
      let (before, after) = (example.layer.run(example.x).outputs, example.layer.run(other).outputs)
      func half(_ y: [Matrix], _ rows: Range<Int>) -> [Matrix] { y.dropLast().map { $0.rows(rows) } }
      page.check(
        Text("another x_6 leaves →h_1 … →h_5 as they are", ko: "x_6을 바꾸어도 →h_1 … →h_5는 그대로다"),
        .stack(half(before, 0..<H)), hasSameBitsAs: .stack(half(after, 0..<H)))
      page.check(
        Text("and changes each of ←h_1 … ←h_5", ko: "←h_1 … ←h_5는 모두 바뀐다"),
        zip(half(before, H..<2 * H), half(after, H..<2 * H)).allSatisfy { $0.largestDifference(from: $1) > 0 })
      var counts = Scope()
      for T in [1, 10, 100] {
        // The steps that are run, if every new input is answered at once: the backward network begins anew each time.
        let counter = Counter()
        let cell = CountingCell(counter: counter)
        for t in 1...T { _ = cell.run(Array(repeating: Matrix(0), count: t)) }
        counts.values["n_\(T > 9 ? "{\(T)}" : "\(T)")"] = Matrix(Double(counter.steps))
        if T == 100 { page.number("steps-anew", Double(counter.steps), decimals: 0) }
      }
      try page.equation("anew", counts, for: ("T", [1, 10, 100]))
    }
  }

  // MARK: 5.3

  private func stacked(_ page: Page) throws {
    try page.section("stacked") {
      for (kind, name) in [(RecurrentConfiguration.Kind.rnn(.tanh), "rnn"), (.lstm, "lstm")] {
        for (layers, variant) in [(1, "bidirectional"), (2, "stacked-bidirectional")] {
          let file = try page.fixture("\(name)-\(variant)")
          let torch = try TorchRun(kind, layers: layers, bidirectional: true, from: file)
          let ours = torch.computed()
          let what = Text(
            "\(kind.name), \(layers) layer\(layers > 1 ? "s" : "")", ko: "\(kind.name), \(layers)층")
          func check(_ part: Text, _ a: [Matrix], _ b: [Matrix]) {
            page.check(
              Text("\(what.english): \(part.english) = PyTorch's", ko: "\(what.korean): \(part.korean) = PyTorch"),
              Matrix(column: a.flatMap(\.elements)), equals: Matrix(column: b.flatMap(\.elements)))
          }
          check(Text("outputs", ko: "출력"), ours.outputs, torch.outputs)
          for (k, part) in kind.stateNames.enumerated() {
            check(.symbols("\(part)_n"), ours.last.map { $0[k] }, torch.last.map { $0[k] })
          }
          check(Text("∂L/∂x_t", ko: "∂L/∂x_t"), ours.inputs, torch.gradientsOfInputs)
          check(
            Text("gradients of first states", ko: "첫 상태의 기울기"), ours.first.flatMap { $0 },
            torch.gradientsOfFirst.flatMap { $0 })
          check(Text("gradients of weights", ko: "가중치의 기울기"), ours.weights, torch.gradientsOfWeights)
        }
      }

      // Sizes.
      let (D, H) = (128, 256)
      var sizes = Scope()
      for (name, value) in [("g", 4), ("D", D), ("H", H)] { sizes.values[name] = Matrix(Double(value)) }
      func count(_ inputs: Int, _ hidden: Int, bidirectional: Bool) -> Int {
        RecurrentConfiguration(.lstm, inputSize: inputs, hiddenSize: hidden, bidirectional: bidirectional)
          .parameterCount
      }
      for d in [1, 2] { sizes.values["n_\(d)"] = Matrix(Double(count(D, H, bidirectional: d == 2))) }
      page.print()
      try page.equation("parameters", sizes, for: ("d", [1, 2]))
      page.table(
        [Text("LSTM", ko: "LSTM"), .symbols("y_t"), Text("parameters", ko: "매개변수")],
        [
          ("128 → 256", H, count(D, H, bidirectional: false)),
          ("128 → 256 + 256", 2 * H, count(D, H, bidirectional: true)),
          ("128 → 128 + 128", H, count(D, H / 2, bidirectional: true)),
          ("128 → 512", 2 * H, count(D, 2 * H, bidirectional: false)),
        ].map { [$0, "\($1)", "\($2)"] })
      page.number("size-one", Double(count(D, H, bidirectional: false)), decimals: 0)
      page.number("size-two", Double(count(D, H, bidirectional: true)), decimals: 0)
      page.number("size-wide", Double(count(D, 2 * H, bidirectional: false)), decimals: 0)
      var random = Random(seed: page.seed)
      let small = RecurrentConfiguration(.lstm, inputSize: 3, hiddenSize: 4, bidirectional: true)
      let output = RecurrentNetwork(small, random: &random).run([random.normal(3, 1)]).outputs[0]
      page.check(
        Text("each direction has hidden size H, an output both: 2 H", ko: "방향마다 은닉 크기가 H이고, 출력은 둘을 합쳐 2 H다"),
        output.rows == 2 * small.hiddenSize && small.parameters.contains { $0.shape == [16, 4] },
        detail: .symbols("H = 4: y_t ∈ ℝ^\(output.rows)"))

      // Only the forward half, of one layer and of two.
      page.print()
      for layers in [1, 2] {
        let configuration = RecurrentConfiguration(
          .rnn(.tanh), inputSize: 2, hiddenSize: 3, layers: layers, bidirectional: true)
        let tape = Tape()
        let network = RecurrentNetwork(configuration, random: &random).map { tape.variable($1, named: $0) }
        let x = (0..<4).map { _ in tape.variable(random.normal(2, 1)) }
        let forwardHalf = network.run(x).outputs[1].rows(0..<3)
        let future = tape.jacobian(of: forwardHalf, withRespectTo: x[2])
        page.number("half-\(layers)", future.norm, significant: 2)
        page.check(
          layers == 1
            ? Text("1 layer: the forward half of y_2 knows nothing of x_3", ko: "1층: y_2의 순방향 절반은 x_3을 모른다")
            : Text("2 layers: the forward half of y_2 knows x_3", ko: "2층: y_2의 순방향 절반도 x_3을 안다"),
          layers == 1 ? future.elements.allSatisfy { $0 == 0 } : future.elements.allSatisfy { $0 != 0 },
          detail: .symbols("‖∂→h_2/∂x_3‖ = \(NumberFormat.format(future.norm, significant: 2))"))
      }
    }
  }

  // MARK: 5.4

  private func summary(_ page: Page) throws {
    try page.section("summary") {
      let example = Example(steps: 6, batch: 1, seed: page.seed)
      let (T, H) = (example.T, example.hidden)
      let run = example.layer.run(example.x)
      var scope = example.scope
      scope.values["s"] = .stack(run.states.map { $0[0] })
      try page.equation("summary", scope)
      page.check(
        Text("y_T is another vector", ko: "y_T는 다른 벡터다"),
        run.outputs[T - 1].largestDifference(from: .stack(run.states.map { $0[0] })) > 0.01)
      // Everything but x_T replaced.
      var other = Example(steps: 6, batch: 1, seed: page.seed + 1).x
      other[T - 1] = example.x[T - 1]
      let changed = example.layer.run(other)
      func back(_ y: Matrix) -> Matrix { y.rows(H..<2 * H) }
      page.check(
        Text("with x_1 … x_5 all replaced, ←h_6 keeps every bit", ko: "x_1 … x_5를 모두 바꾸어도 ←h_6은 비트 하나 바뀌지 않는다"),
        back(changed.outputs[T - 1]), hasSameBitsAs: back(run.outputs[T - 1]))
      page.check(
        Text("and ←h_1 does not", ko: "←h_1은 바뀐다"),
        back(changed.outputs[0]).largestDifference(from: back(run.outputs[0])) > 0.01)

      let (lag, units, symbols) = (24, 16, 8)
      let seeds = page.seed..<(page.seed + 5)
      typealias Reading<A> = (Unrolled<A>) -> [A]
      func shares(
        bidirectional: Bool, _ train: @escaping Reading<Variable>, _ test: @escaping Reading<Matrix>
      ) -> Shares {
        Shares(
          counts: seeds.map { seed in
            var random = Random(seed: seed)
            var scorer = Scorer(
              symbols: symbols, units: units, bidirectional: bidirectional, classes: 4, random: &random)
            func draw(_ size: Int) -> (batch: Batch, classes: [[Int]]) {
              let classes = (0..<size).map { _ in random.index(below: 4) }
              let sequences = classes.map { [$0] + (0..<lag).map { _ in 4 + random.index(below: 4) } }
              return (Batch(sequences, symbols: symbols), [classes])
            }
            scorer.train(updates: 120, learningRate: 0.01, batch: { _ in draw(16) }, train)
            let (batch, classes) = draw(256)
            return countRight(scorer.scores(batch, test)[0], classes[0])
          }, total: 256)
      }
      // begin: readings
      func last<A>(_ run: Unrolled<A>) -> [A] { [run.outputs[run.outputs.count - 1]] }
      func ends<A: Algebra>(_ run: Unrolled<A>) -> [A] { [.stack(run.states.map { $0[0] })] }
      // end: readings
      let one = shares(bidirectional: false, last, last)
      let wrong = shares(bidirectional: true, last, last)
      let right = shares(bidirectional: true, ends, ends)
      page.print()
      page.print(
        Text(
          "Recall the first of 25 symbols, one of 4 (chance 25 %): 5 seeds, 120 updates, 256 test sequences.",
          ko: "기호 25개 가운데 첫 기호(4가지, 찍으면 25 %) 회상. 시드 5개, 갱신 120번, 시험 256개."))
      page.table(
        [
          Text("read at the end", ko: "끝에서 읽는 것"), Text("accuracy", ko: "정확도"), Text("lowest", ko: "최저"),
          Text("highest", ko: "최고"),
        ],
        [
          ["→h_T"] + percentages(one), ["y_T = [→h_T; ←h_T]"] + percentages(wrong),
          ["s = [→h_T; ←h_1]"] + percentages(right),
        ])
      page.number("recall-one", 100 * one.mean, decimals: 1)
      page.number("recall-wrong", 100 * wrong.mean, decimals: 1)
      page.number("recall-right", 100 * right.mean, decimals: 1)
      page.check(Text("s recalls it with every seed", ko: "s는 모든 시드에서 회상한다"), right.lowest == 1)
      page.number("recall-one-highest", 100 * one.highest, decimals: 1)
      page.check(
        Text("y_T recalls it with none", ko: "y_T는 어느 시드에서도 회상하지 못한다"), wrong.highest < 0.6,
        detail: .symbols("≤ \(NumberFormat.format(100 * wrong.highest, decimals: 1)) %"))
    }
  }

  // MARK: 5.5

  private func padding(_ page: Page) throws {
    try page.section("padding") {
      let lengths = [6, 3, 5, 1]
      let example = Example(steps: 6, batch: lengths.count, seed: page.seed)
      let (T, H) = (example.T, example.hidden)
      let mask = Mask(lengths: lengths, steps: T)
      let layer = example.layer
      let x = example.x
      let padded = layer.run(x, mask: mask)

      // The equations, on the layer's own numbers.
      var scope = example.scope
      let cleared = x.enumerated().map { t, x in x.masked(mask.flags(t, rows: x.rows), fill: 0) }
      scope.set("x_#", cleared, from: 1)
      scope.set(
        "m_#", (0..<T).map { t in Matrix(rows: 1, columns: 4) { mask.isReal(t, column: $1) ? 1 : 0 } }, from: 1)
      let states = layer.steps(cleared, from: nil, mask: mask).states.map { $0.all.map { $0[0] } }
      let zeros = Matrix(rows: H, columns: lengths.count)
      scope.set(Direction.forward.name("h", "#"), [zeros] + states[0], from: 0)
      scope.set(Direction.backward.name("h", "#"), states[1].reversed() + [zeros], from: 1)
      scope.set("y_#", padded.outputs, from: 1)
      try page.equation("masked", scope, for: ("t", Array(1...T)))
      page.check(
        Text("y_t at padded steps: exactly 0", ko: "패딩 시점의 y_t는 정확히 0"),
        lengths.enumerated().allSatisfy { j, length in
          padded.outputs[length...].allSatisfy { $0.column(j).elements.allSatisfy { $0 == 0 } }
        })

      // Each sequence alone.
      func gradients(_ x: [Matrix], _ upstream: [Matrix], _ mask: Mask?) -> (x: [Matrix], W: [Matrix]) {
        let tape = Tape()
        func cell(_ W: Example.Weights<Matrix>) -> RNNCell<Variable> {
          Example.cell((tape.variable(W.x), tape.variable(W.h), tape.variable(W.b)))
        }
        let layer = Bidirectional(forward: cell(example.there), backward: cell(example.back))
        let inputs = x.map { tape.variable($0) }
        let outputs = (mask.map { layer.run(inputs, mask: $0) } ?? layer.run(inputs)).outputs
        let terms = zip(outputs, upstream).map { ($0 .* tape.constant($1)).total }
        let found = tape.gradients(of: terms.dropFirst().reduce(terms[0]) { $0 + $1 })
        let weights = [layer.forward, layer.backward].flatMap { [$0.W.x, $0.W.h, $0.b.h!] }
        return (inputs.map { found[$0] }, weights.map { found[$0] })
      }
      let upstream = example.d
      let together = gradients(x, upstream, mask)
      var pairs: [(outputs: [Matrix], alone: [Matrix])] = []
      var ends: [(Matrix, Matrix)] = []
      var slopes: [(Matrix, Matrix)] = []
      var sums = together.W.map { 0 * $0 }
      for (j, length) in lengths.enumerated() {
        let column = x.prefix(length).map { $0.column(j) }
        let alone = layer.run(column)
        pairs.append((padded.outputs.prefix(length).map { $0.column(j) }, alone.outputs))
        ends.append((.stack(padded.states.map { $0[0].column(j) }), .stack(alone.states.map { $0[0] })))
        let found = gradients(column, upstream.prefix(length).map { $0.column(j) }, nil)
        slopes.append((.stack(together.x.prefix(length).map { $0.column(j) }), .stack(found.x)))
        sums = zip(sums, found.W).map { $0 + $1 }
      }
      page.check(
        Text("outputs = each sequence alone", ko: "출력 = 수열 하나씩 따로 계산한 것"), .stack(pairs.flatMap(\.outputs)),
        hasSameBitsAs: .stack(pairs.flatMap(\.alone)))
      page.check(
        Text("last states = each sequence alone", ko: "마지막 상태 = 수열 하나씩"), .stack(ends.map(\.0)),
        hasSameBitsAs: .stack(ends.map(\.1)))
      page.check(
        Text("∂L/∂x_t = each sequence alone", ko: "∂L/∂x_t = 수열 하나씩"), .stack(slopes.map(\.0)),
        hasSameBitsAs: .stack(slopes.map(\.1)))
      page.check(
        Text("∂L/∂x_t at padded steps: exactly 0", ko: "패딩 시점의 ∂L/∂x_t는 정확히 0"),
        lengths.enumerated().allSatisfy { j, length in
          together.x[length...].allSatisfy { $0.column(j).elements.allSatisfy { $0 == 0 } }
        })
      page.check(
        Text("gradients of weights = the sum over the sequences", ko: "가중치의 기울기 = 수열마다 구한 것의 합"),
        Matrix(column: together.W.flatMap(\.elements)), equals: Matrix(column: sums.flatMap(\.elements)))
      let strange = x.enumerated().map { t, x in x.masked(mask.flags(t, rows: x.rows), fill: .nan) }
      let strangely = gradients(strange, upstream, mask)
      page.check(
        Text("NaN in the padding: the same outputs", ko: "패딩에 NaN을 넣어도 같은 출력"),
        .stack(layer.run(strange, mask: mask).outputs), hasSameBitsAs: .stack(padded.outputs))
      page.check(
        Text("and the same gradients of inputs and weights", ko: "입력과 가중치의 기울기도 같다"),
        Matrix(column: (strangely.x + strangely.W).flatMap(\.elements)),
        hasSameBitsAs: Matrix(column: (together.x + together.W).flatMap(\.elements)))

      // Without a mask, padded by zeros: one sequence of 5 steps in front of more and more padding.
      page.print()
      page.print(
        Text(
          "Without a mask, x_1 … x_5 followed by 0s: the relative error of what should not have changed.",
          ko: "마스크 없이 x_1 … x_5 뒤에 0을 덧붙이면: 바뀌지 말았어야 할 것들의 상대 오차."))
      let sequence = x.prefix(5).map { $0.column(0) }
      let alone = layer.run(sequence)
      var rows: [[String]] = []
      for count in [1, 2, 5, 20] {
        let blind = layer.run(sequence + Array(repeating: Matrix(rows: 2, columns: 1), count: count))
        func error(_ a: Matrix, _ b: Matrix) -> Double { 100 * (a - b).norm / b.norm }
        func back(_ y: Matrix) -> Matrix { y.rows(H..<2 * H) }
        let errors = [5, 3, 1].map { t in error(back(blind.outputs[t - 1]), back(alone.outputs[t - 1])) }
        let last = error(blind.states[0][0], alone.states[0][0])
        rows.append(
          ["\(count)"] + errors.map { NumberFormat.format($0, significant: 2) + " %" }
            + [NumberFormat.format(last, significant: 2) + " %"])
        if count == 20 {
          page.number("blind-5", errors[0], significant: 2)
          page.number("blind-1", errors[2], significant: 2)
          page.number("blind-last", last, significant: 2)
          page.check(
            Text("0, 20 times: the forward outputs are as they were", ko: "0을 20개 덧붙여도 순방향 출력은 그대로다"),
            .stack(blind.outputs.prefix(5).map { $0.rows(0..<H) }),
            hasSameBitsAs: .stack(alone.outputs.map { $0.rows(0..<H) }))
          page.check(
            Text("the backward ones are wrong, and the last forward state", ko: "역방향 출력과 순방향 마지막 상태는 틀린다"),
            errors.allSatisfy { $0 > 0.01 } && errors[0] > 1 && last > 10)
        }
      }
      page.table(
        [Text("padded", ko: "패딩"), .symbols("←h_5"), .symbols("←h_3"), .symbols("←h_1"), .symbols("→h_T")], rows)
    }
  }

  // MARK: 5.6

  private func leak(_ page: Page) throws {
    try page.section("leak") {
      let (n, T) = (4, 5)
      let all = nextSymbol(allSequences(T + 1, symbols: n), symbols: n)
      let total = all.classes[0].count
      let seeds = page.seed..<(page.seed + 3)
      func trained(_ seed: UInt64, bidirectional: Bool) -> Scorer {
        var random = Random(seed: seed)
        var scorer = Scorer(symbols: n, units: 16, bidirectional: bidirectional, classes: n, random: &random)
        scorer.train(updates: 100, learningRate: 0.02) { _ in
          nextSymbol((0..<32).map { _ in (0...T).map { _ in random.index(below: n) } }, symbols: n)
        } _: {
          $0.outputs
        }
        return scorer
      }
      func counts(_ scorer: Scorer) -> [Int] {
        zip(scorer.scores(all.batch) { $0.outputs }, all.classes).map { countRight($0, $1) }
      }
      let one = seeds.map { trained($0, bidirectional: false) }
      let two = seeds.map { trained($0, bidirectional: true) }
      let (ofOne, ofTwo) = (one.map(counts), two.map(counts))
      func shares(_ counts: [[Int]], _ t: Int) -> Shares { Shares(counts: counts.map { $0[t] }, total: total) }
      page.print(
        Text(
          "Name x_{t+1} of independent symbols, one of 4: all \(total) sequences of 6, 3 seeds.",
          ko: "서로 독립인 기호 4가지에서 x_{t+1} 맞히기. 길이 6인 수열 \(total)개 전부, 시드 3개."))
      page.table(
        [Text("accuracy", ko: "정확도")] + (1...T).map { .symbols("t = \($0)") },
        [
          [Text("one direction", ko: "한 방향")(page.language)]
            + (0..<T).map { NumberFormat.format(100 * shares(ofOne, $0).mean, decimals: 1) + " %" },
          [Text("both directions", ko: "양방향")(page.language)]
            + (0..<T).map { NumberFormat.format(100 * shares(ofTwo, $0).mean, decimals: 1) + " %" },
        ])
      page.number("leak-inside", 100 * shares(ofTwo, 0).mean, decimals: 1)
      page.number("leak-end", 100 * shares(ofTwo, T - 1).mean, decimals: 1)
      page.number("leak-one", 100 * shares(ofOne, 0).mean, decimals: 1)
      page.check(
        Text("one direction: exactly 1/4, at every t, with every seed", ko: "한 방향: 어느 t, 어느 시드에서나 정확히 1/4"),
        ofOne.allSatisfy { $0.allSatisfy { $0 * n == total } }, detail: .symbols("\(total / n) / \(total)"))
      page.check(
        Text("both directions: 100 % for t < 5, with every seed", ko: "양방향: t < 5에서 어느 시드든 100 %"),
        ofTwo.allSatisfy { $0.dropLast().allSatisfy { $0 == total } })
      page.check(
        Text("and exactly 1/4 at t = 5, where x_6 is not in the input", ko: "x_6이 입력에 없는 t = 5에서는 정확히 1/4"),
        ofTwo.allSatisfy { $0[T - 1] * n == total })
      page.figure(
        "leak",
        .lineChart(
          LineChart(
            x: .init("t"), y: .init("%", limits: 0...100),
            series: [
              .init("→", values: (0..<T).map { 100 * shares(ofOne, $0).mean }, start: 1, hasMarkers: true),
              .init("→ + ←", values: (0..<T).map { 100 * shares(ofTwo, $0).mean }, start: 1, hasMarkers: true),
            ])),
        title: "Accuracy at naming the next symbol against t, for one direction and for both")

      // Are they probabilities of a sequence? All continuations of one first symbol.
      let continuations = nextSymbol(allSequences(T, symbols: n).map { [0] + $0 }, symbols: n)
      let N = continuations.classes[0].count
      func probabilities(_ scorer: Scorer, _ letter: String) -> Scope {
        var scope = Scope()
        scope.integers["N"] = N
        scope.integers["T"] = T
        let scores = scorer.scores(continuations.batch) { $0.outputs }
        let softmax = scores.map(\.softmax)
        let losses = zip(scores, continuations.classes).map { $0.crossEntropy($1) }
        for k in 0..<N {
          // The product by another way: e to minus the sum of the losses.
          scope.values[Scope.indexed("\(letter)_#", k + 1)] = Matrix(
            Elementary.exp(-losses.reduce(0) { $0 + $1[0, k] }))
          for t in 0..<T {
            scope.values["\(letter)_{\(k + 1),\(t + 1)}"] = Matrix(softmax[t][continuations.classes[t][k], k])
          }
        }
        return scope
      }
      let p = probabilities(one[0], "p")
      try page.equation("chain", p, for: ("k", [1, 2, 512, 1024]))
      try page.equation("sums-to-one", p)
      let q = probabilities(two[0], "q")
      try page.equation("sums-to-more", q)
      page.number("sum-of-q", try q.evaluate(Symbol(parsing: "\\sum_{k=1}^{N} q_k")).scalar, decimals: 0)
      // e to the mean loss. Over all sequences no model that reads the past alone gets below n.
      func perplexity(_ scorer: Scorer) -> Double {
        let steps = T - 1  // those whose answer a bidirectional network has read
        let scores = scorer.scores(all.batch) { $0.outputs }.prefix(steps)
        let losses = zip(scores, all.classes).map { $0.crossEntropy($1).mean.scalar }
        return Elementary.exp(losses.reduce(0, +) / Double(steps))
      }
      let (honest, leaking) = (one.map(perplexity), two.map(perplexity))
      page.number("perplexity", leaking.reduce(0, +) / 3, decimals: 2)
      page.number("perplexity-one", honest.reduce(0, +) / 3, decimals: 2)
      page.check(
        Text("one direction, t < 5: a perplexity of at least 4", ko: "한 방향, t < 5: 혼잡도가 4 이상"),
        honest.allSatisfy { $0 >= Double(n) && $0 < 1.1 * Double(n) },
        detail: .symbols(honest.map { NumberFormat.format($0, decimals: 2) }.joined(separator: ", ")))
      page.check(
        Text("both directions, t < 5: far below what is possible", ko: "양방향, t < 5: 가능한 값보다 훨씬 낮다"),
        leaking.allSatisfy { $0 < 1.2 },
        detail: .symbols(leaking.map { NumberFormat.format($0, decimals: 2) }.joined(separator: ", ")))
    }
  }

  // MARK: 5.7, 5.8

  private func senses(_ page: Page) {
    page.section("senses") {
      report(page, .gongjung, "gongjung", Text("공중 (Korean): 空中 or 公衆?", ko: "공중: 空中인가 公衆인가?"))
      page.print()
      report(page, .terribly, "terribly", Text("terribly (English): + or −?", ko: "terribly(영어): +인가 −인가?"))
    }
  }

  private func blanks(_ page: Page) {
    page.section("blanks") {
      report(page, .undong, "undong", Text("운동은 [ ] 줄이는 데 좋다 (Korean): which word?", ko: "운동은 [ ] 줄이는 데 좋다: 어느 낱말?"))
      page.print()
      report(
        page, .exercise, "exercise",
        Text(
          "exercise is effective at [ ] belly fat (English): which word?",
          ko: "exercise is effective at [ ] belly fat(영어): 어느 낱말?"))
    }
  }

  /// What can be known, by counting, and what trained networks know: a table, and its checks.
  private func report(_ page: Page, _ corpus: Corpus, _ name: String, _ title: Text) {
    let total = corpus.sentences.count
    let seeds = page.seed..<(page.seed + 3)
    page.print(
      Text(
        "\(title.english) \(total) sentences, \(corpus.answers.count) answers, 3 seeds.",
        ko: "\(title.korean) 문장 \(total)개, 답 \(corpus.answers.count)가지, 시드 3개."))
    var rows: [[String]] = []
    func percent(_ share: Double) -> String { NumberFormat.format(100 * share, decimals: 1) + " %" }
    for view in Corpus.View.allCases {
      let ceiling = Double(corpus.ceiling(view)) / Double(total)
      let label =
        switch view {
        case .past: Text("past", ko: "과거")
        case .pastAndNextWord: Text("past and next word", ko: "과거와 다음 낱말")
        case .future: Text("future", ko: "미래")
        case .everything: Text("everything", ko: "전부")
        }
      page.number("\(name)-\(view)", 100 * ceiling, decimals: 1)
      var row = [label(page.language), percent(ceiling)]
      if view != .pastAndNextWord {
        let shares = corpus.trained(view, seeds: seeds)
        row += percentages(shares)
        page.number("\(name)-\(view)-trained", 100 * shares.mean, decimals: 1)
        page.check(
          Text("\(label.english): no network exceeds the ceiling", ko: "\(label.korean): 상한을 넘는 망은 없다"),
          shares.counts.allSatisfy { $0 <= corpus.ceiling(view) },
          detail: .symbols("\(shares.counts.map(String.init).joined(separator: ", ")) ≤ \(corpus.ceiling(view))"))
        page.check(
          Text("it is reached with every seed", ko: "어느 시드에서나 상한에 이른다"),
          shares.counts.allSatisfy { $0 == corpus.ceiling(view) })
        if view == .everything {
          page.check(
            Text("and are above anything that reads the past alone", ko: "과거만 읽어서 이를 수 있는 값보다 높다"),
            shares.counts.allSatisfy { $0 > corpus.ceiling(.past) })
        }
      } else {
        row += ["", "", ""]
      }
      rows.append(row)
    }
    page.table(
      [
        Text("it sees", ko: "보는 것"), Text("ceiling", ko: "상한"), Text("trained", ko: "학습"), Text("lowest", ko: "최저"),
        Text("highest", ko: "최고"),
      ], rows)
  }

  private func percentages(_ shares: Shares) -> [String] {
    [shares.mean, shares.lowest, shares.highest].map { NumberFormat.format(100 * $0, decimals: 1) + " %" }
  }
}

/// Counts the steps that a cell is asked for.
final class Counter { var steps = 0 }

/// A cell that computes nothing, and says so each time.
struct CountingCell: RecurrentCell {
  typealias A = Matrix
  let counter: Counter
  func step(_ x: Matrix, _ state: [Matrix]) -> [Matrix] {
    counter.steps += 1
    return state
  }
  func zeroState(for x: Matrix) -> [Matrix] { [x] }
}
