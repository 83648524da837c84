// The verb `translate`, which reads dates: swift run seq2seq-attention translate "2021년 12월 2일 목요일"

import Foundation
import Notebook
import Recurrent

/// The options of `translate`, and the texts to read.
struct TranslateOptions: Equatable {
  var texts: [String] = []
  var language: Language
  var help = false
  var json = false
  var svg: String?
  var weights: String?
  var colour: Bool

  static let usage = "[TEXT…] [--json] [--svg FILE] [--weights FILE] [--lang en|ko]"

  init(_ arguments: [String], environment: [String: String]) throws {
    language = Language(environment: environment)
    colour = (environment["NO_COLOR"] ?? "").isEmpty
    var words = Arguments(arguments)
    while words.next() {
      switch words.name {
      case "--lang":
        let code = try words.value("a language: en or ko")
        guard let language = Language(rawValue: code) else {
          throw BadInput("--lang is en or ko, not '\(oneLine(code))'")
        }
        self.language = language
      case "--svg": svg = try words.value("the name of a file to write")
      case "--weights": weights = try words.value("the name of a .safetensors file")
      case "--help" where !words.hasAttachedValue: help = true
      case "--json" where !words.hasAttachedValue: json = true
      case "--no-color" where !words.hasAttachedValue: colour = false
      case "--" where !words.hasAttachedValue:
        texts += words.takeRest()
      case _ where words.word.hasPrefix("--"):
        throw BadInput("translate has no option '\(oneLine(words.word))': \(TranslateOptions.usage)")
      default: texts.append(words.word)
      }
    }
    if svg != nil, texts.count != 1 { throw BadInput("--svg draws one alignment: name exactly one date with it") }
  }
}

/// The result for one text.
private enum Answer {
  case read(String, Reader.Reading)
  /// The text cannot be read; the second string is the reason, in one line.
  case refused(String, String)
}

/// An answer with a lower probability is marked as a guess.
let doubtful = 0.5

/// Reads dates from the arguments, or from the lines of `input` where there are no arguments.
///
/// - Parameter input: returns the next line of standard input, and nil at its end. It is nil where standard input is a terminal.
/// - Returns: the exit status. Throws `BadInput` for wrong options and where there is nothing to read.
func translate(_ call: ChapterCall, input: (() -> String?)?) throws -> Int32 {
  let options = try TranslateOptions(call.arguments, environment: call.environment)
  if options.help {
    call.output("swift run seq2seq-attention translate \(TranslateOptions.usage)")
    return ExitStatus.success
  }
  let reader = try Reader(contentsOf: options.weights ?? call.folder + "/weights.safetensors")
  if options.texts.isEmpty, input == nil {
    throw BadInput("name a date, as in: translate \"2021년 12월 2일 목요일\"; or pipe dates in, one a line")
  }
  var answers: [Answer] = []
  var failed = false
  /// Reads several texts at once. Texts that cannot be read are reported on stderr, with `place` before the reason.
  func answer(_ texts: [(text: String, place: String)]) {
    let problems = texts.map { problem(with: $0.text) }
    let good = texts.indices.filter { problems[$0] == nil }
    var readings = (good.isEmpty ? [] : reader.read(good.map { texts[$0].text }))[...]
    for (index, text) in texts.enumerated() {
      if let problem = problems[index] {
        failed = true
        call.errors("seq2seq-attention: \(text.place)\(problem)")
        answers.append(.refused(text.text, problem))
      } else {
        answers.append(.read(text.text, readings.removeFirst()))
      }
    }
  }
  if options.texts.isEmpty, let input {
    var lines: [(String, String)] = []
    var number = 0
    while let line = input() {
      number += 1
      lines.append((line, "line \(number): "))
      if lines.count == 100 {
        answer(lines)
        lines = []
      }
    }
    if number == 0 { throw BadInput("there is nothing on standard input: pipe dates in, one a line") }
    answer(lines)
  } else {
    answer(options.texts.map { ($0, "") })
  }

  if options.json {
    call.output(json(answers).text)
  } else if options.texts.count == 1, case .read(let text, let reading) = answers[0] {
    for line in details(of: text, reading, options, isTerminal: call.isTerminal) { call.output(line) }
  } else {
    for case .read(let text, let reading) in answers {
      let marks = marks(of: reading, options.language).map { "  (\($0))" }.joined()
      call.output("\(reading.text)  \(NumberFormat.format(reading.probability, decimals: 3))  \(oneLine(text))\(marks)")
    }
  }
  if let path = options.svg, case .read(let text, let reading) = answers[0] {
    let svg = alignment(reading).svg(id: "alignment", title: "\(oneLine(text)) → \(reading.text)")
    try writeAtomically(svg, to: path)
  }
  return failed ? ExitStatus.badInput : ExitStatus.success
}

