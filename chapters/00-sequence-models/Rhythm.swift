// The sequences of this chapter, the rhythms of a drum, and what can be counted about them: how probable each past is, and
// how often the best answer is right for a model that sees only a part of the past.

import Autodiff

/// A drum strikes (1) or rests (0) at each step. It tends to do what it did one bar before, four steps ago, and it
/// tends not to do the same twice in a row.
struct Rhythm {
  // begin: rhythm
  /// How many steps back the bar before is.
  static let lag = 4

  /// The probability that the drum strikes: `strikes[a][b]`, where a is the step one bar before and b the last one.
  var strikes = [
    [4.0 / 16, 1.0 / 16],  // it rested one bar before
    [15.0 / 16, 12.0 / 16],  // it struck one bar before
  ]

  /// P(next | past): fair for the first bar, then by the table.
  func probability(of next: Int, after past: [Int]) -> Double {
    if past.count < Rhythm.lag { return 1.0 / 2 }
    let strike = strikes[past[past.count - Rhythm.lag]][past[past.count - 1]]
    return next == 1 ? strike : 1 - strike
  }
  // end: rhythm

  /// A random rhythm of so many steps.
  func draw(_ steps: Int, _ random: inout Random) -> [Int] {
    (0..<steps).reduce(into: []) { past, _ in
      past.append(random.uniform() < probability(of: 1, after: past) ? 1 : 0)
    }
  }

  /// `count` random rhythms of so many steps each.
  func draw(_ count: Int, of steps: Int, _ random: inout Random) -> [[Int]] {
    (0..<count).map { _ in draw(steps, &random) }
  }
}

/// All sequences of a length over 0 and 1: 00…0, 00…1, … in the order of counting.
func allSequences(_ length: Int) -> [[Int]] {
  (0..<1 << length).map { number in (0..<length).map { number >> (length - 1 - $0) & 1 } }
}

/// Every sequence of T steps with its probability.
struct Joint {
  let sequences: [[Int]]
  let probabilities: [Double]

  /// All rhythms of a length; the probability of each is the product over its steps.
  init(_ rhythm: Rhythm, steps: Int) {
    sequences = allSequences(steps)
    probabilities = sequences.map { sequence in
      sequence.indices.reduce(1.0) {
        $0 * rhythm.probability(of: sequence[$1], after: Array(sequence[..<$1]))
      }
    }
  }

  init(sequences: [[Int]], probabilities: [Double]) {
    (self.sequences, self.probabilities) = (sequences, probabilities)
  }

  /// The length of the sequences.
  var steps: Int { sequences[0].count }

  /// P_{i:j}, a row with an entry for each sequence: the probability that a sequence has the same symbols as this one at
  /// steps i to j. It is the sum over all sequences that have them.
  func probability(from i: Int, through j: Int) -> Matrix {
    var sums: [ArraySlice<Int>: Double] = [:]
    for (sequence, probability) in zip(sequences, probabilities) {
      sums[sequence[(i - 1)..<j], default: 0] += probability
    }
    return Matrix(rows: 1, columns: sequences.count) { sums[sequences[$1][(i - 1)..<j]]! }
  }
}

extension Joint {
  /// P(x_t | x_1, …, x_{t−1}) for t = 1 … T, each a row with an entry for each sequence. Step by step: of the sequences
  /// that are still possible, which share goes on as this one does? Only these stay. `backwards` starts at the last step.
  func conditionals(backwards: Bool = false) -> [Matrix] {
    let order = backwards ? Array((0..<steps).reversed()) : Array(0..<steps)
    var rows = Array(repeating: Matrix(rows: 1, columns: sequences.count), count: steps)
    for (column, sequence) in sequences.enumerated() {
      var possible = Array(sequences.indices)
      for t in order {
        let stay = possible.filter { sequences[$0][t] == sequence[t] }
        rows[t][0, column] = total(stay) / total(possible)
        possible = stay
      }
    }
    return rows
  }

  private func total(_ indices: [Int]) -> Double { indices.reduce(0) { $0 + probabilities[$1] } }
}

// MARK: - What a model sees

/// The part of the past that a model may look at. It must give the same answer to pasts that look the same.
struct View: Sendable {
  let look: @Sendable (_ past: [Int]) -> [Int]

  /// The whole past.
  static let everything = View { past in past }
  /// The last m symbols.
  static func last(_ m: Int) -> View { View { past in Array(past.suffix(m)) } }
  /// Nothing.
  static let nothing = last(0)
  /// The state that a machine is in after it has read the past.
  static func state(of machine: Machine) -> View { View { past in [machine.state(after: past)] } }
}

/// The joint probability of each past and each next symbol, averaged over the predicted steps: exact, or as shares of a
/// sample.
struct Pasts {
  /// Every past once, at its number: the empty one is number 1, and past c followed by symbol s is number 2c + s.
  let pasts: [[Int]]
  /// weights[c][y]: the probability of past c and next symbol y. Over all c and y they sum to 1.
  var weights: [[Double]]
  /// The first and the last step that is predicted.
  let predicted: ClosedRange<Int>

  private init(_ predicted: ClosedRange<Int>) {
    self.predicted = predicted
    pasts = [[]] + (0..<predicted.upperBound).flatMap(allSequences)
    weights = Array(repeating: [0, 0], count: pasts.count)
  }

