// The verb `train`, which makes weights.safetensors: swift run -c release seq2seq-attention train

import Foundation
import Notebook
import Recurrent
import Reference

/// The options of `train`.
struct TrainOptions: Equatable {
  var seed: UInt64 = Options.standardSeed
  var output: String
  var language: Language

  static let usage = "[--seed N] [--output FILE] [--lang en|ko]"

  init(_ call: ChapterCall) throws {
    output = call.folder + "/weights.safetensors"
    language = Language(environment: call.environment)
    var rest = call.arguments[...]
    while let name = rest.popFirst() {
      func value(_ what: String) throws -> String {
        if let given = rest.popFirst(), !given.isEmpty { return given }
        throw BadInput("\(name) needs \(what)")
      }
      switch name {
      case "--seed":
        let digits = try value("a whole number")
        guard let seed = UInt64(digits) else {
          throw BadInput("--seed needs a whole number from 0 to \(UInt64.max), not '\(oneLine(digits))'")
        }
        self.seed = seed
      case "--output": output = try value("the name of a .safetensors file to write")
      case "--lang":
        let code = try value("a language: en or ko")
        guard let language = Language(rawValue: code) else {
          throw BadInput("--lang is en or ko, not '\(oneLine(code))'")
        }
        self.language = language
      default: throw BadInput("train has no option '\(oneLine(name))': \(TrainOptions.usage)")
      }
    }
  }
}

/// Whether Ctrl-C was pressed.
enum Interruption {
  nonisolated(unsafe) private static var flag: sig_atomic_t = 0

  static var isWanted: Bool { flag != 0 }

  /// After this call Ctrl-C sets a flag instead of ending the program.
  static func listen() { signal(SIGINT) { _ in Interruption.flag = 1 } }

  /// The exit status of a program that Ctrl-C ended.
  static let status: Int32 = 130
}

extension Training {
  /// After how many updates a checkpoint is written.
  static let updatesToACheckpoint = 50

  static func checkpoint(of path: String) -> String { path + ".checkpoint" }

  /// The metadata of a file of weights: how it was made.
  func metadata(seed: UInt64, right: Int? = nil) -> [String: String] {
    var metadata = [
      "seed": "\(seed)", "command": "swift run -c release seq2seq-attention train --seed \(seed)",
      "version": bookVersion, "updates": "\(losses.count)",
      "first_losses": losses.prefix(Training.lossesKept).map { "\($0)" }.joined(separator: " "),
    ]
    if let right { metadata["test"] = "\(right) of \(Training.testSize) unseen strings read exactly" }
    return metadata
  }
}

/// Trains and writes the weights. Every 50 updates it replaces a checkpoint beside them, which is always a whole file; the
/// checkpoint is removed when the weights are written.
///
/// - Parameters:
///   - updates: the number of updates; tests ask for few.
///   - isInterrupted: is called after every update, and ends the training when it returns true.
/// - Returns: the exit status. Throws where the options are wrong or a file cannot be written.
func train(
  _ call: ChapterCall, updates: Int = Training.updates, showsProgress: Bool,
  isInterrupted: () -> Bool = { Interruption.isWanted }
) throws -> Int32 {
  let options = try TrainOptions(call)
  let checkpoint = Training.checkpoint(of: options.output)
  var training = Training(seed: options.seed)
  var bar = ProgressBar(isShown: showsProgress, language: options.language)
  defer { bar.clear() }
  while training.losses.count < updates {
    training.update()
    bar.show(training, of: updates)
    if training.losses.count % Training.updatesToACheckpoint == 0 {
      try training.reader.file(metadata: training.metadata(seed: options.seed)).write(to: checkpoint)
    }
    if isInterrupted() {
      bar.clear()
      let isThere = FileManager.default.fileExists(atPath: checkpoint)
      call.errors(
        Text(
          "stopped after \(training.losses.count) updates"
            + (isThere ? "; the last checkpoint is \(checkpoint)" : ", before the first checkpoint"),
          ko: "갱신 \(training.losses.count)번에서 멈춤"
            + (isThere ? ". 마지막 체크포인트는 \(checkpoint)" : ". 아직 체크포인트가 없음"))(options.language))
      return Interruption.status
    }
  }
  bar.clear()
  // The test reads with the weights as they are written, rounded to Float32.
  let rounded = try Reader(training.reader.file(metadata: [:]), path: options.output)
  let right = rounded.countRight(Training.test)
  try training.reader.file(metadata: training.metadata(seed: options.seed, right: right)).write(to: options.output)
  try? FileManager.default.removeItem(atPath: checkpoint)
  call.output(
    Text(
      "\(training.losses.count) updates, \(right) of \(Training.testSize) unseen strings read exactly: wrote \(options.output)",
      ko: "갱신 \(training.losses.count)번, 처음 보는 문자열 \(Training.testSize)개 중 \(right)개를 그대로 읽음: \(options.output) 작성")(
        options.language))
  return ExitStatus.success
}

/// Loss, accuracy and the remaining time, on one line of stderr.
struct ProgressBar {
  private let isShown: Bool
  private let language: Language
  private let start = Date()
  private var isDrawn = false

  init(isShown: Bool, language: Language) {
    (self.isShown, self.language) = (isShown, language)
  }

  /// The line after `seconds` of a training.
  static func line(_ training: Training, of updates: Int, seconds: Double) -> Text {
    let done = training.losses.count
    let filled = 24 * done / max(updates, 1)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
    let loss = NumberFormat.format(training.losses.last ?? 0, decimals: 4)
    let accuracy = NumberFormat.format(100 * (training.accuracies.last ?? 0), decimals: 1)
    let left = Int((seconds / Double(max(done, 1)) * Double(updates - done)).rounded(.up))
    return Text(
      "\(bar) \(done)/\(updates)  loss \(loss)  accuracy \(accuracy) %  \(left) s left",
      ko: "\(bar) \(done)/\(updates)  손실 \(loss)  정확도 \(accuracy) %  남은 시간 \(left)초")
  }

  mutating func show(_ training: Training, of updates: Int) {
    guard isShown else { return }
    let line = ProgressBar.line(training, of: updates, seconds: Date().timeIntervalSince(start))
    showProgress(line(language))
    isDrawn = true
  }

  mutating func clear() {
    guard isDrawn else { return }
    showProgress("")
    isDrawn = false
  }
}