/// The reason why a text cannot be read, in one line; nil where it can be read.
private func problem(with text: String) -> String? {
  // A text that is far too long is not normalised.
  let isLong = text.unicodeScalars.prefix(10 * Reader.longest + 1).count > 10 * Reader.longest
  let characters = isLong ? [] : Characters.normalised(text)
  if isLong || characters.count > Reader.longest {
    return "'\(oneLine(text, limit: 32))' is longer than \(Reader.longest) characters: give a date by itself"
  }
  if characters.isEmpty { return "the text is empty: give a date" }
  if Characters.read(text).known.allSatisfy({ $0 == " " }) {
    return "no character of '\(oneLine(text))' is known: dates are read in Korean and in English"
  }
  return nil
}

/// Remarks on a reading: unknown characters, a day that is not in the calendar, a wrong weekday, a guess.
private func marks(of reading: Reader.Reading, _ language: Language) -> [String] {
  var marks: [String] = []
  if !reading.unknown.isEmpty {
    let names = reading.unknown.map { "'\(oneLine(String($0)))'" }.joined(separator: " ")
    marks.append(Text("unknown characters, left out: \(names)", ko: "모르는 글자, 빼고 읽음: \(names)")(language))
  }
  if let date = reading.date {
    if !date.isInCalendar { marks.append(Text("not in the calendar", ko: "달력에 없는 날")(language)) }
  } else {
    marks.append(Text("not a date", ko: "날짜가 아님")(language))
  }
  if reading.weekdayFits == false, let date = reading.date {
    let (english, korean) = (DateForm.weekdays[date.weekday], DateForm.koreanWeekdays[date.weekday])
    marks.append(Text("the weekday is wrong: it is a \(english)", ko: "요일이 틀림: \(korean)요일")(language))
  }
  if reading.probability < doubtful { marks.append(Text("a guess", ko: "추측")(language)) }
  return marks
}

/// The lines for a single date: the probability of each character, and the attention while it was written.
private func details(
  of text: String, _ reading: Reader.Reading, _ options: TranslateOptions, isTerminal: Bool
) -> [String] {
  let language = options.language
  var lines = [reading.text]
  lines += marks(of: reading, language).map { "  \($0)" }
  let probability = NumberFormat.format(reading.probability, decimals: 3)
  lines += ["", Text("  P = \(probability), character by character:", ko: "  P = \(probability), 글자마다:")(language)]
  let cells = zip(reading.text, reading.probabilities).map { ("\($0)", NumberFormat.format($1, decimals: 3)) }
  lines.append("  " + cells.map { "    " + $0.0 }.joined(separator: " "))
  lines.append("  " + cells.map(\.1).joined(separator: " "))
  lines.append("")
  let figure = Figure.heatmap(alignmentMap(reading))
  lines += figure.terminal(width: 100, colour: isTerminal && options.colour).map { "  \($0)" }
  return lines
}

/// The attention as a heatmap: a row for each character that was written, a column for each one that was read.
func alignment(_ reading: Reader.Reading) -> Figure { .heatmap(alignmentMap(reading)) }

private func alignmentMap(_ reading: Reader.Reading) -> Heatmap {
  func labels(_ characters: some Sequence<Character>) -> [Figure.Label] {
    characters.map { Figure.Label(plain: $0 == " " ? "␣" : String($0)) }
  }
  return Heatmap(
    reading.attention, rows: labels(reading.text), columns: labels(reading.source), colours: .sequential(0...1),
    valueLabel: "a")
}

private func json(_ answers: [Answer]) -> JSON {
  func object(_ answer: Answer) -> JSON {
    switch answer {
    case .refused(let text, let problem):
      return .object([("text", .string(text)), ("error", .string(problem))])
    case .read(let text, let reading):
      return .object([
        ("text", .string(text)),
        ("date", .string(reading.text)),
        ("probability", .number(reading.probability)),
        ("isDate", .bool(reading.date != nil)),
        ("inCalendar", .bool(reading.date?.isInCalendar ?? false)),
        ("weekdayFits", reading.weekdayFits.map { .bool($0) } ?? .null),
        ("isGuess", .bool(reading.probability < doubtful)),
        ("unknownCharacters", .array(reading.unknown.map { .string(String($0)) })),
        ("source", .array(reading.source.map { .string(String($0)) })),
        (
          "characters",
          .array(
            reading.text.indices.map { index in
              let k = reading.text.distance(from: reading.text.startIndex, to: index)
              return .object([
                ("character", .string(String(reading.text[index]))),
                ("probability", .number(reading.probabilities[k])),
                ("attention", .array(reading.attention[k].map { .number($0) })),
              ])
            })
        ),
      ])
    }
  }
  return .object([
    ("schema", .string("unrolled-translation")), ("schemaVersion", .integer(1)), ("version", .string(bookVersion)),
    ("results", .array(answers.map(object))),
  ])
}
