// Optimisers, which change parameters along their gradients, and clipping, which shortens gradients that are too long.

/// Stochastic gradient descent with momentum: v ← μ v + g, then θ ← θ − η v (PyTorch's form, without dampening).
public struct SGD: Sendable {
  /// η > 0.
  public var learningRate: Double
  /// μ in [0, 1); 0 is plain gradient descent.
  public var momentum: Double
  private var velocity: [Matrix] = []

  public init(learningRate: Double, momentum: Double = 0) {
    self.learningRate = learningRate
    self.momentum = momentum
  }

  /// One step over all parameters, each with a gradient of its shape. Traps on other shapes, or if the number of
  /// parameters changes between steps.
  public mutating func step(_ parameters: inout [Matrix], gradients: [Matrix]) {
    checkShapes(parameters, gradients)
    if velocity.isEmpty { velocity = parameters.map { Matrix($0.shape) } }
    checkShapes(parameters, velocity)
    for p in parameters.indices {
      for i in parameters[p].elements.indices {
        let v = momentum * velocity[p].elements[i] + gradients[p].elements[i]
        velocity[p].elements[i] = v
        parameters[p].elements[i] -= learningRate * v
      }
    }
  }
}

/// Adam (Kingma & Ba 2015, arXiv 1412.6980, algorithm 1): steps of a size that does not depend on the gradient's scale.
///
/// m ← β₁ m + (1 − β₁) g and v ← β₂ v + (1 − β₂) g², then θ ← θ − η m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁^t) and
/// v̂ = v / (1 − β₂^t).
public struct Adam: Sendable {
  /// η > 0.
  public var learningRate: Double
  public var β1: Double
  public var β2: Double
  public var ε: Double
  private var m: [Matrix] = []
  private var v: [Matrix] = []
  private var powers = (β1: 1.0, β2: 1.0)

  public init(learningRate: Double = 1e-3, β1: Double = 0.9, β2: Double = 0.999, ε: Double = 1e-8) {
    self.learningRate = learningRate
    self.β1 = β1
    self.β2 = β2
    self.ε = ε
  }

  /// One step over all parameters, each with a gradient of its shape. Traps on other shapes, or if the number of
  /// parameters changes between steps.
  public mutating func step(_ parameters: inout [Matrix], gradients: [Matrix]) {
    checkShapes(parameters, gradients)
    if m.isEmpty {
      m = parameters.map { Matrix($0.shape) }
      v = m
    }
    checkShapes(parameters, m)
    powers = (powers.β1 * β1, powers.β2 * β2)
    let (unbias1, unbias2) = (1 - powers.β1, 1 - powers.β2)
    for p in parameters.indices {
      for i in parameters[p].elements.indices {
        let g = gradients[p].elements[i]
        let first = β1 * m[p].elements[i] + (1 - β1) * g
        let second = β2 * v[p].elements[i] + (1 - β2) * g * g
        m[p].elements[i] = first
        v[p].elements[i] = second
        parameters[p].elements[i] -= learningRate * (first / unbias1) / ((second / unbias2).squareRoot() + ε)
      }
    }
  }
}

private func checkShapes(_ parameters: [Matrix], _ others: [Matrix]) {
  require(
    parameters.count == others.count, "\(parameters.count) parameters, but \(others.count) gradients or earlier ones")
  for (p, (parameter, other)) in zip(parameters, others).enumerated() {
    require(parameter.shape == other.shape, "parameter \(p) is \(parameter.shape), its gradient \(other.shape)")
  }
}

// MARK: - Clipping

/// The length of all gradients taken as one long vector: √Σ g². Scaled, so that squares neither overflow nor vanish.
public func globalNorm(_ gradients: [Matrix]) -> Double {
  Matrix(column: gradients.map { $0.norm }).norm
}

/// Clips by global norm (Pascanu et al. 2013, arXiv 1211.5063, algorithm 1): where the norm exceeds the threshold, all
/// gradients are scaled by threshold / norm; below it, nothing is touched.
///
/// - Returns: the norm before clipping. If it is not finite, nothing is changed.
@discardableResult
public func clip(_ gradients: inout [Matrix], toNorm threshold: Double) -> Double {
  require(threshold > 0, "a threshold of \(threshold) leaves nothing of a gradient")
  let norm = globalNorm(gradients)
  guard norm > threshold, norm.isFinite else { return norm }
  let factor = threshold / norm
  gradients = gradients.map { factor * $0 }
  return norm
}

/// Clips by value: every entry into [−threshold, threshold]. Unlike clipping by norm it changes the direction.
public func clip(_ gradients: inout [Matrix], toValue threshold: Double) {
  require(threshold > 0, "a threshold of \(threshold) leaves nothing of a gradient")
  gradients = gradients.map { $0.map { $0 > threshold ? threshold : $0 < -threshold ? -threshold : $0 } }
}
