// A recurrent network of any kind: outputs, last states and all gradients, computed from a file.

import Autodiff
import Notebook
import Recurrent

/// Runs a network of the given kind over the file's input and computes the gradients of L.
///
/// L = sum(output ⊙ grad_output) + sum(h_n ⊙ grad_h_n) + sum(c_n ⊙ grad_c_n), without the terms whose `grad_` tensor the
/// file does not have. An initial state that the file does not have is zero. Throws `BadInput` or `RecurrentError` if the
/// file contradicts itself or lacks a tensor.
func computeRecurrent(_ kind: RecurrentConfiguration.Kind, _ file: inout LayerFile) throws -> Layer.Computed {
  let layers = try file.count("num_layers")
  let bidirectional = try file.choice("bidirectional", ["true": true, "false": false])
  let bias = try file.choice("bias", ["true": true, "false": false])
  var weights: [String: TorchTensor] = [:]
  for name in file.names(beginningWith: "weight_") + file.names(beginningWith: "bias_") {
    weights[name] = try file.optionalTensor(name)
  }
  let network = try RecurrentNetwork(kind, layers: layers, bidirectional: bidirectional, bias: bias, torch: weights)
  let configuration = network.configuration

  let input = try file.tensor("input", shape: [nil, nil, configuration.inputSize], "[steps, batch, inputs]")
  let (steps, batch) = (input.shape[0], input.shape[1])
  let stateShape = [configuration.stateCount, batch, configuration.hiddenSize]
  let description = "\(configuration), sequence length \(steps), batch size \(batch)"

  let meaning = "[layers · directions, batch, hidden]"
  var problem = RecurrentProblem(network: network, x: input.steps)
  for part in kind.stateNames {
    let zeros = [Matrix](
      repeating: Matrix(rows: configuration.hiddenSize, columns: batch), count: configuration.stateCount)
    problem.initial.append(try file.optionalTensor("\(part)0", shape: stateShape, meaning)?.steps ?? zeros)
  }
  problem.δ.append(
    try file.optionalTensor(
      "grad_output", shape: [steps, batch, configuration.outputSize], "[steps, batch, hidden · directions]")?.steps)
  for part in kind.stateNames {
    problem.δ.append(try file.optionalTensor("grad_\(part)_n", shape: stateShape, meaning)?.steps)
  }
  if problem.δ.allSatisfy({ $0 == nil }), let name = file.names(beginningWith: "grad.").first {
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

/// A network with the input, initial states and gradients that a file has for it.
private struct RecurrentProblem {
  let network: RecurrentNetwork<Matrix>
  let x: [Matrix]
  /// The initial state: for each part, h first, a matrix for each direction of each layer.
  var initial: [[Matrix]] = []
  /// The factors in L of the outputs and of each part of the last states; nil for a term that L does not have.
  var δ: [[Matrix]?] = []

  /// The outputs, the last states and, if L has a term, its gradients, under the file's names in the order of the report.
  ///
  /// - Parameters:
  ///   - way: the name of this way of computing in the report.
  ///   - run: runs the network from inputs and initial states.
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
