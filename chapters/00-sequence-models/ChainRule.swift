// 0.5 One symbol at a time loses nothing: the chain rule of probability on a table of eight sequences.

import Autodiff
import LaTeX
import Notebook

extension SequenceModels {
  func chainRule(_ page: Page) throws {
    // Any eight positive numbers that sum to 1 will do. Sixteenths round nothing.
    // begin: any-joint
    let joint = Joint(sequences: allSequences(3), probabilities: [4, 1, 2, 1, 1, 3, 1, 3].map { $0 / 16 })
    // end: any-joint
    var scope = scope(joint)
    let conditionals = joint.conditionals()
    scope.set("p_#", conditionals, from: 1)
    scope.set("\\bar{p}_#", joint.conditionals(backwards: true), from: 1)
    page.table(
      [
        .symbols("x_1 x_2 x_3"), .symbols("P(x_1, x_2, x_3)"), .symbols("P(x_1)"), .symbols("P(x_2 ∣ x_1)"),
        .symbols("P(x_3 ∣ x_1, x_2)"),
      ],
      joint.sequences.enumerated().map { j, sequence in
        [sequence.map(String.init).joined(separator: " "), NumberFormat.format(joint.probabilities[j], decimals: 4)]
          + conditionals.map { NumberFormat.format($0[0, j], decimals: 4) }
      })
    page.check(
      Text("the eight probabilities sum to 1", ko: "확률 여덟 개를 더하면 1이다"),
      Matrix(joint.probabilities.reduce(0, +)), hasSameBitsAs: Matrix(1))
    scope.integers["T"] = joint.steps
    for name in ["conditionals", "chain-rule", "backwards", "logarithm", "not-independent"] {
      try page.equation(name, scope)
    }
  }

  /// The probabilities of all pieces of the sequences, as P_{i:j} in the notes.
  func scope(_ joint: Joint) -> Scope {
    var scope = Scope()
    for i in 1...joint.steps {
      for j in i...joint.steps { scope.values["P_{\(i):\(j)}"] = joint.probability(from: i, through: j) }
    }
    return scope
  }
}