  private mutating func add(_ sequence: [Int], _ weight: Double) {
    var c = 1
    for t in 1...predicted.upperBound {
      let symbol = sequence[t - 1]
      if predicted.contains(t) { weights[c][symbol] += weight }
      c = 2 * c + symbol
    }
  }

  /// The exact probabilities. Every predicted step counts alike.
  init(_ joint: Joint, predicted: ClosedRange<Int>) {
    self.init(predicted)
    for (sequence, probability) in zip(joint.sequences, joint.probabilities) {
      add(sequence, probability / Double(predicted.count))
    }
  }

  /// The shares in a sample.
  init(_ sequences: [[Int]], predicted: ClosedRange<Int>) {
    self.init(predicted)
    for sequence in sequences { add(sequence, 1 / Double(sequences.count * predicted.count)) }
  }

  /// The numbers of the pasts that occur.
  var occurring: [Int] { pasts.indices.filter { weights[$0][0] + weights[$0][1] > 0 } }

  // begin: ceiling
  /// For everything that a model can see: its probability together with a rest, and with a strike, as the next symbol.
  func table(_ view: View) -> [[Int]: [Double]] {
    var table: [[Int]: [Double]] = [:]
    for c in occurring {
      let seen = view.look(pasts[c])
      table[seen, default: [0, 0]][0] += weights[c][0]
      table[seen, default: [0, 0]][1] += weights[c][1]
    }
    return table
  }

  /// The best accuracy that any model with this view can reach.
  func ceiling(_ view: View) -> Double {
    var right = 0.0
    for probabilities in table(view).values {
      right += max(probabilities[0], probabilities[1])
    }
    return right
  }
  // end: ceiling

  /// The best answer to everything that can be seen: the more probable symbol.
  func bestAnswers(_ view: View) -> [[Int]: Int] { table(view).mapValues { $0[1] > $0[0] ? 1 : 0 } }

  /// The accuracy of a model with this view that gives these answers. Where it has no answer, it says 0, a rest.
  func accuracy(_ view: View, _ answers: [[Int]: Int]) -> Double {
    occurring.reduce(0) { $0 + weights[$1][answers[view.look(pasts[$1])] ?? 0] }
  }

  /// The mean surprise of a model: −log of the probability that it gives to the symbol that comes.
  ///
  /// - Parameter predictions: 2 × pasts.
  func crossEntropy(_ predictions: Matrix) -> Double {
    occurring.reduce(0) { sum, c in
      (0...1).reduce(sum) { $0 - weights[c][$1] * Elementary.log(predictions[$1, c]) }
    }
  }

  /// The table of a view as a matrix: rows are next symbols, columns are what can be seen, in lexicographic order.
  func matrix(_ view: View) -> Matrix {
    let table = table(view)
    let seen = table.keys.sorted { $0.lexicographicallyPrecedes($1) }
    return Matrix(rows: 2, columns: seen.count) { table[seen[$1]]![$0] }
  }
}

// MARK: - Machines

/// A latent autoregressive model whose state is one of n: h_t = g(h_{t−1}, x_t), written out as a table.
struct Machine: Sendable {
  /// next[2 s + x] is the state that follows when state s reads x. The first state is 0.
  let next: [Int]

  func state(after past: [Int]) -> Int { past.reduce(0) { next[2 * $0 + $1] } }

  /// All machines of exactly n states, all of which can be reached from the first. Of machines that differ only in the names of their
  /// states, the list has one: states are numbered in the order in which the table mentions them, each before its own row.
  static func all(_ n: Int) -> [Machine] {
    var found: [Machine] = []
    func extend(_ table: [Int], known: Int) {
      if table.count == 2 * n { return found.append(Machine(next: table)) }
      if table.count == 2 * known { return }  // the next row's state is never reached
      for state in 0..<min(known + 1, n) { extend(table + [state], known: max(known, state + 1)) }
    }
    extend([], known: 1)
    return found.filter { Set($0.next + [0]).count == n }
  }

  /// The machine whose state is the last m symbols: a new one goes in, the oldest goes out.
  static func window(_ m: Int) -> Machine {
    Machine(next: (0..<1 << m).flatMap { s in [0, 1].map { (2 * s + $0) % (1 << m) } })
  }
}

extension Pasts {
  /// The machine with the highest ceiling, the first of several, and that ceiling. It is the same number as `ceiling`
  /// gives, but faster for thousands of machines: the state after past 2c + x follows from the state after past c.
  func bestMachine(of machines: [Machine]) -> (machine: Machine, ceiling: Double) {
    let (zeros, ones) = (weights.map { $0[0] }, weights.map { $0[1] })
    var states = Array(repeating: 0, count: pasts.count)
    var best = (machine: machines[0], ceiling: -1.0)
    for machine in machines {
      var sums = Array(repeating: 0.0, count: machine.next.count)
      for c in 1..<pasts.count {
        if c > 1 { states[c] = machine.next[2 * states[c / 2] + c % 2] }
        sums[2 * states[c]] += zeros[c]
        sums[2 * states[c] + 1] += ones[c]
      }
      let ceiling = stride(from: 0, to: sums.count, by: 2).reduce(0) { $0 + max(sums[$1], sums[$1 + 1]) }
      if ceiling > best.ceiling { best = (machine, ceiling) }
    }
    return best
  }
}
