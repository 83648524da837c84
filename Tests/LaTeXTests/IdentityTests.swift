import Autodiff
import Testing

@testable import LaTeX

@Suite struct IdentityTests {
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
    ("w^2 \\odot w^k", "w^{k+2}"),
    ("\\sigma(a)", "\\frac{1}{2} (1 + \\tanh(0.5 a))"),
    ("\\tanh(W x)", "2 \\sigma(2 W x) - 1"),
    ("\\operatorname{softmax}(a)", "\\operatorname{softmax}(a + 1)"),
    ("\\log(a \\odot b)", "\\log(a) + \\log(b)"),
    ("\\prod_{i \\ge k \\ge 1} x_k", "x_i \\prod_{i \\gt k \\ge 1} x_k"),
  ])
  func theseAreTheSameFormula(a: String, b: String) throws {
    #expect(try parse(a).isIdentical(to: try parse(b)))
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
    ("\\max(a, 0)", "a"),
    ("\\sqrt{a \\odot a}", "a"),
    ("\\sqrt{2 a}", "\\sqrt{a}"),
    ("\\operatorname{mean}(a)", "\\frac{1}{3} \\operatorname{sum}(a)"),
    ("[a; b]", "[b; a]"),
    ("\\frac{a}{b}", "\\frac{b}{a}"),
    ("\\operatorname{sumrows}(a)", "\\operatorname{sumcolumns}(a)"),
    ("h_t", "\\tilde{h}_t"),
    ("W^2", "W^{\\odot 2}"),
    ("\\eta W", "W"),
  ])
  func theseAreDifferentFormulas(a: String, b: String) throws {
    #expect(try !parse(a).isIdentical(to: try parse(b)))
    #expect(try !parse(b).isIdentical(to: try parse(a)))
  }

  /// A run's values say nothing: here they agree for both formulas.
  @Test func aNameKeepsItsShapeAndNotItsValue() throws {
    let ones = Matrix(column: [1, 1])
    let scope = Scope(values: ["f": ones, "c": ones, "g": ones, "W": .identity(2), "s": Matrix(1)])
    func same(_ a: String, _ b: String) throws -> Bool { try parse(a).isIdentical(to: try parse(b), in: scope) }
    #expect(try same("W f + g", "g + W f"))
    #expect(try !same("f \\odot c", "f"))
    #expect(try !same("W f", "W^\\top f"))
    #expect(try !same("f", "c"))
    #expect(try same("s W", "W s"))
  }

  /// Inputs, units and examples of different number: a transpose or an exchange has no value.
  @Test func shapesThatDoNotFitAreNoIdentity() throws {
    let scope = Scope(
      values: [
        "W": Matrix(rows: 4, columns: 3), "x": Matrix(rows: 3, columns: 2), "b": Matrix(rows: 4, columns: 1),
        "d": Matrix(rows: 4, columns: 2),
      ], integers: ["N": 2])
    func same(_ a: String, _ b: String) throws -> Bool { try parse(a).isIdentical(to: try parse(b), in: scope) }
    #expect(try same("W x + b", "b + W x"))
    #expect(try same("d x^\\top", "(x d^\\top)^\\top"))
    #expect(try !same("W x + b", "W^\\top x + b"))
    #expect(try !same("W x", "x W"))
    #expect(try !same("d x^\\top", "x d^\\top"))
    #expect(try !same("\\operatorname{sumcolumns}(d)", "d"))
    // A number of examples that is right for this run only.
    #expect(try !same("\\operatorname{mean}(d)", "\\frac{1}{8} \\operatorname{sum}(d)"))
    #expect(try same("N d", "d + d"))
  }

  @Test(arguments: ["\\operatorname{unknown}(a)", "\\lVert A \\rVert_2", "\\log(-a \\odot a)", "a + A + [a; a]"])
  func whatHasNoValueIsTheSameAsNothing(source: String) throws {
    let formula = try parse(source)
    #expect(!formula.isIdentical(to: formula))
  }

  @Test func aFunctionOfTheScopeIsUsed() throws {
    let scope = Scope(functions: ["\\rho": { $0[0].map { $0 * $0 } }])
    #expect(try parse("\\rho(-A)").isIdentical(to: try parse("\\rho(A)"), in: scope))
    #expect(try !parse("\\rho(2 A)").isIdentical(to: try parse("\\rho(A)"), in: scope))
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
    #expect(rule.isIdentical(to: try parse(source)), "\(rule.latex)")
  }

  @Test(arguments: [
    (Operation.bias, 2, "a + b"), (.sum, 2, "a + b"), (.offset(-2), 1, "a - 2"), (.complement(1), 1, "1 - a"),
    (.scaling(3), 1, "3 a"), (.stackRows(heights: [2, 3]), 2, "[a; b]"),
  ])
  func anOperationIsItsNotation(operation: Operation, inputs: Int, source: String) throws {
    let formula = Symbol.applied(operation, [.name("a"), .name("b")].prefix(inputs).map { $0 })
    let notes = try parse(source)
    #expect(formula.isIdentical(to: notes))
    #expect(try parse(formula.latex).isIdentical(to: formula))
    #expect(formula.unicode == notes.unicode)
  }

  /// Rounding never makes a formula differ from itself, written in another way.
  @Test func aFormulaIsTheSumOfItsThirds() throws {
    var generator = ShapedGenerator(random: Seeded(2))
    let scope = ShapedGenerator.scope(3)
    for k in 0..<300 {
      let formula = generator.formula(k % 3 == 0 ? .column : .matrix, 1 + k % 4)
      let third = Symbol.applied(.matrixProduct, [.number(1.0 / 3), formula])
      let rest = Symbol.applied(.matrixProduct, [.number(2.0 / 3), formula])
      #expect(formula.isIdentical(to: .applied(.sum, [third, rest]), in: scope), "\(formula.latex)")
    }
  }

  /// A formula with a mistake in it is another formula, unless the mistake happens to change nothing.
  @Test func aMistakeIsNeverTheSameFormula() throws {
    var generator = ShapedGenerator(random: Seeded(7))
    let scope = ShapedGenerator.scope(8)
    var mutator = Mutator(random: Seeded(9))
    var mistakes = 0
    for k in 0..<1000 {
      let formula = generator.formula(k % 2 == 0 ? .column : .matrix, 2 + k % 3)
      let mutant = mutator.mutate(formula)
      guard let value = try? scope.evaluate(formula), let other = try? scope.evaluate(mutant),
        !isClose(value, other, 1e-6)
      else { continue }
      mistakes += 1
      #expect(!formula.isIdentical(to: mutant, in: scope), "\(formula.latex)\n\(mutant.latex)")
    }
    #expect(mistakes > 500)
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
