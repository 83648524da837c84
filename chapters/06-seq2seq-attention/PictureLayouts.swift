// Where everything stands in the pictures of this chapter.

import Autodiff
import Notebook

// MARK: - Encoder and decoder

extension Diagram {
  /// The encoder below, the decoder above it, as `Sketch` records them; between the two the keys' line and a box for each question.
  static func encoderDecoder(isAttending: Bool) -> Diagram {
    var d = Diagram()
    let (S, T) = (Sketch.source.count, Sketch.target.count + 1)
    func x(_ j: Int) -> Int { 5 * j - 3 }
    let states = d.encoder(S, x)

    // s_0 from the last state of each direction.
    let ends = d.operation(.stackRows(heights: [2, 2]), key: "ends", at: -1, 23)
    d.wire(states.forward[S - 1], ends, via: [(x(S), 23)])
    d.wire(states.backward[0], ends, via: [(x(1) + 2, 25), (-1, 25)])
    var s = d.layer(.tanh, "s_0", weights: ["W_s", "b_s"], at: -1, 19)
    d.wire(ends, s)

    let row = isAttending ? 8 : 15
    var keys: Port?
    if isAttending { keys = d.keys(states, x) }
    for t in 1...T {
      let column = 7 * t - 3
      let y = d.quantity("y_\(t - 1)", at: column + 1, row + 3)
      let next = d.box(
        "tanh", ["s_\(t)"], parameters: ["W_y", "b_y", "W_h", "b_h"], at: column, row, width: 4, height: 2)[0]
      d.wire(y, next, entry: (column + 1, row))
      d.wire(s, next, via: t == 1 ? [(-1, row)] : [])
      let p = d.box("softmax", ["p_\(t)"], parameters: ["W", "b"], at: column, row - 5, width: 4, height: 2)[0]
      d.wire(next, p)
      if let keys {
        let c = d.box("a", ["c_\(t)"], at: column, row + 7, width: 3, height: 2)[0]
        d.wire(keys, c, via: [(x(S), row + 10), (column, row + 10)])
        let start = t == 1 ? -1 : column - 3
        d.wire(s, c, via: t == 1 ? [(start, row + 7)] : [(start, row), (start, row + 7)])
        d.wire(c, next)
        d.wire(c, p, via: [(column, row + 4), (column + 3, row + 4), (column + 3, row - 5)])
      }
      d.wire(p, d.quantity("p_\(t)", at: column, row - 8))
      s = next
    }
    return d
  }

  /// The encoder in both directions.
  private mutating func encoder(_ S: Int, _ x: (Int) -> Int) -> (forward: [Port], backward: [Port]) {
    let inputs = (1...S).map { j in quantity("x_\(j)", at: x(j), 34) }
    var rows: [[Port]] = []
    for isForward in [true, false] {
      let (shift, y) = isForward ? (0, 30) : (2, 27)
      let name = Sketch.name(forward: isForward)
      let row = (1...S).map { j in
        layer(.tanh, name(j), weights: Sketch.weights(forward: isForward), at: x(j) + shift, y)
      }
      var before = quantity(name(isForward ? 0 : S + 1), at: isForward ? -1 : x(S) + 5, y)
      for j in isForward ? Array(1...S) : (1...S).reversed() {
        wire(inputs[j - 1], row[j - 1], via: isForward ? [] : [(x(j), 32), (x(j) + shift, 32)])
        wire(before, row[j - 1])
        before = row[j - 1]
      }
      rows.append(row)
    }
    return (rows[0], rows[1])
  }

