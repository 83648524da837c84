// One sequence into another of any length: a network reads, another writes, and attention lets it look back.

import Autodiff

/// Sequences of symbols side by side, as a batch: column j is sequence j, padded at its end.
public struct SymbolBatch: Hashable, Sendable {
  /// Numbers of symbols, from 0.
  public let sequences: [[Int]]
  /// Which steps are real.
  public let mask: Mask

  /// Traps where there is no sequence, or an empty one.
  public init(_ sequences: [[Int]]) {
    self.sequences = sequences
    mask = Mask(lengths: sequences.map(\.count), steps: sequences.map(\.count).max() ?? 0)
  }

  /// T, with the padding.
  public var steps: Int { mask.steps }

  /// Each column's symbol at step t, from 0; symbol 0 in the padding, where the mask hides it.
  public func symbols(at t: Int) -> [Int] { sequences.map { t < $0.count ? $0[t] : 0 } }
}

/// What an encoder and a decoder look like before they have any numbers.
public struct Seq2SeqConfiguration: Hashable, Sendable {
  /// Which state of the decoder asks.
  public enum Query: String, CaseIterable, Hashable, Sendable {
    /// s_{t−1}, before the step, which then reads what was found (D. Bahdanau et al. 2015).
    case previous
    /// s_t, after the step; what was found is read by the output alone (M.-T. Luong et al. 2015).
    case current
  }

  /// The cell of both networks.
  public let kind: RecurrentConfiguration.Kind
  /// How many symbols a source has, and a target without the boundary.
  public let sourceSymbols, targetSymbols: Int
  /// Entries of an embedded symbol, of a state of the encoder in each direction, and of a state of the decoder.
  public let embeddingSize, encoderSize, decoderSize: Int
  public let bidirectional: Bool
  /// nil: the decoder begins with the encoder's last states and sees nothing else of the source.
  public let score: AttentionScore?
  public let query: Query

  /// Traps unless every size is at least 1 and, with a dot product for a score, the decoder's states are as large as the
  /// encoder's of all directions together.
  public init(
    _ kind: RecurrentConfiguration.Kind, sourceSymbols: Int, targetSymbols: Int, embeddingSize: Int, encoderSize: Int,
    decoderSize: Int, bidirectional: Bool = true, score: AttentionScore?, query: Query = .previous
  ) {
    require(
      sourceSymbols >= 1 && targetSymbols >= 1 && embeddingSize >= 1 && encoderSize >= 1 && decoderSize >= 1,
      "an encoder and a decoder need sizes of at least 1")
    self.kind = kind
    self.sourceSymbols = sourceSymbols
    self.targetSymbols = targetSymbols
    self.embeddingSize = embeddingSize
    self.encoderSize = encoderSize
    self.decoderSize = decoderSize
    self.bidirectional = bidirectional
    self.score = score
    self.query = query
    _ = attention  // which says what is wrong with its sizes
  }

  /// The target's symbol before its first and after its last: the number after those of its own symbols.
  public var boundary: Int { targetSymbols }

  public var encoder: RecurrentConfiguration {
    RecurrentConfiguration(kind, inputSize: embeddingSize, hiddenSize: encoderSize, bidirectional: bidirectional)
  }

  public var decoder: RecurrentConfiguration {
    let readsContext = score != nil && query == .previous
    return RecurrentConfiguration(
      kind, inputSize: embeddingSize + (readsContext ? encoder.outputSize : 0), hiddenSize: decoderSize)
  }

  public var attention: AttentionConfiguration? {
    score.map {
      AttentionConfiguration($0, querySize: decoderSize, keySize: encoder.outputSize, attentionSize: decoderSize)
    }
  }

  /// Entries of what a symbol is scored from: [c_t; s_t], or s_t alone.
  private var featureSize: Int { decoderSize + (score == nil ? 0 : encoder.outputSize) }

