// Fused cells at sizes around every block that their loops are cut into.
//
// The constants: weights' gradients sum 256 terms at a time; products go 256 terms deep, 240 columns wide and 64 rows
// tall; tiles are 8 or 16 rows by 6, 4 or 1 columns; threads take 24 columns or 16 rows, and W x + b is computed 96
// columns at a time. A loop that stops one too early goes unnoticed until a size is one more than a multiple of its
// block.

import Autodiff
import Testing

@testable import Recurrent

private let fusedKinds: [RecurrentConfiguration.Kind] = [
  .rnn(.tanh), .rnn(.relu), .lstm, .gru(), .gru(update: .takesNew),
]

struct BlockSizes: CustomTestStringConvertible {
  var steps = 2
  var batch = 3
  var inputs = 3
  var hidden = 4

  var testDescription: String { "\(steps) steps, batch \(batch), \(inputs) inputs, \(hidden) hidden" }

  static let all: [BlockSizes] =
    // steps · batch: the terms of dW, the columns of W x + b and of dx.
    [(23, 1), (5, 5), (19, 5), (97, 1), (239, 1), (241, 1), (51, 5), (16, 16), (257, 1), (1, 257), (73, 7), (32, 16)]
    .map { BlockSizes(steps: $0.0, batch: $0.1) } + [(27, 19), (513, 1)].map { BlockSizes(steps: $0.0, batch: $0.1) }
    // The columns of W_h h: the batch.
    + [4, 5, 6, 7, 8, 9, 23, 24, 25, 239, 240, 241].map { BlockSizes(batch: $0) }
    // The terms of W x, and the columns of dW_x.
    + [5, 6, 7, 15, 16, 17, 239, 240, 241, 255, 256, 257].map { BlockSizes(inputs: $0) }
    // The rows of all products (times 1, 3 or 4), the terms of W_h h and of W_hᵀ dz, the columns of dW_h.
    + [1, 2, 5, 6, 7, 8, 9, 15, 16, 17, 21, 22, 63, 64, 65, 85, 86].map { BlockSizes(hidden: $0) }
    + [239, 240, 241, 255, 256, 257].map { BlockSizes(batch: 2, inputs: 2, hidden: $0) }
}

@Suite struct FusedBlockTests {
  /// Outputs, last states, and the gradients of all parameters, inputs and first states.
  @Test(arguments: fusedKinds, BlockSizes.all)
  func fusedAndSmallOperationsAgree(kind: RecurrentConfiguration.Kind, sizes: BlockSizes) {
    let c = FusedCase(
      RecurrentConfiguration(kind, inputSize: sizes.inputs, hiddenSize: sizes.hidden), steps: sizes.steps,
      batch: sizes.batch, seed: 31)
    let (fused, small) = (Results(c, fused: true), Results(c, fused: false))
    #expect(largestRelativeDifference(fused.values, small.values) <= 1e-12)
    #expect(largestRelativeDifference(fused.gradients, small.gradients) <= 1e-12)
    #expect(small.gradients.contains { $0.largestMagnitude > 0 })
  }

  /// The same where the loss depends on some steps only, and these have 257 or 513 terms.
  @Test(arguments: fusedKinds, [(257, 1), (27, 19)]) func soDoTheyUpToTheLastStepUsed(
    kind: RecurrentConfiguration.Kind, used: (steps: Int, batch: Int)
  ) {
    let configuration = RecurrentConfiguration(kind, inputSize: 3, hiddenSize: 4)
    let c = FusedCase(configuration, steps: used.steps + 3, batch: used.batch, seed: 32)
    func gradients(fused: Bool) -> [Matrix] {
      let tape = Tape()
      let network = c.network.map { tape.variable($1) }
      let x = c.inputs.map { tape.variable($0) }
      let outputs = (fused ? network.runFused(x) : network.run(x)).outputs
      let y = Variable.stack(Array(outputs[..<used.steps]))
      let found = tape.gradients(of: y, seed: Random.weights(like: y.value))
      return (network.parameters + x).map { found[$0] }
    }
    #expect(largestRelativeDifference(gradients(fused: true), gradients(fused: false)) <= 1e-12)
  }
}

/// A product's sizes: rows × terms times terms × columns.
struct ProductSizes: CustomTestStringConvertible {
  var rows = 5
  var terms = 6
  var columns = 7

