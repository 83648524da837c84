// Sequence to sequence: an encoder reads the source, a decoder writes a target of any length, and attention connects
// them.

import Autodiff

/// Sequence to sequence (I. Sutskever et al. 2014; K. Cho et al. 2014), with attention (D. Bahdanau et al. 2015; M.-T.
/// Luong et al. 2015).
///
/// The encoder reads x_1 … x_S; its outputs are the keys. The decoder writes y_1 … y_T and a boundary:
///
///     s_0 = tanh(W_h [h⃗_S; h⃖_1] + b_h)                      and likewise c_0 of an LSTM
///     c_t = attention(s_{t−1}; k_1 … k_S)                     with the query s_{t−1}
///     s_t = cell([E y_{t−1}; c_t], s_{t−1})
///     P(y_t | y_1 … y_{t−1}, x) = softmax(W [c_t; s_t] + b)
///
/// With the query s_t the cell reads E y_{t−1} alone, and c_t is computed after it.
public struct Seq2Seq<A: RecurrentAlgebra> {
  public let configuration: Seq2SeqConfiguration
  /// In the order of `configuration.parameters`; biases are columns.
  public var parameters: [A]
  private let names: [String: Int]

  /// A function that runs a network, for example with fused cells.
  typealias Run = @Sendable (RecurrentNetwork<A>, _ inputs: [A], _ states: [[A]]?, _ mask: Mask?) -> Unrolled<A>
  /// Runs the encoder and the decoder; nil for `RecurrentNetwork.run`.
  private let fusedRun: Run?

  /// Traps unless there is one value for each of `configuration.parameters`, of as many rows.
  public init(_ configuration: Seq2SeqConfiguration, parameters: [A]) {
    self.init(configuration, parameters: parameters, fusedRun: nil)
  }

  init(_ configuration: Seq2SeqConfiguration, parameters: [A], fusedRun: Run?) {
    let expected = configuration.parameters
    expected.check(parameters, of: "a model of this configuration")
    self.configuration = configuration
    self.parameters = parameters
    self.fusedRun = fusedRun
    names = Dictionary(uniqueKeysWithValues: expected.enumerated().map { ($1.name, $0) })
  }

  /// The parameter with this name. Traps if there is none.
  public subscript(_ name: String) -> A {
    guard let index = names[name] else { fatalError("a model of this configuration has no parameter \(name)") }
    return parameters[index]
  }

  /// The same model over another algebra: `model.map { tape.variable($1, named: $0) }`.
  public func map<B>(_ transform: (_ name: String, _ value: A) -> B) -> Seq2Seq<B> {
    let values = zip(configuration.parameters, parameters).map { transform($0.name, $1) }
    return Seq2Seq<B>(configuration, parameters: values)
  }

