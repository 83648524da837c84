// The hot loops. Everything is column-major, every sum runs in one fixed order, and multiply-adds are fused explicitly,
// so that results are the same bits on every machine and at every level of optimisation.

#if CALLS_C
  import MultiplyAdd
#endif

/// The memory of a matrix that nobody needs any more, for one result: a tape that is used again has such a matrix wherever
/// it puts a new one. What does not fit is let go.
final class Spare {
  private var elements: [Double] = []
  /// Terms of sums, which are needed for a moment only: some, for products of other shapes come in between.
  private var terms: [[Double]] = []

  /// Takes over the entries of a matrix that is not to be read again.
  func take(from matrix: inout Matrix) {
    elements = []
    swap(&elements, &matrix.elements)
  }

  func clear() { elements = [] }

  func take(from matrix: inout Matrix?) {
    elements = []
    if matrix != nil { swap(&elements, &matrix!.elements) }
  }

  /// Keeps the memory of a term that has been added.
  fileprivate func keep(_ term: inout Matrix) {
    if terms.count == 4 { terms.removeFirst() }
    var elements: [Double] = []
    swap(&elements, &term.elements)
    terms.append(elements)
  }

  /// Makes memory for a term of so many numbers the next that is given.
  fileprivate func takeTerm(_ count: Int) {
    guard let place = terms.firstIndex(where: { $0.count == count }) else { return }
    elements = terms.remove(at: place)
  }

  /// What it has, if that is so many numbers.
  fileprivate func give(_ count: Int) -> [Double]? {
    guard elements.count == count, count > 0 else { return nil }
    var given: [Double] = []
    swap(&given, &elements)
    return given
  }
}

