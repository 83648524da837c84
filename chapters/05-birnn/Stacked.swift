// Section 5.3: layers of both directions, their sizes, and what a half of an output knows.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

extension BidirectionalNetworks {
  func stacked(_ page: Page) throws {
    try page.section("stacked") {
      for kind in [RecurrentConfiguration.Kind.rnn(.tanh), .lstm] {
        for layers in [1, 2] { try compareWithPyTorch(page, kind, layers: layers) }
      }
      page.print()
      try sizes(page)
      var random = Random(seed: page.seed)
      let small = RecurrentConfiguration(.lstm, inputSize: 3, hiddenSize: 4, bidirectional: true)
      let output = RecurrentNetwork(small, random: &random).run([random.normal(3, 1)]).outputs[0]
      page.check(
        Text("each direction has hidden size H, an output both: 2 H", ko: "방향마다 은닉 크기가 H이고, 출력은 둘을 합쳐 2 H다"),
        .equal(output.rows, 8, named: "dim y_t"),
        .equal(small.parameters.count { $0.shape == [16, 4] }, 2, named: "4 H × H"),
        note: .symbols("H = 4"))
      page.print()
      forwardHalf(page, &random)
    }
  }

  private func compareWithPyTorch(_ page: Page, _ kind: RecurrentConfiguration.Kind, layers: Int) throws {
    let name = "\(kind.name.lowercased())-\(layers > 1 ? "stacked-" : "")bidirectional"
    let torch = try TorchRun(kind, layers: layers, bidirectional: true, from: page.fixture(name))
    let ours = torch.computed()
    let what = Text("\(kind.name), \(layers) layer\(layers > 1 ? "s" : "")", ko: "\(kind.name), \(layers)층")
    var parts = [(Text("outputs", ko: "출력"), ours.outputs, torch.outputs)]
    for (k, part) in kind.stateNames.enumerated() {
      parts.append((.symbols("\(part)_n"), ours.last.map { $0[k] }, torch.last.map { $0[k] }))
    }
    parts += [
      (.symbols("∂L/∂x_t"), ours.inputs, torch.gradientsOfInputs),
      (
        Text("gradients of first states", ko: "첫 상태의 기울기"), ours.first.flatMap { $0 },
        torch.gradientsOfFirst.flatMap { $0 }
      ),
      (Text("gradients of weights", ko: "가중치의 기울기"), ours.weights, torch.gradientsOfWeights),
    ]
    for (part, a, b) in parts {
      page.check(
        Text("\(what.english), \(part.english)", ko: "\(what.korean), \(part.korean)"), .tape(.column(of: a)),
        equals: .pytorch(.column(of: b)))
    }
  }

  private func sizes(_ page: Page) throws {
    let (D, H) = (128, 256)
    var sizes = Scope()
    for (name, value) in [("g", 4), ("D", D), ("H", H)] { sizes.values[name] = Matrix(Double(value)) }
    func count(_ inputs: Int, _ hidden: Int, bidirectional: Bool) -> Int {
      RecurrentConfiguration(.lstm, inputSize: inputs, hiddenSize: hidden, bidirectional: bidirectional)
        .parameterCount
    }
    for d in [1, 2] { sizes.values["n_\(d)"] = Matrix(Double(count(D, H, bidirectional: d == 2))) }
    try page.equation("parameters", sizes, for: ("d", [1, 2]))
    let rows = [
      ("128 → 256", H, count(D, H, bidirectional: false)),
      ("128 → 256 + 256", 2 * H, count(D, H, bidirectional: true)),
      ("128 → 128 + 128", H, count(D, H / 2, bidirectional: true)),
      ("128 → 512", 2 * H, count(D, 2 * H, bidirectional: false)),
    ]
    page.table(
      [.symbols("LSTM"), .symbols("y_t"), Text("parameters", ko: "매개변수")], rows.map { [$0, "\($1)", "\($2)"] })
    for (name, row) in [("one", rows[0]), ("two", rows[1]), ("wide", rows[3])] {
      page.number("size-\(name)", Double(row.2), decimals: 0)
    }
  }

  /// The forward half of an output knows nothing of the future in one layer; in two layers it knows it from the layer below.
  private func forwardHalf(_ page: Page, _ random: inout Random) {
    for layers in [1, 2] {
      let configuration = RecurrentConfiguration(
        .rnn(.tanh), inputSize: 2, hiddenSize: 3, layers: layers, bidirectional: true)
      let tape = Tape()
      let network = RecurrentNetwork(configuration, random: &random).map { tape.variable($1, named: $0) }
      let x = (0..<4).map { _ in tape.variable(random.normal(2, 1)) }
      let half = network.run(x).outputs[1].rows(0..<3)
      let future = tape.jacobian(of: half, withRespectTo: x[2])
      page.number("half-\(layers)", future.norm, significant: 2)
      page.check(
        layers == 1
          ? Text("1 layer: the forward half of y_2 knows nothing of x_3", ko: "1층: y_2의 순방향 절반은 x_3을 모른다")
          : Text("2 layers: the forward half of y_2 knows x_3", ko: "2층: y_2의 순방향 절반도 x_3을 안다"),
        future.elements.count { $0 == 0 } == (layers == 1 ? 6 : 0) && future.count == 6,
        detail: .symbols("‖∂→h_2/∂x_3‖ = \(NumberFormat.format(future.norm, significant: 2))"))
    }
  }
}
