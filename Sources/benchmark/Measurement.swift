// The measurement: one training step of one layer, repeated.

import Autodiff
import Notebook
import Recurrent

/// The layers that can be measured.
enum Layer: String, CaseIterable {
  case lstm, gru, rnn

  var kind: RecurrentConfiguration.Kind {
    switch self {
    case .lstm: .lstm
    case .gru: .gru()
    case .rnn: .rnn(.tanh)
    }
  }

}

/// How the layer is computed.
enum Variant: String, CaseIterable {
  /// Fused cells, with one matrix for all inputs and one for all outputs.
  case fused
  /// Fused cells, with an input matrix and an output matrix for each step.
  case parts
  /// Small operations, recorded one by one on the tape.
  case tape
}

/// What to measure.
struct Settings: CustomStringConvertible {
  struct Sizes: Equatable {
    var batch = 16
    var steps = 20
    var inputs = 16
    var hidden = 32
  }

  var layer: Layer
  var variant: Variant
  var sizes = Sizes()
  /// Threads of a fused layer. Small operations use one.
  var threads = 1
  /// How many training steps are timed.
  var repetitions = Settings.fewest

  static let fewest = 15

  /// Every layer at four sizes from tiny to large, each with fused cells and with small operations.
  static var table: [Settings] {
    let sizes = [
      Sizes(batch: 1, steps: 20, inputs: 4, hidden: 8), Sizes(batch: 16, steps: 20, inputs: 16, hidden: 32),
      Sizes(batch: 32, steps: 50, inputs: 64, hidden: 128), Sizes(batch: 32, steps: 50, inputs: 256, hidden: 256),
    ]
    return Layer.allCases.flatMap { layer in
      sizes.flatMap { sizes in [Variant.fused, .tape].map { Settings(layer: layer, variant: $0, sizes: sizes) } }
    }
  }

  var description: String {
    let (B, T, D, H) = (sizes.batch, sizes.steps, sizes.inputs, sizes.hidden)
    return "\(layer) (\(variant)), batch \(B), \(T) steps, \(D) inputs, \(H) hidden"
  }

  /// Multiplications and additions of the matrix products in a training step. Every implementation has these: forward
  /// W_x x_t and W_h h_{t−1}; backward dW_x, dW_h and W_hᵀ dz_t.
  var operations: Double {
    let (B, T, D, H) = (Double(sizes.batch), Double(sizes.steps), Double(sizes.inputs), Double(sizes.hidden))
    return 2 * Double(layer.kind.gates) * H * (2 * D + 3 * H) * B * T
  }

  /// Throws if the sizes need more than 2 GB.
  func check() throws {
    let most = 250_000_000.0  // numbers of 8 bytes: 2 GB
    let (B, T, D, H) = (Double(sizes.batch), Double(sizes.steps), Double(sizes.inputs), Double(sizes.hidden))
    let gates = Double(layer.kind.gates)
    // The weights, and what each step keeps for the backward pass, both with their gradients.
    let numbers = 3 * gates * H * (D + H) + B * T * (D + 14 * gates * H) + 200 * T
    if numbers > most { throw BadInput("\(self): that is more than 2 GB of numbers; choose smaller sizes") }
  }
}

/// A layer with weights and data that can run a training step any number of times.
final class TrainingStep {
  private let settings: Settings
  private let tape = Tape()
  private let network: RecurrentNetwork<Variable>
  /// x_1 … x_T as one matrix, and as a matrix for each step for the variants that read these.
  private let joined: Joined<Variable>
  private let inputs: [Variable]
  private let start: Tape.Mark

  init(_ settings: Settings) throws {
    try settings.check()
    self.settings = settings
    var random = Random(seed: 1)
    let (sizes, tape) = (settings.sizes, tape)
    let configuration = RecurrentConfiguration(
      settings.layer.kind, inputSize: sizes.inputs, hiddenSize: sizes.hidden)
    network = RecurrentNetwork(configuration, random: &random).map { tape.variable($1) }
    joined = Joined(tape.constant(random.normal(sizes.inputs, sizes.steps * sizes.batch)), steps: sizes.steps)
    inputs = settings.variant == .fused ? [] : joined.parts
    start = tape.mark
  }

  /// The forward and the backward pass: L and the gradients of all weights and biases, in PyTorch's order.
  func callAsFunction() -> (loss: Double, gradients: [Matrix]) {
    tape.rewind(to: start)
    let outputs =
      switch settings.variant {
      case .fused: network.runFused(joined, threads: settings.threads).outputs.value
      case .parts: Variable.stack(network.runFused(inputs, threads: settings.threads).outputs)
      case .tape: Variable.stack(network.run(inputs).outputs)
      }
    let loss = (outputs .* outputs).total
    let gradients = tape.gradients(of: loss)
    return (loss.value.scalar, network.parameters.map { gradients[$0] })
  }
}

