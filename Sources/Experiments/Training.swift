// The loop that every small training shares, and what is counted after it.

import Autodiff

/// Trains by Adam; gradients are clipped by their global norm.
///
/// A gradient that is no number would spoil the weights for good: its step is left out.
///
/// - Parameters:
///   - threshold: of the clipping; nil for none.
///   - loss: records the loss, 1 × 1, on the tape of the parameters that it is given, for update number 0, 1, ….
/// - Returns: the loss before every update.
@discardableResult
public func train(
  _ parameters: inout [Matrix], updates: Int, learningRate: Double, clippingAt threshold: Double? = 1,
  loss: (_ parameters: [Variable], _ update: Int) -> Variable
) -> [Double] {
  var optimizer = Adam(learningRate: learningRate)
  let tape = Tape()
  return (0..<updates).map { update in
    tape.rewind()
    let variables = parameters.map { tape.variable($0) }
    let loss = loss(variables, update)
    let gradients = tape.gradients(of: loss)
    var step = variables.map { gradients[$0] }
    if let threshold { clip(&step, toNorm: threshold) }
    if globalNorm(step).isFinite { optimizer.step(&parameters, gradients: step) }
    return loss.value.scalar
  }
}

/// Each column's class with the highest score, the first of equals. `scores` is classes × count.
public func best(_ scores: Matrix) -> [Int] {
  (0..<scores.columns).map { j in (0..<scores.rows).reduce(0) { scores[$1, j] > scores[$0, j] ? $1 : $0 } }
}

/// How many columns' best class is the wanted one.
public func countRight(_ scores: Matrix, _ classes: [Int]) -> Int { zip(best(scores), classes).count { $0 == $1 } }

/// Accuracies, or other numbers, over seeds.
public struct Scores: Sendable {
  public let values: [Double]

  public init(values: [Double]) { self.values = values }

  public var mean: Double { values.reduce(0, +) / Double(values.count) }
  public var lowest: Double { values.min() ?? .nan }
  public var highest: Double { values.max() ?? .nan }

  /// In how many of all pairs of runs this one's value is higher.
  public func wins(over other: Scores) -> Int {
    values.reduce(0) { count, value in count + other.values.count { $0 < value } }
  }
}

/// The middle of an odd number of values, the upper of the two in the middle of an even one. Traps where there is none.
public func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// The median of curves of one length, entry by entry.
public func median(_ curves: [[Double]]) -> [Double] {
  curves[0].indices.map { k in median(curves.map { $0[k] }) }
}
