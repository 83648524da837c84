// Section 7.5: four ways to put one layer upon another, without time. Each changes h_l = tanh(W h_{l−1} + b) a little.

import Autodiff
import LaTeX
import Notebook

extension DeepNetworks {
  func connections(_ page: Page) throws {
    try page.section("connections") {
      drawConnections(page)
      for connection in Connection.allCases { try derive(connection, page) }
      // A dense layer's sum is one product with everything below it.
      let tower = Tower(.dense, width: 3, batch: 2, layers: 4, seed: page.seed)
      let h = tower.forward()
      let W = Matrix.stack(tower.W[3].map(\.transposed)).transposed
      page.check(
        Text("dense: the sum = one matrix times the stacked states", ko: "조밀: 합 = 쌓은 상태에 행렬 하나를 곱한 것"),
        (W * Matrix.stack(Array(h[0..<4])) + tower.b[3][0]).tanh, equals: h[4])
    }
  }

  /// A connection's equations forward and backward, and its gradients by hand.
  private func derive(_ connection: Connection, _ page: Page) throws {
    let tower = Tower(connection, width: 3, batch: 2, layers: 4, seed: page.seed)
    let tape = Tape()
    let run = tower.record(on: tape)
    let gradients = tape.gradients(of: run.loss)
    var scope = Scope(tape, gradients: gradients)
    scope.integers["n"] = tower.count
    let name = connection.rawValue
    page.print()
    page.print(connection.text)
    try page.equation(name, scope, for: ("l", Array(1...tower.count)), tape: run.formulas(of: connection))
    page.print()
    let state = page.derivation(of: run.h[1], in: run.loss)
    let sums = ([run.a] + (connection == .residual ? [run.inner] : []) + (connection == .highway ? [run.gateSum] : []))
      .map { tape.derivation(of: $0[1], in: run.loss).gradient }
    page.print()
    // The formulas of a dense layer run over all later ones: from layer 1, where most of them are.
    if connection == .dense {
      scope.integers["k"] = 1
      try page.equation("back-dense", scope, for: ("l", [2, 3, 4]), tape: sums)
      try page.equation("back-dense-state", scope, for: ("k", [1, 2, 3, 0]), tape: [state])
    } else {
      try page.equation("back-\(name)", scope, for: ("l", [2, 3, 4, 1]), tape: sums + [state])
    }
    let hand = tower.gradientsByHand()
    let (parameters, variables) = ((hand.W + hand.b).flatMap { $0 }, (run.W + run.b).flatMap { $0 })
    page.check(
      Text("all \(variables.count) parameters", ko: "매개변수 \(variables.count)개 모두"), .byHand(.column(of: parameters)),
      equals: .tape(.column(of: variables.map { gradients[$0] })))
    page.check("∂L/∂h_0", .byHand(hand.start), equals: .tape(gradients[run.h[0]]))
    page.check(Text("tape = finite differences", ko: "테이프 = 유한 차분"), tower.check())
    page.check(
      "h_0 … h_\(tower.count)", Witness(Text("the code above", ko: "위의 코드"), .stack(tower.forward())),
      equals: .tape(.stack(run.h.map(\.value))))
  }
}

extension Tower.Run {
  /// What the notes' equation of a connection must be on the tape, in layer 1.
  fileprivate func formulas(of connection: Connection) -> [Symbol] {
    let nodes: [Variable] =
      switch connection {
      case .plain, .dense: [a[0], h[1]]
      case .residual: [a[0], inner[0], h[1]]
      case .highway: [a[0], gateSum[0], inner[0], gate[0], h[1]]
      }
    return nodes.map(\.formula)
  }
}

// MARK: - The connections

/// How a layer is connected with those below it.
enum Connection: String, CaseIterable, Sendable {
  case plain
  case residual
  case highway
  case dense

  /// Its name in both languages.
  var text: Text {
    switch self {
    case .plain: Text("plain", ko: "평범")
    case .residual: Text("residual", ko: "잔차")
    case .highway: Text("highway", ko: "하이웨이")
    case .dense: Text("dense", ko: "조밀")
    }
  }
}

