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
}
