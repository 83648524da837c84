// Attention to one sequence, in matrices: the notes' equations, and their gradients by hand.

import Autodiff
import Recurrent

/// Attention of one query to the keys of one sequence. The keys are the columns of K; scores, weights and context are columns.
///
/// `Recurrent.Attention` computes the same for a batch, step by step; the run compares the two.
struct OneSequence<A: Algebra> {
  let configuration: AttentionConfiguration
  /// In the order of `configuration.parameters`.
  let parameters: [A]

  /// The quantities that the backward pass needs.
  struct Forward {
    /// keySize × S, querySize × 1.
    let K, q: A
    /// W K of the general score, querySize × S; tanh(W_k K + W_q q) of the additive one, attentionSize × S.
    let inner: A?
    /// S × 1 each, and keySize × 1.
    let e, a, c: A
  }

  var scale: Double { 1 / Double(configuration.keySize).squareRoot() }

  /// - Parameters:
  ///   - K: keySize × S.
  ///   - q: querySize × 1.
  ///   - named: is called with each quantity and its name in the notes. What it returns is used: on a tape the same node,
  ///     named.
  func callAsFunction(_ K: A, _ q: A, named: (A, String) -> A = { value, _ in value }) -> Forward {
    // begin: one-sequence
    let inner: A?
    let e: A
    switch configuration.score {
    case .dot:
      inner = nil
      e = named(K.transposed * q, "e")
    case .scaled:
      inner = nil
      e = named(scale * (K.transposed * q), "e")
    case .general:
      let P = named(parameters[0] * K, "P")
      inner = P
      e = named(P.transposed * q, "e")
    case .additive:
      let (W_q, W_k, v) = (parameters[0], parameters[1], parameters[2])
      let U = named(named(W_k * K + W_q * q, "M").tanh, "U")
      inner = U
      e = named(U.transposed * v, "e")
    }
    let a = named(e.softmax, "a")
    let c = named(K * a, "c")
    // end: one-sequence
    return Forward(K: K, q: q, inner: inner, e: e, a: a, c: c)
  }

  /// The gradients of everything that goes in.
  struct Gradients {
    let K, q: A
    /// In the order of `configuration.parameters`.
    let parameters: [A]

    var all: [A] { [q, K] + parameters }
  }

  // begin: by-hand
  func back(_ f: Forward, _ d_c: A) -> Gradients {
    let d_a = f.K.transposed * d_c
    let d_e = f.a .* d_a - f.a * (f.a.transposed * d_a)
    let fromMean = d_c * f.a.transposed
    switch configuration.score {
    case .dot, .scaled:
      let d = configuration.score == .scaled ? scale * d_e : d_e
      return Gradients(K: f.q * d.transposed + fromMean, q: f.K * d, parameters: [])
    case .general:
      let (W, P) = (parameters[0], f.inner!)
      let d_P = f.q * d_e.transposed
      return Gradients(K: W.transposed * d_P + fromMean, q: P * d_e, parameters: [d_P * f.K.transposed])
    case .additive:
      let (W_q, W_k, v, U) = (parameters[0], parameters[1], parameters[2], f.inner!)
      let d_M = v * d_e.transposed .* (1 - U .* U)
      let d_m = d_M.sumOfColumns
      return Gradients(
        K: W_k.transposed * d_M + fromMean, q: W_q.transposed * d_m,
        parameters: [d_m * f.q.transposed, d_M * f.K.transposed, U * d_e])
    }
  }
  // end: by-hand
}

extension AttentionScore {
  /// The letters of its parameters in the notes, in the order of `AttentionConfiguration.parameters`.
  var letters: [String] {
    switch self {
    case .dot, .scaled: []
    case .general: ["W"]
    case .additive: ["W_q", "W_k", "v"]
    }
  }
}

// MARK: - A worked example

/// One query, the keys of one sequence, and the gradient of the context.
struct Question {
  let configuration: AttentionConfiguration
  let parameters: [Matrix]
  let K, q: Matrix
  /// ∂L/∂c: L = Σ u ⊙ c.
  let u: Matrix

  /// The four scores' questions: the same keys and the same query.
  static func all(seed: UInt64) -> [Question] { AttentionScore.allCases.map { Question($0, steps: 5, seed: seed) } }

  init(_ score: AttentionScore, steps: Int, size: Int = 4, seed: UInt64) {
    var random = Random(seed: seed)
    K = random.normal(size, steps)
    q = random.normal(size, 1)
    u = random.normal(size, 1)
    let configuration = AttentionConfiguration(score, querySize: size, keySize: size, attentionSize: 3)
    parameters = configuration.parameters.map { random.normal($0.shape[0], $0.shape.count > 1 ? $0.shape[1] : 1) }
    self.configuration = configuration
  }

  /// The matrices that get a gradient: q, K and the parameters.
  var values: [Matrix] { [q, K] + parameters }
  var names: [String] { ["q", "K"] + configuration.score.letters }
  var keys: [Matrix] { (0..<K.columns).map { K.column($0) } }

  struct Recorded {
    /// In the order of `Question.values`.
    let inputs: [Variable]
    let forward: OneSequence<Variable>.Forward
    let loss: Variable
  }

  /// Records the forward pass on the variables' tape. The variables hold `values`, in that order.
  func record(_ inputs: [Variable], isNamed: Bool = false) -> Recorded {
    let one = OneSequence(configuration: configuration, parameters: Array(inputs[2...]))
    let forward = one(inputs[1], inputs[0]) { isNamed ? $0.named($1) : $0 }
    let u = inputs[0].tape.constant(u, named: isNamed ? "u" : nil)
    let loss = (u .* forward.c).total
    return Recorded(inputs: inputs, forward: forward, loss: isNamed ? loss.named("L") : loss)
  }

  func record(on tape: Tape) -> Recorded {
    record(zip(names, values).map { tape.variable($1, named: $0) }, isNamed: true)
  }

  /// The gradients of `values`, in that order, by the formulas.
  func byHand() -> [Matrix] {
    let one = OneSequence(configuration: configuration, parameters: parameters)
    return one.back(one(K, q), u).all
  }

  /// Compares every entry of every gradient with central differences.
  func check() -> GradientCheck { GradientCheck(values, names: names) { record($0).loss } }
}

extension Matrix {
  /// Columns side by side.
  init(columns: [Matrix]) {
    self.init(rows: columns[0].rows, columns: columns.count, elements: columns.flatMap(\.elements))
  }
}

extension Tape {
  /// The node with this name; nil where there is none.
  func variable(named name: String) -> Variable? { namedVariables.first { $0.name == name }?.variable }
}
