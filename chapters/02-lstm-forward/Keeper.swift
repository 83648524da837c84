// The LSTM of one unit that learns to remember a bit: its task, its training, and what is measured of its gates.

import Autodiff
import Experiments
import Recurrent

/// Sequences of bits, some of which must be kept. At each step the input is a bit, ±1, and two markers: s = 1 says that this
/// bit must be stored, q = 1 asks for the bit stored last. The right answer is that bit where q = 1, and 0 elsewhere. All
/// other bits are distractors.
struct Task {
  /// For each step 3 × batch: the bit, s, q.
  var inputs: [Matrix] = []
  /// For each step 1 × batch: the right answer, and the bit that is stored after the step.
  var answers: [Matrix] = []
  var stored: [Matrix] = []

  /// The first bit is always stored. Each later step stores with probability 0.15 and asks with probability 0.2.
  init(steps: Int, size: Int, _ random: inout Random) {
    self.init(steps: steps, size: size, &random) { t, random in
      let chance = random.uniform()
      return (t == 0 || chance < 0.15, t > 0 && chance >= 0.15 && chance < 0.35)
    }
  }

  /// Only the first bit is stored, and the last step asks for it.
  init(lag: Int, size: Int, _ random: inout Random) {
    self.init(steps: lag + 1, size: size, &random) { t, _ in (t == 0, t == lag) }
  }

  /// Nothing is stored and nothing is asked.
  init(waiting steps: Int, size: Int, _ random: inout Random) {
    self.init(steps: steps, size: size, &random) { _, _ in (false, false) }
  }

  private init(
    steps: Int, size: Int, _ random: inout Random, markers: (Int, inout Random) -> (stores: Bool, asks: Bool)
  ) {
    var held = Matrix(rows: 1, columns: size)
    for t in 0..<steps {
      var input = Matrix(rows: 3, columns: size)
      var answer = Matrix(rows: 1, columns: size)
      for j in 0..<size {
        let bit = random.index(below: 2) == 0 ? -1.0 : 1.0
        let (stores, asks) = markers(t, &random)
        if stores { held[0, j] = bit }
        if asks { answer[0, j] = held[0, j] }
        (input[0, j], input[1, j], input[2, j]) = (bit, stores ? 1 : 0, asks ? 1 : 0)
      }
      inputs.append(input)
      answers.append(answer)
      stored.append(held)
    }
  }
}

extension Task {
  /// One sequence of given bits; `stores` and `asks` name the steps, from 1, that have a marker.
  init(bits: [Double], stores: [Int], asks: [Int]) {
    var held = 0.0
    for (place, bit) in bits.enumerated() {
      let (s, q) = (stores.contains(place + 1), asks.contains(place + 1))
      if s { held = bit }
      inputs.append(Matrix(column: [bit, s ? 1 : 0, q ? 1 : 0]))
      answers.append(Matrix(q ? held : 0))
      stored.append(Matrix(held))
    }
  }
}

/// An LSTM of one unit with a linear map that reads its answer off h_t.
struct Keeper {
  /// W_x (4 × 3), W_h (4 × 1) and b (4 × 1), rows in PyTorch's order i, f, g, o; then w_y and b_y (1 × 1).
  var parameters: [Matrix]

  /// Weights uniform between −1/2 and 1/2, biases 0.
  init(random: inout Random) {
    parameters = [
      random.uniform(4, 3, -0.5, 0.5), random.uniform(4, 1, -0.5, 0.5), Matrix(rows: 4, columns: 1),
      random.uniform(1, 1, -0.5, 0.5), Matrix(0),
    ]
  }

  var cell: LSTMCell<Matrix> { Keeper.cell(parameters) }

  static func cell<A>(_ p: [A]) -> LSTMCell<A> { LSTMCell(CellWeights(W: (p[0], p[1]), b: (p[2], nil)), hidden: 1) }

  /// Trains by Adam on the squared error of all answers: a new batch of 16 sequences of 12 steps for every update, gradients
  /// clipped at norm 1. Returns the loss before each update.
  mutating func train(updates: Int, random: inout Random) -> [Double] {
    Experiments.train(&parameters, updates: updates, learningRate: 0.03) { p, _ in
      let tape = p[0].tape
      let task = Task(steps: 12, size: 16, &random)
      let cell = Keeper.cell(p)
      var state = cell.zeroState(for: tape.constant(task.inputs[0]))
      var loss = tape.constant(Matrix(0))
      for (x, answer) in zip(task.inputs, task.answers) {
        state = cell.step(tape.constant(x), state)
        let error = p[3] * state[0] + p[4] - tape.constant(answer)
        loss = loss + (error .* error).mean
      }
      return loss
    }
  }

  /// Every step of a task, and the answers, each 1 × batch. It begins with h = 0 and, unless told otherwise, with c = 0.
  func run(_ task: Task, from start: Matrix? = nil) -> (steps: [LSTMCell<Matrix>.Step], answers: [Matrix]) {
    let cell = cell
    let zeros = Matrix(rows: 1, columns: task.inputs[0].columns)
    var (h, c) = (zeros, start ?? zeros)
    var steps: [LSTMCell<Matrix>.Step] = []
    for x in task.inputs {
      let step = cell.step(x, h, c)
      (h, c) = (step.h, step.c)
      steps.append(step)
    }
    return (steps, steps.map { parameters[3] * $0.h + parameters[4] })
  }

  /// The share of the questions whose answer has the right sign.
  func accuracy(on task: Task) -> Double {
    var (right, asked) = (0, 0)
    for (given, wanted) in zip(run(task).answers, task.answers) {
      for (y, bit) in zip(given.elements, wanted.elements) where bit != 0 {
        asked += 1
        if y * bit > 0 { right += 1 }
      }
    }
    return Double(right) / Double(asked)
  }
}

