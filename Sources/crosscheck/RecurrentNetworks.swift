// Any recurrent network: its outputs, last states, and all gradients, from what a file gives.

import Autodiff
import Notebook
import Recurrent

/// Runs a network of the given kind over the file's input, and back.
///
/// L is the sum of output ⊙ grad_output, h_n ⊙ grad_h_n and, where there is a c, c_n ⊙ grad_c_n, with the terms whose
/// gradient the file holds. A state that it does not hold is zeros.
func computeRecurrent(_ kind: RecurrentConfiguration.Kind, _ given: inout Given) throws -> Layer.Computed {
  let layers = try given.count("num_layers")
  let bidirectional = try given.choice("bidirectional", ["true": true, "false": false])
  let bias = try given.choice("bias", ["true": true, "false": false])
  var weights: [String: TorchTensor] = [:]
  for name in given.names(beginningWith: "weight_") + given.names(beginningWith: "bias_") {
    weights[name] = try given.optionalTensor(name)
  }
  let network = try RecurrentNetwork(kind, layers: layers, bidirectional: bidirectional, bias: bias, torch: weights)
  let configuration = network.configuration

  let input = try given.tensor("input", shape: [nil, nil, configuration.inputSize], "[steps, batch, inputs]")
  let (steps, batch) = (input.shape[0], input.shape[1])
  let stateShape = [configuration.stateCount, batch, configuration.hiddenSize]
  let description = "\(configuration), sequence length \(steps), batch size \(batch)"

  let meaning = "[layers · directions, batch, hidden]"
  var problem = RecurrentProblem(network: network, x: input.steps)
  for part in kind.stateNames {
    let zeros = [Matrix](
      repeating: Matrix(rows: configuration.hiddenSize, columns: batch), count: configuration.stateCount)
    problem.initial.append(try given.optionalTensor("\(part)0", shape: stateShape, meaning)?.steps ?? zeros)
  }
  problem.δ.append(
    try given.optionalTensor(
      "grad_output", shape: [steps, batch, configuration.outputSize], "[steps, batch, hidden · directions]")?.steps)
  for part in kind.stateNames {
    problem.δ.append(try given.optionalTensor("grad_\(part)_n", shape: stateShape, meaning)?.steps)
  }
  if problem.δ.allSatisfy({ $0 == nil }), let name = given.names(beginningWith: "grad.").first {
    throw BadInput("tensor '\(oneLine(name))' is a gradient, and there is no grad_output or grad_h_n to begin from")
  }
  return Layer.Computed(
    description: description,
    runs: [
      problem.solved("small operations") { $0.run($1, from: $2) },
      problem.solved("fused") { $0.runFused($1, from: $2) },
      problem.solved("fused, steps side by side") { network, x, states in
        let run = network.runFused(Joined(x), from: states)
        return Unrolled(outputs: run.outputs.parts, states: run.states)
      },
    ])
}

/// What a file asks of a network.
private struct RecurrentProblem {
  let network: RecurrentNetwork<Matrix>
  let x: [Matrix]
  /// Each part of the first state, h first, of each direction of each layer.
  var initial: [[Matrix]] = []
  /// What L multiplies the outputs and then each part of the last states with; nil for a term that is not there.
  var δ: [[Matrix]?] = []

  /// Outputs, last states and, where there is an L, its gradients: under the file's names, in the order in which to show
  /// them.
  ///
  /// - Parameters:
  ///   - way: what a report calls it.
  ///   - run: how the network is run, from the inputs and the first states.
  func solved(
    _ way: String, running run: (RecurrentNetwork<Variable>, [Variable], [[Variable]]) -> Unrolled<Variable>
  ) -> Layer.Run {
    let tape = Tape()
    let recorded = network.map { tape.variable($1, named: $0) }
    let x = x.map { tape.variable($0) }
    let initial = initial.map { $0.map { tape.variable($0) } }
    let stateNames = network.configuration.kind.stateNames
    let run = run(recorded, x, initial[0].indices.map { k in initial.map { $0[k] } })
    let last = stateNames.indices.map { part in run.states.map { $0[part] } }

    var tensors = [(name: "output", tensor: TorchTensor(steps: run.outputs.map(\.value)))]
    for (part, states) in zip(stateNames, last) {
      tensors.append(("\(part)_n", TorchTensor(steps: states.map(\.value))))
    }
    let terms = zip([run.outputs] + last, δ).flatMap { values, δ in
      zip(values, δ ?? []).map { ($0 .* tape.constant($1)).total }
    }
    guard let first = terms.first else { return Layer.Run(way: way, tensors: tensors, nodes: tape.count) }
    let gradients = tape.gradients(of: terms.dropFirst().reduce(first) { $0 + $1 })
    tensors.append(("grad.input", TorchTensor(steps: x.map { gradients[$0] })))
    for (part, states) in zip(stateNames, initial) {
      tensors.append(("grad.\(part)0", TorchTensor(steps: states.map { gradients[$0] })))
    }
    for (name, tensor) in recorded.map({ gradients[$1] }).torch { tensors.append(("grad.\(name)", tensor)) }
    return Layer.Run(way: way, tensors: tensors, nodes: tape.count)
  }
}
