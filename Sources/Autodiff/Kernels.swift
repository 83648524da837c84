// The hot loops. Everything is column-major, every sum runs in one fixed order, and multiply-adds are fused explicitly,
// so that results are the same bits on every machine and at every level of optimisation.

package enum Kernels {
  /// A matrix whose storage `fill` initialises.
  @inline(__always)
  private static func make(_ shape: Shape, _ fill: (UnsafeMutableBufferPointer<Double>) -> Void) -> Matrix {
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
    a.elements.withUnsafeBufferPointer { x in
      b.elements.withUnsafeBufferPointer { z in
        make(a.shape) { y in for i in 0..<x.count { y[i] = f(x[i], z[i]) } }
      }
    }
  }

  // MARK: Entry by entry

  // Named functions, in the file of the loops: a debug build optimises file by file, and a closure from another file would
  // be called for every entry.

  static func add(_ a: Matrix, _ b: Matrix) -> Matrix { zip(a, b) { $0 + $1 } }
  static func subtract(_ a: Matrix, _ b: Matrix) -> Matrix { zip(a, b) { $0 - $1 } }
  static func multiply(_ a: Matrix, _ b: Matrix) -> Matrix { zip(a, b) { $0 * $1 } }
  static func divide(_ a: Matrix, _ b: Matrix) -> Matrix { zip(a, b) { $0 / $1 } }
  static func negate(_ a: Matrix) -> Matrix { map(a) { -$0 } }
  static func scale(_ a: Matrix, by factor: Double) -> Matrix { map(a) { factor * $0 } }
  static func offset(_ a: Matrix, by number: Double) -> Matrix { map(a) { $0 + number } }
  static func complement(_ a: Matrix, to number: Double) -> Matrix { map(a) { number - $0 } }
  /// NaN stays NaN.
  static func relu(_ a: Matrix) -> Matrix { map(a) { $0 <= 0 ? 0 : $0 } }
  static func leakyRelu(_ a: Matrix, _ slope: Double) -> Matrix { map(a) { $0 > 0 ? $0 : slope * $0 } }
  static func slope(_ a: Matrix, _ negative: Double) -> Matrix { map(a) { $0 > 0 ? 1 : negative } }
  static func squareRoot(_ a: Matrix) -> Matrix { map(a) { $0.squareRoot() } }

  // MARK: Products

  /// The matrix product: each entry is Σ_k a_{ik} b_{kj}, added up from 0 in the order of k by fused multiply-adds.
  static func product(_ a: Matrix, _ b: Matrix) -> Matrix {
    let (n, inner, m) = (a.rows, a.columns, b.columns)
    return make(Shape(n, m)) { c in
      c.initialize(repeating: 0)
      guard let c = c.baseAddress else { return }
      addProduct(a.elements, b.elements, into: c, rows: n, inner: inner, columns: m)
    }
  }

  /// c += a b, each entry's terms in the order of k by fused multiply-adds.
  ///
  /// Works on a block of `a` that stays in the cache while all columns of `b` pass by, and on four terms at a time down
  /// a column of the result: that changes the traffic to memory and not the order.
  ///
  /// - Parameters:
  ///   - a: rows × inner.
  ///   - b: inner × columns.
  ///   - c: rows × columns, of a memory of its own.
  package static func addProduct(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, into c: UnsafeMutablePointer<Double>,
    rows n: Int, inner: Int, columns m: Int
  ) {
    let (height, depth) = (256, 16)
    for top in stride(from: 0, to: n, by: height) {
      let count = min(height, n - top)
      for first in stride(from: 0, to: inner, by: depth) {
        let end = min(first + depth, inner)
        for j in 0..<m {
          let (a, b, c) = (a + top, b + j * inner, c + top + j * n)
          var k = first
          while k + 4 <= end {
            let (a0, a1, a2, a3) = (a + k * n, a + (k + 1) * n, a + (k + 2) * n, a + (k + 3) * n)
            let (b0, b1, b2, b3) = (b[k], b[k + 1], b[k + 2], b[k + 3])
            for i in 0..<count {
              let half = c[i].addingProduct(a0[i], b0).addingProduct(a1[i], b1)
              c[i] = half.addingProduct(a2[i], b2).addingProduct(a3[i], b3)
            }
            k += 4
          }
          while k < end {
            let (a0, b0) = (a + k * n, b[k])
            for i in 0..<count { c[i] = c[i].addingProduct(a0[i], b0) }
            k += 1
          }
        }
      }
    }
  }

  /// The plain twin of `product`, which the tests compare it with.
  static func plainProduct(_ a: Matrix, _ b: Matrix) -> Matrix {
    Matrix(rows: a.rows, columns: b.columns) { i, j in
      var sum = 0.0
      for k in 0..<a.columns { sum = sum.addingProduct(a[i, k], b[k, j]) }
      return sum
    }
  }

  static func transpose(_ a: Matrix) -> Matrix {
    let (n, m) = (a.rows, a.columns)
    return a.elements.withUnsafeBufferPointer { x in
      make(Shape(m, n)) { y in
        for j in 0..<m {
          for i in 0..<n { y[j + i * m] = x[i + j * n] }
        }
      }
    }
  }

  /// a += b, in place.
  static func add(_ b: Matrix, into a: inout Matrix) {
    b.elements.withUnsafeBufferPointer { x in
      a.elements.withUnsafeMutableBufferPointer { y in
        for i in 0..<y.count { y[i] += x[i] }
      }
    }
  }

  // MARK: Elementary functions

  @inline(__always)
  private static func mapped(
    _ a: Matrix, by f: (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void
  ) -> Matrix {
    a.elements.withUnsafeBufferPointer { x in make(a.shape) { y in f(x, y) } }
  }

  static func exp(_ a: Matrix) -> Matrix { mapped(a) { Elementary.exp($0, into: $1) } }
  static func log(_ a: Matrix) -> Matrix { mapped(a) { Elementary.log($0, into: $1) } }
  static func tanh(_ a: Matrix) -> Matrix { mapped(a) { Elementary.tanh($0, into: $1) } }
  static func sigmoid(_ a: Matrix) -> Matrix { mapped(a) { Elementary.sigmoid($0, into: $1) } }

  // MARK: Sums and spreads

  /// Sums down to `target`, whose rows and columns are 1 or those of `a`; each sum in the order of storage.
  static func reduce(_ a: Matrix, to target: Shape) -> Matrix {
    if target == a.shape { return a }
    var result = Matrix(target)
    let (n, m) = (a.rows, a.columns)
    let (rowStep, columnStep) = (target.rows == 1 ? 0 : 1, target.columns == 1 ? 0 : target.rows)
    a.elements.withUnsafeBufferPointer { x in
      result.elements.withUnsafeMutableBufferPointer { y in
        for j in 0..<m {
          for i in 0..<n { y[i * rowStep + j * columnStep] += x[i + j * n] }
        }
      }
    }
    return result
  }

  /// Repeats `a`, whose rows and columns are 1 or those of `target`.
  package static func spread(_ a: Matrix, to target: Shape) -> Matrix {
    if target == a.shape { return a }
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

  // MARK: Columns as distributions

  /// Each column's largest entry; NaN where the column holds one.
  static func maximumOfRows(_ a: Matrix) -> Matrix {
    Matrix(rows: 1, columns: a.columns) { _, j in
      var largest = a[0, j]
      for i in 1..<max(a.rows, 1) where a[i, j] > largest || a[i, j].isNaN { largest = a[i, j] }
      return largest
    }
  }

  /// 1 at each column's first largest entry, or at its last NaN where it holds one, as `maximumOfRows` returns it.
  static func maximumMask(_ a: Matrix) -> Matrix {
    var mask = Matrix(a.shape)
    for j in 0..<a.columns {
      var best = 0
      for i in 1..<max(a.rows, 1) where a[i, j] > a[best, j] || a[i, j].isNaN { best = i }
      mask[best, j] = 1
    }
    return mask
  }

  /// e^{x − max} over its column's sum.
  static func softmax(_ a: Matrix) -> Matrix {
    let exponentials = exp(shifted(a))
    let sums = reduce(exponentials, to: Shape(1, a.columns))
    return zip(exponentials, spread(sums, to: a.shape)) { $0 / $1 }
  }

  /// x − max − log Σ e^{x − max}.
  static func logSoftmax(_ a: Matrix) -> Matrix {
    let shifted = shifted(a)
    let sums = reduce(exp(shifted), to: Shape(1, a.columns))
    return zip(shifted, spread(log(sums), to: a.shape)) { $0 - $1 }
  }

  private static func shifted(_ a: Matrix) -> Matrix {
    zip(a, spread(maximumOfRows(a), to: a.shape)) { $0 - $1 }
  }

  static func crossEntropy(_ a: Matrix, _ classes: [Int]) -> Matrix {
    let logarithms = logSoftmax(a)
    return Matrix(rows: 1, columns: a.columns) { _, j in -logarithms[classes[j], j] }
  }

  // MARK: Rows and columns

  static func stackRows(_ parts: [Matrix]) -> Matrix {
    let shape = Shape(parts.reduce(0) { $0 + $1.rows }, parts[0].columns)
    return make(shape) { y in
      var top = 0
      for part in parts {
        for j in 0..<part.columns {
          for i in 0..<part.rows { y[top + i + j * shape.rows] = part.elements[i + j * part.rows] }
        }
        top += part.rows
      }
    }
  }

  static func sliceRows(_ a: Matrix, _ range: Range<Int>) -> Matrix {
    make(Shape(range.count, a.columns)) { y in
      for j in 0..<a.columns {
        for i in range { y[i - range.lowerBound + j * range.count] = a.elements[i + j * a.rows] }
      }
    }
  }

  static func placeRows(_ a: Matrix, _ range: Range<Int>, in target: Shape) -> Matrix {
    var result = Matrix(target)
    for j in 0..<a.columns {
      for i in range { result.elements[i + j * target.rows] = a.elements[i - range.lowerBound + j * a.rows] }
    }
    return result
  }

  static func gatherColumns(_ a: Matrix, _ indices: [Int]) -> Matrix {
    a.elements.withUnsafeBufferPointer { x in
      make(Shape(a.rows, indices.count)) { y in
        for (j, index) in indices.enumerated() {
          for i in 0..<a.rows { y[i + j * a.rows] = x[i + index * a.rows] }
        }
      }
    }
  }

  static func scatterColumns(_ a: Matrix, _ indices: [Int], in target: Shape) -> Matrix {
    var result = Matrix(target)
    addColumns(a, into: &result, indices)
    return result
  }

  /// Adds the columns of `a`, one after the other, into the columns of `sum` with these indices.
  private static func addColumns(_ a: Matrix, into sum: inout Matrix, _ indices: [Int]) {
    let n = a.rows
    a.elements.withUnsafeBufferPointer { x in
      sum.elements.withUnsafeMutableBufferPointer { y in
        for (j, index) in indices.enumerated() {
          for i in 0..<n { y[i + index * n] += x[i + j * n] }
        }
      }
    }
  }

  /// Columns side by side; all parts have the same number of rows.
  package static func joinColumns(_ parts: [Matrix]) -> Matrix {
    let shape = Shape(parts[0].rows, parts.reduce(0) { $0 + $1.columns })
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

  static func masked(_ a: Matrix, _ mask: [Bool], _ fill: Double) -> Matrix {
    make(a.shape) { y in
      for i in 0..<y.count { y[i] = mask[i] ? a.elements[i] : fill }
    }
  }

  // MARK: A part's gradient into that of the whole

  /// sum += the gradient that a slice's δ sends to what it was cut from, without the zeros around it. False, and nothing
  /// done, where the operation is no slice.
  ///
  /// The same bits as with the zeros, if `sum` has no −0 (see `hasNegativeZero`): adding 0 changes only that.
  static func addSlice(_ operation: Operation, _ δ: Matrix, into sum: inout Matrix) -> Bool {
    switch operation {
    case .sliceRows(let range):
      let (height, rows) = (range.count, sum.rows)
      δ.elements.withUnsafeBufferPointer { x in
        sum.elements.withUnsafeMutableBufferPointer { y in
          for j in 0..<δ.columns {
            let start = range.lowerBound + j * rows
            for i in 0..<height { y[start + i] += x[i + j * height] }
          }
        }
      }
    case .gatherColumns(let indices):
      if Swift.zip(indices, indices.dropFirst()).allSatisfy({ $0 < $1 }) {
        addColumns(δ, into: &sum, indices)
        return true
      }
      // A column taken several times: its gradients are first summed among themselves, as `scatterColumns` does.
      let order = indices.indices.sorted { (indices[$0], $0) < (indices[$1], $1) }
      var distinct: [Int] = []
      let places = order.map { k in
        if distinct.last != indices[k] { distinct.append(indices[k]) }
        return distinct.count - 1
      }
      var sums = Matrix(rows: δ.rows, columns: distinct.count)
      addColumns(gatherColumns(δ, order), into: &sums, places)
      addColumns(sums, into: &sum, distinct)
    default: return false
    }
    return true
  }

  /// Whether an entry is −0, the one number that adding 0 changes. A sum without it never gets one by adding to it.
  static func hasNegativeZero(_ a: Matrix) -> Bool {
    let bits = (-0.0).bitPattern
    return a.elements.withUnsafeBufferPointer { x in
      var found = false
      for i in 0..<x.count { found = found || x[i].bitPattern == bits }
      return found
    }
  }
}
