// Chapter 01: why gradients vanish and explode, what that does to learning, and what helps.

import Autodiff
import Experiments
import LaTeX
import Notebook

@main
struct VanishingGradient: Chapter {
  static let number = "01"
  static let name = "vanishing-gradient"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  func body(_ page: Page) throws {
    try chainRule(page)
    try throughTime(page)
    try stepByStep(page)
    try bound(page)
    try eigenvalues(page)
    learning(page)
    try clipping(page)
    try remedies(page)
    depthAlike(page)
  }

  // MARK: 1.1

  private func chainRule(_ page: Page) throws {
    try page.section("chain-rule") {
      let n = 5
      let tape = Tape()
      // begin: chain
      let w = (1...n).map { tape.variable(Matrix(0.3)).named("w_\($0)") }
      var h = [tape.variable(Matrix(1)).named("h_0")]
      for k in 1...n { h.append((w[k - 1] * h[k - 1]).sigmoid.named("h_\(k)")) }
      let loss = (0.5 * (h[n] .* h[n])).named("L")
      // end: chain
      let gradients = tape.gradients(of: loss)
      var scope = Scope(tape, gradients: gradients)
      scope.integers["n"] = n
      for k in 1...n {
        scope.values["\\frac{\\partial h_\(k)}{\\partial h_\(k - 1)}"] =
          tape.jacobian(of: h[k], withRespectTo: h[k - 1])
      }
      scope.values["\\frac{\\partial h_1}{\\partial w_1}"] = tape.jacobian(of: h[1], withRespectTo: w[0])
      try page.equation("chain-step", scope, for: ("k", Array(1...n)), tape: [h[1].formula])
      try page.equation("chain-factor", scope, for: ("k", Array(1...n)))
      try page.equation("chain-product", scope)

      var slopes = Scope()
      let points = (0...80).map { tape.variable(Matrix(Double($0 - 40) / 4)) }
      let values = points.map(\.sigmoid)
      slopes.set("a_#", points.map(\.value))
      slopes.set("s_#", values.map(\.value))
      for k in 0...80 {
        let name = Scope.indexed("\\frac{\\partial s_#}{\\partial a_#}", k)
        slopes.values[name] = tape.jacobian(of: values[k], withRespectTo: points[k])
      }
      try page.equation("sigmoid-slope", slopes, for: ("k", Array(0...80)))
      page.check(
        Text("tape = finite differences", ko: "테이프 = 유한 차분"),
        GradientCheck(w.map(\.value), names: w.compactMap(\.name)) { w in
          var h = w[0].tape.constant(Matrix(1))
          for weight in w { h = (weight * h).sigmoid }
          return 0.5 * (h .* h)
        })

      page.print()
      page.print(
        Text(
          "All weights start at 0.3, only w_1 moves, by −∂L/∂w_1; h_0 = 1, L = ½ h_n². w_1 by updates:",
          ko: "가중치는 모두 0.3에서 시작, 갱신은 w_1만 −∂L/∂w_1씩. h_0 = 1, L = ½ h_n². 갱신 횟수별 w_1:"))
      var rows: [[String]] = []
      for layers in [1, 2, 3, 5, 10] {
        let path = firstWeight(layers: layers, updates: 1000)
        let name = "chain-\(layers)"
        rows.append(
          ["\(layers)", page.number("\(name)-gradient", path.gradients[0], significant: 2)]
            + [1, 10, 100, 1000].map { updates in
              page.number("\(name)-after-\(updates)", path.weights[updates], decimals: 4)
            })
      }
      page.check(
        Text("the table's gradient for n = \(n) = the tape's above", ko: "표의 n = \(n) 기울기 = 위 테이프의 기울기"),
        Matrix(firstWeight(layers: n, updates: 0).gradients[0]), equals: gradients[w[0]])
      page.table(
        [.symbols("n"), .symbols("∂L/∂w_1"), .symbols("1"), .symbols("10"), .symbols("100"), .symbols("1000")], rows)

      page.print()
      page.print(Text("A factor w, k times over:", ko: "인수 w를 k번 곱하면:"))
      let lags = [1, 10, 50, 100]
      page.table(
        [.symbols("w^k")] + lags.map { .symbols("k = \($0)") },
        [0.5, 0.9, 1.0, 1.1, 1.5].map { w in
          [NumberFormat.format(w, decimals: 1)]
            + lags.map { NumberFormat.format(power(w, $0), significant: 3) }
        })
      page.number("power-0.9-100", power(0.9, 100), significant: 2)
      page.number("power-1.1-100", power(1.1, 100), significant: 2)
      for w in [0.9, 1.1] {
        let tape = Tape()
        let x = tape.variable(Matrix(1))
        var h = x
        let weight = tape.constant(Matrix(w))
        for _ in 0..<100 { h = weight * h }
        page.check(
          Text("the gradient through 100 linear steps, w = \(w), is w^100", ko: "선형 단계 100개를 지난 기울기는 w^100, w = \(w)"),
          tape.gradients(of: h)[x], equals: Matrix(power(w, 100)))
      }
    }
  }

  /// w_1 and its gradient before every update: L = ½ h_n², h_k = σ(w_k h_{k−1}), learning rate 1, all other weights fixed.
  private func firstWeight(layers: Int, updates: Int) -> (weights: [Double], gradients: [Double]) {
    var first = 0.3
    var result = (weights: [Double](), gradients: [Double]())
    let tape = Tape()
    for _ in 0...updates {
      tape.rewind()
      let w = tape.variable(Matrix(first))
      let other = tape.constant(Matrix(0.3))
      var h = w.sigmoid
      for _ in 1..<layers { h = (other * h).sigmoid }
      let gradient = tape.gradients(of: 0.5 * (h .* h))[w].scalar
      result.weights.append(first)
      result.gradients.append(gradient)
      first -= gradient
    }
    return result
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }

