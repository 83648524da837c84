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

  static func apply(_ operation: Operation, _ a: Term) -> Term {
    if case .transpose = operation { Term(a.matrix, .transposed) } else { Term(operation.result([a.matrix])) }
  }

  static func apply(_ operation: Operation, _ a: Term, _ b: Term) -> Term {
    switch operation {
    case .matrixProduct:
      let (x, y) = (a.isTransposed ? a.stored : a.matrix, b.isTransposed ? b.stored : b.matrix)
      return Term(Kernels.product(x, y, transposingA: a.isTransposed, transposingB: b.isTransposed))
    case .placeRows(let rows): return Term(a.matrix, .part(row: rows.lowerBound, column: 0, of: b.shape))
    case .scatterColumns(let columns):
      guard let range = columns.range else { break }
      return Term(a.matrix, .part(row: 0, column: range.lowerBound, of: b.shape))
    default: break
    }
    return Term(operation.result([a.matrix, b.matrix]))
  }

  static func apply(_ operation: Operation, _ x: [Term]) -> Term {
    switch x.count {
    case 1: apply(operation, x[0])
    case 2: apply(operation, x[0], x[1])
    default: Term(operation.result(x.map { $0.matrix }))
    }
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
