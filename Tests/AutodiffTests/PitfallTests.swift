// What published engines have got wrong.

import Testing

@testable import Autodiff

@Suite struct Pitfalls {
  private static let square = Matrix([[1, 2], [3, 4]])

  @Test func aVariableUsedTwiceInOneOperationGetsBothGradients() {
    let tape = Tape()
    let x = tape.variable(Self.square)
    func gradient(_ y: Variable) -> Matrix { tape.gradients(of: y.total)[x] }
    #expect(gradient(x .* x) == Matrix([[2, 4], [6, 8]]))
    #expect(gradient(x + x) == Matrix([[2, 2], [2, 2]]))
    #expect(gradient(x - x) == Matrix([[0, 0], [0, 0]]))
    #expect(gradient(x ./ x) == Matrix([[0, 0], [0, 0]]))
    // Σ (X X)_ij: the rows' sums of X for each row, plus its columns' sums for each column.
    #expect(gradient(x * x) == Matrix([[7, 11], [9, 13]]))
    let u = tape.constant(Matrix([[1, 2], [3, 4], [5, 6], [7, 8]]))
    #expect(gradient(.stack([x, x]) .* u) == Matrix([[6, 8], [10, 12]]))
    #expect(gradient(x.transposed * x) == Matrix([[6, 6], [14, 14]]))
  }

  @Test func aWeightUsedAtEveryStepGetsTheSumOfItsCopiesGradients() {
    var random = Random(seed: 53)
    let (W, h0) = (random.normal(3, 3), random.normal(3, 2))
    let (tied, untied) = (Tape(), Tape())
    let w = tied.variable(W)
    let copies = (0..<7).map { _ in untied.variable(W) }
    var (h, k) = (tied.constant(h0), untied.constant(h0))
    for copy in copies { (h, k) = ((w * h).tanh, (copy * k).tanh) }
    let (sum, parts) = (tied.gradients(of: h.total)[w], untied.gradients(of: k.total))
    // In the order in which the steps are met on the way back: the same bits.
    let added = copies.dropLast().reversed().reduce(parts[copies[6]]) { $0 + parts[$1] }
    #expect(sum.hasSameBits(as: added))
    #expect(parts[copies[0]].largestMagnitude > 1e-6)
  }

  @Test func slicesOfSlicesComeFromTheRightRows() {
    let tape = Tape()
    let x = tape.variable(Matrix(rows: 8, columns: 2) { Double($0 + 10 * $1) })
    let y = x.rows(2..<7).rows(1..<4).rows(1..<2)
    #expect(y.value == Matrix([[4, 14]]))
    #expect(tape.gradients(of: y.total)[x] == Matrix(rows: 8, columns: 2) { i, _ in i == 4 ? 1 : 0 })
    let overlapping = x.rows(0..<3).total + x.rows(2..<5).total
    #expect(tape.gradients(of: overlapping)[x].column(0) == Matrix(column: [1, 1, 2, 1, 1, 0, 0, 0]))
  }

  @Test func anEmbeddingLookedUpTwiceGetsBothGradients() {
    let tape = Tape()
    let table = tape.variable(Matrix([[1, 2, 3], [4, 5, 6]]))
    let words = table.columns([2, 0, 2, 2])
    #expect(words.value == Matrix([[3, 1, 3, 3], [6, 4, 6, 6]]))
    let δ = Matrix([[1, 10, 100, 1000], [2, 20, 200, 2000]])
    #expect(tape.gradients(of: words, seed: δ)[table] == Matrix([[10, 0, 1101], [20, 0, 2202]]))
  }

  @Test(arguments: [1, 2, 5]) func aBiasGetsTheSumOverTheBatch(batch: Int) {
    let tape = Tape()
    let x = tape.variable(Matrix(rows: 2, columns: batch))
    let b = tape.variable(Matrix(column: [1, 2]))
    let y = x + b
    #expect(y.shape == Shape(2, batch))
    let δ = Matrix(rows: 2, columns: batch) { Double(1 + $0 + 2 * $1) }
    let gradients = tape.gradients(of: y, seed: δ)
    #expect(gradients[b] == δ.sumOfColumns && gradients[b].shape == Shape(2, 1))
    #expect(gradients[x] == δ)
  }

