import Autodiff
import Testing

@testable import Recurrent

@Suite struct GradientTests {
  /// All outputs and last states of a run, stacked.
  private func everything(_ run: Unrolled<Variable>) -> Variable {
    .stack(run.outputs + run.states.flatMap { $0 })
  }

  /// Every entry of every parameter, every input and every first state.
  @Test(arguments: architectures)
  func gradientsAgreeWithCentralDifferences(configuration: RecurrentConfiguration) {
    let network = largeNetwork(configuration, seed: 21).parameters.map { 0.5 * $0 }
    let x = sequence(4, 3, batch: 2, seed: 22)
    let parts = configuration.kind.stateNames
    let first = states(configuration, batch: 2, seed: 23)
    let stateNames = first.indices.flatMap { k in parts.map { "\($0)0[\(k)]" } }
    let names = configuration.parameters.map(\.name) + x.indices.map { "x_\($0)" } + stateNames
    let check = GradientCheck(network + x + flat(first), names: names) { inputs in
      let count = configuration.parameters.count
      let recorded = RecurrentNetwork(configuration, parameters: Array(inputs[..<count]))
      let state = inputs[(count + x.count)...]
      let run = recorded.run(
        Array(inputs[count..<count + x.count]),
        from: stride(from: state.startIndex, to: state.endIndex, by: parts.count).map {
          Array(state[$0..<$0 + parts.count])
        })
      return everything(run)
    }
    #expect(check.passes, "\(String(describing: check.worst))")
    let stateEntries = configuration.stateCount * parts.count * 4 * 2
    #expect(check.count == configuration.parameterCount + 4 * 3 * 2 + stateEntries)
  }

  /// The gradient of a weight used in T steps is the sum of the gradients of T separate copies.
  @Test func copiesGradientsSumToTheTiedOne() {
    let cell = RNNCell<Matrix>(inputs: 3, hidden: 4, seed: 24)
    let x = sequence(5, 3, batch: 2, seed: 25)
    let weights = sequence(5, 4, batch: 2, seed: 26)
    let h0 = Matrix(rows: 4, columns: 2)
    typealias Parameters = [Variable]
    func record(_ tape: Tape) -> Parameters {
      [cell.W.x, cell.W.h, cell.b.x!, cell.b.h!].map { tape.variable($0) }
    }
    func step(_ p: Parameters) -> RNNCell<Variable> { RNNCell(W: (x: p[0], h: p[1]), b: (x: p[2], h: p[3])) }
    func loss(_ tape: Tape, _ copies: [Parameters]) -> Variable {
      var h = tape.constant(h0)
      var terms: [Variable] = []
      for t in x.indices {
        h = step(copies[t]).step(tape.constant(x[t]), h)
        terms.append((h .* tape.constant(weights[t])).total)
      }
      return terms.dropFirst().reduce(terms[0]) { $0 + $1 }
    }

    let (tape, untied) = (Tape(), Tape())
    let tied = record(tape)
    let copies = x.map { _ in record(untied) }
    let gradients = tape.gradients(of: loss(tape, x.map { _ in tied }))
    let parts = untied.gradients(of: loss(untied, copies))
    for k in tied.indices {
      let sum = copies.dropFirst().reduce(parts[copies[0][k]]) { $0 + parts[$1[k]] }
      #expect(sum.largestDifference(from: gradients[tied[k]]) <= 1e-14 * sum.largestMagnitude)
      // No copy alone has the whole gradient.
      for copy in copies { #expect(parts[copy[k]].largestDifference(from: sum) > 1e-3) }
    }
  }

  @Test(arguments: architectures)
  func aMissingStateHasTheGradientsOfZeros(configuration: RecurrentConfiguration) {
    let network = largeNetwork(configuration, seed: 27)
    let x = sequence(4, 3, batch: 2, seed: 28)
    func gradients(_ states: (Tape) -> [[Variable]]?) -> [Matrix] {
      let tape = Tape()
      let recorded = network.map { tape.variable($1) }
      let inputs = x.map { tape.variable($0) }
      let output = everything(recorded.run(inputs, from: states(tape)))
      let found = tape.gradients(of: output, seed: Random.weights(like: output.value))
      return recorded.parameters.map { found[$0] } + inputs.map { found[$0] }
    }
    let missing = gradients { _ in nil }
    let zeros = gradients { tape in
      (0..<configuration.stateCount).map { _ in
        configuration.kind.stateNames.map { _ in tape.variable(Matrix(rows: 4, columns: 2)) }
      }
    }
    #expect(haveSameBits(missing, zeros))
    #expect(missing.allSatisfy { $0.largestMagnitude > 0 })
  }

  @Test func aStepCanBeDifferentiatedTwice() {
    let cell = RNNCell<Matrix>(inputs: 2, hidden: 3, seed: 29)
    let (x, h) = (sequence(1, 2, batch: 2, seed: 30)[0], sequence(1, 3, batch: 2, seed: 31)[0])
    let check = GradientCheck([cell.W.h, h], relative: 1e-6) { inputs in
      let tape = inputs[0].tape
      let recorded = RNNCell(W: (x: tape.constant(cell.W.x), h: inputs[0]))
      let y = recorded.step(tape.constant(x), inputs[1])
      return tape.differentiableGradients(
        of: y, seed: Random.weights(like: y.value), withRespectTo: [inputs[0]])[0]
    }
    #expect(check.passes, "\(String(describing: check.worst))")
  }

  @Test func aStepOfAnLSTMCanBeDifferentiatedTwice() {
    let configuration = RecurrentConfiguration(.lstm, inputSize: 2, hiddenSize: 3)
    let network = largeNetwork(configuration, seed: 29)
    let x = sequence(1, 2, batch: 2, seed: 30)[0]
    let check = GradientCheck([network["weight_hh_l0"]] + states(configuration, batch: 2, seed: 31)[0], relative: 1e-6)
    {
      inputs in
      let tape = inputs[0].tape
      var recorded = network.map { tape.constant($1) }
      recorded["weight_hh_l0"] = inputs[0]
      let next = LSTMCell(recorded.weights(layer: 0), hidden: 3).step(tape.constant(x), inputs[1], inputs[2])
      let y = Variable.stack([next.h, next.c])
      return .stack(
        tape.differentiableGradients(of: y, seed: Random.weights(like: y.value), withRespectTo: [inputs[1], inputs[2]]))
    }
    #expect(check.passes, "\(String(describing: check.worst))")
  }
}

extension Random {
  static func weights(like matrix: Matrix) -> Matrix {
    var random = Random(seed: 99)
    return random.normal(matrix.rows, matrix.columns)
  }
}
