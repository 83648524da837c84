// The gradient check: every entry of every gradient against central differences.

/// What a gradient check found.
public struct GradientCheck: Sendable {
  /// One entry of one input, and its two derivatives.
  public struct Entry: Sendable {
    /// Which input, from 0, and its name if it has one.
    public let input: Int
    public let name: String?
    public let row: Int
    public let column: Int
    /// ∂L/∂x by the pullbacks.
    public let derived: Double
    /// ∂L/∂x by central differences.
    public let difference: Double
    /// |derived − difference| as a multiple of what was allowed: above 1 it fails. Infinite where one is not a number.
    public let excess: Double
  }

  /// Whether every entry is within tolerance, and the inputs and the output have entries at all.
  public let passes: Bool
  /// The entry that is worst, measured by the tolerance; nil if the inputs have no entries at all.
  public let worst: Entry?
  /// How many entries were compared.
  public let count: Int
  /// How many of them are larger than the absolute tolerance, on either side. Where none is, the check has compared zeros
  /// with zeros, and would also pass on the wrong sign: a vanished gradient needs a smaller tolerance or a larger loss.
  public let significantCount: Int
  /// The largest |derived − difference|.
  public let largestDifference: Double

  /// Compares ∂L/∂x for every entry x of every input with (L(x + h) − L(x − h)) / 2h, where L = Σ u ⊙ f(inputs) with
  /// weights u drawn at random: a plain sum would not see an error that cancels in it (every column of a softmax sums to
  /// 1, whatever its gradient).
  ///
  /// An entry passes if |derived − difference| ≤ absolute + relative · max(|derived|, |difference|). The error of the
  /// difference itself is of the order h² |L‴| / 6 + 10^−16 |L| / h: choose tolerances above it, and inputs away from
  /// kinks (as of the ReLU) by more than h.
  ///
  /// - Parameters:
  ///   - inputs: where to check.
  ///   - names: what to call the inputs.
  ///   - step: h for entries of magnitude up to 1; larger entries get a proportionally larger one.
  ///   - seed: of the weights u.
  ///   - rule: a derivative rule to check instead of the operations' own.
  ///   - function: f, of any shape, deterministic. It is called 2 · (number of entries) + 1 times, each time on a new tape.
  public init(
    _ inputs: [Matrix], names: [String] = [], step: Double = 6e-6, relative: Double = 1e-7, absolute: Double = 1e-8,
    seed: UInt64 = 1, rule: Tape.Rule? = nil, of function: (_ inputs: [Variable]) -> Variable
  ) {
    let tape = Tape()
    let variables = inputs.map { tape.variable($0) }
    let output = function(variables)
    var random = Random(seed: seed)
    // Between 1/2 and 3/2 in magnitude: no entry of the output may go unseen.
    let weights = Matrix(rows: output.shape.rows, columns: output.shape.columns) { _, _ in
      let sign = random.uniform() < 0.5 ? -1.0 : 1.0
      return sign * random.uniform(0.5, 1.5)
    }
    let gradients = output.tape.gradients(of: output, seed: weights, rule: rule)

    func value(_ inputs: [Matrix]) -> Matrix {
      let tape = Tape()
      let value = function(inputs.map { tape.variable($0) }).value
      require(value.shape == weights.shape, "the function gave \(weights.shape) first and \(value.shape) now")
      return value
    }

    var worst: Entry?
    var largest = 0.0
    var count = 0
    var significant = 0
    var moved = inputs
    for (k, input) in inputs.enumerated() {
      let derivedGradient = gradients[variables[k]]
      for column in 0..<input.columns {
        for row in 0..<input.rows {
          let x = input[row, column]
          let h = step * max(1, abs(x))
          moved[k][row, column] = x + h
          let above = value(moved)
          moved[k][row, column] = x - h
          let below = value(moved)
          moved[k][row, column] = x
          // What x ± h really were, after rounding; and weights on differences, which are smaller than values.
          let width = (x + h) - (x - h)
          var sum = 0.0
          for i in weights.elements.indices {
            sum = sum.addingProduct(weights.elements[i], above.elements[i] - below.elements[i])
          }
          let (derived, difference) = (derivedGradient[row, column], sum / width)
          let error = abs(derived - difference)
          let allowed = absolute + relative * max(abs(derived), abs(difference))
          let excess = error.isFinite && allowed.isFinite ? error / allowed : Double.infinity
          count += 1
          if !(max(abs(derived), abs(difference)) <= absolute) { significant += 1 }
          if error > largest || error.isNaN { largest = error }
          if worst == nil || excess > worst!.excess {
            worst = Entry(
              input: k, name: k < names.count ? names[k] : nil, row: row, column: column, derived: derived,
              difference: difference, excess: excess)
          }
        }
      }
    }
    self.worst = worst
    self.count = count
    self.significantCount = significant
    self.largestDifference = largest
    self.passes = count > 0 && weights.count > 0 && (worst?.excess ?? .infinity) <= 1
  }
}
