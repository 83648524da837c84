// Attention: a mean over the steps of a sequence, weighted by how well each step fits a query.

import Autodiff

/// How well the key k_s of step s fits a query q, as a number e_s.
public enum AttentionScore: String, CaseIterable, Hashable, Sendable {
  /// e_s = qᵀ k_s (M.-T. Luong et al. 2015). Query and key have the same size.
  case dot
  /// e_s = qᵀ k_s / √H with keys of H entries (A. Vaswani et al. 2017). Query and key have the same size.
  case scaled
  /// e_s = qᵀ W k_s (M.-T. Luong et al. 2015).
  case general
  /// e_s = vᵀ tanh(W_q q + W_k k_s) (D. Bahdanau et al. 2015).
  case additive
}

/// The architecture of an attention: its score and its sizes.
public struct AttentionConfiguration: Hashable, Sendable {
  public let score: AttentionScore
  /// Entries of the query q, and of a key k_s.
  public let querySize, keySize: Int
  /// Rows of W_q and W_k of the additive score; 0 for the other scores.
  public let attentionSize: Int

  /// Traps unless every size is at least 1, and, for `dot` and `scaled`, query and keys have the same size.
  ///
  /// - Parameter attentionSize: for the additive score; by default `keySize`.
  public init(_ score: AttentionScore, querySize: Int, keySize: Int, attentionSize: Int? = nil) {
    let size = score == .additive ? attentionSize ?? keySize : 0
    require(
      querySize >= 1 && keySize >= 1 && (score != .additive || size >= 1),
      "an attention of a query of \(querySize), keys of \(keySize) and \(size) in between: each must be at least 1")
    require(
      score == .general || score == .additive || querySize == keySize,
      "the \(score.rawValue) score multiplies a query of \(querySize) with keys of \(keySize): they must be of one size"
    )
    self.score = score
    self.querySize = querySize
    self.keySize = keySize
    self.attentionSize = size
  }

  /// Names and shapes, in order: [rows, columns] of a weight, [rows] of the column v.
  public var parameters: [RecurrentConfiguration.Parameter] {
    switch score {
    case .dot, .scaled: []
    case .general: [.init(name: "W", shape: [querySize, keySize])]
    case .additive:
      [
        .init(name: "W_q", shape: [attentionSize, querySize]), .init(name: "W_k", shape: [attentionSize, keySize]),
        .init(name: "v", shape: [attentionSize]),
      ]
    }
  }
}

/// Attention over the steps of a sequence: scores, their softmax, and the mean of the keys weighted by it.
///
///     a_s = exp(e_s) / Σ_r exp(e_r)        c = Σ_s a_s k_s
///
/// All examples of a batch are computed at once, one column each.
public struct Attention<A: RecurrentAlgebra> {
  public let configuration: AttentionConfiguration
  /// In the order of `configuration.parameters`; v is a column.
  public private(set) var parameters: [A]

  /// Traps unless there is one value for each of `configuration.parameters`, of as many rows.
  public init(_ configuration: AttentionConfiguration, parameters: [A] = []) {
    configuration.parameters.check(
      parameters, of: "an attention with the \(configuration.score.rawValue) score")
    self.configuration = configuration
    self.parameters = parameters
  }

  /// The same attention over another algebra: `attention.map { tape.variable($1, named: $0) }`.
  public func map<B>(_ transform: (_ name: String, _ value: A) -> B) -> Attention<B> {
    let values = zip(configuration.parameters, parameters).map { transform($0.name, $1) }
    return Attention<B>(configuration, parameters: values)
  }

  /// The keys of a sequence, prepared for any number of queries.
  public struct Memory {
    /// k_1 … k_S, each keySize × batch.
    public let keys: [A]
    /// The part of the score that does not depend on the query: W k_s, W_k k_s, or the key itself.
    public let projected: [A]
    /// Which steps are real; nil for all.
    public let mask: Mask?
  }

  /// The result of one query.
  public struct Answer {
    /// e, steps × batch, of all steps, masked ones included.
    public let scores: A
    /// a, steps × batch: positive entries, and each column sums to 1. Masked steps have exactly 0.
    public let weights: A
    /// c, keySize × batch.
    public let context: A
  }

  /// - Parameters:
  ///   - keys: k_1 … k_S, each keySize × batch. Traps if empty. At masked steps they must be finite, as the zeros of a
  ///     masked run are: a masked step has the weight 0, and 0 · ∞ is NaN.
  ///   - mask: which steps are real; nil for all. Traps unless it has as many steps as there are keys.
  public func memory(_ keys: [A], mask: Mask? = nil) -> Memory {
    require(!keys.isEmpty, "attention needs at least one step to look at")
    if let mask { require(keys.count == mask.steps, "a mask of \(mask.steps) steps for \(keys.count) keys") }
    let projected =
      switch configuration.score {
      case .dot, .scaled: keys
      case .general: keys.map { parameters[0] * $0 }
      case .additive: keys.map { parameters[1] * $0 }
      }
    return Memory(keys: keys, projected: projected, mask: mask)
  }

  /// e_s for every step, each 1 × batch.
  ///
  /// - Parameter query: q, querySize × batch.
  public func scores(_ query: A, _ memory: Memory) -> [A] {
    // begin: scores
    switch configuration.score {
    case .dot: return memory.keys.map { k in (query .* k).sumOfRows }
    case .scaled:
      let scale = 1 / Double(configuration.keySize).squareRoot()
      return memory.keys.map { k in scale * (query .* k).sumOfRows }
    case .general: return memory.projected.map { Wk in (query .* Wk).sumOfRows }
    case .additive:
      let (W_q, v) = (parameters[0], parameters[2])
      let Wq = W_q * query
      return memory.projected.map { Wk in v.transposed * (Wq + Wk).tanh }
    }
    // end: scores
  }

  /// The answer to one query for each example.
  ///
  /// - Parameter query: q, querySize × batch.
  public func callAsFunction(_ query: A, _ memory: Memory) -> Answer {
    // begin: attend
    let e = A.stack(scores(query, memory))
    let a = (memory.mask.map { e.masked($0.flags, fill: -.infinity) } ?? e).softmax
    let terms = memory.keys.enumerated().map { s, k in a.rows(s..<s + 1).spread(like: k) .* k }
    let c = terms.dropFirst().reduce(terms[0]) { $0 + $1 }
    // end: attend
    return Answer(scores: e, weights: a, context: c)
  }
}

extension Attention: Sendable where A: Sendable {}
extension Attention.Memory: Sendable where A: Sendable {}
extension Attention.Answer: Sendable where A: Sendable {}

extension Attention where A == Matrix {
  /// Random parameters: uniform between −1/√n and 1/√n, where n is the number of columns of a weight, and of rows of v.
  public init(_ configuration: AttentionConfiguration, random: inout Random) {
    self.init(
      configuration,
      parameters: configuration.parameters.map {
        random.uniform($0, bound: 1 / Double($0.shape[$0.shape.count - 1]).squareRoot())
      })
  }
}