  @Test func twoColumnsAreAddedAndNotSpread() {
    let tape = Tape()
    let (x, b) = (tape.variable(Matrix(column: [1, 2])), tape.variable(Matrix(column: [10, 20])))
    #expect((x + b).value == Matrix(column: [11, 22]))
    // A bias on the left is refused, not spread: see the traps. A 1 × 1 is a column of one.
    let row = tape.variable(Matrix([[1, 2, 3]]))
    let one = tape.variable(Matrix(5))
    #expect((row + one).value == Matrix([[6, 7, 8]]))
    #expect(tape.gradients(of: (row + one).total)[one] == Matrix(3))
  }

  @Test func aDiamondIsGoneThroughOnceFromEachSide() {
    let tape = Tape()
    let x = tape.variable(Matrix(3))
    let (left, right) = (x .* x, 2.0 * x)
    let y = left .* right
    #expect(tape.gradients(of: y)[x].scalar == 54)
    // Forty diamonds, one on top of the other: 2⁴⁰ paths, 80 nodes.
    var z = x
    for _ in 0..<40 { z = z + z }
    #expect(tape.gradients(of: z)[x].scalar == 0x1p40)
    // The shorter arm is recorded first, the longer last, and the other way round.
    let long = x.tanh.tanh.tanh
    let product = x .* long
    let exchanged = x.tanh.tanh.tanh .* x
    #expect(tape.gradients(of: product)[x].hasSameBits(as: tape.gradients(of: exchanged)[x]))
  }

  @Test func nodesThatTheLossDoesNotDependOnGetZeros() {
    let tape = Tape()
    let (x, unused) = (tape.variable(Matrix(2)), tape.variable(Self.square))
    let aside = (unused .* x.spread(like: unused)).tanh
    let loss = x .* x
    let later = x.exp
    let gradients = tape.gradients(of: loss)
    #expect(gradients[x].scalar == 4)
    #expect(gradients[unused] == Matrix(rows: 2, columns: 2))
    #expect(gradients[aside] == Matrix(rows: 2, columns: 2))
    #expect(gradients[later] == Matrix(0))
    let recordedAfterwards = tape.variable(Self.square)
    #expect(gradients[recordedAfterwards] == Matrix(rows: 2, columns: 2))
  }

  @Test func everyNodeOnTheWayHasItsGradient() {
    let tape = Tape()
    let x = tape.variable(Matrix(column: [1, 2]))
    let h = 3.0 * x
    let loss = (h .* h).total
    let gradients = tape.gradients(of: loss)
    #expect(gradients[loss] == Matrix(1))
    #expect(gradients[h] == Matrix(column: [6, 12]))
    #expect(gradients[x] == Matrix(column: [18, 36]))
  }

  @Test func constantsStopTheWayBack() {
    let tape = Tape()
    let (c, x) = (tape.constant(Matrix(column: [1, 2])), tape.variable(Matrix(column: [3, 4])))
    var visited: [Operation] = []
    let y = (c.tanh .* x).total
    let gradient = tape.gradients(of: y) { operation, δ, k, x, y in
      visited.append(operation)
      return operation.pullback(δ, to: k, inputs: x, output: y)
    }
    #expect(gradient[x].hasSameBits(as: c.value.tanh))
    #expect(visited == [.total, .elementwiseProduct])
  }

  @Test func aSeedIsTheGradientOfTheOutput() {
    let tape = Tape()
    let x = tape.variable(Matrix(column: [1, 2]))
    let y = 3.0 * x
    #expect(tape.gradients(of: y, seed: Matrix(column: [10, 100]))[x] == Matrix(column: [30, 300]))
    // Of a scalar too; and what is left out is 1.
    #expect(tape.gradients(of: y.total, seed: Matrix(-2))[x] == Matrix(column: [-6, -6]))
    #expect(tape.gradients(of: y.total)[x] == Matrix(column: [3, 3]))
  }

  @Test func gradientsAreTakenAnewEachTimeAndNotAddedUp() {
    let tape = Tape()
    let x = tape.variable(Matrix(3))
    let y = x .* x
    #expect(tape.gradients(of: y)[x] == Matrix(6))
    #expect(tape.gradients(of: y)[x] == Matrix(6))
  }

