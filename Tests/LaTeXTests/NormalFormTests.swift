import Autodiff
import Testing

@testable import LaTeX

@Suite struct NormalFormTests {
  @Test(arguments: [
    ("a + b", "b + a"),
    ("a \\odot b", "b \\odot a"),
    ("(A B) C", "A (B C)"),
    ("A (b + c)", "A b + A c"),
    ("(A + B)^\\top", "B^\\top + A^\\top"),
    ("(A B)^\\top", "B^\\top A^\\top"),
    ("(a \\odot B x)^\\top", "x^\\top B^\\top \\odot a^\\top"),
    ("(A^\\top)^\\top", "A"),
    ("x \\odot x", "x^2"),
    ("A A", "A^2"),
    ("A^k A", "A^{k+1}"),
    ("\\frac{a}{b}", "a \\odot b^{-1}"),
    ("\\frac{a \\odot b}{b}", "a"),
    ("\\frac{a}{2 b}", "0.5 \\frac{a}{b}"),
    ("\\frac{1}{b - c}", "-\\frac{1}{c - b}"),
    ("z \\odot h + (1 - z) \\odot g", "g + z \\odot (h - g)"),
    ("(1 - z)^2", "1 - 2 z + z^2"),
    ("A (2 x)", "2 A x"),
    ("\\operatorname{diag}(a) B", "a \\odot B"),
    ("A \\operatorname{diag}(a) b", "A (a \\odot b)"),
    ("\\operatorname{diag}(a) \\operatorname{diag}(b)", "\\operatorname{diag}(a \\odot b)"),
    ("\\operatorname{diag}(1 - h_t^2) W_h", "W_h - h_t^2 \\odot W_h"),
    ("(\\operatorname{diag}(a) W)^\\top", "W^\\top \\operatorname{diag}(a)"),
    ("\\operatorname{diag}(a)^\\top x", "a \\odot x"),
    ("\\operatorname{diag}(1 - a) \\operatorname{diag}(1 - b)", "\\operatorname{diag}(1 - a - b + a \\odot b)"),
    ("\\tanh'(a)", "1 - \\tanh^2(a)"),
    ("\\sigma'(a)", "\\sigma(a) \\odot (1 - \\sigma(a))"),
    ("\\tanh(W x)^\\top", "\\tanh(x^\\top W^\\top)"),
    ("\\sigma(a + b)", "\\sigma(b + a)"),
    ("0.1 a + 0.2 a", "0.3 a"),
    ("10^{-3} a", "0.001 a"),
    ("e^{-x}", "\\exp(-x)"),
    ("\\lVert 2 x \\rVert", "2 \\lVert x \\rVert"),
    ("\\lVert a - b \\rVert", "\\lVert b - a \\rVert_F"),
    ("\\frac{\\theta g}{\\lVert g \\rVert}", "\\frac{\\theta}{\\lVert g \\rVert} g"),
    ("\\theta \\frac{g}{\\lVert g \\rVert}", "\\frac{\\theta}{\\lVert g \\rVert} g"),
    ("\\sum_{t=1}^{T} (a_t + 2 b_t)", "\\sum_{s=1}^{T} a_s + 2 \\sum_{k=1}^{T} b_k"),
    ("\\sum_{i=1}^{T} \\sum_{j=1}^{i} a_{i,j}", "\\sum_{j=1}^{T} \\sum_{i=1}^{j} a_{j,i}"),
    ("\\max(a, b)", "\\max(b, a)"),
    ("[a; [b; c]]", "[a; b; c]"),
    ("h_{t} + x_{ t - 1 }", "x_{t-1} + h_t"),
    ("\\partial L / \\partial c_t \\odot f", "f \\odot \\frac{\\partial L}{\\partial c_t}"),
    ("\\operatorname{sumcolumns}(-a)", "-\\operatorname{sumcolumns}(a)"),
    ("\\operatorname{sumrows}(a)^\\top", "\\operatorname{sumcolumns}(a^\\top)"),
    ("w^{2} w^{k}", "w^k w^2"),
    ("w^2 \\odot w^k", "w^{k+2}"),
  ])
  func aLawOfAlgebraMakesTheseTheSame(a: String, b: String) throws {
    let (a, b) = (try parse(a), try parse(b))
    let scalars: Set<String> = ["w"]
    #expect(
      a.isSameFormula(as: b, scalars: scalars),
      "\(a.normalForm(scalars: scalars).latex) ≠ \(b.normalForm(scalars: scalars).latex)")
  }

  @Test(arguments: [
    ("f \\odot c + i \\odot g", "f \\odot c - i \\odot g"),
    ("f \\odot c + i \\odot g", "(f \\odot c + i) \\odot g"),
    ("f \\odot c + i \\odot g", "f \\odot c + i \\odot i"),
    ("f \\odot c + i \\odot g", "f \\odot c + g"),
    ("W x", "W^\\top x"),
    ("W x", "x W"),
    ("A B", "B A"),
    ("z \\odot h", "(1 - z) \\odot h"),
    ("z \\odot h + (1 - z) \\odot g", "(1 - z) \\odot h + z \\odot g"),
    ("\\tanh'(a)", "1 - \\tanh(a)"),
    ("\\tanh'(a)", "\\tanh^2(a)"),
    ("a \\odot b", "a b"),
    ("h_t", "h_{t-1}"),
    ("(1 - z) W", "W - z W"),
    ("\\prod_{i \\ge k \\gt j} x_k", "\\prod_{k=j+1}^{i} x_k"),
    ("\\prod_{i \\ge k \\gt j} x_k", "\\prod_{i \\ge k \\ge j} x_k"),
    (
      "\\prod_{i \\ge k \\gt j} \\operatorname{diag}(d_k) W",
      "W^{i-j} \\prod_{i \\ge k \\gt j} \\operatorname{diag}(d_k)"
    ),
    ("\\sum_{t=1}^{T} a_t", "\\sum_{t=1}^{T} a_s"),
    ("\\sum_{t=1}^{T} a_t", "\\sum_{t=0}^{T} a_t"),
    ("\\operatorname{diag}(a) W", "W \\operatorname{diag}(a)"),
    ("(x^2)^{0.5}", "x"),
    ("x^2", "x^3"),
    ("\\lVert x \\rVert_2", "\\lVert x \\rVert_F"),
    ("[a; b]", "[b; a]"),
    ("\\frac{a}{b}", "\\frac{b}{a}"),
    ("\\operatorname{sumrows}(a)", "\\operatorname{sumcolumns}(a)"),
    ("h_t", "\\tilde{h}_t"),
    ("W^2", "W^{\\odot 2}"),
    ("\\eta W", "W"),
  ])
  func theseAreDifferentFormulas(a: String, b: String) throws {
    let (a, b) = (try parse(a), try parse(b))
    #expect(!a.isSameFormula(as: b), "both are \(a.normalForm.latex)")
  }

  /// Derivative rules, read as formulas, are what the notes write.
  @Test(arguments: [
    (Operation.sigmoid, "\\delta \\odot y \\odot (1 - y)"),
    (.tanh, "(1 - y^2) \\odot \\delta"),
    (.matrixProduct, "\\delta v^\\top"),
    (.elementwiseProduct, "v \\odot \\delta"),
    (.elementwiseQuotient, "\\frac{\\delta}{v}"),
    (.relu, "\\delta \\odot \\operatorname{relu}'(x)"),
    (.log, "\\delta / x"),
    (.squareRoot, "\\frac{\\delta}{2 y}"),
    (.complement(1), "-\\delta"),
    (.softmax, "y \\odot (\\delta - \\operatorname{sumrows}(\\delta \\odot y))"),
    (.logSoftmax, "\\delta - \\exp(y) \\odot \\operatorname{sumrows}(\\delta)"),
    (.mean, "\\operatorname{spread}\\left(\\frac{\\delta}{\\operatorname{count}(x)}\\right)"),
  ])
  func aRuleIsWhatTheNotesWrite(operation: Operation, source: String) throws {
    let rule = try #require(
      operation.pullback(.name("\\delta"), to: 0, inputs: [.name("x"), .name("v")], output: .name("y")) as Symbol?)
    let notes = try parse(source)
    #expect(rule.isSameFormula(as: notes), "\(rule.normalForm.latex) ≠ \(notes.normalForm.latex)")
  }

  @Test(arguments: [
    (Operation.bias, 2, "a + b"), (.sum, 2, "a + b"), (.offset(-2), 1, "a - 2"), (.complement(1), 1, "1 - a"),
    (.scaling(3), 1, "3 a"), (.stackRows(heights: [2, 3]), 2, "[a; b]"),
    (.gatherColumns([1, 0]), 1, "\\operatorname{columns}(a)"),
  ])
  func anOperationIsItsNotation(operation: Operation, inputs: Int, source: String) throws {
    let formula = Symbol.applied(operation, [.name("a"), .name("b")].prefix(inputs).map { $0 })
    let notes = try parse(source)
    #expect(formula.isSameFormula(as: notes))
    #expect(try parse(formula.latex).isSameFormula(as: formula))
    #expect(formula.unicode == notes.unicode)
  }

  @Test func theNormalFormHasTheSameValue() throws {
    var generator = ShapedGenerator(random: Seeded(2))
    let scope = ShapedGenerator.scope(3)
    var tested = 0
    for k in 0..<3000 {
      let formula = generator.formula(k % 3 == 0 ? .column : .matrix, 1 + k % 4)
      if cancels(formula) { continue }
      tested += 1
      let normal = formula.normalForm(scalars: ShapedGenerator.scalars)
      let (value, normalValue) = (try scope.evaluate(formula), try scope.evaluate(normal))
      #expect(isClose(value, normalValue), "\(formula.latex) became \(normal.latex)")
      #expect(normal.normalForm(scalars: ShapedGenerator.scalars) == normal, "\(formula.latex): \(normal.latex)")
    }
    #expect(tested > 2500)
  }

  /// Whether a part of it is x − x or x / x, which leave a number without a shape.
  private func cancels(_ formula: Symbol) -> Bool {
    if case .number = formula { return false }
    if case .number = formula.normalForm(scalars: ShapedGenerator.scalars) { return true }
    return formula.parts.contains { if case .name = $0 { false } else { cancels($0) } }
  }

  @Test func rewritingByTheLawsKeepsTheNormalForm() throws {
    var generator = ShapedGenerator(random: Seeded(4))
    let scope = ShapedGenerator.scope(5)
    var rewriter = Rewriter(random: Seeded(6), scope: scope)
    var laws: [String: Int] = [:]
    for k in 0..<3000 {
      let formula = generator.formula(k % 2 == 0 ? .column : .matrix, 2 + k % 3)
      var rewritten = formula
      for _ in 0..<6 { rewritten = rewriter.rewrite(rewritten) }
      if rewritten == formula || cancels(formula) { continue }
      #expect(
        formula.isSameFormula(as: rewritten, scalars: ShapedGenerator.scalars),
        "\(formula.latex)\n\(rewritten.latex)\nby \(rewriter.applied)\n\(formula.normalForm(scalars: ShapedGenerator.scalars).latex)\n\(rewritten.normalForm(scalars: ShapedGenerator.scalars).latex)"
      )
      for law in rewriter.applied { laws[law, default: 0] += 1 }
      rewriter.applied = []
    }
    for law in Rewriter.laws { #expect(laws[law, default: 0] > 10, "\(law) was hardly ever used: \(laws)") }
  }

  /// Mutants that are different numbers must not be the same formula.
  @Test func aMistakeIsNeverTheSameFormula() throws {
    var generator = ShapedGenerator(random: Seeded(7))
    let scope = ShapedGenerator.scope(8)
    var mutator = Mutator(random: Seeded(9))
    var mistakes = 0
    for k in 0..<4000 {
      let formula = generator.formula(k % 2 == 0 ? .column : .matrix, 2 + k % 3)
      let mutant = mutator.mutate(formula)
      guard let value = try? scope.evaluate(formula), let other = try? scope.evaluate(mutant),
        !isClose(value, other, 1e-6)
      else { continue }
      mistakes += 1
      #expect(
        !formula.isSameFormula(as: mutant, scalars: ShapedGenerator.scalars), "\(formula.latex)\n\(mutant.latex)")
    }
    #expect(mistakes > 2000)
  }

  @Test func aProductOfManySumsStaysSmall() throws {
    let sum = "(a + b + c + d + e_1 + f + g + h)"
    let formula = try parse(Array(repeating: sum, count: 12).joined(separator: " \\odot "))
    let start = ContinuousClock.now
    _ = formula.normalForm
    _ = try parse("(\(Array(repeating: sum, count: 12).joined(separator: " ")))^k").normalForm
    #expect(ContinuousClock.now - start < .seconds(10))
  }
}

