import Autodiff
import Foundation
import Reference
import Testing

@testable import Notebook
@testable import lstm_forward

@Suite("Chapter 02: grammar")
struct GrammarTests {
  private static let set = Set(Texts.all.joined())

  @Test func everyTextIsThereOnceAndAccepted() {
    #expect(Texts.all.map(\.count) == [9_999, 3_072, 9_999, 2_220])
    #expect(GrammarTests.set.count == Texts.all.joined().count)
    for (kind, texts) in zip(Kind.allCases, Texts.all) {
      #expect(texts.allSatisfy(kind.pattern.accepts), "\(kind)")
    }
    #expect(Set(GrammarTests.set.joined()) == Set(Alphabet.characters))
    #expect(Set(Alphabet.characters).count == Alphabet.characters.count)
    #expect(GrammarTests.set.allSatisfy { $0.count < Writer.limit && $0 == Alphabet.normalised($0) })
  }

  /// Every text that differs in one character from one of the grammar's is accepted if the list has it, and else refused.
  @Test(arguments: Kind.allCases)
  func everyTextNearARightOneIsAcceptedIfTheListHasIt(kind: Kind) {
    let list = Texts.all[kind.rawValue]
    let texts = Set(list)
    var random = Random(seed: 8)
    var (accepted, refused) = (0, 0)
    for _ in 0..<2 {
      let text = Array(list[random.index(below: list.count)])
      for k in 0...text.count {
        let (before, after) = (String(text[..<k]), String(text[k...]))
        var near = Alphabet.characters.map { "\(before)\($0)\(after)" }
        if k < text.count {
          near.append(before + String(after.dropFirst()))
          near += Alphabet.characters.map { "\(before)\($0)\(after.dropFirst())" }
        }
        for changed in near {
          let isThere = texts.contains(changed)
          if kind.pattern.accepts(changed) != isThere { Issue.record("\(changed)") }
          if isThere { accepted += 1 } else { refused += 1 }
        }
      }
    }
    #expect(accepted > 10 && refused > 500, "\(kind): \(accepted), \(refused)")
  }

