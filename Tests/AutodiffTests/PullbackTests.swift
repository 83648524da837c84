// Every pullback against central differences; and the check itself against every pullback made wrong.

import Testing

@testable import Autodiff

extension GradientCheck {
  /// Checks an operation on a case's inputs.
  init(_ c: Case, rule: Tape.Rule? = nil) {
    self.init(c.inputs, rule: rule) { Variable.apply(c.operation, $0) }
  }
}

@Suite struct PullbackTests {
  @Test(arguments: Cases.all) func everyPullbackAgreesWithCentralDifferences(c: Case) {
    let check = GradientCheck(c)
    #expect(check.passes, "\(String(describing: check.worst))")
    #expect(check.count == c.inputs.map(\.count).reduce(0, +))
    // Not zeros against zeros, but for what is constant almost everywhere.
    let isConstant = c.kind.differentiableInputs.isEmpty || (c.kind == .softmax && c.inputs[0].rows == 1)
    #expect((check.significantCount == 0) == isConstant)
  }

  @Test(arguments: Cases.all) func gradientsGoToTheDifferentiableInputsOnly(c: Case) {
    if case .fused = c.operation { return }
    let δ = Matrix(c.output.shape, repeating: 1)
    for k in c.inputs.indices {
      let gradient = c.operation.pullback(δ, to: k, inputs: c.inputs, output: c.output)
      let isDifferentiable = c.kind.differentiableInputs.contains(k) || c.kind == .stackRows
      #expect((gradient != nil) == isDifferentiable, "input \(k)")
      if let gradient { #expect(gradient.shape == c.inputs[k].shape) }
    }
  }
}

// MARK: - Wrong pullbacks

/// What can be done to any gradient to make it wrong.
enum Fault: String, CaseIterable {
  case flippedSign, onePercentTooLarge, doubled, dropped, zeroed, transposed, oneEntryMissing

  /// The wrong gradient; nil where the fault leaves it right: a symmetric matrix transposed.
  func applied(to gradient: Matrix) -> Matrix?? {
    switch self {
    case .flippedSign: return -gradient
    case .onePercentTooLarge: return 1.01 * gradient
    case .doubled: return 2.0 * gradient
    case .dropped: return .some(nil)
    case .zeroed: return Matrix(gradient.shape)
    case .transposed:
      let isSquare = gradient.rows == gradient.columns
      guard isSquare, gradient.transposed.largestDifference(from: gradient) > 1e-3 else { return nil }
      return gradient.transposed
    case .oneEntryMissing:
      let largest = gradient.elements.indices.max { abs(gradient.elements[$0]) < abs(gradient.elements[$1]) }!
      var wrong = gradient
      wrong.elements[largest] = 0
      return wrong
    }
  }
}

/// The check of a case with a fault at one of its inputs; nil where the fault changes nothing.
private func check(_ c: Case, _ fault: Fault, input: Int) -> GradientCheck? {
  let tape = Tape()
  let x = c.inputs.map { tape.variable($0) }
  var random = Random(seed: 4)
  let δ = random.normal(c.output.rows, c.output.columns)
  let right = tape.gradients(of: Variable.apply(c.operation, x), seed: δ)[x[input]]
  guard right.largestMagnitude > 1e-3, fault.applied(to: right) != nil else { return nil }

  // A fused operation's gradients come all at once, and not by a rule.
  if case .fused(let fused) = c.operation {
    let broken = FusedOperation(
      name: fused.name, forward: fused.forward,
      backward: { δ, x, y, saved in
        var sent = fused.backward(δ, x, y, saved)
        if let wrong = fault.applied(to: sent[input]!) { sent[input] = wrong }
        return sent
      })
    return GradientCheck(c.inputs) { Variable.apply(.fused(broken), $0) }
  }
  return GradientCheck(c) { operation, δ, k, x, y in
    let right = operation.pullback(δ, to: k, inputs: x, output: y)
    guard operation == c.operation, k == input, let right else { return right }
    return fault.applied(to: right) ?? right
  }
}

@Suite struct WrongPullbacks {
  @Test(arguments: Kind.allCases.filter { !$0.differentiableInputs.isEmpty }, Fault.allCases)
  func areCaughtAtEveryInputOfEveryOperation(kind: Kind, fault: Fault) {
    for input in kind.differentiableInputs {
      var count = 0
      for c in Cases.all where c.kind == kind && input < c.inputs.count {
        guard let check = check(c, fault, input: input) else { continue }
        #expect(!check.passes, "\(c), input \(input)")
        count += 1
      }
      // A constant gradient is its own transpose, and a column is not square.
      let isSpared = fault == .transposed && ([.total, .mean].contains(kind) || (kind == .bias && input == 1))
      #expect((count > 0) != isSpared, "\(count) cases of \(kind), input \(input)")
    }
  }