  /// The keys, one above each symbol, and the line that takes them all along.
  private mutating func keys(_ states: (forward: [Port], backward: [Port]), _ x: (Int) -> Int) -> Port {
    let keys = states.forward.indices.map { j in
      let k = operation(.stackRows(heights: [2, 2]), "k_\(j + 1)", at: x(j + 1), 21)
      wire(states.forward[j], k)
      wire(states.backward[j], k, via: [(x(j + 1) + 2, 21)])
      return k
    }
    var all = keys[0]
    for j in 1..<keys.count {
      let join = merge(key: "K_\(j + 1)", at: x(j + 1), 20)
      wire(all, join, via: j == 1 ? [(x(1), 20)] : [])
      wire(keys[j], join)
      all = join
    }
    return all
  }
}

// MARK: - One step

extension Diagram {
  /// One step of attention over four keys, and the step of the decoder that reads its context, as `OneStep` records them.
  ///
  /// Keys: "×1" … are a_j k_j, "+2" and "+3" the sums on the way to c_t.
  static func oneStep() -> Diagram {
    var d = Diagram()
    let S = OneStep.steps
    func x(_ j: Int) -> Int { 6 * j - 4 }
    let asks = d.quantity("s_{t-1}", at: -2, 27)
    let scores = (1...S).map { j in
      let k = d.quantity("k_\(j)", at: x(j) + 1, 29)
      let e = d.box("q^{T} k", ["e_\(j)"], at: x(j), 24, width: 4, height: 2)[0]
      d.wire(asks, e, via: [(x(j) - 1, 27)], entry: (x(j) - 1, 24))
      d.wire(k, e, entry: (x(j) + 1, 24))
      return e
    }
    let weights = d.box("softmax", (1...S).map { "a_\($0)" }, key: "softmax", at: x(1) + 9, 19, width: 22, height: 2)
    for (j, e) in scores.enumerated() { d.wire(e, weights[0], entry: (x(j + 1), 19)) }
    var sum: Port?
    for j in 1...S {
      let product = d.operation(.matrixProduct, key: "×\(j)", at: x(j), 14)
      d.wire(d.quantity("k_\(j)", at: x(j) - 3, 14), product, weight: "a_\(j)")
      d.wire(weights[j - 1], product, exit: (x(j), 19))
      guard let before = sum else {
        sum = product
        continue
      }
      let next = d.operation(.sum, j == S ? "c_t" : nil, key: j == S ? "c_t" : "+\(j)", at: x(j), 10)
      d.wire(before, next, via: j == 2 ? [(x(1), 10)] : [], weight: j == 2 ? "a_1" : nil)
      d.wire(product, next, weight: "a_\(j)")
      sum = next
    }
    let state = d.box("tanh", ["s_t"], parameters: ["W_y", "b_y", "W_h", "b_h"], at: x(3), 5, width: 4, height: 2)[0]
    d.wire(d.quantity("y_{t-1}", at: x(2), 7), state, via: [(x(3) - 1, 7)], entry: (x(3) - 1, 5))
    d.wire(d.quantity("s_{t-1}", at: x(2) - 4, 5), state)
    d.wire(sum!, state, via: [(x(S), 5)])
    let both = d.operation(.stackRows(heights: [2, 2]), key: "both", at: x(3), 1)
    d.wire(sum!, both, via: [(x(S), 1)])
    d.wire(state, both)
    let answer = d.layer(.softmax, "p_t", weights: ["W", "b"], at: x(3), -2)
    d.wire(both, answer)
    d.wire(answer, d.quantity("p_t", at: x(3), -7))
    return d
  }

  /// A step in which the state before it asks.
  static func stateBeforeAsks() -> Diagram {
    var d = Diagram(label: "s_{t-1}")
    let before = d.quantity("s_{t-1}", at: -1, 8)
    let found = d.box("a", ["c_t"], parameters: ["W_a"], at: 6, 14, width: 4, height: 2)[0]
    let state = d.box("tanh", ["s_t"], parameters: ["W_y", "b_y", "W_h", "b_h"], at: 6, 8, width: 6, height: 2)[0]
    let answer = d.box("softmax", ["p_t"], parameters: ["W", "b"], at: 6, 3, width: 4, height: 2)[0]
    d.wire(before, found, via: [(1, 8), (1, 14)])
    d.wire(d.quantity("K", at: 6, 18), found)
    d.wire(found, state)
    d.wire(d.quantity("y_{t-1}", at: 8, 12), state, entry: (8, 8))
    d.wire(before, state)
    d.wire(state, d.quantity("s_t", at: 11, 8))
    d.wire(state, answer)
    d.wire(found, answer, via: [(6, 11), (2, 11), (2, 3)])
    d.wire(answer, d.quantity("p_t", at: 6, -1))
    return d.tracing(["s_{t-1}", "c_t", "s_t", "s_t"], isRestPale: false)
  }

