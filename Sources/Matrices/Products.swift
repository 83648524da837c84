// The matrix product: each entry a sum in the order of k, added by fused multiply-adds, so that the result has the same bits on
// every machine and at every level of optimisation.

#if CALLS_C
  import MultiplyAdd
#endif

extension Kernels {
  // Each entry of c = a b is a chain of multiply-adds in the order of k, and each link waits for the one before it. Different
  // entries are independent, so many chains run side by side: a tile of the result, 8 rows × 6 columns, stays in registers
  // while k runs, and each step of k does 48 multiply-adds for 14 numbers read (with AVX-512 16 rows, 96 for 22). Three
  // things keep these numbers in the caches:
  //
  // - The tile's rows of `a` are copied into a panel first, entry after entry in the order in which they are read; `tallness`
  //   rows at a time, so that a column of `a`, whose neighbours may lie pages away, is visited for some panels at once.
  // - `depth` terms at a time, so that a panel stays in the first cache; the tile goes to memory and comes back.
  // - `breadth` columns of `b` at a time, so that they stay in the second cache while the panels pass by.
  //
  // A transposed operand is read with its two strides exchanged; the transpose is never built.

  /// Rows of a panel and of a tile, as one vector: two registers of 4 numbers with AVX2, of which there are 16 in all, two
  /// of 8 with AVX-512, of which there are 32.
  #if WIDE
    private typealias Column = SIMD16<Double>
  #else
    private typealias Column = SIMD8<Double>
  #endif
  private static var height: Int { Column.scalarCount }
  private static let depth = 256
  private static let breadth = 240
  private static let tallness = 64

  private typealias Eight = SIMD8<Double>

  /// A matrix in memory: entry (i, j) is at `start[i * down + j * across]`.
  package struct Operand {
    var start: UnsafePointer<Double>
    var down: Int
    var across: Int

    package init(_ start: UnsafePointer<Double>, rows: Int, transposed: Bool = false) {
      (self.start, down, across) = transposed ? (start, rows, 1) : (start, 1, rows)
    }

    /// Another place in a matrix with the same strides.
    @inline(__always)
    package init(at start: UnsafePointer<Double>, like other: Operand) {
      (self.start, down, across) = (start, other.down, other.across)
    }

    @inline(__always)
    package func at(_ i: Int, _ j: Int) -> UnsafePointer<Double> { start + (i * down + j * across) }
  }

  /// The matrix product: each entry is Σ_k a_{ik} b_{kj}, added up from 0 in the order of k by fused multiply-adds.
  ///
  /// - Parameters:
  ///   - transposingA: aᵀ b instead.
  ///   - transposingB: a bᵀ instead.
  package static func product(
    _ a: Matrix, _ b: Matrix, transposingA: Bool = false, transposingB: Bool = false
  ) -> Matrix {
    let n = transposingA ? a.columns : a.rows
    let inner = transposingA ? a.rows : a.columns
    let m = transposingB ? b.rows : b.columns
    require(inner == (transposingB ? b.columns : b.rows), misfit(a, b))
    return a.elements.withUnsafeBufferPointer { x in
      b.elements.withUnsafeBufferPointer { y in
        make(Shape(n, m)) { c in
          c.initialize(repeating: 0)
          guard let c = c.baseAddress, let x = x.baseAddress, let y = y.baseAddress else { return }
          addProduct(
            Operand(x, rows: a.rows, transposed: transposingA), Operand(y, rows: b.rows, transposed: transposingB),
            into: c, rows: n, inner: inner, columns: m)
        }
      }
    }
  }

  /// c += a b, each entry's terms in the order of k by fused multiply-adds.
  ///
  /// - Parameters:
  ///   - a: rows × inner.
  ///   - b: inner × columns.
  ///   - c: rows × columns; it does not overlap with a or b.
  package static func addProduct(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, into c: UnsafeMutablePointer<Double>,
    rows n: Int, inner: Int, columns m: Int
  ) {
    addProduct(Operand(a, rows: n), Operand(b, rows: inner), into: c, rows: n, inner: inner, columns: m)
  }