  @Test(arguments: Cases.all.filter { $0.kind.differentiableInputs.isEmpty })
  func gradientsWhereThereAreNoneAreCaught(c: Case) {
    #expect(!GradientCheck(c) { _, _, _, x, _ in Matrix(x[0].shape, repeating: 1) }.passes)
  }

  @Test(arguments: Cases.all.filter { [.spread, .reduce, .placeRows, .scatterColumns].contains($0.kind) })
  func aGradientToAnInputThatGivesItsShapeOnlyIsCaught(c: Case) {
    let wrong: Tape.Rule = { operation, δ, k, x, y in
      k == 1 ? Matrix(x[1].shape, repeating: 1) : operation.pullback(δ, to: k, inputs: x, output: y)
    }
    #expect(!GradientCheck(c, rule: wrong).passes)
  }

  /// The mistakes that people make: a factor forgotten, a term left out, two things exchanged. The rule gives nil where
  /// it leaves the gradient as it is.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let kind: Kind
    let rule: @Sendable (_ operation: Operation, _ δ: Matrix, _ k: Int, _ x: [Matrix], _ y: Matrix) -> Matrix?

    init(
      _ kind: Kind, _ description: String,
      rule: @escaping @Sendable (_ operation: Operation, _ δ: Matrix, _ k: Int, _ x: [Matrix], _ y: Matrix) -> Matrix?
    ) {
      (self.kind, self.testDescription, self.rule) = (kind, "\(kind): \(description)", rule)
    }
  }

  static let mistakes: [Mistake] = [
    Mistake(.matrixProduct, "W not transposed") { _, δ, k, x, _ in
      guard k == 1, x[0].rows == x[0].columns else { return nil }
      return x[0] * δ
    },
    Mistake(.matrixProduct, "factors exchanged") { _, δ, k, x, _ in
      guard x[0].rows == x[0].columns, x[0].shape == x[1].shape else { return nil }
      return k == 0 ? x[1].transposed * δ : δ * x[0].transposed
    },
    Mistake(.transpose, "not transposed") { _, δ, _, x, _ in δ.shape == x[0].shape ? δ : nil },
    Mistake(.bias, "of the first column only") { _, δ, k, _, _ in k == 0 ? δ : δ.column(0) },
    Mistake(.bias, "averaged over the batch") { _, δ, k, _, _ in
      k == 0 ? δ : (1 / Double(max(δ.columns, 1))) * δ.sumOfColumns
    },
    Mistake(.difference, "both signs +") { _, δ, _, _, _ in δ },
    Mistake(.complement, "sign +") { _, δ, _, _, _ in δ },
    Mistake(.negation, "sign +") { _, δ, _, _, _ in δ },
    Mistake(.scaling, "factor left out") { _, δ, _, _, _ in δ },
    Mistake(.elementwiseProduct, "factors exchanged") { _, δ, k, x, _ in δ .* x[k] },
    Mistake(.elementwiseQuotient, "denominator not squared") { _, δ, k, x, y in k == 0 ? δ ./ x[1] : -(δ .* y) },
    Mistake(.elementwiseQuotient, "sign of the denominator") { _, δ, k, x, y in
      k == 0 ? δ ./ x[1] : (δ .* y) ./ x[1]
    },
    Mistake(.sigmoid, "y left out") { _, δ, _, _, y in δ .* (1 - y) },
    Mistake(.sigmoid, "1 − y left out") { _, δ, _, _, y in δ .* y },
    Mistake(.sigmoid, "tanh's") { _, δ, _, _, y in δ .* (1 - y .* y) },
    Mistake(.sigmoid, "x for y") { _, δ, _, x, _ in δ .* x[0] .* (1 - x[0]) },
    Mistake(.tanh, "not squared") { _, δ, _, _, y in δ .* (1 - y) },
    Mistake(.tanh, "sigmoid's") { _, δ, _, _, y in δ .* y .* (1 - y) },
    Mistake(.tanh, "x for y") { _, δ, _, x, _ in δ .* (1 - x[0] .* x[0]) },
    Mistake(.relu, "mask left out") { _, δ, _, _, _ in δ },
    Mistake(.leakyRelu, "slope left out") { _, δ, _, x, _ in δ .* Matrix.apply(.slope(0), [x[0]]) },
    Mistake(.exp, "x for y") { _, δ, _, x, _ in δ .* x[0] },
    Mistake(.log, "y for x") { _, δ, _, _, y in δ ./ y },
    Mistake(.squareRoot, "2 left out") { _, δ, _, _, y in δ ./ y },
    Mistake(.softmax, "the sum left out") { _, δ, _, _, y in δ .* y },
    Mistake(.softmax, "only the diagonal") { _, δ, _, _, y in δ .* y .* (1 - y) },
    Mistake(.logSoftmax, "the sum left out") { _, δ, _, _, _ in δ },
    Mistake(.logSoftmax, "log y for y") { _, δ, _, _, y in δ - y .* δ.sumOfRows.spread(like: y) },
    Mistake(.crossEntropy, "−onehot left out") { _, δ, _, x, _ in x[0].softmax .* δ.spread(like: x[0]) },
    Mistake(.crossEntropy, "softmax left out") { operation, δ, _, x, _ in
      guard case .crossEntropy(let classes) = operation else { return nil }
      return -Matrix.apply(.oneHot(classes), [x[0]]) .* δ.spread(like: x[0])
    },
    Mistake(.crossEntropy, "upstream gradient left out") { operation, _, _, x, _ in
      guard case .crossEntropy(let classes) = operation else { return nil }
      return x[0].softmax - Matrix.apply(.oneHot(classes), [x[0]])
    },
    Mistake(.mean, "not divided") { _, δ, _, x, _ in δ.spread(like: x[0]) },
    Mistake(.mean, "divided by the columns only") { _, δ, _, x, _ in
      (1 / Double(x[0].columns)) * δ.spread(like: x[0])
    },
    Mistake(.maximumOfRows, "to all entries") { _, δ, _, x, _ in δ.spread(like: x[0]) },
    Mistake(.spread, "averaged") { _, δ, k, x, _ in
      k == 0 ? (Double(x[0].count) / Double(δ.count)) * δ.reduced(like: x[0]) : nil
    },
    Mistake(.reduce, "averaged") { _, δ, k, x, _ in
      k == 0 ? (Double(δ.count) / Double(x[0].count)) * δ.spread(like: x[0]) : nil
    },
    Mistake(.stackRows, "always the first rows") { _, δ, k, x, _ in δ.rows(0..<x[k].rows) },
    Mistake(.sliceRows, "always the first rows") { operation, δ, _, x, _ in
      guard case .sliceRows(let range) = operation else { return nil }
      return Matrix.apply(.placeRows(0..<range.count), [δ, x[0]])
    },
    Mistake(.placeRows, "always the first rows") { _, δ, k, x, _ in k == 0 ? δ.rows(0..<x[0].rows) : nil },
    Mistake(.gatherColumns, "repeats overwrite") { operation, δ, _, x, _ in
      guard case .gatherColumns(let indices) = operation else { return nil }
      var gradient = Matrix(x[0].shape)
      for (j, index) in indices.enumerated() {
        for i in 0..<δ.rows { gradient[i, index] = δ[i, j] }
      }
      return gradient
    },
    Mistake(.scatterColumns, "repeats get their share once") { operation, δ, k, x, _ in
      guard k == 0, case .scatterColumns(let indices) = operation else { return nil }
      var seen: Set<Int> = []
      return Matrix(rows: x[0].rows, columns: x[0].columns) { i, j in
        if i == 0 && !seen.insert(indices[j]).inserted { return 0 }
        return δ[i, indices[j]]
      }
    },
    Mistake(.masked, "not masked") { _, δ, _, _, _ in δ },
  ]

