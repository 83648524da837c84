// Sections 6.11 and 6.12: how a reader of dates learns, and what the weights in the folder can read.

import Autodiff
import Foundation
import Notebook
import Recurrent
import Reference

extension Seq2SeqAttention {
  // MARK: 6.11

  func training(_ page: Page) throws {
    let file = try page.shippedWeights()
    let reader = try Reader(file, path: "weights.safetensors")
    page.section("training") {
      page.number("parameters", Double(Reader.configuration.parameterCount), decimals: 0)
      page.number("updates", Double(Training.updates), decimals: 0)
      page.number("batch", Double(Training.batchSize), decimals: 0)
      let seed = UInt64(file.metadata["seed"] ?? "") ?? 0
      beginAgain(seed, file, page)
      page.print()
      readTestDates(reader, file, page)
      let untrained = Reader(seed: seed).countRight(Array(Training.test.prefix(500)))
      page.check(
        Text("before training it reads none of 500", ko: "학습하기 전에는 500개 중 하나도 읽지 못한다"), .equal(untrained, 0))
    }
  }

  /// A few updates with the seed of the shipped weights have the losses that their file names.
  private func beginAgain(_ seed: UInt64, _ file: Safetensors, _ page: Page) {
    page.print(
      Text(
        "The first losses of a training with the weights' seed, and those in the weights' metadata:",
        ko: "가중치와 같은 시드로 시작한 학습의 처음 손실과, 가중치 파일의 메타데이터에 적힌 손실:"))
    var short = Training(seed: seed)
    for _ in 0..<Training.lossesKept { short.update() }
    let kept = (file.metadata["first_losses"] ?? "").split(separator: " ").compactMap { Double($0) }
    let (again, first) = (Matrix(column: short.losses), Matrix(column: kept))
    page.entries([(Text("trained now", ko: "지금 학습"), again), (Text("metadata", ko: "메타데이터"), first)])
    page.check(
      Text("it begins as the training of the weights began", ko: "가중치를 만든 학습과 시작이 같다"), again,
      hasSameBitsAs: first)
  }

  /// How many dates the shipped weights read exactly that no training has seen.
  private func readTestDates(_ reader: Reader, _ file: Safetensors, _ page: Page) {
    let right = reader.countRight(Training.test)
    page.number("right", Double(right), decimals: 0)
    page.number("test-dates", Double(Set(Training.test.map(\.date.iso)).count), decimals: 0)
    page.number("share", 100 * Double(right) / Double(Training.testSize), decimals: 2)
    page.check(
      Text("the shipped weights read at least 99 % exactly", ko: "폴더의 가중치는 99 % 이상을 정확히 읽는다"),
      .atLeast(right, Training.testSize * 99 / 100),
      note: Text("of \(Training.testSize) strings never seen", ko: "처음 보는 문자열 \(Training.testSize)개 중"))
    // The metadata says so in words: "1996 of 2000 unseen strings read exactly".
    let said = (file.metadata["test"] ?? "").split(separator: " ").compactMap { Int($0) }
    page.check(
      Text("and as many as their metadata says", ko: "메타데이터에 적힌 만큼이다"), said == [right, Training.testSize],
      detail: .symbols(said.map { "\($0)" }.joined(separator: " / ")))
    var missing = DateGenerator(.test, seed: 2021, shareOfImpossible: 1)
    let impossible = missing.distinct(200)
    let read = reader.countRight(impossible)
    page.number("impossible", Double(read), decimals: 0)
    page.check(
      Text("days that are not in the calendar are read as written", ko: "달력에 없는 날도 쓴 대로 읽는다"),
      .atLeast(read, 190), .equal(impossible.count { !$0.date.isInCalendar }, 200))
  }

  // MARK: 6.12

  func seeds(_ page: Page) {
    page.section("seeds") {
      page.print(
        Text(
          "\(Training.updates) updates from each seed, then the \(Training.testSize) strings of the test split:",
          ko: "시드마다 갱신 \(Training.updates)번, 그다음 시험용 문자열 \(Training.testSize)개:"))
      let results = page.seeds(3).map { seed in
        let training = completed(seed, page)
        return (seed: seed, losses: training.losses, right: training.reader.countRight(Training.test))
      }
      let marks = [100, 300, Training.updates]
      page.table(
        [Text("seed", ko: "시드")] + marks.map { .symbols("L_\($0)") }
          + [Text("right", ko: "맞음"), Text("share", ko: "비율")],
        results.map { seed, losses, right in
          ["\(seed)"] + marks.map { NumberFormat.format(losses[$0 - 1], decimals: 4) } + [
            "\(right)", NumberFormat.format(100 * Double(right) / Double(Training.testSize), decimals: 2) + " %",
          ]
        })
      for (seed, _, right) in results {
        page.check(
          Text("seed \(seed): at least 99 % of \(Training.testSize)", ko: "시드 \(seed): \(Training.testSize)개의 99 % 이상"),
          .atLeast(right, Training.testSize * 99 / 100))
      }
      let lowest = results.map(\.right).min() ?? 0
      page.number("seeds-lowest", 100 * Double(lowest) / Double(Training.testSize), decimals: 2)
    }
  }

