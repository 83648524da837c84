// Seeded formulas for the tests.

import Autodiff

@testable import LaTeX

/// SplitMix64.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &self)] }

  mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }
}

/// Formulas of every construct, in the shape in which the parser produces them.
struct SyntaxGenerator {
  var random: Seeded

  static let names = [
    "a", "h_t", "h_{t-1}", "W_{xf}", "W_h^{(k)}", "\\hat{y}_t", "\\tilde{c}", "\\bar{x}", "\\overrightarrow{h}_t",
    "\\mathbf{1}", "\\mathcal{L}", "x_{\\text{in}}", "\\ell", "\\theta", "\\eta", "\\infty", "W", "A", "L", "h'",
    "h_t'", "\\frac{\\partial L}{\\partial c_t}", "\\frac{\\partial h_t}{\\partial h_{t-1}}",
    "\\frac{\\partial^2 L}{\\partial w^2}", "\\sigma", "\\sigma_t", "\\rho", "\\rho_k", "\\sigma_{\\max}", "w", "k",
    "T",
    "\\Sigma", "\\mathbf{W}_t", "\\alpha_{t,j}", "x^{*}", "\\sigma'", "e",
  ]

  mutating func formula(_ depth: Int) -> Symbol {
    if depth == 0 || random.chance(0.12) {
      return random.chance(0.2) ? number() : .name(random.pick(Self.names))
    }
    switch Int.random(in: 0..<24, using: &random) {
    case 0, 1, 2: return sum(formula(depth - 1), formula(depth - 1))
    case 3, 4: return .applied(.difference, [formula(depth - 1), formula(depth - 1)])
    case 5: return negated(formula(depth - 1))
    case 6, 7, 8: return elementwise(formula(depth - 1), formula(depth - 1))
    case 9, 10, 11: return .applied(.matrixProduct, [formula(depth - 1), formula(depth - 1)])
    case 12: return .applied(.elementwiseQuotient, [formula(depth - 1), formula(depth - 1)])
    case 13: return .applied(.transpose, [formula(depth - 1)])
    case 14, 15:
      let base = formula(depth - 1)
      let exponent = random.chance(0.6) ? .number(Double(Int.random(in: 0...12, using: &random))) : formula(depth - 1)
      return .power(base, exponent, elementwise: !base.isMatrix || random.chance(0.4))
    case 16:
      let operation = random.pick([
        Operation.sigmoid, .tanh, .relu, .leakyRelu(0.01), .slope(0), .slope(0.25), .exp, .log, .squareRoot, .softmax,
        .logSoftmax, .sumOfColumns, .sumOfRows, .total, .mean, .entryCount, .maximumOfRows, .maximumMask, .spread,
        .reduce, .sliceRows(0..<3), .placeRows(2..<5),
      ])
      return .applied(operation, [formula(depth - 1)])
    case 17:
      return .series(
        random.pick([.sum, .product, .descendingProduct]), index: random.pick(["t", "k", "k_1"]),
        from: formula(min(1, depth - 1)), through: formula(min(2, depth - 1)), formula(depth - 1))
    case 18: return .norm(formula(depth - 1), index: random.pick(["", "2", "F", "\\infty"]))
    case 19: return .magnitude(formula(depth - 1))
    case 20:
      let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in formula(depth - 1) }
      return .applied(.stackRows(heights: []), parts)
    case 21: return .call("bmatrix", index: "2", (0..<4).map { _ in formula(depth - 2 < 0 ? 0 : depth - 2) })
    case 22:
      let name = random.pick(["\\max", "\\min", "custom"])
      return .call(name, index: random.pick(["", "", "i"]), [formula(depth - 1), formula(depth - 1)])
    default:
      let (name, index) = random.pick([
        ("diag", ""), ("\\tanh'", ""), ("\\sigma'", ""), ("relu'", ""), ("leakyrelu'", "0.01"), ("\\rho", ""),
        ("\\sigma_{\\max}", ""), ("\\rho", "k"), ("rows", "0:n"), ("lstmbackward", "0"),
      ])
      return .call(name, index: index, [formula(depth - 1)])
    }
  }

  private mutating func number() -> Symbol {
    .number(random.pick([0, 1, 2, 10, 0.5, 0.001, 1e-7, 123456.75, -1, -0.25, 1e21, 0.1]))
  }

  private func sum(_ a: Symbol, _ b: Symbol) -> Symbol {
    if case .applied(let operation, let x) = b, operation == .sum || operation == .difference {
      return .applied(operation, [sum(a, x[0]), x[1]])
    }
    return .applied(.sum, [a, b])
  }

  private func elementwise(_ a: Symbol, _ b: Symbol) -> Symbol {
    if case .applied(.elementwiseProduct, let x) = b {
      return .applied(.elementwiseProduct, [elementwise(a, x[0]), x[1]])
    }
    return .applied(.elementwiseProduct, [a, b])
  }

  private func negated(_ x: Symbol) -> Symbol {
    func flipped(_ x: Symbol) -> Symbol? {
      switch x {
      case .number(let value): return .number(-value)
      case .applied(.matrixProduct, let parts):
        return flipped(parts[0]).map { .applied(.matrixProduct, [$0, parts[1]]) }
      case .applied(.elementwiseProduct, let parts):
        return flipped(parts[0]).map { .applied(.elementwiseProduct, [$0, parts[1]]) }
      default: return nil
      }
    }
    return flipped(x) ?? .applied(.negation, [x])
  }
}

