// What stops the program, and what it says then: the operation, both shapes, the node.

import Testing

@testable import Autodiff

/// A mistake that is the programmer's. Each runs in a process of its own.
enum Trap: String, CaseIterable, Codable, Sendable {
  case productShapes, unnamedProductShapes, sumShapes, biasOnTheLeft, biasShape, stackColumns, stackHeights, emptyStack
  case slice, gather, scatter, placement, classCount, classRange, spread, reduction, mask, softmaxOfNothing,
    meanOfNothing
  case inputCount
  case forgottenVariable, markBeyondTheEnd, markOfATapeThatIsGone, secondInputUpdated, secondDerivativesAfterUpdate
  case otherTapeInSecondDerivatives
  case otherTape, otherTapeInGradients, rewoundVariable, rewoundName, rewoundValue, rewoundMark, otherTapesMark
  case seedShape, gradientOfNoScalar, updateShape, updateOfAResult, updatedAfterUse, replacedSinceGradients
  case gradientOfAConstant, differentiableGradientOfAConstant, derivationOfAConstant, derivationOfNoScalar
  case fusedGradientShape, fusedGradientCount, fusedSecondDerivative, ruleShape
  case entryRead, entryWritten, column, raggedRows, elementCount, negativeShape, scalar, differenceShapes
  case indexBelowZero, gradientCount, gradientShapes, parametersGrow, noThreshold, unsteadyFunction

  /// What the message must contain.
  var message: String {
    switch self {
    case .productShapes: "matrix product of W_h (2 × 3) and h_t (2 × 1): 3 columns meet 2 rows"
    case .unnamedProductShapes: "matrix product of variable 0 (2 × 3) and tanh, node 2 (2 × 1): 3 columns meet 2 rows"
    case .sumShapes: "sum of a (2 × 3) and b (3 × 2): the shapes differ"
    case .biasOnTheLeft: "sum of b (2 × 1) and a (2 × 3): the shapes differ"
    case .biasShape: "sum of a (2 × 3) and b (1 × 3): the shapes differ"
    case .stackColumns: "stack of rows of a (2 × 3) and b (2 × 1): the numbers of columns differ"
    case .stackHeights: "stack of rows of a (2 × 3) and b (2 × 3): the heights are not [1, 3]"
    case .emptyStack: "stack of rows of nothing"
    case .slice: "slice of rows of a (2 × 3): rows 1..<3 are not all there"
    case .gather: "gathering of columns of a (2 × 3): index 3 is not among 3 columns"
    case .scatter: "scattering of columns of a (2 × 3) and b (2 × 2): index 2 is not among 2 columns"
    case .placement: "placement of rows of a (2 × 3) and b (2 × 3): the first does not fill rows 1..<3 of the second"
    case .classCount: "cross-entropy of a (2 × 3): 2 classes for 3 columns"
    case .classRange: "cross-entropy of a (2 × 3): class 2 is not among 2 rows"
    case .spread: "spread of a (2 × 3) and b (2 × 4): the first cannot be spread to the second"
    case .reduction: "reduction of a (2 × 3) and b (2 × 2): the first cannot be summed down to the second"
    case .mask: "mask of a (2 × 3): the mask has 5 flags"
    case .softmaxOfNothing: "softmax of a (0 × 3): a column without entries has no maximum"
    case .meanOfNothing: "mean of a (2 × 0): there is nothing to average"
    case .inputCount: "tanh takes 1 inputs, not 2"
    case .otherTape, .otherTapeInGradients: "a variable of another tape"
    case .rewoundVariable, .rewoundName, .rewoundValue: "a variable that was recorded before the tape was rewound"
    case .rewoundMark: "a mark that was itself rewound"
    case .otherTapesMark: "a mark of another tape"
    case .seedShape: "the gradient of h_t must be 2 × 1, not 1 × 2"
    case .gradientOfNoScalar: "h_t is 2 × 1: only a scalar has a gradient by itself; give a seed"
    case .updateShape: "W is 2 × 3 and cannot become 3 × 2"
    case .updateOfAResult: "h_t is computed and cannot be replaced"
    case .updatedAfterUse: "W was updated after h_t was computed from it"
    case .replacedSinceGradients:
      "exp, node 1 was recorded after these gradients were computed and the tape was rewound"
    case .gradientOfAConstant, .differentiableGradientOfAConstant, .derivationOfAConstant:
      "x_t depends on no variable and gets no gradient"
    case .derivationOfNoScalar: "h_t is 2 × 1: only a scalar's gradients are derived"
    case .forgottenVariable: "a variable that was recorded before the tape was rewound"
    case .markBeyondTheEnd: "a mark that was itself rewound"
    case .markOfATapeThatIsGone: "a mark of another tape"
    case .secondInputUpdated, .secondDerivativesAfterUpdate: "was updated after"
    case .otherTapeInSecondDerivatives: "a variable of another tape"
    case .fusedGradientShape: "broken gave its input 1, 2 × 3, a gradient of 3 × 2"
    case .fusedGradientCount: "broken gave 1 gradients for 2 inputs"
    case .fusedSecondDerivative: "layer is fused and has no second derivatives"
    case .ruleShape: "tanh gave its input 0, 2 × 3, a gradient of 3 × 2"
    case .entryRead, .entryWritten: "entry (2, 0) is outside a 2 × 3 matrix"
    case .column: "column 3 is outside a 2 × 3 matrix"
    case .raggedRows: "row 1 has 1 entries where row 0 has 2"
    case .elementCount: "a 2 × 3 matrix needs 6 entries, not 5"
    case .negativeShape: "a matrix cannot have -1 × 3 entries"
    case .scalar: "a 2 × 3 matrix is not a scalar"
    case .differenceShapes: "a 2 × 3 matrix cannot be compared with a 3 × 2 matrix"
    case .indexBelowZero: "there is no index below 0"
    case .gradientCount: "1 parameters, but 2 gradients"
    case .gradientShapes: "parameter 0 is 2 × 3, its gradient 3 × 2"
    case .parametersGrow: "2 parameters, but 1 gradients or earlier ones"
    case .noThreshold: "a threshold of 0.0 leaves nothing of a gradient"
    case .unsteadyFunction: "the function gave 1 × 1 first and 2 × 3 now"
    }
  }

