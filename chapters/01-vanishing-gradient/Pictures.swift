// The pictures of this chapter, each with the tape that it shows.

import Autodiff
import Experiments
import Notebook

extension VanishingGradient {
  // MARK: 1.5

  /// The chain of units forwards, with its values, and backwards, with the gradient that is left at each place.
  func drawChain(_ page: Page, links: Int, loss: Variable) {
    var d = Diagram()
    var h = d.quantity("h_0", at: 0, 0)
    for l in 1...links {
      let w = d.quantity("w_\(l)", at: 4 * l - 2, 3)
      let product = d.operation(.matrixProduct, key: "product \(l)", at: 4 * l - 2, 0)
      let unit = d.operation(.sigmoid, "h_\(l)", at: 4 * l, 0)
      d.wire(w, product)
      d.wire(h, product)
      d.wire(product, unit)
      h = unit
    }
    d.wire(h, d.quantity("h_\(links)", at: 4 * links + 3, 0))
    let values = (1...links).map { "h_\($0)" }
    let weights = (1...links).map { "w_\($0)" }
    let back = (1...links).map { (from: "w_\($0)", to: "product \($0)", text: Diagram.BackText.number) }
    page.diagram(
      "chain",
      [
        DiagramPanel(d.colouringLines(["h_0"] + values, 0).numbering(values + weights), loss.tape, isPart: true),
        DiagramPanel(d.colouringLines(["h_0"] + values, 0).numbering(values, significant: 2), loss.tape, isPart: true)
          .back(from: loss, .init(back + [(from: "h_\(links)", to: "h_\(links)", text: .number)], decades: 6)),
      ])
  }

  // MARK: 1.1

  /// The cell as a layer, and what the layer consists of.
  func drawCell(_ page: Page, _ example: Example) {
    let tape = Tape()
    let W = (x: tape.variable(example.W.x, named: "W_x"), h: tape.variable(example.W.h, named: "W_h"))
    let b = tape.variable(example.b, named: "b")
    let (x, h) = (tape.constant(example.x[0], named: "x_t"), tape.variable(example.start, named: "h_{t-1}"))
    _ = (W.x * x + W.h * h + b).named("a_t").tanh.named("h_t")

    var d = Diagram()
    let (W_h, W_x) = (d.quantity("W_h", at: 4, 0), d.quantity("W_x", at: 4, 9))
    let (before, input) = (d.quantity("h_{t-1}", at: 1, 3), d.quantity("x_t", at: 1, 6))
    let fromState = d.operation(.matrixProduct, key: "W_h h", at: 4, 3)
    let fromInput = d.operation(.matrixProduct, key: "W_x x", at: 4, 6)
    let sum = d.operation(.sum, key: "sum", at: 8, 3)
    let a = d.operation(.sum, "a_t", at: 11, 3)
    let state = d.operation(.tanh, "h_t", at: 15, 3)
    d.wire(W_h, fromState)
    d.wire(before, fromState)
    d.wire(W_x, fromInput)
    d.wire(input, fromInput)
    d.wire(fromState, sum)
    d.wire(fromInput, sum)
    d.wire(sum, a)
    d.wire(d.quantity("b", at: 11, 6), a)
    d.wire(a, state)
    d.wire(state, d.quantity("h_t", at: 20, 3))
    d = d.naming(["a_t"]).colouringLines(["h_{t-1}", "W_h h", "sum", "a_t", "h_t"], 0)
    page.diagram("cell", [DiagramPanel(.rnn(), tape), DiagramPanel(d, tape)])
  }

  /// Four steps that read one W_h, and the way back: the gradient gets thinner from step to step.
  func drawUnrolled(_ page: Page, seed: UInt64) {
    let T = 4
    let network = LagNetwork(seed: seed)
    let tape = Tape()
    let W = (x: tape.variable(network.W_x, named: "W_x"), h: tape.variable(0.5 * network.unit, named: "W_h"))
    let b = tape.variable(network.b, named: "b")
    var state = tape.variable(network.b, named: "h_0")
    var d = Diagram()
    let W_h = d.quantity("W_h", at: 0, 1)
    var h = d.quantity("h_0", at: 0, 5)
    for t in 1...T {
      let x_t = tape.constant(network.inputs[t - 1], named: "x_\(t)")
      state = (W.x * x_t + W.h * state + b).tanh.named("h_\(t)")
      let x = 5 * t - 2
      let step = d.box("g", ["h_\(t)"], parameters: ["W_x", "b"], at: x, 5, width: 2)[0]
      d.wire(W_h, step, via: [(x, 1)])
      d.wire(h, step)
      d.wire(d.quantity("x_\(t)", at: x, 8), step)
      h = step
    }
    d.wire(h, d.quantity("h_\(T)", at: 5 * T + 2, 5))
    d = d.colouringLines((0...T).map { "h_\($0)" }, 0)
    let loss = (0.5 * (state .* state).total).named("L")
    page.diagram(
      "unrolled",
      [
        DiagramPanel(d, tape, isPart: true), DiagramPanel(d, tape, isPart: true).back(from: loss, .init(decades: 2)),
      ])
  }

  // MARK: 1.2 and 1.3

