// The simple recurrent network: the new state is a squashed sum of the input and the old state.

import Autodiff

/// What bends the sum: the tanh of J. L. Elman (1990, "Finding structure in time", with the logistic function in its
/// place), or max(0, ·).
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
/// The formula is that of PyTorch's `torch.nn.RNN`, with its two biases; leave either out, and its term is not there.
/// Its state is [h].
public struct RNNCell<A: RecurrentAlgebra>: RecurrentCell {
  /// W.x: hidden × inputs. W.h: hidden × hidden.
  public let W: (x: A, h: A)
  /// Columns of hidden.
  public let b: (x: A?, h: A?)
  public let nonlinearity: Nonlinearity

  public init(W: (x: A, h: A), b: (x: A?, h: A?) = (nil, nil), nonlinearity: Nonlinearity = .tanh) {
    self.W = W
    self.b = b
    self.nonlinearity = nonlinearity
  }

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

  public func step(_ x: A, _ state: [A]) -> [A] {
    require(state.count == 1, "the state of an RNN is h, not \(state.count) matrices")
    return [step(x, state[0])]
  }

  public func zeroState(for x: A) -> [A] { [x.zeros(rowsOf: W.h)] }
}

extension RNNCell: Sendable where A: Sendable {}
