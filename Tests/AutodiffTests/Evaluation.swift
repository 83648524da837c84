// A small reader of formulas: what a `Symbol` is worth, given its names' values.

import Testing

@testable import Autodiff

/// Evaluates formulas as a reader of the notes would: numbers, columns and rows are spread to what stands beside them.
struct Evaluation {
  let values: [String: Matrix]

  /// - Parameter shape: of the result, where it is known. A formula that spreads, reduces or places says its operand only.
  func callAsFunction(_ symbol: Symbol, _ shape: Shape? = nil) throws -> Matrix {
    let result = try value(symbol, shape)
    guard let shape, result.shape != shape else { return result }
    return Kernels.spread(result, to: shape)
  }

  private func value(_ symbol: Symbol, _ shape: Shape?) throws -> Matrix {
    switch symbol {
    case .number(let number): return Matrix(number)
    case .name(let name): return try #require(values[name], "\(name) has no value")
    case .applied(let operation, let x):
      switch operation {
      case .sum, .bias, .difference, .elementwiseProduct, .elementwiseQuotient:
        let parts = try x.map { try value($0, shape) }
        let common = Shape(parts.map(\.rows).max()!, parts.map(\.columns).max()!)
        return Matrix.apply(operation == .bias ? .sum : operation, parts.map { Kernels.spread($0, to: common) })
      case .matrixProduct:
        let (a, b) = (try value(x[0], nil), try value(x[1], nil))
        if case .number(let factor) = x[0] { return factor * b }
        if case .number(let factor) = x[1] { return factor * a }
        return a * b
      case .negation, .masked: return Matrix.apply(operation, [try self(x[0], shape)])
      case .spread: return try value(x[0], nil)
      case .reduce: return Kernels.reduce(try value(x[0], nil), to: try #require(shape))
      case .placeRows, .scatterColumns:
        return Matrix.apply(operation, [try value(x[0], nil), Matrix(try #require(shape))])
      case .stackRows: return Matrix.stack(try x.map { try value($0, nil) })
      default: return Matrix.apply(operation, try x.map { try value($0, nil) })
      }
    default:
      Issue.record("\(symbol) is no operation's")
      return Matrix(.nan)
    }
  }
}