  /// The same with either operand transposed.
  ///
  /// - Parameter stride: how far apart the columns of c are, where c is a part of the rows of a larger matrix.
  package static func addProduct(
    _ a: Operand, _ b: Operand, into c: UnsafeMutablePointer<Double>, rows n: Int, inner: Int, columns m: Int,
    stride: Int? = nil
  ) {
    let apart = stride ?? n
    #if !CALLS_C
      if m < 4 && a.down == 1 {
        return addProductByColumns(a, b, into: c, stride: apart, rows: n, inner: inner, columns: m)
      }
    #endif
    // The entries of a transposed b's column lie apart, often by a power of two, and then compete for one place in the cache.
    // Copying b pays off if enough panels read the copy.
    let copiesB = b.down > 1 && n >= 64
    let (most, widest) = (min(inner, depth), min(m, breadth))
    let tallest = (min(n, tallness) + height - 1) / height * height
    withUnsafeTemporaryAllocation(of: Double.self, capacity: tallest * most + (copiesB ? most * widest : 0)) { buffer in
      guard let panels = buffer.baseAddress else { return }
      for left in Swift.stride(from: 0, to: m, by: breadth) {
        for first in Swift.stride(from: 0, to: inner, by: depth) {
          let (width, terms) = (min(breadth, m - left), min(depth, inner - first))
          var block = Operand(at: b.at(first, left), like: b)
          if copiesB {
            let copy = panels + tallest * most
            for k in 0..<terms { (copy + k * width).update(from: block.at(k, 0), count: width) }
            block = Operand(copy, rows: width, transposed: true)
          }
          for above in Swift.stride(from: 0, to: n, by: tallness) {
            let below = min(tallness, n - above)
            pack(a, above, rows: below, first, terms: terms, into: panels)
            for top in Swift.stride(from: 0, to: below, by: height) {
              addTiles(
                panels + top * terms, block, into: c + (above + top + left * apart), stride: apart,
                rows: min(height, below - top), terms: terms, columns: width)
            }
          }
        }
      }
    }
  }

  /// A matrix as panels, copied once for several products.
  package struct Panels {
    fileprivate let panels: [Double]
    let rows: Int
    let columns: Int

    /// - Parameter transposed: whether to take the panels of aᵀ.
    package init(_ a: Matrix, transposed: Bool = false) {
      (rows, columns) = transposed ? (a.columns, a.rows) : (a.rows, a.columns)
      let (rows, columns) = (rows, columns)
      let length = (rows + height - 1) / height * height * columns
      panels = [Double](unsafeUninitializedCapacity: length) { buffer, count in
        count = length
        guard length > 0, let start = buffer.baseAddress else { return }
        a.elements.withUnsafeBufferPointer { x in
          let operand = Operand(x.baseAddress!, rows: a.rows, transposed: transposed)
          pack(operand, 0, rows: rows, 0, terms: columns, into: start)
        }
      }
    }
  }

  /// c += a b, as above.
  package static func addProduct(
    _ a: Panels, _ b: UnsafePointer<Double>, into c: UnsafeMutablePointer<Double>, columns m: Int
  ) {
    let (n, inner) = (a.rows, a.columns)
    let b = Operand(b, rows: inner)
    a.panels.withUnsafeBufferPointer { panels in
      guard let panels = panels.baseAddress else { return }
      for left in stride(from: 0, to: m, by: breadth) {
        for first in stride(from: 0, to: inner, by: depth) {
          let (width, terms) = (min(breadth, m - left), min(depth, inner - first))
          for top in stride(from: 0, to: n, by: height) {
            addTiles(
              panels + (top * inner + first * height), Operand(at: b.at(first, left), like: b),
              into: c + (top + left * n), stride: n, rows: min(height, n - top), terms: terms, columns: width)
          }
        }
      }
    }
  }

  /// Rows `top`… of `a`, from column `first`, in panels one after the other: `height` entries of a column, then those of the
  /// next. Missing rows of the last panel are zeros.
  private static func pack(
    _ a: Operand, _ top: Int, rows: Int, _ first: Int, terms: Int, into panels: UnsafeMutablePointer<Double>
  ) {
    let start = a.at(top, first)
    let whole = rows / height * height
    for k in 0..<terms {
      let (x, y) = (start + k * a.across, panels + k * height)
      if a.down == 1 {
        for i in stride(from: 0, to: whole, by: height) { store(load(x + i), y + i * terms) }
      } else {
        for top in stride(from: 0, to: whole, by: height) {
          for i in 0..<height { y[top * terms + i] = x[(top + i) * a.down] }
        }
      }
      if whole < rows {
        for i in 0..<height { y[whole * terms + i] = whole + i < rows ? x[(whole + i) * a.down] : 0 }
      }
    }
  }