  // MARK: 1.2

  private func throughTime(_ page: Page) throws {
    try page.section("through-time") {
      let example = Example(inputs: 2, hidden: 3, batch: 2, steps: 4, seed: page.seed)
      let T = example.x.count
      let tape = Tape()
      let run = example.record(on: tape)
      let gradients = tape.gradients(of: run.loss)
      var scope = Scope(tape, gradients: gradients, loss: "J")
      scope.integers["T"] = T
      let beyond = "\\frac{\\partial J}{\\partial a_\(T + 1)}"
      scope.values[beyond] = Matrix(run.h[0].shape)

      try page.equation(
        "rnn", scope, for: ("t", Array(1...T)), tape: [run.a[0].formula, run.h[1].formula])
      try page.equation("loss", scope)

      page.print()
      let throughTanh = page.derivation(of: run.a[1], in: run.loss)
      let throughState = page.derivation(of: run.h[2], in: run.loss)
      page.derivation(of: run.W.h, in: run.loss)
      page.print()
      try page.equation("back-tanh", scope, for: ("t", [2] + Array(3...T) + [1]), tape: [throughTanh])
      try page.equation("back-state", scope, for: ("t", [2] + Array(3...T) + [1]), tape: [throughState])

      // A copy of W_h for every step: what each step alone asks of the weight.
      let apart = Tape()
      let copies = example.record(on: apart, copiesOfRecurrentWeight: true)
      let copyGradients = apart.gradients(of: copies.loss)
      for t in 1...T {
        scope.values["\\frac{\\partial J}{\\partial W_h^{(\(t))}}"] = copyGradients[copies.copies[t - 1]]
      }
      try page.equation("sum-over-uses", scope)
      let byHand = example.gradientsByHand(run.h.map(\.value))
      page.entries([
        (Text("∂J/∂W_h, tape", ko: "∂J/∂W_h, 테이프"), gradients[run.W.h]),
        (Text("∂J/∂W_h, by hand", ko: "∂J/∂W_h, 손 계산"), byHand.W.h),
        (Text("its use at t = 1 alone", ko: "t = 1에서 쓴 몫만"), copyGradients[copies.copies[0]]),
      ])
      page.check(Text("∂J/∂W_x: by hand = tape", ko: "∂J/∂W_x: 손 계산 = 테이프"), byHand.W.x, equals: gradients[run.W.x])
      page.check(Text("∂J/∂W_h: by hand = tape", ko: "∂J/∂W_h: 손 계산 = 테이프"), byHand.W.h, equals: gradients[run.W.h])
      page.check(Text("∂J/∂b: by hand = tape", ko: "∂J/∂b: 손 계산 = 테이프"), byHand.b, equals: gradients[run.b])
      page.check(
        Text("tape = finite differences", ko: "테이프 = 유한 차분"),
        GradientCheck([example.W.x, example.W.h, example.b], names: ["W_x", "W_h", "b"]) { inputs in
          example.record(W: (inputs[0], inputs[1]), b: inputs[2]).loss
        })

      // begin: witness
      let torch = try Example.witness(from: page.root + "/Tests/Fixtures/rnn.safetensors")
      let theirs = torch.example.gradientsByHand(torch.h)
      // end: witness
      let tapeOfTheirs = Tape()
      let again = torch.example.record(on: tapeOfTheirs)
      let recorded = tapeOfTheirs.gradients(of: again.loss)
      page.check(
        Text("h_1 … h_T: tape = PyTorch's", ko: "h_1 … h_T: 테이프 = PyTorch"), Matrix.stack(again.h.map(\.value)),
        equals: Matrix.stack(torch.h))
      page.check(
        Text("∂J/∂W_x: by hand = PyTorch's", ko: "∂J/∂W_x: 손 계산 = PyTorch"), theirs.W.x, equals: torch.gradients.W.x)
      page.check(
        Text("∂J/∂W_h: by hand = PyTorch's", ko: "∂J/∂W_h: 손 계산 = PyTorch"), theirs.W.h, equals: torch.gradients.W.h)
      page.check(
        Text("∂J/∂W_h: tape = PyTorch's", ko: "∂J/∂W_h: 테이프 = PyTorch"), recorded[again.W.h],
        equals: torch.gradients.W.h)
      page.check(Text("∂J/∂b: by hand = PyTorch's", ko: "∂J/∂b: 손 계산 = PyTorch"), theirs.b, equals: torch.gradients.b)
    }
  }

  // MARK: 1.3

