// The pictures of this chapter, each with the tape that it shows.

import Autodiff
import Experiments
import Notebook

extension VanishingGradient {
  // MARK: 1.1

  /// The chain of units forwards, with its values, and backwards, with the gradient that is left at each place.
  func drawChain(_ page: Page, units n: Int, loss: Variable) {
    var d = Diagram()
    var h = d.quantity("h_0", at: 0, 0)
    for k in 1...n {
      let w = d.quantity("w_\(k)", at: 4 * k - 2, 3)
      let product = d.operation(.matrixProduct, key: "product \(k)", at: 4 * k - 2, 0)
      let unit = d.operation(.sigmoid, "h_\(k)", at: 4 * k, 0)
      d.wire(w, product)
      d.wire(h, product)
      d.wire(product, unit)
      h = unit
    }
    d.wire(h, d.quantity("h_\(n)", at: 4 * n + 3, 0))
    let values = (1...n).map { "h_\($0)" }
    let weights = (1...n).map { "w_\($0)" }
    let back = (1...n).map { (from: "w_\($0)", to: "product \($0)", text: Diagram.BackText.number) }
    page.diagram(
      "chain",
      [
        DiagramPanel(d.colouringLines(["h_0"] + values, 0).numbering(values + weights), loss.tape, isPart: true),
        DiagramPanel(d.colouringLines(["h_0"] + values, 0).numbering(values, significant: 2), loss.tape, isPart: true)
          .back(from: loss, .init(back + [(from: "h_\(n)", to: "h_\(n)", text: .number)], decades: 6)),
      ])
  }

  // MARK: 1.2

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

  /// One W_h for all steps: forwards it goes to each of them, and backwards a term of its gradient comes from each.
  func drawSharedWeight(_ page: Page, _ run: Example.Run) {
    let T = run.a.count
    var d = Diagram()
    let W_h = d.quantity("W_h", at: 0, 1)
    var h = d.quantity("h_0", at: 0, 5)
    let loss = d.box(
      "J", ["J"], parameters: (1...T).map { "y_\($0)" }, at: 13, 11, width: 22)[0]
    for t in 1...T {
      let x = 6 * t - 3
      let step = d.box("g", ["h_\(t)"], parameters: ["W_x", "b"], at: x, 5, width: 2)[0]
      d.wire(W_h, step, via: [(x, 1)])
      d.wire(h, step)
      d.wire(d.quantity("x_\(t)", at: x, 8), step)
      d.wire(step, loss, via: [(min(x + 3, 23), 5)], entry: (min(x + 3, 23), 11))
      h = step
    }
    let shared = d.colouringLines(["W_h"], 1)
    let terms = (1...T).map { (from: "W_h", to: "h_\($0)", text: Diagram.BackText.term) }
    page.diagram(
      "shared",
      [
        DiagramPanel(shared, run.loss.tape),
        DiagramPanel(shared, run.loss.tape).back(from: run.loss, .init(terms)),
      ])
  }

  // MARK: 1.3

  /// Two steps, and the factors that the gradient takes up on its way back through them.
  func drawFactors(_ page: Page, _ example: Example) {
    let tape = Tape()
    let W = (x: tape.variable(example.W.x, named: "W_x"), h: tape.variable(example.W.h, named: "W_h"))
    let b = tape.variable(example.b, named: "b")
    var state = tape.variable(example.start, named: "h_{t-2}")
    var d = Diagram()
    var h = d.quantity("h_{t-2}", at: 0, 0)
    for (k, t) in ["{t-1}", "t"].enumerated() {
      let x = tape.constant(example.x[k], named: "x_\(t)")
      state = (W.x * x + W.h * state + b).named("a_\(t)").tanh.named("h_\(t)")
      let a = d.layer(nil, "a_\(t)", weights: ["W_h", "W_x", "b"], at: 11 * k + 5, 0)
      let tanh = d.operation(.tanh, "h_\(t)", at: 11 * k + 10, 0)
      d.wire(h, a)
      d.wire(d.quantity("x_\(t)", at: 11 * k + 5, 3), a)
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

  // MARK: 1.4

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