/// Formulas whose shapes fit: columns of 3, 3 × 3 matrices, scalars.
struct ShapedGenerator {
  var random: Seeded

  enum Kind { case scalar, column, matrix }

  static let size = 3
  static let scalars: Set<String> = ["\\eta", "\\lambda"]

  /// Values for every name that it uses, positive where a logarithm or a quotient may meet them.
  static func scope(_ seed: Int) -> Scope {
    var random = Seeded(seed)
    func matrix(_ rows: Int, _ columns: Int) -> Matrix {
      Matrix(rows: rows, columns: columns) { _, _ in Double.random(in: 0.2..<1.2, using: &random) }
    }
    var scope = Scope(integers: ["T": 3])
    for name in ["A", "B", "C", "W_h"] { scope[name] = matrix(size, size) }
    for name in ["a", "b", "x_1", "x_2", "x_3", "z"] { scope[name] = matrix(size, 1) }
    for name in scalars.sorted() { scope[name] = matrix(1, 1) }
    return scope
  }

  mutating func formula(_ kind: Kind, _ depth: Int) -> Symbol {
    switch kind {
    case .scalar: scalar(depth)
    case .column: column(depth)
    case .matrix: matrix(depth)
    }
  }

  private mutating func scalar(_ depth: Int) -> Symbol {
    if depth == 0 || random.chance(0.5) {
      return random.chance(0.6)
        ? .number(random.pick([2, 3, 0.5, -1, 0.1])) : .name(random.pick(Self.scalars.sorted()))
    }
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return .norm(column(depth - 1), index: "")
    case 1: return .applied(.total, [matrix(depth - 1)])
    case 2: return .applied(.sum, [scalar(depth - 1), scalar(depth - 1)])
    default: return .applied(.matrixProduct, [scalar(depth - 1), scalar(depth - 1)])
    }
  }

  private mutating func common(_ kind: Kind, _ depth: Int) -> Symbol {
    func sub() -> Symbol { formula(kind, depth - 1) }
    switch Int.random(in: 0..<9, using: &random) {
    case 0, 1: return .applied(.elementwiseProduct, [sub(), sub()])
    case 2: return .applied(.sum, [sub(), sub()])
    case 3: return .applied(.difference, [sub(), sub()])
    case 4: return .applied(.difference, [.number(1), sub()])
    case 5: return .applied(random.pick([Operation.tanh, .sigmoid, .relu, .leakyRelu(0.1)]), [sub()])
    case 6: return .applied(.matrixProduct, [scalar(depth - 1), sub()])
    case 7: return .call(random.pick(["\\tanh'", "\\sigma'"]), index: "", [sub()])
    default:
      return random.chance(0.5)
        ? .power(sub(), .number(Double(Int.random(in: 2...3, using: &random))), elementwise: true)
        : .applied(.elementwiseQuotient, [sub(), .applied(.exp, [.applied(.tanh, [sub()])])])
    }
  }

  private mutating func column(_ depth: Int) -> Symbol {
    if depth == 0 { return .name(random.pick(["a", "b", "x_1", "z"])) }
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1, 2: return .applied(.matrixProduct, [matrix(depth - 1), column(depth - 1)])
    case 3:
      return .series(
        .sum, index: "t", from: .number(1), through: .name("T"),
        .applied(.elementwiseProduct, [.name("x_t"), column(depth - 1)]))
    case 4: return .applied(.softmax, [column(depth - 1)])
    default: return common(.column, depth)
    }
  }

  private mutating func matrix(_ depth: Int) -> Symbol {
    if depth == 0 { return .name(random.pick(["A", "B", "C", "W_h"])) }
    switch Int.random(in: 0..<10, using: &random) {
    case 0, 1: return .applied(.matrixProduct, [matrix(depth - 1), matrix(depth - 1)])
    case 2, 3: return .applied(.transpose, [matrix(depth - 1)])
    case 4: return .diagonal(column(depth - 1))
    case 5: return .applied(.matrixProduct, [column(depth - 1), .applied(.transpose, [column(depth - 1)])])
    case 6: return .power(matrix(depth - 1), .number(2), elementwise: false)
    default: return common(.matrix, depth)
    }
  }
}
