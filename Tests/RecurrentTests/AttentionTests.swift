import Autodiff
import Foundation
import Reference
import Testing

@testable import Recurrent

/// One attention of each score, with different sizes where the score allows.
let attentions: [AttentionConfiguration] = [
  AttentionConfiguration(.dot, querySize: 3, keySize: 3), AttentionConfiguration(.scaled, querySize: 3, keySize: 3),
  AttentionConfiguration(.general, querySize: 2, keySize: 3),
  AttentionConfiguration(.additive, querySize: 2, keySize: 3, attentionSize: 4),
]

@Suite struct AttentionTests {
  private func attention(_ configuration: AttentionConfiguration, seed: UInt64 = 1) -> Attention<Matrix> {
    var random = Random(seed: seed)
    return Attention(
      configuration,
      parameters: configuration.parameters.map { random.normal($0.shape[0], $0.shape.count > 1 ? $0.shape[1] : 1) })
  }

  private func query(_ configuration: AttentionConfiguration, batch: Int = 3) -> Matrix {
    sequence(1, configuration.querySize, batch: batch, seed: 2)[0]
  }

  private func keys(_ configuration: AttentionConfiguration, batch: Int = 3) -> [Matrix] {
    sequence(4, configuration.keySize, batch: batch, seed: 3)
  }

  private let mask = Mask(lengths: [4, 1, 2], steps: 4)

  // MARK: The equations

  @Test func scoresReadAsSymbolsAreTheirEquations() {
    let (q, k) = (Symbol.name("q"), Symbol.name("k"))
    func scores(_ configuration: AttentionConfiguration) -> String {
      let attention = Attention<Symbol>(configuration, parameters: configuration.parameters.map { .name($0.name) })
      return attention.scores(q, attention.memory([k])).map(text)[0]
    }
    #expect(scores(attentions[0]) == "sumrows(q ⊙ k)")
    #expect(scores(AttentionConfiguration(.scaled, querySize: 4, keySize: 4)) == "0.5 sumrows(q ⊙ k)")
    #expect(scores(attentions[2]) == "sumrows(q ⊙ W k)")
    #expect(scores(attentions[3]) == "? tanh(W_q q + W_k k)")  // the transposition of v has no infix form
  }

  @Test func anAnswerReadAsSymbolsIsTheWeightedSum() {
    let attention = Attention<Symbol>(attentions[0])
    let answer = attention(.name("q"), attention.memory([.name("k_1"), .name("k_2")]))
    #expect(text(answer.scores) == "[sumrows(q ⊙ k_1); sumrows(q ⊙ k_2)]")
    let a = "softmax([sumrows(q ⊙ k_1); sumrows(q ⊙ k_2)])"
    #expect(text(answer.context) == "rows0:1(\(a)) ⊙ k_1 + rows1:2(\(a)) ⊙ k_2")
  }

