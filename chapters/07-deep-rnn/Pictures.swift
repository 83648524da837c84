// The pictures of sections 7.1 to 7.3 and 7.5. Each is compared with a tape of its section's own code.

import Autodiff
import Notebook
import Recurrent

// MARK: - Layers upon each other

extension Diagram {
  /// A stack of tanh layers over time, in the names of `Stack`. All layers are drawn in the first step's column and so on.
  ///
  /// - Parameters:
  ///   - pitch: units from one step to the next, and from one layer to the next.
  static func stack(layers: Int, steps: Int, pitch: (x: Int, y: Int), label: String = "") -> Diagram {
    var d = Diagram(label: label)
    func y(_ l: Int) -> Int { pitch.y * (layers - l + 1) }
    var before = (1...layers).map { l in d.quantity(Stack.name("h_0", layer: l), at: 0, y(l)) }
    for t in 1...steps {
      let x = pitch.x * t
      var below = d.quantity("x_\(t)", at: x, y(0))
      for l in 1...layers {
        let weights = ["W_x", "W_h", "b"].map { Stack.name($0, layer: l) }
        let h = d.layer(.tanh, Stack.name("h_\(t)", layer: l), weights: weights, at: x, y(l))
        d.wire(below, h)
        d.wire(before[l - 1], h)
        (before[l - 1], below) = (h, h)
      }
      d.wire(below, d.quantity(Stack.name("h_\(t)", layer: layers), at: x, 0))
    }
    return d
  }

  /// Each state in the colour of its number.
  func colouring(layers: Int, steps: Int, by number: (_ l: Int, _ t: Int) -> Int) -> Diagram {
    var d = self
    for l in 1...layers {
      for t in 1...steps { d = d.colouring([Stack.name("h_\(t)", layer: l)], number(l, t)) }
    }
    return d
  }
}

extension DeepNetworks {
  /// Two layers over three steps, each layer in its colour: one colour is one set of weights.
  func drawStack(_ page: Page) {
    let (layers, steps) = (2, 3)
    let tape = Tape()
    _ = Stack(inputs: 2, hidden: 3, layers: layers, steps: steps, batch: 1, seed: page.seed).record(on: tape)
    var picture = Diagram.stack(layers: layers, steps: steps, pitch: (7, 5))
    picture = picture.colouring(layers: layers, steps: steps) { l, _ in l - 1 }
    picture = picture.naming((1...steps).map { Stack.name("h_\($0)", layer: 1) })
    page.diagram("stack", picture, tape, isPart: true)
  }

  /// The same grid in two orders: one colour is computed at once, in the order of the colours.
  func drawOrders(_ page: Page) {
    let (layers, steps) = (3, 3)
    let tape = Tape()
    _ = Stack(inputs: 2, hidden: 3, layers: layers, steps: steps, batch: 1, seed: page.seed).record(on: tape)
    func panel(_ label: String, _ number: (Int, Int) -> Int) -> DiagramPanel {
      let grid = Diagram.stack(layers: layers, steps: steps, pitch: (3, 3), label: label)
      return DiagramPanel(grid.colouring(layers: layers, steps: steps, by: number), tape, isPart: true)
    }
    page.diagram("orders", [panel("l", { l, _ in l - 1 }), panel("l + t", { l, t in l + t - 2 })], isRow: true)
  }
}

// MARK: - Both directions

/// Two layers that read in both directions, over three steps, with every state under its name.
struct TwoDirections {
  static let steps = 3
  static let layers = 2
  static let arrows = ["\\overrightarrow", "\\overleftarrow"]

  let tape = Tape()

