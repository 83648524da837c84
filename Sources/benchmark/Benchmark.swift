// The program: measures how long a training step of one recurrent layer takes.

import Foundation
import Notebook

@main
struct Benchmark {
  static func main() {
    runProgram(named: "benchmark") {
      // Progress goes to standard error, and only to a terminal.
      let isTerminal = isatty(STDERR_FILENO) == 1
      func show(_ line: String) {
        if isTerminal { showProgress(line) }
      }
      let report = try benchmark(Array(CommandLine.arguments.dropFirst())) { what, number, count in
        show("\(progressBar(number, of: count)) \(what)")
      }
      show("")
      printLine(report)
      return ExitStatus.success
    }
  }
}
