// The parts of a formula, and what its notation says about it.

import Autodiff

extension Symbol {
  /// The operands of the outermost operation.
  var parts: [Symbol] {
    switch self {
    case .number, .name: []
    case .applied(_, let inputs), .call(_, _, let inputs): inputs
    case .power(let base, let exponent, _): [base, exponent]
    case .series(_, _, let from, let through, let body): [from, through, body]
    case .norm(let x, _), .magnitude(let x): [x]
    }
  }

  /// Whether the notation says that this is a matrix. Powers of matrices are repeated matrix products.
  var isMatrix: Bool {
    switch self {
    case .name(let name): return Symbol.isMatrixName(name)
    case .applied(let operation, let inputs):
      switch operation {
      case .transpose, .negation, .scaling: return inputs[0].isMatrix
      case .matrixProduct:
        // A number times a matrix is a matrix.
        if case .number = inputs[0] { return inputs[1].isMatrix }
        if case .number = inputs[1] { return inputs[0].isMatrix }
        return inputs[0].isMatrix && inputs[1].isMatrix
      case .sum, .difference: return inputs[0].isMatrix && inputs[1].isMatrix
      default: return false
      }
    case .power(let base, _, let elementwise): return !elementwise && base.isMatrix
    case .call(let name, _, _): return name == "diag" || name == "bmatrix"
    case .series(_, _, _, _, let body): return body.isMatrix
    case .number, .norm, .magnitude: return false
    }
  }

  static func isMatrixName(_ name: String) -> Bool {
    guard let full = try? FullName(parsing: name), case .simple(let simple) = full else { return false }
    if simple.core.hasPrefix("\\") {
      guard let brace = simple.core.firstIndex(of: "{") else {
        return simple.core.dropFirst().first?.isUppercase ?? false
      }
      return simple.core.hasPrefix("\\math") && simple.core[simple.core.index(after: brace)].isUppercase
    }
    return simple.core.first?.isUppercase ?? false
  }
}