  init(seed: UInt64) {
    var random = Random(seed: seed)
    let tape = tape
    var inputs = (1...Self.steps).map { t in tape.variable(random.normal(2, 1), named: "x_\(t)") }
    for l in 1...Self.layers {
      let states = Self.arrows.enumerated().map { direction, arrow in
        let weights = ["W_x", "W_h", "b"].map { name in
          let columns = name == "W_x" ? inputs[0].value.rows : name == "W_h" ? 2 : 1
          return tape.variable(random.normal(2, columns), named: Self.name(arrow, name, layer: l))
        }
        let cell = RNNCell(W: (weights[0], weights[1]), b: (nil, weights[2]))
        let first = direction == 0 ? 0 : Self.steps + 1
        let start = tape.variable(Matrix(rows: 2, columns: 1), named: Self.name(arrow, "h_\(first)", layer: l))
        let isForward = direction == 0
        let states = cell.unroll(isForward ? inputs : inputs.reversed(), from: [start]).map { $0[0] }
        return isForward ? states : states.reversed()
      }
      for t in 1...Self.steps {
        for (arrow, h) in zip(Self.arrows, states) { _ = h[t - 1].named(Self.name(arrow, "h_\(t)", layer: l)) }
      }
      inputs = zip(states[0], states[1]).enumerated().map { t, pair in
        Variable.stack([pair.0, pair.1]).named(Stack.name("y_\(t + 1)", layer: l))
      }
    }
  }

  /// A letter with an arrow above it, and the layer's number: the forward h_t^{(2)}.
  static func name(_ arrow: String, _ letter: String, layer: Int) -> String {
    let base = letter.prefix(1)
    return Stack.name("\(arrow){\(base)}\(letter.dropFirst())", layer: layer)
  }
}

extension Diagram {
  static func twoDirections() -> Diagram {
    var d = Diagram()
    let steps = TwoDirections.steps
    func x(_ t: Int) -> Int { 7 * t - 4 }
    var inputs = (1...steps).map { t in d.quantity("x_\(t)", at: x(t), 25) }
    for l in 1...TwoDirections.layers {
      let floor = l == 1 ? 22 : 10
      var states: [[Port]] = []
      for (direction, arrow) in TwoDirections.arrows.enumerated() {
        let isForward = direction == 0
        let y = floor - (isForward ? 2 : 5)
        let weights = ["W_x", "W_h", "b"].map { TwoDirections.name(arrow, $0, layer: l) }
        let row = (1...steps).map { t in
          d.layer(
            .tanh, TwoDirections.name(arrow, "h_\(t)", layer: l), weights: weights, at: x(t) + (isForward ? 0 : 3), y)
        }
        let first = TwoDirections.name(arrow, "h_\(isForward ? 0 : steps + 1)", layer: l)
        var before = d.quantity(first, at: isForward ? 0 : x(steps) + 6, y)
        for t in isForward ? Array(1...steps) : (1...steps).reversed() {
          let column = x(t) + (isForward ? 0 : 3)
          d.wire(inputs[t - 1], row[t - 1], via: isForward ? [] : [(x(t), floor), (column, floor)])
          d.wire(before, row[t - 1])
          before = row[t - 1]
        }
        states.append(row)
      }
      inputs = (1...steps).map { t in
        let joined = d.operation(
          .stackRows(heights: [2, 2]), Stack.name("y_\(t)", layer: l), at: x(t), floor - 9)
        d.wire(states[0][t - 1], joined)
        d.wire(states[1][t - 1], joined, via: [(x(t) + 3, floor - 9)])
        return joined
      }
    }
    for t in 1...steps {
      d.wire(inputs[t - 1], d.quantity(Stack.name("y_\(t)", layer: TwoDirections.layers), at: x(t), -2))
    }
    return d
  }
}

extension DeepNetworks {
  /// Two layers in both directions, and how the last input reaches the first state of the second layer's forward direction.
  func drawTwoDirections(_ page: Page) {
    let path =
      ["x_3"] + [3, 2, 1].map { TwoDirections.name("\\overleftarrow", "h_\($0)", layer: 1) }
      + [Stack.name("y_1", layer: 1), TwoDirections.name("\\overrightarrow", "h_1", layer: 2)]
    let picture = Diagram.twoDirections().tracing(path, isRestPale: false)
    page.diagram("two-directions", picture, TwoDirections(seed: page.seed).tape)
  }
}

// MARK: - Four ways up

extension Diagram {
  /// Some layers of a connection, from h_0 at the bottom upwards, in the names of `Tower`.
  static func tower(_ connection: Connection, layers: Int, label: String) -> Diagram {
    var d = Diagram(label: label)
    var h = [d.quantity("h_0", at: 0, 20)]
    for l in 1...layers {
      // Where the layer begins.
      let y = 20 - (l - 1) * 10
      switch connection {
      case .plain: d.plain(l, &h, y)
      case .residual: d.residual(l, &h, y)
      case .highway: d.highway(l, &h, y)
      case .dense: d.dense(l, &h)
      }
    }
    d.wire(h[layers], d.quantity("h_\(layers)", at: 0, -2))
    return d
  }

