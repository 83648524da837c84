// Derivations read off a tape, evaluated: every term's number must be what the tape computed along its path.

import Testing

@testable import Autodiff

/// A three-step recurrent network with a loss at the last two steps, all named.
private struct Run {
  let tape = Tape()
  let W_x, W_h, b, L: Variable
  var h: [Variable] = []
  var x: [Variable] = []
  var nodes: [Variable] { [W_x, W_h, b, L] + h + x }

  init(batch: Int) {
    var random = Random(seed: 43)
    W_x = tape.variable(random.normal(2, 3), named: "W_x")
    W_h = tape.variable(random.normal(2, 2), named: "W_h")
    b = tape.variable(random.normal(2, 1), named: "b")
    h.append(tape.variable(random.normal(2, batch), named: "h_0"))
    for t in 1...3 {
      x.append(tape.variable(random.normal(3, batch), named: "x_\(t)"))
      h.append((W_x * x[t - 1] + W_h * h[t - 1] + b).tanh.named("h_\(t)"))
    }
    let u = tape.constant(random.normal(2, batch), named: "u")
    L = ((h[2] .* u).total + (h[3] .* h[3]).mean).named("L")
    x.append(u)
  }

  /// Values under the nodes' names, and their gradients under the gradients' names.
  var evaluation: Evaluation {
    let gradients = tape.gradients(of: L)
    var values: [String: Matrix] = [:]
    for node in nodes {
      values[node.name!] = node.value
      guard node.name != "u" else { continue }
      values[Tape.gradientName(of: node.name!, loss: "L")] = gradients[node]
    }
    return Evaluation(values: values)
  }
}

/// The gradient that a derivation's terms add up to.
private func sum(_ derivation: Derivation, _ evaluate: Evaluation, _ shape: Shape) throws -> Matrix {
  try derivation.paths.reduce(Matrix(shape)) { $0 + (try evaluate($1.term, shape)) }
}

@Suite struct Derivations {
  @Test(arguments: [1, 4]) func theTermsOfARecurrentNetworkAddUpToTheGradients(batch: Int) throws {
    let run = Run(batch: batch)
    let (gradients, evaluate) = (run.tape.gradients(of: run.L), run.evaluation)
    for node in [run.W_x, run.W_h, run.b] + run.h {
      let derivation = run.tape.derivation(of: node, in: run.L)
      #expect(derivation.name == node.name)
      #expect(derivation.gradientName == "\\frac{\\partial L}{\\partial \(node.name!)}")
      let terms = try sum(derivation, evaluate, node.shape)
      #expect(terms.largestDifference(from: gradients[node]) < 1e-14, "\(node.name!)")
      #expect(gradients[node].largestMagnitude > 1e-3)
      let whole = try evaluate(derivation.gradient, node.shape)
      #expect(whole.largestDifference(from: gradients[node]) < 1e-14, "\(node.name!)")
    }
  }

  @Test func everyNamedNodeThatUsesAnotherGivesOnePath() {
    let run = Run(batch: 2)
    func ends(_ node: Variable) -> [String] { run.tape.derivation(of: node, in: run.L).paths.map(\.through) }
    #expect(ends(run.h[1]) == ["h_2"])
    #expect(ends(run.h[2]) == ["h_3", "L"])
    #expect(ends(run.h[3]) == ["L"])
    #expect(ends(run.W_h) == ["h_1", "h_2", "h_3"])
    #expect(ends(run.b) == ["h_1", "h_2", "h_3"])
    #expect(ends(run.x[1]) == ["h_2"])
  }

  @Test func thePathToTheStateBeforeIsTheOneInTheNotes() throws {
    let run = Run(batch: 1)
    let path = try #require(run.tape.derivation(of: run.h[1], in: run.L).paths.first)
    let (δ, h) = (Symbol.name(Tape.gradientName(of: "h_2", loss: "L")), Symbol.name("h_2"))
    #expect(path.term == Symbol.name("W_h").transposed * (δ .* (1 - h .* h)))
    let sum = Symbol.name("W_x") * .name("x_2") + Symbol.name("W_h") * .name("h_1") + .name("b")
    #expect(path.value == sum.tanh)
    // With a batch of one the bias is a column like the rest: an ordinary sum.
    #expect(path.operations == [.tanh, .sum, .sum, .matrixProduct])
  }

  @Test func formulasStandForTheirNodes() throws {
    let run = Run(batch: 2)
    let evaluate = run.evaluation
    for node in run.h.dropFirst() + [run.L] {
      let worth = try evaluate(run.tape.formula(of: node), node.shape)
      #expect(worth.largestDifference(from: node.value) < 1e-15)
    }
    #expect(run.tape.formula(of: run.W_h) == .name("W_h"))
  }