/// Equal up to rounding.
func isClose(_ a: Matrix, _ b: Matrix, _ tolerance: Double = 1e-9) -> Bool {
  guard a.shape == b.shape else { return false }
  return zip(a.elements, b.elements).allSatisfy {
    $0 == $1 || abs($0 - $1) <= tolerance * max(1, abs($0), abs($1)) || ($0.isNaN && $1.isNaN)
      || (!$0.isFinite && !$1.isFinite)
  }
}

/// Applies laws of algebra at random places.
struct Rewriter {
  var random: Seeded
  let scope: Scope
  var applied: [String] = []

  static let laws = [
    "commute +", "commute ⊙", "associate +", "associate ⊙", "associate product", "distribute left", "distribute right",
    "distribute ⊙", "transpose product", "transpose sum", "transpose ⊙", "double transpose", "square", "quotient",
    "number", "diagonal", "tanh′", "σ′", "subtract", "negate", "transpose function",
  ]

  init(random: Seeded, scope: Scope) {
    self.random = random
    self.scope = scope
  }

  /// - Parameter isRest: whether nothing is multiplied to the right: only there is diag(a) B known to be a ⊙ B.
  mutating func rewrite(_ x: Symbol, isRest: Bool = true) -> Symbol {
    // Descend with some probability, else try a law here.
    if random.chance(0.6), case .applied(let operation, var inputs) = x {
      let k = Int.random(in: 0..<inputs.count, using: &random)
      let staysRest = operation != .transpose && (operation != .matrixProduct || k == 1)
      inputs[k] = rewrite(inputs[k], isRest: isRest && staysRest)
      return .applied(operation, inputs)
    }
    for law in Self.laws.shuffled(using: &random) where law != "diagonal" || isRest {
      // Always possible, hence rarely wanted.
      if law == "double transpose", random.chance(0.9) { continue }
      guard let result = apply(law, x) else { continue }
      applied.append(law)
      return result
    }
    return x
  }

