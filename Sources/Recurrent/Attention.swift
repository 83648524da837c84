// Attention: which steps of a sequence matter to a question, and what they say, as a mean that can be differentiated.

import Autodiff

/// How well a key fits a query: a number e_s for the step s of a sequence.
public enum AttentionScore: String, CaseIterable, Hashable, Sendable {
  /// e_s = qᵀ k_s (M.-T. Luong et al. 2015). Query and key have one size.
  case dot
  /// e_s = qᵀ k_s / √H with keys of H entries (A. Vaswani et al. 2017). Query and key have one size.
  case scaled
  /// e_s = qᵀ W k_s (M.-T. Luong et al. 2015).
  case general
  /// e_s = vᵀ tanh(W_q q + W_k k_s) (D. Bahdanau et al. 2015).
  case additive
}

/// What an attention looks like before it has any numbers.
public struct AttentionConfiguration: Hashable, Sendable {
  public let score: AttentionScore
  /// Entries of the query q, and of a key k_s.
  public let querySize, keySize: Int
  /// Rows of W_q and W_k, which the additive score alone has; 0 for the others.
  public let attentionSize: Int

  /// Traps unless every size is at least 1, and where the dot products are asked of a query and keys of different sizes.
  ///
  /// - Parameter attentionSize: for the additive score; the key's where it is not given.
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

  /// Names and shapes: [rows, columns] of a weight, [rows] of a column.
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

/// Attention over the steps of a sequence: scores, their softmax, and the mean of the keys that it weights.
///
///     a_s = exp(e_s) / Σ_r exp(e_r)        c = Σ_s a_s k_s
///
/// All examples of a batch are asked at once, a column each.
public struct Attention<A: RecurrentAlgebra> {
  public let configuration: AttentionConfiguration
  /// In the order of `configuration.parameters`; v is a column.
  public private(set) var parameters: [A]

  /// Traps unless there is one value for each of `configuration.parameters`, of as many rows.
  public init(_ configuration: AttentionConfiguration, parameters: [A] = []) {
    let expected = configuration.parameters
    require(
      parameters.count == expected.count,
      "an attention with the \(configuration.score.rawValue) score has \(expected.count) parameters,"
        + " not \(parameters.count)")
    for (value, parameter) in zip(parameters, expected) {
      if let rows = value.knownRows {
        require(rows == parameter.shape[0], "\(parameter.name) has \(rows) rows, expected \(parameter.shape[0])")
      }
    }
    self.configuration = configuration
    self.parameters = parameters
  }

  /// The same attention over another algebra: `attention.map { tape.variable($1, named: $0) }`.
  public func map<B>(_ transform: (_ name: String, _ value: A) -> B) -> Attention<B> {
    let names = configuration.parameters.map(\.name)
    return Attention<B>(configuration, parameters: zip(names, parameters).map(transform))
  }

  /// A sequence made ready to be asked, many times.
  public struct Memory {
    /// k_1 … k_S, each keySize × batch.
    public let keys: [A]
    /// What the score needs of each key whatever the query is: W k_s, W_k k_s, or the key itself.
    public let projected: [A]
    public let mask: Mask?
  }

  /// What a question found.
  public struct Answer {
    /// e, steps × batch, of all steps, whatever the mask says.
    public let scores: A
    /// a, steps × batch: every column is positive and sums to 1; masked steps have exactly 0.
    public let weights: A
    /// c, keySize × batch.
    public let context: A
  }

  /// - Parameters:
  ///   - keys: k_1 … k_S, each keySize × batch. Traps where there are none. At masked steps they must be finite, as the
  ///     zeros are that a masked run gives: 0 times infinity is no number.
  ///   - mask: which steps are real; nil for all. Traps on another number of steps.
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

  /// Asks once, of all examples.
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
  /// Random parameters: uniform between ±1/√columns, and v between ±1/√rows.
  public init(_ configuration: AttentionConfiguration, random: inout Random) {
    self.init(
      configuration,
      parameters: configuration.parameters.map { parameter in
        let bound = 1 / Double(parameter.shape.last!).squareRoot()
        let columns = parameter.shape.count > 1 ? parameter.shape[1] : 1
        return random.uniform(parameter.shape[0], columns, -bound, bound)
      })
  }
}
