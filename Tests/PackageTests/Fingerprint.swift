// The libraries' results in one number. This file is compiled twice: into the tests, and into a package that depends on the
// book.

import Autodiff
import Recurrent

/// The bits of products of odd sizes, of the elementary functions, and of the gradients of fused and small operations.
func fingerprint() -> UInt64 {
  var random = Random(seed: 11)
  var matrices: [Matrix] = []
  for (n, inner, m) in [(1, 1, 1), (7, 5, 3), (16, 16, 16), (19, 260, 7), (33, 12, 250), (5, 9, 2)] {
    matrices.append(random.normal(n, inner) * random.normal(inner, m))
  }
  let x = 20.0 * random.normal(9, 9)
  matrices += [x.exp, (x .* x).log, x.tanh, x.sigmoid]
  for kind in [RecurrentConfiguration.Kind.lstm, .gru(), .rnn(.tanh)] {
    for isFused in [true, false] {
      let tape = Tape()
      let configuration = RecurrentConfiguration(kind, inputSize: 3, hiddenSize: 11, layers: 2, bidirectional: true)
      let network = RecurrentNetwork(configuration, random: &random).map { tape.variable($1) }
      let inputs = (0..<6).map { _ in tape.constant(random.normal(3, 5)) }
      let y = Variable.stack((isFused ? network.runFused(inputs) : network.run(inputs)).outputs)
      let gradients = tape.gradients(of: (y .* y).total)
      matrices += network.parameters.map { gradients[$0] }
    }
  }
  // The FNV-1a hash over words of 64 bits.
  return matrices.flatMap(\.elements).reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ $1.bitPattern) &* 0x100_0000_01b3 }
}