  func spring() {
    let tape = Tape()
    func variable(_ rows: Int, _ columns: Int, _ name: String? = nil) -> Variable {
      tape.variable(Matrix(rows: rows, columns: columns, repeating: 0.5), named: name)
    }
    func apply(_ operation: Operation, _ inputs: Variable...) { _ = Variable.apply(operation, inputs) }
    func a() -> Variable { variable(2, 3, "a") }
    func broken(_ backward: @escaping @Sendable (Matrix) -> [Matrix?]) -> FusedOperation {
      FusedOperation(name: "broken", forward: { ($0[0] + $0[1], []) }, backward: { δ, _, _, _ in backward(δ) })
    }

    switch self {
    case .productShapes: _ = variable(2, 3, "W_h") * variable(2, 1, "h_t")
    case .unnamedProductShapes: _ = variable(2, 3) * variable(2, 1).tanh
    case .sumShapes: _ = a() + variable(3, 2, "b")
    case .biasOnTheLeft: _ = variable(2, 1, "b") + a()
    case .biasShape: _ = a() + variable(1, 3, "b")
    case .stackColumns: _ = Variable.stack([a(), variable(2, 1, "b")])
    case .stackHeights: apply(.stackRows(heights: [1, 3]), a(), variable(2, 3, "b"))
    case .emptyStack: _ = Variable.stack([])
    case .slice: _ = a().rows(1..<3)
    case .gather: _ = a().columns([0, 3])
    case .scatter: apply(.scatterColumns([0, 1, 2]), a(), variable(2, 2, "b"))
    case .placement: apply(.placeRows(1..<3), a(), variable(2, 3, "b"))
    case .classCount: _ = a().crossEntropy([0, 1])
    case .classRange: _ = a().crossEntropy([0, 1, 2])
    case .spread: _ = a().spread(like: variable(2, 4, "b"))
    case .reduction: _ = a().reduced(like: variable(2, 2, "b"))
    case .mask: _ = a().masked([true, true, true, true, true], fill: 0)
    case .softmaxOfNothing: _ = variable(0, 3, "a").softmax
    case .meanOfNothing: _ = variable(2, 0, "a").mean
    case .inputCount: apply(.tanh, a(), a())
    case .otherTape: _ = a() + Tape().variable(Matrix(1))
    case .otherTapeInGradients: _ = tape.gradients(of: a().total)[Tape().variable(Matrix(1))]
    case .rewoundVariable, .rewoundName, .rewoundValue:
      let mark = tape.mark
      let x = a()
      tape.rewind(to: mark)
      _ = a()  // in the same place
      switch self {
      case .rewoundVariable: _ = x.tanh
      case .rewoundName: _ = x.name
      default: _ = x.value
      }
    case .rewoundMark:
      _ = a()
      let start = tape.mark
      _ = a()
      let mark = tape.mark
      tape.rewind(to: start)
      _ = a()
      tape.rewind(to: mark)
    case .otherTapesMark:
      _ = a()
      let other = Tape()
      _ = other.variable(Matrix(1))
      tape.rewind(to: other.mark)
    case .forgottenVariable:
      let start = tape.mark
      let x = a()
      tape.rewind(to: start)
      _ = x.value  // nothing stands in its place yet
    case .markBeyondTheEnd:
      let start = tape.mark
      _ = a()
      let later = tape.mark
      tape.rewind(to: start)
      tape.rewind(to: later)
    case .markOfATapeThatIsGone:
      // A new tape may well get the memory of the one before.
      for _ in 0..<100 {
        let mark = Tape().mark
        let next = Tape()
        _ = next.variable(Matrix(1))
        next.rewind(to: mark)
      }
    case .secondInputUpdated, .secondDerivativesAfterUpdate:
      let (w, v) = (tape.variable(Matrix(2)), tape.variable(Matrix(3)))
      let y = w .* v
      tape.update(v, to: Matrix(5))
      if self == .secondInputUpdated {
        _ = tape.gradients(of: y)
      } else {
        _ = tape.differentiableGradients(of: y, withRespectTo: [w])
      }
    case .otherTapeInSecondDerivatives:
      _ = tape.differentiableGradients(of: a().total, withRespectTo: [Tape().variable(Matrix(1))])
    case .seedShape: _ = tape.gradients(of: variable(2, 1).tanh.named("h_t"), seed: Matrix([[1, 2]]))
    case .gradientOfNoScalar: _ = tape.gradients(of: variable(2, 1).tanh.named("h_t"))
    case .updateShape: tape.update(variable(2, 3, "W"), to: Matrix(rows: 3, columns: 2))
    case .updateOfAResult: tape.update(variable(2, 1).tanh.named("h_t"), to: Matrix(rows: 2, columns: 1))
    case .updatedAfterUse:
      let W = variable(1, 1, "W")
      let h = W.tanh.named("h_t")
      tape.update(W, to: Matrix(7))
      _ = tape.gradients(of: h)
    case .replacedSinceGradients:
      let x = variable(1, 1)
      let mark = tape.mark
      let gradients = tape.gradients(of: x.tanh)
      tape.rewind(to: mark)
      _ = gradients[x.exp]
    case .gradientOfAConstant:
      let x = tape.constant(Matrix(1), named: "x_t")
      _ = tape.gradients(of: x .* variable(1, 1))[x]
    case .differentiableGradientOfAConstant:
      let x = tape.constant(Matrix(1), named: "x_t")
      _ = tape.differentiableGradients(of: x .* variable(1, 1), withRespectTo: [x])
    case .derivationOfAConstant:
      let x = tape.constant(Matrix(1), named: "x_t")
      _ = tape.derivation(of: x, in: x .* variable(1, 1))
    case .derivationOfNoScalar:
      let x = variable(2, 1)
      _ = tape.derivation(of: x, in: x.tanh.named("h_t"))
    case .fusedGradientShape:
      _ = tape.gradients(of: Variable.apply(.fused(broken { [$0, $0.transposed] }), [a(), a()]).total)
    case .fusedGradientCount:
      _ = tape.gradients(of: Variable.apply(.fused(broken { [$0] }), [a(), a()]).total)
    case .fusedSecondDerivative:
      let w = variable(1, 1)
      _ = tape.differentiableGradients(of: Variable.apply(.fused(fusedLayer), [w, w]), withRespectTo: [w])
    case .ruleShape:
      _ = tape.gradients(of: a().tanh.total) { operation, δ, k, x, y in
        operation == .tanh ? δ.transposed : operation.pullback(δ, to: k, inputs: x, output: y)
      }
    case .entryRead: _ = a().value[2, 0]
    case .entryWritten:
      var x = a().value
      x[2, 0] = 1
    case .column: _ = a().value.column(3)
    case .raggedRows: _ = Matrix([[1, 2], [3]])
    case .elementCount: _ = Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5])
    case .negativeShape: _ = Matrix(rows: -1, columns: 3)
    case .scalar: _ = a().value.scalar
    case .differenceShapes: _ = a().value.largestDifference(from: a().value.transposed)
    case .indexBelowZero:
      var random = Random(seed: 1)
      _ = random.index(below: 0)
    case .gradientCount, .gradientShapes, .parametersGrow:
      var optimizer = SGD(learningRate: 1)
      let x = a().value
      var parameters = [x]
      switch self {
      case .gradientCount: optimizer.step(&parameters, gradients: [x, x])
      case .gradientShapes: optimizer.step(&parameters, gradients: [x.transposed])
      default:
        optimizer.step(&parameters, gradients: [x])
        parameters.append(x)
        optimizer.step(&parameters, gradients: [x, x])
      }
    case .noThreshold:
      var gradients = [a().value]
      clip(&gradients, toNorm: 0)
    case .unsteadyFunction:
      var calls = 0
      _ = GradientCheck([a().value]) { x in
        calls += 1
        return calls == 1 ? x[0].total : x[0]
      }
    }
  }
}

// Exit tests need to start processes, and a compiler that lets them capture values.
#if compiler(>=6.3) && (os(macOS) || os(Linux) || os(Windows) || os(FreeBSD) || os(OpenBSD))
  @Suite struct Traps {
    @Test(arguments: Trap.allCases) func stopTheProgramAndSayWhy(trap: Trap) async throws {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [trap] in
        trap.spring()
      }
      let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
      #expect(message.contains(trap.message), "\(message)")
    }
  }
#endif
