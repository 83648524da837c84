// crosscheck: compares this project's layers with reference files from PyTorch.

import Notebook

@main
struct Crosscheck {
  static func main() {
    runProgram(named: "crosscheck") {
      let outcome = try crosscheck(Array(CommandLine.arguments.dropFirst()))
      for line in outcome.errors { printError("crosscheck: \(line)") }
      if !outcome.output.isEmpty { printLine(outcome.output) }
      return outcome.status
    }
  }
}