  /// Computed entry by entry with plain numbers: the score e of every example and step, its softmax, and the weighted
  /// mean.
  @Test(arguments: attentions) func anAnswerIsItsEquationsWrittenOut(configuration: AttentionConfiguration) {
    let (attention, q, k) = (attention(configuration), query(configuration), keys(configuration))
    let answer = attention(q, attention.memory(k, mask: mask))
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    func times(_ W: Matrix, _ x: [Double]) -> [Double] {
      (0..<W.rows).map { i in dot((0..<W.columns).map { W[i, $0] }, x) }
    }
    for example in 0..<3 {
      let query = q.column(example).elements
      let e = k.map { key -> Double in
        let key = key.column(example).elements
        switch configuration.score {
        case .dot: return dot(query, key)
        case .scaled: return dot(query, key) / 3.0.squareRoot()
        case .general: return dot(query, times(attention.parameters[0], key))
        case .additive:
          let sum = zip(times(attention.parameters[0], query), times(attention.parameters[1], key)).map { $0 + $1 }
          return dot(attention.parameters[2].elements, sum.map { Foundation.tanh($0) })
        }
      }
      for s in 0..<4 { #expect(abs(answer.scores[s, example] - e[s]) < 1e-14) }
      let real = 0..<mask.lengths[example]
      let total = real.reduce(0) { $0 + Foundation.exp(e[$1]) }
      for s in 0..<4 {
        let expected = real.contains(s) ? Foundation.exp(e[s]) / total : 0
        #expect(abs(answer.weights[s, example] - expected) < 1e-14)
      }
      for i in 0..<configuration.keySize {
        let expected = real.reduce(0) { $0 + Foundation.exp(e[$1]) / total * k[$1][i, example] }
        #expect(abs(answer.context[i, example] - expected) < 1e-14)
      }
    }
  }

  // MARK: Weights

  @Test(arguments: attentions) func weightsOfEveryExampleSumToOne(configuration: AttentionConfiguration) {
    let (attention, q, k) = (attention(configuration), query(configuration), keys(configuration))
    for mask in [nil, mask] {
      let weights = attention(q, attention.memory(k, mask: mask)).weights
      #expect(weights.sumOfRows.largestDifference(from: Matrix(rows: 1, columns: 3, repeating: 1)) < 1e-15)
      #expect(weights.elements.allSatisfy { $0 >= 0 && $0 <= 1 })
      #expect(weights.elements.count { $0 == 0 } == (mask == nil ? 0 : 5))
    }
  }

  /// exp of a score of 1000 would overflow. The softmax subtracts the largest score first.
  @Test func largeScoresDoNotOverflow() {
    let attention = Attention<Matrix>(attentions[0])
    let k = [1000.0, 999, -1000].map { Matrix(column: [$0, 0, 0]) }
    let weights = attention(Matrix(column: [1, 0, 0]), attention.memory(k)).weights
    let small = attention(Matrix(column: [1, 0, 0]), attention.memory(k.map { $0 - Matrix(column: [1000, 0, 0]) }))
      .weights
    #expect(haveSameBits([weights], [small]))
    #expect(abs(weights[0, 0] - 1 / (1 + Foundation.exp(-1.0))) < 1e-15 && weights[2, 0] == 0)
  }

  // MARK: Masks

  /// Masked weights are exactly 0, and each example has the same bits as alone without padding.
  @Test(arguments: attentions) func aMaskedStepHasNoWeightAtAll(configuration: AttentionConfiguration) {
    let (attention, q, k) = (attention(configuration), query(configuration), keys(configuration))
    let answer = attention(q, attention.memory(k, mask: mask))
    for (example, length) in mask.lengths.enumerated() {
      let alone = attention(
        q.column(example), attention.memory(k.prefix(length).map { $0.column(example) }))
      #expect(answer.context.column(example).hasSameBits(as: alone.context))
      #expect(answer.weights.column(example).rows(0..<length).hasSameBits(as: alone.weights))
      for s in length..<4 { #expect(answer.weights[s, example] == 0) }
    }
  }

  @Test(arguments: attentions) func nothingComesBackToAMaskedKey(configuration: AttentionConfiguration) {
    let tape = Tape()
    let attention = attention(configuration).map { tape.variable($1) }
    let k = keys(configuration).map { tape.variable($0) }
    let answer = attention(tape.constant(query(configuration)), attention.memory(k, mask: mask))
    let gradients = tape.gradients(of: answer.context, seed: Random.weights(like: answer.context.value))
    for (s, key) in k.enumerated() {
      for example in 0..<3 {
        let isZero = gradients[key].column(example).elements.allSatisfy { $0 == 0 }
        #expect(isZero == !mask.isReal(s, column: example))
      }
    }
  }

  // MARK: Gradients

  /// Every entry of the query, the keys and the parameters, for a loss of the context, of the weights and of the
  /// scores.
  @Test(arguments: attentions, [false, true])
  func gradientsAgreeWithCentralDifferences(configuration: AttentionConfiguration, masked: Bool) {
    let inputs = [query(configuration)] + keys(configuration) + attention(configuration).parameters
    let names = ["q", "k_1", "k_2", "k_3", "k_4"] + configuration.parameters.map(\.name)
    for part in 0..<3 {
      let check = GradientCheck(inputs, names: names) { x in
        let attention = Attention(configuration, parameters: Array(x[5...]))
        let answer = attention(x[0], attention.memory(Array(x[1..<5]), mask: masked ? mask : nil))
        return [answer.context, answer.weights, answer.scores][part]
      }
      #expect(check.passes && check.significantCount > 10, "\(String(describing: check.worst))")
    }
  }

  /// The gradient check must fail for wrong rules: a softmax differentiated entry by entry, a gradient counted twice.
  @Test func wrongRulesAreCaught() {
    let configuration = attentions[2]
    let inputs = [query(configuration)] + keys(configuration) + attention(configuration).parameters
    func check(_ rule: @escaping Tape.Rule) -> GradientCheck {
      GradientCheck(inputs, rule: rule) { x in
        let attention = Attention(configuration, parameters: Array(x[5...]))
        return attention(x[0], attention.memory(Array(x[1..<5]), mask: mask)).context
      }
    }
    let right: Tape.Rule = { $0.pullback($1, to: $2, inputs: $3, output: $4) }
    #expect(check(right).passes)
    #expect(
      !check { operation, δ, k, x, y in
        operation == .softmax ? δ .* y .* (1 - y) : right(operation, δ, k, x, y)
      }.passes)
    #expect(
      !check { operation, δ, k, x, y in
        operation == .spread && k == 0 ? 2.0 * δ.reduced(like: x[0]) : right(operation, δ, k, x, y)
      }.passes)
  }

  // MARK: PyTorch

  @Test(arguments: AttentionScore.allCases)
  func pyTorchHasTheSameNumbers(score: AttentionScore) throws {
    let file = try Safetensors(contentsOf: fixture("attention-\(score.rawValue)"))
    func tensor(_ name: String) throws -> TorchTensor {
      let tensor = try #require(file.tensors[name])
      return TorchTensor(shape: tensor.shape, elements: tensor.doubles)
    }
    let (keys, query) = (try tensor("keys"), try tensor("query").matrix.transposed)
    let configuration = AttentionConfiguration(
      score, querySize: query.rows, keySize: keys.shape[2], attentionSize: file.tensors["v"]?.count)
    let attention = Attention(
      configuration, parameters: try configuration.parameters.map { try tensor($0.name).matrix })
    let mask = Mask(lengths: try tensor("lengths").elements.map { Int($0) }, steps: keys.shape[0])
    let answer = attention(query, attention.memory(keys.steps, mask: mask))
    #expect(try answer.scores.transposed.largestDifference(from: tensor("scores").matrix) < 1e-13)
    #expect(try answer.weights.transposed.largestDifference(from: tensor("weights").matrix) < 1e-14)
    #expect(try answer.context.transposed.largestDifference(from: tensor("context").matrix) < 1e-14)
  }

  @Test func randomParametersHaveTheirShapes() {
    var random = Random(seed: 5)
    for configuration in attentions {
      let attention = Attention(configuration, random: &random)
      for (value, parameter) in zip(attention.parameters, configuration.parameters) {
        #expect(value.rows == parameter.shape[0] && value.count == parameter.shape.reduce(1, *))
      }
    }
  }
}
