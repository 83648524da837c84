// A reader of dates: characters in, the characters of an ISO date out, by a sequence-to-sequence network.

import Autodiff
import Foundation
import Notebook
import Recurrent
import Reference

/// The characters that a reader knows.
enum Characters {
  /// Of a date as written, after `normalised`: every character of every form.
  static let source: [Character] = Array("0123456789 .,'/-()년월일요화수목금토abcdefghijlmnoprstuvwy")
  /// Of ISO 8601.
  static let target: [Character] = Array("0123456789-")

  private static let numbers = Dictionary(uniqueKeysWithValues: source.enumerated().map { ($1, $0) })

  /// What is the same to a reader of dates becomes the same: small and capital letters, apostrophes, composed and
  /// decomposed Hangul, widths of digits, and whatever blanks there are, of which none stay at the ends.
  static func normalised(_ text: String) -> [Character] {
    var characters: [Character] = []
    for character in text.precomposedStringWithCompatibilityMapping.lowercased() {
      let folded: Character =
        switch character {
        case "’", "‘", "`", "´", "′": "'"
        case "–", "—", "−", "‐", "‑": "-"
        case _ where character.isWhitespace: " "
        default: character
        }
      if folded == " " && (characters.last ?? " ") == " " { continue }
      characters.append(folded)
    }
    while characters.last == " " { characters.removeLast() }
    return characters
  }

  /// The characters that are known, with their numbers, and those that are not, in order.
  static func read(_ text: String) -> (known: [Character], numbers: [Int], unknown: [Character]) {
    var result = (known: [Character](), numbers: [Int](), unknown: [Character]())
    for character in normalised(text) {
      if let number = numbers[character] {
        result.known.append(character)
        result.numbers.append(number)
      } else if !result.unknown.contains(character) {
        result.unknown.append(character)
      }
    }
    return result
  }

  static func target(_ text: String) -> [Int] { text.map { target.firstIndex(of: $0)! } }
  static func text(_ numbers: [Int]) -> String { String(numbers.map { target[$0] }) }
}

/// The network with its weights.
struct Reader {
  var model: Seq2Seq<Matrix>

  /// A bidirectional LSTM with 32 units in each direction reads, an LSTM with 64 writes.
  static let configuration = Seq2SeqConfiguration(
    .lstm, sourceSymbols: Characters.source.count, targetSymbols: Characters.target.count, embeddingSize: 16,
    encoderSize: 32, decoderSize: 64, score: .general, query: .previous)

  /// The longest text that is read, in characters: nothing that says a date is half as long.
  static let longest = 64
  /// An ISO date has ten characters.
  static let limit = 10

  init(seed: UInt64) {
    var random = Random(seed: seed)
    model = Seq2Seq(Reader.configuration, random: &random)
  }

  init(_ model: Seq2Seq<Matrix>) { self.model = model }

  /// What was read.
  struct Reading {
    /// The characters that the network saw.
    let source: [Character]
    /// Characters of the text that it does not know and did not see.
    let unknown: [Character]
    /// What it wrote: an ISO date where all is well.
    let text: String
    /// The probability of each character of `text`.
    let probabilities: [Double]
    /// A row for each character of `text`: the attention to each of `source`.
    let attention: [[Double]]
    /// The probability of all of it, its end included.
    let probability: Double

    /// The days of the week that the text names, 0 for Sunday.
    let weekdays: [Int]

    /// nil where no date was written.
    var date: CalendarDate? { CalendarDate(iso: text) }

    /// Whether every day of the week that the text names is that of the date; nil where it names none, or where there is no
    /// such date.
    var weekdayFits: Bool? {
      guard let date, date.isInCalendar, date.year >= 1, !weekdays.isEmpty else { return nil }
      return weekdays == [date.weekday]
    }
  }

  /// Reads texts, all at once. Every one must have a character that is known.
  func read(_ texts: [String]) -> [Reading] {
    let sources = texts.map { Characters.read($0) }
    let weekdays = texts.map { CalendarDate.weekdays(namedIn: Characters.normalised($0)) }
    let written = model.greedy(SymbolBatch(sources.map(\.numbers)), limit: Reader.limit)
    return zip(zip(sources, weekdays), written).map { given, written in
      let (source, weekdays) = given
      let count = written.symbols.count
      return Reading(
        source: source.known, unknown: source.unknown, text: Characters.text(written.symbols),
        probabilities: Array(written.probabilities.prefix(count)), attention: Array(written.weights.prefix(count)),
        probability: written.isComplete ? Elementary.exp(written.logProbability) : 0, weekdays: weekdays)
    }
  }

  /// How many of the examples are read exactly, asked in batches.
  func countRight(_ examples: [Example]) -> Int {
    var count = 0
    for start in stride(from: 0, to: examples.count, by: 250) {
      let part = examples[start..<min(start + 250, examples.count)]
      let readings = read(part.map(\.text))
      count += zip(part, readings).count { $0.date.iso == $1.text }
    }
    return count
  }
}

// MARK: - The file of weights

extension Reader {
  /// The metadata's format: a reader of another version is refused.
  static let format = "unrolled date reader 1"

  /// The weights as Float32, of which a third of the digits is more than enough, with what made them.
  func file(metadata: [String: String]) -> Safetensors {
    var tensors: [String: Tensor] = [:]
    for (value, parameter) in zip(model.parameters, Reader.configuration.parameters) {
      let torch = parameter.shape.count == 1 ? TorchTensor(column: value) : TorchTensor(value)
      tensors[parameter.name] = Tensor(shape: torch.shape, elements: .float32(torch.elements.map { Float($0) }))
    }
    return Safetensors(
      metadata: metadata.merging([
        "format": Reader.format, "source": String(Characters.source), "target": String(Characters.target),
      ]) { $1 },
      tensors: tensors)
  }

  /// Reads weights. Throws where the file is another thing, or lacks a tensor, or has one too many or of another shape.
  init(_ file: Safetensors, path: String) throws {
    func fail(_ what: String) -> BadInput { BadInput("\(path): \(what); make it again with the verb 'train'") }
    guard file.metadata["format"] == Reader.format, file.metadata["source"] == String(Characters.source),
      file.metadata["target"] == String(Characters.target)
    else { throw fail("these are not the weights of this reader") }
    var parameters: [Matrix] = []
    for parameter in Reader.configuration.parameters {
      guard let tensor = file.tensors[parameter.name] else { throw fail("tensor '\(parameter.name)' is missing") }
      guard tensor.shape == parameter.shape else {
        throw fail("tensor '\(parameter.name)' has shape \(tensor.shape), expected \(parameter.shape)")
      }
      parameters.append(TorchTensor(shape: tensor.shape, elements: tensor.doubles).matrix)
    }
    guard file.tensors.count == parameters.count else { throw fail("there are more tensors than the reader has") }
    self.init(Seq2Seq(Reader.configuration, parameters: parameters))
  }

  init(contentsOf path: String) throws { try self.init(try Safetensors(contentsOf: path), path: path) }
}