package enum Kernels {
  /// A matrix whose storage `fill` initialises, in the memory of `spare` if it fits. (If somebody else holds that after all,
  /// Swift's arrays copy themselves before they are written.)
  @inline(__always)
  private static func make(
    _ shape: Shape, _ spare: Spare?, _ fill: (UnsafeMutableBufferPointer<Double>) -> Void
  ) -> Matrix {
    if var elements = spare?.give(shape.count) {
      elements.withUnsafeMutableBufferPointer { fill($0) }
      return Matrix(shape, elements: elements)
    }
    let elements = [Double](unsafeUninitializedCapacity: shape.count) { buffer, count in
      fill(buffer)
      count = shape.count
    }
    return Matrix(shape, elements: elements)
  }

  @inline(__always)
  private static func map(_ a: Matrix, _ spare: Spare?, _ f: (Double) -> Double) -> Matrix {
    a.elements.withUnsafeBufferPointer { x in
      make(a.shape, spare) { y in for i in 0..<x.count { y[i] = f(x[i]) } }
    }
  }

  @inline(__always)
  private static func zip(
    _ a: Matrix, _ b: Matrix, _ spare: Spare? = nil, _ f: (Double, Double) -> Double
  ) -> Matrix {
    a.elements.withUnsafeBufferPointer { x in
      b.elements.withUnsafeBufferPointer { z in
        make(a.shape, spare) { y in for i in 0..<x.count { y[i] = f(x[i], z[i]) } }
      }
    }
  }

  // MARK: Entry by entry

  // Named functions, in the file of the loops: a debug build optimises file by file, and a closure from another file would
  // be called for every entry.

  static func add(_ a: Matrix, _ b: Matrix, _ spare: Spare? = nil) -> Matrix { zip(a, b, spare) { $0 + $1 } }
  static func subtract(_ a: Matrix, _ b: Matrix, _ spare: Spare? = nil) -> Matrix { zip(a, b, spare) { $0 - $1 } }
  static func multiply(_ a: Matrix, _ b: Matrix, _ spare: Spare? = nil) -> Matrix { zip(a, b, spare) { $0 * $1 } }
  static func divide(_ a: Matrix, _ b: Matrix, _ spare: Spare? = nil) -> Matrix { zip(a, b, spare) { $0 / $1 } }
  static func negate(_ a: Matrix, _ spare: Spare? = nil) -> Matrix { map(a, spare) { -$0 } }
  static func scale(_ a: Matrix, by factor: Double, _ spare: Spare? = nil) -> Matrix { map(a, spare) { factor * $0 } }
  static func offset(_ a: Matrix, by number: Double, _ spare: Spare? = nil) -> Matrix { map(a, spare) { $0 + number } }
  static func complement(_ a: Matrix, to number: Double, _ spare: Spare? = nil) -> Matrix {
    map(a, spare) { number - $0 }
  }
  /// NaN stays NaN.
  static func relu(_ a: Matrix, _ spare: Spare? = nil) -> Matrix { map(a, spare) { $0 <= 0 ? 0 : $0 } }
  static func leakyRelu(_ a: Matrix, _ slope: Double, _ spare: Spare? = nil) -> Matrix {
    map(a, spare) { $0 > 0 ? $0 : slope * $0 }
  }
  static func slope(_ a: Matrix, _ negative: Double, _ spare: Spare? = nil) -> Matrix {
    map(a, spare) { $0 > 0 ? 1 : negative }
  }
  static func squareRoot(_ a: Matrix, _ spare: Spare? = nil) -> Matrix { map(a, spare) { $0.squareRoot() } }

  // MARK: Products

  // How a product is computed fast without changing a bit of it. Each entry of c = a b is a chain of multiply-adds,
  // one after the other in the order of k: no entry can be hurried. But different entries are independent. So a tile of
  // the result, 8 rows × 6 columns, stays in the registers while k runs, and each step of k does 48 multiply-adds for 14
  // numbers read (with AVX-512 16 rows, and 96 for 22). Three things keep these numbers near:
  //
  // - The tile's rows of `a` are copied into a panel first, entry after entry in the order in which they are read; `tallness`
  //   rows at a time, so that a column of `a`, whose neighbours may lie pages away, is visited for some panels at once.
  // - `depth` terms at a time, so that a panel stays in the first cache; the tile goes to memory and comes back.
  // - `breadth` columns of `b` at a time, so that they stay in the second cache while the panels pass by.
  //
  // A transposed operand is read with its two strides exchanged; nobody builds the transpose.

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
    product(a, b, transposingA: transposingA, transposingB: transposingB, nil)
  }

  static func product(
    _ a: Matrix, _ b: Matrix, transposingA: Bool = false, transposingB: Bool = false, _ spare: Spare?
  ) -> Matrix {
    let n = transposingA ? a.columns : a.rows
    let inner = transposingA ? a.rows : a.columns
    let m = transposingB ? b.rows : b.columns
    return a.elements.withUnsafeBufferPointer { x in
      b.elements.withUnsafeBufferPointer { y in
        make(Shape(n, m), spare) { c in
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
  ///   - c: rows × columns, of a memory of its own.
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
    // The rows of a transposed b lie apart, often by a power of two, which a cache puts into one place: copied as well,
    // where there are panels enough to make up for it.
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

  /// A matrix whose panels are all copied beforehand, for products with one matrix after another.
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
      // 6 columns where that leaves no rest of 2 or 3, else 4: these are the quick ones.
      let left = columns - j
      let width = left >= 6 && left % 6 != 2 && left % 6 != 3 ? 6 : left >= 4 ? 4 : 1
      let (b, c) = (Operand(at: b.at(0, j), like: b), c + j * stride)
      if rows == height {
        addTile(panel, b, into: c, stride: stride, terms: terms, width: width)
      } else {
        // The last rows: through a full tile of its own.
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

  /// 96 · `rounds` multiplications and additions as fast as they go, nothing read and nothing written: what a product can
  /// be measured against. With 6 chains side by side, or with 12, for registers wide enough to hold 8 numbers: with fewer
  /// chains than a processor has multiply-adds under way, each would wait for its own last result.
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

  /// For few columns, where panels would be copied to be read once: four terms at a time down a column of the result.
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
      make(Shape(m, n), nil) { y in
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
    _ a: Matrix, _ spare: Spare?, by f: (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void
  ) -> Matrix {
    a.elements.withUnsafeBufferPointer { x in make(a.shape, spare) { y in f(x, y) } }
  }

  static func exp(_ a: Matrix, _ spare: Spare? = nil) -> Matrix { mapped(a, spare) { Elementary.exp($0, into: $1) } }
  static func log(_ a: Matrix, _ spare: Spare? = nil) -> Matrix { mapped(a, spare) { Elementary.log($0, into: $1) } }
  static func tanh(_ a: Matrix, _ spare: Spare? = nil) -> Matrix { mapped(a, spare) { Elementary.tanh($0, into: $1) } }
  static func sigmoid(_ a: Matrix, _ spare: Spare? = nil) -> Matrix {
    mapped(a, spare) { Elementary.sigmoid($0, into: $1) }
  }

  // MARK: Sums and spreads

  /// Sums down to `target`, whose rows and columns are 1 or those of `a`; each sum in the order of storage.
  static func reduce(_ a: Matrix, to target: Shape) -> Matrix {
    if target == a.shape { return a }
    var result = Matrix(target)
    let (n, m) = (a.rows, a.columns)
    if target == Shape(n, 1) {
      // Column after column, as below, in a loop that the compiler can turn into vectors.
      a.elements.withUnsafeBufferPointer { x in
        result.elements.withUnsafeMutableBufferPointer { y in
          for j in 0..<m {
            for i in 0..<n { y[i] += x[i + j * n] }
          }
        }
      }
      return result
    }
    if target == Shape(1, 1) {
      // In a register, not in memory: every addition waits for the one before.
      var sum = 0.0
      a.elements.withUnsafeBufferPointer { for x in $0 { sum += x } }
      return Matrix(sum)
    }
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
  static func spread(_ a: Matrix, to target: Shape, _ spare: Spare? = nil) -> Matrix {
    if target == a.shape { return a }
    let (n, m) = (target.rows, target.columns)
    let (rowStep, columnStep) = (a.rows == 1 ? 0 : 1, a.columns == 1 ? 0 : a.rows)
    return a.elements.withUnsafeBufferPointer { x in
      make(target, spare) { y in
        if rowStep == 1, let from = x.baseAddress, let to = y.baseAddress {
          for j in 0..<m { (to + j * n).initialize(from: from + j * columnStep, count: n) }
          return
        }
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

  static func stackRows(_ parts: [Matrix], _ spare: Spare? = nil) -> Matrix {
    let shape = Shape(parts.reduce(0) { $0 + $1.rows }, parts[0].columns)
    return make(shape, spare) { y in
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

  static func sliceRows(_ a: Matrix, _ range: Range<Int>, _ spare: Spare? = nil) -> Matrix {
    let (top, height) = (range.lowerBound, range.count)
    return a.elements.withUnsafeBufferPointer { x in
      make(Shape(height, a.columns), spare) { y in
        for j in 0..<a.columns {
          for i in 0..<height { y[i + j * height] = x[top + i + j * a.rows] }
        }
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

  static func gatherColumns(_ a: Matrix, _ columns: Columns, _ spare: Spare? = nil) -> Matrix {
    if let range = columns.range {
      return a.elements.withUnsafeBufferPointer { x in
        make(Shape(a.rows, range.count), spare) { y in
          guard let from = x.baseAddress, let to = y.baseAddress else { return }
          to.initialize(from: from + range.lowerBound * a.rows, count: y.count)
        }
      }
    }
    let indices = Array(columns)
    return a.elements.withUnsafeBufferPointer { x in
      make(Shape(a.rows, indices.count), spare) { y in
        for (j, index) in indices.enumerated() {
          for i in 0..<a.rows { y[i + j * a.rows] = x[i + index * a.rows] }
        }
      }
    }
  }

  /// sum += the rows of `a` from `top` on, as many as `sum` has (`height`, where it is nil: a sum without a term yet).
  static func addRows(of a: Matrix, from top: Int, height: Int, into sum: inout Matrix?, _ spare: Spare) {
    guard sum != nil else { return sum = sliceRows(a, top..<top + height, spare) }
    a.elements.withUnsafeBufferPointer { x in
      sum!.elements.withUnsafeMutableBufferPointer { y in
        for j in 0..<a.columns {
          for i in 0..<height { y[i + j * height] += x[top + i + j * a.rows] }
        }
      }
    }
  }

  static func scatterColumns(_ a: Matrix, _ columns: Columns, in target: Shape, _ spare: Spare? = nil) -> Matrix {
    var result = make(target, spare) { $0.initialize(repeating: 0) }
    addColumns(a, into: &result, Array(columns))
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
  package static func joinColumns(_ parts: ArraySlice<Matrix>) -> Matrix {
    if parts.count == 1 { return parts.first! }
    let shape = Shape(parts.first!.rows, parts.reduce(0) { $0 + $1.columns })
    return make(shape, nil) { y in
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
    make(a.shape, nil) { y in
      for i in 0..<y.count { y[i] = mask[i] ? a.elements[i] : fill }
    }
  }

  // MARK: Gradients into their sums

  /// sum += what the rule of `operation` sends to input k, in one pass over memory; nil is a sum with no term yet. False,
  /// and nothing done, for an operation that is not among these: then `Operation.pullback` is to be asked.
  ///
  /// The rules are those of `Operation.pullback`, rounded as there: the tests hold every one to that, bit for bit. A sum that
  /// begins is written into the memory of `spare`, unless it is δ itself (see `Operation.passesOn`).
  static func addPullback(
    _ operation: Operation, _ δ: Matrix, to k: Int, _ x0: Matrix, _ x1: Matrix, output y: Matrix,
    into sum: inout Matrix?, _ spare: Spare
  ) -> Bool {
    switch operation {
    case .matrixProduct:
      if sum != nil { spare.takeTerm((k == 0 ? x0 : x1).count) }
      var term = k == 0 ? product(δ, x1, transposingB: true, spare) : product(x0, δ, transposingA: true, spare)
      if sum == nil {
        sum = term
      } else {
        add(term, into: &sum!)
        spare.keep(&term)
      }
    case .gatherColumns(let columns):
      if sum != nil { return false }
      sum = scatterColumns(δ, columns, in: x0.shape, spare)
    case .sum, .offset:
      if sum == nil { sum = δ } else { add(δ, into: &sum!) }
    case .difference, .bias:
      if k == 1, case .bias = operation { return false }
      if k == 1 {
        accumulate(δ, δ, into: &sum, spare) { δ, _ in -δ }
      } else if sum == nil {
        sum = δ
      } else {
        add(δ, into: &sum!)
      }
    case .negation, .complement: accumulate(δ, δ, into: &sum, spare) { δ, _ in -δ }
    case .elementwiseProduct:
      if k == 0 {
        accumulate(δ, x1, into: &sum, spare) { δ, x in δ * x }
      } else {
        accumulate(δ, x0, into: &sum, spare) { δ, x in x * δ }
      }
    case .scaling(let factor): accumulate(δ, δ, into: &sum, spare) { δ, _ in factor * δ }
    case .sigmoid: accumulate(δ, y, into: &sum, spare) { δ, y in δ * y * (1 - y) }
    case .tanh: accumulate(δ, y, into: &sum, spare) { δ, y in δ * (1 - y * y) }
    case .relu: accumulate(δ, x0, into: &sum, spare) { δ, x in δ * (x > 0 ? 1 : 0) }
    case .total:
      let δ = δ.elements[0]
      accumulate(x0, x0, into: &sum, spare) { _, _ in δ }
    default: return false
    }
    return true
  }

  /// sum += f of every entry of two matrices of one shape.
  @inline(__always)
  private static func accumulate(
    _ a: Matrix, _ b: Matrix, into sum: inout Matrix?, _ spare: Spare, _ f: (Double, Double) -> Double
  ) {
    if sum == nil {
      sum = zip(a, b, spare, f)
    } else {
      a.elements.withUnsafeBufferPointer { a in
        b.elements.withUnsafeBufferPointer { b in
          sum!.elements.withUnsafeMutableBufferPointer { y in
            for i in 0..<y.count { y[i] += f(a[i], b[i]) }
          }
        }
      }
    }
  }

  // A part's gradient into that of the whole.

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
    case .gatherColumns(let columns):
      if let range = columns.range {
        let start = range.lowerBound * sum.rows
        δ.elements.withUnsafeBufferPointer { x in
          sum.elements.withUnsafeMutableBufferPointer { y in
            for i in 0..<x.count { y[start + i] += x[i] }
          }
        }
        return true
      }
      let indices = Array(columns)
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
      addColumns(gatherColumns(δ, Columns(order)), into: &sums, places)
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