  /// Not a scalar.
  private func isFull(_ x: Symbol) -> Bool { ((try? scope.evaluate(x))?.count ?? 0) > 1 }

  /// Not a scalar, nor a sum with one, which a matrix product does not distribute over.
  private func distributes(_ x: Symbol) -> Bool {
    var terms: [Symbol] = []
    func collect(_ x: Symbol) {
      if case .applied(let operation, let y) = x, operation == .sum || operation == .difference {
        y.forEach(collect)
      } else {
        terms.append(x)
      }
    }
    collect(x.normalForm(scalars: ShapedGenerator.scalars))
    return terms.allSatisfy(isFull)
  }

  private func apply(_ law: String, _ x: Symbol) -> Symbol? {
    func op(_ operation: Operation, _ inputs: Symbol...) -> Symbol { .applied(operation, inputs) }
    switch (law, x) {
    case ("commute +", .applied(.sum, let x)): return op(.sum, x[1], x[0])
    case ("commute ⊙", .applied(.elementwiseProduct, let x)): return op(.elementwiseProduct, x[1], x[0])
    case ("associate +", .applied(.sum, let x)):
      if case .applied(.sum, let y) = x[0] { return op(.sum, y[0], op(.sum, y[1], x[1])) }
      guard case .applied(.sum, let y) = x[1] else { return nil }
      return op(.sum, op(.sum, x[0], y[0]), y[1])
    case ("associate ⊙", .applied(.elementwiseProduct, let x)):
      guard case .applied(.elementwiseProduct, let y) = x[0] else { return nil }
      return op(.elementwiseProduct, y[0], op(.elementwiseProduct, y[1], x[1]))
    case ("associate product", .applied(.matrixProduct, let x)):
      guard case .applied(.matrixProduct, let y) = x[1], isFull(x[0]), isFull(x[1]) else { return nil }
      return op(.matrixProduct, op(.matrixProduct, x[0], y[0]), y[1])
    case ("distribute left", .applied(.matrixProduct, let x)):
      guard case .applied(.sum, let y) = x[1], distributes(y[0]), distributes(y[1]) else { return nil }
      return op(.sum, op(.matrixProduct, x[0], y[0]), op(.matrixProduct, x[0], y[1]))
    case ("distribute right", .applied(.matrixProduct, let x)):
      guard case .applied(.difference, let y) = x[0], distributes(y[0]), distributes(y[1]) else { return nil }
      return op(.difference, op(.matrixProduct, y[0], x[1]), op(.matrixProduct, y[1], x[1]))
    case ("distribute ⊙", .applied(.elementwiseProduct, let x)):
      guard case .applied(let inner, let y) = x[0], inner == .sum || inner == .difference else { return nil }
      return op(inner, op(.elementwiseProduct, y[0], x[1]), op(.elementwiseProduct, y[1], x[1]))
    case ("transpose product", .applied(.transpose, let x)):
      guard case .applied(.matrixProduct, let y) = x[0] else { return nil }
      return op(.matrixProduct, op(.transpose, y[1]), op(.transpose, y[0]))
    case ("transpose sum", .applied(.transpose, let x)):
      guard case .applied(let inner, let y) = x[0], inner == .sum || inner == .difference else { return nil }
      return op(inner, op(.transpose, y[0]), op(.transpose, y[1]))
    case ("transpose ⊙", .applied(.transpose, let x)):
      guard case .applied(.elementwiseProduct, let y) = x[0] else { return nil }
      return op(.elementwiseProduct, op(.transpose, y[0]), op(.transpose, y[1]))
    case ("transpose function", .applied(.transpose, let x)):
      guard case .applied(let inner, let y) = x[0], inner == .tanh || inner == .sigmoid || inner == .relu else {
        return nil
      }
      return op(inner, op(.transpose, y[0]))
    case ("double transpose", _): return op(.transpose, op(.transpose, x))
    case ("square", .power(let base, .number(2), elementwise: true)): return op(.elementwiseProduct, base, base)
    case ("quotient", .applied(.elementwiseQuotient, let x)):
      return op(.elementwiseProduct, .power(x[1], .number(-1), elementwise: true), x[0])
    case ("number", .applied(.matrixProduct, let x)):
      guard case .number = x[0], case .applied(.matrixProduct, let y) = x[1] else {
        return isFull(x[1]) && !isFull(x[0]) ? op(.elementwiseProduct, x[1], x[0]) : nil
      }
      return op(.matrixProduct, y[0], op(.matrixProduct, x[0], y[1]))
    case ("diagonal", .applied(.matrixProduct, let x)):
      guard case .call("diag", _, let y) = x[0], isFull(x[1]), !x[1].latex.contains("diag") else { return nil }
      return op(.elementwiseProduct, x[1], y[0])
    case ("tanh′", .call("\\tanh'", _, let x)):
      return op(.difference, .number(1), .power(op(.tanh, x[0]), .number(2), elementwise: true))
    case ("σ′", .call("\\sigma'", _, let x)):
      return op(.elementwiseProduct, op(.difference, .number(1), op(.sigmoid, x[0])), op(.sigmoid, x[0]))
    case ("subtract", .applied(.difference, let x)): return op(.sum, op(.negation, x[1]), x[0])
    case ("negate", .applied(.negation, let x)): return op(.matrixProduct, .number(-1), x[0])
    default: return nil
    }
  }
}

