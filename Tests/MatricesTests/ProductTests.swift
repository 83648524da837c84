// The product in tiles against the plain one, bit for bit, at sizes that no tile divides.

import Autodiff
import Testing

@testable import Matrices

@Suite struct ProductTests {
  /// Sizes around those of tiles, panels and blocks, nothing and one among them.
  private static let small = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 15, 16, 17, 23, 24, 25, 31, 33]

  private func checkProduct(_ n: Int, _ inner: Int, _ m: Int, _ random: inout Random) {
    let (a, b) = (random.normal(n, inner), random.normal(inner, m))
    let (aT, bT) = (Kernels.transpose(a), Kernels.transpose(b))
    let plain = Kernels.plainProduct(a, b)
    let name = "(\(n) × \(inner))(\(inner) × \(m))"
    #expect(Kernels.product(a, b).hasSameBits(as: plain), "\(name)")
    #expect(Kernels.product(aT, b, transposingA: true).hasSameBits(as: plain), "transposed \(name)")
    #expect(Kernels.product(a, bT, transposingB: true).hasSameBits(as: plain), "\(name) transposed")
    #expect(Kernels.product(aT, bT, transposingA: true, transposingB: true).hasSameBits(as: plain), "both \(name)")
    // Panels copied beforehand, and added to what is there already: the chains then begin with that.
    let start = random.normal(n, m)
    let longer = Matrix(rows: n, columns: m) { i, j in
      (0..<inner).reduce(start[i, j]) { $0.addingProduct(a[i, $1], b[$1, j]) }
    }
    for panels in [Kernels.Panels(a), Kernels.Panels(aT, transposed: true)] {
      var sum = start
      Kernels.addProduct(panels, b.elements, into: &sum.elements, columns: m)
      #expect(sum.hasSameBits(as: longer), "panels \(name)")
    }
    var sum = start
    Kernels.addProduct(a.elements, b.elements, into: &sum.elements, rows: n, inner: inner, columns: m)
    #expect(sum.hasSameBits(as: longer), "added \(name)")
    // Into some of the rows of a larger matrix, whose others stay as they are.
    let (above, below) = (random.normal(2, m), random.normal(3, m))
    var whole = Matrix.stack([above, start, below])
    whole.elements.withUnsafeMutableBufferPointer { c in
      a.elements.withUnsafeBufferPointer { a in
        b.elements.withUnsafeBufferPointer { b in
          guard let c = c.baseAddress, let a = a.baseAddress, let b = b.baseAddress else { return }
          Kernels.addProduct(
            Kernels.Operand(a, rows: n), Kernels.Operand(b, rows: inner), into: c + 2, rows: n, inner: inner,
            columns: m, stride: n + 5)
        }
      }
    }
    if n * inner * m > 0 { #expect(whole.hasSameBits(as: Matrix.stack([above, longer, below])), "part \(name)") }
  }

  @Test func productsOfSmallMatrices() {
    var random = Random(seed: 21)
    for n in Self.small {
      for m in Self.small {
        checkProduct(n, Self.small[random.index(below: Self.small.count)], m, &random)
      }
    }
  }

  /// Beyond the blocks: 8 or 16 rows, 256 terms, 240 columns; from 64 rows on, a transposed b is copied.
  @Test(arguments: [
    (7, 257, 5), (8, 256, 240), (9, 255, 241), (17, 513, 247), (63, 300, 9), (64, 300, 9), (65, 31, 243), (100, 260, 4),
    (3, 600, 2), (130, 1, 482), (1, 1000, 1), (1, 700, 300), (300, 700, 1),
    (47, 256, 30), (48, 20, 242),
  ])
  func productsBeyondTheBlocks(sizes: (n: Int, inner: Int, m: Int)) {
    var random = Random(seed: 22)
    checkProduct(sizes.n, sizes.inner, sizes.m, &random)
  }

  /// What is not finite goes exactly where it belongs: padding must not meet it.
  @Test(arguments: [Double.nan, .infinity, -.infinity]) func paddingMeetsNothing(special: Double) {
    for (n, inner, m) in [(9, 5, 7), (3, 4, 5), (8, 3, 9), (66, 4, 5)] {
      var random = Random(seed: 23)
      var (a, b) = (random.normal(n, inner), random.normal(inner, m))
      a[n - 1, inner - 1] = special
      b[0, m - 1] = special
      let (fast, plain) = (Kernels.product(a, b), Kernels.plainProduct(a, b))
      for i in 0..<n {
        for j in 0..<m {
          #expect(fast[i, j] == plain[i, j] || (fast[i, j].isNaN && plain[i, j].isNaN))
          #expect(fast[i, j].isFinite == (i < n - 1 && j < m - 1))
        }
      }
    }
  }
}