  private func stepByStep(_ page: Page) throws {
    try page.section("jacobian") {
      let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 6, seed: page.seed)
      let T = example.x.count
      let tape = Tape()
      let run = example.record(on: tape)
      var scope = Scope(tape)
      for i in 1...T {
        for j in 0...i {
          scope.values["\\frac{\\partial h_\(i)}{\\partial h_\(j)}"] =
            tape.jacobian(of: run.h[i], withRespectTo: run.h[j])
        }
      }
      scope.integers["i"] = T
      try page.equation("jacobian-step", scope, for: ("t", Array(1...T)))
      try page.equation("jacobian-product", scope, for: ("j", Array(0..<T)))
      try page.equation("pulled-out", scope, for: ("j", Array(0..<(T - 1))))

      page.print()
      page.print(
        Text(
          "W_h collected to the right of the diagonals, against the ordered product:",
          ko: "W_h를 모두 오른쪽으로 모은 식을 순서대로 곱한 식과 견주면:"))
      var rows: [[String]] = []
      for j in stride(from: T - 1, through: 0, by: -1) {
        let right = try scope.evaluate(Symbol(parsing: "\\frac{\\partial h_\(T)}{\\partial h_\(j)}"))
        var wrong = Matrix.identity(3)
        for t in stride(from: T, to: j, by: -1) {
          wrong = wrong * Matrix.diagonal(run.h[t].value.elements.map { 1 - $0 * $0 })
        }
        for _ in j..<T { wrong = wrong * example.W.h }
        let error = (wrong - right).norm / right.norm
        rows.append(["\(T - j)", page.number("pulled-out-\(T - j)", 100 * error, decimals: 1) + " %"])
      }
      page.table([.symbols("i − j"), Text("relative error", ko: "상대 오차")], rows)
      // The norms of the next sections come from another way round, a row of every Jacobian at a time.
      let norms = jacobianNorms(Design(), example.W, example.b, start: example.start, inputs: example.x)
      let products = try (0..<T).map { j in
        try scope.evaluate(Symbol(parsing: "\\frac{\\partial h_\(T)}{\\partial h_\(j)}")).spectralNorm
      }
      page.check(
        Text("the norms of the coming sections = those of these products", ko: "다음 절들의 노름 = 이 곱들의 노름"),
        Matrix(column: norms.reversed()), equals: Matrix(column: products + [1]))
    }
  }

  // MARK: 1.4

  private func bound(_ page: Page) throws {
    try page.section("bound") {
      let (hidden, T) = (16, 60)
      var random = Random(seed: page.seed)
      let G = random.normal(hidden, hidden)
      let unit = (1 / G.spectralRadius) * G
      let W_x = random.normal(hidden, 4, deviation: 0.1)
      let b = Matrix(rows: hidden, columns: 1)
      let inputs = (0..<T).map { _ in random.normal(4, 1) }

      // The bound on a small example, every pair of steps.
      let example = Example(inputs: 2, hidden: 3, batch: 1, steps: 6, seed: page.seed)
      let tape = Tape()
      let run = example.record(on: tape)
      var scope = Scope(tape)
      scope.values["\\gamma"] = Matrix(1)
      for i in 1...6 {
        for j in 0..<i {
          scope.values["\\frac{\\partial h_\(i)}{\\partial h_\(j)}"] =
            tape.jacobian(of: run.h[i], withRespectTo: run.h[j])
        }
      }
      try page.equation("bound-step", scope, for: ("t", Array(1...6)))
      scope.integers["i"] = 6
      try page.equation("bound", scope, for: ("j", Array(0..<6)))

      let radii = [0.5, 0.8, 1.0, 1.2, 1.5]
      var curves: [LineChart.Series] = []
      var rows: [[String]] = []
      for radius in radii {
        let W_h = radius * unit
        let σ = W_h.spectralNorm
        let norms = jacobianNorms(Design(), (W_x, W_h), b, inputs: inputs)
        curves.append(
          .init("ρ = \(NumberFormat.format(radius, decimals: 1))", norms.enumerated().map { (Double($0), $1) }))
        rows.append([
          NumberFormat.format(radius, decimals: 1), NumberFormat.format(σ, decimals: 3),
          page.number("norm-10-\(radius)", norms[10], significant: 2),
          page.number("norm-50-\(radius)", norms[50], significant: 2),
          NumberFormat.format(power(σ, 50), significant: 2),
        ])
        page.check(
          Text("every lag is within the bound, ρ = \(radius)", ko: "모든 지연이 상한 이하, ρ = \(radius)"),
          norms.enumerated().allSatisfy { $1 <= power(σ, $0) * (1 + 1e-12) && $1 > 0 },
          detail: .symbols("‖∂h_T/∂h_{T−k}‖ ≤ σ_max^k, k ≤ \(T)"))
      }
      // Without inputs the state stays 0, the slopes are 1, and nothing holds the product back.
      let silent = jacobianNorms(Design(), (W_x, 1.5 * unit), b, inputs: inputs.map { 0 * $0 })
      page.number("silent-50", silent[50], significant: 2)
      rows.append([
        "1.5, x = 0", NumberFormat.format((1.5 * unit).spectralNorm, decimals: 3),
        NumberFormat.format(silent[10], significant: 2), NumberFormat.format(silent[50], significant: 2),
        NumberFormat.format(power((1.5 * unit).spectralNorm, 50), significant: 2),
      ])
      curves.append(.init("ρ = 1.5, x = 0", silent.enumerated().map { (Double($0), $1) }))
      page.check(
        Text("without inputs ρ = 1.5 explodes", ko: "입력이 없으면 ρ = 1.5에서 폭발한다"), silent[50] > 1e6,
        detail: .symbols("k = 50: \(NumberFormat.format(silent[50], significant: 2))"))
      for radius in [0.5, 0.8] {
        let σ = (radius * unit).spectralNorm
        curves.append(
          .init(
            "σ_{max}^{k}, ρ = \(NumberFormat.format(radius, decimals: 1))", (0...T).map { (Double($0), power(σ, $0)) },
            line: .dotted))
      }
      page.table(
        [
          .symbols("ρ(W_h)"), .symbols("σ_max(W_h)"), .symbols("k = 10"), .symbols("k = 50"), .symbols("σ_max^50"),
        ], rows)
      page.figure(
        "gradient-norms",
        .lineChart(
          LineChart(
            x: .init("k"), y: .init("‖∂h_{T}/∂h_{T−k}‖_{2}", .logarithmic), series: curves)),
        title: "‖∂h_T/∂h_{T−k}‖ against k for spectral radius 0.5 to 1.5")

      // Sufficient and necessary, each way round.
      page.print()
      let small = (0.9 / unit.spectralNorm) * unit
      let vanished = jacobianNorms(Design(), (W_x, small), b, inputs: inputs)
      page.check(
        Text("σ_max = 0.9 < 1/γ: it vanishes (tanh, γ = 1)", ko: "σ_max = 0.9 < 1/γ이면 소실된다 (tanh, γ = 1)"),
        vanished[50] < 1e-6, detail: .symbols("k = 50: \(NumberFormat.format(vanished[50], significant: 3))"))
      let wide = (3.9 / unit.spectralNorm) * unit
      let sigmoid = jacobianNorms(Design(activation: .sigmoid), (W_x, wide), b, inputs: inputs)
      page.number("sigmoid-50", sigmoid[50], significant: 3)
      page.check(
        Text("σ_max = 3.9 < 1/γ: it vanishes (sigmoid, γ = 1/4)", ko: "σ_max = 3.9 < 1/γ이면 소실된다 (시그모이드, γ = 1/4)"),
        sigmoid[50] < 1e-6, detail: .symbols("k = 50: \(NumberFormat.format(sigmoid[50], significant: 3))"))
      let large = 1.5 * unit
      let saturated = jacobianNorms(Design(), ((30.0 * W_x), large), b, inputs: inputs)
      page.number("saturated-50", saturated[50], significant: 2)
      page.number("saturated-norm", large.spectralNorm, significant: 3)
      page.check(
        Text(
          "σ_max > 1 and ρ = 1.5, and yet it vanishes: strong inputs saturate tanh",
          ko: "σ_max > 1이고 ρ = 1.5인데도 소실된다: 입력이 세면 tanh가 포화한다"),
        large.spectralNorm > 1 && saturated[50] < 1e-6,
        detail: .symbols("k = 50: \(NumberFormat.format(saturated[50], significant: 2))"))
    }
  }

  // MARK: 1.5

  private func eigenvalues(_ page: Page) throws {
    try page.section("eigenvalues") {
      // begin: jordan
      let A = Matrix([[0.9, 10], [0, 0.9]])
      var powers = [Matrix.identity(2)]
      for _ in 1...150 { powers.append(powers[powers.count - 1] * A) }
      let norms = powers.map(\.spectralNorm)
      // end: jordan
      var scope = Scope.withSpectra
      scope.values["A"] = A
      try page.equation("jordan", scope, for: ("k", Array(1...100)))
      let peak = norms.indices.max { norms[$0] < norms[$1] }!
      page.table(
        [
          .symbols("k"), .symbols("‖A^k‖₂"), .symbols("0.9^k"), .symbols("σ_max(A)^k"), .symbols("‖A^k‖₂^{1/k}"),
        ],
        [1, 5, 10, 20, 50, 100, 150].map { k in
          [
            "\(k)", NumberFormat.format(norms[k], significant: 3), NumberFormat.format(power(0.9, k), significant: 3),
            NumberFormat.format(power(norms[1], k), significant: 3),
            NumberFormat.format(Elementary.exp(Elementary.log(norms[k]) / Double(k)), decimals: 3),
          ]
        })
      page.number("jordan-peak", norms[peak], significant: 3)
      page.number("jordan-peak-at", Double(peak), decimals: 0)
      page.number("jordan-100", norms[100], significant: 2)
      page.number("jordan-sigma", norms[1], significant: 4)
      page.check(
        Text("the spectral radius is 0.9", ko: "스펙트럼 반지름은 0.9"), Matrix(A.spectralRadius), equals: Matrix(0.9),
        tolerance: 1e-9)
      page.check(
        Text("it grows first although no eigenvalue reaches 1", ko: "1에 이르는 고윳값이 없는데도 처음에는 커진다"),
        norms[peak] > 38 && norms[peak] < 40 && abs(peak - 10) <= 1,
        detail: .symbols("‖A^{\(peak)}‖ = \(NumberFormat.format(norms[peak], significant: 4))"))
      page.check(
        Text("in the limit the eigenvalues rule", ko: "극한은 고윳값이 다스린다"), norms[100] < 0.03 && norms[150] < 1e-3,
        detail: .symbols("‖A^{100}‖ = \(NumberFormat.format(norms[100], significant: 2))"))

      // The other way round: an eigenvalue of 1.5, and the gradient of a tanh network with it vanishes.
      let W_h = Matrix([[1.5, 0], [0, 0.5]])
      let inputs = (0..<60).map { _ in Matrix(1) }
      let driven = jacobianNorms(
        Design(), (Matrix(column: [1, 1]), W_h), Matrix(rows: 2, columns: 1), inputs: inputs)
      page.number("eigenvalue-1.5-50", driven[50], significant: 2)
      page.check(
        Text("an eigenvalue of 1.5, and the gradient vanishes", ko: "고윳값이 1.5인데 기울기는 소실된다"),
        W_h.spectralRadius > 1.49 && driven[50] < 1e-6,
        detail: .symbols("k = 50: \(NumberFormat.format(driven[50], significant: 2))"))
      // Both eigenvalues 0, and the gradient explodes: an input holds the state where the second unit is saturated.
      // begin: nilpotent
      let N = Matrix([[2, -2], [2, -2]])
      let held = Matrix(column: [0, 1.5]).tanh
      let drive = Matrix(column: [0, 1.5]) - N * held
      let grown = jacobianNorms(
        Design(), (Matrix.identity(2), N), Matrix(rows: 2, columns: 1), start: held,
        inputs: Array(repeating: drive, count: 60))
      // end: nilpotent
      page.number("nilpotent-50", grown[50], significant: 2)
      // The state is held like a pencil on its point.
      let beside = jacobianNorms(
        Design(), (Matrix.identity(2), N), Matrix(rows: 2, columns: 1), start: held + Matrix(column: [1e-6, 0]),
        inputs: Array(repeating: drive, count: 60))
      page.number("beside-50", beside[50], significant: 2)
      page.check(
        Text("the square of N is 0, so both its eigenvalues are 0", ko: "N의 제곱이 0이므로 고윳값은 둘 다 0"), N * N,
        equals: 0.0 * N)
      page.check(
        Text("eigenvalues 0 and 0, and the gradient explodes", ko: "고윳값이 0과 0인데 기울기는 폭발한다"), grown[50] > 1e9,
        detail: .symbols("k = 50: \(NumberFormat.format(grown[50], significant: 2))"))
      page.check(
        Text("from 10⁻⁶ beside that state it vanishes", ko: "그 상태에서 10⁻⁶만 비켜 출발하면 소실된다"), beside[50] < 1e-6,
        detail: .symbols("k = 50: \(NumberFormat.format(beside[50], significant: 2))"))
      page.figure(
        "jordan",
        .lineChart(
          LineChart(
            x: .init("k"), y: .init("‖A^{k}‖_{2}", .logarithmic, limits: 1e-6...1e4),
            series: [
              .init("‖A^{k}‖_{2}", norms.enumerated().map { (Double($0), $1) }),
              .init("0.9^{k}", (0...150).map { (Double($0), power(0.9, $0)) }, line: .dashed),
              .init("σ_{max}(A)^{k}", (0...4).map { (Double($0), power(norms[1], $0)) }, line: .dotted),
            ])),
        title: "‖A^k‖ of a matrix with both eigenvalues 0.9: up to 39 first, then down")
    }
  }

  // MARK: 1.6

  private func learning(_ page: Page) {
    page.section("learning") {
      let seeds = page.seed..<(page.seed + 3)
      let design = Design(gain: 0.7, clipping: 1)
      let lags = [1, 3, 5, 7, 10, 15, 20, 30]
      var found: [(lag: Int, norm: Double, accuracy: Scores)] = []
      for (number, lag) in lags.enumerated() {
        page.progress(Text("recall, k = \(lag)", ko: "회상, k = \(lag)"), Double(number) / Double(lags.count))
        let norm = startingNorm(design, lag: lag, seeds: seeds)
        let accuracy = accuracies(design, seeds: seeds, symbols: 8, classes: 4) {
          Task.recall(lag: lag).draw($0, &$1)
        }
        found.append((lag, norm, accuracy))
      }
      page.print(
        Text(
          "Recall one of 4 symbols k steps back (chance 25 %): 3 seeds, 400 updates, 512 test sequences.",
          ko: "k단계 앞에서 본 기호(4가지 가운데 하나) 회상(찍으면 25 %). 시드 3개, 갱신 400번, 시험 512개."))
      page.table(
        [
          .symbols("k"), Text("‖∂h_{k+1}/∂h_1‖ at the start", ko: "시작할 때 ‖∂h_{k+1}/∂h_1‖"),
          Text("accuracy", ko: "정확도"), Text("lowest", ko: "최저"), Text("highest", ko: "최고"),
        ],
        found.map { row in
          ["\(row.lag)", NumberFormat.format(row.norm, significant: 2)] + percentages(row.accuracy)
        })
      let easy = found.first { $0.lag == 3 }!
      let hard = found.last!
      page.number("recall-3", 100 * easy.accuracy.mean, decimals: 1)
      page.number("recall-30", 100 * hard.accuracy.mean, decimals: 1)
      page.number("recall-norm-30", hard.norm, significant: 1)
      page.check(
        Text("3 steps back are recalled", ko: "3단계 앞은 회상한다"), easy.accuracy.lowest > 0.95,
        detail: share("lowest", "최저", easy.accuracy.lowest))
      page.check(
        Text("30 steps back are guessed", ko: "30단계 앞은 찍는다"), hard.accuracy.highest < 0.32,
        detail: share("highest", "최고", hard.accuracy.highest))

      let counts = [0, 1, 2, 3, 4, 6, 8]
      var agreed: [(count: Int, accuracy: Scores)] = []
      for (number, count) in counts.enumerated() {
        page.progress(Text("agreement, n = \(count)", ko: "일치, n = \(count)"), Double(number) / Double(counts.count))
        agreed.append(
          (
            count,
            accuracies(design, seeds: seeds, symbols: 10, classes: 2) { agreement(nouns: count, size: $0, &$1) }
          ))
      }
      page.print()
      page.print(
        Text(
          "Agree with the subject across n nouns in between (chance 50 %): same networks, same training.",
          ko: "사이에 낀 명사 n개를 건너 동사의 수를 주어에 일치시키기(찍으면 50 %). 같은 망, 같은 학습."))
      page.table(
        [.symbols("n"), Text("accuracy", ko: "정확도"), Text("lowest", ko: "최저"), Text("highest", ko: "최고")],
        agreed.map { ["\($0.count)"] + percentages($0.accuracy) })
      page.number("agreement-0", 100 * agreed[0].accuracy.mean, decimals: 1)
      page.number("agreement-8", 100 * agreed.last!.accuracy.mean, decimals: 1)
      page.check(
        Text("without a noun in between they agree", ko: "사이에 낀 명사가 없으면 일치한다"),
        agreed[0].accuracy.lowest > 0.99,
        detail: share("lowest", "최저", agreed[0].accuracy.lowest))
      page.check(
        Text("8 nouns in between cost accuracy", ko: "8개가 끼면 정확도가 떨어진다"),
        agreed.last!.accuracy.mean < agreed[0].accuracy.mean - 0.2,
        detail: share("mean", "평균", agreed.last!.accuracy.mean))
      // The same distance without nouns in it.
      let nouns = agreed.first { $0.count == 4 }!.accuracy
      let neutral = accuracies(design, seeds: seeds, symbols: 10, classes: 2) {
        agreement(nouns: 4, areNeutral: true, size: $0, &$1)
      }
      page.number("agreement-4", 100 * nouns.mean, decimals: 1)
      page.number("neutral-4", 100 * neutral.mean, decimals: 1)
      page.check(
        Text("12 neutral words instead of n = 4 cost less", ko: "n = 4 대신 중립 낱말 12개면 덜 방해한다"),
        neutral.mean > nouns.mean + 0.1, detail: share("mean", "평균", neutral.mean))
      page.figure(
        "recall", accuracyChart("k", found.map { ($0.lag, $0.accuracy) }, chance: 25),
        title: "Accuracy of recall against the lag k")
      page.figure(
        "agreement", accuracyChart("n", agreed.map { ($0.count, $0.accuracy) }, chance: 50),
        title: "Accuracy of agreement against the number n of nouns in between")
    }
  }

  /// Mean, lowest and highest accuracy in percent, over the size of a task, with the share that guessing gets.
  private func accuracyChart(_ x: Figure.Label, _ rows: [(size: Int, accuracy: Scores)], chance: Int) -> Figure {
    func series(_ name: Figure.Label, _ value: (Scores) -> Double, isMean: Bool = false) -> LineChart.Series {
      .init(
        name, rows.map { (Double($0.size), 100 * value($0.accuracy)) }, line: isMean ? .solid : .dotted,
        hasMarkers: isMean)
    }
    return .lineChart(
      LineChart(
        x: .init(x), y: .init("%", limits: 0...100),
        series: [series("μ", { $0.mean }, isMean: true), series("min", { $0.lowest }), series("max", { $0.highest })],
        references: [.horizontal(at: Double(chance), label: "\(chance) %")]))
  }

  private func share(_ english: String, _ korean: String, _ value: Double) -> Text {
    let number = "\(NumberFormat.format(100 * value, decimals: 1)) %"
    return Text("\(english) \(number)", ko: "\(korean) \(number)")
  }

  private func percentages(_ accuracy: Scores) -> [String] {
    [accuracy.mean, accuracy.lowest, accuracy.highest].map { NumberFormat.format(100 * $0, decimals: 1) + " %" }
  }

  // MARK: 1.7

  private func clipping(_ page: Page) throws {
    try page.section("clipping") {
      var random = Random(seed: page.seed)
      let θ = 1.0
      let large = random.normal(6, 1, deviation: 5)
      let small = random.normal(6, 1, deviation: 0.01)
      var clipped = [large]
      clip(&clipped, toNorm: θ)
      var scope = Scope()
      scope.values["g_1"] = large
      scope.values["\\hat{g}_1"] = clipped[0]
      scope.values["\\theta"] = Matrix(θ)
      // The norm is that of all parameters together: two matrices are scaled by one factor.
      var parts = [large.rows(0..<3), large.rows(3..<6)]
      clip(&parts, toNorm: θ)
      page.check(
        Text("two matrices are clipped as one vector", ko: "두 행렬을 벡터 하나처럼 클리핑한다"), Matrix.stack(parts),
        equals: clipped[0])

      var untouched = [small]
      clip(&untouched, toNorm: θ)
      scope.values["g_2"] = small
      scope.values["\\hat{g}_2"] = untouched[0]
      try page.equation("clip", scope, for: ("k", [1, 2]))
      page.check(
        Text("below the threshold nothing is touched", ko: "문턱 아래에서는 아무것도 바뀌지 않는다"), untouched[0], hasSameBitsAs: small)
      page.check(
        Text("above it the direction stays", ko: "문턱 위에서도 방향은 그대로다"), Matrix(cosine(clipped[0], large)),
        equals: Matrix(1))
      let wrong = (θ / small.norm) * small
      let enlarged = page.number("enlarged", wrong.norm / small.norm, significant: 3)
      page.check(
        Text("the formula without its condition enlarges a small gradient", ko: "조건 없는 공식은 작은 기울기를 키운다"),
        wrong.norm > 10 * small.norm, detail: Text("\(enlarged) times", ko: "\(enlarged)배"))
      let example = Matrix(column: [10, 0.5, 0.5])
      var byValue = [example]
      clip(&byValue, toValue: θ)
      let turned = page.number("cosine", cosine(byValue[0], example), decimals: 3)
      var clippedExample = [example]
      clip(&clippedExample, toNorm: θ)
      page.entries([
        (.symbols("g"), example), (Text("by norm", ko: "노름 기준"), clippedExample[0]),
        (Text("by value", ko: "성분마다"), byValue[0]),
      ])
      page.check(
        Text("clipping by value changes the direction", ko: "성분마다 자르면 방향이 바뀐다"), cosine(byValue[0], example) < 0.9,
        detail: Text("cosine \(turned)", ko: "코사인 \(turned)"))

      // The cliff.
      let tape = Tape()
      let (w, b) = (tape.variable(Matrix(4.7)).named("w"), tape.variable(Matrix(-2.3)).named("b"))
      var h = [tape.constant(Matrix(0.5)).named("h_0")]
      for t in 1...50 { h.append((w * h[t - 1].sigmoid + b).named(Scope.indexed("h_#", t))) }
      cliffLoss(w, b, start: h[0]).named("L")
      var cliff = Scope(tape)
      cliff.values["h_0"] = h[0].value
      try page.equation("cliff", cliff, for: ("t", Array(1...50)), tape: [h[1].formula])
      try page.equation("cliff-loss", cliff)
      page.check(
        Text("tape = finite differences, at the start", ko: "테이프 = 유한 차분, 출발점에서"),
        GradientCheck([w.value, b.value], names: ["w", "b"]) {
          cliffLoss($0[0], $0[1], start: $0[0].tape.constant(Matrix(0.5)))
        })
      let start = (w: 4.7, b: -2.3)
      let free = cliffDescent(from: start, steps: 20, learningRate: 1, threshold: nil)
      let held = cliffDescent(from: start, steps: 20, learningRate: 1, threshold: 0.1)
      let farthest = free.max { abs($0.w - start.w) < abs($1.w - start.w) }!
      page.table(
        [
          Text("20 steps of size 1 from (4.7, −2.3)", ko: "(4.7, −2.3)에서 보폭 1로 20걸음"), .symbols("w"), .symbols("b"),
          .symbols("L"), .symbols("max ‖g‖"),
        ],
        [(Text("without clipping", ko: "클리핑 없이"), free), (Text("clipped at 0.1", ko: "0.1에서 클리핑"), held)].map {
          name, path in
          let end = path.last!
          return [name(page.language)]
            + [
              NumberFormat.format(end.w, decimals: 3), NumberFormat.format(end.b, decimals: 3),
              NumberFormat.format(end.loss, decimals: 4),
              NumberFormat.format(path.map(\.norm).max()!, significant: 3),
            ]
        })
      page.number("thrown-w", farthest.w, decimals: 1)
      page.number("thrown-b", free.last!.b, decimals: 1)
      page.number("thrown-gradient", free.map(\.norm).max()!, significant: 2)
      page.number("thrown-loss", free.last!.loss, decimals: 2)
      page.number("held-best", held.map(\.loss).min()!, significant: 1)
      page.number("held-jumps", Double(held.count { $0.loss > 0.2 }), decimals: 0)
      page.number("held-last", held.last!.loss, significant: 1)
      let longest = { (path: [(w: Double, b: Double, loss: Double, norm: Double)]) in
        zip(path, path.dropFirst()).map { Matrix(column: [$1.w - $0.w, $1.b - $0.b]).norm }.max()!
      }
      page.check(
        Text("one step off the cliff throws the weights far away", ko: "절벽에서 내디딘 한 걸음이 가중치를 멀리 던진다"),
        longest(free) > 3 && free.last!.norm < 1e-6,
        detail: Text(
          "a step of \(NumberFormat.format(longest(free), decimals: 1)), and no gradient there",
          ko: "한 걸음의 길이 \(NumberFormat.format(longest(free), decimals: 1)), 그곳의 기울기는 소실"))
      page.check(
        Text("clipped, no step is longer than 0.1", ko: "클리핑하면 어느 걸음도 0.1보다 길지 않다"),
        longest(held) <= 0.1 * (1 + 1e-12) && longest(held) > 0.09)

      let pixels = (0..<60).map { 1.5 * (Double($0) + 0.5) / 60 }
      let (ws, bs) = (pixels.map { 4 + $0 }, pixels.map { $0 - 3 })
      let losses = Matrix(rows: 60, columns: 60) { i, j in
        cliffLoss(Matrix(ws[j]), Matrix(bs[i]), start: Matrix(0.5)).scalar
      }
      page.figure(
        "cliff",
        .heatmap(
          Heatmap(
            (0..<60).map { i in (0..<60).map { j in losses[i, j] } },
            x: .init("w", limits: 4...5.5), y: .init("b", limits: -3 ... -1.5), valueLabel: "L",
            paths: [
              .init("θ = ∞", free.map { ($0.w, $0.b) }), .init("θ = 0.1", held.map { ($0.w, $0.b) }),
            ])),
        title: "The loss over (w, b) with its cliff, and two descents")
    }
  }

  private func cosine(_ a: Matrix, _ b: Matrix) -> Double { (a .* b).total.scalar / (a.norm * b.norm) }

  // MARK: 1.8

  private func remedies(_ page: Page) throws {
    try page.section("remedies") {
      // The step of a skip connection adds the identity to the Jacobian; orthogonal matrices keep lengths.
      var random = Random(seed: page.seed)
      let n = 4
      let tape = Tape()
      let W = (x: tape.variable(random.normal(n, 2)).named("W_x"), h: tape.variable(random.normal(n, n)).named("W_h"))
      let b = tape.variable(random.normal(n, 1)).named("b")
      let x = tape.constant(random.normal(2, 1)).named("x_t")
      let before = tape.variable(random.normal(n, 1)).named("h_{t-1}")
      let after = Design(hasSkip: true).step(W, b, x, before).named("h_t")
      var scope = Scope(tape)
      scope.values["I"] = Matrix.identity(n)
      scope.values["\\frac{\\partial h_t}{\\partial h_{t-1}}"] = tape.jacobian(of: after, withRespectTo: before)
      try page.equation("skip", scope, tape: [after.formula])
      try page.equation("skip-jacobian", scope)

      var turning = Scope.withSpectra
      let Q = random.orthogonal(16)
      turning.values["Q"] = Q
      turning.values["I"] = Matrix.identity(16)
      try page.equation("orthogonal", turning, for: ("k", [1, 10, 100]), tolerance: 1e-10)

      let a = tape.variable(random.normal(n, 3)).named("a")
      let normal = Design(isNormalised: true).normalised(a)
      let columnMeans = (1 / Double(n)) * normal.value.sumOfRows
      page.check(
        Text("normalised: every column has mean 0", ko: "정규화하면 모든 열의 평균이 0"), columnMeans,
        equals: Matrix(rows: 1, columns: 3)
      )
      let square = a.value - (1 / Double(n)) * (Matrix(rows: n, columns: n, repeating: 1) * a.value)
      let variance = (1 / Double(n)) * (square .* square).sumOfRows
      page.check(
        Text("and variance 1, but for 1e-5", ko: "분산은 1e-5의 영향을 빼면 1"),
        (1 / Double(n)) * (normal.value .* normal.value).sumOfRows, equals: variance ./ (variance + 1e-5))
      page.check(
        Text("normalisation: tape = finite differences", ko: "정규화: 테이프 = 유한 차분"),
        GradientCheck([a.value], names: ["a"]) { Design(isNormalised: true).normalised($0[0]) })

      let lag = 20
      let seeds = page.seed..<(page.seed + 3)
      let candidates: [(name: Text, design: Design)] = [
        (Text("none", ko: "없음"), Design(gain: 0.7)),
        (Text("none", ko: "없음"), Design()),
        (Text("clipping at 1", ko: "1에서 클리핑"), Design(gain: 0.7, clipping: 1)),
        (Text("ReLU", ko: "ReLU"), Design(activation: .relu)),
        (Text("leaky ReLU", ko: "leaky ReLU"), Design(activation: .leakyRelu)),
        (Text("orthogonal start", ko: "직교 초기화"), Design(start: .orthogonal, gain: 0.7)),
        (Text("orthogonal start", ko: "직교 초기화"), Design(start: .orthogonal)),
        (Text("identity start", ko: "항등 초기화"), Design(start: .identity)),
        (Text("identity start and ReLU", ko: "항등 초기화와 ReLU"), Design(activation: .relu, start: .identity)),
        (Text("normalisation", ko: "정규화"), Design(isNormalised: true)),
        (Text("skip connection", ko: "스킵 연결"), Design(gain: 0.7, hasSkip: true)),
      ]
      var rows: [[String]] = []
      var found: [String: Scores] = [:]
      for (number, candidate) in candidates.enumerated() {
        page.progress(candidate.name, Double(number) / Double(candidates.count))
        let norm = startingNorm(candidate.design, lag: lag, seeds: seeds)
        let accuracy = accuracies(candidate.design, seeds: seeds, symbols: 8, classes: 4) {
          Task.recall(lag: lag).draw($0, &$1)
        }
        let gain = NumberFormat.format(candidate.design.gain, decimals: 1)
        found["\(candidate.name.english) \(gain)"] = accuracy
        rows.append(
          [candidate.name(page.language), gain, NumberFormat.format(norm, significant: 2)]
            + percentages(accuracy))
      }
      page.print()
      page.print(
        Text(
          "Recall 20 steps back, 3 seeds, 400 updates; the norm is the median at the start.",
          ko: "20단계 앞 회상, 시드 3개, 갱신 400번. 노름은 시작할 때의 중앙값."))
      page.table(
        [
          Text("remedy", ko: "처방"), Text("gain", ko: "배율"), .symbols("‖∂h_{21}/∂h_1‖"), Text("accuracy", ko: "정확도"),
          Text("lowest", ko: "최저"),
          Text("highest", ko: "최고"),
        ], rows)
      func mean(_ name: String) -> Double { found[name]!.mean }
      func lowest(_ name: String) -> Double { found[name]!.lowest }
      for (name, row) in [
        ("none", "none 0.7"), ("none-1", "none 1.0"), ("clipping", "clipping at 1 0.7"),
        ("orthogonal", "orthogonal start 0.7"), ("orthogonal-1", "orthogonal start 1.0"),
        ("irnn", "identity start and ReLU 1.0"), ("skip", "skip connection 0.7"),
      ] {
        page.number("remedy-\(name)", 100 * mean(row), decimals: 1)
      }
      page.check(
        Text(
          "skip connection, and identity start with ReLU: every seed recalls",
          ko: "스킵 연결, 그리고 항등 초기화와 ReLU: 모든 시드가 회상한다"),
        min(lowest("skip connection 0.7"), lowest("identity start and ReLU 1.0")) > 0.95)
      page.check(
        Text("ReLU alone and normalisation: not with every seed", ko: "ReLU만, 정규화만: 모든 시드가 회상하지는 못한다"),
        max(lowest("ReLU 1.0"), lowest("normalisation 1.0")) < 0.6,
        detail: Text("gain 1.0", ko: "배율 1.0"))
      page.check(
        Text("clipping does not bring a vanished gradient back", ko: "클리핑은 소실된 기울기를 되살리지 못한다"),
        abs(mean("clipping at 1 0.7") - mean("none 0.7")) < 0.05,
        detail: Text("accuracies within 5 points", ko: "정확도 차이 5 %p 이내"))
    }
  }

  // MARK: 1.9

  private func depthAlike(_ page: Page) {
    page.section("depth") {
      let w = depth.width
      let scale = 1 / Double(w).squareRoot()
      let kinds: [(name: String, design: Design, weight: (inout Random) -> Matrix)] = [
        ("σ", Design(activation: .sigmoid), { $0.normal(w, w, deviation: scale) }),
        ("tanh", Design(), { $0.normal(w, w, deviation: scale) }),
        ("tanh, Q", Design(), { $0.orthogonal(w) }),
        ("ReLU", Design(activation: .relu), { $0.normal(w, w, deviation: 2.0.squareRoot() * scale) }),
        ("tanh, 0.1", Design(), { $0.normal(w, w, deviation: 0.1 * scale) }),
        ("h + tanh, 0.1", Design(hasSkip: true), { $0.normal(w, w, deviation: 0.1 * scale) }),
      ]
      var series: [LineChart.Series] = []
      var rows: [[String]] = []
      var first: [Double] = []
      for kind in kinds {
        // The median over 5 seeds, layer by layer.
        let runs = (page.seed..<(page.seed + 5)).map { seed in
          var random = Random(seed: seed)
          return depthNorms(kind.design, weight: kind.weight, random: &random)
        }
        let medians = median(runs)
        first.append(medians[0])
        series.append(.init(Figure.Label(kind.name), medians.enumerated().map { (Double($0), $1) }))
        rows.append(
          [kind.name] + [0, 10, 20, 30].map { NumberFormat.format(medians[$0], significant: 2) })
      }
      page.table(
        [.symbols("")] + [0, 10, 20, 30].map { .symbols("l = \($0)") }, rows)
      page.number("depth-sigmoid", first[0], significant: 1)
      page.number("depth-skip", first[5], significant: 2)
      page.number("depth-small", first[4], significant: 1)
      page.check(
        Text("40 sigmoid layers: next to nothing reaches the input", ko: "시그모이드 40층: 입력까지 오는 기울기가 거의 없다"),
        first[0] < 1e-12)
      page.check(
        Text("with skip connections about as much as at the end", ko: "스킵 연결이 있으면 마지막 층과 비슷하게 온다"),
        first[5] > 0.1 && first[5] < 10)
      page.figure(
        "depth",
        .lineChart(LineChart(x: .init("l"), y: .init("‖∂L/∂h_{l}‖ / ‖∂L/∂h_{40}‖", .logarithmic), series: series)),
        title: "The gradient's norm against the layer l of a feed-forward network of 40 layers")
    }
  }
}
