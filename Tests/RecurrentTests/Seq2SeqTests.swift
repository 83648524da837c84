import Autodiff
import Foundation
import Testing

@testable import Recurrent

/// Small models with each cell, each score and none, both queries, and one direction or both.
private let models: [Seq2SeqConfiguration] = kinds.flatMap { kind in
  ([nil] + AttentionScore.allCases).flatMap { score in
    Seq2SeqConfiguration.Query.allCases.map { query in
      let bidirectional = score != .general
      return Seq2SeqConfiguration(
        kind, sourceSymbols: 5, targetSymbols: 3, embeddingSize: 2, encoderSize: bidirectional ? 2 : 4, decoderSize: 4,
        bidirectional: bidirectional, score: score, query: query)
    }
  }
}

@Suite struct Seq2SeqTests {
  /// Weights large enough that the model's answers vary.
  private func model(_ configuration: Seq2SeqConfiguration, seed: UInt64 = 1) -> Seq2Seq<Matrix> {
    var random = Random(seed: seed)
    return Seq2Seq(
      configuration,
      parameters: configuration.parameters.map { random.normal($0.shape[0], $0.shape.count > 1 ? $0.shape[1] : 1) })
  }

  private let sources = [[0, 3, 1, 4], [2], [1, 1, 0]]
  private let targets = [[2, 0], [0, 1, 2, 1], []]

  private func loss(_ model: Seq2Seq<Matrix>) -> Double {
    model.teach(SymbolBatch(sources), target: targets).loss.scalar
  }

  // MARK: Batches

  @Test(arguments: models) func aPaddedBatchIsItsExamplesOneByOne(configuration: Seq2SeqConfiguration) {
    let model = model(configuration)
    let together = model.teach(SymbolBatch(sources), target: targets)
    var total = 0.0
    var count = 0
    for j in sources.indices {
      let alone = model.teach(SymbolBatch([sources[j]]), target: [targets[j]])
      for (t, scores) in alone.scores.enumerated() {
        #expect(together.scores[t].column(j).hasSameBits(as: scores))
        if configuration.score != nil {
          let weights = together.answers[t].weights.column(j)
          #expect(weights.rows(0..<sources[j].count).hasSameBits(as: alone.answers[t].weights))
          #expect((sources[j].count..<4).allSatisfy { weights[$0, 0] == 0 })
        }
      }
      total += alone.loss.scalar * Double(targets[j].count + 1)
      count += targets[j].count + 1
    }
    #expect(abs(together.loss.scalar - total / Double(count)) < 1e-14 * total)
    #expect(together.answers.isEmpty == (configuration.score == nil))
  }

  /// −log P of every symbol, computed from the scores with plain numbers.
  @Test func theLossIsTheMeanOverRealSymbols() {
    let taught = model(models[9]).teach(SymbolBatch(sources), target: targets)
    var losses: [Double] = []
    for (j, target) in targets.enumerated() {
      for (t, symbol) in (target + [3]).enumerated() {
        let e = (0..<4).map { Foundation.exp(taught.scores[t][$0, j]) }
        losses.append(-Foundation.log(e[symbol] / e.reduce(0, +)))
      }
    }
    #expect(losses.count == 9 && taught.wanted.mask.lengths == [3, 5, 1])
    #expect(abs(taught.loss.scalar - losses.reduce(0, +) / 9) < 1e-13)
  }

  @Test(arguments: models) func freeRunningOverABatchIsOneByOne(configuration: Seq2SeqConfiguration) {
    let model = model(configuration)
    let together = model.greedy(SymbolBatch(sources), limit: 6)
    #expect(together == sources.map { model.greedy(SymbolBatch([$0]), limit: 6)[0] })
    let beam = model.beam(SymbolBatch(sources), width: 3, limit: 6)
    #expect(beam == sources.map { model.beam(SymbolBatch([$0]), width: 3, limit: 6)[0] })
    #expect(Set(together.map(\.probabilities)).count == 3)
  }

  // MARK: Teacher forcing and free running