  /// The two steps on paper with the run's numbers: forwards, or the gradients that come back.
  func drawTwoSteps(_ page: Page, _ run: Example.Run, isBack: Bool) {
    var d = Diagram()
    let W_h = d.quantity("W_h", at: 0, 1)
    var h = d.quantity("h_0", at: 0, 5)
    let loss = d.box("L", ["L"], parameters: ["y_1", "y_2"], at: 16, 12, width: 14)[0]
    for t in 1...2 {
      let x = 11 * t - 7
      let sum = d.box("a", ["a_\(t)"], parameters: ["W_x", "b"], at: x, 5, width: 2)[0]
      let tanh = d.operation(.tanh, "h_\(t)", at: x + 4, 5)
      d.wire(W_h, sum, via: [(x, 1)])
      d.wire(h, sum)
      d.wire(d.quantity("x_\(t)", at: x, 8), sum)
      d.wire(sum, tanh)
      d.wire(tanh, loss, via: [(x + 6, 5)], entry: (x + 6, 12))
      h = tanh
    }
    d = d.colouringLines(["h_0", "h_1", "h_2"], 0)
    if !isBack {
      let named = ["h_0", "x_1", "x_2", "a_1", "a_2", "h_1", "h_2"]
      return page.diagram("forwards", [DiagramPanel(d.numbering(named), run.loss.tape, isPart: true)])
    }
    let wires: [(from: String, to: String, text: Diagram.BackText)] = [
      ("h_2", "L", .number), ("a_2", "h_2", .number), ("h_1", "a_2", .number), ("h_1", "L", .number),
      ("a_1", "h_1", .number), ("h_0", "a_1", .number),
    ]
    page.diagram("backwards", [DiagramPanel(d, run.loss.tape, isPart: true).back(from: run.loss, .init(wires))])
  }

  // MARK: 1.6

  /// Two steps, and the factors that the gradient takes up on its way back through them.
  func drawFactors(_ page: Page, _ example: Example) {
    let tape = Tape()
    let W = (x: tape.variable(example.W.x, named: "W_x"), h: tape.variable(example.W.h, named: "W_h"))
    let b = tape.variable(example.b, named: "b")
    var state = tape.variable(example.start, named: "h_{t-2}")
    var d = Diagram()
    var h = d.quantity("h_{t-2}", at: 0, 0)
    for (place, t) in ["{t-1}", "t"].enumerated() {
      let x = tape.constant(example.x[place], named: "x_\(t)")
      state = (W.x * x + W.h * state + b).named("a_\(t)").tanh.named("h_\(t)")
      let a = d.layer(nil, "a_\(t)", weights: ["W_h", "W_x", "b"], at: 11 * place + 5, 0)
      let tanh = d.operation(.tanh, "h_\(t)", at: 11 * place + 10, 0)
      d.wire(h, a)
      d.wire(d.quantity("x_\(t)", at: 11 * place + 5, 3), a)
      d.wire(a, tanh)
      h = tanh
    }
    d.wire(h, d.quantity("h_t", at: 24, 0))
    let loss = (0.5 * (state .* state).total).named("L")
    d = d.colouringLines(["h_{t-2}", "a_{t-1}", "h_{t-1}", "a_t", "h_t"], 0)
    page.diagram(
      "factors",
      [
        DiagramPanel(d.naming(["a_{t-1}", "h_{t-1}", "a_t"]), tape, isPart: true),
        DiagramPanel(d, tape, isPart: true).back(
          from: loss,
          .init([
            (from: "h_{t-2}", to: "a_{t-1}", text: .term), (from: "a_{t-1}", to: "h_{t-1}", text: .term),
            (from: "h_{t-1}", to: "a_t", text: .term), (from: "a_t", to: "h_t", text: .term),
          ])),
      ])
  }

  // MARK: 1.12

  /// The way back through five steps of a network, from a loss at the last, for several W_h: how thick is what comes through.
  func drawWayBack(
    _ page: Page, _ networks: [(name: String, label: String, W_h: Matrix, inputs: [Matrix])], W_x: Matrix
  ) {
    let (T, n) = (5, W_x.rows)
    var random = Random(seed: page.seed)
    let y = random.uniform(n, 1, -1, 1)
    let panels = networks.map { network in
      let tape = Tape()
      let W = (x: tape.variable(W_x, named: "W_x"), h: tape.variable(network.W_h, named: "W_h"))
      let b = tape.variable(Matrix(rows: n, columns: 1), named: "b")
      var states = [tape.variable(Matrix(rows: n, columns: 1), named: "h_0")]
      var d = Diagram(label: network.label)
      var h = d.quantity("h_0", at: 0, 0)
      for t in 1...T {
        let x = tape.constant(network.inputs[t - 1], named: "x_\(t)")
        states.append(Design().step(W, b, x, states[t - 1]).named("h_\(t)"))
        let step = d.layer(.tanh, "h_\(t)", weights: ["W_h", "W_x", "b"], at: 4 * t - 1, 0)
        d.wire(h, step)
        d.wire(d.quantity("x_\(t)", at: 4 * t - 1, 3), step)
        h = step
      }
      d.wire(h, d.quantity("h_\(T)", at: 4 * T + 3, 0))
      let e = states[T] - tape.constant(y)
      let loss = (0.5 * (e .* e).total).named("L")
      let gradients = tape.gradients(of: loss)
      page.number(
        "way-back-\(network.name)", gradients[states[0]].norm / gradients[states[T]].norm, significant: 2)
      return DiagramPanel(d.colouringLines((0...T).map { "h_\($0)" }, 0), tape, isPart: true)
        .back(from: loss, .init(decades: 2))
    }
    page.diagram("way-back", panels)
  }
}
