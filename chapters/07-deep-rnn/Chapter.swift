// Chapter 07: recurrent layers upon each other, what depth does to the gradient, and what it buys.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

@main
struct DeepNetworks: Chapter {
  static let number = "07"
  static let name = "deep-rnn"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  func body(_ page: Page) throws {
    try stack(page)
    try orders(page)
    try states(page)
    try backward(page)
    try connections(page)
    try jacobians(page)
    depth(page)
    recurrentDepth(page)
    buys(page)
    if page.isFull { buysMore(page) }
    transformer(page)
  }

  // MARK: 7.1

  private func stack(_ page: Page) throws {
    try page.section("stack") {
      let example = Stack(inputs: 2, hidden: 3, layers: 2, steps: 4, batch: 2, seed: page.seed)
      let T = example.x.count
      let tape = Tape()
      let run = example.record(on: tape)
      let scope = Scope(tape)
      try page.equation(
        "layers", scope, for: ("t", Array(1...T)),
        tape: [run.a[0][0], run.h[0][1], run.a[1][0], run.h[1][1]].map(\.formula))
      let cells = example.layers.map { RNNCell(W: ($0.x, $0.h), b: (nil, $0.b)) }
      let library = Stacked(cells).run(example.x, from: example.start.map { [$0] })
      page.check(
        Text("the library's stack: the same h_t of the last layer", ko: "라이브러리의 다층 망: 마지막 층의 h_t가 같다"),
        .stack(library.outputs), equals: .stack(run.h[1].dropFirst().map(\.value)))
      page.check(
        Text("and the same h_T of both layers", ko: "두 층의 h_T도 같다"), .stack(library.states.map { $0[0] }),
        equals: .stack(run.h.map { $0[T].value }))

      // A layer has weights of its own: counted over the numbers.
      func count(_ layers: Int) -> Int {
        var random = Random(seed: 1)
        return RecurrentNetwork(
          RecurrentConfiguration(.lstm, inputSize: 128, hiddenSize: 256, layers: layers), random: &random
        ).parameters.reduce(0) { $0 + $1.count }
      }
      var sizes = Scope()
      for (name, value) in [("g", 4), ("D", 128), ("H", 256)] { sizes.values[name] = Matrix(Double(value)) }
      for l in 1...3 { sizes.values["p_\(l)"] = Matrix(Double(count(l) - (l > 1 ? count(l - 1) : 0))) }
      try page.equation("counts", sizes)
      var other = example.layers
      other[1].h = -other[1].h
      let changed = other.map { RNNCell(W: ($0.x, $0.h), b: (nil, $0.b)) }
      let changedRun = Stacked(changed).run(example.x, from: example.start.map { [$0] })
      page.check(
        Text(
          "another W_h in layer 2: layer 1 keeps every bit, layer 2 does not",
          ko: "층 2의 W_h를 바꾸면 층 1은 비트까지 그대로, 층 2는 달라진다"),
        changedRun.states[0][0].hasSameBits(as: library.states[0][0])
          && changedRun.states[1][0].largestDifference(from: library.states[1][0]) > 0.01)
      page.number("one-layer", Double(count(1)), decimals: 0)
      page.number("two-layers", Double(count(2)), decimals: 0)
      page.number("three-layers", Double(count(3)), decimals: 0)
    }
  }

  // MARK: 7.2

  private func orders(_ page: Page) throws {
    try page.section("orders") {
      let (layers, T) = (3, 6)
      func compare<Cell: RecurrentCell>(_ name: String, _ cells: [Cell]) where Cell.A == Matrix {
        var random = Random(seed: page.seed + 1)
        let x = (0..<T).map { _ in random.normal(2, 2) }
        let byLayer = layerByLayer(cells, x)
        func all(_ states: [[[Matrix]]]) -> Matrix { .stack(states.flatMap { $0.flatMap { $0 } }) }
        page.check(
          Text("\(name): a step at a time = a layer at a time", ko: "\(name): 한 시점씩 = 한 층씩"), all(stepByStep(cells, x)),
          hasSameBitsAs: all(byLayer))
        let rounds = inRounds(cells, x)
        page.check(
          Text("\(name): in \(rounds.rounds) rounds, too", ko: "\(name): \(rounds.rounds)회에 나눠 해도 같다"),
          all(rounds.states),
          hasSameBitsAs: all(byLayer))
      }
      func network(_ kind: RecurrentConfiguration.Kind) -> RecurrentNetwork<Matrix> {
        var random = Random(seed: page.seed)
        return RecurrentNetwork(
          RecurrentConfiguration(kind, inputSize: 2, hiddenSize: 4, layers: layers), random: &random)
      }
      let (rnn, lstm, gru) = (network(.rnn(.tanh)), network(.lstm), network(.gru()))
      compare("RNN", (0..<layers).map { RNNCell(rnn.weights(layer: $0)) })
      compare("LSTM", (0..<layers).map { LSTMCell(lstm.weights(layer: $0), hidden: 4) })
      compare("GRU", (0..<layers).map { GRUCell(gru.weights(layer: $0), hidden: 4) })

      // Rounds: no longer sequential than T + L − 1.
      var scope = Scope()
      var rows: [[String]] = []
      for (L, T) in [(1, 6), (3, 6), (4, 100), (12, 512)] {
        let unit = RNNCell(W: (Matrix(0.5), Matrix(0.5)))
        let rounds = inRounds(Array(repeating: unit, count: L), (0..<T).map { Matrix(Double($0 % 2)) }).rounds
        rows.append(["\(L)", "\(T)", "\(L * T)", "\(rounds)"])
        if L == 12 { page.number("rounds", Double(rounds), decimals: 0) }
        if L == 12 { page.number("steps", Double(L * T), decimals: 0) }
        scope.integers["L"] = L
        scope.integers["T"] = T
        scope.values["r"] = Matrix(Double(rounds))
        page.check(
          Text("L = \(L), T = \(T): T + L − 1 rounds", ko: "L = \(L), T = \(T): T + L − 1회"), rounds == T + L - 1)
      }
      try page.equation("rounds", scope)
      page.table(
        [.symbols("L"), .symbols("T"), Text("states", ko: "상태"), Text("rounds", ko: "회차")], rows)
    }
  }