  /// Names and shapes, in order: [rows, columns] of a weight, [rows] of a bias.
  public var parameters: [RecurrentConfiguration.Parameter] {
    typealias Parameter = RecurrentConfiguration.Parameter
    func under(_ prefix: String, _ parameters: [Parameter]) -> [Parameter] {
      parameters.map { Parameter(name: "\(prefix).\($0.name)", shape: $0.shape) }
    }
    let bridge = kind.stateNames.flatMap { part in
      [
        Parameter(name: "W_\(part)", shape: [decoderSize, encoder.outputSize]),
        Parameter(name: "b_\(part)", shape: [decoderSize]),
      ]
    }
    return [Parameter(name: "source.embedding", shape: [embeddingSize, sourceSymbols])]
      + under("encoder", encoder.parameters) + under("bridge", bridge)
      + [Parameter(name: "target.embedding", shape: [embeddingSize, targetSymbols + 1])]
      + under("decoder", decoder.parameters) + under("attention", attention?.parameters ?? [])
      + [
        Parameter(name: "output.W", shape: [targetSymbols + 1, featureSize]),
        Parameter(name: "output.b", shape: [targetSymbols + 1]),
      ]
  }

  /// How many numbers all parameters hold.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.shape.reduce(1, *) } }
}

/// Sequence to sequence (I. Sutskever et al. 2014; K. Cho et al. 2014), with attention (D. Bahdanau et al. 2015; M.-T.
/// Luong et al. 2015).
///
/// The encoder reads x_1 … x_S in both directions; its outputs are the keys. The decoder writes y_1 … y_T and a boundary:
///
///     s_0 = tanh(W_h [h⃗_S; h⃖_1] + b_h)                      and likewise its c_0, where the cell has one
///     c_t = attention(s_{t−1}; k_1 … k_S)                     with the query s_{t−1}
///     s_t = cell([E y_{t−1}; c_t], s_{t−1})
///     P(y_t | y_1 … y_{t−1}, x) = softmax(W [c_t; s_t] + b)
///
/// With the query s_t the cell reads E y_{t−1} alone, and c_t comes after it.
public struct Seq2Seq<A: RecurrentAlgebra> {
  public let configuration: Seq2SeqConfiguration
  /// In the order of `configuration.parameters`; biases are columns.
  public var parameters: [A]
  private let names: [String: Int]

  /// Another way to run a network than as it is: with fused cells.
  typealias Run = @Sendable (RecurrentNetwork<A>, _ inputs: [A], _ states: [[A]]?, _ mask: Mask?) -> Unrolled<A>
  private let fusedRun: Run?

  /// Traps unless there is one value for each of `configuration.parameters`, of as many rows.
  public init(_ configuration: Seq2SeqConfiguration, parameters: [A]) {
    self.init(configuration, parameters: parameters, fusedRun: nil)
  }

  init(_ configuration: Seq2SeqConfiguration, parameters: [A], fusedRun: Run?) {
    let expected = configuration.parameters
    require(
      parameters.count == expected.count, "a model of \(expected.count) parameters cannot have \(parameters.count)")
    for (value, parameter) in zip(parameters, expected) {
      if let rows = value.knownRows {
        require(rows == parameter.shape[0], "\(parameter.name) has \(rows) rows, expected \(parameter.shape[0])")
      }
    }
    self.configuration = configuration
    self.parameters = parameters
    self.fusedRun = fusedRun
    names = Dictionary(uniqueKeysWithValues: expected.enumerated().map { ($1.name, $0) })
  }

  /// The parameter with this name. Traps where there is none.
  public subscript(_ name: String) -> A {
    guard let index = names[name] else { fatalError("a model of this configuration has no parameter \(name)") }
    return parameters[index]
  }

  /// The same model over another algebra: `model.map { tape.variable($1, named: $0) }`.
  public func map<B>(_ transform: (_ name: String, _ value: A) -> B) -> Seq2Seq<B> {
    Seq2Seq<B>(configuration, parameters: zip(configuration.parameters.map(\.name), parameters).map(transform))
  }

  private func parameters(under prefix: String) -> [A] {
    zip(configuration.parameters, parameters).filter { $0.0.name.hasPrefix(prefix + ".") }.map(\.1)
  }

  public var encoder: RecurrentNetwork<A> {
    RecurrentNetwork(configuration.encoder, parameters: parameters(under: "encoder"))
  }
  public var decoder: RecurrentNetwork<A> {
    RecurrentNetwork(configuration.decoder, parameters: parameters(under: "decoder"))
  }
  public var attention: Attention<A>? {
    configuration.attention.map { Attention($0, parameters: parameters(under: "attention")) }
  }

