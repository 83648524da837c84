// Every fast path against its plain twin, bit for bit, at sizes that no tile divides.

import Testing

@testable import Autodiff

@Suite struct FastPathTests {
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

  /// Each rule in one pass, against the rule itself: alone, and into a sum that is there already.
  @Test(arguments: Cases.all) func rulesInOnePassAreTheRules(c: Case) {
    if case .fused = c.operation { return }
    var random = Random(seed: 24)
    let operation = c.operation.resolved(for: c.inputs.map(\.shape))
    let δ = random.normal(c.output.rows, c.output.columns)
    for k in c.inputs.indices {
      let expected = operation.pullback(δ, to: k, inputs: c.inputs, output: c.output)
      let second = c.inputs.count > 1 ? c.inputs[1] : c.inputs[0]
      var sum: Matrix?
      guard Kernels.addPullback(operation, δ, to: k, c.inputs[0], second, output: c.output, into: &sum, Spare()) else {
        #expect(sum == nil)
        continue
      }
      #expect(sum!.hasSameBits(as: expected!), "\(operation.title), input \(k)")
      let start = random.normal(expected!.rows, expected!.columns)
      sum = start
      // A slice's is put into a sum by `addSlice`.
      if operation.isSlice { continue }
      _ = Kernels.addPullback(operation, δ, to: k, c.inputs[0], second, output: c.output, into: &sum, Spare())
      #expect(sum!.hasSameBits(as: start + expected!), "\(operation.title), input \(k), added")
    }
  }

  /// The reverse loop on numbers against the general one, which a rule from outside makes the tape take: over random
  /// programs, every node.
  @Test(arguments: 1...40) func theLoopOnNumbersIsTheGeneralOne(seed: UInt64) {
    let tape = Tape()
    let (y, δ) = randomProgram(on: tape, seed: seed)
    let fast = tape.gradients(of: y, seed: δ)
    let plain = tape.gradients(of: y, seed: δ) { $0.pullback($1, to: $2, inputs: $3, output: $4) }
    for v in differentiable(on: tape) {
      #expect(fast[v].hasSameBits(as: plain[v]), "\(tape.label(v.node))")
    }
  }

  /// In the memory that other programs have left, and on a new tape: values and gradients, every node, the same bits. And
  /// what somebody has kept of an earlier program stays as it was.
  @Test(arguments: 1...40) func memoryFromBeforeChangesNothing(seed: UInt64) {
    let used = Tape()
    var kept: (read: [Matrix], copies: [Matrix], gradients: Gradients?) = ([], [], nil)
    for earlier in [seed + 7, seed, seed + 1] {
      used.rewind()
      let (y, δ) = randomProgram(on: used, seed: earlier)
      let gradients = used.gradients(of: y, seed: δ)
      let all = differentiable(on: used).flatMap { [$0.value, gradients[$0]] }
      // The second program's gradients are held while the third runs.
      if earlier != seed + 1 { kept.gradients = earlier == seed ? gradients : nil }
      kept.read += all
      kept.copies += all.map { $0.map { $0 } }
    }
    used.rewind()
    let fresh = Tape()
    let again = randomProgram(on: used, seed: seed)
    let first = randomProgram(on: fresh, seed: seed)
    let (a, b) = (used.gradients(of: again.y, seed: again.δ), fresh.gradients(of: first.y, seed: first.δ))
    #expect(used.count == fresh.count)
    for (v, w) in zip(differentiable(on: used), differentiable(on: fresh)) {
      #expect(v.value.hasSameBits(as: w.value) && a[v].hasSameBits(as: b[w]), "\(used.label(v.node))")
    }
    #expect(zip(kept.read, kept.copies).allSatisfy { $0.hasSameBits(as: $1) })
  }

  private func differentiable(on tape: Tape) -> [Variable] {
    (0..<tape.count).filter { tape.nodes[$0].isDifferentiable }
      .map { Variable(tape: tape, node: $0, birth: tape.nodes[$0].birth) }
  }

  /// A sum of results of small operations, each of results before it, and a gradient to send back.
  private func randomProgram(on tape: Tape, seed: UInt64) -> (y: Variable, δ: Matrix) {
    var random = Random(seed: seed)
    let (n, m) = (1 + random.index(below: 9), 1 + random.index(below: 9))
    var square = [tape.variable(random.normal(n, n)), tape.constant(random.normal(n, n))]
    var wide = [
      tape.variable(random.normal(n, m)), tape.variable(random.normal(n, m)), tape.constant(random.normal(n, m)),
    ]
    let bias = tape.variable(random.normal(n, 1))
    func pick(_ from: [Variable]) -> Variable { from[random.index(below: from.count)] }
    for _ in 0..<40 {
      let (a, b) = (pick(wide), pick(wide))
      let made: Variable
      switch random.index(below: 17) {
      case 0: made = 0.3 * (pick(square) * a)
      case 1: made = a + b
      case 2: made = a - b
      case 3: made = a .* b
      case 4: made = a.tanh
      case 5: made = a.sigmoid
      case 6: made = a.relu
      case 7: made = 1 - a
      case 8: made = -a
      case 9: made = 0.5 * a + 2
      case 10: made = a + bias
      case 11: made = Variable.stack([a, b]).rows(n / 2..<n / 2 + n)
      case 12: made = a.columns((0..<m).map { _ in random.index(below: m) })
      case 13: made = a.columns(Array(0..<m)).softmax
      case 14:
        square.append(0.1 * (a * b.transposed))
        continue
      case 15: made = a.columns(0..<m / 2).sumOfColumns.spread(like: b) + b
      default: made = a.total.spread(like: b).tanh
      }
      wide.append(made)
    }
    return (wide.dropFirst().reduce(wide[0]) { $0 + $1 }, random.normal(n, m))
  }

  /// A step on a rewound tape finds what the first step left: same numbers, same nodes.
  @Test func aRewoundTapeRepeatsItself() {
    let tape = Tape()
    var random = Random(seed: 25)
    let W = tape.variable(random.normal(5, 5))
    let start = tape.mark
    func step(_ length: Int) -> (Matrix, Matrix, Int) {
      tape.rewind(to: start)
      var h = tape.constant(Matrix(rows: 5, columns: 3, repeating: 0.5)).named("h_0")
      for _ in 0..<length { h = (W * h).tanh }
      return (h.value, tape.gradients(of: h.total)[W], tape.namedVariables.count)
    }
    let first = step(6)
    for length in [9, 2, 6, 1, 9, 6] {
      let again = step(length)
      #expect(again.2 == 1 && tape.count == 2 * length + 3)
      if length == 6 { #expect(again.0.hasSameBits(as: first.0) && again.1.hasSameBits(as: first.1)) }
    }
  }
}