  /// Adding in place into a gradient that two nodes share would spoil the other.
  @Test func gradientsSentToTwoInputsAreNotAddedIntoEachOther() {
    let tape = Tape()
    let (x, z) = (tape.variable(Matrix(1)), tape.variable(Matrix(2)))
    // The sum sends one δ to both; x then gets more.
    let y = (5.0 * x) + (x + z)
    let gradients = tape.gradients(of: y)
    #expect(gradients[x].scalar == 6)
    #expect(gradients[z].scalar == 1)
    #expect(gradients[y].scalar == 1)
  }
}

// MARK: - Fused operations

@Suite struct FusedOperations {
  private let W = Matrix([[0.3, -0.2, 0.5], [0.1, 0.7, -0.4]])
  private let x = Matrix([[1, -1], [0.5, 2], [-0.3, 0.8]])

  @Test func aLayerByHandIsTheLayerOfSmallOperations() {
    let tape = Tape()
    let (w, x) = (tape.variable(W), tape.variable(x))
    let fused = Variable.apply(.fused(fusedLayer), [w, x])
    let small = (w * x).tanh
    #expect(fused.value.hasSameBits(as: small.value))
    let δ = Matrix([[1, 2], [-3, 4]])
    let (a, b) = (tape.gradients(of: fused, seed: δ), tape.gradients(of: small, seed: δ))
    #expect(a[w].hasSameBits(as: b[w]))
    #expect(a[x].hasSameBits(as: b[x]))
    #expect(tape.count == 5, "one node for the fused one, two for the others")
  }

  @Test func whatTheWayThereKeepsTheWayBackFinds() {
    let operation = FusedOperation(
      name: "keeper", forward: { ($0[0], [Matrix(7), $0[1]]) },
      backward: { δ, _, _, saved in [saved[0] * δ, saved[1]] })
    let tape = Tape()
    let (a, b) = (tape.variable(Matrix(1)), tape.variable(Matrix([[5, 6]])))
    let first = Variable.apply(.fused(operation), [a, b])
    let other = tape.variable(Matrix([[8, 9]]))
    let second = Variable.apply(.fused(operation), [first, other])
    let gradients = tape.gradients(of: second)
    #expect(gradients[a].scalar == 49)
    #expect(gradients[b] == Matrix([[5, 6]]))
    #expect(gradients[other] == Matrix([[8, 9]]))
  }

  @Test func aNilGradientIsNoneAndTheOthersArrive() {
    let operation = FusedOperation(
      name: "first", forward: { ($0[0] + $0[1] + $0[2], []) }, backward: { δ, _, _, _ in [δ, nil, 2.0 * δ] })
    let tape = Tape()
    let x = (1...3).map { tape.variable(Matrix(Double($0))) }
    let gradients = tape.gradients(of: Variable.apply(.fused(operation), x))
    #expect(x.map { gradients[$0].scalar } == [1, 0, 2])
  }

  @Test func constantInputsGetNoGradientAndOneInputMayStandTwice() {
    let tape = Tape()
    let (w, c) = (tape.variable(Matrix([[2, 0], [1, 1]])), tape.constant(Matrix(column: [0.1, 0.2])))
    let y = Variable.apply(.fused(fusedLayer), [w, c]).total
    #expect(tape.gradients(of: y)[w].hasSameBits(as: tape.gradients(of: (w * c).tanh.total)[w]))
    let twice = Variable.apply(.fused(fusedLayer), [w, w]).total
    #expect(tape.gradients(of: twice)[w].hasSameBits(as: tape.gradients(of: (w * w).tanh.total)[w]))
  }

  @Test func twoFusedOperationsAreEqualIfTheyAreOneObject() {
    let other = FusedOperation(name: "layer", forward: fusedLayer.forward, backward: fusedLayer.backward)
    #expect(Operation.fused(fusedLayer) == .fused(fusedLayer))
    #expect(Operation.fused(fusedLayer) != .fused(other))
    #expect(Set([Operation.fused(fusedLayer), .fused(fusedLayer), .fused(other)]).count == 2)
  }

  @Test func matricesApplyAFusedOperationToo() {
    #expect(Matrix.apply(.fused(fusedLayer), [W, x]).hasSameBits(as: (W * x).tanh))
  }
}