  @Test(arguments: [
    "이천이십일", "구천구백구십구", "십", "백일", "오후 세 시 반", "오전 열한 시 이십오 분", "낮 열두 시", "두 시 오 분 전",
    "two thousand twenty-one", "nine thousand nine hundred ninety-nine", "ten", "one hundred one", "half past three",
    "quarter to four", "twenty-five past six", "three o'clock", "one minute to nine at night",
    "eleven o'clock in the morning",
  ])
  func whatPeopleSayIsRight(text: String) { #expect(Texts.isRight(text)) }

  @Test(arguments: [
    "", " ", "일천", "이천 이십일", "일십", "영", "만", "오후 세시 반", "오전 열두 시", "세 시 육십 분", "세 시 영 분", "삼 시", "오후",
    "낮 열 시", "two thousand and twenty-one", "twenty one", "twenty-ten", "half past", "half past thirteen",
    "fifteen past three", "five minutes past three", "two minute past three", "three o'clock o'clock", "oclock",
    "eleven o'clock in the afternoon", "이천이십일 ", " 세 시",
  ])
  func whatNobodySaysIsWrong(text: String) { #expect(!Texts.isRight(text)) }

  @Test func theSplitIsFixedAndLeavesNoTextInBoth() {
    for kind in Kind.allCases {
      let (training, heldOut) = (Texts.training[kind.rawValue], Texts.heldOut[kind.rawValue])
      #expect(Set(training).isDisjoint(with: heldOut))
      #expect(training.count + heldOut.count == Texts.all[kind.rawValue].count)
      let share = Double(training.count) / Double(Texts.all[kind.rawValue].count)
      #expect(share > 0.28 && share < 0.32, "\(kind): \(share)")
    }
    #expect(WriterTraining.heldOut.allSatisfy { !Texts.isForTraining($0) })
  }

  /// A training draws from the training texts alone, as often from each kind.
  @Test func aTrainingDrawsFromTheTrainingTexts() {
    var random = Random(seed: 3)
    let drawn = WriterTraining.draw(50, of: Kind.allCases, from: Texts.training, &random)
    #expect(drawn.count == 200 && drawn.allSatisfy(Texts.isForTraining))
    for (k, kind) in Kind.allCases.enumerated() {
      #expect(drawn[50 * k..<50 * (k + 1)].allSatisfy(kind.pattern.accepts))
    }
  }
}

@Suite("Chapter 02: writer")
struct WriterTests {
  private let folder = Trial(LSTMForward.self).folder
  private func weights() throws -> Safetensors { try Safetensors(contentsOf: folder + "/weights.safetensors") }

  /// The shipped weights came from the training that their metadata names: a short one has the same losses to the digit.
  @Test func aTrainingBeginsAsTheShippedWeightsBegan() throws {
    let file = try weights()
    let seed = try #require(UInt64(file.metadata["seed"] ?? ""))
    func losses(_ seed: UInt64) -> String {
      var training = WriterTraining(seed: seed)
      for _ in 0..<WriterTraining.lossesKept { training.update() }
      return training.losses.map { "\($0)" }.joined(separator: " ")
    }
    #expect(losses(seed) == file.metadata["first_losses"])
    #expect(losses(seed + 1) != file.metadata["first_losses"])
    #expect(file.metadata["updates"] == "\(WriterTraining.updates)")
    #expect(file.metadata["command"] == "swift run -c release lstm-forward train --seed \(seed)")
  }

  @Test func theShippedWeightsHaveTheirLossAndTheirShares() throws {
    let file = try weights()
    #expect(try file.encoded().count < 300_000)
    let writer = try Writer(file, path: "w")
    let said = try #require(file.metadata["held_out_losses"]?.split(separator: " ").last.flatMap { Double($0) })
    #expect(abs(writer.loss(on: WriterTraining.heldOut) - said) < 1e-3)
    var random = Random(seed: 9)
    let verdicts = writer.write(200, temperature: 0.5, &random).map { Verdict($0.text, isComplete: $0.isComplete) }
    #expect(verdicts.count { $0.isRight } >= 180 && verdicts.count { $0.isNew } >= 60)
  }

  /// The loss of a batch is the mean over its texts' characters, however they are padded.
  @Test func paddingChangesNoLoss() throws {
    let writer = Writer(seed: 4)
    let texts = ["십", "half past three", "오후 세 시 반"]
    let counts = texts.map { Double($0.count + 1) }
    let alone = zip(texts, counts).map { writer.loss(on: [$0]) * $1 }.reduce(0, +) / counts.reduce(0, +)
    #expect(abs(writer.loss(on: texts) - alone) < 1e-12)
  }

  /// Several texts written side by side have the probabilities that each has when it is read alone.
  @Test func textsSideBySideDoNotDisturbEachOther() throws {
    let writer = try Writer(weights(), path: "w")
    var random = Random(seed: 6)
    for written in writer.write(12, after: "오", temperature: 1.3, &random) {
      var text = "오"
      for (k, p) in written.probabilities.enumerated() {
        let alone = Writer.probabilities(writer.read(text).scores, temperature: 1.3)
        #expect(alone.largestDifference(from: p) < 1e-12)
        if k < written.symbols.count { text += Alphabet.text([written.symbols[k]]) }
      }
      #expect(written.probabilities.count == written.symbols.count + (written.isComplete ? 1 : 0))
    }
  }

  /// With temperature 0 the most probable character is taken; a very small one does the same, a very large one is fair.
  @Test func theTemperatureDoesWhatItSays() throws {
    let writer = try Writer(weights(), path: "w")
    let scores = writer.read("half ").scores
    for (temperature, largest) in [
      (Double.leastNonzeroMagnitude, 1.0...1.0), (0.01, 0.999...1), (1e300, 0.016...0.018),
    ] {
      let p = Writer.probabilities(scores, temperature: temperature)
      #expect(abs(p.total.scalar - 1) < 1e-9 && largest.contains(p.maximumOfRows.scalar), "\(temperature)")
    }
    var (a, b) = (Random(seed: 1), Random(seed: 2))
    let coldest = writer.write(3, after: "오후 ", temperature: 0, &a).map(\.text)
    #expect(
      Set(coldest).count == 1
        && coldest == writer.write(3, after: "오후 ", temperature: Double.leastNonzeroMagnitude, &b).map(\.text))
  }

  @Test func aTextThatDoesNotEndIsCutOff() {
    var writer = Writer(seed: 1)
    writer.parameters[writer.parameters.count - 1][Alphabet.boundary, 0] = -1e3
    var random = Random(seed: 1)
    let written = writer.write(2, after: "one", temperature: 1, &random)
    #expect(written.allSatisfy { !$0.isComplete && $0.text.count == Writer.limit - 3 })
    #expect(!Verdict("one", isComplete: false).isRight && Verdict("one", isComplete: true).isRight)
  }

  @Test func aFileThatIsSomethingElseIsRefused() throws {
    func complaint(_ change: (inout Safetensors) -> Void) throws -> String {
      var file = try weights()
      change(&file)
      let error = #expect(throws: BadInput.self) { try Writer(file, path: "w") }
      return error?.description ?? ""
    }
    #expect(try complaint { $0.metadata["format"] = nil }.hasPrefix("w: these are not the weights of this writer"))
    #expect(try complaint { $0.metadata["alphabet"] = "abc" }.hasPrefix("w: these are not the weights"))
    #expect(try complaint { $0.tensors["output.bias"] = nil }.contains("'output.bias' is missing"))
    #expect(try complaint { $0.tensors["x"] = $0.tensors["output.bias"] }.contains("more tensors"))
    #expect(
      try complaint { $0.tensors["output.bias"] = Tensor(shape: [1], elements: .float32([0])) }
        .contains("'output.bias' has shape [1], expected [\(Alphabet.count)]"))
    let file = try weights()
    #expect(try Writer(file, path: "w").file(metadata: file.metadata).encoded() == file.encoded())
  }
}