/// What the gates of a trained network do, over all steps of a task.
struct Habits {
  /// The means of each gate at steps that store, that ask, and that do neither.
  let f, i, o: [Double]
  /// Means at steps that store: i for the bit 1, i for −1, g for 1, g for −1.
  let written: [Double]
  /// The correlation of i with the marker s.
  let writes: Double

  /// The candidate carries the bit: at steps that store, i is open for either bit, and g has opposite signs.
  var candidateHasBit: Bool { min(written[0], written[1]) > 0.5 && written[2] * written[3] < 0 }
  /// The input gate carries the bit: at steps that store, i is open for one bit and shut for the other, and g is about the
  /// same for both.
  var gateHasBit: Bool {
    min(written[0], written[1]) < 0.2 && max(written[0], written[1]) > 0.8 && abs(written[2] - written[3]) < 0.3
  }

  init(_ keeper: Keeper, _ task: Task) {
    let steps = keeper.run(task).steps
    func all(_ row: (Int) -> [Double]) -> [Double] { steps.indices.flatMap(row) }
    func input(_ place: Int) -> [Double] { all { t in (0..<task.inputs[t].columns).map { task.inputs[t][place, $0] } } }
    let (bit, s, q) = (input(0), input(1), input(2))
    let (f, i) = (all { steps[$0].f.elements }, all { steps[$0].i.elements })
    let (g, o) = (all { steps[$0].g.elements }, all { steps[$0].o.elements })
    func means(_ x: [Double]) -> [Double] {
      [mean(x) { s[$0] == 1 }, mean(x) { q[$0] == 1 }, mean(x) { s[$0] == 0 && q[$0] == 0 }]
    }
    (self.f, self.i, self.o) = (means(f), means(i), means(o))
    written = [i, g].flatMap { x in [1.0, -1].map { wanted in mean(x) { s[$0] == 1 && bit[$0] == wanted } } }
    writes = correlation(i, s)
  }
}

/// A network after its training, and the measurements of it.
struct Trained {
  let keeper: Keeper
  /// Before each update.
  let losses: [Double]
  let habits: Habits
  /// The share of right answers on new sequences of 12 steps, and by the number of steps after a bit was stored.
  let accuracy: Double
  let byLag: [Int: Double]
  /// The mean of |y| at steps that do not ask, where the right answer is 0.
  let idle: Double
  /// The mean of c, 0 … 200 steps after a bit was stored: where it was 1, and where it was −1.
  let paths: [[Double]]
  /// The means of (1 − f) c_{t−1} and of i g, from 100 to 200 steps after a bit was stored: where it was 1, and where −1.
  let balance: [(leaked: Double, written: Double)]
  /// c after 200 steps that neither store nor ask, from 13 values between −6 and 6.
  let ends: [Double]
  /// W_hg, and the share of right answers on the sequences of 12 steps when it is set to 0.
  let feedback: Double
  let accuracyWithoutFeedback: Double

  init(seed: UInt64, updates: Int) {
    var random = Random(seed: seed)
    var keeper = Keeper(random: &random)
    losses = keeper.train(updates: updates, random: &random)
    let test = Task(steps: 12, size: 512, &random)
    accuracy = keeper.accuracy(on: test)
    habits = Habits(keeper, test)
    let unasked = zip(keeper.run(test).answers, test.answers).flatMap { given, wanted in
      zip(given.elements, wanted.elements).filter { $0.1 == 0 }.map { abs($0.0) }
    }
    idle = unasked.reduce(0, +) / Double(unasked.count)
    let tasks = [20, 200].map { Task(lag: $0, size: 512, &random) }
    byLag = Dictionary(uniqueKeysWithValues: zip([20, 200], tasks.map { [keeper] in keeper.accuracy(on: $0) }))
    let steps = keeper.run(tasks[1]).steps
    func overSequences(_ values: Matrix, _ bit: Double) -> Double {
      mean(values.elements) { tasks[1].stored[200][0, $0] == bit }
    }
    paths = [1.0, -1].map { bit in steps.map { overSequences($0.c, bit) } }
    balance = [1.0, -1].map { bit in
      let leaked = (101..<200).map { t in overSequences((1.0 - steps[t].f) .* steps[t - 1].c, bit) }
      let written = (101..<200).map { t in overSequences(steps[t].i .* steps[t].g, bit) }
      return (leaked.reduce(0, +) / 99, written.reduce(0, +) / 99)
    }
    let waiting = Task(waiting: 200, size: 13, &random)
    ends = keeper.run(waiting, from: Matrix([(-6...6).map { Double($0) }])).steps[199].c.elements
    self.keeper = keeper
    feedback = keeper.parameters[1][2, 0]
    keeper.parameters[1][2, 0] = 0
    accuracyWithoutFeedback = keeper.accuracy(on: test)
  }
}

/// The mean of those numbers whose index satisfies a condition; NaN if none does.
private func mean(_ x: [Double], where holds: (Int) -> Bool) -> Double {
  let chosen = x.indices.filter(holds)
  return chosen.reduce(0) { $0 + x[$1] } / Double(chosen.count)
}

/// The correlation of two lists of numbers; NaN where one of them does not vary.
private func correlation(_ a: [Double], _ b: [Double]) -> Double {
  func centred(_ x: [Double]) -> Matrix {
    let mean = x.reduce(0, +) / Double(x.count)
    return Matrix(column: x.map { $0 - mean })
  }
  let (x, y) = (centred(a), centred(b))
  return (x .* y).total.scalar / (x.norm * y.norm)
}
