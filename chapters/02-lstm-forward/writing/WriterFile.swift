// The file of weights, and the verb `train`, which makes it: swift run -c release lstm-forward train

import Autodiff
import Notebook
import Recurrent
import Reference

extension Writer {
  /// The format that the metadata must name; weights of another version are refused.
  static let format = "unrolled writer 1"

  /// Names and shapes of the weights, as in PyTorch: an LSTM, and a linear layer.
  private static let shapes =
    lstm.parameters.map { ($0.name, $0.shape) }
    + [("output.weight", [Alphabet.count, units]), ("output.bias", [Alphabet.count])]

  /// The weights as Float32, with `metadata`, the format and the alphabet.
  func file(metadata: [String: String]) -> Safetensors {
    var tensors: [String: Tensor] = [:]
    for (value, (name, shape)) in zip(parameters, Writer.shapes) {
      let torch = shape.count == 1 ? TorchTensor(column: value) : TorchTensor(value)
      tensors[name] = Tensor(shape: torch.shape, elements: .float32(torch.elements.map { Float($0) }))
    }
    let alphabet = String(Alphabet.characters)
    return Safetensors(
      metadata: metadata.merging(["format": Writer.format, "alphabet": alphabet]) { $1 }, tensors: tensors)
  }

  /// Takes the weights out of a file. Throws where it is not a file of this network's weights.
  init(_ file: Safetensors, path: String) throws {
    func fail(_ what: String) -> BadInput { BadInput("\(path): \(what); make it again with the verb 'train'") }
    guard file.metadata["format"] == Writer.format, file.metadata["alphabet"] == String(Alphabet.characters) else {
      throw fail("these are not the weights of this writer")
    }
    configuration = Writer.lstm
    parameters = try Writer.shapes.map { name, shape in
      guard let tensor = file.tensors[name] else { throw fail("tensor '\(name)' is missing") }
      guard tensor.shape == shape else { throw fail("tensor '\(name)' has shape \(tensor.shape), expected \(shape)") }
      return TorchTensor(shape: tensor.shape, elements: tensor.doubles).matrix
    }
    guard file.tensors.count == parameters.count else { throw fail("there are more tensors than the writer has") }
  }

  /// The same from the file at `path`.
  init(contentsOf path: String) throws { try self.init(try Safetensors(contentsOf: path), path: path) }
}

// MARK: - Training by hand

/// The options of `train`.
struct TrainOptions: Equatable {
  var seed = Options.standardSeed
  var output: String
  var language: Language

  static let usage = "[--seed N] [--output FILE] [--lang en|ko]"

  init(_ call: ChapterCall) throws {
    output = call.folder + "/weights.safetensors"
    language = Language(environment: call.environment)
    var words = Arguments(call.arguments)
    while words.next() {
      switch words.name {
      case "--seed":
        let digits = try words.value("a whole number")
        guard let number = UInt64(digits) else {
          throw BadInput("--seed needs a whole number from 0 to \(UInt64.max), not '\(oneLine(digits))'")
        }
        seed = number
      case "--output": output = try words.value("the name of a .safetensors file to write")
      case "--lang":
        let code = try words.value("a language: en or ko")
        guard let language = Language(rawValue: code) else {
          throw BadInput("--lang is en or ko, not '\(oneLine(code))'")
        }
        self.language = language
      default: throw BadInput("train has no option '\(oneLine(words.word))': \(TrainOptions.usage)")
      }
    }
  }
}

extension WriterTraining {
  /// How many of the first losses are in the weights' metadata.
  static let lossesKept = 3

  /// The metadata of a file of weights: how it was made, and the loss curve.
  func metadata(seed: UInt64) -> [String: String] {
    [
      "seed": "\(seed)", "command": "swift run -c release lstm-forward train --seed \(seed)", "version": bookVersion,
      "updates": "\(losses.count)",
      "first_losses": losses.prefix(WriterTraining.lossesKept).map { "\($0)" }.joined(separator: " "),
      "training_losses": curve.map { NumberFormat.format($0.training, decimals: 4) }.joined(separator: " "),
      "held_out_losses": curve.map { NumberFormat.format($0.heldOut, decimals: 4) }.joined(separator: " "),
    ]
  }
}

/// Trains and writes the weights. Returns the exit status; throws where the options are wrong or the file cannot be
/// written.
///
/// - Parameter updates: the number of updates; tests ask for few.
func train(_ call: ChapterCall, updates: Int = WriterTraining.updates, showsProgress: Bool) throws -> Int32 {
  let options = try TrainOptions(call)
  var training = WriterTraining(seed: options.seed, updates: updates)
  training.run { line, _ in
    if showsProgress { showProgress(line(options.language)) }
  }
  if showsProgress { showProgress("") }
  try training.writer.file(metadata: training.metadata(seed: options.seed)).write(to: options.output)
  let loss = NumberFormat.format(training.curve.last?.heldOut ?? .nan, decimals: 4)
  call.output(
    Text(
      "\(updates) updates, a loss of \(loss) on held-out texts: wrote \(options.output)",
      ko: "갱신 \(updates)번, 떼어 둔 글의 손실 \(loss): \(options.output) 작성")(options.language))
  return ExitStatus.success
}