  /// A panel times `columns` columns, added into `rows` rows of c, whose columns are `stride` apart.
  private static func addTiles(
    _ panel: UnsafePointer<Double>, _ b: Operand, into c: UnsafeMutablePointer<Double>, stride: Int, rows: Int,
    terms: Int, columns: Int
  ) {
    var j = 0
    while j < columns {
      // 6 columns at a time, or 4 where 6 would leave a rest of 2 or 3. Single columns are the slowest.
      let left = columns - j
      let width = left >= 6 && left % 6 != 2 && left % 6 != 3 ? 6 : left >= 4 ? 4 : 1
      let (b, c) = (Operand(at: b.at(0, j), like: b), c + j * stride)
      if rows == height {
        addTile(panel, b, into: c, stride: stride, terms: terms, width: width)
      } else {
        // Fewer rows than a tile: computed in a full tile, of which these rows are copied back.
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 6 * height) { tile in
          guard let tile = tile.baseAddress else { return }
          for j in 0..<width {
            for i in 0..<height { tile[i + j * height] = i < rows ? c[i + j * stride] : 0 }
          }
          addTile(panel, b, into: tile, stride: height, terms: terms, width: width)
          for j in 0..<width {
            for i in 0..<rows { c[i + j * stride] = tile[i + j * height] }
          }
        }
      }
      j += width
    }
  }

  @inline(__always)
  private static func addTile(
    _ panel: UnsafePointer<Double>, _ b: Operand, into c: UnsafeMutablePointer<Double>, stride: Int, terms: Int,
    width: Int
  ) {
    #if CALLS_C
      multiply_add_tile(panel, b.start, b.down, b.across, c, stride, terms, Int32(width))
    #else
      switch width {
      case 6: addTile6(panel, b.start, b.down, b.across, into: c, stride, terms)
      case 4: addTile4(panel, b.start, b.down, b.across, into: c, stride, terms)
      default: addTile1(panel, b.start, b.down, into: c, terms)
      }
    #endif
  }

  /// `height` × 6 entries: with AVX2, 12 registers for the sums, 2 for a column of the panel, 1 for a number of b.
  private static func addTile6(
    _ panel: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ down: Int, _ across: Int,
    into c: UnsafeMutablePointer<Double>, _ stride: Int, _ terms: Int
  ) {
    let (p1, p2, p3, p4, p5) = (c + stride, c + 2 * stride, c + 3 * stride, c + 4 * stride, c + 5 * stride)
    var (c0, c1, c2, c3, c4, c5) = (load(c), load(p1), load(p2), load(p3), load(p4), load(p5))
    var (a, b) = (panel, b)
    for _ in 0..<terms {
      let x = load(a)
      c0 = c0.addingProduct(x, Column(repeating: b[0]))
      c1 = c1.addingProduct(x, Column(repeating: b[across]))
      c2 = c2.addingProduct(x, Column(repeating: b[2 * across]))
      c3 = c3.addingProduct(x, Column(repeating: b[3 * across]))
      c4 = c4.addingProduct(x, Column(repeating: b[4 * across]))
      c5 = c5.addingProduct(x, Column(repeating: b[5 * across]))
      a += height
      b += down
    }
    store(c0, c)
    store(c1, p1)
    store(c2, p2)
    store(c3, p3)
    store(c4, p4)
    store(c5, p5)
  }

  private static func addTile4(
    _ panel: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ down: Int, _ across: Int,
    into c: UnsafeMutablePointer<Double>, _ stride: Int, _ terms: Int
  ) {
    let (p1, p2, p3) = (c + stride, c + 2 * stride, c + 3 * stride)
    var (c0, c1, c2, c3) = (load(c), load(p1), load(p2), load(p3))
    var (a, b) = (panel, b)
    for _ in 0..<terms {
      let x = load(a)
      c0 = c0.addingProduct(x, Column(repeating: b[0]))
      c1 = c1.addingProduct(x, Column(repeating: b[across]))
      c2 = c2.addingProduct(x, Column(repeating: b[2 * across]))
      c3 = c3.addingProduct(x, Column(repeating: b[3 * across]))
      a += height
      b += down
    }
    store(c0, c)
    store(c1, p1)
    store(c2, p2)
    store(c3, p3)
  }

  private static func addTile1(
    _ panel: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ down: Int, into c: UnsafeMutablePointer<Double>,
    _ terms: Int
  ) {
    var sum = load(c)
    for k in 0..<terms { sum = sum.addingProduct(load(panel + k * height), Column(repeating: b[k * down])) }
    store(sum, c)
  }

  @inline(__always)
  private static func load(_ x: UnsafePointer<Double>) -> Column { UnsafeRawPointer(x).loadUnaligned(as: Column.self) }

  @inline(__always)
  private static func store(_ x: Column, _ place: UnsafeMutablePointer<Double>) {
    UnsafeMutableRawPointer(place).storeBytes(of: x, as: Column.self)
  }

  /// Does 96 · `rounds` multiplications and additions without reading or writing memory: the peak that a product is compared
  /// with. It runs 6 independent chains of 8 numbers, or 12 if `isWide`; a processor with wide registers needs 12 to be busy.
  package static func multiplyAdds(rounds: Int, _ factor: Double, isWide: Bool) -> Double {
    let (x, y) = (Eight(repeating: factor), Eight(repeating: 1))
    var (c0, c1, c2, c3, c4, c5) = (x, x, x, x, x, x)
    if !isWide {
      for _ in 0..<rounds {
        c0 = y.addingProduct(c0, x)
        c1 = y.addingProduct(c1, x)
        c2 = y.addingProduct(c2, x)
        c3 = y.addingProduct(c3, x)
        c4 = y.addingProduct(c4, x)
        c5 = y.addingProduct(c5, x)
      }
      return (c0 + c1 + c2 + (c3 + c4 + c5)).sum()
    }
    var (d0, d1, d2, d3, d4, d5) = (x, x, x, x, x, x)
    for _ in 0..<rounds / 2 {
      c0 = y.addingProduct(c0, x)
      c1 = y.addingProduct(c1, x)
      c2 = y.addingProduct(c2, x)
      c3 = y.addingProduct(c3, x)
      c4 = y.addingProduct(c4, x)
      c5 = y.addingProduct(c5, x)
      d0 = y.addingProduct(d0, x)
      d1 = y.addingProduct(d1, x)
      d2 = y.addingProduct(d2, x)
      d3 = y.addingProduct(d3, x)
      d4 = y.addingProduct(d4, x)
      d5 = y.addingProduct(d5, x)
    }
    return (c0 + c1 + c2 + (c3 + c4 + c5)).sum() + (d0 + d1 + d2 + (d3 + d4 + d5)).sum()
  }

  /// For up to three columns, where copying panels does not pay off: adds four terms at a time to a column of the result.
  private static func addProductByColumns(
    _ a: Operand, _ b: Operand, into c: UnsafeMutablePointer<Double>, stride: Int, rows n: Int, inner: Int,
    columns m: Int
  ) {
    for j in 0..<m {
      let c = c + j * stride
      var k = 0
      while k + 4 <= inner {
        let (a0, a1, a2, a3) = (a.at(0, k), a.at(0, k + 1), a.at(0, k + 2), a.at(0, k + 3))
        let b0 = b.at(k, j)
        let (b1, b2, b3) = (b0[b.down], b0[2 * b.down], b0[3 * b.down])
        for i in 0..<n {
          let half = c[i].addingProduct(a0[i], b0[0]).addingProduct(a1[i], b1)
          c[i] = half.addingProduct(a2[i], b2).addingProduct(a3[i], b3)
        }
        k += 4
      }
      while k < inner {
        let (a0, b0) = (a.at(0, k), b.at(k, j)[0])
        for i in 0..<n { c[i] = c[i].addingProduct(a0[i], b0) }
        k += 1
      }
    }
  }

  /// The product by its definition. The tests compare `product` with it, bit for bit.
  package static func plainProduct(_ a: Matrix, _ b: Matrix) -> Matrix {
    Matrix(rows: a.rows, columns: b.columns) { i, j in
      var sum = 0.0
      for k in 0..<a.columns { sum = sum.addingProduct(a[i, k], b[k, j]) }
      return sum
    }
  }
}
