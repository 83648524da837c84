// The verb `write`, which lets the network write: swift run lstm-forward write "오후 "

import Autodiff
import Notebook
import Recurrent

/// The options of `write`.
struct WriteOptions: Equatable {
  var prefix = ""
  var temperature = 1.0
  var seed = Options.standardSeed
  /// How many texts, one a line; nil for one text with the probabilities behind it.
  var count: Int?
  var language: Language
  var help = false

  static let usage = "[TEXT] [--temperature T] [--seed N] [--count N] [--lang en|ko] [--help]"
  static let largestCount = 1_000

  /// Throws `BadInput`, one line, for an option or a text that cannot be used.
  init(_ arguments: [String], environment: [String: String]) throws {
    language = Language(environment: environment)
    var texts: [String] = []
    var words = Arguments(arguments)
    while words.next() {
      switch words.name {
      case "--temperature":
        let digits = try words.value("a number, 0 or more")
        guard let number = Double(digits), number.isFinite, number >= 0 else {
          throw BadInput("--temperature needs a finite number, 0 or more, not '\(oneLine(digits))'")
        }
        temperature = number
      case "--seed":
        let digits = try words.value("a whole number")
        guard let number = UInt64(digits) else {
          throw BadInput("--seed needs a whole number from 0 to \(UInt64.max), not '\(oneLine(digits))'")
        }
        seed = number
      case "--count":
        let digits = try words.value("a whole number")
        guard let number = Int(digits), (1...WriteOptions.largestCount).contains(number) else {
          throw BadInput(
            "--count needs a whole number from 1 to \(WriteOptions.largestCount), not '\(oneLine(digits))'")
        }
        count = number
      case "--lang":
        let code = try words.value("a language: en or ko")
        guard let language = Language(rawValue: code) else {
          throw BadInput("--lang is en or ko, not '\(oneLine(code))'")
        }
        self.language = language
      case "--help" where !words.hasAttachedValue, "-h": help = true
      case "--" where !words.hasAttachedValue: texts += words.takeRest()
      case _ where words.word.hasPrefix("--"):
        throw BadInput("write has no option '\(oneLine(words.word))': \(WriteOptions.usage)")
      default: texts.append(words.word)
      }
    }
    if texts.count > 1 { throw BadInput("write continues one text, not \(texts.count): put it in quotes") }
    if let text = texts.first { prefix = try WriteOptions.readable(text) }
  }

  /// The text as the network reads it. Throws where it is too long, or has a character that the network does not know.
  private static func readable(_ text: String) throws -> String {
    let longest = Writer.limit - 1
    if text.unicodeScalars.prefix(10 * longest + 1).count > 10 * longest || Alphabet.normalised(text).count > longest {
      throw BadInput("'\(oneLine(text, limit: 32))' is longer than \(longest) characters, the most that are continued")
    }
    let text = Alphabet.normalised(text)
    let unknown = Alphabet.unknown(in: text).map { "'\(oneLine(String($0)))'" }.joined(separator: " ")
    if !unknown.isEmpty {
      throw BadInput("the network does not know \(unknown); its alphabet is the space and \(Alphabet.shown)")
    }
    return text
  }

  static func helpText(_ language: Language) -> [String] {
    let about = Text(
      "Writes a number or a time of day in words, Korean or English, character by character. TEXT is how it begins.",
      ko: "수나 시각을 한국어나 영어로, 한 글자씩 쓴다. TEXT로 시작한다.")
    let options: [(String, Text)] = [
      (
        "--temperature T",
        Text(
          "draw from softmax(z / T): below 1 safer, above 1 wilder; 0 always takes the most probable; 1 if not given",
          ko: "softmax(z / T)에서 뽑는다. 1보다 작으면 확실한 쪽으로, 크면 거칠게 쓰고, 0이면 늘 가장 그럴듯한 글자를 고른다. 기본값 1")
      ),
      ("--seed N", Text("other random numbers; 1 if not given", ko: "난수의 시드. 기본값 1")),
      (
        "--count N",
        Text(
          "N texts, one a line: ✓ right, ✗ wrong, * new (right, and not among the training texts)",
          ko: "N개를 한 줄에 하나씩: ✓ 맞음, ✗ 틀림, * 새것(맞고, 학습한 글이 아님)")
      ),
      ("--lang en|ko", Text("the language of this output", ko: "이 출력의 언어")),
    ]
    let table = TextTable(rows: options.map { [$0, ""] + [$1(language)] }.map { [$0[0], $0[2]] })
    return ["swift run lstm-forward write \(usage)", "", about(language), ""] + table.lines(indentation: 2)
  }
}