/// The result of a measurement.
struct Measurement: CustomStringConvertible {
  static let warmUps = 2

  let settings: Settings
  /// Times of a training step, in milliseconds.
  let median: Double
  let shortest: Double
  let loss: Double

  init(of settings: Settings) throws {
    let step = try TrainingStep(settings)
    for _ in 0..<Self.warmUps { _ = step() }
    var loss = Double.nan
    let times = (0..<settings.repetitions).map { _ in
      let time = ContinuousClock().measure { loss = step().loss }.components
      return Double(time.seconds) * 1e3 + Double(time.attoseconds) * 1e-15
    }.sorted()
    self.settings = settings
    median = times[times.count / 2]
    shortest = times[0]
    self.loss = loss
  }

  /// Billions of multiplications and additions per second, counting only the matrix products.
  var speed: Double { settings.operations / median * 1e-6 }

  var description: String {
    "\(settings): \(milliseconds(median)) ms a training step, the median of \(settings.repetitions);"
      + " the shortest \(milliseconds(shortest)) ms; loss \(loss)"
  }
}

/// A time as text with three significant digits; more would be noise.
func milliseconds(_ time: Double) -> String { NumberFormat.format(time, significant: 3) }

/// The largest number of multiplications and additions per second that this core can do, in billions: the best of
/// several runs of a loop without memory access.
func measuredPeak() -> Double {
  let rounds = 200_000
  let times = (1...18).map { k in
    let time = ContinuousClock().measure {
      sink += Kernels.multiplyAdds(rounds: rounds, 1 / Double(k + 1), isWide: k % 2 == 0)
    }.components
    return Double(time.seconds) + Double(time.attoseconds) * 1e-18
  }
  return 96 * Double(rounds) / times.min()! * 1e-9
}

/// Receives unused results, so that the compiler does not remove their computation.
nonisolated(unsafe) private var sink = 0.0

/// A progress bar of twenty characters.
func progressBar(_ number: Int, of count: Int) -> String {
  let done = 20 * number / max(count, 1)
  return "[" + String(repeating: "#", count: done) + String(repeating: ".", count: 20 - done) + "]"
}

/// A row for each layer and size: the time of a step with fused cells and with small operations, and the share of
/// `peak` that the fused cells reach.
///
/// - Parameters:
///   - measurements: for each layer and size the one with fused cells, then the one with small operations.
///   - peak: in billions of multiplications and additions per second.
func table(_ measurements: [Measurement], peak: Double) -> String {
  let rows = stride(from: 0, to: measurements.count, by: 2).map { k in
    let (fused, tape) = (measurements[k], measurements[k + 1])
    let (settings, sizes) = (fused.settings, fused.settings.sizes)
    let counts = [sizes.batch, sizes.steps, sizes.inputs, sizes.hidden].map(String.init)
    let times = [milliseconds(fused.median), milliseconds(tape.median)]
    let speed = [fused.speed, 100 * fused.speed / peak].map { NumberFormat.format($0, decimals: 0) }
    return [settings.layer.rawValue] + counts + times + speed
  }
  let table = TextTable(
    headers: [["layer", "batch", "steps", "inputs", "hidden", "fused ms", "tape ms", "GFLOP/s", "% of peak"]],
    rows: rows,
    alignments: [.left, .right, .right, .right, .right, .point, .point, .right, .right])
  let note = [
    "",
    "Medians of \(Settings.fewest) training steps in Float64 with one thread. GFLOP/s counts the matrix products of the",
    "fused step alone; the peak, measured just now, is \(NumberFormat.format(peak, decimals: 0)) GFLOP/s of multiply-adds.",
  ]
  return (table.lines() + note).joined(separator: "\n")
}

extension JSON {
  init(_ measurement: Measurement) {
    let (settings, sizes) = (measurement.settings, measurement.settings.sizes)
    self = .object([
      ("version", .string(version)),
      ("layer", .string(settings.layer.rawValue)),
      ("variant", .string(settings.variant.rawValue)),
      ("batch", .integer(sizes.batch)),
      ("steps", .integer(sizes.steps)),
      ("inputs", .integer(sizes.inputs)),
      ("hidden", .integer(sizes.hidden)),
      ("threads", .integer(settings.threads)),
      ("warm_ups", .integer(Measurement.warmUps)),
      ("repetitions", .integer(settings.repetitions)),
      ("median_ms", .number(measurement.median)),
      ("min_ms", .number(measurement.shortest)),
      ("gflops", .number(measurement.speed)),
      ("loss", .number(measurement.loss)),
    ])
  }

  init(_ measurements: [Measurement]) { self = .array(measurements.map(JSON.init)) }
}