  private func run(
    _ network: RecurrentNetwork<A>, _ inputs: [A], from states: [[A]]? = nil, mask: Mask? = nil
  ) -> Unrolled<A> {
    if let fusedRun { return fusedRun(network, inputs, states, mask) }
    return mask.map { network.run(inputs, from: states, mask: $0) } ?? network.run(inputs, from: states)
  }

  // MARK: Reading

  /// What the decoder gets of a batch of sources.
  public struct Encoded {
    /// s_0: [h], or [h, c], each decoderSize × batch.
    public let state: [A]
    /// k_1 … k_S ready to be asked; nil without attention.
    public let memory: Attention<A>.Memory?
  }

  /// Reads a batch of sources, of different lengths: nothing of the padding is in what comes out.
  public func encode(_ source: SymbolBatch) -> Encoded {
    let E = self["source.embedding"]
    let x = (0..<source.steps).map { E.columns(source.symbols(at: $0)) }
    let read = run(encoder, x, mask: source.mask)
    // The last states of both directions, one above the other: the backward one stands at t = 1.
    let state = configuration.kind.stateNames.enumerated().map { part, name in
      (self["bridge.W_\(name)"] * A.stack(read.states.map { $0[part] }) + self["bridge.b_\(name)"]).tanh
    }
    return Encoded(state: state, memory: attention?.memory(read.outputs, mask: source.mask))
  }

  // MARK: Writing

  /// One step of the decoder.
  public struct Step {
    /// Before the softmax: a row for each symbol, the boundary last, (targetSymbols + 1) × batch.
    public let scores: A
    /// s_t: [h], or [h, c].
    public let state: [A]
    /// What attention found; nil without.
    public let answer: Attention<A>.Answer?
  }

  /// From the symbol before, embedded (embeddingSize × batch), and s_{t−1}, to what comes next.
  public func step(_ y: A, _ state: [A], _ memory: Attention<A>.Memory?) -> Step {
    step(y, state, memory, decoder, attention)
  }

  private func step(
    _ y: A, _ state: [A], _ memory: Attention<A>.Memory?, _ decoder: RecurrentNetwork<A>, _ attention: Attention<A>?
  ) -> Step {
    func look(_ query: A) -> Attention<A>.Answer? {
      guard let attention, let memory else { return nil }
      return attention(query, memory)
    }
    // begin: decoder-step
    let s_t: [A]
    let found: Attention<A>.Answer?
    switch configuration.query {
    case .previous:
      found = look(state[0])
      let x = found.map { A.stack([y, $0.context]) } ?? y
      s_t = run(decoder, [x], from: [state]).states[0]
    case .current:
      s_t = run(decoder, [y], from: [state]).states[0]
      found = look(s_t[0])
    }
    let features = found.map { A.stack([$0.context, s_t[0]]) } ?? s_t[0]
    let scores = self["output.W"] * features + self["output.b"]
    // end: decoder-step
    return Step(scores: scores, state: s_t, answer: found)
  }

  /// A batch read with the right answer at hand.
  public struct Taught {
    /// The mean of −log P(y_t | y_1 … y_{t−1}, x) over all symbols of all targets, boundaries included; 1 × 1.
    public let loss: A
    /// Before every symbol what the model would have said: (targetSymbols + 1) × batch, T + 1 of them.
    public let scores: [A]
    /// The symbols wanted there: those of each target, a boundary, and in the padding 0.
    public let wanted: SymbolBatch
    /// What attention found at each step.
    public let answers: [Attention<A>.Answer]
  }

