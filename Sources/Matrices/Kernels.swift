// The loops over entries. Storage is column-major, and every sum runs in one fixed order, so that results have the same bits on
// every machine and at every level of optimisation. Products are in Products.swift.

/// Functions on matrices. They stop the program on shapes that do not fit; `Operation` finds such shapes before and says what was
/// computed and from what.
package enum Kernels {
  /// A matrix whose storage `fill` initialises.
  @inline(__always)
  static func make(_ shape: Shape, _ fill: (UnsafeMutableBufferPointer<Double>) -> Void) -> Matrix {
    let elements = [Double](unsafeUninitializedCapacity: shape.count) { buffer, count in
      fill(buffer)
      count = shape.count
    }
    return Matrix(shape, elements: elements)
  }

  @inline(__always)
  private static func map(_ a: Matrix, _ f: (Double) -> Double) -> Matrix {
    a.elements.withUnsafeBufferPointer { x in
      make(a.shape) { y in for i in 0..<x.count { y[i] = f(x[i]) } }
    }
  }

  @inline(__always)
  private static func zip(_ a: Matrix, _ b: Matrix, _ f: (Double, Double) -> Double) -> Matrix {
    require(a.shape == b.shape, misfit(a, b))
    return a.elements.withUnsafeBufferPointer { x in
      b.elements.withUnsafeBufferPointer { z in
        make(a.shape) { y in for i in 0..<x.count { y[i] = f(x[i], z[i]) } }
      }
    }
  }

  /// The message for two matrices that do not fit each other.
  @inline(never)
  static func misfit(_ a: Matrix, _ b: Matrix) -> String { "matrices of \(a.shape) and \(b.shape) do not fit" }

  // MARK: Entry by entry

  // Named functions in the file of the loops: a debug build optimises file by file, and would call a closure from another file
  // for every entry.

  package static func add(_ a: Matrix, _ b: Matrix) -> Matrix { zip(a, b) { $0 + $1 } }
  package static func subtract(_ a: Matrix, _ b: Matrix) -> Matrix { zip(a, b) { $0 - $1 } }
  package static func multiply(_ a: Matrix, _ b: Matrix) -> Matrix { zip(a, b) { $0 * $1 } }
  package static func divide(_ a: Matrix, _ b: Matrix) -> Matrix { zip(a, b) { $0 / $1 } }
  package static func negate(_ a: Matrix) -> Matrix { map(a) { -$0 } }
  package static func scale(_ a: Matrix, by factor: Double) -> Matrix { map(a) { factor * $0 } }
  package static func offset(_ a: Matrix, by number: Double) -> Matrix { map(a) { $0 + number } }
  package static func complement(_ a: Matrix, to number: Double) -> Matrix { map(a) { number - $0 } }
  /// max(0, x); NaN stays NaN.
  package static func relu(_ a: Matrix) -> Matrix { map(a) { $0 <= 0 ? 0 : $0 } }
  package static func leakyRelu(_ a: Matrix, _ slope: Double) -> Matrix { map(a) { $0 > 0 ? $0 : slope * $0 } }
  package static func slope(_ a: Matrix, _ negative: Double) -> Matrix { map(a) { $0 > 0 ? 1 : negative } }
  package static func squareRoot(_ a: Matrix) -> Matrix { map(a) { $0.squareRoot() } }
  package static func exp(_ a: Matrix) -> Matrix { mapped(a) { Elementary.exp($0, into: $1) } }
  package static func log(_ a: Matrix) -> Matrix { mapped(a) { Elementary.log($0, into: $1) } }
  package static func tanh(_ a: Matrix) -> Matrix { mapped(a) { Elementary.tanh($0, into: $1) } }
  package static func sigmoid(_ a: Matrix) -> Matrix { mapped(a) { Elementary.sigmoid($0, into: $1) } }

  @inline(__always)
  private static func mapped(
    _ a: Matrix, by f: (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void
  ) -> Matrix {
    a.elements.withUnsafeBufferPointer { x in make(a.shape) { y in f(x, y) } }
  }

  /// `fill` wherever the mask is false.
  package static func masked(_ a: Matrix, _ mask: [Bool], _ fill: Double) -> Matrix {
    require(mask.count == a.count, "a mask of \(mask.count) flags for a \(a.shape) matrix")
    return make(a.shape) { y in for i in 0..<y.count { y[i] = mask[i] ? a.elements[i] : fill } }
  }

  package static func transpose(_ a: Matrix) -> Matrix {
    let (n, m) = (a.rows, a.columns)
    return a.elements.withUnsafeBufferPointer { x in
      make(Shape(m, n)) { y in
        for j in 0..<m {
          for i in 0..<n { y[j + i * m] = x[i + j * n] }
        }
      }
    }
  }

  // MARK: Sums and spreads

  /// Sums down to `target`, whose rows and columns are 1 or those of `a`; each sum in the order of storage.
  package static func reduce(_ a: Matrix, to target: Shape) -> Matrix {
    if target == a.shape { return a }
    require(target.spreads(to: a.shape), "a \(a.shape) matrix cannot be summed to \(target)")
    let (n, m) = (a.rows, a.columns)
    // One running sum in a register.
    if target == Shape(1, 1) {
      var sum = 0.0
      a.elements.withUnsafeBufferPointer { for x in $0 { sum += x } }
      return Matrix(sum)
    }
    let (rowStep, columnStep) = (target.rows == 1 ? 0 : 1, target.columns == 1 ? 0 : target.rows)
    return a.elements.withUnsafeBufferPointer { x in
      make(target) { y in
        y.initialize(repeating: 0)
        for j in 0..<m {
          let (x, first) = (UnsafeBufferPointer(rebasing: x[j * n..<(j + 1) * n]), j * columnStep)
          if rowStep == 1 {
            for i in 0..<n { y[first + i] += x[i] }
          } else {
            for i in 0..<n { y[first] += x[i] }
          }
        }
      }
    }
  }

  /// Repeats `a`, whose rows and columns are 1 or those of `target`.
  package static func spread(_ a: Matrix, to target: Shape) -> Matrix {
    if target == a.shape { return a }
    require(a.shape.spreads(to: target), "a \(a.shape) matrix cannot be spread to \(target)")
    if a.count == 1 { return Matrix(target, repeating: a.elements[0]) }
    let (n, m) = (target.rows, target.columns)
    let (rowStep, columnStep) = (a.rows == 1 ? 0 : 1, a.columns == 1 ? 0 : a.rows)
    return a.elements.withUnsafeBufferPointer { x in
      make(target) { y in
        for j in 0..<m {
          for i in 0..<n { y[i + j * n] = x[i * rowStep + j * columnStep] }
        }
      }
    }
  }

  /// A column b added to every column of `a`.
  package static func addColumn(_ a: Matrix, _ b: Matrix) -> Matrix {
    let n = a.rows
    require(b.shape == Shape(n, 1), misfit(a, b))
    return a.elements.withUnsafeBufferPointer { x in
      b.elements.withUnsafeBufferPointer { b in
        make(a.shape) { y in
          for j in 0..<a.columns {
            for i in 0..<n { y[i + j * n] = x[i + j * n] + b[i] }
          }
        }
      }
    }
  }

  // MARK: Columns as distributions

  /// Each column's largest entry; NaN where the column holds one.
  package static func maximumOfRows(_ a: Matrix) -> Matrix {
    Matrix(rows: 1, columns: a.columns) { _, j in
      var largest = a[0, j]
      for i in 1..<max(a.rows, 1) where a[i, j] > largest || a[i, j].isNaN { largest = a[i, j] }
      return largest
    }
  }

  /// 1 at each column's first largest entry, or at its last NaN where it holds one, as `maximumOfRows` returns it.
  package static func maximumMask(_ a: Matrix) -> Matrix {
    var mask = Matrix(a.shape)
    for j in 0..<a.columns {
      var best = 0
      for i in 1..<max(a.rows, 1) where a[i, j] > a[best, j] || a[i, j].isNaN { best = i }
      mask[best, j] = 1
    }
    return mask
  }

  /// e^{x − max} over its column's sum.
  package static func softmax(_ a: Matrix) -> Matrix {
    let exponentials = exp(shifted(a))
    let sums = reduce(exponentials, to: Shape(1, a.columns))
    return divide(exponentials, spread(sums, to: a.shape))
  }

  /// x − max − log Σ e^{x − max}.
  package static func logSoftmax(_ a: Matrix) -> Matrix {
    let shifted = shifted(a)
    let sums = reduce(exp(shifted), to: Shape(1, a.columns))
    return subtract(shifted, spread(log(sums), to: a.shape))
  }

  /// x − max: nothing overflows in its exponential.
  private static func shifted(_ a: Matrix) -> Matrix { subtract(a, spread(maximumOfRows(a), to: a.shape)) }

  /// −log softmax(x)[class] of each column, 1 × columns.
  package static func crossEntropy(_ a: Matrix, _ classes: [Int]) -> Matrix {
    let logarithms = logSoftmax(a)
    return Matrix(rows: 1, columns: a.columns) { _, j in -logarithms[classes[j], j] }
  }

  // MARK: Rows and columns

  package static func stackRows(_ parts: [Matrix]) -> Matrix {
    let shape = Shape(parts.reduce(0) { $0 + $1.rows }, parts[0].columns)
    require(parts.allSatisfy { $0.columns == shape.columns }, "parts with different numbers of columns")
    return make(shape) { y in
      var top = 0
      for part in parts {
        part.elements.withUnsafeBufferPointer { x in
          for j in 0..<part.columns {
            for i in 0..<part.rows { y[top + i + j * shape.rows] = x[i + j * part.rows] }
          }
        }
        top += part.rows
      }
    }
  }

  package static func sliceRows(_ a: Matrix, _ range: Range<Int>) -> Matrix {
    let (top, height) = (range.lowerBound, range.count)
    require(top >= 0 && range.upperBound <= a.rows, "rows \(top) to \(range.upperBound) of a \(a.shape) matrix")
    return a.elements.withUnsafeBufferPointer { x in
      make(Shape(height, a.columns)) { y in
        for j in 0..<a.columns {
          for i in 0..<height { y[i + j * height] = x[top + i + j * a.rows] }
        }
      }
    }
  }

  package static func gatherColumns(_ a: Matrix, _ columns: Columns) -> Matrix {
    let n = a.rows
    require(columns.first(outside: 0..<a.columns) == nil, "columns beyond a \(a.shape) matrix")
    return a.elements.withUnsafeBufferPointer { x in
      make(Shape(n, columns.count)) { y in
        guard let from = x.baseAddress, let to = y.baseAddress else { return }
        if let range = columns.range { return to.initialize(from: from + range.lowerBound * n, count: y.count) }
        for (j, index) in columns.enumerated() { (to + j * n).initialize(from: from + index * n, count: n) }
      }
    }
  }

  /// Zeros of the shape `target`, into whose columns with these indices the columns of `a` are added, one after the other.
  package static func scatterColumns(_ a: Matrix, _ columns: Columns, in target: Shape) -> Matrix {
    let n = a.rows
    require(a.shape == Shape(target.rows, columns.count), "\(a.shape) into \(columns.count) columns of \(target)")
    require(columns.first(outside: 0..<target.columns) == nil, "columns beyond a \(target) matrix")
    return a.elements.withUnsafeBufferPointer { x in
      make(target) { y in
        y.initialize(repeating: 0)
        for (j, index) in columns.enumerated() {
          for i in 0..<n { y[i + index * n] += x[i + j * n] }
        }
      }
    }
  }

  /// Zeros of the shape `target` with `a` in these rows.
  package static func placeRows(_ a: Matrix, _ range: Range<Int>, in target: Shape) -> Matrix {
    var whole = Matrix(target)
    add(a, into: &whole, row: range.lowerBound, column: 0)
    return whole
  }

  /// Columns side by side; all parts have the same number of rows.
  package static func joinColumns(_ parts: ArraySlice<Matrix>) -> Matrix {
    if parts.count == 1 { return parts.first! }
    let shape = Shape(parts.first!.rows, parts.reduce(0) { $0 + $1.columns })
    return make(shape) { y in
      var start = 0
      for part in parts {
        part.elements.withUnsafeBufferPointer { x in
          for i in 0..<x.count { y[start + i] = x[i] }
        }
        start += part.count
      }
    }
  }

  // MARK: In place

  /// a += b.
  package static func add(_ b: Matrix, into a: inout Matrix) {
    require(a.shape == b.shape, misfit(a, b))
    b.elements.withUnsafeBufferPointer { x in
      a.elements.withUnsafeMutableBufferPointer { y in
        for i in 0..<y.count { y[i] += x[i] }
      }
    }
  }

  /// Adds `part` to the block of `a` that begins at this row and column and has the part's shape.
  package static func add(_ part: Matrix, into a: inout Matrix, row: Int, column: Int) {
    let (height, rows) = (part.rows, a.rows)
    let (bottom, right) = (row + height, column + part.columns)
    require(row >= 0 && column >= 0 && bottom <= rows && right <= a.columns, misfit(part, a))
    part.elements.withUnsafeBufferPointer { x in
      a.elements.withUnsafeMutableBufferPointer { y in
        for j in 0..<part.columns {
          let first = row + (column + j) * rows
          for i in 0..<height { y[first + i] += x[i + j * height] }
        }
      }
    }
  }
}
