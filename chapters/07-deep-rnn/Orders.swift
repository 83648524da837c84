// Section 7.2: the states of a stack, computed in three orders.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension DeepNetworks {
  func orders(_ page: Page) throws {
    try page.section("orders") {
      drawOrders(page)
      let layers = 3
      func network(_ kind: RecurrentConfiguration.Kind) -> RecurrentNetwork<Matrix> {
        var random = Random(seed: page.seed)
        return RecurrentNetwork(
          RecurrentConfiguration(kind, inputSize: 2, hiddenSize: 4, layers: layers), random: &random)
      }
      let (rnn, lstm, gru) = (network(.rnn(.tanh)), network(.lstm), network(.gru()))
      compareOrders("RNN", (0..<layers).map { RNNCell(rnn.weights(layer: $0)) }, page)
      compareOrders("LSTM", (0..<layers).map { LSTMCell(lstm.weights(layer: $0), hidden: 4) }, page)
      compareOrders("GRU", (0..<layers).map { GRUCell(gru.weights(layer: $0), hidden: 4) }, page)
      try countRounds(page)
    }
  }

  /// All states of these cells, upon each other, are the same bits in each of the three orders.
  private func compareOrders<Cell: RecurrentCell>(_ name: String, _ cells: [Cell], _ page: Page)
  where Cell.A == Matrix {
    var random = Random(seed: page.seeds(2)[1])
    let x = (0..<6).map { _ in random.normal(2, 2) }
    func witness(_ title: Text, _ states: [[[Matrix]]]) -> Witness {
      Witness(title, .stack(states.flatMap { $0.flatMap { $0 } }))
    }
    let byLayer = witness(Text("a layer at a time", ko: "한 층씩"), layerByLayer(cells, x))
    page.check(name, witness(Text("a step at a time", ko: "한 시점씩"), stepByStep(cells, x)), hasSameBitsAs: byLayer)
    let (states, rounds) = inRounds(cells, x)
    page.check(name, witness(Text("in \(rounds) rounds", ko: "\(rounds)회에 나눠"), states), hasSameBitsAs: byLayer)
  }

  /// However many layers and steps there are, T + L − 1 rounds are enough.
  private func countRounds(_ page: Page) throws {
    var scope = Scope()
    var rows: [[String]] = []
    for (L, T) in [(1, 6), (3, 6), (4, 100), (12, 512)] {
      let unit = RNNCell(W: (Matrix(0.5), Matrix(0.5)))
      let rounds = inRounds(Array(repeating: unit, count: L), (0..<T).map { Matrix(Double($0 % 2)) }).rounds
      rows.append(["\(L)", "\(T)", "\(L * T)", "\(rounds)"])
      if L == 12 { page.number("rounds", Double(rounds), decimals: 0) }
      if L == 12 { page.number("steps", Double(L * T), decimals: 0) }
      scope.integers["L"] = L
      scope.integers["T"] = T
      scope.values["r"] = Matrix(Double(rounds))
      page.check(
        Text("L = \(L), T = \(T): T + L − 1 rounds", ko: "L = \(L), T = \(T): T + L − 1회"), .equal(rounds, T + L - 1))
    }
    try page.equation("rounds", scope)
    page.table([.symbols("L"), .symbols("T"), Text("states", ko: "상태"), Text("rounds", ko: "회차")], rows)
  }
}

// MARK: - The orders

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

/// In rounds: a round computes every state whose inputs are known before it. Layer l takes step t in round t + l (both
/// from 0).
///
/// - Returns: the states of all layers, t = 1 … T, and how many rounds that took.
func inRounds<Cell: RecurrentCell>(_ cells: [Cell], _ x: [Cell.A]) -> (states: [[[Cell.A]]], rounds: Int) {
  var states = cells.map { [$0.zeroState(for: x[0])] }
  var rounds = 0
  while states[cells.count - 1].count <= x.count {
    // Nothing in a round reads what the same round computes.
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