@Suite("Chapter 02: command line")
struct WriteCommandTests {
  private let folder = Trial(LSTMForward.self).folder

  private func run(
    _ arguments: [String], folder: String? = nil, korean: Bool = false, _ body: (ChapterCall) throws -> Int32 = write
  ) throws -> (lines: [String], status: Int32) {
    var lines: [String] = []
    let call = ChapterCall(
      arguments: arguments, environment: korean ? ["LANG": "ko_KR.UTF-8"] : [:], folder: folder ?? self.folder,
      isTerminal: false, output: { lines.append($0) }, errors: { lines.append("stderr: " + $0) })
    let status = try body(call)
    return (lines, status)
  }

  @Test func oneTextIsWrittenCharacterByCharacter() throws {
    let (lines, status) = try run(["오후 ", "--temperature", "0"])
    #expect(status == 0 && lines.allSatisfy { displayWidth($0) <= 100 && !$0.hasSuffix(" ") })
    let text = try #require(lines.last.flatMap { $0.split(separator: "(").first }?.dropFirst(2).dropLast(2))
    #expect(Texts.isRight(String(text)) && text.hasPrefix("오후 ") && lines.last?.hasPrefix("✓ ") == true)
    let rows = lines.filter { $0.contains("▸") }
    #expect(rows.count == text.count - 3 + 1 && rows[0].contains("오후␣") && rows.last?.contains("▸end") == true)
    // The chosen one is never less probable than those beside it.
    for row in rows {
      let p = row.split(separator: " ").compactMap { Double($0) }
      #expect(p.count == 4 && p[0] == p.max())
    }
    let korean = try run(["오후 ", "--temperature", "0"], korean: true).lines
    #expect(korean.last?.contains("맞") == true && korean.contains { $0.contains("▸끝") })
  }

