// An exercise is judged in a process of its own: a trap, an endless loop or exit(0) in one hole stops no other, and what
// the student prints can never be taken for a verdict.

import Console
import Foundation

/// The program that grading makes of a submission: it judges one exercise, confined.
public enum ExerciseJudge {
  /// `--judge NAME`, with a nonce on the standard input.
  public static func main(_ exercises: [Exercise]) -> Never {
    runProgram(named: "judge") {
      let arguments = CommandLine.arguments.dropFirst()
      guard arguments.count == 2, arguments.first == ExerciseProcess.argument,
        let exercise = exercises.first(where: { $0.name == arguments.last })
      else { throw BadInput("this program is for grading: \(ExerciseProcess.argument) NAME") }
      return try ExerciseProcess.judge(exercise, isConfined: true)
    }
  }
}

package enum ExerciseProcess {
  /// The argument of the executable that makes it judge one exercise and report, and nothing else.
  package static let argument = "--judge"

  /// Seconds for one exercise.
  package static let limit = 10.0

  // MARK: In the child

  /// Judges one exercise in this process and reports to the parent.
  ///
  /// The parent writes a nonce on the standard input, which is read and closed before the student's code runs: a report
  /// without it is none.
  ///
  /// - Parameter isConfined: whether the code is a stranger's, who gets no files and no network.
  static func judge(_ exercise: Exercise, isConfined: Bool = false) throws -> Int32 {
    // The seconds stand behind the nonce. No buffer of the C library holds it, where the student's code could look.
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = read(STDIN_FILENO, &buffer, buffer.count)
    let words = String(decoding: buffer.prefix(max(0, length)), as: UTF8.self).split { " \n".contains($0) }
    for k in buffer.indices { buffer[k] = 0 }
    guard words.count == 2, let limit = Int(words[1]) else {
      throw BadInput("'\(argument)' is for the program itself: leave it out")
    }
    let nonce = String(words[0])
    close(STDIN_FILENO)
    let (seconds, bytes) = (limit + 5, 2 << 30)
    if isConfined {
      // Once before, so that everything is loaded that will be needed when no file can be opened any more.
      _ = try JSONEncoder().encode(ExerciseVerdict(exercise: exercise.name, state: .open, facts: [.symbols("")]))
      _ = Confinement.enter(seconds: seconds, bytes: bytes)
    } else {
      ChildProcess.limitThisProcess(seconds: seconds, bytes: bytes)
    }
    let verdict = exercise.verdict()
    fflush(nil)
    let report = Data((nonce + "\n").utf8) + (try JSONEncoder().encode(verdict))
    try FileHandle(fileDescriptor: ChildProcess.reportDescriptor).write(contentsOf: report)
    // At once: nothing that the student has left to be done at the end is done.
    _exit(0)
  }

  // MARK: In the parent

  /// The verdict on one exercise, judged by a child: `path` with `arguments`.
  package static func verdict(
    on name: String, path: String, arguments: [String], environment: [String: String], folder: String? = nil,
    limit: Double = limit
  ) throws -> ExerciseVerdict {
    var random = SystemRandomNumberGenerator()
    let nonce = (0..<2).map { _ in String(random.next(), radix: 36) }.joined()
    // A backtrace takes seconds and helps nobody here.
    let quiet = environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    let outcome = try ChildProcess.run(
      path, arguments, environment: quiet, folder: folder, input: "\(nonce) \(Int(limit))\n", limit: limit)
    var verdict = self.verdict(on: name, outcome, nonce: nonce, limit: limit)
    verdict.printed = outcome.output
    verdict.seconds = outcome.seconds
    return verdict
  }

  static func verdict(on name: String, _ outcome: ChildOutcome, nonce: String, limit: Double) -> ExerciseVerdict {
    if let start = outcome.report.firstRange(of: Data((nonce + "\n").utf8)),
      let verdict = try? JSONDecoder().decode(ExerciseVerdict.self, from: outcome.report[start.upperBound...]),
      verdict.exercise == name
    {
      return verdict
    }
    switch outcome.end {
    case .timeout: return timeout(name, limit)
    case .signal(SIGXCPU): return timeout(name, limit)
    case .signal(SIGKILL) where outcome.seconds >= limit: return timeout(name, limit)
    case .signal(SIGXFSZ):
      return ExerciseVerdict(
        exercise: name, state: .ended, facts: [Text("It wrote to a file.", ko: "파일에 쓰려고 했다.")])
    case .signal(let signal):
      var verdict = ExerciseVerdict(exercise: name, state: .trapped)
      if let message = message(outcome.errors) {
        verdict.facts = [
          message.contains("Index out of range")
            ? Text(
              "It stopped with: \(message). A list of n entries has the numbers 0 to n − 1: 0..<n.",
              ko: "목록에 없는 번호를 썼다(\(message)). 성분이 n개인 목록의 번호는 0부터 n − 1까지, 곧 0..<n이다.")
            : Text("It stopped with: \(message)", ko: "멈추면서 남긴 말: \(message)")
        ]
      } else if signal == SIGKILL || signal == SIGTERM {
        verdict.state = .ended
        verdict.facts = [Text("It was ended from outside (signal \(signal)).", ko: "밖에서 끝냈다(신호 \(signal)).")]
      } else {
        verdict.facts = [
          Text(
            "It stopped without a message: an index outside of an array, a range whose end is before its start, a sum of no "
              + "matrices, or a recursion without end.",
            ko: "아무 말 없이 멈췄다. 배열 밖의 번호, 끝이 처음보다 앞선 범위, 행렬이 하나도 없는 합, 끝없는 재귀 가운데 하나다.")
        ]
      }
      return verdict
    case .exit(let status):
      return ExerciseVerdict(
        exercise: name, state: .ended,
        facts: [
          Text(
            "It ended the program (exit status \(status)) before there was a verdict.",
            ko: "판정이 나오기 전에 프로그램을 끝냈다(종료 상태 \(status)).")
        ])
    }
  }

  private static func timeout(_ name: String, _ limit: Double) -> ExerciseVerdict {
    let seconds = NumberFormat.format(limit, decimals: 0)
    return ExerciseVerdict(
      exercise: name, state: .timeout,
      facts: [
        Text(
          "It did not end within \(seconds) s: does a loop go on for ever?",
          ko: "\(seconds)초 안에 끝나지 않았다. 끝나지 않는 반복이 있는가?")
      ])
  }

  /// What a trap said.
  private static func message(_ errors: String) -> String? {
    for line in errors.lines {
      if let found = line.firstRange(of: "Fatal error: ") { return String(line[found.upperBound...]) }
    }
    return nil
  }
}
