// The states of a stack, computed in three orders.

import Autodiff
import Recurrent

// begin: orders
/// A layer at a time: the whole sequence through the first one, its outputs through the second, …. Gives the states of
/// all layers, t = 1 … T.
func layerByLayer<Cell: RecurrentCell>(_ cells: [Cell], _ x: [Cell.A]) -> [[[Cell.A]]] {
  var inputs = x
  return cells.map { cell in
    let states = cell.unroll(inputs, from: cell.zeroState(for: x[0]))
    inputs = states.map { $0[0] }
    return states
  }
}

/// A step at a time: x_1 through all layers, then x_2, ….
func stepByStep<Cell: RecurrentCell>(_ cells: [Cell], _ x: [Cell.A]) -> [[[Cell.A]]] {
  var states = cells.map { [$0.zeroState(for: x[0])] }
  for (t, x_t) in x.enumerated() {
    var input = x_t
    for (l, cell) in cells.enumerated() {
      states[l].append(cell.step(input, states[l][t]))
      input = states[l][t + 1][0]
    }
  }
  return states.map { Array($0.dropFirst()) }
}
// end: orders

/// In rounds: whatever has all that it reads is computed at once. Layer l takes step t in round t + l (both from 0).
func inRounds<Cell: RecurrentCell>(_ cells: [Cell], _ x: [Cell.A]) -> (states: [[[Cell.A]]], rounds: Int) {
  var states = cells.map { [$0.zeroState(for: x[0])] }
  var rounds = 0
  while states[cells.count - 1].count <= x.count {
    // All of a round read what stood there before it.
    let before = states
    for (l, cell) in cells.enumerated() {
      let t = before[l].count - 1
      guard t < x.count else { continue }
      if l == 0 {
        states[l].append(cell.step(x[t], before[l][t]))
      } else if before[l - 1].count > t + 1 {
        states[l].append(cell.step(before[l - 1][t + 1][0], before[l][t]))
      }
    }
    rounds += 1
  }
  return (states.map { Array($0.dropFirst()) }, rounds)
}