  private mutating func plain(_ l: Int, _ h: inout [Port], _ y: Int) {
    let next = layer(.tanh, "h_\(l)", weights: ["W_\(l)", "b_\(l)"], at: 0, y - 5)
    wire(h[l - 1], next)
    h.append(next)
  }

  private mutating func residual(_ l: Int, _ h: inout [Port], _ y: Int) {
    let u = layer(.tanh, "u_\(l)", weights: ["W_\(l)", "b_\(l)"], at: 3, y - 5)
    let next = operation(.sum, "h_\(l)", at: 0, y - 8)
    wire(h[l - 1], next)
    wire(h[l - 1], u, via: [(0, y - 2), (3, y - 2)])
    wire(u, next, via: [(3, y - 8)])
    h.append(next)
  }

  private mutating func highway(_ l: Int, _ h: inout [Port], _ y: Int) {
    let τ = layer(.sigmoid, "\\tau_\(l)", weights: ["V_\(l)", "c_\(l)"], at: 3, y - 4)
    let g = layer(.tanh, "g_\(l)", weights: ["W_\(l)", "b_\(l)"], at: 6, y - 4)
    let rest = operation(.complement(1), key: "rest \(l)", at: 3, y - 6)
    let keep = operation(.elementwiseProduct, key: "keep \(l)", at: 0, y - 6)
    let write = operation(.elementwiseProduct, key: "write \(l)", at: 6, y - 7)
    let next = operation(.sum, "h_\(l)", at: 0, y - 8)
    wire(τ, write, via: [(3, y - 5), (5, y - 5), (5, y - 7)])
    wire(g, write)
    wire(τ, rest)
    wire(rest, keep)
    wire(h[l - 1], keep)
    wire(h[l - 1], τ, via: [(0, y - 2), (3, y - 2)])
    wire(h[l - 1], g, via: [(0, y - 2), (6, y - 2)])
    wire(write, next, via: [(6, y - 8)])
    wire(keep, next)
    h.append(next)
  }

  private mutating func dense(_ l: Int, _ h: inout [Port]) {
    func y(_ k: Int) -> Int { 20 - 6 * k }
    let next = layer(.tanh, "h_\(l)", weights: (0..<l).map { "W_{\(l),\($0)}" } + ["b_\(l)"], at: 0, y(l))
    for (k, below) in h.enumerated() {
      // The layer beneath straight up; of those below it h_0 on the right, the others on the left.
      let column = k == 0 ? 3 : -3
      wire(below, next, via: k == l - 1 ? [] : [(0, y(k) - 2), (column, y(k) - 2), (column, y(l))])
    }
    h.append(next)
  }
}

extension DeepNetworks {
  /// Two layers of each connection, of the dense one three, and the shortest way from h_0 to the top.
  func drawConnections(_ page: Page) {
    func panel(_ connection: Connection, _ label: String, layers: Int = 2, shortest: [String]) -> DiagramPanel {
      let tape = Tape()
      _ = Tower(connection, width: 3, batch: 1, layers: layers, seed: page.seed).record(on: tape)
      let picture = Diagram.tower(connection, layers: layers, label: label)
      let path = shortest + ["h_\(layers)", "h_\(layers)"]
      return DiagramPanel(
        picture.tracing(path, 0, isRestPale: false).naming((1..<layers).map { "h_\($0)" }), tape, isPart: true)
    }
    page.diagram(
      "connections",
      [
        panel(.plain, "F(h)", shortest: ["h_0", "h_1"]),
        panel(.residual, "h + F(h)", shortest: ["h_0", "h_1"]),
        panel(.highway, "τ F(h) + (1 − τ) h", shortest: ["h_0", "keep 1", "h_1", "keep 2"]),
        panel(.dense, "F(h_0, h_1, …)", layers: 3, shortest: ["h_0"]),
      ], isRow: true)
  }
}