  // MARK: 7.3

  private func states(_ page: Page) throws {
    try page.section("states") {
      for kind in [RecurrentConfiguration.Kind.rnn(.tanh), .lstm, .gru()] {
        for isBidirectional in [false, true] {
          let variant = isBidirectional ? "stacked-bidirectional" : "stacked"
          let file = try page.fixture("\(kind.name.lowercased())-\(variant)")
          let layers = isBidirectional ? 2 : kind == .rnn(.tanh) ? 3 : 4
          let torch = try TorchRun(kind, layers: layers, bidirectional: isBidirectional, from: file)
          let ours = torch.computed()
          let what = Text(
            "\(kind.name), \(layers) layers\(isBidirectional ? ", two directions" : "")",
            ko: "\(kind.name), \(layers)층\(isBidirectional ? ", 양방향" : "")")
          func check(_ part: Text, _ a: [Matrix], _ b: [Matrix]) {
            page.check(
              Text("\(what.english): \(part.english) = PyTorch's", ko: "\(what.korean): \(part.korean) = PyTorch"),
              Matrix(column: a.flatMap(\.elements)), equals: Matrix(column: b.flatMap(\.elements)))
          }
          check(Text("outputs", ko: "출력"), ours.outputs, torch.outputs)
          check(Text("all last states", ko: "모든 마지막 상태"), ours.last.flatMap { $0 }, torch.last.flatMap { $0 })
          check(
            Text("all gradients", ko: "모든 기울기"), ours.inputs + ours.first.flatMap { $0 } + ours.weights,
            torch.gradientsOfInputs + torch.gradientsOfFirst.flatMap { $0 } + torch.gradientsOfWeights)
        }
      }

      // Which state is which.
      let (H, T) = (4, 5)
      var random = Random(seed: page.seed)
      let x = (0..<T).map { _ in random.normal(3, 1) }
      let one = RecurrentNetwork(
        RecurrentConfiguration(.rnn(.tanh), inputSize: 3, hiddenSize: H, layers: 3), random: &random)
      let run = one.run(x)
      page.check(
        Text("one direction: y_T is the last layer's last state", ko: "한 방향: y_T가 마지막 층의 마지막 상태다"), run.outputs[T - 1],
        hasSameBitsAs: run.states[2][0])
      var outputs = x
      for (l, layer) in one.layers.enumerated() {
        outputs = layer.run(outputs).outputs
        page.check(
          Text("h_n of layer \(l + 1) is that layer's h_T", ko: "층 \(l + 1)의 h_n은 그 층의 h_T다"), run.states[l][0],
          hasSameBitsAs: outputs[T - 1])
      }
      let both = RecurrentNetwork(
        RecurrentConfiguration(.rnn(.tanh), inputSize: 3, hiddenSize: H, layers: 2, bidirectional: true),
        random: &random)
      let tape = Tape()
      let inputs = x.map { tape.variable($0) }
      let recorded = both.map { tape.constant($1) }
      let mixed = recorded.run(inputs)
      page.check(
        Text("two directions: h_n = upper half of y_T, lower half of y_1", ko: "양방향: h_n은 y_T의 위쪽 반과 y_1의 아래쪽 반이다"),
        .stack([mixed.outputs[T - 1].value.rows(0..<H), mixed.outputs[0].value.rows(H..<2 * H)]),
        hasSameBitsAs: .stack([mixed.states[2][0].value, mixed.states[3][0].value]))
      page.table(
        [.symbols("H = 4, D = 3"), .symbols("W_x"), .symbols("W_h"), .symbols("y_t"), .symbols("h_n")],
        [(one, "1"), (both, "2")].flatMap { network, directions in
          (0..<network.configuration.layers).map { l in
            let W = network.weights(layer: l).W
            let states = network.configuration.directions * H
            return [
              Text(
                "\(directions) direction\(directions == "1" ? "" : "s"), layer \(l + 1)",
                ko: "방향 \(directions)개, 층 \(l + 1)")(
                  page.language), "\(W.x.shape)", "\(W.h.shape)", "\(states)",
              "\(network.configuration.directions) × \(H)",
            ]
          }
        })

      // The same weights, but two stacks that meet at the top only.
      let below = RNNCell(recorded.weights(layer: 0)).run(inputs).outputs
      let above = recorded.weights(layer: 1)
      let apart = RNNCell(CellWeights(W: (above.W.x.columns(Array(0..<H)), above.W.h), b: above.b)).run(below).outputs
      let future = tape.jacobian(of: mixed.outputs[0].rows(0..<H), withRespectTo: inputs[T - 1])
      let none = tape.jacobian(of: apart[0], withRespectTo: inputs[T - 1])
      page.check(
        Text("layer 2, forward: y_1 depends on x_5", ko: "층 2의 순방향: y_1이 x_5에 달렸다"), future.norm > 1e-3,
        detail: .symbols("‖∂y_1/∂x_5‖ = \(page.number("future", future.norm, significant: 2))"))
      page.check(
        Text("two separate stacks: it does not", ko: "두 망을 따로 쌓으면 그렇지 않다"), none, hasSameBitsAs: 0 * none)
    }
  }

