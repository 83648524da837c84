// benchmark: how long does a training step of one recurrent layer take here?

import Foundation
import Notebook

@main
struct Benchmark {
  static func main() {
    runProgram(named: "benchmark") {
      // Progress goes to people only, and apart from the results.
      let isTerminal = isatty(STDERR_FILENO) == 1
      print(try benchmark(Array(CommandLine.arguments.dropFirst())) { if isTerminal { printError($0) } })
      return ExitStatus.success
    }
  }
}
