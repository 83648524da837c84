// The pictures of this chapter, each with the tape that it shows.

import Autodiff
import Notebook
import Recurrent

extension SequenceModels {
  // MARK: 0.1

  /// The network as a loop, and three of its steps one after the other.
  func drawUnrolled(_ page: Page) {
    var random = Random(seed: page.seed)
    let weights = firstWeights(inputs: 2, units: 3, classes: 2, &random)
    let x = (0..<3).map { _ in random.normal(2, 2) }
    func parameters(_ tape: Tape) -> [Variable] {
      zip(Model<Variable>.names, weights).map { tape.variable($1, named: $0) }
    }
    let start = Matrix(rows: 3, columns: 2)
    let once = Tape()
    let before = once.variable(start, named: "h_{t-1}")
    _ = unroll(Model(parameters(once)).cell, [once.constant(x[0], named: "x_t")], from: before)[0].named("h_t")
    var loop = Diagram()
    let g = loop.box("g", ["h_t"], parameters: ["W_x", "W_h", "b"], at: 3, 3, width: 2)[0]
    loop.wire(loop.quantity("x_t", at: 3, 6), g)
    loop.wire(g, g, via: [(5, 3), (5, 1), (1, 1), (1, 3)], next: "h_{t-1}")
    loop.wire(g, loop.quantity("h_t", at: 7, 3))

    let tape = Tape()
    let inputs = x.enumerated().map { tape.constant($1, named: "x_\($0 + 1)") }
    let states = unroll(Model(parameters(tape)).cell, inputs, from: tape.variable(start, named: "h_0"))
    var steps = Diagram(label: "t = 1, 2, 3")
    var h = steps.quantity("h_0", at: 0, 3)
    for (k, state) in states.enumerated() {
      state.named("h_\(k + 1)")
      let g = steps.box("g", ["h_\(k + 1)"], parameters: ["W_x", "W_h", "b"], at: 4 * k + 3, 3, width: 2)[0]
      steps.wire(h, g)
      steps.wire(steps.quantity("x_\(k + 1)", at: 4 * k + 3, 6), g)
      h = g
    }
    steps.wire(h, steps.quantity("h_3", at: 14, 3))
    page.diagram(
      "unrolled",
      [
        DiagramPanel(loop.colouringLines(["h_t"], 0), once, isPart: true),
        DiagramPanel(
          steps.colouringLines((0...3).map { "h_\($0)" }, 0).naming(["h_1", "h_2"]), tape, isPart: true),
      ], isRow: true)
  }

  /// What three families look at to give the same answer: x_{t−3} … x_t stand in the same columns.
  func drawFamilies(_ page: Page) {
    page.diagram("families", [everything(page.seed), window(page.seed), state(page.seed)])
  }

  /// The names of x_{t−3} … x_t and the like, from the oldest.
  private static let moments = ["{t-3}", "{t-2}", "{t-1}", "t"]
  /// Their columns.
  private var columns: [Int] { [1, 6, 11, 16] }

  /// Weights on a tape under the names of a model, and x_{t−3} … x_t.
  private func record(_ seed: UInt64, inputs d: Int) -> (weights: [Variable], x: [Variable]) {
    var random = Random(seed: seed)
    let tape = Tape()
    let weights = zip(Model<Variable>.names, firstWeights(inputs: d, units: 3, classes: 2, &random)).map {
      tape.variable($1, named: $0)
    }
    return (weights, Self.moments.map { tape.constant(random.normal(2, 1), named: "x_\($0)") })
  }

  private func everything(_ seed: UInt64) -> DiagramPanel {
    let (p, x) = record(seed, inputs: 8)
    _ = windowScores(p[0], p[2], p[3], p[4], x).named("\\hat{y}_t")
    var d = Diagram(label: "ŷ_{t} = f_{t}(x_{1}, …, x_{t})")
    let f = d.box("f_t", ["\\hat{y}_t"], parameters: ["W_x", "b", "V", "b_s"], at: 9, 3, width: 17)[0]
    for (k, column) in columns.enumerated() {
      let name = "x_\(Self.moments[k])"
      let input = k == 0 ? d.dots(name, at: column, 7) : d.quantity(name, at: column, 7)
      d.wire(input, f, entry: (column, 3))
    }
    d.wire(f, d.quantity("\\hat{y}_t", at: 16, 0), exit: (16, 3))
    return DiagramPanel(d.colouring(["\\hat{y}_t"], 1), p[0].tape, isPart: true)
  }

