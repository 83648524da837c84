// A loss of the outputs of a run that reaches every entry.

import Autodiff

/// Σ_t ⟨u_t, h_t⟩, 1 × 1: a loss with a weight for each entry. The weights are constants on the tape of `h`. Traps if there
/// are none.
public func weightedSum(_ h: [Variable], by u: [Matrix]) -> Variable {
  let terms = zip(h, u).map { ($0 .* $0.tape.constant($1)).total }
  return terms.dropFirst().reduce(terms[0]) { $0 + $1 }
}
