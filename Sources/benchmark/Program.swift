// The program as a function from arguments to output.

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
    --variant V        fused: fused cells, a whole sequence as one operation with its backward pass derived by hand, one
                       matrix for all inputs and one for all outputs; parts: the same with matrices for each step; tape:
                       small operations (fused)
    --threads N        threads of the fused cells (1); small operations use one thread
    --repetitions N    how many training steps are timed, at least 15 (15)
    --json             as JSON
    --help, --version

  A training step is a forward and a backward pass in Float64: one layer, one direction, with PyTorch's two biases, from
  zero states. The loss is the sum of the squares of all outputs. The weights and biases are variables and get
  gradients. The inputs are constants, as data are, and get none. The tape is rewound and reused.

  After 2 warm-up steps the timed steps follow; the result is their median. The loss shows what was computed: all
  variants have the same loss up to rounding. The times depend on the machine and on its load: compare only times that
  were measured alternately on one idle machine. Exit status: 2 for an argument that cannot be used.
  """

let version = "benchmark 0.1.0"

/// What the program prints for these arguments (without its name). Throws `BadInput` if an argument cannot be used.
///
/// - Parameter progress: called before each measurement with its description, its number from 0, and the number of all.
func benchmark(
  _ arguments: [String], progress: (_ what: String, _ number: Int, _ count: Int) -> Void = { _, _, _ in }
) throws -> String {
  var layer: Layer?
  var sizes = Settings.Sizes()
  var variant: Variant?
  var threads = 1
  var repetitions = Settings.fewest
  var json = false
  /// The first option that is valid for a single measurement only.
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
  // Small operations always use one thread, so the output says 1.
  if settings.variant != .tape { settings.threads = threads }
  let measurement = try Measurement(of: settings)
  return json ? JSON(measurement).text : "\(measurement)"
}