  private func window(_ seed: UInt64) -> DiagramPanel {
    let (p, x) = record(seed, inputs: 4)
    var d = Diagram(label: "ŷ_{t} = f(x_{t−1}, x_{t})")
    let inputs = columns.enumerated().map { k, column in
      let name = "x_\(Self.moments[k])"
      return k == 0 ? d.dots(name, at: column, 7) : d.quantity(name, at: column, 7)
    }
    for k in 0..<3 {
      let name = "\\hat{y}_\(Self.moments[k + 1])"
      _ = windowScores(p[0], p[2], p[3], p[4], Array(x[k...k + 1])).named(name)
      let (left, right) = (columns[k], columns[k + 1])
      let f = d.box("f", [name], parameters: ["W_x", "b", "V", "b_s"], at: right, 3, width: 3)[0]
      d.wire(inputs[k], f, via: [(left, 5), (right - 1, 5)], entry: (right - 1, 3))
      d.wire(inputs[k + 1], f)
      d.wire(f, d.quantity(name, at: right, 0))
    }
    return DiagramPanel(d.emphasising(["\\hat{y}_t"], plain: ["x_{t-1}", "x_t"]), p[0].tape, isPart: true)
  }

  private func state(_ seed: UInt64) -> DiagramPanel {
    let (p, x) = record(seed, inputs: 2)
    let model = Model(p)
    var d = Diagram(label: "h_{t} = g(h_{t−1}, x_{t}),  ŷ_{t} = f(h_{t})")
    var state = p[0].tape.variable(Matrix(rows: 3, columns: 1), named: "h_{t-3}")
    var h = d.dots("h_{t-3}", at: 1, 3)
    for k in 1...3 {
      let name = Self.moments[k]
      state = unroll(model.cell, [x[k]], from: state)[0].named("h_\(name)")
      let g = d.box("g", ["h_\(name)"], parameters: ["W_x", "W_h", "b"], at: columns[k], 3, width: 2)[0]
      d.wire(h, g)
      d.wire(d.quantity("x_\(name)", at: columns[k], 7), g)
      h = g
    }
    _ = model.scores(state).named("\\hat{y}_t")
    let f = d.box("f", ["\\hat{y}_t"], parameters: ["V", "b_s"], at: 21, 3, width: 2)[0]
    d.wire(h, f)
    d.wire(f, d.quantity("\\hat{y}_t", at: 21, 0))
    return DiagramPanel(
      d.colouring(["\\hat{y}_t"], 1).naming(["h_{t-2}", "h_{t-1}", "h_t"]), p[0].tape, isPart: true)
  }

  /// One step with its answer.
  func drawCell(_ page: Page) {
    var random = Random(seed: page.seed)
    let tape = Tape()
    let p = zip(Model<Variable>.names, firstWeights(inputs: 2, units: 3, classes: 2, &random)).map {
      tape.variable($1, named: $0)
    }
    let model = Model(p)
    let x = tape.constant(random.normal(2, 1), named: "x_t")
    let before = tape.variable(random.normal(3, 1), named: "h_{t-1}")
    let h = unroll(model.cell, [x], from: before)[0].named("h_t")
    _ = model.scores(h).named("s_t").softmax.named("\\hat{y}_t")

    var d = Diagram()
    let tanh = d.layer(.tanh, "h_t", weights: ["W_h", "W_x", "b"], at: 6, 9)
    d.wire(d.quantity("h_{t-1}", at: 1, 9), tanh)
    d.wire(d.quantity("x_t", at: 6, 12), tanh)
    d.wire(tanh, d.quantity("h_t", at: 16, 9))
    let scores = d.layer(nil, "s_t", weights: ["V", "b_s"], at: 10, 6)
    d.wire(tanh, scores)
    let softmax = d.operation(.softmax, "\\hat{y}_t", at: 10, 3)
    d.wire(scores, softmax)
    d.wire(softmax, d.quantity("\\hat{y}_t", at: 10, 0))
    page.diagram("cell", d.colouringLines(["h_{t-1}", "h_t"], 0).naming(["s_t"]), tape)
  }

  // MARK: 0.2

