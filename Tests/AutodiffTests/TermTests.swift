// What a term puts off, transposes and zeros around parts, changes no gradient.

import Testing

@testable import Autodiff

@Suite struct TermTests {
  /// Random programs, every node: the tape's terms against the rules read over whole matrices, which a rule from outside makes
  /// the tape do. (The zeros that a term leaves out would turn a −0 into a 0: equal numbers, not equal bits.)
  @Test(arguments: 1...40) func gradientsAreThoseOfWholeMatrices(seed: UInt64) {
    let tape = Tape()
    let (y, δ) = randomProgram(on: tape, seed: seed)
    let gradients = tape.gradients(of: y, seed: δ)
    let plain = tape.gradients(of: y, seed: δ) { $0.pullback($1, to: $2, inputs: $3, output: $4) }
    var compared = 0
    for v in (0..<tape.count).map(tape.variable(at:)) where v.isDifferentiable {
      #expect(gradients[v] == plain[v], "\(tape.label(v.node))")
      compared += 1
    }
    #expect(compared > 20)
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
}
