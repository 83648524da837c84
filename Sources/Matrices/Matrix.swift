// A matrix of Float64, stored column after column. Scalars, columns and rows are matrices, too.

/// The number of rows and columns of a matrix.
public struct Shape: Hashable, Sendable, CustomStringConvertible {
  public var rows: Int
  public var columns: Int

  public init(_ rows: Int, _ columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  /// How many entries a matrix of this shape has.
  public var count: Int { rows * columns }

  public var description: String { "\(rows) × \(columns)" }

  /// Whether a matrix of this shape can be repeated into `other`: each dimension is 1 or the same.
  package func spreads(to other: Shape) -> Bool {
    (rows == other.rows || rows == 1) && (columns == other.columns || columns == 1)
  }
}

/// A `rows × columns` matrix of Float64, column-major: entry (i, j) is `elements[i + j * rows]`.
///
/// Throughout the package columns are examples: an input is features × batch, a weight is outputs × inputs.
public struct Matrix: Sendable, Equatable {
  public let shape: Shape
  /// The entries, column after column.
  public package(set) var elements: [Double]

  public var rows: Int { shape.rows }
  public var columns: Int { shape.columns }
  public var count: Int { elements.count }

  /// A matrix from its entries, column after column. Traps unless there are `rows * columns` of them.
  public init(rows: Int, columns: Int, elements: [Double]) {
    require(rows >= 0 && columns >= 0, "a matrix cannot have \(rows) × \(columns) entries")
    require(
      elements.count == rows * columns,
      "a \(rows) × \(columns) matrix needs \(rows * columns) entries, not \(elements.count)")
    self.shape = Shape(rows, columns)
    self.elements = elements
  }

  /// A matrix with the same number everywhere.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    require(rows >= 0 && columns >= 0, "a matrix cannot have \(rows) × \(columns) entries")
    self.shape = Shape(rows, columns)
    self.elements = [Double](repeating: value, count: rows * columns)
  }

  /// A matrix of a given shape with the same number everywhere.
  public init(_ shape: Shape, repeating value: Double = 0) {
    self.init(rows: shape.rows, columns: shape.columns, repeating: value)
  }

  /// A matrix from its rows: `Matrix([[0.9, 10], [0, 0.9]])`. Traps on ragged rows.
  public init(_ rows: [[Double]]) {
    let columns = rows.first?.count ?? 0
    self.init(rows: rows.count, columns: columns)
    for (i, row) in rows.enumerated() {
      require(row.count == columns, "row \(i) has \(row.count) entries where row 0 has \(columns)")
      for (j, value) in row.enumerated() { elements[i + j * rows.count] = value }
    }
  }

  /// An n × 1 column.
  public init(column: [Double]) {
    self.init(rows: column.count, columns: 1, elements: column)
  }

  /// A 1 × 1 matrix.
  public init(_ scalar: Double) {
    self.init(rows: 1, columns: 1, elements: [scalar])
  }

  /// A matrix whose entry (i, j) is `entry(i, j)`, called column after column.
  public init(rows: Int, columns: Int, entry: (_ row: Int, _ column: Int) -> Double) {
    self.init(rows: rows, columns: columns)
    for j in 0..<columns {
      for i in 0..<rows { elements[i + j * rows] = entry(i, j) }
    }
  }

  /// The n × n identity.
  public static func identity(_ n: Int) -> Matrix {
    Matrix(rows: n, columns: n) { $0 == $1 ? 1 : 0 }
  }

  /// The square matrix with these numbers on its diagonal and zeros elsewhere.
  public static func diagonal(_ entries: [Double]) -> Matrix {
    Matrix(rows: entries.count, columns: entries.count) { $0 == $1 ? entries[$0] : 0 }
  }

  /// Entry (row, column), both counted from 0. Traps out of range.
  public subscript(row: Int, column: Int) -> Double {
    get {
      checkIndex(row, column)
      return elements[row + column * rows]
    }
    set {
      checkIndex(row, column)
      elements[row + column * rows] = newValue
    }
  }

  private func checkIndex(_ row: Int, _ column: Int) {
    require(
      row >= 0 && row < rows && column >= 0 && column < columns,
      "entry (\(row), \(column)) is outside a \(shape) matrix")
  }

  /// The only entry of a 1 × 1 matrix. Traps on any other shape.
  public var scalar: Double {
    require(count == 1, "a \(shape) matrix is not a scalar")
    return elements[0]
  }

  /// Column j as an n × 1 matrix.
  public func column(_ j: Int) -> Matrix {
    require(j >= 0 && j < columns, "column \(j) is outside a \(shape) matrix")
    return Matrix(rows: rows, columns: 1, elements: Array(elements[(j * rows)..<((j + 1) * rows)]))
  }

  /// Whether both have the same shape and equal entries. A NaN is equal to nothing, so a matrix with a NaN differs from its own
  /// copy. (Arrays of the standard library are equal if they share storage.)
  public static func == (a: Matrix, b: Matrix) -> Bool {
    a.shape == b.shape && a.elements.elementsEqual(b.elements)
  }

  /// Whether both have the same shape and every entry the same bits (so that NaN equals itself and −0 differs from 0).
  public func hasSameBits(as other: Matrix) -> Bool {
    shape == other.shape && zip(elements, other.elements).allSatisfy { $0.bitPattern == $1.bitPattern }
  }

  /// A copy with every entry replaced.
  public func map(_ transform: (Double) -> Double) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map(transform))
  }
}

// MARK: - Norms and distances

extension Matrix {
  /// The largest magnitude among the entries; NaN if one is NaN, 0 where there are none.
  public var largestMagnitude: Double {
    var largest = 0.0
    for x in elements {
      if x.isNaN { return .nan }
      largest = max(largest, abs(x))
    }
    return largest
  }

  /// The largest |a − b| over the entries; NaN if one difference is NaN. Traps on different shapes.
  public func largestDifference(from other: Matrix) -> Double {
    require(shape == other.shape, "a \(shape) matrix cannot be compared with a \(other.shape) matrix")
    return Matrix(shape, elements: zip(elements, other.elements).map { $0 == $1 ? 0 : $0 - $1 }).largestMagnitude
  }

  /// √Σ x²: the Frobenius norm, for a column its Euclidean length. Scaled, so that squares neither overflow nor vanish.
  public var norm: Double {
    let largest = largestMagnitude
    guard largest > 0, largest.isFinite else { return largest }
    // A power of two, so that the scaling itself is exact.
    let scale = Double(sign: .plus, exponent: largest.exponent, significand: 1)
    var sum = 0.0
    for x in elements {
      let scaled = x / scale
      sum = sum.addingProduct(scaled, scaled)
    }
    return sum.squareRoot() * scale
  }

  package init(_ shape: Shape, elements: [Double]) {
    self.init(rows: shape.rows, columns: shape.columns, elements: elements)
  }
}