  private func parameters(under prefix: String) -> [A] {
    zip(configuration.parameters, parameters).filter { $0.0.name.hasPrefix(prefix + ".") }.map { $0.1 }
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

  /// What the decoder gets to know about a batch of sources.
  public struct Encoded {
    /// s_0: [h], or [h, c], each decoderSize × batch.
    public let state: [A]
    /// k_1 … k_S, prepared for queries; nil without attention.
    public let memory: Attention<A>.Memory?
  }

  /// Reads a batch of sources of different lengths. The padding does not influence the result.
  public func encode(_ source: SymbolBatch) -> Encoded {
    let E = self["source.embedding"]
    let x = (0..<source.steps).map { E.columns(source.symbols(at: $0)) }
    let read = run(encoder, x, mask: source.mask)
    // The last states of both directions, stacked. The last backward state is the one at t = 1.
    let state = configuration.kind.stateNames.enumerated().map { part, name in
      (self["bridge.W_\(name)"] * A.stack(read.states.map { $0[part] }) + self["bridge.b_\(name)"]).tanh
    }
    return Encoded(state: state, memory: attention?.memory(read.outputs, mask: source.mask))
  }

  // MARK: Writing

  /// One step of the decoder.
  public struct Step {
    /// What the softmax is applied to, (targetSymbols + 1) × batch: a row for each symbol, the boundary last.
    public let scores: A
    /// s_t: [h], or [h, c], each decoderSize × batch.
    public let state: [A]
    /// What attention found; nil without attention.
    public let answer: Attention<A>.Answer?
  }

  /// One step of the decoder.
  ///
  /// - Parameters:
  ///   - y: the symbol before, embedded: embeddingSize × batch.
  ///   - state: s_{t−1}: [h], or [h, c], each decoderSize × batch.
  ///   - memory: what `encode` returned.
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

  /// The result of teacher forcing on a batch.
  public struct Taught {
    /// The mean of −log P(y_t | y_1 … y_{t−1}, x) over all symbols of all targets, boundaries included; 1 × 1.
    public let loss: A
    /// The scores of each step, T + 1 of them, each (targetSymbols + 1) × batch.
    public let scores: [A]
    /// The right symbols: those of each target, then a boundary. The padding has symbol 0.
    public let wanted: SymbolBatch
    /// What attention found at each step; empty without attention.
    public let answers: [Attention<A>.Answer]
  }

  /// Teacher forcing: at every step the decoder reads the right symbol before, whatever it would have written itself.
  ///
  /// Traps unless there are as many targets as sources. A target may be empty; no source may be.
  public func teach(_ source: SymbolBatch, target: [[Int]]) -> Taught {
    require(
      source.sequences.count == target.count, "\(source.sequences.count) sources and \(target.count) targets")
    let wanted = SymbolBatch(target.map { $0 + [configuration.boundary] })
    let previous = SymbolBatch(target.map { [configuration.boundary] + $0 })
    let encoded = encode(source)
    let (E, decoder, attention) = (self["target.embedding"], decoder, attention)
    var state = encoded.state
    var losses: [A] = []
    var steps: [Step] = []
    for t in 0..<wanted.steps {
      let step = step(E.columns(previous.symbols(at: t)), state, encoded.memory, decoder, attention)
      state = step.state
      let loss = step.scores.crossEntropy(wanted.symbols(at: t))
      losses.append(loss.masked(wanted.mask.flags(t, rows: 1), fill: 0).total)
      steps.append(step)
    }
    let count = wanted.mask.lengths.reduce(0, +)
    return Taught(
      loss: (1 / Double(count)) * sum(losses), scores: steps.map { $0.scores }, wanted: wanted,
      answers: steps.compactMap { $0.answer })
  }
}

extension Seq2Seq where A == Variable {
  /// The same model with fused cells, for training. It has no second derivatives.
  public var fused: Seq2Seq<Variable> {
    Seq2Seq(configuration, parameters: parameters) { network, inputs, states, mask in
      mask.map { network.runFused(inputs, from: states, mask: $0) } ?? network.runFused(inputs, from: states)
    }
  }
}

extension Seq2Seq where A == Matrix {
  /// Random parameters. Those of encoder and decoder are uniform between −1/√n and 1/√n with n hidden units, as PyTorch
  /// draws them; embeddings are normal with deviation 0.5; v of the attention is uniform between −1/√rows and 1/√rows,
  /// all other weights between −1/√columns and 1/√columns; all other biases are 0.
  public init(_ configuration: Seq2SeqConfiguration, random: inout Random) {
    let parameters = configuration.parameters.map { parameter in
      let isColumn = parameter.shape.count == 1
      switch parameter.name.prefix(while: { $0 != "." }) {
      case "source", "target": return random.normal(parameter.rows, parameter.columns, deviation: 0.5)
      case "encoder": return random.uniform(parameter, bound: 1 / Double(configuration.encoderSize).squareRoot())
      case "decoder": return random.uniform(parameter, bound: 1 / Double(configuration.decoderSize).squareRoot())
      case "attention" where isColumn: return random.uniform(parameter, bound: 1 / Double(parameter.rows).squareRoot())
      case _ where isColumn: return Matrix(rows: parameter.rows, columns: 1)
      default: return random.uniform(parameter, bound: 1 / Double(parameter.columns).squareRoot())
      }
    }
    self.init(configuration, parameters: parameters)
  }
}

extension Seq2Seq: Sendable where A: Sendable {}
extension Seq2Seq.Encoded: Sendable where A: Sendable {}
extension Seq2Seq.Step: Sendable where A: Sendable {}
