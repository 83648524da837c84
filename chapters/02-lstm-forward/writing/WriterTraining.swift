// How the network learns to write: it reads texts and is corrected at every character.

import Autodiff
import Dispatch
import Experiments
import Notebook
import Recurrent

/// A training of a writer. A seed decides it, update by update, on every machine.
struct WriterTraining {
  private(set) var writer: Writer
  /// The loss before each update, in nats a character.
  private(set) var losses: [Double] = []
  /// How the loss falls, a point every 20 updates.
  private(set) var curve: [Point] = []
  let updates: Int
  private var optimizer = Adam(learningRate: learningRate)
  private var random: Random
  private let halves = [Half(), Half()]

  /// A point of the loss curve.
  struct Point {
    let updates: Int
    /// The mean of the losses since the last point.
    let training: Double
    /// The loss on texts that no training sees.
    let heldOut: Double
  }

  static let updates = 800
  static let updatesToAPoint = 20
  /// Texts of each kind in a batch.
  static let ofEachKind = 16
  static let learningRate = 1e-2
  static let threshold = 1.0

  init(_ configuration: RecurrentConfiguration = Writer.lstm, seed: UInt64, updates: Int = updates) {
    writer = Writer(configuration, seed: seed)
    self.updates = updates
    // Weights and texts have streams of their own, so that a network of another size reads the same texts.
    random = Random(seed: seed &+ 0x9E37_79B9)
  }

  /// Draws texts of each kind; all kinds are as frequent as each other, though there are more numbers than times.
  static func draw(_ count: Int, of kinds: [Kind], from texts: [[String]], _ random: inout Random) -> [String] {
    kinds.flatMap { kind in
      let all = texts[kind.rawValue]
      return (0..<count).map { _ in all[random.index(below: all.count)] }
    }
  }

  /// All updates, with a line about each for a progress bar.
  mutating func run(_ progress: (Text, _ share: Double) -> Void) {
    while losses.count < updates {
      update()
      if losses.count % WriterTraining.updatesToAPoint == 0 {
        let last = losses.suffix(WriterTraining.updatesToAPoint)
        curve.append(
          Point(
            updates: losses.count, training: last.reduce(0, +) / Double(last.count),
            heldOut: writer.loss(on: WriterTraining.heldOut)))
      }
      let loss = NumberFormat.format(losses[losses.count - 1], decimals: 3)
      progress(
        Text("\(losses.count)/\(updates)  loss \(loss)", ko: "\(losses.count)/\(updates)  손실 \(loss)"),
        Double(losses.count) / Double(updates))
    }
  }

  /// Texts that no training sees, as many of each kind.
  static let heldOut: [String] = {
    var random = Random(seed: 2021)
    return draw(50, of: Kind.allCases, from: Texts.heldOut, &random)
  }()

  // begin: update
  mutating func update() {
    // Korean texts are short and English ones long: apart from each other, both are padded little. Each half has a core.
    let batch = [true, false].map { isKorean in
      WriterTraining.draw(
        WriterTraining.ofEachKind, of: Kind.allCases.filter { $0.isKorean == isKorean }, from: Texts.training, &random)
    }
    let (writer, halves) = (writer, halves)
    DispatchQueue.concurrentPerform(iterations: 2) { halves[$0].run(writer, batch[$0]) }
    let count = Double(halves[0].characters + halves[1].characters)
    var step = zip(halves[0].gradients, halves[1].gradients).map { (1 / count) * ($0 + $1) }
    clip(&step, toNorm: WriterTraining.threshold)
    // From the middle on the learning rate shrinks along a straight line, to nothing.
    let left = Double(updates - losses.count) / Double(updates)
    optimizer.learningRate = WriterTraining.learningRate * min(1, 2 * left)
    optimizer.step(&self.writer.parameters, gradients: step)
    losses.append((halves[0].loss + halves[1].loss) / count)
  }
  // end: update

  /// Loss and gradients, summed over the characters of some texts. Only one thread at a time uses it.
  private final class Half: @unchecked Sendable {
    private let tape = Tape()
    private(set) var loss = 0.0
    private(set) var characters = 0
    private(set) var gradients: [Matrix] = []

    func run(_ writer: Writer, _ texts: [String]) {
      tape.rewind()
      let parameters = writer.parameters.map { tape.variable($0) }
      let batch = TextBatch(texts)
      let loss = batch.loss(parameters, writer.configuration)
      let found = tape.gradients(of: loss)
      gradients = parameters.map { found[$0] }
      (self.loss, characters) = (loss.value.scalar, batch.count)
    }
  }
}

/// Texts side by side, padded at their ends.
struct TextBatch {
  private let symbols: [[Int]]
  private let steps: Int
  /// How many characters are to be predicted: those of all texts, and their ends.
  var count: Int { symbols.reduce(0) { $0 + $1.count + 1 } }

  init(_ texts: [String]) {
    symbols = texts.map { Alphabet.numbers($0) }
    steps = 1 + symbols.reduce(0) { max($0, $1.count) }
  }

  // begin: loss
  /// The sum of −log p over all characters, each predicted from those before it.
  func loss(_ parameters: [Variable], _ configuration: RecurrentConfiguration) -> Variable {
    let network = RecurrentNetwork(configuration, parameters: Array(parameters.dropLast(2)))
    let (W_hy, b_y) = (parameters[parameters.count - 2], parameters[parameters.count - 1])
    var (read, wanted, real): ([Int], [Int], [Int]) = ([], [], [])
    for t in 0..<steps {
      for text in symbols {
        if t <= text.count {
          real.append(read.count)
          wanted.append(t < text.count ? text[t] : Alphabet.boundary)
        }
        read.append(t == 0 ? Alphabet.boundary : t <= text.count ? text[t - 1] : 0)
      }
    }
    let x = W_hy.tape.constant(oneHot(read, of: Alphabet.count))
    let h = network.runFused(Joined(x, steps: steps)).outputs.value
    // What a network makes of the padding behind a text comes too late to change anything, and is left out here.
    return (W_hy * h.columns(real) + b_y).crossEntropy(wanted).total
  }
  // end: loss
}

extension Writer {
  /// The mean of −log p over the characters of these texts, in nats a character.
  func loss(on texts: [String]) -> Double {
    let tape = Tape()
    let parameters = parameters.map { tape.constant($0) }
    let batch = TextBatch(texts)
    return batch.loss(parameters, configuration).value.scalar / Double(batch.count)
  }
}