  @Test func severalTextsGetALineEach() throws {
    let (lines, status) = try run(["--count", "40", "--temperature", "1.5", "half "])
    #expect(status == 0 && lines.count == 40)
    for line in lines {
      let isNew = line.hasSuffix(" *")
      let text = String(line.dropFirst(2).dropLast(isNew ? 2 : 0))
      #expect(text.hasPrefix("half ") && (line.hasPrefix("✓ ") == Texts.isRight(text)), "\(line)")
      #expect(isNew == (Texts.isRight(text) && !Texts.isForTraining(text)), "\(line)")
    }
    #expect(Set(lines.map { $0.prefix(1) }) == ["✓", "✗"])
    #expect(try run(["--count", "3", "--seed", "1"]).lines == run(["--count", "3"]).lines)
    #expect(try run(["--count", "3", "--seed", "2"]).lines != run(["--count", "3"]).lines)
  }

  @Test func decomposedHangulAndCapitalsAreRead() throws {
    let composed = try run(["오후 "]).lines
    #expect(try run(["오후 ".decomposedStringWithCanonicalMapping]).lines == composed)
    #expect(try run(["HALF PAST"]).lines == run(["half past"]).lines)
  }

  @Test(arguments: [
    (["☃ half"], "does not know '☃'; its alphabet is the space and '-acde"), (["a\u{1B}b"], "'\\u{1B}'"),
    (["zero", "--count", "2"], "'z'"), ([String(repeating: "일", count: 64)], "longer than 63 characters"),
    ([String(repeating: "a", count: 1_000_000)], "longer than 63"), (["--temperature", "-1"], "not '-1'"),
    (["--temperature", "nan"], "not 'nan'"), (["--temperature", "inf"], "not 'inf'"), (["--temperature"], "needs"),
    (["--temperature", "warm"], "not 'warm'"), (["--seed", "-1"], "--seed needs"), (["--count", "0"], "--count needs"),
    (["--count", "1001"], "from 1 to 1000"), (["--lang", "de"], "en or ko"), (["--hot"], "no option '--hot'"),
    (["half", "past"], "put it in quotes"), (["--help=1"], "no option '--help=1'"),
  ])
  func whatCannotBeUsedIsNamed(arguments: [String], message: String) {
    var description = ""
    do { _ = try run(arguments) } catch { description = "\(error)" }
    #expect(description.contains(message) && !description.contains("\n"), "\(description)")
  }

  @Test func theHelpNamesEveryOption() throws {
    for korean in [false, true] {
      let lines = try run(["--help"], korean: korean).lines.joined(separator: "\n")
      for option in ["--temperature T", "--seed N", "--count N", "--lang en|ko"] { #expect(lines.contains(option)) }
    }
    #expect(try Trial(LSTMForward.self).run("--help").lines.joined().contains("write [TEXT]"))
  }

  @Test func aTrainingWritesTheSameBytesAgain() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/writer-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/weights.safetensors"
    func bytes(_ arguments: String...) throws -> Data {
      let found = try run(arguments, folder: folder) { try train($0, updates: 20, showsProgress: false) }
      #expect(found.status == 0 && found.lines.count == 1 && found.lines[0].hasSuffix("wrote \(path)"))
      return try Data(contentsOf: URL(fileURLWithPath: path))
    }
    let first = try bytes()
    #expect(try bytes() == first)
    #expect(try bytes("--seed", "2") != first)
    #expect(try Safetensors(contentsOf: path).metadata["updates"] == "20")
    for arguments in [["--seed"], ["--seed", "x"], ["--updates", "3"], ["--lang", "de"], ["--output"], ["x"]] {
      #expect(throws: BadInput.self) { try run(arguments) { try train($0, showsProgress: false) } }
    }
  }
}