  /// Teacher forcing: at every step the decoder is given the right symbol before, whatever it would have said.
  public func teach(_ source: SymbolBatch, target: [[Int]]) -> Taught {
    require(
      source.sequences.count == target.count, "\(source.sequences.count) sources and \(target.count) targets")
    let wanted = SymbolBatch(target.map { $0 + [configuration.boundary] })
    let given = SymbolBatch(target.map { [configuration.boundary] + $0 })
    let encoded = encode(source)
    let (E, decoder, attention) = (self["target.embedding"], decoder, attention)
    var state = encoded.state
    var losses: [A] = []
    var steps: [Step] = []
    for t in 0..<wanted.steps {
      let step = step(E.columns(given.symbols(at: t)), state, encoded.memory, decoder, attention)
      state = step.state
      let loss = step.scores.crossEntropy(wanted.symbols(at: t))
      losses.append(loss.masked(wanted.mask.flags(t, rows: 1), fill: 0).total)
      steps.append(step)
    }
    let total = losses.dropFirst().reduce(losses[0]) { $0 + $1 }
    let count = wanted.mask.lengths.reduce(0, +)
    return Taught(
      loss: (1 / Double(count)) * total, scores: steps.map(\.scores), wanted: wanted,
      answers: steps.compactMap(\.answer))
  }
}

extension Seq2Seq where A == Variable {
  /// The same model with fused cells: for training. There are no second derivatives then.
  public var fused: Seq2Seq<Variable> {
    Seq2Seq(configuration, parameters: parameters) { network, inputs, states, mask in
      mask.map { network.runFused(inputs, from: states, mask: $0) } ?? network.runFused(inputs, from: states)
    }
  }
}

// MARK: - Free running

/// What a model wrote for one source.
public struct Written: Hashable, Sendable {
  /// Without the boundary.
  public let symbols: [Int]
  /// The probability of each symbol given those before it, and where it ended by itself, of the boundary.
  public let probabilities: [Double]
  /// For each of these the attention to each symbol of the source; empty without attention.
  public let weights: [[Double]]
  /// Whether it wrote a boundary: where not, it was stopped by the limit.
  public let isComplete: Bool
  /// log P of all of it.
  public let logProbability: Double
}

extension Seq2Seq where A == Matrix {
  /// Random parameters: the networks as PyTorch begins, embeddings normal with deviation 0.5, and the rest uniform
  /// between ±1/√columns, biases 0.
  public init(_ configuration: Seq2SeqConfiguration, random: inout Random) {
    var parameters: [Matrix] = []
    for parameter in configuration.parameters {
      let (rows, columns) = (parameter.shape[0], parameter.shape.count > 1 ? parameter.shape[1] : 1)
      let size = parameter.name.hasPrefix("encoder") ? configuration.encoderSize : configuration.decoderSize
      switch parameter.name.prefix(while: { $0 != "." }) {
      case "source", "target": parameters.append(random.normal(rows, columns, deviation: 0.5))
      case "encoder", "decoder":
        let bound = 1 / Double(size).squareRoot()
        parameters.append(random.uniform(rows, columns, -bound, bound))
      case _ where parameter.shape.count == 1 && !parameter.name.hasSuffix(".v"):
        parameters.append(Matrix(rows: rows, columns: 1))
      default:
        let bound = 1 / Double(parameter.shape.last!).squareRoot()
        parameters.append(random.uniform(rows, columns, -bound, bound))
      }
    }
    self.init(configuration, parameters: parameters)
  }

  /// Writes for every source of a batch, each time the most probable symbol (of equals the first), until the boundary.
  ///
  /// - Parameter limit: how many symbols at most.
  public func greedy(_ source: SymbolBatch, limit: Int) -> [Written] {
    let encoded = encode(source)
    var drafts = source.sequences.map { Draft(length: $0.count) }
    var state = encoded.state
    for t in 0...limit {
      let previous = drafts.map { $0.symbols.last ?? configuration.boundary }
      let step = step(self["target.embedding"].columns(previous), state, encoded.memory)
      state = step.state
      let logarithms = step.scores.logSoftmax
      for j in drafts.indices where !drafts[j].isComplete {
        let best = (0..<logarithms.rows).reduce(0) { logarithms[$1, j] > logarithms[$0, j] ? $1 : $0 }
        // At the limit there is room for a boundary only.
        if t == limit, best != configuration.boundary { continue }
        drafts[j].append(best, logarithms[best, j], step.answer?.weights, column: j, configuration.boundary)
      }
      if drafts.allSatisfy(\.isComplete) { break }
    }
    return drafts.map(\.written)
  }

