// Self-attention, which a Transformer such as BERT has instead of recurrence: one head and nothing around it.

import Autodiff
import Notebook

/// Self-attention: every step asks all steps at once (Vaswani et al. 2017).
struct SelfAttention<A: Algebra> {
  /// Queries, keys and values: size × size each.
  var W: (q: A, k: A, v: A)
  let size: Int

  // begin: self-attention
  /// From X, whose columns are the steps: size × T in, size × T out.
  func callAsFunction(_ X: A) -> A {
    let (Q, K, V) = (W.q * X, W.k * X, W.v * X)
    let P = ((1 / Double(size).squareRoot()) * (K.transposed * Q)).softmax
    return V * P
  }
  // end: self-attention
}

extension SelfAttention where A == Matrix {
  /// Draws normal weights. BERT base begins with a deviation of 0.02 at a size of 768 (Devlin et al. 2019); another size
  /// takes 0.02 √768 / √size, so that a product keeps its scale.
  init(size: Int, random: inout Random) {
    let deviation = 0.02 * (768 / Double(size)).squareRoot()
    func draw() -> Matrix { random.normal(size, size, deviation: deviation) }
    self.init(W: (draw(), draw(), draw()), size: size)
  }

  /// The same weights as constants on a tape.
  func recorded(on tape: Tape) -> SelfAttention<Variable> {
    SelfAttention<Variable>(W: (tape.constant(W.q), tape.constant(W.k), tape.constant(W.v)), size: size)
  }
}

/// How much the columns of X differ: ‖X − X̄‖ / ‖X‖, where every column of X̄ is the mean of the columns of X. It is 0 where
/// all columns are equal.
func diversity(_ X: Matrix) -> Double {
  let mean = (1 / Double(X.columns)) * X.sumOfColumns
  return (X - mean.spread(like: X)).norm / X.norm
}

/// Runs layers of self-attention with untrained weights on random inputs.
///
/// - Parameters:
///   - depths: after how many layers the diversity is measured.
///   - isOrthogonal: whether W_v is an orthogonal matrix.
/// - Returns: the diversity after each of `depths` layers, and ‖∂L/∂X_0‖ / ‖∂L/∂X_n‖ through the largest number n of
///   `depths`, where L = ⟨U, X_n⟩ with a random U.
func attentionTower(
  _ depths: [Int], size: Int, steps: Int, hasSkip: Bool, isOrthogonal: Bool = false, seed: UInt64
) -> (diversity: [Double], gradient: Double) {
  var random = Random(seed: seed)
  let tape = Tape()
  var X = [tape.variable(random.normal(size, steps))]
  for l in 0..<(depths.max() ?? 0) {
    var attention = SelfAttention<Matrix>(size: size, random: &random)
    if isOrthogonal { attention.W.v = random.orthogonal(size) }
    let next = attention.recorded(on: tape)(X[l])
    X.append(hasSkip ? X[l] + next : next)
  }
  let upstream = random.normal(size, steps)
  let gradient = tape.gradients(of: X[X.count - 1], seed: upstream)[X[0]]
  return (depths.map { diversity(X[$0].value) }, gradient.norm / upstream.norm)
}
