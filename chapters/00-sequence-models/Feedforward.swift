// Networks of one layer without a state: they read a window of the past, or all of it with zeros for what has not been.

import Autodiff
import Experiments
import Recurrent

// begin: windows
/// The scores of a network with one layer that reads a window: all inputs of it, one above the other.
func windowScores<A: RecurrentAlgebra>(_ W: A, _ b: A, _ V: A, _ b_s: A, _ window: [A]) -> A {
  V * (W * .stack(window) + b).tanh + b_s
}
// end: windows

/// What such a network reads before the next symbol: the whole past, its last symbol last, and zeros in front of it up to a
/// fixed length.
private func padded(_ pasts: [[Int]], to length: Int) -> [Matrix] {
  let zeros = Matrix(rows: 2, columns: pasts.count)
  return Array(repeating: zeros, count: length - pasts[0].count) + (pasts[0].isEmpty ? [] : inputs(pasts))
}

/// W, b, V and b_s after the same training as that of a recurrent network: the same batches, updates and learning rate.
func learnedFeedforward(
  from sequences: [[Int]], predicted: ClosedRange<Int>, units: Int, updates: Int, seed: UInt64
) -> [Matrix] {
  let length = predicted.upperBound - 1
  var random = Random(seed: seed)
  let all = firstWeights(inputs: 2 * length, units: units, classes: 2, &random)
  var parameters = [all[0], all[2], all[3], all[4]]
  train(&parameters, updates: updates, learningRate: 0.02) { p, _ in
    let batch = (0..<32).map { _ in sequences[random.index(below: sequences.count)] }
    return mean(
      predicted.map { t in
        let past = padded(batch.map { Array($0.prefix(t - 1)) }, to: length).map { p[0].tape.constant($0) }
        return windowScores(p[0], p[1], p[2], p[3], past).crossEntropy(batch.map { $0[t - 1] }).mean
      })
  }
  return parameters
}

extension Pasts {
  /// The probabilities that such a network gives to rest and strike after each past: 2 × pasts.
  func feedforwardPredictions(_ p: [Matrix]) -> Matrix {
    let length = predicted.upperBound - 1
    let shares = (0...length).map { count in
      windowScores(p[0], p[1], p[2], p[3], padded(allSequences(count), to: length)).softmax
    }
    return Matrix(rows: 2, columns: pasts.count) { y, c in
      let count = pasts[c].count
      return c == 0 ? 0.5 : shares[count][y, c - (1 << count)]
    }
  }
}