  /// Writes for every source of a batch the most probable of the sequences that a beam of this width finds: after each
  /// step the `width` most probable beginnings are kept, with those that have ended among them. Probabilities are of
  /// whole sequences, not divided by their length.
  ///
  /// - Parameter limit: how many symbols at most.
  public func beam(_ source: SymbolBatch, width: Int, limit: Int) -> [Written] {
    require(width >= 1, "a beam of width \(width) holds nothing")
    let encoded = encode(source)
    var beams = source.sequences.map { [Draft(length: $0.count)] }
    // A column for each draft that goes on; which source it belongs to, and which column of the last step it extends.
    var state = encoded.state
    for t in 0...limit {
      let open = beams.indices.flatMap { j in beams[j].indices.filter { !beams[j][$0].isComplete }.map { (j, $0) } }
      if open.isEmpty { break }
      if t > 0 {
        let columns = open.map { beams[$0.0][$0.1].column }
        state = state.map { $0.columns(columns) }
      }
      let previous = open.map { beams[$0.0][$0.1].symbols.last ?? configuration.boundary }
      let step = step(
        self["target.embedding"].columns(previous), state, encoded.memory?.columns(open.map(\.0)))
      state = step.state
      let logarithms = step.scores.logSoftmax
      var next: [[Draft]] = beams.map { $0.filter(\.isComplete) }
      for (column, place) in open.enumerated() {
        let draft = beams[place.0][place.1]
        for symbol in extensions(logarithms, column, isLast: t == limit) {
          var longer = draft
          longer.append(
            symbol, logarithms[symbol, column], step.answer?.weights, column: column, configuration.boundary)
          longer.column = column
          next[place.0].append(longer)
        }
        if t == limit, extensions(logarithms, column, isLast: true).isEmpty { next[place.0].append(draft) }
      }
      beams = next.map { Array(Draft.sorted($0).prefix(width)) }
    }
    return beams.map { $0[0].written }
  }

  /// The symbols that a draft may go on with: all, and at the limit a boundary where that is the most probable one.
  private func extensions(_ logarithms: Matrix, _ column: Int, isLast: Bool) -> [Int] {
    let all = Array(0..<logarithms.rows)
    guard isLast else { return all }
    let best = all.reduce(0) { logarithms[$1, column] > logarithms[$0, column] ? $1 : $0 }
    return best == configuration.boundary ? [best] : []
  }
}

/// A sequence as far as it is written.
private struct Draft {
  /// Of the source.
  let length: Int
  var symbols: [Int] = []
  var probabilities: [Double] = []
  var weights: [[Double]] = []
  var isComplete = false
  var logProbability = 0.0
  /// Where it stood in the last step.
  var column = 0

  init(length: Int) { self.length = length }

  mutating func append(
    _ symbol: Int, _ logarithm: Double, _ attention: Matrix?, column: Int, _ boundary: Int
  ) {
    if symbol == boundary { isComplete = true } else { symbols.append(symbol) }
    probabilities.append(Elementary.exp(logarithm))
    logProbability += logarithm
    if let attention { weights.append((0..<length).map { attention[$0, column] }) }
  }

  /// The most probable first; of equals the one that came first.
  static func sorted(_ drafts: [Draft]) -> [Draft] {
    drafts.enumerated().sorted {
      ($1.element.logProbability, $0.offset) < ($0.element.logProbability, $1.offset)
    }.map(\.element)
  }

  var written: Written {
    Written(
      symbols: symbols, probabilities: probabilities, weights: weights, isComplete: isComplete,
      logProbability: logProbability)
  }
}

extension Attention.Memory where A == Matrix {
  /// The memory of these examples of the batch, repeats allowed.
  fileprivate func columns(_ indices: [Int]) -> Self {
    Self(
      keys: keys.map { $0.columns(indices) }, projected: projected.map { $0.columns(indices) },
      mask: mask.map { mask in Mask(lengths: indices.map { mask.lengths[$0] }, steps: mask.steps) })
  }
}

extension Seq2Seq: Sendable where A: Sendable {}
extension Seq2Seq.Encoded: Sendable where A: Sendable {}
extension Seq2Seq.Step: Sendable where A: Sendable {}