/// Makes the mistakes that people make.
struct Mutator {
  var random: Seeded

  mutating func mutate(_ x: Symbol) -> Symbol {
    switch x {
    case .applied(let operation, var inputs):
      if random.chance(0.6) {
        let k = Int.random(in: 0..<inputs.count, using: &random)
        inputs[k] = mutate(inputs[k])
        return .applied(operation, inputs)
      }
      switch operation {
      case .sum: return .applied(.difference, inputs)
      case .difference: return .applied(.sum, inputs)
      case .elementwiseProduct: return inputs[0]
      case .matrixProduct: return .applied(.matrixProduct, [.applied(.transpose, [inputs[0]]), inputs[1]])
      case .transpose: return inputs[0]
      case .tanh: return .applied(.sigmoid, inputs)
      default: return .applied(.negation, [x])
      }
    case .name(let name):
      switch name {
      case "a", "b", "x_1", "z":
        return random.chance(0.3)
          ? .applied(.difference, [.number(1), x]) : .name(random.pick(["a", "b", "x_1", "z"]))
      case "A", "B", "C", "W_h":
        return random.chance(0.5) ? .applied(.transpose, [x]) : .name(random.pick(["A", "B", "C", "W_h"]))
      default: return x
      }
    case .power(let base, let exponent, let elementwise):
      return random.chance(0.5) ? base : .power(mutate(base), exponent, elementwise: elementwise)
    case .call("\\tanh'", let index, let x): return .call("\\sigma'", index: index, x)
    case .call(let name, let index, let x): return .call(name, index: index, [mutate(x[0])])
    default: return .applied(.negation, [x])
    }
  }
}