  /// Teacher forcing on what the model wrote itself: the same symbols are the most probable ones, with the same
  /// probabilities.
  @Test(arguments: models) func taughtWhatItWroteAModelAgreesWithItself(configuration: Seq2SeqConfiguration) {
    let model = model(configuration)
    let written = model.greedy(SymbolBatch(sources), limit: 6)
    let taught = model.teach(SymbolBatch(sources), target: written.map(\.symbols))
    for (j, one) in written.enumerated() {
      let symbols = one.symbols + (one.isComplete ? [configuration.boundary] : [])
      #expect(one.probabilities.count == symbols.count && (one.isComplete || one.symbols.count == 6))
      #expect(one.weights.count == (configuration.score == nil ? 0 : symbols.count))
      #expect(one.weights.allSatisfy { $0.count == sources[j].count && abs($0.reduce(0, +) - 1) < 1e-14 })
      for (t, symbol) in symbols.enumerated() {
        let probabilities = taught.scores[t].column(j).softmax
        #expect(probabilities.elements.max() == probabilities[symbol, 0])
        #expect(abs(probabilities[symbol, 0] - one.probabilities[t]) < 1e-14)
      }
      let sum = one.probabilities.reduce(0) { $0 + Foundation.log($1) }
      #expect(abs(one.logProbability - sum) < 1e-12)
    }
  }

