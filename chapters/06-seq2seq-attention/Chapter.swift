// Chapter 06: sequence to sequence with attention, and a reader of real dates.
//
// The table of contents: each section is a method in the file that is named after it.

import Autodiff
import Foundation
import Notebook
import Recurrent
import Reference

@main
struct Seq2SeqAttention: Chapter {
  static let number = "06"
  static let name = "seq2seq-attention"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  static let commands = [
    ChapterCommand(
      "translate", usage: TranslateOptions.usage,
      summary: Text("read dates, from the arguments or from standard input", ko: "인자나 표준 입력으로 받은 날짜를 읽는다")
    ) { call in
      try translate(call, input: isatty(STDIN_FILENO) == 1 ? nil : { readLine() })
    },
    ChapterCommand(
      "train", usage: TrainOptions.usage,
      summary: Text("make the weights that translate uses", ko: "translate가 쓰는 가중치를 만든다")
    ) { call in
      Interruption.listen()
      return try train(call, showsProgress: isatty(STDERR_FILENO) == 1)
    },
  ]

  func body(_ page: Page) throws {
    let reversers = Reversers(seed: page.seed)
    try modes(page, reversers)
    bottleneck(page, reversers)
    try scores(page)
    try softmax(page)
    try query(page)
    try backward(page)
    try masks(page)
    alignments(page, reversers)
    if page.isFull { alignmentSeeds(page) }
    dates(page)
    try training(page)
    if page.isFull { seeds(page) }
    try translation(page)
  }
}

extension Page {
  /// Sequences of one length to test with, drawn from another stream than those that a model learns from. A short one may
  /// be among the learned ones all the same.
  func unseen(_ count: Int, length: Int) -> [[Int]] {
    var random = Random(seed: seed &+ 0x5EED_0000 &+ UInt64(length))
    return Reversal.draw(count, lengths: length...length, &random)
  }

  /// The weights that stand in the chapter's folder.
  func shippedWeights() throws -> Safetensors {
    try Safetensors(contentsOf: "\(root)/chapters/06-seq2seq-attention/weights.safetensors")
  }
}

/// A share in per cent, to one decimal.
func percent(_ share: Double) -> String { NumberFormat.format(100 * share, decimals: 1) }
