// What PyTorch computed with attention in float64, and the same by this project.

import Autodiff
import Notebook
import Recurrent
import Reference

/// Attention over a batch as PyTorch ran it: a query for each example, the keys, and every gradient of Σ c ⊙ ∂L/∂c.
struct AttentionRun {
  let configuration: AttentionConfiguration
  let parameters: [Matrix]
  /// querySize × batch.
  let query: Matrix
  /// k_1 … k_S, keySize × batch.
  let keys: [Matrix]
  let mask: Mask
  /// ∂L/∂c, keySize × batch.
  let upstream: Matrix
  /// a, steps × batch, and c, keySize × batch.
  let weights, context: Matrix
  /// PyTorch's gradients: of the query, of the keys at all steps, of the parameters.
  let gradients: [Matrix]

  /// Takes the tensors out of a reference file (Tests/Fixtures/generate.py made it). Throws where one is missing.
  init(_ score: AttentionScore, from file: Safetensors) throws {
    func tensor(_ name: String) throws -> TorchTensor {
      let found = try file.tensor(name)
      return TorchTensor(shape: found.shape, elements: found.doubles)
    }
    func columns(_ name: String) throws -> Matrix { try tensor(name).matrix.transposed }
    query = try columns("query")
    keys = try tensor("keys").steps
    mask = Mask(lengths: try tensor("lengths").elements.map { Int($0) }, steps: keys.count)
    upstream = try columns("grad_context")
    (weights, context) = (try columns("weights"), try columns("context"))
    configuration = AttentionConfiguration(
      score, querySize: query.rows, keySize: keys[0].rows,
      attentionSize: score == .additive ? try tensor("v").shape[0] : nil)
    let names = configuration.parameters.map(\.name)
    parameters = try names.map { try tensor($0).matrix }
    gradients =
      [try columns("grad.query")] + (try tensor("grad.keys").steps)
      + (try names.map { try tensor("grad.\($0)").matrix })
  }

  /// The weights, context and gradients by this project's tape, for all examples at once. The gradients are in the order of
  /// `gradients`.
  func onTape() -> (weights: Matrix, context: Matrix, gradients: [Matrix]) {
    // begin: witness
    let tape = Tape()
    let attention = Attention(configuration, parameters: parameters).map { tape.variable($1, named: $0) }
    let (q, k) = (tape.variable(query), keys.map { tape.variable($0) })
    let answer = attention(q, attention.memory(k, mask: mask))
    let found = tape.gradients(of: answer.context, seed: upstream)
    // end: witness
    return (answer.weights.value, answer.context.value, ([q] + k + attention.parameters).map { found[$0] })
  }

  /// The same gradients by hand: one example after the other, over its real steps only.
  func byHand() -> [Matrix] {
    let one = OneSequence(configuration: configuration, parameters: parameters)
    var (d_q, d_k) = ([Matrix](), [[Matrix]]())
    var d = parameters.map { 0 * $0 }
    for (j, length) in mask.lengths.enumerated() {
      let K = Matrix(columns: keys[..<length].map { $0.column(j) })
      let found = one.back(one(K, query.column(j)), upstream.column(j))
      d_q.append(found.q)
      d_k.append(keys.indices.map { $0 < length ? found.K.column($0) : 0 * K.column(0) })
      d = zip(d, found.parameters).map { $0 + $1 }
    }
    return [Matrix(columns: d_q)] + keys.indices.map { s in Matrix(columns: d_k.map { $0[s] }) } + d
  }
}