  // MARK: 7.4

  private func backward(_ page: Page) throws {
    try page.section("backward") {
      let example = Stack(inputs: 2, hidden: 3, layers: 2, steps: 4, batch: 2, seed: page.seed)
      let T = example.x.count
      let tape = Tape()
      let run = example.record(on: tape)
      let gradients = tape.gradients(of: run.loss)
      var scope = Scope(tape, gradients: gradients)
      scope.integers["T"] = T
      for l in 1...2 {
        scope.values["\\frac{\\partial L}{\\partial \(Stack.name("a_\(T + 1)", layer: l))}"] = 0 * example.start[0]
      }
      let times = [2, 3, 4, 1]
      page.print()
      let through = (
        a: page.derivation(of: run.a[0][1], in: run.loss), top: page.derivation(of: run.h[1][2], in: run.loss),
        low: page.derivation(of: run.h[0][2], in: run.loss)
      )
      let sums = run.parameters.map { tape.derivation(of: $0, in: run.loss).gradient }
      page.print()
      try page.equation("loss", scope)
      try page.equation("back-sum", scope, for: ("t", times), tape: [through.a])
      try page.equation("back-top", scope, for: ("t", times), tape: [through.top])
      try page.equation("back-low", scope, for: ("t", times), tape: [through.low])
      try page.equation("back-weights", scope, tape: Array(sums[3...4]))

      let h = example.forward()
      let hand = example.backward(h, upstream: zip(h[1].dropFirst(), example.d).map { $0 - $1 })
      page.entries([
        (Text("∂L/∂W_x of layer 1, tape", ko: "층 1의 ∂L/∂W_x, 테이프"), gradients[run.parameters[0]]),
        (Text("by hand", ko: "손 계산"), hand.parameters[0]),
      ])
      for (k, variable) in run.parameters.enumerated() {
        let name = Symbol.name(variable.name!).unicode
        page.check(
          Text("∂L/∂\(name): by hand = tape", ko: "∂L/∂\(name): 손 계산 = 테이프"), hand.parameters[k],
          equals: gradients[variable])
      }
      page.check(
        Text("∂L/∂h_0 of both layers: by hand = tape", ko: "두 층의 ∂L/∂h_0: 손 계산 = 테이프"), .stack(hand.start),
        equals: .stack(run.h.map { gradients[$0[0]] }))
      page.check(
        Text("tape = finite differences", ko: "테이프 = 유한 차분"),
        GradientCheck(example.parameters, names: run.parameters.compactMap(\.name)) { example.record($0).loss })

      let torch = try TorchRun(.rnn(.tanh), layers: 3, from: page.fixture("rnn-stacked"))
      let theirs = Stack(torch.network, start: torch.first.map { $0[0] }, x: torch.inputs)
      let states = theirs.forward()
      let found = theirs.backward(
        states, upstream: torch.upstream, upstreamOfLast: torch.upstreamOfLast.map { $0[0] })
      page.check(
        Text("3 layers, outputs: by hand = PyTorch's", ko: "3층, 출력: 손 계산 = PyTorch"),
        .stack(Array(states[2].dropFirst())),
        equals: .stack(torch.outputs))
      // PyTorch's order of a layer: W_x, W_h and two biases of one gradient.
      let expected = (0..<3).flatMap { l in torch.gradientsOfWeights[4 * l..<4 * l + 3] }
      page.check(
        Text("3 layers, weights: by hand = PyTorch's", ko: "3층, 가중치: 손 계산 = PyTorch"),
        Matrix(column: found.parameters.flatMap(\.elements)), equals: Matrix(column: expected.flatMap(\.elements)))
      page.check(
        Text("3 layers, h_0: by hand = PyTorch's", ko: "3층, h_0: 손 계산 = PyTorch"), .stack(found.start),
        equals: .stack(torch.gradientsOfFirst.map { $0[0] }))
      page.check(
        Text("3 layers, x_t: by hand = PyTorch's", ko: "3층, x_t: 손 계산 = PyTorch"), .stack(found.x),
        equals: .stack(torch.gradientsOfInputs))

      // How many paths: the derivative of a stack that only adds.
      let (L, steps) = (4, 20)
      let ways = paths(layers: L, steps: steps)
      var grid = Scope()
      for l in 0...L {
        for t in 0...steps {
          let value = t == 0 ? 0 : l == 0 ? (t == 1 ? 1 : 0) : ways[l - 1][t - 1]
          grid.values[Scope.indexed("p_#", t) + "^{(\(l))}"] = Matrix(value)
        }
      }
      grid.integers["l"] = L
      try page.equation("paths", grid, for: ("t", Array(1...steps)))
      // (T + L − 2)! / ((T − 1)! (L − 1)!)
      let binomial = (1..<L).reduce(1) { $0 * (steps - 1 + $1) / $1 }
      page.check(
        Text("T = \(steps), L = \(L): as many as Pascal's triangle has", ko: "T = \(steps), L = \(L): 파스칼의 삼각형과 같다"),
        ways[L - 1][steps - 1] == Double(binomial) && binomial > 1,
        detail: .symbols(page.number("paths", ways[L - 1][steps - 1], decimals: 0)))
    }
  }

