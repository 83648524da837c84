// The whole program as a function, from arguments to what it prints.

import Notebook
import Recurrent

let help = """
  How long does a training step of one recurrent layer take on this machine?

  swift run -c release benchmark                 a table: every layer at four sizes, fused and tape, and their speed
  swift run -c release benchmark LAYER [options] one measurement; LAYER is lstm, gru or rnn

    --batch B          examples in a batch (16)
    --steps T          steps of the sequence (20)
    --inputs D         entries of an input (16)
    --hidden H         entries of a state (32)
    --variant V        fused: the whole sequence as one operation, with its way back by hand, one matrix of inputs and
                       one of outputs; parts: the same with matrices for every step; tape: small operations (fused)
    --threads N        threads of the fused layer (1); small operations compute with one thread
    --repetitions N    how many training steps are timed, 15 or more (15)
    --json             as JSON
    --help, --version

  A training step is a forward and a backward pass in Float64: one layer, one direction, with PyTorch's two biases, from
  zero states; L is the sum of the squares of all outputs. The weights and biases are variables and get gradients. The
  inputs are constants, as data are, and get none. The tape is rewound and used again.

  After 2 steps to warm up, 15 or more are timed; what counts is their median. The loss says what was computed: all
  variants give the same up to rounding. The times depend on the machine and on what else it is doing: compare only
  numbers that were measured in turn on one machine that was at rest. Exit status: 2 for an argument that cannot be used.
  """

let version = "benchmark 0.1.0"

/// The program, without its name among the arguments: what it prints. Throws `BadInput` where they cannot be used.
///
/// - Parameter progress: told what is being measured, and which of how many measurements it is, from 0.
func benchmark(
  _ arguments: [String], progress: (_ what: String, _ number: Int, _ count: Int) -> Void = { _, _, _ in }
) throws -> String {
  var layer: Layer?
  var sizes = Settings.Sizes()
  var variant: Variant?
  var threads = 1
  var repetitions = Settings.fewest
  var json = false
  /// The first option that says something about one measurement.
  var single: String?

  var rest = arguments[...]
  while let argument = rest.popFirst() {
    func value(_ what: String) throws -> String {
      guard let value = rest.popFirst() else { throw BadInput("\(argument) needs \(what)") }
      return value
    }
    func count() throws -> Int {
      let what = "a whole number from 1"
      let text = try value(what)
      guard let number = Int(text), number >= 1 else {
        throw BadInput("\(argument) needs \(what), not '\(oneLine(text))'")
      }
      return number
    }
    switch argument {
    case "--help", "-h": return help
    case "--version": return version
    case "--json": json = true
    case "--threads":
      threads = try count()
      if threads > 64 { throw BadInput("--threads is at most 64, not \(threads)") }
    case "--repetitions":
      repetitions = try count()
      if repetitions < Settings.fewest || repetitions > 1_000_000 {
        throw BadInput("--repetitions is from \(Settings.fewest) to 1000000, not \(repetitions)")
      }
    case "--batch": sizes.batch = try count()
    case "--steps": sizes.steps = try count()
    case "--inputs": sizes.inputs = try count()
    case "--hidden": sizes.hidden = try count()
    case "--variant":
      let text = try value("fused, parts or tape")
      guard let named = Variant(rawValue: text) else {
        throw BadInput("--variant is fused, parts or tape, not '\(oneLine(text))'")
      }
      variant = named
    case _ where argument.hasPrefix("-"):
      throw BadInput("there is no option '\(oneLine(argument))'; --help lists them")
    default:
      guard let named = Layer(rawValue: argument) else {
        let names = Layer.allCases.map(\.rawValue).joined(separator: ", ")
        throw BadInput("there is no layer '\(oneLine(argument))': there are \(names)")
      }
      if let layer { throw BadInput("one layer at a time: \(layer) or \(named)") }
      layer = named
    }
    if argument.hasPrefix("-"), argument != "--json" { single = single ?? argument }
  }

  guard let layer else {
    if let single { throw BadInput("\(single) belongs to one measurement: name a layer: lstm, gru or rnn") }
    let peak = measuredPeak()
    let measurements = try Settings.table.enumerated().map { number, settings in
      progress("\(settings)", number, Settings.table.count)
      return try Measurement(of: settings)
    }
    return json ? JSON(measurements).text : table(measurements, peak: peak)
  }
  var settings = Settings(layer: layer, variant: variant ?? .fused, sizes: sizes)
  settings.repetitions = repetitions
  // As the tape of small operations computes with one thread, it says so.
  if settings.variant != .tape { settings.threads = threads }
  let measurement = try Measurement(of: settings)
  return json ? JSON(measurement).text : "\(measurement)"
}