  @Test(arguments: models) func aBeamOfOneIsGreedy(configuration: Seq2SeqConfiguration) {
    for seed: UInt64 in 1...3 {
      let model = model(configuration, seed: seed)
      for limit in [0, 1, 2, 7] {
        #expect(
          model.beam(SymbolBatch(sources), width: 1, limit: limit)
            == model.greedy(SymbolBatch(sources), limit: limit))
      }
    }
  }

  /// A beam wide enough to drop nothing finds the most probable sequence of all. A narrower one is never better.
  @Test(arguments: [models[1], models[8], models[24]])
  func aBeamWideEnoughFindsTheMostProbable(configuration: Seq2SeqConfiguration) throws {
    var differs = false
    for seed: UInt64 in 1...8 {
      let model = model(configuration, seed: seed)
      let source = SymbolBatch([sources[0]])
      // Every sequence of at most 3 symbols, by teacher forcing.
      var all: [[Int]] = [[]]
      for length in 0..<3 { all += all.filter { $0.count == length }.flatMap { head in (0..<3).map { head + [$0] } } }
      let probable = all.map { target -> Double in
        let scores = model.teach(source, target: [target]).scores.map(\.logSoftmax)
        let written = target.enumerated().reduce(0) { $0 + scores[$1.offset][$1.element, 0] }
        // At the limit a sequence ends only if the boundary is the most probable symbol.
        let end = scores[target.count][3, 0]
        return target.count == 3 && end < scores[target.count].elements.max()! ? written : written + end
      }
      let best = all.indices.max { probable[$0] < probable[$1] }!
      let found = model.beam(source, width: 1000, limit: 3)[0]
      #expect(found.symbols == all[best] && abs(found.logProbability - probable[best]) < 1e-12)
      #expect(model.beam(source, width: 2, limit: 3)[0].logProbability <= found.logProbability)
      let greedy = model.greedy(source, limit: 3)[0]
      #expect(greedy.logProbability <= found.logProbability)
      differs = differs || greedy.symbols != found.symbols
    }
    #expect(differs, "a beam that never finds more than greedy decoding shows nothing")
  }

  // MARK: Gradients

  @Test(arguments: models) func gradientsAgreeWithCentralDifferences(configuration: Seq2SeqConfiguration) {
    let parameters = model(configuration).parameters.map { 0.5 * $0 }
    let check = GradientCheck(parameters, names: configuration.parameters.map(\.name), absolute: 2e-8) { inputs in
      Seq2Seq(configuration, parameters: inputs).teach(SymbolBatch(sources), target: targets).loss
    }
    #expect(check.passes, "\(String(describing: check.worst))")
    #expect(check.count == configuration.parameterCount && check.significantCount > check.count / 2)
  }

  @Test(arguments: models) func fusedCellsGiveTheSameLossAndGradients(configuration: Seq2SeqConfiguration) {
    let model = model(configuration)
    func run(_ fused: Bool) -> (Matrix, [Matrix]) {
      let tape = Tape()
      let recorded = model.map { tape.variable($1, named: $0) }
      let taught = (fused ? recorded.fused : recorded).teach(SymbolBatch(sources), target: targets)
      let gradients = tape.gradients(of: taught.loss)
      return (taught.loss.value, recorded.parameters.map { gradients[$0] })
    }
    let (plain, fused) = (run(false), run(true))
    #expect(plain.0.largestDifference(from: fused.0) < 1e-13)
    #expect(largestDifference(plain.1, fused.1) < 1e-12)
    #expect(abs(plain.0.scalar - loss(model)) == 0)
  }

  // MARK: Which query

  @Test func theQueryIsTheStateBeforeOrAfterTheStep() {
    func configuration(_ query: Seq2SeqConfiguration.Query) -> Seq2SeqConfiguration {
      Seq2SeqConfiguration(
        .rnn(.tanh), sourceSymbols: 5, targetSymbols: 3, embeddingSize: 2, encoderSize: 2, decoderSize: 4, score: .dot,
        query: query)
    }
    for query in Seq2SeqConfiguration.Query.allCases {
      let model = model(configuration(query))
      let encoded = model.encode(SymbolBatch(sources))
      let y = model["target.embedding"].columns([3, 0, 1])
      let step = model.step(y, encoded.state, encoded.memory)
      let asked = query == .previous ? encoded.state[0] : step.state[0]
      let memory = encoded.memory!
      let found = model.attention!(asked, memory)
      #expect(step.answer!.context.hasSameBits(as: found.context))
      let cell = RNNCell(model.decoder.weights(layer: 0))
      let x = query == .previous ? Matrix.stack([y, found.context]) : y
      #expect(step.state[0].hasSameBits(as: cell.step(x, encoded.state[0])))
      let scores = model["output.W"] * Matrix.stack([found.context, step.state[0]]) + model["output.b"]
      #expect(step.scores.hasSameBits(as: scores))
    }
  }

  /// Without attention the decoder depends on the source only through its first state; with attention also on the keys.
  @Test func withoutAttentionTheFirstStateIsAllThereIs() {
    for configuration in [models[0], models[2]] {
      let model = model(configuration)
      let (one, other) = (model.encode(SymbolBatch([[0, 3, 1]])), model.encode(SymbolBatch([[2, 4, 4]])))
      let y = model["target.embedding"].columns([3])
      let mixed = model.step(y, one.state, other.memory)
      let whole = model.step(y, one.state, one.memory)
      #expect(mixed.scores.hasSameBits(as: whole.scores) == (configuration.score == nil))
    }
  }

  // MARK: Learning

  /// A few pairs can be memorised: the model then writes them with high probability.
  @Test(arguments: [
    (RecurrentConfiguration.Kind.lstm, AttentionScore?.some(.general), Seq2SeqConfiguration.Query.previous),
    (.lstm, nil, .previous), (.rnn(.tanh), .additive, .current),
  ])
  func aFewPairsAreLearnedByHeart(
    kind: RecurrentConfiguration.Kind, score: AttentionScore?, query: Seq2SeqConfiguration.Query
  ) {
    let configuration = Seq2SeqConfiguration(
      kind, sourceSymbols: 5, targetSymbols: 3, embeddingSize: 4, encoderSize: 8, decoderSize: 12, score: score,
      query: query)
    var random = Random(seed: 3)
    var model = Seq2Seq(configuration, random: &random)
    var optimizer = Adam(learningRate: 0.02)
    let tape = Tape()
    let source = SymbolBatch(sources)
    for _ in 0..<150 {
      tape.rewind()
      let recorded = model.map { tape.variable($1) }
      let gradients = tape.gradients(of: recorded.fused.teach(source, target: targets).loss)
      var step = recorded.parameters.map { gradients[$0] }
      clip(&step, toNorm: 5)
      optimizer.step(&model.parameters, gradients: step)
    }
    let written = model.greedy(source, limit: 8)
    #expect(written.map(\.symbols) == targets)
    #expect(written.allSatisfy { $0.isComplete && $0.probabilities.allSatisfy { $0 > 0.9 } })
    #expect(model.beam(source, width: 4, limit: 8).map(\.symbols) == targets)
    #expect(loss(model) < 0.05)
  }

  @Test func randomParametersFollowTheSeed() {
    let configuration = models[models.count - 1]
    func parameters(_ seed: UInt64) -> [Matrix] {
      var random = Random(seed: seed)
      return Seq2Seq(configuration, random: &random).parameters
    }
    #expect(haveSameBits(parameters(1), parameters(1)))
    #expect(!haveSameBits(parameters(1), parameters(2)))
    #expect(
      zip(parameters(1), configuration.parameters).allSatisfy {
        $0.rows == $1.shape[0] && $0.count == $1.shape.reduce(1, *)
      })
    #expect(Set(configuration.parameters.map(\.name)).count == configuration.parameters.count)
  }
}