  var testDescription: String { "\(rows) × \(terms) times \(terms) × \(columns)" }

  static let all: [ProductSizes] = {
    let rows = [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129]
    let terms = [1, 2, 23, 24, 25, 239, 240, 241, 255, 256, 257, 511, 512, 513]
    let columns = [1, 2, 3, 4, 5, 6, 8, 9, 10, 23, 24, 25, 95, 96, 97, 191, 192, 193, 239, 240, 241, 480, 481]
    var random = Random(seed: 33)
    func any(_ sizes: [Int]) -> Int { sizes[random.index(below: sizes.count)] }
    let mixed = (0..<60).map { _ in ProductSizes(rows: any(rows), terms: any(terms), columns: any(columns)) }
      .filter { $0.rows * $0.terms * $0.columns < 100_000 }
    return rows.map { ProductSizes(rows: $0) } + terms.map { ProductSizes(terms: $0) }
      + columns.map { ProductSizes(columns: $0) } + mixed
  }()
}

/// The products over all steps against plain loops, bit for bit: every entry is a chain of fused multiply-adds in the
/// order of its terms, however the work is cut.
@Suite struct SequenceProductTests {
  private func plain(_ a: Matrix, _ b: Matrix, from start: Matrix? = nil) -> Matrix {
    Matrix(rows: a.rows, columns: b.columns) { i, j in
      var sum = start?[i, 0] ?? 0
      for k in 0..<a.columns { sum = sum.addingProduct(a[i, k], b[k, j]) }
      return sum
    }
  }

  private func draw(_ sizes: ProductSizes) -> (a: Matrix, b: Matrix, bias: Matrix) {
    var random = Random(seed: 34)
    return (
      random.normal(sizes.rows, sizes.terms), random.normal(sizes.terms, sizes.columns), random.normal(sizes.rows, 1)
    )
  }

  @Test(arguments: ProductSizes.all, [1, 2]) func affineIsAPlainLoop(sizes: ProductSizes, threads: Int) {
    let (W, x, b) = draw(sizes)
    for bias in [nil, b] {
      var z = [Double](repeating: .nan, count: sizes.rows * sizes.columns)
      affine(W, x, bias, into: &z, Threads(threads))
      #expect(Matrix(rows: sizes.rows, columns: sizes.columns, elements: z).hasSameBits(as: plain(W, x, from: bias)))
    }
  }

  @Test(arguments: ProductSizes.all, [1, 2])
  func weightGradientsArePlainLoops(sizes: ProductSizes, threads: Int) {
    let (dz, x, _) = draw(sizes)
    // More columns than terms, as the states have: only the first ones count.
    let h = Joined([x.transposed, x.transposed.map { _ in .nan }]).value
    let sums = WeightGradients(
      of: dz.elements, rows: sizes.rows, terms: sizes.terms, x: x.transposed, h: h, needsBias: true, Threads(threads))
    let expected = plain(dz, x)
    #expect(sums.W_x?.hasSameBits(as: expected) == true && sums.W_h?.hasSameBits(as: expected) == true)
    let db = Matrix(rows: sizes.rows, columns: 1) { i, _ in (0..<sizes.terms).reduce(0) { $0 + dz[i, $1] } }
    #expect(sums.b?.hasSameBits(as: db) == true)
  }

  @Test(arguments: ProductSizes.all, [1, 2])
  func inputGradientsAreAPlainLoop(sizes: ProductSizes, threads: Int) {
    let (W, dz, _) = draw(sizes)
    // Two matrices of inputs; the columns behind `used` get zeros.
    let x = [Matrix(rows: sizes.rows, columns: 1), Matrix(rows: sizes.rows, columns: sizes.columns)]
    let dx = inputGradients(
      of: x[...], W.transposed, dz.elements, used: sizes.columns, isNeeded: true, Threads(threads)
    ).map { $0! }
    #expect(dx.map(\.shape) == x.map(\.shape))
    let all = Matrix(rows: sizes.rows, columns: sizes.columns + 1, elements: dx.flatMap(\.elements))
    #expect(all.columns(0..<sizes.columns).hasSameBits(as: plain(W, dz)))
    #expect(all.column(sizes.columns).hasSameBits(as: Matrix(rows: sizes.rows, columns: 1)))
  }
}
