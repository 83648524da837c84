// The simple recurrent network: the new state is tanh (or relu) of a weighted sum of the input and the old state.

import Autodiff

/// The function applied to the sum: tanh, or relu = max(0, ·). (J. L. Elman's network of 1990, "Finding structure in
/// time", has the logistic function.)
public enum Nonlinearity: String, CaseIterable, Hashable, Sendable {
  case tanh
  case relu

  func callAsFunction<A: Algebra>(_ x: A) -> A {
    switch self {
    case .tanh: x.tanh
    case .relu: x.relu
    }
  }
}

/// h_t = tanh(W_x x_t + b_x + W_h h_{t−1} + b_h), or relu for tanh.
///
/// The formula, with its two biases, is that of PyTorch's `torch.nn.RNN`. The state is [h].
public struct RNNCell<A: RecurrentAlgebra>: RecurrentCell {
  /// W.x: hidden × inputs. W.h: hidden × hidden.
  public let W: (x: A, h: A)
  /// Columns of hidden; nil for no bias.
  public let b: (x: A?, h: A?)
  public let nonlinearity: Nonlinearity

  public init(W: (x: A, h: A), b: (x: A?, h: A?) = (nil, nil), nonlinearity: Nonlinearity = .tanh) {
    self.W = W
    self.b = b
    self.nonlinearity = nonlinearity
  }

  /// Takes the parameters as `torch.nn.RNN` names them.
  public init(_ weights: CellWeights<A>, nonlinearity: Nonlinearity = .tanh) {
    self.init(W: weights.W, b: weights.b, nonlinearity: nonlinearity)
  }

  /// - Parameters:
  ///   - x: x_t, inputs × batch.
  ///   - h: h_{t−1}, hidden × batch.
  /// - Returns: h_t, hidden × batch.
  public func step(_ x: A, _ h: A) -> A {
    nonlinearity(W.x * x + b.x + W.h * h + b.h)
  }

  /// - Parameter state: [h]. Traps on any other number of parts.
  public func step(_ x: A, _ state: [A]) -> [A] {
    require(state.count == 1, "the state of an RNN is h, not \(state.count) matrices")
    return [step(x, state[0])]
  }

  public func zeroState(for x: A) -> [A] { [x.zeros(rowsOf: W.h)] }
}

extension RNNCell: Sendable where A: Sendable {}