  // MARK: 7.5

  private func connections(_ page: Page) throws {
    try page.section("connections") {
      for connection in Connection.allCases {
        let tower = Tower(connection, width: 3, batch: 2, layers: 4, seed: page.seed)
        let n = tower.count
        let tape = Tape()
        let run = tower.record(on: tape)
        let gradients = tape.gradients(of: run.loss)
        var scope = Scope(tape, gradients: gradients)
        scope.integers["n"] = n
        let name = connection.rawValue
        page.print()
        page.print(connection.text)
        let all = ("l", Array(1...n))
        let back = ("l", [2, 3, 4, 1])
        let formulas: [Symbol] =
          switch connection {
          case .plain: [run.a[0].formula, run.h[1].formula]
          case .residual: [run.a[0].formula, run.inner[0].formula, run.h[1].formula]
          case .highway:
            [
              run.a[0].formula, run.gateSum[0].formula, run.inner[0].formula, run.gate[0].formula, run.h[1].formula,
            ]
          case .dense: [run.h[1].formula, run.a[0].formula]
          }
        try page.equation(name, scope, for: all, tape: formulas)
        page.print()
        let state = page.derivation(of: run.h[1], in: run.loss)
        func derived(_ variable: Variable) -> Symbol { tape.derivation(of: variable, in: run.loss).gradient }
        let sums: [Symbol] =
          switch connection {
          case .plain, .dense: [derived(run.a[1])]
          case .residual: [derived(run.a[1]), derived(run.inner[1])]
          case .highway: [derived(run.a[1]), derived(run.gateSum[1])]
          }
        page.print()
        // A dense layer's formulas run over all later ones: from layer 1, where most of them are.
        if connection == .dense {
          scope.integers["k"] = 1
          try page.equation("back-dense", scope, for: ("l", [2, 3, 4]), tape: sums)
          try page.equation("back-dense-state", scope, for: ("k", [1, 2, 3, 0]), tape: [state])
        } else {
          try page.equation("back-\(name)", scope, for: back, tape: sums + [state])
        }
        let hand = tower.gradientsByHand()
        let pairs = zip(hand.W + hand.b, run.W + run.b).flatMap { zip($0, $1).map { ($0, $1) } }
        page.check(
          Text("all \(pairs.count) parameters: by hand = tape", ko: "매개변수 \(pairs.count)개 모두: 손 계산 = 테이프"),
          Matrix(column: pairs.flatMap { $0.0.elements }),
          equals: Matrix(column: pairs.flatMap { gradients[$0.1].elements }))
        page.check(Text("∂L/∂h_0: by hand = tape", ko: "∂L/∂h_0: 손 계산 = 테이프"), hand.start, equals: gradients[run.h[0]])
        page.check(Text("tape = finite differences", ko: "테이프 = 유한 차분"), tower.check())
        var h = [tower.start]
        for l in 0..<n { h.append(layer(connection, tower.W[l], tower.b[l], h)) }
        page.check(
          Text("the code above = what was recorded", ko: "위의 코드 = 기록한 것"), .stack(h), equals: .stack(run.h.map(\.value))
        )
      }

      // A dense layer's sum is one product with everything below it.
      let tower = Tower(.dense, width: 3, batch: 2, layers: 4, seed: page.seed)
      var h = [tower.start]
      for l in 0..<4 { h.append(layer(.dense, tower.W[l], tower.b[l], h)) }
      let W = Matrix.stack(tower.W[3].map(\.transposed)).transposed
      page.check(
        Text("dense: the sum = one matrix times the stacked states", ko: "조밀: 합 = 쌓은 상태에 행렬 하나를 곱한 것"),
        (W * Matrix.stack(Array(h[0..<4])) + tower.b[3][0]).tanh, equals: h[4])
    }
  }

  // MARK: 7.6

  private func jacobians(_ page: Page) throws {
    try page.section("jacobians") {
      for connection in Connection.allCases {
        let tower = Tower(connection, width: 3, batch: 1, layers: 3, seed: page.seed)
        let tape = Tape()
        let run = tower.record(on: tape)
        var scope = Scope(tape)
        scope.values["I"] = Matrix.identity(3)
        for l in 1...3 {
          for k in 0..<l {
            scope.values["\\frac{\\partial h_\(l)}{\\partial h_\(k)}"] =
              tape.jacobian(of: run.h[l], withRespectTo: run.h[k])
          }
        }
        if connection == .residual {
          for l in 1...3 {
            scope.values["J_\(l)"] =
              Matrix.diagonal(run.inner[l - 1].value.elements.map { 1 - $0 * $0 }) * tower.W[l - 1][0]
          }
        }
        if connection == .dense {
          try page.equation("jacobian-dense", scope)
        } else {
          try page.equation("jacobian-\(connection.rawValue)", scope, for: ("l", [1, 2, 3]))
        }
        if connection == .plain { try page.equation("product-plain", scope) }
        if connection == .residual { try page.equation("product-residual", scope) }
      }
      // A gate that is shut hands on the very same bits, and the gradient with them.
      var tower = Tower(.highway, width: 3, batch: 1, layers: 100, seed: page.seed)
      tower = tower.shut
      let tape = Tape()
      let run = tower.record(on: tape)
      page.check(
        Text("highway, every gate shut: h_100 = h_0", ko: "하이웨이, 게이트가 모두 닫혔을 때: h_100 = h_0"), run.h[100].value,
        hasSameBitsAs: tower.start)
      page.check(
        Text("and ∂h_100/∂h_0 = I", ko: "그리고 ∂h_100/∂h_0 = I"), tape.jacobian(of: run.h[100], withRespectTo: run.h[0]),
        hasSameBitsAs: .identity(3))
    }
  }

