// Sums with which the chapters turn the outputs of a run into a loss.

import Autodiff

/// The sum of the terms, added from the first to the last. Traps if there are none.
public func sum<A: Algebra>(_ terms: [A]) -> A { terms.dropFirst().reduce(terms[0]) { $0 + $1 } }

/// Σ_t ⟨u_t, h_t⟩, 1 × 1: a loss with a weight for each entry. The weights are constants on the tape of `h`. Traps if there
/// are none.
public func weightedSum(_ h: [Variable], by u: [Matrix]) -> Variable {
  sum(zip(h, u).map { ($0 .* $0.tape.constant($1)).total })
}
