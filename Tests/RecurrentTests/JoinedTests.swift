// A sequence as one value against the same sequence step by step, for every layer, fused and not.

import Autodiff
import Testing

@testable import Recurrent

/// The results of a run over one variable: outputs and last states, and the gradients of parameters, of every step's
/// inputs and of the first states.
private struct JoinedResults {
  var values: [Matrix]
  var gradients: [Matrix]

  init(_ c: FusedCase, fused: Bool, hasStates: Bool, threads: Int = 1) {
    let tape = Tape()
    let network = c.network.map { tape.variable($1, named: $0) }
    let x = tape.variable(Joined(c.inputs).value)
    let states = hasStates ? c.states.map { $0.map { tape.variable($0) } } : nil
    let joined = Joined(x, steps: c.steps)
    let run = fused ? network.runFused(joined, from: states, threads: threads) : network.run(joined, from: states)
    // The outputs step by step, so that each gets the gradient that it has in `Results`.
    let shown = run.outputs.parts + run.states.flatMap { $0 }
    let all = Variable.stack(shown)
    let found = tape.gradients(of: all, seed: Random.weights(like: all.value))
    values = shown.map(\.value)
    gradients =
      network.parameters.map { found[$0] } + Joined(found[x], steps: c.steps).parts
      + (states ?? []).flatMap { $0 }.map { found[$0] }
  }
}

private let cases: [FusedCase] =
  kinds.flatMap { kind in (1...20).map { FusedCase(kind, seed: 500 * $0 + 3) } }
  + architectures.map { FusedCase($0, steps: 4, batch: 2, seed: 92) }

@Suite struct JoinedTests {
  @Test(arguments: cases, [true, false]) func aFusedRunOverOneVariableIsTheRunOverMany(c: FusedCase, hasStates: Bool) {
    let (joined, apart) = (
      JoinedResults(c, fused: true, hasStates: hasStates), Results(c, fused: true, hasStates: hasStates)
    )
    #expect(haveSameBits(joined.values, apart.values))
    // Gradients may be summed in another order.
    #expect(largestRelativeDifference(joined.gradients, apart.gradients) <= 1e-13)
    #expect(joined.gradients.map(\.shape) == apart.gradients.map(\.shape))
    #expect(apart.values.contains { $0.largestMagnitude > 0 })
  }

  @Test(arguments: cases, [true, false]) func soIsAPlainOne(c: FusedCase, hasStates: Bool) {
    let (joined, apart) = (
      JoinedResults(c, fused: false, hasStates: hasStates), Results(c, fused: false, hasStates: hasStates)
    )
    #expect(haveSameBits(joined.values, apart.values))
    #expect(largestRelativeDifference(joined.gradients, apart.gradients) <= 1e-13)
    // And on matrices, without a tape.
    let run = c.network.run(Joined(c.inputs), from: hasStates ? c.states : nil)
    #expect(haveSameBits(run.outputs.parts + flat(run.states), apart.values))
  }

  @Test(arguments: cases.filter { $0.batch > 1 }, [2, 5]) func threadsChangeNoBit(c: FusedCase, threads: Int) {
    let one = JoinedResults(c, fused: true, hasStates: true)
    let many = JoinedResults(c, fused: true, hasStates: true, threads: threads)
    #expect(haveSameBits(one.values, many.values) && haveSameBits(one.gradients, many.gradients))
  }

  /// Every entry of every parameter, of the whole sequence and of every first state, against finite differences.
  @Test(arguments: architectures) func everyGradientAgreesWithCentralDifferences(configuration: RecurrentConfiguration)
  {
    let c = FusedCase(configuration, steps: 3, batch: 2, seed: 64)
    let (count, parts) = (configuration.parameters.count, configuration.kind.stateNames.count)
    let check = GradientCheck(c.network.parameters + [Joined(c.inputs).value] + flat(c.states)) { inputs in
      let network = RecurrentNetwork(configuration, parameters: Array(inputs[..<count]))
      let states = stride(from: count + 1, to: inputs.count, by: parts).map { Array(inputs[$0..<$0 + parts]) }
      let run = network.runFused(Joined(inputs[count], steps: 3), from: states)
      return .stack(run.outputs.parts + run.states.flatMap { $0 })
    }
    #expect(check.passes, "\(String(describing: check.worst))")
    #expect(
      check.count == configuration.parameterCount + 3 * 3 * 2 + configuration.stateCount * parts * 4 * 2)
  }

  /// For a sequence of any length a layer records its operation, its outputs, its last state, and zeros for the first
  /// state.
  @Test(arguments: [RecurrentConfiguration.Kind.rnn(.tanh), .lstm, .gru()], [1, 2, 300])
  func nodesDoNotGrowWithTheSteps(kind: RecurrentConfiguration.Kind, steps: Int) {
    let tape = Tape()
    let configuration = RecurrentConfiguration(kind, inputSize: 3, hiddenSize: 4)
    let recorded = largeNetwork(configuration, seed: 73).map { tape.variable($1) }
    let x = Joined(tape.constant(Joined(sequence(steps, 3, batch: 2, seed: 74)).value), steps: steps)
    let before = tape.count
    let run = recorded.runFused(x)
    #expect(tape.count - before == 3 + kind.stateNames.count)
    #expect(run.outputs.steps == steps && run.outputs.batch == 2)
  }

  /// The numbers of a joined sequence have PyTorch's order.
  @Test func theNumbersLieAsInATensor() {
    let steps = sequence(5, 3, batch: 2, seed: 75)
    let tensor = TorchTensor(steps: steps)
    let joined = Joined(Matrix(rows: 3, columns: 10, elements: tensor.elements), steps: 5)
    #expect(haveSameBits(joined.parts, steps) && joined.steps == 5 && joined.batch == 2)
    #expect(Joined(steps).value.hasSameBits(as: joined.value))
    #expect(joined[3].hasSameBits(as: steps[3]))
    #expect(haveSameBits(joined.reversed.parts, steps.reversed()))
    #expect(haveSameBits(Joined([steps[0]]).parts, [steps[0]]))
  }

  /// An output layer over all steps at once has the same gradients as one applied step by step.
  @Test func anOutputLayerTakesAllStepsAtOnce() {
    let c = FusedCase(RecurrentConfiguration(.gru(), inputSize: 3, hiddenSize: 4), steps: 5, batch: 2, seed: 76)
    var random = Random(seed: 77)
    let W = random.normal(6, 4)
    let classes = (0..<10).map { _ in random.index(below: 6) }
    func gradients(_ loss: (RecurrentNetwork<Variable>, Variable) -> Variable) -> [Matrix] {
      let tape = Tape()
      let (network, W) = (c.network.map { tape.variable($1) }, tape.variable(W))
      let found = tape.gradients(of: loss(network, W))
      return (network.parameters + [W]).map { found[$0] }
    }
    let atOnce = gradients { network, W in
      let x = Joined(W.tape.constant(Joined(c.inputs).value), steps: 5)
      return (W * network.runFused(x).outputs.value).crossEntropy(classes).mean
    }
    let stepByStep = gradients { network, W in
      let losses = network.run(c.inputs.map { W.tape.constant($0) }).outputs.enumerated().map { t, h in
        (W * h).crossEntropy(Array(classes[2 * t..<2 * t + 2]))
      }
      return Variable.stack(losses).mean
    }
    #expect(largestRelativeDifference(atOnce, stepByStep) <= 1e-12)
    #expect(stepByStep.allSatisfy { $0.largestMagnitude > 1e-3 })
  }
}