  /// A whole training, with a progress bar.
  private func completed(_ seed: UInt64, _ page: Page) -> Training {
    var training = Training(seed: seed)
    let start = Date()
    while !training.isComplete {
      training.update()
      page.progress(
        ProgressBar.line(training, of: Training.updates, seconds: Date().timeIntervalSince(start)),
        Double(training.losses.count) / Double(Training.updates))
    }
    let seconds = NumberFormat.format(Date().timeIntervalSince(start), decimals: 1)
    page.remark(Text("seed \(seed): \(seconds) s of training", ko: "시드 \(seed): 학습 \(seconds)초"))
    return training
  }
}

// MARK: - A training

/// A training of a reader. A seed decides it, update by update, on every machine.
struct Training {
  private(set) var reader: Reader
  private(set) var losses: [Double] = []
  /// For each update, the share of the batch's characters that were the most probable ones before the update.
  private(set) var accuracies: [Double] = []
  private var optimizer: Adam
  private var dates: DateGenerator
  private let halves = [Half(), Half()]

  static let updates = 600
  static let batchSize = 64
  static let learningRate = 8e-3
  static let threshold = 5.0
  /// The share of dates that are not in the calendar.
  static let shareOfImpossible = 0.05
  /// How many of the first losses are in the weights' metadata.
  static let lossesKept = 5

  static let testSize = 2_000
  /// What a reader is tested with. No training draws one of these dates in any form.
  static let test: [Example] = {
    var dates = DateGenerator(.test, seed: 2021)
    return dates.distinct(testSize)
  }()

  init(seed: UInt64) {
    reader = Reader(seed: seed)
    // Weights and dates have streams of their own, so that a network of another size sees the same dates.
    dates = DateGenerator(.training, seed: seed &+ 0x9E37_79B9, shareOfImpossible: Training.shareOfImpossible)
    optimizer = Adam(learningRate: Training.learningRate)
  }

  var isComplete: Bool { losses.count >= Training.updates }

  /// One update by Adam on newly drawn dates.
  mutating func update() {
    // begin: update
    let examples = (0..<Training.batchSize).map { _ in dates.next() }
    // Two halves of the batch, one a core, each with a tape of its own. All targets have the same number of symbols, so
    // that the mean over the batch is the mean of the halves' means.
    let (model, halves) = (reader.model, halves)
    DispatchQueue.concurrentPerform(iterations: halves.count) { k in
      let size = examples.count / halves.count
      halves[k].run(model, Array(examples[k * size..<(k + 1) * size]))
    }
    var step = halves[0].gradients.indices.map { p in 0.5 * (halves[0].gradients[p] + halves[1].gradients[p]) }
    clip(&step, toNorm: Training.threshold)
    // From the middle on the step shrinks along a straight line, to nothing.
    let left = Double(Training.updates - losses.count) / Double(Training.updates)
    optimizer.learningRate = Training.learningRate * min(1, 2 * left)
    optimizer.step(&reader.model.parameters, gradients: step)
    // end: update
    losses.append(0.5 * (halves[0].loss + halves[1].loss))
    accuracies.append(0.5 * (halves[0].accuracy + halves[1].accuracy))
  }

  /// The loss and the gradients of one half of a batch. Only one thread at a time uses it.
  private final class Half: @unchecked Sendable {
    private let tape = Tape()
    private(set) var loss = 0.0
    private(set) var accuracy = 0.0
    private(set) var gradients: [Matrix] = []

    func run(_ model: Seq2Seq<Matrix>, _ examples: [Example]) {
      // begin: half
      let source = SymbolBatch(examples.map { Characters.read($0.text).numbers })
      let target = examples.map { Characters.target($0.date.iso) }
      tape.rewind()
      let recorded = model.map { tape.variable($1, named: $0) }
      let taught = recorded.fused.teach(source, target: target)
      let found = tape.gradients(of: taught.loss)
      gradients = recorded.parameters.map { found[$0] }
      // end: half
      loss = taught.loss.value.scalar
      var right = 0
      for (t, scores) in taught.scores.enumerated() {
        for (j, symbol) in taught.wanted.symbols(at: t).enumerated() {
          let column = scores.value.column(j).elements
          if column[symbol] == column.max() { right += 1 }
        }
      }
      accuracy = Double(right) / Double(target.count * taught.scores.count)
    }
  }
}