  @Test(arguments: mistakes) func theUsualMistakesAreCaught(mistake: Mistake) {
    let rule: Tape.Rule = { operation, δ, k, x, y in
      let wrong = Kind(of: operation) == mistake.kind ? mistake.rule(operation, δ, k, x, y) : nil
      return wrong ?? operation.pullback(δ, to: k, inputs: x, output: y)
    }
    /// Whether the mistake makes a difference on a case: a single column has nothing to average.
    func matters(_ c: Case) -> Bool {
      var random = Random(seed: 3)
      let y = c.output
      let δ = random.normal(y.rows, y.columns)
      return c.inputs.indices.contains { k in
        guard let right = c.operation.pullback(δ, to: k, inputs: c.inputs, output: y) else { return false }
        return rule(c.operation, δ, k, c.inputs, y)!.largestDifference(from: right) > 1e-3
      }
    }
    let cases = Cases.all.filter { $0.kind == mistake.kind && matters($0) }
    #expect(!cases.isEmpty)
    for c in cases { #expect(!GradientCheck(c, rule: rule).passes, "\(c)") }
  }

  /// Σ softmax(x) is 1 whatever x: its gradient is 0, and so is any multiple of it.
  @Test func aPlainSumWouldNotSeeAWrongSoftmax() throws {
    let c = try #require(Cases.all.first { $0.kind == .softmax })
    let wrong: Tape.Rule = { operation, δ, k, x, y in
      let right = operation.pullback(δ, to: k, inputs: x, output: y)
      if case .softmax = operation { return right.map { -2.0 * $0 } }
      return right
    }
    let plainSum = GradientCheck(c.inputs, rule: wrong) { $0[0].softmax.total }
    #expect(plainSum.passes)
    #expect(plainSum.significantCount == 0)
    #expect(!GradientCheck(c, rule: wrong).passes)
  }
}

@Test func everyOperationHasACase() {
  let kinds = Set(Cases.all.map(\.kind))
  for kind in Kind.allCases { #expect(kinds.contains(kind), "\(kind) is not tested") }
}
