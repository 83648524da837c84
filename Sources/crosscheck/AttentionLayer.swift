// Attention: scores, weights, context and all gradients, computed from a file.

import Autodiff
import Notebook
import Recurrent

/// Computes the attention of the file's query to its keys, and the gradients of L = sum(context ⊙ grad_context).
///
/// Without a tensor `lengths` no step is masked. Throws `BadInput` if the file contradicts itself or lacks a tensor.
func computeAttention(_ file: inout LayerFile) throws -> Layer.Computed {
  let score = try file.choice(
    "score", ["dot": AttentionScore.dot, "scaled": .scaled, "general": .general, "additive": .additive])
  let keys = try file.tensor("keys", shape: [nil, nil, nil], "[steps, batch, key size]")
  let (steps, batch, keySize) = (keys.shape[0], keys.shape[1], keys.shape[2])
  // These two scores are dot products of query and key, so both have the same size.
  let querySizeKnown = score == .dot || score == .scaled ? keySize : nil
  let query = try file.tensor("query", shape: [batch, querySizeKnown], "[batch, query size]")
  let querySize = query.shape[1]

  var attentionSize: Int?
  if score == .additive { attentionSize = try file.tensor("v", shape: [nil], "[attention size]").shape[0] }
  let configuration = AttentionConfiguration(
    score, querySize: querySize, keySize: keySize, attentionSize: attentionSize)
  var sizes = ["query size \(querySize)", "key size \(keySize)"]
  if let attentionSize { sizes.append("attention size \(attentionSize)") }
  let description =
    (["Attention (\(score.rawValue))"] + sizes + ["sequence length \(steps)", "batch size \(batch)"])
    .joined(separator: ", ")
  var parameters: [Matrix] = []
  for parameter in configuration.parameters {
    parameters.append(try file.tensor(parameter.name, shape: parameter.shape, description).matrix)
  }

  var mask: Mask?
  if let lengths = try file.optionalTensor("lengths", shape: [batch], "[batch]") {
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

  // PyTorch's order has the examples first: (batch, steps) and (batch, key size).
  var tensors = [
    (name: "scores", tensor: TorchTensor(answer.scores.value.transposed)),
    (name: "weights", tensor: TorchTensor(answer.weights.value.transposed)),
    (name: "context", tensor: TorchTensor(answer.context.value.transposed)),
  ]
  func computed() -> Layer.Computed {
    let run = Layer.Run(way: "small operations", tensors: tensors, nodes: tape.count)
    return Layer.Computed(description: description, runs: [run])
  }
  guard let δ = try file.optionalTensor("grad_context", shape: [batch, keySize], "[batch, key size]") else {
    if let name = file.names(beginningWith: "grad.").first {
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