/// Writes one text with its probabilities, or several. Returns the exit status; throws `BadInput`.
func write(_ call: ChapterCall) throws -> Int32 {
  let options = try WriteOptions(call.arguments, environment: call.environment)
  if options.help {
    for line in WriteOptions.helpText(options.language) { call.output(line) }
    return ExitStatus.success
  }
  let writer = try Writer(contentsOf: call.folder + "/weights.safetensors")
  var random = Random(seed: options.seed)
  let written = writer.write(
    options.count ?? 1, after: options.prefix, temperature: options.temperature, &random)
  if options.count == nil {
    for line in details(written[0], options) { call.output(line) }
  } else {
    for written in written {
      let verdict = Verdict(options.prefix + written.text, isComplete: written.isComplete)
      call.output("\(verdict.mark) \(visibleEnd(options.prefix + written.text))\(verdict.isNew ? " *" : "")")
    }
  }
  return ExitStatus.success
}

/// What the grammar says about a text that was written.
struct Verdict {
  let isRight: Bool
  /// Right, and not among the texts that the network learned from.
  let isNew: Bool

  /// - Parameter isComplete: whether the network ended the text. One that was cut off is wrong.
  init(_ text: String, isComplete: Bool) {
    isRight = isComplete && Texts.isRight(text)
    isNew = isRight && !Texts.isForTraining(text)
  }

  var mark: String { isRight ? "✓" : "✗" }
}

/// The text as it grows: a row for each character, its probability, and the most probable others.
private func details(_ written: Written, _ options: WriteOptions) -> [String] {
  let language = options.language
  var text = options.prefix
  let symbols = written.symbols + (written.isComplete ? [Alphabet.boundary] : [])
  let rows = zip(symbols, written.probabilities).map { symbol, p in
    let others = p.ranked.filter { $0 != symbol }.prefix(3)
    let p_t = p[symbol, 0]
    let row =
      [text.isEmpty ? "" : shown(text), "▸" + label(of: symbol, language), number(p_t), bar(p_t)]
      + others.map { "\(label(of: $0, language)) \(number(p[$0, 0]))" }
    if symbol != Alphabet.boundary { text += Alphabet.text([symbol]) }
    return row
  }
  let temperature = options.temperature
  let formula =
    temperature == 0
    ? Text("p = softmax(z), the most probable character each time", ko: "p = softmax(z), 매번 가장 그럴듯한 글자")
    : .symbols("p = softmax(z" + (temperature == 1 ? ")" : " / \(temperature))"))
  let headers = [
    Text("so far", ko: "지금까지")(language), Text("next", ko: "다음")(language), "p", "",
    Text("instead", ko: "대신")(language), "", "",
  ]
  let table = TextTable(headers: [headers], rows: rows)
  let verdict = Verdict(text, isComplete: written.isComplete)
  let words: Text
  if !written.isComplete {
    words = Text("not ended after \(Writer.limit) characters", ko: "\(Writer.limit)글자까지 끝나지 않음")
  } else if !verdict.isRight {
    words = Text("wrong: the grammar does not have it", ko: "틀림: 문법에 없는 글")
  } else if verdict.isNew {
    words = Text("right and new: not among the training texts", ko: "맞고 새로움: 학습한 글에 없음")
  } else {
    words = Text("right, and among the training texts", ko: "맞음: 학습한 글에 있음")
  }
  return ["  " + formula(language), ""] + table.lines(indentation: 2) + [
    "", "\(verdict.mark) \(text)  (\(words(language)))",
  ]
}

/// A text for a line of its own: a space at its end is visible.
func visibleEnd(_ text: String) -> String { text.hasSuffix(" ") ? text.dropLast() + "␣" : text }

/// The end of a long text, with visible spaces.
private func shown(_ text: String) -> String {
  let visible = text.replacing(" ", with: "␣")
  return visible.count > 24 ? "…" + visible.suffix(23) : visible
}

/// A symbol in a table.
func label(of symbol: Int, _ language: Language) -> String {
  if symbol == Alphabet.boundary { return Text("end", ko: "끝")(language) }
  let text = Alphabet.text([symbol])
  return text == " " ? "␣" : text
}

private func number(_ p: Double) -> String { NumberFormat.format(p, decimals: 3) }

/// One block for every tenth.
private func bar(_ p: Double) -> String { String(repeating: "█", count: Int((10 * p).rounded())) }

extension Matrix {
  /// The rows of a column, the largest entry first; of equal entries the first one first.
  var ranked: [Int] {
    (0..<rows).sorted { self[$0, 0] != self[$1, 0] ? self[$0, 0] > self[$1, 0] : $0 < $1 }
  }
}
