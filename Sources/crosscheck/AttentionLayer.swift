// Attention: its scores, weights and context, and all gradients, from what a file gives.

import Autodiff
import Notebook
import Recurrent

/// Asks the file's query of its keys, and goes back.
///
/// L is the sum of context ⊙ grad_context. Without `lengths` no step is masked.
func computeAttention(_ given: inout Given) throws -> Layer.Computed {
  let score = try given.choice(
    "score", ["dot": AttentionScore.dot, "scaled": .scaled, "general": .general, "additive": .additive])
  let keys = try given.tensor("keys", shape: [nil, nil, nil], "[steps, batch, key size]")
  let (steps, batch, keySize) = (keys.shape[0], keys.shape[1], keys.shape[2])
  // The dot products are between vectors of one size.
  let querySizeKnown = score == .dot || score == .scaled ? keySize : nil
  let query = try given.tensor("query", shape: [batch, querySizeKnown], "[batch, query size]")
  let querySize = query.shape[1]

  var attentionSize: Int?
  if score == .additive { attentionSize = try given.tensor("v", shape: [nil], "[attention size]").shape[0] }
  let configuration = AttentionConfiguration(
    score, querySize: querySize, keySize: keySize, attentionSize: attentionSize)
  var sizes = ["query size \(querySize)", "key size \(keySize)"]
  if let attentionSize { sizes.append("attention size \(attentionSize)") }
  let description =
    (["Attention (\(score.rawValue))"] + sizes + ["sequence length \(steps)", "batch size \(batch)"])
    .joined(separator: ", ")
  var parameters: [Matrix] = []
  for parameter in configuration.parameters {
    parameters.append(try given.tensor(parameter.name, shape: parameter.shape, description).matrix)
  }

  var mask: Mask?
  if let lengths = try given.optionalTensor("lengths", shape: [batch], "[batch]") {
    for length in lengths.elements where !(1...Double(steps)).contains(length) || length != length.rounded() {
      throw BadInput("tensor 'lengths' holds \(length), expected whole numbers from 1 to \(steps), the steps of 'keys'")
    }
    mask = Mask(lengths: lengths.elements.map { Int($0) }, steps: steps)
  }

  let tape = Tape()
  let attention = Attention(configuration, parameters: parameters).map { tape.variable($1, named: $0) }
  let k = keys.steps.map { tape.variable($0) }
  let q = tape.variable(query.matrix.transposed)
  let answer = attention(q, attention.memory(k, mask: mask))

  // PyTorch has examples first: (batch, steps), (batch, key size).
  var tensors = [
    (name: "scores", tensor: TorchTensor(answer.scores.value.transposed)),
    (name: "weights", tensor: TorchTensor(answer.weights.value.transposed)),
    (name: "context", tensor: TorchTensor(answer.context.value.transposed)),
  ]
  func computed() -> Layer.Computed {
    let run = Layer.Run(way: "small operations", tensors: tensors, nodes: tape.count)
    return Layer.Computed(description: description, runs: [run])
  }
  guard let δ = try given.optionalTensor("grad_context", shape: [batch, keySize], "[batch, key size]") else {
    if let name = given.names(beginningWith: "grad.").first {
      throw BadInput("tensor '\(oneLine(name))' is a gradient, and there is no grad_context to begin from")
    }
    return computed()
  }
  let gradients = tape.gradients(of: answer.context, seed: δ.matrix.transposed)
  tensors.append(("grad.keys", TorchTensor(steps: k.map { gradients[$0] })))
  tensors.append(("grad.query", TorchTensor(gradients[q].transposed)))
  for (parameter, value) in zip(configuration.parameters, attention.parameters) {
    let gradient = gradients[value]
    let tensor = parameter.shape.count == 1 ? TorchTensor(column: gradient) : TorchTensor(gradient)
    tensors.append(("grad.\(parameter.name)", tensor))
  }
  return computed()
}
