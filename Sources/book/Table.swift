// book table: prints the table at the end of `make`, with a row for each chapter.

import Foundation
import Notebook

extension Subcommand {
  static let table = Subcommand(
    name: "table", usage: "FILE [--failed NAME]...",
    summary: Text(
      "prints the runs recorded with \(RunSummary.variable)=FILE as a table, and the chapters that failed",
      ko: "\(RunSummary.variable)=FILE로 모은 실행 결과와 실패한 장을 표로 보여 준다")
  ) { call in
    var path: String?
    var failed: [String] = []
    var words = Arguments(call.arguments)
    while words.next() {
      switch words.name {
      case "--failed": failed.append(try words.value("a chapter's name"))
      case _ where words.word.hasPrefix("-"): throw BadInput("there is no option '\(words.name)'; --help lists them")
      case _ where path != nil: throw BadInput("one file, not '\(path!)' and '\(words.word)'")
      default: path = words.word
      }
    }
    guard let path else { throw BadInput("table needs the file that \(RunSummary.variable) named") }
    let summaries = try runSummaries(at: path)
    // A run of one section or with --help records nothing; then no table is printed.
    if !summaries.isEmpty || !failed.isEmpty {
      let language = call.isLanguageGiven ? call.language : summaries.first?.language ?? call.language
      call.output("")
      for line in runTable(summaries, failed: failed, language) { call.output(line) }
    }
    return failed.isEmpty && summaries.allSatisfy(\.isGood) ? ExitStatus.success : ExitStatus.failure
  }
}

/// The summaries in a file. Throws `BadInput` if it does not exist or holds anything else.
private func runSummaries(at path: String) throws -> [RunSummary] {
  try readText(path).split(separator: "\n").enumerated().map { number, line in
    guard let summary = RunSummary(line: String(line)) else {
      throw BadInput("\(path):\(number + 1): this is no line of a run")
    }
    return summary
  }
}

/// A table of these runs with their sum. Chapters in `failed` that have no summary come after the others.
func runTable(_ summaries: [RunSummary], failed: [String], _ language: Language) -> [String] {
  let header = [
    Text("chapter", ko: "장"), Text("checks", ko: "검산"), Text("failed", ko: "실패"),
    Text("equations checked", ko: "검산한 수식"), Text("stated", ko: "서술한 수식"), Text("seconds", ko: "초"),
  ].map { $0(language) }
  func row(_ mark: String, _ title: String, _ runs: [RunSummary]) -> [String] {
    let problems = runs.reduce(0) { $0 + $1.failed + $1.findings }
    let seconds = runs.reduce(0) { $0 + $1.seconds }
    return [
      "\(mark) \(title)", "\(runs.reduce(0) { $0 + $1.passed + $1.failed })", "\(problems)",
      "\(runs.reduce(0) { $0 + $1.checked })", "\(runs.reduce(0) { $0 + $1.stated })",
      String(format: "%.1f", seconds),
    ]
  }
  var rows = summaries.map { summary in
    let isGood = summary.isGood && !failed.contains(summary.name)
    return row(isGood ? "✓" : "✗", "\(summary.number) \(summary.name)", [summary])
  }
  for name in failed where !summaries.contains(where: { $0.name == name }) {
    let end = Text("did not end", ko: "끝나지 않음")(language)
    rows.append(["✗ \(name): \(end)", "–", "–", "–", "–", "–"])
  }
  let isGood = failed.isEmpty && summaries.allSatisfy(\.isGood)
  if rows.count > 1 { rows.append(row(isGood ? "✓" : "✗", Text("together", ko: "합계")(language), summaries)) }
  let alignments: [TextTable.Alignment] = [.left] + Array(repeating: .right, count: header.count - 1)
  return TextTable(headers: [header], rows: rows, alignments: alignments).lines()
}