  @Test func aNodeUsedTwiceInOneOperationGivesBothTerms() throws {
    let tape = Tape()
    let x = tape.variable(Matrix([[3, 5]]), named: "x")
    let L = (x .* x).total.named("L")
    let derivation = tape.derivation(of: x, in: L)
    #expect(derivation.paths.count == 1)
    #expect(derivation.paths.first?.operations == [.total, .elementwiseProduct, .elementwiseProduct])
    #expect(derivation.gradient == .applied(.matrixProduct, [.number(2), .name("x")]))
    #expect(try Evaluation(values: ["x": x.value])(derivation.gradient) == Matrix([[6, 10]]))
  }

  @Test func unnamedNodesBetweenAreExpandedAndBranchesOfOnePathAdded() throws {
    let tape = Tape()
    let x = tape.variable(Matrix([[0.3, -0.7]]), named: "x")
    let hidden = x.tanh
    let L = (hidden .* x + hidden.sigmoid).total
    let derivation = tape.derivation(of: x, in: L)
    #expect(derivation.paths.map(\.through) == ["L"])
    let worth = try Evaluation(values: ["x": x.value])(derivation.gradient, x.shape)
    #expect(worth.largestDifference(from: tape.gradients(of: L)[x]) < 1e-15)
  }

  @Test func aNamedNodeHidesWhatLiesBehindIt() throws {
    let tape = Tape()
    let x = tape.variable(Matrix(0.4), named: "x")
    let y = x.tanh.named("y")
    let z = (y .* y).named("z")
    let L = (z.exp + y).named("L")
    #expect(tape.derivation(of: x, in: L).paths.map(\.through) == ["y"])
    #expect(tape.derivation(of: y, in: L).paths.map(\.through) == ["z", "L"])
    #expect(tape.derivation(of: z, in: L).paths.map(\.term) == [Symbol.name("z").exp])
  }

  @Test func nodesThatDoNotReachTheLossAreOnNoPath() {
    let tape = Tape()
    let x = tape.variable(Matrix(0.4), named: "x")
    x.tanh.named("aside")
    let z = tape.variable(Matrix(1), named: "z")
    let L = x.exp.named("L")
    let after = x.sigmoid.named("after")
    #expect(tape.derivation(of: x, in: L).paths.map(\.through) == ["L"])
    #expect(tape.derivation(of: z, in: L).gradient == .number(0))
    #expect(tape.derivation(of: after, in: L).gradient == .number(0))
  }

  @Test(arguments: [true, false]) func theLossDerivedByItselfIsOne(isNamed: Bool) {
    let tape = Tape()
    let x = tape.variable(Matrix(0.4), named: "x")
    let loss = isNamed ? x.exp.named("E") : x.exp
    let derivation = tape.derivation(of: loss, in: loss)
    #expect(derivation.gradient == .number(1))
    #expect(
      derivation.gradientName == (isNamed ? "\\frac{\\partial E}{\\partial E}" : "\\frac{\\partial L}{\\partial L}"))
    #expect(tape.derivation(of: x, in: loss).paths.map(\.through) == [isNamed ? "E" : "L"])
  }

  @Test func unnamedLeavesAreNumbersOrNumbered() {
    let tape = Tape()
    let (a, b) = (tape.constant(Matrix(2)), tape.variable(Matrix([[1, 2]])))
    #expect(tape.formula(of: b.tanh) == Symbol.name("x_{1}").tanh)
    #expect(tape.formula(of: a * b) == .applied(.matrixProduct, [.number(2), .name("x_{1}")]))
  }

  @Test func fusedOperationsAreDerivedAsFunctionsNamedAfterThem() {
    let tape = Tape()
    let (W, x) = (tape.variable(Matrix([[1, 2]]), named: "W"), tape.variable(Matrix(column: [3, 4]), named: "x"))
    let y = Variable.apply(.fused(fusedLayer), [W, x]).named("y")
    let derivation = tape.derivation(of: x, in: y)
    #expect(derivation.gradient == .call("layerbackward", index: "1", [.number(1), .name("W"), .name("x")]))
  }

  @Test func aLongUnnamedChainIsExpandedWithoutRecursion() {
    let tape = Tape()
    let x = tape.variable(Matrix(0.5), named: "x")
    var y = x
    for _ in 0..<2000 { y = y.tanh }
    let derivation = tape.derivation(of: x, in: y)
    #expect(derivation.paths.first?.operations.count == 2000)
  }
}