  // MARK: 7.7

  private func depth(_ page: Page) {
    page.section("depth") {
      let depths = [1, 2, 4, 8, 16, 32, 64]
      let seeds = page.seed..<(page.seed + 5)
      typealias Curve = (label: Text, figure: Figure.Label, name: String, beginning: Beginning)
      let curves: [Curve] = [
        (Text("plain, g = 1", ko: "평범, g = 1"), "h, g = 1", "plain", Beginning(.plain)),
        (Text("plain, g = 0.5", ko: "평범, g = 0.5"), "h, g = 0.5", "small", Beginning(.plain).with { $0.gain = 0.5 }),
        (Text("plain, g = 2", ko: "평범, g = 2"), "h, g = 2", "large", Beginning(.plain).with { $0.gain = 2 }),
        (
          Text("plain, orthogonal, inputs × 0.1", ko: "평범, 직교, 입력 × 0.1"), "h, Q", "orthogonal",
          Beginning(.plain).with { ($0.isOrthogonal, $0.input) = (true, 0.1) }
        ),
        (Text("residual, g = 1", ko: "잔차, g = 1"), "h + u", "residual", Beginning(.residual)),
        (
          Text("residual, u / √n", ko: "잔차, u / √n"), "h + u/√n", "scaled",
          Beginning(.residual).with { $0.isScaled = true }
        ),
        (Text("highway, bias 0", ko: "하이웨이, 편향 0"), "τ, b = 0", "highway-0", Beginning(.highway)),
        (
          Text("highway, bias −3", ko: "하이웨이, 편향 −3"), "τ, b = −3", "highway-3",
          Beginning(.highway).with { $0.gateBias = -3 }
        ),
        (Text("dense, g = 1", ko: "조밀, g = 1"), "[h; …]", "dense", Beginning(.dense)),
      ]
      page.print(
        Text(
          "‖∂L/∂h_0‖ / ‖∂L/∂h_n‖ before training, width 32, 5 seeds: median (lowest … highest).",
          ko: "학습 전의 ‖∂L/∂h_0‖ / ‖∂L/∂h_n‖. 너비 32, 시드 5개: 중앙값(최저 … 최고)."))
      var found: [String: [Scores]] = [:]
      let shown = [16, 64]
      var rows: [[String]] = []
      for curve in curves {
        let scores = depths.map { n in Scores(values: seeds.map { reach(curve.beginning, layers: n, seed: $0) }) }
        found[curve.name] = scores
        rows.append(
          [curve.label(page.language)]
            + shown.map { n in
              let s = scores[depths.firstIndex(of: n)!]
              let middle = page.number("\(curve.name)-at-\(n)", median(s.values), significant: 2)
              let (low, high) = (s.lowest, s.highest)
              return
                "\(middle) (\(NumberFormat.format(low, significant: 2)) … \(NumberFormat.format(high, significant: 2)))"
            })
      }
      page.table([.symbols("")] + shown.map { .symbols("n = \($0)") }, rows)
      func at64(_ name: String) -> Scores { found[name]![depths.count - 1] }
      page.figure(
        "depth",
        .lineChart(
          LineChart(
            x: .init("n"), y: .init("‖∂L/∂h_{0}‖ / ‖∂L/∂h_{n}‖", .logarithmic),
            series: curves.map { curve in
              .init(
                curve.figure, zip(depths, found[curve.name]!).map { (Double($0), median($1.values)) },
                line: curve.beginning.connection == .plain ? .dashed : .solid, hasMarkers: true)
            }, references: [.horizontal(at: 1)])),
        title: "Gradient below the first layer against the number n of layers, median of 5 seeds")

      page.check(
        Text("plain, g = 0.5: it vanishes, every seed", ko: "평범, g = 0.5: 모든 시드에서 소실된다"), at64("small").highest < 1e-12,
        detail: .symbols("n = 64"))
      page.check(
        Text("plain, g = 2: it explodes, every seed", ko: "평범, g = 2: 모든 시드에서 폭발한다"), at64("large").lowest > 10,
        detail: .symbols("n = 64"))
      page.check(
        Text("plain, orthogonal, small inputs: over 0.1, every seed", ko: "평범, 직교, 작은 입력: 모든 시드에서 0.1보다 크다"),
        at64("orthogonal").lowest > 0.1, detail: .symbols("n = 64"))
      page.check(
        Text("residual, g = 1: it grows, every seed", ko: "잔차, g = 1: 모든 시드에서 커진다"), at64("residual").lowest > 2,
        detail: .symbols("n = 64"))
      page.check(
        Text("residual, u / √n: between 0.5 and 3, every seed", ko: "잔차, u / √n: 모든 시드에서 0.5와 3 사이"),
        at64("scaled").lowest > 0.5 && at64("scaled").highest < 3, detail: .symbols("n = 64"))
      page.check(
        Text("highway: bias −3 leaves over 10 times as much as bias 0", ko: "하이웨이: 편향 −3이 편향 0의 10배 넘게 남긴다"),
        at64("highway-0").highest < 0.1 * at64("highway-3").lowest, detail: .symbols("n = 64"))
      page.check(
        Text("dense: over 0.2 with every seed", ko: "조밀: 모든 시드에서 0.2보다 크다"), at64("dense").lowest > 0.2,
        detail: .symbols("n = 64"))
    }
  }