  /// Three steps of the network of two units, with the run's numbers beside the wires.
  func drawWorked(_ page: Page) {
    let tape = Tape()
    let model = Model(zip(Model<Variable>.names, Worked.parameters).map { tape.variable($1, named: $0) })
    let x = Worked.x.enumerated().map { tape.constant($1, named: "x_\($0 + 1)") }
    let states = unroll(model.cell, x, from: tape.variable(Worked.zero, named: "h_0"))
    for (k, state) in states.enumerated() { state.named("h_\(k + 1)") }
    _ = model.scores(states[2]).named("s_3").softmax.named("\\hat{y}_3")

    var d = Diagram()
    var h = d.quantity("h_0", at: 1, 8)
    for t in 1...3 {
      let column = 7 * t - 2
      let tanh = d.layer(.tanh, "h_\(t)", weights: ["W_h", "W_x", "b"], at: column, 8)
      d.wire(h, tanh)
      d.wire(d.quantity("x_\(t)", at: column, 12), tanh)
      h = tanh
    }
    d.wire(h, d.quantity("h_3", at: 25, 8))
    let scores = d.layer(nil, "s_3", weights: ["V", "b_s"], at: 22, 5)
    d.wire(h, scores)
    let softmax = d.operation(.softmax, "\\hat{y}_3", at: 22, 1)
    d.wire(scores, softmax)
    d.wire(softmax, d.quantity("\\hat{y}_3", at: 22, -3))
    d = d.colouringLines((0...3).map { "h_\($0)" }, 0).naming(["h_1", "h_2"])
    page.diagram(
      "by-hand", d.numbering(["x_1", "x_2", "x_3", "h_0", "h_1", "h_2", "h_3", "s_3", "\\hat{y}_3"]), tape)
  }

  // MARK: 0.11

  /// The five programs, each as it runs on a tape: those that read once, and those that read four times.
  func drawPrograms(_ page: Page, _ parameters: [Program: [Matrix]]) {
    let kinds: [(program: Program, label: String)] = [
      (.oneToOne, "1 → 1"), (.oneToMany, "1 → 4"), (.manyToOne, "4 → 1"), (.aligned, "4 ⇉ 4"),
      (.encoderDecoder, "4 → h → 4"),
    ]
    let panels = kinds.map { panel($0.program, $0.label, parameters[$0.program]!) }
    page.diagram("read-once", Array(panels[0...1]), isRow: true)
    page.diagram("read-four", Array(panels[2...4]))
  }

  private func panel(_ program: Program, _ label: String, _ parameters: [Matrix]) -> DiagramPanel {
    let tape = Tape()
    let isPair = program == .encoderDecoder
    let encoder = ["W_x^e", "W_h^e", "b^e"]
    let names = (isPair ? encoder : []) + Model<Variable>.names
    let variables = zip(names, parameters).map { tape.variable($1, named: $0) }
    let lesson = Bars.lesson(program)
    let inputs = lesson.inputs.enumerated().map { tape.constant($1, named: "x_\($0 + 1)") }
    let answers = lesson.run(variables, inputs)
    for (k, answer) in answers.enumerated() { answer.named("s_\(k + 1)") }

    var d = Diagram(label: label)
    let count = isPair ? inputs.count + answers.count : max(inputs.count, answers.count)
    var h = d.number(0, at: 1, 4)
    for t in 1...count {
      let x = 3 * t + 1
      let reads = isPair && t <= inputs.count
      let input = t <= inputs.count ? d.quantity("x_\(t)", at: x, 7) : d.number(0, at: x, 7)
      let weights = reads ? encoder : ["W_x", "W_h", "b"]
      let cell = d.layer(
        .tanh, key: reads ? "read \(t)" : "cell \(t)", weights: [weights[1], weights[0], weights[2]], at: x, 4)
      d.wire(h, cell)
      d.wire(input, cell)
      h = cell
      let k = t - (count - answers.count)
      guard k >= 1 else { continue }
      let score = d.layer(nil, "s_\(k)", weights: ["V", "b_s"], at: x, 1)
      d.wire(cell, score)
      d.wire(score, d.quantity("s_\(k)", at: x, -2))
    }
    d = d.colouring((1...answers.count).map { "s_\($0)" }, 1)
    if isPair { d = d.colouring((1...inputs.count).map { "read \($0)" }, 2) }
    return DiagramPanel(d, tape)
  }
}
