// Gradients of slices: added in place, with the numbers that adding zeros around them gives.

import Testing

@testable import Autodiff

@Suite struct Slices {
  /// The calculus, as a rule from outside: the tape then asks it for every gradient and adds whole matrices.
  private let calculus: Tape.Rule = { $0.pullback($1, to: $2, inputs: $3, output: $4) }

  /// Gradients of a matrix that is sliced in many ways, and used as a whole in between, with zeros of both signs upstream.
  @Test(arguments: 1...100) func areThoseOfWholeMatrices(seed: UInt64) {
    var random = Random(seed: seed)
    let (rows, columns) = (1 + random.index(below: 5), 1 + random.index(below: 6))
    let tape = Tape()
    let leaf = tape.variable(random.normal(rows, columns))
    let x = seed % 2 == 0 ? leaf : leaf.tanh
    var parts: [Variable] = []
    for _ in 0..<1 + random.index(below: 8) {
      switch random.index(below: 7) {
      case 0: parts.append(x.transposed.transposed)
      case 1: parts.append(-x)
      case 2, 3:
        let first = random.index(below: rows)
        parts.append(x.rows(first..<first + 1 + random.index(below: rows - first)))
      case 4:
        let first = random.index(below: columns)
        parts.append(x.columns(Array(first..<first + 1 + random.index(below: columns - first))))
      default: parts.append(x.columns((0..<random.index(below: 9)).map { _ in random.index(below: columns) }))
      }
    }
    var total = tape.constant(Matrix(0))
    for part in parts {
      let weights = Matrix(rows: part.shape.rows, columns: part.shape.columns) { _, _ in
        [-0.0, 0.0, -0.0, random.normal()][random.index(below: 4)]
      }
      total = total + (part .* tape.constant(weights)).total
    }
    let (inPlace, whole) = (tape.gradients(of: total), tape.gradients(of: total, rule: calculus))
    #expect(inPlace[x] == whole[x])
    #expect(inPlace[leaf] == whole[leaf])
  }

  /// A rule from outside is asked about every slice: the bug museum puts wrong ones in.
  @Test func askARuleFromOutside() {
    let tape = Tape()
    let x = tape.variable(Matrix([[1, 2, 3], [4, 5, 6]]))
    let y = x.columns([0]).total + x.columns([1]).total + x.rows(0..<1).total
    var asked = 0
    let gradients = tape.gradients(of: y) { operation, δ, k, inputs, output in
      switch operation {
      case .gatherColumns, .sliceRows: asked += 1
      default: break
      }
      return operation.pullback(δ, to: k, inputs: inputs, output: output)
    }
    #expect(asked == 3)
    #expect(gradients[x] == Matrix([[2, 2, 1], [1, 1, 0]]))
  }

  /// An embedding is looked up once for all symbols of a batch, some of them equal.
  @Test func ofRepeatedColumnsAreSummed() {
    let tape = Tape()
    let x = tape.variable(Matrix([[1, 2, 3]]))
    let y = x.columns([2, 0, 2]) .* tape.constant(Matrix([[1, 10, 100]]))
    let z = x.columns([1, 1, 1, 0]) .* tape.constant(Matrix([[1, 2, 4, 8]]))
    #expect(tape.gradients(of: y.total + z.total)[x] == Matrix([[18, 7, 101]]))
  }

  /// Zeros around every slice are the square of their number: 10,000 slices of 8 entries would be 800 million.
  @Test(arguments: [true, false]) func takeTimeInTheirNumberAndNotItsSquare(columns: Bool) {
    let count = 10_000
    let tape = Tape()
    let x = tape.variable(Matrix(rows: columns ? 8 : count, columns: columns ? count : 8, repeating: 1))
    var sum = tape.constant(Matrix(0))
    for k in 0..<count { sum = sum + (columns ? x.columns([k]) : x.rows(k..<k + 1)).total }
    func time(_ rule: Tape.Rule?) -> Duration {
      ContinuousClock().measure { #expect(tape.gradients(of: sum, rule: rule)[x].elements.allSatisfy { $0 == 1 }) }
    }
    // It is more than ten times faster; a busy machine may spoil some of that.
    let (inPlace, whole) = ((0..<3).map { _ in time(nil) }.min()!, time(calculus))
    #expect(inPlace * 3 < whole, "\(inPlace), \(whole)")
  }
}
