// Small tasks for recurrent networks: random sequences with one answer at the end of each.

import Autodiff

/// Something to learn: sequences whose steps have `inputs` entries, answered by `outputs` numbers.
public struct Task: Sendable {
  /// Entries of an input x_t.
  public let inputs: Int
  /// How many classes there are; 1 if the answer is a number.
  public let outputs: Int
  /// Draws `count` new sequences.
  public let draw: @Sendable (_ count: Int, inout Random) -> Sequences

  public init(inputs: Int, outputs: Int, draw: @escaping @Sendable (_ count: Int, inout Random) -> Sequences) {
    self.inputs = inputs
    self.outputs = outputs
    self.draw = draw
  }

  // begin: tasks
  // begin: recall
  /// The answer is the first symbol, one of `classes`. After it come `lag` fillers, each one of 4 other symbols.
  public static func recall(lag: Int, classes kinds: Int = 4) -> Task {
    Task(inputs: kinds + 4, outputs: kinds) { count, random in
      let classes = (0..<count).map { _ in random.index(below: kinds) }
      let fillers = (0..<lag).map { _ in (0..<count).map { _ in kinds + random.index(below: 4) } }
      return Sequences(symbols: [classes] + fillers, of: kinds + 4, classes: classes)
    }
  }
  // end: recall

  /// Numbers between 0 and 1, one marked in each half. The answer is the sum of the two (Hochreiter & Schmidhuber
  /// 1997).
  public static func adding(steps: Int) -> Task {
    Task(inputs: 2, outputs: 1) { count, random in
      var x = (0..<steps).map { _ in Matrix(rows: 2, columns: count) }
      var sums = Matrix(rows: 1, columns: count)
      for j in 0..<count {
        let marked = [random.index(below: steps / 2), steps / 2 + random.index(below: steps - steps / 2)]
        for t in 0..<steps { x[t][0, j] = random.uniform() }
        for t in marked {
          x[t][1, j] = 1
          sums[0, j] += x[t][0, j]
        }
      }
      return Sequences(x: x, answer: .numbers(sums))
    }
  }

  /// A small language. A sentence begins with a noun, singular (0–3) or plural (4–7). Phrases follow: a preposition
  /// (8), an article (9) and another noun, or three adverbs (10), as in "the writer of the books …". The answer is
  /// whether the verb is singular or plural.
  public static func agreement(phrases: Int) -> Task {
    Task(inputs: 11, outputs: 2) { count, random in
      let subjects = (0..<count).map { _ in random.index(below: 8) }
      var symbols = [subjects]
      for _ in 0..<phrases {
        let nouns = (0..<count).map { _ in random.index(below: 2) == 0 ? nil : random.index(below: 8) }
        symbols += [nouns.map { $0 == nil ? 10 : 8 }, nouns.map { $0 == nil ? 10 : 9 }, nouns.map { $0 ?? 10 }]
      }
      return Sequences(symbols: symbols, of: 11, classes: subjects.map { $0 < 4 ? 0 : 1 })
    }
  }
  // end: tasks
}