  // MARK: 7.8

  private func recurrentDepth(_ page: Page) {
    page.section("recurrent-depth") {
      let depths = [1, 2, 4, 8, 16]
      let seeds = page.seed..<(page.seed + 5)
      page.print(
        Text(
          "‖∂L/∂x‖ / ‖∂L/∂h_T‖ of L layers before training, 16 units, T = 10, PyTorch's first weights, median of 5 seeds.",
          ko: "학습 전 L층 망의 ‖∂L/∂x‖ / ‖∂L/∂h_T‖. 유닛 16개, T = 10, PyTorch의 초깃값, 시드 5개의 중앙값."))
      var rows: [[String]] = []
      var found: [String: [Double]] = [:]
      /// Of x_1 alone, under 16 layers.
      var first: [String: Double] = [:]
      var series: [LineChart.Series] = []
      for (kind, name) in [(RecurrentConfiguration.Kind.rnn(.tanh), "RNN"), (.lstm, "LSTM"), (.gru(), "GRU")] {
        func measure(_ key: String, _ label: String, isResidual: Bool = false, gateBias: Double = 0) -> [Double] {
          let medians = depths.map { L in
            let reaches = seeds.map { reach(kind, layers: L, isResidual: isResidual, gateBias: gateBias, seed: $0) }
            if L == 16 { first[key] = median(reaches.map(\.first)) }
            return median(reaches.map(\.all))
          }
          found[key] = medians
          rows.append(
            [label]
              + zip(depths, medians).map { L, value in
                L == 16 ? page.number("\(key)-16", value, significant: 2) : NumberFormat.format(value, significant: 2)
              })
          return medians
        }
        for isResidual in [false, true] {
          let key = name.lowercased() + (isResidual ? "-skip" : "")
          let medians = measure(key, isResidual ? "\(name), h + F" : name, isResidual: isResidual)
          series.append(
            .init(
              Figure.Label(isResidual ? "\(name), h + F" : name), zip(depths, medians).map { (Double($0), $1) },
              line: isResidual ? .solid : .dashed, hasMarkers: true))
        }
        // The forget gates more open, as in the trainings of the next sections.
        if kind == .lstm { _ = measure("lstm-1", "LSTM, b_f = 1", gateBias: 1) }
      }
      page.table([.symbols("")] + depths.map { .symbols("L = \($0)") }, rows)
      page.figure(
        "recurrent-depth",
        .lineChart(
          LineChart(
            x: .init("L"), y: .init("‖∂L/∂x‖ / ‖∂L/∂h_{T}‖", .logarithmic), series: series,
            references: [.horizontal(at: 1)])),
        title: "Gradient at the inputs of a recurrent stack against its number L of layers, median of 5 seeds")
      for name in ["rnn", "lstm", "gru"] {
        page.check(
          Text(
            "\(name.uppercased()): it shrinks with every doubling of L", ko: "\(name.uppercased()): L이 두 배가 될 때마다 작아진다"),
          zip(found[name]!, found[name]!.dropFirst()).allSatisfy { $0 > $1 })
        page.check(
          Text(
            "\(name.uppercased()), with skips: more than half is left at L = 16",
            ko: "\(name.uppercased()), 스킵이 있으면: L = 16에서 절반 넘게 남는다"),
          found[name + "-skip"]![4] > 0.5)
      }
      page.number("rnn-first-16", first["rnn"]!, significant: 2)
      page.number("rnn-skip-first-16", first["rnn-skip"]!, significant: 2)
      page.check(
        Text("with skips more comes to x_1 alone, too, in all three", ko: "셋 다, 스킵이 있으면 x_1 하나에도 더 온다"),
        ["rnn", "lstm", "gru"].allSatisfy { first["\($0)-skip"]! > 2 * first[$0]! },
        detail: .symbols("L = 16"))
      page.check(
        Text(
          "LSTM, b_f = 1: more than without, but it shrinks as well, and stays below RNN and GRU",
          ko: "LSTM, b_f = 1: 더하지 않을 때보다 많지만 역시 작아지고, RNN과 GRU보다 적다"),
        zip(found["lstm-1"]!, found["lstm-1"]!.dropFirst()).allSatisfy { $0 > $1 }
          && found["lstm-1"]![4] > found["lstm"]![4] && found["lstm-1"]![4] < min(found["rnn"]![4], found["gru"]![4]),
        detail: .symbols("L = 16"))
    }
  }

  // MARK: 7.9

  private func buys(_ page: Page) {
    page.section("buys") {
      let task = Task.recall(lag: 10)
      let seeds = page.seed..<(page.seed + 5)
      page.print(
        Text(
          "Recall one of 4 symbols 10 steps back (chance 25 %): 200 updates, 5 seeds, 512 test sequences.",
          ko: "10단계 앞에서 본 기호(4가지 가운데 하나) 회상(찍으면 25 %). 갱신 200번, 시드 5개, 시험 512개."))
      let found = compete(
        page, task, layers: [1, 2, 4], parameters: 740, seeds: seeds, updates: 200, name: "short", withSkip: false)
      page.check(
        Text("LSTM, b_f = 1: one layer is ahead of four in the mean", ko: "LSTM, b_f = 1: 평균은 한 층이 네 층보다 높다"),
        found[1][0].mean > found[1][2].mean + 0.1)
    }
  }