  /// A step in which the state after it asks.
  static func stateAfterAsks() -> Diagram {
    var d = Diagram(label: "s_t")
    let before = d.quantity("s_{t-1}", at: 0, 14)
    let state = d.box("tanh", ["s_t"], parameters: ["W_y", "b_y", "W_h", "b_h"], at: 5, 14, width: 4, height: 2)[0]
    let found = d.box("a", ["c_t"], parameters: ["W_a"], at: 5, 8, width: 4, height: 2)[0]
    let answer = d.box("softmax", ["p_t"], parameters: ["W", "b"], at: 5, 3, width: 4, height: 2)[0]
    d.wire(before, state)
    d.wire(d.quantity("y_{t-1}", at: 5, 18), state)
    d.wire(d.quantity("K", at: 0, 8), found)
    d.wire(state, found)
    d.wire(found, answer)
    d.wire(state, answer, via: [(8, 14), (8, 3)])
    d.wire(state, d.quantity("s_t", at: 10, 14))
    d.wire(answer, d.quantity("p_t", at: 5, -1))
    return d.tracing(["s_t", "c_t", "p_t", "p_t"], isRestPale: false)
  }
}

// MARK: - The way of a gradient

extension Diagram {
  /// A source of four symbols, three steps of a decoder, and the loss of the last one, as `Way` records them.
  static func way(isAttending: Bool) -> Diagram {
    var d = Diagram()
    let (S, T) = (Way.source, Way.target)
    func x(_ k: Int) -> Int { 3 * k - 1 }
    var before = d.quantity("h_0", at: 0, 12)
    var keys: [Port] = []
    for j in 1...S {
      let h = d.layer(.tanh, "h_\(j)", weights: ["V_x", "V_h"], at: x(j), 12)
      d.wire(d.quantity("x_\(j)", at: x(j), 16), h)
      d.wire(before, h)
      keys.append(h)
      before = h
    }
    let first = d.layer(.tanh, "s_0", weights: ["W_s"], at: x(S + 1), 12)
    d.wire(before, first)
    before = first
    for t in 1...T {
      let s = d.layer(.tanh, "s_\(t)", weights: ["W_y", "W_h"], at: x(S + 1 + t), 12)
      d.wire(d.quantity("y_\(t - 1)", at: x(S + 1 + t), 16), s)
      d.wire(before, s)
      before = s
    }
    let end = x(S + 1 + T)
    let top = isAttending ? 2 : 8
    let loss = d.box("−log p", ["L"], parameters: ["W"], at: end - 1, top, width: 5, height: 2)[0]
    d.wire(before, loss, entry: (end, top))
    d.wire(loss, d.quantity("L", at: end - 1, top - 3))
    guard isAttending else { return d }
    var all = keys[0]
    for j in 2...S {
      let join = d.merge(key: "K_\(j)", at: x(j), 7)
      d.wire(all, join, via: j == 2 ? [(x(1), 7)] : [])
      d.wire(keys[j - 1], join)
      all = join
    }
    let found = d.box("a", ["c_\(T)"], at: end - 5, 7, width: 3, height: 2)[0]
    d.wire(all, found)
    d.wire(before, found, via: [(end, 7)])
    d.wire(found, loss, via: [(end - 5, 2)])
    return d
  }
}
