// A reader of dates: a sequence-to-sequence network from the characters of a date to those of its ISO form.

import Autodiff
import Foundation
import Notebook
import Recurrent
import Reference

/// The characters that a reader knows, and their numbers.
enum Characters {
  /// The characters of all forms of dates, after `normalised`.
  static let source: [Character] = Array("0123456789 .,'/-()년월일요화수목금토abcdefghijlmnoprstuvwy")
  /// The characters of ISO 8601.
  static let target: [Character] = Array("0123456789-")

  private static let numbers = Dictionary(uniqueKeysWithValues: source.enumerated().map { ($1, $0) })

  /// Folds differences that do not matter in a date: case, kinds of apostrophes and dashes, composed and decomposed Hangul,
  /// full-width digits. Every run of white space becomes one blank, and none remains at the ends.
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

  /// The known characters of a text with their numbers, and the unknown ones, each once, in order.
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

  /// The numbers of the characters of an ISO date. Traps on any other character.
  static func target(_ text: String) -> [Int] { text.map { target.firstIndex(of: $0)! } }
  static func text(_ numbers: [Int]) -> String { String(numbers.map { target[$0] }) }
}

/// The network with its weights.
struct Reader {
  var model: Seq2Seq<Matrix>

  /// A bidirectional LSTM with 32 units in each direction reads, and an LSTM with 64 units writes.
  static let configuration = Seq2SeqConfiguration(
    .lstm, sourceSymbols: Characters.source.count, targetSymbols: Characters.target.count, embeddingSize: 16,
    encoderSize: 32, decoderSize: 64, score: .general, query: .previous)

  /// The longest text that is read, in characters. No form of a date is half as long.
  static let longest = 64
  /// The most characters that are written: an ISO date has ten.
  static let limit = 10

  init(seed: UInt64) {
    var random = Random(seed: seed)
    model = Seq2Seq(Reader.configuration, random: &random)
  }

  init(_ model: Seq2Seq<Matrix>) { self.model = model }

  /// The result for one text.
  struct Reading {
    /// The characters that the network saw.
    let source: [Character]
    /// The characters of the text that the network does not know. It did not see them.
    let unknown: [Character]
    /// What the network wrote: an ISO date, or something else where it failed.
    let text: String
    /// The probability of each character of `text`.
    let probabilities: [Double]
    /// A row for each character of `text`: the attention to each of `source`.
    let attention: [[Double]]
    /// The probability of the whole text with its end; 0 where the network did not end it.
    let probability: Double
    /// The days of the week that the text names, 0 for Sunday.
    let weekdays: [Int]

    /// The date that was written; nil where `text` is no ISO date.
    var date: CalendarDate? { CalendarDate(iso: text) }

    /// Whether the day of the week that the text names is that of the date. It is nil where the text names none, and where the
    /// date is not in the calendar.
    var weekdayFits: Bool? {
      guard let date, date.isInCalendar, date.year >= 1, !weekdays.isEmpty else { return nil }
      return weekdays == [date.weekday]
    }
  }

  /// Reads several texts in one batch. Each must have a known character.
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

  /// How many of the examples are read exactly.
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
  /// The format that the metadata must name; weights of another version are refused.
  static let format = "unrolled date reader 1"

  /// The weights as Float32, with `metadata`, the format and the known characters.
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

  /// Takes the weights out of a file. Throws where the format or the characters differ, where a tensor is missing or has another
  /// shape, and where there are more tensors.
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

  /// The same from the file at `path`.
  init(contentsOf path: String) throws { try self.init(try Safetensors(contentsOf: path), path: path) }
}
