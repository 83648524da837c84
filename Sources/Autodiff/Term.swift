// What a tape computes gradients with: matrices whose transposes and zeros cost nothing until something needs them.

/// A matrix in the derivative rules. It puts off two kinds of work that the rules, as they are written, repeat for every use of a
/// weight: a transpose is only noted, and a product reads it in place; the zeros around a part of a matrix are only noted, and
/// the part is added where it belongs.
struct Term: Algebra {
  private enum Form {
    case whole
    /// The stored matrix is the transpose of this one.
    case transposed
    /// The stored matrix is a part of this one, which begins at this row and column and has zeros around it.
    case part(row: Int, column: Int, of: Shape)
  }

  private let stored: Matrix
  private let form: Form

  init(_ matrix: Matrix) { (stored, form) = (matrix, .whole) }
  private init(_ stored: Matrix, _ form: Form) { (self.stored, self.form) = (stored, form) }

  var shape: Shape {
    switch form {
    case .whole: stored.shape
    case .transposed: Shape(stored.columns, stored.rows)
    case .part(_, _, let shape): shape
    }
  }

  /// The matrix itself.
  var matrix: Matrix {
    switch form {
    case .whole: return stored
    case .transposed: return Kernels.transpose(stored)
    case .part(let row, let column, let shape):
      var sum = Matrix(shape)
      Kernels.add(stored, into: &sum, row: row, column: column)
      return sum
    }
  }

  private var isTransposed: Bool { if case .transposed = form { true } else { false } }

  static func apply(_ operation: Operation, _ x: [Term]) -> Term {
    switch operation {
    case .transpose: return Term(x[0].matrix, .transposed)
    case .placeRows(let rows): return Term(x[0].matrix, .part(row: rows.lowerBound, column: 0, of: x[1].shape))
    case .scatterColumns(let columns):
      guard let range = columns.range else { break }
      return Term(x[0].matrix, .part(row: 0, column: range.lowerBound, of: x[1].shape))
    case .matrixProduct:
      let (a, b) = (x[0].isTransposed ? x[0].stored : x[0].matrix, x[1].isTransposed ? x[1].stored : x[1].matrix)
      return Term(Kernels.product(a, b, transposingA: x[0].isTransposed, transposingB: x[1].isTransposed))
    default: break
    }
    return Term(operation.result(x.map { $0.matrix }))
  }

  static func pullback(
    of fused: FusedOperation, _ δ: Term, inputs: [Term], output: Term, saved: [Matrix]
  ) -> [Term?] {
    let matrices = inputs.map { $0.matrix }
    return Matrix.pullback(of: fused, δ.matrix, inputs: matrices, output: output.matrix, saved: saved).map { sent in
      sent.map { Term($0) }
    }
  }

  static func add(_ term: Term, to sum: inout Term?) {
    guard var whole = sum?.matrix else { return sum = Term(term.matrix) }
    sum = nil  // `whole` is now the only owner of its numbers, so that they are added to in place
    if case .part(let row, let column, _) = term.form {
      Kernels.add(term.stored, into: &whole, row: row, column: column)
    } else {
      Kernels.add(term.matrix, into: &whole)
    }
    sum = Term(whole)
  }

  var knownRows: Int? { shape.rows }
}
