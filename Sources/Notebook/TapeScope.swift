// The numbers of a tape, under their names in the notes.

import Autodiff
import LaTeX

extension Scope {
  /// A scope that knows the largest singular value and the spectral radius.
  public static var withSpectra: Scope {
    Scope(functions: [
      "\\sigma_{\\max}": { Matrix(try only($0).spectralNorm) },
      "\\rho": { arguments in
        let matrix = try only(arguments)
        guard matrix.rows == matrix.columns else { throw FormulaError("only a square matrix has a spectral radius") }
        return Matrix(matrix.spectralRadius)
      },
    ])
  }

  private static func only(_ arguments: [Matrix]) throws -> Matrix {
    guard arguments.count == 1 else { throw FormulaError("this function takes one matrix") }
    guard arguments[0].elements.allSatisfy(\.isFinite) else { throw FormulaError("an entry is not finite") }
    return arguments[0]
  }

  /// The values of a tape's named nodes and, if gradients are given, ∂L/∂v for each that has one under its name in the notes,
  /// `\frac{\partial L}{\partial v}`.
  public init(_ tape: Tape, gradients: Gradients? = nil, loss: String = "L") {
    self = .withSpectra
    for (name, variable) in tape.namedVariables {
      values[name] = variable.value
      if let gradients, variable.isDifferentiable {
        values[Tape.gradientName(of: name, loss: loss)] = gradients[variable]
      }
    }
  }

  /// Sets x_first, x_{first+1}, … to the matrices of a sequence. `name` has a `#` where the index goes: `h_#`.
  public mutating func set(_ name: String, _ sequence: [Matrix], from first: Int = 0) {
    for (offset, matrix) in sequence.enumerated() { values[Scope.indexed(name, first + offset)] = matrix }
  }
}
