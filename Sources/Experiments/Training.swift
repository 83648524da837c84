// The training loop that the experiments share, and the statistics of their results.

import Autodiff
import Recurrent

/// Trains by Adam, with gradients clipped by their global norm.
///
/// An update whose gradient is infinite or NaN is skipped: it would make the weights NaN for good.
///
/// - Parameters:
///   - parameters: replaced by the trained ones.
///   - threshold: the largest norm of a gradient; nil for no clipping.
///   - loss: records the loss, 1 × 1, on the tape of `parameters`, for update number 0, 1, ….
/// - Returns: the loss before each update.
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

/// The class with the highest score in each column, the first of equals. `scores` is classes × count.
public func best(_ scores: Matrix) -> [Int] { (0..<scores.columns).map { scores.rowOfLargest(inColumn: $0) } }

/// How many columns have their highest score in the right class.
public func countRight(_ scores: Matrix, _ classes: [Int]) -> Int { zip(best(scores), classes).count { $0 == $1 } }

/// A number for each seed of an experiment, such as an accuracy.
public struct Scores: Sendable {
  public let values: [Double]
  /// For each seed the loss before each update, where something was trained.
  public let losses: [[Double]]

  public init(values: [Double], losses: [[Double]] = []) { (self.values, self.losses) = (values, losses) }

  public var mean: Double { values.reduce(0, +) / Double(values.count) }
  public var lowest: Double { values.min() ?? .nan }
  public var highest: Double { values.max() ?? .nan }

  /// In how many of all pairs of a value here and a value of `other` the value here is higher.
  public func wins(over other: Scores) -> Int {
    values.reduce(0) { count, value in count + other.values.count { $0 < value } }
  }
}

/// The middle value; of an even number of values, the upper one of the two in the middle. Traps if there are none.
public func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// The median of several curves of the same length, point by point.
public func median(_ curves: [[Double]]) -> [Double] {
  curves[0].indices.map { k in median(curves.map { $0[k] }) }
}

/// How the loss falls, as a curve to draw: each training's mean over every `width` updates, and of those the median over
/// the trainings. A point stands at the last update of its mean.
///
/// - Parameter losses: for each training the loss before each update, equally many; those after the last full `width`
///   have no point.
public func lossCurve(_ losses: [[Double]], every width: Int = 10) -> [(x: Double, y: Double)] {
  let means = losses.map { losses in
    (0..<losses.count / width).map { losses[$0 * width..<($0 + 1) * width].reduce(0, +) / Double(width) }
  }
  return median(means).enumerated().map { (x: Double(($0 + 1) * width), y: $1) }
}
