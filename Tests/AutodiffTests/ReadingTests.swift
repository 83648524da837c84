// One rule, three readings: as numbers, as nodes of a tape, as formulas. They must agree.

import Testing

@testable import Autodiff

@Suite struct Readings {
  static let cases = Cases.all.filter { $0.kind != .fused }

  private func upstream(_ c: Case) -> Matrix {
    var random = Random(seed: 41)
    return random.normal(c.output.rows, c.output.columns)
  }

  @Test(arguments: cases) func numbersAndNodesHaveTheSameBits(c: Case) {
    let δ = upstream(c)
    let tape = Tape()
    let x = c.inputs.map { tape.variable($0) }
    let y = Variable.apply(c.operation, x)
    #expect(y.value.hasSameBits(as: c.output))
    let recorded = tape.differentiableGradients(of: y, seed: δ, withRespectTo: x)
    let computed = tape.gradients(of: y, seed: δ)
    for k in x.indices {
      let pulled = c.operation.pullback(δ, to: k, inputs: c.inputs, output: c.output)
      #expect(computed[x[k]].hasSameBits(as: pulled ?? Matrix(c.inputs[k].shape)))
      #expect(recorded[k].value.hasSameBits(as: computed[x[k]]))
    }
  }

  @Test(arguments: cases) func theFormulaOfTheValueIsWorthTheValue(c: Case) throws {
    let names = c.inputs.indices.map { "x_{\($0)}" }
    let formula = Symbol.apply(c.operation, names.map { .name($0) })
    let values = Dictionary(uniqueKeysWithValues: zip(names, c.inputs))
    let worth = try Evaluation(values: values)(formula, c.output.shape)
    #expect(worth.hasSameBits(as: c.output), "\(formula)")
  }

  @Test(arguments: cases) func theFormulaOfThePullbackIsWorthThePullback(c: Case) throws {
    let δ = upstream(c)
    let names = c.inputs.indices.map { "x_{\($0)}" }
    var values = Dictionary(uniqueKeysWithValues: zip(names, c.inputs))
    (values["δ"], values["y"]) = (δ, c.output)
    for k in c.inputs.indices {
      let formula = c.operation.pullback(.name("δ"), to: k, inputs: names.map { .name($0) }, output: Symbol.name("y"))
      let pulled = c.operation.pullback(δ, to: k, inputs: c.inputs, output: c.output)
      #expect((formula == nil) == (pulled == nil))
      guard let formula, let pulled else { continue }
      let worth = try Evaluation(values: values)(formula, c.inputs[k].shape)
      #expect(worth.largestDifference(from: pulled) <= 1e-15 * max(1, pulled.largestMagnitude), "\(formula)")
    }
  }

  /// Formulas are written the way a person would, and say so here once.
  @Test func pullbacksAreWrittenAsInTheNotes() {
    let (δ, x, y, W) = (Symbol.name("δ"), Symbol.name("x"), Symbol.name("y"), Symbol.name("W"))
    func pullback(_ operation: Operation, _ k: Int, _ inputs: Symbol...) -> Symbol? {
      operation.pullback(δ, to: k, inputs: inputs, output: y)
    }
    func product(_ a: Symbol, _ b: Symbol) -> Symbol { .applied(.elementwiseProduct, [a, b]) }
    func difference(_ a: Symbol, _ b: Symbol) -> Symbol { .applied(.difference, [a, b]) }

    #expect(pullback(.matrixProduct, 0, W, x) == .applied(.matrixProduct, [δ, .applied(.transpose, [x])]))
    #expect(pullback(.matrixProduct, 1, W, x) == .applied(.matrixProduct, [.applied(.transpose, [W]), δ]))
    #expect(pullback(.tanh, 0, x) == product(δ, difference(.number(1), product(y, y))))
    #expect(pullback(.sigmoid, 0, x) == product(product(δ, y), difference(.number(1), y)))
    #expect(pullback(.sum, 0, x, y) == δ)
    #expect(pullback(.bias, 1, x, y) == .applied(.sumOfColumns, [δ]))
    #expect(pullback(.difference, 1, x, y) == .applied(.negation, [δ]))
    let weighted = Symbol.applied(.sumOfRows, [product(δ, y)])
    #expect(pullback(.softmax, 0, x) == product(y, difference(δ, .applied(.spread, [weighted]))))
    let onehot = Symbol.applied(.oneHot([1]), [x])
    #expect(pullback(.crossEntropy([1]), 0, x) == product(difference(.applied(.softmax, [x]), onehot), δ))
  }

  /// Terms 0, factors 1 and double signs are left out of formulas; what remains must be worth the same.
  @Test func whatFormulasLeaveOutChangesNoValue() throws {
    let evaluate = Evaluation(values: ["x": Matrix([[0.5, -2], [3, 0.25]]), "y": Matrix([[4, 1], [-0.5, 2]])])
    let shape = Shape(2, 2)
    func number(_ value: Double) -> (Symbol, Matrix) { (.number(value), Matrix(shape, repeating: value)) }
    func name(_ name: String) -> (Symbol, Matrix) { (.name(name), evaluate.values[name]!) }
    let leaves = [name("x"), name("y"), number(1), number(2)]
    let zero = number(0)
    let unary: [Operation] = [
      .negation, .transpose, .scaling(1), .scaling(-1), .scaling(0.5), .offset(0), .offset(1.5), .offset(-1.5),
      .complement(0), .complement(1),
    ]
    let changed = leaves.flatMap { leaf in unary.map { (Symbol.apply($0, [leaf.0]), Matrix.apply($0, [leaf.1])) } }
    let twice = changed.flatMap { c in unary.map { (Symbol.apply($0, [c.0]), Matrix.apply($0, [c.1])) } }
    var formulas = changed + twice
    for a in leaves + changed + [zero] {
      for b in leaves + changed {
        for operation in [Operation.sum, .difference, .elementwiseProduct] {
          formulas.append((Symbol.apply(operation, [a.0, b.0]), Matrix.apply(operation, [a.1, b.1])))
          formulas.append((Symbol.apply(operation, [b.0, a.0]), Matrix.apply(operation, [b.1, a.1])))
        }
        formulas.append((a.0 ./ (b.0 .* b.0 + 1.0), a.1 ./ (b.1 .* b.1 + 1.0)))
      }
    }
    for (formula, value) in formulas {
      let worth = try evaluate(formula, shape)
      if worth.largestDifference(from: value) > 1e-14 { Issue.record("\(formula) is \(worth), not \(value)") }
    }
  }

  @Test func formulasAreWrittenTheShortWay() {
    let (x, y, zero, one) = (Symbol.name("x"), Symbol.name("y"), Symbol.number(0), Symbol.number(1))
    let minus = -y
    let short: [(Symbol, Symbol)] = [
      (x + zero, x), (zero + x, x), (x - zero, x), (zero - y, minus), (-minus, y), (x - minus, x + y),
      (x + minus, x - y),
      (one .* x, x), (x .* one, x), (x ./ one, x), (minus .* x, -(y .* x)), (one * x, x), (x * one, x),
      (x.transposed.transposed, x), (1.0 * x, x), (-1.0 * y, minus),
      (x .* y.sumOfRows.spread(like: x), x .* y.sumOfRows),
      (x - 2.0, .applied(.difference, [x, .number(2)])), (x + 2.0, .applied(.sum, [x, .number(2)])),
    ]
    for (long, short) in short { #expect(long == short) }
  }
}