  private var kinds: [(kind: RecurrentConfiguration.Kind, label: String, name: String, gateBias: Double)] {
    [(.rnn(.tanh), "RNN", "rnn", 0), (.lstm, "LSTM, b_f = 1", "lstm", 1), (.gru(), "GRU, b_z = 1", "gru", 1)]
  }

  /// Trains every kind with each number of layers at one number of parameters, prints the table, and checks that the
  /// numbers are equal; the last column, where it is wanted, is the deepest with skip connections.
  private func compete(
    _ page: Page, _ task: Task, layers: [Int], parameters: Int, seeds: Range<UInt64>, updates: Int, name: String,
    withSkip: Bool
  ) -> [[Scores]] {
    let variants = layers.map { ($0, false) } + (withSkip ? [(layers[layers.count - 1], true)] : [])
    var rows = variants.map { layers, isResidual in [isResidual ? "L = \(layers), h + F" : "L = \(layers)"] }
    var counts: [Int] = []
    var results: [[Scores]] = []
    for (number, kind) in kinds.enumerated() {
      var line: [Scores] = []
      for (k, (layers, isResidual)) in variants.enumerated() {
        page.progress(
          .symbols("\(name), \(kind.label)"), Double(number * variants.count + k) / Double(3 * variants.count))
        let contestant = Contestant(
          kind: kind.kind, parameters: parameters, for: task, layers: layers, isResidual: isResidual,
          gateBias: kind.gateBias)
        counts.append(contestant.parameterCount(for: task))
        let found = scores(contestant, task, seeds: seeds, updates: updates)
        line.append(found)
        let key = "\(name)-\(kind.name)-\(layers)" + (isResidual ? "-skip" : "")
        let mean = page.number(key, 100 * found.mean, decimals: 0)
        let (low, high) = (Int((100 * found.lowest).rounded()), Int((100 * found.highest).rounded()))
        rows[k] += ["\(mean) (\(low) … \(high))", "\(contestant.hidden)"]
      }
      results.append(line)
    }
    page.table([.symbols("")] + kinds.flatMap { [.symbols($0.label), .symbols("H")] }, rows)
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    page.check(
      Text("equal numbers of parameters, within 10 %", ko: "매개변수 개수가 10 % 안에서 같다"),
      10 * (most - least) <= most, detail: .symbols("\(least) … \(most)"))
    return results
  }

  // MARK: 7.10

  private func buysMore(_ page: Page) {
    page.section("buys-more") {
      let tasks: [(label: Text, name: String, task: Task, parameters: Int)] = [
        (Text("recall, 20 steps back (chance 25 %)", ko: "20단계 앞 회상(찍으면 25 %)"), "recall", .recall(lag: 20), 2258),
        (
          Text("adding, 20 steps (right: off by less than 0.1)", ko: "덧셈, 20단계(오차가 0.1보다 작으면 정답)"), "adding",
          .adding(steps: 20), 3171
        ),
        (
          Text("agreement, 6 phrases (chance 50 %)", ko: "일치, 구 6개(찍으면 50 %)"), "agreement", .agreement(phrases: 6),
          3077
        ),
      ]
      let seeds = page.seed..<(page.seed + 5)
      let results = tasks.map { label, name, task, parameters in
        page.print()
        page.print(label)
        return compete(
          page, task, layers: [1, 2, 3, 4], parameters: parameters, seeds: seeds, updates: 1000, name: name,
          withSkip: true)
      }
      // [task][kind][1, 2, 3, 4 layers, 4 with skips]; the first task is recall.
      let (adding, agreement) = (results[1], results[2])
      page.check(
        Text(
          "the GRU learns all three with one to four layers, every seed", ko: "GRU는 한 층에서 네 층까지 모든 시드에서 셋 다 배운다"),
        results.allSatisfy { $0[2].allSatisfy { $0.lowest > 0.98 } })
      page.check(
        Text(
          "adding: the LSTM learns it with one layer, with four no seed does",
          ko: "덧셈: LSTM은 한 층이면 배우고, 네 층이면 한 시드도 못 배운다"),
        adding[1][0].lowest > 0.98 && adding[1][3].highest < 0.3)
      page.check(
        Text(
          "adding: with skip connections the LSTM learns it with four layers, every seed",
          ko: "덧셈: 스킵 연결이 있으면 LSTM은 네 층도 모든 시드에서 배운다"),
        adding[1][4].lowest > 0.98)
      page.check(
        Text("adding: the plain network does not, with one to four layers", ko: "덧셈: 기본 순환 신경망은 한 층에서 네 층까지 못 배운다"),
        adding[0].allSatisfy { $0.highest < 0.3 })
      page.check(
        Text("agreement: the LSTM's mean is higher with three layers than with one", ko: "일치: LSTM의 평균은 한 층보다 세 층이 높다"),
        agreement[1][2].mean > agreement[1][0].mean + 0.15)
    }
  }

  // MARK: 7.11

