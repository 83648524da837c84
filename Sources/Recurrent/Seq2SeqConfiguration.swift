// Sequence to sequence before it has parameters: batches of symbols, and the architecture.

import Autodiff

/// A batch of sequences of symbols: column j is sequence j, padded at its end.
public struct SymbolBatch: Hashable, Sendable {
  /// Each symbol is a number, from 0.
  public let sequences: [[Int]]
  /// Which steps are real.
  public let mask: Mask

  /// Traps if there is no sequence, or if one is empty.
  public init(_ sequences: [[Int]]) {
    self.sequences = sequences
    let lengths = sequences.map { $0.count }
    mask = Mask(lengths: lengths, steps: lengths.max() ?? 0)
  }

  /// T, padding included.
  public var steps: Int { mask.steps }

  /// Each column's symbol at step t, counted from 0. The padding has symbol 0.
  public func symbols(at t: Int) -> [Int] { sequences.map { t < $0.count ? $0[t] : 0 } }
}

/// The architecture of an encoder and a decoder.
public struct Seq2SeqConfiguration: Hashable, Sendable {
  /// Which state of the decoder is the query of the attention.
  public enum Query: String, CaseIterable, Hashable, Sendable {
    /// s_{t−1}: attention comes before the step, which reads its context (D. Bahdanau et al. 2015).
    case previous
    /// s_t: attention comes after the step, and only the output layer reads its context (M.-T. Luong et al. 2015).
    case current
  }

  /// The cell of both networks.
  public let kind: RecurrentConfiguration.Kind
  /// How many different symbols a source can have, and a target, the boundary not counted.
  public let sourceSymbols, targetSymbols: Int
  /// Entries of an embedded symbol, of an encoder state in each direction, and of a decoder state.
  public let embeddingSize, encoderSize, decoderSize: Int
  /// Whether the encoder reads in both directions.
  public let bidirectional: Bool
  /// nil for no attention: then the decoder knows the source only through the encoder's last states.
  public let score: AttentionScore?
  public let query: Query

  /// Traps unless every size is at least 1 and, for the scores `dot` and `scaled`, a decoder state has as many entries
  /// as the encoder states of all directions together.
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
    _ = attention  // traps if its sizes do not fit
  }

  /// The symbol that stands before and after every target: the number after the target's own symbols.
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

  /// Entries of the input of the output layer: [c_t; s_t], or s_t alone.
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
  public var parameterCount: Int { parameters.numberCount }
}