// begin: connections
/// h_l from h_0 … h_{l−1}. W_l of a layer: one matrix; of a highway layer: W_l and V_l; of a dense one: W_{l,0} … W_{l,l−1}.
func layer<A: Algebra>(_ connection: Connection, _ W: [A], _ b: [A], _ h: [A]) -> A {
  let below = h[h.count - 1]
  switch connection {
  case .plain:
    return (W[0] * below + b[0]).tanh
  case .residual:
    return below + (W[0] * below + b[0]).tanh
  case .highway:
    let g = (W[0] * below + b[0]).tanh
    let τ = (W[1] * below + b[1]).sigmoid
    return τ .* g + (1 - τ) .* below
  case .dense:
    let sum = zip(W, h).dropFirst().reduce(W[0] * h[0]) { $0 + $1.0 * $1.1 }
    return (sum + b[0]).tanh
  }
}
// end: connections

// MARK: - A worked example

/// A few layers of one connection, an input and a target: L = ½ ‖h_n − d‖².
struct Tower {
  let connection: Connection
  /// The matrices of each layer, width × width, and its biases, width × 1.
  let W, b: [[Matrix]]
  /// h_0, width × batch.
  let start: Matrix
  /// The target of h_n, width × batch.
  let d: Matrix

  /// The number of layers.
  var count: Int { W.count }

  init(_ connection: Connection, width: Int, batch: Int, layers: Int, seed: UInt64) {
    var random = Random(seed: seed)
    self.connection = connection
    W = (1...layers).map { l in
      (0..<Tower.matrices(connection, layer: l)).map { _ in random.normal(width, width, deviation: 0.7) }
    }
    b = (1...layers).map { _ in
      (0..<(connection == .highway ? 2 : 1)).map { _ in random.normal(width, 1, deviation: 0.3) }
    }
    start = random.normal(width, batch)
    d = random.uniform(width, batch, -1, 1)
  }

  init(_ connection: Connection, W: [[Matrix]], b: [[Matrix]], start: Matrix, d: Matrix) {
    (self.connection, self.W, self.b, self.start, self.d) = (connection, W, b, start, d)
  }

  /// How many matrices layer l has; the first layer is 1.
  static func matrices(_ connection: Connection, layer l: Int) -> Int {
    switch connection {
    case .plain, .residual: 1
    case .highway: 2
    case .dense: l
    }
  }

  /// The names of the matrices and biases in the notes.
  var names: (W: [[String]], b: [[String]]) {
    let layers = 1...count
    return switch connection {
    case .plain, .residual: (layers.map { ["W_\($0)"] }, layers.map { ["b_\($0)"] })
    case .highway: (layers.map { ["W_\($0)", "V_\($0)"] }, layers.map { ["b_\($0)", "c_\($0)"] })
    case .dense: (layers.map { l in (0..<l).map { "W_{\(l),\($0)}" } }, layers.map { ["b_\($0)"] })
    }
  }

  /// What a tape recorded: everything that the notes name.
  struct Run {
    let W, b: [[Variable]]
    /// h_0 … h_n.
    var h: [Variable]
    /// Layer l is at index l − 1. `inner` is u_l of a residual layer and g_l of a highway layer; `gateSum` and `gate` are
    /// â_l and τ_l of a highway layer.
    var a, inner, gateSum, gate: [Variable]
    var loss: Variable
  }

  func record(on tape: Tape) -> Run {
    let names = names
    func variables(_ values: [[Matrix]], _ names: [[String]]) -> [[Variable]] {
      zip(values, names).map { zip($0, $1).map { tape.variable($0, named: $1) } }
    }
    return record(variables(W, names.W), variables(b, names.b), tape.variable(start, named: "h_0"))
  }

