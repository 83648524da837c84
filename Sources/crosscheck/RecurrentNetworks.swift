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
  let outputShape = [steps, batch, configuration.outputSize]
  let stateShape = [configuration.stateCount, batch, configuration.hiddenSize]
  let description = "\(configuration), sequence length \(steps), batch size \(batch)"

  let tape = Tape()
  let recorded = network.map { tape.variable($1, named: $0) }
  let x = input.steps.map { tape.variable($0) }
  let meaning = "[layers · directions, batch, hidden]"
  var initial: [[Variable]] = []  // a part of the state, of each direction
  for part in kind.stateNames {
    let state = try given.optionalTensor("\(part)0", shape: stateShape, meaning)?.steps
    let zeros = Matrix(rows: configuration.hiddenSize, columns: batch)
    initial.append((0..<configuration.stateCount).map { tape.variable(state?[$0] ?? zeros) })
  }
  let run = recorded.run(x, from: (0..<configuration.stateCount).map { k in initial.map { $0[k] } })
  let last = kind.stateNames.indices.map { part in run.states.map { $0[part] } }

  var tensors = [(name: "output", tensor: TorchTensor(steps: run.outputs.map(\.value)))]
  for (part, states) in zip(kind.stateNames, last) {
    tensors.append(("\(part)_n", TorchTensor(steps: states.map(\.value))))
  }

  var loss: Variable?
  func add(_ values: [Variable], times gradient: TorchTensor?) {
    guard let gradient else { return }
    for (value, δ) in zip(values, gradient.steps) {
      let term = (value .* tape.constant(δ)).total
      loss = loss.map { $0 + term } ?? term
    }
  }
  let outputMeaning = "[steps, batch, hidden · directions]"
  add(run.outputs, times: try given.optionalTensor("grad_output", shape: outputShape, outputMeaning))
  for (part, states) in zip(kind.stateNames, last) {
    add(states, times: try given.optionalTensor("grad_\(part)_n", shape: stateShape, meaning))
  }
  guard let loss else {
    if let name = given.names(beginningWith: "grad.").first {
      throw BadInput("tensor '\(oneLine(name))' is a gradient, and there is no grad_output or grad_h_n to begin from")
    }
    return Layer.Computed(description: description, tensors: tensors)
  }

  let gradients = tape.gradients(of: loss)
  tensors.append(("grad.input", TorchTensor(steps: x.map { gradients[$0] })))
  for (part, states) in zip(kind.stateNames, initial) {
    tensors.append(("grad.\(part)0", TorchTensor(steps: states.map { gradients[$0] })))
  }
  for (name, tensor) in recorded.map({ gradients[$1] }).torch {
    tensors.append(("grad.\(name)", tensor))
  }
  return Layer.Computed(description: description, tensors: tensors)
}
