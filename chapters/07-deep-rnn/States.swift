// Section 7.3: which of the states that a stack returns is which.

import Autodiff
import Experiments
import Notebook
import Recurrent

extension DeepNetworks {
  func states(_ page: Page) throws {
    try page.section("states") {
      drawTwoDirections(page)
      for kind in RecurrentConfiguration.Kind.stacked {
        for isBidirectional in [false, true] { try compareWithPyTorch(kind, isBidirectional, page) }
      }
      var random = Random(seed: page.seed)
      let x = (0..<5).map { _ in random.normal(3, 1) }
      func network(layers: Int, bidirectional: Bool) -> RecurrentNetwork<Matrix> {
        RecurrentNetwork(
          RecurrentConfiguration(
            .rnn(.tanh), inputSize: 3, hiddenSize: 4, layers: layers, bidirectional: bidirectional),
          random: &random)
      }
      let one = network(layers: 3, bidirectional: false)
      let both = network(layers: 2, bidirectional: true)
      lastStates(of: one, x, page)
      twoDirections(one, both, x, page)
    }
  }

  /// A layer of PyTorch's against the same weights in this project: outputs, last states, and all gradients.
  private func compareWithPyTorch(_ kind: RecurrentConfiguration.Kind, _ isBidirectional: Bool, _ page: Page) throws {
    let variant = isBidirectional ? "stacked-bidirectional" : "stacked"
    let layers = isBidirectional ? 2 : kind == .rnn(.tanh) ? 3 : 4
    let torch = try TorchRun(
      kind, layers: layers, bidirectional: isBidirectional,
      from: page.fixture("\(kind.name.lowercased())-\(variant)"))
    let ours = torch.computed()
    let network = Text(
      "\(kind.name), \(layers) layers\(isBidirectional ? ", two directions" : "")",
      ko: "\(kind.name), \(layers)층\(isBidirectional ? ", 양방향" : "")")
    func check(_ part: Text, _ ours: [Matrix], _ theirs: [Matrix]) {
      page.check(
        Text("\(network.english), \(part.english)", ko: "\(network.korean), \(part.korean)"),
        .tape(.column(of: ours)), equals: .pytorch(.column(of: theirs)))
    }
    check(Text("outputs", ko: "출력"), ours.outputs, torch.outputs)
    check(Text("all last states", ko: "모든 마지막 상태"), ours.last.flatMap { $0 }, torch.last.flatMap { $0 })
    check(
      Text("all gradients", ko: "모든 기울기"), ours.inputs + ours.first.flatMap { $0 } + ours.weights,
      torch.gradientsOfInputs + torch.gradientsOfFirst.flatMap { $0 } + torch.gradientsOfWeights)
  }

  /// In one direction, each of the states is the last output of its layer.
  private func lastStates(of network: RecurrentNetwork<Matrix>, _ x: [Matrix], _ page: Page) {
    let run = network.run(x)
    page.check(
      Text("one direction: y_T is the last layer's last state", ko: "한 방향: y_T가 마지막 층의 마지막 상태다"),
      run.outputs[x.count - 1], hasSameBitsAs: run.states[2][0])
    var outputs = x
    for (l, layer) in network.layers.enumerated() {
      outputs = layer.run(outputs).outputs
      page.check(
        Text("h_n of layer \(l + 1) is that layer's h_T", ko: "층 \(l + 1)의 h_n은 그 층의 h_T다"), run.states[l][0],
        hasSameBitsAs: outputs[x.count - 1])
    }
  }

  /// With two directions, and with two stacks that are joined at the top only.
  private func twoDirections(
    _ one: RecurrentNetwork<Matrix>, _ both: RecurrentNetwork<Matrix>, _ x: [Matrix], _ page: Page
  ) {
    let H = both.configuration.hiddenSize
    let last = x.count - 1
    let tape = Tape()
    let inputs = x.map { tape.variable($0) }
    let recorded = both.map { tape.constant($1) }
    let mixed = recorded.run(inputs)
    page.check(
      Text("two directions: h_n = upper half of y_T, lower half of y_1", ko: "양방향: h_n은 y_T의 위쪽 반과 y_1의 아래쪽 반이다"),
      .stack([mixed.outputs[last].value.rows(0..<H), mixed.outputs[0].value.rows(H..<2 * H)]),
      hasSameBitsAs: .stack([mixed.states[2][0].value, mixed.states[3][0].value]))
    page.table(
      [.symbols("H = 4, D = 3"), .symbols("W_x"), .symbols("W_h"), .symbols("y_t"), .symbols("h_n")],
      [one, both].flatMap { shapeRows($0, page.language) })

    // The first layer's forward direction alone, and upon it the second layer's, with the same weights.
    let below = RNNCell(recorded.weights(layer: 0)).run(inputs).outputs
    let above = recorded.weights(layer: 1)
    let apart = RNNCell(CellWeights(W: (above.W.x.columns(Array(0..<H)), above.W.h), b: above.b)).run(below).outputs
    let future = tape.jacobian(of: mixed.outputs[0].rows(0..<H), withRespectTo: inputs[last]).norm
    let none = tape.jacobian(of: apart[0], withRespectTo: inputs[last])
    page.number("future", future, significant: 2)
    page.check(
      Text("layer 2, forward: y_1 depends on x_5", ko: "층 2의 순방향: y_1이 x_5에 달렸다"),
      .above(future, 1e-3, named: "‖∂y_1/∂x_5‖"))
    page.check(
      Text("two separate stacks: it does not", ko: "두 신경망을 따로 쌓으면 그렇지 않다"), none, hasSameBitsAs: 0 * none)
  }

  /// A row for each layer: the shapes of its weights, the entries of y_t, and the shape of its part of h_n.
  private func shapeRows(_ network: RecurrentNetwork<Matrix>, _ language: Language) -> [[String]] {
    let (directions, H) = (network.configuration.directions, network.configuration.hiddenSize)
    return (0..<network.configuration.layers).map { l in
      let W = network.weights(layer: l).W
      let title = Text(
        "\(directions) direction\(directions == 1 ? "" : "s"), layer \(l + 1)", ko: "방향 \(directions)개, 층 \(l + 1)")
      return [title(language), "\(W.x.shape)", "\(W.h.shape)", "\(directions * H)", "\(directions) × \(H)"]
    }
  }
}
