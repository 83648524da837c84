// Decoding: a trained model writes a target symbol by symbol, each time from what it has written so far.

import Autodiff

/// What a model wrote for one source.
public struct Written: Hashable, Sendable {
  /// Without the boundary.
  public let symbols: [Int]
  /// The probability of each symbol given those before it, and of the boundary if it wrote one.
  public let probabilities: [Double]
  /// For each of these, the attention to each symbol of the source; empty without attention.
  public let weights: [[Double]]
  /// Whether it wrote a boundary. If not, it stopped at the limit.
  public let isComplete: Bool
  /// log P of all of it.
  public let logProbability: Double
}

extension Seq2Seq where A == Matrix {
  /// Greedy decoding of every source of a batch: each time the most probable symbol, the first of equals, until the
  /// boundary.
  ///
  /// - Parameter limit: the largest number of symbols to write; traps if negative.
  public func greedy(_ source: SymbolBatch, limit: Int) -> [Written] {
    let encoded = encode(source)
    var drafts = source.sequences.enumerated().map { Draft(sourceLength: $1.count, column: $0) }
    var state = encoded.state
    for t in 0...limit {
      let step = step(embedded(drafts), state, encoded.memory)
      state = step.state
      let logarithms = step.scores.logSoftmax
      for j in drafts.indices where !drafts[j].isComplete {
        let best = logarithms.rowOfLargest(inColumn: j)
        // After `limit` symbols only the boundary may follow.
        if t == limit, best != configuration.boundary { continue }
        drafts[j].append(best, logarithms, step.answer?.weights, column: j, boundary: configuration.boundary)
      }
      if drafts.allSatisfy({ $0.isComplete }) { break }
    }
    return drafts.map { $0.written }
  }

  /// Beam search for every source of a batch: after each step it keeps the `width` most probable drafts, finished ones
  /// among them, and at the end returns the most probable one. Probabilities are those of whole sequences, not divided
  /// by their lengths.
  ///
  /// - Parameters:
  ///   - width: traps if less than 1.
  ///   - limit: the largest number of symbols to write; traps if negative.
  public func beam(_ source: SymbolBatch, width: Int, limit: Int) -> [Written] {
    require(width >= 1, "a beam of width \(width) holds nothing")
    let encoded = encode(source)
    /// The drafts of each source.
    var beams = source.sequences.enumerated().map { [Draft(sourceLength: $1.count, column: $0)] }
    var state = encoded.state
    for t in 0...limit {
      // Each unfinished draft of each source is a column of the batch.
      let open = beams.indices.flatMap { j in beams[j].filter { !$0.isComplete }.map { (source: j, draft: $0) } }
      if open.isEmpty { break }
      state = state.map { $0.columns(open.map { $0.draft.column }) }
      let memory = encoded.memory?.columns(open.map { $0.source })
      let step = step(embedded(open.map { $0.draft }), state, memory)
      state = step.state
      let logarithms = step.scores.logSoftmax
      var next = beams.map { $0.filter { $0.isComplete } }
      for column in open.indices {
        let (source, draft) = open[column]
        next[source] += continuations(of: draft, logarithms, step.answer?.weights, column: column, isLast: t == limit)
      }
      beams = next.map { Array(Draft.sorted($0).prefix(width)) }
    }
    return beams.map { $0[0].written }
  }

  /// The last symbol of each draft, embedded: embeddingSize × drafts. An empty draft has the boundary.
  private func embedded(_ drafts: [Draft]) -> Matrix {
    self["target.embedding"].columns(drafts.map { $0.symbols.last ?? configuration.boundary })
  }

  /// The drafts that continue this one: by each of the symbols. If `isLast`, only the boundary may follow: it is
  /// appended if it is the most probable symbol, else the draft stays as it is.
  private func continuations(
    of draft: Draft, _ logarithms: Matrix, _ attention: Matrix?, column: Int, isLast: Bool
  ) -> [Draft] {
    let boundary = configuration.boundary
    if isLast, logarithms.rowOfLargest(inColumn: column) != boundary { return [draft] }
    return (isLast ? [boundary] : Array(0..<logarithms.rows)).map { symbol in
      var longer = draft
      longer.append(symbol, logarithms, attention, column: column, boundary: boundary)
      return longer
    }
  }
}

/// A target as far as it is written.
private struct Draft {
  /// Symbols of the source.
  let sourceLength: Int
  var symbols: [Int] = []
  var probabilities: [Double] = []
  var weights: [[Double]] = []
  var isComplete = false
  var logProbability = 0.0
  /// Its column in the batch of the last step.
  var column: Int

  init(sourceLength: Int, column: Int) {
    self.sourceLength = sourceLength
    self.column = column
  }

  /// Appends a symbol, or finishes the draft if the symbol is the boundary.
  ///
  /// - Parameters:
  ///   - logarithms: log P of every symbol, symbols × batch.
  ///   - attention: weights, steps of the source × batch; nil without attention.
  ///   - column: this draft's column in both.
  mutating func append(_ symbol: Int, _ logarithms: Matrix, _ attention: Matrix?, column: Int, boundary: Int) {
    let logarithm = logarithms[symbol, column]
    if symbol == boundary { isComplete = true } else { symbols.append(symbol) }
    probabilities.append(Elementary.exp(logarithm))
    logProbability += logarithm
    if let attention { weights.append((0..<sourceLength).map { attention[$0, column] }) }
    self.column = column
  }

  /// The most probable first; equals stay in their order.
  static func sorted(_ drafts: [Draft]) -> [Draft] {
    drafts.enumerated().sorted {
      ($1.element.logProbability, $0.offset) < ($0.element.logProbability, $1.offset)
    }.map { $0.element }
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

extension Matrix {
  /// The row of the largest entry of column j, the first of equals. Traps if there is no such column.
  package func rowOfLargest(inColumn j: Int) -> Int {
    (0..<rows).reduce(0) { self[$1, j] > self[$0, j] ? $1 : $0 }
  }
}