  func record(_ W: [[Variable]], _ b: [[Variable]], _ start: Variable) -> Run {
    var run = Run(W: W, b: b, h: [start], a: [], inner: [], gateSum: [], gate: [], loss: start)
    for l in 1...count {
      let (W, b, below) = (W[l - 1], b[l - 1], run.h[l - 1])
      var a = W[0] * (connection == .dense ? run.h[0] : below)
      if connection == .dense {
        for k in 1..<l { a = a + W[k] * run.h[k] }
      }
      a = (a + b[0]).named("a_\(l)")
      run.a.append(a)
      let h: Variable
      switch connection {
      case .plain, .dense: h = a.tanh
      case .residual:
        run.inner.append(a.tanh.named("u_\(l)"))
        h = below + run.inner[l - 1]
      case .highway:
        run.gateSum.append((W[1] * below + b[1]).named("\\hat{a}_\(l)"))
        run.inner.append(a.tanh.named("g_\(l)"))
        run.gate.append(run.gateSum[l - 1].sigmoid.named("\\tau_\(l)"))
        let (g, τ) = (run.inner[l - 1], run.gate[l - 1])
        h = τ .* g + (1 - τ) .* below
      }
      run.h.append(h.named("h_\(l)"))
    }
    let e = run.h[count] - start.tape.constant(d, named: "d")
    run.loss = (0.5 * (e .* e).total).named("L")
    return run
  }

  /// h_0 … h_n by the code that the notes show.
  func forward() -> [Matrix] {
    var h = [start]
    for l in 0..<count { h.append(layer(connection, W[l], b[l], h)) }
    return h
  }

  // MARK: By hand

  /// The gradients of every layer's matrices and biases, and of h_0, written out.
  func gradientsByHand() -> (W: [[Matrix]], b: [[Matrix]], start: Matrix) {
    let h = forward()
    var (dW, db) = (W, b)
    var δ = h.map { 0 * $0 }
    δ[count] = h[count] - d
    for l in (1...count).reversed() {
      let (below, W, b) = (h[l - 1], W[l - 1], b[l - 1])
      switch connection {
      // begin: by-hand-connections
      case .plain:
        let δa = δ[l] .* (1 - h[l] .* h[l])
        dW[l - 1] = [δa * below.transposed]
        db[l - 1] = [δa.sumOfColumns]
        δ[l - 1] = W[0].transposed * δa
      case .residual:
        let u = h[l] - below
        let δa = δ[l] .* (1 - u .* u)
        dW[l - 1] = [δa * below.transposed]
        db[l - 1] = [δa.sumOfColumns]
        δ[l - 1] = δ[l] + W[0].transposed * δa
      case .highway:
        let (g, τ) = ((W[0] * below + b[0]).tanh, (W[1] * below + b[1]).sigmoid)
        let δa = δ[l] .* τ .* (1 - g .* g)
        let δâ = δ[l] .* (g - below) .* τ .* (1 - τ)
        dW[l - 1] = [δa * below.transposed, δâ * below.transposed]
        db[l - 1] = [δa.sumOfColumns, δâ.sumOfColumns]
        δ[l - 1] = δ[l] .* (1 - τ) + W[0].transposed * δa + W[1].transposed * δâ
      case .dense:
        let δa = δ[l] .* (1 - h[l] .* h[l])
        dW[l - 1] = h[..<l].map { δa * $0.transposed }
        db[l - 1] = [δa.sumOfColumns]
        for k in 0..<l { δ[k] = δ[k] + W[k].transposed * δa }
      // end: by-hand-connections
      }
    }
    return (dW, db, δ[0])
  }

  /// The tape's gradients of every parameter and of h_0 against central differences.
  func check() -> GradientCheck {
    let names = names
    return GradientCheck(
      W.flatMap { $0 } + b.flatMap { $0 } + [start], names: (names.W + names.b).flatMap { $0 } + ["h_0"]
    ) {
      variables in
      var rest = variables[...]
      func take(_ shapes: [[Matrix]]) -> [[Variable]] {
        shapes.map { row in
          let taken = Array(rest.prefix(row.count))
          rest = rest.dropFirst(row.count)
          return taken
        }
      }
      let (W, b) = (take(W), take(b))
      return record(W, b, variables[variables.count - 1]).loss
    }
  }
}