  private func transformer(_ page: Page) {
    page.section("transformer") {
      let (size, T) = (16, 8)
      var random = Random(seed: page.seed)
      let attention = SelfAttention(size: size, random: &random)
      let X = random.normal(size, T)
      let rnn = RecurrentNetwork(
        RecurrentConfiguration(.rnn(.tanh), inputSize: size, hiddenSize: size), random: &random)
      func outputs(_ X: Matrix) -> Matrix {
        // Columns are steps: one sequence.
        let h = rnn.run((0..<T).map { X.column($0) }).outputs
        return Matrix(rows: size, columns: T) { h[$1][$0, 0] }
      }
      var order = Array(0..<T)
      random.shuffle(&order)
      page.check(
        Text("attention: inputs permuted, outputs permuted", ko: "어텐션: 입력을 섞으면 출력도 그대로 섞인다"),
        attention(X.columns(order)), equals: attention(X).columns(order))
      let (straight, mixed) = (outputs(X).columns(order), outputs(X.columns(order)))
      let change = (straight - mixed).norm / straight.norm
      page.check(
        Text("recurrence: another answer", ko: "순환: 다른 답"), change > 0.1,
        detail: .symbols("‖Δ‖ / ‖h‖ = \(page.number("permuted", change, significant: 2))"))

      // Who reads whom, in one layer.
      let tape = Tape()
      let x = (0..<T).map { _ in tape.variable(random.normal(size, 1)) }
      let there = attention.recorded(on: tape)(Variable.columns(x))
      let recurrent = rnn.map { tape.constant($1) }.run(x).outputs
      func reads(_ y: (Int) -> Variable) -> Int {
        (0..<T).reduce(0) { count, t in
          count + x.count { tape.jacobian(of: y(t), withRespectTo: $0).largestMagnitude > 0 }
        }
      }
      let (attended, recurred) = (reads { there.columns([$0]) }, reads { recurrent[$0] })
      page.check(
        Text("pairs (t, s) with ∂y_t/∂x_s ≠ 0: attention T²", ko: "∂y_t/∂x_s ≠ 0인 (t, s) 쌍: 어텐션은 T²"),
        attended == T * T,
        detail: .symbols(page.number("attended", Double(attended), decimals: 0)))
      page.check(
        Text("the recurrent layer T (T + 1) / 2", ko: "순환층은 T (T + 1) / 2"), recurred == T * (T + 1) / 2,
        detail: .symbols(page.number("recurred", Double(recurred), decimals: 0)))

      // Depth without and with skip connections, as deep as BERT base: 12 layers.
      let depths = [1, 2, 3, 12]
      let seeds = page.seed..<(page.seed + 5)
      var apart: [[Scores]] = []
      var gradients: [Scores] = []
      for hasSkip in [false, true] {
        let runs = seeds.map { attentionTower(depths, size: size, steps: T, hasSkip: hasSkip, seed: $0) }
        apart.append(depths.indices.map { k in Scores(values: runs.map { $0.diversity[k] }) })
        gradients.append(Scores(values: runs.map(\.gradient)))
      }
      page.print()
      page.print(
        Text(
          "‖X_L − X̄_L‖ / ‖X_L‖, how far the 8 steps are apart after L layers of self-attention, and the gradient through 12 of them: before training, medians of 5 seeds.",
          ko: "셀프 어텐션 L층을 지난 뒤 시점 8개가 서로 다른 정도 ‖X_L − X̄_L‖ / ‖X_L‖, 그리고 12층을 지난 기울기: 학습 전, 시드 5개의 중앙값."))
      page.table(
        [.symbols("")] + depths.map { .symbols("L = \($0)") } + [.symbols("‖∂L/∂X_0‖ / ‖∂L/∂X_12‖")],
        zip([Text("without skip connections", ko: "스킵 연결 없이"), Text("with them", ko: "스킵 연결을 두고")], [0, 1]).map {
          label, k in
          let name = ["plain", "skip"][k]
          return [label(page.language)]
            + zip(depths, apart[k]).map { L, scores in
              // What rounding leaves of a difference is no number to print.
              median(scores.values) < 1e-12
                ? "< 1e-12" : page.number("apart-\(name)-\(L)", median(scores.values), significant: 2)
            } + [page.number("attention-gradient-\(name)", median(gradients[k].values), significant: 2)]
        })
      page.check(
        Text("without skips all steps become the same", ko: "스킵이 없으면 모든 시점이 같아진다"), apart[0][3].highest < 1e-12,
        detail: Text("12 layers, every seed", ko: "12층, 모든 시드"))
      page.check(
        Text("with skips they stay apart", ko: "스킵이 있으면 서로 다른 채로 있다"), apart[1][3].lowest > 0.2,
        detail: Text("12 layers, every seed", ko: "12층, 모든 시드"))
      page.check(
        Text("without skips less gradient comes through", ko: "스킵이 없으면 기울기가 덜 온다"),
        gradients[0].highest < 0.1 * gradients[1].lowest, detail: Text("12 layers, every seed", ko: "12층, 모든 시드"))
      // Is it the depth, or the first weights? The same without skips, W_v orthogonal.
      let orthogonal = seeds.map {
        attentionTower(depths, size: size, steps: T, hasSkip: false, isOrthogonal: true, seed: $0)
      }
      page.number("attention-gradient-orthogonal", median(orthogonal.map(\.gradient)), significant: 2)
      page.check(
        Text(
          "without skips, W_v orthogonal: it does, and the steps become the same",
          ko: "스킵이 없고 W_v가 직교: 기울기는 오고, 시점은 같아진다"),
        orthogonal.allSatisfy { $0.gradient > 0.1 && $0.diversity[3] < 1e-12 },
        detail: Text("12 layers, every seed", ko: "12층, 모든 시드"))
    }
  }
}

extension Tower {
  /// The same with every gate shut: its bias far below 0.
  fileprivate var shut: Tower {
    Tower(connection, W: W, b: b.map { [$0[0], $0[0].map { _ in -1000 }] }, start: start, d: d)
  }
}

extension Variable {
  /// Columns side by side.
  fileprivate static func columns(_ columns: [Variable]) -> Variable {
    Variable.stack(columns.map(\.transposed)).transposed
  }
}
